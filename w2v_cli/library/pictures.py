"""Maps of words from Python: what ``w2v plot`` and ``w2v explore`` make, by the same room."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..embeddings.table import Embeddings, UnknownWordError
from ..errors import ConfigError, in_python
from ..files.outputs import atomic_output
from ..files.paths import Path, display_name
from ..maps.choices import (
    DPI_RANGE,
    FONT_SIZES,
    FORMATS,
    MAP_TOP,
    METHODS,
    PAGE_TOP,
    SIDES,
)
from ..maps.drawing.theme import THEMES
from ..maps.notes import absent_note, one_point_note, unrelated_note
from ..maps.projection import check_method
from ..wording.plaintext import shown
from .checks import check_choice, optional_number, path_of, plain, whole_number

NUMBERS = {"dpi": DPI_RANGE, "font_size": FONT_SIZES}


@dataclass
class Wanted:
    """What is to be on a map; see `vectors.Vectors.plot`.

    Attributes
    ----------
    notes : list of str   what a user should know of what was found
    """

    words: list[str]
    top: int | None
    neighbors: int
    questions: Path | None
    section: str | None
    method: str
    seed: int
    groups: Mapping[str, str] | Path = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.top = optional_number("top", self.top, 1)
        self.neighbors = whole_number("neighbors", self.neighbors, 0)
        self.seed = whole_number("seed", self.seed, 0)
        check_choice("method", self.method, METHODS)
        check_method(self.method)

    def laid_out(self, embeddings: Embeddings) -> Any:
        """The `WordMap` of it."""
        from ..maps.wordmap import Choice, lay_out

        if (self.section is None) != (self.questions is None):
            raise ConfigError("section and questions belong together; give both")
        choice = Choice(embeddings)
        choice.add_words(self.words)
        groups = self._known_groups()
        choice.add_groups(groups)
        self.notes += [str(UnknownWordError([word], word)) for word in choice.unknown]
        self._add_section(choice)
        names_none = not self.words and not groups and self.section is None
        choice.add_top(self.top or (MAP_TOP if names_none else 0))
        choice.add_neighbors(self.neighbors)
        wordmap = lay_out(embeddings, choice, self.method, self.seed)
        self.note_one_point(wordmap.projection.is_one_point)
        return wordmap

    def _known_groups(self) -> dict[str, str]:
        """Words with the names of their groups, given or read from a file."""
        from ..maps.wordmap import checked_groups, read_groups

        if not isinstance(self.groups, Mapping):
            return read_groups(path_of(self.groups, "groups", " or a dict of words to groups"))
        names = [name for pair in self.groups.items() for name in pair]
        if not all(isinstance(name, str) for name in names):
            raise ConfigError("groups must be a dict of words to the names of their groups")
        return checked_groups(self.groups, "groups")

    def _add_section(self, choice: Any) -> None:
        from ..maps.wordmap import section_pairs

        if self.questions is None:
            return
        pairs = section_pairs(self.sections(), self.section, display_name(self.questions))
        if absent := choice.add_pairs(pairs):
            self.notes.append(absent_note(self.section, absent))

    def sections(self) -> list[Any]:
        """The sections of the questions; none without."""
        from ..evaluation.questions import read_questions

        return [] if self.questions is None else list(read_questions(self.questions))

    def note_one_point(self, is_one_point: bool) -> None:
        """Note that there is nothing to see, if so."""
        if is_one_point:
            self.notes.append(one_point_note())


def draw_map(path: Path, wordmap: Any, format: str | None, options: dict[str, Any]) -> list[str]:
    """Write a picture of a map, whole or not at all; returns what a user should know of it.

    Parameters
    ----------
    path : str or Path
    wordmap : WordMap
    format : str or None   None: the extension of the path
    options : dict         fields of `maps.drawing.figure.Look`: ``size``, ``title``...
    """
    from ..maps.drawing.figure import Look, draw

    path = path_of(path, "path")
    format = _format_of(path, format)
    look = Look(**_drawing(Look, options)).checked()
    with atomic_output(path) as stream:
        drawing = draw(stream, wordmap, format, look)
    return list(map(in_python, drawing.warnings(len(wordmap.words))))


def write_page(
    path: Path, embeddings: Embeddings, wanted: Wanted, title: str | None
) -> dict[str, Any]:
    """Write the page of ``w2v explore``; returns what is on it, see `maps.explorer.page`."""
    from ..maps.explorer import explore_data, render_page

    path = path_of(path, "path")
    title = _title(title)
    sections = wanted.sections()
    top = wanted.top or PAGE_TOP
    data: dict[str, Any] = explore_data(
        embeddings, top, wanted.neighbors, wanted.method, wanted.seed, sections
    )
    if wanted.questions is not None and not data["sections"]:
        wanted.notes.append(unrelated_note(wanted.questions))
    wanted.note_one_point(not any(data["x"]) and not any(data["y"]))
    page = render_page(data, "w2v" if title is None else title)
    with atomic_output(path) as stream:
        stream.write(page)
    return data


def _format_of(path: str, format: str | None) -> str:
    if format is None:
        format = os.path.splitext(path)[1].lower().removeprefix(".")
    check_choice("format", format, FORMATS)
    return format


def _drawing(look: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Options of a picture; TypeError or ConfigError if it has no such one, or cannot be so."""
    known = [each.name for each in fields(look)]
    for name in options:
        if name not in known:
            raise TypeError(f"plot() has no option {name!r:.60}; there are {', '.join(known)}")
    _title(options.get("title"))
    check_choice("theme", options.get("theme", "light"), THEMES)
    for name, (low, high) in NUMBERS.items():
        value = plain(options.get(name, low))
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not low <= value <= high
        ):
            raise ConfigError(f"{name} must be a number from {low} to {high}, not {shown(value)}")
    size, (low, high) = options.get("size", SIDES), SIDES
    is_size = isinstance(size, (tuple, list)) and len(size) == 2
    if not is_size or not all(type(plain(side)) is int and low <= side <= high for side in size):
        raise ConfigError(
            f"size must be a width and a height from {low} to {high}, not {shown(size)}"
        )
    return options


def _title(title: str | None) -> str | None:
    if title is not None and not isinstance(title, str):
        raise ConfigError(f"title must be a text, not {shown(title)}")
    return title
