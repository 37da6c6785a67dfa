"""Explanations of answers: shares against a page of NumPy, and sums against probabilities."""

import numpy as np
import pytest
from support import supervised_reference as reference

from w2v_cli.classifiers import TextClassifier
from w2v_cli.classifying.directions import gains
from w2v_cli.classifying.explaining import Explainer, label_number
from w2v_cli.classifying.predictor import Predictor
from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.classifying.tellingwords import telling_words
from w2v_cli.classifying.training import train_classifier
from w2v_cli.corpus.sources import choose
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.errors import ConfigError
from w2v_cli.formats.classifier_file import read_classifier
from w2v_cli.labelled.config import LOSSES, ClassifyConfig

SHAPE = {"word_ngrams": 3, "min_n": 1, "max_n": 3, "buckets": 50}
LABELS = ["__label__a", "__label__b", "__label__c", "__label__d"]


def made_lines(n, seed):
    rng = np.random.default_rng(seed)
    words = ["größe", "word", "x", "東京", "tall", "</s>", "small"]
    return [" ".join(rng.choice(words, rng.integers(1, 9))) for _ in range(n)]


@pytest.fixture(scope="module", params=LOSSES)
def trained(request, tmp_path_factory):
    """A classifier from a file, so that all buckets have rows, and the path of documents."""
    folder = tmp_path_factory.mktemp("explain")
    path = folder / "train.txt"
    labels = np.random.default_rng(1).choice(LABELS, 200, p=[0.4, 0.3, 0.2, 0.1])
    rows = zip(labels, made_lines(200, 2), strict=True)
    path.write_text("".join(f"{label} {line}\n" for label, line in rows), encoding="utf-8")
    config = ClassifyConfig(dim=6, epochs=4, loss=request.param, min_count=20, **SHAPE)
    train_classifier(ClassifyRequest(config, (str(path),), output=str(folder / "m.bin")))
    return read_classifier(str(folder / "m.bin"))


def explained(classifier, lines, folder, **options):
    """(explanations, probabilities of all labels) of lines."""
    path = folder / "lines.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    predictor = Predictor(classifier, n_threads=2, keep_names=True)
    explainer = Explainer(classifier, predictor, **options)
    parts = list(
        predictor.answers(
            choose([str(path)]), lambda part, found: (explainer.explained(part, found), found)
        )
    )
    return [each for part, _ in parts for each in part], np.concatenate([p for _, p in parts])


LINES = [*made_lines(40, 3), "", "unseen words x", "__label__a größe größe größe"]


def rows_by_name(line, classifier):
    """The rows of a document by the name of a feature: dict of (text, kind) to list."""
    words = [word for word in line.split() if not word.startswith("__label__")] + [""]
    n_words, found = len(classifier.words), {}

    def add(name, row):
        found.setdefault(name, []).append(row)

    for place, word in enumerate(words):
        is_end = place == len(words) - 1
        name = ("</s>", "line end") if is_end else (word, "word")
        if name[0] in classifier.words:
            add(name, classifier.words.index(name[0]))
        marked = f"<{word}>"
        for n in range(1, 4) if word not in ("", "</s>") else ():
            for begin in range(len(marked) - n + 1):
                text = marked[begin : begin + n]
                if text not in ("<", ">") or word in "<>":
                    add((text, "characters"), n_words + reference.fnv(text.encode()) % 50)
    words[-1] = "</s>"
    hashes = [reference.fnv(word.encode()) for word in words]
    signed = [h - 2**32 if h >= 2**31 else h for h in hashes]
    for first in range(len(words)):
        hashed = signed[first] % 2**64
        for last in range(first + 1, min(first + 3, len(words))):
            hashed = (hashed * 116049371 + signed[last]) % 2**64
            add((" ".join(words[first : last + 1]), "words"), n_words + hashed % 50)
    return found


def test_shares_are_those_of_a_page_of_numpy(trained, tmp_path):
    found, _ = explained(trained, LINES, tmp_path, label="b")
    outputs = np.asarray(trained.outputs[:], dtype=np.float64)
    inputs = np.asarray(trained.inputs[:], dtype=np.float64)
    for line, each in zip(LINES, found, strict=True):
        rows = rows_by_name(line, trained)
        n_rows = sum(map(len, rows.values()))
        named = {(feature.text, feature.kind): feature for feature in each.features}
        assert named.keys() == rows.keys()
        assert {name: feature.times for name, feature in named.items()} == {
            name: len(places) for name, places in rows.items()
        }
        assert each.score == pytest.approx(each.base + sum(f.share for f in each.features))
        sizes = [abs(feature.share) for feature in each.features]
        assert sizes == sorted(sizes, reverse=True)
        if trained.loss != "hs":
            direction = outputs[trained.labels.index("__label__b")]
            for name, places in rows.items():
                share = (inputs[places] @ direction).sum() / n_rows
                assert named[name].share == pytest.approx(share, abs=1e-6)


def test_scores_are_what_probabilities_are_made_of(trained, tmp_path):
    found, probabilities = explained(trained, LINES, tmp_path)
    best = probabilities.argmax(axis=1)
    assert [each.label for each in found] == [trained.labels[place] for place in best]
    p = probabilities.max(axis=1).astype(np.float64)
    assert [each.probability for each in found] == pytest.approx(p)
    scores = [each.score for each in found]
    if trained.loss == "hs":
        assert scores == pytest.approx(np.log(p), abs=1e-4)
        assert {each.base for each in found} <= {-n * np.log(2) for n in (1, 2, 3)}
    elif trained.loss != "softmax":
        assert scores == pytest.approx(np.log(p / (1 - p)), abs=1e-3)
    margins, _ = explained(trained, LINES, tmp_path, margin=True)
    second = np.sort(probabilities.astype(np.float64), axis=1)[:, -2]
    assert all(each.against not in (None, each.label) for each in margins)
    if trained.loss in ("softmax", "hs"):
        assert [each.score for each in margins] == pytest.approx(np.log(p / second), abs=1e-4)


