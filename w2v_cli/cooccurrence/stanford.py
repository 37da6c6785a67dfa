"""Records as Stanford's GloVe has them: ``cooccurrence.bin``, written and read.

A record has 16 bytes: row and column (int32, from 1) and the count X (float64), little-endian on
nearly all machines. Symmetric counts are there twice, as (i, j) and as (j, i). ``cooccur`` writes
records in the order of rows and columns; ``shuffle`` puts them in any order. Both are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from tempfile import gettempdir
from typing import BinaryIO

import numpy as np

from ..errors import InputError, field
from ..files.inputs import open_input
from ..files.paths import display_name
from ..machine.system import available_cpus
from .adding import Adder
from .assembling import Lent, added_in_order, assemble
from .plan import Head, budget
from .sorting import Sorter, TableSource, entries_for, entries_of
from .table import DISTANCE_WEIGHTS, EXACT_WINDOW, Cooccurrences, CountRule

RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("x", "<f8")])
TOLERANCE = 0.01
RELATIVE_TOLERANCE = 1e-9
"""Sums of floats are off by so many units, or by that share of them."""
MOST_UNITS = 2.0**63
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)

Progress = Callable[..., None]


def write_records(
    stream: BinaryIO,
    table: Cooccurrences,
    max_memory: int | None = None,
    folder: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Write counts as records, in the order of rows and columns.

    Parameters
    ----------
    stream : binary stream
    table : Cooccurrences
    max_memory, folder, threads   see `counting.count_pairs`; the folder takes 12 bytes a pair
    progress : callable or None   called as progress("write", records, None)

    Returns
    -------
    int   how many records there are
    """
    folder, threads = folder or gettempdir(), threads or available_cpus()
    most = entries_for(budget(max_memory) // threads)
    head = Head.of(table.n_words, False, 0)
    mirrored = _Mirrored(table, folder, most)
    n_records = 0
    try:
        adders = Lent(Adder(table.n_words, False) for _ in range(threads))
        for first, ends, columns, sums in added_in_order(
            mirrored.pieces(most), adders, threads, head
        ):
            records = np.empty(len(columns), RECORD)
            records["row"] = np.repeat(
                np.arange(first + 1, first + 1 + len(ends)), np.diff(ends, prepend=0)
            )
            records["column"] = columns
            records["column"] += 1
            records["x"] = sums / table.rule.unit
            stream.write(records.tobytes())
            n_records += len(records)
            if progress:
                progress("write", n_records, None)
    finally:
        mirrored.close()
    return n_records


class _Mirrored:
    """The rows of a table, and what symmetric counts have on the other side of the diagonal."""

    def __init__(self, table, folder, most):
        self._table = table
        self._sorter = Sorter(table.counts, folder)
        try:
            for rows, columns, sums in entries_of(table, most) if table.rule.symmetric else ():
                is_off = rows != columns
                self._sorter.add(
                    columns[is_off].astype(np.int64), rows[is_off].astype(np.uint32), sums[is_off]
                )
        except BaseException:
            self._sorter.close()
            raise

    def pieces(self, most):
        return self._sorter.pieces(most, lambda *rows: TableSource(self._table, *rows))

    def close(self):
        self._sorter.close()


def read_records(
    paths: Iterable[str],
    words: Sequence[str],
    counts: np.ndarray,
    rule: CountRule,
    max_memory: int | None = None,
    folder: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Cooccurrences, list[str]]:
    """Read records, in any order, from one file or several that are parts.

    Parameters
    ----------
    paths : iterable of str                  ``-`` is standard input; may be compressed
    words : sequence of str                  the first is that of id 1
    counts : ndarray of int64, (n_words,)
    rule : CountRule                         by which they were counted
    max_memory, folder, threads              see `counting.count_pairs`
    progress : callable or None              called as progress("read", records, None)

    Returns
    -------
    table : Cooccurrences
    notes : list of str   what the user should know: records of nothing, which ``cooccur`` writes
                          for an empty temporary file; one side asked for, and both there

    Raises
    ------
    InputError    if a file is cut short or has no records, an id is not in the vocabulary, a count
                  is no multiple of 1/unit, or those of (i, j) and (j, i) differ
    OutputError   if the folder cannot be written to, or its disk is full
    """
    folder, threads = folder or gettempdir(), threads or available_cpus()
    most = entries_for(budget(max_memory) // threads)
    sorter = Sorter(counts, folder)
    reader = _Reader(len(words), rule, sorter, progress)
    try:
        for path in paths:
            reader.read(path, most)
        adders = Lent(Adder(len(words), rule.symmetric) for _ in range(threads))
        head = Head.of(len(words), rule.symmetric, 0)
        rows = assemble(sorter.pieces(most), adders, threads, head, folder)
    finally:
        sorter.close()
    notes = [empty_note(reader.n_empty)] if reader.n_empty else []
    notes += map(mirrored_note, reader.mirrored)
    return Cooccurrences(words, np.asarray(counts), rule, *rows), notes


def empty_note(n_empty: int) -> str:
    """What the user should know if there were records of nothing."""
    return (
        f"{n_empty} records of (0, 0, 0) were skipped: cooccur writes one if a temporary file is "
        "empty, and then the first count of another one may be twice what it should be"
    )


def mirrored_note(name: str) -> str:
    """What the user should know of a file that has both sides, where one was asked for."""
    return (
        f"{name}: its counts of (i, j) and of (j, i) are the same, as if both sides were counted; "
        f"then leave out {field('symmetric', False)}"
    )


class _Reader:
    """Checks records, turns them into units, and hands those that are kept to a Sorter."""

    def __init__(self, n_words, rule, sorter, progress):
        self._n_words, self._rule, self._sorter = n_words, rule, sorter
        self._progress = progress
        self._n_read = self.n_empty = 0
        self.mirrored = []

    def read(self, path, most):
        """Read all records of a file."""
        name, n_before = display_name(path), self._n_read
        # Of what is above and below the diagonal, whatever the order.
        above = below = 0
        number = 1
        for records in _blocks(path, name, most):
            rows, columns, units = self._checked(records, name, number)
            above += _mixed(rows, columns, units, rows < columns)
            below += _mixed(columns, rows, units, rows > columns)
            if self._rule.symmetric:
                kept = rows <= columns
                rows, columns, units = rows[kept], columns[kept], units[kept]
            self._sorter.add(rows, columns.astype(np.uint32), units)
            number += len(records)
            self._n_read += len(records)
            if self._progress:
                self._progress("read", self._n_read, None)
        is_mirrored = (above - below) % 2**64 == 0
        if not self._rule.symmetric and is_mirrored and above:
            self.mirrored.append(name)
        if self._rule.symmetric and not is_mirrored:
            raise InputError(
                f"{name}: its counts of (i, j) and of (j, i) differ: one side was counted, as with "
                f"-symmetric 0, which {field('symmetric', False)} takes; or the file is cut short"
            )
        if self._n_read == n_before:
            raise InputError(f"{name}: there are no records in it; give what cooccur writes")

    def _checked(self, records, name, number):
        """(rows, columns, units) of records: ids from 0, ndarray of int64 and of uint64."""
        is_empty = (records["row"] == 0) & (records["column"] == 0) & (records["x"] == 0)
        self.n_empty += int(np.count_nonzero(is_empty))
        rows, columns, x = (records[key] for key in RECORD.names)
        for ids in (rows, columns):
            bad = ((ids < 1) | (ids > self._n_words)) & ~is_empty
            if bad.any():
                place = int(np.argmax(bad))
                raise InputError(
                    f"{name}: record {number + place} is of word {ids[place]}, and the vocabulary "
                    f"has {self._n_words:,} words, from 1; give the {field('vocab')} that cooccur "
                    "had, and the file that it wrote"
                )
        bad = ~(np.isfinite(x) & (x > 0)) & ~is_empty
        if bad.any():
            place = int(np.argmax(bad))
            raise InputError(
                f"{name}: record {number + place} has the count {x[place]:g}, and counts are above "
                "0; the file is damaged, or no file of cooccur"
            )
        units = self._units(x, is_empty, name, number)
        kept = ~is_empty
        return rows[kept] - np.int64(1), columns[kept] - np.int64(1), units[kept]

    def _units(self, x, is_empty, name, number):
        with np.errstate(over="ignore"):  # which is too large, too
            scaled = x * self._rule.unit
        if scaled.max(initial=0) >= MOST_UNITS:
            raise InputError(
                f"{name}: the count {x.max():g} is too large; the file is damaged, or no file of "
                "cooccur"
            )
        bad = ~_are_multiples(x, self._rule) & ~is_empty
        if bad.any():
            place = int(np.argmax(bad))
            raise InputError(
                f"{name}: record {number + place} has the count {x[place]:.9g}, and with "
                f"{field('window', self._rule.window)} and "
                f"{field('distance_weight', self._rule.distance_weight)} all are multiples of "
                f"1/{self._rule.unit}; {_advice(x[~is_empty], self._rule)}"
            )
        return np.rint(scaled).astype(np.uint64)


def _are_multiples(x, rule):
    """Which counts are sums of weights, but for the errors of floats: ndarray of bool."""
    scaled = x * rule.unit
    units = np.rint(scaled)
    tolerance = TOLERANCE + RELATIVE_TOLERANCE * units
    if rule.window > EXACT_WINDOW and rule.distance_weight != "none":
        tolerance += units  # of weights that are rounded there
    return (np.abs(scaled - units) <= tolerance) & (units >= 1)


def _advice(x, given):
    """With which options counts would be sums of weights, as far as can be seen."""
    for weight in reversed(DISTANCE_WEIGHTS):
        for window in range(1, EXACT_WINDOW + 1):
            rule = CountRule(window, True, weight)
            if _are_multiples(x, rule).all():
                if weight == "none":
                    return f"give {field('distance_weight', weight)}, as for -distance-weighting 0"
                advice = f"give the {field('window')} it was counted with, {window} or more"
                if given.distance_weight == weight:
                    return advice
                return f"{advice}, and {field('distance_weight', weight)}"
    return f"give the {field('window')} it was counted with"


def _mixed(rows, columns, units, chosen):
    """A number that tells sets of pairs apart, in whatever order they come: int, to be added."""
    first, second, third = MIX
    mixed = rows[chosen].astype(np.uint64) * first + columns[chosen].astype(np.uint64) * second
    mixed = (mixed ^ (mixed >> np.uint64(29)) ^ units[chosen]) * third
    return int(np.sum(mixed ^ (mixed >> np.uint64(32)), dtype=np.uint64))


def _blocks(path: str, name: str, most: int) -> Iterator[np.ndarray]:
    """The records of a file, so many at a time."""
    number = 1
    with open_input(path, keep_in_memory=False) as stream:
        while True:
            data = stream.read(most * RECORD.itemsize)
            while len(data) % RECORD.itemsize and (more := stream.read(RECORD.itemsize)):
                data += more
            n_records, n_over = divmod(len(data), RECORD.itemsize)
            # What is no file of cooccur at all is told by the first of its records.
            if n_records:
                yield np.frombuffer(data, RECORD, n_records)
            number += n_records
            if n_over:
                raise InputError(
                    f"{name}: ends within record {number}: it is no multiple of 16 bytes; the file "
                    "is cut short, or no file of cooccur"
                )
            if not data:
                return
