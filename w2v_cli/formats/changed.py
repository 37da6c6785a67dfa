"""What a conversion makes of the rows that it takes: computed as they are written."""

import numpy as np

from ..embeddings.blocks import LazyRows
from ..embeddings.frequency import word_probabilities
from ..embeddings.readout import read_out
from ..embeddings.refinement import refine_rows
from ..embeddings.table import unit_rows
from ..errors import InputError, field


def changed_vectors(embeddings, rows, made, asked, name, notes):
    """The vectors of some rows of a file, and of words that were made, as they are to be.

    Parameters
    ----------
    embeddings : Embeddings
    rows : Rows or Picked    see `chosen`
    made : ndarray of float32, shape (n_made, dim)   behind those rows; none unless ``input``
                             rows are taken
    asked : Conversion
    name : str               of the file, for messages
    notes : list of str      *in place:* gets what the user should know

    Returns
    -------
    vectors : LazyRows, len(rows) + n_made of them
    facts : dict             of what was done, for the record

    Raises
    ------
    InputError   if words are to count by their frequencies, and nobody knows these
    """
    refinement = asked.refinement
    inputs = changed_rows(embeddings.vectors, rows, made)
    outputs = None if embeddings.context is None else changed_rows(embeddings.context, rows)
    balance = None if refinement is None else refinement.balance
    vectors, facts = read_out(inputs, outputs, asked.vectors, balance), {}
    if refinement is not None:
        weights = None
        if refinement.is_by_frequency:
            shares, facts["weights_from"], more = word_probabilities(embeddings, name)
            weights = np.array([*rows.of(shares), *[0.0] * len(made)])
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


def changed_rows(matrix, rows, made=()):
    """Some rows of a matrix, and ``made`` ones behind them: LazyRows."""

    def rows_of(wanted):
        start, stop, step = wanted.indices(len(rows) + len(made))
        chosen = matrix[rows.ids(start, max(start, min(stop, len(rows))))]
        if stop > len(rows):
            behind = made[max(start - len(rows), 0) : stop - len(rows)]
            chosen = np.concatenate([chosen, behind]) if start < len(rows) else behind
        return np.asarray(chosen, dtype=np.float32)[::step]

    return LazyRows(len(rows) + len(made), matrix.shape[1], rows_of)


def _unit_float32(vectors):
    return unit_rows(vectors).astype(np.float32)
