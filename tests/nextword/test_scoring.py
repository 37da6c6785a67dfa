"""Probabilities of lines against a page of NumPy, and what makes them probabilities."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.language_model_reference import distribution, log_probabilities
from support.language_models import random_model

from w2v_cli.errors import InputError
from w2v_cli.languagemodels.model import ACTIVATIONS, KINDS
from w2v_cli.nextword import outputs, states
from w2v_cli.nextword.generating import Generator
from w2v_cli.nextword.scoring import Scorer, perplexity_of
from w2v_cli.nextword.settings import Sampling

LOSSES = ("hs", "ns", "softmax")
N_WORDS = 9


def flat(lines):
    """Lines of symbols, one behind the other, each with its end."""
    return np.array([symbol for line in lines for symbol in [*line, N_WORDS]], dtype=np.int32)


lines_of_symbols = st.lists(
    st.lists(st.integers(0, N_WORDS - 1), max_size=8), min_size=1, max_size=6
)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(lines=lines_of_symbols, history=st.integers(1, 4), seed=st.integers(0, 5))
def test_as_the_formulas_say(kind, loss, activation, lines, history, seed):
    model = random_model(
        kind, loss, N_WORDS, history=history, activation=activation, seed=seed, scale=0.8
    )
    expected = np.concatenate([log_probabilities(model, line) for line in lines])
    np.testing.assert_allclose(
        Scorer(model).log_probabilities(flat(lines)), expected, rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_distribution_of_the_next_word(kind, loss):
    model = random_model(kind, loss, N_WORDS, scale=0.8)
    generator = Generator(model, Sampling())
    for before in ([], [3], [3, 0, 8, 8, 1]):
        found = np.exp(generator.distribution(before))
        np.testing.assert_allclose(found, distribution(model, before), rtol=1e-5, atol=1e-7)
        assert found.sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_all_lines_together_have_probability_one(kind):
    """With the probability of all that goes on, of two words."""
    model = random_model(kind, "hs", 2, dim=3, hidden=3, history=2)
    total, scorer = 0.0, Scorer(model)
    for length in range(4):
        for line in itertools.product(range(2), repeat=length):
            symbols = np.array([*line, 2], dtype=np.int32)
            found = scorer.log_probabilities(symbols)
            total += np.exp(found.sum())
            if length == 3:
                total += np.exp(found[:-1].sum()) * (1 - np.exp(found[-1]))
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_numbers_however_many_at_a_time(kind, loss, monkeypatch):
    model = random_model(kind, loss, N_WORDS, dim=8, hidden=8, scale=0.4)
    rng = np.random.default_rng(3)
    lines = [rng.integers(0, N_WORDS, rng.integers(0, 40)).tolist() for _ in range(150)]
    whole = Scorer(model, n_threads=3).log_probabilities(flat(lines))
    np.testing.assert_array_equal(Scorer(model).log_probabilities(flat(lines)), whole)
    one_by_one = [Scorer(model).log_probabilities(flat([line])) for line in lines]
    np.testing.assert_allclose(np.concatenate(one_by_one), whole, atol=1e-5)
    for module, name, value in (
        (states, "ROWS", 7),
        (states, "LINES", 3),
        (outputs, "NUMBERS", 60),
    ):
        monkeypatch.setattr(module, name, value)
        np.testing.assert_allclose(Scorer(model).log_probabilities(flat(lines)), whole, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_does_not_depend_on_others(kind):
    model = random_model(kind, "hs", N_WORDS)
    together = Scorer(model).log_probabilities(flat([[1, 2], [], [3, 3, 3], [1, 2]]))
    np.testing.assert_allclose(together[:3], together[-3:], rtol=1e-6)


def test_a_tree_of_two_and_very_large_scores():
    model = random_model("nnlm", "hs", 1, scale=1000.0)
    found = Scorer(model).log_probabilities(np.array([0, 0, 1], dtype=np.int32))
    assert np.isfinite(found).all()
    assert (found <= 0).all()
    model = random_model("rnnlm", "softmax", N_WORDS, scale=1000.0)
    assert np.isfinite(Scorer(model).log_probabilities(flat([[1, 2, 3]]))).all()


def test_a_model_that_diverged_is_told():
    model = random_model("nnlm", "softmax", N_WORDS)
    broken = dataclasses.replace(model, outputs=np.full_like(model.outputs, np.nan))
    with pytest.raises(InputError, match=r"m\.w2v: its language model gives no probabilities"):
        Scorer(broken, name="m.w2v").log_probabilities(flat([[1]]))


def test_perplexity():
    assert perplexity_of(np.log(0.125), 3) == pytest.approx(2)
    assert perplexity_of(-1e6, 2) == float("inf")
