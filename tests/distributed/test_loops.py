"""How changes of rows are scaled and put together, against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.distributed.curvature import N_DIRECTIONS
from w2v_cli.distributed.loops import add_changes, take_changes

pytestmark = pytest.mark.usefixtures("compiled")
N_RANKS, N_ROWS = 3, 6
NO_LIMITS = (np.float32(1e6), np.float32(1e6))


def share(way):
    """(1 - exp(-way)) / way; 1 where the way is 0."""
    return -np.expm1(-way) / np.where(way > 0, way, 1) + (way == 0)


def scaled(changes, uses, pull, is_inverse):
    """Changes (n, dim), each direction by its own share of so many uses, the rest by another."""
    directions, along, rest = (np.float64(each) for each in pull)
    shares = share(uses[:, None] * along), share(uses * rest)
    of_directions, of_rest = [1 / each for each in shares] if is_inverse else shares
    lengths = changes @ directions.T
    others = changes - lengths @ directions
    return (lengths * of_directions) @ directions + others * of_rest[:, None]


@given(dim=st.integers(1, 40), seed=st.integers(0, 99), n_directions=st.integers(0, N_DIRECTIONS))
def test_changes_are_put_together_by_the_rule(dim, seed, n_directions):
    rng = np.random.default_rng(seed)
    directions = np.zeros((N_DIRECTIONS, dim), dtype=np.float32)
    axes = np.linalg.qr(rng.normal(size=(dim, dim)))[0][:n_directions]
    directions[: len(axes)] = axes
    along = (10 ** rng.uniform(-6, 0, N_DIRECTIONS)).astype(np.float32)
    pull = directions, along, np.float32(1e-4)
    base = rng.normal(size=(N_ROWS, dim)).astype(np.float32)
    own = [base + rng.normal(size=base.shape).astype(np.float32) for _ in range(N_RANKS)]
    uses = rng.integers(0, 3000, (N_RANKS, N_ROWS)).astype(np.float32)
    uses[:, 0] = 0
    total = np.zeros((N_ROWS, dim + 1), dtype=np.float32)
    expected = np.zeros((N_ROWS, dim))
    for matrix, n_uses in zip(own, uses, strict=True):
        changes = np.empty_like(total)
        expected += scaled(np.float64(matrix) - base, n_uses, pull, is_inverse=True)
        left = n_uses.copy()
        take_changes(matrix, base, left, pull, changes)
        assert not left.any()
        total += changes
    assert np.array_equal(total[:, dim], uses.sum(axis=0))
    expected = base + scaled(expected, uses.sum(axis=0), pull, is_inverse=False)
    matrix, merged = own[0], base.copy()
    add_changes(total, pull, N_RANKS, NO_LIMITS, merged, matrix)
    assert matrix.tobytes() == merged.tobytes()
    assert merged == pytest.approx(expected, rel=1e-3, abs=1e-3)
