"""The compiled loop over bytes that takes labels out of text."""

from numba import njit

NEWLINE, NUL = 10, 0
BETWEEN, IN_PREFIX, IN_LABEL, IN_WORD = range(4)
PLACE, MATCHED = range(2)
"""Places in the state of `separate`: where it is in a token, and how much of the prefix."""


@njit(cache=True, nogil=True)
def separate(data, prefix, state, text, labels):
    """Divide bytes into text without labels, and labels without text, line by line.

    A label is a token that begins with the prefix. Each stands in ``labels`` with a NUL behind it;
    newlines stand in both.

    Parameters
    ----------
    data : ndarray of uint8
    prefix : ndarray of uint8    not empty, without white space
    state : ndarray of int64, (2,)   *in place:* in the middle of what the last bytes ended
    text, labels : ndarray of uint8  *in place*; as long as ``data`` and prefix together, and one

    Returns
    -------
    n_text, n_labels : int   bytes written
    """
    place, matched = state[PLACE], state[MATCHED]
    n_text = n_labels = 0
    for byte in data:
        is_blank = byte == 32 or 9 <= byte <= 13 or byte == NUL
        if is_blank:
            if place == IN_PREFIX:
                if matched == len(prefix):
                    place = IN_LABEL
                    n_labels = _put(prefix, matched, labels, n_labels)
                else:
                    n_text = _put(prefix, matched, text, n_text)
            if place == IN_LABEL:
                labels[n_labels] = NUL
                n_labels += 1
            text[n_text] = byte
            n_text += 1
            if byte == NEWLINE:
                labels[n_labels] = NEWLINE
                n_labels += 1
            place, matched = BETWEEN, 0
            continue
        if place == BETWEEN:
            place, matched = IN_PREFIX, 0
        if place == IN_PREFIX:
            if matched < len(prefix) and byte == prefix[matched]:
                matched += 1
                continue
            if matched == len(prefix):
                place = IN_LABEL
                n_labels = _put(prefix, matched, labels, n_labels)
            else:
                place = IN_WORD
                n_text = _put(prefix, matched, text, n_text)
        if place == IN_LABEL:
            labels[n_labels] = byte
            n_labels += 1
        else:
            text[n_text] = byte
            n_text += 1
    state[PLACE], state[MATCHED] = place, matched
    return n_text, n_labels


@njit(cache=True, nogil=True)
def _put(source, length, target, position):
    for offset in range(length):
        target[position + offset] = source[offset]
    return position + length
