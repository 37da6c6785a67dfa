"""A neural language model as tables: of words before, of a hidden layer, and of the next word.

There is one symbol more than words: ``</s>``, the last one. Read, it stands for all that is
before a line; as the next word it is the end of a line, so that probabilities of all lines add up
to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..config import LOSSES, TextConfig

NNLM, RNNLM = "nnlm", "rnnlm"
KINDS = (NNLM, RNNLM)
TANH, SIGMOID = "tanh", "sigmoid"
ACTIVATIONS = (TANH, SIGMOID)
START_STATE = {TANH: 0.0, SIGMOID: 0.1}
"""Every number of the state of an ``rnnlm`` before it has read anything, by its activation."""

UNIGRAM_POWER = 0.75
"""Of counts, by which negatives are drawn, if nobody says other."""


@dataclass(frozen=True)
class LanguageModel:
    """What tells probabilities of the next word; immutable, its shapes are checked when made.

    V words, vectors of D numbers, H units in the hidden layer, N words before (`history`).

    nnlm:  h = f(W [e(w[t-N]); ...; e(w[t-1])] + b1); the oldest word comes first
    rnnlm: h[t] = f(e(w[t-1]) + R h[t-1]), D = H

    Attributes
    ----------
    kind : str                         of KINDS
    words : sequence of str, V
    counts : ndarray of int64, (V,)    occurrences in the text of training
    n_lines : int                      occurrences of ``</s>`` there
    embeddings : rows of float32, (V + 1, D)   what can be indexed by an array of numbers
    hidden_weights : ndarray of float32   W, (H, N * D); or R, (H, H)
    hidden_bias : ndarray of float32, (H,), or None   b1
    outputs : ndarray of float32       (V + 1, H) rows of next words; with ``hs`` (V, H), the inner
                                       nodes of the tree of V + 1 symbols, see `methods.huffman`
    output_bias : ndarray of float32, (V + 1,), or None   b2
    loss : str                         hs, softmax, or ns, which has learnt no probabilities
    activation : str                   f, of ACTIVATIONS
    history : int                      N; 0 for ``rnnlm``
    text : TextConfig                  how text becomes words
    provenance : dict or None          how it was made
    ns_exponent : float                with ``ns``: negatives were drawn by the count of a symbol to
                                       this power

    Raises
    ------
    ValueError   if these do not fit together

    Source: Bengio et al. 2003 (JMLR 3), section 2, without direct connections; Mikolov et al. 2010
    (Interspeech), section 2; Mikolov et al. 2013a (arXiv:1301.3781), section 2.
    """

    kind: str
    words: Sequence[str]
    counts: np.ndarray
    n_lines: int
    embeddings: Any
    hidden_weights: np.ndarray
    hidden_bias: np.ndarray | None
    outputs: np.ndarray
    output_bias: np.ndarray | None
    loss: str
    activation: str
    history: int
    text: TextConfig = field(default_factory=TextConfig)
    provenance: dict[str, Any] | None = None
    ns_exponent: float = UNIGRAM_POWER

    def __post_init__(self) -> None:
        for name, choices in (("kind", KINDS), ("loss", LOSSES), ("activation", ACTIVATIONS)):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is {getattr(self, name)!r}, not one of {choices}")
        if (self.kind == NNLM) != (self.history > 0):
            raise ValueError(f"a history of {self.history} words is none of {self.kind}")
        if self.n_lines < 1 or len(self.counts) == 0 or np.min(self.counts) < 1:
            raise ValueError("a count of a word, or of lines, is below 1")
        if 0 in np.shape(self.outputs) or 0 in self.embeddings.shape:
            raise ValueError("vectors or the hidden layer have no numbers")
        for name, shape in self._shapes().items():
            array = getattr(self, name)
            if array is None and name in ("hidden_bias", "output_bias"):
                continue
            if array is None or tuple(array.shape) != shape:
                found = "none" if array is None else f"of {tuple(array.shape)}"
                raise ValueError(f"{name} must have the shape {shape}, and is {found}")

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        n_words, dim, hidden = len(self.words), self.dim, self.hidden
        return {
            "counts": (n_words,),
            "embeddings": (n_words + 1, dim if self.kind == NNLM else hidden),
            "hidden_weights": (hidden, self.history * dim if self.kind == NNLM else hidden),
            "hidden_bias": (hidden,),
            "outputs": (n_words if self.loss == "hs" else n_words + 1, hidden),
            "output_bias": (n_words + 1,),
        }

    @property
    def dim(self) -> int:
        """The length of the vector of a word."""
        return int(self.embeddings.shape[1])

    @property
    def hidden(self) -> int:
        """Units of the hidden layer."""
        return int(self.outputs.shape[1])

    @property
    def n_symbols(self) -> int:
        """Words, and ``</s>``."""
        return len(self.words) + 1

    @property
    def sentence_end(self) -> int:
        """The number of the symbol ``</s>``."""
        return len(self.words)

    @property
    def symbol_counts(self) -> np.ndarray:
        """Occurrences of all symbols: int64, (V + 1,)."""
        return np.append(np.asarray(self.counts, dtype=np.int64), np.int64(self.n_lines))

    @property
    def start_state(self) -> np.ndarray:
        """The state of an ``rnnlm`` before it has read anything: float32, (H,)."""
        return np.full(self.hidden, START_STATE[self.activation], dtype=np.float32)

    def in_memory(self) -> LanguageModel:
        """The same without a file: copies of what is mapped."""
        arrays: dict[str, Any] = {
            name: None if getattr(self, name) is None else np.array(getattr(self, name))
            for name in self._shapes()
        }
        return replace(self, words=list(self.words), **arrays)


class EndedRows:
    """The rows of words with that of ``</s>`` behind them, without a copy of the former; read-only.

    Parameters
    ----------
    rows : ndarray of float32, (V, D)   may be mapped
    end : ndarray of float32, (D,)

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(self, rows: np.ndarray, end: np.ndarray) -> None:
        self._rows, self._end = rows, end
        self.shape = (len(rows) + 1, rows.shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, wanted: Any) -> np.ndarray:
        """Some rows, of a slice or an array of numbers: float32, (..., D)."""
        if isinstance(wanted, slice):
            wanted = np.arange(len(self))[wanted]
        numbers = np.asarray(wanted)
        n_words = len(self._rows)
        found = np.take(self._rows, np.minimum(numbers, n_words - 1), axis=0)
        found[numbers == n_words] = self._end
        return found

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """All rows."""
        return np.asarray(np.concatenate([self._rows, self._end[np.newaxis]]), dtype=dtype)
