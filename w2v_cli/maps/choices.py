"""What there is to choose of maps, without the libraries that make them."""

METHODS = ("pca", "tsne", "umap")
"""Ways to lay out words in the plane."""
METHOD_TITLES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
LARGEST_SEED = 2**32 - 1
FORMATS = ("png", "svg")
"""Of pictures."""
SIDES = (200, 10_000)
"""Of a picture, in pixels, from and to."""
