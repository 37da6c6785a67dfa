"""A language model out of a file, and what to say of it."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import InputError
from ..formats.reading import read
from ..languagemodels.model import LanguageModel


class Opened(NamedTuple):
    """A language model that was read.

    Attributes
    ----------
    model : LanguageModel
    name : str             of the file, for messages
    notes : list of str    what the user should know
    """

    model: LanguageModel
    name: str
    notes: list[str]


def open_language_model(path: str) -> Opened:
    """Read the language model of a file; its matrices are mapped.

    Parameters
    ----------
    path : str   ``-`` is standard input

    Raises
    ------
    InputError   if the file cannot be read, or holds no language model
    """
    found = read(path)
    name, model = found.name, found.embeddings.language_model
    if model is None:
        raise InputError(
            f"{name}: has no language model: w2v train --model nnlm or rnnlm makes one, and writes "
            "it to a file in .w2v"
        )
    return Opened(model, name, [*found.notes, *model_notes(model)])


def model_notes(model: LanguageModel) -> list[str]:
    """What a user should know who asks a model for probabilities of lines."""
    notes = []
    if model.loss == "ns":
        notes.append(
            "this model was trained with negative sampling, which learns no probabilities: they "
            "are made of its scores, and are not those that it was trained to give"
        )
    if model.text.sentences:
        notes.append(
            "this model was trained on sentences, and each line is taken for one: put one on a line"
        )
    return notes
