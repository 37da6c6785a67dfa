"""Matrices with their words beside them, and files that are something else: every damage."""

import gzip
import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.errors import InputError, OutputError, W2VError
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["a", "b", "c"]
VECTORS = np.arange(6, dtype=np.float32).reshape(3, 2)
NAMES = {"npy": "v.npy", "safetensors": "v.safetensors"}


def write(folder, format, words=WORDS, vectors=VECTORS):
    path = folder / NAMES[format]
    write_embeddings(path, words, vectors, format)
    return path


def message_of(path):
    with pytest.raises(InputError) as caught:
        read_embeddings(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("format", NAMES)
def test_a_matrix_is_mapped_or_read_from_compressed_data(tmp_path, format):
    path = write(tmp_path, format)
    packed = tmp_path / (path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for each in (path, packed):
        embeddings = read_embeddings(each)
        assert embeddings.words == WORDS
        assert np.array_equal(embeddings.vectors, VECTORS)
        assert read_embeddings(each, limit=2).words == WORDS[:2]


@pytest.mark.parametrize("format", NAMES)
def test_a_file_cut_anywhere_is_an_error(tmp_path, format):
    path = write(tmp_path, format)
    data = path.read_bytes()
    for end in range(len(data)):
        path.write_bytes(data[:end])
        message_of(path)
        (tmp_path / "v.gz").write_bytes(gzip.compress(data[:end]))
        message_of(tmp_path / "v.gz")


@pytest.mark.parametrize("format", NAMES)
def test_rows_that_are_faulty(tmp_path, format):
    path = write(tmp_path, format, ["a", "b", "a"])
    if format == "npy":
        found = read(path)
        assert found.embeddings.words == ["a", "b"]
        assert "word was there before: 1 ('a')" in found.notes[0]
        assert read_embeddings(path, keep_faults=True).words == ["a", "b", "a"]
    path = tmp_path / "n.npy"
    np.save(path, np.array([[1, np.nan]]))
    (tmp_path / "n.words.txt").write_text("x\n")
    assert "row 1 (word 'x') holds NaN" in message_of(path)
    assert np.isnan(read_embeddings(path, keep_faults=True).vectors[0, 1])


def test_what_no_npy_may_be(tmp_path):
    path = tmp_path / "v.npy"
    (tmp_path / "v.words.txt").write_text("a\nb\nc\n")
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert "cannot be read as .npy" in message_of(path)
    np.save(path, np.arange(3.0))
    assert "holds float64 of shape (3,)" in message_of(path)
    np.save(path, np.ones((3, 2), dtype=np.int64))
    assert "holds int64" in message_of(path)
    np.save(path, np.ones((2, 2)))
    assert "2 rows and 3 words do not belong together" in message_of(path)
    np.save(path, np.ones((3, 0)))
    assert "holds no vectors" in message_of(path)
    for matrix in (np.asfortranarray(VECTORS), VECTORS.astype(">f4"), VECTORS.astype(np.float64)):
        np.save(path, matrix)
        assert np.array_equal(read_embeddings(path).vectors, VECTORS)


def test_words_beside_a_matrix(tmp_path):
    path = tmp_path / "v.npy"
    np.save(path, VECTORS)
    assert f"no file of its words is beside it: {tmp_path / 'v.words.txt'}" in message_of(path)
    beside = tmp_path / "v.vocab.json"
    for content, expected in [
        ("{", "is not JSON"),
        ('{"a": 0, "b": 1, "c": 1}', "does not give each word a row of its own"),
        ('{"a": 0, "b": 1, "c": "2"}', "does not give each word a row of its own"),
        ("[1, 2, 3]", "is not a list of words"),
        ("7", "is not a list of words"),
        ('{"model": {"type": "BPE"}}', "is not a list of words"),
        ('{"tokens": {"a": 0, "b": 1, "c": 2}, "counts": {"0": 1}}', "counts do not give each"),
    ]:
        beside.write_text(content)
        assert expected in message_of(path)
    beside.write_text('{"c": 2, "a": 0, "b": 1}')
    assert read_embeddings(path).words == WORDS
    (tmp_path / "v.words.txt").write_bytes(b"\xef\xbb\xbfx\r\ny z\r\n\xe6\x9d\xb1")
    assert read_embeddings(path).words == ["x", "y z", "東"]


def test_words_of_hyperwords_and_words_with_counts(tmp_path):
    np.save(tmp_path / "sgns.words.npy", VECTORS)
    (tmp_path / "sgns.words.vocab").write_text("\n".join(WORDS))
    found = read_embeddings(tmp_path / "sgns.words.npy")
    assert found.words == WORDS and found.counts is None
    assert np.array_equal(found.vectors, VECTORS)
    (tmp_path / "sgns.words.vocab").write_text("a 30\nb\t20\nc 1\n")
    found = read_embeddings(tmp_path / "sgns.words.npy")
    assert found.words == WORDS and found.counts.tolist() == [30, 20, 1]
    (tmp_path / "sgns.words.vocab").write_text("a\nb\n")
    assert "3 rows and 2 words" in message_of(tmp_path / "sgns.words.npy")


def test_each_format_prefers_its_own_file_of_words(tmp_path):
    """A file of words that another conversion left there must not be taken for that of this one."""
    write(tmp_path, "npy", ["x", "y", "z"])
    write(tmp_path, "safetensors", WORDS)
    assert read_embeddings(tmp_path / "v.npy").words == ["x", "y", "z"]
    assert read_embeddings(tmp_path / "v.safetensors").words == WORDS


def test_words_that_end_a_line_cannot_stand_in_a_file_of_lines(tmp_path):
    for word in ("a\nb", "a\rb", "\ud800"):
        with pytest.raises(OutputError, match="cannot be written"):
            write(tmp_path, "npy", ["a", word, "c"])
    assert list(tmp_path.iterdir()) == []


def test_which_tensor_is_meant_must_be_clear(tmp_path):
    from safetensors.numpy import save_file

    path = tmp_path / "v.safetensors"
    (tmp_path / "v.vocab.json").write_text(json.dumps(WORDS))
    save_file({"one": VECTORS, "two": VECTORS}, path)
    assert "it holds: one F32 [3, 2], two F32 [3, 2]" in message_of(path)
    save_file({"one": VECTORS, "embeddings": VECTORS + 1}, path)
    assert np.array_equal(read_embeddings(path).vectors, VECTORS + 1)
    save_file({"one": VECTORS.astype(np.int32)}, path)
    assert "no single matrix" in message_of(path)


def test_without_the_library_its_package_is_named(tmp_path, monkeypatch):
    path = write(tmp_path, "safetensors")
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    with pytest.raises(W2VError, match="pip install safetensors"):
        read_embeddings(path)
    with pytest.raises(W2VError, match="pip install safetensors"):
        write(tmp_path, "safetensors")


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pickle.dumps({"vectors": [1, 2]}), "is a Python pickle, which could run code"),
        (b"FiFu" + bytes(100), "is a finalfusion file"),
        (zipped("letter.txt", b"dear reader"), "is not a file of word vectors"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "is an HDF5 file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a PNG image, which cannot be read here; give a"),
        (b"%PDF-1.4\n1 0 obj\n", "is a PDF document, which cannot be read here"),
        (b"SQLite format 3\0" + bytes(100), "as Magnitude and staticvectors write them"),
        (b"\x04\x22\x4d\x18" + bytes(100), "compressed with lz4, which cannot be read here; decom"),
        (b"0.1\t0.2\n-0.3\t1\n", "holds numbers only and no words"),
    ],
)
def test_files_that_are_something_else_are_named(tmp_path, data, expected):
    (tmp_path / "v").write_bytes(data)
    assert expected in message_of(tmp_path / "v")


