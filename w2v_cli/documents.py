"""Documents as vectors, for scikit-learn: means of the vectors of their words, or weighted ones.

In the examples, ``vectors`` is ``train("data/sample.txt", epochs=3, threads=1)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .api import load
from .errors import ConfigError, InputError
from .files.paths import Path
from .machine.libraries import require
from .vectors import FloatArray, Vectors

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
else:
    _base = require("sklearn.base", "DocumentVectorizer")
    BaseEstimator, TransformerMixin = _base.BaseEstimator, _base.TransformerMixin
    ClassNamePrefixFeaturesOutMixin = _base.ClassNamePrefixFeaturesOutMixin

Document: TypeAlias = "str | Sequence[str]"

WEIGHTINGS = ("mean", "sif")
DOCUMENTS_AT_ONCE = 4096


class DocumentVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A scikit-learn transformer: documents in, one vector each out.

    The vector of a document is the mean of those of its words; words that have none are left out,
    and a document without any gets zeros. With ``weighting="sif"`` a word counts a / (a + p(w)),
    where p(w) is its share of the words that the vectors were trained on, and with
    ``common_components=1`` the direction that all documents share is taken away: together that is
    smooth inverse frequency (Arora, Liang and Ma 2017, algorithm 1).

    Parameters
    ----------
    vectors : Vectors, or str or Path of a file that `w2v_cli.load` reads
    weighting : str          ``mean`` or ``sif``, which needs vectors with counts
    a : float                the weight parameter of ``sif``, above 0; the paper takes 1e-4 to 1e-3
    common_components : int  directions taken away: the first singular vectors of the documents
                             that `fit` sees, not centered
    tokenizer : callable or None   tokenizer(document) -> words, for documents that are texts;
                             None splits them at white space
    lowercase : bool         lower-case words before they are looked up

    Attributes
    ----------
    vectors_ : Vectors                                         after `fit`
    components_ : ndarray of float64, (common_components, dim)   what is taken away, orthonormal

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> documents = ["ministers met in paris", "he runs quickly", "rome is a city", "she sings"]
    >>> model = make_pipeline(DocumentVectorizer(vectors, weighting="sif"), LogisticRegression())
    >>> model.fit(documents, ["place", "verb", "place", "verb"]).predict(["in madrid"]).tolist()
    ['place']
    """

    def __init__(
        self,
        vectors: Vectors | Path,
        *,
        weighting: str = "mean",
        a: float = 1e-3,
        common_components: int = 0,
        tokenizer: Callable[[str], Iterable[str]] | None = None,
        lowercase: bool = False,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.a = a
        self.common_components = common_components
        self.tokenizer = tokenizer
        self.lowercase = lowercase

    def fit(self, documents: Iterable[Document], y: Any = None) -> DocumentVectorizer:
        """Load the vectors, and learn the common directions.

        Parameters
        ----------
        documents : iterable of str, or of lists of str   n_documents
        y : anything   ignored

        Raises
        ------
        ConfigError   if a parameter has a value that cannot be, or ``sif`` finds no counts
        InputError    if documents are no texts, or there are none
        """
        self._prepare()
        sums = np.zeros((self._n_features_out, self._n_features_out))
        n_documents = 0
        for block in self._means(documents):
            n_documents += len(block)
            if self.common_components:
                wide = block.astype(np.float64)
                sums += wide.T @ wide
        if n_documents == 0:
            raise InputError("there are 0 samples to fit; give at least one document")
        # Right singular vectors of a matrix X are eigenvectors of X'X, in ascending order there.
        _, directions = np.linalg.eigh(sums)
        self.components_ = directions.T[::-1][: self.common_components].copy()
        return self

    def fit_transform(self, documents: Iterable[Document], y: Any = None) -> FloatArray:
        """`fit` and `transform` of the same documents, which may come from a generator."""
        kept = documents if isinstance(documents, (str, bytes)) else list(documents)
        return self.fit(kept, y).transform(kept)

    def transform(self, documents: Iterable[Document]) -> FloatArray:
        """The vectors of documents: float32, shape (n_documents, dim).

        Raises
        ------
        sklearn.exceptions.NotFittedError   before `fit`
        InputError                          if documents are no texts
        """
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self)
        blocks = list(self._means(documents))
        rows = np.concatenate(blocks) if blocks else np.zeros((0, self._n_features_out))
        return np.asarray(rows - (rows @ self.components_.T) @ self.components_, dtype=np.float32)

    def _prepare(self) -> None:
        """Check the parameters, and look up what they stand for."""
        if self.weighting not in WEIGHTINGS:
            raise ConfigError(f"weighting must be mean or sif, not {self.weighting!r}")
        if not self.a > 0:
            raise ConfigError(f"a must be above 0, not {self.a!r}")
        vectors = self.vectors if isinstance(self.vectors, Vectors) else load(self.vectors)
        if not 0 <= self.common_components <= vectors.dim:
            raise ConfigError(
                f"common_components must be from 0 to {vectors.dim}, not {self.common_components!r}"
            )
        self._weights: npt.NDArray[np.float64] | None = None
        if self.weighting == "sif":
            if vectors.counts is None:
                raise ConfigError(
                    "weighting='sif' needs counts, and these vectors come without; train gives "
                    "them, and files that are saved with a record keep them"
                )
            shares = vectors.counts / max(int(vectors.counts.sum()), 1)
            self._weights = self.a / (self.a + shares)
        self.vectors_ = vectors
        self._n_features_out = vectors.dim

    def _means(self, documents: Iterable[Document]) -> Iterator[FloatArray]:
        """The means of the words of documents, some documents at a time."""
        if isinstance(documents, (str, bytes)):
            raise InputError("documents are a list of texts, not a single text; give [text]")
        remaining = iter(documents)
        while block := list(islice(remaining, DOCUMENTS_AT_ONCE)):
            yield self._means_of(block)

    def _means_of(self, documents: list[Document]) -> FloatArray:
        from scipy.sparse import csr_array

        row_of = self.vectors_.index.get
        rows: list[int] = []
        lengths = np.zeros(len(documents) + 1, dtype=np.int64)
        for place, document in enumerate(documents, 1):
            found = [row for row in map(row_of, self._words(document)) if row is not None]
            rows += found
            lengths[place] = len(found)
        # Only rows that occur are taken out of a matrix that may be mapped.
        used, columns = np.unique(np.array(rows, dtype=np.int64), return_inverse=True)
        share = np.repeat(1.0 / np.maximum(lengths[1:], 1), lengths[1:])
        if self._weights is not None:
            share *= self._weights[used][columns]
        shape = (len(documents), len(used))
        means = csr_array((share, columns, np.cumsum(lengths)), shape=shape)
        return np.asarray(means @ self.vectors_.matrix[used], dtype=np.float32)

    def _words(self, document: Document) -> Iterable[str]:
        if isinstance(document, str):
            text = document.lower() if self.lowercase else document
            return text.split() if self.tokenizer is None else self.tokenizer(text)
        words = list(document) if isinstance(document, Iterable) else [document]
        if not all(isinstance(word, str) for word in words):
            raise InputError(f"a document is a text or a list of words, not {document!r:.60}")
        return [word.lower() for word in words] if self.lowercase else words

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        """The same for scikit-learn before 1.6."""
        return {"X_types": ["string"]}
