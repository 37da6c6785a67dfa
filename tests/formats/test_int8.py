"""Vectors in numbers of one byte: as they are written, and as they are read."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli import Vectors, load
from w2v_cli.errors import ConfigError
from w2v_cli.formats.int8 import decoded, encoded, row_scales
from w2v_cli.formats.registry import ALL
from w2v_cli.formats.writing import write_embeddings

RANDOM = np.random.default_rng(2)
WORDS = [f"word{number}" for number in range(5000)]
VECTORS = RANDOM.standard_normal((5000, 7)).astype(np.float32)
VECTORS *= RANDOM.exponential(size=(5000, 1)).astype(np.float32)
VECTORS[3] = 0
NAMES = ["v.w2v", "v.safetensors"]


@given(st.lists(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=3,
                         max_size=3), min_size=1, max_size=5))  # fmt: skip
def test_each_number_is_at_most_half_a_step_off(rows):
    rows = np.array(rows, np.float32)
    scales = row_scales(rows)
    codes = encoded(rows, scales)
    assert codes.dtype == np.int8
    assert np.abs(codes.astype(int)).max() <= 127
    steps = np.abs(rows).max(axis=1, keepdims=True) / 127.0
    # Beside half a step what the rounding of scales in float32 costs, which counts near zero.
    error = np.abs(decoded(codes, scales).astype(np.float64) - rows)
    assert (error <= 0.5001 * steps + 128 * 1.5e-45).all()


@pytest.mark.parametrize("name", NAMES)
def test_written_and_read(tmp_path, name):
    vectors = Vectors.from_arrays(WORDS, VECTORS, np.arange(5000)[::-1])
    vectors.save(tmp_path / name, dtype="int8")
    again = load(tmp_path / name)
    scales = row_scales(VECTORS)
    np.testing.assert_array_equal(again.matrix, decoded(encoded(VECTORS, scales), scales))
    assert list(again.words) == WORDS
    assert again.counts.tolist() == list(range(5000))[::-1]
    assert again.matrix[3].tolist() == [0] * 7
    norms = np.linalg.norm(again.matrix.astype(np.float64), axis=1)
    np.testing.assert_allclose(again._embeddings.norms, norms)
    np.testing.assert_array_equal(load(tmp_path / name, limit=9).matrix, again.matrix[:9])
    again.save(tmp_path / f"again-{name}", dtype="int8")  # nothing more is lost
    np.testing.assert_array_equal(load(tmp_path / f"again-{name}").matrix, again.matrix)


def test_both_matrices_are_kept(tmp_path):
    path, context = tmp_path / "v.w2v", VECTORS[::-1].copy()
    write_embeddings(path, WORDS, VECTORS, "w2v", dtype="int8", context=context)
    again = load(path)
    np.testing.assert_array_equal(again.context, again.matrix[::-1])


def test_other_programs_find_the_arrays(tmp_path):
    write_embeddings(tmp_path / "v.w2v", WORDS, VECTORS, "w2v", dtype="int8")
    with np.load(tmp_path / "v.w2v") as arrays:
        product = arrays["vectors"] * arrays["scales"][:, np.newaxis]
    np.testing.assert_array_equal(product, load(tmp_path / "v.w2v").matrix)
    safetensors = pytest.importorskip("safetensors.numpy")
    write_embeddings(tmp_path / "v.safetensors", WORDS, VECTORS, "safetensors", dtype="int8")
    tensors = safetensors.load_file(tmp_path / "v.safetensors")
    assert tensors["embeddings"].dtype == np.int8
    # As model2vec looks tokens up: embedding[ids] * weights[ids][:, None].
    np.testing.assert_array_equal(tensors["embeddings"] * tensors["weights"][:, None], product)


@pytest.mark.parametrize(
    "format", [each for each in ALL if each.writer], ids=lambda each: each.name
)
@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_formats_without_such_numbers_say_so(tmp_path, format, dtype):
    path = tmp_path / f"v{format.extensions[-1] if format.extensions else '.bin'}"
    if dtype in format.types:
        write_embeddings(path, WORDS, VECTORS, format.name, dtype=dtype)
        found = load(path).matrix
        np.testing.assert_allclose(found, VECTORS, rtol=0, atol=np.abs(VECTORS).max() / 200)
        return
    with pytest.raises(ConfigError, match=f"has no {dtype}; w2v"):
        write_embeddings(path, WORDS, VECTORS, format.name, dtype=dtype)
    assert not path.exists()


def test_the_record_of_a_conversion_says_so(w2v, tmp_path):
    write_embeddings(tmp_path / "v.bin", WORDS, VECTORS, "binary")
    assert w2v("convert", "v.bin", "v.w2v", "--int8", "-q", cwd=tmp_path).returncode == 0
    found = json.loads(w2v("info", "v.w2v", "--json", cwd=tmp_path).text)
    assert found["provenance"]["changes"]["dtype"] == "int8"
    assert found["zero_rows"] == 1
