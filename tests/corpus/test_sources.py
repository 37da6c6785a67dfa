"""What is given as a corpus is looked at: files of other kinds, encodings, folders."""

import gzip
import os
import random

import pytest
from conftest import fails_with

from w2v_cli import W2VWarning, train
from w2v_cli.corpus.sources import NotTextError, Source, choose, examine
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.files.encodings import wide_encoding

PNG = b"\x89PNG\r\n\x1a\n" + bytes(99)
TEXTS = {
    "english": "the cat sat on the mat\n",
    "russian": "мама мыла раму\n",
    "chinese": "今天天气很好。我们一起去公园。\n中国\n",
    "japanese": "私は猫が好きです\n犬も走る\n",
    "korean": "나는 고양이를\n",
    "arabic": "كل الناس يولدون\n",
}
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


def succeeds(result):
    """The standard output of a command that went well."""
    assert result.returncode == 0, result.errors
    return result.text


@pytest.fixture
def folder(tmp_path):
    """A folder as people have them."""
    for name, data in {
        "corpus/a.txt": b"the cat sat\n" * 9,
        "corpus/b/c.txt.gz": gzip.compress(b"on the mat\n" * 9),
        "corpus/b/d.md": b"a dog\n" * 9,
        "corpus/pic.png": PNG,
        "corpus/v.bin.w2v.json": b"{}\n",
        "corpus/.hidden/e.txt": b"hidden\n",
        "corpus/.f.txt": b"hidden\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("n", [1, 99])
@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("language", TEXTS)
def test_wide_text_without_a_mark_is_known(language, name, n):
    assert wide_encoding((TEXTS[language] * n).encode(name)) == name


@pytest.mark.parametrize("data", [b"a b c\0d e\n", b"one\0two\0three\0", bytes(99), b"\0", PNG])
def test_other_text_with_nul_bytes_is_not_wide(data):
    assert wide_encoding(data) is None


@pytest.mark.parametrize("name", WIDE)
def test_wide_text_needs_a_mark_or_a_name(tmp_path, name):
    path = str(tmp_path / "text")
    data = (TEXTS["english"] * 9).encode(name)
    (tmp_path / "text").write_bytes(data)
    with pytest.raises(NotTextError, match=f"without a byte-order mark; give encoding='{name}'"):
        examine(path)
    assert examine(path, name) == Source(path, None, name)
    (tmp_path / "text").write_bytes("\ufeff".encode(name) + data)
    assert examine(path) == Source(path, None, name)


def test_what_is_wide_may_still_be_no_text(tmp_path):
    (tmp_path / "noise").write_bytes(b"\xff\xfe" + random.Random(1).randbytes(3000))
    with pytest.raises(NotTextError, match="binary"):
        examine(str(tmp_path / "noise"))


def test_folders_are_read_without_what_is_no_text(folder):
    chosen = choose([folder / "corpus"])
    names = [os.path.relpath(source.path, folder) for source in chosen.files]
    assert names == ["corpus/a.txt", "corpus/b/c.txt.gz", "corpus/b/d.md"]
    assert [source.size for source in chosen.files] == [108, None, 54]
    assert chosen.number == "3 files"
    path = folder / "corpus"
    assert chosen.skipping_note() == (
        f"skipped 2 of 5 files: {path}/pic.png (a PNG image), "
        f"{path}/v.bin.w2v.json (the record of vectors)"
    )


@pytest.mark.parametrize(
    ("glob", "names"),
    [
        (["*.txt"], ["a.txt"]),
        (["*.txt", "*.gz"], ["a.txt", "b/c.txt.gz"]),
        (["b/*"], ["b/c.txt.gz", "b/d.md"]),
        (["[ad].*"], ["a.txt", "b/d.md"]),
    ],
)
def test_patterns_choose_files_of_folders(folder, glob, names):
    chosen = choose([folder / "corpus"], glob)
    found = [os.path.relpath(source.path, folder / "corpus") for source in chosen.files]
    assert found == names
    assert chosen.skipping_note() is None


def test_named_files_are_read_whatever_the_pattern(folder):
    path = folder / "corpus" / "a.txt"
    assert [source.path for source in choose([path], ["*.md"]).files] == [str(path)]


def test_faults_of_folders(folder):
    with pytest.raises(InputError, match=r"none of its 5 files fits glob='\*\.csv'"):
        choose([folder / "corpus"], ["*.csv"])
    with pytest.raises(InputError, match=r"there is no text in the folder: .*\(a PNG image\)"):
        choose([folder / "corpus"], ["*.png"])
    with pytest.raises(NotTextError, match="is no text but a PNG image"):
        choose([folder / "corpus" / "pic.png"])


def test_commands_tell_of_files(w2v, folder):
    result = w2v("vocab", "corpus", cwd=folder)
    assert succeeds(result).startswith("the 18\n")
    assert "warning: skipped 2 of 5 files: corpus/pic.png (a PNG image), " in result.errors
    assert "72 words read from 3 files; wrote" in result.errors
    result = w2v("train", "corpus", "-o", "v.bin", "-d", 2, "--glob", "*.txt", cwd=folder)
    assert succeeds(result) == ""
    assert "27 words read from 1 file, 27" not in result.errors
    assert "27 words read, 27 of them" in result.errors


@pytest.mark.parametrize("command", ["train", "encode", "vocab"])
def test_outputs_among_the_texts_are_refused(w2v, folder, command):
    output = "corpus/new.w2vc"
    what = r"corpus/new\.w2vc lies in the folder corpus, which is read as a corpus"
    fails_with(w2v(command, "corpus", "-o", output, cwd=folder), 2, what)
    assert not (folder / output).exists()
    result = w2v(command, "corpus", "-o", output, "--glob", "*.txt", cwd=folder)
    if command == "encode":
        assert succeeds(result) == ""


@pytest.mark.parametrize("command", ["train", "encode", "vocab"])
def test_an_encoding_is_named(w2v, tmp_path, command):
    text = "größer führt über Straße\n"
    (tmp_path / "c.txt").write_bytes((text * 9).encode("cp1252"))
    args = ["c.txt", "-o", "new.w2vc", "-q"] + ["--format", "text"] * (command == "train")
    result = w2v(command, *args, cwd=tmp_path)
    assert result.returncode == 0
    assert re_first(result) == (
        "w2v: warning: 36 of 36 words are not UTF-8 and were repaired with U+FFFD, first in line 1 "
        "of c.txt: looks like cp1252; give --encoding cp1252"
    )
    result = w2v(command, *args, "--encoding", "windows-1252", cwd=tmp_path)
    assert (result.returncode, result.errors) == (0, "")
    assert "größer" in (tmp_path / "new.w2vc").read_bytes().decode(errors="replace")
    (tmp_path / "c.txt").write_text(text * 9)
    result = w2v(command, *args, "--encoding", "windows-1252", cwd=tmp_path)
    assert "warning: the text is UTF-8, and was read as cp1252; leave out" in result.errors


def re_first(result):
    return result.errors.splitlines()[0]


def test_an_encoded_corpus_knows_its_encoding_and_tells_its_counts(w2v, tmp_path):
    (tmp_path / "c.txt").write_bytes(("über über rot\n" * 9).encode("utf-16-le"))
    args = ["encode", "c.txt", "-o", "c.w2vc", "--encoding", "utf-16-le"]
    succeeds(w2v(*args, cwd=tmp_path))
    assert succeeds(w2v("vocab", "c.w2vc", cwd=tmp_path)) == "über 18\nrot 9\n"
    assert succeeds(w2v("vocab", "c.w2vc", "--min-count", 10, cwd=tmp_path)) == "über 18\n"
    fails_with(w2v("vocab", "c.w2vc", "--min-count", 99, cwd=tmp_path), 1, "highest count is 18")
    fails_with(w2v("vocab", "c.w2vc", "--lowercase", cwd=tmp_path), 2, "--lowercase cannot change")


def test_text_is_decoded_from_a_pipe(w2v):
    data = "\ufeffüber rot\n".encode("utf-16-be")
    assert succeeds(w2v("vocab", "-", stdin=data)) == "über 1\nrot 1\n"
    fails_with(w2v("vocab", "-", stdin=data[2:] * 9), 1, "standard input: .*UTF-16 .*utf-16-be")
    result = w2v("vocab", "-", "--encoding", "utf-16", stdin="a b\n")
    fails_with(result, 1, "is UTF-8, not UTF-16-LE; leave out")
    fails_with(w2v("vocab", "-", stdin=PNG), 1, "standard input: is no text but a PNG image")


def test_python_chooses_and_decodes_too(folder):
    options = {"dim": 2, "epochs": 1, "min_count": 1, "threads": 1}
    (folder / "corpus" / "a.txt").write_bytes(("über rot\n" * 9).encode("latin-1"))
    with pytest.warns(W2VWarning, match=r"9 of 18 words are not UTF-8 .* give encoding='cp1252'"):
        train(folder / "corpus", glob="*.txt", **options)
    vectors = train(folder / "corpus", glob=["*.txt"], encoding="latin-1", **options)
    assert vectors.words == ["über", "rot"]
    with pytest.raises(ConfigError, match="glob must be a pattern"):
        train(folder / "corpus", glob=[""], **options)
    with pytest.raises(ConfigError, match="encoding is for text, not for lists of tokens"):
        train([["a", "b"]], encoding="latin-1", **options)
