"""The matrix of input embeddings of a transformer, and the words among its tokens."""
