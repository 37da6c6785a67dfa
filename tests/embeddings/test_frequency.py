"""How probable words are taken to be."""

import numpy as np
import pytest

from w2v_cli.embeddings.frequency import word_probabilities
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError

WORDS = ["the", "of", "cat", "sat"]
VECTORS = np.zeros((4, 2), np.float32)


def test_counts_tell():
    shares, source, notes = word_probabilities(
        Embeddings(WORDS, VECTORS, counts=np.array([60, 30, 0, 10])), "v.w2v"
    )
    np.testing.assert_allclose(shares, [0.6, 0.3, 0, 0.1])
    assert (source, notes) == ("counts", [])


@pytest.mark.parametrize("counts", [None, np.zeros(4, np.int64)])
def test_else_the_rank_does_by_zipfs_law(counts):
    shares, source, [note] = word_probabilities(Embeddings(WORDS, VECTORS, counts=counts), "v.txt")
    np.testing.assert_allclose(shares, np.array([12, 6, 4, 3]) / 25)
    assert source == "rank"
    assert note.startswith("v.txt: there are no counts, so word number r")


def test_ranks_mean_nothing_where_words_are_sorted():
    words = sorted(f"word{number:03}" for number in range(100))
    with pytest.raises(InputError, match="not in the order of frequency"):
        word_probabilities(Embeddings(words, np.zeros((100, 2), np.float32)), "v.txt")
