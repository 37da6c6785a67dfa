"""Small transformers as files: safetensors, PyTorch's archives, and tokenizers of all kinds.

PyTorch's archives are made here byte by byte, so that no test needs torch.
"""

import json
import struct
import zipfile

import numpy as np

STORAGES = {"<f4": "FloatStorage", "<f2": "HalfStorage", "<i8": "LongStorage"}
SAFE = {"<f4": "F32", "<f2": "F16", "<f8": "F64", "<i8": "I64", "<u2": "BF16", "|u1": "U8"}


def bfloat16(matrix):
    """Numbers as the upper halves of float32: uint16, of the same shape."""
    return (np.asarray(matrix, np.float32).view(np.uint32) >> 16).astype("<u2")


def safetensors(tensors, types=()):
    """The bytes of a file of safetensors; uint16 is written as bfloat16."""
    header, blocks, start = {}, [], 0
    for name, array in tensors.items():
        data = np.ascontiguousarray(array).tobytes()
        kind = dict(types).get(name, SAFE[array.dtype.str])
        header[name] = {
            "dtype": kind,
            "shape": list(array.shape),
            "data_offsets": [start, start + len(data)],
        }
        blocks.append(data)
        start += len(data)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + b"".join(blocks)


def _text(text):
    data = text.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def _number(number):
    return b"J" + struct.pack("<i", number)


def _name(module, name):
    return f"c{module}\n{name}\n".encode()


def _numbers(numbers):
    return b"(" + b"".join(map(_number, numbers)) + b"t"


def tensor_opcodes(array, key, storage=None, offset=0, strides=None):
    """What pickle writes for a tensor."""
    if strides is None:
        strides = [stride // array.itemsize for stride in array.strides]
    kind = storage or STORAGES[array.dtype.str]
    place = b"(" + _text("storage") + _name("torch", kind) + _text(str(key)) + _text("cpu")
    place += _number(array.size) + b"tQ"
    hooks = _name("collections", "OrderedDict") + b")R"
    inside = place + _number(offset) + _numbers(array.shape) + _numbers(strides) + b"\x89" + hooks
    return _name("torch._utils", "_rebuild_tensor_v2") + b"(" + inside + b"tR"


def table_opcodes(entries):
    """A table of name -> opcodes, with the attributes that torch gives it."""
    items = b"".join(_text(name) + value for name, value in entries.items())
    start = _name("collections", "OrderedDict") + b")R"
    attributes = b"}" + _text("_metadata") + b"}sb"
    return b"\x80\x02" + start + b"(" + items + b"u" + attributes + b"."


def torch_archive(path, tensors, pickle=None, order=b"little", storages=()):
    """Write a file as torch.save does, of arrays by name; or with a pickle that is given."""
    if pickle is None:
        chosen = dict(storages)
        entries = {
            name: tensor_opcodes(array, key, chosen.get(name))
            for key, (name, array) in enumerate(tensors.items())
        }
        pickle = table_opcodes(entries)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", pickle)
        archive.writestr("model/byteorder", order)
        for key, array in enumerate(tensors.values()):
            stored = array if order == b"little" else array.astype(array.dtype.newbyteorder(">"))
            archive.writestr(f"model/data/{key}", np.ascontiguousarray(stored).tobytes())
        archive.writestr("model/version", b"3\n")


def tokenizer(model, added=(), **parts):
    """The text of a tokenizer.json; ``added`` are (token, row, special)."""
    entries = [{"id": row, "content": token, "special": special} for token, row, special in added]
    return json.dumps({"version": "1.0", "added_tokens": entries, "model": model, **parts})


def wordpiece(tokens, added=()):
    """That of BERT."""
    vocab = {token: row for row, token in enumerate(tokens)}
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": vocab}  # fmt: skip
    split = {"type": "BertPreTokenizer"}
    return tokenizer(model, added, pre_tokenizer=split)


def byte_bpe(tokens, added=(), merges=()):
    """That of GPT-2."""
    vocab = {token: row for row, token in enumerate(tokens)}
    model = {"type": "BPE", "vocab": vocab, "merges": list(merges)}
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    return tokenizer(model, added, pre_tokenizer=split, decoder=split)


def unigram(tokens, added=()):
    """That of T5: a list of pieces and scores."""
    model = {"type": "Unigram", "unk_id": 0, "vocab": [[token, -1.0] for token in tokens]}
    split = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}
    return tokenizer(model, added, pre_tokenizer=split, decoder=split)


def sentencepiece_bpe(tokens, added=()):
    """That of Llama 2."""
    vocab = {token: row for row, token in enumerate(tokens)}
    model = {"type": "BPE", "vocab": vocab, "merges": [], "byte_fallback": True}
    return tokenizer(model, added)


def sentencepiece_model(pieces):
    """The bytes of a model of SentencePiece: (piece, what it is: 1 text, 2 unknown, 3 control)."""
    found = b""
    for piece, kind in pieces:
        text = piece.encode()
        inner = b"\x0a" + bytes([len(text)]) + text + b"\x15" + struct.pack("<f", -1.5)
        inner += b"\x18" + bytes([kind])
        found += b"\x0a" + bytes([len(inner)]) + inner
    return found + b"\x12\x02\x08\x05"  # settings of the trainer


def model_folder(folder, matrix, tensor, files, config=None, others=None):
    """A folder with model.safetensors, the texts of ``files`` and config.json: its path."""
    folder.mkdir(exist_ok=True)
    tensors = {**(others or {}), tensor: matrix}
    (folder / "model.safetensors").write_bytes(safetensors(tensors))
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    config = {"model_type": "bert", "num_hidden_layers": 2} if config is None else config
    (folder / "config.json").write_text(json.dumps(config))
    return folder
