"""The encoded corpus as a file: round trips, 64-bit sizes, and damage that must be found."""

import json
import os
import struct
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import runs

from w2v_cli.config import TextConfig, TrainConfig
from w2v_cli.corpus import archive as archives
from w2v_cli.corpus.archive import (
    check_ids,
    is_archive,
    open_archive,
    select_words,
    write_archive,
)
from w2v_cli.corpus.encoded import EncodedCorpus
from w2v_cli.corpus.facts import TextFacts
from w2v_cli.corpus.spool import NOT_A_WORD, IdFile, Spool
from w2v_cli.errors import ConfigError, InputError, OutputError
from w2v_cli.files import storedzip
from w2v_cli.training.prepare import prepare
from w2v_cli.training.request import Request

pytestmark = pytest.mark.usefixtures("compiled")
END = -1
WORDS = ["the", "caf\u00e9", "\u00a0", "\ufffd", "</s>"]
FACTS = TextFacts(
    10, {"not_utf8": 1, "too_long": 0}, 2, False, TextConfig(True, "zero", 1000), ("a",)
)
AGAIN = "encode the corpus again"


def make_corpus(sentences, folder):
    ids = [id_ for sentence in sentences for id_ in [*sentence, END]]
    spool = Spool(folder)
    spool.append(np.array(ids, dtype=np.int32))
    return EncodedCorpus(spool, len(ids) - len(sentences), len(sentences))


def ids_of(corpus):
    return corpus.window(0, corpus.length).tolist()


@pytest.fixture
def saved(tmp_path):
    """An archive of three words and four sentences; its path."""
    path = str(tmp_path / "saved.w2vc")
    with make_corpus([[0, 1], [2], [0, 0], [1, 2, 0]], tmp_path) as corpus:
        write_archive(path, corpus, ["a", "b", "c"], np.array([4, 2, 2]), FACTS)
    return path


