"""Which words are on a map, how they are related, and where they lie."""

from dataclasses import dataclass

import numpy as np

from ..corpus.countfiles import read_word_list
from ..embeddings.lookup import spelled_or_folded
from ..errors import InputError
from ..files.paths import display_name
from .projection import project

FEWEST = 2
CSV_SEPARATORS = ";", ","
MOST_GROUPS = 49
"""As many as there are colors times shapes."""


class Choice:
    """The words of a map, collected step by step; each is there once.

    Parameters
    ----------
    embeddings : Embeddings

    Attributes
    ----------
    rows : list of int          in the order in which they were chosen
    neighbors : set of int      those of them that were not named, but are near one that was
    pairs : list of (int, int)  rows of related words, to be joined by an arrow
    unknown : list of str       words that have no vector, in the order of asking
    groups : dict of int to str    row -> the group of its word, where it is in one
    """

    def __init__(self, embeddings):
        self._embeddings = embeddings
        self._chosen = {}
        self.groups = {}
        self.neighbors = set()
        self._pairs = {}
        self.unknown = []

    @property
    def rows(self):
        return list(self._chosen)

    @property
    def pairs(self):
        return list(self._pairs)

    def add_words(self, words):
        """Choose words by name, as they are spelled."""
        for word in words:
            row = self._embeddings.index.get(word)
            if row is None:
                self.unknown.append(word)
            else:
                self._chosen[row] = None

    def add_groups(self, groups):
        """Choose words by name, each with the name of its group: dict of str to str."""
        self.add_words(groups)
        rows = {word: self._embeddings.index.get(word) for word in groups}
        self.groups |= {row: groups[word] for word, row in rows.items() if row is not None}

    def add_top(self, n_words):
        """Choose the first rows, which are the most frequent words, as many as there are."""
        self._chosen.update(dict.fromkeys(range(min(n_words, len(self._embeddings)))))

    def add_pairs(self, pairs):
        """Choose pairs of words whatever their case, and relate the words of each.

        Parameters
        ----------
        pairs : list of (str, str)

        Returns
        -------
        list of str   words without a vector, in order; their pairs are left out
        """
        lookup = spelled_or_folded(self._embeddings)
        rows = {word: lookup.row(word) for pair in pairs for word in pair}
        for first, second in ([rows[word] for word in pair] for pair in pairs):
            if None not in (first, second):
                self._chosen.update({first: None, second: None})
                if first != second:
                    self._pairs[first, second] = None
        return [word for word, row in rows.items() if row is None]

    def add_neighbors(self, n_neighbors):
        """Choose the nearest words of each word chosen so far."""
        rows = self.rows
        if not rows:
            return
        queries = self._embeddings.unit(np.array(rows))
        ids, _ = self._embeddings.nearest(queries, n_neighbors, [[row] for row in rows])
        for row in ids.ravel().tolist():
            if row >= 0 and row not in self._chosen:
                self._chosen[row] = None
                self.neighbors.add(row)


@dataclass(frozen=True)
class WordMap:
    """Words in the plane.

    Attributes
    ----------
    words : list of str, length n
    points : ndarray of float64, shape (n, 2)   from -1 to 1
    is_neighbor : list of bool, length n
    pairs : list of (int, int)                  positions of related words in ``words``
    projection : Projection
    groups : list of str or None, length n      the group of each word, where it is in one
    """

    words: list
    points: np.ndarray
    is_neighbor: list
    pairs: list
    projection: object
    groups: list

    @property
    def group_names(self):
        """The groups that have words here, each once, in the order of these: list of str."""
        return list(dict.fromkeys(group for group in self.groups if group is not None))

    def records(self):
        """(word, x, y, kind) of each word; kind is ``chosen`` or ``neighbor``."""
        for word, (x, y), near in zip(
            self.words, self.points.tolist(), self.is_neighbor, strict=True
        ):
            yield word, x, y, "neighbor" if near else "chosen"

    def as_dict(self):
        """The map as it stands in JSON."""
        shares = self.projection.shares
        words = [
            {"word": word, "x": x, "y": y, "kind": kind} | ({"group": group} if group else {})
            for (word, x, y, kind), group in zip(self.records(), self.groups, strict=True)
        ]
        return {
            "method": self.projection.method,
            "variance": None if shares is None else [round(share, 6) for share in shares],
            "words": words,
            "arrows": [[self.words[a], self.words[b]] for a, b in self.pairs],
        }


