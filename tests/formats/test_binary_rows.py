"""Binary vectors as other programs write them: spaces in words, other numbers, damage."""

import struct

import numpy as np
import pytest
from gensim.models import KeyedVectors

from w2v_cli.errors import InputError
from w2v_cli.formats import word2vec_binary
from w2v_cli.formats.reading import read

PHRASES = ["the", "new york", "of", "the lord of the rings", "a b", "in 2001", "BBC news", "cat"]


def found(folder, data, **options):
    """(words, vectors, notes) of a file of these bytes."""
    path = folder / "v.bin"
    path.write_bytes(data)
    result = read(path, **options)
    notes = [note.replace(f"{path}: ", "") for note in result.notes]
    return list(result.embeddings.words), result.embeddings.vectors, notes


def binary(words, vectors, number_type="<f4", newline=b""):
    rows = zip(words, np.asarray(vectors).astype(number_type), strict=True)
    body = b"".join(word.encode() + b" " + row.tobytes() + newline for word, row in rows)
    return b"%d %d\n" % vectors.shape + body


@pytest.mark.parametrize("dim", [6, 50])
@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_words_with_spaces_are_read_whole(tmp_path, dim, newline):
    for seed in range(20):
        vectors = np.random.default_rng(seed).standard_normal((8, dim)).astype(np.float32)
        words, rows, notes = found(tmp_path, binary(PHRASES, vectors, newline=newline))
        assert words == PHRASES
        assert np.array_equal(rows, vectors)
        assert notes == []


def test_we_read_spaces_as_gensim_writes_them(tmp_path):
    vectors = np.random.default_rng(1).standard_normal((3000, 20)).astype(np.float32)
    words = [f"w{row}" if row % 3 else f"new w{row} x" for row in range(3000)]
    keyed = KeyedVectors(20)
    keyed.add_vectors(words, vectors)
    keyed.save_word2vec_format(str(tmp_path / "g.bin"), binary=True)
    result = read(tmp_path / "g.bin")
    # gensim orders words with counts, and these have none.
    assert list(result.embeddings.words) == words
    assert np.array_equal(result.embeddings.vectors, vectors)


@pytest.mark.parametrize("read_size", [1, 100, 5000])
def test_spaces_where_blocks_end(tmp_path, monkeypatch, read_size):
    monkeypatch.setattr(word2vec_binary, "READ_SIZE", read_size)
    monkeypatch.setattr("w2v_cli.formats.containers.HEAD_SIZE", 300)
    vectors = np.random.default_rng(2).standard_normal((400, 6)).astype(np.float32)
    words = [f"{PHRASES[row % 8]} {row}" for row in range(400)]
    assert found(tmp_path, binary(words, vectors))[0] == words


def test_a_word_that_is_none_is_an_error_that_names_the_row(tmp_path):
    vectors = np.full((9, 4), 0.5, np.float32)
    data = binary([*PHRASES, "x"], vectors)
    place = data.index(b"of ") + 5
    damaged = data[:place] + b"\x00\x7f\x01" + data[place:]
    with pytest.raises(InputError, match=r"row \d+ is damaged, or the one before|cut short"):
        found(tmp_path, damaged)


@pytest.mark.parametrize("newline", [b"", b"\n"])
@pytest.mark.parametrize(
    ("number_type", "title"),
    [(">f4", "big-endian float32"), ("<f8", "float64"), (">f8", "big-endian float64"),
     ("<f2", "float16")],
)  # fmt: skip
@pytest.mark.parametrize("n_rows", [3, 200])
def test_other_types_of_numbers_are_known_by_the_first_rows(
    tmp_path, number_type, title, newline, n_rows
):
    vectors = (np.random.default_rng(4).standard_normal((n_rows, 10)) * 0.3).astype(np.float16)
    words = [f"w{row}" for row in range(n_rows)]
    found_words, rows, [note] = found(tmp_path, binary(words, vectors, number_type, newline))
    assert found_words == words
    assert np.array_equal(rows, vectors.astype(np.float32))
    assert note == f"its numbers are {title}, not little-endian float32; read as such"


def test_the_empty_word_is_left_out_of_binary(tmp_path):
    vectors = np.arange(9, dtype=np.float32).reshape(3, 3)
    for newline in (b"", b"\n"):
        words, rows, [note] = found(tmp_path, binary(["", "a", "b"], vectors, newline=newline))
        assert words == ["a", "b"]
        assert np.array_equal(rows, vectors[1:])
        assert note == "rows left out because their word is empty: 1"


@pytest.mark.parametrize(("factor", "note"), [(3e15, "longer than 1e+15"), (1e-17, "shorter than")])
def test_lengths_beyond_all_measure_are_told_in_all_formats(tmp_path, factor, note):
    from w2v_cli.formats.writing import write_embeddings

    vectors = np.full((3, 2), factor, np.float32)
    for format in ("text", "binary", "w2v", "npy"):
        path = tmp_path / f"v.{'npy' if format == 'npy' else format}"
        write_embeddings(path, ["a", "b", "c"], vectors, format)
        assert any(note in told for told in read(path).notes), format
    path = tmp_path / "usual.bin"
    write_embeddings(path, ["a", "b", "c"], np.full((3, 2), 1e-9, np.float32), "binary")
    assert read(path).notes == []


def test_bad_rows_of_binary_are_left_out_if_asked_for(tmp_path):
    vectors = np.ones((3, 2), np.float32)
    vectors[1, 1] = np.inf
    words, rows, [note] = found(tmp_path, binary(["a", "b", "c"], vectors), skip_bad_rows=True)
    assert (words, rows.tolist()) == (["a", "c"], [[1, 1], [1, 1]])
    assert note.startswith("damaged rows left out: 1; the first is row 2 (word 'b') holds NaN")


def test_words_in_latin_1(tmp_path):
    data = b"2 2\nb\xe4r " + struct.pack("<2f", 1, 2) + b"b\xf6r " + struct.pack("<2f", 3, 4)
    assert found(tmp_path, data, encoding="latin-1")[0] == ["bär", "bör"]
    with pytest.raises(InputError, match="is not ascii"):
        found(tmp_path, data, encoding="ascii", encoding_errors="strict")


def test_control_characters_in_words_beside_usual_numbers_are_read(tmp_path):
    vectors = np.random.default_rng(5).standard_normal((3, 10)).astype(np.float32)
    words = ["a\x7fb", "\x1c", "c"]
    found_words, rows, notes = found(tmp_path, binary(words, vectors, newline=b"\n"))
    assert (found_words, notes) == (words, [])
    assert np.array_equal(rows, vectors)


def test_odd_numbers_that_hold_a_space_are_no_part_of_a_word(tmp_path):
    vectors = np.frombuffer(b" \xf2E[  \xb4H\0\0\0\0\0\0\0\0", "<f4").reshape(2, 2)
    words, rows, _ = found(tmp_path, binary(["0", "000000"], vectors, newline=b"\n"))
    assert words == ["0", "000000"]
    assert np.array_equal(rows, vectors)
