"""The way of a word over several periods as a map, with its neighbors of each period."""

import numpy as np

from ..errors import InputError
from .projection import project
from .wordmap import MOST_GROUPS, WordMap

FEWEST = 2


def lay_out_way(periods, word, k):
    """Place a word, as it is in each period, and the words that are near it in one of them.

    All are in the space of the last period. A neighbor stands where it is in the last period that
    has it, in the color of the period in which it is nearest to the word.

    Parameters
    ----------
    periods : alignment.following.Periods
    word : str
    k : int      neighbors in each period

    Returns
    -------
    WordMap   arrows lead from each period to the next; groups are the periods

    Raises
    ------
    InputError   if fewer than two periods have the word, or there are more than can be told apart

    Source: Hamilton, Leskovec and Jurafsky, "Diachronic Word Embeddings Reveal Statistical Laws of
    Semantic Change", ACL 2016 (arXiv:1605.09096), figure 1 and appendix.
    """
    there = periods.has(word)
    if len(there) < FEWEST:
        having = f"only {periods.names[there[0]]} has" if there else "no file has"
        raise InputError(f"the way of {word!r:.60} needs two files that have it, and {having} it")
    if len(there) > MOST_GROUPS:
        raise InputError(
            f"{len(there)} periods are more than the {MOST_GROUPS} that marks can tell apart; name "
            "fewer files"
        )
    nearest = _nearest_period(periods, word, there, k)
    vectors = [periods.in_last_space(word, number) for number in there]
    vectors += [periods.in_last_space(near, periods.has(near)[-1]) for near in nearest]
    projection = project(np.array(vectors))
    names = [periods.names[number] for number in there]
    return WordMap(
        words=[*(f"{word} ({name})" for name in names), *nearest],
        points=projection.points,
        is_neighbor=[False] * len(there) + [True] * len(nearest),
        pairs=[(place, place + 1) for place in range(len(there) - 1)],
        projection=projection,
        groups=[*names, *(periods.names[number] for number in nearest.values())],
    )


def _nearest_period(periods, word, there, k):
    """The neighbors of a word, each with the period in which it is nearest: dict."""
    found = {}
    for number in there:
        for near, cosine in periods.near(word, number, k):
            if near not in found or cosine > found[near][0]:
                found[near] = cosine, number
    return {near: number for near, (_, number) in found.items()}
