"""What there is to choose of maps, without the libraries that make them."""

METHODS = ("pca", "tsne", "umap")
"""Ways to lay out words in the plane."""
METHOD_TITLES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
LARGEST_SEED = 2**32 - 1
FORMATS = ("png", "svg", "pdf")
"""Of pictures."""
SIDES = (200, 10_000)
"""Of a picture, in pixels, from and to."""
SCREEN_DPI = 96
"""Pixels an inch of CSS, so that a pixel of an SVG is a pixel of a PNG."""
DPI_RANGE = (SCREEN_DPI, 2400)
SMALLEST_SIDE = 2.0
"""Inches: less has no room for a map."""
FONT_SIZE = 9.0
FONT_SIZES = (3.0, 72.0)
"""Of labels, in points: the default; from and to."""
MAP_TOP = 100
"""The most frequent words that are on a map if none are named."""
PAGE_TOP = 10_000
"""Likewise on a page to explore, unless told otherwise."""
