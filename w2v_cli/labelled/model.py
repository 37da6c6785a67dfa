"""A classifier as a table: words, n-grams and labels with their rows; nothing of how it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..config import TextConfig
from ..embeddings.ngrams import Ngrams
from .config import LABEL_PREFIX


@dataclass(frozen=True)
class Classifier:
    """What makes a document a vector, and a vector labels.

    Attributes
    ----------
    words : list of str
    counts : ndarray of int64, (n_words,)
    labels : list of str                   as they stand in text, with their prefix if they have one
    label_counts : ndarray of int64, (n_labels,)
    inputs : rows of float32               those of words, then those of buckets; what can be
                                           indexed by an array of numbers
    buckets : ndarray of int64 or None     the bucket of each of these; None: all there are
    is_pruned : bool                       n-grams without a row are no features; else they count
                                           as rows of zeros
    outputs : rows of float32, (n_labels, dim)   with the tree of ``hs`` (n_labels - 1, dim): its
                                           inner nodes, as `methods.huffman` numbers them
    ngrams : Ngrams                        of characters
    word_ngrams : int
    loss : str
    text : TextConfig                      how text becomes words
    label_prefix : str                     of labels in text; empty: they do not stand there
    hidden_prefix : str                    what is before labels in files alone, and not here
    settings : dict                        of training, by the names of `ClassifyConfig`
    n_tokens : int                         of the training set
    provenance : dict or None              how it was made
    notes : tuple of str                   what was noticed when it was read
    ngram_order : ndarray of int64 or None   rows of pruned n-grams in the order of the file that
                                           they are from, so that it is written as it was
    """

    words: list[str]
    counts: np.ndarray
    labels: list[str]
    label_counts: np.ndarray
    inputs: Any
    buckets: np.ndarray | None
    is_pruned: bool
    outputs: Any
    ngrams: Ngrams
    word_ngrams: int
    loss: str
    text: TextConfig = field(default_factory=TextConfig)
    label_prefix: str = LABEL_PREFIX
    hidden_prefix: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    n_tokens: int = 0
    provenance: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    ngram_order: np.ndarray | None = None

    @property
    def dim(self) -> int:
        """The length of its vectors."""
        return int(self.outputs.shape[1])

    @property
    def n_rows(self) -> int:
        """Rows of inputs."""
        return int(self.inputs.shape[0])

    def in_memory(self) -> Classifier:
        """A copy of it that no file or later training changes, as small as it can be.

        Rows of n-grams that are all zero are left out: those that no document had.
        """
        inputs, buckets = self.inputs, self.buckets
        if not hasattr(inputs, "codes"):
            # They may be computed, some at a time.
            inputs = inputs if isinstance(inputs, np.ndarray) else np.asarray(inputs[:])
            n_words = len(self.words)
            kept = np.ones(len(inputs), dtype=bool)
            if not self.is_pruned:
                kept[n_words:] = inputs[n_words:].any(axis=1)
                numbers = np.arange(self.ngrams.n_buckets) if buckets is None else buckets
                buckets = numbers[kept[n_words:]] if self.ngrams.n_buckets else buckets
            inputs = np.array(inputs[kept])
        outputs = self.outputs
        # Those of a tree are a view of what is stored.
        if not hasattr(getattr(outputs, "stored", outputs), "codes"):
            outputs = np.array(outputs[:])
        return replace(self, inputs=inputs, buckets=buckets, outputs=outputs)

    @property
    def label_names(self) -> list[str]:
        """The labels without their prefix."""
        return [label.removeprefix(self.label_prefix) for label in self.labels]
