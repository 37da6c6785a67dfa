"""Vectors from counts at once: positive pointwise mutual information, and its singular vectors."""
