"""What can be asked for by name: ways to answer an analogy, and what finding an item is worth."""

METHODS = ("3cosadd", "3cosmul")
"""Of answering analogies; `best_answer` does it."""
METRICS = ("hit_rate", "ndcg", "mrr")
"""Of sessions, whose last item is to be found; `nextitem` does it."""
DEFAULT_K = 10
MOST_K = 1000
"""Answers that count."""
MOST_HISTORY = 1000
"""Items before the last one that it may be found by."""
