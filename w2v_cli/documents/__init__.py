"""For scikit-learn: documents as vectors, and classifiers of documents."""

from .classifier import DocumentClassifier
from .vectorizer import DocumentVectorizer

__all__ = ["DocumentClassifier", "DocumentVectorizer"]
