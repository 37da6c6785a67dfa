"""NNLM and RNNLM in plain NumPy, written from the papers, as a test oracle.

It imports nothing from the package but through `support.reference`, which does not either. Numbers
are float64. A text is a list of symbols; the last symbol of the vocabulary ends lines.
"""

import numpy as np
from support.reference import logistic


class Outputs:
    """Rows y of nodes of a tree: -log p(w | h) = sum over the path of -log sigma(sign * h . y)."""

    def __init__(self, nodes, paths):
        self.nodes, self.paths = np.array(nodes, np.float64), paths

    def loss(self, symbol, h):
        """-log p of a symbol."""
        path, signs = self.paths[symbol]
        return -logistic(h[np.newaxis] @ self.nodes[path].T, signs)[0]

    def predict(self, symbols, hidden, lr):
        """One row after the other: (loss, gradients of the log-likelihood by ``hidden``)."""
        loss, gradients = 0.0, np.zeros_like(hidden)
        for row, (symbol, h) in enumerate(zip(symbols, hidden, strict=True)):
            path, signs = self.paths[symbol]
            likelihood, errors = logistic(h[np.newaxis] @ self.nodes[path].T, signs)
            gradients[row] = errors @ self.nodes[path]
            self.nodes[path] += lr * np.outer(errors, h)
            loss -= likelihood
        return loss, gradients


class Softmax:
    """p = softmax(Y h + b); both change once a batch, by AdaGrad."""

    def __init__(self, rows, bias, squares, share):
        self.rows, self.bias = np.array(rows, np.float64), np.array(bias, np.float64)
        self.row_squares, self.bias_squares = (
            np.full(rows.shape, squares),
            np.full(len(rows), squares),
        )
        self.share = share

    def loss(self, symbol, h):
        """-log p of a symbol."""
        logits = self.rows @ h + self.bias
        return np.logaddexp.reduce(logits) - logits[symbol]

    def predict(self, symbols, hidden, lr):
        """(loss, gradients of the log-likelihood by ``hidden``)."""
        loss = sum(self.loss(symbol, h) for symbol, h in zip(symbols, hidden, strict=True))
        logits = hidden @ self.rows.T + self.bias
        errors = -np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        errors[np.arange(len(symbols)), symbols] += 1
        gradients = errors @ self.rows
        adagrad(self.rows, self.row_squares, errors.T @ hidden, self.share * lr)
        adagrad(self.bias, self.bias_squares, errors.sum(axis=0), self.share * lr)
        return loss, gradients


def adagrad(numbers, squares, gradients, rate):
    """Duchi et al. 2011: each number has a sum of squared gradients; *in place*."""
    squares += gradients**2
    numbers += rate * gradients / np.sqrt(squares)


class Language:
    """What both models have: e, a matrix, sums of squares, outputs.

    Parameters
    ----------
    embeddings : (V + 1, D)
    weights : W, (H, N * D), or R, (H, H)
    bias : (H,)
    outputs : Outputs or Softmax
    squares : float   what all sums start at
    """

    def __init__(self, embeddings, weights, bias, outputs, squares, share, activation="tanh"):
        self.e, self.w = np.array(embeddings, np.float64), np.array(weights, np.float64)
        self.b, self.outputs, self.share = np.array(bias, np.float64), outputs, share
        self.e_squares = np.full(len(self.e), squares)
        self.w_squares, self.b_squares = (
            np.full(self.w.shape, squares),
            np.full(len(self.b), squares),
        )
        self.is_tanh = activation == "tanh"
        self.end = len(self.e) - 1

    def f(self, x):
        return np.tanh(x) if self.is_tanh else 1 / (1 + np.exp(-x))

    def slope(self, h):
        return 1 - h**2 if self.is_tanh else h * (1 - h)

    def step(self, of_e, of_w, of_b, rate):
        """AdaGrad; a row of e has one sum, of mean squares."""
        for symbol in np.flatnonzero(of_e.any(axis=1)):
            self.e_squares[symbol] += np.mean(of_e[symbol] ** 2)
            self.e[symbol] += rate * of_e[symbol] / np.sqrt(self.e_squares[symbol])
        adagrad(self.w, self.w_squares, of_w, rate)
        if of_b is not None:
            adagrad(self.b, self.b_squares, of_b, rate)


