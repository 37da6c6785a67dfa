"""Answers to the queries of ``w2v neighbors``: batches of texts in, lines of output out."""

from functools import partial

from ..embeddings.mutual import kept_answers
from ..embeddings.queries import QueryError, escape, no_direction, query_vectors
from ..embeddings.table import as_cosines
from .printing import NEIGHBORS, ODD_ONE_OUT, SIMILARITY, TRANSLATIONS
from .warnings import warn


class Asker:
    """Finds what is asked for; warns of what has no answer.

    Attributes
    ----------
    all_answered : bool   whether every query so far has an answer
    """

    def __init__(self, finder):
        self.embeddings = finder.embeddings
        self.all_answered = True
        self.finder = finder
        self._told = set()

    def queries(self, texts):
        """The queries that can be answered, and their vectors."""
        found = [query for text in texts if (query := self._try(self._query, text))]
        vectors, has_direction = query_vectors(self.embeddings, found)
        for query, has in zip(found, has_direction, strict=True):
            if not has:
                self._warn(no_direction(query))
        return [query for query, has in zip(found, has_direction, strict=True) if has], vectors[
            has_direction
        ]

    def sets(self, texts, score):
        """(words, scores, queries) of each set of texts that has an answer: a line, or a list.

        Parameters
        ----------
        texts : iterable of str, or of lists of str
        score : callable   of (words, their queries); QueryError if they have no answer
        """
        for text in texts:
            queries = self._try(self._set, text)
            if queries:
                words = [query.text for query in queries]
                scores = self._try(partial(score, words), queries)
                if scores is not None:
                    yield words, scores, queries

    def _set(self, text):
        is_line = isinstance(text, str)
        queries = self.finder.words(text) if is_line else list(map(self.finder.query, text))
        for query in queries:
            self._tell(query)
        return queries

    def _query(self, text):
        query = self.finder.query(text)
        self._tell(query)
        return query

    def _try(self, function, argument):
        """What a function finds; None, with a warning, if there is no answer."""
        try:
            return function(argument)
        except QueryError as error:
            self._warn(error)
            return None

    def _tell(self, query):
        self._tell_replaced(query)
        for made_of in query.made_of:
            if made_of.word not in self._told:
                self._told.add(made_of.word)
                warn(made_of.note())
        self._tell_summed(query)

    def _tell_replaced(self, query):
        for asked, used in query.replaced:
            if asked not in self._told:
                self._told.add(asked)
                warn(f"unknown word {asked!r}: {used!r} is taken for it")

    def _tell_summed(self, query):
        if not query.summed or query.text in self._told:
            return
        self._told.add(query.text)
        told = f"there is no word {query.text!r}: taken as {' + '.join(map(escape, query.summed))}"
        joined = "-".join(query.summed)
        warn(told + (f"; did you mean {joined!r}?" if joined in self.finder else ""))

    def refuse(self, error):
        """Say that a query has no answer, as a QueryError tells."""
        self._warn(error)

    def _warn(self, error):
        self.all_answered = False
        warn(error.message)


class Neighbors:
    """The nearest words to each query.

    Parameters
    ----------
    asker : Asker
    searcher : Searcher
    restriction : Restriction
    k : int              answers to each; may be changed between batches
    counts : ndarray of int, (n_words,), or None   to be told beside the words
    min_score : float    the lowest score of an answer
    mutual : Mutual or None   answers are neighbors from both sides
    """

    kind = NEIGHBORS

    def __init__(
        self, asker, searcher, restriction, k, counts=None, *, min_score=-1.0, mutual=None
    ):
        self.asker = asker
        self.k = k
        self.mutual = mutual
        self._min_score = min_score
        self._counts = counts
        self.has_counts = counts is not None
        self._searcher = searcher
        self._restriction = restriction

    def answers(self, texts):
        """(kind, query, [(word, score), ...], made) of each query that has an answer; with counts.

        ``made`` are the `MadeOf` of words that have no vector of their own.
        """
        for query, found in self.found(texts):
            yield NEIGHBORS, query.text, [self._told(*pair) for pair in found], query.made_of

    def found(self, texts):
        """(Query, [(row, score), ...]) of each query that has an answer."""
        queries, vectors = self.asker.queries(texts)
        own = [query.rows for query in queries]
        ids, scores = self._searcher.nearest(vectors, self.k, own, self._restriction)
        asked = [query.row for query in queries]
        found = kept_answers(ids, scores, asked, self._min_score, self.mutual, self.k)
        return zip(queries, found, strict=True)

    def _told(self, row, score):
        word = self.asker.embeddings.words[row]
        return (word, score) if self._counts is None else (word, score, int(self._counts[row]))


class Translations(Neighbors):
    """The words of another language nearest to each query.

    Parameters
    ----------
    asker : Asker              of the source
    target : Embeddings
    searcher : Searcher        of the target
    restriction : Restriction  of the target
    k : int                    answers to each
    """

    kind = TRANSLATIONS

    def __init__(self, asker, target, searcher, restriction, k):
        super().__init__(asker, searcher, restriction, k)
        self._words = target.words

    def answers(self, texts):
        """(kind, query, [(word, score), ...], made) of each query that has an answer."""
        queries, vectors = self.asker.queries(texts)
        ids, scores = self._searcher.nearest(vectors, self.k, None, self._restriction)
        for query, rows, found in zip(queries, ids.tolist(), scores.tolist(), strict=True):
            pairs = zip(rows, found, strict=True)
            told = [(self._words[row], score) for row, score in pairs if row >= 0]
            yield TRANSLATIONS, query.text, told, query.made_of


class Similarity:
    """The cosine of two words."""

    kind = SIMILARITY
    has_counts = False

    def __init__(self, asker):
        self.asker = asker

    def answers(self, texts):
        """(kind, [word, word], [(word, cosine)], made) of each pair that has an answer."""
        for asked, cosine, queries in self.asker.sets(texts, self._cosine):
            yield SIMILARITY, asked, [(asked[1], cosine)], _made_of(queries)

    def _cosine(self, asked, queries):
        if len(asked) != 2:
            raise QueryError(f"a similarity is that of two words, not {len(asked)}: {asked}")
        first, second = self.asker.finder.directions(queries)
        return float(as_cosines(first @ second))


class OddOneOut:
    """The word of a set that fits the others least."""

    kind = ODD_ONE_OUT
    has_counts = False

    def __init__(self, asker):
        self.asker = asker

    def answers(self, texts):
        """(kind, words, [(word, score), ...], made) of each set, the least fitting word first."""
        for asked, scores, queries in self.asker.sets(texts, self.asker.finder.odd_one_out):
            scored = zip(asked, scores.tolist(), strict=True)
            ordered = sorted(scored, key=lambda pair: pair[1])
            yield ODD_ONE_OUT, asked, ordered, _made_of(queries)


def _made_of(queries):
    """What words of some queries are made of: list of MadeOf."""
    return [made_of for query in queries for made_of in query.made_of]
