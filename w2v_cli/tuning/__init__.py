"""Which settings pay: grids, trials on a sample, and whether a difference is noise."""

SAMPLE_WORDS = 1_000_000
LEAST_WORDS = 1000
"""How many words a sample has, and has to have."""
