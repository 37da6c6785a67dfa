"""Text in, a vector for each of its lines out: in one pass, or after what must be learnt first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..corpus.spool import Spool
from ..machine.limits import require_memory
from ..machine.threads import read_ahead
from .frequencies import DocumentCounter
from .lexicon import Lexicon, Rows
from .marks import END
from .pooler import Pooler, common_components, finish
from .reading import DocumentReader
from .spooled import SpooledVectors
from .unknown import Unknown
from .weighting import equal

if TYPE_CHECKING:
    from ..corpus.sources import Sources
    from ..embeddings.table import Embeddings
    from .fit import Fit

Block = tuple[np.ndarray, Rows]
"""Rows of words, with END behind each document, and what they stand for."""
Part = tuple[np.ndarray, np.ndarray]
"""Vectors of some documents: float32, (n, dim); and how many words of each have a vector, and how
many have none: int64, (n, 2)."""


class Embedder:
    """Embeds the lines of a text, which is read once; as a context it gives temporary files back.

    Parameters
    ----------
    embeddings : Embeddings
    sources : Sources
    fit : Fit              what is to be done; what it lacks is learnt of the text
    tmpdir : str           for what is looked at twice
    n_threads : int        with two or more text is read while vectors are made
    progress : callable or None   called as progress("read" or "embed", words, all words or None)

    Attributes
    ----------
    fit : Fit              after `learn`, with what was learnt
    unknown : Unknown      complete when all vectors were taken
    reader : DocumentReader   what it tells of the text, likewise
    """

    def __init__(
        self,
        embeddings: Embeddings,
        sources: Sources,
        fit: Fit,
        tmpdir: str,
        n_threads: int = 1,
        progress: Callable[..., Any] | None = None,
    ) -> None:
        self.fit = fit
        self.unknown = Unknown(embeddings.index, "lines")
        self._embeddings = embeddings if fit.pooling.compose else embeddings.without_subwords()
        self._tmpdir = tmpdir
        self._n_threads = n_threads
        self._progress = progress or (lambda *_: None)
        self._files = ExitStack()
        self._rows: Spool | None = None
        self._vectors: SpooledVectors | None = None
        needs_words = self._lacks_frequencies
        weighting = equal(len(embeddings)) if needs_words else fit.weighting(embeddings)
        self._lexicon = Lexicon(self._embeddings, weighting, fit.pooling.unit_words)
        self.reader = DocumentReader(self._lexicon, sources, fit.text, self.unknown, needs_words)

    def __enter__(self) -> Embedder:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def learn(self) -> None:
        """Learn what the fit lacks; then, and only then, the text is read here.

        Raises
        ------
        InputError            if the text cannot be read
        OutputError           if the folder for temporary files is full
        MemoryShortageError   if all different words do not fit
        """
        if self._lacks_frequencies:
            self._count_documents()
        n_components = self.fit.pooling.common_components
        if len(self.fit.components) < n_components:
            self._vectors = self._files.enter_context(
                closing(SpooledVectors(self._tmpdir, self._embeddings.dim))
            )
            n_documents = 0
            for vectors, n_words in self._pooled():
                self._vectors.append(vectors, n_words)
                n_documents += len(vectors)
            blocks = (vectors for vectors, _ in self._vectors)
            components = common_components(blocks, n_components, self._embeddings.dim)
            self.fit = replace(self.fit, n_documents=n_documents, components=components)

    def parts(self) -> Iterator[Part]:
        """The vectors of all lines, in their order, after `learn`; to be gone through once."""
        parts = self._pooled() if self._vectors is None else iter(self._vectors)
        n_done = 0
        for vectors, n_words in parts:
            self.unknown.add_documents(n_words)
            if self._vectors is not None:
                n_done += int(n_words.sum())
                self._progress("embed", n_done, self.reader.n_words)
            yield finish(vectors, self.fit.components, self.fit.pooling.normalize), n_words

    @property
    def _lacks_frequencies(self):
        return self.fit.pooling.weighting == "idf" and self.fit.frequencies is None

    def _pooled(self):
        """Weighted means of all documents, part by part."""
        pooler = Pooler(self._embeddings.dim)
        n_done = 0
        for rows, meaning in self._read() if self._rows is None else self._read_again():
            yield from pooler.feed(rows, meaning)
            self.unknown.n_made += int(np.count_nonzero(rows >= len(meaning.matrix)))
            n_done += len(rows) - int(np.count_nonzero(rows == END))
            self._progress("embed", n_done, None if self._rows is None else self.reader.n_words)

    def _read(self):
        blocks = self.reader.blocks()
        return read_ahead(blocks) if self._n_threads > 1 else blocks

    def _read_again(self):
        return ((rows, self._lexicon.rows) for rows in self._rows.blocks())

    def _count_documents(self):
        """Keep the rows of all words, and learn in how many documents each is."""
        self._rows = self._files.enter_context(
            closing(Spool(self._tmpdir, "the words of documents"))
        )
        counter = DocumentCounter(self._lexicon)
        for rows, meaning in self._read():
            counter.add(rows, len(meaning.factors))
            self._rows.append(rows)
            self._progress("read", self.reader.n_words, None)
            require_memory(0, "keeping all different words", _advice)
        frequencies = counter.frequencies()
        n_documents = frequencies.n_documents
        self.fit = replace(self.fit, n_documents=n_documents, frequencies=frequencies)
        self._lexicon.weigh(self.fit.weighting(self._embeddings))


def _advice(_n_bytes):
    return "learn idf from fewer documents, such as every tenth, and embed the others by that"
