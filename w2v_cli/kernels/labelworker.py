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
    """

    def __init__(self, task, documents):
        self._task = task
        self._documents = documents
        self._work = new_label_work(task, int(documents.sizes.max(initial=1)))
        for matrix, private_start, base, _ in (task.inputs, task.outputs):
            matrix[private_start : private_start + len(base)] = base[:] = matrix[: len(base)]

    def _arguments(self, order, lr, seed):
        return (
            order, self._documents, self._task, self._work, np.float32(lr),
            np.uint64(seed),
        )  # fmt: skip

    def is_compiled(self):
        """Whether the kernel can be called without a wait for the compiler."""
        return is_cached(train_documents, *self._arguments(np.zeros(0, np.int64), 0, 0))

    def compile(self):
        """Have the kernel compiled, or loaded."""
        train_documents(*self._arguments(np.zeros(0, np.int64), 0, 0))

    def train(self, order, lr, seed):
        """Train on documents by number; returns (tokens, documents trained, sum of losses)."""
        n_tokens, n_trained, loss = train_documents(*self._arguments(order, lr, seed))
        return n_tokens, n_trained, loss + take_losses(self._work.losses)

    def merge(self):
        """Add what was changed in this thread's copies of rows to the shared ones."""
        merge_label_rows(self._task)
