"""The output layer: probabilities of the next symbol, given the hidden layer."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..languagemodels.model import LanguageModel
from ..methods.huffman import huffman_paths

NUMBERS = 1 << 20
"""Floats that are gathered, or computed, at a time: some megabytes."""


def outputs_of(model: LanguageModel) -> Tree | Rows:
    """What computes the outputs of a model."""
    return Tree(model) if model.loss == "hs" else Rows(model)


class Tree:
    """Hierarchical softmax: p(w | h) is the product of sigmoid(sign * node . h) over the
    path to w.

    Source: Mikolov et al. 2013b (arXiv:1310.4546), section 2.1.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._nodes = model.outputs
        self._paths = huffman_paths(model.symbol_counts)

    def log_probabilities(self, hidden: np.ndarray, symbols: np.ndarray) -> np.ndarray:
        """The logarithm of the probability of a symbol each: float64, (n,).

        Parameters
        ----------
        hidden : ndarray of float32, (n, H)
        symbols : ndarray of int32, (n,)
        """
        starts = self._paths.starts[symbols]
        sizes = self._paths.starts[symbols + 1] - starts
        found, first = np.empty(len(symbols)), 0
        ends = np.cumsum(sizes)
        most = max(NUMBERS // hidden.shape[1], 1)
        while first < len(symbols):
            before = ends[first - 1] if first else 0
            stop = max(int(np.searchsorted(ends, before + most, side="right")), first + 1)
            some = slice(first, stop)
            found[some] = self._products(hidden[some], starts[some], sizes[some])
            first = stop
        return found

    def _products(self, hidden, starts, sizes):
        begins = np.cumsum(sizes) - sizes
        places = np.arange(begins[-1] + sizes[-1]) + np.repeat(starts - begins, sizes)
        owners = np.repeat(np.arange(len(sizes)), sizes)
        rows = np.take(self._nodes, self._paths.nodes[places], axis=0)
        scores = np.einsum("ij,ij->i", rows, np.take(hidden, owners, axis=0))
        return np.add.reduceat(_log_sigmoid(scores * self._paths.signs[places]), begins)

    def log_distribution(self, hidden: np.ndarray) -> np.ndarray:
        """The logarithms of the probabilities of all symbols: float64, (n, V + 1).

        Parameters
        ----------
        hidden : ndarray of float32, (n, H)
        """
        steps, (parents, taken) = self._levels
        scores = (hidden @ self._nodes.T).astype(np.float64)
        plus = _log_sigmoid(scores)
        turns = np.concatenate([plus, plus - scores], axis=1)  # plus turns, then minus ones
        at_node = np.zeros_like(scores)
        for nodes, above, turn in steps:
            at_node[:, nodes] = at_node[:, above] + turns[:, turn]
        return at_node[:, parents] + turns[:, taken]

    @cached_property
    def _levels(self):
        """([(inner nodes, parents, turns from these) of each level], and (parents, turns) of all

        symbols. The plus turn of node i is number i, the minus turn number i + n_nodes.
        """
        starts, nodes, signs = self._paths
        turns = nodes + (signs < 0) * np.int64(len(self._nodes))
        lasts = starts[1:] - 1
        depth = np.arange(len(nodes)) - np.repeat(starts[:-1], np.diff(starts))
        inner, first = np.unique(nodes, return_index=True)
        inner, first = inner[1:], first[1:]  # without the root, which is node 0
        order = np.argsort(depth[first], kind="stable")
        borders = np.flatnonzero(np.diff(depth[first][order])) + 1
        steps = [
            (inner[some], nodes[first[some] - 1], turns[first[some] - 1])
            for some in np.split(order, borders)
            if len(some)
        ]
        return steps, (nodes[lasts], turns[lasts])

    def draw(self, hidden: np.ndarray, rng: np.random.Generator) -> int:
        """A symbol drawn by its probability, by going down the tree.

        Parameters
        ----------
        hidden : ndarray of float32, (H,)
        rng : numpy.random.Generator
        """
        node = 0
        while node >= 0:
            score = float(self._nodes[node] @ hidden)
            is_plus = rng.random() < np.exp(_log_sigmoid(score))
            node = int(self._children[node, 0 if is_plus else 1])
        return -node - 1

    @cached_property
    def _children(self):
        """Where the turns of all inner nodes lead, plus and minus; symbols as -1 - symbol."""
        starts, nodes, signs = self._paths
        following = np.append(nodes[1:], np.int32(0))
        following[starts[1:] - 1] = -1 - np.arange(len(starts) - 1, dtype=np.int32)
        children = np.zeros((len(self._nodes), 2), dtype=np.int32)
        children[nodes, (signs < 0).astype(np.int64)] = following
        return children


class Rows:
    """A row of the output matrix for each symbol: p = softmax(V h + b2).

    With ``ns`` a row has learnt log(p / q) and a constant, where q is how often its symbol is drawn
    as a negative; so q is put back before the softmax.

    Source: Bengio et al. 2003 (JMLR 3), section 2; Levy and Goldberg 2014 (NIPS), section 3.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._rows = model.outputs
        bias = np.zeros(model.n_symbols) if model.output_bias is None else model.output_bias
        if model.loss == "ns":
            bias = bias + model.ns_exponent * np.log(model.symbol_counts)
        self._bias = bias.astype(np.float32)

    def log_probabilities(self, hidden: np.ndarray, symbols: np.ndarray) -> np.ndarray:
        """As `Tree.log_probabilities`."""
        found = np.empty(len(symbols))
        size = max(NUMBERS // len(self._rows), 1)
        for first in range(0, len(symbols), size):
            some = slice(first, first + size)
            scores, norms = self._scores(hidden[some])
            found[some] = scores[np.arange(len(scores)), symbols[some]] - norms
        return found

    def log_distribution(self, hidden: np.ndarray) -> np.ndarray:
        """As `Tree.log_distribution`."""
        scores, norms = self._scores(hidden)
        return scores - norms[:, np.newaxis]

    def _scores(self, hidden):
        """(scores of all symbols, logarithms of the sums of their exponentials, float64)."""
        scores = hidden @ self._rows.T
        scores += self._bias
        highest = scores.max(axis=1)
        sums = np.exp(scores - highest[:, np.newaxis]).sum(axis=1, dtype=np.float64)
        return scores, np.log(sums) + highest

    def draw(self, hidden: np.ndarray, rng: np.random.Generator) -> int:
        """A symbol drawn by its probability; see `Tree.draw`."""
        shares = np.cumsum(np.exp(self.log_distribution(hidden[np.newaxis])[0]))
        return int(min(np.searchsorted(shares, rng.random() * shares[-1], "right"),
                       len(shares) - 1))  # fmt: skip


def _log_sigmoid(scores):
    """log(1 / (1 + exp(-x))), float64: to 1e-16, and several times as fast as `numpy.logaddexp`."""
    wide = np.asarray(scores, dtype=np.float64)
    return np.minimum(wide, 0.0) - np.log(1.0 + np.exp(-np.abs(wide)))
