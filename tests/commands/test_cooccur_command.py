"""``w2v cooccur``: counts of text, of parts, of Stanford's records; and what is refused."""

import json
import os
import re

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.cooccurrence.countsfile import open_counts
from w2v_cli.cooccurrence.stanford import RECORD

NAMES = ("counts", "starts", "columns", "sums")


def succeeds(result):
    assert result.returncode == 0, result.errors
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory, w2v):
    """A text in two parts, a vocabulary of both, the text encoded, and its counts."""
    folder = tmp_path_factory.mktemp("cooccur")
    rng = np.random.default_rng(4)
    lines = [
        " ".join(f"w{int(200 * draw**2)}" for draw in rng.random(rng.integers(1, 30)))
        for _ in range(600)
    ]
    (folder / "all.txt").write_text("\n".join(lines) + "\n")
    (folder / "1.txt").write_text("\n".join(lines[:250]) + "\n")
    (folder / "none.w2vx").touch()
    (folder / "2.txt").write_text("\n".join(lines[250:]) + "\n")
    succeeds(w2v("vocab", "all.txt", "--min-count", "5", "-o", "v.txt", "-q", cwd=folder))
    succeeds(w2v("encode", "all.txt", "-o", "all.w2vc", "-q", cwd=folder))
    result = succeeds(w2v("cooccur", "all.txt", "-o", "all.w2vx", cwd=folder))
    assert result.text == ""
    assert "pairs of" in result.errors
    return folder


def made(w2v, folder, out, *args, **kwargs):
    """The file that the command writes."""
    succeeds(w2v("cooccur", *args, "-o", out, "-q", cwd=folder, **kwargs))
    return folder / out


@pytest.mark.parametrize(
    "args",
    [
        ["all.txt", "-j", "1"],
        ["all.txt", "-j", "3", "--max-memory", "2G"],
        ["all.w2vc"],
    ],
    ids=str,
)
def test_the_same_bytes_whatever_the_threads_and_the_memory(w2v, folder, args):
    path = made(w2v, folder, "again.w2vx", *args)
    found, first = open_counts(path), open_counts(folder / "all.w2vx")
    for name in NAMES:
        np.testing.assert_array_equal(getattr(found.table, name), getattr(first.table, name))
    assert found.digest == first.digest
    if args[0] == "all.txt":
        assert path.read_bytes() == (folder / "all.w2vx").read_bytes()
    path.unlink()


def test_standard_input_is_text(w2v, folder):
    text = (folder / "all.txt").read_bytes()
    found = open_counts(made(w2v, folder, "piped.w2vx", "-", stdin=text))
    first = open_counts(folder / "all.w2vx")
    assert found.digest == first.digest
    np.testing.assert_array_equal(found.table.sums, first.table.sums)


def test_words_left_out_do_not_count_as_near(w2v, tmp_path):
    (tmp_path / "c.txt").write_text("a rare b\na b\n")
    args = ["c.txt", "--min-count", "2", "--window", "1"]
    table = open_counts(made(w2v, tmp_path, "c.w2vx", *args)).table
    assert (table.words, table.sums.tolist()) == (["a", "b"], [2])


def test_parts_add_up_to_the_whole(w2v, folder):
    for part in ("1", "2"):
        made(w2v, folder, f"{part}.w2vx", f"{part}.txt", "--vocab", "v.txt")
    made(w2v, folder, "sum.w2vx", "--merge", "1.w2vx", "2.w2vx")
    made(w2v, folder, "whole.w2vx", "all.txt", "--vocab", "v.txt")
    found, whole = (open_counts(folder / name) for name in ("sum.w2vx", "whole.w2vx"))
    for name in NAMES:
        np.testing.assert_array_equal(getattr(found.table, name), getattr(whole.table, name))
    assert found.shards == 2
    assert found.facts.tokens_read == whole.facts.tokens_read
    assert found.facts.sources == ("1.txt", "2.txt")
    result = succeeds(w2v("cooccur", "--merge", "1.w2vx", "1.w2vx", "-o", "x.w2vx", cwd=folder))
    assert "is named 2 times, so its counts are added 2 times" in result.errors


