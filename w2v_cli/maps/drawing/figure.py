"""A word map as a picture: marks, labels, arrows and axes."""

import logging
import os
import warnings
from dataclasses import dataclass, replace

import numpy as np

from ...errors import ConfigError, field
from ...machine.libraries import require
from ...wording.plaintext import printable
from ..choices import FONT_SIZE, METHOD_TITLES, SCREEN_DPI, SMALLEST_SIDE
from .fonts import chosen_font, find_fonts
from .labels import place_labels
from .theme import GROUP_MARKS, THEMES

TITLE_SIZE = 13.0
"""With labels of the usual size; it grows with them, like all lengths that are for text."""
WIDEST_LETTER = 7
"""Pixels: more than a letter of the axes takes on average."""
LONGEST_TEXT = 60
LONGEST_KIND = 24
"""Letters, of the name of a group in the legend."""
NAMED = 5
"""Words or characters that a warning names."""
MOST_LABELS = 3000
"""Words for whose labels room is looked for; far more than there is room for on a screen."""
MARGIN = 40
"""Pixels between the frame and the outermost points, where their labels stand."""
FRAME = (34, 34, 14, 14)
"""Pixels left, below, right and above the frame."""
TITLE_HEIGHT = 30
LEGEND_HEIGHT = 20
"""Pixels of a line of it."""
LEGEND_MARK = 40
"""Pixels that a mark in the legend takes with the space around."""
MARK_AREA = {"chosen": 28, "neighbor": 14, "first": 28, "second": 26}
MARKS = {"chosen": "o", "neighbor": "D", "first": "o", "second": "s"}
KINDS = {
    "chosen": "chosen words",
    "neighbor": "their neighbors",
    "first": "first of a pair",
    "second": "second of a pair",
}
"""What the legend calls marks."""
CROWDED = 500
"""Above so many words marks are small."""


@dataclass(frozen=True)
class Look:
    """What a picture looks like.

    Attributes
    ----------
    size : (int, int)    width and height, pixels
    dpi : float          pixels an inch: at more of them all that is drawn has more pixels
    font_size : float    of labels, in points, of which an inch has 72
    font : str or None   the name of the font, see `fonts.chosen_font`
    title : str
    theme : str          one of THEMES
    """

    size: tuple = (1200, 900)
    dpi: float = SCREEN_DPI
    font_size: float = FONT_SIZE
    font: str | None = None
    title: str = ""
    theme: str = "light"

    def checked(self):
        """The same, with the full name of its font.

        Raises
        ------
        ConfigError           if there is no room for a map, or no such font
        MissingLibraryError   if matplotlib is not installed
        """
        width, height = (side / self.dpi for side in self.size)
        if min(width, height) < SMALLEST_SIDE:
            raise ConfigError(
                f"a picture of {width:.1f} by {height:.1f} inches has no room for a map; give a "
                f"larger {field('size')} or a lower {field('dpi')}"
            )
        check_matplotlib()
        return replace(self, font=self.font and chosen_font(self.font))


@dataclass(frozen=True)
class Drawing:
    """What could not be drawn as it should be.

    Attributes
    ----------
    unlabeled : list of str   words without a label, since there was no room
    missing : set of str      characters that no installed font has
    """

    unlabeled: list
    missing: set

    def warnings(self, n_words):
        """What the user must know of a map of so many words, a message each."""
        if self.missing:
            some = " ".join(sorted(self.missing)[:NAMED])
            yield (
                f"no installed font has {len(self.missing)} of the characters, such as {some}; "
                "they are drawn as boxes: install a font that has them (Noto has most), or name "
                f"the file of one with {field('font')}; an SVG takes the fonts of whoever looks at "
                "it"
            )
        if self.unlabeled:
            some = ", ".join(map(repr, self.unlabeled[:NAMED]))
            some += ", ..." if len(self.unlabeled) > NAMED else ""
            yield (
                f"{len(self.unlabeled):,} of {n_words:,} words have no label, for want of room: "
                f"{some}; a larger {field('size')} has more"
            )


def check_matplotlib():
    """Import matplotlib so that neither its settings nor its warnings reach the user.

    Raises
    ------
    MissingLibraryError   if it is not installed
    """
    # It warns of a folder of settings that cannot be written, and of building its list of fonts.
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    os.environ["MPLBACKEND"] = "agg"  # another one might want a display, or not be there
    matplotlib = require("matplotlib", "w2v plot")
    require("matplotlib.figure", "w2v plot")
    return matplotlib


