"""The training method for each value of `config.model`: a new model gets its line here."""

from importlib import import_module

from ..config import TrainConfig
from .base import Method
from .ngramlists import NgramLists

METHODS: dict[str, Method | str] = {
    "skipgram": "word2vec.method.Word2Vec",
    "cbow": "word2vec.method.Word2Vec",
    "glove": "glove.method.Glove",
    "ppmi": "ppmi.method.Ppmi",
    "nnlm": "nnlm.method.Nnlm",
    "rnnlm": "rnnlm.method.Rnnlm",
}
"""A method for each of `config.MODELS`, or where its class is: those not asked for cost no time."""


def method_of(config: TrainConfig, lists: NgramLists | None = None) -> Method:
    """The `Method` that a TrainConfig asks for, with the n-grams of words if there are any."""
    method = METHODS[config.model]
    if isinstance(method, str):
        method = METHODS[config.model] = _made(method)
    if lists is not None:
        method = method.made_of(lists)
    if config.ensemble == 1:
        return method
    from .ensemble import Ensemble

    return Ensemble(method)


def _made(place: str) -> Method:
    module, _, name = place.rpartition(".")
    method: Method = getattr(import_module(f".{module}", __package__), name)()
    return method
