"""Documents as vectors, for scikit-learn: means of the vectors of their words, or weighted ones.

In the examples, ``vectors`` is ``train("data/sample.txt", epochs=3, threads=1)``.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from .api import load
from .config import TextConfig
from .corpus.texts import sentences_of
from .errors import ConfigError, InputError
from .files.paths import Path
from .library.checks import path_of, plain, whole_number
from .library.noticing import Place
from .machine.libraries import require
from .vectors import FloatArray, Vectors, is_of_gensim
from .wording.plaintext import is_missing, shown

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
else:
    _base = require("sklearn.base", "DocumentVectorizer")
    BaseEstimator, TransformerMixin = _base.BaseEstimator, _base.TransformerMixin
    ClassNamePrefixFeaturesOutMixin = _base.ClassNamePrefixFeaturesOutMixin

Document: TypeAlias = "str | Sequence[str]"

WEIGHTINGS = ("mean", "idf", "sif")
DOCUMENTS_AT_ONCE = 4096
SKLEARN = os.path.dirname(os.path.abspath(sys.modules["sklearn"].__file__ or "")) + os.sep
MOSTLY = 0.5
"""A share of words above which they are told: unknown ones, or such with white space in them."""


class _Block(NamedTuple):
    """Some documents as rows of vectors.

    Attributes
    ----------
    rows : ndarray of int64, shape (n_known,)          of their known words, one document by one
    lengths : ndarray of int64, shape (n_documents,)   how many each has
    unknown : list of str                              all their other words
    """

    rows: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    unknown: list[str]

    def __len__(self) -> int:
        return len(self.lengths)


class _Unknown:
    """Counts the documents that have no known word, and the words that are not known.

    Parameters
    ----------
    index : Mapping of str to int   the known words
    """

    def __init__(self, index: Mapping[str, int]) -> None:
        self._index = index
        self._n_documents = self._n_empty = self._n_known = 0
        self._words: Counter[str] = Counter()

    def add(self, block: _Block) -> None:
        """Count those of some documents."""
        self._n_documents += len(block)
        self._n_empty += int((block.lengths == 0).sum())
        self._n_known += len(block.rows)
        self._words.update(block.unknown)

    def note(self) -> str | None:
        """What a user should know of it, if anything."""
        n_unknown = sum(self._words.values())
        share = n_unknown / max(n_unknown + self._n_known, 1)
        if not self._n_empty and share <= MOSTLY:
            return None
        told = f"{share:.0%} of all words are unknown"
        if self._words:
            told += f", most often {self._words.most_common(1)[0][0]!r:.60}"
        if self._n_empty:
            told = (
                f"{self._n_empty:,} of {self._n_documents:,} documents have no known word, and "
                f"their vectors are zero; {told}"
            )
        return f"{told}; {self._hint(n_unknown)}"

    def _hint(self, n_unknown: int) -> str:
        n_lower = sum(n for word, n in self._words.items() if word.lower() in self._index)
        if n_lower > MOSTLY * n_unknown:
            return f"lowercase=True makes {n_lower / n_unknown:.0%} of them known"
        return "words must be split as in the text that the vectors were trained on"


class DocumentVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A scikit-learn transformer: documents in, one vector each out.

    The vector of a document is the mean of those of its words; words that have none are left out,
    and a document without any gets zeros, of which a warning tells. With ``weighting="idf"`` it is
    the mean weighted by how rare a word is among the documents that `fit` sees:
    ln((1 + n_documents) / (1 + those with the word)) + 1, as scikit-learn has it. With
    ``weighting="sif"`` a word counts a / (a + p(w)),
    where p(w) is its share of the words that the vectors were trained on, and with
    ``common_components=1`` the direction that all documents share is taken away: together that is
    smooth inverse frequency (Arora, Liang and Ma 2017, algorithm 1).

    Parameters
    ----------
    vectors : Vectors, or str or Path of a file that `w2v_cli.load` reads
    weighting : str          ``mean``, ``idf``, or ``sif``, which needs vectors with counts
    a : float                the weight parameter of ``sif``, above 0; the paper takes 1e-4 to 1e-3
    common_components : int  directions taken away: the first singular vectors of the documents
                             that `fit` sees, not centered
    tokenizer : callable or None   tokenizer(document) -> words, for documents that are texts;
                             None splits them at white space
    tokenize : str or None   instead of a tokenizer: ``words`` and the like, as for `w2v_cli.train`,
                             so that documents are cut as the text was
    lowercase : bool         lower-case words before they are looked up
    digits : str             with ``tokenize``: ``keep`` them, or make each one a ``zero``

    Attributes
    ----------
    vectors_ : Vectors                                         after `fit`
    components_ : ndarray of float64, (common_components, dim)   what is taken away, orthonormal
    idf_ : ndarray of float64, (n_words,)   weights of the words of ``vectors_``; with ``idf`` only

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> documents = ["ministers met in paris", "he runs quickly", "rome is a city", "she sings"]
    >>> model = make_pipeline(DocumentVectorizer(vectors, weighting="sif"), LogisticRegression())
    >>> model.fit(documents, ["place", "verb", "place", "verb"]).predict(["in madrid"]).tolist()
    ['place']
    """

    vectors_: Vectors
    idf_: npt.NDArray[np.float64]
    _n_features_out: int
    _weights: npt.NDArray[np.float64] | None

    def __init__(
        self,
        vectors: Vectors | Path,
        *,
        weighting: str = "mean",
        a: float = 1e-3,
        common_components: int = 0,
        tokenizer: Callable[[str], Iterable[str]] | None = None,
        tokenize: str | None = None,
        lowercase: bool = False,
        digits: str = TextConfig.digits,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.a = a
        self.common_components = common_components
        self.tokenizer = tokenizer
        self.tokenize = tokenize
        self.lowercase = lowercase
        self.digits = digits

    def fit(self, documents: Iterable[Document], y: Any = None) -> DocumentVectorizer:
        """Load the vectors, and learn the weights of words and the common directions.

        Parameters
        ----------
        documents : iterable of str, or of lists of str   n_documents; a column of a table, not a
                                                          table: ``df["review"]``
        y : anything   ignored

        Raises
        ------
        ConfigError   if a parameter has a value that cannot be, or ``sif`` finds no counts
        InputError    if documents are no texts, or there are none
        """
        self._prepare()
        blocks: Iterable[_Block] = self._blocks(documents)
        if self.weighting == "idf":
            blocks = list(blocks)
            self.idf_ = self._weights = _inverse_frequencies(blocks, len(self.vectors_))
        sums = np.zeros((self._n_features_out, self._n_features_out))
        n_documents = 0
        for block in blocks:
            n_documents += len(block)
            if self.common_components:
                wide = self._means_of(block).astype(np.float64)
                sums += wide.T @ wide
        if n_documents == 0:
            raise InputError("there are 0 samples to fit; give at least one document")
        # Right singular vectors of a matrix X are eigenvectors of X'X, in ascending order there.
        _, directions = np.linalg.eigh(sums)
        self.components_ = directions.T[::-1][: self.common_components].copy()
        return self

    def fit_transform(self, documents: Iterable[Document], y: Any = None) -> FloatArray:
        """`fit` and `transform` of the same documents, which may come from a generator."""
        _check_documents(documents)
        kept = list(documents)
        # Not `transform`: its result may have the index of a table, and that of a list is another.
        return self.fit(kept, y)._vectors_of(kept)

    def transform(self, documents: Iterable[Document]) -> FloatArray:
        """The vectors of documents: float32, shape (n_documents, dim).

        Warns
        -----
        W2VWarning   if documents have no known word, so that their vectors are zero

        Raises
        ------
        sklearn.exceptions.NotFittedError   before `fit`
        InputError                          if documents are no texts
        """
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self)
        return self._vectors_of(documents)

    def _vectors_of(self, documents: Iterable[Document]) -> FloatArray:
        found, unknown = [], _Unknown(self.vectors_.index)
        for block in self._blocks(documents):
            unknown.add(block)
            found.append(self._means_of(block))
        if note := unknown.note():
            Place(SKLEARN).warn(note)
        rows = np.concatenate(found) if found else np.zeros((0, self._n_features_out))
        return np.asarray(rows - (rows @ self.components_.T) @ self.components_, dtype=np.float32)

    def _prepare(self) -> None:
        """Check the parameters, and look up what they stand for."""
        if self.weighting not in WEIGHTINGS:
            raise ConfigError(
                f"weighting must be {_any_of(WEIGHTINGS)}, not {shown(self.weighting)}"
            )
        a = plain(self.a)
        if not isinstance(a, (int, float)) or not 0 < a < float("inf"):
            raise ConfigError(f"a must be a number above 0, not {shown(self.a)}")
        if not (self.tokenizer is None or callable(self.tokenizer)):
            raise ConfigError(f"tokenizer must be a function, not {shown(self.tokenizer)}")
        if self.tokenize is not None:
            self._check_tokenize()
        vectors = _loaded(self.vectors)
        if whole_number("common_components", self.common_components, 0) > vectors.dim:
            raise ConfigError(
                f"common_components must be from 0 to {vectors.dim}, not {self.common_components!r}"
            )
        self._weights = None
        if self.weighting == "sif":
            if vectors.counts is None:
                raise ConfigError(
                    "weighting='sif' needs counts, and these vectors come without; train gives "
                    "them, files that are saved with a record keep them, and load(vocab=FILE) "
                    "takes them from a file of counts"
                )
            shares = vectors.counts / max(int(vectors.counts.sum()), 1)
            self._weights = self.a / (self.a + shares)
        self.vectors_ = vectors
        self._n_features_out = vectors.dim

    def _blocks(self, documents: Iterable[Document]) -> Iterator[_Block]:
        """The words of documents, some documents at a time."""
        _check_documents(documents)
        remaining = iter(documents)
        n_before = 0
        while some := list(islice(remaining, DOCUMENTS_AT_ONCE)):
            yield self._block(some, n_before)
            n_before += len(some)

    def _block(self, documents: list[Document], n_before: int) -> _Block:
        row_of = self.vectors_.index.get
        rows: list[int] = []
        lengths = np.zeros(len(documents), dtype=np.int64)
        unknown: list[str] = []
        for place, document in enumerate(self._in_words(documents)):
            words = self._words(document, n_before + place + 1)
            found = list(map(row_of, words))
            known = [row for row in found if row is not None]
            rows += known
            lengths[place] = len(known)
            if len(known) < len(words):
                unknown += [word for word, row in zip(words, found, strict=True) if row is None]
        block = _Block(np.array(rows, dtype=np.int64), lengths, unknown)
        _check_rows(documents, block)
        return block

    def _means_of(self, block: _Block) -> FloatArray:
        """The weighted means of the words of documents: float32, shape (n_documents, dim)."""
        from scipy.sparse import csr_array

        # Only rows that occur are taken out of a matrix that may be mapped.
        used, columns = np.unique(block.rows, return_inverse=True)
        share = np.ones(len(columns)) if self._weights is None else self._weights[used][columns]
        shape = (len(block), len(used))
        ends = np.concatenate([[0], np.cumsum(block.lengths)])
        weights = csr_array((share, columns, ends), shape=shape)
        sums = weights @ self.vectors_.matrix[used]
        # Inverse frequencies are weights of a mean; those of sif are not (equation 1 there).
        total = weights.sum(axis=1) if self.weighting == "idf" else block.lengths
        return np.asarray(sums / np.where(total > 0, total, 1)[:, np.newaxis], dtype=np.float32)

    def _check_tokenize(self) -> None:
        if self.tokenizer is not None:
            raise ConfigError("tokenizer and tokenize exclude each other; give one of them")
        self._text_options()

    def _text_options(self) -> TextConfig:
        return TextConfig(
            lowercase=bool(self.lowercase), digits=self.digits, tokenize=str(self.tokenize)
        )

    def _in_words(self, documents: list[Document]) -> list[Document]:
        """The documents, with their texts as lists of words if ``tokenize`` says how."""
        if self.tokenize is None:
            return documents
        texts = [document for document in documents if isinstance(document, str)]
        found = iter(sentences_of(texts, self._text_options()))
        return [
            list(chain.from_iterable(next(found))) if isinstance(document, str) else document
            for document in documents
        ]

    def _words(self, document: Document, number: int) -> list[str]:
        """The words of a document, the ``number``-th of all."""
        if isinstance(document, str):
            return self._words_of_text(document)
        is_list = isinstance(document, Iterable) and not isinstance(document, (bytes, Mapping))
        words: list[Any] = list(document) if is_list else [document]
        if not all(isinstance(word, str) for word in words):
            raise _no_document(document, number)
        return [word.lower() for word in words] if self.lowercase else words

    def _words_of_text(self, document: str) -> list[str]:
        text = document.lower() if self.lowercase else document
        if self.tokenizer is None:
            return text.split()
        words = list(self.tokenizer(text))
        if not all(isinstance(word, str) for word in words):
            raise InputError(
                f"tokenizer must give words as texts, not {type(words[0]).__name__}; of spaCy: "
                "[token.text for token in nlp(text)]"
            )
        return words

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        """The same for scikit-learn before 1.6."""
        return {"X_types": ["string"]}


