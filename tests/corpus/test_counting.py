"""Counting in threads, in little memory, and with a limit on the number of words."""

import gzip
import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import TextConfig
from w2v_cli.corpus import counting, reader, sources
from w2v_cli.corpus import wordtable as words_module
from w2v_cli.corpus.counting import count_text
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.reader import Part, divide
from w2v_cli.corpus.sources import Source, examine
from w2v_cli.corpus.wordtable import WordTable
from w2v_cli.errors import InputError, OutputError

pytestmark = pytest.mark.usefixtures("compiled")
pieces = st.sampled_from([b"a", b"bc", b"\xff", b"\xc3\x89", b" ", b"\n", b"\0"])
texts = st.lists(pieces).map(b"".join)


def counted(paths, folder=None, **options):
    return count_text([str(path) for path in paths], TextConfig(**options), folder)


def encoded(paths, folder, **options):
    """Everything that training sees of a text: words, counts, and the ids in order."""
    counts = counted(paths, folder, **options)
    words, numbers = counts.select()
    with encode(counts.spools, counts.id_maps(words)) as corpus:
        ids = corpus.window(0, corpus.length).tolist()
    return words, numbers.tolist(), ids, counts.facts.irregular, counts.facts.tokens_read


def assert_threads_change_nothing(folder, parts, threads, **options):
    """Texts (list of bytes), a file each, are encoded by several threads as by one."""
    paths = []
    for number, part in enumerate(parts):
        paths.append(folder / str(number))
        paths[-1].write_bytes(part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "check_text", lambda *_: None)  # which looks for NUL bytes
        alone = encoded(paths, folder, **options)
        patch.setattr(reader, "LEAST_PART", 1)
        together = encoded(paths, folder, threads=threads, **options)
    assert together == alone


@given(st.lists(texts, min_size=1, max_size=4), st.integers(2, 5), st.booleans())
def test_ids_and_counts_do_not_depend_on_the_number_of_threads(
    tmp_path_factory, parts, threads, lowercase
):
    assert_threads_change_nothing(
        tmp_path_factory.mktemp("text"), parts, threads, lowercase=lowercase
    )


@given(texts, st.integers(1, 7))
def test_parts_cover_the_file_and_cut_no_token(tmp_path_factory, text, n_runs):
    path = tmp_path_factory.mktemp("text") / "text"
    path.write_bytes(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LEAST_PART", 1)
        runs = divide([Source(str(path), len(text), "utf-8")], n_runs)
    assert 1 <= len(runs) <= n_runs
    parts = [part for run in runs for part in run]
    assert parts[0].start == 0
    assert parts[-1].stop is None
    for part, following in itertools.pairwise(parts):
        assert part.stop == following.start
        assert part.stop >= len(text) or text[part.stop : part.stop + 1] in b" \n\t\r\v\f\0"


def test_only_large_plain_files_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "LEAST_PART", 100)
    plain, small, packed, wide = (tmp_path / name for name in ("plain", "small", "packed", "wide"))
    plain.write_bytes(b"word " * 200)
    small.write_bytes(b"word")
    packed.write_bytes(gzip.compress(b"word " * 1000))
    wide.write_bytes(b"\xff\xfe" + ("word " * 1000).encode("utf-16-le"))
    files = [str(path) for path in (packed, wide, plain, small)]
    runs = divide([examine(path) for path in files], 2)
    assert runs == [
        [
            Part(files[0], encoding="utf-8"),
            Part(files[1], encoding="utf-16-le"),
            Part(files[2], 0, 504, "utf-8"),
        ],
        [Part(files[2], 504, encoding="utf-8"), Part(files[3], encoding="utf-8")],
    ]
    assert divide([examine("-")], 4) == [[Part("-")]]


def test_an_error_in_a_thread_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "LEAST_PART", 1)
    good, bad = tmp_path / "good", tmp_path / "bad.gz"
    good.write_bytes(b"word " * 1000)
    bad.write_bytes(b"\x1f\x8b" + bytes(100))
    with pytest.raises(InputError, match=r"bad\.gz"):
        counted([good, bad], str(tmp_path), threads=3)
    with pytest.raises(OutputError, match="nowhere"):
        counted([good], str(tmp_path / "nowhere"))


def test_a_disk_without_room_is_told_after_the_first_block(tmp_path, monkeypatch):
    (tmp_path / "text").write_bytes(b"a b c d\n" * 1000)
    asked = []
    monkeypatch.setattr(counting, "check_free_space", lambda *args: asked.append(args))
    counted([tmp_path / "text"], str(tmp_path)).close()
    assert asked == [(str(tmp_path), pytest.approx(4 * 5000))]


