"""How fast this machine trains on a corpus: measured on a little of it, before training."""

import time
from dataclasses import replace
from queue import SimpleQueue

from ..kernels import Worker
from ..machine.threads import Numbers, in_threads
from ..methods.model import Model
from ..methods.tables import make_tasks, n_private_rows, words_of_a_moment
from .plan import Speed
from .schedule import Schedule
from .trainer import compile_kernel

ENDLESS = 1_000_000
"""Epochs to measure in, of which a small corpus may need some."""


def measure_speed(corpus, counts, config, dims, seconds, progress=None, clock=time.perf_counter):
    """Train for a while, and throw the result away.

    Parameters
    ----------
    corpus : EncodedCorpus
    counts : ndarray of int64, (n_words,)
    config : TrainConfig
    dims : sequence of int        one length of vectors, or two
    seconds : float               to measure in, in all
    progress : callable or None   called as progress("compile", 0, None)
    clock : callable              the time in seconds

    Returns
    -------
    Speed
    """
    measured = {}
    for dim in dims:
        trial = replace(config, dim=dim, epochs=ENDLESS)
        schedule = Schedule(corpus, trial, words_of_a_moment(len(counts), trial))
        train, n_threads = _trainer(corpus, counts, trial, schedule, progress)
        measured[dim] = seconds_a_word(train, n_threads, seconds / len(dims), clock)
    return Speed.through(measured)


def seconds_a_word(train, n_threads, seconds, clock):
    """The time a word takes.

    Parameters
    ----------
    train : callable    train(number) trains on a chunk and returns how many words it had
    n_threads : int     that do so at a time
    seconds : float     to measure in; one chunk is measured however long it takes
    clock : callable

    Returns
    -------
    float
    """
    numbers = Numbers(0, ENDLESS)
    started, words, elapsed = None, 0, 0.0
    for n_words in in_threads(train, numbers, n_threads):
        if started is None:
            # The first fetched pages from memory, and rows into caches.
            started = clock()
        elif elapsed < seconds:
            words, elapsed = words + n_words, clock() - started
        if words and elapsed >= seconds:
            numbers.pause()
    return max(elapsed, 1e-9) / max(words, 1)


def _trainer(corpus, counts, config, schedule, progress):
    """(a function that trains on the chunk of a number, how many threads call it)."""
    model = Model(len(counts), config.dim, config.seed, n_private_rows(len(counts), config))
    workers = SimpleQueue()
    for task in make_tasks(model, counts, config):
        workers.put(Worker(task, None))
    first = workers.get()
    compile_kernel(first, progress)
    workers.put(first)

    def train(number):
        chunk = schedule[number]
        worker = workers.get()
        try:
            ids = corpus.window(chunk.start, chunk.stop)
            return worker.train(ids, chunk.lr, chunk.seed)[0]
        finally:
            workers.put(worker)

    return train, config.threads
