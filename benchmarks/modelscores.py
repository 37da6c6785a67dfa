"""Scores of vectors, and how they differ from those of others on the same sets, with intervals."""

import numpy as np

from w2v_cli.embeddings.lookup import Lookup
from w2v_cli.evaluation.analogies import answer_questions
from w2v_cli.evaluation.bootstrap import counted_difference
from w2v_cli.evaluation.correlation import difference_interval
from w2v_cli.evaluation.pairs import read_pairs
from w2v_cli.evaluation.questions import read_questions
from w2v_cli.evaluation.scores import sum_scores
from w2v_cli.evaluation.similarity import evaluate_similarity, pair_cosines
from w2v_cli.formats.reading import read_embeddings


class Scorer:
    """Analogies in per cent of those asked, and Spearman's rho times 1000 of each set of pairs.

    Parameters
    ----------
    questions, pairs : list of Path
    threads : int
    """

    def __init__(self, questions, pairs, threads=1):
        self._sections = read_questions(questions) if questions else []
        self._pairs = {path.stem.removeprefix("EN-"): read_pairs(path) for path in pairs}
        self._threads = threads

    def scores(self, vectors, base=None):
        """What vectors are worth; words that they do not have are not made of n-grams.

        Parameters
        ----------
        vectors : Path
        base : dict or None   the details of other vectors, to compare with

        Returns
        -------
        scores : dict     name -> [score, half of its 95 % interval, 95 % interval of how much
                          better it is than base, or None]; None for what cannot be told
        details : dict    name -> what became of each question or pair
        """
        embeddings = read_embeddings(vectors).without_subwords()
        found, details = {}, {}
        for name, score, ends, own in self._all(embeddings):
            details[name] = own
            found[name] = [*with_half(score, ends), None]
            if base is not None:
                found[name][2] = self._difference(name, own, base[name])
        return found, details

    def _all(self, embeddings):
        """Yield (name, score, ends of its interval, details)."""
        if self._sections:
            known, correct, _ = answer_questions(embeddings, self._sections, threads=self._threads)
            sums = sum_scores(self._sections, known, correct)
            categories = [at.category for at in self._sections for _ in at.questions]
            yield self._part("analogies", sums.total, known, correct)
            for name in ("semantic", "syntactic") if sums.has_categories else ():
                of_it = known & np.array([category == name for category in categories])
                yield self._part(name, getattr(sums, name), of_it, correct)
        lookup = Lookup(embeddings.words)
        for name, pair_file in self._pairs.items():
            [found] = evaluate_similarity(embeddings, [pair_file]).files
            cosines = np.full(len(pair_file.pairs), np.nan)
            known, cosines_of_known, _ = pair_cosines(embeddings, lookup, pair_file)
            cosines[known] = cosines_of_known
            yield name, *scaled(1000, found.spearman, found.spearman_interval), cosines

    @staticmethod
    def _part(name, score, asked, correct):
        answers = np.where(asked, correct, np.nan)
        return name, *scaled(100, score.accuracy, score.interval), answers

    def _difference(self, name, own, other):
        """The interval of how much better, on what both know: [low, high], or None."""
        both = ~np.isnan(own) & ~np.isnan(other)
        own, other = own[both], other[both]
        if name in self._pairs:
            scores = np.array(self._pairs[name].scores)[both]
            ends = difference_interval(scores, own, other)
        else:
            more, fewer = (int((a > b).sum()) for a, b in ((own, other), (other, own)))
            ends = counted_difference(more, fewer, len(own)) if len(own) else None
        return ends and [float(end) for end in ends]


def scaled(unit, score, ends):
    """Both in units of which there are so many in 1; None stays."""
    return score and unit * score, ends and [unit * end for end in ends]


def with_half(score, ends):
    """[score, half of its interval]."""
    return [None, None] if score is None or ends is None else [score, (ends[1] - ends[0]) / 2]
