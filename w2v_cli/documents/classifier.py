"""A classifier of documents for scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..arguments import classify_defaults
from ..classifiers import TextClassifier, train_classifier
from ..errors import ConfigError, InputError
from ..labelled.config import ClassifyConfig
from ..library.checks import plain
from ..library.givendocuments import check_documents
from ..library.givenlabels import Document
from ..machine.libraries import require
from ..wording.plaintext import shown
from .targets import INDICATOR, LISTS, SINGLE, Targets, label_names, targets_of

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator, ClassifierMixin
else:
    _base = require("sklearn.base", "w2v_cli.documents")
    BaseEstimator, ClassifierMixin = _base.BaseEstimator, _base.ClassifierMixin

OPTIONS = (
    "dim", "epochs", "lr", "word_ngrams", "min_n", "max_n", "buckets", "min_count", "max_vocab",
    "negative", "ns_exponent", "freeze", "l2", "embedding_lr_scale", "freeze_epochs", "tokenize",
    "lowercase", "digits",
)  # fmt: skip
"""Parameters that are options of `train_classifier`, by the same names."""
BALANCED = "balanced"


class DocumentClassifier(ClassifierMixin, BaseEstimator):
    """A scikit-learn classifier of documents: a linear model on the mean of learnt vectors.

    It is `classifiers.training.train_classifier`, and so what ``w2v classify`` and fastText's
    supervised models are (Joulin et al. 2017). Documents are texts, or lists of words, which are
    taken as they are.

    Parameters
    ----------
    dim, epochs, lr, word_ngrams, min_n, max_n, buckets, min_count, max_vocab, negative, ns_exponent
        see `labelled.config.ClassifyConfig`
    loss : str or None       ``softmax``, ``hs``, ``ns`` or ``ova``; None: ``softmax``, or ``ova``
                             where documents have several labels
    init : Vectors, or str or Path of a file, or None   start from these vectors; ``dim`` is theirs
    freeze, l2, embedding_lr_scale, freeze_epochs
        with ``init``: see `labelled.config.ClassifyConfig`
    tokenize, lowercase, digits   how text becomes words: see `config.TextConfig`
    class_weight : dict, "balanced" or None   class -> weight; ``balanced``: rare classes weigh as
                             much as frequent ones, in all; of several labels the mean
    threshold : float        where documents have several labels, a class is one of them if its
                             probability is at least this
    random_state : int, RandomState or None   start of all random numbers; None: another each time
    n_jobs : int or None     threads; None is 1, with which the same numbers give the same
                             classifier; -1 is all processors

    Attributes
    ----------
    classes_ : ndarray, (n_classes,)   the classes, sorted; of an indicator matrix the numbers of
                                       its columns
    classifier_ : TextClassifier       what was trained; it can be saved

    Examples
    --------
    >>> texts, labels = ["a fine film", "a dull film"] * 50, ["good", "bad"] * 50
    >>> model = DocumentClassifier(dim=8).fit(texts, labels)
    >>> model.predict(["fine music", "dull music"]).tolist()
    ['good', 'bad']
    >>> model.classes_.tolist(), model.predict_proba(["fine music"]).shape
    (['bad', 'good'], (1, 2))
    >>> several = DocumentClassifier(dim=8, epochs=20)
    >>> several.fit(["red box", "red", "box"] * 50, [["color", "thing"], ["color"], ["thing"]] * 50)
    DocumentClassifier(dim=8, epochs=20)
    >>> several.predict(["a red box", "red"])
    [('color', 'thing'), ('color',)]
    """

    classes_: npt.NDArray[Any]
    classifier_: TextClassifier

    def __init__(
        self,
        *,
        loss: str | None = None,
        dim: int = ClassifyConfig.dim,
        epochs: int = ClassifyConfig.epochs,
        lr: float = ClassifyConfig.lr,
        word_ngrams: int = ClassifyConfig.word_ngrams,
        min_n: int = ClassifyConfig.min_n,
        max_n: int = ClassifyConfig.max_n,
        buckets: int = ClassifyConfig.buckets,
        min_count: int = ClassifyConfig.min_count,
        max_vocab: int | None = ClassifyConfig.max_vocab,
        negative: int = ClassifyConfig.negative,
        ns_exponent: float = ClassifyConfig.ns_exponent,
        init: Any = None,
        freeze: bool = ClassifyConfig.freeze,
        l2: float = ClassifyConfig.l2,
        embedding_lr_scale: float = ClassifyConfig.embedding_lr_scale,
        freeze_epochs: int = ClassifyConfig.freeze_epochs,
        tokenize: str = "blanks",
        lowercase: bool = False,
        digits: str = "keep",
        class_weight: Mapping[Any, float] | str | None = None,
        threshold: float = 0.5,
        random_state: Any = 1,
        n_jobs: int | None = None,
    ) -> None:
        self.loss = loss
        self.dim = dim
        self.epochs = epochs
        self.lr = lr
        self.word_ngrams = word_ngrams
        self.min_n = min_n
        self.max_n = max_n
        self.buckets = buckets
        self.min_count = min_count
        self.max_vocab = max_vocab
        self.negative = negative
        self.ns_exponent = ns_exponent
        self.init = init
        self.freeze = freeze
        self.l2 = l2
        self.embedding_lr_scale = embedding_lr_scale
        self.freeze_epochs = freeze_epochs
        self.tokenize = tokenize
        self.lowercase = lowercase
        self.digits = digits
        self.class_weight = class_weight
        self.threshold = threshold
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self, documents: Iterable[Document], y: Any, sample_weight: Any = None
    ) -> DocumentClassifier:
        """Train on documents and their labels.

        Parameters
        ----------
        documents : iterable of str, or of lists of str   n documents
        y : array_like, (n,)             the class of each
            or array_like, (n, n_classes)   an indicator matrix of 0 and 1, dense or sparse
            or list of lists             the classes of each; a list may be empty
        sample_weight : array_like, (n,), or None   how much each document counts; with 0 it is
                                         left out

        Raises
        ------
        ConfigError   if a parameter has a value that cannot be
        InputError    if documents are no texts
        ValueError    if ``y`` or ``sample_weight`` do not fit them
        """
        from sklearn.utils.validation import check_consistent_length

        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        check_documents(documents)
        kept = list(documents)
        if not kept:
            raise InputError("there are 0 samples to fit; give at least one document")
        targets = targets_of(y)
        check_consistent_length(kept, targets.of_documents)
        names = label_names(targets.classes)
        labels = [[names[place] for place in some] for some in targets.of_documents]
        weights = self._weights(targets, sample_weight)
        if weights is not None and not weights.all():
            # What counts nothing is left out, down to its words.
            counted = np.flatnonzero(weights)
            kept, labels = [kept[i] for i in counted], [labels[i] for i in counted]
            weights = weights[counted]
        # Vectors or a text may settle what is left at its default.
        defaults = classify_defaults()
        given = ((name, getattr(self, name)) for name in OPTIONS)
        options: Any = {name: value for name, value in given if value != defaults[name]}
        self.classifier_ = train_classifier(
            kept,
            labels,
            weights=weights,
            loss=self.loss or ("softmax" if targets.form == SINGLE else "ova"),
            balance=self._is_balanced(),
            seed=self._seed(),
            threads=self._threads(),
            init=self.init,
            **options,
        )
        self.classes_ = targets.classes
        self._form = targets.form
        place = {name: number for number, name in enumerate(names)}
        self._columns = np.array([place[name] for name in self.classifier_.labels])
        return self

    def predict(self, documents: Iterable[Document]) -> Any:
        """The classes of documents.

        Returns
        -------
        ndarray, (n,)                 the most probable class of each
        or ndarray of int, (n, n_classes)   after an indicator matrix: those above ``threshold``
        or list of tuples             after lists of classes, likewise

        Raises
        ------
        sklearn.exceptions.NotFittedError   before `fit`
        InputError                          if documents are no texts
        """
        probabilities = self.predict_proba(documents)
        if self._form == SINGLE:
            return self.classes_[probabilities.argmax(axis=1)]
        is_there = probabilities >= self.threshold
        if self._form == INDICATOR:
            return is_there.astype(np.int64)
        return [tuple(self.classes_[row].tolist()) for row in is_there]

    def predict_proba(self, documents: Iterable[Document]) -> npt.NDArray[np.float64]:
        """The probabilities of all classes: float64, shape (n, n_classes), as ``classes_``.

        Where each document has one class they add up to 1; else each is by itself.
        """
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self)
        check_documents(documents)
        found = self.classifier_.predict_proba(documents, threads=self._threads())
        probabilities = np.zeros((len(found), len(self.classes_)))
        probabilities[:, self._columns] = found
        if self._form == SINGLE:
            sums = probabilities.sum(axis=1, keepdims=True)
            # Of labels that are each by itself all may be as good as 0.
            probabilities /= np.where(sums > 0, sums, 1)
            probabilities[sums[:, 0] == 0] = 1 / len(self.classes_)
        return probabilities

    def predict_log_proba(self, documents: Iterable[Document]) -> npt.NDArray[np.float64]:
        """Their natural logarithms."""
        with np.errstate(divide="ignore"):
            logarithms: npt.NDArray[np.float64] = np.log(self.predict_proba(documents))
        return logarithms

    def score(self, documents: Iterable[Document], y: Any, sample_weight: Any = None) -> float:
        """The share of documents whose classes are just those of ``y``."""
        if getattr(self, "_form", None) != LISTS:
            return float(super().score(documents, y, sample_weight))
        found = self.predict(documents)
        is_right = [set(mine) == set(true) for mine, true in zip(found, y, strict=True)]
        return float(np.average(is_right, weights=sample_weight))

    def _weights(self, targets: Targets, sample_weight: Any) -> npt.NDArray[np.float64] | None:
        if sample_weight is None and not isinstance(self.class_weight, Mapping):
            return None
        n = len(targets.of_documents)
        weights = np.ones(n)
        if sample_weight is not None:
            weights = np.asarray(sample_weight, dtype=np.float64)
            if weights.shape != (n,):
                raise ValueError(f"sample_weight.shape == {weights.shape}, expected {(n,)}!")
            if not (np.isfinite(weights) & (weights >= 0)).all():
                raise ValueError("sample_weight has numbers that are not finite, or below 0")
        if isinstance(self.class_weight, Mapping):
            weights = weights * targets.weights(dict(self.class_weight))
        if not weights.any():
            raise ValueError("all weights are zero: sample_weight, class_weight or both")
        return weights

    def _is_balanced(self) -> bool:
        is_known = self.class_weight is None or isinstance(self.class_weight, Mapping)
        if not is_known and self.class_weight != BALANCED:
            raise ConfigError(
                "class_weight must be a dict of class to weight, 'balanced' or None, not "
                f"{shown(self.class_weight)}"
            )
        return not is_known

    def _seed(self) -> int:
        from sklearn.utils import check_random_state

        seed = plain(self.random_state)
        if isinstance(seed, int):
            return seed
        return int(check_random_state(seed).randint(np.iinfo(np.int32).max))

    def _threads(self) -> int:
        from joblib import effective_n_jobs

        # Within processes of joblib, as those of a grid search, None stays 1.
        return 1 if self.n_jobs is None else int(effective_n_jobs(self.n_jobs))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_label = True
        return tags

    def _more_tags(self) -> dict[str, Any]:
        """The same for scikit-learn before 1.6."""
        return {"X_types": ["string"], "multilabel": True}
