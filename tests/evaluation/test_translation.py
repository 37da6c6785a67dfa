"""Scores of translations against their definitions, over the whole table of cosines."""

import numpy as np
import pytest

from w2v_cli.embeddings.table import Embeddings
from w2v_cli.evaluation.dictionary import Dictionary
from w2v_cli.evaluation.translation import ask, evaluate_translation

RANDOM = np.random.default_rng(1)
N, M, DIM = 60, 50, 6
SOURCE = Embeddings([f"s{i}" for i in range(N)], RANDOM.standard_normal((N, DIM)))
TARGET = Embeddings([f"t{i}" for i in range(M)], RANDOM.standard_normal((M, DIM)))
PAIRS = [(f"s{i}", f"t{j}") for i, j in RANDOM.integers(0, 70, (80, 2)).tolist()]
DICTIONARY = Dictionary("d", list(dict.fromkeys(PAIRS)))


def unit(matrix):
    matrix = np.asarray(matrix, np.float64)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def table(source, target, k):
    """All scores of pairs, by cosine or, with a k, by CSLS."""
    cosines = unit(source.vectors) @ unit(target.vectors).T
    return 2 * cosines - np.sort(cosines, axis=0)[-k:].mean(axis=0) if k else cosines


def plain(source, target, pairs, k):
    """(ranks of the words asked, number of all words)."""
    scores = table(source, target, k)
    translations = {}
    for word, translation in pairs:
        translations.setdefault(word, []).append(translation)
    ranks = []
    for word, wanted in translations.items():
        rows = [target.index[each] for each in wanted if each in target.index]
        if word in source.index and rows:
            own = scores[source.index[word]]
            ranks.append(1 + int((own > max(own[row] for row in rows)).sum()))
    return np.array(ranks), len(translations)


def check(found, ranks, n_words):
    for depth in (1, 5, 10):
        share = found.precision[depth]
        assert share.value == pytest.approx((ranks <= depth).mean())
        assert share.of_all == pytest.approx((ranks <= depth).sum() / n_words)
        assert share.interval[0] <= share.value <= share.interval[1]
        assert share.interval_of_all[0] <= share.of_all <= share.interval_of_all[1]
    assert found.mrr.value == pytest.approx((1 / ranks).mean())
    assert found.mrr.of_all == pytest.approx((1 / ranks).sum() / n_words)


def test_both_directions_by_both_ways():
    found = evaluate_translation(SOURCE, TARGET, [DICTIONARY], 5, ("forward", "backward"))
    assert [each.direction for each in found] == ["forward", "backward"]
    backward = [(b, a) for a, b in DICTIONARY.pairs]
    for score, source, target, pairs in [
        (found[0], SOURCE, TARGET, DICTIONARY.pairs),
        (found[1], TARGET, SOURCE, backward),
    ]:
        ranks, n_words = plain(source, target, pairs, 0)
        check(score.nn, ranks, n_words)
        check(score.csls, plain(source, target, pairs, 5)[0], n_words)
        assert (score.words, score.asked) == (n_words, len(ranks))
        assert score.asked + score.unknown_source + score.unknown_target == score.words
        assert score.unknown_source > 0
        assert score.unknown_target > 0
        assert score.coverage == pytest.approx(len(ranks) / n_words)


def test_by_cosine_alone():
    [found] = evaluate_translation(SOURCE, TARGET, [DICTIONARY], 0)
    assert found.csls is None
    assert list(found.retrievals) == ["nn"]
    assert "csls" not in found.as_dict()


def test_a_word_counts_once_however_many_translations_it_has():
    pairs = [("s1", "t1"), ("s1", "t2"), ("s1", "none"), ("s2", "t3")]
    asked = ask(SOURCE, TARGET, Dictionary("d", pairs))
    assert (asked.words, asked.rows.tolist()) == (2, [1, 2])
    assert [each.tolist() for each in asked.answers] == [[1, 2], [3]]
    assert asked.pairs.tolist() == [[1, 1], [1, 2], [2, 3]]


def test_case_and_phrases():
    source = Embeddings(["hund", "Hund", "new_york"], np.eye(3))
    target = Embeddings(["Dog", "big apple"], np.eye(3)[:2])
    pairs = [("Hund", "dog"), ("new york", "big apple"), ("HUND", "Dog"), ("no word", "Dog")]
    asked = ask(source, target, Dictionary("d", pairs))
    assert asked.rows.tolist() == [1, 2, 0]
    assert (asked.words, asked.unknown_source) == (4, 1)
    strict = ask(source, target, Dictionary("d", pairs), ignore_case=False)
    assert strict.rows.tolist() == [2]
    assert (strict.unknown_source, strict.unknown_target) == (2, 1)


def test_of_equal_scores_the_lower_row_comes_first():
    source = Embeddings(["a"], np.array([[1.0, 0]]))
    target = Embeddings(["x", "y", "z"], np.array([[1.0, 0], [1, 0], [1, 0]]))
    [found] = evaluate_translation(source, target, [Dictionary("d", [("a", "z")])], 0)
    assert found.nn.mrr.value == pytest.approx(1 / 3)


def test_nothing_that_can_be_asked():
    [found] = evaluate_translation(SOURCE, TARGET, [Dictionary("d", [("none", "t1")])], 5)
    assert (found.asked, found.coverage) == (0, 0)
    assert found.csls.precision[1].value is None
    assert found.csls.precision[1].of_all == 0
    assert found.as_dict()["csls"]["mrr"]["interval"] is None
