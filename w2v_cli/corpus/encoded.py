"""The encoded corpus: every token of the text as an int32 id in a temporary file.

The file is written once while the text is read, rewritten in place when the vocabulary is known,
and memory-mapped a window at a time in training, so that memory does not grow with the corpus.
It has no name in its folder: it vanishes with the process, however that ends.
"""

import mmap
import os
import tempfile
from dataclasses import dataclass

import numpy as np

from ..errors import OutputError
from ..paths import reason
from .tokenizer import SENTENCE_END

NOT_A_WORD = -2
"""In an id map: this provisional id is not in the vocabulary."""

ID_BYTES = 4
BLOCK_IDS = 1 << 20


class Spool:
    """An unnamed temporary file of int32 ids, written at the end and read anywhere.

    Parameters
    ----------
    folder : str   where the file lies; must exist

    Raises
    ------
    OutputError   if the folder cannot be written to, or the disk is full
    """

    def __init__(self, folder):
        self._folder = folder
        self.length = 0
        with self._disk_errors():
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)

    def append(self, ids):
        """Write ids (ndarray of int32) behind the others."""
        self.length = self._write(ids, self.length)

    def window(self, start, stop):
        """The ids from position ``start`` up to ``stop``: an int32 array over mapped memory."""
        if start == stop:
            return np.zeros(0, dtype=np.int32)
        # A map starts at a page; a private one gives the array type that the kernels expect.
        offset = start * ID_BYTES // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
        size = stop * ID_BYTES - offset
        memory = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_COPY, offset=offset)
        return np.frombuffer(memory, dtype=np.int32)[start - offset // ID_BYTES :]

    def rewrite(self, transform):
        """Replace all ids, block by block, by ``transform(block)``, which may only shorten it."""
        written = 0
        for start in range(0, self.length, BLOCK_IDS):
            stop = min(start + BLOCK_IDS, self.length)
            written = self._write(transform(self.window(start, stop)), written)
        self.length = written
        with self._disk_errors():
            self._file.truncate(written * ID_BYTES)

    def close(self):
        """Give the disk space back."""
        self._file.close()

    def _write(self, ids, position):
        data = memoryview(np.ascontiguousarray(ids, dtype=np.int32)).cast("B")
        with self._disk_errors():
            offset = position * ID_BYTES
            while data:
                done = os.pwrite(self._file.fileno(), data, offset)
                data, offset = data[done:], offset + done
        return position + len(ids)

    def _disk_errors(self):
        return _DiskErrors(self._folder)


@dataclass(frozen=True)
class _DiskErrors:
    folder: str

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        if isinstance(error, OSError):
            raise OutputError(
                f"{self.folder}: the encoded corpus cannot be written there: {reason(error)}; "
                "name a folder with room in --tmpdir"
            ) from error


class EncodedCorpus:
    """Sentences of word ids in a spool, ready to train on.

    Attributes
    ----------
    length : int        ids in the spool, sentence ends included
    n_tokens : int      words of the vocabulary
    n_sentences : int   lines that have at least one such word
    """

    def __init__(self, spool, id_map):
        """Map the provisional ids in ``spool`` to word ids, in place.

        Parameters
        ----------
        spool : Spool                          owned by this object from now on
        id_map : ndarray of int32, (n_ids,)    provisional id -> word id or NOT_A_WORD
        """
        self._spool = spool
        self._after_end = True
        # numpy reads index -1, the sentence end, as the last entry: itself.
        self._id_map = np.append(id_map, SENTENCE_END).astype(np.int32)
        self.n_tokens = 0
        self.n_sentences = 0
        spool.rewrite(self._to_words)
        self.length = spool.length

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def window(self, start, stop):
        """The ids from ``start`` up to ``stop`` (int32): word ids, and SENTENCE_END."""
        return self._spool.window(start, stop)

    def chunk_borders(self, chunk_size, max_sentence):
        """Where to cut the corpus into chunks: near multiples of ``chunk_size``, between lines.

        A line of more than ``max_sentence`` words may be cut inside: it is cut anyway.

        Returns
        -------
        list of int   positions, from 0 to ``length``
        """
        borders = [0]
        for target in range(chunk_size, self.length, chunk_size):
            stop = min(target + max_sentence, self.length)
            ends = np.flatnonzero(self.window(target, stop) == SENTENCE_END)
            border = target + int(ends[0]) + 1 if len(ends) else target
            if borders[-1] < border < self.length:
                borders.append(border)
        if self.length:
            borders.append(self.length)
        return borders

    def count_tokens(self, start, stop):
        """How many of the ids between two positions are words."""
        return int(np.count_nonzero(self.window(start, stop) != SENTENCE_END))

    def close(self):
        """Give the disk space back."""
        self._spool.close()

    def _to_words(self, ids):
        words = self._id_map[ids]
        words = words[words != NOT_A_WORD]
        ends = words == SENTENCE_END
        follows_end = np.empty(len(ends), dtype=bool)
        follows_end[:1] = self._after_end
        follows_end[1:] = ends[:-1]
        if len(ends):
            self._after_end = bool(ends[-1])
        self.n_tokens += int(np.count_nonzero(~ends))
        self.n_sentences += int(np.count_nonzero(ends & ~follows_end))
        return words[~(ends & follows_end)]
