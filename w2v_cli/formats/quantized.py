"""The quantized matrix of a fastText model (``.ftz``), as it lies in the file.

A flag for lengths that were quantized apart, the sizes, a code for each part of each row, the
centroids; then likewise for lengths (quantmatrix.cc and productquantizer.cc of fastText).
"""

import struct

import numpy as np

from ..errors import InputError
from ..quantization.rows import N_CENTROIDS, QuantizedRows

HEADER = struct.Struct("<?qqi")
QUANTIZER = struct.Struct("<4i")


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
    if not has_norms:
        return QuantizedRows(codes, centroids)
    factor_codes = np.frombuffer(reader.bytes_of(n_rows), np.uint8)
    [factors] = _centroids(reader, 1, 1, name)
    return QuantizedRows(codes, centroids, factors[:, 0], factor_codes)


def write_quantized(stream, rows):
    """Write QuantizedRows to a stream, as `read_quantized` and fastText read them."""
    n_rows, dim = rows.shape
    stream.write(HEADER.pack(rows.factors is not None, n_rows, dim, rows.codes.size))
    stream.write(np.ascontiguousarray(rows.codes).data)
    _write_centroids(stream, rows.centroids)
    if rows.factors is not None:
        stream.write(np.ascontiguousarray(rows.factor_codes).data)
        _write_centroids(stream, [rows.factors[:, np.newaxis]])


def quantized_bytes(n_rows, dim, dsub, has_factors):
    """How long what `write_quantized` writes will be: int."""
    n_parts = -(-dim // dsub)
    n_bytes = HEADER.size + n_rows * n_parts + QUANTIZER.size + 4 * N_CENTROIDS * dim
    return n_bytes + has_factors * (n_rows + QUANTIZER.size + 4 * N_CENTROIDS)


def _write_centroids(stream, parts):
    """Where there are fewer than 256 the last one stands in the places of the others."""
    lengths = [part.shape[1] for part in parts]
    stream.write(QUANTIZER.pack(sum(lengths), len(parts), lengths[0], lengths[-1]))
    for part in parts:
        missing = N_CENTROIDS - len(part)
        stream.write(np.pad(part, ((0, missing), (0, 0)), mode="edge").astype("<f4").data)


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
