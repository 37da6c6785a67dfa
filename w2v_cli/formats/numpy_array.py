"""NumPy ``.npy``: the matrix alone, words one a line in ``NAME.words.txt`` beside it."""

import numpy as np

from ..errors import InputError
from ..files.npyheader import MAGIC, npy_header, read_header
from ..files.outputs import atomic_outputs
from .arrays import blocks_of, join_words, lengths_error, read_numbers
from .sidecar import LINES, stem, words_beside, write_lines


def recognises(head):
    """Whether a file that begins with these bytes is a NumPy array."""
    return head.startswith(MAGIC)


def read(source):
    """The matrix, mapped where the file allows it; never an object, whose code would be run."""
    words, counts, _ = words_beside(source, LINES)
    matrix = read_matrix(source, len(words))
    return join_words(words, matrix, source, counts)


def read_matrix(source, n_words=None):
    """The matrix of a Source of that format: ndarray of a float type, mapped where that can be.

    Parameters
    ----------
    source : Source
    n_words : int or None   rows that there must be

    Raises
    ------
    InputError   if there is none, or it has other rows
    """
    try:
        header = read_header(source.read)
    except ValueError as error:
        raise InputError(
            f"{source.name}: cannot be read as .npy: {error}; get or make the file again"
        ) from error
    if len(header.shape) != 2 or header.dtype.kind != "f":
        raise InputError(
            f"{source.name}: holds {header.dtype} of shape {header.shape}; "
            "a matrix of floating-point numbers is needed"
        )
    if n_words is not None and n_words != header.shape[0]:
        raise lengths_error(n_words, header.shape[0], source.name)
    return _matrix(source, header)


def _matrix(source, header):
    """The numbers behind a header: ndarray of its type and shape."""
    order = "F" if header.is_fortran else "C"
    if source.is_plain_file and header.n_bytes:
        if source.stream.size < header.size + header.n_bytes:
            raise InputError(
                f"{source.name}: is cut short: {header.shape} numbers take {header.n_bytes} bytes; "
                "get or make the file again"
            )
        return np.memmap(source.path, header.dtype, "r", header.size, header.shape, order)
    numbers = read_numbers(source.read, header.n_bytes, header.dtype, source.name)
    return numbers.reshape(header.shape, order=order)


def side_files(path):
    """Where the words lie."""
    return [stem(path) + LINES]


def write(target, words, vectors):
    """Write the matrix, and the words beside it."""
    [beside] = side_files(target.path)
    dtype = np.dtype(target.dtype).newbyteorder("<")
    header = npy_header(tuple(map(int, vectors.shape)), np.lib.format.dtype_to_descr(dtype))
    with atomic_outputs([target.path, beside]) as [file, words_stream]:
        stream = target.sum_up(file)
        stream.write(header)
        for block in blocks_of(vectors, target.dtype):
            stream.write(block.data)
        write_lines(words_stream, words)
