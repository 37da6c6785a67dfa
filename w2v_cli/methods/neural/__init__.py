"""Neural language models: what the two of them have in common."""
