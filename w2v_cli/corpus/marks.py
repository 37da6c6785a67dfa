"""Marks among ids and the limit of counts; this loads neither NumPy nor the compiler."""

SENTENCE_END = -1
"""Where a sentence ends, among the ids of its words. `kernels.sentences` has a copy: the kernels
use no other room."""
LARGEST_COUNT = 2**62
"""Counts stay below this, sums of them too: far beyond any corpus, and safe in 64 bits."""
