"""Phrases joined in ids, block by block: what comes out does not depend on where blocks end."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from .counting import IdTable

with compiled_code_cache():
    from . import joins as loops

MOST_HELD = 1 << 24
"""Ids that are held back until the end of a run of phrases is seen; one that long is cut."""


class Joiner:
    """Joins units in ids, one pass.

    Parameters
    ----------
    n_ids : int                        ids are below this, those of the phrases too
    rows : sequence of (int, tuple of int, int, int)   left id, the connectors between, right id and
                                       the id of the phrase: the better first
    prefers_best : bool                of phrases that overlap, take the better one, else the first

    Attributes
    ----------
    counts : ndarray of int64, (n_ids,)   how often each id came out so far

    Example: with the row (0, (), 1, 5), [0, 1, 1] becomes [5, 1].
    """

    def __init__(self, n_ids, rows, prefers_best=False):
        self.counts = np.zeros(n_ids, dtype=np.int64)
        self._begins = np.zeros(n_ids, dtype=bool)
        self._begins[[row[0] for row in rows]] = True
        self._unit_of = np.array([row[3] for row in rows], dtype=np.int32)
        self._table = _steps(n_ids, rows)
        self._prefers_best = prefers_best
        self._held = np.zeros(0, dtype=np.int32)
        self._make_room(0)

    def feed(self, ids):
        """Join the next ids (ndarray of int32).

        Returns
        -------
        ndarray of int32   what is certain so far of all ids that were given
        """
        return self._join(ids, is_whole=False)

    def finish(self):
        """What is left when all ids were given: ndarray of int32."""
        return self._join(np.zeros(0, dtype=np.int32), is_whole=True)

    def _join(self, ids, is_whole):
        ids = np.concatenate([self._held, ids])
        self._make_room(len(ids))
        n_done, n_written = loops.join(
            ids,
            is_whole or len(ids) > MOST_HELD,
            self._begins,
            self._table.keys,
            self._table.values,
            self._unit_of,
            self._prefers_best,
            self._rows,
            self._ends,
            self._takes,
            self.counts,
        )
        self._held = ids[n_done:].copy()
        return ids[:n_written]

    def _make_room(self, n):
        if n == 0 or len(self._rows) < n:
            self._rows, self._ends = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
            self._takes = np.empty((2, n if self._prefers_best else 0), dtype=bool)


def _steps(n_ids, rows):
    """The table of steps that `joins` wants."""
    nodes, high, low, values = {}, [], [], []
    for number, (left, between, right, _) in enumerate(rows):
        node = left
        for connector in between:
            step = node, connector
            if step not in nodes:
                nodes[step] = len(nodes)
                high.append(node)
                low.append(connector)
                values.append(len(rows) + nodes[step])
            node = n_ids + nodes[step]
        high.append(node)
        low.append(right)
        values.append(number)
    return IdTable.of(high, low, values)
