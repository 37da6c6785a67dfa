"""Where the text comes from: files, folders and standard input, cut into parts of equal size."""

import os
import stat
from dataclasses import dataclass

from ..errors import InputError
from ..files.compression import MAGIC_LENGTH, is_compressed
from ..files.inputs import READ_SIZE, open_input
from ..files.paths import STDIO, display_name, reason
from ..files.storedzip import MAGIC
from ..machine.threads import read_ahead
from ..wording.nearnames import missing_file

LEAST_PART = 4 << 20
"""Smaller parts of a text are not worth a thread."""
SPACES = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f", b"\0")


@dataclass(frozen=True)
class Part:
    """A file, or the bytes of it from ``start`` up to ``stop``; None is the end of the file."""

    path: str
    start: int = 0
    stop: int | None = None


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
                hint = missing_file(path) or "name a file or folder that is there, or -"
                raise InputError(f"{path}: no such file or folder; {hint}")
            files.append(path)
        else:
            files += _files_below(path)
    return files


def divide(files, n_runs):
    """Divide files among threads: runs of about equal size that follow one another.

    Only plain files are cut, at white space. What a thread gets is in the order of the text, so
    that words are met in the same order whatever the number of threads.

    Parameters
    ----------
    files : list of str
    n_runs : int   at most so many

    Returns
    -------
    list of list of Part
    """
    sizes = [plain_size(path) for path in files]
    total = sum(size or 0 for size in sizes)
    n_runs = max(min(n_runs, total // LEAST_PART), 1)
    share = -(-total // n_runs)
    runs, room = [[]], share
    for path, size in zip(files, sizes, strict=True):
        start = 0
        while size is not None and size - start > room and len(runs) < n_runs:
            border = _border(path, start + room) if room > 0 else start
            if border == size:
                break
            if border > start:
                runs[-1].append(Part(path, start, border))
            runs.append([])
            start, room = border, share
        runs[-1].append(Part(path, start))
        room -= (size or 0) - start
    return [run for run in runs if run]


def plain_size(path):
    """The size of a file in bytes, or None if it is compressed or no regular file."""
    if path == STDIO:
        return None
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return None
        with open(path, "rb") as file:
            head = file.read(MAGIC_LENGTH)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    _check_text(head, path)
    return None if is_compressed(head) else status.st_size


def read_blocks(part):
    """Yield the decompressed bytes of a part, block by block."""
    with open_input(part.path, part.start, keep_in_memory=False) as stream:
        blocks = _blocks(stream, part)
        # Decompressing takes longer than all the rest: it gets a thread of its own.
        yield from read_ahead(blocks) if stream.is_compressed else blocks


def _blocks(stream, part):
    left = None if part.stop is None else part.stop - part.start
    is_first = part.start == 0
    while left is None or left > 0:
        block = stream.read(READ_SIZE if left is None else min(READ_SIZE, left))
        if not block:
            return
        if left is not None:
            left -= len(block)
        if is_first:
            _check_text(block, part.path)
            is_first = False
        yield block


def _check_text(head, path):
    if head.startswith(MAGIC):
        raise InputError(
            f"{display_name(path)}: is a ZIP archive or an encoded corpus, not text; w2v train "
            "takes one encoded corpus (.w2vc), by its name, as its only CORPUS"
        )


def _border(path, target):
    """The place of the first white space from ``target`` on, or the end of the file."""
    with open_input(path, target) as stream:
        position = target
        while block := stream.read(READ_SIZE):
            places = [place for place in map(block.find, SPACES) if place >= 0]
            if places:
                return position + min(places)
            position += len(block)
    return position


def _files_below(folder):
    def refuse(error):
        raise InputError(f"{error.filename}: cannot be opened: {reason(error)}") from error

    files = []
    for parent, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        files += [os.path.join(parent, name) for name in sorted(names) if not name.startswith(".")]
    if not files:
        raise InputError(f"{folder}: the folder holds no files; name one with text in it")
    return files
