"""Which settings pay: grids, trials on a sample, and whether a difference is noise."""

GRID = "dim=100,200 window=5,10"
"""What is tried unless something else is asked for."""
SAMPLE_WORDS = 1_000_000
LEAST_WORDS = 1000
"""How many words a sample has, and has to have."""
MOST_SEEDS = 100
