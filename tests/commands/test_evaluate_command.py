"""``w2v evaluate-analogies`` as users run it: tables, JSON, thresholds, and what goes wrong."""

import gzip
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli.formats.writing import write_embeddings

WORDS = ["paris", "france", "berlin", "germany", "good", "better", "bad", "worse", "Paris"]
QUESTIONS = """: capital
paris france berlin germany
Berlin Germany Paris France
paris france madrid spain
: gram-comparative
good better bad worse
good better bad germany
"""
FIRST_COLUMNS = (
    "capital\t2\t2\t1\t1.000000\t0.666667\t1.000000\t1.000000",
    "gram-comparative\t1\t2\t0\t0.500000\t0.500000\t0.000000\t1.000000",
    "semantic\t2\t2\t1\t1.000000\t0.666667\t1.000000\t1.000000",
    "syntactic\t1\t2\t0\t0.500000\t0.500000\t0.000000\t1.000000",
    "total\t3\t4\t1\t0.750000\t0.600000\t0.500000\t1.000000",
)


def tsv(path):
    return "".join(f"{columns}\t{path}\t-\n" for columns in FIRST_COLUMNS)


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
    assert (result.text, result.errors, result.returncode) == (tsv(files / name), "", 0)


def test_the_table_is_aligned(w2v, files):
    result = w2v("evaluate-analogies", files / "v.bin", files / "q.txt")
    assert result.text == (
        "section           correct  asked  skipped  accuracy     95 % interval  of all\n"
        "capital                 2      2        1   100.00%  100.0% to 100.0%  66.67%\n"
        "gram-comparative        1      2        0    50.00%    0.0% to 100.0%  50.00%\n"
        "semantic                2      2        1   100.00%  100.0% to 100.0%  66.67%\n"
        "syntactic               1      2        0    50.00%    0.0% to 100.0%  50.00%\n"
        "total                   3      4        1    75.00%   50.0% to 100.0%  60.00%\n"
    )
    assert (result.errors, result.returncode) == ("", 0)


def test_json(w2v, files):
    result = w2v("evaluate-analogies", files / "v.bin", files / "q.txt", "--json")
    assert len(result.text.splitlines()) == 1
    semantic = {"correct": 2, "asked": 2, "skipped": 1, "accuracy": 1.0}
    semantic |= {"accuracy_all": 2 / 3, "interval": [1.0, 1.0]}
    syntactic = {"correct": 1, "asked": 2, "skipped": 0, "accuracy": 0.5}
    syntactic |= {"accuracy_all": 0.5, "interval": [0.0, 1.0]}
    total = {"correct": 3, "asked": 4, "skipped": 1, "accuracy": 0.75}
    assert json.loads(result.text) == {
        "sections": [
            {"name": "capital", **semantic},
            {"name": "gram-comparative", **syntactic},
        ],
        "semantic": semantic,
        "syntactic": syntactic,
        "total": {**total, "accuracy_all": 0.6, "interval": [0.5, 1.0]},
        "vectors": str(files / "v.bin"),
        "questions": str(files / "q.txt"),
        "method": "3cosadd",
    }


@pytest.mark.parametrize("argument", [["-"], []])
def test_questions_from_standard_input_compressed_or_not(w2v, files, argument):
    for stdin in (QUESTIONS.encode(), gzip.compress(QUESTIONS.encode())):
        result = w2v("evaluate-analogies", files / "v.bin", *argument, "--tsv", stdin=stdin)
        assert result.text == tsv(files / "v.bin")


def test_vectors_from_standard_input(w2v, files):
    stdin = (files / "v.txt").read_bytes()
    result = w2v("evaluate-analogies", "-", files / "q.txt", "--tsv", stdin=stdin)
    assert result.text == tsv("-")


def test_matching_case(w2v, files):
    result = w2v("evaluate-analogies", files / "v.bin", files / "q.txt", "--match-case", "--json")
    assert json.loads(result.text)["total"]["skipped"] == 2


def test_restricting_the_vocabulary(w2v, files):
    result = w2v(
        "evaluate-analogies", files / "v.bin", files / "q.txt", "--restrict-vocab", 4, "--json"
    )
    scores = json.loads(result.text)
    counts = ("correct", "asked", "skipped", "accuracy", "accuracy_all")
    assert [scores["semantic"][name] for name in counts] == [2, 2, 1, 1.0, 2 / 3]
    assert [scores["syntactic"][name] for name in counts] == [0, 0, 2, None, 0.0]


