"""The matrix of a quantized fastText model (``.ftz``): rows are decoded when they are asked for.

A row is cut into parts, and of each only the number of the nearest of 256 centroids is kept
(product quantization; quantmatrix.cc and productquantizer.cc of fastText). Where lengths were
quantized apart, the decoded row is multiplied by its length.
"""

import struct

import numpy as np

from ..errors import InputError

N_CENTROIDS = 256
HEADER = struct.Struct("<?qqi")
QUANTIZER = struct.Struct("<4i")


class QuantizedRows:
    """A matrix that is decoded a few rows at a time, read-only.

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(self, codes, centroids, norms):
        """As `read_quantized` finds them: codes (n, parts), centroids of each part, lengths."""
        self._codes, self._centroids, self._norms = codes, centroids, norms
        self.shape = (len(codes), sum(part.shape[1] for part in centroids))

    def __len__(self):
        return len(self._codes)

    def __getitem__(self, rows):
        """Some rows, decoded, of a slice or an array of numbers: float32, shape (n, dim)."""
        codes = self._codes[rows]
        parts = [part[codes[:, number]] for number, part in enumerate(self._centroids)]
        vectors = np.concatenate(parts, axis=1)
        if self._norms is not None:
            vectors *= self._norms[rows][:, np.newaxis]
        return vectors

    def part(self, rows):
        """Some rows, of a slice or an array of numbers, still as codes: QuantizedRows."""
        norms = None if self._norms is None else self._norms[rows]
        return QuantizedRows(self._codes[rows], self._centroids, norms)

    def packed(self):
        """What rows are decoded from, as compiled code reads it: see `embeddings.composing.Table`.

        Returns
        -------
        codes : ndarray of uint8, shape (n_rows, n_parts)
        centroids : ndarray of float32, shape (256 * dim,)   part by part
        length : int    of a part, but for the last one
        norms : ndarray of float32, shape (n_rows,), or (0,) if rows are not multiplied
        """
        centroids = np.concatenate([part.ravel() for part in self._centroids])
        norms = np.empty(0, dtype=np.float32) if self._norms is None else self._norms
        return self._codes, centroids, self._centroids[0].shape[1], norms

    def __array__(self, dtype=None, copy=None):
        """All rows, decoded."""
        return np.asarray(self[:], dtype=dtype)


def read_quantized(reader, name):
    """The matrix that comes next in a file.

    Parameters
    ----------
    reader : object   ``unpack(layout)`` -> numbers of a struct, ``bytes_of(n)`` -> exactly n bytes
    name : str        for messages

    Returns
    -------
    QuantizedRows

    Raises
    ------
    InputError   if sizes do not fit one another, or the file ends too early
    """
    has_norms, n_rows, dim, n_codes = reader.unpack(HEADER)
    n_parts = n_codes // n_rows if n_rows > 0 else 0
    if n_rows < 1 or dim < 1 or n_parts < 1 or n_codes != n_rows * n_parts:
        raise _damaged(name)
    codes = np.frombuffer(reader.bytes_of(n_codes), np.uint8).reshape(n_rows, n_parts)
    centroids = _centroids(reader, dim, n_parts, name)
    norms = None
    if has_norms:
        norm_codes = np.frombuffer(reader.bytes_of(n_rows), np.uint8)
        [of_norms] = _centroids(reader, 1, 1, name)
        norms = of_norms[norm_codes, 0]
    return QuantizedRows(codes, centroids, norms)


def _centroids(reader, dim, n_parts, name):
    """The centroids of each part: list of float32, shape (256, length of the part)."""
    n_numbers, n_quantizers, length, last = reader.unpack(QUANTIZER)
    fits = (n_numbers, n_quantizers) == (dim, n_parts) and min(length, last) > 0
    if not fits or (n_parts - 1) * length + last != dim:
        raise _damaged(name)
    numbers = np.frombuffer(reader.bytes_of(4 * N_CENTROIDS * dim), "<f4").astype(np.float32)
    lengths = [length] * (n_parts - 1) + [last]
    ends = np.cumsum([N_CENTROIDS * each for each in lengths])[:-1]
    parts = zip(np.split(numbers, ends), lengths, strict=True)
    return [part.reshape(N_CENTROIDS, each) for part, each in parts]


def _damaged(name):
    return InputError(
        f"{name}: is damaged: sizes of its quantized matrix do not fit one another; "
        "get or make the file again"
    )
