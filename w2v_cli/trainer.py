"""Training: threads take chunks from the schedule and run a kernel on each, without locks."""

import time
from dataclasses import dataclass

import numpy as np

from .errors import TrainingError
from .jit import is_cached
from .kernels import KERNELS
from .model import Model
from .parallel import in_threads
from .sampling import alias_table, keep_probabilities, negative_probabilities, to_threshold
from .schedule import Schedule


@dataclass(frozen=True)
class Training:
    """What a training run made, and what it did."""

    model: Model
    tokens_processed: int
    pairs_trained: int
    seconds_compile: float
    seconds_train: float


def train_model(corpus, counts, config, progress=None):
    """Train a model on an encoded corpus.

    Parameters
    ----------
    corpus : EncodedCorpus                   its ids are below n_words
    counts : ndarray of int64, (n_words,)    of the vocabulary
    config : TrainConfig
    progress : callable or None              called as progress("train", tokens, all_tokens, lr=,
                                             epoch=), and progress("compile", 0, None) before a
                                             wait of seconds for the compiler

    Returns
    -------
    Training

    Raises
    ------
    TrainingError   if not every token was processed in every epoch, or the weights overflowed

    One thread and one seed give the same bytes on the same machine. More threads do not: they
    change shared rows in an order of their own.
    """
    schedule = Schedule(corpus, config)
    model = Model(len(counts), config.dim, config.seed)
    kernel = _bound_kernel(model, counts, config)

    if progress and not is_cached(KERNELS[config.model]):
        progress("compile", 0, None)
    started = time.perf_counter()
    kernel(np.zeros(0, dtype=np.int32), config.start_lr, seed=0)
    compiled = time.perf_counter()

    def train_chunk(number):
        chunk = schedule[number]
        return chunk, kernel(corpus.window(chunk.start, chunk.stop), chunk.lr, chunk.seed)

    n_tokens = n_pairs = 0
    for chunk, (tokens, pairs) in in_threads(train_chunk, len(schedule), config.threads):
        n_tokens += tokens
        n_pairs += pairs
        if progress:
            progress("train", n_tokens, schedule.n_tokens, lr=chunk.lr, epoch=chunk.epoch + 1)
    finished = time.perf_counter()

    _check(n_tokens, schedule.n_tokens, model, config)
    return Training(model, n_tokens, n_pairs, compiled - started, finished - compiled)


def _bound_kernel(model, counts, config):
    """The entry kernel with all its arguments set but the ids, learning rate and seed."""
    entry = KERNELS[config.model]
    keep = to_threshold(keep_probabilities(counts, config.sample))
    accept, alias = alias_table(negative_probabilities(counts, config.ns_exponent))
    negatives = np.column_stack([to_threshold(accept), alias.astype(np.uint32)])

    def kernel(ids, lr, seed):
        return entry(
            ids,
            model.syn0,
            model.syn1neg,
            keep,
            negatives,
            np.float32(lr),
            config.window,
            config.fixed_window,
            config.negative,
            config.max_sentence,
            np.uint64(seed),
        )

    return kernel


def _check(n_tokens, expected, model, config):
    if n_tokens != expected:
        raise TrainingError(
            f"{n_tokens} tokens were trained instead of {expected}; this is a bug in w2v, "
            "please report it"
        )
    if not model.is_finite():
        raise TrainingError(
            f"the vectors overflowed: the learning rate {config.start_lr} is too high for this "
            "corpus; give a lower --lr"
        )
