"""Training by several ranks: rounds in which each trains its share, and after which all agree."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..distributed.passages import OwnText, passage_of
from ..distributed.replicas import rows_of_round
from ..distributed.rounds import RoundPlan, borders_of, words_of_round
from ..errors import ConfigError, TrainingStopped, field
from ..machine.threads import in_threads, one_blas_thread
from ..methods.schedule import MAX_CHUNK, TextSchedule
from .checkpoint import saved_processes
from .state import TrainingState

ROWS_AT_ONCE = 4096
URGENT_SECONDS = 10.0
"""Who asks by a signal for a checkpoint, or the end, does not wait longer for a round after which
all rows are merged: the round under way becomes one."""


class _Said(NamedTuple):
    """What a rank tells the others after it has learnt.

    Attributes
    ----------
    tokens, pairs, loss : float   what it has trained in the round, and the sum of losses
    is_stopping : bool            whether it was asked for the end
    is_wanted : bool              whether somebody waits for a checkpoint, which it can write now
    seconds : float               that a round takes
    look : dict                   how fast it sees rows pulled: see `Replicas.look`
    """

    tokens: float
    pairs: float
    loss: float
    is_stopping: bool
    is_wanted: bool
    seconds: float
    look: dict[str, Any]


class TeamRounds:
    """Trains the rounds of a plan, and puts the copies of all ranks together after each.

    Parameters
    ----------
    corpus : SharedCorpus
    text : OwnText               of this rank, in the order of the plan
    plan : RoundPlan
    engine : Engine              of this rank, which trains that text
    replicas : Replicas
    state : TrainingState        of all ranks; ``chunks_done`` counts rounds
    guard : callable             guard(epoch, pairs, loss) raises what is wrong with a loss
    progress, checkpoints, stop   as `trainer.train_model`; checkpoints are of the first rank
    """

    def __init__(
        self, corpus, text, plan, engine, replicas, state, guard, progress=None, checkpoints=None,
        stop=None,
    ):  # fmt: skip
        self._corpus, self._text = corpus, text
        self._plan, self._engine = plan, engine
        self._communicator = corpus.communicator
        self._replicas, self._state = replicas, state
        self._guard, self._progress = guard, progress
        self._checkpoints = checkpoints
        self._stop = stop or threading.Event()

    def train(self):
        """Train all that is left; *in place:* the state, and the parameters of the engine."""
        self._round_seconds = 0.0
        self._are_kept = self._communicator.first_of(self._checkpoints is not None)
        self._communicator.is_watched = True
        with one_blas_thread():  # several would take the time of other ranks
            self._train_rounds()
        self._communicator.is_watched = False

    def _train_rounds(self):
        state, plan = self._state, self._plan
        while state.chunks_done < len(plan):
            number = state.chunks_done
            started = time.perf_counter()
            self._learn(number)
            learnt = time.perf_counter()
            is_urgent, is_stopping, looks = self._agree(number, learnt - started)
            agreed = time.perf_counter()
            is_whole = is_urgent or plan.is_whole(number)
            if is_stopping and not self._are_kept and number + 1 < len(plan):
                self._end(None)
            n_rows = None if is_whole else rows_of_round(plan.since_whole(number))
            self._replicas.merge(plan.lr(number), looks, n_rows)
            self._engine.synchronise()
            merged = time.perf_counter()
            self._corpus.add_round(merged - started, agreed - learnt, merged - agreed)
            self._round_seconds = merged - started
            state.seconds += self._round_seconds
            state.chunks_done += 1
            if is_whole and state.chunks_done < len(plan):
                self._pause(is_stopping)

    def _learn(self, number):
        chunks = self._plan.chunks(number)
        self._sums = np.zeros(3)
        epoch = self._plan.epoch(number)
        learnt = in_threads(self._engine.train, chunks, self._engine.n_threads)
        for tokens, pairs, loss in learnt:
            self._guard(epoch, pairs, loss)
            self._sums += (tokens, pairs, loss)
        self._engine.synchronise()
        for chunk in chunks:
            self._replicas.note(self._text.window(chunk.start, chunk.stop))

    def _agree(self, number, seconds):
        """What all do after they have learnt for so many seconds, and add up what was done.

        Returns
        -------
        is_urgent : bool     whether somebody waits for a checkpoint, or for the end
        is_stopping : bool
        looks : list         what `Replicas.look` tells each rank
        """
        checkpoints, state = self._checkpoints, self._state
        is_wanted = False
        if checkpoints is not None:  # which are not due while the last one is being written
            is_wanted = checkpoints.are_wanted and checkpoints.are_due(state)
        seconds = max(seconds, self._round_seconds)
        sums = self._sums.tolist()
        own = _Said(*sums, self._stop.is_set(), is_wanted, seconds, self._replicas.look())
        everybody = self._communicator.gather(own)
        epoch = self._plan.epoch(number)
        tokens, pairs, loss = (sum(each[place] for each in everybody) for place in range(3))
        mean = state.add(epoch, int(tokens), int(pairs), loss)
        if self._progress:
            n_epochs = self._plan.n_epochs
            n_tokens = self._corpus.n_tokens * n_epochs
            told = {"epoch": epoch + 1, "epochs": n_epochs, "lr": self._plan.lr(number)}
            told |= {"loss": mean, "communication": self._corpus.communication}
            self._progress("train", state.tokens, n_tokens, **told)
        is_stopping = any(each.is_stopping for each in everybody)
        is_wanted = any(each.is_wanted for each in everybody)
        wait = self._plan.rounds_to_whole(number) * max(each.seconds for each in everybody)
        is_urgent = (is_stopping or is_wanted) and wait > URGENT_SECONDS
        return is_urgent, is_stopping, [each.look for each in everybody]

    def _pause(self, is_stopping):
        checkpoints, state = self._checkpoints, self._state
        if is_stopping:
            if checkpoints is not None:
                checkpoints.save_last(state, self._engine.parameters)
            self._end(checkpoints and checkpoints.folder)
        elif checkpoints is not None and checkpoints.are_due(state):
            checkpoints.save(state, self._engine.parameters)

    def _end(self, folder):
        """Raise TrainingStopped on all ranks, once a checkpoint is written in a folder."""
        self._communicator.is_watched = False
        folder = self._communicator.first_of(folder)
        done = self._state.tokens / self._corpus.n_tokens
        raise TrainingStopped(done, self._plan.n_epochs, folder)


def text_and_plan(corpus, method, n_words, config):
    """What a rank trains of its own text.

    Parameters
    ----------
    corpus : SharedCorpus
    method : Method
    n_words : int
    config : TrainConfig

    Returns
    -------
    text : OwnText     that chunks of the plan are of
    plan : RoundPlan
    """
    communicator = corpus.communicator
    n_tokens, epochs, n_ranks = corpus.n_tokens, config.epochs, communicator.size
    words = corpus.round_words or words_of_round(n_tokens, epochs, n_ranks)
    # Ranks that drew the same numbers would push the same negative samples at a time.
    sequence = np.random.SeedSequence(config.seed, spawn_key=(communicator.rank,))
    seed = int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
    most = method.words_per_chunk(n_words, config)
    passage = min(most, passage_of(words, n_ranks))
    schedule = TextSchedule(corpus.own, replace(config, seed=seed), passage)
    most = min(most, MAX_CHUNK)
    text = OwnText(corpus.own, schedule, epochs, config.max_sentence, most, config.threads)
    borders = borders_of(n_tokens, epochs, words, n_ranks)
    return text, RoundPlan(text, n_tokens, config, borders)


def go_on(state, plan, corpus, folder):
    """Find the round that a checkpoint was written before; *in place:* the state.

    Others may have begun, whose rounds were longer or shorter, if they ended an epoch.

    Raises
    ------
    ConfigError   if others shared the text where an epoch was left in its middle
    """
    n_processes, begun = corpus.communicator.size, saved_processes(folder)
    if begun == n_processes:
        return
    if state.tokens % corpus.n_tokens:
        raise ConfigError(
            f"the checkpoint in {folder} was written in the middle of an epoch by {begun} "
            f"processes, which had other shares of the text than {n_processes} would have; start "
            f"{begun} of them, or give {field('checkpoint_every', '1e')} from the start: at "
            "the end of an epoch any number can go on"
        )
    state.chunks_done = plan.first_of_epoch(state.tokens // corpus.n_tokens)


def spread(communicator, state, parameters):
    """Give all ranks the state and the parameters of the first; *in place:* these.

    Returns
    -------
    TrainingState
    """
    for _, matrix in parameters:
        if not communicator.is_first:
            matrix[:] = 0
        for start in range(0, len(matrix), ROWS_AT_ONCE):
            rows = np.ascontiguousarray(matrix[start : start + ROWS_AT_ONCE])
            communicator.add_up(rows)
            matrix[start : start + ROWS_AT_ONCE] = rows
    return TrainingState.from_dict(communicator.first_of(state.as_dict()))
