"""Classifiers in Python: what they take, what they give, and that it is what the command gives."""

import copy
import dataclasses
import inspect
import json
import pickle
import threading
from pathlib import Path

import numpy as np
import pytest
from support.commands import EVERY

from w2v_cli import (
    ConfigError,
    InputError,
    TextClassifier,
    W2VWarning,
    load_classifier,
    train_classifier,
)
from w2v_cli.arguments import OF_DOCUMENTS, ClassifyOptions
from w2v_cli.labelled.config import ClassifyConfig

pytestmark = pytest.mark.usefixtures("compiled")

GOOD, BAD = ["fine", "great", "moving", "superb"], ["dull", "boring", "poor", "awful"]
REST = ["the", "film", "is", "a", "story", "of", "two", "people", "in", "the", "city"]
HOW = {"dim": 8, "epochs": 10, "threads": 1}


def documents(n, seed=1):
    """(texts, labels) that two words each tell apart."""
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(n):
        which = int(rng.integers(0, 2))
        words = [*rng.choice(REST, 8), *rng.choice((GOOD, BAD)[which], 2)]
        rng.shuffle(words)
        texts.append(" ".join(words))
        labels.append(("good", "bad")[which])
    return texts, labels


TEXTS, LABELS = documents(200)


@pytest.fixture(scope="module")
def classifier(compiled):
    return train_classifier(TEXTS, LABELS, word_ngrams=2, buckets=5000, **HOW)


@pytest.fixture
def in_prefixes(tmp_path):
    """The same documents as a file of lines."""
    path = tmp_path / "train.txt"
    lines = (f"__label__{label} {text}\n" for text, label in zip(TEXTS, LABELS, strict=True))
    path.write_text("".join(lines))
    return path


def test_options_are_those_of_the_command():
    known = {option.name for option in EVERY["classify train"].params}
    fields = {each.name for each in dataclasses.fields(ClassifyConfig)}
    options = set(ClassifyOptions.__annotations__)
    assert options == fields | set(OF_DOCUMENTS)
    assert options <= known
    assert options <= set(inspect.signature(train_classifier).parameters)


def test_it_learns_and_answers(classifier):
    texts, labels = documents(100, seed=2)
    assert classifier.labels == sorted(set(LABELS), key=LABELS.count, reverse=True)
    assert classifier.label_counts.tolist() == [LABELS.count(each) for each in classifier.labels]
    assert len(classifier.words) == len(classifier.counts) == 19
    found = classifier.predict(texts)
    assert np.mean([row[0].label == label for row, label in zip(found, labels, strict=True)]) > 0.97
    assert [classifier.predict(text)[0].label for text in texts] == [row[0].label for row in found]
    assert isinstance(found[0][0].probability, float)


def test_probabilities_and_vectors(classifier):
    probabilities = classifier.predict_proba(TEXTS)
    assert probabilities.dtype == np.float32
    assert probabilities.shape == (200, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_proba(TEXTS[0]), probabilities[0], rtol=1e-5)
    vectors = classifier.vectors(TEXTS)
    assert vectors.shape == (200, 8)
    assert classifier.vectors(TEXTS[0]).shape == (8,)
    scores = vectors @ classifier._classifier.outputs.T
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-5)
    for k, p in zip(classifier.predict(TEXTS, k=None), probabilities, strict=True):
        assert [answer.probability for answer in k] == sorted(p.tolist(), reverse=True)


def test_a_threshold_makes_lists_of_unequal_length(classifier):
    sure, unsure = "fine great", "the film"
    p = classifier.predict_proba(unsure).max()
    assert [len(some) for some in classifier.predict([sure, unsure], threshold=p + 1e-4)] == [1, 0]
    assert [len(some) for some in classifier.predict([sure, unsure], 2, 1e-9)] == [2, 2]
    assert classifier.predict(unsure, threshold=1) == []


