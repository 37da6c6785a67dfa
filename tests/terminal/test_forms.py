"""Results as CSV and as files: what a spreadsheet reads is what the other forms say."""

import csv
import io
import json
import os

import numpy as np
import pytest
from conftest import fails_with
from support.terminal import Terminal

from w2v_cli.formats.writing import write_embeddings
from w2v_cli.terminal.forms import CSV, TSV, Form
from w2v_cli.terminal.tables import csv_line

WORDS = ["king", 'qu"een', "a,b", "Straße", "=1+1", "paris", "rome", "tab"]
COUNTS = [900, 80, 70, 60, 50, 40, 30, 20]
ROWS = [["a,b", 'say "x"', " blank", "", "line\nend", "ä"], ["1", "2.5", "-", "x", "y", "z"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    vectors = np.random.default_rng(3).standard_normal((len(WORDS), 6)).astype(np.float32)
    counts = np.array(COUNTS)
    write_embeddings(folder / "v.bin", WORDS, vectors, "binary")
    write_embeddings(folder / "v.w2v", WORDS, vectors, "w2v", counts=counts)
    (folder / "vocab.txt").write_text("".join(f"{w} {c}\n" for w, c in zip(WORDS, COUNTS)))  # noqa: B905
    (folder / "q.txt").write_text(": gram\nking paris rome tab\nking paris rome no\n: a, b\n")
    (folder / "p.txt").write_text("king\tparis\t3\nrome\ttab\t1\nking\trome\t2\nking\tno\t2\n")
    return folder


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def test_any_field_comes_back_from_a_csv_reader():
    text = "".join(map(Form(CSV).line, ROWS))
    assert rows_of(text.encode()) == ROWS
    assert text.splitlines()[0].startswith('"a,b","say ""x"""," blank","",')
    assert text.endswith("\r\n")
    assert csv_line([None, "a", 1]) == ",a,1"


def test_neighbors_as_csv_are_those_of_json(w2v, folder):
    args = ["neighbors", folder / "v.bin", "king", "a,b", "-k", "5"]
    answers = [json.loads(line) for line in w2v(*args, "--json").text.splitlines()]
    expected = [
        [answer["query"], str(rank), row["word"], f"{row['score']:.6f}"]
        for answer in answers
        for rank, row in enumerate(answer["neighbors"], 1)
    ]
    result = w2v(*args, "--csv")
    assert result.errors == ""
    assert rows_of(result.stdout) == [["query", "rank", "word", "score"], *expected]
    assert result.stdout.count(b"\r\n") == 11
    assert w2v(*args, "--csv", "--bom").stdout == b"\xef\xbb\xbf" + result.stdout


def test_other_questions_as_csv(w2v, folder):
    args = ["neighbors", folder / "v.bin", "king", "a,b"]
    [cosine] = [json.loads(w2v(*args, "--similarity", "--json").text)["similarity"]]
    rows = rows_of(w2v(*args, "--similarity", "--csv").stdout)
    assert rows == [["word", "other", "cosine"], ["king", "a,b", f"{cosine:.6f}"]]
    rows = rows_of(w2v(*args, "rome", "--odd-one-out", "--csv").stdout)
    assert rows[0] == ["words", "odd", "score"]
    assert rows[1][0] == "king a,b rome"


def test_a_name_says_the_form_and_the_file_is_whole_or_not_there(w2v, folder, tmp_path):
    args = ["neighbors", folder / "v.bin", "king", "-k", "3"]
    for name, option in (("n.csv", "--csv"), ("n.tsv", "--tsv"), ("n.json", "--json")):
        result = w2v(*args, "-o", name, cwd=tmp_path)
        assert (result.stdout, result.errors) == (b"", "")
        assert (tmp_path / name).read_bytes() == w2v(*args, option).stdout
    (tmp_path / "n.csv").write_text("old")
    result = w2v("neighbors", folder / "no.bin", "king", "-o", "n.csv", cwd=tmp_path)
    assert result.returncode == 1
    assert (tmp_path / "n.csv").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["n.csv", "n.json", "n.tsv"]


def test_a_header_above_tab_separated_rows(w2v, folder):
    args = ["neighbors", folder / "v.bin", "king", "-k", "2", "--tsv"]
    assert w2v(*args, "--header").text == "query\trank\tword\tscore\n" + w2v(*args).text
    args = ["evaluate-similarity", folder / "v.bin", folder / "p.txt", "--tsv"]
    lines = w2v(*args, "--header").text.splitlines()
    assert lines[0].split("\t")[:3] == ["pairs", "spearman", "pearson"]
    assert lines[1:] == w2v(*args).text.splitlines()


@pytest.mark.parametrize("source", [["v.w2v"], ["v.bin", "--vocab", "vocab.txt"]])
def test_counts_of_neighbors(w2v, folder, source):
    counts = dict(zip(WORDS, COUNTS, strict=True))
    args = ["neighbors", *source, "paris", "-k", "7", "--counts"]
    rows = rows_of(w2v(*args, "--csv", cwd=folder).stdout)
    assert rows[0][4] == "count"
    assert [int(row[4]) for row in rows[1:]] == [counts[row[2]] for row in rows[1:]]
    [answer] = map(json.loads, w2v(*args, "--json", cwd=folder).text.splitlines())
    assert [row["count"] for row in answer["neighbors"]] == [int(row[4]) for row in rows[1:]]
    assert w2v(*args, cwd=folder).text.splitlines()[0].split("\t") == rows[1]


def test_tables_have_counts_that_lie_beside_vectors(w2v, folder, tmp_path):
    assert w2v("convert", folder / "v.w2v", tmp_path / "c.bin").returncode == 0
    args = [tmp_path / "c.bin", "paris", "-k", 1]
    [row] = w2v("neighbors", *args, "--counts").text.splitlines()
    _, _, word, _, count = row.split("\t")
    terminal = Terminal(*args)
    shown = terminal.read_until(word + "\r\n")
    assert shown.split()[-2:] == [f"{int(count):,}", word]
    assert terminal.finish() == ("", 0)


def test_vectors_without_counts_have_none_to_tell(w2v, folder):
    result = w2v("neighbors", "v.bin", "king", "--counts", cwd=folder)
    fails_with(result, 1, "v.bin: comes without counts, so --counts needs --vocab FILE")


def test_analogies_as_csv(w2v, folder):
    args = ["evaluate-analogies", folder / "v.bin", folder / "q.txt"]
    scores = json.loads(w2v(*args, "--json").text)
    rows = rows_of(w2v(*args, "--csv").stdout)
    assert rows[0][:5] == ["section", "correct", "asked", "skipped", "accuracy"]
    assert len({len(row) for row in rows}) == 1
    by_name = {row[0]: row for row in rows}
    [gram] = [section for section in scores["sections"] if section["name"] == "gram"]
    assert by_name["gram"][1:4] == [str(gram[key]) for key in ("correct", "asked", "skipped")]
    assert float(by_name["gram"][4]) == pytest.approx(gram["accuracy"], abs=1e-6)
    assert by_name["semantic"][4] == ""  # nothing was asked


def test_similarities_as_csv(w2v, folder, tmp_path):
    args = ["evaluate-similarity", folder / "v.bin", folder / "p.txt"]
    [score] = json.loads(w2v(*args, "--json").text)["files"]
    w2v(*args, "-o", tmp_path / "s.csv", "--bom")
    data = (tmp_path / "s.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfpairs,spearman,")
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert float(row["spearman"]) == pytest.approx(score["spearman"], abs=1e-6)
    assert (row["used"], row["skipped"]) == ("3", "1")


def test_the_table_for_people_in_a_file(w2v, folder, tmp_path):
    args = ["evaluate-similarity", folder / "v.bin", folder / "p.txt"]
    w2v(*args, "-o", tmp_path / "s.txt")
    assert (tmp_path / "s.txt").read_text() == w2v(*args).text


def test_vocabularies_as_csv_have_shares_of_all_words(w2v, tmp_path):
    text = 'a a a "x,y" a b\n'
    result = w2v("vocab", "-", "--csv", "--min-count", "2", "-q", stdin=text)
    assert rows_of(result.stdout) == [
        ["word", "count", "relative_frequency"],
        ["a", "4", "0.666667"],
    ]
    rows = rows_of(w2v("vocab", "-", "--csv", "-q", stdin=text).stdout)
    assert rows[2] == ['"x,y"', "1", "0.166667"]
    (tmp_path / "counts.txt").write_text("a 3\nb 1\n")
    w2v("vocab", "--merge", "counts.txt", "-o", "all.csv", "-q", cwd=tmp_path)
    assert (tmp_path / "all.csv").read_bytes() == (
        b"word,count,relative_frequency\r\na,3,0.75\r\nb,1,0.25\r\n"
    )


def test_counts_for_spreadsheets_are_no_vocabulary(w2v, tmp_path):
    w2v("vocab", "-", "-o", "counts.csv", "-q", stdin="a a b\n", cwd=tmp_path)
    result = w2v("train", "-", "-o", "v.bin", "--vocab", "counts.csv", stdin="a b\n", cwd=tmp_path)
    fails_with(result, 1, "counts.csv:1: expected 'word count', and this is CSV")


def test_places_on_a_map_as_csv(w2v, folder, tmp_path):
    args = ["plot", folder / "v.bin", "--top", "4"]
    rows = rows_of(w2v(*args, "--csv").stdout)
    lines = w2v(*args, "--tsv").text.splitlines()
    assert rows == [["word", "x", "y", "kind"], *(line.split("\t") for line in lines)]
    assert w2v(*args, "-o", tmp_path / "m.csv").returncode == 0
    assert rows_of((tmp_path / "m.csv").read_bytes()) == rows
    fails_with(w2v(*args, "--csv", "-o", "m.png", cwd=tmp_path), 2, "-o m.png is a picture")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--bom"], 2, "--bom is for CSV; give --csv too"),
        (["--json", "--header"], 2, "--header is for rows; give --tsv or --csv too"),
        (["--csv", "--tsv"], 2, "--tsv, --csv, --json and --solr exclude each other"),
        (
            ["-o", "x.xlsx"],
            2,
            "x.xlsx: .xlsx is not written; name it x.csv",
        ),
        (["-o", "x.csv.gz"], 2, "x.csv.gz: results are not compressed"),
        (["-o", "x.XLSX"], 2, "x.XLSX: .xlsx is not written; name it x.csv for a spreadsheet"),
        (["-o", "x.ods", "--json"], 2, "x.ods: .ods is not written; name it x.csv for"),
        (["-o", "v.bin"], 2, "v.bin is both the file of vectors and an output"),
        (["-o", "no/x.csv"], 1, "no/x.csv: cannot be written"),
        (["--counts", "--odd-one-out"], 2, "exclude each other"),
    ],
)
def test_what_cannot_be(w2v, folder, args, code, message):
    fails_with(w2v("neighbors", "v.bin", "king", *args, cwd=folder), code, message)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lists_of_queries_as_editors_write_them(w2v, folder, encoding, end):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    stdin = (mark + end.join(["king", "Straße", "a,b", ""])).encode(encoding)
    result = w2v("neighbors", folder / "v.bin", "-k", "1", stdin=stdin)
    assert result.errors == ""
    assert [line.split("\t")[0] for line in result.text.splitlines()] == ["king", "Straße", "a,b"]


def test_other_lists_with_marks(w2v, folder, tmp_path):
    (tmp_path / "stop.txt").write_bytes("\ufeffking\r\nparis\r\n".encode())
    (tmp_path / "c.toml").write_bytes("\ufeff[neighbors]\r\ntopn = 7\r\n".encode())
    args = ["--config", tmp_path / "c.toml", "--not-word", tmp_path / "stop.txt"]
    result = w2v("neighbors", folder / "v.bin", "rome", *args)
    assert {line.split("\t")[2] for line in result.text.splitlines()} == {
        word for word in WORDS if word not in ("king", "paris", "rome")
    }
    result = w2v("plot", folder / "v.bin", "--words", tmp_path / "stop.txt", "--tsv")
    assert [line.split("\t")[0] for line in result.text.splitlines()] == ["king", "paris"]
    result = w2v("vocab", "-", "--stop", tmp_path / "stop.txt", "-q", stdin="king queen paris\n")
    assert result.text == "queen 1\n"


def test_a_head_is_empty_unless_asked_for():
    assert Form(TSV).head(("a", "b")) == ""
    assert Form(CSV, has_header=True, has_mark=True).head(("a", "b")) == "\ufeffa,b\r\n"
