"""From the vectors of documents to the probabilities of labels, exactly.

fastText adds 1e-5 to each probability, and takes those of ``ns`` and ``ova`` from a table of 512
steps; these are computed here, and so differ by up to 2e-5 and 0.0073.
"""

import numpy as np

from ..methods.huffman import huffman_paths

LARGEST_LOGIT = 80.0


class Scorer:
    """The probabilities of all labels for vectors of documents.

    Parameters
    ----------
    loss : str                          ``softmax``, ``hs``, ``ns`` or ``ova``
    outputs : rows of float32           as `labelled.model.Classifier` has them
    label_counts : ndarray of int64     which make the tree of ``hs``
    """

    def __init__(self, loss, outputs, label_counts):
        self._loss = loss
        self._outputs = np.ascontiguousarray(outputs[:], dtype=np.float32)
        self._tree = _Tree(label_counts) if loss == "hs" else None

    def probabilities(self, vectors):
        """Of each label, for each document: ndarray of float32, (n, n_labels).

        Those of ``ns`` and ``ova`` are each by itself, and do not add up to 1.

        Parameters
        ----------
        vectors : ndarray of float32, (n, dim)
        """
        scores = vectors @ self._outputs.T
        if self._tree is not None:
            return self._tree.probabilities(scores)
        if self._loss == "softmax":
            scores -= scores.max(axis=1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=1, keepdims=True)
            return scores
        return sigmoid(scores)


def sigmoid(scores):
    """1 / (1 + exp(-x)): ndarray of float32."""
    return 1 / (1 + np.exp(-np.clip(scores, -LARGEST_LOGIT, LARGEST_LOGIT)))


class _Tree:
    """The tree of labels, level by level: a node's probability is its parent's times a turn."""

    def __init__(self, label_counts):
        self._n_labels = n_labels = len(label_counts)
        paths = huffman_paths(np.maximum(label_counts, 1))
        n_inner = max(n_labels - 1, 0)
        depth = np.arange(len(paths.nodes)) - np.repeat(paths.starts[:-1], np.diff(paths.starts))
        is_last = np.zeros(len(paths.nodes), dtype=bool)
        is_last[paths.starts[1:][np.diff(paths.starts) > 0] - 1] = True
        # What a turn leads to: the next inner node, or the label behind all of these.
        targets = np.empty(len(paths.nodes), dtype=np.int64)
        targets[~is_last] = paths.nodes[np.flatnonzero(~is_last) + 1]
        of_word = np.repeat(np.arange(n_labels), np.diff(paths.starts))
        targets[is_last] = n_inner + of_word[is_last]
        self._levels = []
        for level in range(int(depth.max(initial=-1)) + 1):
            there = np.flatnonzero(depth == level)
            found, first = np.unique(targets[there], return_index=True)
            turns = there[first]
            self._levels.append((found, paths.nodes[turns], paths.signs[turns]))

    def probabilities(self, scores):
        n, n_inner = len(scores), max(self._n_labels - 1, 0)
        found = np.ones((n, n_inner + self._n_labels), dtype=np.float32)
        for targets, parents, signs in self._levels:
            turns = sigmoid(scores[:, parents] * signs.astype(np.float32))
            found[:, targets] = found[:, parents] * turns
        return found[:, n_inner:]


def best(probabilities, k, threshold=0.0):
    """The most probable labels of each document, falling; equal ones in the order of labels.

    Parameters
    ----------
    probabilities : ndarray of float32, (n, n_labels)
    k : int             at most so many
    threshold : float   of at least this probability

    Returns
    -------
    labels : ndarray of int64, (n, min(k, n_labels))
    found : ndarray of float32, likewise
    counts : ndarray of int64, (n,)   how many of them are wanted
    """
    k = min(k, probabilities.shape[1])
    if k == 1:
        labels = probabilities.argmax(axis=1)[:, np.newaxis]
    elif 4 * k < probabilities.shape[1]:
        labels = np.sort(np.argpartition(-probabilities, k - 1, axis=1)[:, :k], axis=1)
        order = np.argsort(-np.take_along_axis(probabilities, labels, 1), axis=1, kind="stable")
        labels = np.take_along_axis(labels, order, 1)
    else:
        labels = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(probabilities, labels, 1)
    return labels, found, np.count_nonzero(found >= threshold, axis=1)