@pytest.mark.parametrize(("threshold", "code"), [("0.75", 0), ("0.76", 1), ("0", 0), ("1", 1)])
def test_a_least_accuracy(w2v, files, threshold, code):
    result = w2v(
        "evaluate-analogies", files / "v.bin", files / "q.txt", "--tsv", "--min-accuracy", threshold
    )
    assert result.text == tsv(files / "v.bin")
    assert result.returncode == code
    if code:
        assert_one_line_error(result, 1, "total accuracy 0.75", f"--min-accuracy {threshold}")


def test_nothing_that_could_be_asked(w2v, files):
    args = ["evaluate-analogies", files / "v.bin"]
    result = w2v(*args, "--json", stdin="x y z w\n")
    nothing = {"correct": 0, "asked": 0, "skipped": 1, "accuracy": None}
    nothing |= {"accuracy_all": 0.0, "interval": None}
    found = json.loads(result.text)
    # The name of the section does not tell what it asks for.
    no_sum = {**nothing, "skipped": 0, "accuracy_all": None}
    assert {name: found[name] for name in ("sections", "semantic", "syntactic", "total")} == {
        "sections": [{"name": "questions", **nothing}],
        "semantic": no_sum,
        "syntactic": no_sum,
        "total": nothing,
    }
    note, warning = result.errors.splitlines()
    assert note.startswith("w2v: no name of a section tells semantic from syntactic ones")
    assert warning.startswith("w2v: warning: no question could be asked")
    assert result.returncode == 0
    assert w2v(*args, "--tsv", stdin="x y z w\n").text.endswith(
        f"total\t0\t0\t1\t-\t0.000000\t-\t-\t{files / 'v.bin'}\t-\n"
    )
    table = w2v(*args, stdin="x y z w\n").text
    assert all(" - " in line for line in table.splitlines()[1:])
    result = w2v(*args, "-q", "--min-accuracy", "0", stdin="x y z w\n")
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
        (["v", "q", "--min-accuracy", "nan"], ["nan is not in the range 0<=x<=1"]),
        (["v", "q", "--restrict-vocab", "0"], ["--restrict-vocab"]),
        (["v", "q", "--method", "cos"], ["--method", "3cosadd", "3cosmul"]),
        (["v", "q", "--json", "--tsv"], ["--json", "--tsv"]),
        (["-", "-"], ["standard input"]),
        (["-"], ["standard input"]),
        (["-", "v", "-", "q"], ["standard input"]),
        (["-", "-", "--questions", "q"], ["standard input"]),
        (["--json"], ["VECTORS... [QUESTIONS]"]),
        (["v", "q", "--threads", "0"], ["--threads"]),
    ],
)
def test_wrong_usage(w2v, args, parts):
    result = w2v("evaluate-analogies", *args)
    assert_one_line_error(result, 2, *parts)
    assert result.text == ""


def test_options_from_the_environment_and_from_a_file(w2v, files, tmp_path):
    args = ["evaluate-analogies", files / "v.bin", files / "q.txt"]
    assert w2v(*args, env={"W2V_EVALUATE_ANALOGIES_TSV": "1"}).text == tsv(files / "v.bin")
    (tmp_path / "options.toml").write_text("[evaluate-analogies]\nmin-accuracy = 0.9\n")
    assert_one_line_error(w2v(*args, "--config", tmp_path / "options.toml"), 1, "below")


def test_several_vectors_side_by_side(w2v, files, tmp_path):
    other = tmp_path / "other.txt"
    other.write_bytes((files / "v.txt").read_bytes())
    args = ["evaluate-analogies", files / "v.bin", other]
    expected = [
        ["section", "v.bin", "other.txt"],
        ["capital", *["100.00%", "2/2"] * 2],
        ["gram-comparative", *["50.00%", "1/2"] * 2],
        ["semantic", *["100.00%", "2/2"] * 2],
        ["syntactic", *["50.00%", "1/2"] * 2],
        ["total", *["75.00%", "3/4"] * 2],
        ["95", "%", "interval", *["50.0%", "to", "100.0%"] * 2],
        ["of", "all", "questions", "60.00%", "60.00%"],
        ["skipped", "1", "1"],
    ]
    for result in (
        w2v(*args, files / "q.txt"),
        w2v(*args, "--questions", files / "q.txt"),
        w2v(*args, "--questions", "-", stdin=QUESTIONS),
    ):
        assert (result.errors, result.returncode) == ("", 0)
        assert [line.split() for line in result.text.splitlines()] == expected
    assert w2v(*args, files / "q.txt", "--tsv").text == tsv(files / "v.bin") + tsv(other)


