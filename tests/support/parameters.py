"""The matrices of a model as tests want them."""

from w2v_cli.config import TrainConfig
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.registry import method_of


def untrained(n_words, dim, seed=1, freeze=False, **options):
    """The `Parameters` of a model before training; options as for TrainConfig."""
    config = TrainConfig(dim=dim, seed=seed, **options)
    return new_parameters(method_of(config), n_words, config, freeze)
