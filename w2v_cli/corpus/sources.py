"""What is given as a corpus: files, folders and standard input, and whether there is text in them.

A file that is named must be text. In folders, hidden files are left out, and so are those that are
something else, which is told.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..config import UTF_8, TextConfig
from ..errors import InputError, field
from ..files.encodings import is_utf8, is_wide, wide_encoding
from ..files.inputs import open_text
from ..files.kinds import kind_of
from ..files.paths import STDIO, Path, display_name, fits, reason
from ..wording.amounts import counted
from ..wording.marks import marked_encoding
from ..wording.nearnames import missing_file

READABLE = 0.9
"""The share of characters in text of two or four bytes each that are printable or white space."""
MOST_NAMED = 5
"""Files that a message names."""
RECORD_SUFFIX = ".w2v.json"
"""How the name of a record ends that lies beside vectors."""


class NotTextError(InputError):
    """A file is something else; ``what`` says what."""

    def __init__(self, path: Path, what: str, remedy: str) -> None:
        super().__init__(f"{display_name(path)}: is no text but {what}; {remedy}")
        self.what = what


class OtherEncodingError(NotTextError):
    """A file is in another encoding than the one that was named."""

    def __init__(self, path: Path, found: str, named: str, remedy: str) -> None:
        super(NotTextError, self).__init__(
            f"{display_name(path)}: is {found}, not {named}; {remedy}"
        )
        self.what = found


@dataclass(frozen=True)
class Source:
    """A file of text, or standard input.

    Attributes
    ----------
    path : str
    size : int or None       bytes, if it is plain UTF-8, so that it can be cut; else None
    encoding : str or None   None: it is looked at when it is read, as pipes can be read only once
    start : int              where reading begins, if it can be cut
    stop : int or None       where it ends, between two lines; None: at the end of the file
    """

    path: str
    size: int | None = None
    encoding: str | None = None
    start: int = 0
    stop: int | None = None

    @property
    def n_bytes(self) -> int | None:
        """How many bytes are read; None if nobody knows."""
        if self.size is None:
            return None
        return (self.size if self.stop is None else self.stop) - self.start


@dataclass(frozen=True)
class Sources:
    """What the arguments of a command stand for.

    Attributes
    ----------
    files : tuple of Source             in the order in which they are read
    skipped : tuple of (str, str)       what folders have beside: paths, and what they are
    """

    files: tuple[Source, ...]
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """How a message names all."""
        return display_name(self.files[0].path) if len(self.files) == 1 else self.number

    @property
    def number(self) -> str:
        """How many files there are, in words."""
        return counted(len(self.files), "file")

    def skipping_note(self) -> str | None:
        """What the user should know of files that were not read; None if all were."""
        if not self.skipped:
            return None
        return f"skipped {len(self.skipped):,} of {self.n_found:,} files: {_listed(self.skipped)}"

    @property
    def n_found(self) -> int:
        """Files that were read, and those that were not."""
        return len(self.files) + len(self.skipped)


def decoding_note(encodings: Sequence[tuple[str, str]]) -> str:
    """What is said of text that was decoded as its marks say: (path, encoding) of each."""
    return f"decoded by their byte-order marks: {_listed(encodings)}"


def _listed(named: Sequence[tuple[str, str]]) -> str:
    shown = ", ".join(f"{display_name(path)} ({what})" for path, what in named[:MOST_NAMED])
    n_more = len(named) - MOST_NAMED
    return f"{shown} and {n_more:,} more" if n_more > 0 else shown


def choose(
    paths: Iterable[Path], glob: Sequence[str] = (), encoding: str = TextConfig.encoding
) -> Sources:
    """The text that the CORPUS arguments stand for.

    Parameters
    ----------
    paths : iterable of str or Path   files, folders, or ``-`` for standard input
    glob : sequence of str            patterns; of folders take what fits one of them. Those with a
                                      slash are for the path below the folder
    encoding : str                    of text without a byte-order mark

    Returns
    -------
    Sources

    Raises
    ------
    InputError   if a path does not exist, a folder holds no text, a file that is named is no text,
                 or ``-`` is given twice
    """
    files: list[Source] = []
    skipped: list[tuple[str, str]] = []
    for path in _names(paths):
        if path != STDIO and os.path.isdir(path):
            files_there, skipped_there = _text_below(path, glob, encoding)
            files += files_there
            skipped += skipped_there
        else:
            _check_existence(path)
            files.append(examine(path, encoding))
    return Sources(tuple(files), tuple(skipped))


def expand_paths(paths: Iterable[Path], glob: Sequence[str] = ()) -> list[str]:
    """The files that arguments stand for, whatever is in them; see `choose`."""
    files: list[str] = []
    for path in _names(paths):
        if path != STDIO and os.path.isdir(path):
            files += _files_below(path, glob)
        else:
            _check_existence(path)
            files.append(path)
    return files


def _names(paths: Iterable[Path]) -> list[str]:
    names = list(map(str, paths))
    if names.count(STDIO) > 1:
        raise InputError("standard input ('-') can be read only once; name it once")
    return names


def examine(path: str, encoding: str = TextConfig.encoding) -> Source:
    """Look at the beginning of a file.

    Raises
    ------
    NotTextError   if it is something else
    InputError     if it cannot be read
    """
    if path == STDIO:
        return Source(path)
    try:
        status = os.stat(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    if not stat.S_ISREG(status.st_mode):
        return Source(path)
    with open_looking(path, encoding) as stream:
        return Source(path, None if stream.is_decoded else stream.size, stream.encoding)


def open_looking(path: str, encoding: str):
    """`files.inputs.open_text` of a corpus: NotTextError if it is something else."""

    def look(head: bytes, encoding: str) -> None:
        check_text(head, encoding, path)

    return open_text(path, encoding, keep_in_memory=False, keep_mark=True, look=look)


def check_text(head: bytes, encoding: str, path: Path) -> None:
    """Raise NotTextError unless a file may be text that begins with these bytes."""
    if is_wide(encoding):
        _check_wide(head, encoding, path)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
        if sum(map(str.isprintable, text)) + sum(map(str.isspace, text)) < READABLE * len(text):
            raise NotTextError(path, f"binary, though it begins as {encoding} does", "give text")
        head = text.encode(errors="replace")
    elif wide := wide_encoding(head):
        what = f"{wide[:6].upper()} without a byte-order mark"
        raise NotTextError(path, what, f"give {field('encoding', wide)}")
    if kind := kind_of(head):
        raise NotTextError(path, kind.what, kind.remedy)


def _check_wide(head: bytes, encoding: str, path: Path) -> None:
    """Raise NotTextError if text in an encoding of two or four bytes is in another one."""
    if marked_encoding(head):
        return
    wide = wide_encoding(head)
    if wide and wide != encoding:
        advice = f"give {field('encoding', wide)}"
        raise OtherEncodingError(path, wide.upper(), encoding.upper(), advice)
    if b"\0" not in head and is_utf8(head, is_whole=False):
        advice = f"leave out {field('encoding')}"
        raise OtherEncodingError(path, UTF_8.upper(), encoding.upper(), advice)


def _check_existence(path: str) -> None:
    if path != STDIO and not os.path.exists(path):
        hint = missing_file(path) or "name a file or folder that is there, or -"
        raise InputError(f"{path}: no such file or folder; {hint}")


def _text_below(folder, glob, encoding):
    """(sources, what is skipped) of a folder."""
    files, skipped = [], []
    for path in _files_below(folder, glob):
        try:
            files.append(_examine_found(path, encoding))
        except NotTextError as error:
            skipped.append((path, error.what))
        except InputError as error:
            fault = error.message.removeprefix(f"{path}: ")
            skipped.append((path, fault.partition(";")[0]))
    if not files:
        raise InputError(f"{folder}: there is no text in the folder: {_listed(skipped)}")
    return files, skipped


def _examine_found(path, encoding):
    if os.path.exists(path) and not os.path.isfile(path):
        raise NotTextError(path, "no regular file", "name it")
    if path.endswith(RECORD_SUFFIX):
        raise NotTextError(path, "the record of vectors", "give text")
    return examine(path, encoding)


def _files_below(folder, glob):
    def refuse(error):
        raise InputError(f"{error.filename}: cannot be opened: {reason(error)}") from error

    files = []
    for parent, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        files += [os.path.join(parent, name) for name in sorted(names) if not name.startswith(".")]
    if not files:
        raise InputError(f"{folder}: the folder holds no files; name one with text in it")
    chosen = [path for path in files if fits(os.path.relpath(path, folder), glob)]
    if not chosen:
        raise InputError(
            f"{folder}: none of its {len(files):,} files fits {field('glob', glob[0])}; "
            "give another pattern, in quotes"
        )
    return chosen