def test_an_empty_list_gives_an_empty_list(classifier):
    assert classifier.predict([]) == classifier.predict(iter(())) == []
    assert classifier.predict_proba([]).shape == (0, 2)
    assert classifier.vectors([]).shape == (0, 8)


KINDS = {
    "list": list,
    "generator": iter,
    "array": np.array,
    "objects": lambda texts: np.array(texts, dtype=object),
    "words": lambda texts: [text.split() for text in texts],
    "tuples of words": lambda texts: (tuple(text.split()) for text in texts),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_documents_of_any_kind_are_the_same(classifier, kind):
    given = dict(word_ngrams=2, buckets=5000, **HOW)
    again = train_classifier(kind(TEXTS), iter(LABELS), **given)
    expected = classifier.predict_proba(TEXTS)
    np.testing.assert_array_equal(again.predict_proba(kind(TEXTS)), expected)
    assert again.test(kind(TEXTS), np.array(LABELS)).f1 == classifier.test(TEXTS, LABELS).f1


def test_words_of_lists_are_taken_as_they_are():
    texts = [["new york", "x", "</s>"], ["York", "x\ty", "é"]] * 20
    classifier = train_classifier(texts, ["a", "b"] * 20, **HOW, lowercase=True)
    assert set(classifier.words) == {"new york", "x", "</s>", "york", "x\ty", "é"}
    with pytest.warns(W2VWarning, match=r"1 of 2 documents without a word"):
        found = classifier.predict_proba([["New York"], ["new", "x y"]])
    assert found[0].argmax() == classifier.labels.index("a")
    # The text is cut, and each of its words is another one.
    assert classifier.predict("New York")[0].label == "b"


def test_line_ends_and_odd_characters_in_texts(classifier):
    plain = classifier.predict_proba(["dull", "fine film boring"])[1]
    for text in ("fine\nfilm\r\nboring\n", "\ufefffine film\0boring", "  fine\tfilm\vboring"):
        np.testing.assert_array_equal(classifier.predict_proba(["dull", text])[1], plain)
    # Half of a pair is a word that nobody knows.
    odd = classifier.predict_proba(["fine \ud800 film", "fine \ud800\udfff film", "fine 𐏿 film"])
    np.testing.assert_array_equal(odd[0], odd[2])


def test_text_is_cut_as_in_training(tmp_path):
    how = {"tokenize": "words", "lowercase": True, "digits": "zero"}
    classifier = train_classifier(["Fine, film: 12!", "A dull film"] * 30, ["+", "-"] * 30,
                                  **HOW, **how)  # fmt: skip
    assert {"fine", "00", "dull"} < set(classifier.words)
    expected = classifier.predict_proba(["FINE? 34"])
    # Rounding may go by where arrays begin.
    np.testing.assert_allclose(classifier.predict_proba(["fine 00"]), expected, rtol=1e-5)
    classifier.save(tmp_path / "m.bin")
    again = load_classifier(tmp_path / "m.bin")
    np.testing.assert_allclose(again.predict_proba(["FINE? 34"]), expected, rtol=1e-5)
    plain = load_classifier(tmp_path / "m.bin", tokenize="blanks", lowercase=False)
    with pytest.warns(W2VWarning, match="1 of 1 document without a word"):
        plain.predict("FINE?")


def test_it_is_what_the_command_gives(w2v, in_prefixes, tmp_path, classifier):
    options = ["-d", 8, "-e", 10, "-j", 1, "--word-ngrams", 2, "--buckets", 5000, "-q"]
    done = w2v("classify", "train", in_prefixes, "-o", "m.bin", *options, cwd=tmp_path)
    assert done.returncode == 0, done.errors
    ours = train_classifier(
        in_prefixes, word_ngrams=2, buckets=5000, output=tmp_path / "o.bin", **HOW
    )
    assert (tmp_path / "m.bin").read_bytes() == (tmp_path / "o.bin").read_bytes()
    assert ours.labels == classifier.labels
    (tmp_path / "new.txt").write_text("".join(f"{text}\n" for text in TEXTS))
    done = w2v("classify", "predict", "m.bin", "new.txt", "-k", 2, "--json", "-q", cwd=tmp_path)
    theirs = [json.loads(line)["labels"] for line in done.text.splitlines()]
    for predictor in (ours, classifier, load_classifier(tmp_path / "m.bin")):
        found = predictor.predict(TEXTS, 2)
        assert [
            [(f"__label__{label}", round(p, 6)) for label, p in answers] for answers in found
        ] == [[(each["label"], each["probability"]) for each in row] for row in theirs]
    done = w2v("classify", "test", "m.bin", in_prefixes, "--json", "-q", cwd=tmp_path)
    facts = json.loads(done.text)
    scores = ours.test(in_prefixes)
    assert scores.facts()["micro"] == facts["micro"]
    assert (scores.f1, scores.precision, scores.recall) == tuple(
        facts["micro"][name] for name in ("f1", "precision", "recall")
    )
    assert scores.accuracy == facts["accuracy"]
    assert scores.labels == ours.labels
    assert classifier.test(TEXTS, LABELS).facts() == scores.facts()
    # Labels within the text are none of its words, for whoever had them there in training.
    labelled = in_prefixes.read_text().splitlines()
    np.testing.assert_array_equal(ours.predict_proba(labelled), ours.predict_proba(TEXTS))
    split = [line.split() for line in labelled]
    np.testing.assert_array_equal(ours.predict_proba(split), ours.predict_proba(TEXTS))


@pytest.mark.parametrize("names", [("review", "stars"), (2, 1), (["review"], ["stars"])])
def test_columns_of_tables(tmp_path, classifier, names):
    rows = [f"{label}\t{text}\n" for text, label in zip(TEXTS, LABELS, strict=True)]
    head = "" if names == (2, 1) else "stars\treview\n"
    (tmp_path / "t.tsv").write_text(head + "".join(rows))
    text, label = names
    found = train_classifier(
        tmp_path / "t.tsv", text=text, label=label, word_ngrams=2, buckets=5000, **HOW
    )
    np.testing.assert_array_equal(found.predict_proba(TEXTS), classifier.predict_proba(TEXTS))
    scores = found.test(tmp_path / "t.tsv", text=text, label=label)
    assert scores.facts() == classifier.test(TEXTS, LABELS).facts()


def test_weights(tmp_path):
    texts, labels = ["x", "x", "y"] * 40, ["a", "b", "a"] * 40
    weights = [0, 1, 1] * 40
    found = train_classifier(texts, labels, weights=np.array(weights), **HOW)
    assert found.predict("x")[0].label == "b"
    rows = zip(texts, labels, weights, strict=True)
    (tmp_path / "t.tsv").write_text("".join(f"{t}\t{n}\t{w}\n" for t, n, w in rows))
    same = train_classifier(tmp_path / "t.tsv", text=1, label=2, weight=3, **HOW)
    np.testing.assert_array_equal(found.predict_proba(["x", "y"]), same.predict_proba(["x", "y"]))


def test_several_labels_and_none():
    texts, labels = ["x y", "x", "y", "z"] * 30, [["a", "b"], ("a",), np.array(["b"]), []] * 30
    with pytest.warns(W2VWarning, match="30 of 120 documents have no label"):
        classifier = train_classifier(texts, labels, loss="ova", dim=8, epochs=30, threads=1)
    assert sorted(classifier.labels) == ["a", "b"]
    found = [{label for label, _ in row} for row in classifier.predict(texts[:3], 2, 0.5)]
    assert found == [{"a", "b"}, {"a"}, {"b"}]
    with pytest.warns(W2VWarning, match="30 of 120 documents have no label, and are left out"):
        scores = classifier.test(texts, labels, k=2, threshold=0.5)
    assert scores.n_unlabelled == 30
    assert scores.f1 == 1


def test_labels_may_hold_blanks_and_be_any_text(tmp_path):
    names = ["New York", "__label__x", "Ünï ,", " ", "\ud800"]
    texts = [f"w{number}" for number in range(5)] * 20
    classifier = train_classifier(texts, names * 20, **HOW)
    told = [*names[:4], "\ufffd" * 3]
    assert sorted(classifier.labels) == sorted(told)
    assert [row[0].label for row in classifier.predict(texts[:5])] == told
    classifier.save(tmp_path / "m.bin")
    again = load_classifier(tmp_path / "m.bin")
    assert again.labels == classifier.labels
    # fastText finds the usual prefix; without the record nothing but the settings is lost.
    (tmp_path / "m.bin.w2v.json").unlink()
    bare = load_classifier(tmp_path / "m.bin")
    assert bare.labels == classifier.labels
    assert bare._classifier.labels == [f"__label__{label}" for label in classifier.labels]


def test_a_prefix_of_ones_own_is_that_of_the_file(tmp_path):
    found = train_classifier(TEXTS, LABELS, label_prefix="#", **HOW)
    found.save(tmp_path / "m.bin")
    assert b"#good\0" in (tmp_path / "m.bin").read_bytes()
    assert load_classifier(tmp_path / "m.bin").labels == found.labels
    assert found.labels == ["good", "bad"] or found.labels == ["bad", "good"]


@pytest.mark.parametrize("options", [{}, {"word_ngrams": 2, "buckets": 2_000_000}, {"loss": "hs"}])
def test_pickles_and_files_answer_alike(tmp_path, options):
    classifier = train_classifier(TEXTS, LABELS, **HOW, **options)
    expected = classifier.predict_proba(TEXTS)
    pickled = pickle.dumps(classifier)
    assert len(pickled) < 50_000
    np.testing.assert_array_equal(pickle.loads(pickled).predict_proba(TEXTS), expected)
    if options.get("buckets"):
        return  # its file has a row for each
    classifier.save(tmp_path / "m.bin.gz")
    again = load_classifier(tmp_path / "m.bin.gz")
    np.testing.assert_array_equal(again.predict_proba(TEXTS), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(again)).predict_proba(TEXTS), expected)
    assert again.record == classifier.record
    assert again.settings["epochs"] == 10


