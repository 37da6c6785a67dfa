"""Texts that a program has as str, each a document: cut, counted and encoded like text in files."""

from collections.abc import Mapping

import numpy as np

from ..config import UTF_8, TextConfig
from ..errors import InputError, field
from ..files.inputs import READ_SIZE
from ..wording.plaintext import is_missing, shown
from .counting import TextCounts, announce_compiling
from .glimpse import Glimpse
from .marks import SENTENCE_END
from .spool import Spool
from .tokenizer import Tokenizer


def count_texts(texts, text, folder, progress=None):
    """Go through texts once: count their words and keep their ids. A sentence ends with each text.

    Parameters
    ----------
    texts : iterable of str       may be a generator; one text and a block at a time are in memory
    text : TextConfig
    folder : str                  where the ids are written
    progress : callable or None   called as progress("read", tokens, None); see `count_text`

    Returns
    -------
    TextCounts

    Raises
    ------
    InputError    if they are no texts
    OutputError   if the ids cannot be written
    """
    remaining = _checked(texts)
    announce_compiling(text, progress)
    tokenizer, spool, glimpse = Tokenizer(text), Spool(folder), Glimpse(UTF_8)
    try:
        for block in _blocks(remaining):
            ids = tokenizer.feed(block)
            glimpse.take(block, ids)
            spool.append(ids)
            if progress:
                progress("read", tokenizer.table.n_tokens, None)
        spool.append(tokenizer.end_file())
    except BaseException:
        spool.close()
        raise
    return TextCounts([tokenizer], [spool], text, [glimpse])


def sentences_of(texts, text=None):
    """The words of texts, as they are counted: for each text its sentences, lists of str.

    Parameters
    ----------
    texts : iterable of str
    text : TextConfig or None

    Returns
    -------
    list of list of list of str   sentences without words are left out

    Raises
    ------
    InputError   if they are no texts
    """
    text = text or TextConfig()
    tokenizer = Tokenizer(text)
    ids = [_ids_of(each, tokenizer) for each in _checked(texts)]
    counts = TextCounts([tokenizer], [], text)
    words, _ = counts.select()
    (id_map,) = counts.id_maps(words)
    word_of = np.array([*words, None], dtype=object)
    return [_sentences(each, id_map, word_of) for each in ids]


def _ids_of(text, tokenizer):
    ids = [tokenizer.feed(block).copy() for block in _blocks([text])]
    return np.concatenate([*ids, tokenizer.end_file()])


def _sentences(ids, id_map, word_of):
    """Lists of words of provisional ids with SENTENCE_END between them."""
    ends = np.flatnonzero(ids == SENTENCE_END)
    found = []
    for part in np.split(ids, ends):
        words = part[part != SENTENCE_END]
        if len(words):
            found.append(word_of[id_map[words]].tolist())
    return found


def _checked(texts):
    """The texts, one by one; the first that is none is told. What holds them is looked at now."""
    if isinstance(texts, (str, bytes)):
        raise InputError(f"{field('texts')} is a single text; give a list of texts: [text]")
    if hasattr(texts, "columns") or isinstance(texts, Mapping):
        raise InputError(
            f"{field('texts')} is a table ({type(texts).__name__}); give a column of it, such as "
            "df['review']"
        )
    try:
        items = iter(texts)
    except TypeError:
        raise InputError(
            f"{field('texts')} must be texts, not {shown(texts)}; give a list of them"
        ) from None
    return _each_checked(items)


def _each_checked(items):
    for number, item in enumerate(items, 1):
        if not isinstance(item, str):
            raise InputError(f"text {number} is {shown(item)}; {_remedy(item)}")
        yield item


def _remedy(item):
    """What to do about something that is no text."""
    if isinstance(item, (bytes, bytearray)):
        return "decode it: text.decode()"
    if isinstance(item, (list, tuple, np.ndarray)):
        return (
            f"lists of tokens are a corpus, not {field('texts')}: give them first, without a name"
        )
    if is_missing(item):
        return "it is a missing value: leave it out, as df['review'].dropna() does"
    return "give it as text: str(value)"


def _blocks(texts):
    """The bytes of texts, each with a newline behind it, in blocks of about READ_SIZE."""
    parts, size = [], 0
    for text in texts:
        # Halves of surrogate pairs, which are no text, are repaired like other bytes of that kind.
        parts.append(f"{text}\n".encode(errors="surrogatepass"))
        size += len(parts[-1])
        if size >= READ_SIZE:
            yield from _cut(b"".join(parts))
            parts, size = [], 0
    if parts:
        yield from _cut(b"".join(parts))


def _cut(data):
    return (data[start : start + READ_SIZE] for start in range(0, len(data), READ_SIZE))