def hashes_of(word, min_n, max_n):
    """The n-grams of a word as dictionary.cc has them, one after the other: their hashes."""
    text = ("<" + word + ">").encode()
    ends = [at for at in range(len(text) + 1) if at == len(text) or text[at] & 0xC0 != 0x80]
    for first in range(len(ends) - 1):
        for n in range(min_n, max_n + 1):
            last = first + n
            if last >= len(ends) or (n == 1 and (first == 0 or last == len(ends) - 1)):
                continue
            value = 2166136261
            for byte in text[ends[first] : ends[last]]:
                signed = byte | (0xFFFFFF00 if byte > 127 else 0)
                value = (value ^ signed) * 16777619 & 0xFFFFFFFF
            yield value


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=7), max_size=5),
    st.integers(1, 4),
    st.integers(0, 3),
)
def test_vectors_of_words_are_means_over_their_ngrams(words, min_n, more):
    rng = np.random.default_rng(2)
    matrix = rng.standard_normal((len(words) + 50, 3)).astype(np.float32)
    own, buckets = matrix[: len(words)], matrix[len(words) :]
    subwords = Subwords(Ngrams(50, min_n, min_n + more), buckets, own=own)
    raw_words = [word.encode() for word in words]
    made = subwords.word_vectors(raw_words)
    for row, word in enumerate(words):
        rows = [value % 50 for value in hashes_of(word, min_n, min_n + more)]
        vectors = matrix[len(words) :][rows]
        expected = np.vstack([matrix[row : row + 1], vectors]).mean(axis=0, dtype=np.float64)
        np.testing.assert_allclose(made[row], expected, rtol=1e-4, atol=1e-6)
        if rows:
            mean = vectors.mean(axis=0, dtype=np.float64)
            np.testing.assert_allclose(subwords.vector(word), mean, rtol=1e-5, atol=1e-7)
        else:
            assert subwords.vector(word) is None
