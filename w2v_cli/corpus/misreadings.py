"""Text that was decoded as what it is not: here, or by a program that saved it so.

Functions of what was seen of a text: each returns a message, or None.
"""

import re

from ..errors import field
from .guessing import COMMON, LATIN, LETTERS, NAMED, SPOKEN_OF, guess_encoding, likeness

ASCII_BLANKS = re.compile(r"[ \t\n\r\f\v\0]+")
SEEN = 1 << 14
"""Characters that are looked at."""
MIXED_UP = (
    "cp1252", "latin-1", "cp1251", "cp1250", "cp1254", "koi8-r", "mac-roman", "cp437", "cp850",
    "cp866", "gb18030", "cp932", "big5", "cp949",
)  # fmt: skip
"""Encodings with which programs read UTF-8 by mistake."""
ICONV = {"latin-1": "latin1", "mac-roman": "macintosh"}
"""What iconv calls those that it has another name for."""
LEAST_WORDS, MOST_WORDS = 4, 500
LEAST_SHARE = 0.5
"""Of the words beyond ASCII that make sense when they are read once more."""
LEAST_MIXED, LEAST_MIXED_ELSE = 0.05, 0.25
"""Likewise where texts of two encodings were put together, the first of which is for letters of
Latin, or is another one: words of Cyrillic happen to be UTF-8."""
LEAST_DIFFERENCE = 0.7
"""Of the characters beyond ASCII that another encoding makes others: cp1251 and the Cyrillic of
Macintosh have most letters in common, and which of them it is matters little."""
FEW, FEW_LETTERS = 20, 5
"""Characters beyond ASCII that are too few to tell, and different ones."""
OTHER_ALPHABETS = frozenset(COMMON) | {name for name in LETTERS if LETTERS[name] not in LATIN}
LATIN_NAMES = {name for name in LETTERS if LETTERS[name] in LATIN} | set(NAMED)
ESCAPES = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp"),
    (b"\x1b$@", "iso2022_jp"),
)
"""How text of seven bits begins another alphabet."""
HZ = re.compile(rb"~\{(?:[!-w][!-~])+~\}")
LEAST_HZ = 3
UTF_7 = re.compile(rb"\+([A-Za-z0-9/]{3,})(?![+=A-Za-z0-9/])")
CHINESE = 0x2E00
"""From there on are the scripts of East Asia."""
LEAST_UTF_7, LEAST_UTF_7_SHARE, LEAST_LETTERS = 5, 0.02, 3
ENTITY = re.compile(rb"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8}\d?);")
WRITTEN = (
    ("HTML", ENTITY, 0.02, "html.unescape"),
    ("quoted-printable", re.compile(rb"=[C-F][0-9A-F]=[89AB][0-9A-F]"), 0.02, "quopri"),
    ("JSON", re.compile(rb"\\u[0-9a-fA-F]{4}"), 0.2, "json.loads"),
    ("URLs", re.compile(rb"%[C-F][0-9A-F]%[89AB][0-9A-F]"), 0.3, "urllib.parse.unquote"),
)
"""Ways to write letters with ASCII: where, how, the share of words above which it is no example,
and what in Python undoes it."""


def _words(seen):
    """Words between blanks of ASCII; others may be letters of another encoding."""
    return ASCII_BLANKS.split(seen[:SEEN])


def wrong_name(seen, encoding):
    """Whether a text is read with another encoding than its own.

    Parameters
    ----------
    seen : str       the beginning of the text, decoded
    encoding : str   with which it was decoded
    """
    if encoding.startswith(("utf", "iso2022", "hz")):
        return None
    seen = seen[:SEEN].rpartition("\n")[0] or seen[:SEEN]
    if _is_utf8(seen, encoding):
        return f"the text is UTF-8, and was read as {encoding}; leave out {field('encoding')}"
    words = [word for word in _words(seen) if not word.isascii()]
    again = [(word, _read_again(word, encoding)) for word in words]
    again = [pair for pair in again if pair[1]]
    least = LEAST_MIXED if encoding in LATIN_NAMES else LEAST_MIXED_ELSE
    if len(again) >= max(LEAST_WORDS, least * len(words)):
        word, meant = again[0]
        return (
            f"some of the text is UTF-8, and was read as {encoding}: {word!r:.40} should be "
            f"{meant!r:.40}; make all files UTF-8 first, each from its own encoding"
        )
    found = _other_alphabet(words, encoding)
    if found is None:
        return None
    right, word, meant = found
    return (
        f"the text looks like {right}, not {encoding}: {word!r:.40} should be {meant!r:.40}; give "
        f"{field('encoding', right)}"
    )


def _is_utf8(seen, encoding):
    try:
        data = seen.encode(encoding)
        text = data.decode()
    except UnicodeError:
        return False
    return text != seen and sum(map(_is_high, seen)) >= LEAST_WORDS and "\0" not in text


