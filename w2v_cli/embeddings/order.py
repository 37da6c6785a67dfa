"""Whether rows are in the order of frequency, as who takes the first of them supposes.

word2vec, GloVe and fastText write the most frequent words first. R's word2vec and Spark write them
in the order of a hash, hyperwords by letters. Where counts are known they tell; where not, only
what no order of frequency can be is told: words sorted by letters, or the commonest words of a
language far from the beginning, while words there are as long as elsewhere (frequent words are
short).
"""

import numpy as np

LEAST_SORTED = 20
"""So many words in the order of letters are so by no chance."""
LEAST_WORDS = 1000
SAMPLED = 5000
COMMON = (
    ("the", "of", "and", "in", "to"),
    ("der", "die", "und", "in", "den"),
    ("de", "la", "et", "les", "le"),
    ("de", "la", "que", "el", "en"),
    ("di", "che", "la", "il", "e"),
    ("de", "que", "e", "o", "do"),
    ("de", "het", "een", "en", "van"),
    ("и", "в", "не", "на", "что"),
    ("w", "i", "na", "z", "nie"),
    ("的", "是", "在", "了", "和"),
)
"""Words that are the commonest of their language in any text."""
FARTHEST = 0.05
"""The share of rows behind which those hardly lie, where rows are in the order of frequency."""
FIRST = 100
"""Words at the beginning whose lengths are compared with those of all."""
DEVIATIONS = 3
"""By so many standard errors frequent words are shorter; in real vocabularies by 7 to 14."""


def order_note(embeddings, name):
    """What to tell of rows whose first ones are no more frequent than others; or None.

    Parameters
    ----------
    embeddings : Embeddings
    name : str   of their file

    Returns
    -------
    str or None
    """
    found = _fault(embeddings)
    if found is None:
        return None
    return (
        f"{name}: rows are {found}, so that the first ones are not the most frequent words; write "
        "them in the order of frequency if those are meant"
    )


def _fault(embeddings):
    """How rows are ordered instead; None if they may be by frequency."""
    if embeddings.counts is not None:
        is_falling = bool((np.diff(np.asarray(embeddings.counts)) <= 0).mean() > 1 - FARTHEST)
        return None if is_falling else "not in the order of their counts"
    n_words = len(embeddings)
    step = max(1, n_words // SAMPLED)
    words = [embeddings.words[row] for row in range(0, n_words, step)]
    if len(words) >= LEAST_SORTED and _is_sorted(words):
        return "in the order of letters"
    is_flat = _is_flat(embeddings.words[:FIRST], words)
    if n_words >= LEAST_WORDS and is_flat and _are_scattered(embeddings.index, n_words):
        return "not in the order of frequency, as far as their words tell"
    return None


def _is_sorted(words):
    folded = [word.casefold() for word in words]
    return words == sorted(words) or folded == sorted(folded)


def _are_scattered(index, n_words):
    """Whether the commonest words are there, and far from the beginning."""
    ranks = [
        np.median([index[word] for word in words])
        for words in COMMON
        if all(word in index for word in words)
    ]
    return bool(ranks) and min(ranks) > FARTHEST * n_words


def _is_flat(first, some):
    """Whether the first words are as long as some from everywhere."""
    lengths = np.array([len(word) for word in some])
    error = lengths.std() / np.sqrt(len(first))
    return bool(np.mean([len(word) for word in first]) > lengths.mean() - DEVIATIONS * error)
