"""ZIP archives whose members are not compressed, so that they can be mapped as they lie.

Members begin at a page of the file where that is asked for. The same content gives the same bytes:
nothing in the archive tells of time or place.
"""

import stat
import struct
import zipfile
from contextlib import contextmanager
from typing import NamedTuple

from ..errors import InputError
from .paths import reason

try:
    # Five times as fast as zlib; it has no wheels for some processors.
    from isal.isal_zlib import crc32
except ImportError:
    from zlib import crc32

__all__ = [
    "DAMAGE_ERRORS",
    "MAGIC",
    "DamageError",
    "Region",
    "add_member",
    "checked_bytes",
    "crc32",
]
__all__ += ["damage_told", "regions"]

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
"""How ZIP archives begin; the second one is empty."""
PAGE = 4096

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ZIP64_EXTRA_BYTES = 20
_ALIGNMENT_EXTRA = struct.Struct("<HHH")
_ALIGNMENT_ID = 0xD935
"""The extra field with which Android's tools align members; all others skip it."""
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


class DamageError(Exception):
    """What is wrong with an archive."""


DAMAGE_ERRORS = (
    DamageError,
    zipfile.BadZipFile,
    EOFError,
    struct.error,
    ValueError,
    IndexError,
    OverflowError,
    RuntimeError,
)
"""What zipfile and json raise, given bytes that nobody wrote on purpose."""


class Region(NamedTuple):
    """Where in the file the bytes of a member lie.

    Attributes
    ----------
    start, stop : int   the bytes from ``start`` up to ``stop``
    crc : int           their CRC-32, as the archive says
    """

    start: int
    stop: int
    crc: int

    @property
    def size(self):
        """Number of bytes."""
        return self.stop - self.start


@contextmanager
def damage_told(name, what, advice):
    """Turn everything that unreadable or damaged bytes may raise into one InputError.

    Parameters
    ----------
    name : str     of the file
    what : str     what the file should be, such as ``the encoded corpus``
    advice : str   what to do about it
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {reason(error)}") from error
    except DAMAGE_ERRORS as error:
        shown = " ".join(str(error).split())
        raise InputError(f"{name}: {what} is damaged or cut short ({shown}); {advice}") from error


def add_member(archive, name, blocks, at_page=False):
    """Write one member.

    Parameters
    ----------
    archive : zipfile.ZipFile    open for writing, on a stream that can tell its position
    name : str                   ASCII
    blocks : iterable of bytes   or of buffers
    at_page : bool               whether its data begin at a page
    """
    member = zipfile.ZipInfo(name, _FIXED_DATE)
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    if at_page:
        member.extra = _padding(archive.fp.tell(), name)
    # Always with 64-bit sizes: how long the header is must not depend on what follows.
    with archive.open(member, "w", force_zip64=True) as stream:
        for block in blocks:
            stream.write(block)


def regions(archive, file, size):
    """Where the members of an archive lie, none of them read yet.

    Parameters
    ----------
    archive : zipfile.ZipFile   open for reading
    file : binary stream        the file that it reads; its position changes
    size : int                  bytes of the file

    Returns
    -------
    dict of str to Region   folders in the archive are left out

    Raises
    ------
    DamageError   if a member is compressed or encrypted, is there twice, has two sizes, lies
                  outside of the file or upon another one
    """
    found = {}
    for member in archive.infolist():
        if member.is_dir():
            continue
        name = member.filename
        if name in found:
            raise DamageError(f"{name} is there twice")
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            raise DamageError(f"{name} is compressed or encrypted")
        if member.compress_size != member.file_size:
            raise DamageError(f"{name} has two sizes")
        found[name] = _region(archive, file, member, size)
    end = 0
    for name, region in sorted(found.items(), key=lambda item: item[1].start):
        if region.start < end:
            raise DamageError(f"{name} lies upon another member")
        end = region.stop
    return found


def checked_bytes(memory, region, name):
    """The bytes of a member, read and held against their checksum.

    Parameters
    ----------
    memory : buffer    the whole file
    region : Region    where the member lies
    name : str         of the member, for messages

    Returns
    -------
    bytes

    Raises
    ------
    DamageError   if the checksum is wrong
    """
    data = memory[region.start : region.stop]
    if crc32(data) != region.crc:
        raise DamageError(f"the checksum of {name} is wrong")
    return data if isinstance(data, bytes) else bytes(data)


def _padding(position, name):
    """An extra field after which a member's data begin at a page."""
    end = position + _LOCAL_HEADER.size + len(name) + _ZIP64_EXTRA_BYTES + _ALIGNMENT_EXTRA.size
    n_zeros = -end % PAGE
    return _ALIGNMENT_EXTRA.pack(_ALIGNMENT_ID, 2 + n_zeros, PAGE) + bytes(n_zeros)


def _region(archive, file, member, size):
    name = member.filename
    if not 0 <= member.header_offset <= member.header_offset + member.file_size <= size:
        raise DamageError(f"{name} does not fit into the file")
    # zipfile compares the header before the data with the directory at the end.
    archive.open(member).close()
    file.seek(member.header_offset)
    _, name_length, extra_length = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    start = member.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    if start + member.file_size > min(size, archive.start_dir):
        raise DamageError(f"{name} does not fit into the file")
    return Region(start, start + member.file_size, member.CRC)
