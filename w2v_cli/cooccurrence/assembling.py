"""All rows, one piece after the other: added up in threads, and kept in temporary files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np

from ..machine.threads import in_order
from .adding import Adder
from .gathering import Piece
from .plan import Head
from .scratch import ScratchFile

NO_CELLS = np.zeros(0, np.uint64)


class Assembled(NamedTuple):
    """Rows as `table.Cooccurrences` has them; columns and sums are mapped."""

    starts: np.ndarray
    columns: np.ndarray
    sums: np.ndarray


class Lent:
    """Things of which a thread has one at a time."""

    def __init__(self, things: Iterable[Any]) -> None:
        self._idle: SimpleQueue[Any] = SimpleQueue()
        for thing in things:
            self._idle.put(thing)

    @contextmanager
    def one(self) -> Iterator[Any]:
        """One that no other thread has, within the block."""
        thing = self._idle.get()
        try:
            yield thing
        finally:
            self._idle.put(thing)


def added(
    piece: Piece, adder: Adder, head: Head, cells: np.ndarray = NO_CELLS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(ends, columns, sums) of a piece; see `Adder.add`."""
    columns, sums = piece.gathered()
    return adder.add(piece.first, piece.starts, columns, sums, head, cells)


def added_in_order(
    pieces: Iterable[Piece],
    adders: Lent,
    threads: int,
    head: Head,
    cells: np.ndarray = NO_CELLS,
) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (first row, ends, columns, sums) of each piece, in their order; see `assemble`."""

    def add(piece):
        with adders.one() as adder:
            return piece.first, *added(piece, adder, head, cells)

    return in_order(add, pieces, threads)


def assemble(
    pieces: Iterable[Piece],
    adders: Lent,
    threads: int,
    head: Head,
    folder: str,
    cells: np.ndarray = NO_CELLS,
    progress: Callable[[float], None] | None = None,
) -> Assembled:
    """Add up all pieces.

    Parameters
    ----------
    pieces : iterable of Piece   of all rows, in order
    adders : Lent                one `Adder` a thread
    threads : int
    head : Head
    folder : str                 for temporary files
    cells : ndarray of uint64    of the head; empty: they do not count
    progress : callable or None  called with the share of rows that are done

    Raises
    ------
    ConfigError   if a sum has no room in 64 bits
    OutputError   if the folder cannot be written to, or its disk is full
    """
    n_words = len(head.heights)
    starts, n_pairs = np.zeros(n_words + 1, np.int64), 0
    columns, sums = ScratchFile(folder), ScratchFile(folder)
    try:
        for first, ends, *of_piece in added_in_order(pieces, adders, threads, head, cells):
            stop = first + len(ends)
            starts[first + 1 : stop + 1] = n_pairs + ends
            n_pairs += len(of_piece[0])
            columns.append(of_piece[0])
            sums.append(of_piece[1])
            if progress:
                progress(stop / n_words)
        return Assembled(starts, columns.map(np.uint32), sums.map(np.uint64))
    finally:
        columns.close()
        sums.close()
