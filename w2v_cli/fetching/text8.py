"""The clean-up with which text8 was made of a dump of Wikipedia, as a stream.

The rules are those that Matt Mahoney published with text8 (mattmahoney.net/dc/textdata.html): the
text of articles in letters a to z and single spaces, digits spelled, links by what is shown of
them, without references, tables and templates. It takes a dump that ends anywhere.
"""

import re
from functools import partial
from string import ascii_lowercase

from ..files.inputs import READ_SIZE
from .dump import not_a_dump

LONGEST_PIECE = 64 << 20
"""Bytes between two tags: an article has 2 MB at most."""
DIGITS = b"zero one two three four five six seven eight nine".split()


def _replacing(pattern, by, flags=0):
    """A rule: a function of bytes, in which it replaces what the pattern matches."""
    return partial(re.compile(pattern, flags).sub, by)


def _replacing_closed(start, end, by, flags=0):
    """A rule for what begins with ``start``, as far as that goes, if then ``end`` comes.

    Where it does not, nothing within is tried again: else the time would grow with the square of
    the length. ``by`` is bytes, or a function of the match. One pattern with an end that need not
    be there, since `re` only looks for the first bytes of a pattern where it has no alternatives.
    """
    pattern = re.compile(rb"%b(%b)?" % (start, end), flags)
    shown = by if callable(by) else lambda _: by
    return partial(pattern.sub, lambda found: shown(found) if found[1] else found[0])


def _replacing_up_to(end, pattern, by):
    """A rule for what always matches where its last byte, ``end``, comes behind."""
    replaced = re.compile(pattern).sub

    def rule(piece):
        last = piece.rfind(end) + 1
        return replaced(by, piece[:last]) + piece[last:]

    return rule


def _category(found):
    """The link without what comes behind its name."""
    return b"[[" + found[0][len("[[category:") : -len("]]")].partition(b"|")[0] + b"]]"


def _without_brackets(piece):
    return piece.translate(None, b"[]")


RULES = (
    _replacing(rb"<ref[^<]*</ref>", b""),
    _replacing_up_to(b">", rb"<[^>]*>", b""),
    _replacing(rb"\[http:[^] ]*", b"["),
    _replacing(rb"\|thumb", b"", re.IGNORECASE),
    _replacing(rb"\|left", b"", re.IGNORECASE),
    _replacing(rb"\|right", b"", re.IGNORECASE),
    _replacing(rb"\|\d+px", b"", re.IGNORECASE),
    _replacing(rb"\[\[image:[^\[\]]*\|", b"", re.IGNORECASE),
    _replacing_closed(rb"\[\[category:[^]]*", rb"\]\]", _category, re.IGNORECASE),
    _replacing_closed(rb"\[\[[a-z\-]*:[^\]]*", rb"\]\]", b""),
    _replacing_closed(rb"\[\[[^|\]]*", rb"\|", b"[["),
    _replacing_closed(rb"\{\{[^}]*", rb"\}\}", b""),
    _replacing_up_to(b"}", rb"\{[^}]*\}", b""),
    _without_brackets,
    _replacing_up_to(b";", rb"&[^;]*;", b" "),
)
"""What is replaced by what, in this order: references, tags, links to the web, how pictures lie,
pictures but for their captions, categories, other languages, where links lead, templates, tables,
entities."""
LETTERS = bytes(byte if byte in ascii_lowercase.encode() else ord(" ") for byte in range(256))
"""What each byte stands for in the end: letters for themselves, others for a space."""
REDIRECT = re.compile(rb"#redirect", re.IGNORECASE)


def cleaned(stream, name):
    """Pieces of bytes: the text of a dump.

    Parameters
    ----------
    stream : binary stream   the dump, in XML
    name : str               of it, for messages

    Raises
    ------
    InputError   if it is no dump
    """
    in_text, found = False, False
    for piece in _pieces(stream, name):
        if b"<text " in piece:
            in_text = found = True
        if in_text and REDIRECT.search(piece):
            in_text = False
        if in_text:
            if b"</text>" in piece:
                in_text = False
            yield _words(piece)
    if not found:
        raise not_a_dump(name, "it has no article")


def _pieces(stream, name):
    """The parts of a stream that end with ``>``, and what is left at the end."""
    rest = []
    n_rest = 0
    while block := stream.read(READ_SIZE):
        *ended, last = block.split(b">")
        for piece in ended:
            yield b"".join([*rest, piece, b">"])
            rest, n_rest = [], 0
        rest.append(last)
        n_rest += len(last)
        if n_rest > LONGEST_PIECE:
            raise not_a_dump(name, "it has no tags")
    if n_rest:
        yield b"".join(rest)


def _words(piece):
    """What remains of a piece: words with a space before each."""
    if piece.endswith(b">"):
        tag = piece.find(b"<", piece.rfind(b"\n") + 1)
        piece = piece[:tag] if tag >= 0 else piece
    piece = piece.replace(b"&amp;", b"&").replace(b"&lt;", b"<").replace(b"&gt;", b">")
    for rule in RULES:
        piece = rule(piece)
    piece = piece.lower()
    for digit, word in enumerate(DIGITS):
        piece = piece.replace(b"%d" % digit, b" " + word + b" ")
    return b" ".join([b"", *piece.translate(LETTERS).split()])
