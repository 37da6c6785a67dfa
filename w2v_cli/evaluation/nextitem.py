"""How well vectors foretell the last item of a session: hit rate, NDCG and reciprocal rank.

The items nearest to the one before are the answer, or those nearest to the mean of several before
(Caselles-Dupré, Lesaint and Royo-Letelier 2018, arXiv:1804.04212, "next event prediction": from
the last item but one, with HR@10 and NDCG@10).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..embeddings.lookup import Lookup
from ..embeddings.restriction import Restriction
from .bootstrap import mean_interval
from .formulas import DEFAULT_K, METRICS

__all__ = ["METRICS", "evaluate_sessions", "gains", "n_askable", "next_ranks"]

UNASKED = -1
"""In the place of a rank: an item that is needed has no vector."""
QUERIES_AT_ONCE = 4096


@dataclass(frozen=True)
class SessionScores:
    """How well the last items of sessions were foretold.

    Attributes
    ----------
    k, history : int             answers that count, and how many items they are found by
    hit_rate : float or None     share of the sessions asked whose last item is among the k answers
    ndcg : float or None         mean of 1 / log2(1 + rank), 0 beyond rank k: one answer is right,
                                 so that the best possible gain is 1
    mrr : float or None          mean of 1 / rank, 0 beyond rank k
    hit_rate_interval, ndcg_interval, mrr_interval : (float, float) or None   95 % bootstrap
                                 intervals over the sessions asked
    hits, asked : int            sessions
    skipped : int                those whose last item, or all items to find it by, have no vector
    short : int                  sessions of one item, which are in no other number
    repeated : int               of those asked: the last item is one it was to be found by, which
                                 is no answer
    """

    k: int
    history: int
    hit_rate: float | None
    ndcg: float | None
    mrr: float | None
    hit_rate_interval: tuple | None
    ndcg_interval: tuple | None
    mrr_interval: tuple | None
    hits: int
    asked: int
    skipped: int
    short: int
    repeated: int

    def __repr__(self) -> str:
        """What one reads first, with few digits."""
        short = ", ".join(
            f"{name}={None if value is None else round(value, 4)}"
            for name, value in ((name, getattr(self, name)) for name in METRICS)
        )
        return f"SessionScores(k={self.k}, {short}, asked={self.asked}, skipped={self.skipped})"

    @property
    def hit_rate_all(self) -> float | None:
        """Share of all sessions, those skipped counted as missed; None if there are none."""
        n_sessions = self.asked + self.skipped
        return self.hits / n_sessions if n_sessions else None

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name, as they stand in JSON."""
        numbers = dict(vars(self), hit_rate_all=self.hit_rate_all)
        for name in METRICS:
            ends = numbers[f"{name}_interval"]
            numbers[f"{name}_interval"] = None if ends is None else list(ends)
        return numbers


def gains(metric, k):
    """What a rank is worth: ndarray of float64, shape (k + 1,), by rank; 0 is beyond k.

    Parameters
    ----------
    metric : str   one of METRICS
    k : int
    """
    ranks = np.arange(1, k + 1)
    of_rank = {
        "hit_rate": np.ones(k),
        "ndcg": 1 / np.log2(1 + ranks),
        "mrr": 1 / ranks,
    }
    return np.concatenate([[0.0], of_rank[metric]])


def evaluate_sessions(embeddings, sessions, k=DEFAULT_K, history=1, n_rows=None, ignore_case=False):
    """Foretell the last item of each session by those before it, and count.

    Parameters
    ----------
    embeddings : Embeddings     not changed
    sessions : Sessions
    k : int                     answers that count
    history : int               items before the last one whose mean is the query, at most
    n_rows : int or None        only the first n_rows items are known; None for all
    ignore_case : bool          items that differ only in case are one

    Returns
    -------
    SessionScores
    """
    ranks, repeated = next_ranks(embeddings, sessions, k, history, n_rows, ignore_case)
    asked = ranks[ranks != UNASKED]
    counts = np.bincount(asked, minlength=k + 1)
    found = {}
    for metric in METRICS:
        values = gains(metric, k)
        found[metric] = float(counts @ values / len(asked)) if len(asked) else None
        found[f"{metric}_interval"] = mean_interval(values, counts) if len(asked) else None
    return SessionScores(
        k=k,
        history=history,
        hits=int(counts[1:].sum()),
        asked=len(asked),
        skipped=len(ranks) - len(asked),
        short=sessions.n_short,
        repeated=repeated,
        **found,
    )


