"""Documents as vectors: means of those of their words, weighted, and what all have in common."""
