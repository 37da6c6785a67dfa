"""The last item of sessions: found as plain Python and gensim find it, and what that is worth."""

import gzip
import math

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.config import TextConfig
from w2v_cli.corpus.marks import SENTENCE_END
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError
from w2v_cli.evaluation.bootstrap import mean_interval
from w2v_cli.evaluation.nextitem import (
    UNASKED,
    evaluate_sessions,
    gains,
    n_askable,
    next_ranks,
)
from w2v_cli.evaluation.sessions import read_sessions, sessions_of, sessions_of_tokens

ITEMS = [f"i{number}" for number in range(12)]


def embeddings_of(seed=1, words=ITEMS):
    rng = np.random.default_rng(seed)
    return Embeddings(words, rng.normal(size=(len(words), 4)).astype(np.float32))


def items_of(sessions):
    """The sessions as lists of items."""
    return [
        [sessions.items[id_] for id_ in sessions.ids[start:stop]]
        for start, stop in zip(sessions.starts, sessions.stops, strict=True)
    ]


def rank_in_python(embeddings, session, k, history):
    """The rank of the last item by sorting all of them."""
    index = {word: row for row, word in reversed(list(enumerate(embeddings.words)))}
    *before, last = session
    query = [index[item] for item in before[-history:] if item in index]
    if last not in index or not query:
        return UNASKED
    unit = embeddings.unit(np.arange(len(embeddings)))
    cosines = unit @ unit[query].sum(axis=0)
    order = [row for row in np.argsort(-cosines, kind="stable") if row not in query][:k]
    order = [row for row in order if index[embeddings.words[row]] == row]
    return order.index(index[last]) + 1 if index[last] in order else 0


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from([*ITEMS, "new", "newer"]), min_size=1, max_size=6),
             min_size=1, max_size=20),
    st.integers(1, 12),
    st.integers(1, 7),
)  # fmt: skip
def test_ranks_are_those_of_sorting(lists, k, history):
    lists.append(["i1", "i2"])
    embeddings = embeddings_of()
    sessions = sessions_of_tokens(lists)
    long = [session for session in lists if len(session) > 1]
    assert items_of(sessions) == long
    assert sessions.n_short == len(lists) - len(long)
    ranks, repeated = next_ranks(embeddings, sessions, k, history)
    assert ranks.tolist() == [rank_in_python(embeddings, one, k, history) for one in long]
    asked = [one for one, rank in zip(long, ranks, strict=True) if rank != UNASKED]
    assert repeated == sum(one[-1] in one[-1 - history : -1] for one in asked)
    assert n_askable(sessions, ITEMS, history) == len(asked)


def test_many_queries_are_answered_in_blocks(monkeypatch):
    rng = np.random.default_rng(5)
    lists = [rng.choice(ITEMS, 4).tolist() for _ in range(200)]
    embeddings, sessions = embeddings_of(), sessions_of_tokens(lists)
    whole = [next_ranks(embeddings, sessions, 3, history)[0].tolist() for history in (1, 3)]
    monkeypatch.setattr("w2v_cli.evaluation.nextitem.QUERIES_AT_ONCE", 5)
    parts = [next_ranks(embeddings, sessions, 3, history)[0].tolist() for history in (1, 3)]
    assert parts == whole
    assert 0 < sum(rank > 0 for rank in whole[0]) < 200


def test_hits_are_those_of_gensim():
    rng = np.random.default_rng(6)
    embeddings = embeddings_of(7)
    keyed = KeyedVectors(4)
    keyed.add_vectors(ITEMS, embeddings.vectors)
    lists = [rng.choice(ITEMS, 3, replace=False).tolist() for _ in range(100)]
    hits = sum(
        last in [word for word, _ in keyed.most_similar(before, topn=3)]
        for *_, before, last in lists
    )
    found = evaluate_sessions(embeddings, sessions_of_tokens(lists), k=3)
    assert (found.hits, found.asked, found.hit_rate) == (hits, 100, hits / 100)


def test_only_the_first_items_are_known_and_case_may_count():
    embeddings = embeddings_of(words=["a", "b", "A", "c"])
    sessions = sessions_of_tokens([["a", "b"], ["A", "b"], ["b", "c"]])
    assert evaluate_sessions(embeddings, sessions, n_rows=2).asked == 1
    exact = evaluate_sessions(embeddings, sessions)
    assert (exact.asked, exact.skipped) == (3, 0)
    assert evaluate_sessions(embeddings, sessions, n_rows=2, ignore_case=True).asked == 2
    # One of two that are one is no answer: two items are left, so that every rank is 1 or 2.
    ranks, _ = next_ranks(embeddings, sessions, k=2, ignore_case=True)
    assert (ranks > 0).all()


