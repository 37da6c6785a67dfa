"""How well the cosines of word pairs agree with the scores that people gave them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..embeddings.lookup import Lookup
from .asked import AskedWords
from .correlation import intervals, pearson, spearman

CORRELATIONS = ("spearman", "pearson")


@dataclass(frozen=True)
class PairScore:
    """Correlations over the pairs of a file whose words are both known.

    Attributes
    ----------
    name : str                       of the file
    spearman, pearson : float or None   None for fewer than two pairs, or where all scores or all
                                     cosines are equal
    used, skipped : int              pairs; skipped are those with an unknown word
    spearman_interval, pearson_interval : (float, float) or None   95 % bootstrap intervals
    composed : int or None           pairs of those used with a word that was made of its n-grams;
                                     None where vectors have no n-grams
    unscored : int                   pairs of the file without a score, which are in neither number
    word_columns : list of str or int   the columns that were taken for words: their names, or
                                     numbers from 1 without a header
    score_column : str, int or None  likewise for the score
    """

    name: str
    spearman: float | None
    pearson: float | None
    used: int
    skipped: int
    spearman_interval: tuple | None
    pearson_interval: tuple | None
    composed: int | None = None
    unscored: int = 0
    word_columns: list[str | int] | None = None
    score_column: str | int | None = None

    def __repr__(self) -> str:
        """What one reads first, with few digits."""
        numbers = {name: getattr(self, name) for name in CORRELATIONS}
        short = ", ".join(
            f"{name}={None if value is None else round(value, 4)}"
            for name, value in numbers.items()
        )
        return f"PairScore({self.name!r}, {short}, used={self.used}, skipped={self.skipped})"

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name, as they stand in JSON."""
        numbers = dict(vars(self))
        for name in CORRELATIONS:
            ends = numbers[f"{name}_interval"]
            numbers[f"{name}_interval"] = None if ends is None else list(ends)
        if self.composed is None:
            del numbers["composed"]
        return numbers


@dataclass(frozen=True)
class SimilarityScores:
    """Scores of pair files, in the order they were named."""

    files: list[PairScore]

    def mean(self, correlation: str) -> float | None:
        """Mean of ``spearman`` or ``pearson`` over the files that have it; None if none has."""
        values = [getattr(score, correlation) for score in self.files]
        values = [value for value in values if value is not None]
        return sum(values) / len(values) if values else None

    def as_dict(self) -> dict[str, Any]:
        """The result as the command prints it in JSON."""
        return {
            "files": [score.as_dict() for score in self.files],
            "mean": {correlation: self.mean(correlation) for correlation in CORRELATIONS},
        }


def evaluate_similarity(embeddings, pair_files, n_rows=None, ignore_case=True):
    """Correlate cosines with the scores of word pairs.

    A pair with an unknown word is skipped, unless the embeddings have n-grams to make its vector
    of. A pair that is there twice counts twice.

    Parameters
    ----------
    embeddings : Embeddings          not changed
    pair_files : list of PairFile
    n_rows : int or None             only the first n_rows words are known; None for all
    ignore_case : bool               words that differ only in case are one word (see `Lookup`)

    Returns
    -------
    SimilarityScores
    """
    n_rows = len(embeddings) if n_rows is None else min(n_rows, len(embeddings))
    lookup = Lookup(embeddings.words, ignore_case, n_rows)
    return SimilarityScores([_score(embeddings, lookup, pair_file) for pair_file in pair_files])


def pair_cosines(embeddings, lookup, pair_file):
    """The cosines of the pairs of a file.

    Parameters
    ----------
    embeddings : Embeddings
    lookup : Lookup           of their words
    pair_file : PairFile

    Returns
    -------
    known : ndarray of bool, shape (n_pairs,)     whether both words have a vector
    cosines : ndarray of float64, shape (n_known,)
    n_composed : int or None   of how many known pairs a word was made of its n-grams; None where
                               there are none
    """
    asked = AskedWords(embeddings, lookup)
    shorter = pair_file.without_tag if pair_file.is_tagged else None
    rows = asked.rows(pair_file.pairs, 2, shorter)
    known = (rows >= 0).all(axis=1)
    rows = rows[known]
    n_composed = int(asked.are_made(rows).any(axis=1).sum()) if asked.makes else None
    return known, _cosines(asked, rows), n_composed


def _score(embeddings, lookup, pair_file):
    known, cosines, n_composed = pair_cosines(embeddings, lookup, pair_file)
    scores = np.array(pair_file.scores)[known]
    spearman_interval, pearson_interval = intervals(scores, cosines)
    return PairScore(
        name=pair_file.name,
        spearman=spearman(scores, cosines),
        pearson=pearson(scores, cosines),
        used=int(known.sum()),
        skipped=int((~known).sum()),
        composed=n_composed,
        spearman_interval=spearman_interval,
        pearson_interval=pearson_interval,
        unscored=len(pair_file.unscored),
        **(pair_file.columns.as_dict() if pair_file.columns else {}),
    )


def _cosines(asked, pairs):
    """Cosines of pairs of rows: float64, shape (n_pairs,)."""
    words, places = np.unique(pairs, return_inverse=True)
    places = places.reshape(-1, 2)
    return asked.exact_cosines(asked.unit(words), places[:, 0], pairs[:, 1])
