"""Vectors as objects of other libraries: gensim's KeyedVectors, an embedding layer of PyTorch, a
table of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .machine.libraries import require

if TYPE_CHECKING:
    import pandas as pd
    import torch
    from gensim.models import KeyedVectors

    from .embeddings.table import Embeddings


def to_gensim(embeddings: Embeddings) -> KeyedVectors:
    """A KeyedVectors with the same words in the same order, a copy of the vectors, and the counts.

    Raises
    ------
    MissingLibraryError   if gensim is not installed
    """
    models = require("gensim.models", "to_gensim()")
    keyed = models.KeyedVectors(embeddings.dim, dtype=np.float32)
    keyed.add_vectors(list(embeddings.words), np.array(embeddings.vectors))
    if embeddings.counts is not None:
        # Not by the `extras` of add_vectors, which fails in gensim 4.4.
        keyed.expandos["count"] = np.array(embeddings.counts, dtype=np.int64)
    return keyed


def parts_of_gensim(keyed: Any) -> tuple[list[str], Any, Any]:
    """(words, their vectors, their counts or None) of a KeyedVectors, or a model that has one."""
    keyed = getattr(keyed, "wv", keyed)
    counts = getattr(keyed, "expandos", {}).get("count")
    return list(keyed.index_to_key), np.array(keyed.vectors, dtype=np.float32), counts


def to_frame(embeddings: Embeddings) -> pd.DataFrame:
    """A DataFrame with a copy of the vectors: a row for each word, which is its label.

    Raises
    ------
    MissingLibraryError   if pandas is not installed
    """
    pandas = require("pandas", "to_frame()")
    index = pandas.Index(list(embeddings.words), name="word")
    return pandas.DataFrame(np.array(embeddings.vectors), index=index)


def embedding_layer(
    embeddings: Embeddings, freeze: bool = True, **options: Any
) -> torch.nn.Embedding:
    """A ``torch.nn.Embedding`` with a copy of the vectors: row i is that of word i.

    Raises
    ------
    MissingLibraryError   if PyTorch is not installed
    """
    torch = require("torch", "embedding_layer()")
    weights = torch.from_numpy(np.array(embeddings.vectors, dtype=np.float32, order="C"))
    return torch.nn.Embedding.from_pretrained(weights, freeze=freeze, **options)
