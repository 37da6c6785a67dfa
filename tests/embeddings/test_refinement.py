"""Refined vectors beside the formulas, written out with NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import RefineConfig
from w2v_cli.embeddings.blocks import ROWS, LazyRows
from w2v_cli.embeddings.moments import moments
from w2v_cli.embeddings.readout import read_out
from w2v_cli.embeddings.refinement import refine_rows
from w2v_cli.errors import ConfigError

RANDOM = np.random.default_rng(5)
N, DIM = 500, 12
VECTORS = (RANDOM.standard_normal((N, DIM)) * np.geomspace(3, 0.1, DIM) + 2).astype(np.float32)
VECTORS = np.float32(VECTORS @ np.linalg.qr(RANDOM.standard_normal((DIM, DIM)))[0])
P = 1 / np.arange(1, N + 1)
P /= P.sum()
UNIFORM = np.full(N, 1 / N)


def refined(vectors=VECTORS, weights=None, **options):
    """(the refined rows, notes)."""
    rows, notes = refine_rows(vectors, RefineConfig(**options), weights)
    return rows[0 : len(rows)], notes


def principal(weights, center=True):
    """The reference: (mean, variances, directions in columns), the largest variance first."""
    x = VECTORS.astype(np.float64)
    mean = sum(q * row for q, row in zip(weights, x, strict=True)) if center else np.zeros(DIM)
    covariance = sum(
        q * np.outer(row - mean, row - mean) for q, row in zip(weights, x, strict=True)
    )
    variances, directions = np.linalg.eigh(covariance)
    return mean, variances[::-1], directions[:, ::-1]


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


def same_products(found, expected):
    """Equal but for a turn: so are all lengths and cosines."""
    found, expected = found.astype(np.float64), expected.astype(np.float64)
    products = expected @ expected.T
    np.testing.assert_allclose(found @ found.T, products, rtol=0, atol=2e-6 * products.max())


@pytest.mark.parametrize("weights", [None, P])
def test_centering(weights):
    found, notes = refined(weights=weights)
    close(found, VECTORS - np.average(VECTORS.astype(np.float64), axis=0, weights=weights))
    assert notes == []


@pytest.mark.parametrize("weights", [None, P])
@pytest.mark.parametrize("number", [1, 3, DIM - 1])
def test_all_but_the_top(weights, number):
    mean, _, directions = principal(UNIFORM if weights is None else weights)
    expected = VECTORS - mean
    for i in range(number):
        u = directions[:, i]
        expected = expected - np.outer(expected @ u, u)
    found, notes = refined(weights=weights, remove_top=number)
    close(found, expected)
    assert notes == []
    close(found @ directions[:, :number], 0)


@pytest.mark.parametrize("dim", [1, 5, DIM])
def test_pca_is_ordered_and_keeps_what_it_says(dim):
    mean, variances, directions = principal(UNIFORM)
    found, _ = refined(dim=dim)
    expected = (VECTORS - mean) @ directions[:, :dim]
    close(np.abs(found), np.abs(expected))
    close(np.cov(found.T, bias=True), np.diag(variances[:dim]))
    everything, _ = refined(dim=DIM)
    np.testing.assert_array_equal(found.argmax(axis=0), everything[:, :dim].argmax(axis=0))
    close(found, everything[:, :dim])


def test_pca_is_that_of_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    found, _ = refined(dim=4)
    close(np.abs(found), np.abs(decomposition.PCA(4).fit_transform(VECTORS.astype(np.float64))))


def test_pca_to_all_directions_keeps_every_distance():
    found, _ = refined(dim=DIM)
    same_products(found, VECTORS - VECTORS.mean(axis=0))
    found, _ = refined(dim=DIM, center=False)
    same_products(found, VECTORS)


def test_without_centering_the_mean_is_a_direction_as_any_other():
    _, _, directions = principal(UNIFORM, center=False)
    found, _ = refined(center=False, remove_top=1)
    u = directions[:, 0]
    close(found, VECTORS - np.outer(VECTORS @ u, u))
    np.testing.assert_array_equal(refined(center=False)[0], VECTORS)


@pytest.mark.parametrize("power", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("weights", [UNIFORM, P])
def test_whitening(weights, power):
    mean, variances, directions = principal(weights)
    expected = (VECTORS - mean) @ (directions * variances ** (-power / 2))
    found, _ = refined(weights=weights, whiten=power)
    same_products(found, expected)
    covariance = np.cov(found.T, bias=True, aweights=weights)
    close(np.linalg.eigvalsh(covariance)[::-1], variances ** (1 - power))


def test_full_whitening_makes_all_variances_one():
    found, _ = refined(weights=P, whiten=1.0)
    close(P @ found, 0)
    close(np.cov(found.T, bias=True, aweights=P), np.eye(DIM))


def test_all_at_once_are_what_each_does_in_turn():
    mean, variances, directions = principal(P)
    kept = slice(2, 7)
    expected = (VECTORS - mean) @ (directions[:, kept] * variances[kept] ** -0.25)
    found, _ = refined(weights=P, remove_top=2, dim=5, whiten=0.5)
    close(np.abs(found), np.abs(expected))
    cut, _ = refined(weights=P, remove_top=2, dim=3, whiten=0.5)
    close(found[:, :3], cut)


def test_rows_do_not_depend_on_the_blocks_they_come_in():
    many = RANDOM.standard_normal((2 * ROWS + 7, 5)).astype(np.float32)
    wanted = []

    def rows_of(rows):
        wanted.append(rows.stop - rows.start)
        return many[rows]

    config = RefineConfig(remove_top=1, dim=3, whiten=0.5, weights="uniform")
    lazy, _ = refine_rows(LazyRows(*many.shape, rows_of), config)
    whole, _ = refine_rows(many, config)
    assert max(wanted) <= ROWS  # never all of them
    expected = whole[0 : len(many)]
    for start, stop in ((0, 1), (5, 1005), (ROWS - 1, ROWS + 1), (0, len(many))):
        np.testing.assert_allclose(lazy[start:stop], expected[start:stop], rtol=1e-6, atol=1e-6)


def test_moments_far_from_zero_keep_their_digits():
    far = (1e6 + RANDOM.standard_normal((3 * ROWS, 3))).astype(np.float32)
    weights = RANDOM.random(len(far))
    found = moments(far, weights)
    wide = far.astype(np.longdouble) - 1e6
    mean = np.average(wide, axis=0, weights=weights)
    covariance = (wide - mean).T @ ((wide - mean) * weights[:, np.newaxis]) / weights.sum()
    np.testing.assert_allclose(found.mean - 1e6, mean.astype(float), rtol=1e-6)
    np.testing.assert_allclose(found.covariance, covariance.astype(float), rtol=1e-9, atol=1e-12)
    assert moments(far, weights, with_covariance=False).covariance is None


numbers = st.floats(-100, 100, width=32)


@st.composite
def cases(draw):
    """Vectors of any shape, also of few directions or none, and options that suit them."""
    n, dim = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    rank = draw(st.integers(0, dim))
    left = draw(st.lists(st.lists(numbers, min_size=rank, max_size=rank), min_size=n, max_size=n))
    right = np.random.default_rng(draw(st.integers(0, 9))).standard_normal((rank, dim))
    vectors = np.float32(np.reshape(left, (n, rank)) @ right)
    vectors[draw(st.lists(st.integers(0, n - 1), max_size=3))] = 0
    remove = draw(st.integers(0, dim - 1))
    options = {
        "center": draw(st.booleans()),
        "remove_top": remove,
        "dim": draw(st.none() | st.integers(1, dim - remove)),
        "whiten": draw(st.sampled_from([0.0, 0.5, 1.0])),
    }
    weights = draw(st.none() | st.lists(st.integers(0, 9), min_size=n, max_size=n))
    if weights is not None and not any(weights):
        weights = None
    return vectors, options, None if weights is None else np.array(weights, np.float64)


@given(cases())
def test_any_vectors_stay_finite_and_keep_their_geometry(case):
    vectors, options, weights = case
    found, _ = refined(vectors, weights, **options)
    dim = options["dim"] or vectors.shape[1]
    assert found.shape == (len(vectors), dim)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    shares = np.ones(len(vectors)) if weights is None else weights
    if options["center"]:
        size = max(np.abs(found).max(), 1e-30)
        np.testing.assert_allclose(shares @ found / shares.sum() / size, 0, atol=1e-4)
    if not options["whiten"]:  # a projection makes nothing longer
        mean = np.average(vectors, axis=0, weights=shares) if options["center"] else 0
        before = np.linalg.norm(vectors - np.float64(mean), axis=1)
        scale = np.abs(vectors).max() + 1e-30
        assert (np.linalg.norm(found, axis=1) <= before + 1e-5 * scale).all()
    if options["whiten"] == 1:  # variances are 1, or there is none
        moved = found - np.average(found, axis=0, weights=shares) * options["center"]
        covariance = (moved * shares[:, np.newaxis]).T @ moved / shares.sum()
        variances = np.linalg.eigvalsh(covariance)
        assert (np.minimum(np.abs(variances), np.abs(variances - 1)) < 1e-2).all()


def test_what_all_vectors_share_leaves_zeros_and_no_chance_directions():
    same = np.tile(np.float32([[0.1, 0.7, -0.3]]), (50, 1))
    for options in ({}, {"dim": 2}, {"whiten": 1.0}, {"remove_top": 1}):
        found, _ = refined(same, **options)
        assert not found.any()
    line = np.outer(RANDOM.standard_normal(50), [1, 2, 3]).astype(np.float32) + same
    found, notes = refined(line, dim=3)
    assert found[:, 0].all()
    assert not np.abs(found[:, 1:]).max() > 1e-5
    assert notes == ["vectors of length 3 vary in 1 directions only; numbers along others are zero"]


def test_one_word_is_its_own_mean():
    found, _ = refined(VECTORS[:1], dim=3)
    assert found.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dim": DIM + 1}, "and these have 12"),
        ({"dim": DIM, "remove_top": 1}, "needs vectors of length 13"),
        ({"remove_top": DIM}, "leaves nothing of vectors of length 12"),
        ({"remove_top": -1}, "from 0 to"),
        ({"whiten": 1.5}, "from 0.0 to 1.0"),
        ({"whiten": float("nan")}, "from 0.0 to 1.0"),
        ({"dim": 0}, "from 1 to"),
        ({"dim": 2.5}, "whole number"),
        ({"balance": 1.0}, "is of two matrices"),
        ({"balance": -1.0, "vectors": "sum"}, "from 0.0 to"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ConfigError, match=message):
        refined(**options)


def test_weights_that_cannot_be():
    with pytest.raises(ConfigError, match="must be uniform or frequency, not 'zipf'"):
        RefineConfig(weights="zipf")


@pytest.mark.parametrize("balance", [0.0, 0.5, 2.0])
def test_balanced_matrices(balance):
    outputs = VECTORS[::-1] * np.float32(7) + np.float32(3)

    def unit(x):
        x = x - x.astype(np.float64).mean(axis=0)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    added = read_out(VECTORS, outputs, "sum", balance)
    close(added[0:N], unit(VECTORS) + balance * unit(outputs))
    joined = read_out(VECTORS, outputs, "concat", balance)
    assert joined.shape == (N, 2 * DIM)
    close(joined[3:9], np.hstack([unit(VECTORS), balance * unit(outputs)])[3:9])
