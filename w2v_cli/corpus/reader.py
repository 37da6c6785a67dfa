"""Where the text comes from: files, folders and standard input, as blocks of bytes."""

import os

from ..errors import InputError
from ..inputs import READ_SIZE, open_input
from ..paths import STDIO, reason

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def expand_paths(paths):
    """The files that the CORPUS arguments stand for, in the order in which they are read.

    A folder stands for all files in it and its subfolders, by name; hidden ones (a leading dot)
    are left out.

    Parameters
    ----------
    paths : list of str   files, folders, or ``-`` for standard input

    Returns
    -------
    list of str

    Raises
    ------
    InputError   if a path does not exist, a folder holds no file, or ``-`` is given twice
    """
    if list(map(str, paths)).count(STDIO) > 1:
        raise InputError("standard input ('-') can be read only once; name it once")
    files = []
    for path in map(str, paths):
        if path == STDIO or not os.path.isdir(path):
            if path != STDIO and not os.path.exists(path):
                raise InputError(f"{path}: no such file or folder")
            files.append(path)
        else:
            files += _files_below(path)
    return files


def read_blocks(path):
    """Yield the decompressed bytes of a file, block by block, without a byte-order mark."""
    with open_input(path) as stream:
        block = stream.read(READ_SIZE).removeprefix(BYTE_ORDER_MARK)
        while block:
            yield block
            block = stream.read(READ_SIZE)


def _files_below(folder):
    def refuse(error):
        raise InputError(f"{error.filename}: cannot be opened: {reason(error)}") from error

    files = []
    for parent, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        files += [os.path.join(parent, name) for name in sorted(names) if not name.startswith(".")]
    if not files:
        raise InputError(f"{folder}: the folder holds no files")
    return files
