"""Language models with random numbers, for what is to be known of any model."""

import numpy as np

from w2v_cli.config import TextConfig
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.languagemodels.model import LanguageModel


def random_model(
    kind="nnlm",
    loss="hs",
    n_words=9,
    dim=6,
    hidden=5,
    history=3,
    activation="tanh",
    seed=1,
    scale=1.0,
    words=None,
    text=None,
    provenance=None,
):
    """A LanguageModel; an ``rnnlm`` has as many units as its vectors have numbers."""
    rng = np.random.default_rng(seed)

    def numbers(*shape):
        return rng.normal(0, scale, shape).astype(np.float32)

    is_nnlm = kind == "nnlm"
    hidden = hidden if is_nnlm else dim
    n_outputs = n_words if loss == "hs" else n_words + 1
    return LanguageModel(
        kind=kind,
        words=[f"word{number}" for number in range(n_words)] if words is None else words,
        counts=np.sort(rng.integers(1, 100, n_words))[::-1].astype(np.int64),
        n_lines=int(rng.integers(1, 100)),
        embeddings=numbers(n_words + 1, dim),
        hidden_weights=numbers(hidden, history * dim if is_nnlm else hidden),
        hidden_bias=numbers(hidden) if is_nnlm else None,
        outputs=numbers(n_outputs, hidden),
        output_bias=numbers(n_words + 1) if loss == "softmax" else None,
        loss=loss,
        activation=activation,
        history=history if is_nnlm else 0,
        text=text or TextConfig(),
        provenance=provenance,
    )


def save_model(path, model, with_model=True):
    """Write a LanguageModel and its vectors to a file of the own format."""
    write_embeddings(
        path,
        model.words,
        model.embeddings[:-1],
        "w2v",
        counts=model.counts,
        provenance=model.provenance,
        language_model=model if with_model else None,
    )
