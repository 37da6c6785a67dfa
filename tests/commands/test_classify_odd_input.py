"""``w2v classify predict``, ``test`` and ``explain`` on text as it comes."""

import json
import os
import select
import subprocess
import sys

import pytest
from conftest import ROOT, fails_with

TRAIN = ["good film", "fine film", "bad film", "poor film"]
LABELS = ["__label__yes", "__label__yes", "__label__no", "__label__no"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, w2v):
    folder = tmp_path_factory.mktemp("odd")
    rows = zip(LABELS, TRAIN, strict=True)
    (folder / "train.txt").write_text("".join(f"{label} {text}\n" for label, text in rows) * 20)
    args = ["classify", "train", "train.txt", "-o", "m.bin", "-d", "4", "-e", "20", "-j", "1", "-q"]
    assert w2v(*args, cwd=folder).returncode == 0
    return folder


def answered(w2v, folder, text, *options):
    """The rows that are answered to text (bytes), as fields, and what was said."""
    args = ["classify", "predict", "m.bin", "--tsv", *options]
    done = w2v(*args, stdin=text, cwd=folder)
    assert done.returncode == 0, done.errors
    return [line.split("\t")[1:] for line in done.text.splitlines()], done.errors


def test_marks_line_ends_and_nul_bytes_are_as_in_training(w2v, folder):
    plain, _ = answered(w2v, folder, b"good film\nbad\n\n")
    odd, said = answered(w2v, folder, b"\xef\xbb\xbfgood film\r\nbad\x00\r\n\r\n")
    assert odd == plain
    assert "U+FFFD" not in said
    unended, _ = answered(w2v, folder, b"good film\nbad")
    assert unended == plain[:2]


def test_labels_in_the_text_are_left_out_whether_known_or_not(w2v, folder):
    text = b"film good\n__label__no film good\nfilm __label__never good\nfilm @x good\n"
    rows, _ = answered(w2v, folder, text)
    assert rows[0] == rows[1] == rows[2]
    # A word that is not known is no feature without n-grams, and with another prefix no word.
    assert rows[3] == rows[0]
    [line] = w2v("classify", "predict", "m.bin", "--json", "--label-prefix", "@", "-q", cwd=folder,
                 stdin=b"__label__no film @x").text.splitlines()  # fmt: skip
    assert (json.loads(line)["words"], json.loads(line)["known"]) == (2, 1)
    fails_with(
        w2v("classify", "predict", "m.bin", "--label-prefix", "a b", cwd=folder, stdin=b""), 2,
        "--label-prefix must be without white space",
    )  # fmt: skip


def test_a_line_of_megabytes(w2v, folder):
    rows, _ = answered(w2v, folder, b"bad\n" + b"good film " * 300_000 + b"\n" + b"x" * 3_000_000)
    assert [row[0] for row in rows[:2]] == ["__label__no", "__label__yes"]
    assert len(rows) == 3


@pytest.mark.parametrize("command", ["predict", "test", "explain"])
def test_bytes_that_are_not_utf8_are_told(w2v, folder, tmp_path, command):
    text = "__label__yes good film\n__label__no bad\xe9 \xfct\xe9 bad\n".encode("cp1252")
    (tmp_path / "odd.txt").write_bytes(text)
    rows = [b"label,text", *(line.replace(b" ", b",", 1) for line in text.splitlines())]
    (tmp_path / "odd.csv").write_bytes(b"\n".join(rows))
    repaired = "text that is not UTF-8{} was repaired with U+FFFD: looks like cp1252; give "
    for path, place, *columns in (
        (tmp_path / "odd.txt", f" from line 2 of {tmp_path / 'odd.txt'} on"),
        (tmp_path / "odd.csv", "", "--text", "text"),
    ):
        label = ["--label", "label"] if columns and command == "test" else []
        done = w2v("classify", command, folder / "m.bin", path, *columns, *label)
        assert done.returncode == 0, done.errors
        assert repaired.format(place) + "--encoding cp1252" in done.errors
    done = w2v("classify", command, folder / "m.bin", tmp_path / "odd.txt", "--encoding", "cp1252")
    assert "UTF-8" not in done.errors
    done = w2v("classify", command, folder / "m.bin", tmp_path / "odd.txt", "--encoding", "ascii")
    assert "3 characters mean nothing in ascii" in done.errors


def test_bytes_that_are_not_utf8_are_told_in_training(w2v, folder, tmp_path):
    (tmp_path / "odd.txt").write_bytes(b"__label__a \xe9t\xe9 x\n__label__b y\x00z\n" * 10)
    done = w2v("classify", "train", "odd.txt", "-o", "o.bin", "-d", "4", cwd=tmp_path)
    assert (
        "10 of 40 words are not UTF-8 and were repaired with U+FFFD, first in line 1 of odd.txt"
        in (done.errors)
    )
    assert "NUL bytes were taken for blanks" in done.errors
    (tmp_path / "odd.csv").write_bytes(b"label,text\na,\xe9t\xe9 x\nb,y z\n")
    done = w2v(
        "classify", "train", "odd.csv", "--text", "text", "--label", "label", "-o", "o.bin",
        cwd=tmp_path,
    )  # fmt: skip
    assert "1 of 4 words are not UTF-8" in done.errors


def test_text_without_any_document(w2v, folder, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    for command in ("predict", "explain"):
        done = w2v("classify", command, folder / "m.bin", tmp_path / "empty")
        assert (done.returncode, done.text) == (0, "")
    fails_with(
        w2v("classify", "test", folder / "m.bin", tmp_path / "empty"), 1,
        "empty: there is no document in it",
    )  # fmt: skip
    fails_with(
        w2v("classify", "train", tmp_path / "empty", "-o", "x.bin", cwd=tmp_path), 1,
        "there is no document in it",
    )  # fmt: skip
    fails_with(
        w2v("classify", "predict", "m.bin", cwd=folder, stdin=os.urandom(5000) + bytes(9)), 1,
        "standard input: is no text",
    )  # fmt: skip


def started(folder, command):
    args = [sys.executable, "-m", "w2v_cli", "classify", command, str(folder / "m.bin"), "-q"]
    return subprocess.Popen(
        args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        bufsize=0,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["predict", "explain"])
def test_each_line_is_answered_when_it_comes_and_a_reader_may_go(folder, command):
    with started(folder, command) as process:
        for label, text in (("yes", "good"), ("no", "bad")):
            process.stdin.write(f"{text}\n".encode())
            assert select.select([process.stdout], [], [], 60)[0]
            answer = os.read(process.stdout.fileno(), 1 << 16)
            assert f"__label__{label}".encode() in answer
        process.stdout.close()
        try:
            process.stdin.write(b"good film\n" * 100_000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(60) in (0, 141)
        assert process.stderr.read() == b""
