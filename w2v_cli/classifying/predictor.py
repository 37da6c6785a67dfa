"""Documents in text, one a line or one a row of a table, and their labels as a classifier sees it.

Whatever is in a line, it is one document: a literal ``</s>`` too, which ends it for fastText.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ..corpus.counting import cleaned
from ..corpus.textblocks import text_blocks
from ..corpus.tokenizer import Tokenizer
from ..corpus.watching import TextWatch
from ..kernels import Features, Places, divide_documents, mean_vectors
from ..labelled.columns import labelled_rows
from ..labelled.separation import Separator
from ..machine.aligned import padded_zeros
from ..machine.threads import one_blas_thread, read_ahead
from ..wording.marks import BYTE_ORDER_MARK
from .lookup import Growing, Lookup, RowCache
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


class _Numbered(NamedTuple):
    """Some documents as numbers of words in the `Lookup`, and what was known of these then."""

    words: np.ndarray
    starts: np.ndarray
    features: Features
    places: Places
    n_rows: int


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
    labels, label_names : list of str   with the prefix that they have in text, and without
    label_prefix : str
    """

    def __init__(self, classifier, text=None, label_prefix=None, n_threads=1, keep_names=False):
        self.labels, self.label_names = classifier.labels, classifier.label_names
        self.is_distribution = classifier.loss in ("softmax", "hs")
        self.text = text or classifier.text
        prefix = classifier.label_prefix if label_prefix is None else label_prefix
        self.label_prefix = prefix
        self.n_threads, self._keeps_names = n_threads, keep_names
        # Labels in text that is taken as it is are tokens, and looked at once for each.
        as_it_is = not self.text.lowercase and self.text.digits == "keep"
        self._tokens_are_labels = self.text.is_plain and as_it_is
        self.lookup = Lookup(classifier, prefix, keep_names)
        self._used = RowCache(classifier, self.lookup.features.row_of_bucket)
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

        def placed(numbered):
            return function(self._part(numbered))

        is_given = hasattr(sources, "blocks")
        # What a program gives is taken in its own thread, and words that have names stay there.
        reads_ahead = self.n_threads > 1 and not is_given and not self._keeps_names
        blocks = self._given(sources) if is_given else self._read(sources, columns, on_labels)
        with one_blas_thread(), ThreadPoolExecutor(self.n_threads) as pool:
            for numbered, labels in read_ahead(blocks) if reads_ahead else blocks:
                if on_labels:
                    on_labels(labels)
                many = len(numbered) > 1 and self.n_threads > 1
                yield from (pool.map if many else map)(placed, numbered)

    def probabilities(self, part):
        """The probabilities of all labels for the documents of a Part: float32, (n, n_labels)."""
        return self._scorer.probabilities(self.vectors(part))

    def vectors(self, part):
        """The vectors of the documents of a Part, means of rows: float32, (n, dim)."""
        vectors = padded_zeros(len(part), self._dim)
        mean_vectors(part.matrix, part.rows, part.ends, vectors)
        return vectors[:, : self._dim]

    def _part(self, numbered):
        """The `Part` of _Numbered documents."""
        matrix, rows, ends, n_known = self._used.placed(*numbered)
        n_words = np.diff(numbered.starts) - 1
        return Part(matrix, rows, ends, n_words, n_known, numbered.words)

    def _given(self, documents):
        """As `_read`, of what a program gives."""
        in_tokens, separator = documents.in_tokens, Separator(self.label_prefix)
        drops_labels = self._tokens_are_labels and not in_tokens
        reader = _Documents(self.lookup, self.text, drops_labels, in_tokens)
        takes_apart = not drops_labels and not in_tokens
        blocks = (
            (separator.feed(text)[0] if takes_apart else text, labels)
            for text, labels, _ in documents.blocks()
        )
        yield from self._numbered(blocks, reader)

    def _read(self, sources, columns, wants_labels):
        """(lists of _Numbered documents to work on side by side, labels), as their text is there.

        Labels are empty unless they are wanted.
        """
        drops_labels = self._tokens_are_labels and not wants_labels and not columns
        reader = _Documents(self.lookup, self.text, drops_labels)
        for source in sources.files:
            if columns:
                rows = labelled_rows(source.path, columns, self.text.encoding)
                blocks = self._watch.seen_rows(rows)
            else:
                blocks = self._lines(source, not drops_labels)
            yield from self._numbered(blocks, reader)

    def _numbered(self, blocks, reader):
        """The same of one file's blocks of text."""
        for text, labels, *_ in blocks:
            yield self._cut(*reader.feed(text)), labels
            if reader.forget():
                self._used.forget()
        yield self._cut(*reader.end_file()), b""

    def _lines(self, source, separates):
        """(text, labels) of a file; with those in the text, and none beside, if not separated."""
        separator, text = Separator(self.label_prefix), None
        blocks = text_blocks(source, self.text.encoding, self._watch.end)
        for block in self._watch.seen(blocks, source.path):
            text = block.removeprefix(BYTE_ORDER_MARK) if text is None else block
            yield separator.feed(text) if separates else (text, b"")
        if separates:
            yield separator.end()
        elif text and not text.endswith(b"\n"):
            yield b"\n", b""

    def _cut(self, words, starts):
        """Documents, few enough at a time: list of _Numbered."""
        n, lookup = len(starts) - 1, self.lookup
        features = lookup.features
        places = self._used.places(features, lookup.known)
        step = max(min(MOST_DOCUMENTS, MOST_NUMBERS // max(len(self.labels), 1)), 1)
        step = min(step, max(-(-n // self.n_threads), LEAST_OF_THREAD))
        parts = []
        for first in range(0, n, step):
            borders = starts[first : first + step + 1]
            of_part = words[borders[0] : borders[-1]]
            n_rows = lookup.most_rows(of_part)
            parts.append(_Numbered(of_part, borders - borders[0], features, places, n_rows))
        return parts


class _Documents:
    """Makes numbers of the words of text, document by document.

    Parameters
    ----------
    lookup : Lookup
    text : TextConfig
    drops_labels : bool   labels are among the tokens, and left out
    in_tokens : bool      see `corpus.tokenizer.Tokenizer`
    """

    def __init__(self, lookup, text, drops_labels, in_tokens=False):
        self._lookup, self._text, self._drops_labels = lookup, text, drops_labels
        self._tokenizer = Tokenizer(text, only_newlines=True, in_tokens=in_tokens)
        self._tokenizer.table = lookup.table
        self._open = Growing("int32")

    def feed(self, block):
        """(words, starts) of the documents that a block (bytes) ends."""
        return self._whole(self._tokenizer.scan(block))

    def end_file(self):
        """Likewise at the end of a file, whose last line has an end."""
        return self._whole(self._tokenizer.scan(b"\n")[:-1])

    def _whole(self, ids):
        table = self._tokenizer.table
        n_seen = len(self._lookup) - 1
        if len(table) > n_seen:
            self._lookup.add(self._words(table.words(np.arange(n_seen, len(table)))))
        is_left_out = self._lookup.is_label if self._drops_labels else np.zeros(0, dtype=bool)
        words = np.empty(len(ids), dtype=np.int32)
        starts = np.empty(len(ids) + 1, dtype=np.int64)
        n_words, n = divide_documents(ids, is_left_out, words, starts)
        words, starts = words[:n_words], starts[: n + 1]
        before = self._open.array
        if n == 0:
            self._open.append(words)
            return words[:0], starts
        if len(before):
            words = np.concatenate([before, words])
            starts[1:] += len(before)
        self._open = Growing("int32")
        self._open.append(words[starts[n] :])
        return words[: starts[n]], starts

    def _words(self, raw):
        """Words (bytes, a line each) as they are looked up: list of str."""
        if raw.isascii():  # letters of which are lower-cased already
            return raw.decode("ascii").split("\n")[:-1]
        return [cleaned(word, self._text).decode() for word in raw.split(b"\n")[:-1]]

    def forget(self):
        """Begin anew with words, if no document is open and there are very many; says whether."""
        has_too_many = len(self._tokenizer.table) > MOST_WORDS and not len(self._open.array)
        if has_too_many:
            self._lookup.forget()
            self._tokenizer.table = self._lookup.table
        return has_too_many
