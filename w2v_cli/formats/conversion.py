"""From one format of word vectors to another: what is taken, changed, and told."""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as field_of

import numpy as np

from .. import __version__
from ..config import RefineConfig
from ..corpus.countfiles import read_counts
from ..embeddings.blocks import row_blocks
from ..embeddings.counted import with_counts_of
from ..embeddings.order import order_note
from ..embeddings.readout import check_readout
from ..embeddings.table import lengths
from ..errors import ConfigError, InputError, field
from .changed import changed_rows, changed_vectors
from .chosen import chosen_rows, listed_rows, rows_to_read
from .pooled import Pooled, unweighted_note
from .provenance import settings_of
from .reading import read_once
from .unknown import with_unknown, without_unknown
from .w2v_language_model import dropped_note, is_kept
from .wordrules import WHITE_SPACE, check_white_space, replace_white_space
from .writing import write_embeddings


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
    keep_context : bool          the output matrix goes along, in formats that have a place for it
    compose : bool               words asked for that are not there are made of their n-grams, where
                                 those do not go along
    refinement : RefineConfig or None   what is done to the vectors before they are scaled
    tmpdir, glove_parameters     see `formats.reading.read`
    unk : str                    of `registry.UNKNOWN_ROWS`
    tensor, all_tokens           of a transformer, see `base.Source`
    pooled : Pooled              how words become vectors of texts, for formats that settle it
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
    keep_context: bool = False
    compose: bool = True
    refinement: RefineConfig | None = None
    tmpdir: str | None = None
    glove_parameters: str | None = None
    unk: str = "keep"
    tensor: str | None = None
    all_tokens: bool = False
    pooled: Pooled = field_of(default_factory=Pooled)

    @property
    def is_changed(self):
        """Whether the vectors are others than the rows of the file."""
        return self.normalize or self.vectors != "input" or self.refinement is not None

    @property
    def is_whole(self):
        """Whether all of the file is wanted as it is, in another format at most."""
        are_chosen = any(each is not None for each in (self.limit, self.words, self.vocab))
        is_other = self.dtype != "float32" or self.unk != "keep" or self.keep_context
        return not (self.is_changed or are_chosen or is_other)


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
    vocabulary = None if asked.vocab is None else read_counts([asked.vocab])
    found = _read(source, asked, vocabulary)
    embeddings, notes = found.embeddings, list(found.notes)
    check_readout(embeddings.context, asked.vectors, found.name)
    _check_context(found, asked)
    if vocabulary is not None:
        embeddings, more = with_counts_of(embeddings, *vocabulary, asked.vocab)
        notes += more
    if asked.words is None:
        rows, made_words = chosen_rows(found, asked, notes), []
        made = np.empty((0, embeddings.dim), dtype=np.float32)
        if asked.limit is not None and asked.limit < len(embeddings):
            notes += filter(None, [order_note(embeddings, found.name)])
    else:
        rows, made_words, made = listed_rows(found, asked, notes)
    rows = without_unknown(rows, embeddings, asked)
    words = [*rows.of(embeddings.words), *made_words]
    if not words and asked.format.has_words:
        raise InputError(
            f"{found.name}: has n-grams and no words; {field('words')} names those that are wanted"
        )
    _check_distinct(words, found.name)
    pattern = asked.format.ends.pattern if asked.format.spaces else WHITE_SPACE
    if asked.white_space == "error":
        check_white_space(words, target, pattern)
    words = replace_white_space(words, notes, pattern)
    counts = embeddings.counts
    changed, facts = changed_vectors(embeddings, rows, made, asked, found.name, notes)
    model = _model(embeddings, rows, asked, notes)
    counts = None if counts is None else np.array([*rows.of(counts), *[0] * len(made_words)])
    if asked.unk == "mean":
        words, counts, changed, model = with_unknown(words, counts, changed, model, asked)
    write_embeddings(
        target,
        words,
        changed,
        asked.format.name,
        counts,
        _provenance(found, asked, facts) if asked.provenance else None,
        asked.dtype,
        beside=asked.provenance and (found.record is not None or counts is not None),
        **model,
        settings=_settings(found, asked),
        pooled=asked.pooled,
    )
    if asked.format.pools and asked.pooled.weighting is None:
        notes += [] if asked.pooled.is_weighted(counts) else [unweighted_note()]
    _note_losses(found, embeddings, changed, model, asked, notes)
    n_rows = len(words) if asked.format.has_words else embeddings.subwords.ngrams.n_buckets
    return Converted(n_rows, changed.shape[1], found.format, notes)


