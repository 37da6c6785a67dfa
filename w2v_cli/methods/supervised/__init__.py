"""Classifiers of documents: the mean of a document's rows against outputs that are labels."""
