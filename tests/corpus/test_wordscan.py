"""Words and sentences of text as people write it, against regular expressions in Python."""

import re
import sys
import unicodedata

import numpy as np
import pytest
from corpus.test_counting import assert_threads_change_nothing
from corpus.test_tokenizer import tokenize
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.guardpages import guarded
from support.written_text import in_sentences, in_words, sentences_of

from w2v_cli.config import TextConfig
from w2v_cli.corpus import characters
from w2v_cli.corpus.tokenizer import MAX_TOKEN_BYTES, byte_map
from w2v_cli.corpus.wordscanner import WordScanner
from w2v_cli.corpus.wordtable import WordTable

pytestmark = pytest.mark.usefixtures("compiled")
WRITTEN = """
a b Z É ß 3 07 ' ’ - ‐ · _ . , … ! ? 。 ！ । : ; — ( ) " „ “ » « [ % ü u\u0308 \u0301 ก\u0e33
ค\u0e48 क\u094d 中 ク ー 한 א \u05f3 ״ \u200d \u200c \u00ad \ufeff 👩 👍\U0001f3fd ❤\ufe0f 🇩 🇪 ©
Dr Nr Prof bzw z.B
"""
PIECES = re.split("[ \n]+", WRITTEN.strip())
BLANKS = [" ", " ", " ", "\n", "\r", "\t", "\0", "\u00a0", "\u3000", "\u200b", "\u2028", "\x85"]
RAW = [b"\xff", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\xf0\x9f\x91", b"\x80", b"\xe0\x80\x80"]
pieces = st.sampled_from([each.encode() for each in [*PIECES, *BLANKS]] + RAW)
texts = st.lists(pieces, max_size=40).map(b"".join)
OPTIONS = st.fixed_dictionaries(
    {
        "tokenize": st.sampled_from(["blanks", "words", "words+punctuation"]),
        "sentences": st.booleans(),
        "lowercase": st.booleans(),
        "digits": st.sampled_from(["keep", "zero"]),
    }
)
borders_of_blocks = st.lists(st.integers(3, 100), max_size=6)  # a byte-order mark is in one block


def found_in(data, borders=(), **options):
    """The sentences that have words, of a text in blocks."""
    sentences, counts = tokenize(data, [min(each, len(data)) for each in borders], **options)
    assert counts.facts.tokens_read == sum(map(len, sentences))
    return [sentence for sentence in sentences if sentence]


def joined(sentences):
    return [word for sentence in sentences for word in sentence]


@settings(max_examples=1000)
@given(texts, borders_of_blocks, OPTIONS)
@example(b"a. B", [1, 2, 3], {"tokenize": "words", "sentences": True})
@example("a。( B".encode(), [4], {"tokenize": "words+punctuation", "sentences": True})
def test_agrees_with_regular_expressions_whatever_the_blocks(data, borders, options):
    assert found_in(data, borders, **options) == sentences_of(data, **options)


@settings(max_examples=300)
@given(st.text(max_size=60), st.integers(3, 7), OPTIONS)
def test_any_characters_in_blocks_of_any_size(text, size, options):
    data = text.encode(errors="surrogatepass")
    words = found_in(data, range(size, len(data), size), **options)
    assert words == found_in(data, **options)
    if options["tokenize"] != "blanks":
        plain = {**options, "sentences": False}
        assert found_in(data, **plain) == sentences_of(data, **plain)


@settings(max_examples=300)
@given(st.binary(max_size=120), st.integers(3, 7), OPTIONS)
def test_any_bytes_in_blocks_of_any_size(data, size, options):
    assert found_in(data, range(size, len(data), size), **options) == found_in(data, **options)


@settings(max_examples=60)
@given(st.lists(texts, min_size=1, max_size=3), st.integers(2, 5), OPTIONS)
def test_threads_change_nothing(tmp_path_factory, parts, threads, options):
    assert_threads_change_nothing(tmp_path_factory.mktemp("text"), parts, threads, **options)


@settings(max_examples=200)
@given(texts, OPTIONS)
def test_the_scan_stays_within_the_block(text, options):
    """Whatever the bytes are: the process is killed if one beyond them is read."""
    options["sentences"] |= options["tokenize"] == "blanks"
    config = TextConfig(**options)
    data = guarded(np.frombuffer(text or b" ", dtype=np.uint8))
    ids = guarded(np.empty(len(data) + 1, dtype=np.int32))
    n_ids, position = WordScanner(config, byte_map(config)).scan(WordTable(), data, ids)
    assert 0 <= n_ids <= len(data) >= position


def test_each_character_is_what_its_category_says():
    page_of, pages = characters.classes(True)
    table = pages[page_of].reshape(-1)
    letters = "BNLDEJHPSGR"
    low = {letter: number for number, letter in enumerate(letters)} | {"Z": characters.EXTEND}
    for code in range(0x30000):
        if not 0xD800 <= code < 0xE000:
            assert table[code] & 15 == low[in_words(chr(code))], hex(code)
    high = {"l": "LOWER", "c": "CONTINUES", "q": "QUOTE", "d": "DOT", "e": "ELLIPSIS", "k": "CLOSE"}
    for character in map(chr, [*range(0x20, 0x7F), *map(ord, "äÄ«»„“”’。！？…—،؟।中ñǅ")]):
        name = high.get(
            in_sentences(character), {"f": "FIRM", "w": "WIDE"}.get(in_sentences(character))
        )
        expected = (
            {characters.OTHER, characters.UPPER} if name is None else {getattr(characters, name)}
        )
        assert table[ord(character)] >> 4 in expected, character


def test_what_may_be_untidy_is_looked_at():
    """A word that `tidy` changes has a character that the table knows."""
    untidy = characters.untidy()
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if not 0xD800 <= code < 0xE000 and characters.tidy("a" + character) != "a" + character:
            assert untidy[code], hex(code)
        for part in unicodedata.normalize("NFD", character)[1:]:
            assert untidy[ord(part)] or characters.tidy(character) != character, hex(code)


WORDS = [
    ("Don't stop, it’s 3.14 or 1,000!", ["Don't", "stop", "it's", "3.14", "or", "1,000"]),
    ("'tis the dogs' 'day'", ["tis", "the", "dogs", "day"]),
    ("well-known -- COVID-19, 1984-1990", ["well-known", "COVID-19", "1984", "1990"]),
    ("new_york _this_ a__b ____", ["new_york", "this", "a", "b"]),
    (
        "a.b example.com me@b.org #tag C++",
        ["a", "b", "example", "com", "me", "b", "org", "tag", "C"],
    ),
    ("no\u00a0break\u3000full\u200bzero\u2028line", ["no", "break", "full", "zero", "line"]),
    ("Donau\u00addampf u\u0308ber ﬁn", ["Donaudampf", "über", "ﬁn"]),
    ("l’homme col·lecció", ["l'homme", "col·lecció"]),
    ("می\u200cروم صَباح", ["می\u200cروم", "صَباح"]),
    ("मैं हिन्दी क्\u200dष", ["मैं", "हिन्दी", "क्\u200dष"]),
    ("น้ำ ที่นี่", ["น้ำ", "ที่นี่"]),
    ("我们去了北京。他说：“好！”", ["我们去了北京", "他说", "好"]),
    ("我们 去 了 北京 。", ["我们", "去", "了", "北京"]),
    ("good 👍🏽 ❤️ day", ["good", "day"]),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text, expected):
    assert joined(found_in(text.encode(), tokenize="words")) == expected


def test_punctuation_and_symbols_apart():
    text = "“Well,” she said: 50% 👍🏽👍 👩‍👩‍👧 🇩🇪🇫🇷 (it’s)..."
    words = "“ Well , ” she said : 50 % 👍🏽 👍 👩‍👩‍👧 🇩🇪 🇫🇷 ( it's ) . . ."
    assert found_in(text.encode(), tokenize="words+punctuation") == [words.split(" ")]


def test_bytes_that_are_not_utf8_stay_in_their_words():
    sentences, counts = tokenize(b"Stra\xdfe f\xfchrt, ja", tokenize="words")
    assert sentences[0] == ["Stra\ufffde", "f\ufffdhrt", "ja"]
    assert counts.facts.irregular["not_utf8"] == 2


SENTENCES = [
    ("One two. Three! Four? Five… Six", "One two|Three|Four|Five|Six"),
    ("one. two! three", "one two|three"),
    ('He asked "why?" and left. "Go!" he said.', "He asked why and left|Go he said"),
    ('"It is late." "No." Then (he said so.) They left', "It is late|No|Then he said so|They left"),
    ("Dr. Smith met J. R. Miller in the U.S. Army", "Dr Smith met J R Miller in the U S Army"),
    ("Am 3. Mai, z. B. in Nr. 5, usw. und so. Ende", "Am 3 Mai z B in Nr 5 usw und so|Ende"),
    ("It was 1984. Then it cost 3.14. So", "It was 1984|Then it cost 3.14|So"),
    ("Wait... what? No... Never", "Wait what|No|Never"),
    ("see example.com? Yes.No way", "see example com|Yes No way"),
    ("他走了。我说：“好！”她笑了？是。", "他走了|我说 好|她笑了|是"),
    ("वह गया। मैं आया।फिर", "वह गया|मैं आया|फिर"),
    ("¿Qué? ¡No! Sí. «Ja». „Nein.“ Doch", "Qué|No|Sí|Ja|Nein|Doch"),
    ("first line\nsecond line. Third", "first line|second line|Third"),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text, expected):
    options = {"tokenize": "words", "sentences": True}
    found = found_in(text.encode(), **options)
    assert "|".join(map(" ".join, found)) == expected
    assert joined(found_in(text.encode(), tokenize="words")) == joined(found)


def test_sentences_of_tokens_between_blanks():
    text = 'He left (Dr. No). "Why?" asked J. Smith . Then 12. May !'
    expected = [["He", "left", "(Dr.", "No)."], ['"Why?"', "asked", "J.", "Smith", "."]]
    expected += [["Then", "12.", "May", "!"]]
    assert found_in(text.encode(), sentences=True) == expected


@pytest.mark.parametrize(
    "word", ["x" * 1001, "é" * 501, "a'b-" * 400 + "c", "1,2." * 600 + "3", "ก" * 400]
)
@pytest.mark.parametrize("tail", ["", "'", "'s", ". B", "。", "\u0301"])
@pytest.mark.parametrize(
    "options", [{"tokenize": "words"}, {"tokenize": "words", "sentences": True}]
)
def test_long_words_are_cut_between_characters_whatever_the_blocks(word, tail, options):
    data = f"B {word}{tail} B".encode()
    whole, counts = tokenize(data, **options)
    cut = data[2 : 2 + MAX_TOKEN_BYTES].decode(errors="ignore")
    assert whole[0][:2] == ["B", cut]
    assert counts.facts.irregular["too_long"] == 1
    for size in (1, 7, 999, 1000, 1001, 1003):
        assert tokenize(data, range(size, len(data), size), **options)[0] == whole


def test_memory_of_a_word_without_end_is_bounded():
    config = TextConfig(tokenize="words")
    scanner, table = WordScanner(config, byte_map(config)), WordTable()
    data = np.full(10_000, ord("x"), dtype=np.uint8)
    ids = np.empty(len(data) + 1, dtype=np.int32)
    assert scanner.scan(table, data, ids) == (1, len(data))
    assert scanner.scan(table, data, ids) == (0, len(data))
    assert (table.n_tokens, table.n_too_long) == (1, 1)
