"""Documents with labels, read once: words as numbers in a temporary file, labels in memory.

A document is a line, and its end a word, ``</s>``, as in fastText. Words that are too rare for the
vocabulary stay, with numbers behind those of the vocabulary: n-grams of words go through them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as attribute
from itertools import chain
from typing import Any

import numpy as np

from ..config import TextConfig
from ..corpus.counting import TextCounts, announce_compiling
from ..corpus.facts import TextFacts
from ..corpus.glimpse import Glimpse
from ..corpus.marks import SENTENCE_END
from ..corpus.reader import Part, read_blocks
from ..corpus.remarks import damage_remarks
from ..corpus.spool import Spool
from ..corpus.tokenizer import Tokenizer
from ..corpus.vocabulary import Vocabulary
from ..corpus.watching import TextWatch
from ..errors import InputError, field
from ..machine.limits import require_memory
from ..wording.marks import BYTE_ORDER_MARK, SENTENCE_END_WORD
from .columns import Columns, labelled_rows
from .known import NOTHING, Known
from .labels import LabelLines, check_labels, label_remarks
from .separation import Separator

SHOWN = 200
"""Bytes of the first line that a message may need."""


@dataclass
class LabelledDocuments:
    """Documents whose words and labels are numbers.

    Attributes
    ----------
    vocabulary : Vocabulary
    others : list of str                  words that are not in it; their numbers are behind
    spool : Spool                         int32: the numbers of the words of all documents
    starts : ndarray of int64, (n + 1,)   where documents begin there
    labels : list of str                  the most frequent first
    label_counts : ndarray of int64, (n_labels,)
    label_ids : ndarray of int32          of one document after the other
    label_starts : ndarray of int64, (n + 1,)
    tokens : ndarray of int32, (n,)       words, line end and labels of each document
    weights : ndarray of float32, (n,)    of each; empty: all the same
    facts : TextFacts
    remarks : list of str                 what the user should know of the text and its labels
    """

    vocabulary: Vocabulary
    others: list
    spool: Spool
    starts: np.ndarray
    labels: list
    label_counts: np.ndarray
    label_ids: np.ndarray
    label_starts: np.ndarray
    tokens: np.ndarray
    weights: np.ndarray
    facts: TextFacts
    remarks: list = attribute(default_factory=list)

    def __len__(self):
        return len(self.starts) - 1

    @property
    def words(self) -> np.ndarray:
        """The words of all documents, mapped from their file: int32."""
        return self.spool.window(0, self.spool.length)

    @property
    def n_unlabelled(self) -> int:
        """Documents without a label, which teach nothing."""
        return int(np.count_nonzero(np.diff(self.label_starts) == 0))

    def digest(self) -> str:
        """SHA-256 of the words and labels there are, of how often, and of which documents have
        them, as hexadecimal digits. In which order words stand does not matter.
        """
        digest = hashlib.sha256()
        for names in (self.vocabulary.words, self.others, self.labels):
            digest.update("\n".join(names).encode(errors="replace") + b"\0")
        for numbers in (
            self.vocabulary.counts, self.tokens, self.label_ids, self.label_starts, self.weights,
        ):  # fmt: skip
            digest.update(np.ascontiguousarray(numbers).data)
        return digest.hexdigest()

    def close(self) -> None:
        """Give the disk space back."""
        self.spool.close()


def read_labelled(
    sources: Any,
    config: Any,
    text: TextConfig,
    folder: str,
    columns: Columns | None = None,
    progress: Callable[..., None] | None = None,
    known: Known = NOTHING,
) -> LabelledDocuments:
    """Read documents and their labels.

    Parameters
    ----------
    sources : Sources, or GivenDocuments   files, or what a program has
    config : ClassifyConfig
    text : TextConfig
    folder : str                for the temporary file
    columns : Columns or None   of a table; None: lines in which labels have a prefix
    progress : callable or None   called as progress("read", tokens, None), and as
                                progress("compile", 0, None) before a wait for the compiler
    known : Known               words and labels that are there already

    Returns
    -------
    LabelledDocuments   to be closed

    Raises
    ------
    InputError    if a file cannot be read, there is no document, or no label to learn
    OutputError   if the temporary file cannot be written
    """
    announce_compiling(text, progress)
    reader = _Reader(sources, config, text, columns, progress, known)
    spool = Spool(folder, "the encoded documents")
    try:
        reader.read(spool)
        return reader.documents(spool)
    except BaseException:
        spool.close()
        raise


class _Reader:
    def __init__(self, sources, config, text, columns, progress, known):
        self._sources, self._config, self._known = sources, config, known
        self._text, self._columns, self._progress = text, columns, progress
        self._is_given = hasattr(sources, "blocks")
        in_tokens = self._is_given and sources.in_tokens
        self._tokenizer = Tokenizer(text, only_newlines=True, in_tokens=in_tokens)
        self._glimpse, self._watch = Glimpse(text.encoding), TextWatch(text)
        self._labels = LabelLines()
        self._weights = []
        self._first = b""
        self._n_unended = 0

    def read(self, spool):
        """Read all; *in place:* ``spool`` gets provisional numbers."""
        for parts in self._texts():
            for words, labels in parts:
                ids = self._tokenizer.feed(words)
                self._glimpse.take(words, ids)
                spool.append(ids)
                self._labels.add(labels)
                if self._progress:
                    self._progress("read", self._tokenizer.table.n_tokens, None)
                require_memory(0, "keeping words and labels", _advice)
            # The newline that is put behind the last one begins no document.
            spool.append(self._tokenizer.end_file()[:-1])

    def _texts(self):
        """What there is of words and labels, text by text."""
        if self._is_given:
            yield self._weighted(self._sources.blocks())
            return
        for source in self._sources.files:
            yield self._rows(source) if self._columns else self._lines(source)

    def _lines(self, source):
        separator = Separator(self._config.label_prefix)
        part = Part(source.path, encoding=source.encoding)
        blocks = read_blocks(part, self._text.encoding, self._glimpse.end)
        blocks = self._watch.seen(blocks, source.path)
        first = next(blocks, b"")
        self._tokenizer.irregular["byte_order_marks"] += first.startswith(BYTE_ORDER_MARK)
        for block in chain([first.removeprefix(BYTE_ORDER_MARK)], blocks):
            if len(self._first) < SHOWN:
                self._first += block[:SHOWN]
            yield separator.feed(block)
        last = separator.end()
        self._n_unended += bool(last[0])
        yield last

    def _rows(self, source):
        rows = labelled_rows(source.path, self._columns, self._text.encoding)
        return self._weighted(self._watch.seen_rows(rows))

    def _weighted(self, blocks):
        for words, labels, weights in blocks:
            if len(self._first) < SHOWN:
                self._first += words[:SHOWN]
            self._weights += weights
            yield words, labels

    def documents(self, spool):
        """The LabelledDocuments of what was read."""
        name, config = self._sources.name, self._config
        if len(self._labels) == 0:
            raise InputError(f"{name}: there is no document in it; give text, one a line")
        seen = self._labels.counts()
        first = self._first.partition(b"\n")[0].decode(errors="replace")
        known = self._known
        in_text = self._columns is None and not self._is_given
        check_labels(seen, config, name, first, in_text, known.labels)
        if self._weights and not any(self._weights):
            raise InputError(
                f"{name}: all weights are 0, with which nothing would be learnt; give "
                "some documents more"
            )
        labels, label_counts, label_ids, label_starts = self._labels.select(
            config.min_label_count, known.labels
        )
        counted = TextCounts([self._tokenizer], [spool], self._text, [self._glimpse])
        counted.facts.irregular["no_final_newline"] = self._n_unended
        vocabulary, others = _chosen_words(counted, len(self._labels), config, known)
        starts = _encode(spool, counted, vocabulary, others)
        tokens = np.diff(starts) + np.diff(label_starts)
        n_files = 1 if self._is_given else len(self._sources.files)
        remarks = damage_remarks(counted, self._watch.found, n_files)
        return LabelledDocuments(
            vocabulary=vocabulary,
            others=others,
            spool=spool,
            starts=starts,
            labels=labels,
            label_counts=label_counts,
            label_ids=label_ids,
            label_starts=label_starts,
            tokens=tokens.astype(np.int32),
            weights=np.array(self._weights, dtype=np.float32),
            facts=counted.facts,
            remarks=[*remarks, *label_remarks({**dict.fromkeys(known.labels, 0), **seen})],
        )


def _chosen_words(counted, n_documents, config, known):
    """(the vocabulary, with ``</s>`` for each line's end, other words).

    Raises
    ------
    InputError   if there is no word for the vocabulary
    """
    words, counts = counted.select()
    if SENTENCE_END_WORD in words:
        counts[words.index(SENTENCE_END_WORD)] += n_documents
    else:
        words, counts = [*words, SENTENCE_END_WORD], np.append(counts, n_documents)
    keep = {word for word in words if word in known.words}
    stop = set()
    if known.may_be_taken is not None:
        others = [word for word in words if word not in keep]
        may_be = known.may_be_taken(others).tolist()
        stop = {word for word, may in zip(others, may_be, strict=True) if not may}
        if len(stop) == len(words):
            raise InputError(
                f"no word of the documents is in {known.name}: is the case of letters the same "
                f"({field('lowercase')})?"
            )
    vocabulary = Vocabulary.from_counts(
        words, counts, config.min_count, config.max_vocab, keep, stop
    )
    chosen = set(vocabulary.words)
    return vocabulary, [word for word in words if word not in chosen]


def _encode(spool, counted, vocabulary, others):
    """Make provisional numbers those of words, line ends too; returns where documents start."""
    words = [*vocabulary.words, *others]
    [id_map] = counted.id_maps(words)
    # SENTENCE_END is -1: the last one.
    id_map = np.append(id_map, np.int32(words.index(SENTENCE_END_WORD)))
    ends, position = [np.zeros(1, dtype=np.int64)], 0

    def numbers(ids):
        nonlocal position
        ends.append(np.flatnonzero(ids == SENTENCE_END) + position + 1)
        position += len(ids)
        return id_map[ids]

    spool.rewrite(numbers)
    return np.concatenate(ends)


def _advice(_n_bytes):
    return f"a higher {field('min_count')} does not help, but fewer documents do"