class Nnlm(Language):
    """h = f(W [e(w[t - N]); ...; e(w[t - 1])] + b) (Bengio et al. 2003, section 2)."""

    def histories(self, text, history):
        """The N symbols before each; once a line began, its start is all there is before."""
        for place in range(len(text)):
            before, found = text[:place][::-1], []
            for back in range(history):
                if back >= len(before) or before[back] == self.end:
                    break
                found.append(before[back])
            yield [self.end] * (history - len(found)) + found[::-1]

    def hidden(self, words):
        return self.f(self.w @ self.e[words].ravel() + self.b)

    def loss(self, text, history):
        """The negative log-likelihood of a text."""
        rows = zip(text, self.histories(text, history), strict=True)
        return sum(self.outputs.loss(symbol, self.hidden(words)) for symbol, words in rows)

    def train(self, text, history, lr, batch):
        """Train on a text, so many symbols at a time; returns the loss."""
        all_words, total = list(self.histories(text, history)), 0.0
        for start in range(0, len(text), batch):
            words = all_words[start : start + batch]
            inputs = np.array([self.e[each].ravel() for each in words])
            hidden = self.f(inputs @ self.w.T + self.b)
            loss, gradients = self.outputs.predict(text[start : start + batch], hidden, lr)
            gradients *= self.slope(hidden)
            of_inputs = (gradients @ self.w).reshape(len(words), history, -1)
            of_e = np.zeros_like(self.e)
            np.add.at(of_e, np.array(words), of_inputs)
            self.step(of_e, gradients.T @ inputs, gradients.sum(axis=0), self.share * lr)
            total += loss
        return total


class Rnnlm(Language):
    """h[t] = f(e(w[t - 1]) + R h[t - 1]) (Mikolov et al. 2010, section 2)."""

    start = 0.0
    is_independent = False

    def states(self, read, before):
        """States (before, after) of each step, for a row of symbols that a stream reads."""
        for symbol in read:
            if self.is_independent and symbol == self.end:
                before = np.full(len(self.w), self.start)
            after = self.f(self.e[symbol] + self.w @ before)
            yield before, after
            before = after

    def loss(self, text):
        """The negative log-likelihood of a text, read as one stream."""
        states = self.states([self.end, *text[:-1]], np.full(len(self.w), self.start))
        return sum(
            self.outputs.loss(symbol, h) for symbol, (_, h) in zip(text, states, strict=True)
        )

    def train(self, text, lr, n_streams, bptt):
        """Train on a text that is cut into streams; returns the loss."""
        read = [self.end, *text[:-1]]
        places = np.array_split(np.arange(len(text)), n_streams)
        carried = [np.full(len(self.w), self.start) for _ in places]
        total = 0.0
        for first in range(0, len(places[0]), bptt):
            blocks = [place[first : first + bptt] for place in places]
            found = []  # of each step and stream: stream, symbols read and wanted, states
            for stream, block in enumerate(blocks):
                states = self.states([read[place] for place in block], carried[stream])
                for step, (place, (before, after)) in enumerate(zip(block, states, strict=True)):
                    found.append((step, stream, read[place], text[place], before, after))
                    carried[stream] = after
            found.sort(key=lambda each: each[:2])
            hidden = np.array([each[-1] for each in found])
            loss, gradients = self.outputs.predict([each[3] for each in found], hidden, lr)
            of_e, of_w = np.zeros_like(self.e), np.zeros_like(self.w)
            later = np.zeros((len(places), len(self.w)))
            for (_, stream, symbol, _, before, after), gradient in reversed(
                list(zip(found, gradients, strict=True))
            ):
                of_sum = (gradient + later[stream]) * self.slope(after)
                of_e[symbol] += of_sum
                of_w += np.outer(of_sum, before)
                starts_anew = self.is_independent and symbol == self.end
                later[stream] = 0 if starts_anew else self.w.T @ of_sum
            self.step(of_e, of_w, None, self.share * lr)
            total += loss
        return total
