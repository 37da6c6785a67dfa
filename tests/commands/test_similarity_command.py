"""``w2v evaluate-similarity`` as users run it: tables, JSON, thresholds, and what goes wrong."""

import gzip
import json
import zipfile

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.formats.writing import write_embeddings

WORDS = ["a", "b", "c", "d"]
VECTORS = [[1, 0], [-1, 3], [1, 1], [1, 0.1]]
PAIRS = "a\tb\t4\nA\tc\t3\na\td\t9\nb\tc\t1\na\tunknown\t2\n"
CONSTANT = "a;b;1\na;c;1\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with two files of vectors, which have the same cosines, and pairs."""
    folder = tmp_path_factory.mktemp("similarity")
    vectors = np.array(VECTORS, dtype=np.float32)
    write_embeddings(folder / "v.bin", WORDS, vectors, "binary")
    write_embeddings(folder / "w.txt", WORDS, -vectors, "text")
    (folder / "p.tsv").write_text(PAIRS)
    (folder / "q.csv").write_text("first,second,score\n" + PAIRS.replace("\t", ","))
    (folder / "constant.txt").write_text(CONSTANT)
    return folder


def expected():
    """Spearman's and Pearson's correlation for the four pairs of PAIRS that are known."""
    vectors = np.array(VECTORS)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = [unit[0] @ unit[1], unit[0] @ unit[2], unit[0] @ unit[3], unit[1] @ unit[2]]
    ranks = np.argsort(np.argsort(cosines))
    return np.corrcoef(ranks, [2, 1, 3, 0])[0, 1], np.corrcoef(cosines, [4, 3, 9, 1])[0, 1]


def test_json(w2v, files):
    paths = [files / "p.tsv", files / "q.csv"]
    result = w2v("evaluate-similarity", files / "v.bin", *paths, "--json")
    assert result.returncode == 0
    told = "words from columns {}, score from column {} of 3"
    assert result.errors.splitlines() == [
        f"w2v: {paths[0]}: " + told.format("1 and 2", "3"),
        f"w2v: {paths[1]}: " + told.format("1 (first) and 2 (second)", "3 (score)"),
    ]
    [line] = result.text.splitlines()
    found = json.loads(line)
    spearman, pearson = expected()
    for row, path in zip(found["files"], paths, strict=True):
        assert (row["name"], row["used"], row["skipped"]) == (str(path), 4, 1)
        assert row["spearman"] == pytest.approx(spearman)
        assert row["pearson"] == pytest.approx(pearson)
        assert -1 <= row["spearman_interval"][0] <= row["spearman_interval"][1] <= 1
    assert found["mean"] == {
        "spearman": pytest.approx(spearman),
        "pearson": pytest.approx(pearson),
    }
    assert found["vectors"] == str(files / "v.bin")
    columns = [(row["word_columns"], row["score_column"]) for row in found["files"]]
    assert columns == [([1, 2], 3), (["first", "second"], "score")]
    assert w2v("evaluate-similarity", files / "v.bin", *paths, "-q").errors == ""


def test_table_and_tsv(w2v, files):
    args = ["evaluate-similarity", files / "v.bin", files / "p.tsv", files / "q.csv"]
    spearman, pearson = expected()
    rows = [line.split() for line in w2v(*args).text.splitlines()]
    assert rows[0][:5] == ["pairs", "spearman", "pearson", "used", "skipped"]
    numbers = [f"{spearman:.4f}", f"{pearson:.4f}"]
    assert [row[:5] for row in rows[1:]] == [
        ["p.tsv", *numbers, "4", "1"],
        ["q.csv", *numbers, "4", "1"],
        ["mean", *numbers, "8", "2"],
    ]
    lines = w2v(*args, "--tsv").text.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(map(str, args[2:]))
    for line in lines:
        fields = line.split("\t")
        assert fields[1:5] == [f"{spearman:.6f}", f"{pearson:.6f}", "4", "1"]
        assert (len(fields), fields[9:]) == (11, [str(files / "v.bin"), "-"])


@pytest.mark.parametrize("argument", [["-"], []])
def test_pairs_from_standard_input(w2v, files, argument):
    stdin = gzip.compress(PAIRS.encode())
    result = w2v("evaluate-similarity", files / "v.bin", *argument, "--json", stdin=stdin)
    [row] = json.loads(result.text)["files"]
    assert (row["name"], row["used"]) == ("-", 4)


