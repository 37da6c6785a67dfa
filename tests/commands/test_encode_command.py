"""``w2v encode``, and training on what it keeps: the same vectors as from the text."""

import gzip
import json
import os
import shutil
import subprocess
import zipfile

import numpy as np
import pytest
from conftest import fails_with

TRAIN = ["-d", "8", "-e", "2", "-j", "1", "--seed", "3", "-q"]


def make_text(n_lines=400, n_words=120):
    """Lines of 0 to 14 words with Zipf-like frequencies, of both cases and with digits."""
    rng = np.random.default_rng(5)
    lines = []
    for _ in range(n_lines):
        numbers = (n_words * rng.random(rng.integers(0, 15)) ** 3).astype(int)
        lines.append(" ".join(f"{rng.choice(['w', 'W'])}{number}" for number in numbers))
    return "\n".join(lines) + "\n\nonce \u00c9t\u00e9 b\xff"


def succeeds(result):
    assert result.returncode == 0, result.errors
    return result


TEXT_OPTIONS = ["--lowercase", "--digits", "zero", "--max-table", "1000"]
TEXT_OPTIONS += ["--tokenize", "words", "--sentences"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, w2v):
    """A folder with a text, a vocabulary in an order of its own, and the text encoded."""
    folder = tmp_path_factory.mktemp("encode")
    (folder / "corpus.txt").write_bytes(make_text().encode("latin-1"))
    (folder / "vocab.txt").write_text("w7 1\nw1 50\nnever 9\nw0 3\nw2 4\n")
    result = succeeds(w2v("encode", "corpus.txt", "-o", "all.w2vc", cwd=folder))
    assert result.text == "", "nothing but results may reach stdout"
    args = ("encode", "corpus.txt", "-q", "-o")
    succeeds(w2v(*args, "given.w2vc", "--vocab", "vocab.txt", cwd=folder))
    succeeds(w2v(*args, "prepared.w2vc", *TEXT_OPTIONS, cwd=folder))
    succeeds(w2v(*args, "once.w2vc", "--dedup", "--lowercase", cwd=folder))
    assert sorted(os.listdir(folder)) == [
        "all.w2vc",
        "corpus.txt",
        "given.w2vc",
        "once.w2vc",
        "prepared.w2vc",
        "vocab.txt",
    ]
    return folder


def vectors(w2v, folder, source, *args):
    """The bytes of the vectors and the statistics of a training."""
    stats = folder / "stats.json"
    args = ("train", source, "-o", "-", "--format", "binary", "--stats", stats, *TRAIN, *args)
    result = succeeds(w2v(*args, cwd=folder))
    content = json.loads(stats.read_text())
    stats.unlink()
    for name in ("seconds", "words_per_second", "peak_memory_bytes"):
        del content[name]
    return result.stdout, content


SAME = [
    ("all.w2vc", [], []),
    ("all.w2vc", [], ["--min-count", "1"]),
    ("all.w2vc", [], ["--min-count", "30", "-m", "cbow"]),
    ("all.w2vc", [], ["--max-vocab", "7", "--min-count", "1"]),
    ("all.w2vc", [], ["--vocab", "vocab.txt"]),
    ("given.w2vc", ["--vocab", "vocab.txt"], []),
    ("prepared.w2vc", TEXT_OPTIONS, []),
    ("once.w2vc", ["--dedup", "--lowercase"], ["--dedup"]),
]


@pytest.mark.parametrize(("archive", "text_args", "args"), SAME, ids=str)
def test_vectors_are_those_of_training_on_the_text(w2v, folder, archive, text_args, args):
    from_text = vectors(w2v, folder, "corpus.txt", *text_args, *args)
    from_archive = vectors(w2v, folder, archive, *args)
    assert from_archive[1] == from_text[1]
    assert from_archive[0] == from_text[0]
    assert from_text[1]["irregular"]["not_utf8"] > 0


