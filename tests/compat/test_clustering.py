"""Classes of words, as word2vec.c has them."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.compat.clustering import spherical_kmeans


def test_classes_are_those_that_are_there():
    rng = np.random.default_rng(5)
    directions = np.linalg.qr(rng.normal(size=(12, 12)))[0][:6]
    truth = rng.integers(0, 6, 600)
    lengths = rng.uniform(0.01, 50, (600, 1))
    vectors = (directions[truth] + rng.normal(scale=0.05, size=(600, 12))) * lengths
    scores = []
    for seed in range(5):
        classes = spherical_kmeans(vectors.astype(np.float32), 6, seed)
        pairs = Counter(zip(truth.tolist(), classes.tolist(), strict=True))
        scores.append(sum(max(pairs[i, j] for j in range(6)) for i in range(6)))
    # A start may lie badly, not most of them.
    assert max(scores) == 600
    assert np.median(scores) > 450


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 6), st.integers(0, 2**32))
def test_no_class_is_empty_and_lengths_do_not_count(n, n_classes, dim, seed):
    n_classes = min(n, n_classes)
    vectors = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    classes = spherical_kmeans(vectors, n_classes, 1)
    assert classes.shape == (n,)
    assert set(classes.tolist()) == set(range(n_classes))
    # Lengths do not count; a power of two rounds nothing, so that ties stay ties.
    np.testing.assert_array_equal(classes, spherical_kmeans(vectors * 8, n_classes, 1))


def test_zero_vectors_are_no_trouble():
    vectors = np.zeros((5, 3), dtype=np.float32)
    assert spherical_kmeans(vectors, 2, 1).shape == (5,)
