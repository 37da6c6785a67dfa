"""The best rows for many queries at once: blocks of approximate scores, then exact ones.

Matrix products in float32 are fast, but their last bits depend on how the work was cut into
blocks. So they only pick candidates, a few more than asked for; the candidates are scored again
in float64, in an order of additions that never changes. The answer is therefore the same for one
query and for a thousand, and equal scores are told from almost equal ones.
"""

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np

from ..machine.system import available_cpus
from ..machine.threads import in_threads, one_blas_thread

ROW_BLOCK = 512
"""Rows that are compared at a time."""
BLOCK_SCORES = 1 << 18
"""Scores computed at a time: 1 MB, so that they are still in the cache when they are looked at."""
CANDIDATE_SCORES = 1 << 21
"""Candidates held at a time, for all queries of a block together."""
PAIR_NUMBERS = 1 << 16
"""Numbers multiplied at a time when candidates are scored again; they stay in the cache."""
MOST_THREADS = 16
"""Parts worked on at a time, each with scores and candidates of its own."""
OWN_THREADS_SCORES = 1 << 22
"""Scores of all queries that are worth threads of our own instead of those of BLAS."""
STRIPE = 1 << 13
"""Rows that are worth a thread for the same queries."""
FEW = 2
"""Queries for which no BLAS is asked (`table.FEW_QUERIES`), so that its threads do not matter."""
SPARE = 8
MOST_HITS = 2
"""Times the number of candidates: scores kept aside until they are put among them."""
WIDEN = 4


def top_rows(block_scores, exact_scores, exclude, n_rows, k, tolerance):
    """The ``k`` rows with the highest scores, for each query.

    Parameters
    ----------
    block_scores : function   of (queries, start, stop, out): approximate scores of rows
                              start..stop, in ``out``, a float32 array of shape (len(queries),
                              stop - start), or in a new one; they may be changed
    exact_scores : function   of (queries, rows), both int64 arrays of one length: float64 scores
                              of those pairs
    exclude : ndarray of int64, shape (n_queries, any)   rows left out for a query; -1 is none
    n_rows : int              rows 0..n_rows-1 are searched
    k : int                   rows wanted
    tolerance : float         an approximate score is no further than half of this from exact

    Returns
    -------
    ids : ndarray of int64, shape (n_queries, min(k, n_rows))       best first; of equal scores
                              the lower row comes first; -1 where no row is left
    scores : ndarray of float64, same shape                         -inf where no row is left
    """
    k = min(k, n_rows)
    ids = np.full((len(exclude), k), -1, dtype=np.int64)
    scores = np.full((len(exclude), k), -np.inf)
    pending = np.arange(len(exclude) if k else 0)
    wanted = k + SPARE
    while len(pending):
        wanted = min(wanted, n_rows)
        plan = _Plan.of(len(pending), n_rows, wanted)
        settled = np.zeros(len(pending), dtype=bool)

        def settle(part, found, floor, pending=pending, settled=settled):
            queries = pending[part]
            exact = _score_again(exact_scores, queries, found)
            order = np.lexsort((found, -exact))[:, :k]
            ids[queries] = np.take_along_axis(found, order, axis=1)
            scores[queries] = np.take_along_axis(exact, order, axis=1)
            # A row that is no candidate scores at most floor + tolerance.
            settled[part] = (floor == -np.inf) | (scores[queries, -1] > floor + tolerance)

        _search_all(block_scores, pending, exclude[pending], plan, settle)
        # Many rows as good as the last one: look again with more candidates.
        pending = pending[~settled] if wanted < n_rows else pending[:0]
        wanted *= WIDEN
    return ids, scores


def pad(row_lists):
    """Lists of rows as one array, filled up with -1: [[5], [2, 7]] -> [[5, -1], [2, 7]]."""
    width = max(map(len, row_lists), default=0)
    array = np.full((len(row_lists), width), -1, dtype=np.int64)
    for filled, rows in zip(array, row_lists, strict=True):
        filled[: len(rows)] = rows
    return array


