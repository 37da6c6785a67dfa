"""What each character of Unicode does in a text that is cut into words: a table made once.

A class is a byte. Its low half says what the character does in a word, its high half what it does
at the end of a sentence. The table has two levels, pages of 256 characters: most are alike, so all
of it fits in a near cache.
"""

import sys
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np

BLANK, LINE, LETTER, DIGIT, EXTEND, JOINER, HYPHEN, POINT, SYMBOL, PICTOGRAPH, REGIONAL = range(11)
"""Low half. White space; the end of a line; letters and digits, of which words are made; what goes
with the character before it; what joins letters and digits if one of it is between them (a hyphen
not two digits, a point only two digits); punctuation and symbols; those that a joiner makes one,
such as emoji; halves of flags."""
OTHER, LOWER, UPPER, CONTINUES, QUOTE, CLOSE, DOT, ELLIPSIS, FIRM, WIDE = range(10)
"""High half. Letters by their case; what goes on in a sentence, such as a comma; what may open or
close a quotation; what closes; and what ends a sentence: a full stop, dots, a mark of exclamation
or question, and what needs no white space behind it, such as the full stop of Chinese."""
HIGH_HALF = 4
PAGE_BITS = 8
N_CODES = sys.maxunicode + 1

ZERO_WIDTH_JOINER = 0x200D
_LINE_MARKS = "\x85\u2028\u2029"
"""Ends of lines besides the newline."""
_APOSTROPHES = "'\u2018\u2019\uff07"
_HYPHENS = "-\u2010\u2011\u00b7\u0387\u2027\u05f4"
_POINTS = ".,\u066b\u066c\uff0e\uff0c"
_CONTINUES = ",;:-\u2013\u2014\u055d\u060c\u061b\u3001\uff0c\uff1a\uff1b\uff64"
_DOTS = ".\u2024\ufe52\uff0e"
_FIRM = "!?\u203c\u203d\u2047\u2048\u2049"
_WIDE = (
    "\u0589\u061e\u061f\u06d4\u0700\u0701\u0702\u07f9\u0837\u0839\u083d\u083e\u0964\u0965\u0f0d\u0f0e"
    "\u104a\u104b\u1362\u1367\u1368\u166e\u1735\u1736\u17d4\u17d5\u1803\u1809\u1944\u1945\u1aa8\u1aa9"
    "\u1aaa\u1aab\u1b5a\u1b5b\u1b5e\u1b5f\u1c3b\u1c3c\u1c7e\u1c7f\u2e2e\u2e3c\u3002\ua4ff\ua60e\ua60f"
    "\ua6f3\ua6f7\ua876\ua877\ua8ce\ua8cf\ua92f\ua9c8\ua9c9\uaa5d\uaa5e\uaa5f\uaaf0\uaaf1\uabeb\ufe56"
    "\ufe57\uff01\uff1f\uff61"
)
"""Of the property Sentence_Terminal, which `unicodedata` does not have, without those above."""
_SENTENCE_CLASSES = [
    (_CONTINUES, CONTINUES),
    ("\"'`*_", QUOTE),
    (_DOTS, DOT),
    ("\u2026", ELLIPSIS),
    (_FIRM, FIRM),
    (_WIDE, WIDE),
]

_INVISIBLE_CODES = [0xAD, 0x61C, 0x180E, 0x200E, 0x200F, 0xFEFF, 0xFE0E, 0xFE0F]
_INVISIBLE_CODES += [*range(0x202A, 0x202F), *range(0x2060, 0x2070)]
INVISIBLE = frozenset(map(chr, _INVISIBLE_CODES))
"""Soft hyphens, marks of direction, selectors of how an emoji looks: taken out of words. The
zero-width joiner and non-joiner are not, since they change how a word is read."""

FOLDED = str.maketrans(
    dict.fromkeys("\u2018\u2019\uff07", "'") | dict.fromkeys("\u2010\u2011", "-")
)
"""Apostrophes and hyphens within words that become those of a keyboard."""

_WITH_STOPS = """
Abb Abs Apr Aug Bd Bde Capt Cf Co Col Dec Dez Dipl Dott Dr Dra Ed Eds Eq Feb Fig Figs Fr Gen Gov
Hon Hr Hrn Hrsg Inc Ing Jan Jr Jul Jun Lt Ltd MM Messrs Mlle Mme Mr Mrs Ms Mt Nos Nov Nr Oct Okt
Op Prof Rep Rev Sen Sep Sept Sgt Sig Sr Sra Srta St Str Ud Uds Vgl Vol Vols bzw ca cf ed eds geb
gest vgl vs zzgl
"""
ABBREVIATIONS = tuple(_WITH_STOPS.split())
"""A full stop after one of these ends no sentence. Words of eight letters or more are not looked
at, and words that end sentences (no., art.) are left out."""

_EMOJI = range(0x1F000, 0x1FB00)
_ALL_LETTERS = [range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4)]
"""Ideographs and syllables of Hangul: no need to look at each."""
_LAST_LOOKED_AT = 0x20000
_IGNORED_PLANE = range(0xE0000, 0xE1000)


