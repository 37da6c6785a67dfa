"""What is kept of how vectors were made: in the file, or beside it; and runs that repeat others."""

import json
import math
import os
import re

import numpy as np
import pytest
from conftest import fails_with
from hypothesis import given
from hypothesis import strategies as st
from support.texts import SMALL, make_text

from w2v_cli import Vectors, load
from w2v_cli.config import START_LR
from w2v_cli.errors import OutputError
from w2v_cli.formats.provenance import (
    ENDING,
    Checksum,
    _runs,
    check_beside,
    expand_counts,
    path_beside,
    read_beside,
    remove_beside,
    training_of,
    write_beside,
)
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings

FACTS = {"command": "train", "options": {"dim": 3}, "words": "é\ud800"}
WORDS, VECTORS = ["a", "b"], np.arange(6, dtype=np.float32).reshape(2, 3)


def written(path, format_name="binary", **options):
    options = {"provenance": FACTS, "beside": True} | options
    write_embeddings(path, WORDS, VECTORS, format_name, **options)
    return path


@pytest.mark.parametrize("format_name", ["text", "binary", "glove", "npy"])
def test_it_is_beside_the_vectors_and_belongs_to_them(tmp_path, format_name):
    path = written(tmp_path / "v", format_name)
    found = read(path)
    assert found.record == FACTS | {"words": "é?"}
    assert found.notes == []
    assert read_embeddings(path).words == WORDS


def test_formats_with_a_place_for_it_have_nothing_beside(tmp_path):
    for format_name in ("w2v", "safetensors"):
        path = written(tmp_path / f"v.{format_name}", format_name)
        assert read(path).record["command"] == "train"
        assert not os.path.exists(f"{path}{ENDING}")


@pytest.mark.parametrize("change", ["longer", "same size", "other vectors"])
def test_what_is_of_other_vectors_is_ignored_with_a_note(tmp_path, change):
    path = written(tmp_path / "v.bin")
    if change == "longer":
        path.write_bytes(path.read_bytes() + b"\n")
    elif change == "same size":
        path.write_bytes(path.read_bytes()[:-2] + b"\x01\n")
    else:
        written(tmp_path / "w.bin")
        write_embeddings(tmp_path / "w.bin", WORDS, 2 * VECTORS, "text")
        os.replace(tmp_path / "w.bin", path)
    found = read(path)
    [note] = found.notes
    assert found.record is None
    assert note == f"{path}{ENDING} is of other vectors than {path} holds now; it was ignored"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"format": "w2v provenance"}', b"[" * 100_000,
     b'{"format": "w2v provenance", "format_version": 2, "bytes": 1, "crc32": "", '
     b'"provenance": {}}',
     b'{"format": "w2v provenance", "format_version": 1, "bytes": 1, "crc32": "", '
     b'"provenance": []}'],
)  # fmt: skip
def test_damage_beside_is_a_note(tmp_path, content):
    path = written(tmp_path / "v.bin")
    (tmp_path / f"v.bin{ENDING}").write_bytes(content)
    facts, _, note = read_beside(str(path))
    assert facts is None
    assert note.startswith(f"{path}{ENDING}") and note.endswith("; it was ignored")


def test_a_folder_or_a_broken_link_beside_is_a_note(tmp_path):
    path = written(tmp_path / "v.bin", beside=False)
    for make in (os.mkdir, lambda name: os.symlink("nowhere", name)):
        beside = f"{path}{ENDING}"
        make(beside)
        assert "ignored" in read_beside(str(path))[2]
        with pytest.raises(OutputError, match="give provenance=False"):
            check_beside(path)
        os.rmdir(beside) if os.path.isdir(beside) else os.unlink(beside)
    check_beside(path)


def test_vectors_without_it_remove_that_of_earlier_ones_and_nothing_else(tmp_path):
    path = written(tmp_path / "v.bin")
    beside = tmp_path / f"v.bin{ENDING}"
    written(path, beside=False)
    assert not beside.exists()
    beside.write_text("mine")
    written(path, beside=False)
    assert beside.read_text() == "mine"
    with pytest.raises(OutputError, match="is no file that w2v wrote"):
        check_beside(path)
    written(path, provenance=None)
    assert beside.read_text() == "mine"


