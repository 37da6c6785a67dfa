"""Documents in text, one a line or one a row of a table, and their labels as a classifier sees it.

Whatever is in a line, it is one document: a literal ``</s>`` too, which ends it for fastText.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ..corpus.counting import cleaned
from ..corpus.marks import SENTENCE_END
from ..corpus.textblocks import text_blocks
from ..corpus.tokenizer import Tokenizer
from ..corpus.watching import TextWatch
from ..kernels import lay_documents, mean_vectors
from ..labelled.columns import labelled_rows
from ..labelled.separation import Separator
from ..machine.aligned import padded_zeros
from ..machine.threads import one_blas_thread
from ..wording.marks import BYTE_ORDER_MARK
from .lookup import Lookup, RowCache
from .probabilities import Scorer

MOST_WORDS = 1 << 20
"""Distinct words that are known at a time; beyond that all are looked up anew."""
MOST_NUMBERS = 1 << 22
"""Probabilities that a thread computes at a time."""
MOST_DOCUMENTS = 2048
LEAST_OF_THREAD = 64
"""Documents: fewer are not worth a thread."""


class Part(NamedTuple):
    """Some documents, as rows of a classifier.

    Attributes
    ----------
    matrix : ndarray of float32      whose rows these are, padded
    rows : ndarray of int64          where they start, in floats; of one document after the other
    ends : ndarray of int64, (n,)    where each document ends there
    n_words, n_known : ndarray of int64, (n,)   words of each, and those of them that are known
    words : ndarray of int32         numbers of all words in the `Lookup`; 0 ends a document
    """

    matrix: np.ndarray
    rows: np.ndarray
    ends: np.ndarray
    n_words: np.ndarray
    n_known: np.ndarray
    words: np.ndarray

    def __len__(self):
        return len(self.ends)


class Predictor:
    """Tells labels of documents.

    Parameters
    ----------
    classifier : Classifier
    text : TextConfig or None       how text becomes words; None: as in training
    label_prefix : str or None      of labels in text, which are no words; None: as in training
    n_threads : int
    keep_names : bool               words are kept as text, for explanations

    Attributes
    ----------
    n_threads : int    may be set between two calls
    """

    def __init__(self, classifier, text=None, label_prefix=None, n_threads=1, keep_names=False):
        self.labels = classifier.labels
        self.is_distribution = classifier.loss in ("softmax", "hs")
        self.text = text or classifier.text
        prefix = classifier.label_prefix if label_prefix is None else label_prefix
        self._prefix = prefix
        self.n_threads = n_threads
        self.lookup, self._used = Lookup(classifier, keep_names), RowCache(classifier)
        self._scorer = Scorer(classifier.loss, classifier.outputs, classifier.label_counts)
        self._dim = classifier.dim
        self._watch = TextWatch(self.text)

    def notes(self, n_files=1):
        """What a user should know of the text that was read, of so many files: list of str."""
        return self._watch.notes(n_files)

    def answers(self, sources, function, columns=None, on_labels=None):
        """Yield function(part, probabilities) for all documents, in their order.

        See `worked`.
        """

        def answered(part):
            return function(part, self.probabilities(part))

        return self.worked(sources, answered, columns, on_labels)

    def worked(self, sources, function, columns=None, on_labels=None):
        """Yield function(part) for all documents, in their order.

        Parameters
        ----------
        sources : Sources, or GivenDocuments
        function : callable          called with a Part, in any thread; that of `answers` with its
                                     probabilities too, ndarray of float32, (n, n_labels)
        columns : Columns or None    of a table; None: lines
        on_labels : callable or None   called with bytes, the labels of documents, as `LabelLines`
                                     takes them
        """
        with one_blas_thread(), ThreadPoolExecutor(self.n_threads) as pool:
            for parts in self._parts(sources, columns, on_labels):
                many = len(parts) > 1 and self.n_threads > 1
                yield from (pool.map if many else map)(function, parts)

    def probabilities(self, part):
        """The probabilities of all labels for the documents of a Part: float32, (n, n_labels)."""
        return self._scorer.probabilities(self.vectors(part))

    def vectors(self, part):
        """The vectors of the documents of a Part, means of rows: float32, (n, dim)."""
        n = len(part)
        vectors, room = padded_zeros(n, self._dim), padded_zeros(n, self._dim)
        mean_vectors(part.matrix, part.rows, part.ends, vectors, room)
        return vectors[:, : self._dim]

    def _parts(self, sources, columns, on_labels):
        """Lists of Parts that can be worked on side by side, as soon as their text is there."""
        is_given = hasattr(sources, "blocks")
        in_tokens = is_given and sources.in_tokens
        reader = _Documents(self.lookup, self.text, in_tokens)
        for blocks in self._given(sources) if is_given else self._blocks(sources, columns):
            for block in blocks:
                if on_labels:
                    on_labels(block[1])
                yield from self._cut(*reader.feed(block[0]))
                reader.forget()
            yield from self._cut(*reader.end_file())

    def _given(self, documents):
        """The text and the labels of what a program gives, as `_blocks` has those of files."""
        if documents.in_tokens:
            yield documents.blocks()
            return
        separator = Separator(self._prefix)
        yield ((separator.feed(text)[0], labels) for text, labels, _ in documents.blocks())

    def _blocks(self, sources, columns):
        for source in sources.files:
            yield (
                self._watch.seen_rows(labelled_rows(source.path, columns, self.text.encoding))
                if columns
                else self._lines(source)
            )

    def _lines(self, source):
        separator, is_start = Separator(self._prefix), True
        blocks = text_blocks(source, self.text.encoding, self._watch.end)
        for block in self._watch.seen(blocks, source.path):
            yield separator.feed(block.removeprefix(BYTE_ORDER_MARK) if is_start else block)
            is_start = False
        yield separator.end()

    def _cut(self, words, starts):
        """A list of Parts of documents, few enough at a time; or none."""
        n = len(starts) - 1
        if n == 0:
            return
        features, known = self.lookup.features, self.lookup.known
        ends = np.zeros(n, dtype=np.int64)
        rows = np.empty(self.lookup.most_rows(words), dtype=np.int64)
        lay_documents(words, starts, features, ends, rows)
        rows = rows[: ends[-1]]
        self._used.places(rows)
        # The end of a document is no word of it.
        known_before = np.concatenate([[0], np.cumsum(known[words] & (words > 0))])
        n_known = np.diff(known_before[starts])
        n_words = np.diff(starts) - 1
        step = max(min(MOST_DOCUMENTS, MOST_NUMBERS // max(len(self.labels), 1)), 1)
        step = min(step, max(-(-n // self.n_threads), LEAST_OF_THREAD))
        parts = []
        for first in range(0, n, step):
            last = min(first + step, n)
            begin = int(ends[first - 1]) if first else 0
            parts.append(
                Part(
                    self._used.matrix,
                    rows[begin : ends[last - 1]],
                    ends[first:last] - begin,
                    n_words[first:last],
                    n_known[first:last],
                    words[starts[first] : starts[last]],
                )
            )
        yield parts


class _Documents:
    """Makes numbers of the words of text, document by document."""

    def __init__(self, lookup, text, in_tokens):
        self._lookup, self._text = lookup, text
        self._tokenizer = Tokenizer(text, only_newlines=True, in_tokens=in_tokens)
        self._tokenizer.table = lookup.table
        self._open = np.zeros(0, dtype=np.int32)

    def feed(self, block):
        """(words, starts) of the documents that a block (bytes) ends."""
        return self._whole(self._tokenizer.feed(block))

    def end_file(self):
        """Likewise at the end of a file, whose last line has an end."""
        return self._whole(self._tokenizer.end_file()[:-1])

    def _whole(self, ids):
        table = self._tokenizer.table
        n_seen = len(self._lookup) - 1
        if len(table) > n_seen:
            self._lookup.add(self._words(table.words(np.arange(n_seen, len(table)))))
        # SENTENCE_END is -1, and the end of a document has number 0.
        words = np.concatenate([self._open, ids - SENTENCE_END])
        ends = np.flatnonzero(words == 0) + 1
        stop = int(ends[-1]) if len(ends) else 0
        self._open = words[stop:].copy()
        return words[:stop], np.concatenate([[0], ends])

    def _words(self, raw):
        """Words (bytes, a line each) as they are looked up: list of str."""
        if raw.isascii():  # letters of which are lower-cased already
            return raw.decode("ascii").split("\n")[:-1]
        return [cleaned(word, self._text).decode() for word in raw.split(b"\n")[:-1]]

    def forget(self):
        """Begin anew with words, if no document is open and there are very many."""
        if len(self._tokenizer.table) > MOST_WORDS and not len(self._open):
            self._lookup.forget()
            self._tokenizer.table = self._lookup.table