def test_text_options_of_both_commands_may_be_in_one_file(w2v, folder, tmp_path):
    (tmp_path / "run.toml").write_text(
        "lowercase = true\ndigits = 'zero'\nmax-table = 1000\n"
        "tokenize = 'words'\nsentences = true\n"
    )
    config = ("--config", tmp_path / "run.toml")
    archive = tmp_path / "prepared.w2vc"
    succeeds(w2v("encode", folder / "corpus.txt", "-o", archive, "-q", *config))
    assert archive.read_bytes() == (folder / "prepared.w2vc").read_bytes()
    assert vectors(w2v, folder, archive, *config) == vectors(w2v, folder, archive)


def test_an_archive_tells_what_was_there_before(w2v, folder):
    lines = (folder / "corpus.txt").read_bytes().lower().splitlines()
    dropped = [line for line in lines if line]
    for line in set(dropped):
        dropped.remove(line)
    told = json.loads(w2v("info", folder / "once.w2vc", "--json").text)
    assert told["sentences_dropped"] == len(dropped) > 0
    assert told["tokens_dropped"] == sum(len(line.split()) for line in dropped)
    assert told["tokens_read"] == told["tokens"] + told["tokens_dropped"]
    assert told["text"]["dedup"] is True
    refused = w2v("train", folder / "all.w2vc", "-o", "-", "--dedup")
    fails_with(refused, 2, r"--dedup cannot change an encoded corpus: .*all\.w2vc was encoded")


def test_an_archive_says_what_is_in_it(folder):
    with zipfile.ZipFile(folder / "prepared.w2vc") as archive:
        assert archive.testzip() is None
        info = json.loads(archive.read("corpus.json"))
    assert info["text"] == {
        "lowercase": True,
        "digits": "zero",
        "max_table": 1000,
        "encoding": "utf-8",
        "tokenize": "words",
        "sentences": True,
        "dedup": False,
    }
    assert info["sources"] == ["corpus.txt"]
    assert not info["vocabulary_given"]


def test_unzip_reads_it(folder):
    if not shutil.which("unzip"):
        pytest.skip("needs unzip")
    unzip = ["unzip", "-p", folder / "given.w2vc", "vocab.txt"]
    assert subprocess.check_output(unzip) == (folder / "vocab.txt").read_bytes()


def test_files_pipes_and_threads_give_the_same_bytes(w2v, folder, tmp_path):
    data = (folder / "corpus.txt").read_bytes()
    (tmp_path / "corpus.txt").write_bytes(gzip.compress(data))
    expected = (folder / "all.w2vc").read_bytes()
    for threads in (1, 3):
        args = ("corpus.txt", "-o", "a.w2vc", "-q", "-j", threads)
        succeeds(w2v("encode", *args, cwd=tmp_path))
        assert (tmp_path / "a.w2vc").read_bytes() == expected
    succeeds(w2v("encode", "-", "-o", "b.w2vc", "-q", cwd=tmp_path, stdin=data))
    with zipfile.ZipFile(tmp_path / "b.w2vc") as archive:
        assert json.loads(archive.read("corpus.json"))["sources"] == ["-"]
        with zipfile.ZipFile(folder / "all.w2vc") as other:
            assert archive.read("ids.i32") == other.read("ids.i32")


def test_an_archive_can_be_encoded_again_with_fewer_words(w2v, folder, tmp_path):
    for source in ("corpus.txt", "all.w2vc"):
        args = (folder / source, "-o", f"{source}.w2vc", "--min-count", 9, "--max-vocab", 20, "-q")
        succeeds(w2v("encode", *args, cwd=tmp_path))
    archives = [zipfile.ZipFile(tmp_path / f"{name}.w2vc") for name in ("corpus.txt", "all.w2vc")]
    for member in ("vocab.txt", "ids.i32"):
        assert archives[0].read(member) == archives[1].read(member)
    infos = [json.loads(archive.read("corpus.json")) for archive in archives]
    assert infos[0] | {"sources": []} == infos[1] | {"sources": []}
    for archive in archives:
        archive.close()


