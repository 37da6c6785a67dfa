"""The row of ``<unk>``, GloVe's vector of words that have none: left out, or made."""

import numpy as np

from ..embeddings.blocks import LazyRows
from ..embeddings.table import unit_rows
from ..errors import ConfigError, InputError, field
from ..wording.marks import UNKNOWN_WORD
from .chosen import Picked

RARE_WORDS = 100
"""GloVe takes the mean of so many rows, the last ones."""


def unknown_row(embeddings):
    """Where the row of ``<unk>`` is, and what it is.

    Returns
    -------
    dict or None   ``row``, counted from 0, and ``mean_of``: of how many rows before it is the mean,
                   None if of none; None without such a row
    """
    row = embeddings.index.get(UNKNOWN_WORD)
    if row is None:
        return None
    n_rare = min(row, RARE_WORDS)
    rare = np.asarray(embeddings.vectors[row - n_rare : row], np.float64)
    # Of numbers that were rounded to six digits.
    is_mean = n_rare > 0 and np.allclose(
        rare.mean(axis=0), embeddings.vectors[row], rtol=1e-5, atol=2e-6
    )
    return {"row": row, "mean_of": n_rare if is_mean else None}


def without_unknown(rows, embeddings, asked):
    """The same rows of a file, but that of ``<unk>``, unless it is to be kept: Rows or Picked.

    Parameters
    ----------
    rows : Rows or Picked
    embeddings : Embeddings
    asked : Conversion
    """
    row = None if asked.unk == "keep" else embeddings.index.get(UNKNOWN_WORD)
    if row is None:
        return rows
    places = np.arange(len(embeddings))[rows.ids(0, len(rows))]
    kept = places[places != row]
    if asked.limit is not None and asked.words is None:
        following = np.arange(rows.stop, len(embeddings))
        missing = asked.limit - len(kept)
        kept = np.concatenate([kept, following[following != row][:missing]])
    if len(places) and not len(kept):
        raise InputError(
            f"{UNKNOWN_WORD} is the only word, and it is left out; {field('unk', 'keep')} keeps it"
        )
    return Picked(kept)


def with_unknown(words, counts, vectors, model, asked):
    """What is to be written, with a last row of ``<unk>``: the mean of the last 100, or of all.

    Parameters
    ----------
    words : list of str, length n_words
    counts : ndarray of int64, shape (n_words,), or None
    vectors : rows of float32, shape (n_words, dim)
    model : dict         what else is written, see `write_embeddings`
    asked : Conversion

    Returns
    -------
    words, counts, vectors, model   likewise, of n_words + 1

    Raises
    ------
    ConfigError   if n-grams are written too, which make vectors of unknown words

    Source: save_params in GloVe's glove.c.
    """
    if model.get("subwords"):
        raise ConfigError(
            f"{field('unk', 'mean')}: n-grams go along, and make a vector of each unknown word; "
            f"leave out {field('unk')}"
        )
    context = model.get("context")
    if context is not None:
        model = {**model, "context": _with_mean(context, False)}
    if counts is not None:
        counts = np.append(counts, 0)
    model = {**model, "nodes": None} if "nodes" in model else model
    return [*words, UNKNOWN_WORD], counts, _with_mean(vectors, asked.normalize), model


def _with_mean(matrix, normalize):
    """Rows with one behind them, the mean of the last."""
    n_words, dim = matrix.shape
    rare = np.asarray(matrix[max(n_words - RARE_WORDS, 0) : n_words], np.float64)
    mean = rare.mean(axis=0, keepdims=True)
    mean = (unit_rows(mean) if normalize else mean).astype(np.float32)

    def rows_of(wanted):
        start, stop, step = wanted.indices(n_words + 1)
        rows = np.asarray(matrix[start : min(stop, n_words)], np.float32)
        return (np.concatenate([rows, mean]) if stop > n_words else rows)[::step]

    return LazyRows(n_words + 1, dim, rows_of)
