"""Lucene itself reads the files that are written for it.

Run where ``LUCENE_JARS`` names a folder with the jars lucene-core and lucene-analysis-common
(10.5.1 was tried, which needs Java 21), and ``JAVA_HOME`` or the path has such a Java.
"""

import os
import shutil
import subprocess

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli import load
from w2v_cli.formats.writing import write_embeddings

JARS = os.environ.get("LUCENE_JARS")
pytestmark = pytest.mark.skipif(not JARS, reason="LUCENE_JARS does not name a folder")
WORDS = ["king", "queen", "new york", "東京", "a,b", "c\\d", "x=>y", "#tag", "don't", "B64:x"]
VECTORS = np.random.default_rng(11).standard_normal((len(WORDS), 5)).astype(np.float32)
K = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lucene")
    write_embeddings(folder / "v.w2v", WORDS, VECTORS, "w2v")
    write_embeddings(folder / "v.zip", WORDS, VECTORS, "dl4j")
    return folder


def lucene(*arguments, words=WORDS):
    """The fields that Lucene answers with, for each word."""
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    command = [java, "-cp", f"{JARS}/*", ROOT / "tests" / "support" / "LuceneReads.java"]
    text = "".join(f"{word}\n" for word in words).encode()
    done = subprocess.run([*command, *arguments], input=text, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    lines = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [line[0] for line in lines] == words
    return [line[1:] for line in lines]


def quoted(word):
    return '"' + word.replace("\\", "\\\\") + '"'


def test_synonyms_by_vectors_are_our_neighbors(folder):
    found = lucene("dl4j", str(folder / "v.zip"), str(K), "0.0")
    table = load(folder / "v.w2v")
    for word, fields in zip(WORDS, found, strict=True):
        near = table.neighbors(quoted(word), k=K)
        assert fields[::2] == [each.word for each in near]
        # A score of Lucene's is (1 + cosine) / 2.
        expected = [(1 + each.score) / 2 for each in near]
        np.testing.assert_allclose(list(map(float, fields[1::2])), expected, atol=1e-6)


@pytest.mark.parametrize("options", [[], ["--mutual"]])
def test_lines_of_synonyms_are_our_neighbors(w2v, folder, options):
    queries = "".join(f"{quoted(word)}\n" for word in WORDS).encode()
    result = w2v(
        "neighbors", "v.w2v", "-k", str(K), "--solr", "-o", "s.txt", *options,
        stdin=queries, cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.errors
    found = lucene("solr", str(folder / "s.txt"))
    table = load(folder / "v.w2v")
    for word, others in zip(WORDS, found, strict=True):
        near = table.neighbors(quoted(word), k=K, mutual=bool(options))
        assert set(others) == {word, *(each.word for each in near)}
