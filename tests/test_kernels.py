"""The kernels against the plain reference, and the gradient against finite differences."""

import numpy as np
import pytest
import reference

from w2v_cli.kernels import KERNELS
from w2v_cli.kernels.random import high_below, low_half, next_random
from w2v_cli.kernels.step import gradient_step
from w2v_cli.model import aligned_zeros
from w2v_cli.sampling import (
    alias_table,
    keep_probabilities,
    negative_probabilities,
    to_threshold,
)

SENTENCE_END = -1
N_WORDS = 23
DIMS = [1, 7, 16, 100, 102]


def make_chunk(rng, n_sentences=6, longest=30):
    """Sentences of random words with Zipf-like frequencies, some of them empty."""
    parts = []
    for _ in range(n_sentences):
        words = (N_WORDS * rng.random(rng.integers(0, longest)) ** 2).astype(np.int32)
        parts += [words, np.array([SENTENCE_END], dtype=np.int32)]
    return np.concatenate(parts).astype(np.int32)


def make_matrix(rng, dim, n_words=N_WORDS):
    matrix = aligned_zeros(n_words, dim)
    matrix[:, :dim] = rng.normal(scale=0.5, size=(n_words, dim))
    return matrix


def make_tables(ids, sample=0.05):
    counts = np.maximum(np.bincount(ids[ids >= 0], minlength=N_WORDS), 1)
    keep = to_threshold(keep_probabilities(counts, sample))
    accept, alias = alias_table(negative_probabilities(counts, 0.75))
    return keep, np.column_stack([to_threshold(accept), alias.astype(np.uint32)])


def run_kernel(model, ids, syn0, syn1neg, keep, negatives, **options):
    """Call an entry kernel as the trainer does."""
    options = {
        "lr": 0.025,
        "window": 5,
        "fixed_window": False,
        "negative": 5,
        "max_sentence": 1000,
        "seed": 7,
    } | options
    return KERNELS[model](
        ids,
        syn0,
        syn1neg,
        keep,
        negatives,
        np.float32(options["lr"]),
        options["window"],
        options["fixed_window"],
        options["negative"],
        options["max_sentence"],
        np.uint64(options["seed"]),
    ), options


