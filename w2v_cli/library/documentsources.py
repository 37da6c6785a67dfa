"""Where a program in Python has documents with labels from: from itself, files, or tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..errors import ConfigError, InputError, field
from ..files.paths import STDIO, Path
from ..labelled.columns import Columns, columns_of
from ..wording.plaintext import shown
from .checks import path_of, plain
from .givenlabels import GivenDocuments, Labels


class DocumentSource(NamedTuple):
    """Where documents come from: a program, or files."""

    given: GivenDocuments | None
    paths: tuple[str, ...]
    columns: Columns | None


def documents_asked(
    documents: Any,
    labels: Labels | None,
    weights: Iterable[float] | None,
    text: Any,
    label: Any,
    weight: Any,
    prefix: str = "",
) -> DocumentSource:
    """The DocumentSource that arguments of a function stand for.

    Parameters
    ----------
    documents, labels, weights, text, label, weight : see `classifiers.train_classifier`
    prefix : str   see `GivenDocuments`

    Raises
    ------
    InputError, ConfigError   if they are something else, or contradict each other
    """
    columns = columns_of(
        _names(text, "text"), _names(label, "label"), None if weight is None else str(plain(weight))
    )
    if labels is None:
        if weights is not None:
            raise ConfigError(
                f"weights are those of documents that are given with labels; "
                f"of a table, {field('weight')} names the column"
            )
        return DocumentSource(None, _paths(documents), columns)
    if columns is not None:
        raise ConfigError(
            "labels are given, and so are names of columns; give documents with their "
            "labels, or a path with the names of its columns"
        )
    return DocumentSource(GivenDocuments(documents, labels, weights, prefix), (), None)


def _names(columns: Any, name: str) -> tuple[str, ...]:
    """Names of columns: one, or several."""
    several = [columns] if isinstance(columns, (str, int)) else list(columns)
    names = [plain(each) for each in several]
    if any(isinstance(each, bool) or not isinstance(each, (str, int)) for each in names):
        raise ConfigError(
            f"{field(name)} must be a column, by name or by number, not {shown(columns)}"
        )
    return tuple(map(str, names))


def _paths(documents: Any) -> tuple[str, ...]:
    is_one = isinstance(documents, (str, os.PathLike))
    several = [documents] if is_one else documents
    if not is_one and not (
        isinstance(documents, Sequence)
        and documents
        and all(isinstance(each, (str, os.PathLike)) for each in documents)
    ):
        raise InputError(
            f"documents without labels are a path or several, not {shown(documents)}; "
            f"give texts with their labels, one for each"
        )
    paths = tuple(os.fsdecode(path) for path in several)
    for path in paths:
        if path != STDIO and ("\0" in path or not os.path.exists(path)):
            raise InputError(
                f"{shown(path)}: no such file or folder; if it is a text, give texts with their "
                f"labels, one for each"
            )
    return paths


def output_asked(output: Path | None, inputs: tuple[str, ...]) -> str | None:
    """Where a model goes; OutputError now, and not after training, if it cannot."""
    if output is None:
        return None
    from ..files.outputs import check_apart, check_output
    from ..formats.provenance import check_beside, path_beside

    path = path_of(output, "output")
    check_apart(path, "a text", inputs)
    check_output(path)
    if path_beside(path):
        check_beside(path)
    return path
