"""Settings that go by a name: those of other programs, and two of our own. The only copy of each.

What a preset does not name is as the defaults are. A ``lr`` of None is that of the model.

``word2vec``        word2vec.c, as its binary prints them
``gensim``          ``gensim.models.Word2Vec()``, version 4: one learning rate for both models
``fasttext-like``   ``fasttext skipgram`` without its subwords, which have no counterpart here
``fast``            a third of the time of the defaults and less; see benchmarks/RESULTS.md
``quality``         the best of what was measured there, in some ten times the time
"""

PRESETS = {
    "word2vec": {
        "model": "cbow",
        "dim": 100,
        "window": 5,
        "negative": 5,
        "ns_exponent": 0.75,
        "sample": 1e-3,
        "epochs": 5,
        "lr": None,
        "min_count": 5,
        "max_sentence": 1000,
    },
    "gensim": {
        "model": "cbow",
        "dim": 100,
        "window": 5,
        "negative": 5,
        "ns_exponent": 0.75,
        "sample": 1e-3,
        "epochs": 5,
        "lr": 0.025,
        "min_count": 5,
        "max_sentence": 10_000,
    },
    "fasttext-like": {
        "model": "skipgram",
        "dim": 100,
        "window": 5,
        "negative": 5,
        "ns_exponent": 0.5,
        "sample": 1e-4,
        "epochs": 5,
        "lr": 0.05,
        "min_count": 5,
        "max_sentence": 1024,
    },
    "fast": {
        "model": "cbow",
        "dim": 100,
        "window": 5,
        "negative": 5,
        "ns_exponent": 0.75,
        "sample": 1e-3,
        "epochs": 3,
        "lr": None,
        "min_count": 5,
        "max_sentence": 1000,
    },
    "quality": {
        "model": "skipgram",
        "dim": 200,
        "window": 5,
        "negative": 5,
        "ns_exponent": 0.75,
        "sample": 1e-3,
        "epochs": 15,
        "lr": None,
        "min_count": 5,
        "max_sentence": 1000,
    },
}
"""Name -> fields of TrainConfig; all name the same ones."""
