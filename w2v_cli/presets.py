"""Settings that go by a name: those of other programs, and two of our own. The only copy of each.

What a preset does not name is as the defaults are. A ``lr`` of None goes by the size of the text.

``word2vec``        word2vec.c, as its binary prints them
``gensim``          ``gensim.models.Word2Vec()``, version 4: one learning rate for both models
``fasttext-like``   ``fasttext skipgram``, without its n-grams
``fasttext``        ``fasttext skipgram``, as its binary prints them
``floret``          that in floret's mode, with the buckets and hashes of the example in its README
``fast``            a third of the time of the defaults and less; see benchmarks/RESULTS.md
``quality``         the best of what was measured there, in some four times their time
``glove``           Stanford's GloVe, as its demo.sh calls it
``glove-2024``      that, as the vectors of 2024 were trained
"""

from typing import Any

from .config import OF_EPOCHS, has_option

WORD2VEC: dict[str, Any] = {
    "model": "cbow",
    "dim": 100,
    "window": 5,
    "negative": 5,
    "ns_exponent": 0.75,
    "sample": 1e-3,
    "epochs": 5,
    "lr": {"cbow": 0.05, "skipgram": 0.025},
    "min_count": 5,
    "max_sentence": 1000,
    "vectors": "input",
    "ensemble": 1,
    "min_n": None,
    "max_n": None,
    "buckets": 2_000_000,
    "subword_hash": "fnv",
    "hash_count": 1,
}
FASTTEXT_LIKE = WORD2VEC | {
    "model": "skipgram",
    "ns_exponent": 0.5,
    "sample": 1e-4,
    "lr": 0.05,
    "max_sentence": 1024,
}
FASTTEXT = FASTTEXT_LIKE | {"min_n": 3, "max_n": 6}
GLOVE: dict[str, Any] = {
    "model": "glove",
    "dim": 50,
    "window": 15,
    "epochs": 15,
    "lr": 0.05,
    "min_count": 5,
    "vectors": "sum",
    "ensemble": 1,
    "symmetric": True,
    "distance_weight": "harmonic",
    "x_max": 10.0,
    "alpha": 0.75,
    "adagrad": "coordinate",
    "grad_clip": 100.0,
}
# What others have in common with those of word2vec.c is not said again.
PRESETS: dict[str, dict[str, Any]] = {
    "word2vec": WORD2VEC,
    "gensim": WORD2VEC
    | {
        "lr": 0.025,
        "max_sentence": 10_000,
    },
    "fasttext-like": FASTTEXT_LIKE,
    "fasttext": FASTTEXT,
    "floret": FASTTEXT
    | {
        "buckets": 50_000,
        "subword_hash": "murmur",
        "hash_count": 2,
    },
    "fast": WORD2VEC
    | {
        "window": 6,
        "negative": 6,
        "ns_exponent": 0.6,
        "sample": 5e-5,
        "epochs": 4,
        "lr": None,
        "vectors": "sum",
    },
    "quality": WORD2VEC
    | {
        "dim": 300,
        "window": 8,
        "negative": 10,
        "sample": 1e-4,
        "epochs": 12,
        "lr": 0.075,
        "vectors": "balanced",
        "ensemble": 2,
    },
    "glove": GLOVE,
    "glove-2024": GLOVE
    | {
        "dim": 300,
        "window": 10,
        "epochs": 100,
        "min_count": 20,
    },
}
"""Name -> fields of TrainConfig; those on text name the same ones, and those on counts of pairs. A
dict is one of models."""


def preset_values(name: str, model: str | None = None) -> dict[str, Any]:
    """The fields of a preset, as it has them for its model, or another one, but for those of epochs
    where a model has none. None stands for what suits the model.
    """
    values = PRESETS[name]
    model = model or values["model"]
    return {
        each: value.get(model) if isinstance(value, dict) else value
        for each, value in values.items()
        if each not in OF_EPOCHS or has_option(model, each)
    }