def test_a_pickle_leaves_out_what_was_never_trained(tmp_path):
    classifier = train_classifier(TEXTS, LABELS, word_ngrams=2, buckets=100_000, **HOW)
    classifier.save(tmp_path / "m.bin", record=False)
    assert (tmp_path / "m.bin").stat().st_size > 3_000_000
    assert not (tmp_path / "m.bin.w2v.json").exists()
    pickled = pickle.dumps(load_classifier(tmp_path / "m.bin"))
    assert len(pickled) < 50_000
    np.testing.assert_array_equal(
        pickle.loads(pickled).predict_proba(TEXTS), classifier.predict_proba(TEXTS)
    )


def test_copies_are_the_same(classifier):
    assert copy.copy(classifier) is copy.deepcopy(classifier) is classifier
    assert repr(classifier) == "<TextClassifier: 2 labels, 19 words, dim 8>"


def test_one_seed_gives_one_classifier(classifier):
    again, other = (
        train_classifier(TEXTS, LABELS, word_ngrams=2, buckets=5000, seed=seed, **HOW)
        for seed in (1, 2)
    )
    expected = classifier.predict_proba(TEXTS)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), expected)
    assert not np.array_equal(other.predict_proba(TEXTS), expected)
    assert again.record["seed"] == again.settings["seed"] == 1
    assert again.record["documents"] == 200


