"""`--limit N` of commands that read vectors: the first N, and no more of a file than they need."""

import subprocess
import sys

import numpy as np
import pytest
from support.terminal import ENVIRONMENT

N_WORDS = 40


@pytest.fixture
def vectors(tmp_path):
    rows = np.random.default_rng(1).normal(size=(N_WORDS, 8))
    lines = [f"w{row} " + " ".join(map(str, numbers)) for row, numbers in enumerate(rows)]
    path = tmp_path / "v.txt"
    path.write_text(f"{N_WORDS} 8\n" + "".join(line + "\n" for line in lines))
    return path


def test_a_pipe_without_end():
    w2v = f"{sys.executable} -m w2v_cli"
    rows = "(echo '999999999 4'; seq 1 999999999 | sed 's/$/ 1 2 3 4/')"
    line = f"{rows} | gzip -1 | timeout 60 {w2v} neighbors - 7 -k 2 --limit 50"
    result = subprocess.run(
        ["bash", "-c", line], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert [row.split("\t")[:2] for row in result.stdout.splitlines()] == [["7", "1"], ["7", "2"]]


def test_the_words_behind_are_unknown(w2v, vectors):
    assert w2v("vectors", vectors, "w9", "--limit", "10").returncode == 0
    result = w2v("vectors", vectors, "w10", "--limit", "10")
    assert result.returncode == 1
    assert "unknown word 'w10'" in result.errors


def test_it_is_as_if_the_file_were_shorter(w2v, vectors, tmp_path):
    short = tmp_path / "short.txt"
    lines = vectors.read_text().splitlines(keepends=True)
    short.write_text("12 8\n" + "".join(lines[1:13]))
    text = b"w1 w2\nw30 w5\nw11\n"
    for name, args in (("neighbors", ["w3"]), ("embed", ["-q"])):
        known = w2v(name, short, *args, stdin=text)
        assert known.stdout
        assert w2v(name, vectors, *args, "--limit", "12", stdin=text).stdout == known.stdout
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"w{row}\tw{row + 1}\t{row % 7}\n" for row in range(38)))
    known = w2v("evaluate-similarity", "-", pairs, "--tsv", stdin=short.read_text())
    found = w2v(
        "evaluate-similarity", "-", pairs, "--tsv", "--limit", "12", stdin=vectors.read_text()
    )
    assert known.text
    assert known.text == found.text


def test_more_than_there_are_is_all(w2v, vectors):
    assert w2v("vectors", vectors, "w39", "--limit", "999").returncode == 0


@pytest.mark.parametrize("extension", [".bin", ".w2v", ".vec.gz", ".safetensors", ".npy"])
def test_of_other_formats(w2v, vectors, tmp_path, extension):
    path = tmp_path / f"out{extension}"
    assert w2v("convert", vectors, path, "-q").returncode == 0
    assert w2v("vectors", path, "w4", "--limit", "5").returncode == 0
    assert w2v("vectors", path, "w5", "--limit", "5").returncode == 1


READING = (
    *("convert", "embed", "evaluate-analogies", "evaluate-sessions", "evaluate-similarity"),
    *("explore", "index", "info", "neighbors", "plot", "quantize", "refine", "vectors"),
)


@pytest.mark.parametrize("name", READING)
def test_every_command_that_reads_vectors_has_it(w2v, name):
    assert "--limit N" in w2v(name, "--help").text
