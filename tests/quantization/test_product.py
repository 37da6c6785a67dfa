"""Product quantization against plain NumPy: nearest centroids, k-means, codes and their error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from w2v_cli.quantization.kmeans import kmeans, kmeans_of_numbers, whole_blocks
from w2v_cli.quantization.nearest import find_nearest
from w2v_cli.quantization.product import Quantizer, parts_of, sampled


def squares_of(points, centroids):
    """All squared distances, shape (n, k)."""
    return ((points.T[:, np.newaxis].astype(np.float64) - centroids) ** 2).sum(axis=2)


def plain_kmeans(points, k, rng, rounds):
    """Lloyd's rounds from random points: what fastText does, and the bound of ours."""
    centroids = points.T[rng.permutation(points.shape[1])[:k]].astype(np.float64)
    for _ in range(rounds):
        nearest = squares_of(points, centroids).argmin(axis=1)
        for code in np.unique(nearest):
            centroids[code] = points.T[nearest == code].mean(axis=0)
    return centroids


def error_of(points, centroids):
    return squares_of(points, centroids).min(axis=1).sum()


@pytest.mark.parametrize(("d", "n", "k"), [(2, 1, 4), (2, 1000, 256), (4, 129, 12), (8, 300, 8)])
def test_the_nearest_is_found_and_its_distance(d, n, k):
    rng = np.random.default_rng(d * n)
    points = rng.standard_normal((d, n)).astype(np.float32)
    centroids = rng.standard_normal((k, d)).astype(np.float32)
    codes, squares = np.empty(n, np.uint8), np.empty(n, np.float32)
    find_nearest(points, centroids, codes, squares)
    expected = squares_of(points, centroids)
    np.testing.assert_allclose(squares, expected.min(axis=1), rtol=1e-4, atol=1e-6)
    here = expected[np.arange(n), codes]
    np.testing.assert_allclose(here, expected.min(axis=1), rtol=1e-4, atol=1e-6)


def test_of_equally_near_ones_it_is_the_first():
    centroids = np.array([[9, 9], [1, 0], [-1, 0], [1, 0]], np.float32)
    codes, squares = np.empty(1, np.uint8), np.empty(1, np.float32)
    find_nearest(np.zeros((2, 1), np.float32), centroids, codes, squares)
    assert (codes[0], squares[0]) == (1, 1.0)


@pytest.mark.parametrize("d", [2, 4])
def test_k_means_is_no_worse_than_that_from_random_points(d):
    rng = np.random.default_rng(5)
    groups = rng.standard_normal((d, 40)) * 5
    points = (groups[:, rng.integers(40, size=4000)] + rng.standard_normal((d, 4000))).astype("f4")
    ours = error_of(points, kmeans(points, 64, np.random.default_rng(1)))
    plain = [error_of(points, plain_kmeans(points, 64, rng, 25)) for _ in range(3)]
    assert ours <= 1.02 * np.mean(plain)


def test_few_different_points_are_the_centroids():
    few = np.array([[1, 2], [3, 4], [-5, 0.25]], np.float32)
    points = np.ascontiguousarray(few[np.arange(500) % 3].T)
    found = kmeans(points, 256, np.random.default_rng(1))
    assert sorted(found.tolist()) == sorted(few.tolist())
    assert len(whole_blocks(found)) == 4
    assert kmeans(np.zeros((2, 9), np.float32), 256, np.random.default_rng(1)).tolist() == [[0, 0]]


def test_a_centroid_that_nothing_is_near_to_is_moved():
    # 250 copies of a point and nine others: started anywhere, ten centroids reach all ten.
    points = np.zeros((2, 300), np.float32)
    points[0, :9] = np.arange(1, 10) * 100
    assert error_of(points, kmeans(points, 10, np.random.default_rng(3))) == 0