def test_threads_may_ask_at_once(classifier):
    expected = classifier.predict_proba(TEXTS)
    fresh = pickle.loads(pickle.dumps(classifier))
    found = [None] * 4

    def ask(number):
        found[number] = np.stack([fresh.predict_proba(text) for text in TEXTS[number::4]])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(4):
        np.testing.assert_allclose(found[number], expected[number::4], rtol=1e-5)
    np.testing.assert_allclose(fresh.predict_proba(TEXTS, threads=3), expected, rtol=1e-5)
    # Enough for several threads, while the calling one waits.
    many = fresh.predict(TEXTS * 5, threads=2)
    assert [row[0].label for row in many] == [classifier.labels[p.argmax()] for p in expected] * 5


def test_an_error_in_the_middle_spoils_nothing(classifier):
    expected = classifier.predict_proba(TEXTS)
    fresh = pickle.loads(pickle.dumps(classifier))

    def breaking():
        yield from TEXTS
        yield "never seen"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fresh.predict_proba(breaking())
    with pytest.raises(InputError, match="document 2 is missing"):
        fresh.predict(["another", None])
    np.testing.assert_array_equal(fresh.predict_proba(TEXTS), expected)


def test_after_each_epoch(tmp_path):
    told = []

    def stop(epoch, loss, classifier):
        told.append((epoch, loss, classifier.predict_proba(TEXTS)))
        return epoch == 3

    classifier = train_classifier(TEXTS, LABELS, on_epoch=stop, **HOW)
    assert [epoch for epoch, *_ in told] == [1, 2, 3]
    assert [loss for _, loss, _ in told] == classifier.record["loss"]
    np.testing.assert_array_equal(told[-1][2], classifier.predict_proba(TEXTS))
    assert not np.array_equal(told[0][2], told[1][2])


