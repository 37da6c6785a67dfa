"""The file of counts (.w2vx): what comes back, and damage that is told."""

import io
import json
import zipfile

import numpy as np
import pytest
from support.cooccurrence_reference import counted
from support.resident import resident_pages

from w2v_cli.config import TextConfig
from w2v_cli.cooccurrence import countsfile
from w2v_cli.cooccurrence.countsfile import CountsFile, open_counts, write_counts
from w2v_cli.cooccurrence.scratch import ScratchFile
from w2v_cli.cooccurrence.table import Cooccurrences, CountRule
from w2v_cli.corpus.facts import TextFacts
from w2v_cli.errors import InputError, OutputError
from w2v_cli.files.storedzip import add_member

SENTENCES = [[0, 1, 2, 0], [1, 1], [3, 0]]
FACTS = TextFacts(11, {"not_utf8": 0, "too_long": 1}, 0, False, TextConfig(), ("a.txt",))
RULES = [CountRule(3), CountRule(2, False, "none"), CountRule(30)]


def write(path, rule=RULES[0], facts=FACTS):
    table = counted(SENTENCES, 5, rule, ["the", "Größe", "new york", "x", "never"])
    write_counts(path, CountsFile(table, facts, "ab12"))
    return table


@pytest.mark.parametrize("facts", [FACTS, None])
@pytest.mark.parametrize("rule", RULES)
def test_what_is_written_comes_back(tmp_path, rule, facts):
    path = tmp_path / "c.w2vx"
    table = write(path, rule, facts)
    found = open_counts(path)
    assert (found.facts, found.digest, found.shards) == (facts, "ab12", 1)
    assert (found.table.rule, found.table.words) == (rule, table.words)
    for name in ("counts", "starts", "columns", "sums"):
        array = getattr(found.table, name)
        assert array.dtype == getattr(table, name).dtype
        np.testing.assert_array_equal(array, getattr(table, name))
    assert found.table.counts[-1] == 0
    first = path.read_bytes()
    write(path, rule, facts)
    assert path.read_bytes() == first


def test_numpy_reads_the_arrays_which_begin_at_pages(tmp_path):
    path = tmp_path / "c.w2vx"
    table = write(path)
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["columns"], table.columns)
        np.testing.assert_array_equal(arrays["sums"], table.sums)
        np.testing.assert_array_equal(arrays["starts"], table.starts)
    data = path.read_bytes()
    assert data.find(b"\x93NUMPY") % 4096 == 0


def test_counts_without_pairs_are_a_file_too(tmp_path):
    path = tmp_path / "c.w2vx"
    write_counts(path, CountsFile(counted([[0], [1]], 2, CountRule())))
    assert len(open_counts(path).table) == 0


