"""Arrays (``.npy``) that are members of a ZIP archive, used where they lie."""

import io
import math

import numpy as np

from .npyheader import read_header
from .storedzip import DamageError

LONGEST_HEADER = 1 << 14


def array_in(memory, region, name, shape, dtype):
    """An array over the bytes of a member.

    Parameters
    ----------
    memory : buffer          the whole archive
    region : Region          where the member lies
    name : str               of the member, for messages
    shape : tuple of int
    dtype : str              such as ``<f4``

    Returns
    -------
    ndarray   of that shape

    Raises
    ------
    DamageError   where its own header says anything else
    """
    head = bytes(memory[region.start : min(region.start + LONGEST_HEADER, region.stop)])
    other = DamageError(f"{name} is not an array of type {dtype} and shape {shape}")
    try:
        header = read_header(io.BytesIO(head).read)
    except ValueError as error:
        raise other from error
    if (header.shape, header.dtype, header.is_fortran) != (shape, np.dtype(dtype), False):
        raise other
    first = region.start + header.size
    if region.stop - first != header.n_bytes:
        raise DamageError(
            f"{name} has {region.stop - first} bytes of numbers, not {header.n_bytes}"
        )
    return np.frombuffer(memory, dtype, math.prod(shape), first).reshape(shape)
