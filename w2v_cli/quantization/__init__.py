"""Vectors in fewer bytes: product quantization, its training and its codes."""
