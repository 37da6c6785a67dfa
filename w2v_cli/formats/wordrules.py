"""Words as files hold them: bytes to text when read, and what may be written where.

One rule for all writers: a word is written only if the reader of such a file gives it back. Each
kind of file has some `Ends` for that, characters that end a word wherever they stand in it.
Readers are not as strict: they take what others wrote, white space at the ends of lines included.
"""

import re
from dataclasses import dataclass

from ..config import UTF_8
from ..errors import InputError, OutputError, field
from ..wording.marks import MARK

WHITE_SPACE = re.compile(r"[\s\0]")
"""White space of any Unicode class; a NUL ends a word for tools in C."""
SUBSTITUTE = "_"
KEPT_WORDS = 1000
"""Words that are not UTF-8, from which their encoding is guessed."""
SHOWN_WORDS = 3
NUMBER_OF_VECTOR = r"[-+]?\d*\.(?:\d{3,}|\d+e[-+]?\d+)"
"""Such as no word of a phrase is: with three decimals at least, or an exponent."""


@dataclass(frozen=True)
class Ends:
    """What ends a word in a kind of file: characters, and how messages call them."""

    characters: str
    title: str

    @property
    def pattern(self):
        """A compiled pattern of any of them, which matches nothing if there are none."""
        return re.compile(f"[{re.escape(self.characters)}]" if self.characters else r"(?!)")


BLANKS = Ends(" \t\n\r\v\f", "white space")
"""For word2vec and GloVe files: all that `bytes.split` takes for white space, as C does."""
NULS_AND_BLANKS = Ends(" \t\n\r\v\f\0", "white space or a NUL")
"""For models of fastText, whose words end at a NUL; with a blank in it no text would have it."""
FIELD_ENDS = Ends("\t\r\n", "a tab or the end of a line")
LINE_ENDS = Ends("\r\n", "the end of a line")
NEWLINES = Ends("\n", "a newline")
ANYTHING = Ends("", "")
"""For JSON, where nothing in a word ends it."""


def encode_lines(words, ends):
    """Words as UTF-8, a newline behind each, checked to be such that a reader gives them back.

    Parameters
    ----------
    words : sequence of str
    ends : Ends   a newline among them

    Returns
    -------
    bytes

    Raises
    ------
    OutputError   if a word is empty, holds what ends a word, or is not text
    """
    lines = "\n".join(words) + "\n"
    others = ends.characters.replace("\n", "")
    odd = any(character in lines for character in others)
    if odd or lines.count("\n") != len(words) or "" in words:
        pattern = ends.pattern
        word = next(word for word in words if not word or pattern.search(word))
        raise OutputError(
            f"word {word!r} cannot be written: it is empty or holds {ends.title}, which ends a "
            "word in such a file"
        )
    try:
        return lines.encode()
    except UnicodeEncodeError as error:
        shown = lines[error.start : error.end]
        raise OutputError(f"word with {shown!r} cannot be written as UTF-8") from error


def encode_words(words, ends=BLANKS):
    """A list of bytes, a word each; otherwise as `encode_lines`."""
    return encode_lines(words, ends).split(b"\n")[:-1]


def check_first(word):
    """Raise OutputError if the first word of a text file would lose its beginning there."""
    if word.startswith(MARK):
        raise OutputError(
            f"word {word!r} cannot be the first of such a file: it begins with a byte-order mark"
        )


def decode_words(raw_words, source):
    """Words as text; a note of the source says how many had bytes that are not of the encoding.

    Parameters
    ----------
    raw_words : list of bytes
    source : Source

    Returns
    -------
    list of str

    Raises
    ------
    InputError   if a word is not of the encoding and the source is to be read strictly
    """
    words = decoded(raw_words, source, 0)
    if source.undecodable:
        source.notes.append(undecodable_note(source, len(words)))
    return words


def decoded(raw_words, source, first_row):
    """Words as text, as `decode_words`; the source counts those with other bytes.

    ``first_row`` is where the first of these is in the file, counted from 0.
    """
    try:
        if source.encoding is None:
            return [word.decode() for word in raw_words]
        return [word.decode(source.encoding) for word in raw_words]
    except UnicodeError:
        pass
    encoding = source.encoding or UTF_8
    damaged = [row for row, raw in enumerate(raw_words) if not _is_of(encoding, raw)]
    if source.encoding_errors == "strict":
        raise _not_of_encoding(source, first_row + damaged[0], raw_words[damaged[0]])
    source.undecodable += len(damaged)
    for row in damaged[: KEPT_WORDS - len(source.undecodable_words)]:
        source.undecodable_words.append(raw_words[row])
    return [word.decode(encoding, "replace") for word in raw_words]


