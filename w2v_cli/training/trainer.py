"""Training: an engine works through the chunks of the schedule, in rounds, for any method."""

import threading
import time
from dataclasses import dataclass, replace

from ..distributed.replicas import Replicas
from ..errors import ConfigError, TrainingError, TrainingStopped, field, in_python
from ..machine.threads import Numbers, in_threads
from ..methods.base import Matrices, Validating, new_parameters
from ..methods.registry import method_of
from .state import TrainingState
from .team import TeamRounds, go_on, spread, text_and_plan
from .together import SharedCorpus
from .turns import in_turn

RUNAWAY = 10
"""Training has failed if the mean loss is so many times that of an untrained model."""
LOWER = 4
"""A rate that is too high, divided by this, is advised where nothing better is known."""
FEW_PAIRS = 1000
"""The mean of fewer pairs than these may be larger by chance."""


@dataclass(frozen=True)
class Training:
    """What a training run made, and what it did.

    Attributes
    ----------
    parameters : Matrices              by name
    epochs_done : int                  of all models of an ensemble together; fewer than were asked
                                       for if `on_epoch` ended it
    tokens_processed, pairs_trained : int
    losses : list of float             mean log-loss a pair, of each epoch
    seconds_compile, seconds_train : float   training before a stop included
    held_out_losses : list of float    mean loss of a prediction of text that is not trained on,
                                       after each epoch; empty where there is no such text
    """

    parameters: Matrices
    epochs_done: int
    tokens_processed: int
    pairs_trained: int
    losses: list
    seconds_compile: float
    seconds_train: float
    held_out_losses: list

    @property
    def words_per_second(self):
        """How fast it was: float."""
        return self.tokens_processed / max(self.seconds_train, 1e-9)

    def facts(self, threads, seconds_read):
        """What statistics tell of training, in their order: dict.

        Parameters
        ----------
        threads : int
        seconds_read : float   that reading took before
        """
        return {
            "tokens_processed": self.tokens_processed,
            "pairs_trained": self.pairs_trained,
            "epochs": self.epochs_done,
            "threads": threads,
            "seconds": {
                "vocab": seconds_read,
                "compile": self.seconds_compile,
                "train": self.seconds_train,
            },
            "words_per_second": self.words_per_second,
            "loss": self.losses,
        }


def train_model(
    corpus, counts, config, progress=None, checkpoints=None, resume=False, stop=None, join=None,
    on_epoch=None, lists=None, on_validation=None,
):  # fmt: skip
    """Train a model on an encoded corpus.

    Parameters
    ----------
    corpus : EncodedCorpus                   its ids are below n_words; or what `Method.material`
                                             makes of it
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
    on_epoch : callable or None              called as on_epoch(epoch, loss, parameters) after each
                                             epoch (from 1), with its mean loss a pair; True ends
                                             training, and what was trained stays
    lists : NgramLists or None               rows that make the vectors of words
    on_validation : callable or None         called as on_validation(epoch, loss, held_out_loss)
                                             after each epoch, where some text is held out

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
    way or not. More threads do not where they change shared rows in an order of their own, as they
    do in a text.
    """
    usual_lr = replace(config, lr=None).for_text(corpus.n_tokens, len(counts)).lr
    config = config.for_text(corpus.n_tokens, len(counts))
    method = method_of(config, lists)
    method.check_feasible(counts, config)
    if isinstance(corpus, SharedCorpus):
        return _train_together(
            corpus, counts, config, method, progress, checkpoints, resume, stop, join
        )
    corpus = method.material(corpus, counts, config, progress=progress)
    schedule = method.schedule(corpus, len(counts), config)
    parameters, frozen = _start(method, len(counts), config, join)
    state = checkpoints.restore(parameters) if resume else TrainingState()
    _check_epochs(state, schedule, config)
    tables = method.tables(counts, config)
    engine = method.engine(corpus, parameters, tables, config, frozen)
    untrained = method.untrained_loss(counts, tables, config)
    return train_schedule(
        schedule, engine, state, config.lr, untrained, progress, checkpoints, stop, on_epoch,
        on_validation, usual_lr,
    )  # fmt: skip


