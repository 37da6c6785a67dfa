"""Valid files made wrong: bits, lengths and numbers changed, inside of archives too.

Random bytes hardly get past the first check of a reader. So what is changed is a valid file, and
what a checksum covers is changed before the checksum is made.
"""

import bz2
import gzip
import io
import lzma
import re
import warnings
import zipfile

import zstandard

LARGEST_INPUT = 1 << 14
NUMBERS = (
    0, 1, 2, 3, 127, 128, 255, 256, 32767, 65535, 65536, 2**24, 2**24 + 1, 2**31 - 1, 2**31,
    2**32 - 1, 2**32, 10**12, 2**48, 2**61, 2**62, 2**63 - 1, 2**63, 2**64 - 1, -1, -2, -(2**31),
    -(2**63),
)  # fmt: skip
TEXTS = (
    b"", b"-1", b"0", b"1", b"1000000000000", b"9223372036854775807", b"9223372036854775808",
    b"1e999", b"-1e999", b"1e-999", b"nan", b"NaN", b"Infinity", b"null", b"true", b"[]", b"{}",
    b'""', b'"\\ud800"', b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\0", b"\r\n", b"\n", b"\t",
    b" ", b"'", b'"', b"\\", b"1_0", b"4" * 5000, b"[" * 3000, b"1.5", b"0x10", b"9" * 20,
)  # fmt: skip
DIGITS = re.compile(rb"-?\d+")
SMALL_XZ = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 4096}]
"""To clear tables for more would take longer than all the rest."""
COMPRESSORS = {
    b"\x1f\x8b": (gzip.decompress, lambda data: gzip.compress(data, 1, mtime=0)),
    b"BZh": (bz2.decompress, lambda data: bz2.compress(data, 1)),
    b"\xfd7zXZ\x00": (lzma.decompress, lambda data: lzma.compress(data, filters=SMALL_XZ)),
    b"\x28\xb5\x2f\xfd": (
        lambda data: zstandard.ZstdDecompressor().decompress(data, 1 << 20),
        zstandard.ZstdCompressor(1).compress,
    ),
}
UNREADABLE = (
    OSError, EOFError, ValueError, RuntimeError, IndexError, lzma.LZMAError, zipfile.BadZipFile,
    zstandard.ZstdError, gzip.zlib.error, gzip.struct.error, KeyError, OverflowError, MemoryError,
)  # fmt: skip


def mutated(data, random, others):
    """A changed copy of a file.

    Parameters
    ----------
    data : bytes
    random : random.Random
    others : list of bytes   valid files, of which parts may be taken

    Returns
    -------
    bytes   LARGEST_INPUT at most
    """
    inside = None
    if random.random() < 0.75:
        inside = _inside(data, random, others)
    if inside is None or random.random() < 0.05:
        inside = _changed(inside or data, random, others)
    return inside[:LARGEST_INPUT]


def _inside(data, random, others):
    """A copy changed beneath its checksums; None if it is no archive and not compressed."""
    try:
        if data.startswith(b"PK"):
            return _changed_archive(data, random, others)
        for magic, (decompress, compress) in COMPRESSORS.items():
            if data.startswith(magic):
                plain = decompress(data)[: 4 * LARGEST_INPUT]
                return compress(mutated(plain, random, others))
    except UNREADABLE:
        pass
    return None


def _changed_archive(data, random, others):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    members = [(name, content[: 4 * LARGEST_INPUT]) for name, content in members]
    place = random.randrange(len(members))
    name, content = members[place]
    method = zipfile.ZIP_STORED
    choice = random.random()
    if choice < 0.85:
        members[place] = name, _changed(content, random, others)
    elif choice < 0.88:
        del members[place]
    elif choice < 0.91:
        members[place] = random.choice(("../" + name, "/" + name, name + "/", "x")), content
    elif choice < 0.94:
        members.insert(place, (name + "x", content))
    elif choice < 0.97:
        method = random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    else:
        random.shuffle(members)
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # names may be there twice
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def _changed(data, random, others):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        change = random.choice(CHANGES)
        change(data, random, others)
    return bytes(data)


def _flip_bit(data, random, _others):
    if data:
        data[_place(data, random)] ^= 1 << random.randrange(8)


def _set_byte(data, random, _others):
    if data:
        data[_place(data, random)] = random.randrange(256)


def _truncate(data, random, _others):
    del data[random.randrange(len(data) + 1) :]


def _delete(data, random, _others):
    start = random.randrange(len(data) + 1)
    del data[start : start + random.choice((1, 1, 2, 4, 8, 100))]


def _repeat(data, random, _others):
    start = random.randrange(len(data) + 1)
    part = data[start : start + random.choice((1, 4, 16, 200))]
    data[start:start] = part * random.choice((1, 1, 2, 20))


def _splice(data, random, others):
    other = random.choice(others)
    start, from_ = random.randrange(len(data) + 1), random.randrange(len(other) + 1)
    data[start : start + random.choice((0, 8, 100, 10**6))] = other[from_ : from_ + 2000]


def _insert_text(data, random, _others):
    start = random.randrange(len(data) + 1)
    data[start:start] = random.choice(TEXTS)


def _change_number(data, random, _others):
    """Another number in the place of one in digits."""
    found = list(DIGITS.finditer(data[: 1 << 12]))
    if found:
        match = found[min(random.randrange(len(found)), random.randrange(len(found)))]
        data[match.start() : match.end()] = random.choice(
            (random.choice(TEXTS), b"%d" % random.choice(NUMBERS))
        )


def _change_integer(data, random, _others):
    """Another number in the place of a binary one."""
    size = random.choice((1, 2, 4, 8))
    if len(data) >= size:
        start = _place(data, random) // size * size if random.random() < 0.5 else 0
        start = max(0, min(start + random.randrange(8), len(data) - size))
        number = random.choice(NUMBERS) % 256**size
        data[start : start + size] = number.to_bytes(size, "little")


def _place(data, random):
    """Anywhere, and often near the start, where headers are."""
    end = len(data) if random.random() < 0.5 else min(len(data), 64)
    return random.randrange(end)


CHANGES = (
    _flip_bit, _set_byte, _truncate, _delete, _repeat, _splice, _insert_text, _change_number,
    _change_number, _change_integer, _change_integer,
)  # fmt: skip