def test_records_go_out_and_come_back(w2v, folder):
    args = ["all.txt", "-w", "5", "--left", "--distance-weight", "none"]
    made(w2v, folder, "5.w2vx", *args)
    made(w2v, folder, "5.bin", *args, "--save-vocab", "5.txt")
    assert (folder / "5.bin").stat().st_size % RECORD.itemsize == 0
    made(w2v, folder, "converted.bin", "--merge", "5.w2vx", "--save-vocab", "6.txt")
    assert (folder / "converted.bin").read_bytes() == (folder / "5.bin").read_bytes()
    assert (folder / "6.txt").read_bytes() == (folder / "5.txt").read_bytes()
    pipe = succeeds(
        w2v("cooccur", *args, "-o", "-", "--format", "stanford", "--vocab", "5.txt", cwd=folder)
    )
    assert pipe.stdout == (folder / "5.bin").read_bytes()
    args = ["--from-stanford", "-", "--vocab", "5.txt", *args[1:]]
    made(w2v, folder, "back.w2vx", *args, stdin=pipe.stdout)
    found, first = (open_counts(folder / name).table for name in ("back.w2vx", "5.w2vx"))
    assert (found.words, found.rule) == (first.words, first.rule)
    for name in NAMES:
        np.testing.assert_array_equal(getattr(found, name), getattr(first, name))


def test_info_tells_what_is_in_a_file(w2v, folder):
    facts = json.loads(succeeds(w2v("info", "all.w2vx", "--json", cwd=folder)).text)
    table = open_counts(folder / "all.w2vx").table
    assert facts["kind"] == "counts of pairs"
    assert (facts["pairs"], facts["words"]) == (len(table), table.n_words)
    assert (facts["window"], facts["unit"], facts["symmetric"]) == (10, 2520, True)
    assert facts["sources"] == ["all.txt"]
    assert "counts of pairs" in w2v("info", "all.w2vx", cwd=folder).text


def test_text_of_no_word_and_of_single_words_is_refused(w2v, tmp_path):
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "single.txt").write_text("a\nb\n" * 9)
    for name, message in (("empty.txt", "is empty"), ("single.txt", "no word has a neighbor")):
        fails_with(w2v("cooccur", name, "-o", "c.w2vx", cwd=tmp_path), 1, message)
    assert sorted(os.listdir(tmp_path)) == ["empty.txt", "single.txt"]


REFUSED = [
    (["all.txt", "-o", "c.txt"], 2, "name a file that ends in .w2vx"),
    (["all.txt", "-o", "c.bin"], 2, "--format stanford needs --save-vocab"),
    (["all.txt", "-o", "-", "--format", "w2vx"], 2, "must be a file, not a pipe"),
    (["all.txt", "-o", "c.w2vx", "-w", "0"], 2, "--window must be from 1 to"),
    (["all.txt", "-o", "no/c.w2vx"], 1, "cannot be written"),
    (["all.w2vx", "-o", "c.w2vx"], 1, "is no text but a file of counts of pairs"),
    (["all.txt", "-o", "all.txt", "--format", "w2vx"], 2, "is both a corpus and an output"),
    (["--merge", "all.w2vx", "-o", "all.w2vx"], 2, "is both a file of counts and an output"),
    (["--merge", "all.txt", "-o", "c.w2vx"], 1, "is text, or nothing known, and no file of counts"),
    (["--merge", "all.w2vc", "-o", "c.w2vx"], 1, "is an encoded corpus, and no file of counts"),
    (["--merge", "all.w2vx", "-", "-o", "c.w2vx"], 1, "standard input: counts of pairs are re"),
    (["--merge", "all.w2vx", ".", "-o", "c.w2vx"], 1, "are read from a file, not from a pipe, fol"),
    (["--merge", "all.w2vx", "none.w2vx", "-o", "c.w2vx"], 1, "none.w2vx: is empty, and no file"),
    (["--merge", "--from-stanford", "all.bin", "-o", "c.w2vx"], 2, "exclude each other"),
    (["--from-stanford", "all.txt", "-o", "c.w2vx"], 2, "--from-stanford needs --vocab"),
]


@pytest.mark.parametrize(("args", "code", "message"), REFUSED, ids=str)
def test_what_cannot_be_is_refused(w2v, folder, args, code, message):
    before = sorted(os.listdir(folder))
    fails_with(w2v("cooccur", *args, cwd=folder), code, message)
    assert sorted(os.listdir(folder)) == before


