"""The n-grams of the words of a text: their lengths, and the rows that words are made of."""

from dataclasses import replace

from ..config import AUTO
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