def test_vectors_from_standard_input_case_and_restriction(w2v, files):
    args = ["evaluate-similarity", "-", files / "p.tsv", "--json"]
    stdin = (files / "w.txt").read_bytes()
    for options, used in (([], 4), (["--match-case"], 3), (["--restrict-vocab", 3], 3)):
        [row] = json.loads(w2v(*args, *options, stdin=stdin).text)["files"]
        assert (row["used"], row["skipped"]) == (used, 5 - used)


def test_several_vectors_side_by_side(w2v, files):
    args = ["evaluate-similarity", files / "v.bin", files / "w.txt"]
    args += ["--pairs", files / "p.tsv", "--pairs", files / "q.csv"]
    spearman = f"{expected()[0]:.4f}"
    assert [line.split() for line in w2v(*args).text.splitlines()] == [
        ["spearman", "v.bin", "used", "w.txt", "used"],
        ["p.tsv", spearman, "4", spearman, "4"],
        ["q.csv", spearman, "4", spearman, "4"],
        ["mean", spearman, spearman],
    ]
    objects = [json.loads(line) for line in w2v(*args, "--json").text.splitlines()]
    assert [found["vectors"] for found in objects] == list(map(str, args[1:3]))


def test_what_has_no_correlation(w2v, files):
    args = ["evaluate-similarity", files / "v.bin", files / "constant.txt"]
    result = w2v(*args, files / "p.tsv", "--json", "-q")
    found = json.loads(result.text)
    assert found["files"][0]["spearman"] is None
    assert found["files"][0]["pearson"] is None
    assert found["mean"]["spearman"] == pytest.approx(expected()[0])
    [warning] = result.errors.splitlines()
    assert warning.startswith("w2v: warning: ")
    assert "constant.txt has no correlation: 2 pairs used" in warning
    assert result.returncode == 0
    assert w2v(*args).text.splitlines()[1].split() == ["constant.txt", "-", "-", "2", "0", "-"]
    result = w2v(*args, files / "p.tsv", "--min-correlation", "-1", "--tsv")
    assert result.returncode == 1
    assert result.text.count("\n") == 2
    assert "--min-correlation -1 is not reached" in result.errors


@pytest.mark.parametrize(("threshold", "code"), [("0.39", 0), ("0.41", 1)])
def test_a_least_correlation(w2v, files, threshold, code):
    args = ["evaluate-similarity", files / "v.bin", files / "p.tsv"]
    result = w2v(*args, "-q", "--min-correlation", threshold)
    assert expected()[0] == pytest.approx(0.4)
    assert result.returncode == code
    assert result.text
    if code:
        [line] = result.errors.splitlines()
        assert line == (
            "w2v: error: the mean of Spearman's correlations 0.4 is below --min-correlation 0.41"
        )


def test_files_that_cannot_be_read(w2v, files, tmp_path):
    vectors = files / "v.bin"
    missing = tmp_path / "missing"
    result = w2v("evaluate-similarity", vectors, files / "p.tsv", missing)
    fails_with(result, 1, "missing: cannot be opened")
    fails_with(w2v("evaluate-similarity", vectors, tmp_path), 1, "cannot be")
    fails_with(w2v("evaluate-similarity", vectors, vectors), 1, "v.bin: has word vectors, as all")
    args = ["evaluate-similarity", vectors, "--pairs", vectors]
    fails_with(w2v(*args), 1, "v.bin: is no text but a file of word vectors")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(PAIRS.encode())[:-12])
    fails_with(w2v("evaluate-similarity", vectors, tmp_path / "cut.gz"), 1, "cut short")
    fails_with(w2v("evaluate-similarity", vectors), 1, "standard input: holds no pairs")


@pytest.mark.parametrize(
    ("args", "pattern"),
    [
        (["v", "p", "--json", "--tsv"], "--json"),
        (["v", "p", "--min-correlation", "1.1"], "--min-correlation"),
        (["v", "p", "--min-correlation", "nan"], "nan"),
        (["-", "-"], "VECTORS and PAIRS cannot both be standard input"),
        (["v", "-", "-"], "standard input can be read only once"),
        (["--tsv"], "VECTORS... PAIRS..."),
        (["v", "p", "--restrict-vocab", "0"], "--restrict-vocab"),
    ],
)
def test_wrong_usage(w2v, args, pattern):
    fails_with(w2v("evaluate-similarity", *args), 2, pattern)


