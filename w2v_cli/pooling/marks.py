"""Marks among the rows of words; this loads neither NumPy nor the compiler."""

END = -1
"""Where a document ends: what a sentence end is among the ids of text."""
UNKNOWN = -2
"""A word without a vector."""
