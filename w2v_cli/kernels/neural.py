"""What a language model does beside matrix products: rows gathered, scattered and stepped.

A batch holds some words many times: half of its places or more. What is linear in the row of a word
is computed once for each *distinct* one, whose number in the batch is its slot. So with the layout

    rows X of the distinct words (u, D),   P = X W^T of shape (u, N * H)

the hidden layer of a place is the sum of N pieces of P, and gradients go back through sums over the
places of a slot, which changes nothing but the order of additions: the products, which are most of
the work, have less than half of the rows.

All of them are AdaGrad steps: a sum G of squared gradients divides, w += lr g / sqrt(G) (Duchi,
Hazan and Singer 2011, JMLR 12). A row of a word has one G, the mean over its numbers, which stands
behind them; matrices have one for each number.
"""

import numpy as np
from numba import njit

from .options import FAST_MATH, INNER, KERNEL

SENTENCE_END = -1
NOT_IN_BATCH = -1


@njit(**KERNEL)
def lay_histories(ids, first, n_rows, end, slot_of, targets, slots, words):
    """What is predicted from what, for places of a text.

    Before the start of a line stands ``end``, the symbol of line ends, as often as is needed.

    Parameters
    ----------
    ids : int32, (n,)             a text: words, and SENTENCE_END
    first : int                   the first place
    n_rows : int                  how many
    end : int                     the symbol for SENTENCE_END
    slot_of : int32, (end + 1,)   NOT_IN_BATCH, before and after
    targets : int32, (n_rows,)    *in place:* the symbols of these places
    slots : int32, (n_rows, N)    *in place:* slots of the N symbols before, the oldest first
    words : int32, (most,)        *in place:* the symbol of each slot

    Returns
    -------
    int   how many slots there are
    """
    n_slots = 0
    size = slots.shape[1]
    for row in range(n_rows):
        here = first + row
        symbol = ids[here]
        targets[row] = end if symbol == SENTENCE_END else symbol
        is_before = False
        for back in range(1, size + 1):
            place = here - back
            if not is_before and (place < 0 or ids[place] == SENTENCE_END):
                is_before = True
            symbol = end if is_before else ids[place]
            n_slots = _take_slot(symbol, slot_of, words, n_slots)
            slots[row, size - back] = slot_of[symbol]
    _forget(slot_of, words, n_slots)
    return n_slots


@njit(**KERNEL)
def lay_streams(ids, starts, step, n_steps, n_rows, end, slot_of, targets, slots, words):
    """Likewise for streams of a text: what each is to read, and to predict, at some steps.

    Parameters
    ----------
    ids : int32, (n,)                    a text
    starts : int64, (n_streams,)         where streams begin
    step, n_steps : int                  the first step, and how many
    n_rows : int64, (n_steps,)           streams that have a word at each step: the first ones
    end, slot_of                         see `lay_histories`
    targets, slots : int32, (n_steps, n_streams)   *in place:* by step and stream
    words : int32, (most,)               *in place:* the symbol of each slot

    Returns
    -------
    int   how many slots there are
    """
    n_slots = 0
    for number in range(n_steps):
        for stream in range(n_rows[number]):
            place = starts[stream] + step + number
            symbol = ids[place]
            targets[number, stream] = end if symbol == SENTENCE_END else symbol
            before = SENTENCE_END if place == 0 else ids[place - 1]
            read = end if before == SENTENCE_END else before
            n_slots = _take_slot(read, slot_of, words, n_slots)
            slots[number, stream] = slot_of[read]
    _forget(slot_of, words, n_slots)
    return n_slots


@njit(**INNER)
def _take_slot(symbol, slot_of, words, n_slots):
    """Give a symbol a slot, unless it has one; returns how many there are."""
    if slot_of[symbol] == NOT_IN_BATCH:
        slot_of[symbol] = n_slots
        words[n_slots] = symbol
        return n_slots + 1
    return n_slots


@njit(**INNER)
def _forget(slot_of, words, n_slots):
    for slot in range(n_slots):
        slot_of[words[slot]] = NOT_IN_BATCH


@njit(**KERNEL)
def gather_rows(matrix, words, n_slots, rows):
    """Copy rows of some words; *in place:* ``rows``, float32, (most, dim)."""
    dim = rows.shape[1]
    for slot in range(n_slots):
        for d in range(dim):
            rows[slot, d] = matrix[words[slot], d]


