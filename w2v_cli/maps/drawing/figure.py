"""A word map as a picture: marks, labels, arrows and axes."""

import logging
import os
import warnings
from dataclasses import dataclass

import numpy as np

from ...machine.libraries import require
from ...wording.plaintext import printable
from ..choices import METHOD_TITLES
from .fonts import find_fonts
from .labels import place_labels
from .theme import THEMES

DPI = 96
"""Of CSS, so that a pixel of an SVG is a pixel of a PNG."""
FONT_SIZE = 9.0
TITLE_SIZE = 13.0
WIDEST_LETTER = 7
"""Pixels: more than a letter of the axes takes on average."""
LONGEST_TEXT = 60
MOST_LABELS = 3000
"""Words for whose labels room is looked for; far more than there is room for on a screen."""
MARGIN = 40
"""Pixels between the frame and the outermost points, where their labels stand."""
FRAME = (34, 34, 14, 14)
"""Pixels left, below, right and above the frame."""
TITLE_HEIGHT = 30
MARK_AREA = {"chosen": 28, "neighbor": 14, "first": 28, "second": 26}
MARKS = {"chosen": "o", "neighbor": "D", "first": "o", "second": "s"}
CROWDED = 500
"""Above so many words marks are small."""


@dataclass(frozen=True)
class Drawing:
    """What could not be drawn as it should be.

    Attributes
    ----------
    n_unlabeled : int     words without a label, since there was no room
    missing : set of str  characters that no installed font has
    """

    n_unlabeled: int
    missing: set


def check_matplotlib():
    """Import matplotlib so that neither its settings nor its warnings reach the user.

    Raises
    ------
    MissingLibraryError   if it is not installed
    """
    # It warns of a folder of settings that cannot be written, and of building its list of fonts.
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    os.environ["MPLBACKEND"] = "agg"  # another one might want a display, or not be there
    matplotlib = require("matplotlib", "matplotlib", "plot", "w2v plot")
    require("matplotlib.figure", "matplotlib", "plot", "w2v plot")
    return matplotlib


def draw(stream, wordmap, format, size=(1200, 900), title="", theme="light"):
    """Draw a map and write it; the same map gives the same bytes with the same libraries.

    Parameters
    ----------
    stream : binary stream
    wordmap : WordMap
    format : str           one of `choices.FORMATS`
    size : (int, int)      width and height, pixels
    title : str
    theme : str            one of THEMES

    Returns
    -------
    Drawing

    Raises
    ------
    MissingLibraryError   if matplotlib is not installed
    """
    matplotlib = check_matplotlib()
    settings = {"svg.hashsalt": "w2v", "svg.fonttype": "none", "text.parse_math": False}
    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.simplefilter("ignore")  # one for each character that a font does not have
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        picture = _Picture(wordmap, size, printable(title), THEMES[theme])
        # Text stays text in an SVG, so it is drawn by fonts of whoever looks at it.
        missing = picture.missing if format == "png" else set()
        metadata = {"Software": None} if format == "png" else {"Date": None}
        picture.figure.savefig(stream, format=format, dpi=DPI, metadata=metadata)
    return Drawing(picture.n_unlabeled, missing)


