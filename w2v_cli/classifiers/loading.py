"""A classifier of a file."""

from __future__ import annotations

from dataclasses import replace

from ..files.paths import Path
from ..labelled.config import check_prefix
from ..library.checks import check_switches, path_of, plain
from ..library.noticing import Place
from .textclassifier import TextClassifier


def load_classifier(
    path: Path,
    *,
    tokenize: str | None = None,
    lowercase: bool | None = None,
    digits: str | None = None,
    label_prefix: str | None = None,
) -> TextClassifier:
    """Read a classifier: what `TextClassifier.save` or ``w2v classify train`` wrote, or fastText.

    Parameters
    ----------
    path : str or Path   a supervised model of fastText, ``.bin`` or quantized ``.ftz``
    tokenize, lowercase, digits : see `train_classifier`; None: as in training, where that is known
    label_prefix : str or None   what labels begin with in text; None: as in training

    Returns
    -------
    TextClassifier

    Warns
    -----
    W2VWarning   of what was noticed, such as a record that is of another file

    Raises
    ------
    InputError   if it cannot be read, is damaged, or is no classifier
    """
    from ..formats.classifier_file import read_classifier

    check_switches(lowercase=lowercase)
    classifier = read_classifier(path_of(path, "path"))
    for note in classifier.notes:
        Place().warn(note)
    asked = {"tokenize": tokenize, "lowercase": lowercase, "digits": digits}
    text = {name: plain(value) for name, value in asked.items() if value is not None}
    if label_prefix is not None:
        check_prefix(label_prefix)
        classifier = replace(classifier, label_prefix=label_prefix)
    return TextClassifier(replace(classifier, text=replace(classifier.text, **text)))
