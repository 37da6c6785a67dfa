"""How fast this machine trains on a corpus: measured on a little of it, before training."""

import time
from dataclasses import replace

from ..machine.threads import Numbers, in_threads
from ..methods.base import new_parameters
from ..methods.registry import method_of
from .plan import Speed
from .turns import in_turn

MANY_EPOCHS = 1_000_000
"""Epochs to measure in, of which a small corpus may need some."""


def measure_speed(
    corpus, counts, config, dims, seconds, progress=None, clock=time.perf_counter, lists=None
):
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
    lists : NgramLists or None    rows that make the vectors of words

    Returns
    -------
    Speed
    """
    measured = {}
    for dim in dims:
        trial = replace(config, dim=dim, epochs=MANY_EPOCHS).for_text(corpus.n_tokens, len(counts))
        train, engine = _trainer(corpus, counts, trial, progress, lists)
        with engine.working():
            measured[dim] = seconds_a_word(train, engine.n_threads, seconds / len(dims), clock)
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
    numbers = Numbers(0, MANY_EPOCHS)
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


def _trainer(corpus, counts, config, progress, lists):
    """(a function that trains on the chunk of a number, the engine that does it)."""
    method = method_of(config, lists)
    corpus = method.material(corpus, counts, config)
    schedule = method.schedule(corpus, len(counts), config)
    parameters = new_parameters(method, len(counts), config)
    engine = method.engine(corpus, parameters, method.tables(counts, config), config)
    engine.prepare(progress)
    train = in_turn(schedule, engine)
    return lambda number: train(number)[1][0], engine
