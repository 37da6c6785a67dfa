"""safetensors: the matrix under a name, its words in ``NAME.vocab.json`` beside it."""

import json
import math
from itertools import chain

import numpy as np

from ..errors import InputError, OutputError, field
from ..files.outputs import atomic_outputs
from ..machine.libraries import require
from .arrays import blocks_of, join_words
from .int8 import matrix_codes, matrix_scales
from .sidecar import JSON, stem, words_beside, write_json

MAX_HEADER = 100_000_000
LENGTH_BYTES = 8
NUMPY_TYPES = {
    f"{kind.upper()}{8 * size}": f"<{kind}{size}"
    for kind, sizes in (("f", (2, 4, 8)), ("i", (1, 2, 4, 8)), ("u", (1, 2, 4, 8)))
    for size in sizes
}
"""What safetensors calls the types that NumPy has."""
OWN_NAME = "vectors"
INT8_NAME, SCALES_NAME = "embeddings", "weights"
"""As model2vec calls a matrix of int8, and what its rows are to be multiplied by."""
OWN_KEY = "provenance"


def recognises(head):
    """Whether a file that begins with these bytes is a safetensors file."""
    length = int.from_bytes(head[:LENGTH_BYTES], "little")
    return head[LENGTH_BYTES : LENGTH_BYTES + 1] == b"{" and 2 <= length <= MAX_HEADER


def _library():
    return require("safetensors", "a safetensors file")


def read(source):
    """The Embeddings of a matrix and the words beside it; mapped where the file allows it."""
    from .static_model import number_of_special, vectors_of

    library = _library()
    words, counts, _ = words_beside(source, JSON)
    n_special = number_of_special(source, words)
    asked = source.limit
    if asked is not None:
        source.limit = asked + n_special
    try:
        if source.is_plain_file:
            with library.safe_open(source.path, framework="numpy") as file:
                tensors = _OfFile(file)
                vectors, subwords = vectors_of(tensors, words, source)
        else:
            tensors = _OfBytes(library, source.read_all())
            vectors, subwords = vectors_of(tensors, words, source)
    except library.SafetensorError as error:
        raise InputError(
            f"{source.name}: is damaged: {error}; get or make the file again"
        ) from error
    source.provenance, source.limit = _provenance(tensors.metadata), asked
    if n_special:
        words, vectors = words[n_special:], vectors[n_special:]
        counts = None if counts is None else counts[n_special:]
    return join_words(words[:asked], vectors, source, counts, subwords)


class _OfFile:
    """The tensors of an open file: their ``shapes`` and ``metadata``, and each as an array."""

    def __init__(self, file):
        self._slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - no dict
        self.shapes = {
            name: (part.get_dtype(), part.get_shape()) for name, part in self._slices.items()
        }
        self.metadata = file.metadata()

    def get(self, name, limit=None):
        """All of a tensor, or its first rows."""
        part = self._slices[name]
        return part[:] if limit is None else part[:limit]


class _OfBytes:
    """Likewise of a file that cannot be mapped."""

    def __init__(self, library, data):
        self._tensors = dict(library.deserialize(data))
        self.shapes = {
            name: (tensor["dtype"], tensor["shape"]) for name, tensor in self._tensors.items()
        }
        length = int.from_bytes(data[:LENGTH_BYTES], "little")
        header = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length])
        self.metadata = header.get("__metadata__")

    def get(self, name, limit=None):
        """All of a tensor, or its first rows."""
        dtype, shape = self.shapes[name]
        numbers = np.frombuffer(self._tensors[name]["data"], NUMPY_TYPES[dtype])
        return numbers.reshape(shape)[:limit]


def _provenance(metadata):
    """The file's metadata; what we wrote as JSON under one key is that again."""
    own = (metadata or {}).get(OWN_KEY)
    try:
        return json.loads(own) if own else metadata
    except (ValueError, RecursionError):
        return metadata


def side_files(path):
    """Where the words lie."""
    return [stem(path) + JSON]


def write(target, words, vectors):
    """Write the header, then the rows: the library would need a second copy of them."""
    _library()
    [beside] = side_files(target.path)
    n_words, dim = map(int, vectors.shape)
    with atomic_outputs([target.path, beside]) as [stream, words_stream]:
        if target.dtype == "int8":
            scales = matrix_scales(vectors)
            # Larger numbers first, so that they begin at multiples of their size.
            tensors = {SCALES_NAME: ("F32", [n_words]), INT8_NAME: ("I8", [n_words, dim])}
            blocks = chain([scales.astype("<f4")], matrix_codes(vectors, scales))
        else:
            itemsize = np.dtype(target.dtype).itemsize
            tensors = {OWN_NAME: (f"F{8 * itemsize}", [n_words, dim])}
            blocks = blocks_of(vectors, target.dtype)
        stream.write(header(tensors, target.path, target.provenance))
        for block in blocks:
            stream.write(block.data)
        write_json(words_stream, words, target.counts)


def header(tensors, path, provenance=None):
    """The bytes before the numbers: a JSON object, its length before it (safetensors README).

    Parameters
    ----------
    tensors : dict of str to (str, list of int)   names of what follows, in that order -> (type as
                                                  safetensors calls it, shape)
    path : str                                    for messages
    provenance : dict or None                     goes along as metadata

    Raises
    ------
    OutputError   if that is longer than safetensors allows
    """
    content, start = {}, 0
    for name, (dtype, shape) in tensors.items():
        stop = start + math.prod(shape) * np.dtype(NUMPY_TYPES[dtype]).itemsize
        content[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}
        start = stop
    if provenance:
        content["__metadata__"] = {OWN_KEY: json.dumps(provenance)}
    text = json.dumps(content, ensure_ascii=False).encode()
    # Numbers begin at a multiple of eight, so that they can be mapped.
    text += b" " * (-len(text) % LENGTH_BYTES)
    if len(text) > MAX_HEADER:
        raise OutputError(
            f"{path}: not written: its metadata is too long; "
            f"{field('provenance', False)} makes it short"
        )
    return len(text).to_bytes(LENGTH_BYTES, "little") + text