def test_checkpoints(tmp_path):
    how = {**HOW, "checkpoint_every": "1e"}

    def stop(epoch, loss, classifier):
        if epoch == 4:
            raise RuntimeError("enough")

    expected = train_classifier(TEXTS, LABELS, **HOW).predict_proba(TEXTS)
    with pytest.raises(RuntimeError, match="enough"):
        train_classifier(TEXTS, LABELS, checkpoint=tmp_path / "c", on_epoch=stop, **how)
    again = train_classifier(TEXTS, LABELS, resume=tmp_path / "c", **how)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), expected)
    with pytest.raises(ConfigError):
        train_classifier(TEXTS[::-1], LABELS, resume=tmp_path / "c", **how)


def test_progress_and_output(tmp_path, capsys):
    stages = []
    train_classifier(
        TEXTS, LABELS, output=tmp_path / "m.bin", verbose=True,
        progress=lambda stage, done, total, **details: stages.append(stage), **HOW,
    )  # fmt: skip
    assert {"read", "train"} <= set(stages)
    assert "200 documents read, with 2,000 words" in capsys.readouterr().err
    assert load_classifier(tmp_path / "m.bin").record["documents"] == 200
    assert isinstance(load_classifier(str(tmp_path / "m.bin")), TextClassifier)


ODD = [
    (lambda: train_classifier("no.txt"), InputError, "no such file.*give texts with their labels"),
    (lambda: train_classifier(["a b", "c"]), InputError, "no such file or folder; if it is a text"),
    (lambda: train_classifier([["a"], ["b"]]), InputError, "documents without labels are a path"),
    (lambda: train_classifier(iter("ab")), InputError, "documents without labels are a path"),
    (lambda: train_classifier([]), InputError, "documents without labels are a path"),
    (lambda: train_classifier([], []), InputError, "there is no document in it"),
    (lambda: train_classifier("a text", ["a"]), InputError, "not a single text"),
    (lambda: train_classifier(["a", "b"], ["x"]), InputError, "2 documents and 1 label were"),
    (lambda: train_classifier(["a"], ["x", "y"]), InputError, "1 document and 2 labels were"),
    (lambda: train_classifier(iter("ab"), iter("x")), InputError, "more than 1 document and 1 l"),
    (lambda: train_classifier(iter("a"), iter("xy")), InputError, "1 document and more than 1 l"),
    (lambda: train_classifier(["a"], "x"), InputError, "labels must be a list, one for each"),
    (lambda: train_classifier(["a"], 5), InputError, "labels must be a list, one for each"),
    (lambda: train_classifier(["a", "b"], ["x", None]), InputError, "of document 2 is missing"),
    (lambda: train_classifier(["a"], [float("nan")]), InputError, "of document 1 is missing"),
    (lambda: train_classifier(["a"], [3]), InputError, r"of document 1 is 3; .* str\(label\)"),
    (lambda: train_classifier(["a"], [["x", 3]]), InputError, "of document 1 is 3"),
    (lambda: train_classifier(["a"], [""]), InputError, "the label '' of document 1 is empty"),
    (lambda: train_classifier(["a"], ["x\ny"]), InputError, "holds a newline"),
    (lambda: train_classifier(["a"], [[]]), InputError, "no document has a label"),
    (lambda: train_classifier(["a", None], ["x", "y"]), InputError, "document 2 is missing"),
    (lambda: train_classifier(["a", b"b"], ["x", "y"]), InputError, "it is number 2"),
    (lambda: train_classifier(["a", ["b"]], ["x", "y"]), InputError, "document 2 is a list"),
    (lambda: train_classifier([["b"], "a"], ["x", "y"]), InputError, "document 2 is a text"),
    (lambda: train_classifier([["b"], [3]], ["x", "y"]), InputError, "it is number 2"),
    (lambda: train_classifier([["b\n"]], ["x"]), InputError, "document 1: a word holds a newline"),
    (lambda: train_classifier([["b\0c"]], ["x"]), InputError, "document 1: a word holds a newline"),
    (lambda: train_classifier(["a"], ["x"], weights=[-1]), InputError, "of document 1 is -1"),
    (lambda: train_classifier(["a"], ["x"], weights=["1"]), InputError, "weight of document 1"),
    (lambda: train_classifier(["a"], ["x"], weights=[1, 1]), InputError, "1 document and 2 weig"),
    (lambda: train_classifier("a.txt", weights=[1]), ConfigError, "weight names the column"),
    (lambda: train_classifier(["a"], ["x"], text="t", label="l"), ConfigError, "labels are given"),
    (lambda: train_classifier("a.tsv", text="t"), ConfigError, "text names a column, and label"),
    (lambda: train_classifier("a.tsv", text=[None], label=1), ConfigError, "text must be a column"),
    (lambda: train_classifier(["a"], ["x"], dim=0), ConfigError, "dim must be from 1 to 4096"),
    (lambda: train_classifier(["a"], ["x"], loss="x"), ConfigError, "loss must be softmax or"),
    (lambda: train_classifier(["a"], ["x"], balance=1), ConfigError, "balance must be True or"),
    (lambda: train_classifier(["a"], ["x"], progress=1), ConfigError, "progress must be True or a"),
    (lambda: train_classifier(["a"], ["x"], epoch=3), TypeError, "did you mean 'epochs'"),
    (lambda: train_classifier(["a"], ["x"], wordNgrams=3), TypeError, "did you mean 'word_ngrams'"),
    (lambda: train_classifier(["a"], ["x"], minn=3), TypeError, "did you mean 'min_n'"),
    (lambda: train_classifier(["a"], ["x"], window=3), TypeError, r"help\(train_classifier\)"),
    (lambda: train_classifier(["a"], ["x"], sentences=True), TypeError, "not cut into sentences"),
    (lambda: load_classifier("no.bin"), InputError, "no.bin: cannot be opened"),
    (lambda: load_classifier(3), ConfigError, "path must be a path"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "error", "message"), ODD)
