"""What trials are scored by: the last items of sessions, and what of options excludes what."""

import numpy as np
import pytest

from w2v_cli.config import TextConfig, TrainConfig
from w2v_cli.corpus.encoded import EncodedCorpus
from w2v_cli.corpus.marks import SENTENCE_END
from w2v_cli.corpus.sample import MemoryIds
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, InputError, in_python
from w2v_cli.evaluation.sessions import sessions_of_tokens
from w2v_cli.tuning import measures
from w2v_cli.tuning.measures import NextItemTest, read_test
from w2v_cli.tuning.trials import Sample, Trial

WORDS = ["a", "b", "c", "d"]
VECTORS = np.array([[1, 0], [1, 0.1], [1, 0.3], [-1, 0]], dtype=np.float32)
"""Nearest to a are b, c and d, in this order."""


def scored(test, words=WORDS, vectors=VECTORS):
    trial = Trial(TrainConfig())
    test.score(trial, Embeddings(words, vectors))
    return trial


def test_last_items_of_the_sample_are_not_trained_on():
    ids = np.array([0, 1, SENTENCE_END, 0, 2, SENTENCE_END, 3, SENTENCE_END], dtype=np.int32)
    test = NextItemTest(None, k=1)
    sample = Sample(EncodedCorpus(MemoryIds(ids), 5, 3), WORDS, 100, 10, test.hold_out)
    corpus, words, counts = sample.of(TrainConfig(min_count=1))
    assert (words, counts.tolist()) == (["a", "d"], [2, 1])
    assert corpus.n_tokens == 3
    assert (sample.n_tokens, sample.n_lines) == (5, 3)
    trial = scored(test)
    assert (trial.asked, trial.skipped, trial.score) == (2, 0, 0.5)
    assert test.n_known(["a", "b"]) == 1
    # A setting that knows fewer items has missed the others, whose scores could not be compared.
    trial = scored(test, ["a", "b"], VECTORS[:2])
    assert (trial.asked, trial.skipped, trial.score) == (1, 1, 0.5)
    # A part of the sample is a part of what is trained on.
    assert sample.part(2).n_tokens < 3
    with pytest.raises(InputError, match="the sample: holds no sessions"):
        NextItemTest(None).hold_out(ids[-2:], WORDS)


def test_held_out_sessions_leave_the_sample_alone_and_are_spread(monkeypatch):
    monkeypatch.setattr(measures, "MOST_SESSIONS", 2)
    test = NextItemTest(sessions_of_tokens([["a", "b"], ["a", "d"], ["a", "c"], ["b", "a"]]))
    assert test.told == ["2 of 4 sessions of the sessions"]
    ids = np.array([0, 1, SENTENCE_END], dtype=np.int32)
    assert test.hold_out(ids, WORDS) is ids
    assert scored(test).asked == 2


@pytest.mark.parametrize(
    ("metric", "score"),
    [("hit_rate", 2 / 3), ("mrr", (1 + 1 / 2) / 3), ("ndcg", (1 + 1 / np.log2(3)) / 3)],
)
def test_measures_and_differences(metric, score):
    test = NextItemTest(sessions_of_tokens([["a", "b"], ["a", "c"], ["a", "d"]] * 50), metric, k=2)
    assert test.measure == f"{metric.replace('_', '-')}@2"
    good = scored(test)
    assert good.score == pytest.approx(score)
    low, high = good.interval
    assert low < score < high
    bad = scored(test, vectors=VECTORS[[0, 3, 2, 1]])
    low, high = test.difference(good, bad)
    if metric == "hit_rate":
        # d is found in the place of b: neither is the better one.
        assert low < good.score - bad.score == 0 < high
    assert test.difference(good, good) == (0, 0)
    none = scored(NextItemTest(sessions_of_tokens([["x", "y"]])))
    assert (none.score, none.asked, none.skipped) == (None, 0, 1)


def test_sessions_are_read_as_the_corpus_is(tmp_path):
    (tmp_path / "s.txt").write_text("A B\nA C\n")
    test = read_test(sessions=[tmp_path / "s.txt"], text=TextConfig(lowercase=True))
    assert scored(test).asked == 2
    assert test.measure == "hit-rate@10"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give questions, pairs, sessions or next_item to score by"),
        ({"pairs": "p", "sessions": ["s"]}, "pairs and sessions exclude each other"),
        ({"sessions": ["s"], "next_item": True}, "sessions and next_item exclude each other"),
        ({"pairs": "p", "topn": 5}, "topn is for sessions; leave it out, or give sessions or"),
        ({"questions": ["q"], "measure": "mrr"}, "measure is for sessions"),
        ({"next_item": True, "measure": "recall"}, "measure must be hit_rate or ndcg or mrr"),
        ({"next_item": True, "topn": 0}, "topn must be from 1 to 1000, not 0"),
        (
            {"next_item": True, "session_history": True},
            "session_history must be from 1 to 1000",
        ),
    ],
)
def test_what_cannot_be_asked(options, message):
    with pytest.raises(ConfigError) as told:
        read_test(**options)
    assert message in in_python(told.value.message)