def _train_together(corpus, counts, config, method, progress, checkpoints, resume, stop, join):
    """As `train_model`, with the ranks that have the other shares."""
    communicator = corpus.communicator
    parameters, frozen = _start(method, len(counts), config, join)
    state = checkpoints.restore(parameters) if resume else TrainingState()
    tables = method.tables(counts, config)
    text, plan = text_and_plan(corpus, method, len(counts), config)
    engine = method.engine(text, parameters, tables, config, frozen)
    guard = _Guard(config.lr, method.untrained_loss(counts, tables, config))
    seconds_compile = engine.prepare(progress)
    if resume:
        go_on(state, plan, corpus, checkpoints.folder)
    if communicator.first_of(resume):
        state = spread(communicator, state, parameters)
    replicas = Replicas(
        communicator, parameters, counts, method.uses(counts, tables, config),
        n_threads=engine.n_threads,
    )  # fmt: skip
    TeamRounds(
        corpus, text, plan, engine, replicas, state, guard.check, progress, checkpoints, stop
    ).train()
    _check(state.tokens, corpus.n_tokens * config.epochs, engine, guard)
    if checkpoints:
        checkpoints.finish(state, engine.parameters)
    return Training(
        engine.parameters, config.epochs, state.tokens, state.pairs, state.losses(),
        seconds_compile, state.seconds, [],
    )  # fmt: skip


