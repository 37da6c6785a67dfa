"""Rows of words found by hashes of their bytes, against a dict and a list."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.embeddings import wordindex, words
from w2v_cli.embeddings.lookup import Lookup
from w2v_cli.embeddings.wordindex import hash_of, word_hashes
from w2v_cli.embeddings.words import MappedWords
from w2v_cli.errors import InputError

# Few letters, so that words are there twice and differ only in case; some that change their length
# in UTF-8, or their number, when they are folded.
LETTERS = "abAB\u017f\u00df\u1e9e\ufb01\u0130\u0131\u212a"
spellings = st.text(st.sampled_from(LETTERS), min_size=1, max_size=4)


def mapped(texts):
    return MappedWords("".join(f"{text}\n" for text in texts).encode(), "name")


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(spellings, min_size=1, max_size=40),
    others=st.lists(spellings, max_size=5),
    ignore_case=st.booleans(),
    n_rows=st.integers(1, 40),
    with_dict=st.booleans(),
    all_collide=st.booleans(),
)
def test_rows_and_repeats_are_those_of_a_list(
    texts, others, ignore_case, n_rows, with_dict, all_collide
):
    n_rows = min(n_rows, len(texts))
    fold = str.casefold if ignore_case else str
    folded = [fold(text) for text in texts[:n_rows]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wordindex, "HASHED_BYTES", 8)
        patch.setattr(words, "FOLDED_BYTES", 6)
        if all_collide:
            # The hash is then the sum of the bytes: that of ab is that of ba.
            patch.setattr(wordindex, "BASE", 1)
        if with_dict:
            patch.setattr(wordindex, "LEAST_ASKED", 2)
        of_bytes = Lookup(mapped(texts), ignore_case, n_rows)
        of_list = Lookup(texts, ignore_case, n_rows)
        for asked in [*texts, *others, "", "a\nb"]:
            expected = folded.index(fold(asked)) if fold(asked) in folded else None
            assert of_bytes.row(asked) == expected
            assert of_list.row(asked) == expected
        repeats = [row for row, text in enumerate(folded) if folded.index(text) != row]
        assert of_bytes.shadowed.tolist() == of_list.shadowed.tolist() == repeats


@given(st.lists(st.binary(max_size=50).map(lambda raw: raw.replace(b"\n", b"")), max_size=30))
def test_hashes_of_all_words_are_those_of_each(raws):
    data = b"".join(raw + b"\n" for raw in raws)
    ends = np.cumsum([len(raw) + 1 for raw in raws], dtype=np.int64) - 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wordindex, "HASHED_BYTES", 64)
        assert word_hashes(data, ends).tolist() == [hash_of(raw) for raw in raws]


def test_hashes_of_a_vocabulary_differ():
    texts = [f"{stem}{number}" for stem in ("word", "w", "", "Word") for number in range(20_000)]
    some = mapped(texts)
    hashes = word_hashes(some._data, some._ends)
    assert len(np.unique(hashes)) == len(texts)


def test_bytes_that_are_no_text_are_told_when_all_words_are_asked_for(monkeypatch):
    monkeypatch.setattr(wordindex, "LEAST_ASKED", 1)
    damaged = MappedWords(b"a\nb\n\xff\n", "some.w2v")
    index = damaged.indexed(3)
    assert index.get("b") == 1
    with pytest.raises(InputError, match=r"some\.w2v: word 1 or after is not UTF-8"):
        index.get("c")
    with pytest.raises(InputError, match="is not UTF-8"):
        damaged.indexed(3, ignore_case=True)
