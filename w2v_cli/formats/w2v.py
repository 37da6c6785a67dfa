"""The project's own format (``.w2v``): opened in milliseconds, whatever its size.

It is a ZIP archive, none of whose members is compressed:

====================== ============================================================
``info.json``          what the file is, and how the vectors came about
``words.txt``          one word a line (UTF-8)
``counts.npy``         int64, shape (n_words,): how often each was seen; only where known
``norms.npy``          float64, shape (n_words,): lengths of the vectors
``vectors.npy``        float32, float16 or int8, shape (n_words, dim)
``scales.npy``         float32, shape (n_words,): what int8 rows are to be multiplied by
``context.npy``        as ``vectors.npy``: the output matrix of training; only where it was to
                       be kept
``context_scales.npy`` as ``scales.npy``
====================== ============================================================

Vectors that are made of n-grams have more members: see `w2v_ngrams`; so have those of a language
model: see `w2v_language_model`.

So ``numpy.load`` reads it as any ``.npz``. The arrays begin at pages of the file and are used where
they lie; numbers of other types than float32 are made that when they are asked for.
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
from ..embeddings.narrow import NarrowRows
from ..embeddings.table import Embeddings, lengths
from ..embeddings.words import MappedWords
from ..errors import InputError, OutputError
from ..files.npyheader import npy_header
from ..files.npymember import array_in
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
from .int8 import LARGEST_SCALE, as_read, matrix_codes, matrix_scales
from .w2v_language_model import KEY as MODEL_KEY
from .w2v_language_model import model_facts, read_model, write_model
from .w2v_ngrams import KEY, NGRAMS, OWN, facts_of, read_ngrams, write_ngrams
from .wordrules import NEWLINES, encode_lines

FORMAT = "w2v vectors"
FORMAT_VERSION = 1
INFO, WORDS = "info.json", "words.txt"
COUNTS, NORMS, VECTORS, CONTEXT = "counts.npy", "norms.npy", "vectors.npy", "context.npy"
SCALES = {
    VECTORS: "scales.npy",
    CONTEXT: "context_scales.npy",
    NGRAMS: "ngrams_scales.npy",
    OWN: "own_scales.npy",
}
OTHERS = {
    "corpus.json": ("an encoded corpus", "w2v train takes it"),
    "counts.json": ("a file of counts of pairs", "w2v train --model glove or ppmi takes it"),
}
"""What other archives of ours have in its place, what they are, and what takes them."""
DAMAGED = ("the file of vectors", "make it again")
DTYPES = {"float32": "<f4", "float16": "<f2", "int8": "|i1"}
_LARGEST = 2**48


def write(target, words, vectors):
    """Write words and their vectors, with all that the Target says of them.

    Parameters
    ----------
    target : Target          if its type is float16, numbers are kept with 11 bits instead of 24;
                             if it is int8, with 8
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
    if target.language_model:
        info[MODEL_KEY] = model_facts(target.language_model)
    lines = _lines(words)
    with atomic_output(target.path) as stream, zipfile.ZipFile(stream, "w") as archive:
        text = json.dumps(info, indent=2, ensure_ascii=False) + "\n"
        add_member(archive, INFO, [text.encode(errors="replace")])
        add_member(archive, WORDS, [lines])
        if target.counts is not None:
            _add_array(archive, COUNTS, np.asarray(target.counts), "<i8")
        _add_array(archive, NORMS, _norms(vectors, target.dtype), "<f8")
        for name, matrix in ((VECTORS, vectors), (CONTEXT, target.context)):
            if matrix is not None:
                _add_matrix(archive, name, matrix, target.dtype)
        if target.subwords:
            write_ngrams(
                target.subwords,
                partial(_add_array, archive),
                partial(_add_matrix, archive, dtype=target.dtype),
            )
        if target.language_model:
            write_model(target.language_model, partial(_add_array, archive))


def recognises(head):
    """Whether a file that begins with these bytes is a ZIP archive, as this format is one."""
    return head.startswith(MAGIC)


def is_own_archive(names):
    """Whether an archive with members of these names is one of vectors, or another one of ours."""
    return not {INFO, *OTHERS}.isdisjoint(names)


