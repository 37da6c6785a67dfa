"""Which trial is best, and which cannot be told from it."""

import numpy as np

from w2v_cli.config import TrainConfig
from w2v_cli.tuning.trials import AnalogyTest, Trial, best_of, compare


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
