"""Small texts to train on, and options with which that takes no time."""

import numpy as np

SMALL = ["-d", "10", "--min-count", "1", "-e", "2"]


def make_text(n_lines=300, seed=0, n_words=40):
    """Lines of 0 to 19 words with Zipf-like frequencies."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(n_lines):
        numbers = (n_words * rng.random(rng.integers(0, 20)) ** 2).astype(int)
        lines.append(" ".join(f"w{number}" for number in numbers))
    return "\n".join(lines) + "\n"
