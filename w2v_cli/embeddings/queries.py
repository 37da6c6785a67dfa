"""Queries: words, and expressions such as ``king - man + 2*woman``, found among embeddings.

The grammar of an expression::

    expression = term { [operator] term }      operator = "+" | "-", alone between white space
    term       = [number "*"] word             no operator means +
    word       = characters without white space | '"' any characters '"' | "'" any characters "'"

A quote counts only at the start of a word, and if the same quote ends it before white space: in
``don't`` it is a letter. A backslash before a character, in quotes or not, makes it a letter.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite

import numpy as np

from .lookup import spelled_or_folded
from .suggestions import Speller
from .table import QueryError, UnknownWordError, as_cosines, lengths, quote, unit_rows

NO_DIRECTION = 1e-9
"""A sum of unit vectors that is shorter than this times its weights is rounding errors."""
LEAST_FOR_ODD = 3
EXCERPT = 30
PHRASE_SIGN = "_"
"""What stands between the words of a phrase."""

_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"[+-](?=\s|$)")
_WEIGHT = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*\*\s*")
_AS_IT_STANDS = re.compile(r"\S+")
_PLAIN = re.compile(r"(?:\\.|\S)+", re.DOTALL)
_QUOTED = {quote: re.compile(rf"{quote}((?:\\.|[^{quote}\\])*){quote}(?=\s|$)", re.DOTALL)
           for quote in "\"'"}  # fmt: skip
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Query:
    """What was asked, as rows of embeddings.

    Attributes
    ----------
    text : str                  as it was asked
    weights : list of float     of each word; the largest of them is 1 or -1
    rows : list of int          of each word; -1 if its vector is made of its subwords
    made : list of ndarray of float32, shape (dim,)   those vectors
    made_of : list of MadeOf    likewise: of how many n-grams
    replaced : list of (str, str)   words that are not there, and those asked for in their place
    summed : tuple of str   the words of a text that names several without an operator; they are
                            added up
    """

    text: str
    weights: list
    rows: list
    made: list
    made_of: list
    replaced: list
    summed: tuple = ()

    @property
    def is_word(self):
        """Whether it is a single word, and nothing is done to it."""
        return self.weights == [1]

    @property
    def row(self):
        """The row of a single word; None of others, and of a word that has none."""
        return self.rows[0] if self.is_word and self.rows[0] >= 0 else None


class WordFinder:
    """Finds the rows of words and queries.

    Parameters
    ----------
    embeddings : Embeddings
    ignore_case : bool   of a word that is not there, take the first that differs in case only
    """

    def __init__(self, embeddings, ignore_case=False):
        self.embeddings = embeddings
        self._ignore_case = ignore_case

    def __contains__(self, word):
        return word in self.embeddings.index

    # Made when first asked for: the index of a file that is mapped takes time.
    @cached_property
    def _lookup(self):
        return spelled_or_folded(self.embeddings, self._ignore_case)

    @cached_property
    def _speller(self):
        return Speller(self.embeddings.words, self.embeddings.index)

    def row(self, word):
        """Row of a word, or of several that are one with ``_`` between; None if it is not there."""
        row = self._lookup.row(word)
        if row is None and len(words := word.split()) > 1:
            return self._lookup.row(PHRASE_SIGN.join(words))
        return row

    def vector(self, word):
        """The vector of a word as it is spelled, of its subwords if it has none: float32, (dim,).

        Raises
        ------
        UnknownWordError   if it has none; the message suggests others
        """
        row = self.embeddings.index.get(word)
        return self._made([word], word)[0][0] if row is None else self.embeddings.vectors[row]

    def query(self, text):
        """The query that a text asks: the text as a word or phrase, or else as an expression.

        Raises
        ------
        UnknownWordError   if a word has no vector
        QueryError         if the text is no expression; the message tells where
        """
        text = text.strip()
        if self.row(text) is not None:
            return self.combine(text, [(1.0, text)])
        terms = parse_expression(text, self.__contains__)
        query = self.combine(text, terms)
        if len(terms) == 1 or _OPERATOR.search(text) or any(weight != 1 for weight, _ in terms):
            return query
        return replace(query, summed=tuple(word for _, word in terms))

    def words(self, line):
        """The queries in a line: cells between tabs if there are any, else words.

        Raises
        ------
        UnknownWordError   if a word has no vector
        QueryError         if the line is no list of words
        """
        if "\t" in line:
            return [self.query(cell) for cell in line.split("\t")]
        words = [] if not line.strip() else parse_expression(line, self.__contains__)
        if _OPERATOR.search(line) or any(weight != 1 for weight, _ in words):
            raise QueryError(f"expected words without operators, not {quote(line)}")
        return [self.combine(word, [(1.0, word)]) for _, word in words]

    def combine(self, text, terms):
        """The query of a weighted sum of words: ``terms`` are (weight, word), at least one.

        Raises
        ------
        UnknownWordError   if a word has no vector; ``text`` is what the message says was asked
        """
        rows = [self.row(word) for _, word in terms]
        made, made_of = [], []
        if None in rows:
            others = [word for (_, word), row in zip(terms, rows, strict=True) if row is None]
            made, made_of = self._made(others, text)
            rows = [-1 if row is None else row for row in rows]
        largest = max(abs(weight) for weight, _ in terms) or 1.0
        weights = [weight / largest for weight, _ in terms]
        pairs = (
            (word, self.embeddings.words[row])
            for (_, word), row in zip(terms, rows, strict=True)
            if row >= 0
        )
        replaced = [pair for pair in pairs if pair[0] != pair[1]]
        return Query(text, weights, rows, made, made_of, replaced)

    def _made(self, words, text):
        """Vectors of words that are not there, if the file has n-grams, and what they are made of.

        Returns
        -------
        vectors : list of ndarray of float32, shape (dim,)
        made_of : list of MadeOf
        """
        subwords, unknown = self.embeddings.subwords, words
        if subwords:
            made = subwords.compose(words)
            unknown = [
                word for word, is_made in zip(words, made.is_made, strict=True) if not is_made
            ]
        if unknown:
            raise UnknownWordError(unknown, text, self._speller.hint(unknown))
        return list(made.vectors), made.made_of(words)

    def directions(self, queries):
        """The unit vectors of queries: ndarray of float64, shape (n_queries, dim).

        Raises
        ------
        QueryError   if one has none: its words cancel out
        """
        vectors, has_direction = query_vectors(self.embeddings, queries)
        if not has_direction.all():
            raise no_direction(queries[int(has_direction.argmin())])
        return vectors

    def odd_one_out(self, words, queries):
        """How well each of some words fits the others: see `odd_one_out`.

        Parameters
        ----------
        words : list of str       for messages
        queries : list of Query   of those words

        Raises
        ------
        QueryError   if they are fewer than LEAST_FOR_ODD, or one has no direction
        """
        if len(words) < LEAST_FOR_ODD:
            raise QueryError(f"an odd one out is one of {LEAST_FOR_ODD} or more, not of {words}")
        return odd_one_out(self.directions(queries))


def query_vectors(embeddings, queries):
    """The vector of each query: the weighted sum of the unit vectors of its words.

    Parameters
    ----------
    embeddings : Embeddings
    queries : list of Query

    Returns
    -------
    vectors : ndarray of float64, shape (n_queries, dim)   of length 1; 0 if there is no direction
    has_direction : ndarray of bool, shape (n_queries,)    False if the words cancel out, or all
                                                           have zero vectors
    """
    if not queries:
        return np.empty((0, embeddings.dim)), np.empty(0, dtype=bool)
    weights = np.array([weight for query in queries for weight in query.weights])
    rows = np.array([row for query in queries for row in query.rows], dtype=np.int64)
    starts = np.cumsum([0, *(len(query.rows) for query in queries[:-1])])
    terms = np.empty((len(rows), embeddings.dim))
    terms[rows >= 0] = embeddings.unit(rows[rows >= 0])
    if made := [vector for query in queries for vector in query.made]:
        terms[rows < 0] = unit_rows(made)
    terms *= weights[:, np.newaxis]
    vectors = np.add.reduceat(terms, starts, axis=0)
    norms = lengths(vectors)
    has_direction = norms > NO_DIRECTION * np.add.reduceat(np.abs(weights), starts)
    vectors[~has_direction] = 0
    return vectors / np.where(has_direction, norms, 1)[:, np.newaxis], has_direction


def no_direction(query):
    """The error of a query that ``query_vectors`` finds no direction for."""
    why = "its vector is zero" if len(query.rows) == 1 else "its words cancel out"
    return QueryError(f"{quote(query.text)} points nowhere: {why}")


def odd_one_out(vectors):
    """How well each of some words fits the others; the one with the lowest score fits worst.

    The score is the cosine with the mean of all the unit vectors, as in gensim's ``doesnt_match``.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, dim)   of length 1

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    mean = vectors.mean(axis=0)
    length = lengths(mean[np.newaxis])[0]
    return as_cosines(vectors @ (mean / length if length > NO_DIRECTION else np.zeros_like(mean)))


