"""The pipelines that the documentation promises, run by a real shell."""

import gzip
import json
import os
import subprocess
import sys

import pytest
import zstandard
from conftest import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A corpus in several forms, vectors trained on it, words and questions."""
    folder = tmp_path_factory.mktemp("pipelines")
    text = (ROOT / "data" / "sample.txt").read_bytes()[:400_000]
    (folder / "corpus.gz").write_bytes(gzip.compress(text))
    (folder / "corpus").mkdir()
    half = text.index(b"\n", len(text) // 2) + 1
    for name, part in (("a", text[:half]), ("b", text[half:])):
        path = folder / "corpus" / f"{name}.txt.zst"
        path.write_bytes(zstandard.ZstdCompressor().compress(part))
    (folder / "words.tsv").write_text("king\tm\nqueen\tf\nparis\tn\n")
    # Few, as after so little training all words are about as near: each is scored exactly.
    questions = (ROOT / "data" / "sample-questions.txt").read_text().splitlines(keepends=True)
    (folder / "questions-words.txt").write_text("".join(questions[::20]))
    return folder


@pytest.fixture(scope="module")
def shell(folder):
    """Run a line of bash in the folder, where `w2v` is the command under test."""
    program = folder / "bin" / "w2v"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m w2v_cli "$@"\n')
    program.chmod(0o755)

    def run(line):
        result = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=folder,
            env={
                **os.environ,
                "PATH": f"{program.parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


@pytest.fixture(scope="module")
def vectors(shell, folder):
    assert shell("zcat corpus.gz | w2v train - -o vectors.bin -d 300 -e 2") == ""
    assert (folder / "vectors.bin").stat().st_size > 300 * 4 * 100
    return folder / "vectors.bin"


def test_train_into_neighbors(shell):
    rows = shell("w2v train corpus/*.txt.zst -o - -q | w2v neighbors - king queen").splitlines()
    assert len(rows) == 20
    assert [row.split("\t")[:2] for row in rows[:2]] == [["king", "1"], ["king", "2"]]
    assert {row.split("\t")[0] for row in rows} == {"king", "queen"}


def test_words_from_a_table(shell, vectors):
    rows = shell(
        f"cut -f1 words.tsv | w2v neighbors {vectors} --tsv -k 5 | sort -k4 -gr | head"
    ).splitlines()
    assert len(rows) == 10
    assert all(len(row.split("\t")) == 4 for row in rows)


def test_accuracy_as_json(shell, vectors):
    line = f"w2v evaluate-analogies {vectors} questions-words.txt --json"
    # jq where it is installed; Python reads the same path of keys anywhere.
    total = json.loads(shell(line))["total"]
    assert 0 <= total["accuracy"] <= 1
    assert total["asked"] > 0
    if os.path.exists("/usr/bin/jq"):
        assert float(shell(f"{line} | jq .total.accuracy")) == pytest.approx(total["accuracy"])