@njit(**KERNEL)
def spread_rows(rows, slots, n_rows, spread):
    """Copy the row of the slot of each place; *in place:* ``spread``, float32, (n_rows, >= dim)."""
    dim = rows.shape[1]
    for row in range(n_rows):
        slot = slots[row]
        for d in range(dim):
            spread[row, d] = rows[slot, d]


@njit(**KERNEL)
def add_pieces(products, bias, slots, n_rows, hidden):
    """The sums before the activation: bias and N pieces of ``products``; *in place:* ``hidden``.

    Parameters
    ----------
    products : float32, (n_slots, N * H)   piece n of a slot is what its word adds at place n
    bias : float32, (H,)
    slots : int32, (n, N)
    n_rows : int                           so many rows of ``slots`` count
    hidden : float32, (n_rows, >= H)
    """
    n_units = len(bias)
    for row in range(n_rows):
        for d in range(n_units):
            hidden[row, d] = bias[d]
        for n in range(slots.shape[1]):
            slot, start = slots[row, n], n * n_units
            for d in range(n_units):
                hidden[row, d] += products[slot, start + d]


@njit(**KERNEL)
def back_through(hidden, gradients, n_rows, n_units, scale, is_tanh):
    """Gradients by the sums before the activation; *in place:* ``gradients``, times ``scale``.

    The derivative is 1 - h^2 of tanh, h (1 - h) of the logistic function.
    """
    one = np.float32(1)
    for row in range(n_rows):
        for d in range(n_units):
            h = hidden[row, d]
            slope = one - h * h if is_tanh else h * (one - h)
            gradients[row, d] *= scale * slope


@njit(**KERNEL)
def sum_pieces(gradients, slots, n_rows, n_slots, sums, of_bias):
    """Gradients by what `add_pieces` adds up: sums over places; *in place:* ``sums``, ``of_bias``.

    Parameters
    ----------
    gradients : float32, (n_rows, >= H)
    slots : int32, (n, N)
    n_rows, n_slots : int
    sums : float32, (n_slots, N * H)
    of_bias : float32, (H,)
    """
    n_units = len(of_bias)
    for slot in range(n_slots):
        for d in range(sums.shape[1]):
            sums[slot, d] = 0
    for d in range(n_units):
        of_bias[d] = 0
    for row in range(n_rows):
        for d in range(n_units):
            of_bias[d] += gradients[row, d]
        for n in range(slots.shape[1]):
            slot, start = slots[row, n], n * n_units
            for d in range(n_units):
                sums[slot, start + d] += gradients[row, d]


@njit(**KERNEL)
def sum_rows(gradients, slots, n_rows, n_slots, sums):
    """Sums of rows by slot: of one piece, without a bias; *in place:* ``sums``, (n_slots, dim)."""
    dim = sums.shape[1]
    for slot in range(n_slots):
        for d in range(dim):
            sums[slot, d] = 0
    for row in range(n_rows):
        slot = slots[row]
        for d in range(dim):
            sums[slot, d] += gradients[row, d]


@njit(**KERNEL, fastmath=FAST_MATH)
def step_rows(matrix, words, n_slots, gradients, lr):
    """An AdaGrad step of some rows; *in place:* those of ``matrix``, (n_words, > dim).

    Behind the ``dim`` numbers of a row stands its sum of mean squared gradients.
    """
    dim = gradients.shape[1]
    share = np.float32(1) / np.float32(dim)
    for slot in range(n_slots):
        word = words[slot]
        total = np.float32(0)
        for d in range(dim):
            total += gradients[slot, d] * gradients[slot, d]
        squares = matrix[word, dim] + share * total
        matrix[word, dim] = squares
        if squares > 0:
            rate = lr / np.sqrt(squares)
            for d in range(dim):
                matrix[word, d] += rate * gradients[slot, d]


@njit(**KERNEL, fastmath=FAST_MATH)
def step_matrix(matrix, squares, gradients, lr, scale):
    """An AdaGrad step of all numbers along ``scale`` times ``gradients``.

    *In place:* ``matrix`` and its ``squares``, whose rows may be padded.
    """
    for row in range(gradients.shape[0]):
        for d in range(gradients.shape[1]):
            gradient = scale * gradients[row, d]
            total = squares[row, d] + gradient * gradient
            squares[row, d] = total
            if total > 0:
                matrix[row, d] += lr * gradient / np.sqrt(total)