def test_what_is_in_files_tells_vectors_from_pairs(w2v, files):
    v, w, p, q = (files / name for name in ("v.bin", "w.txt", "p.tsv", "q.csv"))
    named = w2v("evaluate-similarity", v, w, "--pairs", p, "--pairs", q, "--json", "-q")
    assert named.text.count("\n") == 2
    for order in ([v, w, p, q], [p, v, q, w], [v, p, w, q]):
        result = w2v("evaluate-similarity", *order, "--json", "-q")
        assert (result.text, result.errors) == (named.text, "")
    # A pipe that is not the first holds pairs.
    result = w2v("evaluate-similarity", v, w, "-", "--json", "-q", stdin=PAIRS)
    assert [json.loads(line)["files"][0]["name"] for line in result.text.splitlines()] == ["-"] * 2
    result = w2v("evaluate-similarity", "-", w, "--json", "-q", stdin=PAIRS)
    assert json.loads(result.text)["vectors"] == str(w)


def test_vectors_in_archives_are_told_from_pairs(w2v, files, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("v.bin", "w.txt"):
            archive.write(files / name, name)
    member = f"{tmp_path}/a.zip:w.txt"
    result = w2v("evaluate-similarity", files / "v.bin", member, files / "p.tsv", "--json", "-q")
    found = [json.loads(line) for line in result.text.splitlines()]
    assert [line["vectors"] for line in found] == [str(files / "v.bin"), member]
    assert found[0]["files"][0]["used"] == found[1]["files"][0]["used"] == 4


def test_one_bad_file_of_several_is_told_behind_the_scores(w2v, files, tmp_path):
    bad, worse, wrong = (tmp_path / name for name in ("bad.txt", "worse.txt", "wrong.bin"))
    bad.write_text("no pairs here at all\n")
    worse.write_text("a b\n")
    wrong.write_bytes(b"3 2\na \0")
    args = ["evaluate-similarity", files / "v.bin", bad, files / "p.tsv", worse, "-q"]
    result = w2v(*args, "--json")
    assert [row["name"] for row in json.loads(result.text)["files"]] == [str(files / "p.tsv")]
    assert result.returncode == 1
    warning, error = result.errors.splitlines()
    assert warning.startswith(f"w2v: warning: {bad}: holds no pairs")
    assert error.startswith(f"w2v: error: {worse}:1: expected two words and a score, not 'a b'")
    args = ["evaluate-similarity", files / "v.bin", wrong, "--pairs", files / "p.tsv", "-q"]
    result = w2v(*args, "--json")
    assert json.loads(result.text)["files"][0]["used"] == 4
    assert result.returncode == 1
    [error] = result.errors.splitlines()
    assert "wrong.bin" in error


def test_columns_by_name_missing_scores_and_words_in_two_parts(w2v, files, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(
        "en1,en2,de1,de2,sim,rel\na,b,a,c,1,9\na,c,a,d,NA,8\na,d,b,c,7,4\nb,c,a,b,3,1\n"
    )
    args = ["evaluate-similarity", files / "v.bin", table, "--json"]
    fails_with(
        w2v(*args), 1, r"columns 1 \(en1\) and 2 \(en2\), 3 .* --word-columns 1,2: there are"
    )
    args += ["--word-columns", "en1,en2"]
    fails_with(w2v(*args), 1, r"columns 5 \(sim\), 6 \(rel\) may all hold the score; .*--score-col")
    result = w2v(*args, "--score-column", "sim")
    [row] = json.loads(result.text)["files"]
    assert (row["used"], row["skipped"], row["unscored"]) == (3, 0, 1)
    assert (row["word_columns"], row["score_column"]) == (["en1", "en2"], "sim")
    warning, told = result.errors.splitlines()
    assert warning.startswith(f"w2v: warning: {table}:3: there is no number in the column of")
    assert told.endswith(
        "t.csv: words from columns 1 (en1) and 2 (en2), score from column 5 (sim) of 6"
    )
    fails_with(w2v(*args, "--score-column", "y"), 2, "--score-column y: .*t.csv has no such column")
