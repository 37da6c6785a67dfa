"""The project's own format (``.w2v``): opened in milliseconds, whatever its size.

It is a ZIP archive, none of whose members is compressed:

=============== ==================================================================
``info.json``   what the file is, and how the vectors came about
``words.txt``   one word a line (UTF-8)
``counts.npy``  int64, shape (n_words,): how often each was seen; only where known
``norms.npy``   float64, shape (n_words,): lengths of the vectors
``vectors.npy`` float32 or float16, shape (n_words, dim)
``context.npy`` likewise: the output matrix of training; only where it was to be kept
=============== ==================================================================

So ``numpy.load`` reads it as any ``.npz``. The arrays begin at pages of the file and are used where
they lie; half-precision vectors are made float32 first.
"""

import io
import json
import math
import mmap
import zipfile
from collections import Counter
from contextlib import contextmanager
from itertools import chain

import numpy as np

from .. import __version__
from ..embeddings.blocks import first_not_finite, row_blocks
from ..embeddings.table import Embeddings, lengths
from ..embeddings.words import MappedWords
from ..errors import InputError, OutputError, field
from ..files.npyheader import npy_header, read_header
from ..files.outputs import atomic_output
from ..files.paths import reason
from ..files.storedzip import (
    MAGIC,
    DamageError,
    add_member,
    checked_bytes,
    crc32,
    damage_told,
    regions,
)
from ..machine.limits import require_memory
from .wordrules import NEWLINES, encode_lines

FORMAT = "w2v vectors"
FORMAT_VERSION = 1
INFO, WORDS = "info.json", "words.txt"
COUNTS, NORMS, VECTORS, CONTEXT = "counts.npy", "norms.npy", "vectors.npy", "context.npy"
CORPUS_INFO = "corpus.json"
"""What an encoded corpus has in its place."""
DAMAGED = ("the file of vectors", "make it again")
DTYPES = {"float32": "<f4", "float16": "<f2"}
BLOCK_BYTES = 1 << 22
NORM_TOLERANCE = 1e-6
LONGEST_HEADER = 1 << 14
_LARGEST = 2**48


def write(
    stream, words, vectors, counts=None, norms=None, provenance=None, half=False, context=None
):
    """Write words and their vectors.

    Parameters
    ----------
    stream : binary stream   of a regular file, at its start
    words : sequence of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)   finite; may be a view of a wider matrix
    counts : ndarray of int64, shape (n_words,), or None
    norms : ndarray of float64, shape (n_words,), or None   lengths of the vectors, where known
    provenance : dict or None   how the vectors came about; JSON must be able to hold it
    half : bool              keep float16 numbers, with 11 bits instead of 24
    context : ndarray of float32, shape (n_words, dim), or None   the output matrix

    Raises
    ------
    OutputError   if a word is empty, there twice or holds a newline, or a number is too large
                  for float16
    """
    dtype = "float16" if half else "float32"
    n_words, dim = vectors.shape
    info = {"format": FORMAT, "version": FORMAT_VERSION, "w2v": __version__}
    info |= {"rows": n_words, "dim": dim, "dtype": dtype, "provenance": provenance}
    lines = _lines(words)
    if norms is None or half:
        norms = _norms(vectors, DTYPES[dtype])
    with zipfile.ZipFile(stream, "w") as archive:
        text = json.dumps(info, indent=2, ensure_ascii=False) + "\n"
        add_member(archive, INFO, [text.encode(errors="replace")])
        add_member(archive, WORDS, [lines])
        if counts is not None:
            _add_array(archive, COUNTS, np.asarray(counts), "<i8")
        _add_array(archive, NORMS, norms, "<f8")
        _add_array(archive, VECTORS, vectors, DTYPES[dtype])
        if context is not None:
            _add_array(archive, CONTEXT, context, DTYPES[dtype])


def recognises(head):
    """Whether a file that begins with these bytes is a ZIP archive, as this format is one."""
    return head.startswith(MAGIC)


