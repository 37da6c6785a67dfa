"""The maps of an alignment: learned from pairs of words, and again from what they then find.

A round of refinement takes the words of both languages that are each other's nearest, among the
most frequent ones, for a new dictionary (Conneau et al., ICLR 2018, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.table import unit_rows
from ..errors import InputError
from .config import AlignConfig
from .hubs import mean_of_best
from .mapping import least_squares, procrustes, vecmap

FREQUENT = 10_000
"""Words of each language that refinement looks at."""
BLOCK_ROWS = 512


@dataclass(frozen=True)
class Maps:
    """What rows of each language are multiplied by, from the right.

    Attributes
    ----------
    source : ndarray of float64, shape (dim, dim)
    target : ndarray of float64, shape (dim, dim), or None   None: the target stays as it is
    """

    source: np.ndarray
    target: np.ndarray | None = None

    def both(self, source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of both languages, mapped."""
        return source @ self.source, target if self.target is None else target @ self.target


@dataclass(frozen=True)
class Round:
    """What maps were learned from: the dictionary, or that of a round of refinement.

    Attributes
    ----------
    pairs : int
    mean_cosine : float   of these pairs, mapped
    """

    pairs: int
    mean_cosine: float


def solve(source: np.ndarray, target: np.ndarray, method: str) -> Maps:
    """The maps of a method.

    Parameters
    ----------
    source, target : ndarray, shape (n_pairs, dim)   row i of both is pair i
    method : str                                     one of `config.METHODS`

    Raises
    ------
    ConfigError   see `mapping`
    """
    if method == "vecmap":
        return Maps(*vecmap(source, target))
    return Maps((least_squares if method == "lstsq" else procrustes)(source, target))


def fit(
    source: np.ndarray,
    target: np.ndarray,
    pairs: np.ndarray,
    config: AlignConfig,
    n_threads: int | None = None,
) -> tuple[Maps, list[Round]]:
    """Learn the maps.

    Parameters
    ----------
    source, target : ndarray of float32, shape (n_words, dim)   normalised; most frequent first
    pairs : ndarray of int64, shape (n_pairs, 2)                rows of the dictionary
    config : AlignConfig
    n_threads : int or None       None: as many as there are processors

    Returns
    -------
    Maps
    list of Round   the first of the dictionary

    Raises
    ------
    ConfigError   see `mapping`
    InputError    if a round finds no words that are each other's nearest
    """
    maps = solve(source[pairs[:, 0]], target[pairs[:, 1]], config.method)
    rounds = [Round(len(pairs), _mean_cosine(source, target, pairs, maps))]
    for _ in range(config.refine):
        found = mutual_nearest(
            *maps.both(source[:FREQUENT], target[:FREQUENT]), config.csls, n_threads
        )
        if len(found) == 0:
            raise InputError(
                "no two words are each other's nearest after alignment, so there is nothing to "
                "refine it by; the dictionary may be of other languages"
            )
        maps = solve(source[found[:, 0]], target[found[:, 1]], config.method)
        rounds.append(Round(len(found), _mean_cosine(source, target, found, maps)))
    return maps, rounds


def mutual_nearest(
    source: np.ndarray, target: np.ndarray, k: int, n_threads: int | None = None
) -> np.ndarray:
    """Pairs of rows that are each other's nearest, by CSLS or by cosine.

    Parameters
    ----------
    source, target : ndarray, shape (n_source or n_target, dim)   of any lengths
    k : int                       neighbors of CSLS; 0: by cosine
    n_threads : int or None       see `fit`

    Returns
    -------
    ndarray of int64, shape (n_pairs, 2)
    """
    source, target = unit_rows(source).astype(np.float32), unit_rows(target).astype(np.float32)
    near_source = np.zeros(len(source), np.float32)
    near_target = np.zeros(len(target), np.float32)
    if k:
        means = mean_of_best(source, target, k, n_threads)
        near_source, near_target = (each.astype(np.float32) for each in means)
    best_target = np.zeros(len(source), np.int64)
    best_source, highest = np.zeros(len(target), np.int64), np.full(len(target), -np.inf)
    for rows in row_blocks(len(source), BLOCK_ROWS):
        scores = 2 * (source[rows] @ target.T)
        best_target[rows] = (scores - near_target).argmax(axis=1)
        scores -= near_source[rows, np.newaxis]
        places = scores.argmax(axis=0)
        largest = scores[places, np.arange(len(target))]
        is_better = largest > highest
        highest[is_better] = largest[is_better]
        best_source[is_better] = rows.start + places[is_better]
    everyone = np.arange(len(source))
    is_mutual = best_source[best_target] == everyone
    return np.column_stack([everyone[is_mutual], best_target[is_mutual]])


def _mean_cosine(source, target, pairs, maps):
    """The mean cosine of pairs of rows, mapped."""
    total = 0.0
    for some in row_blocks(len(pairs)):
        mapped = maps.both(source[pairs[some, 0]], target[pairs[some, 1]])
        total += float(np.sum(unit_rows(mapped[0]) * unit_rows(mapped[1])))
    return total / len(pairs)