def test_what_cannot_be_is_told(tmp_path, monkeypatch, ask, error, message):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("__label__x a\n")
    Path("a.tsv").write_text("t\tl\na\tx\n")
    with pytest.raises(error, match=message) as told:
        ask()
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda c: c.predict("a", k=0), "k must be a whole number from 1 on"),
        (lambda c: c.predict("a", threshold=2), "threshold must be from 0 to 1"),
        (lambda c: c.predict("a", threads=0), "threads must be a whole number"),
        (lambda c: c.predict("a", threads=40_000), "threads must be from 1 to 1024, not 40000"),
        (lambda c: c.predict(3), "documents are a list of texts, not int"),
        (lambda c: c.predict(b"a"), "not a single text"),
        (lambda c: c.predict({"a": 1}), "documents are a list of texts, not dict"),
        (lambda c: c.predict(np.array([["a"]])), "one column of texts, not a table"),
        (lambda c: c.predict(["a", 3]), "not 3; it is number 2"),
        (lambda c: c.test(["fine"], [[]]), "no label in 1 document"),
        (lambda c: c.test(["fine"]), "no such file"),
        (lambda c: c.save("a.txt/b"), "a.txt/b: cannot be written"),
        (lambda c: c.save("a.ftz"), "a.ftz: .ftz means a quantized model"),
        (lambda c: c.save(""), "path must be a path"),
    ],
)
def test_questions_that_cannot_be(tmp_path, monkeypatch, classifier, ask, message):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("a\n")
    with pytest.raises((ConfigError, InputError, OSError, Exception), match=message) as told:
        ask(classifier)
    assert type(told.value).__module__ == "w2v_cli.errors"


