"""The target of what was learnt of documents, which `pooling.fit` reads."""

from pathlib import Path

import numpy as np

from w2v_cli.config import TextConfig
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.pooling.fit import Fit, read_fit, write_fit
from w2v_cli.pooling.settings import Pooling
from w2v_cli.pooling.weighting import Frequencies

from . import seeds


def _embeddings():
    return Embeddings(seeds.WORDS, seeds.matrix())


def fit_seeds(folder):
    """Files of all weightings: list of bytes."""
    embeddings, path = _embeddings(), Path(folder, "seed.json")
    components = np.eye(seeds.DIM)[:2]
    frequencies = Frequencies(9, {seeds.WORDS[0]: 9, "other": 1})
    counts = np.arange(len(seeds.WORDS))
    found = []
    for pooling, learnt in (
        (Pooling(), (components[:0],)),
        (Pooling("idf", common_components=2, normalize=True), (components, frequencies)),
        (Pooling("sif", 1e-4, 1, unit_words=True), (components[:1], None, counts)),
    ):
        text = TextConfig(tokenize="words", lowercase=True, digits="zero")
        write_fit(path, Fit(pooling, text, 9, *learnt), embeddings)
        found.append(path.read_bytes())
    return found


def fit(place):
    """What makes the function that reads a fit, and looks at what it stands for."""
    embeddings = _embeddings()

    def put_and_read(data):
        path = place.put("fit.json", data)

        def read():
            found = read_fit(path, embeddings)
            assert np.isfinite(found.weighting(embeddings).weights).all()
            assert np.isfinite(found.components).all()

        return read

    return put_and_read
