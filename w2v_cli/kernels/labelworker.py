"""A thread that trains on documents with labels."""

import numpy as np

from ..compiling.cache import is_cached
from .backend import take_losses
from .documents import merge_label_rows, train_documents
from .labeltask import new_label_work


class DocumentWorker:
    """Trains on documents, as `worker.Worker` does on sentences.

    Parameters
    ----------
    task : LabelTask
    documents : Documents
    speeds : tuple of (Slow or None)   those that `train` may be asked for; None: all rows learn
                                       alike
    """

    def __init__(self, task, documents, speeds=(None,)):
        self._task = task
        self._documents = documents
        self._speeds = speeds
        self._work = new_label_work(task, int(documents.sizes.max(initial=1)))
        for matrix, private_start, base, _ in (task.inputs, task.outputs):
            matrix[private_start : private_start + len(base)] = base[:] = matrix[: len(base)]

    def _arguments(self, order, lr, seed, speed=None):
        return (
            order, self._documents, self._task, self._work, np.float32(lr),
            np.uint64(seed), speed,
        )  # fmt: skip

    def is_compiled(self):
        """Whether the kernel can be called without a wait for the compiler."""
        nothing = np.zeros(0, np.int64)
        return all(
            is_cached(train_documents, *self._arguments(nothing, 0, 0, speed))
            for speed in self._speeds
        )

    def compile(self):
        """Have the kernel compiled, or loaded."""
        for speed in self._speeds:
            train_documents(*self._arguments(np.zeros(0, np.int64), 0, 0, speed))

    def train(self, order, lr, seed, speed=None):
        """Train on documents by number; returns (tokens, documents trained, sum of losses).

        ``speed`` is one of ``speeds``.
        """
        arguments = self._arguments(order, lr, seed, speed)
        n_tokens, n_trained, loss = train_documents(*arguments)
        return n_tokens, n_trained, loss + take_losses(self._work.losses)

    def merge(self):
        """Add what was changed in this thread's copies of rows to the shared ones."""
        # What never changes is the same in all speeds.
        stays = None if self._speeds[-1] is None else self._speeds[-1].stays
        merge_label_rows(self._task, stays)
