"""Vectors of all words of a model with n-grams: compiled code against NumPy."""

import numpy as np
import pytest

from w2v_cli.embeddings import subwords as module
from w2v_cli.embeddings import wordvectors
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.quantization.rows import QuantizedRows

DIM = 19
CUTTINGS = {
    "fnv": Ngrams(700, 3, 6),
    "short": Ngrams(77, 0, 3),
    "one length": Ngrams(700, 5, 5),
    "many buckets": Ngrams(2**31 - 1, 2, 9),
    "murmur": Ngrams(700, 2, 4, "murmur", 3),
    "murmur, short": Ngrams(700, 1, 3, "murmur", 4),
}


@pytest.fixture(scope="module")
def words():
    """Different words that begin alike, with marks, many scripts and broken UTF-8 in them."""
    rng = np.random.default_rng(0)
    letters = np.array(list("abcd<>éß東日x"))
    found = ["".join(rng.choice(letters, rng.integers(1, 12))).encode() for _ in range(600)]
    found += [raw + bytes(rng.integers(0x80, 0xC0, 2).tolist()) for raw in found[:60]]
    found += [bytes(rng.integers(1, 256, rng.integers(1, 9)).tolist()) for _ in range(60)]
    return [*dict.fromkeys(found), b"", b"</s>", b"xy" * 40]


def model(ngrams, words, is_compact, is_pruned=False):
    rng = np.random.default_rng(1)
    buckets = None
    if is_compact:
        buckets = np.unique(ngrams.buckets(words)[0])
        buckets = buckets[rng.random(len(buckets)) < 0.6]
    n_rows = ngrams.n_buckets if buckets is None else len(buckets)
    rows = rng.standard_normal((n_rows, DIM), dtype=np.float32)
    own = rng.standard_normal((len(words), DIM), dtype=np.float32)
    return Subwords(ngrams, rows, buckets, None if ngrams.hash == "murmur" else own, is_pruned)


def both(subwords, words, monkeypatch):
    """(vectors, lengths, marks) of both ways, lengths of NumPy's computed here."""
    found = []
    for least in (1 << 60, 0):
        monkeypatch.setattr(module, "COMPILED_FROM", least)
        marks = np.zeros(len(subwords.rows), dtype=bool)
        found.append((*subwords.word_vectors_and_norms(words, b"</s>", marks), marks))
    (expected, none, expected_marks), (vectors, norms, marks) = found
    assert none is None
    np.testing.assert_array_equal(marks, expected_marks)
    np.testing.assert_allclose(norms, np.linalg.norm(vectors.astype(float), axis=1), rtol=1e-12)
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-5)
    return vectors


@pytest.mark.parametrize(
    ("cutting", "kind"),
    [
        (cutting, kind)
        for cutting in CUTTINGS
        for kind in ("all", "compact", "pruned")
        if (cutting, kind) != ("many buckets", "all")  # as many rows take gigabytes
    ],
)
def test_compiled_code_makes_what_numpy_makes(words, cutting, kind, monkeypatch):
    both(model(CUTTINGS[cutting], words, kind != "all", kind == "pruned"), words, monkeypatch)


def test_sums_that_are_kept_change_nothing(words, monkeypatch):
    """However many are kept, and however words are dealt out to threads: the same bits."""
    subwords = model(CUTTINGS["fnv"], words, False)
    expected = both(subwords, words, monkeypatch)
    for depth, at_once in ((1, 8192), (3, 8192), (48, 50)):
        monkeypatch.setattr(wordvectors, "DEPTH", depth)
        monkeypatch.setattr(wordvectors, "WORDS_AT_ONCE", at_once)
        np.testing.assert_array_equal(subwords.word_vectors(words, b"</s>"), expected)
    backwards = subwords.with_own(subwords.own[::-1].copy()).word_vectors(words[::-1], b"</s>")
    np.testing.assert_array_equal(backwards[::-1], expected)


@pytest.mark.parametrize("has_norms", [False, True])
def test_rows_that_are_codes(words, has_norms, monkeypatch):
    rng = np.random.default_rng(2)
    lengths = [4, 4, 4, 4, 3]
    centroids = [rng.standard_normal((256, length), dtype=np.float32) for length in lengths]
    tables = []
    for n_rows in (700, len(words)):
        codes = rng.integers(0, 256, (n_rows, len(lengths))).astype(np.uint8)
        factors, factor_codes = None, None
        if has_norms:
            factors = rng.random(256, dtype=np.float32)
            factor_codes = rng.integers(0, 256, n_rows).astype(np.uint8)
        tables.append(QuantizedRows(codes, centroids, factors, factor_codes))
    both(Subwords(CUTTINGS["fnv"], tables[0], own=tables[1]), words, monkeypatch)


def test_rows_of_numbers_that_no_float32_array_holds_are_left_to_numpy(words, monkeypatch):
    subwords = model(CUTTINGS["fnv"], words, False)
    expected = subwords.word_vectors(words)
    monkeypatch.setattr(module, "COMPILED_FROM", 0)
    wide = Subwords(subwords.ngrams, subwords.rows.astype(np.float64), own=subwords.own)
    vectors, norms = wide.word_vectors_and_norms(words)
    assert norms is None
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-5)
