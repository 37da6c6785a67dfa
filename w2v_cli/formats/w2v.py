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

Vectors that are made of n-grams have more members: see `w2v_ngrams`.

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
from functools import partial
from itertools import chain

import numpy as np

from .. import __version__
from ..embeddings.blocks import first_not_finite, row_blocks
from ..embeddings.table import Embeddings, lengths
from ..embeddings.words import MappedWords
from ..errors import InputError, OutputError
from ..files.npyheader import npy_header, read_header
from ..files.outputs import atomic_output
from ..files.paths import reason
from ..files.storedzip import (
    MAGIC,
    DamageError,
    add_member,
    checked_bytes,
    damage_told,
    regions,
)
from ..machine.limits import require_memory
from .arrays import blocks_of
from .w2v_ngrams import KEY, facts_of, read_ngrams, write_ngrams
from .wordrules import NEWLINES, encode_lines

FORMAT = "w2v vectors"
FORMAT_VERSION = 1
INFO, WORDS = "info.json", "words.txt"
COUNTS, NORMS, VECTORS, CONTEXT = "counts.npy", "norms.npy", "vectors.npy", "context.npy"
CORPUS_INFO = "corpus.json"
"""What an encoded corpus has in its place."""
DAMAGED = ("the file of vectors", "make it again")
DTYPES = {"float32": "<f4", "float16": "<f2"}
LONGEST_HEADER = 1 << 14
_LARGEST = 2**48


def write(target, words, vectors):
    """Write words and their vectors, with all that the Target says of them.

    Parameters
    ----------
    target : Target          if its type is float16, numbers are kept with 11 bits instead of 24
    words : sequence of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)   finite; may be a view of a wider matrix

    Raises
    ------
    OutputError   if a word is empty, there twice or holds a newline
    """
    n_words, dim = vectors.shape
    info = {"format": FORMAT, "version": FORMAT_VERSION, "w2v": __version__}
    info |= {"rows": n_words, "dim": dim, "dtype": target.dtype, "provenance": target.provenance}
    if target.subwords:
        info[KEY] = facts_of(target.subwords)
    lines = _lines(words)
    dtype = DTYPES[target.dtype]
    with atomic_output(target.path) as stream, zipfile.ZipFile(stream, "w") as archive:
        text = json.dumps(info, indent=2, ensure_ascii=False) + "\n"
        add_member(archive, INFO, [text.encode(errors="replace")])
        add_member(archive, WORDS, [lines])
        if target.counts is not None:
            _add_array(archive, COUNTS, np.asarray(target.counts), "<i8")
        _add_array(archive, NORMS, _norms(vectors, dtype), "<f8")
        _add_array(archive, VECTORS, vectors, dtype)
        if target.context is not None:
            _add_array(archive, CONTEXT, target.context, dtype)
        if target.subwords:
            write_ngrams(target.subwords, partial(_add_array, archive), dtype)


def recognises(head):
    """Whether a file that begins with these bytes is a ZIP archive, as this format is one."""
    return head.startswith(MAGIC)


def is_own_archive(names):
    """Whether an archive with members of these names is one of vectors, or of encoded text."""
    return INFO in names or CORPUS_INFO in names


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
    source.largest = float(embeddings.norms.max())
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

    def small(member, shape, dtype):
        return _checked_array(memory, found[member], member, shape, dtype)

    def large(member, shape):
        rows = _array(memory, found[member], member, shape, dtype)
        return rows if dtype == DTYPES["float32"] else _widen(rows, name, member)

    if dtype == DTYPES["float16"]:
        vectors = _widen(vectors, name, VECTORS)
        context = None if context is None else _widen(context, name, CONTEXT)
    subwords = read_ngrams(info, n_words, dim, found, small, large)
    return Embeddings(words, vectors, counts, norms, subwords, context)


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


def _widen(vectors, name, member):
    """float16 numbers as float32: a new array; DamageError if they are not finite."""
    require_memory(4 * vectors.size, f"reading {name}")
    wide = np.empty(vectors.shape, dtype=np.float32)
    for rows in row_blocks(len(wide)):
        wide[rows] = vectors[rows]
    if first_not_finite(wide) is not None:
        raise DamageError(f"{member} holds NaN or infinity")
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
        norms[rows] = lengths(np.ascontiguousarray(vectors[rows], dtype=dtype))
    return norms


def _add_array(archive, name, array, dtype):
    header = npy_header(array.shape, dtype)
    add_member(archive, name, chain([header], blocks_of(array, dtype)), at_page=True)


def _first_rows(embeddings, limit):
    counts, subwords = embeddings.counts, embeddings.subwords
    if subwords is not None and subwords.own is not None:
        subwords = subwords.with_own(subwords.own[:limit])
    return Embeddings(
        embeddings.words[:limit],
        embeddings.vectors[:limit],
        counts=None if counts is None else counts[:limit],
        norms=embeddings.norms[:limit],
        subwords=subwords,
        context=None if embeddings.context is None else embeddings.context[:limit],
    )