def train_schedule(
    schedule, engine, state, lr, untrained, progress=None, checkpoints=None, stop=None,
    on_epoch=None, on_validation=None, usual_lr=None,
):  # fmt: skip
    """Have an engine train the chunks of a schedule, from a state on.

    Parameters
    ----------
    schedule : Schedule             or another one with the same methods
    engine : Engine
    state : TrainingState           *in place*
    lr : float                      for messages
    untrained : float               the mean loss of a pair before training
    progress, checkpoints, stop, on_epoch, on_validation   see `train_model`
    usual_lr : float or None        what would be chosen if no rate were given

    Returns
    -------
    Training

    Raises
    ------
    TrainingError, TrainingStopped   as `train_model`
    """
    guard = _Guard(lr, untrained, usual_lr)
    seconds_compile = engine.prepare(progress)
    rounds = _Rounds(schedule, engine, state, guard, progress, checkpoints, stop)
    with engine.working():
        epochs_done = rounds.train(on_epoch, on_validation)
    _check(state.tokens, epochs_done * schedule.n_tokens // schedule.n_epochs, engine, guard)
    if checkpoints:
        checkpoints.finish(state, engine.parameters)
    return Training(
        engine.parameters,
        epochs_done,
        state.tokens,
        state.pairs,
        state.losses(),
        seconds_compile,
        state.seconds,
        state.held_out_losses,
    )


def _start(method, n_words, config, join):
    """(the parameters before training, what of them is `Frozen` or None)."""
    frozen = None if join is None else join.frozen
    keeps_inputs = frozen is not None and frozen.inputs is not None
    parameters = new_parameters(method, n_words, config, keeps_inputs)
    if join is not None:
        method.go_on(parameters, join)
    return parameters, frozen


class _Rounds:
    """Trains the chunks of a schedule; between two rounds all threads put their work together.

    A round ends where a checkpoint is due, somebody asks for the end, an epoch is to be told, or
    the next model of an ensemble has its turn.
    """

    def __init__(self, schedule, engine, state, guard, progress, checkpoints, stop):
        self._schedule, self._engine, self._state = schedule, engine, state
        self._guard, self._progress = guard, progress
        self._checkpoints = checkpoints
        self._stop = stop or threading.Event()

    def train(self, on_epoch, on_validation=None):
        """Train all that is left; returns how many epochs were trained in all.

        *In place:* the state. See `train_model` for ``on_epoch`` and ``on_validation``.
        """
        state, end = self._state, len(self._schedule)
        validates = isinstance(self._engine, Validating)
        while state.chunks_done < end:
            epoch_end = self._schedule.epoch_end(state.chunks_done)
            model_end = self._schedule.model_end(state.chunks_done)
            ends_at_epoch = on_epoch or validates
            self._train_round(min(epoch_end if ends_at_epoch else model_end, end))
            if validates and state.chunks_done == epoch_end:
                self._validate(on_validation)
            if state.chunks_done < end:
                self._pause()
            if on_epoch and state.chunks_done == epoch_end and self._is_enough(on_epoch):
                return len(state.losses())
        return self._schedule.n_epochs

    def _validate(self, on_validation):
        """Find out how good the model is for text that is held out; *in place:* the state."""
        loss = self._engine.held_out_loss()
        if loss is None:
            return
        self._state.held_out_losses.append(loss)
        if on_validation:
            losses = self._state.losses()
            on_validation(len(losses), losses[-1], loss)

    def _is_enough(self, on_epoch):
        """Tell of an epoch; whether it is to be the last. An error leaves a checkpoint."""
        losses = self._state.losses()
        try:
            return on_epoch(len(losses), losses[-1], self._engine.parameters) is True
        except BaseException as error:
            left = f"what was trained is lost; {in_python(field('checkpoint'))} would have kept it"
            if self._checkpoints:
                self._checkpoints.save_last(self._state, self._engine.parameters)
                left = f"what was trained is kept; go on with resume={self._checkpoints.folder!r}"
            if hasattr(error, "add_note"):  # Python 3.11 and later
                error.add_note(f"on_epoch raised this after epoch {len(losses)}; {left}")
            raise

    def _train_round(self, end):
        """Train chunks up to number ``end``, or until there is a reason to pause."""
        state, schedule = self._state, self._schedule
        numbers = Numbers(state.chunks_done, end)
        train = in_turn(schedule, self._engine, state.chunks_done)
        started, seconds_before = time.perf_counter(), state.seconds
        for chunk, (tokens, pairs, loss) in in_threads(train, numbers, self._engine.n_threads):
            self._guard.check(chunk.epoch, pairs, loss)
            mean = state.add(chunk.epoch, tokens, pairs, loss)
            if self._progress:
                details = {"epoch": chunk.epoch + 1, "epochs": schedule.n_epochs}
                if chunk.lr:  # else nothing is learnt by steps
                    details |= {"lr": chunk.lr, "loss": mean}
                self._progress("train", state.tokens, schedule.n_tokens, **details)
            if self._stop.is_set() or self._is_due():
                numbers.pause()
        self._engine.synchronise()
        state.seconds = seconds_before + time.perf_counter() - started
        state.chunks_done = numbers.next

    def _is_due(self):
        return self._checkpoints is not None and self._checkpoints.are_due(self._state)

    def _pause(self):
        """Write a checkpoint if one is due; the end, if it was asked for."""
        state, checkpoints, n_epochs = self._state, self._checkpoints, self._schedule.n_epochs
        if not self._stop.is_set():
            if self._is_due():
                checkpoints.save(state, self._engine.parameters)
            return
        if checkpoints:
            checkpoints.save_last(state, self._engine.parameters)
        epochs_done = state.tokens * n_epochs / self._schedule.n_tokens
        raise TrainingStopped(epochs_done, n_epochs, checkpoints and checkpoints.folder)


class _Guard:
    """Notices weights that run away, by their losses."""

    def __init__(self, lr, untrained, usual_lr=None):
        self._limit = RUNAWAY * untrained
        self.lr, self.usual_lr = lr, usual_lr

    def check(self, epoch, pairs, loss):
        """Raise TrainingError if that cannot be the loss of so many pairs."""
        # Likelihoods that are not numbers make it negative or NaN.
        if not -1e-3 * pairs <= loss <= self._limit * max(pairs, FEW_PAIRS):
            raise _runaway(self, f"the loss left all bounds in epoch {epoch + 1}")


def _check_epochs(state, schedule, config):
    if state.chunks_done > len(schedule):
        raise ConfigError(
            f"the checkpoint was trained for more than {config.epochs} epochs; "
            f"give more {field('epochs')}"
        )


def _check(n_tokens, expected, engine, guard):
    if n_tokens != expected:
        raise TrainingError(
            f"{n_tokens} tokens were trained instead of {expected}; this is a bug in w2v, "
            "please report it"
        )
    if not engine.parameters.is_finite():
        raise _runaway(guard, "the vectors overflowed")


def _runaway(guard, what):
    """The error of weights that ran away, with a rate that would do."""
    is_lower = guard.usual_lr is not None and guard.usual_lr < guard.lr
    lower = guard.usual_lr if is_lower else float(f"{guard.lr / LOWER:.3g}")
    return TrainingError(
        f"{what}: the learning rate {guard.lr} is too high for this corpus; give a lower one, such "
        f"as {field('lr', lower)}"
    )
