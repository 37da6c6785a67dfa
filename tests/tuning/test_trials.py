"""Which trial is best, and which cannot be told from it."""

import numpy as np

from w2v_cli.config import TrainConfig
from w2v_cli.tuning.measures import AnalogyTest
from w2v_cli.tuning.trials import Trial, best_of, compare, together


def trial_of(correct):
    correct = np.array(correct, dtype=bool)
    return Trial(TrainConfig(), score=correct.mean(), details=correct)


def test_verdicts():
    rng = np.random.default_rng(3)
    right = rng.random(2000) < 0.5
    nearly = right ^ (rng.random(2000) < 0.01)
    wrong = rng.random(2000) < 0.2
    trials = [trial_of(wrong), trial_of(right), trial_of(nearly), Trial(TrainConfig())]
    if trials[2].score > trials[1].score:
        trials[1], trials[2] = trials[2], trials[1]
    assert best_of(trials) is trials[1]
    verdicts = [trial.verdict for trial in compare(trials, AnalogyTest([]))]
    assert verdicts == ["worse", "best", "alike", None]
    assert best_of([]) is None


def test_a_setting_is_worse_only_if_it_is_with_every_seed():
    rng = np.random.default_rng(4)
    right = [rng.random(2000) < 0.6 for _ in range(2)]
    once = [rng.random(2000) < 0.3, right[1]]
    always = [rng.random(2000) < 0.3 for _ in range(2)]
    best, other, worst = (
        together([seeded(correct) for correct in runs]) for runs in (right, once, always)
    )
    assert other.score == (once[0].mean() + once[1].mean()) / 2
    found = compare([worst, best, other], AnalogyTest([]))
    assert [trial.verdict for trial in found] == ["worse", "best", "alike"]
    low, high = found[2].best_is_better_by
    assert low == 0 and 0.2 < high < 0.4, "alike with the second seed, much worse with the first"


def test_a_seed_without_a_score_leaves_none():
    failed = Trial(TrainConfig(), note="the loss left all bounds")
    assert together([seeded([True, False]), failed]) is failed


def seeded(correct):
    trial = trial_of(correct)
    trial.interval, trial.scores = (0.0, 1.0), [trial.score]
    return trial
