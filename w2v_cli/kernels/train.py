"""The entry kernels: one call trains on one chunk of the corpus, without the GIL.

Shapes and types, the same for every kernel:

* ids            int32, (n,): word ids; SENTENCE_END after each sentence
* syn0, syn1neg  float32, (n_words, padded dim): inputs and outputs; *changed in place*
* keep           uint32, (n_words,): a word stays if a random uint32 is at most this
* negatives      uint32, (n_words, 2): an alias table, columns (accept, alias)
* lr             float32
* window         int64; fixed_window bool: no random shrinking
* negative       int64: negatives a center
* max_sentence   int64: longer sentences are cut, in words before subsampling
* seed           uint64: start of the chunk's random numbers

They return (tokens seen, pairs trained). A pair is an input with its center: every context word
in skip-gram, every bag in CBOW. Ids are not checked: one out of range corrupts memory.
"""

import numpy as np
from numba import njit

from .random import high_below, low_half, next_random
from .step import (
    FAST_MATH,
    add_to_each_row,
    add_to_rows,
    gather_rows,
    gradient_step,
    mean_of_rows,
)

SENTENCE_END = -1


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def train_skipgram(
    ids, syn0, syn1neg, keep, negatives, lr, window, fixed_window, negative, max_sentence, seed
):
    """Skip-gram with negative sampling: each context word predicts the center."""
    dim = syn0.shape[1]
    state = np.full(1, seed, dtype=np.uint64)
    sentence = np.empty(max_sentence, dtype=np.int32)
    contexts = np.empty(2 * window, dtype=np.int32)
    outputs = np.empty(1 + negative, dtype=np.int32)
    x = np.empty((2 * window, dim), dtype=np.float32)
    y = np.empty((1 + negative, dim), dtype=np.float32)
    dx = np.empty((2 * window, dim), dtype=np.float32)
    dy = np.empty((1 + negative, dim), dtype=np.float32)
    position = 0
    n_tokens = 0
    n_pairs = 0
    while position < len(ids):
        position, n_kept, n_seen = read_sentence(ids, position, keep, sentence, state)
        n_tokens += n_seen
        for center in range(n_kept):
            n_contexts = read_window(
                sentence, n_kept, center, window, fixed_window, contexts, state
            )
            if n_contexts == 0:
                continue
            n_outputs = draw_outputs(sentence[center], negatives, negative, outputs, state)
            gather_rows(syn0, contexts, n_contexts, x)
            gather_rows(syn1neg, outputs, n_outputs, y)
            gradient_step(x, n_contexts, y, n_outputs, lr, dx, dy)
            add_to_rows(syn0, contexts, n_contexts, dx)
            add_to_rows(syn1neg, outputs, n_outputs, dy)
            n_pairs += n_contexts
    return n_tokens, n_pairs


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def train_cbow(
    ids, syn0, syn1neg, keep, negatives, lr, window, fixed_window, negative, max_sentence, seed
):
    """CBOW with negative sampling: the mean of the context rows predicts the center.

    Each context row takes the full, undivided change of the mean, as in word2vec.c.
    """
    dim = syn0.shape[1]
    state = np.full(1, seed, dtype=np.uint64)
    sentence = np.empty(max_sentence, dtype=np.int32)
    contexts = np.empty(2 * window, dtype=np.int32)
    outputs = np.empty(1 + negative, dtype=np.int32)
    x = np.empty((1, dim), dtype=np.float32)
    y = np.empty((1 + negative, dim), dtype=np.float32)
    dx = np.empty((1, dim), dtype=np.float32)
    dy = np.empty((1 + negative, dim), dtype=np.float32)
    position = 0
    n_tokens = 0
    n_pairs = 0
    while position < len(ids):
        position, n_kept, n_seen = read_sentence(ids, position, keep, sentence, state)
        n_tokens += n_seen
        for center in range(n_kept):
            n_contexts = read_window(
                sentence, n_kept, center, window, fixed_window, contexts, state
            )
            if n_contexts == 0:
                continue
            n_outputs = draw_outputs(sentence[center], negatives, negative, outputs, state)
            mean_of_rows(syn0, contexts, n_contexts, x)
            gather_rows(syn1neg, outputs, n_outputs, y)
            gradient_step(x, 1, y, n_outputs, lr, dx, dy)
            add_to_each_row(syn0, contexts, n_contexts, dx)
            add_to_rows(syn1neg, outputs, n_outputs, dy)
            n_pairs += 1
    return n_tokens, n_pairs


@njit(cache=True, nogil=True)
def read_sentence(ids, position, keep, sentence, state):
    """Read up to the end of a sentence, dropping frequent words at random.

    A sentence of more words than ``sentence`` holds is cut there. *In place:* ``sentence`` and
    ``state``. Returns (position after it, words kept, words seen).
    """
    n_kept = 0
    n_seen = 0
    while position < len(ids) and n_seen < len(sentence):
        word = ids[position]
        position += 1
        if word == SENTENCE_END:
            break
        n_seen += 1
        if low_half(next_random(state)) <= keep[word]:
            sentence[n_kept] = word
            n_kept += 1
    return position, n_kept, n_seen


@njit(cache=True, nogil=True)
def read_window(sentence, n_kept, center, window, fixed_window, contexts, state):
    """Collect the neighbours of a center; *in place:* ``contexts``, ``state``. Returns how many.

    The half-width is drawn from 1..window, so that near words count more (Mikolov et al. 2013a,
    arXiv:1301.3781, section 3.2).
    """
    width = window
    if not fixed_window:
        width = 1 + high_below(next_random(state), window)
    n_contexts = 0
    for neighbor in range(max(center - width, 0), min(center + width + 1, n_kept)):
        if neighbor != center:
            contexts[n_contexts] = sentence[neighbor]
            n_contexts += 1
    return n_contexts


@njit(cache=True, nogil=True)
def draw_outputs(center, negatives, negative, outputs, state):
    """The center, then negatives; *in place:* ``outputs``, ``state``. Returns how many.

    A negative that is the center itself is left out, as in word2vec.c.
    """
    outputs[0] = center
    n_outputs = 1
    for _ in range(negative):
        bits = next_random(state)
        sampled = high_below(bits, len(negatives))
        if low_half(bits) > negatives[sampled, 0]:
            sampled = np.int64(negatives[sampled, 1])
        if sampled != center:
            outputs[n_outputs] = sampled
            n_outputs += 1
    return n_outputs
