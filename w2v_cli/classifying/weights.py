"""How much each document counts."""

import numpy as np

MOST_RATE = 2.0
"""The learning rate times the weight of a document: more might make outputs run away."""


def weights_of(documents, config):
    """What the learning rate of each document is multiplied by: float32; empty: nothing.

    Parameters
    ----------
    documents : LabelledDocuments
    config : ClassifyConfig
    """
    weights = documents.weights
    if not config.balance:
        return weights
    # N / (L n): all labels together, over as many as there are, over those that are this one.
    # A label that a classifier has already may not be there.
    counts = np.bincount(documents.label_ids, minlength=len(documents.labels))
    of_label = counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))
    before = np.concatenate([[0], np.cumsum(of_label[documents.label_ids])])
    sums = np.diff(before[documents.label_starts])
    balanced = sums / np.maximum(np.diff(documents.label_starts), 1)
    return (balanced * (weights if len(weights) else 1)).astype(np.float32)


def bounded(weights, config):
    """(weights that leave the learning rate sound, what is told of that)."""
    most = config.lr * float(weights.max(initial=0.0))
    if config.freeze or most <= MOST_RATE:
        return weights, ""
    factor = MOST_RATE / most
    scaled = f"; weights of documents are multiplied by {factor:.3g}, as the largest are too large"
    return (weights * np.float32(factor)).astype(np.float32), scaled
