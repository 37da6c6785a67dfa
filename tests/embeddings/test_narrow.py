"""Rows of small numbers, made float32 when they are asked for, and searched without a copy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.embeddings import narrow
from w2v_cli.embeddings.narrow import NarrowRows, widen_halves
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

EVERY_HALF = np.arange(1 << 16, dtype=np.uint16).view(np.float16)


def test_every_number_of_16_bits_is_what_numpy_makes_of_it(monkeypatch):
    monkeypatch.setattr(narrow, "MOST_HALVES", 1000)
    wide = np.empty(len(EVERY_HALF), dtype=np.float32)
    assert not widen_halves(EVERY_HALF, wide)
    assert np.array_equal(wide.view(np.uint32), EVERY_HALF.astype(np.float32).view(np.uint32))
    finite = EVERY_HALF[np.isfinite(EVERY_HALF)]
    wide = np.empty(len(finite), dtype=np.float32)
    assert widen_halves(finite, wide)
    assert np.array_equal(wide.view(np.uint32), finite.astype(np.float32).view(np.uint32))


@pytest.mark.parametrize("rows", [slice(2, 9), [3, 3, 0], np.zeros(0, np.int64), slice(1, 90, 7)])
def test_rows_of_any_kind(rows):
    stored = np.random.default_rng(1).standard_normal((100, 7)).astype(np.float16)
    assert np.array_equal(NarrowRows(stored)[rows], stored[rows].astype(np.float32))
    assert np.array_equal(NarrowRows(stored[:, ::2])[rows], stored[rows, ::2].astype(np.float32))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), dtype=st.sampled_from(["float16", "int8"]))
def test_answers_are_those_of_the_same_numbers_as_float32(tmp_path_factory, seed, dtype):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((rng.integers(1, 2000), 9)).astype(np.float32)
    words = [f"w{row}" for row in range(len(vectors))]
    path = tmp_path_factory.mktemp("narrow") / "v.w2v"
    write_embeddings(path, words, vectors, "w2v", dtype=dtype)
    stored = read_embeddings(path)
    queries = rng.standard_normal((rng.integers(1, 6), 9))
    ids, cosines = stored.nearest(queries, 5)
    assert "vectors" not in vars(stored)
    wide = Embeddings(words, np.array(stored.vectors))
    expected_ids, expected = wide.nearest(queries, 5)
    assert np.array_equal(ids, expected_ids)
    assert np.array_equal(cosines, expected)
    assert np.array_equal(stored.vector("w0"), wide.vector("w0"))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused_when_they_are_looked_at(number):
    def refuse():
        raise InputError("damaged")

    stored = np.zeros((20, 3), dtype=np.float16)
    stored[11, 1] = number
    rows = NarrowRows(stored, refuse=refuse)
    assert np.array_equal(rows[:11], stored[:11])
    for asked in (slice(None), [0, 11], slice(11, 12)):
        with pytest.raises(InputError, match="damaged"):
            rows[asked]
        with pytest.raises(InputError, match="damaged"):
            rows.part(asked)[:]
    assert np.array_equal(NarrowRows(stored)[11:12], stored[11:12], equal_nan=True)
