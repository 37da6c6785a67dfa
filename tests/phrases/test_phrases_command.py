"""``w2v phrases`` as people run it: tables, text that is joined, and what is wrong usage."""

import csv
import gzip
import io
import json
import subprocess
import sys

import pytest
from conftest import ROOT, fails_with

from w2v_cli.phrases.table import COLUMNS

LINES = ["I saw new york in new york times", "new york is big", "old new things", ""] * 20
TEXT = "\n".join(LINES)


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


def table(result):
    assert result.returncode == 0, result.errors
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in result.text.splitlines()]


def test_a_table_has_words_counts_score_and_pass(w2v, corpus):
    rows = table(w2v("phrases", corpus, "--threshold", ".3"))
    row = next(row for row in rows if row["phrase"] == "new_york")
    assert (row["left"], row["between"], row["right"], row["pass"]) == ("new", "", "york", "1")
    assert (row["count"], row["left_count"], row["right_count"]) == ("60", "80", "60")
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0.3


def test_forms_say_the_same(w2v, corpus, tmp_path):
    rows = table(w2v("phrases", corpus, "-q"))
    objects = [json.loads(line) for line in w2v("phrases", corpus, "--json").text.splitlines()]
    assert [each["phrase"] for each in objects] == [row["phrase"] for row in rows]
    assert [f"{each['score']:.6g}" for each in objects] == [row["score"] for row in rows]
    path = tmp_path / "phrases.csv"
    assert w2v("phrases", corpus, "-o", path, "--top", 2).returncode == 0
    with path.open(newline="") as file:
        assert [row["phrase"] for row in csv.DictReader(file)] == [
            row["phrase"] for row in rows[:2]
        ]
    header = w2v("phrases", corpus, "--header").text.partition("\n")[0]
    assert header.split("\t") == list(COLUMNS)


@pytest.mark.parametrize("form", ["p.tsv", "p.csv", "p.json"])
@pytest.mark.parametrize("options", ["", "--header"])
def test_what_is_written_in_any_form_can_be_applied(w2v, corpus, tmp_path, form, options):
    if options and form == "p.json":
        return
    path = tmp_path / form
    options = options.split()
    assert w2v("phrases", corpus, "-o", path, "--threshold", ".8,.5", *options).returncode == 0
    result = w2v("phrases", "--apply", path, corpus)
    assert result.text.splitlines()[1] == "new_york_is_big"
    assert result.text.replace("_", " ") == TEXT


def test_text_comes_out_as_it_was_but_for_phrases(w2v, corpus, tmp_path):
    path = tmp_path / "p.tsv"
    w2v("phrases", corpus, "-o", path, "--threshold", ".8")
    odd = b"\xef\xbb\xbfnew \t york,  new\tyork\r\n\xff\0new york\x0bbig\n\nnew\nyork new york"
    result = w2v("phrases", "--apply", path, stdin=odd)
    assert result.stdout == (
        b"\xef\xbb\xbfnew \t york,  new_york\r\n\xff\0new_york\x0bbig\n\nnew\nyork new_york"
    )
    assert w2v("phrases", "--apply", path, stdin=b"").stdout == b""


def test_compressed_text_in_and_out(w2v, corpus, tmp_path):
    path, packed, out = tmp_path / "p.tsv", tmp_path / "c.txt.gz", tmp_path / "joined.txt.gz"
    w2v("phrases", corpus, "-o", path, "--threshold", ".8")
    packed.write_bytes(gzip.compress(TEXT.encode()))
    result = w2v("phrases", "--apply", path, packed, "-o", out)
    assert result.returncode == 0
    assert result.text == ""
    expected = w2v("phrases", "--apply", path, corpus).stdout
    assert gzip.decompress(out.read_bytes()) == expected
    assert b"new_york" in expected