def read(source):
    """Open a file; its vectors are mapped, not read. Smaller numbers become float32 when asked for.

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
            for other, (what, taken) in OTHERS.items():
                if other in names:
                    raise InputError(f"{name}: is {what}, not vectors; {taken}")
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
    n_words = info["rows"]
    shape = n_words, info["dim"]
    rows = partial(_rows, memory, found, dtype=info["dtype"])
    matrix = partial(_matrix, memory, found, dtype=info["dtype"])
    refuse = partial(_refuse_numbers, name, VECTORS)
    vectors = matrix(VECTORS, shape) if MODEL_KEY in info else rows(VECTORS, shape, refuse=refuse)
    norms = _checked_array(memory, found[NORMS], NORMS, (n_words,), "<f8")
    if not (norms.min() >= 0 and norms.max() < np.inf):
        raise DamageError(f"{NORMS} holds a number that is no length")
    counts = None
    if COUNTS in found:
        counts = _checked_array(memory, found[COUNTS], COUNTS, (n_words,), "<i8")
    words = MappedWords(checked_bytes(memory, found[WORDS], WORDS), name)
    if len(words) != n_words:
        raise DamageError(f"{WORDS} has {len(words)} lines instead of {n_words}")

    def small(member, shape, dtype):
        return _checked_array(memory, found[member], member, shape, dtype)

    context = matrix(CONTEXT, shape) if CONTEXT in found else None
    subwords = read_ngrams(info, *shape, found, small, rows)

    def large(member, shape, dtype):
        return _array(memory, found[member], member, shape, dtype)

    model = read_model(info, words, counts, vectors, found, small, large)
    return Embeddings(words, vectors, counts, norms, subwords, context, language_model=model)


def _matrix(memory, found, member, shape, dtype):
    """The numbers of a member as float32, shape (n, dim): mapped, or a new array."""
    stored = _rows(memory, found, member, shape, dtype)
    return stored if dtype == "float32" else _widened(stored, member)


def _rows(memory, found, member, shape, dtype, refuse=None):
    """The same, mapped in any case: rows of smaller numbers are decoded when they are asked for.

    ``refuse`` is called when some of float16 are asked for that are not finite, see `NarrowRows`.
    """
    stored = _array(memory, found[member], member, shape, DTYPES[dtype])
    if dtype == "float32":
        return stored
    if dtype == "float16":
        return NarrowRows(stored, refuse=refuse)
    if SCALES[member] not in found:
        raise DamageError(f"{SCALES[member]} is missing")
    scales = _checked_array(memory, found[SCALES[member]], SCALES[member], shape[:1], "<f4")
    if not (np.abs(scales) <= LARGEST_SCALE).all():
        raise DamageError(f"{SCALES[member]} holds NaN or infinity, or a number that is too large")
    return NarrowRows(stored, scales)


def _refuse_numbers(name, member):
    with damage_told(name, *DAMAGED):
        raise DamageError(f"{member} holds NaN or infinity")


def _checked_array(memory, region, name, shape, dtype):
    """`_array` for one that is small enough to look at all of it."""
    checked_bytes(memory, region, name)
    return _array(memory, region, name, shape, dtype)


def _array(memory, region, name, shape, dtype):
    """An array over the bytes of a member, read-only; see `array_in`."""
    array = array_in(memory, region, name, shape, dtype)
    array.flags.writeable = False
    return array


def _widened(rows, member):
    """NarrowRows as float32: a new array; DamageError if they are not finite."""
    require_memory(4 * math.prod(rows.shape), f"reading {member}")
    wide = np.empty(rows.shape, dtype=np.float32)
    for some in row_blocks(len(wide)):
        wide[some] = rows[some]
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
        norms[rows] = lengths(as_read(vectors[rows], dtype))
    return norms


def _add_matrix(archive, name, matrix, dtype):
    """Write a matrix of float32, shape (n, dim), with the scales of its rows if it is of int8."""
    if dtype != "int8":
        _add_array(archive, name, matrix, DTYPES[dtype])
        return
    scales = matrix_scales(matrix)
    header = npy_header(matrix.shape, DTYPES[dtype])
    add_member(archive, name, chain([header], matrix_codes(matrix, scales)), at_page=True)
    _add_array(archive, SCALES[name], scales, "<f4")


def _add_array(archive, name, array, dtype):
    header = npy_header(array.shape, dtype)
    add_member(archive, name, chain([header], blocks_of(array, dtype)), at_page=True)


def _first_rows(embeddings, limit):
    counts, subwords = embeddings.counts, embeddings.subwords
    if subwords is not None and subwords.own is not None:
        subwords = subwords.with_own(subwords.own[:limit])
    rows = embeddings.rows
    return Embeddings(
        embeddings.words[:limit],
        rows.part(slice(limit)) if isinstance(rows, NarrowRows) else rows[:limit],
        counts=None if counts is None else counts[:limit],
        norms=embeddings.norms[:limit],
        subwords=subwords,
        context=None if embeddings.context is None else embeddings.context[:limit],
        language_model=embeddings.language_model,
    )
