"""Words and expressions: the grammar, the vectors they stand for, gensim's answers."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.embeddings.queries import (
    WordFinder,
    escape,
    no_direction,
    odd_one_out,
    parse_expression,
    query_vectors,
    unescape,
)
from w2v_cli.embeddings.restriction import restrict_answers
from w2v_cli.embeddings.table import Embeddings, QueryError, UnknownWordError

WORDS = ["king", "queen", "man", "woman", "new", "york", "new york", "well-known", "-", "2*x", "'s"]


@pytest.fixture(scope="module")
def small():
    vectors = np.random.default_rng(1).standard_normal((len(WORDS), 5)).astype(np.float32)
    return Embeddings(WORDS, vectors)


@pytest.fixture(scope="module")
def random():
    vectors = np.random.default_rng(3).standard_normal((1000, 40)).astype(np.float32)
    return Embeddings([f"w{row}" for row in range(1000)], vectors)


@pytest.fixture(scope="module")
def keyed(random):
    keyed = KeyedVectors(random.dim)
    keyed.add_vectors(random.words, random.vectors)
    return keyed


def rows_of(embeddings, text, **options):
    return WordFinder(embeddings, **options).query(text).rows


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("king", [(1, "king")]),
        ("king - man + woman", [(1, "king"), (-1, "man"), (1, "woman")]),
        ("  king   -  man ", [(1, "king"), (-1, "man")]),
        ("- man + king", [(-1, "man"), (1, "king")]),
        ("+ king", [(1, "king")]),
        ("king queen man", [(1, "king"), (1, "queen"), (1, "man")]),
        ("king - man woman", [(1, "king"), (-1, "man"), (1, "woman")]),
        ("well-known -x +y", [(1, "well-known"), (1, "-x"), (1, "+y")]),
        ("2*king - 0.5*man", [(2, "king"), (-0.5, "man")]),
        ("2 * king - .5* man", [(2, "king"), (-0.5, "man")]),
        ("king -2*man - -1e1*x", [(1, "king"), (-2, "man"), (10, "x")]),
        ("1984 - 2*1984", [(1, "1984"), (-2, "1984")]),
        ("'new york' - \"los angeles\"", [(1, "new york"), (-1, "los angeles")]),
        ("3*'new york'", [(3, "new york")]),
        (r"'it\'s' + \'s + new\ york", [(1, "it's"), (1, "'s"), (1, "new york")]),
        ("don't - won't", [(1, "don't"), (-1, "won't")]),
        ("'-' - \\+ + '2*x'", [(1, "-"), (-1, "+"), (1, "2*x")]),
        (r"a\\b", [(1, "a\\b")]),
        ("a\\", [(1, "a\\")]),
        ("\u2003king\u00a0- man", [(1, "king"), (-1, "man")]),
    ],
)
def test_expressions(text, terms):
    assert parse_expression(text) == terms


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("king -", "no word after the operator at character 6 of 'king -'"),
        ("king - - man", "no word after the operator at character 6"),
        ("+", "no word after the operator at character 1"),
        ("king + - man", "no word after the operator at character 6"),
        ("king - +", "no word after the operator at character 6"),
        ("king + 2*", "no word after the weight at character 8"),
        ("2* - king", "no word after the weight at character 1"),
        ("king - 'new york", "a quote that is not closed at character 8"),
        ('"new york"- x', "a quote that is not closed at character 1"),
        ("1e999*king", "the weight 1e999 is too large at character 1"),
        ("", "no word in an empty query"),
        ("x" * 500 + " -", r"at character 502 of '\.\.\.x+ -'"),
    ],
)
def test_an_error_tells_where(text, message):
    with pytest.raises(QueryError, match=message) as error:
        parse_expression(text)
    assert len(str(error.value)) < 200


@given(st.text(min_size=1, max_size=12).filter(lambda word: not word.isspace()))
def test_any_word_can_be_named(word):
    assert unescape(escape(word)) == word
    assert parse_expression(f"x - {escape(word)} + y")[1] == (-1, word)
    quoted = word.replace("\\", "\\\\").replace('"', '\\"')
    assert parse_expression(f'x - 2*"{quoted}" + y')[1] == (-2, word)


@given(st.text(alphabet="ab+-*2. '\"\\", max_size=20))
def test_any_text_is_an_expression_or_a_query_error(text):
    try:
        terms = parse_expression(text)
    except QueryError:
        return
    assert terms


def test_a_query_is_the_weighted_sum_of_unit_vectors(small):
    query = WordFinder(small).query("king - 2*man + 0.5*woman")
    assert query.rows == [0, 2, 3]
    [vector], [has_direction] = query_vectors(small, [query])
    unit = small.unit(slice(None))
    expected = unit[0] - 2 * unit[2] + 0.5 * unit[3]
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), rtol=1e-12)
    assert has_direction


def test_vectors_do_not_depend_on_the_queries_beside_them(small):
    finder = WordFinder(small)
    queries = [finder.query(text) for text in ("king - man + woman", "york", "new york - 3*york")]
    together, _ = query_vectors(small, queries)
    for query, vector in zip(queries, together, strict=True):
        assert np.array_equal(query_vectors(small, [query])[0][0], vector)
    assert query_vectors(small, [])[0].shape == (0, 5)


@pytest.mark.parametrize(
    "text", ["king - king", "0*king", "0.1*king + 0.2*king - 0.3*king", "1e300*man - 1e300*man"]
)
def test_words_that_cancel_out_point_nowhere(small, text):
    query = WordFinder(small).query(text)
    vectors, has_direction = query_vectors(small, [query])
    assert not has_direction.any()
    assert not vectors.any()
    assert "points nowhere" in str(no_direction(query))


def test_a_zero_vector_points_nowhere():
    embeddings = Embeddings(["a", "b"], np.array([[0, 0], [1, 0]], dtype=np.float32))
    query = WordFinder(embeddings).query("a")
    assert not query_vectors(embeddings, [query])[1].any()
    assert "its vector is zero" in str(no_direction(query))


def test_the_whole_query_is_tried_as_a_word_first(small):
    assert rows_of(small, "new york") == [6]
    assert rows_of(small, "york new") == [5, 4]
    assert rows_of(small, " - ") == [8]
    assert rows_of(small, "well-known") == [7]
    assert rows_of(small, "2*x") == [9]
    assert rows_of(small, "'s - king") == [10, 0]
    assert rows_of(small, "'2*x' - 'new york'") == [9, 6]


def test_unknown_words_of_a_query_are_all_named(small):
    message = r"unknown words 'x', 'y' in 'x - man \+ y'"
    with pytest.raises(UnknownWordError, match=message) as error:
        rows_of(small, "x - man + y")
    assert error.value.words == ["x", "y"]


def test_a_long_unknown_word_is_shortened_in_the_message(small):
    with pytest.raises(UnknownWordError) as error:
        rows_of(small, "x" * 10**6)
    assert len(str(error.value)) < 200


def test_another_case_is_taken_only_if_asked_for_and_told():
    embeddings = Embeddings(["Straße", "king", "KING", "a b"], np.eye(4, dtype=np.float32))
    with pytest.raises(UnknownWordError):
        rows_of(embeddings, "King")
    finder = WordFinder(embeddings, ignore_case=True)
    query = finder.query("King - STRASSE + KING")
    assert query.rows == [1, 0, 2]
    assert query.replaced == [("King", "king"), ("STRASSE", "Straße")]
    assert finder.query("A B").rows == [3]
    with pytest.raises(UnknownWordError):
        finder.query("queen")


def test_lists_of_words(small):
    finder = WordFinder(small)
    assert [query.rows for query in finder.words("king 'new york' man")] == [[0], [6], [2]]
    assert [query.rows for query in finder.words("new york\tking - man")] == [[6], [0, 2]]
    with pytest.raises(QueryError, match="without operators"):
        finder.words("king - man")
    with pytest.raises(QueryError, match="without operators"):
        finder.words("king 2*man")


@pytest.mark.parametrize("restrict", [None, 400])
def test_neighbors_and_expressions_equal_those_of_gensim(random, keyed, restrict):
    cases = [
        ("w1", ["w1"], []),
        ("w5 - w9 + w600", ["w5", "w600"], ["w9"]),
        ("- w3", [], ["w3"]),
        ("2*w5 - 0.5*w9", [("w5", 2.0)], [("w9", -0.5)]),
    ]
    for text, positive, negative in cases:
        query = WordFinder(random).query(text)
        vectors, _ = query_vectors(random, [query])
        restriction = restrict_answers(random, restrict)
        ids, cosines = random.nearest(vectors, 10, [query.rows], restriction)
        expected = keyed.most_similar(positive, negative, topn=10, restrict_vocab=restrict)
        assert [random.words[row] for row in ids[0]] == [word for word, _ in expected]
        np.testing.assert_allclose(cosines[0], [score for _, score in expected], atol=1e-6)


def test_the_odd_one_out_is_that_of_gensim(random, keyed):
    finder = WordFinder(random)
    rng = np.random.default_rng(8)
    for size in [3, 4, 5, 8, 13] * 8:
        words = [f"w{row}" for row in rng.choice(1000, size, replace=False)]
        vectors, _ = query_vectors(random, [finder.query(word) for word in words])
        scores = odd_one_out(vectors)
        assert words[int(scores.argmin())] == keyed.doesnt_match(words)
        expected = {word: score for score, word in keyed.rank_by_centrality(words)}
        np.testing.assert_allclose(scores, [expected[word] for word in words], atol=1e-6)
