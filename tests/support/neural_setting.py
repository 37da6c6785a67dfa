"""A neural language model with random numbers, and a worker that trains it; for several tests."""

import itertools

import numpy as np
from support.neural_reference import Nnlm, Outputs, Rnnlm, Softmax

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.marks import SENTENCE_END
from w2v_cli.languagemodels.model import START_STATE
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.huffman import huffman_paths
from w2v_cli.methods.neural.model import language_model_of
from w2v_cli.methods.neural.outputs import outputs_of
from w2v_cli.methods.neural.worker import Shares
from w2v_cli.methods.nnlm.worker import NnlmWorker
from w2v_cli.methods.registry import method_of
from w2v_cli.methods.rnnlm.worker import RnnlmWorker

N_WORDS = 13
SQUARES = 0.5


def text_of(n_symbols=150, n_words=N_WORDS, seed=3):
    """Symbols, of which the last one ends lines."""
    rng = np.random.default_rng(seed)
    symbols = np.minimum(rng.geometric(0.2, n_symbols) - 1, n_words - 1)
    symbols[rng.random(n_symbols) < 0.15] = n_words
    symbols[-1] = n_words
    return symbols.tolist()


def ids_of(text, n_words=N_WORDS):
    ids = np.array(text, np.int32)
    ids[ids == n_words] = SENTENCE_END
    return ids


def config_of(model, **options):
    if model == "rnnlm":
        options.pop("history", None)
        options.pop("hidden", None)
    return TrainConfig(model=model, **{"dim": 7, "lr": 0.1} | options)


class Setting:
    """Parameters with random numbers, and a worker that trains them."""

    def __init__(self, model, n_rows=32, share=0.5, n_words=N_WORDS, squares=SQUARES, **options):
        self.config, self.share, self.n_words = config_of(model, **options), share, n_words
        method = method_of(self.config)
        self.parameters = new_parameters(method, n_words, self.config)
        rng = np.random.default_rng(5)
        for name, matrix in self.parameters:
            # The recurrence would be chaotic with more.
            width = 0.7 / np.sqrt(self.config.dim) if name == "hidden" else 0.4
            matrix[:] = rng.normal(0, width, matrix.shape)
            if name.endswith("squares"):
                matrix[:] = squares
        self.parameters["embeddings"][:, -1] = squares
        for name, squares_of in (("bias", np.s_[1:]), ("output_bias", np.s_[:, 1:])):
            if name in self.parameters.shapes:
                self.parameters[name][squares_of] = squares
        self.counts = np.arange(n_words + 1, 0, -1) ** 2
        [outputs] = outputs_of(self.parameters, self.counts, self.config, share)
        shares = Shares(share, share)
        if model == "nnlm":
            self.worker = NnlmWorker(self.parameters, outputs, self.config, n_rows, shares)
        else:
            n_streams = max(n_rows // self.config.bptt, 1)
            self.worker = RnnlmWorker(self.parameters, outputs, self.config, n_streams, shares)

    def model(self):
        """The parameters as a `LanguageModel`."""
        words = [f"w{number}" for number in range(self.n_words)]
        text = None
        counts = self.counts[:-1]
        return language_model_of(self.parameters, words, counts, 5, self.config, text)

    def reference(self):
        """The same as a page of NumPy."""
        model = self.model()
        if self.config.loss == "softmax":
            outputs = Softmax(model.outputs, model.output_bias, SQUARES, self.share)
        else:
            starts, nodes, signs = huffman_paths(self.counts)
            paths = [(nodes[a:b], signs[a:b]) for a, b in itertools.pairwise(starts)]
            outputs = Outputs(model.outputs, paths)
        bias = np.zeros(model.hidden) if model.hidden_bias is None else model.hidden_bias
        kind = Nnlm if self.config.model == "nnlm" else Rnnlm
        weights = model.embeddings, model.hidden_weights, bias
        found = kind(*weights, outputs, SQUARES, self.share, self.config.activation)
        if kind is Rnnlm:
            found.start = START_STATE[self.config.activation]
            found.is_independent = self.config.independent
        return found


def gradients_of(setting, text):
    """What a worker finds of a text that is one batch: gradients of the log-likelihood.

    An AdaGrad step from sums of 0 tells a gradient and its square: ``setting`` has ``squares=0``.

    Returns
    -------
    of_e, of_w : ndarray of float, as the embeddings and the hidden weights of `Setting.model`
    """
    lr = 1e-6
    before = setting.model()
    before = {name: np.array(getattr(before, name)) for name in ("embeddings", "hidden_weights")}
    setting.worker.train(ids_of(text), lr, 1)
    after, parameters = setting.model(), setting.parameters
    moves = {name: getattr(after, name) - before[name] for name in before}
    rate = lr * setting.share
    of_e = moves["embeddings"] * np.sqrt(parameters["embeddings"][:, -1:]) / rate
    squares = parameters["hidden_squares"]
    if setting.config.model == "nnlm":
        history, dim = setting.config.history, setting.config.dim
        pieces = squares.reshape(history, setting.config.n_hidden, dim)
        squares = pieces.transpose(1, 0, 2).reshape(setting.config.n_hidden, -1)
    return of_e, moves["hidden_weights"] * np.sqrt(squares) / rate
