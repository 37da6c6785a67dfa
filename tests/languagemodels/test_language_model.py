"""A language model as tables: what fits together, and rows with that of the end of a line."""

import dataclasses

import numpy as np
import pytest
from support.language_models import random_model

from w2v_cli.languagemodels.model import ACTIVATIONS, KINDS, EndedRows


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", ["hs", "ns", "softmax"])
def test_sizes(kind, loss):
    model = random_model(kind=kind, loss=loss, n_words=6, dim=4, hidden=5, history=2)
    assert model.hidden == (5 if kind == "nnlm" else 4)
    assert (model.dim, model.n_symbols, model.sentence_end) == (4, 7, 6)
    assert model.symbol_counts.tolist() == [*model.counts.tolist(), model.n_lines]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "lstm"},
        {"loss": "nce"},
        {"activation": "relu"},
        {"history": 0},
        {"history": 3},
        {"n_lines": 0},
        {"counts": np.zeros(6, dtype=np.int64)},
        {"counts": np.ones(5, dtype=np.int64)},
        {"words": list("abcde")},
        {"embeddings": np.zeros((6, 4), dtype=np.float32)},
        {"outputs": np.zeros((7, 5), dtype=np.float32)},
        {"outputs": np.zeros((6, 4), dtype=np.float32)},
        {"outputs": np.zeros(6, dtype=np.float32)},
        {"hidden_weights": None},
        {"hidden_bias": np.zeros(4, dtype=np.float32)},
        {"output_bias": np.zeros(6, dtype=np.float32)},
    ],
)
def test_what_does_not_fit_is_refused(changes):
    model = random_model(kind="nnlm", loss="hs", n_words=6, dim=4, hidden=5, history=2)
    with pytest.raises((ValueError, IndexError)):
        dataclasses.replace(model, **changes)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_first_state(activation):
    model = random_model(kind="rnnlm", activation=activation)
    expected = 0.1 if activation == "sigmoid" else 0.0
    np.testing.assert_array_equal(model.start_state, np.full(model.hidden, expected, np.float32))


def test_rows_with_that_of_the_end():
    rows = np.arange(12, dtype=np.float32).reshape(4, 3)
    rows.flags.writeable = False
    ended = EndedRows(rows, np.full(3, -1, dtype=np.float32))
    whole = np.asarray(ended)
    assert ended.shape == whole.shape == (5, 3)
    for wanted in ([4, 0, 4], [[1, 4], [2, 3]], slice(2, None), 4, 0, []):
        places = np.array(wanted, dtype=int) if isinstance(wanted, list) else wanted
        np.testing.assert_array_equal(ended[places], whole[places])
