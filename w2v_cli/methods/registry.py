"""The training method for each value of `config.model`: a new model gets its line here."""

from ..config import TrainConfig
from .base import Method
from .ensemble import Ensemble
from .glove.method import Glove
from .ngramlists import NgramLists
from .nnlm.method import Nnlm
from .ppmi.method import Ppmi
from .rnnlm.method import Rnnlm
from .word2vec.method import Word2Vec

METHODS: dict[str, Method] = {
    "skipgram": Word2Vec(),
    "cbow": Word2Vec(),
    "glove": Glove(),
    "ppmi": Ppmi(),
    "nnlm": Nnlm(),
    "rnnlm": Rnnlm(),
}
"""A method for each of `config.MODELS`."""


def method_of(config: TrainConfig, lists: NgramLists | None = None) -> Method:
    """The `Method` that a TrainConfig asks for, with the n-grams of words if there are any."""
    method = METHODS[config.model]
    if lists is not None:
        method = method.made_of(lists)
    return method if config.ensemble == 1 else Ensemble(method)