def _loaded(vectors: Any) -> Vectors:
    """Vectors as they were given, of gensim, or of a file."""
    if is_of_gensim(vectors):
        return Vectors.from_gensim(vectors)
    return (
        vectors
        if isinstance(vectors, Vectors)
        else load(path_of(vectors, "vectors", " or Vectors"))
    )


def _inverse_frequencies(blocks: list[_Block], n_words: int) -> npt.NDArray[np.float64]:
    """The inverse document frequency of each word of the vectors: float64, shape (n_words,)."""
    documents_with = np.zeros(n_words)
    for block in blocks:
        numbers = np.repeat(np.arange(len(block)), block.lengths)
        pairs = np.unique(numbers * n_words + block.rows)
        rows, n_with = np.unique(pairs % n_words, return_counts=True)
        documents_with[rows] += n_with
    n_documents = sum(len(block) for block in blocks)
    return np.asarray(np.log((1 + n_documents) / (1 + documents_with)) + 1)


def _check_documents(documents: Iterable[Document]) -> None:
    """Raise InputError if something is no column of documents, but would pass for one."""
    if isinstance(documents, (str, bytes)):
        raise InputError("documents are a list of texts, not a single text; give [text]")
    shape = getattr(documents, "shape", (0,))
    if isinstance(shape, tuple) and len(shape) > 1:
        raise InputError(
            f"documents are one column of texts, not a table of the shape {shape}; give a column: "
            "df['review'], array[:, 0], or in a ColumnTransformer its name without a list"
        )
    if isinstance(documents, Mapping) or not isinstance(documents, Iterable) or shape == ():
        raise InputError(f"documents are a list of texts, not {type(documents).__name__}; give one")


def _check_rows(documents: list[Document], block: _Block) -> None:
    """Raise InputError if documents are the rows of a table: each a list of texts, not of words."""
    n_spaced = sum(len(word.split()) > 1 for word in block.unknown)
    if n_spaced <= MOSTLY * (len(block.unknown) + len(block.rows)):
        return
    lists = [document for document in documents if not isinstance(document, str)]
    if lists:
        raise InputError(
            f"documents are texts or lists of words, and {shown(lists[0])} is a row of a table; "
            "give one column: [row[0] for row in rows]"
        )


def _no_document(document: object, number: int) -> InputError:
    """The error of something that is neither a text nor a list of words."""
    if is_missing(document):
        return InputError(
            f"document {number} is missing ({document}); leave it out, or give an empty text: "
            "df['review'].fillna('')"
        )
    return InputError(
        f"a document is a text or a list of words, not {shown(document)}; it is number {number}"
    )


def _any_of(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]])
