"""The n-grams of the words of a text: their lengths, and the rows that words are made of."""

from dataclasses import replace

from ..config import AUTO, NGRAM_OPTIONS
from ..errors import field
from ..machine.limits import require_memory
from ..methods.coverage import best_sizes
from ..methods.ngramlists import NgramLists, making_memory, ngrams_of
from ..methods.sampling import keep_probabilities


def _fewer(_left):
    return f"a smaller {field('max_vocab')} or {field('max_n')} needs less"


def with_sizes(words, config, report=None):
    """The TrainConfig with lengths of n-grams, where they are to be chosen.

    Parameters
    ----------
    words : list of str
    config : TrainConfig
    report : Report or None   is told what was chosen
    """
    if config.min_n != AUTO:
        return config
    shortest, longest, coverage = best_sizes(words)
    if report:
        report.say(
            f"n-grams of {shortest} to {longest} characters ({field('min_n', shortest)} "
            f"{field('max_n', longest)}): {coverage:.2f} % of all distinct parts of the "
            f"{len(words):,} words are so long"
        )
    return replace(config, min_n=shortest, max_n=longest)


class ListsOfSettings:
    """`NgramLists` of the same words for several trainings; those of the same n-grams are one.

    Parameters
    ----------
    words : list of str
    counts : ndarray of int64, (n_words,)
    """

    def __init__(self, words, counts):
        self._words, self._counts = words, counts
        self._made = {}

    def of(self, config):
        """(the TrainConfig with lengths of n-grams, its NgramLists or None)."""
        key = tuple(getattr(config, name) for name in (*NGRAM_OPTIONS, "sample"))
        if key not in self._made:
            sized = with_sizes(self._words, config)
            sizes = {"min_n": sized.min_n, "max_n": sized.max_n}
            self._made[key] = sizes, lists_of(self._words, self._counts, sized)
        sizes, lists = self._made[key]
        return replace(config, **sizes), lists


def lists_of(words, counts, config):
    """The rows that make the vectors of words: `NgramLists`; None where a word is one row.

    Parameters
    ----------
    words : list of str
    counts : ndarray of int64, (n_words,)
    config : TrainConfig   with lengths of n-grams

    Raises
    ------
    MemoryShortageError   if there is no room to make them
    """
    if not config.has_ngrams:
        return None
    ngrams = ngrams_of(config)
    require_memory(making_memory(words, ngrams), "hashing n-grams", _fewer)
    sample = config.for_text(int(counts.sum()), len(words)).sample
    return NgramLists(words, counts * keep_probabilities(counts, sample), ngrams)
