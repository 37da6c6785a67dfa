"""Phrases beside gensim's, found in the same text: the same phrases, scores and joined text."""

from itertools import islice

import pytest
from conftest import ROOT

from w2v_cli import find_phrases
from w2v_cli.phrases.config import ENGLISH_CONNECTORS

phrases = pytest.importorskip("gensim.models.phrases")
N_LINES = 4000


@pytest.fixture(scope="module")
def sentences():
    with open(ROOT / "data" / "sample.txt") as file:
        return [line.lower().split() for line in islice(file, N_LINES)]


def model_of(sentences, scoring, threshold, connectors=frozenset()):
    return phrases.Phrases(
        sentences,
        min_count=5,
        threshold=threshold,
        scoring=scoring,
        connector_words=connectors,
    )


def found_in(sentences, **options):
    return find_phrases(sentences, members="any", threads=1, **options)


CASES = [("default", "gensim", 10.0), ("npmi", "npmi", 0.5)]


@pytest.mark.parametrize("connectors", [(), ENGLISH_CONNECTORS], ids=["none", "english"])
@pytest.mark.parametrize(("scoring", "score", "threshold"), CASES)
def test_one_pass_finds_the_phrases_of_gensim(sentences, scoring, score, threshold, connectors):
    model = model_of(sentences, scoring, threshold, frozenset(connectors))
    expected = model.export_phrases()
    found = found_in(sentences, score=score, threshold=threshold, connectors=connectors)
    # Of its table gensim scores a key again, by the words at its ends.
    assert {"_".join(row.words) for row in found} == set(expected)
    for row in found:
        assert row.score == pytest.approx(expected["_".join(row.words)], rel=1e-12)
        assert row.count == model.vocab["_".join(row.words)]
    assert list(found.join(sentences)) == [model[sentence] for sentence in sentences]
    assert any(row.between for row in found) == bool(connectors)


@pytest.mark.parametrize(("scoring", "score", "threshold"), CASES)
def test_two_passes_join_as_live_models_of_gensim_do(sentences, scoring, score, threshold):
    first = model_of(sentences, scoring, threshold)
    once = [first[sentence] for sentence in sentences]
    second = model_of(once, scoring, threshold / 2)
    found = found_in(sentences, score=score, threshold=(threshold, threshold / 2), all_pairs=True)
    assert list(found.join(sentences)) == [second[sentence] for sentence in once]
    assert {row.number for row in found} == {1, 2}


def test_a_frozen_second_pass_of_gensim_is_no_oracle():
    """It splits a phrase at its delimiter and scores it again (its issues 3326 and 3380)."""
    text = [["new", "york", "times"]] * 10 + [["new", "day"]] * 30 + [["york", "day"]] * 5
    first = model_of(text, "npmi", 0.1)
    once = [first[sentence] for sentence in text]
    second = model_of(once, "npmi", 0.1)
    found = found_in(text, score="npmi", threshold=(0.1, 0.1))
    joined = next(iter(found.join([["new", "york", "times"]])))
    assert joined == second[once[0]] == ["new_york_times"]
    assert second.freeze()[once[0]] != joined
