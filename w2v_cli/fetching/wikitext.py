"""Running text from wikitext: paragraphs of words, without markup.

No parser of the whole language, which only a wiki with its templates could be, but its parts that
make text unreadable, each in one pass whose time grows with the length of the page.
"""

import html
import re
import unicodedata
from functools import cache

FEWEST_WORDS = 5
"""Shorter lines are labels rather than sentences."""

DROPPED = "ref|math|chem|gallery|timeline|score|syntaxhighlight|source|pre|code|nowiki|table|style"
ELEMENT = re.compile(rf"<(/?)(?:{DROPPED})\b([^<>]*)>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
BRACES = re.compile(r"\{\{|\}\}|\{\||\|\}|\n==")
LINK_ENDS = re.compile(r"\[\[|\]\]")
WEB_LINK = re.compile(r"\[(?:https?:)?//[^\s\[\]]*((?:[^\S\n][^\[\]\n]*)?)\]")
ADDRESS = re.compile(r"https?://\S+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]+)*")
NUMBERS = re.compile(r"&#[0-9]{100,}")
"""References to characters that cannot be; Python refuses to convert thousands of digits."""
MOST_NESTED = 50
"""Links within links; what is deeper is text."""
MARKUP = re.compile(r"'{2,}|__[A-Z]+__")
NOT_A_SENTENCE = ("=", "*", "#", ":", ";", "|", "!", "{", "}", "-----")
ENGLISH_NAMESPACES = frozenset(("file", "image", "category", "media"))


def paragraphs(text, namespaces=frozenset()):
    """The sentences of a page, a paragraph at a time: words with single spaces between.

    Case and digits stay, punctuation goes but for apostrophes within words. Headings, lists,
    tables, templates, references, formulas and captions are left out; of a link stays what is
    shown.

    Parameters
    ----------
    text : str
    namespaces : set of str   lower-case names; links into them show nothing in the text
    """
    text = _without_comments(text)
    text = _without_elements(text)
    text = _without_braces(text)
    text = _with_shown_links(text, namespaces | ENGLISH_NAMESPACES)
    text = ADDRESS.sub(" ", WEB_LINK.sub(r"\1", text))
    text = html.unescape(NUMBERS.sub(" ", MARKUP.sub("", TAG.sub(" ", text))))
    words = _word_pattern()
    for line in text.splitlines():
        if not line.startswith(NOT_A_SENTENCE):
            found = words.findall(line)
            if len(found) >= FEWEST_WORDS:
                yield " ".join(found)


@cache
def _word_pattern():
    """Letters, digits and the marks that belong to letters; apostrophes and joiners inside."""
    # The planes between have none but ideographs, or nothing.
    marks = [
        chr(code)
        for code in (*range(0x300, 0x20000), *range(0xE0000, 0xE0200))
        if unicodedata.category(chr(code)).startswith("M")
    ]
    # Two classes: one with characters beyond U+FFFF would be searched from front to back.
    near = "".join(mark for mark in marks if mark < "\U00010000")
    far = "".join(mark for mark in marks if mark >= "\U00010000")
    mark = rf"[{near}]|(?=[\U00010000-\U0010ffff])[{far}]"
    letters = rf"[^\W_]+(?:(?:{mark})[^\W_]*)*"
    return re.compile(rf"{letters}(?:['\u2019\u200c\u200d]{letters})*")


def _without_comments(text):
    parts = text.split("<!--")
    kept = [parts[0]]
    for part in parts[1:]:
        kept.append(part.partition("-->")[2])
    return "".join(kept)


def _without_elements(text):
    """Without elements whose content is no running text; one without an end is a tag alone."""
    kept, start, opened = [], 0, None
    for found in ELEMENT.finditer(text):
        is_end, attributes = found.groups()
        if is_end and opened is not None:
            kept.append(text[start : opened.start()])
            start, opened = found.end(), None
        elif not is_end and opened is None and not attributes.endswith("/"):
            opened = found
    kept.append(text[start:])
    return " ".join(kept)


def _without_braces(text):
    """Without templates and tables, however they are nested; a heading ends one without an end."""
    kept, start, depth = [], 0, 0
    for found in BRACES.finditer(text):
        token = found[0]
        if token in ("{{", "{|"):
            if depth == 0:
                kept.append(text[start : found.start()])
            depth += 1
        elif token.startswith("\n"):
            start, depth = (found.start(), 0) if depth else (start, 0)
        elif depth > 0:
            depth -= 1
            if depth == 0:
                start = found.end()
    if depth == 0:
        kept.append(text[start:])
    return "".join(kept)


def _with_shown_links(text, namespaces):
    """With links replaced by what is shown of them; pictures and categories show nothing."""
    stack, start = [[]], 0
    for found in LINK_ENDS.finditer(text):
        stack[-1].append(text[start : found.start()])
        start = found.end()
        if found[0] == "[[":
            if len(stack) <= MOST_NESTED:
                stack.append([])
        elif len(stack) > 1:
            inside = "".join(stack.pop())
            stack[-1].append(_shown(inside, namespaces))
    stack[-1].append(text[start:])
    return " ".join("".join(parts) for parts in stack)


def _shown(link, namespaces):
    target, _, label = link.partition("|")
    prefix, colon, _ = target.partition(":")
    if colon and (prefix.strip().lower() in namespaces or LANGUAGE.fullmatch(prefix)):
        return ""
    return label.rpartition("|")[2] if label else target
