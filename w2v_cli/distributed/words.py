"""The vocabulary of all ranks: each word is counted together by the rank that its hash names."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence

import numpy as np

from .communicator import Communicator

PLACE_BITS = 44
"""Of a number that says where a word was first: the rank stands above them."""


def merge_words(
    communicator: Communicator,
    words: Sequence[str],
    counts: np.ndarray,
    min_count: int = 1,
    keep: Collection[str] = (),
) -> tuple[list[str], np.ndarray, int]:
    """Put together what ranks have counted.

    Words are left out only when all have added what they counted: a word may be rare in each share.

    Parameters
    ----------
    communicator : Communicator
    words : sequence of str                 of this rank's share, in order of first appearance
    counts : ndarray of int64, (n_words,)
    min_count : int                         rarer words are left out
    keep : collection of str                but these

    Returns
    -------
    words : list of str                     of all, in order of first appearance
    counts : ndarray of int64
    highest : int                           count of any word; 0 if there are none
    """
    encoded = [word.encode(errors="surrogatepass") for word in words]
    owners = np.fromiter(map(zlib.crc32, encoded), np.int64, len(encoded)) % communicator.size
    first = (communicator.rank << PLACE_BITS) + np.arange(len(words), dtype=np.int64)
    parts = []
    for owner in range(communicator.size):
        chosen = np.flatnonzero(owners == owner)
        parts.append(_packed([encoded[i] for i in chosen], counts[chosen], first[chosen]))
    owned, owned_counts, owned_first = _added_up(communicator.exchange(parts))
    highest = int(owned_counts.max(initial=0))
    kept_words = frozenset(word.encode(errors="surrogatepass") for word in keep)
    is_kept = owned_counts >= min_count
    if kept_words:
        is_kept |= np.fromiter((word in kept_words for word in owned), bool, len(owned))
    chosen = np.flatnonzero(is_kept)
    part = _packed([owned[i] for i in chosen], owned_counts[chosen], owned_first[chosen])
    everybody = communicator.gather((part, highest))
    found, found_counts, found_first = _added_up([part for part, _ in everybody])
    order = np.argsort(found_first)
    names = [found[i].decode(errors="surrogatepass") for i in order]
    return names, found_counts[order], max(each for _, each in everybody)


def _packed(words: list[bytes], counts: np.ndarray, first: np.ndarray) -> bytes:
    numbers = np.concatenate([[len(words)], counts, first]).astype("<i8")
    return numbers.tobytes() + b"\n".join(words)


def _added_up(parts: Sequence[bytes]) -> tuple[list[bytes], np.ndarray, np.ndarray]:
    """(words, counts, first places) of what `_packed` made, each word once."""
    entry_of: dict[bytes, int] = {}
    entries, counts, first = [], [], []
    for part in parts:
        [n_words] = np.frombuffer(part, "<i8", 1)
        numbers = np.frombuffer(part, "<i8", 2 * n_words, 8)
        words = part[8 + 16 * n_words :].split(b"\n") if n_words else []
        entries += [entry_of.setdefault(word, len(entry_of)) for word in words]
        counts.append(numbers[:n_words])
        first.append(numbers[n_words:])
    places = np.array(entries, dtype=np.int64)
    sums = np.zeros(len(entry_of), dtype=np.int64)
    np.add.at(sums, places, np.concatenate(counts))
    earliest = np.full(len(entry_of), np.iinfo(np.int64).max)
    np.minimum.at(earliest, places, np.concatenate(first))
    return list(entry_of), sums, earliest
