"""What other programs do, done as they do it."""