def test_streams_and_devices_have_nothing_beside(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in ("-", "/dev/null", fifo):
        assert path_beside(path) is None
        assert read_beside(path) == (None, None, None)
        check_beside(path)
        remove_beside(path)
    written("/dev/null")
    assert not os.path.exists("/dev/null" + ENDING)


def test_the_checksum_is_of_all_kinds_of_buffers(tmp_path):
    with open(tmp_path / "v", "wb") as file:
        stream = Checksum(file)
        stream.write(b"abc")
        stream.write(VECTORS.data)
        stream.write(VECTORS.astype("<f2").data)
    write_beside(str(tmp_path / "v"), stream, FACTS)
    assert stream.size == 3 + 24 + 12 == os.path.getsize(tmp_path / "v")
    assert read_beside(str(tmp_path / "v"))[2] is None


@pytest.mark.parametrize("told", [None, {}, [], {"command": "train"}, {"source_provenance": 3}])
def test_what_tells_of_no_training(told):
    assert training_of(told) is None
    assert training_of({"command": "convert", "source_provenance": told}) is None
    assert training_of({"command": "convert", "source_provenance": FACTS}) is FACTS


@pytest.fixture(scope="module")
def folder(w2v, tmp_path_factory):
    """A corpus, and vectors of it by options that are not the default."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "corpus.txt").write_text(make_text())
    options = ["-m", "cbow", "-j", 1, "--seed", 5, "-w", 3, "--fixed-window", "--digits", "zero"]
    result = w2v("train", "corpus.txt", "-o", "v.bin", *options, *SMALL, cwd=folder)
    assert result.returncode == 0, result.errors
    return folder


def test_info_shows_what_lies_beside(w2v, folder):
    found = json.loads(w2v("info", folder / "v.bin", "--json").text)
    facts = found["provenance"]
    n_tokens = len((folder / "corpus.txt").read_text().split())
    assert facts["command"] == "train"
    assert facts["sources"] == ["corpus.txt"]
    assert facts["tokens_read"] == facts["tokens_in_vocab"] == n_tokens
    assert facts["tokens_processed"] == 2 * n_tokens
    assert facts["seed"] == 5 and facts["options"]["window"] == 3
    assert len(facts["loss"]) == 2 and facts["seconds"]["train"] > 0
    assert len(facts["corpus_digest"]) == 64
    shown = w2v("info", folder / "v.bin").text
    assert re.search(rf"^corpus digest +{facts['corpus_digest']}$", shown, re.M)


@pytest.mark.parametrize("names", [["c.txt"], ["c.w2v"], ["c.npy"], ["a.w2v", "b.txt"]])
def test_a_run_is_repeated_from_its_vectors_however_converted(w2v, folder, names):
    """The same bytes: one thread, one machine."""
    source = "v.bin"
    for name in names:
        assert w2v("convert", source, name, "-q", cwd=folder).returncode == 0
        source = name
    result = w2v("train", "--like", source, "-o", "again.bin", "-q", cwd=folder)
    assert (result.returncode, result.errors) == (0, "")
    assert (folder / "again.bin").read_bytes() == (folder / "v.bin").read_bytes()


def test_the_corpus_is_looked_for_beside_the_vectors(w2v, folder, tmp_path):
    args = ("train", "--like", folder / "v.bin", "-q", "-o")
    assert w2v(*args, tmp_path / "v.bin", cwd=tmp_path).returncode == 0
    assert (tmp_path / "v.bin").read_bytes() == (folder / "v.bin").read_bytes()
    os.replace(tmp_path / "v.bin", tmp_path / "alone.bin")
    os.replace(tmp_path / f"v.bin{ENDING}", tmp_path / f"alone.bin{ENDING}")
    result = w2v("train", "--like", "alone.bin", "-o", "w.bin", cwd=tmp_path)
    fails_with(result, 2, "trained on corpus.txt, which is neither here nor beside it")


def test_the_command_line_wins_then_the_environment_then_config(w2v, folder, tmp_path):
    (tmp_path / "c.toml").write_text("[train]\nwindow = 7\nseed = 8\ndim = 9\n")
    result = w2v(
        "train", "--like", folder / "v.bin", "--config", tmp_path / "c.toml", "-w", 2,
        "-m", "skipgram", "-o", tmp_path / "v.bin", "--stats", "-", "-q",
        env={"W2V_TRAIN_SEED": "6"}, cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.errors
    options = json.loads(result.text)["options"]
    assert [options[name] for name in ("window", "seed", "dim", "epochs")] == [2, 6, 9, 2]
    assert options["lr"] <= START_LR["skipgram"].high, "cbow's rate is no choice of the user"
    assert options["fixed_window"] and options["digits"] == "zero"


def test_another_corpus_is_told(w2v, folder):
    args = ("train", "--like", "v.bin", "-o", "other.bin", "-q", "-")
    result = w2v(*args, stdin=make_text(seed=3), cwd=folder)
    assert result.returncode == 0
    assert "warning: the corpus is not that of v.bin" in result.errors
    result = w2v(*args, stdin=make_text(), cwd=folder)
    assert (result.returncode, result.errors) == (0, "")


def test_another_version_is_told(w2v, folder, tmp_path):
    beside = json.loads((folder / f"v.bin{ENDING}").read_text())
    beside["provenance"]["version"] = "0.0.7"
    (tmp_path / "v.bin").write_bytes((folder / "v.bin").read_bytes())
    (tmp_path / f"v.bin{ENDING}").write_text(json.dumps(beside))
    args = ("train", folder / "corpus.txt", "--like", tmp_path / "v.bin", "-o", "-", "-q")
    result = w2v(*args)
    assert result.returncode == 0
    assert "was made by w2v 0.0.7" in result.errors


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"sources": ["../corpus.txt"]}, 2, "neither here nor beside"),
        ({"sources": ["-"]}, 2, "was trained on standard input"),
        ({"sources": []}, 2, "does not tell its corpus"),
        ({"sources": 3}, 2, "does not tell its corpus"),
        ({"options": {"dim": [1]}}, 1, "tells no value of dim"),
        ({"options": {"dim": "wide"}}, 2, "--dim"),
        ({"options": {"dim": -4}}, 2, "--dim must be from 1"),
        ({"options": {"dim": math.inf}}, 2, "'inf' is not a valid integer"),
        ({"options": {"dim": 5.7}}, 2, "'5.7' is not a valid integer"),
        ({"options": {"sample": {"a": "b" * 1000}}}, 1, "tells no value of sample .{,160}$"),
        ({"options": {"model": "lsa"}}, 2, "--model"),
        ({"options": 3}, 1, "does not tell how it was trained"),
        ({"init": {"file": "old.bin"}}, 2, "was trained with --init old.bin; name that file"),
    ],
)
def test_files_that_tell_nonsense(w2v, folder, tmp_path, changes, code, message):
    beside = json.loads((folder / f"v.bin{ENDING}").read_text())
    beside["provenance"] |= {"sources": ["corpus.txt"]} | changes
    (tmp_path / "corpus.txt").write_text("a a a a a b b b b b\n")
    (tmp_path / "v.bin").write_bytes((folder / "v.bin").read_bytes())
    (tmp_path / f"v.bin{ENDING}").write_text(json.dumps(beside))
    fails_with(w2v("train", "--like", "v.bin", "-o", "w.bin", cwd=tmp_path), code, message)
    assert not (tmp_path / "w.bin").exists()


def test_like_needs_vectors_that_tell(w2v, folder, tmp_path):
    (tmp_path / "v.vec").write_text("1 2\na 1 2\n")
    like = ("train", "--like")
    fails_with(w2v(*like, tmp_path / "v.vec", "-o", "w"), 1, "does not tell how it was trained")
    fails_with(w2v(*like, tmp_path / "no", "-o", "w"), 1, "cannot be opened")
    fails_with(w2v(*like, "-", "-o", "w"), 2, "--like needs a file")
    path = folder / "v.bin"
    fails_with(w2v(*like, path, folder / "corpus.txt", "-o", path), 2, "the run to repeat and an")


def test_no_provenance_leaves_nothing(w2v, folder, tmp_path):
    for name in ("v.bin", "v.w2v"):
        args = ("train", folder / "corpus.txt", "-q", *SMALL, "--no-provenance", "-o")
        assert w2v(*args, tmp_path / name).returncode == 0
        assert json.loads(w2v("info", tmp_path / name, "--json").text)["provenance"] is None
    assert w2v("convert", folder / "v.bin", tmp_path / "c.bin", "--no-provenance").returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["c.bin", "v.bin", "v.w2v"]


def test_a_foreign_file_in_its_place_is_found_before_training(w2v, folder, tmp_path):
    beside = tmp_path / f"v.bin{ENDING}"
    beside.write_text("{}")
    args = (folder / "corpus.txt", "-q", *SMALL, "-o", tmp_path / "v.bin")
    fails_with(w2v("train", *args), 1, "is no file that w2v wrote")
    fails_with(w2v("convert", folder / "v.bin", tmp_path / "v.bin"), 1, "is no file that w2v")
    assert os.listdir(tmp_path) == [f"v.bin{ENDING}"]
    assert w2v("train", *args, "--no-provenance").returncode == 0
    assert beside.read_text() == "{}"
    stats = ("--stats", tmp_path / f"w.bin{ENDING}", "-o", tmp_path / "w.bin")
    fails_with(w2v("train", folder / "corpus.txt", *stats), 2, "named for two different outputs")


def test_the_output_matrix_has_its_own(w2v, folder, tmp_path):
    args = ("train", folder / "corpus.txt", "-q", *SMALL, "-o", tmp_path / "v.bin")
    assert w2v(*args, "--save-context", tmp_path / "c.txt").returncode == 0
    assert "matrix" not in read(tmp_path / "v.bin").record
    assert read(tmp_path / "c.txt").record["matrix"] == "outputs"


def test_what_was_foreign_gets_nothing_beside_when_converted(w2v, tmp_path):
    (tmp_path / "v.vec").write_text("1 2\na 1 2\n")
    assert w2v("convert", tmp_path / "v.vec", tmp_path / "v.bin").returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["v.bin", "v.vec"]


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.txt.gz", "v.npy"])
def test_counts_lie_beside_formats_without_a_place_for_them(tmp_path, name):
    counts = np.array([9, 5, 5, 5, 1, 1, 7])
    matrix = np.arange(14, dtype=np.float32).reshape(7, 2) + 1
    path = tmp_path / name
    Vectors.from_arrays(list("abcdefg"), matrix, counts).save(path)
    assert load(path).counts.tolist() == counts.tolist()
    assert load(path, limit=3).counts.tolist() == [9, 5, 5]
    assert read_embeddings(path).counts is None, "nobody asked for what lies beside"
    beside = tmp_path / f"{name}.w2v.json"
    assert json.loads(beside.read_text())["counts"] == [[9, 1], [5, 3], [1, 2], [7, 1]]


@given(st.lists(st.integers(1, 4), min_size=1), st.integers(1, 30))
def test_counts_come_back_from_their_runs(counts, limit):
    runs = _runs(np.array(counts))
    assert expand_counts(runs, len(counts)).tolist() == counts
    limit = min(limit, len(counts))
    assert expand_counts(runs, limit, True).tolist() == counts[:limit]
    assert expand_counts(runs, len(counts) + 1, True) is None
    assert limit == len(counts) or expand_counts(runs, limit) is None


@pytest.mark.parametrize(
    "runs",
    ["no", [], {}, [[1]], [[0, 1]], [[1, 0]], [[1, 2], [3]], [["a", 1]], [[2**70, 1]], [[1, -1]],
     [[1, 2**62]], [[1.5, "x"]], [[1.5, 3]]],
)  # fmt: skip
def test_what_are_no_counts_is_left_alone(runs):
    assert expand_counts(runs, 3) is None


def test_neighbors_find_the_counts_beside(w2v, tmp_path):
    words = ["often", "seldom", "also"]
    matrix = np.ones((3, 2), dtype=np.float32)
    Vectors.from_arrays(words, matrix, np.array([9, 1, 9])).save(tmp_path / "v.bin")
    result = w2v("neighbors", tmp_path / "v.bin", "often", "--min-count", 5, "--tsv")
    assert [line.split("\t")[2] for line in result.text.splitlines()] == ["also"]
