"""Look-up, and the nearest rows against plain NumPy and gensim."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.embeddings import search
from w2v_cli.embeddings.restriction import Restriction
from w2v_cli.embeddings.table import Embeddings, UnknownWordError

WORDS = ["king", "queen", "man", "woman", "new", "york", "new york", "well-known", "-"]


def random_embeddings(n_words, dim, seed=0):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n_words, dim)).astype(np.float32)
    return Embeddings([f"w{row}" for row in range(n_words)], vectors)


def naive_nearest(embeddings, query, k, exclude, n_rows):
    """The definition: sort all rows by cosine, then by row."""
    unit = embeddings.unit(slice(n_rows))
    query = np.asarray(query, dtype=np.float64)
    length = np.sqrt((query * query).sum())
    query = query / length if length else query
    cosines = np.clip((unit * query).sum(axis=1), -1, 1)
    rows = sorted(set(range(len(unit))) - set(exclude), key=lambda row: (-cosines[row], row))
    return rows[:k], cosines[rows[:k]]


@pytest.fixture(scope="module")
def small():
    vectors = np.random.default_rng(1).standard_normal((len(WORDS), 5)).astype(np.float32)
    return Embeddings(WORDS, vectors)


def test_look_up_of_words(small):
    assert len(small) == len(WORDS)
    assert small.dim == 5
    assert "queen" in small
    assert "Queen" not in small
    assert np.array_equal(small.vector("queen"), small.vectors[1])
    with pytest.raises(UnknownWordError, match="unknown word 'prince'") as caught:
        small.vector("prince")
    assert caught.value.words == ["prince"]


def test_first_row_of_a_repeated_word_wins():
    embeddings = Embeddings(["a", "b", "a"], np.eye(3, dtype=np.float32))
    assert embeddings.index == {"a": 0, "b": 1}


def test_vectors_are_read_only_and_the_callers_stay_as_they_are():
    vectors = np.ones((2, 3), dtype=np.float32)
    embeddings = Embeddings(["a", "b"], vectors)
    for array in (embeddings.vectors, embeddings.norms):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    vectors[0, 0] = 2


def test_words_and_rows_must_match():
    with pytest.raises(ValueError, match="2 words"):
        Embeddings(["a", "b"], np.ones((3, 2), dtype=np.float32))


def test_unit_rows_have_length_one_at_any_scale():
    scales = np.array([1e-44, 1e-30, 1, 1e30, 3e38], dtype=np.float32)
    vectors = np.zeros((6, 16), dtype=np.float32)
    vectors[:5, 3] = scales
    vectors[2, 4] = 1
    embeddings = Embeddings(list("abcdef"), vectors)
    unit = embeddings.unit(slice(None))
    np.testing.assert_allclose(np.linalg.norm(unit[:5], axis=1), 1, rtol=1e-6)
    assert not unit[5].any()
    ids, cosines = embeddings.nearest(unit, 5)
    np.testing.assert_allclose(cosines[:2, :2], 1, rtol=1e-6)
    assert ids[0].tolist() == [0, 1, 3, 4, 2]


def test_a_view_of_a_padded_matrix_works():
    padded = np.random.default_rng(2).standard_normal((7, 16)).astype(np.float32)
    view = Embeddings(list("abcdefg"), padded[:, :5])
    copy = Embeddings(list("abcdefg"), padded[:, :5].copy())
    assert np.array_equal(view.norms, copy.norms)
    assert np.array_equal(view.nearest(view.vectors)[0], copy.nearest(copy.vectors)[0])


@settings(max_examples=60, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**31), small_blocks=st.booleans())
def test_nearest_equals_the_definition_with_ties_in_any_place(data, seed, small_blocks):
    # Few different vectors, so that most scores are tied; and zero rows.
    rng = np.random.default_rng(seed)
    n_rows = data.draw(st.integers(1, 300))
    kinds = np.vstack([rng.standard_normal((4, 6)), np.zeros((1, 6))]).astype(np.float32)
    vectors = kinds[rng.integers(0, len(kinds), n_rows)]
    fresh = rng.random(n_rows) < data.draw(st.floats(0, 1))
    vectors[fresh] = rng.standard_normal((int(fresh.sum()), 6))
    embeddings = Embeddings([str(row) for row in range(n_rows)], vectors)
    queries = np.vstack([kinds, rng.standard_normal((3, 6))])
    exclude = [rng.integers(0, n_rows, rng.integers(0, 4)).tolist() for _ in queries]
    barred = np.flatnonzero(rng.random(n_rows) < data.draw(st.sampled_from([0, 0.1, 1])))
    k = data.draw(st.integers(1, 40))
    searched = data.draw(st.integers(1, n_rows))
    n_threads = data.draw(st.integers(1, 3))
    with pytest.MonkeyPatch.context() as patch:
        if small_blocks:
            patch.setattr(search, "ROW_BLOCK", 16)
            patch.setattr(search, "BLOCK_SCORES", 64)
            # In parts of the queries, or in stripes of the rows.
            patch.setattr(search, "FEW", data.draw(st.sampled_from([2, 100])))
            patch.setattr(search, "OWN_THREADS_SCORES", 1)
            patch.setattr(search, "STRIPE", 20)
            patch.setattr(search, "available_cpus", lambda: n_threads)
            patch.setattr(search, "SPARE", 1)
            patch.setattr(search, "PAIR_NUMBERS", 50)
        ids, cosines = embeddings.nearest(queries, k, exclude, Restriction(searched, barred))
    assert ids.shape == (len(queries), min(k, searched))
    for query, left_out, found, scores in zip(queries, exclude, ids, cosines, strict=True):
        rows, expected = naive_nearest(embeddings, query, k, [*left_out, *barred], searched)
        assert found[found >= 0].tolist() == rows
        np.testing.assert_allclose(scores[found >= 0], expected, atol=1e-12)
        assert np.all(scores[found < 0] == -np.inf)


def test_an_answer_does_not_depend_on_the_queries_beside_it():
    embeddings = random_embeddings(20_000, 24)
    queries = embeddings.vectors[:200]
    ids, cosines = embeddings.nearest(queries, 7)
    for row in range(0, 200, 37):
        one_ids, one_cosines = embeddings.nearest(queries[row : row + 1], 7)
        assert np.array_equal(one_ids[0], ids[row])
        assert np.array_equal(one_cosines[0], cosines[row])


def test_an_answer_does_not_depend_on_the_number_of_threads(monkeypatch):
    embeddings = random_embeddings(5_000, 24)
    monkeypatch.setattr(search, "BLOCK_SCORES", 10_000)
    monkeypatch.setattr(search, "OWN_THREADS_SCORES", 1)
    answers = []
    for threads in (1, 4):
        monkeypatch.setattr(search, "available_cpus", lambda threads=threads: threads)
        answers.append(embeddings.nearest(embeddings.vectors[:300], 7))
    for alone, together in zip(*answers, strict=True):
        assert np.array_equal(alone, together)


def test_nearest_in_blocks_finds_the_planted_rows():
    embeddings = random_embeddings(30_000, 16, seed=5)
    for row in (0, 8191, 8192, 29_999):
        ids, cosines = embeddings.nearest(embeddings.vectors[row], 1)
        assert ids.tolist() == [[row]]
        assert cosines[0, 0] == pytest.approx(1)


@pytest.mark.parametrize("scale", [1.0, 1e-35, 1e30])
def test_cosines_are_never_beyond_one(scale):
    """Of a vector with itself, with its opposite, and with one that is longer."""
    matrix = np.random.default_rng(0).standard_normal((300, 50)).astype(np.float32)
    every = np.concatenate([matrix, -matrix, matrix * np.float32(3)]) * np.float32(scale)
    embeddings = Embeddings([f"w{row}" for row in range(len(every))], every)
    rows = np.arange(300)
    queries = embeddings.unit(rows)
    for others, expected in ((rows, 1), (rows + 300, -1), (rows + 600, 1)):
        cosines = embeddings.exact_cosines(queries, rows, others)
        assert abs(cosines).max() <= 1
        np.testing.assert_allclose(cosines, expected, atol=1e-6)
    _, cosines = embeddings.nearest(queries, 3)
    assert cosines.max() == 1


def test_no_queries_and_more_neighbors_than_words():
    embeddings = random_embeddings(5, 3)
    assert embeddings.nearest(np.empty((0, 3)))[0].shape == (0, 5)
    ids, _ = embeddings.nearest(embeddings.vectors[:1], 100, [[0, 3]])
    assert sorted(ids[0, :3]) == [1, 2, 4]
    assert ids[0, 3:].tolist() == [-1, -1]
