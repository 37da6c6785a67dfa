"""The binary tree of hierarchical softmax: a function of counts."""

from typing import NamedTuple

import numpy as np

from ..errors import InputError

# So few words at a time that what is written of their paths stays in the processor's cache.
WORDS_AT_ONCE = 1 << 14


class HuffmanPaths(NamedTuple):
    """The way from the root to each word; that of word w is the slice starts[w]:starts[w + 1].

    starts : ndarray of int64, (n_words + 1,)
    nodes : ndarray of int32, (starts[-1],)   inner nodes from the root down, 0 to n_words - 2; the
                                              root is 0, and a parent comes before its children
    signs : ndarray of int8, (starts[-1],)    the turn taken at the node: 1 where the code bit is 0,
                                              -1 where it is 1, as word2vec.c learns 1 - bit
    """

    starts: np.ndarray
    nodes: np.ndarray
    signs: np.ndarray


def huffman_paths(counts):
    """The path to each word in the Huffman tree: the more frequent a word, the shorter.

    The tree is that of word2vec.c, whose inner node i has the number n_words - 2 - i here, so that
    low numbers are the most visited. word2vec.c has the counts in descending order; any others are
    sorted first, ties staying in the given order.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   all > 0

    Returns
    -------
    HuffmanPaths   a path has 90 nodes at most, and none if there is one word only

    Raises
    ------
    InputError   if the counts reach 2**63 in sum

    Source: Mikolov et al. 2013b (arXiv:1310.4546), section 2.1; word2vec.c, CreateBinaryTree.
    Example: counts=[4, 2, 1] -> starts=[0, 1, 3, 5], nodes=[0, 0, 1, 0, 1],
    signs=[-1, 1, -1, 1, 1].
    """
    n_words = len(counts)
    if n_words < 2:
        starts = np.zeros(n_words + 1, dtype=np.int64)
        return HuffmanPaths(starts, np.empty(0, np.int32), np.empty(0, np.int8))
    if np.cumsum(counts, dtype=np.int64).min() < 0:
        total = counts.sum(dtype=np.float64)
        raise InputError(
            f"the counts of the words are too large: {total:.3g} in sum; "
            "divide all of them by one number"
        )
    children = _merged(counts)
    starts = np.zeros(n_words + 1, dtype=np.int64)
    np.cumsum(_path_lengths(children), out=starts[1:])
    return HuffmanPaths(starts, *_walks(children, starts))


def paths_for(counts, loss):
    """The `HuffmanPaths` that a loss needs: empty ones, unless it is ``hs``."""
    if loss == "hs":
        return huffman_paths(counts)
    empty = np.zeros(0, dtype=np.int32)
    return HuffmanPaths(np.zeros(1, dtype=np.int64), empty, empty.astype(np.int8))


def _merged(counts):
    """Merge the two lightest items until one is left: ndarray of int32, (n_words - 1, 2).

    Row i holds the children of inner node i, code bit 0 first; word w is n_words - 1 + w.

    A new node weighs at least as much as the two lightest items together, so all items below that
    limit can be paired at once, by weight, before any new node has its turn. The limit grows by
    half or more from round to round, so there are few rounds, however many words.
    """
    n_inner = len(counts) - 1
    # Of equal words word2vec.c takes the last first.
    order = np.argsort(-counts, kind="stable")[::-1].astype(np.int32)
    words, word_weights = order + n_inner, counts[order]
    weights = np.empty(n_inner, dtype=np.int64)
    children = np.empty((n_inner, 2), dtype=np.int32)
    word, inner, made = 0, 0, 0  # what comes next of the words, of the inner nodes, and is new
    while made < n_inner:
        lightest = np.append(weights[inner : min(inner + 2, made)], word_weights[word : word + 2])
        limit = np.sort(lightest)[:2].sum()
        inner_end = inner + np.searchsorted(weights[inner:made], limit)
        word_end = word + np.searchsorted(word_weights[word:], limit)
        # The sort is stable and inner nodes stand in front: word2vec.c prefers them to equal words.
        light = np.append(weights[inner:inner_end], word_weights[word:word_end])
        items = np.append(np.arange(inner, inner_end, dtype=np.int32), words[word:word_end])
        n_pairs = len(items) // 2
        pairs = np.argsort(light, kind="stable")[: 2 * n_pairs]
        first, second = pairs[::2], pairs[1::2]
        weights[made : made + n_pairs] = light[first] + light[second]
        children[made : made + n_pairs] = items[pairs].reshape(-1, 2)
        n_from_inner = np.count_nonzero(pairs < inner_end - inner)
        inner += n_from_inner
        word += 2 * n_pairs - n_from_inner
        made += n_pairs
    # From the order of making to that from the root down.
    children = children[::-1]
    return np.where(children < n_inner, n_inner - 1 - children, children)


def _path_lengths(children):
    """How many inner nodes are above each word, level by level: ndarray of int8, (n_words,)."""
    n_inner = len(children)
    lengths = np.empty(n_inner + 1, dtype=np.int8)
    level, nodes = 0, np.zeros(1, dtype=np.int32)
    while len(nodes):
        level += 1
        below = children[nodes].ravel()
        nodes = below[below < n_inner]
        lengths[below[below >= n_inner] - n_inner] = level
    return lengths


def _walks(children, starts):
    """The nodes and signs of all paths, written from the words up, a step of many words at once."""
    n_inner = len(children)
    # The edge from an inner node to its child with the code bit b is 2 * node + b.
    edge_to = np.zeros(2 * n_inner + 1, dtype=np.int32)
    edge_to[children.ravel()] = np.arange(2 * n_inner, dtype=np.int32)
    nodes = np.empty(starts[-1], dtype=np.int32)
    signs = np.empty(starts[-1], dtype=np.int8)
    for begin in range(0, n_inner + 1, WORDS_AT_ONCE):
        last = starts[begin + 1 : begin + 1 + WORDS_AT_ONCE] - 1
        edges = edge_to[n_inner + begin :][: len(last)]
        while len(edges):
            parents = edges >> 1
            nodes[last] = parents
            signs[last] = 1 - 2 * (edges & 1)
            on_the_way = parents > 0
            last = last[on_the_way] - 1
            edges = edge_to[parents[on_the_way]]
    return nodes, signs
