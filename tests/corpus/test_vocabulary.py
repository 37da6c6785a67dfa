"""The vocabulary: order, cuts, its file, and files that are not vocabularies."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import InputError

KEEP_STOP = ("keep", "stop")


def test_most_frequent_first_ties_in_order_of_appearance():
    vocabulary = Vocabulary.from_counts(["a", "b", "c", "d"], np.array([2, 5, 2, 1]), 2)
    assert vocabulary.words == ["b", "a", "c"]
    assert vocabulary.counts.tolist() == [5, 2, 2]


def test_max_vocab_keeps_the_most_frequent():
    counts = np.array([2, 5, 3])
    assert Vocabulary.from_counts(["a", "b", "c"], counts, 1, max_vocab=2).words == ["b", "c"]


def test_no_word_left_names_the_highest_count():
    with pytest.raises(InputError, match=r"at least 5 times, the highest count is 3.*min_count"):
        Vocabulary.from_counts(["a", "b"], np.array([1, 3]), 5)


def test_no_word_left_after_the_stop_list():
    counts = np.array([1, 9])
    with pytest.raises(InputError, match="the highest count is 1"):
        Vocabulary.from_counts(["a", "the"], counts, 5, stop=["the"])
    with pytest.raises(InputError, match="every word that occurs at least 1 times is stopped"):
        Vocabulary.from_counts(["a", "the"], counts, 1, stop=["the", "a"])


@given(
    counts=st.lists(st.integers(1, 6), min_size=1, max_size=12),
    min_count=st.integers(1, 7),
    max_vocab=st.none() | st.integers(1, 13),
    lists=st.lists(st.sampled_from(["keep", "stop", ""]), min_size=12, max_size=12),
)
def test_kept_words_first_then_the_most_frequent_never_a_stopped_one(
    counts, min_count, max_vocab, lists
):
    words = [f"w{number}" for number in range(len(counts))]
    count_of = dict(zip(words, counts, strict=True))
    keep, stop = ({f"w{n}" for n, list_ in enumerate(lists) if list_ == of} for of in KEEP_STOP)
    kept = [word for word in words if word in keep]
    others = [word for word in words if word not in keep | stop and count_of[word] >= min_count]
    others.sort(key=lambda word: -count_of[word])
    if max_vocab is not None:
        others = others[: max(max_vocab - len(kept), 0)]
    chosen = {*kept, *others}
    expected = sorted(chosen, key=lambda word: (-count_of[word], words.index(word)))
    arguments = (words, np.array(counts), min_count, max_vocab, keep, stop)
    if not expected:
        with pytest.raises(InputError):
            Vocabulary.from_counts(*arguments)
        return
    vocabulary = Vocabulary.from_counts(*arguments)
    assert vocabulary.words == expected
    assert vocabulary.counts.tolist() == [count_of[word] for word in expected]


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
        (b"a " + b"9" * 9000, r"vocab\.txt:1: the count 9+ is too large"),
        (b"</s> 0\n", "no words in it"),
    ],
)
def test_files_that_are_not_vocabularies(content, message, tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        Vocabulary.load(path)


@pytest.mark.parametrize(
    ("ending", "start"),
    [(".gz", b"\x1f\x8b"), (".bz2", b"BZh"), (".xz", b"\xfd7zXZ"), (".zst", b"\x28\xb5\x2f\xfd")],
)
def test_the_name_of_a_file_of_counts_says_how_it_is_compressed(tmp_path, ending, start):
    path = tmp_path / f"vocab.txt{ending}"
    vocabulary = Vocabulary(["the", "naïve"], [30, 2])
    vocabulary.save(path)
    assert path.read_bytes().startswith(start)
    again = Vocabulary.load(path)
    assert list(again.words) == ["the", "naïve"] and again.counts.tolist() == [30, 2]