@pytest.mark.parametrize("model", KERNELS)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"window": 1},
        {"window": 3, "fixed_window": True},
        {"negative": 1},
        {"negative": 20, "window": 9},
        {"max_sentence": 4},
        {"seed": 2**64 - 1, "lr": 0.1},
    ],
    ids=str,
)
def test_kernel_agrees_with_reference(model, dim, options):
    rng = np.random.default_rng(dim)
    ids = make_chunk(rng)
    syn0, syn1neg = make_matrix(rng, dim), make_matrix(rng, dim)
    keep, negatives = make_tables(ids)
    expected0, expected1 = syn0.astype(np.float64), syn1neg.astype(np.float64)
    got, options = run_kernel(model, ids, syn0, syn1neg, keep, negatives, **options)
    expected = reference.train(model, ids, expected0, expected1, keep, negatives, **options)
    assert got == expected
    assert got[0] == np.count_nonzero(ids != SENTENCE_END)
    assert got[1] > 0
    np.testing.assert_allclose(syn0, expected0, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(syn1neg, expected1, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("model", KERNELS)
def test_padding_stays_zero(model):
    rng = np.random.default_rng(1)
    ids = make_chunk(rng)
    syn0, syn1neg = make_matrix(rng, 100), make_matrix(rng, 100)
    run_kernel(model, ids, syn0, syn1neg, *make_tables(ids))
    assert syn0.shape[1] == 112
    assert not syn0[:, 100:].any()
    assert not syn1neg[:, 100:].any()


@pytest.mark.parametrize("model", KERNELS)
def test_learning_rate_zero_changes_nothing(model):
    rng = np.random.default_rng(2)
    ids = make_chunk(rng)
    syn0, syn1neg = make_matrix(rng, 20), make_matrix(rng, 20)
    before = syn0.copy(), syn1neg.copy()
    run_kernel(model, ids, syn0, syn1neg, *make_tables(ids), lr=0.0)
    np.testing.assert_array_equal(syn0, before[0])
    np.testing.assert_array_equal(syn1neg, before[1])


@pytest.mark.parametrize("model", KERNELS)
def test_words_that_do_not_occur_keep_their_inputs(model):
    rng = np.random.default_rng(3)
    ids = make_chunk(rng)
    absent = 5
    ids = ids[ids != absent]
    syn0, syn1neg = make_matrix(rng, 20), make_matrix(rng, 20)
    before = syn0[absent].copy()
    run_kernel(model, ids, syn0, syn1neg, *make_tables(ids))
    np.testing.assert_array_equal(syn0[absent], before)


@pytest.mark.parametrize("model", KERNELS)
def test_a_vocabulary_of_one_word_has_only_positives(model):
    """Every negative is the center itself and must have no effect."""
    ids = np.array([0, 0, 0, SENTENCE_END], dtype=np.int32)
    syn0, syn1neg = aligned_zeros(1, 4), aligned_zeros(1, 4)
    syn0[0, :4] = 1
    keep = to_threshold(np.ones(1))
    negatives = np.array([[2**32 - 1, 0]], dtype=np.uint32)
    (n_tokens, n_pairs), _ = run_kernel(model, ids, syn0, syn1neg, keep, negatives)
    assert n_tokens == 3
    assert n_pairs > 0
    assert (syn0[0, :4] >= 1).all(), "a positive pair drew its input away"
    assert (syn1neg[0, :4] > 0).all()


@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(1, 1), (1, 6), (7, 6), (10, 21)])
def test_gradient_step_follows_finite_differences(dim, n_inputs, n_outputs):
    rng = np.random.default_rng(dim)
    inputs, outputs = make_matrix(rng, dim, n_inputs), make_matrix(rng, dim, n_outputs)
    d_inputs, d_outputs = np.empty_like(inputs), np.empty_like(outputs)
    lr = 0.5
    gradient_step(inputs, n_inputs, outputs, n_outputs, np.float32(lr), d_inputs, d_outputs)

    def likelihood_after(matrix, change):
        x, y = inputs.astype(np.float64), outputs.astype(np.float64)
        (x if matrix is inputs else y)[:] += change
        return reference.log_likelihood(x, y)

    eps = 1e-5
    for matrix, changes in ((inputs, d_inputs), (outputs, d_outputs)):
        for _ in range(5):
            place = rng.integers(len(matrix)), rng.integers(dim)
            bump = np.zeros(matrix.shape)
            bump[place] = eps
            slope = (likelihood_after(matrix, bump) - likelihood_after(matrix, -bump)) / (2 * eps)
            assert changes[place] == pytest.approx(lr * slope, rel=1e-3, abs=1e-5)


def test_extreme_logits_saturate_without_overflow():
    inputs, outputs = aligned_zeros(1, 1), aligned_zeros(2, 1)
    inputs[0, 0] = 1000
    outputs[:, 0] = -1000, 1000
    d_inputs, d_outputs = np.empty_like(inputs), np.empty_like(outputs)
    gradient_step(inputs, 1, outputs, 2, np.float32(1.0), d_inputs, d_outputs)
    assert d_inputs[0, 0] == -2000
    np.testing.assert_array_equal(d_outputs[:, 0], [1000, -1000])


def test_random_numbers_are_splitmix64():
    for seed in (0, 1, 2**63, 2**64 - 1):
        state = np.full(1, seed, dtype=np.uint64)
        expected = reference.SplitMix64(seed)
        for _ in range(100):
            assert int(next_random(state)) == expected.next()


def test_halves_of_random_numbers():
    bits = np.uint64(0x80000000_12345678)
    assert high_below(bits, 10) == 5
    assert high_below(np.uint64(2**64 - 1), 2**31 - 1) == 2**31 - 2
    assert low_half(bits) == 0x12345678


def test_kernels_are_compiled_for_one_set_of_types():
    rng = np.random.default_rng(4)
    ids = make_chunk(rng)
    for model, kernel in KERNELS.items():
        run_kernel(model, ids, make_matrix(rng, 8), make_matrix(rng, 8), *make_tables(ids))
        assert len(kernel.signatures) <= 1, "types drifted: the kernel was compiled twice"
