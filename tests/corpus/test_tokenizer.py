"""Tokens, ids and counts against Python's own split and Counter, whatever the block borders."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.guardpages import guarded

from w2v_cli.config import TextConfig
from w2v_cli.corpus.counting import TextCounts
from w2v_cli.corpus.reader import Part, read_blocks
from w2v_cli.corpus.scan import HASH_START
from w2v_cli.corpus.tokenizer import MAX_TOKEN_BYTES, SENTENCE_END, Tokenizer, byte_map
from w2v_cli.corpus.wordtable import FIRST_SLOTS, SAME_BYTES, WordTable

pytestmark = pytest.mark.usefixtures("compiled")
texts = st.lists(
    st.sampled_from([b"a", b"b", b"\xc3\xa9", b"\xff", b" ", b"\n", b"\r", b"\t", b"\0", b"\v\f"])
).map(b"".join)


def tokenize(data, borders=(), **options):
    """The words of each sentence, and the counts, for a text cut into blocks."""
    text = TextConfig(**options)
    tokenizer = Tokenizer(text)
    ids, start = [], 0
    for border in [*sorted(borders), len(data)]:
        ids.append(tokenizer.feed(data[start:border]).copy())
        start = border
    ids.append(tokenizer.end_file())
    ids = np.concatenate(ids)
    assert ids.dtype == np.int32
    counts = TextCounts([tokenizer], [], text)
    words, _ = counts.select()
    (id_map,) = counts.id_maps(words)
    sentences = [[]]
    for id_ in ids.tolist():
        if id_ == SENTENCE_END:
            sentences.append([])
        else:
            sentences[-1].append(words[id_map[id_]])
    return sentences[:-1], counts


def expected_sentences(data):
    lines = data.replace(b"\0", b" ").split(b"\n")
    return [[token.decode(errors="replace") for token in line.split()] for line in lines]


@given(texts, st.lists(st.integers(0, 60), max_size=5))
def test_agrees_with_python_split(data, borders):
    sentences, counts = tokenize(data, [min(border, len(data)) for border in borders])
    expected = expected_sentences(data)
    assert sentences == expected
    words, numbers = counts.select()
    counter = Counter(word for sentence in expected for word in sentence)
    assert dict(zip(words, numbers.tolist(), strict=True)) == counter
    assert list(counter) == words, "not in order of first appearance"
    assert counts.facts.tokens_read == counter.total()
    assert counts.highest() == max(counter.values(), default=0)
    assert counts.facts.irregular["not_utf8"] == sum(
        token.decode(errors="ignore") != token.decode(errors="replace")
        for token in data.replace(b"\0", b" ").split()
    )


@given(st.binary(max_size=200), st.integers(1, 7))
def test_random_bytes_in_blocks_of_any_size(data, size):
    assume(not data.startswith(b"\xef\xbb\xbf"))
    sentences, _ = tokenize(data, range(size, len(data), size))
    assert sentences == expected_sentences(data)


def test_ids_are_in_order_of_first_appearance():
    tokenizer = Tokenizer()
    assert tokenizer.feed(b"b a b\n").tolist() == [0, 1, 0, SENTENCE_END]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [[]]),
        (b"\n\n", [[], [], []]),
        (b"one two", [["one", "two"]]),
        (b"one\r\ntwo\r\n", [["one"], ["two"], []]),
        (b"a\tb\vc\fd", [["a", "b", "c", "d"]]),
        (b"nul\0byte", [["nul", "byte"]]),
        ("no\u00a0break\u3000space".encode(), [["no\u00a0break\u3000space"]]),
        (b"bad\xff \xc3", [["bad\ufffd", "\ufffd"]]),
    ],
)
def test_rules(data, expected):
    assert tokenize(data)[0] == expected


def test_a_long_token_is_cut_between_characters():
    word = "\u00e9" * MAX_TOKEN_BYTES
    data = b"x" + word.encode() + b" x" * 3
    for step in (100, 999, 1001, len(data)):
        sentences, counts = tokenize(data, range(step, len(data), step))
        cut = "x" + "\u00e9" * ((MAX_TOKEN_BYTES - 1) // 2)
        assert sentences == [[cut, "x", "x", "x"]]
        assert (counts.facts.irregular["not_utf8"], counts.facts.irregular["too_long"]) == (0, 1)


def test_the_longest_token_is_not_cut():
    sentences, counts = tokenize(b"a" * MAX_TOKEN_BYTES)
    assert sentences == [["a" * MAX_TOKEN_BYTES]]
    assert counts.facts.irregular["too_long"] == 0


def test_words_that_become_the_same_are_counted_together():
    sentences, counts = tokenize(b"\xff \xfe \xef\xbf\xbd")
    assert sentences == [["\ufffd"] * 3]
    words, numbers = counts.select()
    assert (words, numbers.tolist()) == (["\ufffd"], [3])
    assert (counts.facts.irregular["not_utf8"], counts.facts.irregular["too_long"]) == (2, 0)


def test_text_without_white_space_does_not_pile_up():
    tokenizer = Tokenizer()
    for _ in range(50):
        tokenizer.feed(b"x" * 100_000)
        assert len(tokenizer._rest) <= MAX_TOKEN_BYTES + 4
    tokenizer.end_file()
    assert TextCounts([tokenizer], [], TextConfig()).select()[0] == ["x" * MAX_TOKEN_BYTES]


def test_byte_order_mark_is_dropped_at_the_start_of_a_file_only(tmp_path):
    path = tmp_path / "bom.txt"
    path.write_bytes(b"\xef\xbb\xbfone \xef\xbb\xbftwo")
    assert b"".join(read_blocks(Part(str(path)))) == path.read_bytes()
    sentences, counts = tokenize(path.read_bytes())
    assert sentences == [["one", "\ufefftwo"]]
    assert counts.facts.irregular["byte_order_marks"] == 1


@given(st.text(st.sampled_from("aZ\u00c9\u00e9\u0130\u03a3\u0421\u1e9e5 \n"), max_size=60))
def test_lower_case_is_that_of_unicode(text):
    sentences, counts = tokenize(text.encode(), lowercase=True)
    # Word by word: the small letter of a capital sigma depends on where the word ends.
    expected = [[word.lower() for word in line.split(" ") if word] for line in text.split("\n")]
    assert sentences == expected
    assert counts.facts.tokens_read == sum(map(len, expected))


def test_digits_become_zeros():
    assert tokenize(b"in 1984 a4 \xc2\xb2", digits="zero")[0] == [["in", "0000", "a0", "\u00b2"]]


@given(st.binary(max_size=300))
def test_words_are_clean_whatever_the_bytes(data):
    for options in ({}, {"lowercase": True, "digits": "zero"}):
        words, _ = tokenize(data, **options)[1].select()
        assert len(set(words)) == len(words)
        for word in words:
            assert word.encode().decode() == word
            assert not set(word) & set(" \t\n\r\v\f\0")


@given(texts, st.lists(st.integers(0, 60), max_size=5))
def test_what_is_irregular_is_counted(data, borders):
    _, counts = tokenize(data, [min(border, len(data)) for border in borders])
    assert counts.facts.irregular["nul_bytes"] == data.count(b"\0")
    assert counts.facts.irregular["carriage_returns"] == data.count(b"\r")
    assert counts.facts.irregular["no_final_newline"] == (not data.endswith(b"\n") and data != b"")
    assert counts.facts.irregular["byte_order_marks"] == 0


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from([b"a", b" ", b"\n", b"word" * 4, b"\xff\xe6", b"x" * 1001])).map(
        b"".join
    )
)
def test_the_scan_stays_within_the_block(text):
    """Whatever the bytes are: the process is killed if one beyond them is read."""
    data = guarded(np.frombuffer(text or b" ", dtype=np.uint8))
    ids = guarded(np.empty(len(data), dtype=np.int32))
    n_ids, position = WordTable().scan(data, byte_map(TextConfig()), ids)
    assert 0 <= n_ids <= len(data) >= position


def hashes(words, start):
    """The bits of a hash that a table looks at first, of words of six bytes."""
    mix, half = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
    heads = [int.from_bytes(word, "little") for word in words]
    found = (np.array(heads, dtype=np.uint64) ^ np.uint64(start)) * mix
    found = (found ^ (found >> half)) * mix
    return (found ^ (found >> np.uint64(29))) >> half


def scanned(words, start=None):
    """A table of words, with hashes that start with a number."""
    table = WordTable()
    if start is not None:
        table._state[HASH_START] = start
    data = np.frombuffer(b"\n".join(words) + b"\n", dtype=np.uint8)
    ids = np.empty(len(data), dtype=np.int32)
    n_ids, _ = table.scan(data, SAME_BYTES, ids)
    return table, ids[:n_ids].tolist()


def test_words_that_are_made_to_have_one_hash_do_not():
    words = [b"%06d" % number for number in range(300_000)]
    crowded = [words[i] for i in np.flatnonzero(hashes(words, 0) % np.uint64(FIRST_SLOTS) == 0)]
    assert len(crowded) > 50
    places = slice(0, len(crowded))
    for start, fewest, most in ((0, len(crowded), len(crowded)), (None, 0, 20)):
        table, ids = scanned(crowded, start)
        assert fewest <= np.count_nonzero(table._slots[places]) <= most
        assert ids[::2] == list(range(len(crowded)))


@given(st.lists(st.binary(min_size=1, max_size=12).filter(lambda word: len(word.split()) == 1)))
def test_what_hashes_start_with_changes_nothing(words):
    words = [word.strip() for word in words]
    expected = scanned(words, 0)
    for start in (-1, 0x7FFF_FFFF_FFFF_FFFF, None):
        table, ids = scanned(words, start)
        assert ids == expected[1]
        assert table.find(words).tolist() == expected[0].find(words).tolist()
        assert table.words(np.arange(len(table))) == expected[0].words(np.arange(len(table)))