def test_a_summary_and_warnings(w2v, folder, tmp_path):
    text = "a b a\nc\n"
    args = ("encode", "-", "-o", "c.w2vc", "--min-count", "2")
    result = succeeds(w2v(*args, stdin=text, cwd=tmp_path))
    assert result.errors == (
        "w2v: 4 words read, 2 of them in the vocabulary of 1\nw2v: wrote 2 words to c.w2vc\n"
    )
    unused = "w2v: warning: --min-count has no effect: "
    args = (*args, "--vocab", folder / "vocab.txt", "-q")
    result = succeeds(w2v(*args, stdin="w7 w1", cwd=tmp_path))
    assert result.errors == unused + "--vocab is used as it is\n"
    args = ("train", folder / "given.w2vc", "-o", "v.bin", "--min-count", "3", *TRAIN)
    result = succeeds(w2v(*args, cwd=tmp_path))
    assert result.errors == (
        unused + "the corpus was encoded with --vocab, which is used as it is\n"
    )


def test_pruning_is_mentioned_by_both_commands(w2v, tmp_path):
    text = " ".join(f"w{number}" for number in range(300_000)) + " a a" * 9
    args = ("-", "-o", "c.w2vc", "--max-table", "1000", "-q")
    result = succeeds(w2v("encode", *args, stdin=text, cwd=tmp_path))
    assert "more than 1,000 distinct words" in result.errors
    args = ("train", "c.w2vc", "-o", "v.bin", *TRAIN)
    assert succeeds(w2v(*args, cwd=tmp_path)).errors == result.errors


def test_an_archive_that_is_trained_as_it_is_needs_no_room(w2v, folder, tmp_path):
    """Nothing is written beside the output: --tmpdir need not even be there."""
    args = ("-o", tmp_path / "v.bin", "--tmpdir", tmp_path / "nowhere", *TRAIN)
    succeeds(w2v("train", folder / "all.w2vc", "--min-count", 1, *args))
    result = w2v("train", folder / "all.w2vc", "--min-count", 9, *args)
    fails_with(result, 1, "nowhere: the encoded corpus cannot be written there")
    assert sorted(os.listdir(tmp_path)) == ["v.bin", "v.bin.w2v.json"]


