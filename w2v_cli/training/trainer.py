"""Training: threads take chunks from the schedule and run a kernel on each, without locks."""

import threading
import time
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np

from ..compiling.cache import is_cached
from ..errors import ConfigError, TrainingError, TrainingStopped
from ..kernels import Worker, train_chunk
from ..machine.threads import Numbers, in_threads
from ..methods.model import Model
from ..methods.tables import (
    check_feasible,
    make_tasks,
    n_private_rows,
    untrained_loss,
    words_of_a_moment,
)
from .schedule import Schedule
from .state import TrainingState

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
    seconds_compile, seconds_train : float   training before a stop included
    """

    model: Model
    tokens_processed: int
    pairs_trained: int
    losses: list
    seconds_compile: float
    seconds_train: float


def train_model(
    corpus, counts, config, progress=None, checkpoints=None, resume=False, stop=None, join=None
):
    """Train a model on an encoded corpus.

    Parameters
    ----------
    corpus : EncodedCorpus                   its ids are below n_words
    counts : ndarray of int64, (n_words,)    of the vocabulary
    config : TrainConfig
    progress : callable or None              called as progress("train", tokens, all_tokens, lr=,
                                             epoch=, epochs=, loss=), and as
                                             progress("compile", 0, None) before a wait of seconds
                                             for the compiler
    checkpoints : Checkpoints or None        written now and then, and at the end
    resume : bool                            start where the newest checkpoint ends
    stop : threading.Event or None           set from outside: end after the chunks under way
    join : warmstart.Join or None            vectors that training goes on from

    Returns
    -------
    Training

    Raises
    ------
    TrainingError     if not every token was processed in every epoch, the weights ran away, or the
                      full softmax would take days
    TrainingStopped   if it was stopped; where there are checkpoints, one was written
    InputError, ConfigError   if the checkpoint cannot be read, or is of another run

    One thread and one seed give the same bytes on the same machine, whether it was stopped on the
    way or not. More threads do not: they change shared rows in an order of their own.
    """
    check_feasible(counts, config)
    schedule = Schedule(corpus, config, words_of_a_moment(len(counts), config))
    model, frozen = _start(len(counts), config, join)
    state = checkpoints.restore(model) if resume else TrainingState()
    _check_epochs(state, schedule, config)
    tasks = make_tasks(model, counts, config, frozen is not None)
    workers = [Worker(task, frozen) for task in tasks]
    guard = _Guard(config, untrained_loss(counts, tasks[0]))
    seconds_compile = compile_kernel(workers[0], progress)
    stop = stop or threading.Event()

    numbers = Numbers(state.chunks_done, len(schedule))
    while numbers.next < len(schedule):
        for _ in _trained(numbers, corpus, schedule, workers, state, guard, progress):
            if stop.is_set() or (checkpoints and checkpoints.are_due(state)):
                numbers.pause()
        state.chunks_done = numbers.next
        if numbers.next < len(schedule):
            _pause(checkpoints, state, model, stop, state.tokens / corpus.n_tokens, config)
    _check(state.tokens, schedule.n_tokens, model, config)
    if checkpoints:
        checkpoints.finish(state, model)
    return Training(
        model, state.tokens, state.pairs, state.losses(), seconds_compile, state.seconds
    )


def _start(n_words, config, join):
    """(the model before training, which words are frozen or None)."""
    frozen = None if join is None else join.frozen
    n_private = n_private_rows(n_words, config, frozen is not None)
    model = Model(n_words, config.dim, config.seed, n_private)
    if join is not None:
        join.fill(model)
    return model, frozen


def _trained(numbers, corpus, schedule, workers, state, guard, progress):
    """Train chunks until the numbers end, and yield after each; *in place:* ``state``."""
    idle = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def train_chunk_number(number):
        chunk = schedule[number]
        worker = idle.get()
        try:
            return chunk, worker.train(corpus.window(chunk.start, chunk.stop), chunk.lr, chunk.seed)
        finally:
            idle.put(worker)

    started, seconds_before = time.perf_counter(), state.seconds
    for chunk, (tokens, pairs, loss) in in_threads(train_chunk_number, numbers, len(workers)):
        guard.check(chunk.epoch, pairs, loss)
        mean = state.add(chunk.epoch, tokens, pairs, loss)
        if progress:
            details = {"lr": chunk.lr, "epoch": chunk.epoch + 1, "loss": mean}
            details["epochs"] = schedule.n_epochs
            progress("train", state.tokens, schedule.n_tokens, **details)
        yield
    for worker in workers:
        worker.merge()
    state.seconds = seconds_before + time.perf_counter() - started


def _pause(checkpoints, state, model, stop, epochs_done, config):
    """Write a checkpoint if there are to be any; the end, if it was asked for."""
    if not stop.is_set():
        checkpoints.save(state, model)
        return
    if checkpoints:
        checkpoints.save_last(state, model)
    raise TrainingStopped(epochs_done, config.epochs, checkpoints and checkpoints.folder)


class _Guard:
    """Notices weights that run away, by their losses."""

    def __init__(self, config, untrained):
        self._limit = RUNAWAY * untrained
        self._config = config

    def check(self, epoch, pairs, loss):
        """Raise TrainingError if that cannot be the loss of so many pairs."""
        # Likelihoods that are not numbers make it negative or NaN.
        if not -1e-3 * pairs <= loss <= self._limit * max(pairs, FEW_PAIRS):
            raise _runaway(self._config, f"the loss left all bounds in epoch {epoch + 1}")


def _check_epochs(state, schedule, config):
    if state.chunks_done > len(schedule):
        raise ConfigError(
            f"the checkpoint was trained for more than {config.epochs} epochs; give more --epochs"
        )


def compile_kernel(worker, progress):
    """Have the kernel of a `Worker` compiled, or loaded; returns the seconds it took."""
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
