"""Option ranges and defaults."""

import dataclasses
import math
from dataclasses import replace

import pytest

from w2v_cli.config import (
    DEFAULTS,
    MODELS,
    ON_TEXT,
    OWN_DEFAULTS,
    RANGES,
    START_LR,
    TextConfig,
    TrainConfig,
)
from w2v_cli.errors import ConfigError


def test_the_defaults_are_those_of_the_documentation():
    assert {
        "model": "skipgram",
        "dim": 100,
        "ensemble": 1,
        "fixed_window": False,
        "share_negatives": 8,
        "sample": None,
        "lr": None,
        "min_count": 5,
        "max_vocab": None,
        "seed": 1,
        "max_sentence": 1000,
    }.items() <= DEFAULTS.items()


@pytest.mark.parametrize("model", MODELS)
def test_each_model_has_defaults_of_its_own(model):
    config = TrainConfig(model=model)
    for name, value in OWN_DEFAULTS[model].items():
        assert DEFAULTS[name] is None
        assert getattr(config, name) == (None if name == "vectors" else value)
    assert TrainConfig(model=model, window=3, epochs=None) == replace(config, window=3)


@pytest.mark.parametrize("model", ON_TEXT)
def test_the_learning_rate_goes_by_how_often_a_word_is_trained_on(model):
    config, rule = TrainConfig(model=model, epochs=10), START_LR[model]

    def rate(n_tokens, n_words=1000):
        return config.for_text(n_tokens, n_words).lr

    assert rate(100_000) == pytest.approx(min(rule.at_thousand, rule.high))
    assert (rate(1), rate(0, 0), rate(10**12)) == (rule.high, rule.high, rule.low)
    rates = [rate(10**power) for power in range(3, 9)]
    assert rates == sorted(rates, reverse=True)
    assert rate(10**6, 10**4) == rate(10**5)  # what counts is the ratio
    assert replace(config, lr=0.3).for_text(10**6, 10).lr == 0.3
    assert config.for_text(10**6, 10).for_text(10, 10) == config.for_text(10**6, 10)


def test_a_window_may_be_the_whole_sentence():
    whole = TrainConfig(window="sentence", max_sentence=40)
    assert (whole.half_width, whole.is_window_fixed) == (40, True)
    some = TrainConfig(window=300)
    assert (some.half_width, some.is_window_fixed) == (300, False)
    assert TrainConfig(window=3, fixed_window=True).is_window_fixed
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
    names = "skipgram or cbow or glove or ppmi or nnlm or rnnlm"
    with pytest.raises(ConfigError, match=rf"^model must be {names}, not 'lsa'"):
        TrainConfig(model="lsa")
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
