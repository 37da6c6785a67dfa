"""Which words stand near which, and how often: counted, kept and read."""
