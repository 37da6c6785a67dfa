"""The best rows for many queries at once: blocks of approximate scores, then exact ones.

Matrix products in float32 are fast, but their last bits depend on how the work was cut into
blocks. So they only pick candidates, a few more than asked for; the candidates are scored again
in float64, in an order of additions that never changes. The answer is therefore the same for one
query and for a thousand, and equal scores are told from almost equal ones.
"""

import numpy as np

from ..machine.system import available_cpus
from ..machine.threads import in_threads

ROW_BLOCK = 4096
BLOCK_SCORES = 1 << 21
"""Scores computed at a time: 8 MB. Smaller products lose more time waiting for BLAS threads."""
CANDIDATE_SCORES = 1 << 21
"""Candidates held at a time, for all queries of a block together."""
PAIR_NUMBERS = 1 << 20
"""Numbers multiplied at a time when candidates are scored again."""
MOST_THREADS = 4
"""Parts of the queries worked on at a time, each with scores and candidates of its own."""
GROUP = 16
SPARE = 8
WIDEN = 4


def top_rows(block_scores, exact_scores, exclude, n_rows, k, tolerance):
    """The ``k`` rows with the highest scores, for each query.

    Parameters
    ----------
    block_scores : function   of (queries, start, stop): approximate scores of rows start..stop,
                              a new float32 array of shape (len(queries), stop - start)
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

        settled = np.zeros(len(pending), dtype=bool)
        parts = _parts(len(pending), n_rows, wanted)

        def answer(number, wanted=wanted, pending=pending, settled=settled, parts=parts):
            queries = pending[parts[number]]
            found, floor = _candidates(block_scores, queries, exclude[queries], n_rows, wanted)
            exact = _score_again(exact_scores, queries, found)
            order = np.lexsort((found, -exact))[:, :k]
            ids[queries] = np.take_along_axis(found, order, axis=1)
            scores[queries] = np.take_along_axis(exact, order, axis=1)
            # A row that is no candidate scores at most floor + tolerance.
            settled[parts[number]] = (floor == -np.inf) | (scores[queries, -1] > floor + tolerance)

        # While BLAS multiplies for one part, the best of another one are found.
        n_threads = min(available_cpus(), len(parts), MOST_THREADS)
        for _ in in_threads(answer, range(len(parts)), n_threads):
            pass
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
        wide = left[left_rows[pairs]].astype(np.float64)
        wide *= right[right_rows[pairs]]
        products[pairs] = wide.sum(axis=1)
    return products


def _parts(n_queries, n_rows, wanted):
    """Slices of the queries, so small that their scores and candidates fit in bounded memory."""
    rows = min(n_rows, ROW_BLOCK)
    step = max(1, min(BLOCK_SCORES // rows, CANDIDATE_SCORES // wanted))
    return [slice(start, start + step) for start in range(0, n_queries, step)]


def _candidates(block_scores, queries, exclude, n_rows, wanted):
    """``wanted`` rows with the best approximate scores (-1: left out), and the lowest of those."""
    ids = scores = None
    for start in range(0, n_rows, ROW_BLOCK):
        stop = min(start + ROW_BLOCK, n_rows)
        block = block_scores(queries, start, stop)
        query, slot = np.nonzero((exclude >= start) & (exclude < stop))
        block[query, exclude[query, slot] - start] = -np.inf
        if ids is None:
            ids, scores = _best_of_block(block, wanted)
        elif scores.shape[1] < wanted:
            columns, best = _best_of_block(block, wanted)
            ids = np.hstack((ids, columns + start))
            columns, scores = _partition(np.hstack((scores, best)), wanted)
            ids = np.take_along_axis(ids, columns, axis=1)
        else:
            _improve(ids, scores, block, start)
    ids[scores == -np.inf] = -1
    return ids, scores.min(axis=1)


def _improve(ids, scores, block, start):
    """Put the values of a block that exceed a query's lowest candidate among its candidates."""
    floor = scores.min(axis=1)
    hits, columns, values = _above(block, floor)
    if len(hits) == 0:
        return
    # Each query that has hits gets a row: its candidates, and then the hits, filled up with -inf.
    changed, first, counts = np.unique(hits, return_index=True, return_counts=True)
    wanted = scores.shape[1]
    places = np.repeat(np.arange(len(changed)), counts)
    slots = wanted + np.arange(len(hits)) - np.repeat(first, counts)
    pool = np.full((len(changed), wanted + counts.max()), -np.inf, dtype=scores.dtype)
    pool[:, :wanted] = scores[changed]
    pool[places, slots] = values
    pool_ids = np.full(pool.shape, -1, dtype=np.int64)
    pool_ids[:, :wanted] = ids[changed]
    pool_ids[places, slots] = columns + start
    chosen, scores[changed] = _partition(pool, wanted)
    ids[changed] = np.take_along_axis(pool_ids, chosen, axis=1)


def _above(block, floor):
    """(query, column, value) of what exceeds the floor of its query, in the order of queries."""
    n_queries, width = block.shape
    n_groups = width // GROUP
    grouped = n_groups * GROUP
    # Almost nothing does, and finding the maxima of groups is far cheaper than looking at all.
    # Group j holds the columns j, j + n_groups, j + 2 * n_groups, ...
    groups = block[:, :grouped].reshape(n_queries, GROUP, n_groups)
    query, group = np.nonzero(groups.max(axis=1, initial=-np.inf) > floor[:, None])
    members = groups[query, :, group]
    hit, member = np.nonzero(members > floor[query, None])
    queries, columns = query[hit], group[hit] + member * n_groups
    tail = block[:, grouped:]
    tail_queries, tail_columns = np.nonzero(tail > floor[:, None])
    if len(tail_queries) == 0:
        return queries, columns, members[hit, member]
    queries = np.concatenate((queries, tail_queries))
    columns = np.concatenate((columns, tail_columns + grouped))
    order = np.argsort(queries, kind="stable")
    queries, columns = queries[order], columns[order]
    return queries, columns, block[queries, columns]


def _best_of_block(block, wanted):
    """Columns and values of the ``wanted`` best of each row of a block, in any order."""
    n_queries, width = block.shape
    n_groups = width // GROUP
    if 2 * wanted > n_groups:
        return _partition(block, wanted)
    # The best lie in the groups with the best maxima.
    grouped = n_groups * GROUP
    maxima = block[:, :grouped].reshape(n_queries, GROUP, n_groups).max(axis=1)
    best_groups, _ = _partition(maxima, wanted)
    columns = (best_groups[:, None, :] + n_groups * np.arange(GROUP)[:, None]).reshape(
        n_queries, -1
    )
    tail = np.broadcast_to(np.arange(grouped, width), (n_queries, width - grouped))
    columns = np.hstack((columns, tail))
    chosen, best = _partition(np.take_along_axis(block, columns, axis=1), wanted)
    return np.take_along_axis(columns, chosen, axis=1), best


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
