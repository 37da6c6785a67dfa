"""Ways to answer an analogy, by name; `best_answer` does it."""

METHODS = ("3cosadd", "3cosmul")