def test_several_vectors_as_json_and_a_least_accuracy(w2v, files, tmp_path):
    vectors = np.random.default_rng(1).standard_normal((len(WORDS), 5)).astype(np.float32)
    write_embeddings(tmp_path / "v.bin", WORDS, vectors, "binary")
    paths = [str(files / "v.bin"), str(tmp_path / "v.bin")]
    args = ["evaluate-analogies", *paths, files / "q.txt"]
    lines = [json.loads(line) for line in w2v(*args, "--json").text.splitlines()]
    assert [line["vectors"] for line in lines] == paths
    assert [line["total"]["asked"] for line in lines] == [4, 4]
    assert lines[0]["total"]["correct"] > lines[1]["total"]["correct"]
    # Files of one name are told apart by their paths.
    assert w2v(*args).text.splitlines()[0].split() == ["section", *paths]
    result = w2v(*args, "--tsv", "--min-accuracy", "0.7")
    assert_one_line_error(result, 1, f"{paths[1]}: the total accuracy")
    assert result.text.count("\n") == 10


def test_vectors_in_the_place_of_questions(w2v, files):
    result = w2v("evaluate-analogies", files / "v.txt", files / "v.bin", stdin=QUESTIONS)
    assert_one_line_error(result, 1, "v.bin: has word vectors, as all", "with --questions")
    result = w2v("evaluate-analogies", files / "v.txt", "--questions", files / "v.bin")
    assert_one_line_error(result, 1, "v.bin: is no text but a file of word vectors")


def test_a_missing_file_is_found_before_the_others_are_scored(w2v, files, tmp_path):
    missing = tmp_path / "missing"
    args = ["evaluate-analogies", files / "q.txt", missing, files / "q.txt"]
    assert_one_line_error(w2v(*args), 1, "missing: cannot be opened")


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


def test_files_and_folders_of_bats(w2v, files, tmp_path):
    (tmp_path / "bats").mkdir()
    parts = {
        "I01 [x].txt": "paris\tfrance\nberlin\tspain/germany\n",
        "E01 [y].txt": "good\tbetter\nbad\tworse\nbad\tunseen\n",
    }
    for name, text in parts.items():
        (tmp_path / "bats" / name).write_text(text)
    paths = [tmp_path / "bats" / name for name in parts]
    vectors = files / "v.bin"
    options = [argument for path in paths for argument in ("--questions", path)]
    expected = {"I01 [x]": (1, 1, 1), "E01 [y]": (2, 2, 4)}
    for args in ([vectors, *options], [vectors, *paths], [vectors, tmp_path / "bats"]):
        result = w2v("evaluate-analogies", *args, "--json")
        found = json.loads(result.text)
        counts = {s["name"]: (s["correct"], s["asked"], s["skipped"]) for s in found["sections"]}
        assert counts == expected
        assert (found["syntactic"]["asked"], found["semantic"]["asked"]) == (1, 2)
    assert result.errors == "w2v: read 2 files of questions\n"
    assert found["questions"] == str(tmp_path / "bats")
    assert json.loads(w2v("evaluate-analogies", vectors, *paths, "--json").text)["questions"] == [
        str(path) for path in paths
    ]
    (tmp_path / "bats" / "README.txt").write_text("These are the questions\nof BATS\n")
    result = w2v("evaluate-analogies", vectors, tmp_path / "bats", "--json", "-q")
    assert len(json.loads(result.text)["sections"]) == 2
    assert_one_line_error(result, 1, "README.txt:2: a question has four words")


def test_sections_of_other_languages(w2v, files, tmp_path):
    path = tmp_path / "de.txt"
    path.write_text(
        ": Hauptst\u00e4dte\nparis france berlin germany\n: Grade\ngood better bad worse\n"
    )
    args = ["evaluate-analogies", files / "v.bin", path]
    result = w2v(*args)
    rows = [line.split()[0] for line in result.text.splitlines()]
    assert rows == ["section", "Hauptst\u00e4dte", "Grade", "total"]
    assert "--syntactic PATTERN tells" in result.errors
    result = w2v(*args, "--syntactic", "grad", "--json")
    found = json.loads(result.text)
    assert (result.errors, result.returncode) == ("", 0)
    assert (found["syntactic"]["asked"], found["semantic"]["asked"]) == (1, 1)
    assert_one_line_error(w2v(*args, "--syntactic", "("), 2, "--syntactic", "regular expression")
    assert_one_line_error(w2v(*args, "--syntactic", "x"), 1, "no section has a name with")
