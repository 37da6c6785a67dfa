"""Vectors of the tokens of a transformer, each run through it by itself: what model2vec makes."""