def test_a_file_that_is_read_is_not_written_over(in_prefixes):
    with pytest.raises(ConfigError, match="is both a text and an output"):
        train_classifier(in_prefixes, output=in_prefixes)


def test_one_label_is_told():
    with pytest.warns(W2VWarning, match="there is only one label, a: every document"):
        classifier = train_classifier(["x", "y"], ["a", "a"], dim=4, epochs=1, threads=1)
    assert classifier.predict_proba(["x"]).tolist() == [[1]]


def test_documents_without_words():
    classifier = train_classifier(["", "x", "a"] * 30, ["none", "x", "a"] * 30, **HOW)
    with pytest.warns(W2VWarning, match="2 of 3 documents without a word"):
        found = classifier.predict(["", "x", "?"])
    assert [row[0].label for row in found] == ["none", "x", "none"]


@pytest.mark.parametrize("loss", ["softmax", "hs"])
def test_quantized(tmp_path, loss):
    model = train_classifier(TEXTS, LABELS, word_ngrams=2, buckets=5000, loss=loss, **HOW)
    small = model.quantize(threads=2, qout=True)
    assert [each.label for (each,) in small.predict(TEXTS)] == [
        each.label for (each,) in model.predict(TEXTS)
    ]
    assert small.record["changes"]["qout"] is True
    assert small.record["source_provenance"] == model.record
    small.save(tmp_path / "m.ftz")
    for found in (load_classifier(tmp_path / "m.ftz"), pickle.loads(pickle.dumps(small))):
        np.testing.assert_array_equal(found.predict_proba(TEXTS), small.predict_proba(TEXTS))
        found.save(tmp_path / "again.ftz")
        assert (tmp_path / "again.ftz").read_bytes() == (tmp_path / "m.ftz").read_bytes()
    few = model.quantize(keep=5)
    assert len(few.words) <= 5
    assert "</s>" in few.words
    size = (tmp_path / "m.ftz").stat().st_size
    stages = []
    fits = model.quantize(max_size=size, progress=lambda stage, *_, **__: stages.append(stage))
    fits.save(tmp_path / "fits.ftz")
    assert (tmp_path / "fits.ftz").stat().st_size <= size
    assert "quantize" in stages
    for given, told in (
        ({"max_size": "2X"}, "max_size must be a size such as 2M"),
        ({"max_size": 100}, "max_size of 100 bytes is too little"),
        ({"max_size": "2M", "keep": 5}, "keep and max_size exclude each other"),
        ({"dsub": 0}, "dsub must be from 1 to 64"),
        ({"qout": 2}, "qout"),
    ):
        with pytest.raises(ConfigError, match=told):
            model.quantize(**given)
    with pytest.raises(ConfigError, match="the model: is quantized already"):
        small.quantize()
