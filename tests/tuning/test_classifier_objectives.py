"""What trials of classifiers are scored by, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn import metrics

from w2v_cli.errors import ConfigError
from w2v_cli.tuning.classifiers.objectives import NO_LABEL, Answers, Objective, Scoring, Truth
from w2v_cli.tuning.trials import compare

NAMES = ["__label__a", "__label__b", "__label__c", "__label__d"]


def of_one_label(n, seed=1):
    """(truth, answers) of documents with one label each, of which d is never answered."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, n)
    scores = rng.random((n, 3)).astype(np.float32)
    known = labels < 3
    scores[np.arange(n)[known], labels[known]] += 0.4
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    of_true = np.full(n, 1e-15)
    of_true[known] = probabilities[np.arange(n)[known], labels[known]]
    pairs = probabilities.ravel(), np.repeat(np.arange(n), 3), np.tile(np.arange(3), n)
    answers = Answers(probabilities.argmax(axis=1), -np.log(of_true), *pairs)
    return Truth(NAMES, labels, np.arange(n), n), answers, probabilities


def score(text, truth, answers):
    objective = Objective.parse(text).of_labels(NAMES, "__label__")
    found, drawn = Scoring(objective, truth).goodness(answers)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert low <= found <= high
    return found


def test_scores_are_those_of_scikit_learn():
    truth, answers, _ = of_one_label(300)
    each = metrics.f1_score(truth.labels, answers.top, average=None, labels=range(4))
    assert score("f1", truth, answers) == pytest.approx(np.mean(truth.labels == answers.top))
    assert score("f1:b", truth, answers) == pytest.approx(each[1])
    assert score("f1:__label__c", truth, answers) == pytest.approx(each[2])
    assert score("macro-f1", truth, answers) == pytest.approx(each.mean())
    assert score("log-loss", truth, answers) == pytest.approx(-answers.losses.mean())


@pytest.mark.parametrize(("label", "number"), [("", None), (":b", 1)])
def test_points_of_curves_are_those_of_scikit_learn(label, number):
    truth, answers, probabilities = of_one_label(200, seed=2)
    is_true = truth.labels[:, np.newaxis] == np.arange(3)
    some = slice(None) if number is None else number
    n_true = 200 if number is None else int((truth.labels == number).sum())
    precision, recall, _ = metrics.precision_recall_curve(
        is_true[:, some].ravel(), probabilities[:, some].ravel()
    )
    recall = recall * is_true[:, some].sum() / n_true  # d is true, too
    assert score(f"precision-at-recall:0.4{label}", truth, answers) == pytest.approx(
        precision[recall >= 0.4].max()
    )
    assert score(f"recall-at-precision:0.6{label}", truth, answers) == pytest.approx(
        recall[(precision >= 0.6) & (recall > 0)].max()
    )


def test_several_labels_and_no_answer():
    """Documents 0: a and b, 1: c, 2: a; answers a, none, b."""
    truth = Truth(NAMES, np.array([0, 1, 2, 0]), np.array([0, 0, 1, 2]), 3)
    nothing = np.zeros(0, dtype=np.int64)
    answers = Answers(np.array([0, NO_LABEL, 1]), np.zeros(3), nothing, nothing, nothing)
    ones = np.ones((1, 3))
    [f1] = Objective("f1").goodness(answers, truth, ones)
    assert f1 == pytest.approx(2 * 1 / (2 + 4))
    # a: 2 true, 1 answer, 1 hit; b: 1, 1, 0; c: 1, 0, 0; d is nowhere.
    [macro] = Objective("macro-f1").goodness(answers, truth, ones)
    assert macro == pytest.approx((2 / 3 + 0 + 0) / 3)
    # The first document alone, three times.
    [again] = Objective("f1").goodness(answers, truth, np.array([[3.0, 0, 0]]))
    assert again == pytest.approx(2 * 3 / (3 + 6))


@pytest.mark.parametrize(
    "text",
    ["accuracy", "f1:", "macro-f1:a", "precision-at-recall", "recall-at-precision:",
     "precision-at-recall:0", "recall-at-precision:90", "precision-at-recall:x:a", ""],
)  # fmt: skip
def test_what_is_no_objective(text):
    with pytest.raises(ConfigError, match="objective"):
        Objective.parse(text)


def test_an_objective_says_what_it_is():
    for text in ("f1", "f1:a", "macro-f1", "precision-at-recall:0.9:a", "log-loss"):
        assert Objective.parse(text).measure == text
    assert Objective.parse("log-loss").sign == -1


def test_a_label_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ConfigError, match=r"no document has the label 'e'; .*__label__a, .*_d$"):
        Objective.parse("f1:e").of_labels(NAMES, "__label__")
    with pytest.raises(ConfigError, match=r"l99\d.*; there are l0, .*l19 and 980 more"):
        Objective.parse("f1:l9999").of_labels([f"l{n}" for n in range(1000)], "")


def test_chance_is_told_from_better():
    from w2v_cli.tuning.classifiers.objectives import Differences
    from w2v_cli.tuning.classifiers.trials import ClassifierTrial

    truth, answers, _ = of_one_label(500)
    rng = np.random.default_rng(3)
    nearly = np.where(rng.random(500) < 0.02, 0, answers.top)
    scoring = Scoring(Objective("f1"), truth)
    trials = []
    for top in (answers.top, nearly, np.zeros(500, dtype=np.int64)):
        found, drawn = scoring.goodness(answers._replace(top=top))
        trials.append(ClassifierTrial(None, score=found, details=drawn))
    verdicts = [trial.verdict for trial in compare(trials, Differences())]
    assert verdicts == ["best", "alike", "worse"]
