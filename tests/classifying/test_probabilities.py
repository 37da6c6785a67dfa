"""Probabilities of labels from vectors of documents, and the best of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.classifying.lookup import Growing
from w2v_cli.classifying.probabilities import Scorer, best
from w2v_cli.methods.huffman import huffman_paths


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=40), st.integers(0, 1000))
def test_a_tree_shares_out_what_there_is(counts, seed):
    rng = np.random.default_rng(seed)
    counts = np.array(sorted(counts, reverse=True))
    nodes = rng.normal(0, 1, (len(counts) - 1, 3)).astype(np.float32)
    vectors = rng.normal(0, 2, (5, 3)).astype(np.float32)
    found = Scorer("hs", nodes, counts).probabilities(vectors)
    paths = huffman_paths(counts)
    for label in range(len(counts)):
        part = slice(paths.starts[label], paths.starts[label + 1])
        turns = sigmoid(paths.signs[part] * (vectors @ nodes[paths.nodes[part]].T))
        assert found[:, label] == pytest.approx(turns.prod(axis=1), rel=1e-4)
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("loss", ["softmax", "ova", "ns"])
def test_formulas(loss):
    rng = np.random.default_rng(1)
    outputs, vectors = rng.normal(0, 5, (6, 4)), rng.normal(0, 5, (3, 4))
    vectors[0] *= 100  # beyond what exponentials can hold
    scores = vectors @ outputs.T
    found = Scorer(loss, outputs, np.ones(6, np.int64)).probabilities(vectors.astype(np.float32))
    assert np.isfinite(found).all()
    if loss == "softmax":
        expected = np.exp(scores - scores.max(axis=1, keepdims=True))
        expected /= expected.sum(axis=1, keepdims=True)
    else:
        expected = sigmoid(np.clip(scores, -80, 80))
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9]), min_size=1, max_size=30),
    st.integers(1, 40),
    st.sampled_from([0.0, 0.2, 1.0]),
)
def test_the_best_are_the_first_of_all_in_order(values, k, threshold):
    p = np.array([values, values[::-1]], dtype=np.float32)
    labels, found, counts = best(p, k, threshold)
    for row, some, of_row, n in zip(p, labels, found, counts, strict=True):
        expected = sorted(range(len(values)), key=lambda label: (-row[label], label))[:k]
        assert sorted(of_row.tolist(), reverse=True) == of_row.tolist()
        assert of_row.tolist() == row[expected].tolist()
        assert row[some].tolist() == of_row.tolist()
        assert len(set(some.tolist())) == len(some)
        assert n == (of_row >= threshold).sum()


def test_what_grows_stays_for_those_who_hold_it():
    growing = Growing("int32")
    growing.append([1, 2])
    held = growing.array
    growing.append(np.arange(10_000))
    assert held.tolist() == [1, 2]
    assert growing.array[:4].tolist() == [1, 2, 0, 1]
