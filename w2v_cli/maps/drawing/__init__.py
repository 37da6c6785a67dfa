"""Pictures of word maps, PNG and SVG, by matplotlib without a display."""

from .figure import FORMATS, LARGEST_SIDE, SMALLEST_SIDE, Drawing, check_matplotlib, draw
from .theme import THEMES

__all__ = [
    "FORMATS",
    "LARGEST_SIDE",
    "SMALLEST_SIDE",
    "THEMES",
    "Drawing",
    "check_matplotlib",
    "draw",
]