BAD_INPUT = [
    (["encode", "corpus.txt"], 2, r"Missing option '-o'"),
    (["encode", "-o", "c.w2vc"], 2, r"Missing argument 'CORPUS\.\.\.'"),
    (["encode", "corpus.txt", "-o", "-"], 2, r"must be a file, not a pipe"),
    (["encode", "corpus.txt", "-o", "/dev/null"], 2, r"/dev/null: .*must be a file, not a pipe"),
    (["encode", "corpus.txt", "-o", "pipe.w2vc"], 2, r"pipe\.w2vc: .*must be a file, not a pipe"),
    (["encode", "corpus.txt", "-o", "dir.w2vc"], 2, r"dir\.w2vc: .*must be a file, not a pipe"),
    (["encode", "corpus.txt", "-o", "c.zip"], 2, r"c\.zip: name a file that ends in \.w2vc"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "--min-count", "0"], 2, r"--min-count must be"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "--max-vocab", "0"], 2, r"--max-vocab must be"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "--max-table", "5"], 2, r"--max-table must be"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "-j", "0"], 2, r"--threads must be"),
    (["encode", "-", "-o", "c.w2vc", "--vocab", "-"], 2, r"cannot be both the corpus and"),
    (["encode", "ok.w2vc", "-o", "ok.w2vc"], 2, r"ok\.w2vc is both a corpus and an output"),
    (["encode", "corpus.txt", "-o", "no/c.w2vc"], 1, r"no/c\.w2vc: cannot be written"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "--tmpdir", "no"], 1, r"no: .*--tmpdir"),
    (["encode", "missing.txt", "-o", "c.w2vc"], 1, r"missing\.txt: no such file or folder"),
    (["encode", "empty.txt", "-o", "c.w2vc"], 1, r"empty\.txt: the corpus is empty"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "--min-count", "9999"], 1, r"highest count is \d+"),
    (["encode", "corpus.txt", "-o", "c.w2vc", "--vocab", "never.txt"], 1, r"no word of the given"),
    (
        ["encode", "corpus.txt", "ok.w2vc", "-o", "c.w2vc"],
        1,
        r"ok\.w2vc: is no text but an encoded corpus",
    ),
    (["train", "ok.w2vc", "-o", "v.bin", "--lowercase"], 2, r"--lowercase cannot change an enc"),
    (["train", "ok.w2vc", "-o", "v.bin", "--digits", "zero"], 2, r"--digits cannot .*encode it"),
    (["train", "ok.w2vc", "-o", "v.bin", "--max-table", "5000"], 2, r"--max-table cannot change"),
    (["train", "ok.w2vc", "-o", "ok.w2vc"], 2, r"both a corpus and an output"),
    (["train", "ok.w2vc", "-o", "v.bin", "--min-count", "9999"], 1, r"highest count is \d+"),
    (["train", "ok.w2vc", "-o", "v.bin", "--vocab", "never.txt"], 1, r"no word of the given voc"),
    (["train", "ok.w2vc", "corpus.txt", "-o", "v.bin"], 1, r"ok\.w2vc: .*as its only CORPUS"),
    (["train", "ok.w2vc", "ok.w2vc", "-o", "v.bin"], 1, r"ok\.w2vc: .*as its only CORPUS"),
    (
        ["train", "folder", "-o", "v.bin"],
        1,
        r"folder: there is no text .*ok\.w2vc \(an",
    ),
    (["train", "ok.w2vc.gz", "-o", "v.bin"], 1, r"ok\.w2vc\.gz: .*as its only CORPUS"),
    (["train", "-", "-o", "v.bin"], 1, r"standard input: .*as its only CORPUS"),
    (["train", "cut.w2vc", "-o", "v.bin"], 1, r"cut\.w2vc: .*cut short.*encode the corpus again"),
    (["train", "empty.w2vc", "-o", "v.bin"], 1, r"empty\.w2vc: .*encode the corpus again"),
    (["train", "text.w2vc", "-o", "v.bin"], 1, r"text\.w2vc: .*encode the corpus again"),
    (["train", "bad.w2vc", "-o", "v.bin"], 1, r"bad\.w2vc: .*an id is out of range"),
    (["train", "bad.w2vc", "-o", "v.bin", "--min-count", "1"], 1, r"bad\.w2vc: .*out of range"),
    (["train", "texts.zip", "-o", "v.bin"], 1, r"texts\.zip: is no text but a ZIP archive"),
    (["vocab", "ok.w2vc", "corpus.txt"], 1, r"ok\.w2vc: is no text but an encoded corpus"),
    (["vocab", "texts.zip"], 1, r"texts\.zip: is no text but a ZIP archive"),
]


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory, folder):
    bad = tmp_path_factory.mktemp("bad")
    data = (folder / "all.w2vc").read_bytes()
    (bad / "folder").mkdir()
    (bad / "dir.w2vc").mkdir()
    os.mkfifo(bad / "pipe.w2vc")
    shutil.copy(folder / "corpus.txt", bad)
    (bad / "ok.w2vc").write_bytes(data)
    (bad / "folder" / "ok.w2vc").write_bytes(data)
    (bad / "ok.w2vc.gz").write_bytes(gzip.compress(data))
    (bad / "cut.w2vc").write_bytes(data[:-1000])
    (bad / "text.w2vc").write_text("a b c\n" * 9)
    (bad / "empty.w2vc").write_bytes(b"")
    (bad / "empty.txt").write_bytes(b"")
    (bad / "never.txt").write_text("never 9\n")
    # The ids lie behind the vocabulary, from a page of the file on.
    changed = bytearray(data)
    changed[data.index(b"vocab.txt") // 4096 * 4096 + 4096 + 3] = 0x7F
    (bad / "bad.w2vc").write_bytes(changed)
    with zipfile.ZipFile(bad / "texts.zip", "w") as archive:
        archive.writestr("corpus.txt", "a b c\n")
    return bad


@pytest.mark.parametrize(("args", "code", "pattern"), BAD_INPUT, ids=str)
def test_bad_input(w2v, bad_folder, args, code, pattern):
    before = {path: path.stat().st_mtime_ns for path in bad_folder.rglob("*")}
    stdin = (bad_folder / "ok.w2vc").read_bytes()
    fails_with(w2v(*args, "-q", cwd=bad_folder, stdin=stdin), code, pattern)
    after = {path: path.stat().st_mtime_ns for path in bad_folder.rglob("*")}
    assert after == before, "something was written or left behind"