def test_one_label_against_another(trained, tmp_path):
    one, _ = explained(trained, LINES, tmp_path, label="a")
    other, _ = explained(trained, LINES, tmp_path, label="__label__c")
    between, _ = explained(trained, LINES, tmp_path, label="a", against="c")
    for each, first, second in zip(between, one, other, strict=True):
        assert each.score == pytest.approx(first.score - second.score, abs=1e-9)
        shares = {(f.text, f.kind): f.share for f in first.features}
        for feature in second.features:
            shares[feature.text, feature.kind] -= feature.share
        assert {(f.text, f.kind): f.share for f in each.features} == pytest.approx(shares)
    alone, probabilities = explained(trained, LINES, tmp_path, against="a")
    probabilities[:, trained.labels.index("__label__a")] = -1
    assert [each.label for each in alone] == [
        trained.labels[place] for place in probabilities.argmax(axis=1)
    ]


def test_whole_words_have_the_shares_of_their_ngrams(trained, tmp_path):
    apart, _ = explained(trained, ["tall tall x"], tmp_path, label="a")
    whole, _ = explained(trained, ["tall tall x"], tmp_path, label="a", whole_words=True)
    shares = {(f.text, f.kind): f.share for f in apart[0].features}
    texts = Ngrams(50, 1, 3).texts("tall")
    assert len(texts) == 4 + 5 + 4
    expected = shares["tall", "word"] + sum(shares[text, "characters"] for text in {*texts})
    [tall] = [f for f in whole[0].features if f.text == "tall"]
    assert (tall.kind, tall.times) == ("word", 2)
    assert tall.share == pytest.approx(expected)
    assert whole[0].score == pytest.approx(apart[0].score)
    assert {f.kind for f in whole[0].features} == {"word", "words", "line end"}


def test_telling_words_are_documents_of_one_word(trained):
    outputs = np.asarray(trained.outputs[:], dtype=np.float64)
    inputs = np.asarray(trained.inputs[:], dtype=np.float64)
    found = telling_words(trained, 1, n=99)
    assert sorted(word for word, _ in found) == sorted({*trained.words} - {"</s>"})
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    against = dict(telling_words(trained, 1, 2, n=99))
    others = dict(telling_words(trained, 2, n=99))
    for word, score in found:
        rows, _ = reference.features(word, trained.words, min_n=1, max_n=3, n_buckets=50)
        mean = inputs[[row for row in rows if row != trained.words.index("</s>")]].mean(axis=0)
        if trained.loss != "hs":
            assert score == pytest.approx(outputs[1] @ mean, abs=1e-6)
        assert against[word] == pytest.approx(score - others[word])
    assert len(telling_words(trained, 0, n=2)) == 2


def test_labels_by_name(trained):
    place = trained.labels.index("__label__b")
    assert label_number(trained, "b", "label") == label_number(trained, "__label__b", "label")
    assert label_number(trained, "b", "label") == place
    with pytest.raises(ConfigError, match=r"no label 'zz'; there are: [abcd], "):
        label_number(trained, "zz", "label")
    with pytest.raises(ConfigError, match="label must be a label of the model, not 3"):
        label_number(trained, 3, "label")
    with pytest.raises(ConfigError, match="are the same label"):
        Explainer(trained, Predictor(trained), label="b", against="__label__b")


def test_gains_are_whole_near_zero():
    logits = np.array([-30, -1, -1e-5, 0, 1e-5, 1, 30])
    exact = np.log(2) - np.logaddexp(0, -logits)
    assert gains(logits) * logits == pytest.approx(exact, abs=1e-12)
    assert gains(np.array([0.0])) == 0.5


def test_ngrams_have_the_order_of_their_buckets():
    for min_n, max_n in ((1, 1), (0, 3), (2, 5), (3, 2)):
        ngrams = Ngrams(1000, min_n, max_n)
        for word in ("a", "größe", "東京", "<>", "abcdefgh"):
            buckets, _ = ngrams.buckets([word.encode()])
            hashed = [reference.fnv(text.encode()) % 1000 for text in ngrams.texts(word)]
            assert hashed == buckets.tolist()


def test_explanations_in_python(trained, tmp_path):
    classifier = TextClassifier(trained)
    texts = [line.replace("__label__a ", "") for line in LINES if line]
    expected, _ = explained(trained, texts, tmp_path, margin=True)
    found = classifier.explain(texts, margin=True, threads=2)
    for ours, theirs in zip(found, expected, strict=True):
        assert f"__label__{ours.label}" == theirs.label
        assert f"__label__{ours.against}" == theirs.against
        assert ours.features == theirs.features
    assert classifier.explain(texts[0], margin=True) == found[0]
    assert classifier.explain([["tall", "x"]]) == [classifier.explain("tall x")]
    assert {each.label for each in classifier.explain(texts, "c")} == {"c"}
    assert classifier.telling_words("b", 3) == telling_words(
        trained, label_number(trained, "b", ""), n=3
    )
    with pytest.raises(ConfigError, match="margin exclude each other"):
        classifier.explain("x", against="a", margin=True)
    with pytest.raises(ConfigError, match="no label 'zz'"):
        classifier.telling_words("zz")