def rewritten(path, replaced=None, dropped=(), method=zipfile.ZIP_STORED):
    """The archive at ``path`` with other contents of some members, in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= replaced or {}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            if name not in dropped:
                info = zipfile.ZipInfo(name)
                # Where ids begin is w2v's own business, so only the padding makes it a multiple.
                end = archive.fp.tell() + 30 + len(name) + 4
                info.extra = struct.pack("<HH", 0xD935, -end % 4) + bytes(-end % 4)
                info.compress_type = method
                archive.writestr(info, data)
    return path


def with_info(path, **values):
    with zipfile.ZipFile(path) as archive:
        info = json.loads(archive.read("corpus.json"))
    return rewritten(path, {"corpus.json": json.dumps(info | values).encode()})


def as_bytes(ids):
    return np.array(ids, dtype="<i4").tobytes()


SENTENCES = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=9), min_size=1, max_size=20)
COUNTS = st.lists(st.integers(1, 2**62 - 1), min_size=5, max_size=5)


@given(SENTENCES, COUNTS, st.integers(1, 30), st.integers(0, 2**40))
def test_what_is_written_is_read(tmp_path_factory, sentences, counts, block, tokens_read):
    folder = tmp_path_factory.mktemp("round")
    facts = TextFacts(tokens_read, {"not_utf8": 3}, 0, True, TextConfig(), ("x.txt", "-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2v_cli.corpus.spool.BLOCK_IDS", block)
        with make_corpus(sentences, folder) as corpus:
            write_archive(folder / "c.w2vc", corpus, WORDS, np.array(counts), facts)
            expected = ids_of(corpus)
        archive = open_archive(folder / "c.w2vc")
        with archive.corpus as corpus:
            check_ids(archive)
            assert ids_of(corpus) == expected
            assert (corpus.n_sentences, corpus.length) == (len(sentences), len(expected))
            assert corpus.n_tokens == len(expected) - len(sentences)
    assert archive.words == WORDS
    assert archive.counts.dtype == np.int64
    assert archive.counts.tolist() == counts
    assert archive.facts == facts
    assert os.listdir(folder) == ["c.w2vc"]


@pytest.mark.parametrize("word", ["two words", " led", "tail ", "a\rb", "\u2028", "\x85"])
def test_odd_words_of_a_given_vocabulary(tmp_path, word):
    with make_corpus([[0, 1]], tmp_path) as corpus:
        write_archive(tmp_path / "c.w2vc", corpus, ["x", word], np.array([1, 2]), FACTS)
    archive = open_archive(tmp_path / "c.w2vc")
    archive.corpus.close()
    assert archive.words == ["x", word]
    assert archive.counts.tolist() == [1, 2]


def test_it_is_a_zip_archive_whose_ids_begin_at_a_page(saved):
    with zipfile.ZipFile(saved) as archive:
        assert archive.namelist() == ["corpus.json", "vocab.txt", "ids.i32"]
        assert archive.testzip() is None
        assert archive.read("vocab.txt") == b"a 4\nb 2\nc 2\n"
        ids = archive.read("ids.i32")
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}
        assert json.loads(archive.read("corpus.json"))["sources"] == ["a"]
    assert np.frombuffer(ids, "<i4").tolist() == [0, 1, END, 2, END, 0, 0, END, 1, 2, 0, END]
    with open(saved, "rb") as file:
        data = file.read()
    assert data.index(ids) % 4096 == 0


def test_the_same_corpus_gives_the_same_bytes(tmp_path):
    for name in ("a.w2vc", "b.w2vc"):
        with make_corpus([[0, 1]], tmp_path) as corpus:
            write_archive(tmp_path / name, corpus, ["x", "y"], np.array([1, 1]), FACTS)
    assert (tmp_path / "a.w2vc").read_bytes() == (tmp_path / "b.w2vc").read_bytes()


def test_the_corpus_may_be_read_only_and_closes_its_file(saved):
    os.chmod(saved, 0o400)
    archive = open_archive(saved)
    window = archive.corpus.window(0, 3)
    window[:] = 7
    assert archive.corpus.window(0, 3).tolist() == [0, 1, END], "only the copy may change"
    archive.corpus.close()
    with pytest.raises(ValueError, match="closed"):
        archive.corpus.window(0, 3)


def test_an_old_archive_stays_if_writing_fails(saved, tmp_path, monkeypatch):
    with open(saved, "rb") as file:
        before = file.read()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives, "count_lines", full)
    with make_corpus([[0]], tmp_path) as corpus, pytest.raises(OutputError, match="No space left"):
        write_archive(saved, corpus, ["x"], np.array([1]), FACTS)
    with open(saved, "rb") as file:
        assert file.read() == before
    assert os.listdir(tmp_path) == ["saved.w2vc"]


def test_selecting_words_drops_sentences_that_become_empty(saved, tmp_path):
    archive = open_archive(saved)
    id_map = np.array([NOT_A_WORD, 1, 0], dtype=np.int32)
    with archive.corpus, select_words(archive, id_map, tmp_path) as corpus:
        assert ids_of(corpus) == [1, END, 0, END, 1, 0, END]
        assert (corpus.n_tokens, corpus.n_sentences) == (4, 3)


def test_what_is_an_archive(saved, tmp_path):
    assert is_archive(saved)
    os.mkfifo(tmp_path / "pipe.w2vc")
    (tmp_path / "text.txt").write_text("PK is no magic\n")
    (tmp_path / "other").write_bytes(b"PK\x03\x04")
    (tmp_path / "cut.w2vc").write_bytes(b"P")
    names = ("pipe.w2vc", "text.txt", "missing.w2vc", "other", "cut.w2vc")
    assert [is_archive(tmp_path / name) for name in names] == [False, False, False, True, True]
    assert not is_archive(tmp_path)
    assert not is_archive("-")


def test_truncation_anywhere(saved, tmp_path):
    with open(saved, "rb") as file:
        data = file.read()
    cut = tmp_path / "cut.w2vc"
    for size in {*range(0, 100), *range(100, len(data), 97), *range(len(data) - 300, len(data))}:
        cut.write_bytes(data[:size])
        with pytest.raises(InputError, match=rf"cut\.w2vc: .*damaged or cut short.*{AGAIN}"):
            open_archive(cut)


@settings(max_examples=300)
@given(st.data())
def test_changed_bytes_are_found_or_change_nothing(tmp_path_factory, data):
    """Whatever the bytes: one error, or the same corpus; never ids that are out of range."""
    folder = tmp_path_factory.mktemp("flip")
    path = folder / "c.w2vc"
    with make_corpus([[0, 1], [1]], folder) as corpus:
        write_archive(path, corpus, ["a", "b"], np.array([1, 2]), FACTS)
    content = bytearray(path.read_bytes())
    marked = [place for place, byte in enumerate(content) if byte]
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.sampled_from(marked))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        archive = open_archive(path)
    except InputError as error:
        assert "\n" not in str(error)
        return
    with archive.corpus as corpus:
        try:
            check_ids(archive)
        except InputError:
            return
        assert ids_of(corpus) == [0, 1, END, 1, END]
    assert archive.words == ["a", "b"]


DAMAGE = {
    "an id too large": ({"ids.i32": as_bytes([0, 1, END, 2, END, 3] + [0, END] * 3)}, "id is out"),
    "a negative id": ({"ids.i32": as_bytes([0, 1, END, 2, END, -2] + [0, END] * 3)}, "id is out"),
    "too few ids": ({"ids.i32": as_bytes([0, END])}, "has 8 bytes, not 48"),
    "odd bytes": ({"ids.i32": b"\0" * 47}, "has 47 bytes, not 48"),
    "wrong sentences": ({"ids.i32": as_bytes([0] * 12)}, "number of sentences"),
    "fewer words": ({"vocab.txt": b"a 4\nb 2\n"}, "2 lines instead of 3"),
    "more words": ({"vocab.txt": b"a 4\nb 2\nc 2\nd 1\n"}, "4 lines instead of 3"),
    "no newline": ({"vocab.txt": b"a 4\nb 2\nc\nd"}, "instead of 3"),
    "no count": ({"vocab.txt": b"a 4\nb 2\nc\n"}, "damaged"),
    "a count of 0": ({"vocab.txt": b"a 4\nb 2\nc 0\n"}, "a count out of range"),
    "a huge count": ({"vocab.txt": b"a 4\nb 2\nc " + b"9" * 30 + b"\n"}, "damaged"),
    "a word twice": ({"vocab.txt": b"a 4\nb 2\na 2\n"}, "a word twice"),
    "not UTF-8": ({"vocab.txt": b"a 4\nb 2\n\xff 2\n"}, "utf-8"),
    "no JSON": ({"corpus.json": b"{"}, "damaged"),
    "deep JSON": ({"corpus.json": b"[" * 100_000}, "damaged"),
}


@pytest.mark.parametrize(("replaced", "message"), DAMAGE.values(), ids=DAMAGE)
def test_contents_that_do_not_fit(saved, replaced, message):
    rewritten(saved, replaced)
    with pytest.raises(InputError, match=rf"saved\.w2vc: .*{message}.*{AGAIN}"):
        runs.prepared(saved, TrainConfig(min_count=1), ".")


@pytest.mark.parametrize(
    "values",
    [
        {"n_words": 4},
        {"n_words": 2},
        {"n_tokens": 9},
        {"n_tokens": 0, "n_sentences": 12},
        {"n_sentences": -1, "n_tokens": 13},
        {"length": 13, "n_tokens": 9},
        {"length": 12.0},
        {"n_tokens": "8"},
        {"tokens_read": True},
        {"tokens_read": 2**70},
        {"irregular": [1]},
        {"irregular": {"not_utf8": "1"}},
        {"text": None},
        {"text": {"stemming": True}},
        {"text": {"digits": "eat"}},
        {"text": {"max_table": 1}},
        {"text": {"max_table": None}},
        {"pruned_below": None},
    ],
    ids=str,
)
def test_numbers_that_do_not_fit(saved, values):
    with_info(saved, **values)
    with pytest.raises(InputError, match=AGAIN):
        runs.prepared(saved, TrainConfig(min_count=1), ".")


@pytest.mark.parametrize("name", ["vocab.txt", "ids.i32"])
def test_a_missing_member(saved, name):
    rewritten(saved, dropped=[name])
    with pytest.raises(InputError, match=f"{name} is missing.*{AGAIN}"):
        open_archive(saved)


def test_a_packed_archive_cannot_be_mapped(saved):
    rewritten(saved, method=zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match=f"is compressed.*{AGAIN}"):
        open_archive(saved)


def test_a_newer_format_and_other_archives(saved, tmp_path):
    with_info(saved, version=2)
    with pytest.raises(InputError, match=rf"saved\.w2vc: .*format version 2.*version 1; {AGAIN}"):
        open_archive(saved)
    with_info(saved, format="something else")
    with pytest.raises(InputError, match="is a ZIP archive, but not an encoded corpus; unpack it"):
        open_archive(saved)
    with zipfile.ZipFile(tmp_path / "texts.zip", "w") as archive:
        archive.writestr("corpus.txt", "a b c\n")
    with pytest.raises(InputError, match=r"texts\.zip: is no text but a ZIP archive; unpack it"):
        runs.prepared(tmp_path / "texts.zip", TrainConfig(), ".")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (["[Content_Types].xml", "word/document.xml"], r"a Word document \(\.docx\); save it as"),
        (["[Content_Types].xml", "xl/workbook.xml"], r"an Excel table \(\.xlsx\); save it as"),
        (["info.json", "vectors.npy"], r"a file of word vectors \(\.w2v\); did you mean w2v nei"),
        (["mimetype"], "an EPUB book; save it as plain text"),
    ],
)
def test_other_files_that_are_zip_archives_are_told(tmp_path, members, message):
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        for name in members:
            archive.writestr(name, "application/epub")
    with pytest.raises(InputError, match=f"x: is no text but {message}"):
        runs.prepared(tmp_path / "x", TrainConfig(), ".")


@pytest.mark.parametrize("min_count", [1, 3], ids=["as it is", "cut"])
@pytest.mark.parametrize("new_id", [3, -2, 2**31 - 1, 1], ids=str)
def test_changed_ids_are_found_before_training(saved, min_count, new_id):
    """With the right checksum, only the range tells; in the range, only the checksum."""
    with open(saved, "r+b") as file:
        data = bytearray(file.read())
        ids = as_bytes([0, 1, END, 2, END, 0, 0, END, 1, 2, 0, END])
        changed = as_bytes([new_id, 1, END, 2, END, 0, 0, END, 1, 2, 0, END])
        place = data.index(ids)
        data[place : place + len(ids)] = changed
        if new_id != 1:
            checksums = [struct.pack("<I", zlib.crc32(part)) for part in (ids, changed)]
            data = data.replace(*checksums)
        file.seek(0)
        file.write(data)
    message = "checksum" if new_id == 1 else "an id is out of range"
    with pytest.raises(InputError, match=f"{message}.*{AGAIN}"):
        runs.prepared(saved, TrainConfig(min_count=min_count), ".")


def test_nothing_is_left_of_a_cut_that_failed(saved, tmp_path):
    with pytest.raises(InputError, match="no word occurs at least 5 times, the highest count is 4"):
        runs.prepared(saved, TrainConfig(), tmp_path)
    with pytest.raises(OutputError, match="nowhere"):
        runs.prepared(saved, TrainConfig(min_count=3), tmp_path / "nowhere")
    assert os.listdir(tmp_path) == ["saved.w2vc"]


def test_text_options_must_be_those_of_the_archive(saved):
    for text in (TextConfig(max_table=5000), TextConfig(lowercase=True, max_table=2000)):
        with pytest.raises(ConfigError, match="max_table cannot change an encoded corpus"):
            runs.prepared(saved, TrainConfig(min_count=1), ".", text=text)
    same = TextConfig(lowercase=True, digits="zero", max_table=1000, threads=7)
    for text in (TextConfig(), same):
        run = runs.prepared(saved, TrainConfig(min_count=1), ".", text=text)
        assert run.facts.text == FACTS.text
        run.corpus.close()


def test_progress_is_told_while_checking(saved):
    seen = []
    request = Request(TrainConfig(min_count=1), paths=(saved,))
    prepare(request, runs.Told(lambda *all_: seen.append(all_))).corpus.close()
    assert seen == [("read", 12, 12)]


def test_directories_with_64_bit_fields(saved, tmp_path, monkeypatch):
    """As if each member were larger than 2 GiB."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 2)
    with make_corpus([[0, 1]], tmp_path) as corpus:
        write_archive(tmp_path / "c.w2vc", corpus, ["x", "y"], np.array([1, 1]), FACTS)
    assert b"PK\x06\x06" in (tmp_path / "c.w2vc").read_bytes(), "not a 64-bit directory"
    monkeypatch.undo()
    archive = open_archive(tmp_path / "c.w2vc")
    with archive.corpus as corpus:
        check_ids(archive)
        assert ids_of(corpus) == [0, 1, END]


