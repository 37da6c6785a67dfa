"""safetensors: the matrix under a name, its words in ``NAME.vocab.json`` beside it."""

import json

import numpy as np

from ..errors import InputError, OutputError, field
from ..files.outputs import atomic_outputs
from ..machine.libraries import require
from .arrays import blocks_of, check_lengths, join_words
from .sidecar import JSON, stem, words_beside, write_json

MAX_HEADER = 100_000_000
LENGTH_BYTES = 8
TENSOR_NAMES = ("vectors", "embeddings", "embedding.weight", "emb_layer.weight")
"""What NeuML staticvectors, model2vec and sentence-transformers call the matrix."""
FLOATS = ("F16", "F32", "F64")
OWN_NAME = TENSOR_NAMES[0]
OWN_KEY = "provenance"


def recognises(head):
    """Whether a file that begins with these bytes is a safetensors file."""
    length = int.from_bytes(head[:LENGTH_BYTES], "little")
    return head[LENGTH_BYTES : LENGTH_BYTES + 1] == b"{" and 2 <= length <= MAX_HEADER


def _library():
    return require("safetensors", "a safetensors file")


def read(source):
    """The Embeddings of a matrix and the words beside it; mapped where the file allows it."""
    library = _library()
    words, counts, _ = words_beside(source, JSON)
    try:
        if source.is_plain_file:
            with library.safe_open(source.path, framework="numpy") as file:
                matrix = _from_file(file, words, source)
                metadata = file.metadata()
        else:
            matrix, metadata = _from_bytes(library, words, source)
    except library.SafetensorError as error:
        raise InputError(
            f"{source.name}: is damaged: {error}; get or make the file again"
        ) from error
    source.provenance = _provenance(metadata)
    return join_words(words[: source.limit], matrix[: source.limit], source, counts)


def _from_file(file, words, source):
    """The matrix, or the rows of it that are wanted."""
    slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    shapes = {name: (part.get_dtype(), part.get_shape()) for name, part in slices.items()}
    part = slices[_chosen(shapes, source.name)]
    check_lengths(words, part.get_shape()[0], source.name)
    return part[:] if source.limit is None else part[: source.limit]


def _from_bytes(library, words, source):
    """The matrix of a file that cannot be mapped, and its metadata."""
    data = source.read_all()
    tensors = dict(library.deserialize(data))
    shapes = {name: (tensor["dtype"], tensor["shape"]) for name, tensor in tensors.items()}
    name = _chosen(shapes, source.name)
    dtype, shape = shapes[name]
    matrix = np.frombuffer(tensors[name]["data"], f"<f{int(dtype[1:]) // 8}").reshape(shape)
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    check_lengths(words, shape[0], source.name)
    return matrix, json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length]).get("__metadata__")


def _provenance(metadata):
    """The file's metadata; what we wrote as JSON under one key is that again."""
    own = (metadata or {}).get(OWN_KEY)
    try:
        return json.loads(own) if own else metadata
    except (ValueError, RecursionError):
        return metadata


def _chosen(shapes, name):
    """The name of the matrix among the tensors: one of the known names, or the only one."""
    matrices = [
        key for key, (dtype, shape) in shapes.items() if len(shape) == 2 and dtype in FLOATS
    ]
    known = [key for key in TENSOR_NAMES if key in matrices]
    if len(matrices) == 1 or known:
        return (known or matrices)[0]
    found = ", ".join(f"{key} {dtype} {list(shape)}" for key, (dtype, shape) in shapes.items())
    raise InputError(
        f"{name}: no single matrix of {', '.join(FLOATS)}, nor one named "
        f"{' or '.join(TENSOR_NAMES)}; it holds: {found or 'nothing'}"
    )


def side_files(path):
    """Where the words lie."""
    return [stem(path) + JSON]


def write(target, words, vectors):
    """Write the header, then the rows: the library would need a second copy of them."""
    _library()
    [beside] = side_files(target.path)
    with atomic_outputs([target.path, beside]) as [stream, words_stream]:
        stream.write(_header(target, vectors.shape))
        for block in blocks_of(vectors, target.dtype):
            stream.write(block.data)
        write_json(words_stream, words, target.counts)


def _header(target, shape):
    """The bytes before the numbers: a JSON object, its length before it (safetensors README)."""
    itemsize = np.dtype(target.dtype).itemsize
    rows, dim = map(int, shape)
    entry = {
        "dtype": f"F{8 * itemsize}",
        "shape": [rows, dim],
        "data_offsets": [0, rows * dim * itemsize],
    }
    content = {OWN_NAME: entry}
    if target.provenance:
        content["__metadata__"] = {OWN_KEY: json.dumps(target.provenance)}
    text = json.dumps(content, ensure_ascii=False).encode()
    # Numbers begin at a multiple of eight, so that they can be mapped.
    text += b" " * (-len(text) % LENGTH_BYTES)
    if len(text) > MAX_HEADER:
        raise OutputError(
            f"{target.path}: not written: its metadata is too long; "
            f"{field('provenance', False)} makes it short"
        )
    return len(text).to_bytes(LENGTH_BYTES, "little") + text