def test_gains():
    """With one right answer the best possible gain is 1 (Järvelin and Kekäläinen 2002)."""
    assert gains("hit_rate", 3).tolist() == [0, 1, 1, 1]
    assert gains("mrr", 3).tolist() == [0, 1, 1 / 2, 1 / 3]
    assert gains("ndcg", 3).tolist() == [0, 1, 1 / math.log2(3), 1 / 2]


def test_scores_are_means_of_gains_over_the_sessions_asked():
    embeddings = Embeddings(
        ["a", "b", "c", "d"], np.array([[1, 0], [1, 0.1], [1, 0.3], [-1, 0]], dtype=np.float32)
    )
    # Nearest to a: b, c, d.
    lists = [["a", "b"], ["x", "a", "c"], ["a", "d"], ["a", "new"], ["new", "a"], ["a", "a"], ["a"]]
    found = evaluate_sessions(embeddings, sessions_of_tokens(lists), k=2)
    assert (found.hits, found.asked, found.skipped) == (2, 4, 2)
    assert (found.short, found.repeated) == (1, 1)
    assert found.hit_rate == 2 / 4
    assert found.mrr == (1 + 1 / 2) / 4
    assert found.ndcg == pytest.approx((1 + 1 / math.log2(3)) / 4)
    assert found.hit_rate_all == 2 / 6
    low, high = found.hit_rate_interval
    assert low < found.hit_rate < high
    none = evaluate_sessions(embeddings, sessions_of_tokens([["y", "z"]]))
    assert (none.hit_rate, none.ndcg_interval, none.asked, none.skipped) == (None, None, 0, 1)
    assert none.hit_rate_all == 0


def test_an_interval_of_few_values_is_that_of_resampling():
    rng = np.random.default_rng(8)
    values = np.array([0.0, 1.0, 0.5, 0.25])
    counts = np.array([60, 20, 0, 20])
    drawn = rng.choice(np.repeat(values, counts), (20_000, 100)).mean(axis=1)
    assert mean_interval(values, counts) == pytest.approx(
        tuple(np.quantile(drawn, (0.025, 0.975))), abs=0.006
    )


def test_without_the_last_items_of_some():
    ids = np.array([0, 1, 2, SENTENCE_END, 3, SENTENCE_END, 4, 5, SENTENCE_END, 6, 7, SENTENCE_END])
    sessions = sessions_of(ids.astype(np.int32), list("abcdefgh"), "the text")
    assert items_of(sessions) == [["a", "b", "c"], ["e", "f"], ["g", "h"]]
    some = sessions.spread(2)
    assert items_of(some) == [["a", "b", "c"], ["e", "f"]]
    assert some.without_last().tolist() == [0, 1, -1, 3, -1, 4, -1, 6, 7, -1]
    assert sessions.spread(3) is sessions


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_sessions_are_read_as_text_to_train_on(tmp_path, compress):
    path = tmp_path / "s.txt"
    path.write_bytes(compress("\ufeffA1 b2  c3\r\n\r\nsolo\r\nd4\tA1".encode()))
    sessions, notes = read_sessions([path])
    assert items_of(sessions) == [["A1", "b2", "c3"], ["d4", "A1"]]
    assert (sessions.n_short, notes) == (1, [])
    lower, _ = read_sessions([path, path], TextConfig(lowercase=True))
    assert items_of(lower) == [["a1", "b2", "c3"], ["d4", "a1"]] * 2


def test_what_is_no_file_of_sessions(tmp_path):
    path = tmp_path / "s.txt"
    for data in (b"", b"\n\n", b"a\nb\n"):
        path.write_bytes(data)
        with pytest.raises(InputError, match=r"s\.txt: holds no sessions, lines of two items"):
            read_sessions([path])
    with pytest.raises(InputError, match="the sessions: holds no sessions"):
        sessions_of_tokens([["a"], []])
    with pytest.raises(InputError, match="sentence 1 is 'a b'"):
        sessions_of_tokens(["a b"])
    path.write_bytes(b"a b\nb \xff\xfe\n")
    sessions, [note] = read_sessions([path])
    assert len(sessions) == 2
    assert "1 items are not UTF-8" in note
