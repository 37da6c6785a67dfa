"""What of a model is to be quantized, how large it will be, and whether it can be at all."""

import os
from dataclasses import dataclass

import numpy as np

from ..config import FNV
from ..embeddings.blocks import first_not_finite
from ..errors import ConfigError, OutputError, field
from ..files.paths import split_compression
from ..quantization.rows import QuantizedRows
from .fasttext_header import ENTRY, MAGIC, SHAPE, SIZES, WRITTEN_SETTINGS
from .inputrows import InputRows
from .pruning import Kept, kept_rows
from .quantized import quantized_bytes
from .registry import WRITTEN
from .rows import check_numbers
from .w2v_language_model import dropped_note
from .wordrules import NULS_AND_BLANKS, WHITE_SPACE, encode_words, replace_white_space

EXTENSIONS = ("", ".ftz", ".bin")
OUTPUT_DSUB = 2
"""Numbers that share a byte in the output matrix, where fastText knows no other."""
LARGEST_CODES = (1 << 31) - 1
"""Their number is an int32 in the file."""
FLAGS = 2


@dataclass(frozen=True)
class Plan:
    """What of a model is quantized, before it is.

    Attributes
    ----------
    words : list of str                that stay
    word_places : ndarray of int64     where these are in the model
    inputs : InputRows
    n_taken : int                      words that there were
    kept : Kept
    plain_bytes : int                  of the rows of the whole model, where numbers have four each
    n_bytes : int                      of the new file
    notes : list of str                what the user should know
    """

    words: list
    word_places: np.ndarray
    inputs: InputRows
    n_taken: int
    kept: Kept
    plain_bytes: int
    n_bytes: int
    notes: list


def check_quantized_target(path):
    """Find out before the work whether a path is named as such a file may be.

    Raises
    ------
    ConfigError   if its extension is that of another format
    """
    extension = os.path.splitext(split_compression(path)[0])[1].lower()
    others = {each: format for format in WRITTEN for each in format.extensions}
    if extension in others and extension not in EXTENSIONS:
        raise ConfigError(
            f"{path}: {extension} is for {others[extension].title}, and quantized vectors are "
            "fastText's .ftz; give such a name"
        )


def check_not_quantized(embeddings, record, name):
    """Raise ConfigError if vectors are quantized: their codes would be taken for what they mean."""
    subwords = embeddings.subwords
    matrices = [] if subwords is None else [subwords.rows, subwords.own]
    has_codes = any(isinstance(matrix, QuantizedRows) for matrix in matrices)
    if has_codes or _is_told_quantized(record):
        raise ConfigError(
            f"{name}: is quantized already, and would only lose by it; take the vectors that it "
            "was made of"
        )


def _is_told_quantized(record):
    while isinstance(record, dict):
        if record.get("command") == "quantize" or record.get("quantized") is True:
            return True
        record = record.get("source_provenance")
    return False


def planned(embeddings, rows, config, path):
    """Choose what stays of a model, and say how large the file will be.

    Parameters
    ----------
    embeddings : Embeddings
    rows : Rows               words that are taken, see `chosen`
    config : QuantizeConfig
    path : str                of the new file, for messages

    Returns
    -------
    Plan

    Raises
    ------
    ConfigError   if the file has no place for such n-grams or so many rows, or there is no output
                  matrix to keep
    OutputError   if a number is not finite
    """
    subwords, dim, notes = embeddings.subwords, embeddings.dim, []
    ngrams = subwords.ngrams if subwords else None
    if ngrams is not None and ngrams.hash != FNV:
        raise ConfigError(
            f"{path}: a .ftz has a place for n-grams hashed by {FNV}, and these are hashed by "
            f"{ngrams.hash}; convert them to .w2v with {field('int8')} to make them smaller"
        )
    _check_outputs(embeddings, rows, config)
    _check_finite(embeddings, path)
    if embeddings.language_model is not None:
        notes.append(dropped_note())
    kept = kept_rows(embeddings, len(rows), config.keep)
    words = replace_white_space(list(rows.of(embeddings.words))[: kept.n_words], notes, WHITE_SPACE)
    word_places = np.array(rows.of(np.arange(len(embeddings))))[: kept.n_words]
    raw_words = encode_words(words, NULS_AND_BLANKS)
    inputs = InputRows(embeddings, raw_words, word_places, kept.places)
    n_rows = len(inputs)
    if n_rows * -(-dim // config.dsub) > LARGEST_CODES:
        raise ConfigError(
            f"{path}: {n_rows:,} rows of {-(-dim // config.dsub)} parts are more codes than a .ftz "
            f"can have; give a lower {field('keep')}, or a higher {field('dsub')}"
        )
    head = len(MAGIC) + WRITTEN_SETTINGS.size + SIZES.size + FLAGS
    head += sum(len(raw) + 1 + ENTRY.size for raw in raw_words)
    n_bytes = head + quantized_bytes(n_rows, dim, config.dsub, config.qnorm)
    n_bytes += 8 * inputs.n_ngrams
    if has_outputs(embeddings, word_places, config):
        n_bytes += quantized_bytes(kept.n_words, dim, OUTPUT_DSUB, config.qnorm)
    else:
        n_bytes += SHAPE.size
    n_matrices = 1 + has_outputs(embeddings, np.arange(len(embeddings)), config)
    n_plain = len(rows) * n_matrices + (ngrams.n_buckets if ngrams else 0)
    plain_bytes = 4 * dim * n_plain
    return Plan(words, word_places, inputs, len(rows), kept, plain_bytes, n_bytes, notes)


def _check_outputs(embeddings, rows, config):
    if not config.keep_context or embeddings.context is not None:
        return
    if embeddings.nodes is None:
        raise ConfigError(
            f"{field('keep_context')} needs the output matrix, which these vectors have not; train "
            f"with {field('keep_context')}"
        )
    if len(rows) < len(embeddings) or (config.keep or len(rows)) < len(rows):
        raise ConfigError(
            f"{field('keep_context')} with a model of {field('loss', 'hs')} needs all of its "
            "words: its output matrix is a tree of them; leave out one or the other"
        )


def _check_finite(embeddings, path):
    """Raise OutputError if a number is not finite."""
    subwords = embeddings.subwords
    check_numbers(embeddings.words, embeddings.vectors, path, "float32")
    if subwords and (row := first_not_finite(subwords.rows)) is not None:
        raise OutputError(
            f"{path}: not written: row {row} of the n-grams holds NaN or infinity; get or make the "
            "model again"
        )


def has_outputs(embeddings, word_places, config):
    """Whether the output matrix goes along: a tree only with all of its words."""
    is_whole = embeddings.nodes is not None and len(word_places) == len(embeddings)
    return config.keep_context and (embeddings.context is not None or is_whole)
