"""Several spaces as one: rows, marks, counts, n-grams."""

import numpy as np
import pytest

from w2v_cli import ConfigError, InputError, Vectors
from w2v_cli.embeddings.joined import join_spaces
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.queries import WordFinder
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.embeddings.table import Embeddings, UnknownWordError


def spaces(sizes=(4, 2, 3), counts=True, dim=5):
    rng = np.random.default_rng(0)
    made = {}
    for name, size in zip(("en", "de", "fr"), sizes, strict=False):
        words = [f"{name}{row}" for row in range(size)]
        given = np.arange(size, 0, -1) if counts else None
        made[name] = Embeddings(words, rng.normal(size=(size, dim)).astype(np.float32), given)
    return made


def test_rows_go_by_rank_and_keep_vectors_and_counts():
    parts = spaces()
    joined = join_spaces(parts)
    assert joined.words == [
        "en:en0", "de:de0", "fr:fr0", "en:en1", "de:de1", "fr:fr1", "en:en2", "fr:fr2", "en:en3",
    ]  # fmt: skip
    for word, vector, count in zip(joined.words, joined.vectors, joined.counts, strict=True):
        name, own = word.split(":")
        row = parts[name].index[own]
        assert vector.tobytes() == parts[name].vectors[row].tobytes()
        assert count == parts[name].counts[row]
    assert join_spaces({"a": parts["en"], "b": spaces(counts=False)["de"]}).counts is None


def test_words_and_queries_may_hold_colons():
    words = ["http://x", "a:b", ":"]
    first = Embeddings(words, np.eye(3, dtype=np.float32))
    finder = WordFinder(join_spaces({"x": first, "y": first}))
    for word in words:
        assert finder.query(f"x:{word}").text == f"x:{word}"
    query = finder.query("x:http://x - y:a:b + 2*x::")
    assert [finder.embeddings.words[row] for row in query.rows] == ["x:http://x", "y:a:b", "x::"]
    alone = WordFinder(first)
    assert [words[row] for row in alone.query("http://x - a:b").rows] == ["http://x", "a:b"]


def test_unknown_words_are_made_of_the_n_grams_of_their_space():
    rng = np.random.default_rng(1)
    subwords = Subwords(Ngrams(50, 2, 3), rng.normal(size=(50, 5)).astype(np.float32))
    parts = spaces()
    parts["de"] = Embeddings(parts["de"].words, parts["de"].vectors, subwords=subwords)
    joined = join_spaces(parts)
    np.testing.assert_array_equal(joined.vector("de:neues"), subwords.vector("neues"))
    made = joined.subwords.compose(["de:neues", "en:neues", "neues", "de:"])
    assert made.is_made.tolist() == [True, False, False, False]
    assert made.n_ngrams[0] == subwords.compose(["neues"]).n_ngrams[0]
    with pytest.raises(UnknownWordError):
        joined.vector("en:neues")
    assert not join_spaces(spaces()).subwords


def test_spaces_of_several_lengths_are_no_space():
    parts = spaces() | {"it": Embeddings(["uno"], np.ones((1, 3)))}
    with pytest.raises(InputError, match="these have: en 5, de 5, fr 5, it 3; train them with one"):
        join_spaces(parts)


def test_vectors_are_joined_in_python():
    parts = {name: Vectors(space) for name, space in spaces().items()}
    joined = Vectors.joined(parts)
    assert len(joined) == 9
    np.testing.assert_array_equal(joined["fr:fr1"], parts["fr"]["fr1"])
    assert joined.count("en:en0") == 4
    for wrong, message in (
        ({}, "joined needs a dict of names to vectors"),
        ([parts["en"]], "joined needs a dict of names to vectors"),
        ({"a:b": parts["en"]}, "a space needs a name without white space and ':', not 'a:b'"),
        ({"a b": parts["en"]}, "a space needs a name"),
        ({"": parts["en"]}, "a space needs a name"),
        ({"a": "en.w2v"}, "the space 'a' must be Vectors, not 'en.w2v'"),
    ):
        with pytest.raises(ConfigError, match=message):
            Vectors.joined(wrong)
