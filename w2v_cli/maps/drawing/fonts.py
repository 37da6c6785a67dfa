"""Which installed fonts have the characters of the words."""

import os
from functools import cache

from ...errors import ConfigError, field
from ...wording.nearnames import did_you_mean

BASE = "DejaVu Sans"
"""Comes with matplotlib, so that a picture looks the same everywhere as far as it reaches."""
PREFERRED = ("Noto Sans", "Noto Sans CJK", "WenQuanYi", "Droid Sans Fallback", "Unifont")
NO_LETTERS = (".LastResort", "Last Resort", "Adobe Blank", "STIXSize", "cmex", "cmsy", "cmmi")
"""How the names of fonts begin that claim characters which they draw as boxes, as nothing, or as
others: matplotlib comes with a "Last Resort" that has a box for every character there is."""
REGULAR_WEIGHTS = (400, "normal", "regular", "book")


def chosen_font(asked):
    """The name of a font that a user asked for by its name or by its file.

    Raises
    ------
    ConfigError   if it is not installed, or the file holds none
    """
    if os.path.isfile(asked):
        return _font_of_file(asked)
    names = {name.casefold(): name for name, _ in _installed()}
    if asked.casefold() not in names:
        near = did_you_mean(asked, names.values()) or "give the path of a .ttf or .otf file"
        raise ConfigError(f"{field('font')}: no font named {asked!r} is installed; {near}")
    return names[asked.casefold()]


def _font_of_file(path):
    """The name of the font of a file, which is used like installed ones from now on."""
    from matplotlib.font_manager import FontProperties, fontManager

    try:
        fontManager.addfont(path)
        family = FontProperties(fname=path).get_name()
    except (OSError, RuntimeError) as error:
        raise ConfigError(
            f"{field('font')}: {path} is no font that can be used; give a .ttf or .otf file"
        ) from error
    _installed.cache_clear()
    return family


def find_fonts(texts, first=None):
    """The fonts that are needed to draw texts, and what none of them can draw.

    Parameters
    ----------
    texts : iterable of str
    first : str or None       the name of the font to use as far as it reaches; None: BASE

    Returns
    -------
    families : list of str    names of fonts, to be tried in this order for each character
    missing : set of str      characters that no installed font has
    """
    from matplotlib.font_manager import findfont

    missing = {char for text in texts for char in text}
    families = [BASE] if first is None else [first]
    missing -= _characters(findfont(families[0]))
    while missing:
        family, covered = _best_font(missing)
        if not covered:
            break
        families.append(family)
        missing -= covered
    return families, missing


def _best_font(missing):
    """(family, the characters it has) of the installed font that has the most of them."""
    best = (None, set())
    for family, path in _installed():
        covered = missing & _characters(path)
        if len(covered) > len(best[1]):
            best = (family, covered)
    return best


@cache
def _installed():
    """(family, path) of all upright fonts of usual weight, those that look best first."""
    from matplotlib.font_manager import fontManager

    fonts = {
        (not font.name.startswith(PREFERRED), font.name, font.fname)
        for font in fontManager.ttflist
        if font.style == "normal"
        and font.weight in REGULAR_WEIGHTS
        and not font.name.startswith(NO_LETTERS)
    }
    return [(name, path) for _, name, path in sorted(fonts)]


@cache
def _characters(path):
    """All characters that a font file has; none if it cannot be used."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
        if not font.scalable:  # of pictures in a single size
            return frozenset()
        return frozenset(map(chr, font.get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()
