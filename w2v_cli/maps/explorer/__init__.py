"""One page of HTML in which a browser explores vectors, without a network."""

from .page import SCALE, explore_data, render_page

__all__ = ["SCALE", "explore_data", "render_page"]