def test_select_by_count_and_by_name(tmp_path):
    (tmp_path / "text").write_text("b a a c c c d\n")
    counts = counted([tmp_path / "text"])
    assert counts.select(2) == (["a", "c"], pytest.approx(np.array([2, 3])))
    assert counts.select(3, keep=["d", "zebra"])[0] == ["c", "d"]


def junk(n_words, seed=0):
    """A text of few frequent words among many that occur once."""
    rng = np.random.default_rng(seed)
    rare = rng.permutation(n_words)
    lines = [f"often x{number} often usual" for number in rare]
    return "\n".join(lines) + "\n"


def test_pruning_keeps_the_frequent_words_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "READ_SIZE", 5000)
    (tmp_path / "text").write_text(junk(20_000))
    exact = Counter((tmp_path / "text").read_text().split())
    counts = counted([tmp_path / "text"], str(tmp_path), max_table=1000)
    words, numbers = counts.select()
    assert counts.facts.pruned_below >= 2
    assert len(words) <= 1400
    assert counts.facts.tokens_read == exact.total()
    found = dict(zip(words, numbers.tolist(), strict=True))
    assert found["often"] == exact["often"]
    assert found["usual"] == exact["usual"]
    assert all(found[word] <= exact[word] for word in found), "counts are lower bounds"
    with encode(counts.spools, counts.id_maps(words)) as corpus:
        ids = corpus.window(0, corpus.length)
        occurrences = np.bincount(ids[ids >= 0], minlength=len(words))
    np.testing.assert_array_equal(occurrences, numbers), "ids of dropped words reach training"


def test_nothing_is_pruned_below_the_limit(tmp_path):
    (tmp_path / "text").write_text(junk(900))
    counts = counted([tmp_path / "text"], max_table=1000)
    assert counts.facts.pruned_below == 0
    assert len(counts.select()[0]) == 902


def test_bytes_a_distinct_word():
    """At most 64 and the length of the word, arrays as they are allocated, at every size."""
    table = WordTable()
    word_bytes, worst = 0, 0.0
    ids = np.empty(1 << 16, dtype=np.int32)
    for start in range(0, 400_000, 1000):
        text = "".join(f"{number:x}-word\n" for number in range(start, start + 1000)).encode()
        data = np.frombuffer(text, dtype=np.uint8)
        assert table.scan(data, np.arange(256, dtype=np.uint8), ids) == (2000, len(data))
        word_bytes += len(text) - 1000
        if len(table) >= 50_000:
            held = sum(array.nbytes for array in table._arrays())
            worst = max(worst, (held - word_bytes) / len(table))
    assert len(table) == 400_000
    assert worst <= 64, f"{worst:.1f} bytes a word beyond its length"


def test_more_words_than_ids_is_an_error(tmp_path, monkeypatch):
    """Never an id that wraps around to a negative number."""
    monkeypatch.setattr(words_module, "MAX_IDS", 20_000)
    monkeypatch.setattr(reader, "READ_SIZE", 5000)
    (tmp_path / "text").write_text(junk(30_000))
    with pytest.raises(InputError, match=r"more than [\d,]+ different words, too many to number"):
        counted([tmp_path / "text"], max_table=1000)


def test_merging_tables_adds_counts_in_order():
    tables = []
    for text in (b"a b a ", b"c b ", b"longer-than-eight longer-than-nine a "):
        table = WordTable()
        data = np.frombuffer(text, dtype=np.uint8)
        byte_map = np.arange(256, dtype=np.uint8)
        byte_map[32] = 0
        table.scan(data, byte_map, np.empty(len(data), dtype=np.int32))
        tables.append(table)
    first = tables[0]
    assert first.merge(tables[1]).tolist() == [2, 1]
    assert first.merge(tables[2]).tolist() == [3, 4, 0]
    assert first.words(np.arange(5)) == b"a\nb\nc\nlonger-than-eight\nlonger-than-nine\n"
    assert first.counts.tolist() == [3, 2, 1, 1, 1]
    assert first.find([b"b", b"longer-than-ten", b"longer-than-nine"]).tolist() == [1, -1, 4]
    assert first.add([b"new", b"a"]).tolist() == [5, 0]
    assert first.counts.tolist() == [3, 2, 1, 1, 1, 0]
