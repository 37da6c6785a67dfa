"""Which words come on a map."""

import numpy as np
import pytest

from w2v_cli.embeddings.lookup import spelled_or_folded
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError
from w2v_cli.evaluation.questions import Section
from w2v_cli.maps.wordmap import Choice, lay_out, related_pairs, section_pairs

WORDS = ["the", "Paris", "paris", "france", "rome", "Italy", "new york"]


@pytest.fixture
def embeddings():
    vectors = np.random.default_rng(0).standard_normal((len(WORDS), 6)).astype(np.float32)
    return Embeddings(WORDS, vectors)


def test_words_are_there_once_in_the_order_of_asking(embeddings):
    choice = Choice(embeddings)
    choice.add_words(["rome", "zzz", "new york", "rome", "PARIS"])
    choice.add_top(2)
    assert [WORDS[row] for row in choice.rows] == ["rome", "new york", "the", "Paris"]
    assert choice.unknown == ["zzz", "PARIS"]


def test_more_words_than_there_are(embeddings):
    choice = Choice(embeddings)
    choice.add_top(10**12)
    assert choice.rows == list(range(len(WORDS)))


def test_pairs_are_found_whatever_their_case_but_exactly_first(embeddings):
    choice = Choice(embeddings)
    absent = choice.add_pairs([("paris", "France"), ("ROME", "italy"), ("Oslo", "Norway")])
    assert [(WORDS[a], WORDS[b]) for a, b in choice.pairs] == [
        ("paris", "france"),
        ("rome", "Italy"),
    ]
    assert absent == ["Oslo", "Norway"]
    assert choice.unknown == []


def test_the_first_of_words_that_differ_in_case_stands_for_one_that_is_not_there(embeddings):
    lookup = spelled_or_folded(embeddings)
    assert [lookup.row(word) for word in ("PARIS", "paris", "x")] == [1, 2, None]


def test_a_pair_of_a_word_with_itself_has_no_arrow(embeddings):
    choice = Choice(embeddings)
    choice.add_pairs([("rome", "Rome")])
    assert (choice.rows, choice.pairs) == ([4], [])


def test_neighbors_are_those_of_the_search(embeddings):
    choice = Choice(embeddings)
    choice.add_words(["rome", "the"])
    choice.add_neighbors(2)
    ids, _ = embeddings.nearest(embeddings.unit(np.array([4, 0])), 2, [[4], [0]])
    assert choice.neighbors == set(ids.ravel().tolist()) - {4, 0}
    assert choice.rows[:2] == [4, 0]
    wordmap = lay_out(embeddings, choice)
    assert wordmap.is_neighbor == [False, False] + [True] * (len(choice.rows) - 2)


def test_one_known_word_is_no_map(embeddings):
    choice = Choice(embeddings)
    with pytest.raises(InputError, match="none of them is"):
        lay_out(embeddings, choice)
    choice.add_words(["rome"])
    with pytest.raises(InputError, match="only 'rome' is in the vectors"):
        lay_out(embeddings, choice)


def test_pairs_of_a_section_are_there_once():
    section = Section("capitals", "semantic", [("a", "b", "c", "d"), ("c", "d", "a", "b")])
    assert related_pairs(section) == [("a", "b"), ("c", "d")]
    assert section_pairs([section], "capitals", "q.txt") == [("a", "b"), ("c", "d")]
    with pytest.raises(InputError, match=r"q\.txt: has no section 'x'; there are capitals"):
        section_pairs([section], "x", "q.txt")
