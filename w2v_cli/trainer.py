"""Training: threads take chunks from the schedule and run a kernel on each, without locks."""

import time
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np

from .errors import TrainingError
from .jit import is_cached
from .kernels import Worker, train_chunk
from .model import Model
from .objective import check_feasible, make_tasks, untrained_loss
from .parallel import in_threads
from .replicas import n_hot_rows
from .schedule import Schedule

RUNAWAY = 10
"""A mean loss that is so many times that of an untrained model is no accident..."""
FEW_PAIRS = 1000
"""...unless there were but a few pairs."""


@dataclass(frozen=True)
class Training:
    """What a training run made, and what it did.

    Attributes
    ----------
    model : Model
    tokens_processed, pairs_trained : int
    losses : list of float             mean log-loss a pair, of each epoch
    seconds_compile, seconds_train : float
    """

    model: Model
    tokens_processed: int
    pairs_trained: int
    losses: list
    seconds_compile: float
    seconds_train: float


class _Losses:
    """The mean loss a pair of each epoch: the same sum for any number of threads."""

    def __init__(self, config, untrained):
        self._sums = np.zeros(config.epochs)
        self._pairs = np.zeros(config.epochs, dtype=np.int64)
        self._limit = RUNAWAY * untrained
        self._config = config

    def add(self, epoch, loss, pairs):
        """Add a chunk; returns the mean of its epoch so far.

        Raises TrainingError if the loss says that the weights run away.
        """
        # Likelihoods that are not numbers make it negative or NaN.
        if not -1e-3 * pairs <= loss <= self._limit * max(pairs, FEW_PAIRS):
            raise _runaway(self._config, f"the loss left all bounds in epoch {epoch + 1}")
        self._sums[epoch] += loss
        self._pairs[epoch] += pairs
        return self._sums[epoch] / max(self._pairs[epoch], 1)

    def means(self):
        """The mean of each epoch; 0 where there was no pair."""
        return (self._sums / np.maximum(self._pairs, 1)).tolist()


def train_model(corpus, counts, config, progress=None):
    """Train a model on an encoded corpus.

    Parameters
    ----------
    corpus : EncodedCorpus                   its ids are below n_words
    counts : ndarray of int64, (n_words,)    of the vocabulary
    config : TrainConfig
    progress : callable or None              called as progress("train", tokens, all_tokens, lr=,
                                             epoch=, loss=), and progress("compile", 0, None)
                                             before a wait of seconds for the compiler

    Returns
    -------
    Training

    Raises
    ------
    TrainingError   if not every token was processed in every epoch, the weights ran away, or the
                    full softmax would take days

    One thread and one seed give the same bytes on the same machine. More threads do not: they
    change shared rows in an order of their own.
    """
    check_feasible(counts, config)
    schedule = Schedule(corpus, config)
    n_private = config.threads * n_hot_rows(len(counts), config.threads)
    model = Model(len(counts), config.dim, config.seed, n_private)
    tasks = make_tasks(model, counts, config)
    workers = [Worker(task) for task in tasks]
    idle = SimpleQueue()
    for worker in workers:
        idle.put(worker)
    losses = _Losses(config, untrained_loss(counts, tasks[0]))
    seconds_compile = _compile(workers[0], progress)

    def train_chunk_number(number):
        chunk = schedule[number]
        worker = idle.get()
        try:
            return chunk, worker.train(corpus.window(chunk.start, chunk.stop), chunk.lr, chunk.seed)
        finally:
            idle.put(worker)

    started = time.perf_counter()
    n_tokens = n_pairs = 0
    for chunk, (tokens, pairs, loss) in in_threads(
        train_chunk_number, len(schedule), config.threads
    ):
        n_tokens += tokens
        n_pairs += pairs
        mean = losses.add(chunk.epoch, loss, pairs)
        if progress:
            details = {"lr": chunk.lr, "epoch": chunk.epoch + 1, "loss": mean}
            progress("train", n_tokens, schedule.n_tokens, **details)
    for worker in workers:
        worker.finish()
    seconds_train = time.perf_counter() - started

    _check(n_tokens, schedule.n_tokens, model, config)
    return Training(model, n_tokens, n_pairs, losses.means(), seconds_compile, seconds_train)


def _compile(worker, progress):
    """Have the kernel compiled, or loaded; returns the seconds it took."""
    arguments = worker.arguments(np.zeros(0, dtype=np.int32), 0.0, 0)
    if progress and not is_cached(train_chunk, *arguments):
        progress("compile", 0, None)
    started = time.perf_counter()
    train_chunk(*arguments)
    return time.perf_counter() - started


def _check(n_tokens, expected, model, config):
    if n_tokens != expected:
        raise TrainingError(
            f"{n_tokens} tokens were trained instead of {expected}; this is a bug in w2v, "
            "please report it"
        )
    if not model.is_finite():
        raise _runaway(config, "the vectors overflowed")


def _runaway(config, what):
    return TrainingError(
        f"{what}: the learning rate {config.start_lr} is too high for this corpus; give a lower "
        "--lr"
    )
