"""Targets that read parts of a transformer: parameters, archives of PyTorch, tokenizers."""

import json
import os
from pathlib import Path

import numpy as np

from tests.support import transformer_files as files
from w2v_cli.formats.reading import read

TENSOR = "bert.embeddings.word_embeddings.weight"
MATRIX = np.random.default_rng(2).normal(size=(9, 3)).astype(np.float32)
TOKENS = ["[PAD]", "[UNK]", "the", "##s", "Größe", "of", "[", "x", "▁y"]
LINES = "\n".join(TOKENS).encode() + b"\n"
CONFIG = {"model_type": "bert", "num_hidden_layers": 2, "pad": [0, None]}
NAMES = {
    "tensors": "model.safetensors", "torch": "pytorch_model.bin", "tokenizer": "tokenizer.json",
    "pieces": "spiece.model", "shards": "model.safetensors.index.json",
}  # fmt: skip


def makers(folder, check):
    """name -> (seeds, what makes the function that reads), as `targets` has them.

    ``check`` looks at what was read.
    """
    safe = files.safetensors({TENSOR: MATRIX, "other.weight": MATRIX[0].copy()})
    vocabulary = {"vocab.txt": LINES}
    model = {"model.safetensors": safe}
    part = {"part.safetensors": safe, **vocabulary}
    of_config = {**model, **vocabulary}
    seeds = {
        "tensors": ([safe, *_other_types()], vocabulary),
        "torch": (_archives(folder), vocabulary),
        "tokenizer": (_tokenizers(), model),
        "pieces": ([files.sentencepiece_model([("<unk>", 2), ("▁the", 1), ("s", 1)])], model),
        "shards": ([json.dumps({"weight_map": {TENSOR: "part.safetensors"}}).encode()], part),
    }
    made = {
        f"transformer-{name}": (data, _reading(NAMES[name], beside, check))
        for name, (data, beside) in seeds.items()
    }
    config = [json.dumps(CONFIG).encode()], _reading("config.json", of_config, check)
    return {**made, "transformer-config": config}


def _reading(name, beside, check):
    """The run of a target that reads a folder of which one file is changed."""

    def make(place):
        for other, data in beside.items():
            place.put(other, data)

        def put_and_read(data):
            path = place.put(name, data)
            named = path if name in ("model.safetensors", "pytorch_model.bin") else None
            folder = os.path.dirname(path)

            def run():
                check(read(named or folder))
                check(read(folder, all_tokens=True, limit=3))

            return run

        return put_and_read

    return make


def _other_types():
    for matrix in (MATRIX.astype("<f2"), files.bfloat16(MATRIX), MATRIX.astype("<f8")):
        yield files.safetensors({"transformer.wte.weight": matrix})


def _archives(folder):
    path, found = Path(folder, "seed.bin"), []
    for tensors, options in (
        ({TENSOR: MATRIX, "ids": np.arange(9)}, {}),
        ({"wte.weight": MATRIX.astype("<f2")}, {"order": b"big"}),
        ({TENSOR: files.bfloat16(MATRIX)}, {"storages": {TENSOR: "BFloat16Storage"}}),
    ):
        files.torch_archive(path, tensors, **options)
        found.append(path.read_bytes())
    return found


def _tokenizers():
    added = [("[PAD]", 0, True), ("new", 8, False)]
    texts = [
        files.wordpiece(TOKENS[:8], added),
        files.byte_bpe(["Ġthe", "s", "ĠGrÃ¶ÃŁe", "Ġ"], added[1:], ["Ġ t"]),
        files.unigram(["<unk>", "▁the", "s"]),
        files.sentencepiece_bpe(["<unk>", "▁the", "<0x0A>"]),
    ]
    return [text.encode() for text in texts]
