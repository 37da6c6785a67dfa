"""What was trained, as the `LanguageModel` that is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...config import TextConfig, TrainConfig
from ...languagemodels.model import LanguageModel
from .parameters import BIAS, HIDDEN, OUTPUT_BIAS, OUTPUTS, NeuralParameters


def language_model_of(
    parameters: NeuralParameters,
    words: Sequence[str],
    counts: np.ndarray,
    n_lines: int,
    config: TrainConfig,
    text: TextConfig,
    provenance: dict[str, Any] | None = None,
) -> LanguageModel:
    """A `LanguageModel` of trained parameters, which it shares where it can.

    Parameters
    ----------
    parameters : NeuralParameters
    words : sequence of str, V
    counts : ndarray of int64, (V,)
    n_lines : int                     of the text
    config : TrainConfig
    text : TextConfig                 how it became words
    provenance : dict or None
    """
    weights, bias, output_bias = parameters[HIDDEN], None, None
    history = config.history if config.model == "nnlm" else 0
    if history:
        pieces = weights.reshape(history, parameters.n_hidden, parameters.dim)
        weights = pieces.transpose(1, 0, 2).reshape(parameters.n_hidden, -1)
        bias = parameters[BIAS][0].copy()
    if OUTPUT_BIAS in parameters.shapes:
        output_bias = parameters[OUTPUT_BIAS][:, 0].copy()
    return LanguageModel(
        kind=config.model,
        words=words,
        counts=counts,
        n_lines=n_lines,
        embeddings=parameters.embeddings,
        hidden_weights=np.ascontiguousarray(weights),
        hidden_bias=bias,
        outputs=parameters[OUTPUTS],
        output_bias=output_bias,
        loss=config.loss,
        activation=config.activation,
        history=history,
        ns_exponent=config.ns_exponent,
        text=text,
        provenance=provenance,
    )