class _Picture:
    """Draws as it is made; coordinates are pixels from the lower left corner."""

    def __init__(self, wordmap, size, title, theme):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._wordmap = wordmap
        self._width, self._height = size
        self._theme = theme
        self._texts = [printable(word) for word in wordmap.words]
        families, self.missing = find_fonts([*self._texts, title])
        self._families = [*families, "sans-serif"]
        inches = (self._width / DPI, self._height / DPI)
        self.figure = Figure(figsize=inches, dpi=DPI, facecolor=theme.background)
        self._renderer = FigureCanvasAgg(self.figure).get_renderer()
        self._left, self._bottom, right, top = FRAME
        self._right = self._width - right
        self._top = self._height - top - (TITLE_HEIGHT if title else 0)
        self._axes = self._make_axes()
        self._points = self._to_pixels(wordmap.points)
        self._draw_title(title)
        self._draw_arrows()
        self._draw_marks()
        self.n_unlabeled = self._draw_labels()

    def _make_axes(self):
        width, height = self._right - self._left, self._top - self._bottom
        box = (
            self._left / self._width,
            self._bottom / self._height,
            width / self._width,
            height / self._height,
        )
        axes = self.figure.add_axes(box, facecolor="none")
        axes.set(xlim=(self._left, self._right), ylim=(self._bottom, self._top))
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(color=self._theme.line, linewidth=0.8)
        font = {"color": self._theme.muted, "fontsize": FONT_SIZE, "fontfamily": self._families}
        below, beside = _axis_names(self._wordmap.projection, width, height)
        axes.set_xlabel(below, **font)
        axes.set_ylabel(beside, **font)
        return axes

    def _to_pixels(self, points):
        """Points with the same scale in both directions, as large as the frame allows."""
        low = np.array([self._left, self._bottom]) + MARGIN
        high = np.array([self._right, self._top]) - MARGIN
        middle = (points.max(axis=0) + points.min(axis=0)) / 2
        extent = np.maximum(points.max(axis=0) - points.min(axis=0), 1e-9)
        scale = ((high - low) / extent).min()
        return (low + high) / 2 + (points - middle) * scale

    def _draw_title(self, title):
        if title:
            self.figure.text(
                self._left / self._width,
                1 - FRAME[3] / self._height,
                _shortened(title, self._width // 10),
                color=self._theme.text,
                fontsize=TITLE_SIZE,
                fontfamily=self._families,
                verticalalignment="top",
            )

    def _draw_arrows(self):
        for a, b in self._wordmap.pairs:
            self._axes.annotate(
                "",
                xy=self._points[b],
                xytext=self._points[a],
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": self._theme.line,
                    "linewidth": 1.0,
                    "shrinkA": 4,
                    "shrinkB": 4,
                },
                zorder=1,
            )

    def _kinds(self):
        first = {a for a, _ in self._wordmap.pairs}
        second = {b for _, b in self._wordmap.pairs}
        for index, is_neighbor in enumerate(self._wordmap.is_neighbor):
            if is_neighbor:
                yield "neighbor"
            elif index in first:
                yield "first"
            else:
                yield "second" if index in second else "chosen"

    def _draw_marks(self):
        kinds = np.array(list(self._kinds()))
        shrink = 0.25 if len(kinds) > CROWDED else 1.0
        for kind, area in MARK_AREA.items():
            places = self._points[kinds == kind]
            if len(places):
                is_other = kind in ("neighbor", "second")
                self._axes.scatter(
                    *places.T,
                    s=area * shrink,
                    marker=MARKS[kind],
                    color=self._theme.other if is_other else self._theme.chosen,
                    edgecolors=self._theme.background,
                    linewidths=0.5 * shrink,
                    zorder=2,
                    gid=f"words-{kind}",
                )

    def _draw_labels(self):
        """Label as many words as there is room for; returns how many have none."""
        from matplotlib.font_manager import FontProperties

        font = FontProperties(family=self._families, size=FONT_SIZE)
        texts = [_shortened(text, LONGEST_TEXT) for text in self._texts]
        sizes = [self._size_of(text, font) for text in texts[:MOST_LABELS]]
        origin = np.array([self._left, self._bottom])
        labels = place_labels(
            self._points - origin,
            sizes,
            (self._right - self._left, self._top - self._bottom),
            gap=6.0 if len(texts) <= CROWDED else 3.0,
            lines=self._wordmap.pairs,
        )
        for label in labels:
            is_neighbor = self._wordmap.is_neighbor[label.index]
            x, y = label.x + self._left, label.y + self._bottom
            self._axes.text(
                x,
                y + label.height / 4,
                texts[label.index],
                color=self._theme.muted if is_neighbor else self._theme.text,
                fontproperties=font,
                zorder=4,
            )
            if label.is_far:
                self._draw_leader(self._points[label.index], x, y, label)
        return len(texts) - len(labels)

    def _size_of(self, text, font):
        width, _, _ = self._renderer.get_text_width_height_descent(text, font, ismath=False)
        return width, FONT_SIZE * DPI / 72 * 1.15

    def _draw_leader(self, point, x, y, label):
        """A thin line from the point to the nearest place of the label."""
        end = np.clip(point, (x, y), (x + label.width, y + label.height))
        xs, ys = zip(point, end, strict=True)
        self._axes.plot(xs, ys, color=self._theme.line, linewidth=0.7, zorder=1.5)


def _axis_names(projection, width, height):
    """What stands below and beside the map, as long as there is room for."""
    if projection.shares is None:
        name = METHOD_TITLES[projection.method]
        long = f"{name}: near is alike, but directions and large distances mean little"
        return _fitting((long, name), width), ""
    names = []
    for number, share, room in zip(
        ("first", "second"), projection.shares, (width, height), strict=True
    ):
        variance = f"{100 * share:.1f} % of the variance"
        names.append(_fitting((f"{number} principal component: {variance}", variance), room))
    return tuple(names)


def _fitting(texts, room):
    """The first text that is not longer than so many pixels, or else the last."""
    return next((text for text in texts if len(text) * WIDEST_LETTER <= room), texts[-1])


def _shortened(text, longest):
    return text if len(text) <= longest else text[: longest - 1] + "…"
