"""What a user should know of a training: too little text, and a loss that does not fall."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..config import AT_ONCE, ON_TEXT, OWN_DEFAULTS, TrainConfig
from ..embeddings.blocks import row_blocks
from ..errors import field
from ..methods.base import Matrices

LITTLE_TEXT, HARDLY_ANY_TEXT = 1_000_000, 1000
"""Words, below which the default number of epochs leaves vectors near their random start."""
MORE_EPOCHS, LOWER_MIN_COUNT = 20, 2
UNTRAINED_SHARE = 0.95
"""Of the loss of vectors that know nothing."""
NO_LOSS = 5e-5
"""What is shown as 0.0000."""


def little_text(n_tokens: int, config: TrainConfig) -> str | None:
    """What helps where there is little text; None if there is enough, or more epochs are asked for.

    Parameters
    ----------
    n_tokens : int   words of the vocabulary in the text
    config : TrainConfig
    """
    if config.model not in ON_TEXT or n_tokens >= LITTLE_TEXT:
        return None
    if config.epochs > OWN_DEFAULTS[config.model]["epochs"]:
        return None
    return (
        f"{n_tokens:,} words are little to learn from; {field('epochs', MORE_EPOCHS)} and "
        f"{field('min_count', LOWER_MIN_COUNT)} make the most of them"
    )


def no_loss(losses: Sequence[float], n_tokens: int, config: TrainConfig) -> str | None:
    """What it means that the loss of the last epoch is zero; None if it is not.

    Of a few words subsampling may leave none, which `little_text` tells. Counts of a few words may
    be learnt by heart.
    """
    if config.model not in ON_TEXT or losses[-1] >= NO_LOSS or n_tokens < HARDLY_ANY_TEXT:
        return None
    return "the loss is 0: the text leaves nothing to predict, and the vectors mean nothing"


def high_loss(losses: Sequence[float], config: TrainConfig) -> str | None:
    """What helps where the loss is still that of vectors that know nothing; None if it is not."""
    if config.model not in ON_TEXT or config.loss != "ns":
        return None
    untrained = (1 + config.negative) * math.log(2)
    if losses[-1] <= UNTRAINED_SHARE * untrained:
        return None
    return (
        f"the loss hardly fell: it is {untrained:.2f} for vectors that know nothing; more text, "
        f"or more {field('epochs')}, are needed"
    )


def nothing_learnt(parameters: Matrices, config: TrainConfig) -> str | None:
    """How many words have zeros for a vector, of a model that comes out whole; None if none has."""
    if config.model not in AT_ONCE:
        return None
    matrices = [matrix for _, matrix in parameters]
    n_words = len(matrices[0])
    if n_words == 1:
        return "the vocabulary is a single word, and its vector means nothing; give more text"
    n_zero = sum(
        int(np.count_nonzero(~np.any([matrix[rows].any(axis=1) for matrix in matrices], axis=0)))
        for rows in row_blocks(n_words)
    )
    if not n_zero:
        return None
    return (
        f"{n_zero:,} of {n_words:,} words stand near no other one more often than by chance, so "
        f"that nothing is known of them, and all have the same vector; give more text, or a lower "
        f"{field('shift')}"
    )
