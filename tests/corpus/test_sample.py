"""Samples of an encoded corpus: whole lines from everywhere, and their words."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.corpus.encoded import EncodedCorpus
from w2v_cli.corpus.sample import MemoryIds, choose_words, sample_lines


def corpus_of(lines):
    ids = [number for line in lines for number in [*line, -1]]
    n_tokens = sum(map(len, lines))
    return EncodedCorpus(MemoryIds(np.array(ids, dtype=np.int32)), n_tokens, len(lines))


def lines_of(ids):
    text = " ".join(map(str, ids.tolist())) + " "
    return [tuple(map(int, line.split())) for line in text.split("-1 ")[:-1]]


@given(st.integers(0, 10**6), st.integers(1, 400), st.integers(1, 300), st.integers(1, 30))
def test_a_sample_is_whole_lines_in_their_order(seed, n_lines, n_words, longest):
    rng = np.random.default_rng(seed)
    # Each line tells by its words which one it is.
    lines = [(number,) * int(rng.integers(1, longest + 1)) for number in range(n_lines)]
    corpus = corpus_of(lines)
    ids = sample_lines(corpus, n_words, max_line=100)
    found = lines_of(ids)
    places = [line[0] for line in found]
    assert places == sorted(set(places))
    assert all(line == lines[line[0]] for line in found)
    if n_words >= corpus.n_tokens:
        assert found == lines
    np.testing.assert_array_equal(ids, sample_lines(corpus, n_words, max_line=100))


def test_a_sample_has_its_size_and_comes_from_everywhere():
    rng = np.random.default_rng(1)
    lines = [(number,) * int(rng.integers(1, 20)) for number in range(100_000)]
    ids = sample_lines(corpus_of(lines), 100_000, max_line=50)
    assert 90_000 < np.count_nonzero(ids >= 0) < 110_000  # half a line more a place
    in_tenths = np.histogram(ids[ids >= 0], bins=10, range=(0, 100_000))[0]
    assert in_tenths.min() > 8_000
    assert in_tenths.max() < 12_000


def test_a_text_of_one_line_can_be_sampled():
    corpus = corpus_of([tuple(range(100_000))])
    ids = sample_lines(corpus, 10_000, max_line=100)
    assert 9_500 < np.count_nonzero(ids >= 0) < 10_500
    assert ids.max() > 95_000
    assert ids[-1] == -1


def test_words_of_a_sample_are_counted_anew():
    ids = np.array([3, 1, -1, 0, -1, 1, 3, 3, -1, 2, 1, -1], dtype=np.int32)
    corpus, words, counts = choose_words(ids, 5, min_count=2)
    assert (words.tolist(), counts.tolist()) == ([1, 3], [3, 3])
    assert corpus.window(0, corpus.length).tolist() == [1, 0, -1, 0, 1, 1, -1, 0, -1]
    assert (corpus.n_tokens, corpus.n_sentences) == (6, 3)
    corpus, words, counts = choose_words(ids, 5, 1, max_vocab=1)
    assert (words.tolist(), corpus.n_tokens, corpus.n_sentences) == ([1], 3, 3)
    corpus, words, _ = choose_words(ids, 5, 100)
    assert (len(words), corpus.n_tokens) == (0, 0)
