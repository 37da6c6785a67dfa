"""Text classification in Python: `train_classifier`, `tune_classifier` and `load_classifier`, which
give a `TextClassifier`.

They do what ``w2v classify`` does and print nothing that is not asked for. What a user should know
is told as a `W2VWarning`.
"""

from .loading import load_classifier
from .textclassifier import Prediction, TextClassifier
from .training import ClassifierEpochEnd, train_classifier
from .tuning import TunedClassifier, tune_classifier

__all__ = [
    "ClassifierEpochEnd",
    "Prediction",
    "TextClassifier",
    "TunedClassifier",
    "load_classifier",
    "train_classifier",
    "tune_classifier",
]
