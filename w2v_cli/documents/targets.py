"""What documents are to be told apart by, in the forms that scikit-learn has for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..machine.libraries import require

multiclass = require("sklearn.utils.multiclass", "w2v_cli.documents")
validation = require("sklearn.utils.validation", "w2v_cli.documents")

SINGLE, INDICATOR, LISTS = "single", "indicator", "lists"
"""One class each; a matrix of 0 and 1, with a column a class; or lists of classes."""


class Targets(NamedTuple):
    """The classes of documents.

    Attributes
    ----------
    form : str                          SINGLE, INDICATOR or LISTS
    classes : ndarray, (n_classes,)     sorted; of an indicator matrix the numbers of its columns
    of_documents : list of list of int  places in ``classes``
    """

    form: str
    classes: npt.NDArray[Any]
    of_documents: list[list[int]]

    def weights(self, of_classes: dict[Any, float]) -> npt.NDArray[np.float64]:
        """The weights of documents by those of classes: the mean of those that a document has.

        Parameters
        ----------
        of_classes : dict of class to number   1 for those that are missing

        Returns
        -------
        ndarray of float64, (n,)
        """
        each = np.array([float(of_classes.get(name, 1)) for name in self.classes.tolist()])
        return np.array([each[some].mean() if some else 1.0 for some in self.of_documents])


def targets_of(y: Any) -> Targets:
    """The Targets that ``y`` stands for.

    Raises
    ------
    ValueError   if it is nothing of that kind
    """
    if hasattr(y, "toarray"):
        y = y.toarray()
    y = list(y) if isinstance(y, Iterator) else y
    if _is_lists(y):
        return _of_lists(y)
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] > 1:
        return _of_matrix(array)
    array = validation.column_or_1d(array, warn=True)
    if array.dtype == object and not any(isinstance(each, str) for each in array):
        array = np.array(array.tolist())  # numbers, in a column of a table
    validation.assert_all_finite(array)
    if array.dtype == object and any(each is None for each in array.tolist()):
        raise ValueError("y has a missing label (None); leave that document out")
    multiclass.check_classification_targets(array)
    classes, places = np.unique(array, return_inverse=True)
    return Targets(SINGLE, classes, [[place] for place in places.tolist()])


def _is_lists(y: Any) -> bool:
    """Whether each element is a list, and all together are no matrix of 0 and 1."""
    if getattr(y, "ndim", 1) != 1 or hasattr(y, "columns") or isinstance(y, (str, bytes)):
        return False
    if not isinstance(y, Iterable):
        return False
    some = list(y)
    if not some or not all(_is_list(each) for each in some):
        return False
    values = {value for each in some for value in each}
    is_matrix = len({len(each) for each in some}) == 1 and len(some[0]) > 1
    return not (is_matrix and all(isinstance(v, (int, np.integer)) and v in (0, 1) for v in values))


def _is_list(each: Any) -> bool:
    if isinstance(each, np.ndarray):
        return each.ndim == 1
    return isinstance(each, (list, tuple, set, frozenset))


def _of_lists(y: Iterable[Sequence[Any]]) -> Targets:
    rows = [list(each) for each in y]
    try:
        names = sorted({name for row in rows for name in row})
    except TypeError as error:
        raise ValueError(f"y has labels that cannot be sorted: {error}") from error
    classes = np.array(names)
    if classes.ndim != 1:
        raise ValueError("y has lists of lists; give each document a list of labels")
    place = {name: number for number, name in enumerate(names)}
    return Targets(LISTS, classes, [sorted({place[name] for name in row}) for row in rows])


def _of_matrix(array: npt.NDArray[Any]) -> Targets:
    if multiclass.type_of_target(array) != "multilabel-indicator":
        raise ValueError(
            "y has several columns, and is no indicator matrix; give one with 0 and 1, or a list "
            "of labels for each document"
        )
    of_documents = [np.flatnonzero(row).tolist() for row in array]
    return Targets(INDICATOR, np.arange(array.shape[1]), of_documents)


def label_names(classes: npt.NDArray[Any]) -> list[str]:
    """A text for each class: its own, where these are all different and can stand in a file."""
    names = [str(each) for each in classes.tolist()]
    fits = all(name and name.isprintable() for name in names)
    return names if fits and len(set(names)) == len(names) else list(map(str, range(len(names))))
