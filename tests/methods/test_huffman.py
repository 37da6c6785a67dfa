"""The Huffman tree against its plain algorithm, against gensim's, and by what makes it optimal."""

import heapq
import time
from itertools import pairwise

import numpy as np
import pytest
from gensim.models import Word2Vec
from hypothesis import example, given
from hypothesis import strategies as st
from support.plain_huffman import plain_paths

from w2v_cli.errors import InputError
from w2v_cli.methods import huffman
from w2v_cli.methods.huffman import huffman_paths

# Small numbers make ties, of words with each other and with sums; large ones make deep trees.
any_counts = st.lists(st.integers(1, 10) | st.integers(1, 2**53), min_size=1, max_size=300)


def as_lists(paths):
    """The (node, sign) list of each word."""
    steps = list(zip(paths.nodes.tolist(), paths.signs.tolist(), strict=True))
    bounds = paths.starts.tolist()
    return [steps[begin:end] for begin, end in pairwise(bounds)]


def least_weighted_length(counts):
    """The least sum of count * code length of any prefix-free code."""
    heap, total = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        weight = heapq.heappop(heap) + heapq.heappop(heap)
        total += weight
        heapq.heappush(heap, weight)
    return total


def weighted_length(counts, paths):
    lengths = np.diff(paths.starts).tolist()
    return sum(count * length for count, length in zip(counts, lengths, strict=True))


def zipf_counts(n_words):
    return 10**9 // np.arange(1, n_words + 1)


@given(any_counts)
@example([1] * 257)
@example([2, 1, 1])
@example([2, 2, 1, 1, 4])
def test_paths_are_those_of_the_plain_algorithm(counts):
    assert as_lists(huffman_paths(np.array(counts))) == plain_paths(counts)


@pytest.mark.parametrize("words_at_once", [1, 7, 8, 9])
def test_paths_do_not_depend_on_how_many_are_written_at_once(monkeypatch, words_at_once):
    monkeypatch.setattr(huffman, "WORDS_AT_ONCE", words_at_once)
    counts = zipf_counts(64)
    assert as_lists(huffman_paths(counts)) == plain_paths(counts.tolist())


def test_paths_of_a_large_shuffled_vocabulary():
    counts = np.random.default_rng(1).permutation(zipf_counts(40_000))
    assert as_lists(huffman_paths(counts)) == plain_paths(counts.tolist())


def test_worked_example():
    """1 and 2 make 3, the first of them bit 0; 3 and 4 make the root."""
    paths = huffman_paths(np.array([4, 2, 1]))
    assert paths.starts.tolist() == [0, 1, 3, 5]
    assert paths.nodes.tolist() == [0, 0, 1, 0, 1]
    assert paths.signs.tolist() == [-1, 1, -1, 1, 1]


@pytest.mark.parametrize(
    ("counts", "paths"),
    [
        ([], []),
        ([7], [[]]),
        ([9, 2], [[(0, -1)], [(0, 1)]]),
        ([2, 9], [[(0, 1)], [(0, -1)]]),
        ([5, 5], [[(0, -1)], [(0, 1)]]),
    ],
)
def test_fewer_than_three_words(counts, paths):
    assert as_lists(huffman_paths(np.array(counts, dtype=np.int64))) == paths


@given(any_counts)
def test_types(counts):
    paths = huffman_paths(np.array(counts))
    assert [array.dtype for array in paths] == [np.int64, np.int32, np.int8]
    assert [len(array) for array in paths] == [len(counts) + 1, *[paths.starts[-1]] * 2]
    assert all(array.flags.c_contiguous for array in paths)


@given(any_counts)
def test_code_is_complete_and_prefix_free(counts):
    paths = as_lists(huffman_paths(np.array(counts)))
    longest = max(map(len, paths))
    assert sum(2 ** (longest - len(path)) for path in paths) == 2**longest, "Kraft's sum is 1"
    words = {tuple(path) for path in paths}
    assert len(words) == len(counts), "each word has a path of its own"
    inner = {tuple(path[:end]) for path in paths for end in range(len(path))}
    assert not words & inner, "no path goes on from a word"


@given(any_counts)
def test_length_is_optimal(counts):
    paths = huffman_paths(np.array(counts))
    assert weighted_length(counts, paths) == least_weighted_length(counts)
    lengths = np.diff(paths.starts)
    # Of words with the same count the longest path comes last, before that of any rarer word.
    for word, rarer in pairwise(np.lexsort((lengths, -np.array(counts)))):
        assert counts[word] == counts[rarer] or lengths[word] <= lengths[rarer]


@given(any_counts)
def test_nodes_are_numbered_from_the_root_down(counts):
    paths = huffman_paths(np.array(counts))
    assert np.unique(paths.nodes).tolist() == list(range(len(counts) - 1))
    visits = np.zeros(len(counts) - 1, dtype=object)
    for count, path in zip(counts, as_lists(paths), strict=True):
        nodes = [node for node, _ in path]
        assert nodes[:1] == [0] * (len(counts) > 1), "the root comes first"
        assert nodes == sorted(set(nodes)), "a parent has a lower number than its child"
        visits[nodes] += count
    assert (visits[:-1] >= visits[1:]).all(), "a lower number is visited as often or more"


@given(any_counts.filter(lambda counts: len(counts) > 1))
def test_ties_of_a_vocabulary_out_of_order_are_in_the_given_order(counts):
    """Sorting the vocabulary first changes nothing but the places of the words."""
    order = sorted(range(len(counts)), key=lambda word: -counts[word])
    paths = as_lists(huffman_paths(np.array(counts)))
    in_order = as_lists(huffman_paths(np.array([counts[word] for word in order])))
    assert [paths[word] for word in order] == in_order


@pytest.mark.parametrize("n_words", [2, 3, 100, 5000])
def test_length_equals_that_of_gensim(n_words):
    """gensim breaks ties in other ways; the weighted length of all Huffman trees is the same."""
    counts = zipf_counts(n_words) // 10**5
    model = Word2Vec(hs=1, negative=0, vector_size=1, min_count=1)
    model.build_vocab_from_freq({str(word): int(count) for word, count in enumerate(counts)})
    gensims = sum(
        int(counts[word]) * len(model.wv.get_vecattr(str(word), "code")) for word in range(n_words)
    )
    assert weighted_length(counts.tolist(), huffman_paths(counts)) == gensims


def test_deepest_tree():
    """Fibonacci's numbers make a chain; one more of them would be more than 2**63 in sum."""
    counts = [1, 1, 1, 2]
    while sum(counts) + counts[-1] + counts[-2] < 2**63:
        counts.append(counts[-1] + counts[-2])
    paths = huffman_paths(np.array(counts))
    assert np.diff(paths.starts).max() == len(counts) - 1 == 90
    assert as_lists(paths) == plain_paths(counts)


def test_largest_counts():
    counts = [2**62, 2**61, 2**61 - 1]
    assert as_lists(huffman_paths(np.array(counts))) == plain_paths(counts)
    with pytest.raises(InputError, match=r"too large: 9\.22e\+18 in sum"):
        huffman_paths(np.array([2**62, 2**61, 2**61]))


def test_large_vocabulary_takes_no_time():
    began = time.process_time()
    huffman_paths(zipf_counts(300_000))
    assert time.process_time() - began < 3
