"""What a model is, and what computes it: all that training needs to know of both.

A `Method` declares its matrices as `Shape`s before anything is allocated, draws the tables that its
loss needs, and makes an `Engine`, which trains on chunks of the corpus. Checkpoints, estimates of
memory and the search for numbers that are not finite go over all `Parameters`, whatever these are
called and however many there are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from ..config import OWN_DEFAULTS, TrainConfig
from ..machine.aligned import padded_zeros, row_stride
from .ngramlists import NgramLists

Progress = Callable[..., None]


@dataclass(frozen=True)
class Layout:
    """Which rows of a matrix are what: the only place that computes where they start.

    In this order: a row for each word (or label, or node of a tree), and for each bucket of
    n-grams; these are what is learnt. Then, one thread after the other, each thread's copies of
    the first rows of words and of buckets; then each thread's scratch rows, for changes that must
    be thrown away.

    Attributes
    ----------
    n_words, n_buckets : int
    threads : int
    n_hot, n_spare : int       copies of rows of words, and scratch rows, of one thread
    n_hot_buckets : int        its copies of rows of buckets
    """

    n_words: int
    n_buckets: int = 0
    threads: int = 1
    n_hot: int = 0
    n_spare: int = 0
    n_hot_buckets: int = 0

    @property
    def n_learnt(self) -> int:
        """How many rows all threads share; the rest belongs to one thread each."""
        return self.n_words + self.n_buckets

    @property
    def n_rows(self) -> int:
        """How many rows there are in memory."""
        return self.spare_start(self.threads)

    def hot_start(self, thread: int) -> int:
        """The first of a thread's copies."""
        return self.n_learnt + thread * (self.n_hot + self.n_hot_buckets)

    def hot_bucket_start(self, thread: int) -> int:
        """The first of a thread's copies of buckets."""
        return self.hot_start(thread) + self.n_hot

    def spare_start(self, thread: int) -> int:
        """The first of a thread's scratch rows."""
        return self.hot_start(self.threads) + thread * self.n_spare


@dataclass(frozen=True)
class Shape:
    """A matrix that is to be: its rows, the length of each, and the type of its numbers."""

    layout: Layout
    dim: int
    dtype: str = "float32"

    @property
    def nbytes(self) -> int:
        """What it takes in memory, where rows are padded to cache lines."""
        return self.layout.n_rows * self._nbytes_of(row_stride(self.dim, self.dtype))

    @property
    def hot_nbytes(self) -> int:
        """What the copies of all threads take of that."""
        n_rows = self.layout.hot_start(self.layout.threads) - self.layout.n_learnt
        return n_rows * self._nbytes_of(row_stride(self.dim, self.dtype))

    @property
    def learnt_nbytes(self) -> int:
        """What its learnt rows take without padding, as in a checkpoint."""
        return self.layout.n_learnt * self._nbytes_of(self.dim)

    def _nbytes_of(self, n_numbers: int) -> int:
        return n_numbers * np.dtype(self.dtype).itemsize


class Matrices(ABC):
    """All matrices that are trained, by name, whether of one model or of several.

    Going over them gives pairs of a name and the learnt rows, in the order of their declaration.

    Attributes
    ----------
    shapes : mapping of str to Shape
    """

    shapes: Mapping[str, Shape]

    @property
    @abstractmethod
    def members(self) -> Sequence[Parameters]:
        """Those of each model."""

    def __iter__(self) -> Iterator[tuple[str, np.ndarray]]:
        return ((name, self[name]) for name in self.shapes)

    @abstractmethod
    def __getitem__(self, name: str) -> np.ndarray:
        """The learnt rows of a matrix: a view of shape (n_learnt, dim)."""

    @abstractmethod
    def rows(self, name: str) -> np.ndarray:
        """All rows as they lie in memory, those of threads and the padding included."""

    def is_finite(self) -> bool:
        """Whether no value is infinite or NaN; minima and maxima need no copy to tell."""
        return all(
            np.isfinite(extreme)
            for _, matrix in self
            if matrix.size
            for extreme in (matrix.min(), matrix.max())
        )


