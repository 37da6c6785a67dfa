"""Answers to the queries of ``w2v neighbors``: batches of texts in, lines of output out."""

from ..embeddings.queries import (
    QueryError,
    UnknownWordError,
    no_direction,
    odd_one_out,
    query_vectors,
)
from ..embeddings.spelling import Speller
from .printing import NEIGHBORS, ODD_ONE_OUT, SIMILARITY
from .warnings import warn

LEAST_FOR_ODD = 3


class Asker:
    """Finds what is asked for; warns of what has no answer.

    Attributes
    ----------
    all_answered : bool   whether every query so far has an answer
    """

    def __init__(self, finder):
        self.embeddings = finder.embeddings
        self.all_answered = True
        self._finder = finder
        self._speller = Speller(self.embeddings.words, self.embeddings.index)
        self._mentioned = set()

    def queries(self, texts):
        """The queries that can be answered, and their vectors."""
        found = [query for text in texts if (query := self._try(self._finder.query, text))]
        vectors, has_direction = query_vectors(self.embeddings, found)
        for query, has in zip(found, has_direction, strict=True):
            if not has:
                self._warn(no_direction(query))
        return [query for query, has in zip(found, has_direction, strict=True) if has], vectors[
            has_direction
        ]

    def sets(self, texts):
        """(queries, vectors) of each set of texts that can be answered: a line, or a list."""
        for text in texts:
            found = self._try(self._set, text)
            if not found:
                continue
            vectors, has_direction = query_vectors(self.embeddings, found)
            if has_direction.all():
                yield found, vectors
            else:
                self._warn(no_direction(found[int(has_direction.argmin())]))

    def refuse(self, message):
        """Warn that a query has no answer."""
        self._warn(QueryError(message))

    def _set(self, text):
        if isinstance(text, str):
            return self._finder.words(text)
        return [self._finder.query(part) for part in text]

    def _try(self, function, text):
        try:
            found = function(text)
        except QueryError as error:
            self._warn(error)
            return None
        for query in found if isinstance(found, list) else [found]:
            for asked, used in query.replaced:
                if asked not in self._mentioned:
                    self._mentioned.add(asked)
                    warn(f"unknown word {asked!r}: {used!r} is taken for it")
        return found

    def _warn(self, error):
        self.all_answered = False
        words = error.words if isinstance(error, UnknownWordError) else []
        hint = self._speller.hint(words)
        warn(f"{error}; {hint}" if hint else str(error))


class Neighbors:
    """The nearest words to each query.

    Parameters
    ----------
    asker : Asker
    nearest : callable   of (vectors, topn, rows left out for each): ids and cosines
    topn : int           may be changed between batches
    """

    def __init__(self, asker, nearest, topn):
        self.asker = asker
        self.topn = topn
        self._nearest = nearest

    def answers(self, texts):
        """(kind, query, [(word, score), ...]) of each query that has an answer."""
        words = self.asker.embeddings.words
        queries, vectors = self.asker.queries(texts)
        ids, scores = self._nearest(vectors, self.topn, [query.rows for query in queries])
        for query, rows, cosines in zip(queries, ids.tolist(), scores.tolist(), strict=True):
            found = zip(rows, cosines, strict=True)
            yield NEIGHBORS, query.text, [(words[row], score) for row, score in found if row >= 0]


class Similarity:
    """The cosine of two words."""

    def __init__(self, asker):
        self.asker = asker

    def answers(self, texts):
        """(kind, [word, word], [(word, cosine)]) of each pair that has an answer."""
        for queries, vectors in self.asker.sets(texts):
            asked = [query.text for query in queries]
            if len(asked) == 2:
                yield SIMILARITY, asked, [(asked[1], float(vectors[0] @ vectors[1]))]
            else:
                self.asker.refuse(f"a similarity is that of two words, not {len(asked)}: {asked}")


class OddOneOut:
    """The word of a set that fits the others least."""

    def __init__(self, asker):
        self.asker = asker

    def answers(self, texts):
        """(kind, words, [(word, score), ...]) of each set, the least fitting word first."""
        for queries, vectors in self.asker.sets(texts):
            asked = [query.text for query in queries]
            if len(asked) < LEAST_FOR_ODD:
                self.asker.refuse(
                    f"an odd one out is one of {LEAST_FOR_ODD} or more, not of {asked}"
                )
                continue
            scored = zip(asked, odd_one_out(vectors).tolist(), strict=True)
            yield ODD_ONE_OUT, asked, sorted(scored, key=lambda pair: pair[1])