METADATA = {
    "png": {"Software": None},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Nothing that differs from day to day."""


def draw(stream, wordmap, format, look=Look()):
    """Draw a map and write it; the same map gives the same bytes with the same libraries.

    Parameters
    ----------
    stream : binary stream
    wordmap : WordMap
    format : str           one of `choices.FORMATS`
    look : Look

    Returns
    -------
    Drawing

    Raises
    ------
    MissingLibraryError   if matplotlib is not installed
    """
    matplotlib = check_matplotlib()
    settings = {
        "svg.hashsalt": "w2v",
        "svg.fonttype": "none",
        "pdf.fonttype": 42,  # TrueType, which publishers want
        "text.parse_math": False,
    }
    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.simplefilter("ignore")  # one for each character that a font does not have
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        picture = _Picture(wordmap, look)
        # Text stays text in an SVG, so it is drawn by fonts of whoever looks at it.
        missing = set() if format == "svg" else picture.missing
        picture.figure.savefig(stream, format=format, dpi=look.dpi, metadata=METADATA[format])
    return Drawing(picture.unlabeled, missing)


class _Picture:
    """Draws as it is made; coordinates are pixels of a screen from the lower left corner.

    At more dots an inch than those the same drawing is saved with more pixels, so that labels and
    marks grow with all the rest.
    """

    def __init__(self, wordmap, look):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._wordmap, self._look, self._theme = wordmap, look, THEMES[look.theme]
        self._width, self._height = (round(side * SCREEN_DPI / look.dpi) for side in look.size)
        self._zoom = look.font_size / FONT_SIZE
        self._texts = [printable(word) for word in wordmap.words]
        self._kinds = np.array(list(_kinds(wordmap)), dtype=object)
        self._styles = _styles(self._kinds, wordmap, self._theme)
        title = printable(look.title)
        names = [style.name for style in self._styles.values()]
        families, self.missing = find_fonts([*self._texts, *names, title], look.font)
        self._families = [*families, "sans-serif"]
        inches = tuple(side / look.dpi for side in look.size)
        self.figure = Figure(figsize=inches, dpi=SCREEN_DPI, facecolor=self._theme.background)
        self._renderer = FigureCanvasAgg(self.figure).get_renderer()
        self._make_frame(title)
        self._axes = self._make_axes()
        self._points = self._to_pixels(wordmap.points)
        self._draw_title(title)
        self._draw_legend(title)
        self._draw_arrows()
        self._draw_marks()
        self.unlabeled = self._draw_labels()

    def _scaled(self, pixels):
        """A length for text of the usual size as it is for this one."""
        return round(pixels * self._zoom)

    def _make_frame(self, title):
        """Where the frame is: text stands left, below and above."""
        self._left, self._bottom = map(self._scaled, FRAME[:2])
        self._right = self._width - FRAME[2]
        self._legend_columns = self._columns_of_legend()
        n_rows = -(-len(self._styles) // self._legend_columns) if len(self._styles) > 1 else 0
        above = (TITLE_HEIGHT if title else 0) + n_rows * LEGEND_HEIGHT
        self._top = self._height - FRAME[3] - self._scaled(above)

    def _columns_of_legend(self):
        longest = max(len(style.name) for style in self._styles.values())
        widest = self._scaled(longest * WIDEST_LETTER + LEGEND_MARK)
        return min(max((self._right - self._left) // widest, 1), len(self._styles))

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
        font = {
            "color": self._theme.muted,
            "fontsize": self._look.font_size,
            "fontfamily": self._families,
        }
        room = width / self._zoom, height / self._zoom
        below, beside = _axis_names(self._wordmap.projection, *room)
        axes.set_xlabel(below, **font)
        axes.set_ylabel(beside, **font)
        return axes

    def _to_pixels(self, points):
        """Points with the same scale in both directions, as large as the frame allows."""
        margin = min(self._scaled(MARGIN), (self._right - self._left) // 4)
        low = np.array([self._left, self._bottom]) + margin
        high = np.array([self._right, self._top]) - margin
        middle = (points.max(axis=0) + points.min(axis=0)) / 2
        extent = np.maximum(points.max(axis=0) - points.min(axis=0), 1e-9)
        scale = ((high - low) / extent).min()
        return (low + high) / 2 + (points - middle) * scale

    def _draw_title(self, title):
        if title:
            self.figure.text(
                self._left / self._width,
                1 - FRAME[3] / self._height,
                _shortened(title, int(self._width / self._zoom) // 10),
                color=self._theme.text,
                fontsize=TITLE_SIZE * self._zoom,
                fontfamily=self._families,
                verticalalignment="top",
            )

    def _draw_legend(self, title):
        """Say what the marks are, where they are of several kinds, between title and frame."""
        from matplotlib.lines import Line2D

        if len(self._styles) < 2:
            return
        marks = [
            Line2D([], [], linestyle="", marker=style.mark, color=style.color, label=style.name,
                   markersize=style.area**0.5 * self._zoom)
            for style in self._styles.values()
        ]  # fmt: skip
        above = FRAME[3] / 2 + (self._scaled(TITLE_HEIGHT) if title else 0)
        self.figure.legend(
            handles=marks,
            loc="upper left",
            bbox_to_anchor=(self._left / self._width, 1 - above / self._height),
            ncol=self._legend_columns,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handletextpad=0.2,
            columnspacing=1.2,
            labelcolor=self._theme.muted,
            prop={"family": self._families, "size": self._look.font_size},
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

    def _draw_marks(self):
        shrink = 0.25 if len(self._kinds) > CROWDED else 1.0
        for number, (kind, style) in enumerate(self._styles.items()):
            self._axes.scatter(
                *self._points[self._kinds == kind].T,
                s=style.area * shrink * self._zoom**2,
                marker=style.mark,
                color=style.color,
                edgecolors=self._theme.background,
                linewidths=0.5 * shrink,
                zorder=2,
                gid=f"words-{kind}" if kind in KINDS else f"words-group-{number}",
            )

    def _draw_labels(self):
        """Label as many words as there is room for; returns those that have none."""
        from matplotlib.font_manager import FontProperties

        font = FontProperties(family=self._families, size=self._look.font_size)
        texts = [_shortened(text, LONGEST_TEXT) for text in self._texts]
        sizes = [self._size_of(text, font) for text in texts[:MOST_LABELS]]
        origin = np.array([self._left, self._bottom])
        labels = place_labels(
            self._points - origin,
            sizes,
            (self._right - self._left, self._top - self._bottom),
            gap=self._zoom * (6.0 if len(texts) <= CROWDED else 3.0),
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
        labeled = {label.index for label in labels}
        return [text for index, text in enumerate(texts) if index not in labeled]

    def _size_of(self, text, font):
        width, _, _ = self._renderer.get_text_width_height_descent(text, font, ismath=False)
        return width, self._look.font_size * SCREEN_DPI / 72 * 1.15

    def _draw_leader(self, point, x, y, label):
        """A thin line from the point to the nearest place of the label."""
        end = np.clip(point, (x, y), (x + label.width, y + label.height))
        xs, ys = zip(point, end, strict=True)
        self._axes.plot(xs, ys, color=self._theme.line, linewidth=0.7, zorder=1.5)


@dataclass(frozen=True)
class _Style:
    """How the marks of words of one kind look, and what the legend calls them."""

    name: str
    mark: str
    color: str
    area: float


GROUP = "group "
"""What the kind of a word begins with that is in a group."""


def _kinds(wordmap):
    """What each word is: a name in KINDS, or that of its group behind GROUP."""
    first = {a for a, _ in wordmap.pairs}
    second = {b for _, b in wordmap.pairs}
    for index, is_neighbor in enumerate(wordmap.is_neighbor):
        if wordmap.groups[index] is not None:
            yield GROUP + wordmap.groups[index]
        elif is_neighbor:
            yield "neighbor"
        elif index in first:
            yield "first"
        else:
            yield "second" if index in second else "chosen"


def _styles(kinds, wordmap, theme):
    """How each kind of word that is there looks, in the order of the legend: dict of _Style."""
    styles = {}
    for number, group in enumerate(wordmap.group_names):
        color, mark = GROUP_MARKS[number % len(GROUP_MARKS)]
        name = _shortened(printable(group), LONGEST_KIND)
        styles[GROUP + group] = _Style(name, mark, theme.groups[color], MARK_AREA["chosen"])
    for kind, name in KINDS.items():
        if kind in kinds:
            color = theme.other if kind in ("neighbor", "second") else theme.chosen
            color = theme.muted if wordmap.group_names else color
            styles[kind] = _Style(name, MARKS[kind], color, MARK_AREA[kind])
    return styles


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
