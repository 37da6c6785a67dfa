"""Counts of pairs as a file (``.w2vx``): counted once, trained on often, added to others.

It is a ZIP archive with these members, none of them compressed:

=============== ===================================================================
``counts.json`` by which rule pairs were counted, and in which text
``vocab.txt``   ``word count`` lines (UTF-8); the number of a line, from 0, is a row
``starts.npy``  int64, shape (n_words + 1,): where rows begin in what follows
``columns.npy`` uint32, shape (n_pairs,): columns, which rise within a row
``sums.npy``    uint64, shape (n_pairs,): sums of weights, in units
=============== ===================================================================

So ``numpy.load`` reads it as any ``.npz``. The arrays begin at pages of the file and are used where
they lie. The same text and options give the same bytes: nothing in the file tells of time, place,
threads or memory.
"""

from __future__ import annotations

import json
import mmap
import os
import zipfile
from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from .. import __version__
from ..compiling.cache import compiled_code_cache
from ..corpus.described import check_number, count_lines, described, facts_of, words_of
from ..corpus.facts import TextFacts
from ..errors import ConfigError, InputError
from ..files.inputs import LOOKED_AT
from ..files.kinds import kind_of
from ..files.mapped import let_go
from ..files.npyheader import npy_header
from ..files.npymember import array_in
from ..files.outputs import atomic_output
from ..files.paths import STDIO, Path, display_name, reason
from ..files.storedzip import MAGIC, DamageError, add_member, crc32, damage_told, regions
from .table import Cooccurrences, CountRule

with compiled_code_cache():
    from . import loops

SUFFIX = ".w2vx"
FORMAT = "w2v counts of pairs"
FORMAT_VERSION = 1
INFO, VOCABULARY = "counts.json", "vocab.txt"
STARTS, COLUMNS, SUMS = "starts.npy", "columns.npy", "sums.npy"
DTYPES = {STARTS: "<i8", COLUMNS: "<u4", SUMS: "<u8"}
DAMAGED = ("the file of counts", "count again")
BLOCK_BYTES, BLOCKS_KEPT = 1 << 20, 32
"""What is written at a time, and how much of what is mapped stays in memory."""
ROWS_AT_A_TIME = 1 << 12

Progress = Callable[..., None]


class CountsFile(NamedTuple):
    """What is in a file of counts.

    Attributes
    ----------
    table : Cooccurrences    its arrays are mapped
    facts : TextFacts or None   how the text became words; None if that is not known
    digest : str or None     SHA-256 of the encoded corpus, as hexadecimal digits
    shards : int             so many counts were added up
    w2v : str                the version that wrote it
    """

    table: Cooccurrences
    facts: TextFacts | None = None
    digest: str | None = None
    shards: int = 1
    w2v: str = __version__

    def save(self, path: Path) -> None:
        """Write a file; see `write_counts`."""
        write_counts(os.fspath(path), self)

    @classmethod
    def load(cls, path: Path) -> CountsFile:
        """What `save`, or ``w2v cooccur``, wrote; see `open_counts`."""
        return open_counts(os.fspath(path))