def test_case_can_be_ignored_and_is_kept(w2v, corpus, tmp_path):
    path = tmp_path / "p.tsv"
    rows = ["straße_öl\tstraße\t\töl\t9\t9\t9\t1\t1", "ο_λόγος\tο\t\tλόγος\t9\t9\t9\t1\t1"]  # noqa: RUF001
    path.write_text("\n".join(rows))
    text = "Straße Öl straße ÖL Ο ΛΌΓΟΣ STRAẞE Öl Ο Λόγος"  # noqa: RUF001
    found = w2v("phrases", "--apply", path, "--lowercase", stdin=text.encode()).text
    assert found == "Straße_Öl straße_ÖL Ο_ΛΌΓΟΣ STRAẞE_Öl Ο_Λόγος"  # noqa: RUF001
    assert w2v("phrases", "--apply", path, stdin=text.encode()).text == text


def test_several_passes_and_connectors(w2v, tmp_path):
    text = "the bank of america fell a city hall is here\nbank of the west city hall meeting\n" * 30
    result = w2v("phrases", "-", "--threshold", ".5,.1", "--connectors", "en", stdin=text.encode())
    found = {row["phrase"]: row for row in table(result)}
    assert found["bank_of_america"]["between"] == "of"
    assert found["bank_of_the_west"]["between"] == "of the"
    assert found["city_hall_meeting"]["pass"] == "2"
    assert found["city_hall_meeting"]["left"] == "city hall"
    assert not any(name.startswith(("the_", "of_")) for name in found)


def test_lists_and_members_say_what_joins(w2v, tmp_path):
    text = "x 1984 , y - z w .\n" * 20
    names = {
        options: {row["phrase"] for row in table(w2v(
            "phrases", "-", "--threshold", "-1", *options.split(), stdin=text.encode()
        ))}
        for options in ("", "--members any", "--members letters")
    }  # fmt: skip
    assert names[""] == {"x_1984", "z_w"}
    assert names["--members letters"] == {"z_w"}
    assert names["--members any"] == {"x_1984", "1984_,", ",_y", "y_-", "-_z", "z_w", "w_."}
    stop = tmp_path / "stop.txt"
    stop.write_text("W\n")
    options = ["--threshold", "-1", "--stop", stop, "--lowercase"]
    rows = table(w2v("phrases", "-", *options, stdin=text.encode()))
    assert {row["phrase"] for row in rows} == {"x_1984"}


def test_a_better_phrase_that_overlaps_can_win(w2v, tmp_path):
    text = "toys r us\n" * 10 + "toys are here\n" * 20 + "r us\n" * 10 + "a b c d e f\n" * 50
    path = tmp_path / "p.tsv"
    for prefer, expected in (("first", "toys_r us"), ("best", "toys r_us")):
        options = ["--prefer", prefer, "--threshold", ".2"]
        w2v("phrases", "-", "-o", path, *options, stdin=text.encode())
        result = w2v("phrases", "--apply", path, "--prefer", prefer, stdin=b"toys r us")
        assert result.text == expected


def test_threads_and_memory_change_nothing(w2v, corpus):
    options = ["phrases", corpus, "--threshold", ".1,.1", "--score-long", "words"]
    expected = w2v(*options, "-j", "1").stdout
    assert expected
    assert w2v(*options, "-j", "2").stdout == expected
    assert w2v(*options, "-j", "2", "--max-memory", "2G").stdout == expected


def test_an_encoded_corpus_is_as_good(w2v, corpus, tmp_path):
    encoded = tmp_path / "corpus.w2vc"
    w2v("encode", corpus, "-o", encoded)
    assert w2v("phrases", encoded).stdout == w2v("phrases", corpus).stdout
    w2v("encode", corpus, "-o", encoded, "--min-count", "30")
    result = w2v("phrases", encoded)
    assert "words were left out when the corpus was encoded" in result.errors


