"""GloVe in plain NumPy, written from its paper and the rules of glove.c, as a test oracle.

It imports nothing from the package. Numbers are float64.
"""

import numpy as np


class Glove:
    """Vectors w and c, biases, and their sums of squares.

    Parameters
    ----------
    w, c : (n_words, dim)
    b : (n_words, 2)
    by_coordinate : bool   a sum of squares for each number; otherwise one for each vector
    """

    def __init__(self, w, c, b, *, x_max, alpha, lr, clip, by_coordinate=False):
        self.w, self.c, self.b = (np.array(each, np.float64) for each in (w, c, b))
        shape = self.w.shape if by_coordinate else (len(w), 1)
        self.squares_w, self.squares_c, self.squares_b = (
            np.ones(each) for each in (shape, shape, self.b.shape)
        )
        self.x_max, self.alpha, self.lr, self.clip = x_max, alpha, lr, clip

    def error(self, i, j, x):
        """(f(X) times the difference, clipped; the difference)."""
        diff = self.w[i] @ self.c[j] + self.b[i, 0] + self.b[j, 1] - np.log(x)
        weight = min(1, (x / self.x_max) ** self.alpha)
        return np.clip(weight * diff, -self.clip, self.clip), diff

    def cost(self, i, j, x):
        """J of a pair."""
        error, diff = self.error(i, j, x)
        return error * diff / 2

    def step(self, i, j, x):
        """Train on one direction of a pair; returns J before it."""
        error, diff = self.error(i, j, x)
        of_w = self.lr * np.clip(error * self.c[j], -self.clip, self.clip)
        of_c = self.lr * np.clip(error * self.w[i], -self.clip, self.clip)
        self.w[i] -= of_w / np.sqrt(self.squares_w[i])
        self.c[j] -= of_c / np.sqrt(self.squares_c[j])
        by_row = self.squares_w.shape[1] == 1
        self.squares_w[i] += np.mean(of_w**2) if by_row else of_w**2
        self.squares_c[j] += np.mean(of_c**2) if by_row else of_c**2
        self.b[i, 0] -= error / np.sqrt(self.squares_b[i, 0])
        self.b[j, 1] -= error / np.sqrt(self.squares_b[j, 1])
        self.squares_b[i, 0] += error**2
        self.squares_b[j, 1] += error**2
        return error * diff / 2

    def hold(self, i, r, strength):
        """Let w + c of a word flow to r, along the gradient, for so long."""
        of_w, of_c = 1 / np.sqrt(self.squares_w[i]), 1 / np.sqrt(self.squares_c[i])
        over = self.w[i] + self.c[i] - r
        share = (1 - np.exp(-strength * (of_w + of_c))) / (of_w + of_c)
        self.w[i] -= of_w * share * over
        self.c[i] -= of_c * share * over
