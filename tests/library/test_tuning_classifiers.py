"""Settings of classifiers found in Python: as the command finds them."""

import inspect

import pytest
from test_classifiers import LABELS, TEXTS, documents

from w2v_cli import ConfigError, TextClassifier, train_classifier, tune_classifier

pytestmark = pytest.mark.usefixtures("compiled")

HOW = {"trials": 3, "dim": 8, "threads": 1}


@pytest.fixture(scope="module")
def tuned(compiled):
    return tune_classifier(TEXTS, LABELS, validation=documents(60, seed=5), **HOW)


def test_the_model_that_scored_is_given(tuned):
    classifier, tuning = tuned
    assert isinstance(classifier, TextClassifier)
    assert classifier.labels == ["good", "bad"] or classifier.labels == ["bad", "good"]
    assert len(tuning.trials) == 3
    assert tuning.documents == {"all": 200, "scored": 60, "folds": 0}
    assert classifier.test(*documents(60, seed=5)).f1 == pytest.approx(tuning.score)
    again = train_classifier(TEXTS, LABELS, **tuning.best, dim=8, threads=1)
    assert (again.predict_proba(TEXTS) == classifier.predict_proba(TEXTS)).all()
    assert classifier.record["tuning"]["trials"] == 3


def test_files_and_labels_of_objectives(w2v, tmp_path):
    path = tmp_path / "t.txt"
    lines = (f"__label__{label} {text}\n" for text, label in zip(TEXTS, LABELS, strict=True))
    path.write_text("".join(lines))
    found = tune_classifier(path, objective="f1:good", output=tmp_path / "p.bin", **HOW)
    args = ["--objective", "f1:good", "--trials", 3, "-d", 8, "-j", 1, "-q"]
    assert w2v("classify", "tune", path, "-o", tmp_path / "c.bin", *args).returncode == 0
    assert (tmp_path / "p.bin").read_bytes() == (tmp_path / "c.bin").read_bytes()
    assert found.tuning.objective == "f1:good"


def test_folds_generators_and_a_size():
    found = tune_classifier(iter(TEXTS), iter(LABELS), folds=3, max_size="30k", **HOW)
    assert found.tuning.model == "refitted"
    assert max(trial.bytes for trial in found.tuning.trials) <= 30_000
    assert found.classifier.test(*documents(60, seed=5)).f1 > 0.8


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ({"wordNgrams": 2}, TypeError, r"tune_classifier\(\) has no option 'wordNgrams'; did you"),
        ({"trials": 0}, ConfigError, "trials must be a whole number from 1 to 100,000, not 0"),
        ({"trials": True}, ConfigError, "trials must be a whole number"),
        ({"folds": 1}, ConfigError, "folds must be a whole number from 2 to 100, not 1"),
        ({"held_out": 1.5}, ConfigError, "held_out must be a share between 0 and 1, not 1.5"),
        ({"final": "last"}, ConfigError, "final must be best or refit, not 'last'"),
        ({"objective": "f1:great"}, ConfigError, "no document has the label 'great'"),
        ({"objective": 3}, ConfigError, "objective must be f1, "),
        ({"validation": TEXTS}, ConfigError, r"validation must be \(documents, labels\)"),
        ({"validation": (TEXTS, LABELS), "final": "refit"}, ConfigError, "need files, which can"),
        ({"time_budget": "soon"}, ConfigError, "time_budget must be a time"),
        ({"freeze": True}, ConfigError, "freeze needs init"),
        ({"max_size": "small"}, ConfigError, "max_size must be a size"),
    ],
)
def test_mistakes(values, kind, message):
    with pytest.raises(kind, match=message):
        tune_classifier(TEXTS, LABELS, **{"trials": 1, **values})


def test_all_options_are_told():
    known = inspect.signature(tune_classifier).parameters
    assert {"trials", "objective", "word_ngrams", "lowercase"} <= set(known)