@pytest.mark.parametrize(
    ("args", "code", "pattern"),
    [
        ([], 2, "nothing is given"),
        (["missing.txt"], 1, "no such file"),
        (["c.txt", "--threshold", "2"], 2, "--threshold of the score npmi must be from -1 to 1"),
        (["c.txt", "--threshold", "x"], 2, "--threshold must be a number"),
        (["c.txt", "--threshold", "nan"], 2, "--threshold must be a number"),
        (["c.txt", "--threshold", ".5,.4", "--passes", "1"], 2, "2 thresholds are more than 1"),
        (["c.txt", "--passes", "0"], 2, "--passes must be from 1 to 20"),
        (["c.txt", "--min-count", "0"], 2, "--min-count must be from 1"),
        (["c.txt", "--delimiter", " "], 2, "--delimiter must be without white space"),
        (["c.txt", "-o", "c.txt"], 2, "both a corpus and an output"),
        (["c.txt", "-o", "p.tsv.gz"], 2, "results are not compressed"),
        (["-", "--stop", "-"], 2, "standard input cannot be both"),
        (["--apply", "c.txt"], 1, "c.txt:1: is no row of phrases"),
        (["--apply", "p.tsv", "--threshold", ".5"], 2, "--threshold does not go with --apply"),
        (["--apply", "p.tsv", "--json"], 2, "--json does not go with --apply"),
        (["--apply", "p.tsv", "-o", "p.tsv"], 2, "both the phrases and an output"),
        (["--apply", "-"], 2, "standard input cannot be both"),
        (["empty.tsv"], 1, "the corpus is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_one_line(w2v, tmp_path, args, code, pattern):
    (tmp_path / "c.txt").write_text(TEXT)
    (tmp_path / "empty.tsv").write_text("\n")
    (tmp_path / "p.tsv").write_text("a_b\ta\t\tb\t9\t9\t9\t.9\t1\n")
    fails_with(w2v("phrases", *args, cwd=tmp_path, stdin=b"x"), code, pattern)
    assert (tmp_path / "c.txt").read_text() == TEXT


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("a_b\ta\t\tb\t9\t9\t9\tx\t1", "the score 'x' is no number"),
        ("a_b\ta\t\tb\t9\t9\t9\tnan\t1", "the score 'nan' is no number"),
        ("a_b\ta\t\tb\t-9\t9\t9\t1\t1", "the count '-9' is no whole number"),
        ("a_b\ta\t\tb\t9\t9\t9\t1\t0", "the pass 0 is not from 1"),
        ("a_b\ta\t\t\t9\t9\t9\t1\t1", "a word on the left and on the right"),
        ("ab\ta\t\tb\t9\t9\t9\t1\t1", "the phrase 'ab' is not its words"),
        ("a-b\ta\t\tb\t9\t9\t9\t1\t1", "joined by '-', and those before by '_'"),
        ('{"phrase": "a_b"}', "is no row of phrases"),
        ("{", "is no row of phrases"),
        ("a,b", "is no row of phrases"),
    ],
)
def test_a_damaged_table_is_told_with_its_line(w2v, tmp_path, line, pattern):
    (tmp_path / "p.tsv").write_text(f"c_d\tc\t\td\t9\t9\t9\t.9\t1\n{line}\n")
    result = w2v("phrases", "--apply", "p.tsv", cwd=tmp_path, stdin=b"x")
    fails_with(result, 1, rf"p\.tsv:2: .*{pattern}")


def test_no_phrases_are_told_and_no_error(w2v, corpus, tmp_path):
    path = tmp_path / "p.tsv"
    result = w2v("phrases", corpus, "-o", path, "--threshold", "1")
    assert result.returncode == 0
    assert "warning: no phrase has a score above 1; give a lower --threshold" in result.errors
    assert path.read_text() == ""
    result = w2v("phrases", "--apply", path, corpus)
    assert result.text == TEXT
    assert f"warning: {path}: there are no phrases, so that none is joined" in result.errors


def test_an_encoded_corpus_keeps_its_phrases(w2v, corpus, tmp_path):
    encoded, vectors = tmp_path / "corpus.w2vc", tmp_path / "v.w2v"
    assert w2v("encode", corpus, "-o", encoded, "--phrases", "npmi=.8").returncode == 0
    assert "new_york 60\n" in w2v("vocab", encoded).text
    train = ["train", encoded, "-o", vectors, "-d", "5", "-e", "1", "--phrases", "npmi=.8"]
    result = w2v(*train)
    assert result.returncode == 0, result.errors
    info = json.loads(w2v("info", vectors, "--json").text)
    assert info["provenance"]["phrases"] == {"asked": "npmi=.8", "joined": 100}
    result = w2v("train", "--like", vectors, corpus, "-o", tmp_path / "again.w2v")
    assert result.returncode == 0, result.errors
    assert "joined 100 phrases" in result.errors


@pytest.mark.parametrize(
    ("phrases", "pattern"),
    [
        ("missing.tsv", "--phrases missing.tsv is neither a file that is there nor a score"),
        ("npmi=2", "--threshold of the score npmi must be from -1 to 1"),
        ("npmi=", "--threshold must be a number"),
    ],
)
def test_phrases_that_training_cannot_join(w2v, corpus, tmp_path, phrases, pattern):
    result = w2v("train", corpus, "-o", "v.bin", "--phrases", phrases, cwd=tmp_path)
    fails_with(result, 2, pattern)


def test_a_word_that_is_spelled_as_a_phrase_is_one_with_it(w2v, tmp_path):
    text = "in new york we\n" * 10 + "in new_york\n" * 7
    encoded = tmp_path / "c.w2vc"
    result = w2v("encode", "-", "-o", encoded, "--phrases", "npmi=.9", stdin=text.encode())
    assert "1 phrases are spelled as words of the text are, such as 'new_york'" in result.errors
    assert "new_york 17\n" in w2v("vocab", encoded).text


def test_a_closed_pipe_and_a_full_disk_end_it(w2v, tmp_path):
    (tmp_path / "p.tsv").write_text("a_b\ta\t\tb\t9\t9\t9\t.9\t1\n")
    (tmp_path / "c.txt").write_text("a b c\n" * 300_000)
    command = [sys.executable, "-m", "w2v_cli", "phrases", "--apply", tmp_path / "p.tsv", "-q"]
    with subprocess.Popen(
        [*command, tmp_path / "c.txt"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"a_b c\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
    result = w2v("phrases", "--apply", "p.tsv", "c.txt", "-o", "/dev/full", cwd=tmp_path)
    fails_with(result, 1, "/dev/full: cannot be written: No space left on device")


def test_training_joins_phrases_before_the_vocabulary_is_cut(w2v, corpus, tmp_path):
    train = ["train", "-d", "5", "-e", "1", "-j", "1", "-q"]
    first, second, third = (tmp_path / name for name in ("1.w2v", "2.w2v", "3.w2v"))
    result = w2v(*train, corpus, "-o", first, "--phrases", "npmi=.8", "--min-count", "20")
    assert result.returncode == 0, result.errors
    info = json.loads(w2v("info", first, "--json").text)
    assert info["provenance"]["phrases"] == {"asked": "npmi=.8", "joined": 100}
    table = tmp_path / "p.tsv"
    w2v("phrases", corpus, "-o", table, "--threshold", ".8")
    w2v(*train, corpus, "-o", second, "--phrases", table, "--min-count", "20")
    joined = io.BytesIO(w2v("phrases", "--apply", table, corpus).stdout)
    w2v(*train, "-", "-o", third, "--min-count", "20", stdin=joined.read())
    paths = first, second, third
    vectors = [w2v("convert", path, "-", "--format", "text").text for path in paths]
    assert "new_york" in vectors[0]
    assert vectors[0] == vectors[1]
    # Words of equal counts come in another order there.
    assert sorted(line.split()[0] for line in vectors[0].splitlines()) == sorted(
        line.split()[0] for line in vectors[2].splitlines()
    )
