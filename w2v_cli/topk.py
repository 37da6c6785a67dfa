"""The best rows for many queries at once: blocks of approximate scores, then exact ones.

Matrix products in float32 are fast, but their last bits depend on how the work was cut into
blocks. So they only pick candidates, a few more than asked for; the candidates are scored again
in float64, in an order of additions that never changes. The answer is therefore the same for one
query and for a thousand, and equal scores are told from almost equal ones.
"""

import numpy as np

ROW_BLOCK = 8192
BLOCK_SCORES = 1 << 22
"""Scores computed at a time: 16 MB. Smaller products lose more time waiting for BLAS threads."""
CANDIDATE_SCORES = 1 << 21
"""Candidates held at a time, for all queries of a block together."""
PAIR_NUMBERS = 1 << 20
"""Numbers multiplied at a time when candidates are scored again."""
GROUP = 32
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
        for part in _parts(len(pending), n_rows, wanted):
            queries = pending[part]
            found, floor = _candidates(block_scores, queries, exclude[queries], n_rows, wanted)
            exact = _rescored(exact_scores, queries, found)
            order = np.lexsort((found, -exact))[:, :k]
            ids[queries] = np.take_along_axis(found, order, axis=1)
            scores[queries] = np.take_along_axis(exact, order, axis=1)
            # A row that is no candidate scores at most floor + tolerance.
            settled[part] = (floor == -np.inf) | (scores[queries, -1] > floor + tolerance)
        # Many rows as good as the last one: look again with more candidates.
        pending = pending[~settled] if wanted < n_rows else pending[:0]
        wanted *= WIDEN
    return ids, scores


def padded(row_lists):
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
    candidates = -(-n_rows // rows) * min(wanted, rows)
    step = max(1, min(BLOCK_SCORES // rows, CANDIDATE_SCORES // candidates))
    return [slice(start, start + step) for start in range(0, n_queries, step)]


def _candidates(block_scores, queries, exclude, n_rows, wanted):
    """``wanted`` rows with the best approximate scores (-1: left out), and the lowest of those."""
    ids, scores = [], []
    for start in range(0, n_rows, ROW_BLOCK):
        stop = min(start + ROW_BLOCK, n_rows)
        block = block_scores(queries, start, stop)
        query, slot = np.nonzero((exclude >= start) & (exclude < stop))
        block[query, exclude[query, slot] - start] = -np.inf
        columns, best = _best_of_block(block, wanted)
        ids.append(columns + start)
        scores.append(best)
    ids, scores = np.hstack(ids), np.hstack(scores)
    columns, scores = _partitioned(scores, wanted)
    ids = np.take_along_axis(ids, columns, axis=1)
    ids[scores == -np.inf] = -1
    return ids, scores.min(axis=1)


def _best_of_block(block, wanted):
    """Columns and values of the ``wanted`` best of each row of a block, in any order."""
    n_queries, width = block.shape
    n_groups = width // GROUP
    if 2 * wanted > n_groups:
        return _partitioned(block, wanted)
    # The best lie in the groups with the best maxima, and finding maxima is far cheaper than
    # partitioning. Group j holds the columns j, j + n_groups, j + 2 * n_groups, ...
    grouped = n_groups * GROUP
    maxima = block[:, :grouped].reshape(n_queries, GROUP, n_groups).max(axis=1)
    best_groups, _ = _partitioned(maxima, wanted)
    columns = (best_groups[:, None, :] + n_groups * np.arange(GROUP)[:, None]).reshape(
        n_queries, -1
    )
    tail = np.broadcast_to(np.arange(grouped, width), (n_queries, width - grouped))
    columns = np.hstack((columns, tail))
    chosen, best = _partitioned(np.take_along_axis(block, columns, axis=1), wanted)
    return np.take_along_axis(columns, chosen, axis=1), best


def _partitioned(values, wanted):
    width = values.shape[1]
    if wanted >= width:
        return np.broadcast_to(np.arange(width), values.shape), values
    columns = np.argpartition(values, width - wanted, axis=1)[:, width - wanted :]
    return columns, np.take_along_axis(values, columns, axis=1)


def _rescored(exact_scores, queries, found):
    exact = np.full(found.shape, -np.inf)
    rows, slots = np.nonzero(found >= 0)
    exact[rows, slots] = exact_scores(queries[rows], found[rows, slots])
    return exact
