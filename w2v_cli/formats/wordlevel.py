"""tokenizer.json of words: what the tokenizers of Hugging Face need to cut text as `corpus` does.

A word is a token, whatever characters it is made of: text is cut before the vocabulary is looked
at, and nothing of a word is looked up but all of it. Two tokens that are no words stand before
them, in rows of zeros:

* padding, row 0, where programs that train such models expect it;
* what is not known, row 1. model2vec takes that out of a text before the mean is made;
  sentence-transformers does not, and there the zeros only make the mean shorter, which
  ``normalize`` undoes.

Neither is among ``added_tokens``: those would be found within words, too.
"""

import json
from functools import lru_cache

import numpy as np

from ..config import TextConfig
from ..corpus.characters import (
    DIGIT,
    EXTEND,
    HIGH_HALF,
    HYPHEN,
    INVISIBLE,
    JOINER,
    LETTER,
    PICTOGRAPH,
    POINT,
    REGIONAL,
    SYMBOL,
    classes,
)
from ..errors import OutputError

PADDING, UNKNOWN = ("[PAD]", "<pad>"), ("[UNK]", "<unk>")
"""What programs know these tokens by; the first name is taken that is no word."""
N_SPECIAL = 2
"""Rows before those of words."""
BLANKS = r"[\x00\t\n\x0b\x0c\r ]+"
"""As `corpus.tokenizer` has them, for text that is cut already."""
FINAL_SIGMA = "\u03c2"
_FOLDED = (("\u2018\u2019\uff07", "'"), ("\u2010\u2011", "-"))
"""As `corpus.characters.FOLDED`."""
LOW_HALF = (1 << HIGH_HALF) - 1


def special_tokens(words):
    """Names of the tokens for padding and for what is not known: two that are no words.

    Parameters
    ----------
    words : container of str
    """
    return _free_name(PADDING, words), _free_name(UNKNOWN, words)


def word_level(words, text=None):
    """The content of a tokenizer.json whose tokens are words.

    Parameters
    ----------
    words : sequence of str, each once   word number i is token N_SPECIAL + i
    text : TextConfig or None            how text becomes words: its ``tokenize``, ``lowercase`` and
                                         ``digits``

    Returns
    -------
    dict   of what JSON can hold; tokens 0 and 1 are those of `special_tokens`
    """
    text = text or TextConfig()
    vocabulary = dict.fromkeys(words)
    padding, unknown = special_tokens(vocabulary)
    vocabulary = {padding: 0, unknown: 1}
    vocabulary.update((word, row) for row, word in enumerate(words, N_SPECIAL))
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": _normalizer(text, words),
        "pre_tokenizer": _pre_tokenizer(text),
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": unknown},
    }


def encoded(tokenizer):
    """The bytes of a tokenizer.json.

    Raises
    ------
    OutputError   if a word is no text
    """
    text = json.dumps(tokenizer, ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        bad = error.object[error.start : error.end]
        raise OutputError(f"a word with {bad!r} cannot be written as UTF-8") from error


def _free_name(names, words):
    name = next((name for name in names if name not in words), names[0])
    while name in words:
        name = f"{name}_"
    return name


def _normalizer(text, words):
    """What is done to a whole text before it is cut, in the order of `corpus.counting.cleaned`."""
    steps = []
    if text.digits == "zero":
        steps.append(_replace("[0-9]", "0"))
    if text.lowercase:
        # A sigma at the end of a word has a form of its own, which is a matter of its neighbors.
        if any(word.endswith(FINAL_SIGMA) for word in words):
            final = "(?<=[\\p{L}\\p{M}])\u03a3(?![\\p{L}\\p{M}])"
            steps.append(_replace(final, FINAL_SIGMA))
        steps.append({"type": "Lowercase"})
    if text.in_words:
        # Behind what may join two letters it stays: there it keeps them apart.
        marks = _class(JOINER, HYPHEN, POINT)
        steps.append(_replace(f"(?<!{marks})[{''.join(sorted(INVISIBLE))}]", ""))
        steps += [_replace(_within_words(marks), mark) for marks, mark in _FOLDED]
        steps.append({"type": "NFC"})
    if not steps:
        return None
    return steps[0] if len(steps) == 1 else {"type": "Sequence", "normalizers": steps}


def _within_words(marks):
    return f"(?<=[\\p{{L}}\\p{{N}}\\p{{M}}\\p{{Cf}}\u05f3])[{marks}](?=[\\p{{L}}\\p{{N}}])"


def _replace(pattern, content):
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def _pre_tokenizer(text):
    if not text.in_words:
        return _split(BLANKS, are_tokens=False)
    return _split(_token_pattern(text.tokenize != "words"), are_tokens=True)


def _split(pattern, are_tokens):
    """Cut at matches of a pattern, or (``are_tokens``) take the matches and leave out the rest."""
    return {
        "type": "Split",
        "pattern": {"Regex": pattern},
        "behavior": "Removed",
        "invert": are_tokens,
    }


@lru_cache(maxsize=2)
def _token_pattern(keeps_symbols):
    """What `corpus.wordscan` takes for a token, as a regular expression.

    A word is letters and digits, each with what goes with it, and what joins two of them.
    """
    letter, digit, extend = _class(LETTER), _class(DIGIT), _class(EXTEND)
    letter_or_digit, joiner = _class(LETTER, DIGIT), _class(JOINER)
    hyphen, point = _class(HYPHEN), _class(POINT)
    of_letter = f"{letter}{extend}*(?:{_class(JOINER, HYPHEN)}(?={letter_or_digit}))?"
    joins_digit = f"{joiner}(?={letter_or_digit})|{hyphen}(?={letter})|{point}(?={digit})"
    pattern = f"(?:{of_letter}|{digit}{extend}*(?:{joins_digit})?)+"
    if not keeps_symbols:
        return pattern
    picture, half_flag = _class(PICTOGRAPH), _class(REGIONAL)
    return (
        f"{pattern}|{picture}{extend}*(?:(?<=\u200d){picture}{extend}*)*"
        f"|{half_flag}{extend}*(?:{half_flag}{extend}*)?|{_class(JOINER, HYPHEN, POINT, SYMBOL)}"
    )


def _class(*kinds):
    """Characters of some classes of `corpus.characters`, as a regular expression has them."""
    page_of, pages = classes(True)
    low = (pages & LOW_HALF)[page_of].reshape(-1)
    low[0xD800:0xE000] = 0  # No characters.
    borders = np.flatnonzero(np.diff(np.isin(low, kinds), prepend=False, append=False))
    ranges = zip(borders[::2].tolist(), (borders[1::2] - 1).tolist(), strict=True)
    return f"[{''.join(_range(first, last) for first, last in ranges)}]"


def _range(first, last):
    if first == last:
        return _escaped(first)
    return f"{_escaped(first)}-{_escaped(last)}"


def _escaped(code):
    character = chr(code)
    return f"\\{character}" if character in r"\[]^-&~#|" else character
