"""Bytes of a file in order, and matrices in it, which are mapped where the file allows that."""

import os

import numpy as np

from ..errors import InputError
from ..files.inputs import READ_SIZE


class BinaryReader:
    """Reads a Source from its beginning.

    Nothing that the file says of sizes takes memory before as many bytes have been found there.

    Parameters
    ----------
    source : Source
    what : str        it should be, for messages: ``fastText model``

    Attributes
    ----------
    offset : int      bytes that were taken so far
    """

    def __init__(self, source, what):
        self._source = source
        self._what = what
        self._data = b""
        self._position = 0
        self._read = source.read
        self._file = None
        self.offset = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._file is not None:
            self._file.close()

    def take(self, size):
        """Exactly so many bytes."""
        self._fill(size)
        data = self._data[self._position : self._position + size]
        if len(data) < size:
            raise self.cut_short()
        self._advance(size)
        return data

    def unpack(self, layout):
        """The numbers of a struct."""
        return layout.unpack(self.take(layout.size))

    def entries(self, number, longest, layout):
        """So many words with numbers behind them.

        Parameters
        ----------
        number : int
        longest : int       bytes of a word with its numbers, at most
        layout : np.dtype   of the numbers

        Returns
        -------
        words : list of bytes, length number      each up to its NUL
        numbers : ndarray of layout, shape (number,)

        Raises
        ------
        InputError   if a word does not end, or the file does
        """
        words, tails = [], [np.empty((0, layout.itemsize), dtype=np.uint8)]
        while len(words) < number:
            ends = self._ends(number - len(words), layout.itemsize)
            if ends:
                starts = [self._position, *(end + 1 + layout.itemsize for end in ends)]
                words += [self._data[start:end] for start, end in zip(starts, ends, strict=False)]
                tails.append(_behind(self._data, ends, layout.itemsize))
                self._advance(starts[-1] - self._position)
                continue
            n_bytes = len(self._data) - self._position
            self._fill(longest)
            if self._data.find(b"\0", self._position) < 0:
                raise InputError(f"{self._source.name}: word {len(words) + 1} does not end")
            if len(self._data) - self._position == n_bytes:
                raise self.cut_short()
        return words, np.concatenate(tails).view(layout)[:, 0]

    def _ends(self, number, size):
        """Where words end of which all is there that was read, so many at most: list of int."""
        ends, place, find = [], self._position, self._data.find
        last = len(self._data) - 1 - size
        while len(ends) < number:
            end = find(b"\0", place)
            if not 0 <= end <= last:
                break
            ends.append(end)
            place = end + 1 + size
        return ends

    def bytes_of(self, n_bytes):
        """So many bytes; memory is taken as they come, since a size may be damaged."""
        data = bytearray()
        while len(data) < n_bytes:
            more = self._take_some(n_bytes - len(data))
            if not more:
                raise self.cut_short()
            self._source.take_memory(len(more))
            data += more
        self.offset += n_bytes
        return data

    def floats(self, n_rows, dim):
        """A matrix of float32: ndarray, shape (n_rows, dim), read-only; mapped if possible."""
        n_bytes = 4 * n_rows * dim
        if not self._source.is_plain_file:
            return np.frombuffer(bytes(self.bytes_of(n_bytes)), "<f4").reshape(n_rows, dim)
        if self.offset + n_bytes > os.path.getsize(self._source.path):
            raise self.cut_short()
        if n_bytes == 0:
            return np.empty((n_rows, dim), dtype="<f4")
        matrix = np.memmap(self._source.path, "<f4", "r", self.offset, (n_rows, dim))
        self._skip_to(self.offset + n_bytes)
        return matrix

    def check_end(self):
        """Raise InputError if there are more bytes."""
        self._fill(1)
        if self._position < len(self._data):
            raise InputError(
                f"{self._source.name}: is damaged: there is more behind the end of the "
                f"{self._what}, at byte {self.offset}; get or make the file again"
            )

    def cut_short(self):
        """The InputError of a file that ends too early."""
        return InputError(
            f"{self._source.name}: is cut short; it is not a whole {self._what}; "
            "get or make the file again"
        )

    def _skip_to(self, offset):
        """Go on from there, with a file of our own: the source's stream cannot be sought in."""
        if self._file is None:
            self._file = open(self._source.path, "rb", buffering=0)
            self._read = self._file.read
        self._file.seek(offset)
        self._data, self._position, self.offset = b"", 0, offset

    def _take_some(self, size):
        self._fill(1)
        data = self._data[self._position : self._position + size]
        self._position += len(data)
        return data

    def _fill(self, size):
        missing = size - (len(self._data) - self._position)
        if missing <= 0:
            return
        parts = [self._data[self._position :]]
        while missing > 0:
            more = self._read(max(READ_SIZE, missing))
            if not more:
                break
            parts.append(more)
            missing -= len(more)
        self._data = b"".join(parts)
        self._position = 0

    def _advance(self, size):
        self._position += size
        self.offset += size


def _behind(data, places, size):
    """So many bytes behind each of some places: ndarray of uint8, shape (len(places), size)."""
    wanted = np.array(places)[:, np.newaxis] + np.arange(1, size + 1)
    return np.frombuffer(data, dtype=np.uint8)[wanted]