def parse_expression(text, is_word=lambda word: False):
    """Split an expression into weighted words.

    Parameters
    ----------
    text : str
    is_word : callable   whether characters with a backslash, or a quote that nothing closes, are
                         a word as they stand

    Returns
    -------
    list of (float, str)   Example: ``king - 2*man + 'new york'`` -> [(1, king), (-2, man),
                           (1, new york)]

    Raises
    ------
    QueryError   if an operator or a weight has no word after it, a quote is not closed, a weight
                 is not finite, or there is no word at all; the message tells where
    """
    terms = []
    sign = operator = None
    position = _SPACE.match(text).end()
    while position < len(text):
        found = _OPERATOR.match(text, position)
        if found and operator is not None:
            break
        if found:
            operator, sign, position = position, -1.0 if found[0] == "-" else 1.0, found.end()
        else:
            weight, word, position = _term(text, position, is_word)
            terms.append(((sign or 1.0) * weight, word))
            sign = operator = None
        position = _SPACE.match(text, position).end()
    if operator is not None:
        fault = "no word after the operator"
        raise _error(fault, text, operator, "write an expression as one query: 'king - man'")
    if not terms:
        raise QueryError("no word in an empty query; give a word")
    return terms


def escape(word):
    """A word as it can stand in an expression, without quotes: spaces get a backslash."""
    word = re.sub(r"([\s\\])", r"\\\1", word)
    needs_one = word[:1] in ("'", '"') or _OPERATOR.fullmatch(word) or _WEIGHT.match(word)
    return "\\" + word if needs_one else word


