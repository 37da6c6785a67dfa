#!/usr/bin/env bash
# sentence-transformers 6.2.0 makes NaN of a text without a known word where a static model has numbers of 16 bits.
#
# StaticEmbedding takes the mean of the rows of the tokens, and the module Normalize divides it by its length, or by
# 1e-12 if that is more. In half precision 1e-12 is 0, so a mean of zeros, as the row of the unknown token has it, is
# divided by 0. With 32 bits the answer is a vector of zeros. One such NaN makes all scores of the text NaN.
#
# Seen on 2026-12-01, torch 2.13.0: float32 gives zeros, float16 NaN, for the same text.
#
# Needs a python3 that there are such wheels for, a network, and a few GB where PyTorch comes with CUDA. Exit code 0: it
# is still so; 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip --quiet --disable-pip-version-check install torch==2.13.0 sentence-transformers==6.2.0
cat > unknown.py <<'END'
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

words = ["[UNK]", "rain", "falls", "here"]
tokenizer = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
rows = np.random.default_rng(1).normal(size=(len(words), 8)).astype(np.float32)
rows[0] = 0
found = []
for dtype in (torch.float32, torch.float16):
    embedding = StaticEmbedding(tokenizer, embedding_weights=rows)
    model = SentenceTransformer(modules=[embedding, Normalize()], device="cpu").to(dtype)
    known, unknown = model.encode(["rain falls here", "nothing known"])
    found.append((bool(np.isfinite(known).all()), bool(np.isnan(unknown).any())))
    print(dtype, "known: finite" if found[-1][0] else "known: not finite", "unknown:", unknown[:3])
assert found == [(True, False), (True, True)], found
END
HF_HUB_OFFLINE=1 venv/bin/python unknown.py
