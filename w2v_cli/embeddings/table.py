"""Words and their vectors, read-only: look-up and neighbors."""

from functools import cached_property

import numpy as np

from ..errors import InputError
from ..machine.limits import require_memory
from .blocks import row_blocks
from .narrow import NarrowRows
from .restriction import Restriction
from .search import pad, pair_products, top_rows
from .words import row_index

FEW_QUERIES = 2
SHOWN_LENGTH = 60
MANY = 10
"""Unknown words of a query that are named."""
COSINE_TOLERANCE = 4 * float(np.finfo(np.float32).eps)
"""Times dim: twice the largest error of a cosine in float32."""
SAFE_NORMS = (1e-30, 1e30)
"""Between these, products of rows with unit vectors neither overflow nor lose digits."""


class QueryError(InputError):
    """A query that has no answer; the next one may have."""


class UnknownWordError(QueryError, KeyError):
    """A query names words that have no vector.

    Attributes
    ----------
    words : list of str   those words, in the order of the query
    """

    def __init__(self, words: list[str], query: str, hint: str = "") -> None:
        self.words = words
        names = ", ".join(map(quote, words[:MANY])) + ", ..." * (len(words) > MANY)
        of_query = "" if query in words else f" in {quote(query)}"
        message = f"unknown word{'s' if len(words) > 1 else ''} {names}{of_query}"
        super().__init__(f"{message}; {hint}" if hint else message)

    def __str__(self) -> str:
        # That of a KeyError would put quotes around it.
        return self.args[0]

    def __reduce__(self):
        return _unknown_word_error, (self.words, self.message)


def _unknown_word_error(words, message):
    """The error as another process raised it."""
    error = UnknownWordError(words, "")
    error.message = message
    return error


