"""The words of the other language nearest to a vector, by CSLS (see `hubs`).

What a word z loses, r(z), takes its cosines with all words of the source. For a few queries hardly
any z need it. A few words of the source alone already tell that r(z) is at least so much, since
more words can only be nearer; so the score of z is at most so much, and only those are looked at
that could be among the best.
"""

from __future__ import annotations

import numpy as np

from ..embeddings.restriction import Restriction
from ..embeddings.search import pad, top_rows
from ..embeddings.table import COSINE_TOLERANCE, Embeddings, unit_rows
from .config import NEIGHBORS
from .hubs import mean_of_best
from .mapping import normalized

FEW_QUERIES = 32
"""For more it is quicker to know r of all words."""
SAMPLE = 2048
"""Words of the source that tell the least that r can be."""
LOOKED_AT = 64
"""Words whose r is found out first, for each query; then WIDEN times as many."""
WIDEN = 4
NO_DIRECTION = 9.0
"""Of a vector of zeros, whose cosine of zero would be better than what others score."""


class Csls:
    """Searches the words of a target language for vectors of a source language.

    Parameters
    ----------
    source, target : Embeddings   of the same dim, in one space
    k : int                       neighbors that r is the mean of
    n_threads : int or None       None: as many as there are processors
    """

    def __init__(
        self,
        source: Embeddings,
        target: Embeddings,
        k: int = NEIGHBORS,
        n_threads: int | None = None,
    ) -> None:
        self._source, self._target, self._k, self._n_threads = source, target, k, n_threads
        self._least: np.ndarray | None = None
        self._is_known = np.zeros(len(target), bool)

    def know_all(self) -> np.ndarray:
        """Find out r(z) of all words of the target: float64, shape (n_target,)."""
        if self._least is None or not self._is_known.all():
            source, target = normalized(self._source.vectors, ["unit"]), self._unit_target()
            self._least = mean_of_best(source, target, self._k, self._n_threads)[1]
            self._least[self._target.norms == 0] = NO_DIRECTION
            self._is_known[:] = True
        return self._least

    def nearest(
        self,
        queries: np.ndarray,
        k: int = 10,
        exclude: list[list[int]] | None = None,
        restriction: Restriction | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The words with the highest CSLS for each query; see `Embeddings.nearest`.

        Parameters
        ----------
        queries : ndarray, shape (n_queries, dim)   vectors of the source
        k : int                      answers wanted
        exclude : list of lists of int, or None     rows of the target left out, for each query
        restriction : Restriction or None           rows that may be answers

        Returns
        -------
        ids : ndarray of int64, shape (n_queries, k)   best first; -1 where no row is left
        scores : ndarray of float64, same shape        CSLS, r(x) included; -inf likewise
        """
        queries = unit_rows(np.reshape(queries, (-1, self._target.dim)))
        barred = pad([[]] * len(queries) if exclude is None else exclude)
        restriction = restriction or Restriction(len(self._target))
        if len(queries) > FEW_QUERIES:
            self.know_all()
        ids, scores = self._search(queries, k, barred, restriction)
        _, near = self._target.nearest(queries, self._k)
        return ids, scores - near.mean(axis=1)[:, np.newaxis]

    def _search(self, queries, k, barred, restriction):
        """(ids, 2 cos(x, z) - r(z)) of the best, whether r of all words is known or not."""
        if self._least is None:
            self._least = self._least_possible()
        n_rows = min(restriction.n_rows, len(self._target))
        k = min(k, n_rows)
        looked_at = max(LOOKED_AT, 2 * k)
        while True:
            ids, most = self._best(queries, looked_at, barred, restriction)
            best, asked = ids[:, :k], np.unique(ids[ids >= 0])
            # The scores of all others are at most those of these.
            if self._is_known[best[best >= 0]].all():
                return best, most[:, :k]
            self._find_out(asked[~self._is_known[asked]])
            looked_at *= WIDEN

    def _find_out(self, rows):
        _, near = self._source.nearest(self._target.unit(rows), self._k)
        self._least[rows] = near.mean(axis=1)
        self._is_known[rows] = True

    def _least_possible(self):
        """What r(z) is at least: as if there were no other words of the source than a few."""
        step = max(1, len(self._source) // SAMPLE)
        some = unit_rows(self._source.vectors[::step]).astype(np.float32)
        least = mean_of_best(some, self._unit_target(), self._k, self._n_threads)[1]
        has_none = self._target.norms == 0
        least[has_none] = NO_DIRECTION
        self._is_known[has_none | (step == 1)] = True
        return least

    def _unit_target(self):
        return normalized(self._target.vectors, ["unit"])

    def _best(self, queries, k, barred, restriction):
        """(ids, 2 cos(x, z) - what r(z) is at least) of the k best: exact."""
        target, least = self._target, self._least
        narrow, less = queries.astype(np.float32), least.astype(np.float32)
        closed = np.asarray(restriction.barred, np.int64)

        def block_scores(some, start, stop, out):
            scores = target.cosines(narrow[some], start, stop, out)
            scores *= 2
            scores -= less[start:stop]
            first, last = np.searchsorted(closed, (start, stop))
            scores[:, closed[first:last] - start] = -np.inf
            return scores

        def exact_scores(some, rows):
            return 2 * target.exact_cosines(queries, some, rows) - least[rows]

        n_rows = min(restriction.n_rows, len(target))
        tolerance = 2 * COSINE_TOLERANCE * (target.dim + 1)
        return top_rows(block_scores, exact_scores, barred, n_rows, k, tolerance)
