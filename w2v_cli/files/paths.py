"""How inputs and outputs are named, and what messages say of them."""

import errno
import os
import stat
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

from ..wording.nearnames import missing_file

Path: TypeAlias = "str | os.PathLike[str]"

STDIO = "-"
"""Standard input or output, wherever a file is expected."""
COMPRESSIONS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
"""Extension -> how a file of vectors is compressed that is written under such a name."""


def split_compression(path):
    """A path as text without the extension that means compression, and that (empty if none)."""
    root, extension = os.path.splitext(str(path))
    return (root, extension) if extension.lower() in COMPRESSIONS else (str(path), "")


def target_name(path):
    """What to call an output in messages; ``-`` is standard output."""
    return "standard output" if path == STDIO else path


def display_name(path):
    """How a message names an input: the path itself, or ``standard input``."""
    return "standard input" if str(path) == STDIO else str(path)


def is_special(path):
    """Whether ``path`` is there and is a pipe or a device: nothing that a rename may replace."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def folder_beside(output):
    """Where temporary files of the work on an output lie: its folder, where there is room for it.

    That of ``tempfile`` for streams, and where there is no output (None).
    """
    if output is None or str(output) == STDIO or is_special(output):
        from tempfile import gettempdir

        return gettempdir()
    return os.path.dirname(os.path.realpath(output))


def reason(error, path=None):
    """What the operating system says of an error, without the path; and of a file that is not there
    what may have been meant. ``path`` is that file if it is not the one that the error names.
    """
    said = getattr(error, "strerror", None) or str(error)
    path = path or getattr(error, "filename", None)
    if getattr(error, "errno", None) == errno.ENOENT and isinstance(path, str):
        hint = missing_file(path)
        return f"{said}; {hint}" if hint else said
    return said


def fits(path: str, glob: Sequence[str]) -> bool:
    """Whether a path below a folder fits one of some patterns; any does where there is none."""
    name = os.path.basename(path)
    return not glob or any(
        fnmatchcase(path if "/" in pattern else name, pattern) for pattern in glob
    )
