"""Counting pairs of words: a first version, in memory."""

import numpy as np

from .table import Cooccurrences

BLOCK_IDS = 1 << 20
END = -1


def count_pairs(
    corpus, words, counts, rule, max_memory=None, folder=None, threads=None, progress=None
):
    """Count the pairs of words that stand near one another in a corpus: `Cooccurrences`."""
    n_words, weights = len(counts), rule.weights
    keys, sums = np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    for start in range(0, corpus.length, BLOCK_IDS):
        first = max(start - rule.window, 0)
        ids = np.array(corpus.window(first, min(start + BLOCK_IDS, corpus.length)), np.int64)
        line = np.cumsum(ids == END)
        parts = [(keys, sums)]
        for distance in range(1, min(rule.window, len(ids) - 1) + 1):
            right = np.arange(max(start - first, distance), len(ids))
            left = right - distance
            near = (line[left] == line[right]) & (ids[left] != END) & (ids[right] != END)
            a, b = ids[left[near]], ids[right[near]]
            weight = np.full(len(a), weights[distance - 1], np.uint64)
            if rule.symmetric:
                weight[a == b] *= np.uint64(2)
                a, b = np.minimum(a, b), np.maximum(a, b)
            parts.append(((a * n_words + b).astype(np.uint64), weight))
        all_keys, where = np.unique(np.concatenate([k for k, _ in parts]), return_inverse=True)
        total = np.zeros(len(all_keys), np.uint64)
        np.add.at(total, where, np.concatenate([s for _, s in parts]))
        keys, sums = all_keys, total
        if progress:
            progress("count", min(start + BLOCK_IDS, corpus.length), corpus.length)
    rows = (keys // np.uint64(n_words)).astype(np.int64)
    return Cooccurrences(
        words=words,
        counts=np.asarray(counts),
        rule=rule,
        starts=np.searchsorted(rows, np.arange(n_words + 1)),
        columns=(keys % np.uint64(n_words)).astype(np.uint32),
        sums=sums,
    )
