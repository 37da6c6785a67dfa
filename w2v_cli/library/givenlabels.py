"""Documents with labels that a program has, in blocks as those of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeAlias

from ..corpus.tokenizer import TOKEN_END
from ..errors import InputError
from ..wording.amounts import counted
from ..wording.marks import BYTE_ORDER_MARK
from ..wording.plaintext import is_missing, shown
from .checks import plain
from .givendocuments import check_documents, no_document

Document: TypeAlias = "str | Sequence[str]"
Labels: TypeAlias = "Iterable[str | Iterable[str]]"

DOCUMENTS_AT_ONCE = 1000
AT_START = BYTE_ORDER_MARK.decode()
MISSING = object()


class GivenDocuments:
    """Documents, their labels and weights: gone through once, side by side.

    A text is one document, whatever line ends are in it. The words of a list are taken as they are.

    Parameters
    ----------
    documents : iterable of str, or of lists of str   all texts, or all lists of words
    labels : iterable of str, or of lists of str, or None   those of each; None: there are none
    weights : iterable of numbers, or None            how much each counts; None: all the same
    prefix : str   what labels begin with as they stand in text: put before those that are given,
                   and what begins so in a document is none of its words; empty: nothing

    Attributes
    ----------
    in_tokens : bool   these are lists of words
    name : str         how a message names them
    n_found : int      1: they are one text

    Raises
    ------
    InputError   if they are something else
    """

    name = "the documents"
    n_found = 1

    def __init__(
        self,
        documents: Iterable[Document],
        labels: Labels | None = None,
        weights: Iterable[float] | None = None,
        prefix: str = "",
    ) -> None:
        check_documents(documents)
        _check_column(labels, "labels")
        _check_column(weights, "weights")
        for name, column in (("labels", labels), ("weights", weights)):
            if hasattr(documents, "__len__") and hasattr(column, "__len__"):
                _check_numbers(name, len(documents), len(column))  # type: ignore[arg-type]
        items = iter(documents)
        first = list(islice(items, 1))
        self.in_tokens = bool(first) and not isinstance(first[0], str)
        self._documents = chain(first, items)
        self._labels, self._weights, self._prefix = labels, weights, prefix

    def blocks(self) -> Iterator[tuple[bytes, bytes, list[float]]]:
        """Text, labels and weights of some documents, as `labelled.columns` hands them over."""
        labels = None if self._labels is None else iter(self._labels)
        weights = None if self._weights is None else iter(self._weights)
        number = 0
        while documents := list(islice(self._documents, DOCUMENTS_AT_ONCE)):
            some_labels = _next(labels, len(documents), number, "labels")
            some_weights = _next(weights, len(documents), number, "weights")
            yield (
                self._text(documents, number),
                self._lines(some_labels, len(documents), number),
                [_weight(each, number + place) for place, each in enumerate(some_weights, 1)],
            )
            number += len(documents)
        for name, column in (("labels", labels), ("weights", weights)):
            if column is not None and next(column, MISSING) is not MISSING:
                _check_numbers(name, number, None)

    def _text(self, documents: list[Any], number: int) -> bytes:
        line = self._words if self.in_tokens else _line
        lines = [line(each, number + place) for place, each in enumerate(documents, 1)]
        # Halves of surrogate pairs, which are no text, are repaired as other bytes of that kind.
        text = "".join(lines).encode(errors="surrogatepass")
        return text.replace(b"\0", TOKEN_END) if self.in_tokens else text

    def _words(self, document: Any, number: int) -> str:
        """The words of a list, with a NUL behind each."""
        if isinstance(document, str):
            raise InputError(
                f"document {number} is a text, and those before it are lists of words; give all of "
                "them as texts, or all as lists"
            )
        is_list = isinstance(document, Iterable) and not isinstance(document, (bytes, Mapping))
        words: list[Any] = list(document) if is_list else [document]
        if not all(isinstance(word, str) for word in words):
            raise no_document(document, number)
        if self._prefix:
            words = [word for word in words if not word.startswith(self._prefix)]
        line = "\0".join(words)
        if "\n" in line or (words and line.count("\0") != len(words) - 1):
            raise InputError(
                f"document {number}: a word holds a newline or a NUL, which end words: "
                f"{shown(words)}; give a text, or split them there"
            )
        return f"{line}\n"

    def _lines(self, labels: list[Any], n_documents: int, number: int) -> bytes:
        if self._labels is None:
            return b"\n" * n_documents
        lines = []
        for place, each in enumerate(labels, number + 1):
            names = [each] if isinstance(each, str) else _several(each, place)
            lines.append("".join(f"{self._prefix}{_checked(name, place)}\0" for name in names))
        lines.append("")
        return "\n".join(lines).encode(errors="surrogatepass")


def _line(document: Any, number: int) -> str:
    if not isinstance(document, str):
        if isinstance(document, Iterable) and not isinstance(document, (bytes, Mapping)):
            raise InputError(
                f"document {number} is a list, and those before it are texts; give all of them as "
                "texts, or all as lists of words"
            )
        raise no_document(document, number)
    return document.removeprefix(AT_START).replace("\n", " ") + "\n"


def _several(labels: Any, number: int) -> list[Any]:
    """The labels of one document."""
    is_list = isinstance(labels, Iterable) and not isinstance(labels, (bytes, Mapping))
    return list(labels) if is_list and getattr(labels, "shape", None) != () else [labels]


def _checked(label: Any, number: int) -> str:
    if not isinstance(label, str):
        if is_missing(label):
            raise InputError(
                f"the label of document {number} is missing ({label}); leave that document out, or "
                "give [] if it has none"
            )
        raise InputError(
            f"the label of document {number} is {shown(label)}; a label is a text, such as "
            "str(label), and several are a list of them"
        )
    if not label or "\n" in label or "\0" in label:
        fault = "holds a newline or a NUL" if label else "is empty"
        raise InputError(
            f"the label {shown(label)} of document {number} {fault}; give it another name, or [] "
            "if it has none"
        )
    return label


def _weight(weight: Any, number: int) -> float:
    value = plain(weight)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e38:
        raise InputError(
            f"the weight of document {number} is {shown(weight)}; give a number from 0 on"
        )
    return float(value)


def _check_column(column: Any, name: str) -> None:
    """Raise InputError if something is no column of values, one for each document."""
    if column is None:
        return
    shape = getattr(column, "shape", (0,))
    is_one = isinstance(column, (str, bytes, Mapping)) or not isinstance(column, Iterable)
    if is_one or hasattr(column, "columns") or shape == ():
        raise InputError(
            f"{name} must be a list, one for each document, not {shown(column)}; give a list"
        )


def _next(column: Iterator[Any] | None, n: int, number: int, name: str) -> list[Any]:
    if column is None:
        return []
    some = list(islice(column, n))
    if len(some) < n:
        _check_numbers(name, None, number + len(some))
    return some


def _check_numbers(name: str, n_documents: int | None, n_others: int | None) -> None:
    """Raise InputError if numbers differ; None: there are more than of the other."""
    if n_documents == n_others:
        return
    noun = name.removesuffix("s")
    one = _known_number(n_documents, n_others, "document")
    other = _known_number(n_others, n_documents, noun)
    raise InputError(f"{one} and {other} were given; give one for each document")


def _known_number(number: int | None, other: int | None, noun: str) -> str:
    """How many of a column there are; None: more than of the other one."""
    return counted(number, noun) if number is not None else f"more than {counted(other, noun)}"
