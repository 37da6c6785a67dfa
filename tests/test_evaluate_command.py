"""``w2v evaluate-analogies`` as users run it: tables, JSON, thresholds, and what goes wrong."""

import gzip
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli.formats import write_embeddings

WORDS = ["paris", "france", "berlin", "germany", "good", "better", "bad", "worse", "Paris"]
QUESTIONS = """: capital
paris france berlin germany
Berlin Germany Paris France
paris france madrid spain
: gram-comparative
good better bad worse
good better bad germany
"""
TSV = (
    "capital\t2\t2\t1\t1.000000\n"
    "gram-comparative\t1\t2\t0\t0.500000\n"
    "semantic\t2\t2\t1\t1.000000\n"
    "syntactic\t1\t2\t0\t0.500000\n"
    "total\t3\t4\t1\t0.750000\n"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with vectors that answer QUESTIONS as in TSV."""
    folder = tmp_path_factory.mktemp("evaluate")
    things = np.eye(4, dtype=np.float32).repeat(2, axis=0)
    relation = np.array([[0, 0], [1, 0], [0, 0], [1, 0], [0, 0], [0, 1], [0, 0], [0, 1]])
    vectors = np.hstack([things, relation]).astype(np.float32)
    vectors = np.vstack([vectors, vectors[3]])
    write_embeddings(folder / "v.bin", WORDS, vectors, "binary")
    write_embeddings(folder / "v.txt", WORDS, vectors, "text")
    (folder / "q.txt").write_text(QUESTIONS)
    return folder


def assert_one_line_error(result, code, *parts):
    assert result.returncode == code, result.errors
    [line] = result.errors.splitlines()
    assert line.startswith("w2v: error: ")
    for part in parts:
        assert part in line


@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_tsv(w2v, files, name, method):
    result = w2v("evaluate-analogies", files / name, files / "q.txt", "--tsv", "--method", method)
    assert (result.text, result.errors, result.returncode) == (TSV, "", 0)


def test_the_table_is_aligned(w2v, files):
    result = w2v("evaluate-analogies", files / "v.bin", files / "q.txt")
    assert result.text == (
        "section           correct  asked  skipped  accuracy\n"
        "capital                 2      2        1   100.00%\n"
        "gram-comparative        1      2        0    50.00%\n"
        "semantic                2      2        1   100.00%\n"
        "syntactic               1      2        0    50.00%\n"
        "total                   3      4        1    75.00%\n"
    )
    assert (result.errors, result.returncode) == ("", 0)


def test_json(w2v, files):
    result = w2v("evaluate-analogies", files / "v.bin", files / "q.txt", "--json")
    assert len(result.text.splitlines()) == 1
    semantic = {"correct": 2, "asked": 2, "skipped": 1, "accuracy": 1.0}
    syntactic = {"correct": 1, "asked": 2, "skipped": 0, "accuracy": 0.5}
    assert json.loads(result.text) == {
        "sections": [
            {"name": "capital", **semantic},
            {"name": "gram-comparative", **syntactic},
        ],
        "semantic": semantic,
        "syntactic": syntactic,
        "total": {"correct": 3, "asked": 4, "skipped": 1, "accuracy": 0.75},
    }


@pytest.mark.parametrize("argument", [["-"], []])
def test_questions_from_standard_input_compressed_or_not(w2v, files, argument):
    for stdin in (QUESTIONS.encode(), gzip.compress(QUESTIONS.encode())):
        result = w2v("evaluate-analogies", files / "v.bin", *argument, "--tsv", stdin=stdin)
        assert result.text == TSV


def test_vectors_from_standard_input(w2v, files):
    stdin = (files / "v.txt").read_bytes()
    result = w2v("evaluate-analogies", "-", files / "q.txt", "--tsv", stdin=stdin)
    assert result.text == TSV


def test_matching_case(w2v, files):
    result = w2v("evaluate-analogies", files / "v.bin", files / "q.txt", "--match-case", "--json")
    assert json.loads(result.text)["total"]["skipped"] == 2


def test_restricting_the_vocabulary(w2v, files):
    result = w2v(
        "evaluate-analogies", files / "v.bin", files / "q.txt", "--restrict-vocab", 4, "--json"
    )
    scores = json.loads(result.text)
    assert scores["semantic"] == {"correct": 2, "asked": 2, "skipped": 1, "accuracy": 1.0}
    assert scores["syntactic"] == {"correct": 0, "asked": 0, "skipped": 2, "accuracy": None}


@pytest.mark.parametrize(("threshold", "code"), [("0.75", 0), ("0.76", 1), ("0", 0), ("1", 1)])
def test_a_least_accuracy(w2v, files, threshold, code):
    result = w2v(
        "evaluate-analogies", files / "v.bin", files / "q.txt", "--tsv", "--min-accuracy", threshold
    )
    assert result.text == TSV
    assert result.returncode == code
    if code:
        assert_one_line_error(result, 1, "total accuracy 0.75", f"--min-accuracy {threshold}")


def test_nothing_that_could_be_asked(w2v, files):
    args = ["evaluate-analogies", files / "v.bin"]
    result = w2v(*args, "--json", stdin="x y z w\n")
    nothing = {"correct": 0, "asked": 0, "skipped": 1, "accuracy": None}
    assert json.loads(result.text) == {
        "sections": [{"name": "questions", **nothing}],
        "semantic": nothing,
        "syntactic": {**nothing, "skipped": 0},
        "total": nothing,
    }
    [warning] = result.errors.splitlines()
    assert warning.startswith("w2v: warning: no question could be asked")
    assert result.returncode == 0
    assert w2v(*args, "--tsv", stdin="x y z w\n").text.endswith("total\t0\t0\t1\t-\n")
    table = w2v(*args, stdin="x y z w\n").text
    assert all(line.endswith(" -") for line in table.splitlines()[1:])
    result = w2v(*args, "--min-accuracy", "0", stdin="x y z w\n")
    assert_one_line_error(result, 1, "no question could be asked", "--min-accuracy 0 is not")


@pytest.mark.parametrize(
    ("questions", "parts"),
    [
        (": x\na b c d\na b c\n", ["q.txt:3: a question has four words"]),
        ("", ["q.txt: holds no questions"]),
    ],
)
def test_malformed_questions(w2v, files, tmp_path, questions, parts):
    (tmp_path / "q.txt").write_text(questions)
    result = w2v("evaluate-analogies", files / "v.bin", tmp_path / "q.txt")
    assert_one_line_error(result, 1, *parts)
    assert result.text == ""


def test_files_that_cannot_be_read(w2v, files, tmp_path):
    missing = tmp_path / "missing"
    result = w2v("evaluate-analogies", files / "v.bin", missing)
    assert_one_line_error(result, 1, "missing: cannot be opened")
    result = w2v("evaluate-analogies", missing, files / "q.txt")
    assert_one_line_error(result, 1, "missing: cannot be opened")
    result = w2v("evaluate-analogies", files / "q.txt", files / "q.txt")
    assert_one_line_error(result, 1, "q.txt: is not a file of word vectors")


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (["v", "q", "--min-accuracy", "1.5"], ["--min-accuracy", "1.5"]),
        (["v", "q", "--min-accuracy", "-0.1"], ["--min-accuracy"]),
        (["v", "q", "--min-accuracy", "nan"], ["--min-accuracy", "nan"]),
        (["v", "q", "--restrict-vocab", "0"], ["--restrict-vocab"]),
        (["v", "q", "--method", "cos"], ["--method", "3cosadd", "3cosmul"]),
        (["v", "q", "--json", "--tsv"], ["--json", "--tsv"]),
        (["-", "-"], ["standard input"]),
        (["-"], ["standard input"]),
        (["v", "q", "extra"], ["extra"]),
    ],
)
def test_wrong_usage(w2v, args, parts):
    result = w2v("evaluate-analogies", *args)
    assert_one_line_error(result, 2, *parts)
    assert result.text == ""


def test_options_from_the_environment_and_from_a_file(w2v, files, tmp_path):
    args = ["evaluate-analogies", files / "v.bin", files / "q.txt"]
    assert w2v(*args, env={"W2V_EVALUATE_ANALOGIES_TSV": "1"}).text == TSV
    (tmp_path / "options.toml").write_text("[evaluate-analogies]\nmin-accuracy = 0.9\n")
    assert_one_line_error(w2v(*args, "--config", tmp_path / "options.toml"), 1, "below")


def test_numba_and_scipy_are_not_imported(files):
    program = (
        "import sys\n"
        "from w2v_cli.cli import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "print(*[name for name in ('numba', 'rich', 'scipy') if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "evaluate-analogies", files / "v.bin", files / "q.txt"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert result.stdout.splitlines()[-1] == b""