def _is_of(encoding, raw):
    try:
        raw.decode(encoding)
    except UnicodeError:
        return False
    return True


def encoding_title(encoding):
    """How messages call an encoding."""
    return "UTF-8" if encoding in (None, UTF_8) else encoding


def _not_of_encoding(source, row, raw):
    """The error for the word (bytes) of a row, counted from 0."""
    return InputError(
        f"{source.name}: row {row + 1}: the word {raw!r} is not {encoding_title(source.encoding)}; "
        f"{field('encoding_errors', 'replace')} reads it"
    )


def undecodable_note(source, n_words):
    """What a reader notes of words, of so many, that are not of the encoding of a source."""
    raw = source.undecodable_words[0]
    title = encoding_title(source.encoding)
    return (
        f"{source.name}: words with bytes that are not {title}: {source.undecodable} of {n_words}; "
        f"each such byte was read as U+FFFD; the first is {raw!r:.60}{_guess(source)}"
    )


def _guess(source):
    """What words that are not UTF-8 may be, as the end of a message."""
    from ..corpus.guessing import guess_encoding

    if source.encoding is not None:
        return ""
    guess = guess_encoding(b"\n".join(source.undecodable_words))
    if guess is None or not _has_no_utf8(source.undecodable_words):
        return f"; {field('encoding')} reads other encodings"
    shown = source.undecodable_words[0].decode(guess, "replace")
    return f", which is {shown!r:.60} in {guess}; {field('encoding', guess)} reads it so"


def _has_no_utf8(raw_words):
    """Whether nothing beyond ASCII in words is UTF-8; else they were cut, or damaged."""
    return all(raw.decode(errors="ignore").isascii() for raw in raw_words)


def empty_note(name, number):
    """What a reader notes of rows whose word is empty."""
    return f"{name}: rows left out because their word is empty: {number}"


def repeated_note(name, words):
    """What a reader notes of rows whose word was there before."""
    return (
        f"{name}: rows left out because their word was there before: "
        f"{len(words)} ({some_of(words)})"
    )


def joined_note(name, words, separator):
    """What a reader notes of words with numbers of vectors in them; None if there are none.

    Parameters
    ----------
    name : str
    words : list of str
    separator : str   between columns: any of these characters
    """
    between = re.escape(separator)
    before = r"\D" if separator == "," else ""  # 1,234.567 is a word
    part = re.compile(rf"{before}[{between}]+{NUMBER_OF_VECTOR}(?![^{between}])")
    joined = [word for word in words if "." in word and part.search(word)]
    if not joined:
        return None
    return (
        f"{name}: words with numbers in them: {len(joined)} of {len(words)} ({some_of(joined)}); "
        "if these are no words, their rows have too many numbers, or stand on one line with others"
    )


def some_of(words, number=SHOWN_WORDS):
    """A few words, for a message."""
    more = ", ..." if len(words) > number else ""
    return ", ".join(map(repr, words[:number])) + more


def replace_white_space(words, notes, pattern=WHITE_SPACE):
    """Words that every reader takes as one: white space in them becomes ``_``.

    A word that would be there twice then gets more of them at its end, so that none is lost.

    Parameters
    ----------
    words : sequence of str, distinct
    notes : list of str   is told how many words were changed
    pattern : Pattern     what is replaced

    Returns
    -------
    sequence of str, distinct   ``words`` itself if there is nothing to change
    """
    changed = [row for row, word in enumerate(words) if pattern.search(word)]
    if not changed:
        return words
    taken = set(words)
    words = list(words)
    before = [words[row] for row in changed]
    for row in changed:
        word = pattern.sub(SUBSTITUTE, words[row])
        while word in taken:
            word += SUBSTITUTE
        taken.add(word)
        words[row] = word
    notes.append(
        f"white space in words was written as {SUBSTITUTE!r}, since many programs would split "
        f"them: {len(changed)} words ({some_of(before)})"
    )
    return words


def check_white_space(words, path, pattern=WHITE_SPACE):
    """Refuse words with white space of any Unicode class, or what else the pattern matches.

    Raises
    ------
    OutputError   naming the first one
    """
    for word in words:
        if pattern.search(word):
            raise OutputError(
                f"{path}: not written: the word {word!r} holds white space, where many programs "
                f"would split it; {field('whitespace', 'replace')} writes {SUBSTITUTE!r} for it"
            )