def pair_products(left, left_rows, right, right_rows):
    """Scalar products of pairs of rows, in float64 and in a fixed order of additions.

    Parameters
    ----------
    left, right : ndarray, shape (any, dim)
    left_rows, right_rows : ndarray of int64, shape (n,)   the rows of pair i

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    products = np.empty(len(left_rows))
    step = max(1, PAIR_NUMBERS // left.shape[1])
    for start in range(0, len(products), step):
        pairs = slice(start, start + step)
        wide = left[left_rows[pairs]].astype(np.float64, copy=False)
        wide *= right[right_rows[pairs]]
        products[pairs] = wide.sum(axis=1)
    return products


class _Plan(NamedTuple):
    """How the work is cut: into parts of the queries, or else into stripes of the rows.

    Attributes
    ----------
    parts, stripes : list of slice   one of both has a single element
    block : int                      rows compared at a time
    wanted : int                     candidates of each query
    n_threads : int
    """

    parts: list[slice]
    stripes: list[slice]
    block: int
    wanted: int
    n_threads: int

    @classmethod
    def of(cls, n_queries, n_rows, wanted):
        """Parts are so small that their scores and candidates fit in bounded memory."""
        block = max(min(n_rows, ROW_BLOCK), wanted)
        most = max(1, min(BLOCK_SCORES // block, CANDIDATE_SCORES // wanted))
        n_threads = min(available_cpus(), MOST_THREADS)
        n_parts, n_stripes = -(-n_queries // most), 1
        if n_queries > FEW and n_queries * n_rows < OWN_THREADS_SCORES:
            n_threads = 1
        elif n_parts > 1:
            # All threads end at about the same time.
            n_parts = -(-n_parts // n_threads) * n_threads
        else:
            # For few queries the time goes into fetching the rows, so that they are shared.
            n_stripes = max(1, min(n_threads, n_rows // max(STRIPE, 2 * wanted)))
        # A block for few queries may have more rows: fewer calls.
        block = max(block, min(-(-n_rows // n_stripes), BLOCK_SCORES // 16 // max(n_queries, 1)))
        parts, stripes = _slices(n_queries, n_parts), _slices(n_rows, n_stripes)
        return cls(parts, stripes, block, wanted, min(n_threads, len(parts) * len(stripes)))


def _slices(n, n_slices):
    """About equal slices of 0..n-1, none of them empty."""
    step = max(1, -(-n // n_slices))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]


def _search_all(block_scores, queries, exclude, plan, settle):
    """Find candidates for all queries, and hand them over.

    ``settle`` is called, by several threads, with a slice of the queries, the rows of their best
    approximate scores (int64, (n, plan.wanted); -1: left out), and a floor, float32, (n,): no other
    row scores more; -inf if there is none.
    """
    in_stripes = len(plan.stripes) > 1
    shape = len(plan.stripes) if in_stripes else 0, len(queries), plan.wanted
    ids, scores = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.float32)
    tasks = [(part, number) for part in plan.parts for number in range(len(plan.stripes))]

    def search(task):
        part, number = tasks[task]
        rows = plan.stripes[number]
        found = _candidates(block_scores, queries[part], exclude[part], rows, plan)
        if in_stripes:
            ids[number], scores[number] = found
        else:
            settle(part, found[0], found[1].min(axis=1))

    own_threads = plan.n_threads > 1 and len(queries) > FEW
    with one_blas_thread() if own_threads else nullcontext():
        for _ in in_threads(search, range(len(tasks)), plan.n_threads):
            pass
    if in_stripes:
        columns, best = _partition(np.concatenate(scores, axis=1), plan.wanted)
        found = np.take_along_axis(np.concatenate(ids, axis=1), columns, axis=1)
        settle(plan.parts[0], found, best.min(axis=1))


def _candidates(block_scores, queries, exclude, rows, plan):
    """The best of a slice of the rows, as `_Best.found` gives them."""
    best, barred = _Best(len(queries), plan.wanted), _Excluded(exclude)
    # Fresh memory for each block would cost as much as looking at it.
    room = np.empty(len(queries) * min(plan.block, rows.stop - rows.start), dtype=np.float32)
    for start in range(rows.start, rows.stop, plan.block):
        stop = min(start + plan.block, rows.stop)
        out = room[: len(queries) * (stop - start)].reshape(len(queries), stop - start)
        block = block_scores(queries, start, stop, out)
        barred.leave_out(block, start, stop)
        best.add(block, start)
    return best.found()


class _Excluded:
    """Rows that are left out, of which those in a block of rows are soon found."""

    def __init__(self, exclude):
        """``exclude``: ndarray of int64, shape (n_queries, any); -1 is none."""
        queries, slots = np.nonzero(exclude >= 0)
        rows = exclude[queries, slots]
        order = np.argsort(rows, kind="stable")
        self._rows, self._queries = rows[order], queries[order]

    def leave_out(self, block, start, stop):
        """*In place:* give them a score of -inf."""
        first, last = self._rows.searchsorted((start, stop))
        if first < last:
            block[self._queries[first:last], self._rows[first:last] - start] = -np.inf


class _Best:
    """The best rows of some queries among the blocks of scores that were added.

    Most scores are below the lowest candidate of their query so far. Those that are not are kept
    aside, and put among the candidates when there are about as many of them.
    """

    def __init__(self, n_queries, wanted):
        self._wanted = wanted
        self._ids = np.full((n_queries, 0), -1, dtype=np.int64)
        self._scores = np.empty((n_queries, 0), dtype=np.float32)
        self._floor = None
        self._hits = []
        self._n_hits = 0

    def add(self, block, start):
        """Take a block of scores, float32, (n_queries, any), of rows from ``start`` on."""
        if self._floor is None:
            columns, best = _partition(block, self._wanted)
            self._choose(columns + start, best)
            return
        hits = np.flatnonzero(np.greater(block, self._floor))
        queries, columns = np.divmod(hits, block.shape[1])
        self._hits.append((queries, columns + start, block.ravel()[hits]))
        self._n_hits += len(columns)
        if self._n_hits >= MOST_HITS * self._scores.size:
            self._merge()

    def found(self):
        """(ids, scores) of the best, in any order, filled up to ``wanted`` with -1 and -inf."""
        if self._hits:
            self._merge()
        n_missing = self._wanted - self._scores.shape[1]
        self._ids[self._scores == -np.inf] = -1
        widths = ((0, 0), (0, n_missing))
        scores = np.pad(self._scores, widths, constant_values=-np.inf)
        return np.pad(self._ids, widths, constant_values=-1), scores

    def _choose(self, ids, scores):
        """Put others beside the candidates, and leave the best of both."""
        ids, scores = np.hstack((self._ids, ids)), np.hstack((self._scores, scores))
        columns, self._scores = _partition(scores, self._wanted)
        self._ids = np.take_along_axis(ids, columns, axis=1)
        if self._scores.shape[1] == self._wanted:
            self._floor = self._scores.min(axis=1, keepdims=True)

    def _merge(self):
        queries, rows, values = (np.concatenate(each) for each in zip(*self._hits, strict=True))
        order = np.argsort(queries, kind="stable")
        queries, rows, values = queries[order], rows[order], values[order]
        # Each query has a line of its hits, filled up with -inf.
        counts = np.bincount(queries, minlength=len(self._scores))
        slots = np.arange(len(queries)) - np.repeat(np.cumsum(counts) - counts, counts)
        ids = np.full((len(counts), counts.max()), -1, dtype=np.int64)
        scores = np.full(ids.shape, -np.inf, dtype=np.float32)
        ids[queries, slots], scores[queries, slots] = rows, values
        self._hits, self._n_hits = [], 0
        self._choose(ids, scores)


def _partition(values, wanted):
    width = values.shape[1]
    if wanted >= width:
        return np.tile(np.arange(width), (len(values), 1)), values
    columns = np.argpartition(values, width - wanted, axis=1)[:, width - wanted :]
    return columns, np.take_along_axis(values, columns, axis=1)


def _score_again(exact_scores, queries, found):
    exact = np.full(found.shape, -np.inf)
    rows, slots = np.nonzero(found >= 0)
    exact[rows, slots] = exact_scores(queries[rows], found[rows, slots])
    return exact