class Classes(NamedTuple):
    """The class of each character: ``pages[page_of[code >> 8], code & 255]``.

    Attributes
    ----------
    page_of : ndarray of uint16, (0x1100,)
    pages : ndarray of uint8, (n_pages, 256)
    """

    page_of: np.ndarray
    pages: np.ndarray


@lru_cache(maxsize=4)
def classes(in_words, only_newlines=False):
    """The `Classes` of text that is cut into words, or else at ASCII white space (bool).

    With ``only_newlines`` what else Unicode has for the end of a line is white space.
    """
    table = _classes_in_words().copy()
    if only_newlines:
        others = [ord(mark) for mark in _LINE_MARKS]
        table[others] = BLANK | table[others] >> HIGH_HALF << HIGH_HALF
    if not in_words:
        table = (table >> HIGH_HALF << HIGH_HALF) | LETTER
        table[list(b"\0\t\v\f\r ")] = BLANK
        table[ord("\n")] = LINE
    pages, page_of = np.unique(table.reshape(-1, 1 << PAGE_BITS), axis=0, return_inverse=True)
    return Classes(page_of.reshape(-1).astype(np.uint16), np.ascontiguousarray(pages))


@lru_cache(maxsize=1)
def untidy():
    """By code point, whether a word with that character may not be as `tidy` makes it (bool)."""
    table = np.zeros(N_CODES, dtype=bool)
    table[[*map(ord, INVISIBLE), *FOLDED]] = True
    table[0x1161:0x1176] = table[0x11A8:0x11C3] = True  # Parts of syllables of Hangul.
    for code in _looked_at():
        character = chr(code)
        decomposition = unicodedata.decomposition(character)
        if decomposition and not decomposition.startswith("<"):
            table[code] |= unicodedata.normalize("NFC", character) != character
            table[[int(part, 16) for part in decomposition.split()[1:]]] = True
        elif unicodedata.combining(character):
            table[code] = True
    table[0x2F800:0x2FA20] = True  # Ideographs that are written as others.
    return table


def tidy(word):
    """A word (str) in composed form (NFC), without what is `INVISIBLE` in it.

    Its apostrophes and hyphens become ASCII; a quotation mark by itself stays.
    """
    seen = "".join(character for character in word if character not in INVISIBLE)
    folded = seen.translate(FOLDED) if len(seen) > 1 else seen
    return unicodedata.normalize("NFC", folded)


@lru_cache(maxsize=1)
def _classes_in_words():
    table = np.full(N_CODES, LETTER, dtype=np.uint8)
    for code in _looked_at():
        table[code] = _class_of(chr(code))
    table[_IGNORED_PLANE] = EXTEND
    # Bytes that are not UTF-8 belong to their words, and so does what they become.
    table[0xFFFD] = LETTER
    for characters, class_ in _SENTENCE_CLASSES:
        for character in characters:
            low = table[ord(character)] & ((1 << HIGH_HALF) - 1)
            table[ord(character)] = low | class_ << HIGH_HALF
    return table


def _looked_at():
    skipped = {code for codes in _ALL_LETTERS for code in codes}
    return (code for code in range(_LAST_LOOKED_AT) if code not in skipped)


def _class_of(character):
    return _in_words(character) | _in_sentences(character) << HIGH_HALF


_OF_CATEGORY = {"L": LETTER, "N": LETTER, "M": EXTEND, "P": SYMBOL, "S": SYMBOL, "Z": BLANK}
_OF_CATEGORY |= {"Nd": DIGIT, "Pc": JOINER, "So": PICTOGRAPH, "Zl": LINE, "Zp": LINE}
_OF_CATEGORY |= {"Cc": BLANK, "Cf": EXTEND, "Co": SYMBOL, "Cs": SYMBOL, "Cn": LETTER}
_OF_CHARACTER = {"\n": LINE, "\x85": LINE, "\u200b": BLANK, "\u05f3": EXTEND}
_OF_CHARACTER |= dict.fromkeys(_APOSTROPHES, JOINER) | dict.fromkeys(_HYPHENS, HYPHEN)
_OF_CHARACTER |= dict.fromkeys(_POINTS, POINT)
_OF_CHARACTER |= {chr(code): EXTEND for code in range(0x1F3FB, 0x1F400)}
_OF_CHARACTER |= {chr(code): REGIONAL for code in range(0x1F1E6, 0x1F200)}
_OF_CHARACTER |= {chr(code): PICTOGRAPH for code in range(0x2190, 0x2200)}


def _in_words(character):
    if character in _OF_CHARACTER:
        return _OF_CHARACTER[character]
    category = unicodedata.category(character)
    # Emoji of a later Unicode than Python has are emoji all the same.
    if category == "Cn" and ord(character) in _EMOJI:
        return PICTOGRAPH
    return _OF_CATEGORY.get(category, _OF_CATEGORY.get(category[0]))


def _in_sentences(character):
    if character.islower():
        return LOWER
    if character.isupper() or character.istitle():
        return UPPER
    return {"Pe": CLOSE, "Pf": CLOSE, "Pi": QUOTE}.get(unicodedata.category(character), OTHER)
