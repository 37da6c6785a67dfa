"""Classifiers in Python that are quantized, and learn to do without the rows that went."""

import json
import pickle

import numpy as np
import pytest
from test_classifiers import HOW, LABELS, TEXTS

import w2v_cli.classifiers
from w2v_cli import (
    ConfigError,
    InputError,
    TextClassifier,
    TrainingError,
    W2VWarning,
    load_classifier,
    train_classifier,
)

pytestmark = pytest.mark.usefixtures("compiled")

KEPT, EPOCHS, LR = 12, 3, 0.3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Documents as lines and as a table, and a classifier that was trained on the lines."""
    folder = tmp_path_factory.mktemp("smaller")
    pairs = list(zip(TEXTS, LABELS, strict=True))
    (folder / "lines.txt").write_text("".join(f"__label__{name} {text}\n" for text, name in pairs))
    rows = "".join(f"{name}\t{text}\n" for text, name in pairs)
    (folder / "table.tsv").write_text(f"which\treview\n{rows}")
    train_classifier(folder / "lines.txt", output=folder / "m.bin", lr=0.2, **HOW)
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return load_classifier(folder / "m.bin")


def outcome(classifier):
    """(how it learnt on, its probabilities)."""
    return classifier.record["changes"]["retrained"], classifier.predict_proba(TEXTS)


def test_documents_of_any_kind_teach_the_same(folder, model):
    how = {"keep": KEPT, "epochs": EPOCHS, "lr": LR, "threads": 1}
    prefixed = [f"__label__{label}" for label in LABELS]
    texts = (text for text in TEXTS)
    found = [
        outcome(model.quantize(retrain=folder / "lines.txt", **how)),
        outcome(model.quantize(retrain=[str(folder / "lines.txt")], **how)),
        outcome(model.quantize(retrain=folder / "table.tsv", text="review", label="which", **how)),
        outcome(model.quantize(retrain=texts, labels=LABELS, **how)),
        outcome(model.quantize(retrain=[text.split() for text in TEXTS], labels=LABELS, **how)),
    ]
    for facts, probabilities in found:
        assert (facts["documents"], facts["epochs"], facts["lr"]) == (len(TEXTS), EPOCHS, LR)
        assert facts["loss"] == found[0][0]["loss"]
        np.testing.assert_array_equal(probabilities, found[0][1])
    # The labels of Python have no prefix: with one they are others.
    with pytest.raises(InputError, match="no document has a label of the classifier, such as bad;"):
        model.quantize(retrain=TEXTS, labels=prefixed, **how)


def test_it_is_what_the_command_makes(w2v, folder, model):
    asked = ["--keep", KEPT, "--retrain", "lines.txt", "-e", EPOCHS, "--lr", LR, "-j", 1]
    done = w2v("quantize", "m.bin", "m.ftz", *map(str, asked), "--no-provenance", cwd=folder)
    assert done.returncode == 0, done.errors
    made = model.quantize(keep=KEPT, retrain=folder / "lines.txt", epochs=EPOCHS, lr=LR, threads=1)
    made.save(folder / "python.ftz", record=False)
    assert (folder / "python.ftz").read_bytes() == (folder / "m.ftz").read_bytes()


def test_what_stays_learns_to_do_without_the_rest(model):
    few = model.quantize(keep=KEPT)
    again = model.quantize(keep=KEPT, retrain=TEXTS, labels=LABELS)
    facts, _ = outcome(again)
    assert facts["epochs"] == 5
    assert facts["lr"] == model.settings["lr"] == 0.2
    assert again.words == few.words
    numbers = np.array([model.labels.index(label) for label in LABELS])

    def loss(classifier):
        return -np.log(classifier.predict_proba(TEXTS)[np.arange(len(TEXTS)), numbers]).mean()

    assert loss(again) < 0.9 * loss(few)
    small = model.quantize(max_size="11k", retrain=TEXTS, labels=LABELS, epochs=2, lr=0.1)
    assert len(small.record["changes"]["retrained"]["loss"]) == 2


def test_stages_and_documents_that_teach_nothing_are_told(model):
    stages = []
    labels = ["other" if row % 4 == 0 else label for row, label in enumerate(LABELS)]
    with pytest.warns(W2VWarning, match="50 of 200 documents have no label of the classifier"):
        model.quantize(
            keep=KEPT, retrain=TEXTS, labels=labels,
            progress=lambda stage, *_, **__: stages.append(stage),
        )  # fmt: skip
    assert {"read", "train", "quantize"} <= set(stages)


def test_damaged_bytes_are_told(folder, model):
    (folder / "odd.txt").write_bytes(b"__label__good fine caf\xe9 film\n" * 20)
    with pytest.warns(W2VWarning, match="not UTF-8"):
        model.quantize(keep=KEPT, retrain=folder / "odd.txt")
    with pytest.warns(W2VWarning, match="text that is not UTF-8.* was repaired"):
        model.test(folder / "odd.txt")
    assert model.test(folder / "odd.txt", encoding="latin-1").n_documents == 20


def test_labels_that_training_never_had_are_told(model):
    asked = (["fine", "dull", "?"], ["good", "other", "bad"])
    with pytest.warns(W2VWarning) as told:
        scores = model.test(*asked)
    told = [str(each.message) for each in told]
    assert len(told) == 2
    assert "1 time a true label is one that the model has never seen, such as other" in told[0]
    assert "known_labels leaves them out" in told[0]
    assert "1 of 3 documents without a word that the model knows" in told[1]
    assert scores.n_missed == 1


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"labels": ["x"]}, ConfigError, "labels is of training: give retrain, or leave it out"),
        ({"text": "t"}, ConfigError, "text is of training: give retrain"),
        ({"epochs": 3}, ConfigError, "epochs is of training: give retrain"),
        ({"lr": 0.1}, ConfigError, "lr is of training: give retrain"),
        ({"retrain": TEXTS}, InputError, "no such file or folder; if it is a text, give texts"),
        ({"retrain": 3}, InputError, "documents without labels are a path or several, not 3"),
        ({"retrain": ["a"], "labels": ["good", "bad"]}, InputError, "1 document and 2 labels were"),
        ({"retrain": ["a"], "labels": ["good"], "text": "t", "label": "l"}, ConfigError, "names"),
        ({"retrain": TEXTS, "labels": LABELS, "epochs": 0}, ConfigError, "epochs must be from 1"),
        ({"retrain": TEXTS, "labels": LABELS, "lr": -1}, ConfigError, "lr must be from"),
        ({"retrain": TEXTS, "labels": LABELS, "lr": "x"}, ConfigError, "lr must be"),
        ({"retrain": TEXTS, "labels": LABELS, "lr": 100, "epochs": 50}, TrainingError, "lr"),
        ({"retrain": [], "labels": []}, InputError, "there is no document in it"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(model, given, error, message):
    with pytest.raises(error, match=message) as told:
        model.quantize(**given)
    assert len(str(told.value).splitlines()) == 1


def test_pickles_name_what_is_public(model):
    """Those of earlier versions name `w2v_cli.classifiers`, where the classes still are."""
    made = pickle.dumps(model, protocol=0)
    old = made.replace(TextClassifier.__module__.encode(), b"w2v_cli.classifiers")
    assert old != made
    answers = pickle.loads(old).predict_proba(TEXTS)
    np.testing.assert_allclose(answers, model.predict_proba(TEXTS), rtol=1e-4)
    for name in w2v_cli.classifiers.__all__:
        assert callable(getattr(w2v_cli.classifiers, name))


def test_records_hold_what_was_asked(folder, model):
    made = model.quantize(keep=KEPT, retrain=TEXTS, labels=LABELS, epochs=1, seed=7, threads=1)
    made.save(folder / "kept.ftz")
    record = json.loads((folder / "kept.ftz.w2v.json").read_text())["provenance"]
    assert record["changes"]["retrained"] == made.record["changes"]["retrained"]
    assert record["changes"]["retrained"]["seed"] == 7
