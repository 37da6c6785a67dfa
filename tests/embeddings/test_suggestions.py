"""Suggestions for words that are not there."""

import numpy as np
import pytest

from w2v_cli.embeddings import suggestions
from w2v_cli.embeddings.suggestions import Speller

WORDS = ["the", "king", "kings", "ring", "queen", "Paris", "straße", "москва", "beautiful", "kin"]


def speller(words=WORDS):
    return Speller(words, {word: row for row, word in enumerate(words)})


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("King", ["king", "ring"]),
        ("kng", ["king"]),
        ("kign", ["king", "kin"]),
        ("kinng", ["king"]),
        ("xing", ["king", "ring"]),
        ("paris", ["Paris"]),
        ("STRASSE", []),
        ("москав", ["москва"]),
        ("beutifull", ["beautiful"]),
        ("qwertz", []),
        ("", []),
        ("x", []),
        ("x" * 10_000, []),
    ],
)
def test_suggestions(word, expected):
    assert speller().suggest(word) == expected


def test_frequent_words_come_first_and_three_are_enough():
    words = ["bat", "cat", "rat", "hat"]
    assert speller(words).suggest("zat") == ["bat", "cat", "rat"]
    assert speller(words[::-1]).suggest("zat") == ["hat", "rat", "cat"]


def test_the_work_is_bounded(monkeypatch):
    compared = []

    def compare(word, words, *_):
        compared.append(len(words))
        return []

    monkeypatch.setattr(suggestions, "get_close_matches", compare)
    rng = np.random.default_rng(0)
    words = ["".join(letters) for letters in rng.choice(list("abcdef"), (50_000, 9))]
    known = speller(words)
    asked = [known.suggest(f"a{number:08d}") for number in range(1000)]
    assert not any(asked)
    assert len(compared) == suggestions.COMPARED_MOST
    assert max(compared) <= suggestions.COMPARED_WORDS
    assert known.suggest(words[0][1:]) == []
    assert speller(words).suggest(words[0][1:])[0] in words
