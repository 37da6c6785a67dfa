"""The vocabulary: order, cuts, its file, and files that are not vocabularies."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.errors import InputError
from w2v_cli.vocabulary import Vocabulary


def test_most_frequent_first_ties_in_order_of_appearance():
    vocabulary = Vocabulary.from_counts(["a", "b", "c", "d"], np.array([2, 5, 2, 1]), 2)
    assert vocabulary.words == ["b", "a", "c"]
    assert vocabulary.counts.tolist() == [5, 2, 2]


def test_max_vocab_keeps_the_most_frequent():
    counts = np.array([2, 5, 3])
    assert Vocabulary.from_counts(["a", "b", "c"], counts, 1, max_vocab=2).words == ["b", "c"]


def test_no_word_left_names_the_highest_count():
    with pytest.raises(InputError, match=r"at least 5 times, the highest count is 3.*--min-count"):
        Vocabulary.from_counts(["a", "b"], np.array([1, 3]), 5)


def test_ids():
    vocabulary = Vocabulary(["x", "y"], [2, 1])
    assert vocabulary.ids(["y", "z", "x"]).tolist() == [1, -2, 0]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1),
        st.integers(1, 10**15),
        min_size=1,
    )
)
def test_save_and_load(tmp_path_factory, counts):
    path = tmp_path_factory.mktemp("vocabulary") / "vocab.txt"
    Vocabulary(list(counts), list(counts.values())).save(path)
    loaded = Vocabulary.load(path)
    assert loaded.words == list(counts)
    assert loaded.counts.tolist() == list(counts.values())


def test_words_with_spaces_and_crlf_are_read(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"new york 12\r\n\r\nrome\t3\r\n")
    vocabulary = Vocabulary.load(path)
    assert vocabulary.words == ["new york", "rome"]
    assert vocabulary.counts.tolist() == [12, 3]


def test_gensim_reads_our_counts(tmp_path):
    Vocabulary(["b\u00e9", "a"], [7, 3]).save(tmp_path / "vocab.txt")
    (tmp_path / "v.txt").write_text("2 1\nb\u00e9 1\na 2\n", encoding="utf-8")
    vectors = KeyedVectors.load_word2vec_format(
        str(tmp_path / "v.txt"), fvocab=str(tmp_path / "vocab.txt")
    )
    assert [vectors.get_vecattr(word, "count") for word in ("b\u00e9", "a")] == [7, 3]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no words in it"),
        (b"a 1\nb\n", r"vocab\.txt:2: expected 'word count'"),
        (b"a one\n", r"vocab\.txt:1: expected 'word count'"),
        (b"a 0\n", r"vocab\.txt:1: .*at least 1"),
        (b"a -3\n", r"vocab\.txt:1: .*at least 1"),
        (b"a 1\nb 1\na 2\n", r"vocab\.txt:3: 'a' is in the file twice"),
        (b"a 1\n\xff 1\n", r"vocab\.txt:2: the word is not UTF-8"),
        (b"a " + b"9" * 30, r"vocab\.txt:1: the count 9+ is too large"),
    ],
)
def test_files_that_are_not_vocabularies(content, message, tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        Vocabulary.load(path)
