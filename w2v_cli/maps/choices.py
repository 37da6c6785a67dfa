"""Ways to lay out words in the plane, by name; without the libraries that do it."""

METHODS = ("pca", "tsne", "umap")
METHOD_TITLES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
LARGEST_SEED = 2**32 - 1