class Parameters(Matrices):
    """The matrices of one model: zeros at first; their padding stays zero.

    Parameters
    ----------
    shapes : mapping of str to Shape
    inputs : str            the matrix whose first rows are the vectors of words
    outputs : str or None   the one whose first rows are their context vectors, if any

    Raises
    ------
    MemoryError   if the matrices do not fit
    """

    def __init__(
        self, shapes: Mapping[str, Shape], inputs: str, outputs: str | None = None
    ) -> None:
        self.shapes = shapes
        self._inputs, self._outputs = inputs, outputs
        self._rows: dict[str, np.ndarray] = {
            name: padded_zeros(shape.layout.n_rows, shape.dim, shape.dtype)
            for name, shape in shapes.items()
        }

    @property
    def members(self) -> Sequence[Parameters]:
        # Kept as an attribute, it would hold the matrices until the collector comes round.
        return [self]

    def __getitem__(self, name: str) -> np.ndarray:
        shape = self.shapes[name]
        return self._rows[name][: shape.layout.n_learnt, : shape.dim]

    def rows(self, name: str) -> np.ndarray:
        return self._rows[name]

    @property
    def inputs(self) -> np.ndarray:
        """All learnt rows of inputs: those of words, and of n-grams behind them."""
        return self[self._inputs]

    @property
    def vectors(self) -> np.ndarray:
        """The rows of words themselves: a view of shape (n_words, dim)."""
        return self._words(self._inputs)

    @property
    def context_vectors(self) -> np.ndarray | None:
        """The context vectors, likewise; with a Huffman tree its inner nodes. None without."""
        return None if self._outputs is None else self._words(self._outputs)

    def _words(self, name: str) -> np.ndarray:
        return self[name][: self.shapes[name].layout.n_words]


@dataclass(frozen=True)
class Chunk:
    """What an engine trains at once: corpus positions, and what it needs to know of the time."""

    epoch: int
    start: int
    stop: int
    lr: float
    seed: int


class Corpus(Protocol):
    """What a model is trained on: a text as ids, or what was counted in one.

    Attributes
    ----------
    n_tokens, n_sentences : int   of the text
    disk_bytes : int              that it takes for the time being
    facts : mapping               what statistics tell of it beyond that, by name
    """

    n_tokens: int
    n_sentences: int
    facts: Mapping[str, Any]

    @property
    def disk_bytes(self) -> int:
        """See above."""

    def blocks(self) -> Iterator[np.ndarray]:
        """All of it, always in the same order: what tells it from another one."""

    def close(self) -> None:
        """Give back what it takes."""


class Schedule(Protocol):
    """All chunks of a training run, by number: a pure function of corpus and options.

    An epoch comes after the other, and of an ensemble one model after the other.

    Attributes
    ----------
    n_tokens : int   words of the text, over all epochs of all models
    n_epochs : int   of all models
    """

    n_tokens: int
    n_epochs: int

    def __len__(self) -> int:
        """How many chunks there are."""

    def __getitem__(self, number: int) -> Chunk:
        """A chunk."""

    def epoch_end(self, number: int) -> int:
        """The number behind the last chunk of the epoch that a chunk is in."""

    def model_end(self, number: int) -> int:
        """The number behind the last chunk of the model that a chunk is for."""

    def before(self, number: int) -> Sequence[int]:
        """Chunks that must have been trained before this one is begun.

        With all that share a row in it, the result is the same with any number of threads.
        """


class Engine(Protocol):
    """Who computes: trains the parameters of a model on chunks of a corpus.

    Attributes
    ----------
    parameters : Matrices     as they are after `synchronise`; in between they may lag behind
    n_threads : int           how many threads should call `train` side by side
    """

    parameters: Matrices
    n_threads: int

    def prepare(self, progress: Progress | None) -> float:
        """Get ready, such as compile code; returns the seconds that took.

        ``progress("compile", 0, None)`` is called before a wait of seconds.
        """

    def working(self) -> AbstractContextManager[Any]:
        """A context in which `train` is called, and all that comes between."""

    def train(self, chunk: Chunk) -> tuple[int, int, float]:
        """Train on a chunk; returns (tokens of the text, pairs trained, sum of their losses)."""

    def synchronise(self) -> None:
        """Put together what threads, or devices, have learnt each by itself.

        It is called before a chunk of another model of an ensemble is trained, too.
        """