class Embeddings:
    """Words with a vector each, most frequent first; nothing in it is ever changed.

    Parameters
    ----------
    words : list of str, or MappedWords, length n_words
    vectors : ndarray of float32, shape (n_words, dim), or NarrowRows   may be a view into a wider
                                                   matrix
    counts : ndarray of int64, shape (n_words,), or None   how often each word was seen
    norms : ndarray of float64, shape (n_words,), or None   lengths of the vectors, where known
    subwords : Subwords or None   makes vectors for words that have none
    context : rows of float32, shape (n_words, dim), or None   the output matrix of training, where
                                                   its rows belong to words
    nodes : rows of float32, shape (n_words - 1, dim), or None   the output matrix of hierarchical
                                                   softmax: inner nodes of the tree of these words
                                                   and counts, as `methods.huffman` numbers them
    language_model : LanguageModel or None         of these words, and of others behind them where
                                                   not all were read

    Attributes
    ----------
    index : Mapping of str to int   row of each word; the first row of a word that is there twice
    norms : ndarray of float64, shape (n_words,)
    rows : ndarray or NarrowRows   the vectors as they are kept: a few of them, or a block, are
                                   float32 when they are asked for
    """

    def __init__(
        self,
        words,
        vectors,
        counts=None,
        norms=None,
        subwords=None,
        context=None,
        nodes=None,
        language_model=None,
    ):
        if not isinstance(vectors, NarrowRows):
            vectors = np.asarray(vectors, dtype=np.float32).view()
            vectors.flags.writeable = False
        if len(vectors.shape) != 2 or len(words) != len(vectors):
            raise ValueError(f"{len(words)} words need a matrix of as many rows")
        self.words = words
        self.rows = vectors
        self.counts = counts
        self._norms = norms
        self.subwords = subwords
        self.context = context
        self.nodes = nodes
        self.language_model = language_model

    def with_counts(self, counts):
        """The same with counts: ndarray of int64, shape (n_words,); a tree is of other counts."""
        return Embeddings(self.words, self.rows, counts, self._norms, self.subwords, self.context)

    def without_subwords(self):
        """The same, in which a word that has no vector is unknown."""
        return Embeddings(
            self.words,
            self.rows,
            self.counts,
            self._norms,
            None,
            self.context,
            self.nodes,
            self.language_model,
        )

    def __len__(self):
        return len(self.words)

    def __contains__(self, word):
        return word in self.index

    @property
    def dim(self):
        """Length of every vector."""
        return self.rows.shape[1]

    @cached_property
    def vectors(self):
        """All vectors: ndarray of float32, shape (n_words, dim), read-only.

        Those that are kept as smaller numbers are made float32 at once, and stay so; to look for
        words, or at some of them, that is not needed.

        Raises
        ------
        MemoryShortageError   if there is no room for that
        """
        if not isinstance(self.rows, NarrowRows):
            return self.rows
        require_memory(4 * len(self) * self.dim, f"{len(self):,} vectors of length {self.dim:,}")
        wide = np.empty(self.rows.shape, dtype=np.float32)
        for some in row_blocks(len(wide)):
            wide[some] = self.rows[some]
        wide.flags.writeable = False
        return wide

    @cached_property
    def index(self):
        return row_index(self.words)

    @cached_property
    def norms(self):
        if self._norms is not None:
            return self._norms
        norms = np.empty(len(self))
        for rows in row_blocks(len(norms)):
            norms[rows] = lengths(self.rows[rows])
        norms.flags.writeable = False
        return norms

    def unit(self, rows):
        """Some vectors at length 1; a zero vector stays zero.

        Parameters
        ----------
        rows : ndarray of int64, shape (n,), or slice

        Returns
        -------
        ndarray of float64, shape (n, dim)
        """
        return self.rows[rows] * _inverse(self.norms[rows])[:, np.newaxis]

    def cosines(self, queries, start, stop, out=None):
        """Approximate cosines of queries and rows start to stop - 1.

        Parameters
        ----------
        queries : ndarray of float32, shape (n_queries, dim)   of length 1, or 0
        start, stop : int
        out : ndarray of float32, shape (n_queries, stop - start), or None   where they may be put

        Returns
        -------
        ndarray of float32, shape (n_queries, stop - start)   half of COSINE_TOLERANCE times dim
                                                              off, at most
        """
        matrix, inverse_norms = self._search
        inverse_norms = inverse_norms[start:stop]
        if len(queries) <= FEW_QUERIES:
            # Bound by memory: threads of BLAS would mostly wait for one another.
            products = np.empty((len(queries), stop - start), dtype=np.float32)
            is_narrow = isinstance(matrix, NarrowRows)
            parts = matrix.parts(start, stop) if is_narrow else [(start, matrix[start:stop])]
            for first, rows in parts:
                for query, of_query in zip(queries, products[:, first - start :], strict=True):
                    np.einsum("ij,j->i", rows, query, out=of_query[: len(rows)])
        elif len(queries) > self.dim:
            # Scale what is smaller: the rows or the products.
            scaled = matrix[start:stop] * inverse_norms[:, np.newaxis]
            return np.matmul(queries, scaled.T, out=out)
        else:
            products = np.matmul(queries, matrix[start:stop].T, out=out)
        products *= inverse_norms
        return products

    def exact_cosines(self, queries, query_rows, rows):
        """Cosines of pairs of queries and rows, in float64 and a fixed order of additions.

        Parameters
        ----------
        queries : ndarray of float64, shape (n_queries, dim)   of length 1, or 0
        query_rows, rows : ndarray of int64, shape (n,)        pair i

        Returns
        -------
        ndarray of float64, shape (n,)   from -1 to 1
        """
        matrix, _ = self._search
        inverse = _inverse(self.norms[rows]) if matrix is self.rows else 1.0
        return as_cosines(pair_products(queries, query_rows, matrix, rows) * inverse)

    @cached_property
    def _search(self):
        """(matrix, 1 / length of its rows, float32): the vectors, if their lengths allow it."""
        norms = self.norms[self.norms > 0]
        low, high = SAFE_NORMS
        if len(norms) == 0 or (norms.min() > low and norms.max() < high):
            return self.rows, _inverse(self.norms).astype(np.float32)
        return self._unit_matrix(), np.ones(len(self), dtype=np.float32)

    def _unit_matrix(self):
        matrix = np.empty(self.rows.shape, dtype=np.float32)
        for rows in row_blocks(len(matrix)):
            matrix[rows] = self.unit(rows)
        return matrix

    def vector(self, word):
        """The vector of a word, from its subwords if it has none: float32, shape (dim,).

        Raises
        ------
        UnknownWordError   if the word has none
        """
        row = self.index.get(word)
        if row is not None:
            return self.rows[row : row + 1][0]
        made = self.subwords.vector(word) if self.subwords else None
        if made is None:
            raise UnknownWordError([word], word)
        return made

    def nearest(self, queries, k=10, exclude=None, restriction=None):
        """The rows nearest to each query vector, by cosine.

        Memory is bounded for any number of queries and rows. The answer to a query does not
        depend on the queries beside it.

        Parameters
        ----------
        queries : ndarray, shape (n_queries, dim)   of any length; a zero vector has cosine 0
        k : int                      rows wanted for each
        exclude : list of lists of int, or None   rows left out, for each query
        restriction : Restriction or None   rows that may be answers; None for all

        Returns
        -------
        ids : ndarray of int64, shape (n_queries, k)       fewer columns if fewer rows may be;
                                     nearest first, equal cosines in row order; -1 where no row
                                     is left
        cosines : ndarray of float64, same shape           -inf where no row is left
        """
        wide = unit_rows(np.reshape(queries, (-1, self.dim)))
        narrow = wide.astype(np.float32)
        exclude = pad([[]] * len(wide) if exclude is None else exclude)
        restriction = restriction or Restriction(len(self))
        n_rows = min(restriction.n_rows, len(self))
        barred = np.asarray(restriction.barred, dtype=np.int64)
        _ = self._search  # before several threads ask for it

        def block_scores(some, start, stop, out):
            scores = self.cosines(narrow[some], start, stop, out)
            first, last = barred.searchsorted((start, stop))
            if first < last:
                scores[:, barred[first:last] - start] = -np.inf
            return scores

        def exact_scores(some, rows):
            return self.exact_cosines(wide, some, rows)

        tolerance = COSINE_TOLERANCE * self.dim
        return top_rows(block_scores, exact_scores, exclude, n_rows, k, tolerance)


def quote(text):
    """Text in quotes for a message, shortened: a query may be a whole file by mistake."""
    return repr(text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "...")


def lengths(rows):
    """Euclidean lengths of rows, computed in float64: ndarray of float64, shape (n,)."""
    rows = np.asarray(rows, dtype=np.float64)
    return np.sqrt(np.einsum("ij,ij->i", rows, rows))


def unit_rows(rows):
    """Rows at length 1, zero rows as they are: ndarray of float64, shape (n, dim)."""
    rows = np.asarray(rows, dtype=np.float64)
    return rows * _inverse(lengths(rows))[:, np.newaxis]


def as_cosines(products):
    """Products of vectors of length 1 as cosines: rounding may have put them beyond -1 and 1."""
    return np.clip(products, -1.0, 1.0)


def _inverse(norms):
    """1 / norms; 0 for the length of a zero vector."""
    return np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