def _read(source, asked, vocabulary):
    """What is in the file that is to be converted: Read."""
    return read_once(
        source,
        encoding_errors=asked.encoding_errors,
        limit=rows_to_read(asked),
        encoding=asked.encoding,
        skip_bad_rows=asked.skip_bad_rows,
        tmpdir=asked.tmpdir,
        glove_parameters=asked.glove_parameters,
        vocabulary=vocabulary,
        tensor=asked.tensor,
        all_tokens=asked.all_tokens,
        wanted=asked.words if asked.compose else None,
    )


def _check_distinct(words, name):
    """Files of the format w2v are mapped, and nobody has looked at all of their words before."""
    if len(set(words)) < len(words):
        word, _ = Counter(words).most_common(1)[0]
        raise InputError(f"{name}: is damaged: it has the word {word!r} twice; make it anew")


def _model(embeddings, rows, asked, notes):
    """What else than vectors goes along, where the format has a place and rows are as they were.

    Returns
    -------
    dict   ``subwords``, ``context``, ``nodes`` and ``language_model``, see `write_embeddings`
    """
    model = {}
    if asked.is_changed:
        return model
    if len(rows) == len(embeddings) and asked.unk != "mean":
        model["language_model"] = embeddings.language_model

    def chosen(matrix):
        return None if matrix is None else changed_rows(matrix, rows)

    subwords = embeddings.subwords
    if subwords is not None and asked.format.keeps_ngrams:  # even if no word has any
        model["subwords"] = subwords.with_own(chosen(subwords.own))
        if subwords.is_pruned and asked.format.name == "fasttext":
            notes.append(
                "n-grams that were pruned are zero now: vectors keep their directions, and are "
                "shorter"
            )
    if asked.format.has_outputs or asked.keep_context:
        model["context"] = chosen(embeddings.context)
        model["nodes"] = embeddings.nodes if len(rows) == len(embeddings) else None
        if model["context"] is None and model["nodes"] is None:
            notes.append(
                "the output matrix of these words is not known, and zeros stand in its place: "
                "vectors are whole, but training does not go on well from it"
            )
    return model


def _settings(found, asked):
    """What is known of training; the number of tokens goes with the counts of the file."""
    settings = settings_of(found.record)
    return settings if asked.vocab is None else {**settings, "tokens": None}


def _check_context(found, asked):
    if asked.keep_context and asked.is_changed:
        changes = field("normalize") if asked.normalize else field("vectors", asked.vectors)
        raise ConfigError(
            f"{changes} and {field('keep_context')} exclude each other: the two matrices would not "
            "belong together; leave out one of them"
        )
    if asked.keep_context and not asked.format.keeps_context:
        raise ConfigError(
            f"{asked.format.title} has no place for the output matrix; leave out "
            f"{field('keep_context')}, or give {field('format', 'w2v')}"
        )
    if asked.keep_context and found.embeddings.context is None:
        raise ConfigError(
            f"{field('keep_context')} needs the output matrix, which {found.name} has not; train "
            f"with {field('keep_context')}"
        )


def _note_losses(found, embeddings, changed, model, asked, notes):
    if found.classifier is not None:
        notes.append(
            f"{found.name} is a classifier: vectors of its words are written, and its "
            f"{len(found.classifier['labels']):,} labels are not"
        )
    if embeddings.subwords and (asked.is_changed or not asked.format.keeps_ngrams):
        notes.append(
            "vectors of n-grams are not written; only the words of the model have a vector now"
        )
    keeps_outputs = asked.keep_context or asked.format.has_outputs or found.format.has_outputs
    if embeddings.context is not None and asked.vectors == "input" and not keeps_outputs:
        notes.append("the output matrix is not written; only the file that was read has it")
    has_model = is_kept(model.get("language_model"), asked.format, asked.dtype, len(changed))
    if found.embeddings.language_model is not None and not has_model:
        notes.append(dropped_note())
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
    if asked.unk != "keep":
        changes["unk"] = asked.unk
    if asked.format.pools:
        changes |= {"weighting": asked.pooled.weighting, "sif_a": asked.pooled.a}
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
