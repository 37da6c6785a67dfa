"""Files of words: counts read in blocks, whatever their layout, and lists."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import VocabConfig
from w2v_cli.corpus import countfiles
from w2v_cli.corpus.countfiles import read_counts, read_word_list
from w2v_cli.errors import ConfigError, InputError

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=3)
FILES = st.lists(st.dictionaries(WORDS, st.integers(1, 10**17), min_size=1), min_size=1, max_size=4)


def as_dict(words, counts):
    assert len(words) == len(counts)
    return dict(zip(words, counts.tolist(), strict=True))


@given(
    files=FILES,
    separator=st.sampled_from([" ", "\t", "  "]),
    end=st.sampled_from(["\n", "\r\n", "\n\n"]),
    last_end=st.booleans(),
    block=st.integers(1, 40),
)
def test_any_layout_and_any_block_size_give_the_sum(
    tmp_path_factory, files, separator, end, last_end, block
):
    folder = tmp_path_factory.mktemp("counts")
    paths, total = [], {}
    for number, counts in enumerate(files):
        text = "".join(f"{word}{separator}{count}{end}" for word, count in counts.items())
        paths.append(folder / str(number))
        paths[-1].write_bytes((text if last_end else text.rstrip()).encode())
        for word, count in counts.items():
            total[word] = total.get(word, 0) + count
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(countfiles, "READ_SIZE", block)
        found = as_dict(*read_counts(paths))
    assert found == total
    assert list(found) == list(total), "words must be in order of first appearance"


def test_the_table_grows(tmp_path):
    paths = []
    for number in range(3):
        paths.append(tmp_path / str(number))
        words = range(number * 4000, number * 4000 + 6000)
        paths[-1].write_text("".join(f"w{word} {word + 1}\n" for word in words))
    found = as_dict(*read_counts(paths))
    expected = {f"w{word}": word + 1 for word in range(14_000)}
    for overlap in (range(4000, 6000), range(8000, 10_000)):
        expected |= {f"w{word}": 2 * (word + 1) for word in overlap}
    assert found == expected


@pytest.mark.parametrize("block", [1, 8, 1000])
@pytest.mark.parametrize("layout", ["{} {}\n", "{}\t{}\n", "\n{} {}\r\n"])
def test_a_word_twice_is_found_with_its_line(tmp_path, monkeypatch, block, layout):
    monkeypatch.setattr(countfiles, "READ_SIZE", block)
    entries = [("a", 3), ("b", 2), ("c", 2), ("b", 1), ("a", 1)]
    (tmp_path / "1").write_text(layout.format("b", 7))
    (tmp_path / "2").write_text("".join(layout.format(*entry) for entry in entries))
    line = 8 if layout.startswith("\n") else 4
    with pytest.raises(InputError, match=rf"2:{line}: 'b' is in the file twice"):
        read_counts([tmp_path / "1", tmp_path / "2"])


@pytest.mark.parametrize(
    "bad", ["a", "12", "a 1.5", "a 1_0", "a +1", "a -1", "a 0", "a \u0661", "a 1 b", "a 1e3"]
)
@pytest.mark.parametrize("block", [1, 1000])
def test_a_malformed_line_is_found(tmp_path, monkeypatch, block, bad):
    monkeypatch.setattr(countfiles, "READ_SIZE", block)
    (tmp_path / "counts").write_text(f"x 2\ny 1\n{bad}\nz 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"counts:3: expected 'word count'"):
        read_counts([tmp_path / "counts"])


def test_the_sentence_end_of_word2vec_c(tmp_path):
    (tmp_path / "none").write_text("</s> 0\nthe 3\n")
    (tmp_path / "some").write_text("</s> 5\nthe 3\n")
    assert as_dict(*read_counts([tmp_path / "none"])) == {"the": 3}
    assert as_dict(*read_counts([tmp_path / "none", tmp_path / "some"])) == {"the": 6, "</s>": 5}


def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path):
    (tmp_path / "counts").write_bytes(b"\xef\xbb\xbfa 3\n\xef\xbb\xbfa 2\n")
    assert as_dict(*read_counts([tmp_path / "counts"])) == {"a": 3, "\ufeffa": 2}


def test_a_sum_that_is_too_large(tmp_path):
    (tmp_path / "1").write_text(f"a {2**62 - 2}\nb 1\n")
    (tmp_path / "2").write_text("b 1\na 1\n")
    assert as_dict(*read_counts([tmp_path / "1", tmp_path / "2"]))["a"] == 2**62 - 1
    (tmp_path / "2").write_text("b 1\na 2\n")
    with pytest.raises(InputError, match=f"2:2: 'a' has counts that are too large: {2**62}"):
        read_counts([tmp_path / "1", tmp_path / "2"])


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(countfiles, "READ_SIZE", 4)
    (tmp_path / "counts").write_text("a 1\nb 1\nc 1\nd 1\n")
    seen = []
    read_counts([tmp_path / "counts"], lambda *call: seen.append(call))
    assert seen == [("merge", 2, None), ("merge", 4, None)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", []),
        (b"\n \n\r\n", []),
        (b"b\na\nb", ["b", "a"]),
        (b"\xef\xbb\xbf b \r\n\ta\n", ["b", "a"]),
        ("c\u00e9\na\u00a0b\n".encode(), ["c\u00e9", "a\u00a0b"]),
        (b"a\0\n", ["a"]),
    ],
)
def test_word_lists(tmp_path, content, words):
    (tmp_path / "list").write_bytes(content)
    assert read_word_list(tmp_path / "list") == words


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\nnew york\n", r"list:2: expected one word a line and no count, not 'new york'"),
        (b"a 3\n", r"list:1: expected one word a line"),
        (b"a\0b\n", r"list:1: expected one word a line"),
        (b"a\n\xff\n", r"list:2: the word is not UTF-8"),
    ],
)
def test_files_that_are_not_lists(tmp_path, content, message):
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_word_list(tmp_path / "list")


def test_ranges_of_the_cuts():
    assert VocabConfig() == VocabConfig(min_count=1, max_vocab=None)
    for wrong in ({"min_count": 0}, {"max_vocab": 0}, {"min_count": 2.5}, {"max_vocab": 2**31}):
        with pytest.raises(ConfigError, match="must be"):
            VocabConfig(**wrong)


def test_merging_holds_the_distinct_words_only(tmp_path):
    """Twelve files of the same words need no more memory than three."""
    import tracemalloc

    words = [f"word-{number}" for number in np.random.default_rng(1).permutation(20_000)]
    path = tmp_path / "counts"
    path.write_text("".join(f"{word} 7\n" for word in words))
    peaks = []
    for times in (3, 12):
        tracemalloc.start()
        read_counts([path] * times)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0], peaks


@pytest.mark.parametrize(
    "data", [b"a\rb\rc", b"a\r\nb\r\nc\r\n", "\ufeffa\nb\nc".encode("utf-16-le")]
)
def test_lists_of_words_as_systems_write_them(tmp_path, data):
    (tmp_path / "list").write_bytes(data)
    assert read_word_list(tmp_path / "list") == ["a", "b", "c"]


def test_a_list_in_utf_16_without_a_mark_is_told(tmp_path):
    (tmp_path / "list").write_bytes("king\nqueen\n".encode("utf-16-le"))
    with pytest.raises(InputError, match="list: looks like UTF-16-LE without a byte-order mark"):
        read_word_list(tmp_path / "list", spaces=True)