FAR = 2**31 + 5


def test_ids_beyond_eight_gibibytes_of_a_file(tmp_path):
    """A sparse file: 64-bit positions all the way."""
    with open(tmp_path / "sparse", "w+b") as file:
        file.seek(4096 + FAR * 4)
        file.write(as_bytes([1, 2, END]))
        file.flush()
        corpus = EncodedCorpus(IdFile(file, 4096, FAR + 3), FAR + 2, 1)
        assert corpus.window(FAR - 1, FAR + 3).tolist() == [0, 1, 2, END]
        assert corpus.chunk_borders(2**30, 5) == [0, 2**30, 2**31, FAR + 3]
        assert corpus.count_tokens(FAR, FAR + 3) == 2


def sparse_archive(path):
    """An archive of more than 8 GiB: all ids are 0, but for the last ones."""
    length = FAR + 3
    info = {"format": archives.FORMAT, "version": 1, "length": length, "n_words": 3}
    info |= {"n_tokens": length - 1, "n_sentences": 1, "tokens_read": length, "pruned_below": 0}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("corpus.json", json.dumps(info | {"text": {}, "irregular": {}}))
        archive.writestr("vocab.txt", "a 9\nb 1\nc 1\n")
        member = zipfile.ZipInfo("ids.i32")
        member.extra = storedzip._padding(archive.fp.tell(), "ids.i32")
        with archive.open(member, "w", force_zip64=True) as stream:
            # A hole instead of zeros; the stream would not know how long it is.
            archive.fp.seek(FAR * 4, os.SEEK_CUR)
            stream._file_size += FAR * 4
            stream.write(as_bytes([1, 2, END]))


def test_an_archive_of_more_than_2_31_ids(tmp_path):
    sparse_archive(tmp_path / "large.w2vc")
    assert os.path.getsize(tmp_path / "large.w2vc") > 2**33
    archive = open_archive(tmp_path / "large.w2vc")
    with archive.corpus as corpus:
        assert corpus.length == FAR + 3
        assert corpus.window(FAR - 1, FAR + 3).tolist() == [0, 1, 2, END]
        assert corpus.chunk_borders(2**31, 5) == [0, 2**31, FAR + 3]
        assert corpus.n_tokens == FAR + 2


@pytest.mark.long
def test_an_archive_of_more_than_2_31_ids_is_checked_to_its_end(tmp_path):
    """The checksum is wrong, and that is found out only after the last id."""
    sparse_archive(tmp_path / "large.w2vc")
    archive = open_archive(tmp_path / "large.w2vc")
    with archive.corpus, pytest.raises(InputError, match="checksum"):
        check_ids(archive)