def read(source):
    """Open a file; its vectors are mapped, not read, unless they are float16.

    What comes from a pipe, or is compressed, is read into memory.

    Parameters
    ----------
    source : Source   gets the provenance

    Returns
    -------
    Embeddings   with counts and norms, and with words that are decoded when asked for

    Raises
    ------
    InputError   if it cannot be opened, is damaged, or is another kind of archive
    """
    with _bytes_of(source) as (file, memory):
        found, info = _members(file, memory, source.name)
        embeddings = _embeddings(memory, found, info, source.name)
    source.provenance = info["provenance"]
    return embeddings if source.limit is None else _first_rows(embeddings, source.limit)


@contextmanager
def _bytes_of(source):
    """As `_map_file`, or the bytes in memory where the source cannot be mapped."""
    if source.is_plain_file:
        with _map_file(source.path) as both:
            yield both
        return
    data = source.read_all()
    with damage_told(source.name, *DAMAGED):
        yield io.BytesIO(data), data


def describe(path):
    """What a file says of itself: the content of its ``info.json``, as a dict.

    Raises
    ------
    InputError   if it cannot be opened, is damaged, or is another kind of archive
    """
    with _map_file(path) as (file, memory):
        _, info = _members(file, memory, str(path))
        return info


def check(path):
    """Read all of a file once, and hold it against its checksums.

    Raises
    ------
    InputError   if anything differs from what was written, or a vector is not finite or not as
                 long as the file says
    """
    with _map_file(path) as (file, memory):
        found, info = _members(file, memory, str(path))
        for name, region in found.items():
            crc = 0
            for start in range(region.start, region.stop, BLOCK_BYTES):
                crc = crc32(memory[start : min(start + BLOCK_BYTES, region.stop)], crc)
            if crc != region.crc:
                raise DamageError(f"the checksum of {name} is wrong")
        embeddings = _embeddings(memory, found, info, str(path))
        for rows in row_blocks(len(embeddings)):
            norms = lengths(embeddings.vectors[rows])
            if not np.allclose(norms, embeddings.norms[rows], NORM_TOLERANCE, 0):
                raise DamageError(f"{NORMS} does not fit {VECTORS}")
        if len(set(embeddings.words)) < len(embeddings):
            raise DamageError(f"{WORDS} has a word twice")


