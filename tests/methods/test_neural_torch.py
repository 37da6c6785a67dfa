"""Gradients of language models beside those that PyTorch finds by itself, where it is installed."""

import numpy as np
import pytest
from support.neural_setting import N_WORDS, Setting, gradients_of, text_of

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("compiled")


def log_likelihood(outputs, hidden, symbol):
    """log p of a symbol, of the `Outputs` or `Softmax` of a reference."""
    if hasattr(outputs, "rows"):
        logits = torch.tensor(outputs.rows) @ hidden + torch.tensor(outputs.bias)
        return torch.log_softmax(logits, dim=0)[symbol]
    path, signs = outputs.paths[symbol]
    logits = torch.tensor(outputs.nodes[path]) @ hidden * torch.tensor(signs, dtype=torch.float64)
    return torch.nn.functional.logsigmoid(logits).sum()


def states(reference, e, w, text, history):
    """The hidden layer before each symbol, a history of 0 being a recurrent state."""
    f = torch.tanh if reference.is_tanh else torch.sigmoid
    if history:
        for words in reference.histories(text, history):
            yield f(w @ e[words].flatten() + torch.tensor(reference.b))
        return
    h = torch.full((len(w),), reference.start, dtype=torch.float64)
    for symbol in [reference.end, *text[:-1]]:
        if reference.is_independent and symbol == reference.end:
            h = torch.full_like(h, reference.start)
        h = f(e[symbol] + w @ h)
        yield h


@pytest.mark.parametrize("model", ["nnlm", "rnnlm"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_gradients_are_those_of_pytorch(model, activation, loss):
    text = text_of(30)
    own = {"history": 2, "hidden": 5} if model == "nnlm" else {"bptt": 30, "independent": True}
    setting = Setting(
        model, n_rows=64, share=1e5, squares=0, activation=activation, loss=loss, **own
    )
    reference = setting.reference()
    e, w = (torch.tensor(each, requires_grad=True) for each in (reference.e, reference.w))
    hidden = states(reference, e, w, text, own.get("history", 0))
    total = sum(
        log_likelihood(reference.outputs, h, symbol) for h, symbol in zip(hidden, text, strict=True)
    )
    total.backward()
    assert N_WORDS in text[:-1]  # lines end within it
    for found, expected in zip(gradients_of(setting, text), (e.grad, w.grad), strict=True):
        largest = float(expected.abs().max())
        np.testing.assert_allclose(found, expected.numpy(), rtol=2e-3, atol=2e-3 * largest)
