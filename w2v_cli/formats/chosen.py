"""Which rows of a file a conversion takes: the first ones, those of a list, all but ``</s>``."""

from dataclasses import dataclass

import numpy as np

from ..errors import InputError, field
from ..wording.marks import SENTENCE_END_WORD
from .wordrules import some_of

KEEPING = f"{field('keep_sentence_end')} keeps it"


@dataclass(frozen=True)
class Rows:
    """Rows 0 to stop - 1 of a file, all but one."""

    stop: int
    left_out: int | None = None

    def __len__(self):
        return self.stop - (self.left_out is not None)

    def of(self, values):
        """Those of some values, which may be slices and joined."""
        values = values[: self.stop]
        if self.left_out is None:
            return values
        return [*values[: self.left_out], *values[self.left_out + 1 :]]

    def ids(self, start, stop):
        """Where rows ``start`` to ``stop - 1`` of these are in the file: slice, or array."""
        stop = min(stop, len(self))
        if self.left_out is None or stop <= self.left_out:
            return slice(start, stop)
        if start >= self.left_out:
            return slice(start + 1, stop + 1)
        return np.delete(np.arange(start, stop + 1), self.left_out - start)


@dataclass(frozen=True)
class Picked:
    """Rows of a file, wherever they are: ``places`` are ascending, ndarray of int64."""

    places: np.ndarray

    def __len__(self):
        return len(self.places)

    def of(self, values):
        """Those of some values."""
        return [values[place] for place in self.places.tolist()]

    def ids(self, start, stop):
        """Where rows ``start`` to ``stop - 1`` of these are in the file."""
        return self.places[start:stop]


def chosen_rows(found, asked, notes):
    """The first rows, or all, but that of the mark of line ends: Rows; notes tell of that one."""
    embeddings = found.embeddings
    stop = len(embeddings) if asked.limit is None else min(asked.limit, len(embeddings))
    end = embeddings.index.get(SENTENCE_END_WORD)
    # fastText trains that word like others.
    is_word = asked.format.has_outputs and found.format.has_outputs
    is_word = is_word or not asked.format.has_words
    if end is None or asked.keep_sentence_end or is_word or end >= stop:
        return Rows(stop)
    if len(embeddings) == 1:
        raise InputError(f"{SENTENCE_END_WORD} is the only word, and it is left out; " + KEEPING)
    notes.append(f"the row of {SENTENCE_END_WORD}, the mark of line ends, was left out; " + KEEPING)
    if asked.limit is not None:
        stop = min(stop + 1, len(embeddings))
    return Rows(stop, end)


def rows_to_read(asked):
    """How many rows of the file are needed: int, or None for all."""
    if asked.limit is None or asked.words is not None:
        return None
    return asked.limit + 2  # since those of ``</s>`` and ``<unk>`` may be left out


def goes_along(embeddings, asked):
    """Whether n-grams are written too, so that words can be made of them again."""
    return bool(embeddings.subwords) and asked.format.keeps_ngrams and not asked.is_changed


def listed_rows(found, asked, notes):
    """Those of the words asked for; words that are not there are made of n-grams, if they can be.

    Returns
    -------
    rows : Picked
    made_words : list of str
    made : ndarray of float32, shape (len(made_words), dim)
    """
    index = found.embeddings.index
    places = np.unique([index[word] for word in asked.words if word in index]).astype(np.int64)
    missing = [word for word in dict.fromkeys(asked.words) if word not in index]
    made_words, made = _made(found.embeddings, missing, asked, notes)
    if made_words:
        there = set(made_words)
        missing = [word for word in missing if word not in there]
    if not len(places) and not made_words:
        raise InputError(
            f"{found.name}: has none of the {len(asked.words):,} words asked for "
            f"({some_of(missing) or 'the list is empty'}); correct the list, or take other vectors"
        )
    if missing:
        notes.append(
            f"{found.name}: words asked for that have no vector there, and were left out: "
            f"{len(missing):,} of {len(asked.words):,} ({some_of(missing)})"
        )
        if goes_along(found.embeddings, asked):
            notes.append("n-grams go along, so that vectors of such words are made when needed")
    places = places[: asked.limit]
    left = None if asked.limit is None else asked.limit - len(places)
    return Picked(places), made_words[:left], made[:left]


def _made(embeddings, words, asked, notes):
    """Those of some words that n-grams can make, and their vectors: see `listed_rows`.

    Where n-grams go along, readers of the new file make them, unless words need no rows of their
    own to be among the words there.
    """
    nothing = [], np.empty((0, embeddings.dim), dtype=np.float32)
    if not embeddings.subwords or not asked.compose or asked.vectors != "input":
        return nothing
    if goes_along(embeddings, asked) and embeddings.subwords.own is not None:
        return nothing
    found = embeddings.subwords.compose(words)
    facts = [facts for facts, is_made in zip(found.made_of(words), found.is_made, strict=True)
             if is_made]  # fmt: skip
    if not facts:
        return nothing
    worst = min(facts, key=lambda each: each.n_trained / each.n_ngrams)
    notes.append(
        f"{len(facts):,} words that have no vector were made of their n-grams, at worst "
        f"{worst.word!r:.60} of {worst.n_ngrams:,}, of which {worst.n_trained:,} were trained; "
        f"{field('compose', False)} leaves them out"
    )
    return [each.word for each in facts], found.vectors[found.is_made]
