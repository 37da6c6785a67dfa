"""w2v: a fast trainer for static word embeddings (word2vec), as a command and as a library.

Example::

    from w2v_cli import train, load

    vectors = train("corpus.txt", dim=100)
    vectors.neighbors("king")
    vectors.save("vectors.bin")

See ``docs/api.md``. What is named here is imported when it is first asked for: importing the
package itself loads neither NumPy nor the compiler.
"""

__version__ = "0.1.0"

_HOMES = {
    "train": "api",
    "load": "api",
    "tune": "api",
    "load_language_model": "library.language",
    "tokenize": "api",
    "find_phrases": "api",
    "count_pairs": "api",
    "distill": "library.distilled",
    "Distilled": "distilling.distill",
    "compare": "comparison",
    "follow": "comparison",
    "Change": "alignment.comparing",
    "Step": "alignment.following",
    "train_classifier": "classifiers",
    "tune_classifier": "classifiers",
    "load_classifier": "classifiers",
    "TextClassifier": "classifiers",
    "TunedClassifier": "classifiers",
    "Prediction": "classifiers",
    "Explanation": "classifying.explaining",
    "Vectors": "vectors",
    "AlignedVectors": "vectors",
    "Neighbor": "vectors",
    "TranslationScores": "evaluation.translation",
    "LanguageModel": "library.language",
    "LineScore": "library.language",
    "NextWord": "library.language",
    "Cooccurrences": "cooccurrence.table",
    "CountsFile": "cooccurrence.countsfile",
    "Phrase": "phrases.table",
    "Phrases": "phrases.table",
    "UnknownWordError": "embeddings.table",
    "QueryError": "embeddings.table",
    "W2VError": "errors",
    "ConfigError": "errors",
    "InputError": "errors",
    "OutputError": "errors",
    "MemoryShortageError": "errors",
    "MissingLibraryError": "errors",
    "TrainingError": "errors",
    "W2VWarning": "errors",
}
"""Name -> the module that defines it. ``__init__.pyi`` tells type checkers the same."""

__all__ = ["__version__"]
__all__ += list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    return value


def __dir__():
    return sorted({*globals(), *__all__})
