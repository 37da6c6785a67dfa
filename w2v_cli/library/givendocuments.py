"""Documents that a program gives: what is none, and what to give instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import InputError
from ..wording.plaintext import is_missing, shown

MOSTLY = 0.5
"""A share of words with white space in them, above which they are no words."""


def check_documents(documents: Iterable[Any]) -> None:
    """Raise InputError if something is no column of documents, but would pass for one."""
    if isinstance(documents, (str, bytes)):
        raise InputError("documents are a list of texts, not a single text; give [text]")
    shape = getattr(documents, "shape", (0,))
    if isinstance(shape, tuple) and len(shape) > 1:
        raise InputError(
            f"documents are one column of texts, not a table of the shape {shape}; give a column: "
            "df['review'], array[:, 0], or in a ColumnTransformer its name without a list"
        )
    if isinstance(documents, Mapping) or not isinstance(documents, Iterable) or shape == ():
        raise InputError(f"documents are a list of texts, not {type(documents).__name__}; give one")


def check_words(documents: Sequence[Any], unknown: Sequence[str], n_known: int) -> None:
    """Raise InputError if documents are the rows of a table: each a list of texts, not of words.

    Parameters
    ----------
    documents : sequence of str, or of lists of str
    unknown : sequence of str   their words that are not known
    n_known : int               how many others there are
    """
    n_spaced = sum(len(word.split()) > 1 for word in unknown)
    if n_spaced <= MOSTLY * (len(unknown) + n_known):
        return
    lists = [document for document in documents if not isinstance(document, str)]
    if lists:
        raise InputError(
            f"documents are texts or lists of words, and {shown(lists[0])} is a row of a table; "
            "give one column: [row[0] for row in rows]"
        )


def no_document(document: object, number: int) -> InputError:
    """The error of something that is neither a text nor a list of words."""
    if is_missing(document):
        return InputError(
            f"document {number} is missing ({document}); leave it out, or give an empty text: "
            "df['review'].fillna('')"
        )
    return InputError(
        f"a document is a text or a list of words, not {shown(document)}; it is number {number}"
    )