def test_a_word_in_no_part_is_in_the_vocabulary_that_is_saved(w2v, folder):
    vocabulary = (folder / "v.txt").read_text().splitlines()
    (folder / "more.txt").write_text("\n".join([vocabulary[0], "unseen 3", *vocabulary[1:]]) + "\n")
    for part in "12":
        made(w2v, folder, f"m{part}.w2vx", f"{part}.txt", "--vocab", "more.txt")
    args = ["--merge", "m1.w2vx", "m2.w2vx", "-o", "m.w2vx", "--save-vocab", "mv.txt"]
    assert (
        "1 words of the vocabulary occur in no part"
        in succeeds(w2v("cooccur", *args, cwd=folder)).errors
    )
    saved = (folder / "mv.txt").read_text().splitlines()
    assert saved == [vocabulary[0], "unseen 1", *vocabulary[1:]]
    made(w2v, folder, "again.w2vx", "1.txt", "--vocab", "mv.txt")


def test_records_of_both_sides_that_are_read_as_one_are_told(w2v, folder):
    made(w2v, folder, "both.bin", "all.txt", "--save-vocab", "both.txt")
    made(w2v, folder, "left.bin", "all.txt", "--left", "--save-vocab", "both.txt")
    for name, is_told in (("both.bin", True), ("left.bin", False)):
        args = ["--from-stanford", name, "--vocab", "both.txt", "--left", "-o", "o.w2vx"]
        errors = succeeds(w2v("cooccur", *args, cwd=folder)).errors
        assert (f"{name}: its counts of (i, j) and of (j, i) are the same" in errors) == is_told


def test_what_was_counted_otherwise_is_told(w2v, folder):
    made(w2v, folder, "s.bin", "all.txt", "--save-vocab", "s.txt")
    args = ["--from-stanford", "s.bin", "--vocab", "s.txt", "-o", "o.w2vx"]
    result = w2v("cooccur", *args, "--distance-weight", "none", cwd=folder)
    fails_with(result, 1, "9 or more, and --distance-weight harmonic")
    (folder / "s.bin").write_bytes((folder / "s.bin").read_bytes()[: -16 * 3])
    fails_with(w2v("cooccur", *args, cwd=folder), 1, "or the file is cut short")
    args[1] = "all.txt"
    fails_with(w2v("cooccur", *args, cwd=folder), 1, "record 1 is of word .*, and the file that it")


def test_other_commands_say_what_counts_are_for(w2v, folder):
    fails_with(
        w2v("encode", "all.w2vx", "-o", "c.w2vc", cwd=folder), 1, "is no text but a file of counts"
    )
    fails_with(
        w2v("train", "all.w2vx", "-m", "glove", "--lowercase", "-o", "c.bin", cwd=folder),
        2,
        "--lowercase cannot change counts: all.w2vx was counted without it",
    )
    fails_with(
        w2v("neighbors", "all.w2vx", "w1", cwd=folder), 1, "a file of counts of pairs, not vectors"
    )
    made(w2v, folder, "r.bin", "all.txt", "--save-vocab", "r.txt")
    fails_with(w2v("neighbors", "r.bin", "w1", cwd=folder), 1, "--from-stanford takes them")
    fails_with(w2v("encode", "r.bin", "-o", "r.w2vc", cwd=folder), 1, "--from-stanford takes them")


def test_options_without_effect_are_told(w2v, folder):
    result = w2v(
        "cooccur", "--merge", "all.w2vx", "-w", "3", "--lowercase", "-o", "m.w2vx", cwd=folder
    )
    assert succeeds(result).errors.count("has no effect: --merge reads counts, not text") == 2


def test_a_full_device_is_an_error(w2v, folder):
    args = ["all.txt", "--format", "stanford", "--save-vocab", "f.txt", "-q", "-o", "/dev/full"]
    fails_with(w2v("cooccur", *args, cwd=folder), 1, "No space left")


@pytest.mark.parametrize("text", ["one two\n", "a b c d e\n" * 3], ids=["two", "five"])
def test_a_file_is_no_larger_than_was_told(w2v, tmp_path, text):
    (tmp_path / "t.txt").write_text(text)
    args = ["t.txt", "--min-count", "1", "-o", "t.w2vx"]
    told = re.search(r"up to ([\d.]+) KiB", succeeds(w2v("cooccur", *args, cwd=tmp_path)).errors)
    assert (tmp_path / "t.w2vx").stat().st_size <= 1024 * float(told[1])