def _is_high(character):
    return character > "\x7f"


def mojibake(seen):
    """Whether a text was read with a wrong encoding by somebody else, and saved so.

    Parameters
    ----------
    seen : str   the beginning of a text in UTF-8
    """
    words = [word for word in _words(seen) if not word.isascii() and "\ufffd" not in word]
    words = words[:MOST_WORDS]
    if len(words) < LEAST_WORDS:
        return None
    readings = {encoding: [_read_again(word, encoding) for word in words] for encoding in MIXED_UP}
    wrong = max(readings, key=lambda encoding: sum(map(bool, readings[encoding])))
    if sum(map(bool, readings[wrong])) >= LEAST_SHARE * len(words):
        word, meant = next(pair for pair in zip(words, readings[wrong], strict=True) if pair[1])
        return _saved("UTF-8", wrong, word, meant)
    found = _other_alphabet(_words(seen), "latin-1")
    return found and _saved(found[0], "latin-1", *found[1:])


def _saved(right, wrong, word, meant):
    return (
        f"the text is {right} that was read as {wrong} and saved so: {word!r:.40} should be "
        f"{meant!r:.40}; save it anew, or undo that with iconv -f utf-8 -t "
        f"{ICONV.get(wrong, wrong)}"
    )


def _read_again(word, encoding):
    """The word that one in UTF-8 was before it was read with that encoding; None if it is none."""
    try:
        meant = word.encode(encoding).decode()
    except UnicodeError:
        return None
    return meant if meant != word and meant.isprintable() else None


def _other_alphabet(words, encoding):
    """(encoding, word, what it would be) of words that make sense in another encoding, or None."""
    words = [word for word in words if not word.isascii()]
    pairs = [(word, _encoded(word, encoding)) for word in words]
    pairs = [pair for pair in pairs if pair[1]]
    data = b" ".join(raw for _, raw in pairs)
    letters = list(filter(_is_high, " ".join(word for word, _ in pairs)))
    if 2 * len(pairs) < len(words) or len(letters) < FEW or len(set(letters)) < FEW_LETTERS:
        return None
    right = _better_guess(data, set(letters), encoding)
    return right and (right, pairs[0][0], pairs[0][1].decode(right, "replace"))


def _better_guess(data, letters, encoding):
    """The encoding that words are in, if it is of another alphabet than the letters; or None."""
    if likeness(data, encoding) is not None:
        return None
    right = guess_encoding(data)
    if right is None or _base(right) not in OTHER_ALPHABETS:
        return None
    n_kept = len(letters & set(data.decode(right, "replace")))
    return right if n_kept <= (1 - LEAST_DIFFERENCE) * len(letters) else None


def _base(guess):
    return next((name for name, spoken in SPOKEN_OF.items() if spoken == guess), guess)


def _encoded(word, encoding):
    try:
        return word.encode(encoding)
    except UnicodeError:
        return None


def seven_bits(raw):
    """Whether letters beyond ASCII are written with bytes of ASCII, as old mail does.

    Parameters
    ----------
    raw : bytes
    """
    name = next((name for start, name in ESCAPES if start in raw), None)
    if name is None and len(HZ.findall(raw)) >= LEAST_HZ:
        name = "hz"
    if name is None and _is_utf_7(raw):
        name = "utf-7"
    if name is None:
        return None
    return (
        f"the text looks like {name}, which writes letters as ASCII; give {field('encoding', name)}"
    )


def _is_utf_7(raw):
    found = list(filter(_is_letters, UTF_7.findall(raw)))
    least = max(LEAST_UTF_7, LEAST_UTF_7_SHARE * len(raw.split()))
    return len(found) >= least and len(set(found)) >= LEAST_LETTERS


def _is_letters(base64):
    """Whether it stands for letters of one alphabet in UTF-7, and is no number or name."""
    try:
        text = b"".join((b"+", base64, b"-")).decode("utf-7")
    except UnicodeError:
        return False
    pages = {min(ord(each), CHINESE) >> 8 for each in text if each.isalpha()}
    # Of Chinese, each name behind a plus sign would be a character.
    is_short = len(text) == 1 and pages == {CHINESE >> 8}
    return len(pages) == 1 and not is_short and all(map(_is_high, text)) and _is_wordlike(text)


def _is_wordlike(text):
    return all(each.isalpha() or not each.isalnum() for each in text) and text.isprintable()


def written_letters(raw):
    """Whether letters are written as HTML, mail, JSON or URLs write those beyond ASCII.

    Parameters
    ----------
    raw : bytes
    """
    n_words = len(raw.split())
    for where, pattern, most, how in WRITTEN:
        found = pattern.findall(raw)
        if len(found) >= LEAST_WORDS and len(found) > most * n_words:
            example = found[0].decode()
            return (
                f"letters are written as in {where}, such as {example!r}; decode the text first, "
                f"as {how} of Python does"
            )
    return None
