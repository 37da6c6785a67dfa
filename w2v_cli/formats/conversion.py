"""From one format of word vectors to another: what is taken, changed, and told."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from .. import __version__
from ..config import RefineConfig
from ..corpus.countfiles import read_counts
from ..embeddings.blocks import LazyRows, row_blocks
from ..embeddings.counted import with_counts_of
from ..embeddings.frequency import word_probabilities
from ..embeddings.order import order_note
from ..embeddings.readout import check_readout, read_out
from ..embeddings.refinement import refine_rows
from ..embeddings.table import lengths, unit_rows
from ..errors import InputError, field
from ..wording.marks import SENTENCE_END_WORD
from .reading import read_once
from .wordrules import WHITE_SPACE, check_white_space, replace_white_space, some_of
from .writing import write_embeddings

KEEPING = f"{field('keep_sentence_end')} keeps it"


@dataclass(frozen=True)
class Conversion:
    """What to take of a file and how to write it.

    Attributes
    ----------
    format : Format              to write
    limit : int or None          take that many rows, the first ones
    words : list of str or None  take these words only, in the order of the file
    vocab : str or None          a file of ``word count`` lines, whose counts the words get
    normalize : bool             scale vectors to length 1
    dtype : str                  one of `registry.NUMBER_TYPES`
    encoding_errors : str        see `formats.reading.read`
    white_space : str            ``replace`` it in words by ``_``, or ``error``
    keep_sentence_end : bool     take the row of ``</s>``
    provenance : bool            keep how the vectors came about; in a file beside, if it is known
    encoding : str or None       of the words that are read
    skip_bad_rows : bool         leave out rows that are damaged
    vectors : str                ``input``, or what else there is with the output matrix
    refinement : RefineConfig or None   what is done to the vectors before they are scaled
    tmpdir : str or None         see `formats.reading.read`
    """

    format: object
    limit: int | None = None
    normalize: bool = False
    dtype: str = "float32"
    encoding_errors: str = "replace"
    white_space: str = "replace"
    keep_sentence_end: bool = False
    provenance: bool = True
    words: list | None = None
    vocab: str | None = None
    encoding: str | None = None
    skip_bad_rows: bool = False
    vectors: str = "input"
    refinement: RefineConfig | None = None
    tmpdir: str | None = None


@dataclass(frozen=True)
class Converted:
    """What was written: its shape, the format it came from, and what the user should know."""

    n_rows: int
    dim: int
    source_format: object
    notes: list


def convert(source, target, conversion):
    """Read the vectors of one file and write them to another.

    One matrix is held at most; what is done to it is done as it is written.

    Parameters
    ----------
    source, target : str      paths; ``-`` is standard input and output
    conversion : Conversion

    Returns
    -------
    Converted

    Raises
    ------
    InputError, OutputError   if a file cannot be read or written; see `formats`
    ConfigError               if the format cannot be written so
    """
    asked = conversion
    found = read_once(
        source,
        encoding_errors=asked.encoding_errors,
        limit=_rows_to_read(asked),
        encoding=asked.encoding,
        skip_bad_rows=asked.skip_bad_rows,
        tmpdir=asked.tmpdir,
    )
    embeddings, notes = found.embeddings, list(found.notes)
    check_readout(embeddings.context, asked.vectors, found.name)
    if asked.vocab is not None:
        embeddings, more = with_counts_of(embeddings, *read_counts([asked.vocab]), asked.vocab)
        notes += more
    if asked.words is None:
        rows = _chosen_rows(embeddings, asked, notes)
        if asked.limit is not None and asked.limit < len(embeddings):
            notes += filter(None, [order_note(embeddings, found.name)])
    else:
        rows = _listed_rows(found, asked, notes)
    words = list(rows.of(embeddings.words))
    _check_distinct(words, found.name)
    pattern = asked.format.ends.pattern if asked.format.spaces else WHITE_SPACE
    if asked.white_space == "error":
        check_white_space(words, target, pattern)
    words = replace_white_space(words, notes, pattern)
    counts = embeddings.counts
    changed, facts = _changed(embeddings, rows, asked, found.name, notes)
    write_embeddings(
        target,
        words,
        changed,
        asked.format.name,
        None if counts is None else np.array(rows.of(counts)),
        _provenance(found, asked, facts) if asked.provenance else None,
        asked.dtype,
        beside=asked.provenance and (found.record is not None or counts is not None),
    )
    _note_losses(embeddings, changed, asked, notes)
    return Converted(*changed.shape, found.format, notes)


def _check_distinct(words, name):
    """Files of the format w2v are mapped, and nobody has looked at all of their words before."""
    if len(set(words)) < len(words):
        word, _ = Counter(words).most_common(1)[0]
        raise InputError(f"{name}: is damaged: it has the word {word!r} twice; make it anew")


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


def _changed(embeddings, rows, asked, name, notes):
    """(the vectors of those rows as they are to be, LazyRows; facts of what was done)."""
    refinement = asked.refinement
    inputs, outputs = (
        None if matrix is None else _of_rows(matrix, rows)
        for matrix in (embeddings.vectors, embeddings.context)
    )
    balance = None if refinement is None else refinement.balance
    vectors, facts = read_out(inputs, outputs, asked.vectors, balance), {}
    if refinement is not None:
        weights = None
        if refinement.is_by_frequency:
            shares, facts["weights_from"], more = word_probabilities(embeddings, name)
            weights = np.array(rows.of(shares))
            if not weights.any():
                raise InputError(
                    f"{name}: the words that are taken have no count above 0, so that nobody knows "
                    f"how frequent they are; {field('weights', 'uniform')} needs none"
                )
            notes += more
        vectors, more = refine_rows(vectors, refinement, weights)
        notes += more
    if not asked.normalize:
        return vectors, facts
    return LazyRows(*vectors.shape, lambda wanted: _unit_float32(vectors[wanted])), facts


def _of_rows(matrix, rows):
    """Those rows of a matrix: `LazyRows`."""

    def rows_of(wanted):
        start, stop, step = wanted.indices(len(rows))
        return matrix[rows.ids(start, max(start, stop))][::step]

    return LazyRows(len(rows), matrix.shape[1], rows_of)


def _unit_float32(vectors):
    return unit_rows(vectors).astype(np.float32)


def _chosen_rows(embeddings, asked, notes):
    stop = len(embeddings) if asked.limit is None else min(asked.limit, len(embeddings))
    end = embeddings.index.get(SENTENCE_END_WORD)
    if end is None or asked.keep_sentence_end or end >= stop:
        return Rows(stop)
    if len(embeddings) == 1:
        raise InputError(f"{SENTENCE_END_WORD} is the only word, and it is left out; " + KEEPING)
    notes.append(f"the row of {SENTENCE_END_WORD}, the mark of line ends, was left out; " + KEEPING)
    if asked.limit is not None:
        stop = min(stop + 1, len(embeddings))
    return Rows(stop, end)


def _rows_to_read(asked):
    """How many rows of the file are needed: int, or None for all."""
    if asked.limit is None or asked.words is not None:
        return None
    return asked.limit + 1  # since one may be left out


def _listed_rows(found, asked, notes):
    """The rows of the words asked for; notes tell of those that have none."""
    index = found.embeddings.index
    places = np.unique([index[word] for word in asked.words if word in index]).astype(np.int64)
    missing = [word for word in asked.words if word not in index]
    if not len(places):
        raise InputError(
            f"{found.name}: has none of the {len(asked.words):,} words asked for "
            f"({some_of(missing) or 'the list is empty'}); correct the list, or take other vectors"
        )
    if missing:
        notes.append(
            f"{found.name}: words asked for that have no vector there, and were left out: "
            f"{len(missing):,} of {len(asked.words):,} ({some_of(missing)})"
        )
    return Picked(places[: asked.limit])


def _note_losses(embeddings, changed, asked, notes):
    if embeddings.subwords:
        notes.append(
            "vectors of n-grams are not written; only the words of the model have a vector now"
        )
    if embeddings.context is not None and asked.vectors == "input":
        notes.append("the output matrix is not written; only the file that was read has it")
    if asked.normalize:
        n_zero = sum(
            int(np.count_nonzero(lengths(changed[some]) == 0)) for some in row_blocks(len(changed))
        )
        if n_zero:
            notes.append(f"{n_zero} vectors are zero and have no direction; they stay zero")


def _provenance(found, asked, facts):
    """How the new file came about, for formats that keep it; ``facts`` are of refining."""
    kept = ("limit", "normalize", "dtype", "vectors")
    changes = {name: getattr(asked, name) for name in kept}
    if asked.words is not None:
        changes["words"] = len(asked.words)
    if asked.refinement is not None:
        changes |= vars(asked.refinement) | facts
    return {
        "command": "convert" if asked.refinement is None else "refine",
        "version": __version__,
        "source": found.name,
        "source_format": found.format.name,
        "changes": changes,
        "source_provenance": found.record,
    }
