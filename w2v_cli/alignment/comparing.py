"""How far words have moved between two spaces: of two periods, corpora or trainings.

One space is rotated onto the other by orthogonal Procrustes on the words that both have, and the
change of a word is 1 - the cosine of its two vectors there (Hamilton, Leskovec and Jurafsky, ACL
2016, arXiv:1605.09096, sections 3.2 and 3.3). Spaces that are one already, such as those of a
compass (see `training.warmstart`), are compared as they are.

Trainings of one text differ too. Where there are several on a side, the change is the mean over
all pairs of one from each side; the least and the greatest of these are told, and so is the noise:
the mean change between two trainings of the same side. A word has changed if its change is well
above its noise.

The neighbors of a word among the words that both have need no rotation, and are told beside: how
few are left measures change as well (Gonen et al., ACL 2020).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.restriction import Restriction
from ..embeddings.table import Embeddings, as_cosines
from ..errors import ConfigError, InputError, field
from .mapping import BEST_STEPS, Normalization, procrustes

ORDERS = ("change", "net", "overlap")
"""What most changed words are those of: change; change less noise; fewest neighbors left."""
MOST_ANCHORS = 50_000
"""The rotation is found from so many words, the most frequent: more hardly change it."""
FEW_ANCHORS = 10
"""Times dim: of fewer words a rotation fits the noise as well, and changes look smaller."""
NEIGHBORS = 10


@dataclass(frozen=True)
class Change:
    """What has become of a word from the first space to the second.

    Attributes
    ----------
    word : str
    change : float                1 - cosine, from 0 to 2: the mean over pairs of runs
    low, high : float or None     the least and the greatest of these; None of one run on each side
    noise : float or None         the mean change between runs of the same side, likewise
    overlap : float or None       shared neighbors, from 0 to 1: Jaccard's index of the two sets
    counts : (int or None, int or None)   how often the word was seen on each side, where known
    neighbors : (list of (str, float), list of (str, float))   the nearest words on each side, with
                                  cosines, among those that both have
    """

    word: str
    change: float
    low: float | None
    high: float | None
    noise: float | None
    overlap: float | None
    counts: tuple[int | None, int | None]
    neighbors: tuple[list[tuple[str, float]], list[tuple[str, float]]]

    @property
    def net(self) -> float | None:
        """The change less the noise; None where noise is not known."""
        return None if self.noise is None else self.change - self.noise


class Comparison:
    """Two spaces side by side, each of one training or of several.

    Parameters
    ----------
    first, second : sequence of Embeddings   the runs of each side, at least one
    min_count : int or None   compare words that both sides have seen at least so often
    is_aligned : bool         the spaces are one already: nothing is rotated
    names : (str, str)        of the sides, for messages

    Attributes
    ----------
    words : list of str       that all runs have, most frequent first on the first side; all of them
                              have vectors other than zero
    is_candidate : ndarray of bool, (n_words,)   those that were seen often enough
    n_anchors : int           words that the rotation is found from; 0 without one

    Raises
    ------
    InputError    if spaces differ in the length of vectors, have no words in common, too few of
                  them for a rotation, or no counts to go by
    """

    def __init__(
        self,
        first: Sequence[Embeddings],
        second: Sequence[Embeddings],
        min_count: int | None = None,
        is_aligned: bool = False,
        names: tuple[str, str] = ("the first", "the second"),
    ) -> None:
        self._sides = (list(first), list(second))
        self._is_aligned, self._names = is_aligned, names
        self._check_lengths()
        self.words, self._rows = self._shared_words()
        self.is_candidate = self._seen_often(min_count)
        anchors = np.flatnonzero(self.is_candidate)[:MOST_ANCHORS]
        self.n_anchors = 0 if is_aligned else len(anchors)
        self._check_anchors()
        self._anchors = anchors

    @property
    def dim(self) -> int:
        """Length of all vectors."""
        return int(self._sides[0][0].dim)

    @property
    def n_runs(self) -> tuple[int, int]:
        """How many runs each side has."""
        return len(self._sides[0]), len(self._sides[1])

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each of `words`."""
        return {word: place for place, word in enumerate(self.words)}

    def warnings(self) -> Iterator[str]:
        """What the user should know: that a rotation fits nearly anything here, if so."""
        if not self._is_aligned and self.n_anchors < FEW_ANCHORS * self.dim:
            yield (
                f"{self._names[0]} and {self._names[1]} have {self.n_anchors:,} words in common "
                f"(seen often enough), few for vectors of length {self.dim}: a rotation fits noise "
                "as well, and changes look smaller than they are"
            )

    def _check_lengths(self):
        dims = [run.dim for side in self._sides for run in side]
        if len(set(dims)) > 1:
            raise InputError(
                f"{self._names[0]} and {self._names[1]} have vectors of lengths "
                f"{' and '.join(map(str, sorted(set(dims))))}, and only spaces of one length can "
                f"be compared; train both with one {field('dim')}"
            )

    def _shared_words(self):
        """(words that all runs have, their rows in each run: a list for each side)."""
        runs = [run for side in self._sides for run in side]
        base = runs[0]
        every = dict.fromkeys(base.words)
        shared = [word for word in every if all(word in run.index for run in runs[1:])]
        rows = [np.fromiter((run.index[word] for word in shared), np.int64, len(shared))
                for run in runs]  # fmt: skip
        has_vector = np.ones(len(shared), dtype=bool)
        for run, of_run in zip(runs, rows, strict=True):
            has_vector &= run.norms[of_run] > 0
        shared = [shared[place] for place in np.flatnonzero(has_vector)]
        rows = [of_run[has_vector] for of_run in rows]
        n_first = len(self._sides[0])
        if not shared:
            raise InputError(
                f"{self._names[0]} and {self._names[1]} have no words in common, so that nothing "
                "can be compared; are they of one language, and in the same case?"
            )
        return shared, (rows[:n_first], rows[n_first:])

    def _seen_often(self, min_count):
        if min_count is None:
            return np.ones(len(self.words), dtype=bool)
        allowed = np.ones(len(self.words), dtype=bool)
        for name, counts in zip(self._names, self.counts, strict=True):
            if counts is None:
                raise InputError(
                    f"{name}: comes without counts, which {field('min_count')} goes by; .w2v files "
                    "have some"
                )
            allowed &= counts >= min_count
        if not allowed.any():
            raise InputError(
                f"no word that both have was seen {min_count:,} times on both sides; give a lower "
                f"{field('min_count')}"
            )
        return allowed

    def _check_anchors(self):
        if not self._is_aligned and self.n_anchors < self.dim:
            raise InputError(
                f"{self._names[0]} and {self._names[1]} have {self.n_anchors:,} words in common "
                f"(seen often enough), fewer than the {self.dim} numbers of a vector, so that a "
                f"rotation fits anything; give a lower {field('min_count')}, or text with more "
                "words"
            )

    @cached_property
    def counts(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """How often each of `words` was seen on each side, in its first run; None if unknown."""
        first, second = (
            None if side[0].counts is None else np.asarray(side[0].counts)[rows[0]]
            for side, rows in zip(self._sides, self._rows, strict=True)
        )
        return first, second

    @cached_property
    def _normals(self):
        """How rows of each run of each side are made ready: `Normalization`."""
        steps = ("unit",) if self._is_aligned else BEST_STEPS
        return tuple(
            [Normalization.fit(run.vectors, steps) for run in side] for side in self._sides
        )

    @cached_property
    def _matrices(self):
        """The vectors of `words` in each run of each side, as they are compared: float32."""
        return tuple(
            [self._prepared(*each) for each in zip(runs, rows, normals, strict=True)]
            for runs, rows, normals in zip(self._sides, self._rows, self._normals, strict=True)
        )

    def _prepared(self, run, rows, normal):
        made = np.empty((len(rows), self.dim), np.float32)
        for block in row_blocks(len(rows)):
            made[block] = normal.of(run.vectors[rows[block]])
        return made

    def in_one_space(self, side: int, vectors: np.ndarray) -> np.ndarray:
        """Vectors of a side's first run where those of the second side are.

        Parameters
        ----------
        side : int                            0 or 1
        vectors : ndarray, shape (n, dim)     of any words

        Returns
        -------
        ndarray of float64, shape (n, dim)    of length 1
        """
        rows: np.ndarray = self._normals[side][0].of(vectors)
        return rows if side == 1 or self._is_aligned else rows @ self._rotation

    @cached_property
    def _rotation(self):
        """That of the first runs."""
        first, second = self._matrices
        return procrustes(first[0][self._anchors], second[0][self._anchors])

    def _cosines(self, source, target):
        """The cosine of each word's two vectors, the source rotated onto the target: float64."""
        rotation = None
        if not self._is_aligned:
            rotation = procrustes(source[self._anchors], target[self._anchors])
        cosines = np.empty(len(source))
        for block in row_blocks(len(source)):
            rows = source[block].astype(np.float64)
            rows = rows if rotation is None else rows @ rotation
            cosines[block] = np.einsum("ij,ij->i", rows, target[block].astype(np.float64))
        return as_cosines(cosines)

    @cached_property
    def _pair_changes(self):
        """Changes between runs of the two sides: ndarray of float64, (n_pairs, n_words)."""
        first, second = self._matrices
        return np.array([1 - self._cosines(a, b) for a, b in product(first, second)])

    @cached_property
    def changes(self) -> np.ndarray:
        """The change of each of `words`: ndarray of float64, (n_words,)."""
        return self._pair_changes.mean(axis=0)

    @cached_property
    def noise(self) -> np.ndarray | None:
        """The mean change between runs of one side, likewise; None if no side has two runs."""
        within = [
            1 - self._cosines(a, b) for side in self._matrices for a, b in combinations(side, 2)
        ]
        return np.mean(within, axis=0) if within else None

    def overlaps(self, places: Sequence[int] | np.ndarray, k: int = NEIGHBORS) -> np.ndarray:
        """Jaccard's index of the k nearest candidates of words on the two sides.

        Parameters
        ----------
        places : sequence of int   of words in `words`
        k : int

        Returns
        -------
        ndarray of float64, (n_places,)   nan where there is no other candidate
        """
        return _jaccard(*(self._nearest(side, places, k)[0] for side in (0, 1)))

    def _nearest(self, side, places, k):
        """(places of neighbors of words on a side, their cosines): lists of lists."""
        run, rows = self._sides[side][0], self._rows[side][0]
        place_of = np.full(len(run), -1)
        candidates = np.flatnonzero(self.is_candidate)
        place_of[rows[candidates]] = candidates
        restriction = Restriction(len(run), np.flatnonzero(place_of < 0))
        own = rows[np.asarray(places, dtype=np.int64)]
        ids, cosines = run.nearest(run.unit(own), k, [[row] for row in own], restriction)
        found, scores = [], []
        for row_ids, row_cosines in zip(ids, cosines, strict=True):
            there = row_ids >= 0
            found.append(place_of[row_ids[there]].tolist())
            scores.append(row_cosines[there].tolist())
        return found, scores

    def ranked(self, n_words: int | None, order: str = "change", k: int = NEIGHBORS) -> list[int]:
        """Places of the most changed candidates, most changed first.

        Parameters
        ----------
        n_words : int or None   so many; None: all
        order : str             one of `ORDERS`; of equal ones, the larger change, then the more
                                frequent word comes first
        k : int                 neighbors, where the order goes by them

        Raises
        ------
        ConfigError   if the order is none of these, or needs several runs and there are none
        """
        if order not in ORDERS:
            raise ConfigError(f"{field('by', order)} must be {' or '.join(ORDERS)}")
        noise = self.noise
        if order == "net" and noise is None:
            raise ConfigError(
                f"{field('by', 'net')} needs several runs of one side, which tell how far words "
                f"move by training alone; give more with {field('runs_a')} or {field('runs_b')}"
            )
        candidates = np.flatnonzero(self.is_candidate)
        changes = self.changes[candidates]
        first = changes
        if order == "net" and noise is not None:
            first = changes - noise[candidates]
        elif order == "overlap":
            first = -np.nan_to_num(self.overlaps(candidates, k))
        best = np.lexsort((candidates, -changes, -first))
        chosen: list[int] = candidates[best[:n_words]].tolist()
        return chosen

    def told(self, places: Sequence[int], k: int = NEIGHBORS) -> list[Change]:
        """The `Change` of words, with their k nearest neighbors.

        Parameters
        ----------
        places : sequence of int   in `words`
        k : int
        """
        if not len(places):
            return []
        first, second = (self._nearest(side, places, k) for side in (0, 1))
        overlaps = _jaccard(first[0], second[0])
        return [
            self._told(place, overlap, [self._near(found, number) for found in (first, second)])
            for number, (place, overlap) in enumerate(zip(places, overlaps.tolist(), strict=True))
        ]

    def _near(self, found, number):
        """The neighbors of one word, out of what `_nearest` found: (word, cosine)."""
        pairs = zip(found[0][number], found[1][number], strict=True)
        return [(self.words[place], score) for place, score in pairs]

    def _told(self, place, overlap, neighbors):
        of_pairs = self._pair_changes[:, place]
        is_one = self.n_runs == (1, 1)
        counts = [None if each is None else int(each[place]) for each in self.counts]
        return Change(
            word=self.words[place],
            change=float(of_pairs.mean()),
            low=None if is_one else float(of_pairs.min()),
            high=None if is_one else float(of_pairs.max()),
            noise=None if self.noise is None else float(self.noise[place]),
            overlap=None if np.isnan(overlap) else overlap,
            counts=(counts[0], counts[1]),
            neighbors=(neighbors[0], neighbors[1]),
        )


def _jaccard(first, second):
    """How much the sets of two lists share: ndarray of float64; nan where both are empty."""
    indexes = np.full(len(first), np.nan)
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        both = len(set(one) | set(other))
        if both:
            indexes[number] = len(set(one) & set(other)) / both
    return indexes
