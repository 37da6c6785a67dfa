"""Models with n-grams that are cut, or say other sizes than they have: errors name the file."""

import struct

import numpy as np
import pytest

from fuzz import seeds
from w2v_cli.errors import InputError
from w2v_cli.formats.reading import read_embeddings

BINARY = {
    "bin": seeds.fasttext(has_outputs=True),
    "ftz": seeds.fasttext(is_quantized=True),
    "pruned ftz": seeds.fasttext(4, 1, is_quantized=True),
    "floret": seeds.of_floret(seeds.fasttext(has_outputs=True)),
}
SIZES = {
    "dim": 0, "min count": 3, "loss": 6, "model": 7, "buckets": 8, "min n": 9, "max n": 10,
    "words and labels": -6, "words": -5, "labels": -4,
}  # fmt: skip
"""Numbers of the header by their places in it; those below 0 stand before the words."""
MUST_FIT = {"dim", "buckets", "words and labels", "words", "labels"}


def read_or_refuse(path, data):
    """What is read, or None where that is refused in words that name the file."""
    path.write_bytes(data)
    try:
        found = read_embeddings(path)
    except InputError as error:
        assert error.message.startswith(f"{path}: "), error.message
        assert "\n" not in error.message
        return None
    assert np.isfinite(found.vectors).all()
    if found.subwords is not None:
        assert np.isfinite(found.subwords.compose(["x", "unseen"]).vectors).all()
    return found


@pytest.mark.parametrize("kind", BINARY)
def test_no_part_of_a_model_is_taken_for_a_model(kind, tmp_path):
    data = BINARY[kind]
    path = tmp_path / "v.bin"
    assert read_or_refuse(path, data) is not None
    # Most of a quantized model are centroids.
    lengths = [*range(min(len(data), 700)), *range(700, len(data), 97), len(data) - 1]
    for length in lengths:
        assert read_or_refuse(path, data[:length]) is None, length
    assert read_or_refuse(path, data + b"\0") is None


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("kind", BINARY)
def test_a_model_that_says_another_size(kind, name, tmp_path):
    data = BINARY[kind]
    words = data.index(b"the\0")
    place = 8 + 4 * SIZES[name] if SIZES[name] >= 0 else words - seeds.fasttext_header.SIZES.size
    if SIZES[name] < 0:
        place += 4 * (SIZES[name] + 6)
    [value] = struct.unpack_from("<i", data, place)
    for other in (value - 1, value + 1, -1, 2**31 - 1):
        changed = bytearray(data)
        struct.pack_into("<i", changed, place, other)
        found = read_or_refuse(tmp_path / "v.bin", bytes(changed))
        # The rows of a pruned model need not be as many as its buckets.
        may_be = name not in MUST_FIT or (kind, name) == ("pruned ftz", "buckets")
        assert found is None or may_be or other == value, other


@pytest.fixture
def table(tmp_path):
    """A table as floret writes it."""
    [data] = seeds.with_ngrams(tmp_path, "floret", ".floret")
    return data


def test_a_table_of_floret_that_is_cut(table, tmp_path):
    path = tmp_path / "v.floret"
    whole = read_or_refuse(path, table).subwords.rows.shape
    first_row, last_number = table.index(b"\n") + 1, table.rstrip().rindex(b" ") + 1
    for length in range(len(table)):
        found = read_or_refuse(path, table[:length])
        if length < first_row:  # a word and numbers, as far as anybody can tell
            assert found is None or found.subwords is None, length
        elif length <= last_number:
            assert found is None, length
        else:  # fewer digits are a number, too
            assert found is None or found.subwords.rows.shape == whole, length


@pytest.mark.parametrize("number", range(6))
def test_a_table_of_floret_that_says_another_size(table, number, tmp_path):
    head, rows = table.split(b"\n", 1)
    fields = head.split(b" ")
    for other in (int(fields[number]) - 1, int(fields[number]) + 1, 0, 10**7):
        changed = [*fields[:number], b"%d" % other, *fields[number + 1 :]]
        found = read_or_refuse(tmp_path / "v.floret", b" ".join(changed) + b"\n" + rows)
        # Nothing tells that n-grams were of other lengths, or hashed another number of times.
        assert found is None or number in (2, 3, 4), other