def write_counts(path: str, counted: CountsFile, progress: Progress | None = None) -> None:
    """Write counts to a file, whole or not at all.

    Parameters
    ----------
    path : str
    counted : CountsFile
    progress : callable or None   called as progress("write", pairs, all_pairs)

    Raises
    ------
    OutputError   if it cannot be written
    """
    table = counted.table
    text = json.dumps(_described(counted), indent=2, ensure_ascii=False) + "\n"
    arrays = {STARTS: table.starts, COLUMNS: table.columns, SUMS: table.sums}
    with atomic_output(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        add_member(archive, INFO, [text.encode(errors="replace")])
        add_member(archive, VOCABULARY, count_lines(table.words, table.counts))
        for name, array in arrays.items():
            header = npy_header(array.shape, DTYPES[name])
            blocks = _blocks(array, DTYPES[name], name == SUMS and progress)
            add_member(archive, name, chain([header], blocks), at_page=True)


def open_counts(path: str, progress: Progress | None = None, check: bool = True) -> CountsFile:
    """Open a file of counts; its arrays are mapped.

    Parameters
    ----------
    path : str
    progress : callable or None   called as progress("load", pairs, all_pairs)
    check : bool                  whether all of it is read once, and looked at

    Raises
    ------
    InputError   if it cannot be read, is damaged, or is no such file
    """
    _check_is_file(path)
    try:
        file = open(path, "rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    with file, damage_told(path, *DAMAGED):
        head = file.read(LOOKED_AT)
        if not head.startswith(MAGIC):
            raise _something_else(path, head)
        # A private map gives the array type that the kernels expect. It lives on when the file is
        # closed, as long as an array uses it.
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        with zipfile.ZipFile(file) as archive:
            if INFO not in archive.namelist():
                raise _something_else(path, head)
            found = regions(archive, file, len(memory))
        for name in (VOCABULARY, STARTS, COLUMNS, SUMS):
            if name not in found:
                raise DamageError(f"{name} is missing")
        counted = _opened(memory, found, path)
        if check:
            _check(counted.table, memory, found, progress)
    return counted


def _described(counted):
    """The content of ``counts.json``."""
    table, rule = counted.table, counted.table.rule
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "w2v": __version__,
        "window": rule.window,
        "symmetric": rule.symmetric,
        "distance_weight": rule.distance_weight,
        "unit": rule.unit,
        "n_words": table.n_words,
        "n_pairs": len(table),
        "n_tokens": int(table.counts.sum()),
        "shards": counted.shards,
        "corpus_sha256": counted.digest,
    }
    return content | (described(counted.facts) if counted.facts else {})


def _blocks(array, dtype, progress):
    """An array as buffers that fit in caches."""
    n = BLOCK_BYTES // array.itemsize
    for start in range(0, len(array), n):
        yield array[start : start + n].astype(dtype, copy=False)
        if start // n % BLOCKS_KEPT == BLOCKS_KEPT - 1:
            let_go(array)
        if progress:
            progress("write", min(start + n, len(array)), len(array))


def _check_is_file(path):
    """Refuse what cannot be mapped."""
    is_there = os.path.exists(path)
    if (is_there and not os.path.isfile(path)) or (path == STDIO and not is_there):
        raise InputError(
            f"{display_name(path)}: counts of pairs are read from a file, not from a pipe, folder "
            f"or device; name one that ends in {SUFFIX}"
        )


def _something_else(path, head=MAGIC[0]):
    """The error of a file that is none of counts, and begins so."""
    kind = kind_of(head)
    what = f"is {kind.what}" if kind else "is text, or nothing known" if head else "is empty"
    return InputError(f"{path}: {what}, and no file of counts; w2v cooccur makes one of text")


def _opened(memory, found, path):
    info = _checked_info(memory[found[INFO].start : found[INFO].stop], path)
    region = found[VOCABULARY]
    words, counts = words_of(
        memory[region.start : region.stop], info["n_words"], VOCABULARY, least=0
    )
    shapes = {STARTS: info["n_words"] + 1, COLUMNS: info["n_pairs"], SUMS: info["n_pairs"]}
    starts, columns, sums = (
        array_in(memory, found[name], name, (size,), DTYPES[name]) for name, size in shapes.items()
    )
    if starts[0] != 0 or starts[-1] != len(columns) or (np.diff(starts) < 0).any():
        raise DamageError(f"{STARTS} has rows that do not follow one another")
    if int(counts.sum()) != info["n_tokens"]:
        raise DamageError(f"the counts in {VOCABULARY} are not those in {INFO}")
    return CountsFile(
        Cooccurrences(words, counts, _rule_of(info), starts, columns, sums),
        facts_of(info, INFO) if "text" in info else None,
        info["corpus_sha256"],
        info["shards"],
        str(info.get("w2v")),
    )


def _checked_info(data, path):
    info = json.loads(data)
    if not isinstance(info, dict) or info.get("format") != FORMAT:
        raise _something_else(path)
    if info.get("version") != FORMAT_VERSION:
        raise InputError(
            f"{path}: the file of counts has format version {info.get('version')!r}, and this w2v "
            f"reads version {FORMAT_VERSION}; count again, or use another w2v"
        )
    for key in ("n_words", "n_pairs", "n_tokens", "shards"):
        check_number(info.get(key), key, INFO)
    if not isinstance(info.setdefault("corpus_sha256"), (str, type(None))) or not info["n_words"]:
        raise DamageError(f"{INFO} is not as w2v writes it")
    return info


def _rule_of(info: dict[str, Any]) -> CountRule:
    try:
        rule = CountRule(info["window"], info["symmetric"], info["distance_weight"])
    except (ConfigError, KeyError) as error:
        raise DamageError(f"{INFO} is not as w2v writes it: {error}") from error
    if rule.unit != info.get("unit"):
        raise DamageError(f"the unit in {INFO} is not that of its window")
    return rule


def _check(table, memory, found, progress):
    """Read all pairs once: training uses columns as places in memory."""
    for name in (VOCABULARY, STARTS, COLUMNS, SUMS):
        region, crc = found[name], 0
        for start in range(region.start, region.stop, BLOCK_BYTES):
            stop = min(start + BLOCK_BYTES, region.stop)
            crc = crc32(memoryview(memory)[start:stop], crc)
            if (start - region.start) // BLOCK_BYTES % BLOCKS_KEPT == BLOCKS_KEPT - 1:
                let_go(table.sums)
            if progress and name == SUMS:
                done = round(len(table) * (stop - region.start) / region.size)
                progress("load", done, len(table))
        if crc != region.crc:
            raise DamageError(f"the checksum of {name} is wrong")
    for first in range(0, table.n_words, ROWS_AT_A_TIME):
        stop = min(first + ROWS_AT_A_TIME, table.n_words)
        bad = loops.first_bad_row(
            table.starts, table.columns, table.sums, table.rule.symmetric, first, stop
        )
        if bad >= 0:
            raise DamageError(f"row {bad} has columns out of range or order, or a sum of 0")
        let_go(table.sums)
