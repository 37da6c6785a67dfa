"""Deeplearning4j's archive, read by the rules of Lucene's ``Dl4jModelReader``."""

import base64
import zipfile

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.errors import OutputError
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["the", "new york", "東京", "B64:x", "tab\tword", "b64:eA=="]
VECTORS = np.random.default_rng(6).standard_normal((len(WORDS), 5)).astype(np.float32)


def read_as_lucene(path):
    """(terms, vectors of length 1) of the first member named so; Java's split(" ")."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.startswith("syn0"))
        lines = archive.read(name).decode().split("\n")
    assert lines.pop() == ""
    n_words, dim = map(int, lines[0].split(" ")[:2])
    terms, rows = [], []
    for line in lines[1:]:
        tokens = line.split(" ")
        assert len(tokens) == dim + 1
        is_coded = tokens[0].lower().startswith("b64:")
        terms.append(base64.b64decode(tokens[0][4:]).decode() if is_coded else tokens[0])
        row = np.array(list(map(float, tokens[1:])), dtype=np.float32)
        assert row.any(), "l2normalize stops at zeros"
        rows.append(row / np.linalg.norm(row))
    assert len(set(terms)) == n_words
    return terms, np.array(rows)


def test_lucene_gets_every_word_and_its_direction(tmp_path):
    write_embeddings(tmp_path / "v.zip", WORDS, VECTORS, "dl4j")
    terms, rows = read_as_lucene(tmp_path / "v.zip")
    assert terms == WORDS
    expected = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-7)


def test_is_read_back_as_it_was(tmp_path):
    write_embeddings(tmp_path / "v.zip", WORDS, VECTORS, "dl4j")
    found = read_embeddings(tmp_path / "v.zip")
    assert found.words == WORDS
    np.testing.assert_array_equal(found.vectors, VECTORS)


def test_the_same_vectors_are_the_same_bytes(tmp_path):
    for name in ("a.zip", "b.zip"):
        write_embeddings(tmp_path / name, WORDS, VECTORS, "dl4j")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_lucene_stops_at_is_refused(tmp_path):
    zero = VECTORS.copy()
    zero[2] = 0
    with pytest.raises(OutputError, match="the vector of '東京' is zero"):
        write_embeddings(tmp_path / "v.zip", WORDS, zero, "dl4j")
    for word, message in (("", "a word is empty"), ("\ud800", "UTF-8")):
        with pytest.raises(OutputError, match=message):
            write_embeddings(tmp_path / "v.zip", [word], VECTORS[:1], "dl4j")
    assert not (tmp_path / "v.zip").exists()


def test_convert_writes_one_and_keeps_the_counts(w2v, tmp_path):
    write_embeddings(tmp_path / "v.w2v", WORDS, VECTORS, "w2v", counts=np.arange(6, 0, -1))
    result = w2v("convert", "v.w2v", "v.zip", "--format", "dl4j", "-q", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert read_as_lucene(tmp_path / "v.zip")[0] == WORDS
    assert w2v("convert", "v.zip", "again.w2v", "-q", cwd=tmp_path).returncode == 0
    assert read_embeddings(tmp_path / "again.w2v").counts.tolist() == [6, 5, 4, 3, 2, 1]
    fails_with(w2v("convert", "v.w2v", "-", "--format", "dl4j", cwd=tmp_path), 2, "needs a file")
