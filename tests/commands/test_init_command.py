"""``w2v train --init`` as a user runs it: old files of any kind, joined with new text."""

import json
import re

import numpy as np
import pytest
from conftest import fails_with
from support.texts import SMALL, make_text

from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings


@pytest.fixture(scope="module")
def folder(w2v, tmp_path_factory):
    """Old vectors of w0 to w39 in several formats, and text of w20 to w59."""
    folder = tmp_path_factory.mktemp("init")
    (folder / "old.txt").write_text(make_text())
    numbers = [word[1:] for word in make_text(seed=1).split()]
    lines = [" ".join(f"w{int(number) + 20}" for number in numbers[i : i + 9])
             for i in range(0, len(numbers), 9)]  # fmt: skip
    (folder / "new.txt").write_text("\n".join(lines) + "\n")
    args = ("train", "old.txt", "-o", "old.w2v", "--keep-context", "-j", 1, *SMALL)
    assert w2v(*args, cwd=folder).returncode == 0
    for name in ("old.bin", "old.vec", "old.glove", "old.npy"):
        assert w2v("convert", "old.w2v", name, "-q", cwd=folder).returncode == 0
    return folder


def words_of(path):
    return set(path.read_text().split())


def test_old_and_new_words_are_joined_by_the_sums_of_their_counts(w2v, folder):
    result = w2v(
        "train", "new.txt", "--init", "old.w2v", "-o", "joined.w2v", "--keep-context", "--stats",
        "-", "--min-count", 1, "-e", 2, cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.errors
    stats = json.loads(result.text)["init"]
    old, new = words_of(folder / "old.txt"), words_of(folder / "new.txt")
    assert stats == {
        "words_known": len(old & new), "words_new": len(new - old),
        "words_kept": len(old - new), "context": True, "freeze": False,
    }  # fmt: skip
    assert f"{len(old & new)} words have old vectors, {len(new - old)} are new" in result.errors
    both = (folder / "old.txt").read_text().split() + (folder / "new.txt").read_text().split()
    joined = read_embeddings(folder / "joined.w2v")
    assert set(joined.words) == old | new
    assert joined.counts.tolist() == [both.count(word) for word in joined.words]
    assert joined.counts.tolist() == sorted(joined.counts, reverse=True)
    assert joined.dim == 10, "the length is that of the old vectors"
    before = read_embeddings(folder / "old.w2v")
    for word in old - new:
        assert np.array_equal(joined.vector(word), before.vector(word))
        rows = joined.index[word], before.index[word]
        assert np.array_equal(joined.context[rows[0]], before.context[rows[1]])
    assert all(np.any(joined.vector(word) != before.vector(word)) for word in old & new)


@pytest.mark.parametrize("name", ["old.bin", "old.vec", "old.glove", "old.npy"])
def test_any_vectors_can_be_gone_on_from(w2v, folder, tmp_path, name):
    args = ("train", "new.txt", "--init", name, "-o", tmp_path / "v.bin", "-q", "--freeze")
    result = w2v(*args, *SMALL, cwd=folder)
    assert (result.returncode, result.errors) == (0, "")
    joined, before = read_embeddings(tmp_path / "v.bin"), read_embeddings(folder / name)
    assert set(joined.words) == words_of(folder / "new.txt") | set(before.words)
    rows = [joined.index[word] for word in before.words]
    assert joined.vectors[rows].tobytes() == before.vectors.tobytes()
    # Counts lie beside, unless somebody took them away.
    beside = folder / f"{name}.w2v.json"
    counts = read(tmp_path / "v.bin").embeddings.counts
    assert counts.tolist() == sorted(counts.tolist(), reverse=True)
    beside.rename(tmp_path / "away")
    result = w2v(*args, *SMALL, cwd=folder)
    (tmp_path / "away").rename(beside)
    assert (result.returncode, result.errors) == (0, "")
    joined = read_embeddings(tmp_path / "v.bin")
    assert list(joined.words[: len(before)]) == list(before.words)
    assert joined.vectors[: len(before)].tobytes() == before.vectors.tobytes()


def test_a_pipe_and_an_encoded_corpus_do_as_well(w2v, folder, tmp_path):
    assert w2v("encode", "new.txt", "-o", tmp_path / "new.w2vc", cwd=folder).returncode == 0
    options = ("-j", 1, "-q", *SMALL)
    init = ("--init", "-", "-o", "-", *options)
    old = (folder / "old.bin").read_bytes()
    from_pipe = w2v("train", tmp_path / "new.w2vc", *init, stdin=old, cwd=folder)
    (tmp_path / "old.bin").write_bytes(old)  # without the counts beside, which a pipe has not
    from_file = w2v("train", "-", "--init", tmp_path / "old.bin", "-o", "-", *options,
                    stdin=(folder / "new.txt").read_bytes(), cwd=folder)  # fmt: skip
    assert (from_pipe.returncode, from_pipe.errors) == (0, "")
    assert from_pipe.text == from_file.text != ""


def test_a_frozen_run_is_stopped_resumed_and_repeated(w2v, folder, tmp_path):
    args = ("train", folder / "new.txt", "--init", folder / "old.w2v", "--freeze", "-j", 1, *SMALL)
    out = ("-q", "--checkpoint", tmp_path / "c", "-o")
    assert w2v(*args, *out, tmp_path / "a.bin").returncode == 0
    resume = ("--resume", tmp_path / "c")
    assert w2v(*args, *out, tmp_path / "b.bin", *resume).returncode == 0
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()
    other = ("train", folder / "new.txt", "-j", 1, "-q", "-o", tmp_path / "x.bin", *SMALL, *resume)
    fails_with(w2v(*other), 2, "--init was vectors with the digest .* and is None")
    like = ("train", "--like", tmp_path / "a.bin", folder / "new.txt", "-q", "-o", tmp_path / "d")
    fails_with(w2v(*like), 2, "was trained with --init old.w2v; name that file")
    result = w2v(*like, "--init", folder / "old.w2v")
    assert (result.returncode, result.errors) == (0, "")
    assert read_embeddings(tmp_path / "d").vectors.tobytes() == (
        read_embeddings(tmp_path / "a.bin").vectors.tobytes()
    )
    result = w2v(*like, "--init", folder / "old.vec")
    assert "went on from other vectors than old.vec" in result.errors


def test_what_is_frozen_may_be_asked_for_in_several_ways(w2v, folder, tmp_path):
    """As a flag, as it once was, it takes no argument behind it."""
    (tmp_path / "c.toml").write_text("freeze = true\n")
    base = ("train", "--init", "old.w2v", "-q", *SMALL, "-j", 1, "-o")
    ways = {
        "flag": (["--freeze", "new.txt"], {}),
        "named": (["new.txt", "--freeze", "inputs"], {}),
        "file": (["new.txt", "--config", tmp_path / "c.toml"], {}),
        "variable": (["new.txt"], {"W2V_TRAIN_FREEZE": "1"}),
        "outputs": (["new.txt", "--freeze=outputs"], {}),
        "off": (["new.txt"], {"W2V_TRAIN_FREEZE": "0"}),
    }
    found = {}
    for name, (args, env) in ways.items():
        out = tmp_path / f"{name}.bin"
        result = w2v(*base, out, *args, cwd=folder, env=env)
        assert (result.returncode, result.errors) == (0, ""), name
        found[name] = read(out).record["init"]["freeze"]
    assert found == {
        "flag": True, "named": True, "file": True, "variable": True, "outputs": "outputs",
        "off": False,
    }  # fmt: skip
    wrong = w2v(*base, tmp_path / "x.bin", "new.txt", "--freeze=all", cwd=folder)
    fails_with(wrong, 2, "'all' is none of inputs, outputs")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--init", "old.bin", "-d", 30], 2, r"--dim 30 does not fit .*old.bin.* length 10"),
        (["--init", "none.bin"], 1, "none.bin: cannot be opened"),
        (["--init", "."], 1, "is a folder with 9 files of vectors .*; name one"),
        (["--init", "new.txt"], 1, "is not a file of word vectors"),
        (["--init", "empty"], 1, "empty"),
        (["--init", "cut.bin"], 1, "cut.bin"),
        (["--init", "nan.vec"], 1, "NaN"),
        (["--init", "spaces.w2v"], 1, r"v.bin: word 'new york' cannot be written.*--format w2v"),
        (["--freeze"], 2, "--freeze needs --init"),
        (["--freeze", "outputs"], 2, "--freeze outputs needs --init"),
        (
            ["--freeze", "outputs", "--init", "old.bin"],
            2,
            "old.bin has no outputs .*--keep-context",
        ),
        (
            ["--freeze", "outputs", "--init", "old.w2v", "--loss", "hs"],
            2,
            "needs --loss ns or soft",
        ),
        (["--keep-context"], 2, "--keep-context needs the format of w2v"),
        (["--init", "v.bin"], 2, "is both the vectors to go on from and an output"),
        (["--loss", "hs", "--keep-context", "--format", "w2v"], 2, "nodes of a tree"),
    ],
)
def test_what_cannot_be_gone_on_from(w2v, folder, args, code, message):
    (folder / "empty").write_text("")
    (folder / "cut.bin").write_bytes((folder / "old.bin").read_bytes()[:-30])
    (folder / "nan.vec").write_text("1 2\nw20 1 nan\n")
    write_embeddings(
        folder / "spaces.w2v", ["new york", "w20"], np.ones((2, 10), np.float32), "w2v"
    )
    result = w2v("train", "new.txt", "-o", "v.bin", "--min-count", 1, *args, cwd=folder)
    fails_with(result, code, message)
    assert not (folder / "v.bin").exists()


def test_what_the_reader_notices_and_what_hardly_fits_is_told(w2v, folder, tmp_path):
    (tmp_path / "old.vec").write_text("3 2\nW20 1 2\nW21 2 1\nW20 1 2\n")
    args = ("train", folder / "new.txt", "-q", "-o", tmp_path / "v.bin", "-e", 1)
    result = w2v(*args, "--init", tmp_path / "old.vec")
    assert result.returncode == 0
    assert "their word was there before: 1 ('W20')" in result.errors
    assert "no word of the text is in old.vec: is the case of letters the same" in result.errors
    result = w2v("train", folder / "old.txt", *args[2:], "--init", folder / "old.bin", "--freeze")
    assert "every word of the text has an old vector" in result.errors


def test_inner_nodes_are_no_words(w2v, folder, tmp_path):
    args = ("train", folder / "new.txt", "--loss", "hs", "-o", tmp_path / "v.bin", *SMALL)
    result = w2v(*args, "--init", folder / "old.w2v")
    assert result.returncode == 0
    assert "the outputs are no words (nodes of a tree, say): they start at zero" in result.errors
    shown = w2v("info", folder / "old.w2v").text
    assert re.search(r"^output matrix +there, ", shown, re.M)
