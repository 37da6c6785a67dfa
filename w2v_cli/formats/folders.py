"""Folders in which other programs keep a model: the file of vectors in one, or what to do."""

import json
import os

from ..errors import InputError
from ..files.inputs import LOOKED_AT, open_input
from .recognition import looks_like_vectors
from .wordrules import some_of

TENSORS = "model.safetensors"
STATIC = "0_StaticEmbedding"
"""Where sentence-transformers may keep its table."""
FOREIGN = (
    (
        ("key2row", "freqs.json"),
        "a folder of sense2vec",
        "in sense2vec, write each key and vector of its items() as a line of text",
    ),
    (
        ("key2row", "vectors"),
        "a folder of spaCy vectors",
        "in spaCy, write the words of nlp.vocab.strings that have a vector as lines of text",
    ),
    (
        ("vocab/key2row", "vocab/vectors"),
        "a spaCy pipeline",
        "in spaCy, write the words of nlp.vocab.strings that have a vector as lines of text",
    ),
    (("vocab/vectors.cfg", "meta.json"), "a spaCy pipeline without vectors", "take one with them"),
    (
        ("metadata", "data"),
        "a model of Spark",
        "in Spark, write the rows of model.getVectors() as lines of text",
    ),
)
"""Files by which a folder is known, what it is, and how its vectors are had."""
OF_TRANSFORMERS = ("num_hidden_layers", "num_attention_heads")
OWN_SIDES = (".w2v.json", ".words.txt", ".vocab.json", ".metadata.tsv")
LOOKED_INTO = 50
LARGEST_CONFIG = 1 << 20


def file_in_folder(folder):
    """The file of vectors in a folder.

    Parameters
    ----------
    folder : str

    Returns
    -------
    str   its path

    Raises
    ------
    InputError   if there is none, or several, or the folder is that of a program whose files are
                 not read here
    """
    for inside in (os.path.join(folder, STATIC), folder):
        if os.path.isfile(os.path.join(inside, TENSORS)):
            _check_no_transformer(inside)
            return os.path.join(inside, TENSORS)
    for marks, what, advice in FOREIGN:
        if all(os.path.exists(os.path.join(folder, mark)) for mark in marks):
            raise InputError(f"{folder}: is {what}, which cannot be read here; {advice}")
    names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    files = [name for name in names if os.path.isfile(os.path.join(folder, name))]
    vectors = [name for name in files[:LOOKED_INTO] if _holds_vectors(folder, name)]
    if len(vectors) == 1:
        return os.path.join(folder, vectors[0])
    if vectors:
        raise InputError(
            f"{folder}: is a folder with {len(vectors)} files of vectors "
            f"({some_of(vectors, 8)}); name one of them"
        )
    raise InputError(
        f"{folder}: is a folder without a file of vectors that can be read here; it holds "
        f"{some_of(names, 8) or 'nothing'}"
    )


def _holds_vectors(folder, name):
    path = os.path.join(folder, name)
    if name.endswith(OWN_SIDES):
        return False
    try:
        with open_input(path) as stream:
            return looks_like_vectors(stream.read(LOOKED_AT), path)
    except InputError:
        return False


def _check_no_transformer(folder):
    """Raise InputError for a model that makes vectors of words in their context."""
    try:
        path = os.path.join(folder, "config.json")
        if os.path.getsize(path) > LARGEST_CONFIG:
            return
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError, RecursionError):
        return
    if isinstance(config, dict) and any(key in config for key in OF_TRANSFORMERS):
        raise InputError(
            f"{folder}: is a transformer model, in which words have no vectors of their own; "
            "model2vec distills one into a table of vectors, which can be read here"
        )
