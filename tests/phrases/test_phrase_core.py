"""Pairs counted and joined in ids, against plain Python; the scores against gensim's."""

from collections import Counter
from contextlib import closing
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.corpus.spool import Spool
from w2v_cli.phrases import counting, scores
from w2v_cli.phrases import pairs as loops
from w2v_cli.phrases.counting import count_pairs
from w2v_cli.phrases.joining import Joiner

END = -1
N_IDS = 6
IDS = st.lists(st.integers(END, N_IDS - 1), max_size=60)
KINDS = st.lists(st.integers(0, 2), min_size=N_IDS, max_size=N_IDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("spools")


def spool_of(ids, folder):
    spool = Spool(str(folder))
    spool.append(np.array(ids, dtype=np.int32))
    return spool


def candidates(ids, kinds, across=False):
    """(left, connectors, right) of all pairs, in order."""
    left, between = None, []
    for id_ in ids:
        if id_ == END:
            left = left if across else None
        elif kinds[id_] == loops.UNIT:
            if left is not None:
                yield left, tuple(between), id_
            left, between = id_, []
        elif kinds[id_] == loops.BLOCKED:
            left = None
        else:
            between.append(id_)
            if len(between) > loops.MOST_BETWEEN:
                left = None


def counted(ids, kinds, folder, **options):
    """The `Pairs` of ids, and they as a dict."""
    with closing(spool_of(ids, folder)) as spool:
        pairs = count_pairs(spool, np.array(kinds, dtype=np.uint8), **options)
    rows = zip(pairs.left, pairs.link, pairs.right, pairs.n, strict=True)
    return pairs, {(int(a), pairs.links[link], int(b)): int(n) for a, link, b, n in rows}


@given(ids=IDS, kinds=KINDS, across=st.booleans(), threads=st.integers(1, 3))
def test_pairs_are_those_of_a_plain_count(ids, kinds, across, threads, folder):
    pairs, found = counted(ids, kinds, folder, across=across, threads=threads)
    assert found == Counter(candidates(ids, kinds, across))
    assert pairs.n_distinct == len(found) == len(pairs.n)


@given(ids=IDS, kinds=KINDS, least=st.integers(1, 4), first_new=st.integers(0, N_IDS))
def test_rare_pairs_and_old_ones_are_left_out(ids, kinds, least, first_new, folder):
    _, found = counted(ids, kinds, folder, least=least, first_new=first_new)
    expected = Counter(candidates(ids, kinds))
    assert found == {
        pair: n for pair, n in expected.items() if n >= least and max(pair[0], pair[2]) >= first_new
    }


def test_ranges_and_blocks_change_nothing(folder, monkeypatch):
    rng = np.random.default_rng(1)
    ids = rng.integers(-1, 50, 20_000)
    kinds = rng.choice(3, 50, p=[0.8, 0.15, 0.05])
    whole = counted(ids, kinds, folder)
    monkeypatch.setattr(counting, "LEAST_BYTES", 1 << 12)
    monkeypatch.setattr(counting, "MOST_BYTES", 1 << 12)
    monkeypatch.setattr("w2v_cli.corpus.spool.BLOCK_IDS", 777)
    parts = counted(ids, kinds, folder, threads=2)
    assert parts[1] == whole[1]
    one, other = ([np.array(column).tolist() for column in each[0][:4]] for each in (parts, whole))
    assert one == other
    assert parts[0].links == whole[0].links


def test_pairs_lie_within_lines_unless_asked_otherwise(folder):
    ids, kinds = [0, 1, END, 2, 3], [0] * N_IDS
    assert set(counted(ids, kinds, folder)[1]) == {(0, (), 1), (2, (), 3)}
    assert (1, (), 2) in counted(ids, kinds, folder, across=True)[1]


def greedy(ids, rows):
    """What ids become, as gensim and word2phrase.c join: from the left."""
    phrases = {(left, *between, right): id_ for left, between, right, id_ in rows}
    out, place = [], 0
    while place < len(ids):
        for words, id_ in phrases.items():
            if tuple(ids[place : place + len(words)]) == words:
                out.append(id_)
                place += len(words)
                break
        else:
            out.append(ids[place])
            place += 1
    return out


def best_first(ids, rows):
    """Likewise, where the first row is joined wherever it occurs, then the second."""
    taken = {}
    for left, between, right, id_ in rows:
        words = (left, *between, right)
        for start in range(len(ids) - len(words) + 1):
            places = range(start, start + len(words))
            if tuple(ids[start : start + len(words)]) == words and taken.keys().isdisjoint(places):
                taken |= dict.fromkeys(places, None) | {start: id_}
    return [
        taken.get(place, id_) for place, id_ in enumerate(ids) if taken.get(place, id_) is not None
    ]


PHRASE = 100
WORD, LINK = st.integers(0, 3), st.lists(st.integers(4, 5), max_size=2).map(tuple)
ROWS = st.lists(st.tuples(WORD, LINK, WORD), min_size=1, max_size=8, unique=True).map(
    lambda rows: [(*row, PHRASE + number) for number, row in enumerate(rows)]
)


def joined(ids, rows, block, prefers_best):
    joiner = Joiner(PHRASE + len(rows), rows, prefers_best)
    blocks = [ids[start : start + block] for start in range(0, len(ids), block)]
    out = [joiner.feed(np.array(each, dtype=np.int32)).tolist() for each in blocks]
    out = [*chain.from_iterable(out), *joiner.finish().tolist()]
    counts = np.bincount([id_ for id_ in out if id_ != END], minlength=len(joiner.counts))
    assert np.array_equal(joiner.counts, counts)
    return out


@given(ids=IDS, rows=ROWS, block=st.integers(1, 61))
def test_the_first_of_phrases_that_overlap_is_joined(ids, rows, block):
    out = joined(ids, rows, block, prefers_best=False)
    assert out == greedy(ids, rows)
    # Words and phrases that are joined already are no beginning of others.
    assert joined(out, rows, block, prefers_best=False) == out


@given(ids=IDS, rows=ROWS, block=st.integers(1, 61))
def test_the_best_of_phrases_that_overlap_is_joined(ids, rows, block):
    out = joined(ids, rows, block, prefers_best=True)
    assert out == best_first(ids, rows)
    assert joined(out, rows, block, prefers_best=True) == out


def test_a_run_that_never_ends_is_cut_and_not_held_for_ever(monkeypatch):
    monkeypatch.setattr("w2v_cli.phrases.joining.MOST_HELD", 100)
    out = joined([0] * 1000, [(0, (), 0, 7)], 30, prefers_best=True)
    assert sum(2 if id_ == 7 else 1 for id_ in out) == 1000
    assert out.count(7) > 450


def some_counts():
    rng = np.random.default_rng(3)
    n_a, n_b = rng.integers(10, 10_000, (2, 1000))
    return rng.integers(5, np.minimum(n_a, n_b), 1000), n_a, n_b


def test_scores_are_those_of_gensim():
    phrases = pytest.importorskip("gensim.models.phrases")
    n_ab, n_a, n_b = counts = some_counts()
    rows = [tuple(map(int, row)) for row in zip(n_a, n_b, n_ab, strict=True)]
    arguments = {"len_vocab": 40_000, "min_count": 5, "corpus_word_count": 1_000_000}
    original = [phrases.original_scorer(*row, **arguments) for row in rows]
    assert np.allclose(scores.word2phrase(*counts, 40_000, 5), original, rtol=1e-12, atol=0)
    npmi = [phrases.npmi_scorer(*row, **arguments) for row in rows]
    assert np.allclose(scores.npmi(*counts, 1_000_000), npmi, rtol=1e-12, atol=1e-15)


def test_scores_of_all_words_are_those_of_two_words_where_there_are_two():
    n_ab, n_a, n_b = counts = some_counts()
    n = 1_000_000
    log_product, lengths = np.log(n_a / n) + np.log(n_b / n), np.full(1000, 2)
    found = scores.npmi_of_words(n_ab, log_product, lengths, n)
    assert np.allclose(found, scores.npmi(*counts, n), rtol=1e-12, atol=1e-14)
    found = scores.ratio_of_words(n_ab, log_product, lengths, n, 5, n)
    assert np.allclose(found, scores.word2phrase(*counts, n, 5), rtol=1e-9)


def test_words_that_are_always_together_have_the_highest_score():
    """However many there are: three words that occur 10 times each, and always in a row."""
    n, log_p = np.array([10]), np.log(10 / 10_000)
    for length in (2, 3, 5):
        score = scores.npmi_of_words(n, np.array([length * log_p]), np.array([length]), 10_000)
        assert score == pytest.approx(1)