def lay_out(embeddings, choice, method="pca", seed=1):
    """Place the chosen words in the plane, by the cosines of their vectors.

    Returns
    -------
    WordMap

    Raises
    ------
    InputError            if fewer than two words are chosen, or too few for the method
    MissingLibraryError   if the method's library is not installed
    """
    rows = choice.rows
    if len(rows) < FEWEST:
        known = f"only {embeddings.words[rows[0]]!r} is" if rows else "none of them is"
        raise InputError(
            f"a map needs at least {FEWEST} known words, and {known} in the vectors; "
            "name more words"
        )
    projection = project(embeddings.unit(np.array(rows)), method, seed)
    place = {row: position for position, row in enumerate(rows)}
    return WordMap(
        words=[embeddings.words[row] for row in rows],
        points=projection.points,
        is_neighbor=[row in choice.neighbors for row in rows],
        pairs=[(place[a], place[b]) for a, b in choice.pairs],
        projection=projection,
        groups=[choice.groups.get(row) for row in rows],
    )


def read_groups(path):
    """The words of a file with the names of their groups; see `parse_groups`."""
    return parse_groups(read_word_list(path, spaces=True), display_name(path))


def parse_groups(lines, source):
    """Words with the names of their groups.

    Parameters
    ----------
    lines : list of str   a word, a tab and the group, or a row of CSV with these two; where not
                          all lines are so the last word is the group
    source : str          what to call the file in a message

    Returns
    -------
    dict of str to str

    Raises
    ------
    InputError   if a line has no group, or a word two, or there are too many groups
    """
    groups = {}
    for line, (word, group) in zip(lines, _split_groups(lines), strict=True):
        if not word or not group:
            raise InputError(f"{source}: {line!r:.60} has no group; write word, tab, group")
        if groups.setdefault(word, group) != group:
            raise InputError(
                f"{source}: {word!r:.60} is in the groups {groups[word]!r} and {group!r}; keep one"
            )
    return checked_groups(groups, source)


def _split_groups(lines):
    """Each line as its (word, group)."""
    has_tabs = any("\t" in line for line in lines)
    for separator in () if has_tabs else CSV_SEPARATORS:
        rows = [[field.strip().strip('"') for field in line.split(separator)] for line in lines]
        if all(len(row) == 2 for row in rows):
            return rows
    parts = [line.partition("\t") if "\t" in line else line.rpartition(" ") for line in lines]
    return [(word.strip(), group.strip()) for word, _, group in parts]


def checked_groups(groups, source):
    """Words with the names of their groups, if marks can tell those apart; else InputError."""
    names = set(groups.values())
    if len(names) > MOST_GROUPS:
        raise InputError(
            f"{source}: {len(names)} groups are more than the {MOST_GROUPS} that marks can tell "
            "apart; join some"
        )
    return groups


def section_pairs(sections, name, source):
    """The related words of one section of analogy questions, each pair once, in order.

    Parameters
    ----------
    sections : list of Section
    name : str     of the section
    source : str   what to call the file in a message

    Returns
    -------
    list of (str, str)

    Raises
    ------
    InputError   if there is no such section
    """
    for section in sections:
        if section.name == name:
            return related_pairs(section)
    names = ", ".join(section.name for section in sections)
    raise InputError(f"{source}: has no section {name!r}; there are {names}")


def _first_of(answers):
    return answers.partition("/")[0] or answers


def related_pairs(section):
    """The pairs (a, b) and (c, d) of all questions "a is to b as c is to d", each once.

    Of several answers, with ``/`` between them, the first stands for all.
    """
    pairs = (pair for a, b, c, d in section.questions for pair in ((a, b), (c, _first_of(d))))
    return list(dict.fromkeys(pairs))
