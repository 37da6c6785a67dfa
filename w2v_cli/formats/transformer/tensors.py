"""One tensor of a file of many: where its numbers lie, and its rows, some at a time.

A file of safetensors is a uint64, the length of a JSON object, that object (name -> type, shape and
first and last byte behind it) and the numbers. Nothing is read of it but the object and the rows
that are asked for, whatever the size of the file (README of safetensors).
"""

import json
import math
import os
from typing import NamedTuple

import numpy as np

from ...embeddings.blocks import row_blocks
from ...errors import InputError
from ...files.paths import reason
from ..safetensors_file import LENGTH_BYTES, MAX_HEADER

ITEM_BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8,
    "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip
"""Bytes of a number of each type. Others, such as the 8-bit floats, are not read."""
NUMPY_TYPES = {"F64": "f8", "F32": "f4", "F16": "f2", "BF16": "u2"}
INDEX_KEY = "weight_map"
LARGEST_INDEX = 1 << 28


class Tensor(NamedTuple):
    """A tensor in a file.

    Attributes
    ----------
    path : str            of the file; None as long as nobody has looked into it
    dtype : str           as safetensors calls it
    shape : tuple of int
    start : int           the byte at which its numbers begin
    order : str           ``<`` or ``>``: the order of bytes
    """

    path: str
    dtype: str
    shape: tuple
    start: int
    order: str = "<"

    def rows(self, wanted):
        """Some rows of a matrix of a type of `families.READ`, from the file.

        What is in memory is the result, and a block of rows.

        Parameters
        ----------
        wanted : ndarray of int64, shape (n,), ascending

        Returns
        -------
        ndarray of float32, shape (n, dim)

        Raises
        ------
        InputError   if the file cannot be read, or ends before
        """
        n_rows, dim = self.shape
        found = np.empty((len(wanted), dim), dtype=np.float32)
        stored = np.dtype(self.order + NUMPY_TYPES[self.dtype])
        try:
            with open(self.path, "rb", buffering=0) as file:
                for some in row_blocks(n_rows):
                    first, last = np.searchsorted(wanted, (some.start, some.stop))
                    if first < last:
                        block = self._block(file, some, stored)
                        found[first:last] = _floats(block[wanted[first:last] - some.start])
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {reason(error)}") from error
        return found

    def _block(self, file, some, stored):
        """Rows as they are stored: ndarray of that type, shape (n, dim)."""
        dim = self.shape[1]
        size = (some.stop - some.start) * dim * stored.itemsize
        file.seek(self.start + some.start * dim * stored.itemsize)
        data = bytearray(size)
        view, n_read = memoryview(data), 0
        while n_read < size:
            more = file.readinto(view[n_read:])
            if not more:
                raise InputError(
                    f"{self.path}: is cut short within its numbers; get or make the file again"
                )
            n_read += more
        return np.frombuffer(data, stored).reshape(-1, dim)


def _floats(stored):
    """Numbers as float32; of bfloat16 (as uint16) the upper half of one is there."""
    if stored.dtype.kind == "u":
        return (stored.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):  # float64 beyond float32: what is infinite is told later
        return stored.astype(np.float32)


def tensors_of_safetensors(path):
    """The tensors of a file of safetensors: dict of name to Tensor.

    Raises
    ------
    InputError   if it cannot be read, or is damaged or cut short
    """
    try:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(LENGTH_BYTES), "little")
            header = file.read(length) if 2 <= length <= MAX_HEADER else b""
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    if not header or len(header) < length:
        raise InputError(
            f"{path}: is damaged or cut short: no list of its tensors; get or make the file again"
        )
    content = json_object(header, path)
    start = LENGTH_BYTES + length
    found = {}
    for name, entry in content.items():
        if name != "__metadata__":
            found[name] = _tensor(path, name, entry, start, size)
    return found


def _tensor(path, name, entry, start, size):
    try:
        dtype, shape, (first, last) = entry["dtype"], entry["shape"], entry["data_offsets"]
        numbers = [*shape, first, last]
        # type(), because true and false are integers to isinstance().
        are_sound = isinstance(dtype, str) and all(type(each) is int for each in numbers)
        are_sound = are_sound and min(numbers) >= 0 and first <= last
    except (TypeError, KeyError, ValueError):
        are_sound = False
    if not are_sound:
        raise InputError(
            f"{path}: is damaged: what it says of tensor {name!r:.100}; get or make the file again"
        )
    if start + last > size:
        raise InputError(
            f"{path}: is cut short: it has {size:,} bytes, and tensor {name!r:.100} ends at "
            f"{start + last:,}; get or make the file again"
        )
    expected = ITEM_BYTES.get(dtype, 0) * math.prod(shape)
    if dtype in ITEM_BYTES and expected != last - first:
        raise InputError(
            f"{path}: is damaged: tensor {name!r:.100} of {dtype} {shape} in {last - first:,} "
            f"bytes; get or make the file again"
        )
    return Tensor(path, dtype, tuple(shape), start + first)


def json_object(data, path):
    """The dict that bytes of JSON hold; InputError if they are something else."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}; get or make the file again") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}: is not a JSON object; get or make the file again")
    return content


def shards_of(path):
    """Which file has each tensor, by an index such as ``model.safetensors.index.json``.

    Returns
    -------
    dict of str to str   name -> path

    Raises
    ------
    InputError   if it is damaged, or names a file that is not in its own folder
    """
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_INDEX)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    where = json_object(data, path).get(INDEX_KEY)
    if not isinstance(where, dict) or not where:
        raise InputError(f"{path}: has no object {INDEX_KEY!r}; get or make the file again")
    folder = os.path.dirname(path)
    for name, file in where.items():
        if not isinstance(file, str) or file in ("", ".", "..") or set(file) & set("/\\\0"):
            raise InputError(
                f"{path}: names {file!r:.100} for tensor {name!r:.100}, which is no file in its "
                f"folder; get or make the file again"
            )
    return {name: os.path.join(folder, file) for name, file in where.items()}
