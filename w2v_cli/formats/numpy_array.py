"""NumPy ``.npy``: the matrix alone, words one a line in ``NAME.words.txt`` beside it."""

import numpy as np

from ..errors import InputError
from ..outputs import atomic_output
from .arrays import blocks_of, joined
from .base import Format
from .sidecar import LINES, stem, words_beside, write_lines

MAGIC = b"\x93NUMPY"


def _recognises(head):
    return head.startswith(MAGIC)


def _read(source):
    """The matrix, mapped where the file allows it; never an object, whose code would be run."""
    words, counts, _ = words_beside(source, LINES)
    try:
        if source.is_plain_file:
            matrix = np.load(source.path, mmap_mode="r", allow_pickle=False)
        else:
            matrix = np.lib.format.read_array(source, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise InputError(f"{source.name}: cannot be read as .npy: {error}") from error
    if matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise InputError(
            f"{source.name}: holds {matrix.dtype} of shape {matrix.shape}; "
            "a matrix of floating-point numbers is needed"
        )
    return joined(words, matrix, source, counts)


def _side_files(path):
    return [stem(path) + LINES]


def _write(target, words, vectors):
    [beside] = _side_files(target.path)
    dtype = np.dtype(target.dtype).newbyteorder("<")
    header = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": tuple(map(int, vectors.shape)),
    }
    with atomic_output(target.path) as file, atomic_output(beside) as words_stream:
        stream = target.summed(file)
        np.lib.format.write_array_header_1_0(stream, header)
        for block in blocks_of(vectors, target.dtype, target.path):
            stream.write(block.data)
        write_lines(words_stream, words)


FORMAT = Format(
    name="npy",
    title="NumPy .npy",
    extensions=(".npy",),
    recognises=_recognises,
    read=_read,
    write=_write,
    side_files=_side_files,
    needs_file=True,
    spaces=True,
    half=True,
)