def test_k_means_of_numbers():
    numbers = np.random.default_rng(2).exponential(size=5000)
    found = kmeans_of_numbers(numbers, 64)
    assert len(found) == 64
    assert (np.diff(found) > 0).all()
    nearest = np.abs(numbers[:, np.newaxis] - found).argmin(axis=1)
    means = [numbers[nearest == code].mean() for code in np.unique(nearest)]
    np.testing.assert_allclose(found[np.unique(nearest)], means, rtol=0.02)
    plain = plain_kmeans(numbers[np.newaxis].astype("f4"), 64, np.random.default_rng(1), 50)
    ours = ((numbers - found[nearest]) ** 2).sum()
    assert ours <= 1.02 * error_of(numbers[np.newaxis], plain)
    assert kmeans_of_numbers(np.array([3.0, 1, 3, 1]), 64).tolist() == [1, 3]


@pytest.mark.parametrize("has_factors", [True, False])
@pytest.mark.parametrize("dsub", [1, 2, 3, 16])
def test_codes_are_those_of_the_nearest_and_the_same_in_any_number_of_threads(dsub, has_factors):
    rng = np.random.default_rng(7)
    rows = rng.standard_normal((2000, 7)).astype(np.float32) * rng.exponential(size=(2000, 1))
    rows = rows.astype(np.float32)
    quantizer = Quantizer.learnt(rows, dsub, has_factors, seed=4)
    codes, factor_codes = quantizer.encode(rows)
    assert codes.shape == (2000, len(parts_of(7, dsub)))
    other = Quantizer.learnt(rows, dsub, has_factors, seed=4, n_threads=3)
    found = other.encode(rows)
    assert np.array_equal(found[0], codes)
    assert (found[1] is None) is (factor_codes is None)
    decoded = quantizer.decoder(codes, factor_codes)[:]
    targets = rows / np.linalg.norm(rows, axis=1, keepdims=True) if has_factors else rows
    for number, part in enumerate(parts_of(7, dsub)):
        squares = squares_of(np.ascontiguousarray(targets[:, part].T), quantizer.centroids[number])
        chosen = squares[np.arange(2000), codes[:, number]]
        np.testing.assert_allclose(chosen, squares.min(axis=1), rtol=1e-3, atol=1e-6)
    error = np.linalg.norm(rows - decoded) / np.linalg.norm(rows)
    assert error < {1: 0.03, 2: 0.12, 3: 0.35, 16: 0.75}[dsub]
    if has_factors:  # no other length would be closer
        along = (rows * decoded).sum(axis=1) / (decoded * decoded).sum(axis=1)
        assert np.median(np.abs(along - 1)) < 0.01


@settings(max_examples=40, deadline=None)
@given(
    rows=arrays(
        np.float32, st.tuples(st.integers(1, 60), st.integers(1, 6)),
        elements=st.floats(-1000, 1000, width=32),
    ),
    dsub=st.integers(1, 7),
    has_factors=st.booleans(),
)  # fmt: skip
def test_a_few_rows_come_back_as_they_are(rows, dsub, has_factors):
    quantizer = Quantizer.learnt(rows, dsub, has_factors)
    decoded = quantizer.decoder(*quantizer.encode(rows))
    assert decoded.shape == rows.shape
    np.testing.assert_allclose(decoded[:], rows, rtol=1e-3, atol=1e-3)


def test_zero_rows_stay_zero_among_many_others():
    rows = np.random.default_rng(8).standard_normal((3000, 4)).astype(np.float32)
    rows[::3] = 0
    quantizer = Quantizer.learnt(rows, 2)
    assert not quantizer.decoder(*quantizer.encode(rows))[::3].any()


@pytest.mark.parametrize("scale", [1e-30, 1e30])
@pytest.mark.parametrize("has_factors", [True, False])
def test_tiny_and_huge_numbers(scale, has_factors):
    rows = (np.random.default_rng(9).standard_normal((600, 4)) * scale).astype(np.float32)
    quantizer = Quantizer.learnt(rows, 2, has_factors)
    decoded = quantizer.decoder(*quantizer.encode(rows))[:].astype(np.float64)
    assert np.linalg.norm(rows - decoded) < 0.15 * np.linalg.norm(rows.astype(np.float64))


def test_rows_to_learn_from_are_all_or_some_by_the_seed():
    assert sampled(5, 1).tolist() == [0, 1, 2, 3, 4]
    many = sampled(200_000, 1)
    assert len(many) == 1 << 16
    assert (np.diff(many) > 0).all()
    assert np.array_equal(many, sampled(200_000, 1))
    assert not np.array_equal(many, sampled(200_000, 2))