def next_ranks(embeddings, sessions, k=DEFAULT_K, history=1, n_rows=None, ignore_case=False):
    """The rank of the last item of each session among the answers, see `evaluate_sessions`.

    Items of the query are no answers. Of an item that is there twice the first is meant.

    Returns
    -------
    ranks : ndarray of int64, shape (n_sessions,)   from 1 to k; 0: not among the first k; UNASKED
    repeated : int                                  sessions asked whose last item is in the query
    """
    n_rows = len(embeddings) if n_rows is None else min(n_rows, len(embeddings))
    lookup = Lookup(embeddings.words, ignore_case, n_rows)
    queries = _Queries(sessions, lookup, history)
    restriction = Restriction(n_rows, lookup.shadowed)
    ranks = np.full(len(sessions), UNASKED, dtype=np.int64)
    repeated = 0
    for rows, place, some in queries.blocks():
        found, _ = embeddings.nearest(_means(embeddings, rows), k, rows.tolist(), restriction)
        wanted = queries.targets[some, np.newaxis]
        is_wanted = found[place] == wanted
        ranks[some] = np.where(is_wanted.any(axis=1), is_wanted.argmax(axis=1) + 1, 0)
        repeated += int((rows[place] == wanted).any(axis=1).sum())
    return ranks, repeated


def n_askable(sessions, words, history=1):
    """How many sessions can be asked of these words (list of str) and no others: int."""
    return _Queries(sessions, Lookup(words, ignore_case=False), history).n_asked


class _Queries:
    """By which rows the last items of sessions are to be found.

    Attributes
    ----------
    targets : ndarray of int64, shape (n_sessions,)   rows of last items; -1 where unknown
    n_asked : int                                     sessions that can be asked
    """

    def __init__(self, sessions, lookup, history):
        row_of = lookup.rows([(item,) for item in sessions.items], 1)[:, 0]
        self._rows = row_of[sessions.ids]
        self._lasts = sessions.stops - 1
        self._firsts = np.maximum(sessions.starts, self._lasts - history)
        self.targets = self._rows[self._lasts]
        is_known = self._rows >= 0
        known_before = np.concatenate([[0], np.cumsum(is_known)])
        has_query = known_before[self._lasts] > known_before[self._firsts]
        self._asked = np.flatnonzero((self.targets >= 0) & has_query)
        self.n_asked = len(self._asked)
        self._history = history

    def blocks(self):
        """Yield some queries, and the sessions that ask them.

        Yields
        ------
        rows : ndarray of int64, shape (n_queries, at most history)   -1 is none
        place : ndarray of int64, shape (n_some,)    the query of each session
        some : ndarray of int64, shape (n_some,)     numbers of sessions
        """
        if self._history > 1:
            for start in range(0, self.n_asked, QUERIES_AT_ONCE):
                some = self._asked[start : start + QUERIES_AT_ONCE]
                yield self._before(some), np.arange(len(some)), some
            return
        # Many sessions end with the same item before the last: each is looked for once.
        befores = self._rows[self._lasts[self._asked] - 1]
        order = np.argsort(befores, kind="stable")
        distinct, first = np.unique(befores[order], return_index=True)
        first = np.append(first, len(order))
        for start in range(0, len(distinct), QUERIES_AT_ONCE):
            rows = distinct[start : start + QUERIES_AT_ONCE, np.newaxis]
            bounds = first[start : start + len(rows) + 1]
            place = np.repeat(np.arange(len(rows)), np.diff(bounds))
            yield rows, place, self._asked[order[bounds[0] : bounds[-1]]]

    def _before(self, some):
        """The rows of the items before the last ones, the nearest first."""
        lasts, firsts = self._lasts[some], self._firsts[some]
        width = int((lasts - firsts).max())
        rows = np.full((len(some), width), -1, dtype=np.int64)
        for step in range(width):
            at = lasts - 1 - step
            is_there = at >= firsts
            rows[is_there, step] = self._rows[at[is_there]]
        return rows


def _means(embeddings, rows):
    """Sums of unit vectors of rows (-1: none), which point where their means do: float64."""
    sums = np.zeros((len(rows), embeddings.dim))
    for column in rows.T:
        is_there = column >= 0
        sums[is_there] += embeddings.unit(column[is_there])
    return sums
