"""Text from a fetched file: out of a ZIP archive or compressed, and cleaned as its recipe says."""

import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from lzma import LZMAError

from ..errors import InputError, field
from ..files.inputs import FREE_BYTES, MOST_EXPANSION, READ_SIZE, open_input
from ..files.paths import reason
from ..files.storedzip import DAMAGE_ERRORS
from .address import GIVE_FILE
from .dump import articles
from .text8 import cleaned
from .wikitext import paragraphs

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
"""Of archives with something in them, and with nothing."""
WEB_PAGE = (b"<!doctype html", b"<html")
WEB_PAGE_LOOK = 200
AGAIN = f"get it again ({field('force')}), or name another file"
ADDED = "__MACOSX/"
"""Begins the names of what a system adds to archives."""
MOST_SHOWN = 5
"""Names of files in an archive, in a message."""
DAMAGE = (*DAMAGE_ERRORS, OSError, zlib.error, LZMAError, NotImplementedError)


def write_text(path, corpus, stream, report):
    """Write the text that is in a fetched file.

    Parameters
    ----------
    path : str or Path       of the file
    corpus : entries.Corpus
    stream : binary stream   to write to
    report : object          has ``say(line)``; called as report("unpack", done, total), in bytes

    Returns
    -------
    int   bytes written

    Raises
    ------
    InputError   if the file is damaged, or not what it should be
    """
    n_written = 0
    with unpacked(path, corpus) as source:
        total = corpus.text_size if corpus.recipe == "text" else None
        report("unpack", 0, total)
        for piece in RECIPES[corpus.recipe](source, str(path)):
            if n_written == 0 and piece[:WEB_PAGE_LOOK].lstrip().lower().startswith(WEB_PAGE):
                report.say(
                    "this is a web page rather than text: is that the address of the file itself?"
                )
            stream.write(piece)
            n_written += len(piece)
            report("unpack", n_written, total)
    if not n_written:
        raise InputError(f"{path}: there is no text in it; name another file")
    return n_written


def _blocks(source, _name):
    while block := source.read(READ_SIZE):
        yield block


def _paragraphs(source, name):
    for text, namespaces in articles(source, name):
        lines = "".join(f"{line}\n" for line in paragraphs(text, namespaces))
        if lines:
            yield lines.encode(errors="replace")


RECIPES = {"text": _blocks, "any": _blocks, "wikifil": cleaned, "dump": _paragraphs}
"""Name -> generator of pieces of bytes: as it is; the same, of an unknown file; cleaned."""


@contextmanager
def unpacked(path, corpus):
    """A `_Bounded` stream of what is in a file."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(ZIP_STARTS[0]))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {reason(error)}") from error
    if start not in ZIP_STARTS:
        if corpus.recipe == "any" and corpus.member is not None:
            raise InputError(
                f"{path}: is no ZIP archive, so there is no {corpus.member!r} in it; leave out "
                + field("member")
            )
        with open_input(path) as source:
            yield _Bounded(source, corpus.text_size, path)
        return
    with ExitStack() as stack:
        with _damage_told(path):
            archive = stack.enter_context(zipfile.ZipFile(path))
            info = _member(archive, corpus, path)
            source = stack.enter_context(archive.open(info))
        yield _Bounded(_Member(source, path), info.file_size, path)


@contextmanager
def _damage_told(path):
    try:
        yield
    except DAMAGE as error:
        raise InputError(f"{path}: the archive is damaged: {error}; {AGAIN}") from error
    except MemoryError as error:  # LZMA asks at once for what its header says
        raise InputError(
            f"{path}: to unpack the archive more memory is needed than there is; {AGAIN}"
        ) from error


def _member(archive, corpus, path):
    """The file in an archive that is wanted; nothing is ever written under its name."""
    files = [info for info in archive.infolist() if not info.is_dir()]
    if corpus.is_vectors:
        files = [info for info in files if not info.filename.startswith(ADDED)]
    wanted = [info for info in files if corpus.member in (None, info.filename)]
    if len(wanted) != 1:
        raise _no_member(path, corpus, files)
    [info] = wanted
    if info.flag_bits & 1:
        raise InputError(f"{path}: {info.filename!r} is encrypted; decrypt it, and {GIVE_FILE}")
    most = corpus.text_size or max(FREE_BYTES, MOST_EXPANSION * info.compress_size)
    if info.file_size > most:
        raise InputError(
            f"{path}: {info.filename!r} would become {info.file_size:,} bytes, and no more than "
            f"{most:,} are expected; unpack it first if it is meant to be so large"
        )
    return info


def _no_member(path, corpus, files):
    """The error to raise where it is not clear which of the ``files`` of an archive is wanted."""
    if not files:
        return InputError(f"{path}: there are no files in the archive; name another")
    shown = ", ".join(repr(info.filename) for info in files[:MOST_SHOWN])
    shown += ", ..." if len(files) > MOST_SHOWN else ""
    if corpus.member is None:
        return InputError(
            f"{path}: there are {len(files):,} files in the archive: {shown}; "
            f"{field('member')} chooses one"
        )
    hint = f"give the {field('member')} that is wanted" if corpus.recipe == "any" else AGAIN
    return InputError(f"{path}: no {corpus.member!r} is in the archive, but {shown}; {hint}")


class _Member:
    """A stream of a file in an archive."""

    def __init__(self, stream, path):
        self._stream = stream
        self._path = path

    def read(self, size):
        """At most so many bytes."""
        with _damage_told(self._path):
            return self._stream.read(size)


class _Bounded:
    """A stream that is an error where there is more than there should be."""

    def __init__(self, stream, most, path):
        self._stream = stream
        self._left = most
        self._path = path

    def read(self, size):
        """At most so many bytes."""
        block = self._stream.read(size)
        if self._left is not None:
            self._left -= len(block)
            if self._left < 0:
                raise InputError(
                    f"{self._path}: there is more text in it than there should be; {AGAIN}"
                )
        return block
