"""MurmurHash3 (x64, 128 bits) of many short strings at once, as floret takes it of n-grams."""

import numpy as np

SEED = 2166136261
"""Of floret."""
C1, C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
BLOCK = 16


def murmur_hashes(pieces, seed=SEED):
    """MurmurHash3_x64_128 of some bytes each, as four numbers of 32 bits.

    Parameters
    ----------
    pieces : list of bytes
    seed : int

    Returns
    -------
    ndarray of int64, shape (len(pieces), 4)
    """
    found = np.empty((len(pieces), 4), dtype=np.int64)
    lengths = np.array([len(piece) for piece in pieces])
    for length in np.unique(lengths):
        places = np.flatnonzero(lengths == length)
        size = -(-int(length) // BLOCK) * BLOCK
        data = b"".join(pieces[place].ljust(size, b"\0") for place in places)
        words = np.frombuffer(data, "<u8").reshape(len(places), size // 8)
        both = _hash(words, int(length), np.uint64(seed))
        for column, half in enumerate(both):
            found[places, 2 * column] = half & np.uint64(0xFFFFFFFF)
            found[places, 2 * column + 1] = half >> np.uint64(32)
    return found


def _hash(words, length, seed):
    """Both halves of the hashes of strings of one length, filled up with zeros."""
    first = np.full(len(words), seed)
    second = first.copy()
    with np.errstate(over="ignore"):
        for block in range(words.shape[1] // 2):
            one = _rotated(words[:, 2 * block] * C1, 31) * C2
            two = _rotated(words[:, 2 * block + 1] * C2, 33) * C1
            if (block + 1) * BLOCK > length:  # the tail is mixed in, and no more
                first, second = first ^ one, second ^ two
                break
            first = _step(first ^ one, 27, second, 0x52DCE729)
            second = _step(second ^ two, 31, first, 0x38495AB5)
        first, second = first ^ np.uint64(length), second ^ np.uint64(length)
        first = first + second
        second = second + first
        first, second = _mixed(first), _mixed(second)
        first = first + second
        return first, second + first


def _step(half, turn, other, constant):
    return (_rotated(half, turn) + other) * np.uint64(5) + np.uint64(constant)


def _rotated(numbers, bits):
    return (numbers << np.uint64(bits)) | (numbers >> np.uint64(64 - bits))


def _mixed(half):
    half = (half ^ (half >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    half = (half ^ (half >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return half ^ (half >> np.uint64(33))
