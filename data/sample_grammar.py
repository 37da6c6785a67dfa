"""Sentence frames, the facts that fill them, and the drawing of one sentence.

A frame is a sentence with slots in braces, ``the {river} rose in {month}``, and with
choices in brackets, ``[north|south] of {capital}``. A slot is filled from the fact the
sentence is about, from another fact of the same kind (``{other.country}``), or from the
general words.
"""

import re
from bisect import bisect_right
from itertools import accumulate

SLOT = re.compile(r"\{([a-z.]+)\}")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
# Words that are spelled with a vowel but spoken without one, as far as the sample has them.
CONSONANT_SOUND = re.compile(r"(uni[^nm]|us[eu]|euro|ukr|one|once)")
# How the frequency of the items of a list falls: as 1 / (rank + offset). Facts fall slowly,
# so that the last of them still occurs often enough to be learnt.
FACT_OFFSET = 8
WORD_OFFSET = 2


def content_lines(path):
    """The lines of a text file, without the empty ones and the comments."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


class Draw:
    """Random draws that come out the same on every machine and Python version.

    Only ``random()`` is asked of the generator, the one method whose sequence Python
    promises to keep; weights are made by division and addition alone.
    """

    def __init__(self, generator):
        self._random = generator.random

    def chance(self, probability):
        """True with the given probability."""
        return self._random() < probability

    def even(self, items):
        """One of the items, each as likely as the others."""
        return items[int(self._random() * len(items))]

    def weighted(self, items, cumulative):
        """One of the items, by the running totals of their weights."""
        return items[bisect_right(cumulative, self._random() * cumulative[-1])]

    def ranked(self, items, offset):
        """One of the items, the earlier the likelier."""
        weights = (1 / (rank + offset) for rank in range(1, len(items) + 1))
        return self.weighted(items, list(accumulate(weights)))


def read_facts(path):
    """Read a table of facts: one dictionary a line, of column name to its list of items."""
    header, *rows = content_lines(path)
    columns = [name.strip() for name in header.split("|")]
    return [
        dict(zip(columns, (split_items(cell) for cell in row.split("|")), strict=True))
        for row in rows
    ]


def split_items(cell):
    """The items of a cell; none if it holds a dash."""
    items = [item.strip() for item in cell.split(",")]
    return [] if items == ["-"] else items


def read_words(path):
    """Read the general words: slot name to list of items."""
    pairs = (line.split(":", 1) for line in content_lines(path))
    return {slot: split_items(cell) for slot, cell in pairs}


def read_frames(path):
    """Read frames: (weight, frames) of every role in the file, by the name of the role."""
    roles = {}
    for line in content_lines(path):
        if line.startswith(":"):
            role, weight = line[1:].split()
            roles[role] = (int(weight), [])
        else:
            roles[role][1].append(line)
    return roles


def with_articles(text):
    """The text with "a" made "an" before a vowel that is spoken."""
    words = text.split()
    for here, following in enumerate(words[1:]):
        if words[here] == "a" and following[0] in "aeiou" and not CONSONANT_SOUND.match(following):
            words[here] = "an"
    return " ".join(words)


class Topic:
    """One kind of fact with the frames that speak of it."""

    def __init__(self, facts, roles, words):
        self._facts = facts
        self._words = words
        self._roles = [frames for _, frames in roles.values()]
        self._role_weights = list(accumulate(weight for weight, _ in roles.values()))

    def fact(self, draw):
        """One fact of this topic."""
        return draw.ranked(self._facts, FACT_OFFSET)

    def sentence(self, fact, draw, told):
        """One sentence about the fact, in a frame not yet told; the frame is added to those."""
        slots = self._words | fact
        if "male" in fact:
            slots |= self._person(fact, draw.even(["male", "female"]))
        while True:
            frame = draw.even(draw.weighted(self._roles, self._role_weights))
            if frame in told:
                continue
            other = self._other(fact, draw) if "{other." in frame else {}
            filled = fill(frame, slots | other, draw)
            if filled:
                told.append(frame)
                return with_articles(filled)

    def _other(self, fact, draw):
        """The slots of another fact, for sentences that name two."""
        other = fact
        while other is fact:
            other = self.fact(draw)
        return {f"other.{slot}": items for slot, items in other.items()}

    def _person(self, fact, gender):
        """The slots of a sentence about a man or a woman."""
        prefix = f"{gender}."
        words = self._words.items()
        slots = {slot[len(prefix) :]: items for slot, items in words if slot.startswith(prefix)}
        return slots | {"person": fact[gender]}


def fill(frame, slots, draw):
    """The frame with its choices made and its slots filled; None if a slot has no item."""
    text = CHOICE.sub(lambda choice: draw.even(choice[1].split("|")), frame)
    names = SLOT.findall(text)
    if not all(slots[name] for name in names):
        return None
    used = []
    for name in names:
        # A sentence that names two of a kind should not name the same one twice.
        fresh = [item for item in slots[name] if item not in used] or slots[name]
        used.append(draw.ranked(fresh, WORD_OFFSET))
    items = iter(used)
    return SLOT.sub(lambda _: next(items), text)
