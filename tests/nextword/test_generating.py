"""Lines that are made: drawn as the model says, and the same for the same seed."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare
from support.language_model_reference import distribution
from support.language_models import random_model

from w2v_cli.errors import ConfigError
from w2v_cli.languagemodels.model import KINDS
from w2v_cli.nextword.generating import Generator, chosen, most_probable
from w2v_cli.nextword.settings import Sampling

N = 2000
SMALLEST = 1e-4
"""A chi-square below that has this probability: the seed is fixed, so that it passes or never."""


def first_symbols(model, sampling, before):
    generator = Generator(model, sampling)
    return np.array([next(generator.line(before, number)) for number in range(N)])


def assert_drawn_by(symbols, shares):
    """Symbols with few are one class."""
    expected = N * shares / shares.sum()
    found = np.bincount(symbols, minlength=len(shares))
    rare = expected < 5
    assert found[shares == 0].sum() == 0
    merged = np.append(expected[~rare], expected[rare].sum() + 1e-9)
    assert chisquare(np.append(found[~rare], found[rare].sum()), merged).pvalue > SMALLEST


@pytest.mark.parametrize("loss", ["hs", "ns", "softmax"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_first_word_is_drawn_by_its_probability(kind, loss):
    model = random_model(kind, loss, scale=0.7)
    symbols = first_symbols(model, Sampling(), [2, 5])
    assert_drawn_by(symbols, distribution(model, [2, 5]))


@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_temperature_and_fewer_words(loss):
    model = random_model("nnlm", loss, scale=0.7)
    shares = distribution(model, [])
    assert_drawn_by(first_symbols(model, Sampling(temperature=0.5), []), shares**2)
    assert_drawn_by(first_symbols(model, Sampling(temperature=3.0), []), shares ** (1 / 3))
    few = np.where(shares >= np.sort(shares)[-3], shares, 0)
    assert_drawn_by(first_symbols(model, Sampling(top_k=3), []), few)
    order = np.argsort(-shares)
    n_kept = int(np.searchsorted(np.cumsum(shares[order]), 0.6)) + 1
    kept = np.isin(np.arange(len(shares)), order[:n_kept])
    assert_drawn_by(first_symbols(model, Sampling(top_p=0.6), []), np.where(kept, shares, 0))


@pytest.mark.parametrize("kind", KINDS)
def test_temperature_zero_takes_the_most_probable(kind):
    model = random_model(kind, "hs")
    line = list(Generator(model, Sampling(temperature=0, max_words=12)).line([1]))
    known = [1]
    for symbol in line:
        assert symbol == distribution(model, known).argmax()
        known.append(symbol)
    cold = Generator(model, Sampling(temperature=1e-9, max_words=12)).line([1])
    assert list(cold) == line
    assert list(Generator(model, Sampling(top_k=1, max_words=12)).line([1])) == line
    assert list(Generator(model, Sampling(top_p=1e-9, max_words=12)).line([1])) == line


@pytest.mark.parametrize("sampling", [{}, {"temperature": 0.7}, {"top_k": 4, "top_p": 0.9}])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_lines(kind, sampling):
    model = random_model(kind, "hs")

    def lines(seed, numbers=range(8)):
        generator = Generator(model, Sampling(**sampling, seed=seed))
        return [list(generator.line([3], number)) for number in numbers]

    assert lines(1) == lines(1)
    assert lines(1) != lines(2)
    assert len({tuple(line) for line in lines(1)}) > 1
    assert lines(1, [5]) == [lines(1)[5]]


def test_a_line_ends_at_its_end_or_at_the_limit():
    model = random_model("rnnlm", "hs", scale=0.5)
    lengths = Counter()
    for number in range(200):
        line = list(Generator(model, Sampling(max_words=5)).line([], number))
        assert 1 <= len(line) <= 5
        assert model.sentence_end not in line[:-1]
        assert len(line) == 5 or line[-1] == model.sentence_end
        lengths[len(line)] += 1
    assert len(lengths) > 2


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20).filter(any),
    st.integers(1, 25),
    st.floats(0.01, 1),
)
def test_the_most_probable_words(shares, k, p):
    shares = np.array(shares)
    order = sorted(range(len(shares)), key=lambda symbol: (-shares[symbol], symbol))[:k]
    kept, total = [], sum(shares[order])
    for symbol in order:
        if p < 1 and sum(shares[kept]) >= p * total and kept:
            break
        kept.append(symbol)
    found = most_probable(shares, k, p).tolist()
    assert found == order[: len(found)]
    if abs(sum(shares[kept]) - p * total) > 1e-9 and abs(sum(shares[kept[:-1]]) - p * total) > 1e-9:
        assert found == kept


def test_equal_words_at_temperature_zero_are_the_first():
    rng = np.random.default_rng(1)
    equal = np.log(np.full(4, 0.25))
    assert chosen(equal, Sampling(temperature=0), rng) == 0
    assert most_probable(np.full(4, 0.25), 2).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"temperature": -0.1}, "temperature must be from 0 to 100, not -0.1"),
        ({"temperature": float("nan")}, "temperature must be from 0 to 100, not nan"),
        ({"temperature": float("inf")}, "temperature must be"),
        ({"top_k": 0}, "top_k must be 1 or more, not 0"),
        ({"top_p": 0.0}, "top_p 0 leaves no word"),
        ({"top_p": 1.5}, "top_p must be from 0 to 1, not 1.5"),
        ({"max_words": 0}, "max_words must be from 1 to 1000000, not 0"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_values_that_cannot_be(wrong, message):
    with pytest.raises(ConfigError, match=message):
        Sampling(**wrong)
