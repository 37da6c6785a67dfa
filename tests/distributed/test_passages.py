"""A rank's own text in the order of training: each sentence once, cut where rounds end."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.marks import SENTENCE_END
from w2v_cli.distributed.passages import LEAST_PASSAGE, MOST_PASSAGE, OwnText, passage_of
from w2v_cli.methods.schedule import TextSchedule

MAX_SENTENCE = 20


class Ids:
    """A corpus that is an array."""

    def __init__(self, lengths):
        sentences = [np.append(np.full(n, i, np.int32), SENTENCE_END) for i, n in lengths]
        self._ids = np.concatenate([*sentences, np.zeros(0, np.int32)]).astype(np.int32)
        self.length, self.n_tokens = len(self._ids), int((self._ids >= 0).sum())

    def window(self, start, stop):
        assert 0 <= start <= stop <= self.length
        return self._ids[start:stop]

    def chunk_borders(self, size, _):
        ends = np.flatnonzero(self._ids == SENTENCE_END) + 1
        later = [int(ends[ends >= target][0]) for target in range(size, self.length, size)]
        return sorted({0, *later, self.length})

    def count_tokens(self, start, stop):
        return int((self._ids[start:stop] >= 0).sum())


def own_text(corpus, n_threads=1, most=10**6, epochs=2):
    config = TrainConfig(epochs=epochs, lr=0.05, seed=3)
    schedule = TextSchedule(corpus, config, 50)
    return OwnText(corpus, schedule, epochs, MAX_SENTENCE, most, n_threads)


def of_rounds(text, shares, epoch):
    """All ids that rounds train, which end at these shares of an epoch, round by round."""
    borders = [0, *sorted(shares), 1]
    return [
        [text.window(chunk.start, chunk.stop) for chunk in text.chunks(epoch, first, last, 0.1)]
        for first, last in pairwise(borders)
    ]


@given(
    lengths=st.lists(st.integers(1, MAX_SENTENCE - 1), min_size=1, max_size=300),
    shares=st.lists(st.floats(0, 1), max_size=8),
    n_threads=st.integers(1, 3),
    most=st.sampled_from([7, 100, 10**6]),
)
def test_every_sentence_is_trained_once_an_epoch(lengths, shares, n_threads, most):
    corpus = Ids(list(enumerate(lengths)))
    text = own_text(corpus, n_threads, most)
    for epoch in (0, 1):
        pieces = [piece for each in of_rounds(text, shares, epoch) for piece in each]
        assert all(piece[-1] == SENTENCE_END for piece in pieces)
        found = np.concatenate(pieces)
        assert np.bincount(found[found >= 0]).tolist() == lengths
        assert np.count_nonzero(found == SENTENCE_END) == len(lengths)


def test_a_round_has_passages_from_all_over():
    corpus = Ids([(i, 9) for i in range(10_000)])
    [round_ids, _] = of_rounds(own_text(corpus), [0.2], epoch=0)
    found = np.concatenate(round_ids)
    assert len(round_ids) == 1
    assert len(found) == pytest.approx(20_000, rel=0.01)
    assert np.histogram(found[found >= 0], 4, (0, 10_000))[0].min() > 0


def test_epochs_differ_in_their_order_and_random_numbers():
    corpus = Ids([(i, 9) for i in range(5_000)])
    text = own_text(corpus)
    [first], [second] = (text.chunks(epoch, 0, 0.5, 0.1) for epoch in (0, 1))
    windows = [text.window(each.start, each.stop) for each in (first, second)]
    assert not np.array_equal(*windows)
    seeds = {text.chunks(0, share, 1, 0.1)[0].seed for share in np.linspace(0, 0.9, 50)}
    assert len(seeds | {second.seed}) == 51


def test_a_sentence_without_an_end_is_cut():
    corpus = Ids([(0, 1000)])
    pieces = [piece for each in of_rounds(own_text(corpus), [0.3, 0.6], 0) for piece in each]
    assert [len(piece) for piece in pieces] == [300, 301, 400]


def test_a_share_without_text():
    assert own_text(Ids([])).chunks(0, 0, 0.5, 0.1) == []


def test_threads_get_several_calls_each():
    corpus = Ids([(i, 9) for i in range(10_000)])
    chunks = own_text(corpus, n_threads=4).chunks(1, 0.25, 0.75, 0.1)
    assert len(chunks) == 16
    lengths = [chunk.stop - chunk.start for chunk in chunks]
    assert max(lengths) < 1.1 * min(lengths)


def test_lengths_of_passages():
    assert passage_of(10_000, 8) == LEAST_PASSAGE
    assert passage_of(10**9, 2) == MOST_PASSAGE
    assert passage_of(1_280_000, 8) == 10_000
