"""Marks among ids, in a module that loads neither NumPy nor the compiler."""

SENTENCE_END = -1
"""Where a sentence ends, among the ids of its words. `kernels.sentences` has a copy: the kernels
use no other room."""
