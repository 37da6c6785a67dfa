"""Colors of the pictures: from the palette of Okabe and Ito (2008), told apart by color-blind eyes.

Kinds of words differ in lightness and in the shape of their marks too, so that nothing is said by
color alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colors, as ``#rrggbb``.

    Attributes
    ----------
    background, text : str
    muted : str      what explains: axes, and labels of neighbors
    line : str       arrows, leader lines and the frame
    chosen : str     marks of words that were named, and the first of a pair
    other : str      marks of their neighbors, and the second of a pair
    groups : tuple of str   marks of groups of words
    """

    background: str
    text: str
    muted: str
    line: str
    chosen: str
    other: str
    groups: tuple


THEMES = {
    "light": Theme(
        background="#ffffff",
        text="#1a1a1a",
        muted="#5f6368",
        line="#a8adb3",
        chosen="#0072b2",
        other="#d55e00",
        groups=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a1a1a"),
    ),
    "dark": Theme(
        background="#16181d",
        text="#ececec",
        muted="#a3a8b0",
        line="#646a73",
        chosen="#56b4e9",
        other="#e69f00",
        groups=("#56b4e9", "#e69f00", "#00c08b", "#dd8cb9", "#f0e442", "#4a9fe0", "#ececec"),
    ),
}

GROUP_SHAPES = "osD^vPX"
GROUP_MARKS = [
    (color, GROUP_SHAPES[(color + turn) % len(GROUP_SHAPES)])
    for turn in range(len(GROUP_SHAPES))
    for color in range(len(THEMES["light"].groups))
]
"""(number of the color, shape) of the first, second, ... group: no two have both in common."""
