"""Vectors of a program, refined in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import __version__
from ..config import RefineConfig
from ..embeddings.blocks import row_blocks
from ..embeddings.frequency import word_probabilities
from ..embeddings.readout import check_readout, read_out
from ..embeddings.refinement import refine_rows
from ..embeddings.table import Embeddings, unit_rows
from ..machine.limits import require_memory

NAME = "vectors"
"""What messages call them."""


def refine_embeddings(
    embeddings: Embeddings, config: RefineConfig, normalize: bool
) -> tuple[Embeddings, dict[str, Any], list[str]]:
    """The same words with refined vectors, what was done as a record has it, and notes.

    Raises
    ------
    ConfigError, InputError   see `embeddings.refinement`, `embeddings.frequency`
    """
    check_readout(embeddings.context, config.vectors, NAME)
    changes: dict[str, Any] = {**vars(config), "normalize": normalize}
    weights, notes = None, list[str]()
    if config.is_by_frequency:
        weights, changes["weights_from"], notes = word_probabilities(embeddings, NAME)
    matrix = read_out(embeddings.vectors, embeddings.context, config.vectors, config.balance)
    rows, more = refine_rows(matrix, config, weights)
    require_memory(4 * rows.shape[0] * rows.shape[1], "refining vectors")
    refined = np.empty(rows.shape, dtype=np.float32)
    for some in row_blocks(len(rows)):
        made = rows[some]
        refined[some] = unit_rows(made) if normalize else made
    done = {"command": "refine", "version": __version__, "changes": changes}
    return Embeddings(embeddings.words, refined, embeddings.counts), done, notes + more
