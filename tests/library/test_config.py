"""Option ranges and defaults."""

import dataclasses
import math

import pytest

from w2v_cli.config import DEFAULTS, RANGES, TextConfig, TrainConfig
from w2v_cli.errors import ConfigError


def test_the_defaults_are_those_of_the_documentation():
    assert {
        "model": "skipgram",
        "loss": "ns",
        "dim": 100,
        "window": 5,
        "fixed_window": False,
        "distance_weights": False,
        "negative": 5,
        "ns_exponent": 0.75,
        "share_negatives": 8,
        "sample": 1e-3,
        "epochs": 5,
        "lr": None,
        "min_count": 5,
        "max_vocab": None,
        "seed": 1,
        "max_sentence": 1000,
    }.items() <= DEFAULTS.items()


def test_learning_rate_of_each_model():
    assert TrainConfig().start_lr == 0.025
    assert TrainConfig(model="cbow").start_lr == 0.05
    assert TrainConfig(model="cbow", lr=0.2).start_lr == 0.2
    assert TrainConfig(model="cbow", distance_weights=True).start_lr == 0.1
    assert TrainConfig(model="cbow", distance_weights=True, lr=0.2).start_lr == 0.2
    assert TrainConfig(distance_weights=True).start_lr == 0.025


def test_a_window_may_be_the_whole_sentence():
    whole = TrainConfig(window="sentence", max_sentence=40)
    assert (whole.half_width, whole.is_window_fixed) == (40, True)
    some = TrainConfig(window=300)
    assert (some.half_width, some.is_window_fixed) == (300, False)
    assert TrainConfig(window=3, fixed_window=True).is_window_fixed
    assert TrainConfig(model="cbow", distance_weights=True).is_window_fixed
    assert not TrainConfig(distance_weights=True).is_window_fixed
    with pytest.raises(ConfigError, match=r"^window must be a number of words or 'sentence', not"):
        TrainConfig(window="line")


def config_with(name, value):
    """The configuration that has this option, with a value for it."""
    return (TrainConfig if name in DEFAULTS else TextConfig)(**{name: value})


@pytest.mark.parametrize("name", RANGES)
def test_limits_are_inclusive(name):
    for limit in RANGES[name]:
        assert getattr(config_with(name, limit), name) == limit


@pytest.mark.parametrize("name", RANGES)
def test_values_out_of_range_are_refused_by_name(name):
    low, high = RANGES[name]
    beyond = 1 if isinstance(low, int) else 0.1
    for value in (low - beyond, high + beyond, math.nan, math.inf):
        with pytest.raises(ConfigError, match=rf"^{name} must"):
            config_with(name, value)


@pytest.mark.parametrize("value", [1.5, True, "many"])
def test_whole_numbers_must_be_whole(value):
    with pytest.raises(ConfigError, match=r"^dim must be a whole number"):
        TrainConfig(dim=value)


def test_unknown_choices_are_refused():
    with pytest.raises(ConfigError, match=r"^model must be skipgram or cbow, not 'glove'"):
        TrainConfig(model="glove")
    with pytest.raises(ConfigError, match=r"^loss must be ns or hs or softmax, not 'nce'"):
        TrainConfig(loss="nce")


def test_it_is_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainConfig().dim = 5


def test_words_are_changed_as_the_text_is():
    text = TextConfig(lowercase=True, digits="zero")
    assert text.apply("\u00c9t\u00e9-1984") == "\u00e9t\u00e9-0000"
    assert TextConfig().apply("A1") == "A1"
    with pytest.raises(ConfigError, match=r"^digits must be keep or zero, not 'spell'"):
        TextConfig(digits="spell")
