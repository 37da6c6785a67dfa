"""Words as files hold them: bytes to text when read, and what may be written where."""

import re

from ..errors import InputError, OutputError

WHITE_SPACE = re.compile(r"[\s\0]")
"""White space of any Unicode class; a NUL ends a word for tools in C."""
SUBSTITUTE = "_"
SHOWN_WORDS = 3


def decode_words(raw_words, source):
    """Words as text; a note of the source says how many had bytes that are not UTF-8.

    Parameters
    ----------
    raw_words : list of bytes
    source : Source

    Returns
    -------
    list of str

    Raises
    ------
    InputError   if a word is not UTF-8 and the source is to be read strictly
    """
    try:
        return [word.decode() for word in raw_words]
    except UnicodeDecodeError:
        pass
    words = [word.decode(errors="replace") for word in raw_words]
    pairs = zip(words, raw_words, strict=True)
    damaged = [row for row, (word, raw) in enumerate(pairs) if word.encode() != raw]
    if source.encoding_errors == "strict":
        raise not_utf8_error(source.name, damaged[0], raw_words[damaged[0]])
    source.undecodable += len(damaged)
    source.notes.append(undecodable_note(source.name, len(damaged)))
    return words


def not_utf8_error(name, row, raw):
    """The error for the word (bytes) of a row, counted from 0, that is not UTF-8."""
    return InputError(
        f"{name}: row {row + 1}: the word {raw!r} is not UTF-8; --encoding-errors replace reads it"
    )


def undecodable_note(name, number):
    """What a reader notes of words that are not UTF-8."""
    return (
        f"{name}: words with bytes that are not UTF-8: {number}; each such byte was read as U+FFFD"
    )


def some_of(words):
    """A few words, for a message."""
    more = ", ..." if len(words) > SHOWN_WORDS else ""
    return ", ".join(map(repr, words[:SHOWN_WORDS])) + more


def replace_white_space(words, notes):
    """Words that every reader takes as one: white space in them becomes ``_``.

    A word that would be there twice then gets more of them at its end, so that none is lost.

    Parameters
    ----------
    words : sequence of str, distinct
    notes : list of str   is told how many words were changed

    Returns
    -------
    sequence of str, distinct   ``words`` itself if there is nothing to change
    """
    changed = [row for row, word in enumerate(words) if WHITE_SPACE.search(word)]
    if not changed:
        return words
    taken = set(words)
    words = list(words)
    before = [words[row] for row in changed]
    for row in changed:
        word = WHITE_SPACE.sub(SUBSTITUTE, words[row])
        while word in taken:
            word += SUBSTITUTE
        taken.add(word)
        words[row] = word
    notes.append(
        f"white space in words was written as {SUBSTITUTE!r}, since many programs would split "
        f"them: {len(changed)} words ({some_of(before)})"
    )
    return words


def check_white_space(words, path):
    """Refuse words with white space of any Unicode class.

    Raises
    ------
    OutputError   naming the first one
    """
    for word in words:
        if WHITE_SPACE.search(word):
            raise OutputError(
                f"{path}: not written: the word {word!r} holds white space, where many programs "
                f"would split it; --whitespace replace writes {SUBSTITUTE!r} for it"
            )
