"""Which settings pay: grids, trials on a sample, and whether a difference is noise."""

GRID = "dim=100,200 window=5,10"
"""What is tried unless something else is asked for."""
ITEM_GRID = "ns-exponent=-0.5,0,0.75 window=3,10 sample=0,0.001"
"""Likewise where sessions are the test: what matters most for items (arXiv:1804.04212)."""
SAMPLE_WORDS = 1_000_000
LEAST_WORDS = 1000
"""How many words a sample has, and has to have."""
MOST_SEEDS = 100
