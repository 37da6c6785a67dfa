"""The schedule: every token of every epoch once, and a learning rate that falls in a line."""

import itertools
from collections import Counter

import numpy as np
import pytest

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.spool import Spool
from w2v_cli.methods import schedule
from w2v_cli.methods.schedule import TextSchedule

END = -1


@pytest.fixture
def corpus(tmp_path):
    """About 12,000 words in lines of 0 to 39 words."""
    rng = np.random.default_rng(3)
    spool = Spool(tmp_path)
    for _ in range(600):
        spool.append(np.append(rng.integers(0, 50, rng.integers(0, 40)), END).astype(np.int32))
    with encode([spool], [np.arange(50, dtype=np.int32)]) as corpus:
        yield corpus


def chunks_of(corpus, **options):
    all_chunks = TextSchedule(corpus, TrainConfig(**{"lr": 0.025} | options))
    return [all_chunks[number] for number in range(len(all_chunks))]


def test_every_position_once_an_epoch(corpus):
    chunks = chunks_of(corpus, epochs=3)
    for epoch in range(3):
        spans = sorted((chunk.start, chunk.stop) for chunk in chunks if chunk.epoch == epoch)
        assert len(spans) > 5
        assert spans[0][0] == 0
        assert spans[-1][1] == corpus.length
        assert all(this[1] == following[0] for this, following in itertools.pairwise(spans))


def test_learning_rate_falls_in_a_line_over_all_epochs(corpus):
    chunks = chunks_of(corpus, epochs=2, lr=0.1)
    done, total = 0, corpus.n_tokens * 2
    for chunk in chunks:
        assert chunk.lr == pytest.approx(0.1 * max(1 - done / total, 1e-4))
        done += corpus.count_tokens(chunk.start, chunk.stop)
    assert done == total
    assert chunks[0].lr == 0.1
    assert chunks[-1].lr < 0.02


def test_learning_rate_never_falls_below_its_floor(corpus, monkeypatch):
    monkeypatch.setattr(schedule, "MIN_CHUNK", 1)
    monkeypatch.setattr(schedule, "CHUNKS_PER_EPOCH", 100_000)
    assert min(chunk.lr for chunk in chunks_of(corpus, epochs=20, lr=0.1)) >= 0.1 * 1e-4


def test_epochs_take_the_chunks_in_orders_of_their_own(corpus):
    chunks = chunks_of(corpus, epochs=2)
    orders = [[chunk.start for chunk in chunks if chunk.epoch == epoch] for epoch in (0, 1)]
    assert Counter(orders[0]) == Counter(orders[1])
    assert orders[0] != orders[1]
    assert orders[0] != sorted(orders[0])


def test_no_two_chunks_share_random_numbers(corpus):
    chunks = chunks_of(corpus, epochs=3) + chunks_of(corpus, epochs=3, seed=2)
    seeds = [chunk.seed for chunk in chunks]
    assert len(set(seeds)) == len(seeds)


def test_the_schedule_depends_on_the_seed_alone(corpus):
    assert chunks_of(corpus, threads=1) == chunks_of(corpus, threads=7)
    assert chunks_of(corpus) != chunks_of(corpus, seed=2)
