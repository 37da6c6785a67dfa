"""Numbers as text against Python's own, and arrays of NumPy whose rows are counted at the end."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.formats.digits import MOST_BYTES
from w2v_cli.formats.numberrows import NpyWriter, row_texts, rows_as_text

finite = st.integers(0, 2**32 - 1).map(lambda bits: struct.unpack("<f", struct.pack("<I", bits))[0])
finite = finite.filter(np.isfinite)
HARD = [0.0, -0.0, 1e-45, -3.4028235e38, 1e9, 999999999, 123456789, 9.9999999e-5, 1e-4, 1048576.125]
HARD += [0.1, 100, 1e10, 2097152.25, 8388607.5, 1.17549435e-38, 5e-5, 99999999.5, -1.23456789e-05]


def by_python(rows, separator, row_end):
    lines = [separator.join(b"%.9g" % number for number in row) + row_end for row in rows.tolist()]
    return b"".join(lines)


@given(st.lists(st.tuples(finite, finite), min_size=1))
def test_numbers_are_those_of_python(rows):
    rows = np.array(rows, dtype=np.float32)
    assert rows_as_text(rows, b" ", b"\n") == by_python(rows, b" ", b"\n")


def test_hard_numbers_are_those_of_python():
    rows = np.array([HARD, HARD[::-1]], dtype=np.float32)
    text = by_python(rows, b",", b"]")
    assert rows_as_text(rows, b",", b"]") == text
    assert row_texts(rows, b",", b"]") == [part + b"]" for part in text.split(b"]")[:-1]]
    assert max(map(len, text.replace(b"]", b",").split(b","))) < MOST_BYTES


def test_all_exponents_and_threads_give_the_same():
    draw = np.random.default_rng(1)
    bits = np.arange(0, 2**32, 2**20, dtype=np.uint64) + draw.integers(0, 2**20, 4096).astype(
        np.uint64
    )
    rows = bits.astype(np.uint32).view(np.float32)
    rows = rows[np.isfinite(rows)][:3840].reshape(-1, 4)
    alone = rows_as_text(rows, b"\t", b"\n")
    assert alone == by_python(rows, b"\t", b"\n")
    for n_threads in (2, 3):
        assert rows_as_text(rows, b"\t", b"\n", n_threads) == alone


def test_what_is_not_finite_is_left_to_python():
    rows = np.array([[1, np.inf], [np.nan, 1], [-np.inf, 2], [0.5, 3]], dtype=np.float32)
    assert rows_as_text(rows, b" ", b"\n") == b"1 inf\nnan 1\n-inf 2\n0.5 3\n"


def test_no_rows_are_no_text():
    assert rows_as_text(np.zeros((0, 3), np.float32), b" ", b"\n", 2) == b""
    assert row_texts(np.zeros((0, 3), np.float32), b" ", b"\n") == []


@pytest.mark.parametrize("is_file", [True, False])
@pytest.mark.parametrize("sizes", [[], [0], [3, 0, 2], [100_000]])
def test_arrays_are_read_by_numpy(tmp_path, is_file, sizes):
    parts = [np.random.default_rng(n).standard_normal((n, 3), dtype=np.float32) for n in sizes]
    path = tmp_path / "rows.npy"
    with open(path, "wb") as stream, NpyWriter(stream, 3, is_file) as writer:
        for part in parts:
            writer.write(part)
    found = np.load(path)
    assert (found.dtype, found.shape) == (np.float32, (sum(sizes), 3))
    np.testing.assert_array_equal(found, np.concatenate([np.zeros((0, 3)), *parts]))


def test_what_fails_leaves_a_pipe_empty():
    stream = io.BytesIO()
    with pytest.raises(KeyError), NpyWriter(stream, 3, is_file=False) as writer:
        writer.write(np.zeros((1, 3), np.float32))
        raise KeyError
    assert stream.getvalue() == b""
