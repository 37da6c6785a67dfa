"""Folders in which other programs keep a model: the file of vectors in one, or what to do."""

import os

from ..errors import InputError
from ..files.inputs import LOOKED_AT, open_input
from .recognition import looks_like_vectors
from .wordrules import some_of

TENSORS = "model.safetensors"
PARAMETERS = (
    TENSORS,
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
"""What the parameters of a model are in, whole or in parts; those first that are read sooner."""
INSIDE = ("0_StaticEmbedding", "0_Transformer", "")
"""Where sentence-transformers may keep its table, and a transformer that it goes on from."""
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
OWN_SIDES = (".w2v.json", ".words.txt", ".vocab.json", ".metadata.tsv")
LOOKED_INTO = 50


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
    for inside in INSIDE:
        for name in PARAMETERS:
            path = os.path.join(folder, inside, name)
            if os.path.isfile(path):
                return path
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
