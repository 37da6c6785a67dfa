"""The header of ``.npy`` files, written, and read without evaluating anything in it.

NumPy's own reader hands the header to the compiler of Python, and allocates what it says before it
looks whether so much is there.
"""

import re
from math import prod
from typing import NamedTuple

import numpy as np

MAGIC = b"\x93NUMPY"
ALIGNMENT = 64
"""The numbers begin at a multiple of it."""
LONGEST = 10_000
"""Bytes; NumPy's own limit."""
VERSIONS = {(1, 0): 2, (2, 0): 4, (3, 0): 4}
"""How many bytes hold the length of the header."""

_ENTRY = re.compile(
    r"""\s*(?:'(\w+)'|"(\w+)")\s*:\s*('[^'\\]*'|"[^"\\]*"|True|False|\([0-9L,\s]*\))\s*(,|$)"""
)
_DTYPE = re.compile(r"[<>=|]?[?biufcOSUV][0-9]{0,5}")
_WHOLE = re.compile(r"([0-9]{1,18})L?")


class Header(NamedTuple):
    """What stands before the numbers.

    Attributes
    ----------
    dtype : np.dtype
    is_fortran : bool           columns lie one behind the other, not rows
    shape : tuple of int        none below 0
    size : int                  bytes of the header, the magic included
    """

    dtype: np.dtype
    is_fortran: bool
    shape: tuple
    size: int

    @property
    def n_bytes(self):
        """Bytes of the numbers."""
        return prod(self.shape) * self.dtype.itemsize


def header_text(shape, dtype):
    """The header as NumPy writes it, without magic and padding: bytes."""
    return f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape!r}, }}".encode()


def npy_header(shape, dtype):
    """All bytes before the numbers, of an array in the order of C.

    Parameters
    ----------
    shape : tuple of int
    dtype : str            such as ``<f4``

    Returns
    -------
    bytes   a multiple of ALIGNMENT
    """
    text = header_text(shape, dtype)
    start = len(MAGIC) + 2 + VERSIONS[1, 0]
    length = -(-(start + len(text) + 1) // ALIGNMENT) * ALIGNMENT - start
    return MAGIC + b"\x01\x00" + length.to_bytes(2, "little") + text.ljust(length - 1) + b"\n"


def read_header(read):
    """The header of an array.

    Parameters
    ----------
    read : callable   read(n) -> the next n bytes, or fewer at the end

    Returns
    -------
    Header

    Raises
    ------
    ValueError   if it is none, or not one of plain numbers; nothing was allocated
    """
    start = read(len(MAGIC) + 2)
    length_bytes = VERSIONS.get(tuple(start[len(MAGIC) :]))
    if not start.startswith(MAGIC) or length_bytes is None:
        raise ValueError("it does not begin as such files do")
    length = int.from_bytes(read(length_bytes), "little")
    if length > LONGEST:
        raise ValueError("its header is too long")
    text = read(length)
    if len(text) < length:
        raise ValueError("its header is cut short")
    entries = _entries(text.decode("latin-1").strip())
    return Header(*_checked(entries), len(start) + length_bytes + length)


def _entries(text):
    """The keys and values of a header, as text."""
    entries = {}
    inner = text[1:-1].rstrip()
    position = 0
    while text[:1] == "{" and text[-1:] == "}" and position < len(inner):
        match = _ENTRY.match(inner, position)
        if match is None:
            break
        entries[match[1] or match[2]] = match[3]
        position = match.end()
    if position < len(inner) or set(entries) != {"descr", "fortran_order", "shape"}:
        raise ValueError("its header is not that of an array of plain numbers")
    return entries


def _checked(entries):
    """(dtype, is_fortran, shape) of the entries."""
    descr, shape = entries["descr"][1:-1], entries["shape"]
    numbers = [part.strip() for part in shape[1:-1].split(",")]
    if numbers[-1] == "":
        numbers.pop()
    whole = [_WHOLE.fullmatch(number) for number in numbers]
    if (
        entries["descr"][0] not in "'\""
        or not _DTYPE.fullmatch(descr)
        or entries["fortran_order"] not in ("True", "False")
        or shape[0] != "("
        or None in whole
    ):
        raise ValueError("its header is not that of an array of plain numbers")
    try:
        dtype = np.dtype(descr)
    except TypeError as error:
        raise ValueError(f"its type of numbers is {descr!r}") from error
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which could run code")
    return dtype, entries["fortran_order"] == "True", tuple(int(match[1]) for match in whole)
