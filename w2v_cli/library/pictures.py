"""Maps of words from Python: what ``w2v plot`` and ``w2v explore`` make, by the same room."""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass, field
from typing import Any

from ..embeddings.table import Embeddings, UnknownWordError
from ..errors import ConfigError
from ..files.outputs import atomic_output
from ..files.paths import Path, display_name
from ..maps.choices import FORMATS, METHODS, SIDES
from ..maps.drawing.theme import THEMES
from ..maps.projection import check_method
from ..wording.plaintext import shown
from .checks import check_choice, optional_number, path_of, plain, whole_number

DEFAULT_TOP = 100
PAGE_TOP = 10_000
MANY = 5
"""Unknown words of a section that are named; of more, the number is said."""


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
        self.notes += [str(UnknownWordError([word], word)) for word in choice.unknown]
        self._add_section(choice)
        names_none = not self.words and self.section is None
        choice.add_top(self.top or (DEFAULT_TOP if names_none else 0))
        choice.add_neighbors(self.neighbors)
        wordmap = lay_out(embeddings, choice, self.method, self.seed)
        self.note_one_point(wordmap.projection.is_one_point)
        return wordmap

    def _add_section(self, choice: Any) -> None:
        from ..maps.wordmap import section_pairs

        if self.questions is None:
            return
        pairs = section_pairs(self.sections(), self.section, display_name(self.questions))
        if absent := choice.add_pairs(pairs):
            names = ", ".join(map(repr, absent[:MANY])) + (", ..." if len(absent) > MANY else "")
            self.notes.append(
                f"section {self.section}: {len(absent)} unknown words and their pairs left out: "
                f"{names}"
            )

    def sections(self) -> list[Any]:
        """The sections of the questions; none without."""
        from ..evaluation.questions import read_questions

        return [] if self.questions is None else list(read_questions(self.questions))

    def note_one_point(self, is_one_point: bool) -> None:
        """Note that there is nothing to see, if so."""
        if is_one_point:
            self.notes.append(
                "the vectors of these words are all equal, so that they lie on one point"
            )


def draw_map(path: Path, wordmap: Any, format: str | None, options: dict[str, Any]) -> list[str]:
    """Write a picture of a map, whole or not at all; returns what a user should know of it.

    Parameters
    ----------
    path : str or Path
    wordmap : WordMap
    format : str or None   None: the extension of the path
    options : dict         what `maps.drawing.figure.draw` takes besides: ``size``, ``title``...
    """
    from ..maps.drawing.figure import check_matplotlib, draw

    check_matplotlib()
    path = path_of(path, "path")
    format = _format_of(path, format)
    _check_drawing(draw, options)
    with atomic_output(path) as stream:
        drawing = draw(stream, wordmap, format, **options)
    notes = []
    if drawing.missing:
        some = " ".join(sorted(drawing.missing)[:MANY])
        notes.append(
            f"no installed font has {len(drawing.missing)} of the characters, such as {some}; "
            "they are drawn as boxes. An SVG is drawn with the fonts of whoever looks at it"
        )
    if drawing.n_unlabeled:
        notes.append(
            f"{drawing.n_unlabeled:,} of {len(wordmap.words):,} words have no label, for want of "
            "room; a larger size has more"
        )
    return notes


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
        wanted.notes.append(
            f"{display_name(wanted.questions)}: none of its related words are both on the page; "
            "a larger top has more words"
        )
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


def _check_drawing(draw: Any, options: dict[str, Any]) -> None:
    """Raise TypeError or ConfigError if a picture has no such option, or it cannot be so."""
    known = list(inspect.signature(draw).parameters)[3:]
    for name in options:
        if name not in known:
            raise TypeError(f"plot() has no option {name!r:.60}; there are {', '.join(known)}")
    _title(options.get("title"))
    check_choice("theme", options.get("theme", "light"), THEMES)
    size, (low, high) = options.get("size", SIDES), SIDES
    is_size = isinstance(size, (tuple, list)) and len(size) == 2
    if not is_size or not all(type(plain(side)) is int and low <= side <= high for side in size):
        raise ConfigError(
            f"size must be a width and a height from {low} to {high}, not {shown(size)}"
        )


def _title(title: str | None) -> str | None:
    if title is not None and not isinstance(title, str):
        raise ConfigError(f"title must be a text, not {shown(title)}")
    return title