@runtime_checkable
class Validating(Protocol):
    """An `Engine` that tells how good what it has trained is for text that it has not seen."""

    def held_out_loss(self) -> float | None:
        """The mean loss of a prediction there; None if there is no such text."""


class Frozen(NamedTuple):
    """What training leaves as it is.

    Attributes
    ----------
    inputs : ndarray of bool, (n_words,), or None   words that keep their vectors; None: none do
    outputs : bool                                  whether all outputs stay
    """

    inputs: np.ndarray | None = None
    outputs: bool = False


class Method(Protocol):
    """What a model is, as training sees it; without a state of its own but for n-grams."""

    def made_of(self, lists: NgramLists) -> Method:
        """The same model with vectors of words that are made of lists of rows."""

    def material(
        self,
        corpus: Any,
        counts: np.ndarray,
        config: TrainConfig,
        words: Sequence[str] = (),
        folder: str | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """What it trains on, a `Corpus`: the text itself, or what is counted in it.

        ``corpus`` is an `EncodedCorpus`, which is closed when another one takes its place, or what
        this function returned before. ``folder`` is for temporary files.
        """

    def corpus_memory(self, corpus: Any, config: TrainConfig) -> int:
        """Bytes that `material` takes while it is trained on, beyond what it takes already."""

    def schedule(self, corpus: Any, n_words: int, config: TrainConfig) -> Schedule:
        """What of `material` is trained when."""

    def check_feasible(self, counts: np.ndarray, config: TrainConfig) -> None:
        """Raise TrainingError if training would not end in any time one could wait."""

    def outputs_are_words(self, config: TrainConfig) -> bool:
        """Whether rows of outputs belong to words, so that they can be kept and started from."""

    def shapes(self, n_words: int, config: TrainConfig, freeze: bool = False) -> dict[str, Shape]:
        """All matrices; ``freeze`` says that vectors of some words have to stay as they are."""

    def table_memory(self, n_words: int, config: TrainConfig) -> int:
        """Bytes beyond the matrices, at the peak."""

    def allocate(self, n_words: int, config: TrainConfig, freeze: bool = False) -> Matrices:
        """The matrices of these `shapes`, all zero."""

    def initialise(self, parameters: Any, seed: int) -> None:
        """Let training start; *in place:* ``parameters``, as `allocate` gives them."""

    def go_on(self, parameters: Any, join: Any) -> None:
        """Let old words start as they were; *in place:* ``parameters``, as `initialise` left them.

        ``join`` is a `training.warmstart.Join`.
        """

    def tables(self, counts: np.ndarray, config: TrainConfig) -> Any:
        """What follows from the counts of words, for `untrained_loss` and `engine`."""

    def untrained_loss(self, counts: np.ndarray, tables: Any, config: TrainConfig) -> float:
        """The mean loss of a pair before training."""

    def engine(
        self,
        corpus: Any,
        parameters: Any,
        tables: Any,
        config: TrainConfig,
        frozen: Frozen | None = None,
    ) -> Engine:
        """Who trains ``parameters`` from where they are now, but for what is ``frozen``."""


def readout_of(method: Method, config: TrainConfig) -> str:
    """Which vectors come out (see `embeddings.readout`): those asked for, or the model's own.

    Words that are made of n-grams need not have outputs.
    """
    if config.has_ngrams or not method.outputs_are_words(config):
        return "input"
    return config.vectors or str(OWN_DEFAULTS[config.model]["vectors"])


def new_parameters(
    method: Method, n_words: int, config: TrainConfig, freeze: bool = False
) -> Matrices:
    """The parameters of a method, as they are before training."""
    parameters = method.allocate(n_words, config, freeze)
    method.initialise(parameters, config.seed)
    return parameters
