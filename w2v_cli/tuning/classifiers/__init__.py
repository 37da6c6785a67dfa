"""Which settings tell labels best: random search, early stopping, and the model that won.

This loads neither NumPy nor the compiler.
"""

DEFAULT_TIME = "5m"
"""That all may take, unless a time or a number of trials is given; as in fastText."""
MOST_TRIALS = 100_000
FOLDS = (2, 100)
HELD_OUT = 0.1
"""The share of the documents that trials are scored by."""
MOST_HELD_OUT = 10_000
"""Documents: with so many an interval is a point wide, or less."""
LEAST_DOCUMENTS = 10
"""Of fewer nothing can be held out."""
OBJECTIVES = "f1, f1:LABEL, macro-f1, precision-at-recall:R, recall-at-precision:P or log-loss"
BEST, REFIT = FINALS = ("best", "refit")
"""Which model is handed over: the one that scored, or another one with its settings."""
