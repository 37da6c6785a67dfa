"""What files of our own say of the text they were made of: facts as JSON, words as lines."""

from dataclasses import asdict, fields
from itertools import islice

import numpy as np

from ..config import TextConfig
from ..errors import ConfigError
from ..files.storedzip import DamageError
from .facts import TextFacts

_WORDS_AT_A_TIME = 1 << 16
_LARGEST = 2**62


def described(facts):
    """The content of JSON that `facts_of` reads: a dict of a `TextFacts`."""
    content = asdict(facts)
    # Threads change nothing in what is read.
    del content["text"]["threads"]
    if facts.phrases is None:
        del content["phrases"]
    return content


def check_number(value, key, name):
    """Raise DamageError unless the value of a key, in a JSON of that name, is a whole number."""
    # type(), because true and false are integers to isinstance().
    if type(value) is not int or not 0 <= value < _LARGEST:
        raise DamageError(f"{key} in {name} is no number")


def facts_of(info, name):
    """The `TextFacts` that the content of JSON (dict) has among others.

    Raises
    ------
    DamageError   if `described` writes no such thing; ``name`` is that of the JSON
    """
    for key in ("tokens_read", "pruned_below"):
        check_number(info.get(key), key, name)
    text, irregular = info.get("text"), info.get("irregular")
    known = {each.name for each in fields(TextConfig)}
    if not isinstance(text, dict) or not known >= set(text) or not isinstance(irregular, dict):
        raise DamageError(f"{name} is not as w2v writes it")
    for key, value in irregular.items():
        check_number(value, key, name)
    try:
        text = TextConfig(**text)
    except (ConfigError, TypeError) as error:
        raise DamageError(f"{name} is not as w2v writes it: {error}") from error
    sources, phrases = info.get("sources") or [], info.get("phrases")
    dropped = {key: info.get(key, 0) for key in ("sentences_dropped", "tokens_dropped")}
    for key, value in dropped.items():
        check_number(value, key, name)
    are_known = isinstance(sources, list) and isinstance(phrases, (dict, type(None)))
    if (info["pruned_below"] and text.max_table is None) or not are_known:
        raise DamageError(f"{name} is not as w2v writes it")
    return TextFacts(
        tokens_read=info["tokens_read"],
        irregular=irregular,
        pruned_below=info["pruned_below"],
        text=text,
        vocabulary_given=info.get("vocabulary_given") is True,
        sources=tuple(map(str, sources)),
        **dropped,
        phrases=phrases,
    )


def count_lines(words, counts):
    """Blocks of bytes: a ``word count`` line for each word, in UTF-8."""
    lines = (f"{word} {count}\n" for word, count in zip(words, counts.tolist(), strict=True))
    while block := list(islice(lines, _WORDS_AT_A_TIME)):
        yield "".join(block).encode()


def words_of(data, n_words, name, least=1):
    """(words, counts) of what `count_lines` wrote, in a member of that name.

    Raises
    ------
    DamageError   if it wrote no such thing; a count below ``least`` is none
    """
    n_lines = data.count(b"\n")
    if n_lines != n_words or not data.endswith(b"\n"):
        raise DamageError(f"{name} has {n_lines} lines instead of {n_words}")
    text = data.decode()
    if data.count(b" ") == n_words:
        parts = text.replace("\n", " ").split(" ")
        words, counts = parts[:-1:2], parts[1::2]
    else:  # Words of a vocabulary that a user made may have spaces in them.
        pairs = [line.rsplit(" ", 1) for line in text.split("\n")[:-1]]
        words, counts = [pair[0] for pair in pairs], [pair[-1] for pair in pairs]
    counts = np.fromiter(map(int, counts), np.int64, n_words)
    if counts.min() < least or counts.max() >= _LARGEST or len(set(words)) < n_words:
        raise DamageError(f"{name} has a count out of range, or a word twice")
    return words, counts
