"""Documents as vectors, for scikit-learn: means of the vectors of their words, or weighted ones.

In the examples, ``vectors`` is ``train("data/sample.txt", epochs=3, threads=1)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..api import load
from ..config import TextConfig
from ..corpus.texts import sentences_of
from ..errors import ConfigError, InputError
from ..files.paths import Path
from ..library.checks import check_switches, path_of, plain, whole_number
from ..library.givendocuments import check_documents, check_words, no_document
from ..library.noticing import Place
from ..machine.libraries import require
from ..pooling.frequencies import DocumentCounter
from ..pooling.lexicon import Lexicon, Rows
from ..pooling.marks import END, UNKNOWN
from ..pooling.pooler import Pooler, common_components, finish
from ..pooling.settings import Pooling
from ..pooling.unknown import Unknown
from ..pooling.weighting import (
    Frequencies,
    Weighting,
    equal,
    inverse_document_frequency,
    smooth_inverse_frequency,
)
from ..vectors import FloatArray, Vectors, is_of_gensim
from ..wording.plaintext import shown

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
else:
    _base = require("sklearn.base", "w2v_cli.documents")
    BaseEstimator, TransformerMixin = _base.BaseEstimator, _base.TransformerMixin
    ClassNamePrefixFeaturesOutMixin = _base.ClassNamePrefixFeaturesOutMixin

Document: TypeAlias = "str | Sequence[str]"

DOCUMENTS_AT_ONCE = 4096


class _Block(NamedTuple):
    """Some documents as rows of vectors.

    Attributes
    ----------
    rows : ndarray of int32   with END behind each document
    meaning : Rows            what they stand for
    unknown : list of str     words without a vector
    n_made : int              words that were made of their n-grams
    """

    rows: npt.NDArray[np.int32]
    meaning: Rows
    unknown: list[str]
    n_made: int


class DocumentVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A scikit-learn transformer: documents in, one vector each out.

    The vector of a document is the mean of those of its words; words that have none are left out,
    unless the vectors are a model with n-grams, such as one of fastText, of which other words are
    made; and a document without any gets zeros, of which a warning tells. With
    ``weighting="idf"`` it is the mean weighted by how rare a word is among the documents that `fit`
    sees:
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
    unit_words : bool        vectors of words count with length 1, as in fastText's vectors of
                             sentences
    compose : bool           words without a vector are made of their n-grams, if there are some

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
    _frequencies: Frequencies | None

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
        unit_words: bool = False,
        compose: bool = True,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.a = a
        self.common_components = common_components
        self.tokenizer = tokenizer
        self.tokenize = tokenize
        self.lowercase = lowercase
        self.digits = digits
        self.unit_words = unit_words
        self.compose = compose

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
        if self.weighting == "idf":
            lexicon = self._lexicon(equal(len(self.vectors_)))
            blocks: Iterable[_Block] = list(self._blocks(documents, lexicon))
            self._frequencies = _frequencies(blocks, lexicon)
            weighting = self._weighting()
            self.idf_ = weighting.weights
            lexicon.weigh(weighting)
            blocks = (block._replace(meaning=lexicon.rows) for block in blocks)
        else:
            blocks = self._blocks(documents, self._lexicon(self._weighting()))
        pooled = _Counted(vectors for block in blocks for vectors, _ in self._pooled(block))
        dim = self._n_features_out
        if self.common_components:
            self.components_ = common_components(pooled, int(self.common_components), dim)
        else:
            self.components_ = np.zeros((0, dim))
            for _ in pooled:
                pass
        if pooled.n_documents == 0:
            raise InputError("there are 0 samples to fit; give at least one document")
        return self

    def fit_transform(self, documents: Iterable[Document], y: Any = None) -> FloatArray:
        """`fit` and `transform` of the same documents, which may come from a generator."""
        check_documents(documents)
        kept = list(documents)
        # Not `transform`: its result may have the index of a table, and that of a list is another.
        return self.fit(kept, y)._vectors_of(kept)

    def transform(self, documents: Iterable[Document]) -> FloatArray:
        """The vectors of documents: float32, shape (n_documents, dim).

        Warns
        -----
        W2VWarning   if documents have no known word, so that their vectors are zero; or if words
                     were made of their n-grams

        Raises
        ------
        sklearn.exceptions.NotFittedError   before `fit`
        InputError                          if documents are no texts
        """
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self)
        return self._vectors_of(documents)

    def _vectors_of(self, documents: Iterable[Document]) -> FloatArray:
        found, unknown = [np.zeros((0, self._n_features_out), dtype=np.float32)], Counter[str]()
        told = Unknown(self.vectors_.index)
        lexicon = self._lexicon(self._weighting())
        for block in self._blocks(documents, lexicon):
            unknown.update(block.unknown)
            told.n_made += block.n_made
            for vectors, n_words in self._pooled(block):
                told.add_documents(n_words)
                found.append(finish(vectors, self.components_))
            if lexicon.is_full:
                lexicon.forget_made()
        told.add_words(unknown)
        for note in told.notes():
            Place().warn(note)
        return np.concatenate(found)

    def _prepare(self) -> None:
        """Check the parameters, and look up what they stand for."""
        n_components = whole_number("common_components", self.common_components, 0)
        check_switches(compose=self.compose)
        pooling = Pooling(self.weighting, plain(self.a), n_components, bool(self.unit_words))
        if not (self.tokenizer is None or callable(self.tokenizer)):
            raise ConfigError(f"tokenizer must be a function, not {shown(self.tokenizer)}")
        if self.tokenize is not None:
            self._check_tokenize()
        vectors = _loaded(self.vectors)
        pooling.check_dim(vectors.dim)
        self._frequencies = None
        self.vectors_ = vectors
        self._n_features_out = vectors.dim

    def _weighting(self) -> Weighting:
        embeddings = self.vectors_._embeddings
        if self.weighting == "sif":
            return smooth_inverse_frequency(embeddings.counts, float(self.a))
        if self._frequencies is not None:
            return inverse_document_frequency(embeddings, self._frequencies)
        return equal(len(embeddings))

    def _lexicon(self, weighting: Weighting) -> Lexicon:
        embeddings = self.vectors_._embeddings
        if not self.compose:
            embeddings = embeddings.without_subwords()
        return Lexicon(embeddings, weighting, bool(self.unit_words))

    def _blocks(self, documents: Iterable[Document], lexicon: Lexicon) -> Iterator[_Block]:
        """The words of documents, some documents at a time."""
        check_documents(documents)
        remaining = iter(documents)
        n_before = 0
        while some := list(islice(remaining, DOCUMENTS_AT_ONCE)):
            yield self._block(some, n_before, lexicon)
            n_before += len(some)

    def _block(self, documents: list[Document], n_before: int, lexicon: Lexicon) -> _Block:
        texts = self._in_words(documents)
        words = [self._words(text, n_before + place) for place, text in enumerate(texts, 1)]
        all_words = list(chain.from_iterable(words))
        found = lexicon.find(all_words)
        unknown = [all_words[place] for place in np.flatnonzero(found == UNKNOWN).tolist()]
        made = np.flatnonzero(found >= len(self.vectors_)).tolist()
        check_words(
            documents,
            [*unknown, *(all_words[place] for place in made)],
            len(found) - len(unknown) - len(made),
        )
        rows = np.insert(found, np.cumsum([len(each) for each in words]), END)
        return _Block(rows, lexicon.rows, unknown, len(made))

    def _pooled(self, block: _Block) -> Iterator[tuple[FloatArray, npt.NDArray[np.int64]]]:
        """Weighted means of documents, some at a time, and how many words are known, and not."""
        return Pooler(self._n_features_out).feed(block.rows, block.meaning)

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
            raise no_document(document, number)
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


class _Counted:
    """Blocks of rows, and how many rows went by."""

    def __init__(self, blocks: Iterable[FloatArray]) -> None:
        self._blocks = blocks
        self.n_documents = 0

    def __iter__(self) -> Iterator[FloatArray]:
        for block in self._blocks:
            self.n_documents += len(block)
            yield block


def _frequencies(blocks: Iterable[_Block], lexicon: Lexicon) -> Frequencies:
    counter = DocumentCounter(lexicon)
    for block in blocks:
        counter.add(block.rows, len(block.meaning.factors))
    return counter.frequencies()
