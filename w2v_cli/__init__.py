"""w2v: a fast command-line trainer for static word embeddings (word2vec)."""

__version__ = "0.1.0"
