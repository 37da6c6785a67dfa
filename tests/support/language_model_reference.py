"""Neural language models in plain NumPy, written from the formulas: an oracle.

It imports nothing from the package. Bengio et al. 2003; Mikolov et al. 2010; Mikolov et al. 2013b.
"""

import numpy as np
from support.plain_huffman import plain_paths


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def hidden(model, before):
    """The hidden layer when some symbols of a line were read: float64, (H,)."""
    embeddings = np.asarray(model.embeddings, dtype=np.float64)
    weights = model.hidden_weights.astype(np.float64)
    bias = 0.0 if model.hidden_bias is None else model.hidden_bias.astype(np.float64)
    f = np.tanh if model.activation == "tanh" else sigmoid
    end = len(model.words)
    if model.kind == "nnlm":
        context = ([end] * model.history + list(before))[-model.history :]
        return f(weights @ np.concatenate([embeddings[symbol] for symbol in context]) + bias)
    h = np.full(len(weights), 0.1 if model.activation == "sigmoid" else 0.0)
    for symbol in [end, *before]:
        h = f(embeddings[symbol] + weights @ h + bias)
    return h


def distribution(model, before):
    """The probabilities of all symbols behind those of a line: float64, (V + 1,)."""
    h = hidden(model, before)
    counts = [*(int(count) for count in model.counts), model.n_lines]
    outputs = model.outputs.astype(np.float64)
    if model.loss == "hs":
        return np.array(
            [
                np.prod([sigmoid(sign * (outputs[node] @ h)) for node, sign in path])
                for path in plain_paths(counts)
            ]
        )
    scores = outputs @ h
    if model.output_bias is not None:
        scores = scores + model.output_bias
    shares = np.exp(scores - scores.max())
    if model.loss == "ns":
        # The best score of a word is log p - log(k q), q its share of the negatives.
        shares *= np.array(counts, dtype=np.float64) ** model.ns_exponent
    return shares / shares.sum()


def log_probabilities(model, line):
    """The logarithm of the probability of each symbol of a line, and of its end: float64."""
    symbols = [*line, len(model.words)]
    return np.array(
        [np.log(distribution(model, symbols[:place])[symbol]) for place, symbol in
         enumerate(symbols)]
    )  # fmt: skip
