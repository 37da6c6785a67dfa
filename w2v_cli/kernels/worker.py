"""A thread's task and memory, and the call of the kernel with them."""

import numpy as np

from .backend import take_losses
from .task import FULL_SOFTMAX
from .train import train_chunk
from .work import new_work


class Worker:
    """Trains chunks of the corpus, one at a time; `finish` ends its work."""

    def __init__(self, task):
        self._task = task
        self._work = new_work(task)
        self._all_words = True if task.loss == FULL_SOFTMAX else None
        for shared, own, base, _ in self._hot_rows():
            own[:] = base[:] = shared

    def arguments(self, ids, lr, seed):
        """The arguments of `train_chunk` for a chunk; lr is a float and seed an int."""
        return ids, self._task, self._work, self._all_words, np.float32(lr), np.uint64(seed)

    def train(self, ids, lr, seed):
        """Train on a chunk; returns (tokens seen, pairs trained, sum of their losses)."""
        n_tokens, n_pairs, loss = train_chunk(*self.arguments(ids, lr, seed))
        return n_tokens, n_pairs, loss + take_losses(self._work.losses)

    def finish(self):
        """Add what was changed in this thread's copies of hot rows to the shared rows."""
        with np.errstate(invalid="ignore", over="ignore"):  # whoever called looks at the result
            for shared, own, base, weights in self._hot_rows():
                shared[:] += weights * (own - base)
                own[:] = base[:] = shared

    def _hot_rows(self):
        """(shared rows, own copies, what these were at first, weights) of both matrices."""
        task = self._task
        n_hot = task.bases.shape[1]
        own = slice(task.private, task.private + n_hot)
        for matrix, base, weights in (
            (task.syn0, task.bases[0], task.weights[0]),
            (task.syn1, task.bases[1], task.weights[1]),
        ):
            yield matrix[:n_hot], matrix[own], base, weights[:, np.newaxis]
