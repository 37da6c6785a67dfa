"""Which installed fonts have the characters of the words."""

from functools import cache

BASE = "DejaVu Sans"
"""Comes with matplotlib, so that a picture looks the same everywhere as far as it reaches."""
PREFERRED = ("Noto Sans", "Noto Sans CJK", "WenQuanYi", "Droid Sans Fallback", "Unifont")
REGULAR_WEIGHTS = (400, "normal", "regular", "book")


def find_fonts(texts):
    """The fonts that are needed to draw texts, and what none of them can draw.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    families : list of str    names of fonts, to be tried in this order for each character
    missing : set of str      characters that no installed font has
    """
    from matplotlib.font_manager import findfont

    missing = {char for text in texts for char in text}
    missing -= _characters(findfont(BASE))
    families = [BASE]
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
        if font.style == "normal" and font.weight in REGULAR_WEIGHTS
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