def unescape(word):
    """A word without the backslashes of `escape`."""
    return _ESCAPED.sub(r"\1", word)


def _term(text, position, is_word):
    """(weight, word, position after it) of the term at a position."""
    weight = 1.0
    found = _WEIGHT.match(text, position)
    if found:
        weight = float(found[1])
        if not isfinite(weight):
            raise _error(f"the weight {found[1][:EXCERPT]} is too large", text, position)
        start, position = position, found.end()
        if position == len(text) or _OPERATOR.match(text, position):
            raise _error("no word after the weight", text, start)
    as_it_stands = _AS_IT_STANDS.match(text, position)
    quoted = _QUOTED[text[position]].match(text, position) if text[position] in _QUOTED else None
    if quoted:
        return weight, unescape(quoted[1]), quoted.end()
    if text[position] in _QUOTED and not is_word(as_it_stands[0]):
        hint = "a backslash before it makes it a letter"
        raise _error("a quote that is not closed", text, position, hint)
    if is_word(as_it_stands[0]):
        return weight, as_it_stands[0], as_it_stands.end()
    plain = _PLAIN.match(text, position)
    return weight, unescape(plain[0]), plain.end()


def _error(fault, text, position, hint=None):
    start, stop = max(0, position - EXCERPT), position + EXCERPT
    excerpt = "..." * (start > 0) + text[start:stop] + "..." * (stop < len(text))
    message = f"{fault} at character {position + 1} of {excerpt!r}"
    return QueryError(f"{message}; {hint}" if hint else message)
