"""Training: an engine trains on the chunks of the schedule, in rounds, whatever the method is."""

import threading
import time
from dataclasses import dataclass

from ..errors import ConfigError, TrainingError, TrainingStopped
from ..machine.threads import Numbers, in_threads
from ..methods.base import Parameters, new_parameters
from ..methods.registry import method_of
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
    parameters : Parameters            the matrices by name
    tokens_processed, pairs_trained : int
    losses : list of float             mean log-loss a pair, of each epoch
    seconds_compile, seconds_train : float   training before a stop included
    """

    parameters: Parameters
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
    method = method_of(config)
    method.check_feasible(counts, config)
    schedule = Schedule(corpus, config, method.words_per_chunk(len(counts), config))
    parameters, frozen = _start(method, len(counts), config, join)
    state = checkpoints.restore(parameters) if resume else TrainingState()
    _check_epochs(state, schedule, config)
    tables = method.tables(counts, config)
    engine = method.engine(corpus, parameters, tables, config, frozen)
    guard = _Guard(config, method.untrained_loss(counts, tables, config))
    seconds_compile = engine.prepare(progress)
    stop = stop or threading.Event()

    numbers = Numbers(state.chunks_done, len(schedule))
    while numbers.next < len(schedule):
        for _ in _round(numbers, schedule, engine, state, guard, progress):
            if stop.is_set() or (checkpoints and checkpoints.are_due(state)):
                numbers.pause()
        state.chunks_done = numbers.next
        if numbers.next < len(schedule):
            _pause(checkpoints, state, engine, stop, state.tokens / corpus.n_tokens, config)
    _check(state.tokens, schedule.n_tokens, engine, config)
    if checkpoints:
        checkpoints.finish(state, engine.parameters)
    return Training(
        engine.parameters,
        state.tokens,
        state.pairs,
        state.losses(),
        seconds_compile,
        state.seconds,
    )


def _start(method, n_words, config, join):
    """(the parameters before training, which words are frozen or None)."""
    frozen = None if join is None else join.frozen
    parameters = new_parameters(method, n_words, config, frozen is not None)
    if join is not None:
        join.fill(parameters)
    return parameters, frozen


def _round(numbers, schedule, engine, state, guard, progress):
    """Train chunks until the numbers end, then synchronise; yield after each. *In place:* state."""

    def train(number):
        chunk = schedule[number]
        return chunk, engine.train(chunk)

    started, seconds_before = time.perf_counter(), state.seconds
    for chunk, (tokens, pairs, loss) in in_threads(train, numbers, engine.n_threads):
        guard.check(chunk.epoch, pairs, loss)
        mean = state.add(chunk.epoch, tokens, pairs, loss)
        if progress:
            details = {"lr": chunk.lr, "epoch": chunk.epoch + 1, "loss": mean}
            details["epochs"] = schedule.n_epochs
            progress("train", state.tokens, schedule.n_tokens, **details)
        yield
    engine.synchronise()
    state.seconds = seconds_before + time.perf_counter() - started


def _pause(checkpoints, state, engine, stop, epochs_done, config):
    """Write a checkpoint if there are to be any; the end, if it was asked for."""
    if not stop.is_set():
        checkpoints.save(state, engine.parameters)
        return
    if checkpoints:
        checkpoints.save_last(state, engine.parameters)
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


def _check(n_tokens, expected, engine, config):
    if n_tokens != expected:
        raise TrainingError(
            f"{n_tokens} tokens were trained instead of {expected}; this is a bug in w2v, "
            "please report it"
        )
    if not engine.parameters.is_finite():
        raise _runaway(config, "the vectors overflowed")


def _runaway(config, what):
    return TrainingError(
        f"{what}: the learning rate {config.start_lr} is too high for this corpus; give a lower "
        "--lr"
    )
