"""Counting pairs, in plain Python."""

from collections import Counter

import numpy as np

from w2v_cli.cooccurrence.table import Cooccurrences


def counted(sentences, n_words, rule, words=None):
    """The `Cooccurrences` of lists of ids."""
    sums = Counter()
    weights = [int(weight) for weight in rule.weights]
    for ids in sentences:
        for place, right in enumerate(ids):
            for distance in range(1, min(rule.window, place) + 1):
                left = ids[place - distance]
                if rule.symmetric:
                    pair = min(left, right), max(left, right)
                    sums[pair] += weights[distance - 1] * (1 + (left == right))
                else:
                    sums[left, right] += weights[distance - 1]
    pairs = sorted(sums)
    rows = np.array([row for row, _ in pairs], np.int64)
    return Cooccurrences(
        words=words or [f"w{word}" for word in range(n_words)],
        counts=np.bincount([word for ids in sentences for word in ids], minlength=n_words),
        rule=rule,
        starts=np.searchsorted(rows, np.arange(n_words + 1)),
        columns=np.array([column for _, column in pairs], np.uint32),
        sums=np.array([sums[pair] for pair in pairs], np.uint64),
    )
