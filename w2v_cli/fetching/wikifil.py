"""The clean-up with which text8 was made of a dump of Wikipedia, as a stream.

The rules are those that Matt Mahoney published with text8 (mattmahoney.net/dc/textdata.html): the
text of articles in letters a to z and single spaces, digits spelled, links by what is shown of
them, without references, tables and templates. It takes a dump that ends anywhere.
"""

import re

from .dump import not_a_dump

BLOCK = 1 << 20
LONGEST_PIECE = 64 << 20
"""Bytes between two tags: an article has 2 MB at most."""
DIGITS = b"zero one two three four five six seven eight nine".split()


def _unless_endless(by):
    """A replacement for all matches but those of group 1, which stay as they are."""
    return lambda found: found[1] or by


def _category(found):
    return found[2] or b"[[" + found[1] + b"]]"


RULES = [
    (re.compile(pattern, re.IGNORECASE if ignore_case else 0), by)
    for pattern, by, ignore_case in (
        (rb"\[http:[^] ]*", b"[", False),
        (rb"\|thumb", b"", True),
        (rb"\|left", b"", True),
        (rb"\|right", b"", True),
        (rb"\|\d+px", b"", True),
        (rb"\[\[image:[^\[\]]*\|", b"", True),
        (rb"\[\[category:([^|\]]*)(?:\|[^]]*)?\]\]|(\[\[category:[^]]*)", _category, True),
        (rb"\[\[[a-z\-]*:[^\]]*\]\]|(\[\[[a-z\-]*:[^\]]*)", _unless_endless(b""), False),
        (rb"\[\[[^|\]]*\||(\[\[[^|\]]*)", _unless_endless(b"[["), False),
        (rb"\{\{[^}]*\}\}|(\{\{[^}]*)", _unless_endless(b""), False),
        (rb"\{[^}]*\}", b"", False),
        (rb"[\[\]]", b"", False),
        (rb"&[^;]*;", b" ", False),
    )
]
"""What is replaced by what, in this order: links to the web, how pictures lie, pictures but for
their captions, categories, other languages, where links lead, templates, tables, entities.

A second alternative takes what has no end, in which nothing is tried again. That, and ENDS, keep
the time from growing with the square of the length."""
ENDS = {rb"\{[^}]*\}": b"}", rb"&[^;]*;": b";", rb"<[^>]*>": b">"}
"""Patterns that are looked for only as far as the last of these bytes."""
REFERENCE = re.compile(rb"<ref[^<]*</ref>")
TAG = re.compile(rb"<[^>]*>")
NOT_LETTERS = re.compile(rb"[^a-z]+")
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
    while block := stream.read(BLOCK):
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
    piece = _replaced(TAG, b"", REFERENCE.sub(b"", piece))
    for pattern, by in RULES:
        piece = _replaced(pattern, by, piece)
    piece = b" " + piece.lower() + b" "
    for digit, word in enumerate(DIGITS):
        piece = piece.replace(b"%d" % digit, b" " + word + b" ")
    return NOT_LETTERS.sub(b" ", piece)[:-1]


def _replaced(pattern, by, piece):
    end = ENDS.get(pattern.pattern)
    if end is None:
        return pattern.sub(by, piece)
    last = piece.rfind(end) + 1
    return pattern.sub(by, piece[:last]) + piece[last:]
