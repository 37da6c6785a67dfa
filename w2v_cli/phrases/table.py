"""Phrases as rows of words, with their scores and counts; the file that keeps them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import InputError, field
from ..files.inputs import open_text
from ..files.outputs import atomic_output
from ..files.paths import Path, display_name
from .config import DELIMITER

COLUMNS = (
    "phrase", "left", "between", "right", "count", "left_count", "right_count", "score", "pass",
)  # fmt: skip
"""Of the file; words of ``left``, ``between`` and ``right`` have a space between them."""
LARGEST = 2**62
MOST_PASSES_READ = 1000


class Phrase(NamedTuple):
    """Two units that were joined to one: words, or phrases of an earlier pass.

    Attributes
    ----------
    left, right : tuple of str     the words of both
    between : tuple of str         connectors; mostly there is none
    count : int                    how often the two stood behind each other
    left_count, right_count : int  how often each occurred then
    score : float                  see `scores`
    number : int                   of the pass, from 1 on
    """

    left: tuple[str, ...]
    between: tuple[str, ...]
    right: tuple[str, ...]
    # The name of a method of tuples, but what a column of counts is called everywhere.
    count: int  # type: ignore[assignment]
    left_count: int
    right_count: int
    score: float
    number: int

    @property
    def words(self) -> tuple[str, ...]:
        """All words, in their order."""
        return (*self.left, *self.between, *self.right)

    def row(self, delimiter: str = DELIMITER) -> tuple[Any, ...]:
        """The fields of a row with COLUMNS; ``delimiter`` is between the words of the first."""
        parts = (" ".join(words) for words in (self.left, self.between, self.right))
        numbers = (self.count, self.left_count, self.right_count, f"{self.score:.6g}", self.number)
        return (delimiter.join(self.words), *parts, *numbers)

    def facts(self, delimiter: str = DELIMITER) -> dict[str, Any]:
        """The same as a dict, for JSON."""
        return dict(zip(COLUMNS, self.row(delimiter), strict=True)) | {"score": self.score}


class Phrases(Sequence[Phrase]):
    """Phrases, those with the highest scores first.

    Attributes
    ----------
    delimiter : str   between the words of a phrase
    prefer : str      of phrases that overlap: the ``first``, or the ``best``
    """

    def __init__(
        self, rows: Iterable[Phrase], delimiter: str = DELIMITER, prefer: str = "first"
    ) -> None:
        self._rows = sorted(rows, key=lambda row: -row.score)
        self.delimiter = delimiter
        self.prefer = prefer

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self._rows)

    @property
    def passes(self) -> list[list[Phrase]]:
        """The rows of each pass, those with the highest scores first."""
        numbers = sorted({row.number for row in self._rows})
        return [[row for row in self._rows if row.number == number] for number in numbers]

    def join(self, sentences: Iterable[Sequence[str]]) -> Iterator[list[str]]:
        """Sentences with their phrases joined, one by one as they are asked for.

        Parameters
        ----------
        sentences : iterable of lists of str   may be a generator

        Raises
        ------
        InputError   if one is no list of tokens
        """
        from .sentences import join_sentences

        return join_sentences(self, sentences)

    def save(self, path: Path) -> None:
        """Write a file for `load`: a row of tab-separated fields for each phrase.

        Raises
        ------
        InputError    if a word holds white space, so that it could not be told from two
        OutputError   if the file cannot be written
        """
        for row in self._rows:
            for word in row.words:
                if not word or word.split() != [word]:
                    raise InputError(
                        f"the word {word!r:.60} holds white space, and cannot be told from two in "
                        "a file of phrases; leave such words out"
                    )
        with atomic_output(path) as stream:
            for row in self._rows:
                stream.write(("\t".join(map(str, row.row(self.delimiter))) + "\n").encode())

    @classmethod
    def load(cls, path: Path, prefer: str = "first") -> Phrases:
        """Read the phrases of a file of tab-separated rows, CSV or JSON lines.

        Parameters
        ----------
        path : str or Path   ``-`` is standard input
        prefer : str

        Raises
        ------
        InputError   naming the file and line, if it is no file of phrases
        """
        name = display_name(path)
        with open_text(path) as stream:
            lines = (line.decode(errors="replace") for line in stream)
            rows: list[Phrase] = []
            delimiters: dict[str, int] = {}
            for number, fields in _rows_of(lines, name):
                row = _phrase(fields, f"{name}:{number}")
                rows.append(row)
                delimiters.setdefault(_delimiter(fields["phrase"], row, f"{name}:{number}"), number)
        if len(delimiters) > 1:
            (one, _), (other, number) = list(delimiters.items())[:2]
            raise InputError(
                f"{name}:{number}: the words of its phrase are joined by {other!r:.20}, and those "
                f"before by {one!r:.20}; correct the column phrase"
            )
        return cls(rows, next(iter(delimiters), DELIMITER), prefer)


def no_phrases_note(phrases: Phrases, name: str) -> str | None:
    """What the user should know of a table without phrases; None if there are some."""
    if len(phrases):
        return None
    return (
        f"{name}: there are no phrases, so that none is joined; give a lower {field('threshold')}"
    )


def _rows_of(lines, name):
    """(number of the line, fields by their name) of each row; a header may stand anywhere."""
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        if text.startswith("{"):
            fields = _of_json(text)
        else:
            parts = text.split("\t") if "\t" in text else next(csv.reader([text]), [])
            if tuple(parts) == COLUMNS:
                continue
            fields = dict(zip(COLUMNS, parts, strict=False)) if len(parts) == len(COLUMNS) else None
        if not isinstance(fields, Mapping) or not set(COLUMNS) <= fields.keys():
            raise InputError(
                f"{name}:{number}: is no row of phrases, which has the {len(COLUMNS)} columns "
                f"{', '.join(COLUMNS)}; make the file with w2v phrases"
            )
        yield number, fields


def _of_json(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def _phrase(fields, place):
    """The Phrase of a row."""
    parts = [tuple(str(fields[name]).split()) for name in ("left", "between", "right")]
    if not parts[0] or not parts[2]:
        raise InputError(f"{place}: a phrase has a word on the left and on the right; add it")
    names = ("count", "left_count", "right_count", "pass")
    *counts, number = (_whole(fields[name], name, place) for name in names)
    try:
        score = float(fields["score"])
    except (TypeError, ValueError):
        score = float("nan")
    if score != score:
        raise InputError(f"{place}: the score {fields['score']!r:.60} is no number; correct it")
    if not 1 <= number <= MOST_PASSES_READ:
        raise InputError(
            f"{place}: the pass {number} is not from 1 to {MOST_PASSES_READ}; correct it"
        )
    return Phrase(*parts, *counts, score, number)


def _whole(value, name, place):
    """A whole number of 0 or more."""
    text = str(value)
    # The length comes first: Python refuses to convert thousands of digits.
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < LARGEST):
        raise InputError(f"{place}: the {name} {value!r:.60} is no whole number; correct it")
    return int(text)


def _delimiter(phrase, row, place):
    """What stands between the words of a phrase."""
    joined, words = str(phrase), row.words
    length = (len(joined) - sum(map(len, words))) // (len(words) - 1)
    delimiter = joined[len(words[0]) : len(words[0]) + max(length, 0)]
    if delimiter and delimiter.join(words) == joined:
        return delimiter
    raise InputError(
        f"{place}: the phrase {joined!r:.60} is not its words with a delimiter between; correct "
        "it, or make the file again"
    )