def rewritten(path, **changes):
    """Write the file anew with members changed: right checksums, wrong content."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for start, change in changes.items():
        name = next(member for member in members if member.startswith(start))
        if change is None:
            del members[name]
        else:
            members[name] = change(members[name])
    with open(path, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            add_member(archive, name, [data], at_page=name.endswith(".npy"))


def info(**changes):
    return lambda data: json.dumps({**json.loads(data), **changes}).encode()


def array(change):
    def changed(data):
        numbers = np.load(io.BytesIO(data))
        stream = io.BytesIO()
        np.save(stream, change(numbers))
        return stream.getvalue()

    return changed


def put(place, value):
    def change(numbers):
        numbers[place] = value
        return numbers

    return array(change)


WRONG = {
    "no vocabulary": ({"vocab": None}, "vocab.txt is missing"),
    "no sums": ({"sums": None}, "sums.npy is missing"),
    "another version": ({"counts": info(version=2)}, "format version 2"),
    "another format": ({"counts": info(format="x")}, "no file of counts"),
    "no number": ({"counts": info(n_pairs="5")}, "n_pairs in counts.json is no number"),
    "a number that is true": ({"counts": info(n_words=True)}, "n_words in counts.json"),
    "a window of 0": ({"counts": info(window=0)}, "not as w2v writes it"),
    "a window of text": ({"counts": info(window="5")}, "not as w2v writes it"),
    "a list as weight": ({"counts": info(distance_weight=[])}, "not as w2v writes it"),
    "another unit": ({"counts": info(unit=7)}, "unit in counts.json"),
    "a digest of numbers": ({"counts": info(corpus_sha256=5)}, "not as w2v writes it"),
    "text options of text": ({"counts": info(text="x")}, "not as w2v writes it"),
    "other counts": ({"counts": info(n_tokens=7)}, "counts in vocab.txt"),
    "fewer words": ({"counts": info(n_words=4)}, "vocab.txt has 5 lines"),
    "a word twice": ({"vocab": lambda data: data.replace(b"never", b"the")}, "word twice"),
    "a count of -1": ({"vocab": lambda data: data.replace(b"never 0", b"never -1")}, "range"),
    "JSON that is none": ({"counts": lambda _: b"{"}, "damaged"),
    "more pairs": ({"counts": info(n_pairs=99)}, "is not an array"),
    "other numbers": ({"sums": array(lambda sums: sums.astype(float))}, "is not an array"),
    "rows that fall": ({"starts": put(1, 7)}, "do not follow one another"),
    "rows from 1": ({"starts": put(0, 1)}, "do not follow one another"),
    "rows beyond the end": ({"starts": put(-1, 99)}, "do not follow one another"),
    "a column out of range": ({"columns": put(-1, 5)}, "row 1 has columns out of range"),
    "a column below its row": ({"columns": put(-1, 0)}, "row 1 has columns out of range"),
    "a column twice": ({"columns": put(1, 0)}, "row 0 has columns out of range"),
    "a sum of 0": ({"sums": put(2, 0)}, "row 0 has columns out of range or order, or a sum of 0"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_a_file_is_told(tmp_path, case):
    path = tmp_path / "c.w2vx"
    write(path)
    changes, message = WRONG[case]
    rewritten(path, **changes)
    with pytest.raises(InputError, match=message) as error:
        open_counts(path)
    assert str(error.value).startswith(f"{path}: ")


def test_pairs_are_looked_at_only_if_wanted(tmp_path):
    path = tmp_path / "c.w2vx"
    write(path)
    rewritten(path, sums=put(2, 0))
    assert open_counts(path, check=False).table.sums[2] == 0


def test_cut_files_and_flipped_bits_are_damage(tmp_path):
    path = tmp_path / "c.w2vx"
    write(path)
    data = path.read_bytes()
    for size in (*range(0, len(data), 997), len(data) - 1):
        path.write_bytes(data[:size])
        with pytest.raises(InputError):
            open_counts(path)
    for place in [
        data.find(b"the "),
        *(data.rfind(b"\x93NUMPY") + 128 + n for n in range(0, 40, 8)),
    ]:
        path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        with pytest.raises(InputError, match="damaged"):
            open_counts(path)


def test_other_files_are_named(tmp_path):
    (tmp_path / "c.txt").write_text("the cat\n")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4\n%\xff\xff\xff\xff")
    for name, what in (("c.txt", "is text, or nothing known"), ("c.pdf", "is a PDF document")):
        with pytest.raises(InputError, match=f"{what}, and no file of counts"):
            open_counts(tmp_path / name)
    with pytest.raises(InputError, match="cannot be opened"):
        open_counts(tmp_path / "none.w2vx")
    with pytest.raises(InputError):
        open_counts(tmp_path)


def test_an_old_file_stays_if_writing_fails(tmp_path, monkeypatch):
    from w2v_cli.cooccurrence import countsfile

    path = tmp_path / "c.w2vx"
    write(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(countsfile, "count_lines", full)
    with pytest.raises(OutputError, match="No space left"):
        write(path, RULES[1])
    assert path.read_bytes() == before


def test_counts_leave_memory_once_they_are_written(tmp_path, monkeypatch):
    scratch = ScratchFile(tmp_path)
    sums = np.ones(1 << 16, np.uint64)
    scratch.append(sums)
    mapped = scratch.map(np.uint64)
    scratch.close()
    monkeypatch.setattr(countsfile, "BLOCK_BYTES", 1 << 14)
    monkeypatch.setattr(countsfile, "BLOCKS_KEPT", 1)
    table = Cooccurrences(
        ["a"], np.array([len(sums)]), CountRule(), np.array([0, len(sums)]),
        np.zeros(len(sums), np.uint32), mapped,
    )  # fmt: skip
    write_counts(str(tmp_path / "c.w2vx"), CountsFile(table))
    assert resident_pages(tmp_path) < mapped.nbytes / 1024 / 2