@contextmanager
def _map_file(path):
    """(open file, its bytes in mapped memory); damage found in the block becomes an InputError."""
    try:
        file = open(path, "rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    with file, damage_told(path, *DAMAGED):
        # The map lives on when the file is closed, as long as an array uses it.
        yield file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _members(file, memory, name):
    """The regions of all members, and the checked content of ``info.json``."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if INFO not in names:
            if CORPUS_INFO in names:
                raise InputError(f"{name}: is an encoded corpus, not vectors; w2v train takes it")
            raise InputError(_other_archive(name))
        found = regions(archive, file, len(memory))
    for member in (WORDS, NORMS, VECTORS):
        if member not in found:
            raise DamageError(f"{member} is missing")
    return found, _checked_info(checked_bytes(memory, found[INFO], INFO), name)


def _checked_info(data, name):
    info = json.loads(data)
    if not isinstance(info, dict) or info.get("format") != FORMAT:
        raise InputError(_other_archive(name))
    if info.get("version") != FORMAT_VERSION:
        raise InputError(
            f"{name}: has format version {info.get('version')!r}, and this w2v reads version "
            f"{FORMAT_VERSION}; make it again, or use another w2v"
        )
    for key in ("rows", "dim"):
        # type(), because true and false are integers to isinstance().
        if type(info.get(key)) is not int or not 0 < info[key] < _LARGEST:
            raise DamageError(f"{key} in {INFO} is no number above 0")
    # As a str: anything may stand there, and a list cannot be looked up.
    if str(info.get("dtype")) not in DTYPES or not isinstance(
        info.setdefault("provenance"), (dict, type(None))
    ):
        raise DamageError(f"{INFO} is not as w2v writes it")
    return info


def _other_archive(name):
    return f"{name}: is a ZIP archive, but not one of word vectors; unpack it and give the vectors"


def _embeddings(memory, found, info, name):
    n_words, dim, dtype = info["rows"], info["dim"], DTYPES[info["dtype"]]
    vectors = _array(memory, found[VECTORS], VECTORS, (n_words, dim), dtype)
    norms = _checked_array(memory, found[NORMS], NORMS, (n_words,), "<f8")
    if not (norms.min() >= 0 and norms.max() < np.inf):
        raise DamageError(f"{NORMS} holds a number that is no length")
    counts = None
    if COUNTS in found:
        counts = _checked_array(memory, found[COUNTS], COUNTS, (n_words,), "<i8")
    words = MappedWords(checked_bytes(memory, found[WORDS], WORDS), name)
    if len(words) != n_words:
        raise DamageError(f"{WORDS} has {len(words)} lines instead of {n_words}")
    context = None
    if CONTEXT in found:
        context = _array(memory, found[CONTEXT], CONTEXT, (n_words, dim), dtype)
    if dtype == DTYPES["float16"]:
        vectors = _widen(vectors, name)
        context = None if context is None else _widen(context, name)
    return Embeddings(words, vectors, counts, norms, context=context)


def _checked_array(memory, region, name, shape, dtype):
    """`_array` for one that is small enough to look at all of it."""
    checked_bytes(memory, region, name)
    return _array(memory, region, name, shape, dtype)


def _array(memory, region, name, shape, dtype):
    """An array over the bytes of a member: ndarray of that shape, read-only.

    Raises DamageError where its own header says anything else.
    """
    head = bytes(memory[region.start : min(region.start + LONGEST_HEADER, region.stop)])
    other = DamageError(f"{name} is not an array of type {dtype} and shape {shape}")
    try:
        header = read_header(io.BytesIO(head).read)
    except ValueError as error:
        raise other from error
    if (header.shape, header.dtype, header.is_fortran) != (shape, np.dtype(dtype), False):
        raise other
    first = region.start + header.size
    if region.stop - first != header.n_bytes:
        raise DamageError(
            f"{name} has {region.stop - first} bytes of numbers, not {header.n_bytes}"
        )
    array = np.frombuffer(memory, dtype, math.prod(shape), first).reshape(shape)
    array.flags.writeable = False
    return array


def _widen(vectors, name):
    """float16 numbers as float32: a new array; DamageError if they are not finite."""
    require_memory(4 * vectors.size, f"reading {name}")
    wide = np.empty(vectors.shape, dtype=np.float32)
    for rows in row_blocks(len(wide)):
        wide[rows] = vectors[rows]
    if first_not_finite(wide) is not None:
        raise DamageError(f"{VECTORS} holds NaN or infinity")
    return wide


def _lines(words):
    """Words as the bytes of ``words.txt``."""
    lines = encode_lines(words, NEWLINES)
    if len(set(words)) < len(words):
        word = next(word for word, number in Counter(words).items() if number > 1)
        raise OutputError(f"word {word!r} cannot be written: it is there twice")
    return lines


def _norms(vectors, dtype):
    """Lengths of the rows as they are kept: ndarray of float64, shape (n_words,)."""
    norms = np.empty(len(vectors))
    for rows in row_blocks(len(norms)):
        norms[rows] = lengths(_convert_rows(vectors[rows], dtype))
    return norms


def _convert_rows(rows, dtype):
    """Rows as the numbers that are written."""
    with np.errstate(over="ignore"):
        kept = np.ascontiguousarray(rows, dtype=dtype)
    if first_not_finite(kept) is not None:
        raise OutputError(
            "not written: a number is NaN, infinite, or too large for float16 (65,504); "
            f"{field('normalize')} makes them small"
        )
    return kept


def _add_array(archive, name, array, dtype):
    header = npy_header(array.shape, dtype)
    blocks = (_convert_rows(array[rows], dtype) for rows in row_blocks(len(array)))
    add_member(archive, name, chain([header], blocks), at_page=True)


def _first_rows(embeddings, limit):
    counts = embeddings.counts
    return Embeddings(
        embeddings.words[:limit],
        embeddings.vectors[:limit],
        counts=None if counts is None else counts[:limit],
        norms=embeddings.norms[:limit],
        context=None if embeddings.context is None else embeddings.context[:limit],
    )


def write_target(target, words, vectors):
    """Write words and vectors, with all that the Target says of them."""
    half = target.dtype == "float16"
    with atomic_output(target.path) as stream:
        facts = {"provenance": target.provenance, "half": half, "context": target.context}
        write(stream, words, vectors, target.counts, **facts)
