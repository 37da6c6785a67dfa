"""Phrases joined in sentences that a program has as lists of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..wording.plaintext import shown
from .applying import TableJoiner
from .pairs import SENTENCE_END

if TYPE_CHECKING:
    from .table import Phrases

TOKENS_AT_A_TIME = 1 << 15


def join_sentences(phrases: Phrases, sentences: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """Sentences with the phrases of a table joined, one by one; see `Phrases.join`."""
    if isinstance(sentences, (str, bytes)):
        raise InputError(
            f"{shown(sentences)} is a text; give sentences that are lists of tokens: [text.split()]"
        )
    return _joined(phrases, sentences)


def _joined(phrases, sentences):
    index = {}
    for row in phrases:
        for word in row.words:
            index.setdefault(word, len(index))
    table = TableJoiner(phrases, index, len(index) + 1)
    known = list(index)
    names = [phrases.delimiter.join(known[id_] for id_ in ids) for ids in table.words_of]
    lengths = [1] * table.n_words + [len(ids) for ids in table.words_of]
    for batch in _batches(sentences):
        ids = []
        for sentence in batch:
            ids += [index.get(token, len(index)) for token in sentence]
            ids.append(SENTENCE_END)
        units = iter(table.join(np.array(ids, dtype=np.int32)).tolist())
        for sentence in batch:
            out, place = [], 0
            for unit in units:
                if unit == SENTENCE_END:
                    break
                is_word = unit < table.n_words
                out.append(sentence[place] if is_word else names[unit - table.n_words])
                place += lengths[unit]
            yield out


def _batches(sentences):
    """Lists of sentences, each a list of tokens."""
    batch, size = [], 0
    for number, sentence in enumerate(sentences, 1):
        tokens = _tokens(sentence, number)
        batch.append(tokens)
        size += len(tokens) + 1
        if size >= TOKENS_AT_A_TIME:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _tokens(sentence, number):
    """A sentence as a list; raise InputError if it is none."""
    if isinstance(sentence, (str, bytes, Mapping)):
        raise InputError(
            f"sentence {number} is {shown(sentence)}: a sentence is a list of tokens, such as "
            "text.split()"
        )
    try:
        tokens = list(sentence)
        hash(tuple(tokens))
    except TypeError as error:
        raise InputError(
            f"sentence {number} is no list of tokens but {shown(sentence)}; a sentence is a list "
            "of words, such as text.split()"
        ) from error
    return tokens
