"""``w2v info`` on files of all kinds, several at a time."""

import json
import re

import numpy as np
import pytest
from conftest import ROOT, fails_with

from w2v_cli.formats.writing import write_embeddings

TEXT = "the cat sat on the mat\nthe dog sat, it is said\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("info")
    (folder / "text.txt").write_text(TEXT * 40, encoding="utf-8")
    (folder / "counts.txt").write_text("the 120\nsat 80\ncat 40\n")
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    counts = np.array([5000, 70, 6])
    write_embeddings(folder / "v.bin", ["the", "cat", "sat"], matrix, "binary", counts, beside=True)
    (folder / "noise").write_bytes(bytes(range(256)) * 10)
    return folder


def info_of(w2v, *paths):
    result = w2v("info", *paths, "--json")
    assert result.returncode == 0, result.errors
    return json.loads(result.text)


def test_text_and_counts(w2v, folder):
    found = info_of(w2v, folder / "text.txt")
    assert (found["kind"], found["lines"], found["tokens"], found["distinct"]) == (
        "text", 80, 480, 10,
    )  # fmt: skip
    assert found["first_line"] == "the cat sat on the mat"
    found = info_of(w2v, folder / "counts.txt")
    assert (found["kind"], found["words"]) == ("counts", 3)
    assert found["counts"] == {"total": 240, "min": 40, "max": 120}
    sample = w2v("info", ROOT / "data" / "sample.txt").text
    assert "kind              text\n" in sample


def test_corpora_and_checkpoints(w2v, folder):
    w2v("encode", folder / "text.txt", "-o", folder / "c.w2vc", "--min-count", 1, "-q")
    found = info_of(w2v, folder / "c.w2vc")
    expected = ("encoded corpus", 10, 480, 80)
    assert (found["kind"], found["words"], found["tokens"], found["sentences"]) == expected
    assert found["sources"] == ["text.txt"]
    options = ["--min-count", 1, "-e", 2, "-d", 4, "-q", "--checkpoint", folder / "saved"]
    w2v("train", folder / "text.txt", "-o", folder / "t.bin", *options)
    found = info_of(w2v, folder / "saved")
    assert (found["kind"], found["epochs_done"], found["tokens"]) == ("checkpoint", 2, 960)
    assert found["options"]["dim"] == 4 and len(found["loss"]) == 2
    assert info_of(w2v, found["file"]) == found


def test_several_files_and_one_that_is_nothing(w2v, folder):
    result = w2v("info", "v.bin", "noise", "text.txt", cwd=folder)
    assert result.returncode == 1
    assert result.errors.startswith("w2v: warning: noise: is not a file of word vectors")
    first, second = result.text.split("\n\n")
    assert first.startswith("file              v.bin (") and "counts            6 to 5,000" in first
    assert second.startswith("file              text.txt (1,880 bytes)\nkind              text\n")
    result = w2v("info", "v.bin", "counts.txt", "--json", cwd=folder)
    kinds = [json.loads(line)["kind"] for line in result.text.splitlines()]
    assert (result.returncode, kinds) == (0, ["vectors", "counts"])
    fails_with(w2v("info", "noise", cwd=folder), 1, "is not a file of word vectors")


def test_damaged_vectors_are_no_text(w2v, tmp_path):
    (tmp_path / "v.txt").write_text("3 4\na 1 2 3 4\nb 1 2 x 4\nc 1 2 3 4\n")
    fails_with(w2v("info", "v.txt", cwd=tmp_path), 1, "is not a number")
    (tmp_path / "n.txt").write_text("0.1 0.2\n0.3 0.4\n0.5 0.6\n")
    fails_with(w2v("info", "n.txt", cwd=tmp_path), 1, "holds numbers only and no words")


def test_how_vectors_were_made_is_a_line_a_thing(w2v, folder):
    options = ["--min-count", 1, "-e", 12, "-d", 4, "-q", "--seed", 12345]
    w2v("train", folder / "text.txt", "-o", folder / "made.bin", *options)
    text = w2v("info", folder / "made.bin").text
    lines = dict(line.split("  ", 1) for line in text.splitlines() if "  " in line)
    assert lines["seed"].strip() == "12345"
    assert lines["irregular"].strip() == "none"
    losses = lines["loss"].split()
    assert len(losses) == 8 and losses[-2] == "..." and all(len(loss) <= 6 for loss in losses)
    assert re.search(r"^ dim +4$", text, re.M)
    assert max(map(len, text.splitlines())) < 110


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "koi8-r"])
def test_text_in_other_encodings(w2v, tmp_path, encoding):
    german, russian = "Straße führt über Höhen und Täler\n", "Он шёл по улице домой и пел\n"
    text = (russian if encoding == "koi8-r" else german) * 40
    (tmp_path / "t.txt").write_bytes(text.encode(encoding))
    found = info_of(w2v, tmp_path / "t.txt")
    assert (found["kind"], found["lines"]) == ("text", 40)
    assert found["encoding"].replace("_", "-").startswith(encoding)
    assert found["first_line"] == text.split("\n")[0]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG image"),
        (b"%PDF-1.7\n%\xe2\xe3\n" + bytes(100), "a PDF document"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "a tar archive"),
    ],
)
def test_files_of_other_programs(w2v, tmp_path, data, kind):
    (tmp_path / "x").write_bytes(data)
    assert info_of(w2v, tmp_path / "x")["kind"] == kind


def test_damaged_files_of_vectors_are_errors(w2v, tmp_path):
    (tmp_path / "x").write_bytes(b"\xba\x16\x4f\x2f" + bytes(range(1, 60)))
    fails_with(w2v("info", "x", cwd=tmp_path), 1, "is a fastText model of version")


def test_archives_of_ours_that_are_cut_are_damaged(w2v, tmp_path):
    (tmp_path / "text.txt").write_text("one small step one small leap\n" * 20)
    assert w2v("encode", "text.txt", "-o", "t.w2vc", "-q", cwd=tmp_path).returncode == 0
    assert w2v("cooccur", "t.w2vc", "-o", "t.w2vx", "-q", cwd=tmp_path).returncode == 0
    for name, kind in (("t.w2vc", "an encoded corpus"), ("t.w2vx", "a file of counts of pairs")):
        data = (tmp_path / name).read_bytes()
        (tmp_path / f"cut-{name}").write_bytes(data[: len(data) // 2])
        fails_with(w2v("info", f"cut-{name}", cwd=tmp_path), 1, rf"damaged or cut short .*{kind}")
