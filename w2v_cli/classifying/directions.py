"""The score of a label as a product with the vector of a document, so that it can be divided.

A document is the mean h of M rows, and the score of a label is linear in h: z = o.h is the sum of
o.x / M over these rows. With ``softmax`` z is what the probability is computed of, and the
difference of the scores of two labels the logarithm of the ratio of their probabilities; with
``ns`` and ``ova`` it is the log-odds of the label.

With ``hs`` a probability is a product over the nodes on the way to the label, and the score is its
logarithm. At a node with the logit s a document gains log sigmoid(s) - log 1/2 against one that
says nothing; this gain goes to the rows in proportion to their shares in s, which is a product
again. So shares add up to the score less its base, log 1/2 for each node. That is how the integral
of the gradient along the way from zero to h divides it (Sundararajan et al. 2017,
arXiv:1703.01365).
"""

import numpy as np

from ..methods.huffman import huffman_paths

SMALL = 1e-4
"""Logits that are as good as none."""


class Directions:
    """For each label what the vector of a document is multiplied by to get the label's score.

    Parameters
    ----------
    classifier : Classifier
    """

    def __init__(self, classifier):
        self._outputs = np.ascontiguousarray(classifier.outputs[:], dtype=np.float32)
        counts = np.maximum(classifier.label_counts, 1)
        self._paths = huffman_paths(counts) if classifier.loss == "hs" else None

    def of(self, label, mean):
        """The direction and the base of a label's score for one document.

        Parameters
        ----------
        label : int
        mean : ndarray of float64, (dim,)   of the rows of the document

        Returns
        -------
        direction : ndarray of float64, (dim,)
        base : float   the score is base + direction.mean
        """
        if self._paths is None:
            return self._outputs[label].astype(np.float64), 0.0
        nodes = self._nodes(label)
        return gains(nodes @ mean) @ nodes, -len(nodes) * float(np.log(2))

    def scores(self, label, means):
        """The score of a label for several documents: float64, (n,); means likewise (n, dim)."""
        if self._paths is None:
            return means @ self._outputs[label].astype(np.float64)
        return -np.logaddexp(0, -means @ self._nodes(label).T).sum(axis=1)

    def _nodes(self, label):
        """The rows on the way to a label, with the sign of the turn to it: float64, (n, dim)."""
        part = slice(self._paths.starts[label], self._paths.starts[label + 1])
        nodes = self._outputs[self._paths.nodes[part]].astype(np.float64)
        return nodes * self._paths.signs[part, np.newaxis]


def gains(logits):
    """(log sigmoid(s) - log 1/2) / s for logits s: ndarray of float64; 1/2 where s is 0."""
    is_small = np.abs(logits) < SMALL
    divided = np.where(is_small, 1.0, logits)
    exact = (np.log(2) - np.logaddexp(0, -divided)) / divided
    return np.where(is_small, 0.5 - logits / 8, exact)
