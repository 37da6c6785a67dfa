"""Comparisons of two spaces against what NumPy makes of the formulas; ways over several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.alignment.comparing import Comparison
from w2v_cli.alignment.following import Periods
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.maps.way import lay_out_way

N_WORDS, DIM = 300, 12
WORDS = [f"w{number}" for number in range(N_WORDS)]
MOVED = ["w40", "w41"]
"""Words that change places between the two spaces."""


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def prepared(rows):
    """Unit length, the mean taken away, unit length."""
    rows = unit(np.asarray(rows, np.float64))
    return unit(rows - rows.mean(axis=0))


def naive_changes(one, other, rotate=True):
    """1 - cosine of each row, after the rotation of the first onto the second."""
    if not rotate:
        return 1 - (unit(one) * unit(other)).sum(axis=1)
    one, other = prepared(one), prepared(other)
    u, _, vt = np.linalg.svd(one.T @ other)
    return 1 - ((one @ (u @ vt)) * other).sum(axis=1)


def space(seed=0, noise=0.0, rotated=True, moved=True):
    """Vectors of WORDS, the same but for a rotation, noise, and two that changed places."""
    rows = np.random.default_rng(1).normal(size=(N_WORDS, DIM)) + 0.5
    rng = np.random.default_rng(seed)
    if moved:
        rows[[40, 41]] = rows[[41, 40]]
    rows += noise * rng.normal(size=rows.shape)
    if rotated:
        rows = rows @ np.linalg.qr(rng.normal(size=(DIM, DIM)))[0]
    return rows.astype(np.float32)


def embeddings(rows, order=None, counts=True):
    order = np.arange(len(rows)) if order is None else order
    words = [WORDS[place] for place in order]
    given = np.arange(len(rows), 0, -1) * 10 if counts else None
    return Embeddings(words, rows[order], counts=given)


def test_changes_are_those_of_the_formulas_whatever_the_order_of_rows():
    first, second = space(moved=False, rotated=False), space(2, noise=0.3)
    order = np.random.default_rng(5).permutation(N_WORDS)
    found = Comparison([embeddings(first)], [embeddings(second, order)])
    assert found.words == WORDS
    np.testing.assert_allclose(found.changes, naive_changes(first, second), atol=1e-6)
    assert found.n_anchors == N_WORDS
    best = found.told(found.ranked(2))
    assert sorted(change.word for change in best) == MOVED
    assert best[0].low is best[0].high is best[0].noise is None
    at = {word: 10 * (N_WORDS - place) for place, word in enumerate(WORDS)}
    behind = {WORDS[place]: 10 * (N_WORDS - row) for row, place in enumerate(order)}
    for change in best:
        assert change.counts == (at[change.word], behind[change.word])


def test_a_rotation_alone_changes_nothing():
    first, second = space(moved=False, rotated=False), space(3, moved=False)
    found = Comparison([embeddings(first)], [embeddings(second)])
    assert np.abs(found.changes).max() < 1e-6
    assert found.overlaps(range(N_WORDS), 5).min() == 1
    apart = Comparison([embeddings(first)], [embeddings(second)], is_aligned=True)
    np.testing.assert_allclose(apart.changes, naive_changes(first, second, rotate=False), atol=1e-6)
    assert apart.n_anchors == 0
    assert apart.changes.mean() > 0.5


def test_several_runs_give_an_interval_and_noise():
    firsts = [space(seed, 0.2, moved=False) for seed in (1, 2)]
    seconds = [space(seed, 0.2) for seed in (3, 4, 5)]
    found = Comparison(*([embeddings(rows) for rows in side] for side in (firsts, seconds)))
    pairs = np.array([naive_changes(a, b) for a in firsts for b in seconds])
    within = [naive_changes(firsts[0], firsts[1])]
    within += [naive_changes(seconds[a], seconds[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(found.changes, pairs.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(found.noise, np.mean(within, axis=0), atol=1e-6)
    [change] = found.told([7])
    assert change.low == pytest.approx(pairs[:, 7].min(), abs=1e-6)
    assert change.high == pytest.approx(pairs[:, 7].max(), abs=1e-6)
    assert change.low <= change.change <= change.high
    assert change.net == pytest.approx(change.change - change.noise)
    net = pairs.mean(axis=0) - np.mean(within, axis=0)
    assert found.ranked(None, "net") == np.argsort(-net, kind="stable").tolist()
    assert found.n_runs == (2, 3)


def jaccard_of(first, second, place, k, among):
    """Shared neighbors of a row, of those that are candidates."""
    sets = []
    for rows in (first, second):
        cosines = unit(rows.astype(np.float64)) @ unit(rows.astype(np.float64))[place]
        order = [row for row in np.argsort(-cosines) if row != place and among[row]]
        sets.append(set(order[:k]))
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.mark.parametrize("k", [1, 7, 1000])
def test_overlaps_are_of_words_that_were_seen_often(k):
    first, second = space(moved=False), space(2, noise=0.5)
    found = Comparison([embeddings(first)], [embeddings(second)], min_count=500)
    assert found.is_candidate.sum() == 251
    expected = [jaccard_of(first, second, place, k, found.is_candidate) for place in (0, 40, 290)]
    np.testing.assert_allclose(found.overlaps([0, 40, 290], k), expected)
    changes = found.told([0, 290], k)
    assert [change.overlap for change in changes] == pytest.approx([expected[0], expected[2]])
    near = [word for word, _ in changes[0].neighbors[0]]
    assert len(near) == min(k, 250)
    assert set(near) <= set(WORDS[:251])


def test_the_fewest_shared_neighbors_come_first():
    first, second = space(moved=False), space(2, noise=0.4)
    found = Comparison([embeddings(first)], [embeddings(second)])
    order = found.ranked(None, "overlap", 10)
    overlaps = found.overlaps(order, 10)
    assert (np.diff(overlaps) >= 0).all()
    ties = np.flatnonzero(np.diff(overlaps) == 0)
    assert len(ties) > 10
    assert (np.diff(found.changes[order])[ties] <= 0).all()


def test_words_of_one_side_and_words_without_a_vector_are_left_out():
    first, second = space(moved=False), space(2, noise=0.1)
    first[5] = 0
    few = Embeddings(WORDS[:200], second[:200])
    found = Comparison([embeddings(first)], [few])
    assert found.words == [word for word in WORDS[:200] if word != "w5"]
    assert found.counts[1] is None
    [change] = found.told([0])
    assert change.counts == (10 * N_WORDS, None)


def test_what_cannot_be_compared_is_refused():
    first = embeddings(space())
    for second, options, message in (
        (Embeddings(WORDS, np.ones((N_WORDS, 5))), {}, r"vectors of lengths 5 and 12"),
        (Embeddings(["x"], np.ones((1, DIM))), {}, "have no words in common"),
        (embeddings(space()[:9]), {}, r"have 9 words in common .*, fewer than the 12 numbers"),
        (embeddings(space(), counts=False), {"min_count": 5}, r"late: comes without counts"),
        (embeddings(space()), {"min_count": 9999}, r"no word that both have was seen 9,999 times"),
        (embeddings(space()), {"min_count": 2950}, r"have 6 words in common .*a lower min_count"),
    ):
        with pytest.raises(InputError, match=message):
            Comparison([first], [second], names=("early", "late"), **options)
    found = Comparison([first], [first])
    with pytest.raises(ConfigError, match=r"by='net' needs several runs of one side"):
        found.ranked(5, "net")
    with pytest.raises(ConfigError, match=r"by='age' must be change or net or overlap"):
        found.ranked(5, "age")


def test_few_words_in_common_are_told():
    assert list(Comparison([embeddings(space())], [embeddings(space())]).warnings()) == []
    few = embeddings(space()[:40])
    [note] = Comparison([few], [few], names=("early", "late")).warnings()
    assert "early and late have 40 words in common (seen often enough), few for vectors" in note
    assert list(Comparison([few], [few], is_aligned=True).warnings()) == []


def periods(min_count=None, is_aligned=False):
    """Four, of which the second has not ``w40``."""
    spaces = [space(1, 0.05, moved=False), space(2, 0.05), space(3, 0.05), space(4, 0.05)]
    without = np.array([place for place in range(N_WORDS) if place != 40])
    found = [embeddings(rows) for rows in spaces]
    found[1] = Embeddings([WORDS[place] for place in without], spaces[1][without])
    return spaces, Periods(found, ["1900", "1930", "1960", "1990"], min_count, is_aligned)


def test_a_way_skips_periods_that_do_not_have_the_word():
    spaces, found = periods()
    assert found.has("w40") == [0, 2, 3]
    steps = found.steps("w40", 3)
    assert [step.period for step in steps] == ["1900", "1930", "1960", "1990"]
    first, gone, back, last = steps
    assert (first.change, first.from_first, first.overlap) == (None, None, None)
    assert (gone.count, gone.change, gone.neighbors) == (None, None, ())
    assert back.change == pytest.approx(naive_changes(spaces[0], spaces[2])[40], abs=1e-6)
    assert back.change == back.from_first > 0.5
    assert last.change == pytest.approx(naive_changes(spaces[2], spaces[3])[40], abs=1e-6)
    assert last.change < 0.05 < last.from_first
    assert back.overlap < last.overlap
    assert (first.count, len(first.neighbors)) == (10 * (N_WORDS - 40), 3)


def test_a_map_of_a_way_has_all_periods_and_their_neighbors_in_one_space():
    spaces, found = periods()
    drawn = lay_out_way(found, "w40", 2)
    assert drawn.words[:3] == ["w40 (1900)", "w40 (1960)", "w40 (1990)"]
    assert drawn.groups[:3] == ["1900", "1960", "1990"]
    assert drawn.pairs == [(0, 1), (1, 2)]
    near = {word for number in (0, 2, 3) for word, _ in found.near("w40", number, 2)}
    assert set(drawn.words[3:]) == near
    assert drawn.is_neighbor == [False] * 3 + [True] * len(near)
    # After its move it stands where it stays; before, far from there.
    apart = np.linalg.norm(drawn.points[1] - drawn.points[2])
    assert apart < 0.3 < np.linalg.norm(drawn.points[0] - drawn.points[1])
    vectors = [found.in_last_space("w7", number) for number in (0, 3)]
    assert vectors[0] @ vectors[1] == pytest.approx(
        1 - naive_changes(spaces[0], spaces[3])[7], abs=1e-6
    )


def test_a_way_needs_two_periods():
    _, found = periods()
    with pytest.raises(InputError, match=r"the way of 'nowhere' needs two files .* no file has it"):
        lay_out_way(found, "nowhere", 2)
    alone = Embeddings([*WORDS, "late"], np.vstack([space(), space()[:1]]))
    found = Periods([embeddings(space()), alone], ["1900", "1990"])
    with pytest.raises(InputError, match=r"needs two files that have it, and only 1990 has it"):
        lay_out_way(found, "late", 2)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_changes_do_not_depend_on_the_basis(seed, is_swapped):
    """Any rotation of a side leaves them; and there and back is the same way."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, 40, 5)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    spaces = [Embeddings(WORDS[:40], first), Embeddings(WORDS[:40], second)]
    turned = [Embeddings(WORDS[:40], (rows @ turn).astype(np.float32)) for rows in (first, second)]
    expected = Comparison([spaces[0]], [spaces[1]]).changes
    pair = [turned[1], spaces[0]] if is_swapped else [turned[0], spaces[1]]
    np.testing.assert_allclose(Comparison([pair[0]], [pair[1]]).changes, expected, atol=1e-5)
