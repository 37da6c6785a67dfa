"""A thread's task and memory, and the call of the kernel with them."""

import numpy as np

from ..compiling.cache import is_cached
from ..machine.aligned import apart
from .backend import take_losses
from .hot_rows import merge_all_hot_rows, merge_hot_rows
from .lists import new_ring
from .task import CBOW, FULL_SOFTMAX, HIERARCHICAL_SOFTMAX
from .train import train_chunk
from .work import new_work

WORK_OF_ALL = ("inputs", "outputs", "weights")
"""Of a thread's work, what is a view: of the matrices, or of its ring."""
RING_OF_THREAD = ("vectors", "before", "sizes", "weights")


class Worker:
    """Trains chunks of the corpus, one at a time; `merge` publishes its changes to the shared rows.

    Parameters
    ----------
    task : Task
    frozen : ndarray of bool, (n_words,), or None   words whose input rows stay as they are
    outputs_stay : bool   so do all rows of outputs

    Attributes
    ----------
    functions : tuple   of those that are compiled for it
    """

    functions = (train_chunk, merge_all_hot_rows, merge_hot_rows)

    def __init__(self, task, frozen=None, outputs_stay=False):
        self._task = task
        self._ring = None if task.lists is None else _apart(new_ring(task), RING_OF_THREAD)
        self._work = _apart(new_work(task, self._ring), WORK_OF_ALL, is_own=False)
        self._frozen = None if frozen is None else _frozen_rows(task, frozen)
        self._outputs_stay = True if outputs_stay else None
        self._kind = tuple(
            True if is_so else None
            for is_so in (
                task.model == CBOW, task.loss == HIERARCHICAL_SOFTMAX, task.loss == FULL_SOFTMAX
            )
        )  # fmt: skip
        shared = [task.inputs, task.outputs, *([task.lists.ngrams] if task.lists else [])]
        for matrix, private_start, base, _ in shared:
            matrix[private_start : private_start + len(base)] = base[:] = matrix[: len(base)]

    def arguments(self, ids, lr, seed):
        """The arguments of `train_chunk` for a chunk; lr is a float and seed an int."""
        numbers = np.float32(lr), np.uint64(seed)
        known = *self._kind, self._frozen, self._outputs_stay, self._ring
        return ids, self._task, self._work, *known, *numbers

    def is_compiled(self):
        """Whether the kernel of this task can be called without a wait for the compiler."""
        return is_cached(train_chunk, *self._arguments_of_nothing())

    def compile(self):
        """Have the kernel compiled, or loaded."""
        train_chunk(*self._arguments_of_nothing())

    def train(self, ids, lr, seed):
        """Train on a chunk; returns (tokens seen, pairs trained, sum of their losses)."""
        n_tokens, n_pairs, loss = train_chunk(*self.arguments(ids, lr, seed))
        return n_tokens, n_pairs, loss + take_losses(self._work.losses)

    def merge(self):
        """Add what was changed in this thread's copies of hot rows to the shared rows."""
        merge_all_hot_rows(self._task, self._frozen, self._outputs_stay)
        if self._task.lists is not None:
            merge_hot_rows(self._task.lists.ngrams, None)

    def _arguments_of_nothing(self):
        return self.arguments(np.zeros(0, dtype=np.int32), 0.0, 0)


def _frozen_rows(task, frozen):
    """Which rows of inputs are frozen, those of this thread's copies included."""
    matrix, private_start, base, _ = task.inputs
    rows = np.zeros(len(matrix), dtype=np.bool_)
    rows[: len(frozen)] = frozen
    rows[private_start : private_start + len(base)] = frozen[: len(base)]
    return rows


def _apart(memory, names, is_own=True):
    """A named tuple whose arrays of these names, or all others, share no line with other threads'.

    Small arrays of several threads would lie side by side, as these are made one after the other.
    """
    kept = {
        name: apart(value)
        for name, value in zip(memory._fields, memory, strict=True)
        if isinstance(value, np.ndarray) and (name in names) == is_own
    }
    return memory._replace(**kept)
