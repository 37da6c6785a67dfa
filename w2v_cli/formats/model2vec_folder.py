"""A folder that model2vec, sentence-transformers and model2vec's reader in Rust take for a model.

===================== =============================================================================
``model.safetensors`` ``embeddings``: a row for each token; with int8 ``weights``, which model2vec
                      multiplies rows by
``tokenizer.json``    how text becomes tokens, see `wordlevel`
``config.json``       what model2vec asks for: ``normalize``, ``max_length``
``modules.json``      what sentence-transformers asks for: which of its classes read the folder
===================== =============================================================================

The vector of a text is the mean of the rows of its tokens, scaled to length 1. So weights of words
must be in the rows themselves: SIF's a / (a + p), see `embeddings.frequency`.
"""

import json
import os
from contextlib import suppress
from itertools import chain

import numpy as np

from .. import __version__
from ..embeddings.blocks import LazyRows
from ..embeddings.frequency import smooth_inverse_frequencies
from ..errors import OutputError
from ..files.outputs import atomic_outputs, make_folder
from ..files.paths import reason
from .arrays import blocks_of
from .int8 import matrix_codes, matrix_scales
from .safetensors_file import INT8_NAME, SCALES_NAME, header
from .static_model import SPECIAL_KEY
from .wordlevel import N_SPECIAL, encoded, special_tokens, word_level
from .wordrules import NULS_AND_BLANKS, encode_lines

MATRIX, TOKENIZER, CONFIG, MODULES = FILES = (
    "model.safetensors", "tokenizer.json", "config.json", "modules.json",
)  # fmt: skip
MARK = "w2v"
"""The key of config.json by which a folder is known that may be written again."""
LARGEST_CONFIG = 1 << 20
STATIC_EMBEDDING = "sentence_transformers.models.StaticEmbedding"
NORMALIZE = "sentence_transformers.models.Normalize"


def side_files(path):
    """All files of the folder ``path``."""
    return [os.path.join(path, name) for name in FILES]


def check_folder(path):
    """Find out before the work whether a folder may be written.

    Raises
    ------
    OutputError   if a file is there, or a folder with other files than those of an earlier run
    """
    path = str(path)
    if not os.path.lexists(path):
        return
    if not os.path.isdir(path):
        raise OutputError(f"{path}: is a file, and a model2vec folder is to be there; name another")
    try:
        names = os.listdir(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be read: {reason(error)}; name another folder"
        ) from error
    if names and not _is_own(path):
        raise OutputError(
            f"{path}: is a folder with other files in it, which a model would be mixed with; name "
            "a new folder"
        )


def _is_own(path):
    """Whether a folder has a model that was written here."""
    try:
        name = os.path.join(path, CONFIG)
        if os.path.getsize(name) > LARGEST_CONFIG:
            return False
        with open(name, encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(config, dict) and MARK in config


def write(target, words, vectors):
    """Write words as tokens, and their vectors, weighted as the Target's ``pooled`` says.

    Raises
    ------
    OutputError   also if a word holds white space, at which text is cut, and so is none of a text
    ConfigError   if words are to count by frequencies that nobody knows
    """
    encode_lines(words, NULS_AND_BLANKS)
    pooled = target.pooled
    weights = None
    if pooled.is_weighted(target.counts):
        weights = smooth_inverse_frequencies(target.counts, pooled.a).astype(np.float32)
    write_model(
        target.path,
        word_level(words, pooled.text(target.settings)),
        _with_special(vectors, weights),
        dtype=target.dtype,
        provenance=target.provenance,
        facts={
            "sif_coefficient": None if weights is None else pooled.a,
            SPECIAL_KEY: special_tokens(words),
        },
    )


def write_model(
    path, tokenizer, vectors, *, dtype="float32", normalize=True, provenance=None, facts=None
):
    """Write a model of tokens, all of its files or none.

    Parameters
    ----------
    path : str                   the folder, made if it is not there
    tokenizer : dict             the content of a tokenizer.json, see `wordlevel.word_level`
    vectors : rows of float32, shape (n_tokens, dim)   finite; row i is of token i, and is what it
                                 counts with in a text
    dtype : str                  one of `registry.NUMBER_TYPES`
    normalize : bool             vectors of texts get length 1
    provenance : dict or None    where the vectors come from, as JSON holds it
    facts : dict or None         more for config.json

    Raises
    ------
    OutputError   if a file cannot be written, or something else is in the folder
    """
    path = str(path)
    check_folder(path)
    tensors, blocks = _tensors(vectors, dtype)
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": int(vectors.shape[1]),
        "normalize": normalize,
        # Texts are taken whole, however long they are.
        "max_length": None,
        "embedding_dtype": dtype,
        **(facts or {}),
        MARK: __version__,
    }
    contents = [encoded(tokenizer), _json(config), _json(_modules(normalize))]
    is_new = not os.path.isdir(path)
    make_folder(path)
    try:
        with atomic_outputs(side_files(path)) as [matrix, *others]:
            matrix.write(header(tensors, path, provenance))
            for block in blocks:
                matrix.write(block.data)
            for stream, content in zip(others, contents, strict=True):
                stream.write(content)
    except BaseException:
        if is_new:
            with suppress(OSError):
                os.rmdir(path)
        raise


def _tensors(vectors, dtype):
    """(what the header says of the tensors, the arrays in their order)."""
    n_rows, dim = map(int, vectors.shape)
    if dtype == "int8":
        # model2vec takes int8 as it is but for ``weights``. Larger numbers first, so that they
        # begin at multiples of their size.
        scales = matrix_scales(vectors)
        tensors = {SCALES_NAME: ("F32", [n_rows]), INT8_NAME: ("I8", [n_rows, dim])}
        return tensors, chain([scales.astype("<f4")], matrix_codes(vectors, scales))
    n_bits = 8 * np.dtype(dtype).itemsize
    return {INT8_NAME: (f"F{n_bits}", [n_rows, dim])}, blocks_of(vectors, dtype)


def _with_special(vectors, weights):
    """Rows of all tokens: zeros for those that are no words, then the words', weighted."""
    n_rows, dim = vectors.shape

    def rows_of(wanted):
        start, stop, step = wanted.indices(n_rows + N_SPECIAL)
        of_words = slice(max(start - N_SPECIAL, 0), max(stop - N_SPECIAL, 0))
        rows = np.asarray(vectors[of_words], dtype=np.float32)
        if weights is not None:
            rows = rows * weights[of_words, np.newaxis]
        if start < N_SPECIAL:
            zeros = np.zeros((min(stop, N_SPECIAL) - start, dim), dtype=np.float32)
            rows = np.concatenate([zeros, rows])
        return rows[::step]

    return LazyRows(n_rows + N_SPECIAL, dim, rows_of)


def _modules(normalize):
    modules = [{"idx": 0, "name": "0", "path": ".", "type": STATIC_EMBEDDING}]
    if normalize:
        modules.append({"idx": 1, "name": "1", "path": "1_Normalize", "type": NORMALIZE})
    return modules


def _json(content):
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
