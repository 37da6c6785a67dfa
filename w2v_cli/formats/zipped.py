"""The file of vectors in a ZIP archive, as GloVe, fastText and others publish them."""

import io
import zipfile
from contextlib import contextmanager

from ..errors import InputError
from ..files.inputs import FREE_BYTES, LOOKED_AT, MOST_EXPANSION, expanded_error, inner_stream
from ..files.kinds import kind_of
from ..files.storedzip import DAMAGE_ERRORS
from .base import Opened
from .detect import HEAD_SIZE
from .foreign import AS_TEXT
from .recognition import looks_like_vectors
from .transformer.statedict import is_torch_archive
from .w2v import is_own_archive
from .wordrules import some_of

LOOKED_INTO = 50
"""Members of an archive of which the first bytes are looked at."""
ENCRYPTED = 1
METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 99: "AES encryption"}
"""Of the ZIP format's own list: some that Python does not read."""
ARRAYS = ".npy"


@contextmanager
def open_zipped(found, asked):
    """What an archive holds.

    Parameters
    ----------
    found : Opened   the archive; all of it is its ``head`` where its stream has no size
    asked : str or None   the member that is meant

    Yields
    ------
    Opened   the archive itself, if it is one of ours or damaged: its reader tells that

    Raises
    ------
    InputError   as `containers.open_vectors`
    """
    file = found.path if found.stream.size is not None else io.BytesIO(found.head)
    with _archive(file) as archive:
        if archive is None or (asked is None and _is_for_reader(archive.namelist())):
            yield found
            return
        with _opened_member(archive, found, asked) as opened:
            yield opened


def _is_for_reader(names):
    """Whether an archive with such members is itself what a format reads."""
    return is_own_archive(names) or is_torch_archive(names)


@contextmanager
def _archive(file):
    """An open ZipFile; None if it is damaged, for the reader of our own format tells that."""
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGE_ERRORS:
        yield None
        return
    with archive:
        yield archive


@contextmanager
def _opened_member(archive, found, asked):
    path, name = found.path, found.name
    members = [member for member in archive.infolist() if _is_file(member)]
    if asked is None:
        member = _only_vectors(archive, members, found)
    else:
        member = _named(members, asked, name)
        path = name = f"{name}:{member.filename}"
    with _stream(archive, member, name) as stream:
        stream.compression = "zip"
        yield Opened(path, name, stream, stream.read(HEAD_SIZE), is_member=True)


def _is_file(member):
    """Whether a member is a file with content, and none of those that systems add."""
    folder, _, base = member.filename.rpartition("/")
    is_added = folder.split("/")[0] == "__MACOSX" or base.startswith(".")
    return bool(base) and not is_added and member.file_size > 0


def _named(members, asked, name):
    """The member of that name, or the only one whose name ends so behind a folder."""
    exact = [member for member in members if member.filename == asked]
    ends = [member for member in members if member.filename.endswith("/" + asked)]
    if len(exact or ends) == 1:
        return (exact or ends)[0]
    raise InputError(
        f"{name}: has no file {asked!r} in it, but {_names(members)}; name one of them"
    )


def _only_vectors(archive, members, opened):
    """The member that is a file of vectors."""
    name = opened.name
    if members and all(member.filename.endswith(ARRAYS) for member in members):
        raise InputError(
            f"{name}: is a NumPy archive of arrays ({_names(members)}); save the matrix as "
            "NAME.npy, and its words, one a line, as NAME.words.txt"
        )
    if len(members) == 1:
        return members[0]
    found = [member for member in members[:LOOKED_INTO] if _holds_vectors(archive, member, name)]
    if len(found) == 1:
        return found[0]
    kind = None if found else kind_of(opened.head)
    if kind is not None and not kind.what.startswith(("a ZIP", "binary")):
        raise InputError(f"{name}: is {kind.what}, which cannot be read here; {AS_TEXT}")
    if not found:
        raise InputError(
            f"{name}: is a ZIP archive without a file of vectors that can be read here; it holds "
            f"{_names(members) or 'nothing'}"
        )
    raise InputError(
        f"{name}: holds {len(found)} files of vectors ({_names(found)}); say which: "
        f"{name}:{found[0].filename}"
    )


def _holds_vectors(archive, member, name):
    """Whether the first bytes of a member are those of a file of vectors."""
    try:
        with _stream(archive, member, name) as stream:
            return looks_like_vectors(stream.read(LOOKED_AT), name)
    except InputError:
        return False


def _names(members):
    return some_of([member.filename for member in members], 8)


@contextmanager
def _stream(archive, member, name):
    """The decompressed bytes of a member: InputStream."""
    if member.flag_bits & ENCRYPTED:
        raise InputError(
            f"{name}: {member.filename!r} in it is encrypted; unpack the archive first"
        )
    try:
        file = archive.open(member)
    except NotImplementedError:
        method = METHODS.get(member.compress_type, f"method {member.compress_type}")
        raise InputError(
            f"{name}: {member.filename!r} in it is compressed with {method}, which Python does not "
            "read; unpack the archive first, with 7z or unzip"
        ) from None
    except DAMAGE_ERRORS as error:
        raise _damaged(name, member, error) from error
    with file:
        yield inner_stream(_Member(file, member, name), name)


class _Member:
    """The bytes of a member; damage becomes an InputError, and so do decompression bombs."""

    def __init__(self, file, member, name):
        self._file, self._member, self._name = file, member, name
        self._left = max(FREE_BYTES, MOST_EXPANSION * member.compress_size)

    def read(self, size):
        """The next bytes; none at the end."""
        try:
            data = self._file.read(size)
        except DAMAGE_ERRORS as error:
            raise _damaged(self._name, self._member, error) from error
        self._left -= len(data)
        if self._left < 0:
            raise expanded_error(self._name)
        return data


def _damaged(name, member, error):
    shown = " ".join(str(error).split())
    return InputError(
        f"{name}: {member.filename!r} in it is damaged or cut short ({shown}); "
        "get or make the file again"
    )
