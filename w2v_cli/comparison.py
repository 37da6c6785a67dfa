"""Words between texts and periods, from Python: what ``w2v compare`` does.

In the examples, ``early`` and ``late`` are vectors that were trained on two texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .alignment.comparing import NEIGHBORS, ORDERS, Change, Comparison
from .alignment.following import Periods, Step
from .api import load
from .embeddings.table import Embeddings, UnknownWordError
from .errors import ConfigError
from .files.paths import Path
from .library.checks import (
    check_choice,
    check_switches,
    optional_number,
    texts_of,
    whole_number,
)
from .vectors import Vectors, warn_of

LEAST_PERIODS = 2


def compare(
    a: Vectors | Path,
    b: Vectors | Path,
    words: str | Iterable[str] = (),
    *,
    top: int | None = 20,
    by: str = "change",
    min_count: int | None = None,
    neighbors: int = NEIGHBORS,
    aligned: bool = False,
    runs_a: Iterable[Vectors | Path] = (),
    runs_b: Iterable[Vectors | Path] = (),
) -> list[Change]:
    """What has become of words from one text to another, as ``w2v compare`` prints it.

    Parameters
    ----------
    a, b : Vectors, str or Path     of the two texts
    words : str or iterable of str  these words; none: the most changed ones
    top : int or None               so many of these; None: all
    by : str                        most changed by ``change``, by what of it is not noise
                                    (``net``), or by the fewest shared neighbors (``overlap``)
    min_count : int or None         compare words that both have seen at least so often
    neighbors : int                 nearest words on each side, whose overlap is told
    aligned : bool                  the vectors share a space already: nothing is rotated
    runs_a, runs_b : iterable of Vectors, str or Path   other trainings of the same texts, which
                                    tell how far words move by training alone

    Returns
    -------
    list of Change   ``word``, ``change`` (1 - cosine), ``low`` and ``high`` of several runs,
                     ``noise``, ``overlap``, ``counts``, ``neighbors``; most changed first, or in
                     the order of ``words``

    Warns
    -----
    W2VWarning   if there are so few words in common that changes look too small

    Raises
    ------
    UnknownWordError   if one of ``words`` is not on both sides
    InputError         if the lengths of vectors differ, too few words are in common, or counts are
                       not known
    ConfigError        if an option has a value that cannot be

    Examples
    --------
    >>> [change] = compare(early, early, "and")
    >>> round(change.change, 3), change.overlap
    (0.0, 1.0)
    """
    check_choice("by", by, ORDERS)
    check_switches(aligned=aligned)
    top = optional_number("top", top, 1)
    min_count = optional_number("min_count", min_count, 1)
    k = whole_number("neighbors", neighbors, 1)
    first = [_embeddings(each, "a") for each in (a, *runs_a)]
    second = [_embeddings(each, "b") for each in (b, *runs_b)]
    comparison = Comparison(first, second, min_count, bool(aligned), ("a", "b"))
    warn_of(list(comparison.warnings()))
    named = [words] if isinstance(words, str) else texts_of(words)
    unknown = [word for word in named if word not in comparison.index]
    if unknown:
        raise UnknownWordError(unknown, unknown[0], "not both sides have it")
    places = [comparison.index[word] for word in named]
    return comparison.told(places or comparison.ranked(top, by, k), k)


def follow(
    periods: Mapping[str, Vectors | Path],
    words: str | Iterable[str],
    *,
    min_count: int | None = None,
    neighbors: int = NEIGHBORS,
    aligned: bool = False,
    plot: Path | None = None,
    **drawing: Any,
) -> dict[str, list[Step]]:
    """The way of words over several periods, as ``w2v compare`` prints it of more than two files.

    Parameters
    ----------
    periods : mapping of str to Vectors, str or Path   in the order of time, two at least
    words : str or iterable of str
    min_count, neighbors, aligned   as for `compare`
    plot : str, Path or None   a picture of the way of one word: .png, .svg or .pdf
    **drawing                  of the picture: ``size``, ``dpi``, ``font_size``, ``title``...

    Returns
    -------
    dict of str to list of Step   of each word, a step a period: ``period``, ``count``, ``change``
                     from the one before, ``from_first``, ``overlap``, ``neighbors``

    Raises
    ------
    UnknownWordError   if fewer than two periods have a word
    InputError, ConfigError   as `compare`

    Examples
    --------
    >>> steps = follow({"early": early, "late": late}, "and")["and"]
    >>> [step.period for step in steps], steps[0].change
    (['early', 'late'], None)
    """
    check_switches(aligned=aligned)
    min_count = optional_number("min_count", min_count, 1)
    k = whole_number("neighbors", neighbors, 1)
    if not isinstance(periods, Mapping) or len(periods) < LEAST_PERIODS:
        raise ConfigError("periods must be a dict of names to vectors, two at least")
    named = [words] if isinstance(words, str) else texts_of(words)
    if plot is not None and len(named) != 1:
        raise ConfigError(f"a plot shows the way of one word, not of {len(named)}")
    spaces = [_embeddings(each, name) for name, each in periods.items()]
    found = Periods(spaces, list(periods), min_count, bool(aligned))
    warn_of(list(found.whole.warnings()))
    unknown = [word for word in named if len(found.has(word)) < LEAST_PERIODS]
    if unknown:
        raise UnknownWordError(unknown, unknown[0], "fewer than two periods have it")
    if plot is not None:
        from .library.pictures import draw_map
        from .maps.way import lay_out_way

        drawing.setdefault("title", named[0])
        warn_of(draw_map(plot, lay_out_way(found, named[0], k), None, drawing))
    return {word: found.steps(word, k) for word in named}


def _embeddings(vectors: Vectors | Path, name: str) -> Embeddings:
    """Of vectors, or of a file of some, without n-grams."""
    found = vectors if isinstance(vectors, Vectors) else load(vectors)
    if not isinstance(found, Vectors):
        raise ConfigError(f"{name} must be vectors, or the path of a file of some")
    return found._embeddings.without_subwords()
