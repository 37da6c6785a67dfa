"""``w2v evaluate-sessions`` as users run it: tables, JSON, thresholds, and what goes wrong."""

import json

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.formats.writing import write_embeddings

ITEMS = ["10", "20", "30", "40"]
VECTORS = [[1, 0], [1, 0.1], [1, 0.3], [-1, 0]]
SESSIONS = "99 10 20\n10 30\n10 40\n10 99\n10\n"
"""Nearest to 10 are 20, 30 and 40, in this order."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sessions")
    vectors = np.array(VECTORS, dtype=np.float32)
    write_embeddings(folder / "v.bin", ITEMS, vectors, "binary")
    write_embeddings(folder / "w.txt", ITEMS, vectors[::-1], "text")
    (folder / "s.txt").write_text(SESSIONS)
    return folder


def test_json(w2v, files):
    result = w2v("evaluate-sessions", files / "v.bin", files / "s.txt", "-k", 2, "--json")
    assert result.returncode == 0, result.errors
    assert result.errors == "w2v: 4 sessions of two items or more, 1 of one\n"
    found = json.loads(result.text)
    assert found["hit_rate"] == pytest.approx(2 / 3)
    assert found["mrr"] == pytest.approx((1 + 1 / 2) / 3)
    assert found["ndcg"] == pytest.approx((1 + 1 / np.log2(3)) / 3)
    assert found["hit_rate_all"] == 2 / 4
    numbers = {"k": 2, "history": 1, "hits": 2, "asked": 3, "skipped": 1, "short": 1, "repeated": 0}
    assert {name: found[name] for name in numbers} == numbers
    low, high = found["hit_rate_interval"]
    assert 0 <= low < found["hit_rate"] < high <= 1
    assert (found["vectors"], found["sessions"]) == (str(files / "v.bin"), str(files / "s.txt"))


def test_tables_of_several_vectors(w2v, files):
    args = ["evaluate-sessions", files / "v.bin", files / "w.txt", files / "s.txt", "-q", "-k", 2]
    head, first, second = [line.split() for line in w2v(*args).text.splitlines()]
    assert head[:3] == ["vectors", "hit", "rate@2"]
    assert first[:2] == ["v.bin", "66.67%"]
    assert second[:2] == ["w.txt", "66.67%"]
    rows = [line.split("\t") for line in w2v(*args, "--tsv", "--header").text.splitlines()]
    assert [row[-1] for row in rows] == ["vectors", str(files / "v.bin"), str(files / "w.txt")]
    by_name = dict(zip(rows[0], rows[1], strict=True))
    assert (by_name["hit_rate"], by_name["hits"], by_name["k"]) == ("0.666667", "2", "2")
    assert float(by_name["ndcg_low"]) < float(by_name["ndcg"]) < float(by_name["ndcg_high"])


@pytest.mark.parametrize("argument", [["-"], []])
def test_sessions_from_standard_input_and_history(w2v, files, argument):
    args = ["evaluate-sessions", files / "v.bin", *argument, "-q", "--json", "--history", 3]
    found = json.loads(w2v(*args, stdin="20 10 30\n10 20 10\n").text)
    # The mean of 10 and 20 is nearest to 30; 10 is among what it is to be found by.
    assert (found["hits"], found["asked"], found["repeated"]) == (1, 2, 1)
    assert found["sessions"] == "-"


def test_sessions_by_name_may_look_like_vectors(w2v, files, tmp_path):
    (tmp_path / "one.txt").write_text("10 20\n10 30\n")
    (tmp_path / "two.txt").write_text("10 40\n20 40\n")
    args = ["evaluate-sessions", files / "v.bin", "--json", "-q"]
    both = ["--sessions", tmp_path / "one.txt", "--sessions", tmp_path / "two.txt"]
    assert json.loads(w2v(*args, *both).text)["asked"] == 4
    assert json.loads(w2v(*args, "--sessions", tmp_path).text)["asked"] == 4


@pytest.mark.parametrize(("threshold", "code"), [("0.66", 0), ("0.67", 1)])
def test_a_least_hit_rate(w2v, files, threshold, code):
    args = ["evaluate-sessions", files / "v.bin", files / "s.txt", "-q", "-k", 2]
    result = w2v(*args, "--min-hit-rate", threshold)
    assert result.returncode == code
    assert result.text
    if code:
        assert result.errors == ("w2v: error: the hit rate 0.666667 is below --min-hit-rate 0.67\n")


def test_sessions_of_other_items(w2v, files, tmp_path):
    (tmp_path / "o.txt").write_text("x y\n")
    args = ["evaluate-sessions", files / "v.bin", tmp_path / "o.txt", "-q"]
    result = w2v(*args)
    assert result.returncode == 0
    assert "warning: no session could be asked: each of 1 has a last item" in result.errors
    assert result.text.splitlines()[1].split() == ["v.bin", "-", "-", "-", "-", "0", "0", "1",
                                                   "0.00%"]  # fmt: skip
    result = w2v(*args, "--min-hit-rate", 0, "--json")
    assert result.returncode == 1
    assert json.loads(result.text)["hit_rate"] is None
    assert "--min-hit-rate 0 is not reached" in result.errors


@pytest.mark.parametrize(
    ("args", "code", "pattern"),
    [
        (["v.bin", "missing"], 1, "missing: cannot be opened"),
        (["v.bin", "v.bin"], 1, "v.bin: is no text but a file of word vectors"),
        (["s.txt", "w.txt"], 1, "s.txt"),
        (["v.bin", "s.txt", "-k", "0"], 2, "--topn"),
        (["v.bin", "s.txt", "--history", "1001"], 2, "--history"),
        (["v.bin", "s.txt", "--min-hit-rate", "1.1"], 2, "--min-hit-rate"),
        (["v.bin", "s.txt", "--json", "--tsv"], 2, "--json"),
        (["-", "-"], 2, "VECTORS and SESSIONS cannot both be standard input"),
        (["--json"], 2, "VECTORS"),
        (["v.bin", "s.txt", "-o", "s.txt"], 2, "s.txt"),
    ],
)
def test_mistakes(w2v, files, args, code, pattern):
    fails_with(w2v("evaluate-sessions", *args, "-q", cwd=files), code, pattern)
