"""A classifier at work: answers, scores, reasons, and files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np

from ..config import UTF_8, QuantizeConfig
from ..errors import ConfigError, field
from ..files.paths import Path
from ..library.checks import check_switches, path_of, plain, threads_asked, whole_number
from ..library.givenlabels import Document, GivenDocuments, Labels
from ..library.noticing import Place
from ..library.reporting import Progress
from ..machine.system import available_cpus
from ..vectors import FloatArray, IntArray
from ..wording.amounts import counted
from ..wording.plaintext import shown

if TYPE_CHECKING:
    from ..classifying.explaining import Explanation
    from ..classifying.predictor import Part, Predictor
    from ..classifying.scoring import ClassifierScores
    from ..labelled.model import Classifier


class Prediction(NamedTuple):
    """A label of a document.

    Attributes
    ----------
    label : str
    probability : float   from 0 to 1; those of all labels add up to 1 with the losses ``softmax``
                          and ``hs``
    """

    label: str
    probability: float


class TextClassifier:
    """Tells labels of documents: what `train_classifier` and `load_classifier` give.

    Nothing of it ever changes, so that copying it costs nothing, and several threads may use it.
    Labels have no prefix here, even if they had one in the text that it was trained on.

    A document is a text, whatever line ends are in it, or a list of words, which are taken as they
    are. Methods take one text, or several documents: a list, a generator, a column of a table.

    Examples
    --------
    >>> texts = ["what a fine film", "dull and poor", "fine music", "a poor story"] * 25
    >>> labels = ["good", "bad", "good", "bad"] * 25
    >>> classifier = train_classifier(texts, labels, dim=8, epochs=20, threads=1)
    >>> classifier
    <TextClassifier: 2 labels, 10 words, dim 8>
    >>> classifier.labels, classifier.label_counts.tolist()
    (['good', 'bad'], [50, 50])
    >>> [(label, round(probability)) for label, probability in classifier.predict("a fine story")]
    [('good', 1)]
    >>> [answers[0].label for answers in classifier.predict(["fine", "poor"])]
    ['good', 'bad']
    >>> classifier.predict_proba(["fine", "poor"]).shape
    (2, 2)
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._lock = threading.RLock()
        self._made: Predictor | None = None
        self._naming: Predictor | None = None
        self._names = classifier.label_names

    @property
    def labels(self) -> list[str]:
        """Its labels, the most frequent first: the columns of `predict_proba`."""
        return list(self._names)

    @property
    def label_counts(self) -> IntArray:
        """How often each was seen in training: int64, shape (n_labels,)."""
        return self._classifier.label_counts

    @property
    def words(self) -> list[str]:
        """Its vocabulary, the most frequent first, with ``</s>`` for the end of a document."""
        return list(self._classifier.words)

    @property
    def counts(self) -> IntArray:
        """How often each word was seen: int64, shape (n_words,)."""
        return self._classifier.counts

    @property
    def dim(self) -> int:
        """The length of the vectors of documents."""
        return self._classifier.dim

    @property
    def label_prefix(self) -> str:
        """What labels begin with in text; empty: they do not stand there."""
        return self._classifier.label_prefix

    @property
    def settings(self) -> dict[str, Any]:
        """How it was trained: option -> value, as far as its file tells."""
        return dict(self._classifier.settings)

    @property
    def record(self) -> dict[str, Any] | None:
        """How it was made: options, seed, documents, loss in each epoch...; None: nobody knows."""
        return self._classifier.provenance

    def __repr__(self) -> str:
        return (
            f"<TextClassifier: {counted(len(self._names), 'label')}, "
            f"{counted(len(self._classifier.words), 'word')}, dim {self.dim}>"
        )

    def __copy__(self) -> TextClassifier:
        return self

    def __deepcopy__(self, memo: object) -> TextClassifier:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return TextClassifier, (self._classifier.in_memory(),)

    @overload
    def predict(  # type: ignore[overload-overlap]  # a text is a sequence of texts
        self,
        documents: str,
        k: int | None = ...,
        threshold: float = ...,
        *,
        threads: int | None = ...,
    ) -> list[Prediction]: ...

    @overload
    def predict(
        self,
        documents: Iterable[Document],
        k: int | None = ...,
        threshold: float = ...,
        *,
        threads: int | None = ...,
    ) -> list[list[Prediction]]: ...

    def predict(
        self,
        documents: str | Iterable[Document],
        k: int | None = 1,
        threshold: float = 0.0,
        *,
        threads: int | None = None,
    ) -> list[Prediction] | list[list[Prediction]]:
        """The most probable labels of documents.

        Parameters
        ----------
        documents : str, or iterable of str or of lists of str   one text, or several documents
        k : int or None        at most so many labels each; None: all
        threshold : float      of these, only labels with at least this probability
        threads : int or None  None: all processors; results are the same

        Returns
        -------
        list of Prediction           of one text: its labels, the most probable first
        or list of list of Prediction   of several documents, in their order

        Warns
        -----
        W2VWarning   if documents have no known word: their answers are that of an empty line

        Raises
        ------
        InputError    if documents are no texts
        ConfigError   if ``k`` or ``threshold`` cannot be
        """
        from ..classifying.probabilities import best
        from ..classifying.scoring import has_features

        k = len(self._names) if k is None else whole_number("k", k, 1)
        lowest = _threshold(threshold)
        names, probabilities = self._names, self._predictor.probabilities

        def answers(part: Part) -> list[list[Prediction]]:
            labels, found, counts = best(probabilities(part), k, lowest)
            counts = counts * has_features(part)
            rows = zip(labels.tolist(), found.tolist(), counts.tolist(), strict=True)
            return [
                [Prediction(names[i], p) for i, p in zip(some[:n], values, strict=False)]
                for some, values, n in rows
            ]

        found = [each for some in self._asked(documents, answers, threads) for each in some]
        return found[0] if isinstance(documents, str) else found

    def predict_proba(
        self, documents: str | Iterable[Document], *, threads: int | None = None
    ) -> FloatArray:
        """The probabilities of all labels for documents.

        Parameters
        ----------
        documents, threads : see `predict`

        Returns
        -------
        ndarray of float32   shape (n, n_labels), as ``labels`` are; of one text (n_labels,)
        """
        probabilities = self._predictor.probabilities
        return self._rows(documents, probabilities, len(self._names), threads)

    def vectors(
        self, documents: str | Iterable[Document], *, threads: int | None = None
    ) -> FloatArray:
        """The vectors of documents: means of the rows of their words and n-grams.

        Parameters
        ----------
        documents, threads : see `predict`

        Returns
        -------
        ndarray of float32   shape (n, dim); of one text (dim,)
        """
        return self._rows(documents, self._predictor.vectors, self.dim, threads)

    @overload
    def explain(  # type: ignore[overload-overlap]
        self,
        documents: str,
        label: str | None = ...,
        *,
        against: str | None = ...,
        margin: bool = ...,
        whole_words: bool = ...,
        threads: int | None = ...,
    ) -> Explanation: ...

    @overload
    def explain(
        self,
        documents: Iterable[Document],
        label: str | None = ...,
        *,
        against: str | None = ...,
        margin: bool = ...,
        whole_words: bool = ...,
        threads: int | None = ...,
    ) -> list[Explanation]: ...

    def explain(
        self,
        documents: str | Iterable[Document],
        label: str | None = None,
        *,
        against: str | None = None,
        margin: bool = False,
        whole_words: bool = False,
        threads: int | None = None,
    ) -> Explanation | list[Explanation]:
        """How much each word and n-gram adds to the score of a label: exact shares.

        With the losses ``softmax`` and ``hs``, differences of scores are logarithms of ratios of
        probabilities; with ``ns`` and ``ova`` a score is the log-odds of its label.

        Parameters
        ----------
        documents, threads : see `predict`
        label : str or None     the label to explain; None: the most probable one of each document
        against : str or None   explain the difference to the score of this label
        margin : bool           explain the difference to the most probable other label
        whole_words : bool      n-grams of characters count as part of their words

        Returns
        -------
        Explanation           of one text
        or list of Explanation   of several documents: ``score``, and ``features``, the greatest
                              shares first, which add up to it with ``base``

        Raises
        ------
        InputError    if documents are no texts
        ConfigError   if there is no such label

        Examples
        --------
        >>> texts, labels = ["fine film", "poor film"] * 50, ["good", "bad"] * 50
        >>> classifier = train_classifier(texts, labels, dim=8, epochs=20, threads=1)
        >>> found = classifier.explain("a fine film", margin=True)
        >>> found.label, found.against, found.features[0].text
        ('good', 'bad', 'fine')
        """
        from ..classifying.explaining import Explainer
        from ..classifying.predictor import Predictor

        check_switches(margin=margin, whole_words=whole_words)
        if margin and against is not None:
            raise ConfigError(
                f"{field('against')} and {field('margin')} exclude each other; give one of them"
            )
        with self._lock:
            if self._naming is None:
                self._naming = Predictor(self._classifier, keep_names=True)
            predictor = self._naming
        explainer = Explainer(self._classifier, predictor, label, against, margin, whole_words)
        names = dict(zip(self._classifier.labels, self._names, strict=True))

        def explained(part: Part) -> list[Explanation]:
            found = explainer.explained(part, predictor.probabilities(part))
            return [each.with_labels(names) for each in found]

        parts = self._asked(documents, explained, threads, predictor)
        found = [each for some in parts for each in some]
        return found[0] if isinstance(documents, str) else found

    def telling_words(
        self, label: str, k: int = 10, *, against: str | None = None
    ) -> list[tuple[str, float]]:
        """The words that speak most for a label, with the score that each would have alone.

        Parameters
        ----------
        label : str
        k : int                 at most so many
        against : str or None   the label whose score is taken off

        Raises
        ------
        ConfigError   if there is no such label
        """
        from ..classifying.explaining import label_number
        from ..classifying.tellingwords import telling_words

        model = self._classifier
        other = None if against is None else label_number(model, against, "against")
        number = label_number(model, label, "label")
        found: list[tuple[str, float]] = telling_words(
            model, number, other, whole_number("k", k, 1)
        )
        return found

    def test(
        self,
        documents: Path | Iterable[Path | Document],
        labels: Labels | None = None,
        *,
        k: int = 1,
        threshold: float = 0.0,
        known_labels: bool = False,
        text: str | int | Sequence[str | int] = (),
        label: str | int | Sequence[str | int] = (),
        glob: str | Iterable[str] = (),
        encoding: str = UTF_8,
        threads: int | None = None,
        progress: Progress | bool | None = None,
    ) -> ClassifierScores:
        """Predict labels of documents, and compare them with those that they have.

        Parameters
        ----------
        documents, labels, text, label, glob : see `train_classifier`
        k, threshold : see `predict`
        known_labels : bool   leave out labels that training never had; else these are misses
        encoding : str        of files without a byte-order mark
        threads : int or None   None: all processors
        progress : callable or bool   see `train_classifier`; stage is ``score``

        Returns
        -------
        ClassifierScores   ``f1``, ``precision``, ``recall`` (micro-averages), ``accuracy``;
                           ``facts()`` has all figures as a dict, as ``w2v classify test`` prints
                           them with JSON

        Warns
        -----
        W2VWarning   of documents without a label or a known word, labels that training never had,
                     and bytes of files that are no text

        Raises
        ------
        InputError   if a file cannot be read, or no document has a label
        """
        from .testing import tested

        check_switches(known_labels=known_labels)
        return tested(
            self._classifier, documents, labels, k=whole_number("k", k, 1),
            threshold=_threshold(threshold), known_labels=known_labels, text=text, label=label,
            glob=glob, encoding=encoding, threads=_threads(threads), progress=progress,
        )  # fmt: skip

    def save(self, path: Path, *, record: bool = True) -> None:
        """Write it to a file, whole or not at all, such that fastText reads it too.

        Parameters
        ----------
        path : str or Path   ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` behind the name compresses
        record : bool        keep how it was made, and how text becomes words, in ``NAME.w2v.json``
                             beside it

        Raises
        ------
        ConfigError   if the name is that of another kind of file
        OutputError   if it cannot be written
        """
        from ..formats.classifier_file import check_plain_name, write_classifier
        from ..quantization.rows import QuantizedRows

        check_switches(record=record)
        name = path_of(path, "path")
        if not isinstance(self._classifier.inputs, QuantizedRows):
            check_plain_name(name)
        write_classifier(name, self._classifier, record)

    def quantize(
        self,
        *,
        keep: int | None = None,
        max_size: str | int | None = None,
        dsub: int = 2,
        qnorm: bool = True,
        qout: bool = False,
        seed: int = 1,
        retrain: Path | Iterable[Path | Document] | None = None,
        labels: Labels | None = None,
        text: str | int | Sequence[str | int] = (),
        label: str | int | Sequence[str | int] = (),
        epochs: int | None = None,
        lr: float | None = None,
        threads: int | None = None,
        progress: Progress | bool | None = None,
    ) -> TextClassifier:
        """The same in a byte for two numbers or more, as ``w2v quantize`` makes it.

        `save` writes it as fastText's ``.ftz``. N-grams that no document of the training had are
        left out; ``record["changes"]`` has the errors of rows, |x - y| / |x|.

        Parameters
        ----------
        keep : int or None     rows that stay, of words and n-grams together: the longest, and that
                               of ``</s>``
        max_size : str, int or None   instead: as many as a file of so many bytes has room for,
                               such as ``"2M"`` (2,000,000); outputs are quantized from 256 labels
                               on, lengths in any case
        dsub : int             numbers that share a byte, 1 to 64
        qnorm : bool           quantize directions and lengths apart
        qout : bool            quantize outputs, too
        seed : int             the same seed makes the same classifier
        retrain : documents or None   train the rows that stay on, before they are quantized: the
                               documents that it was trained on, as `train_classifier` takes them
        labels, text, label   of these documents, likewise
        epochs : int or None   passes over them; None: 5
        lr : float or None     learning rate at the start; None: that of the training
        threads : int or None  None: all processors; results are the same but with ``retrain``
        progress : callable or bool   see `train_classifier`; stages are ``read`` and ``train`` of
                               ``retrain``, and ``quantize``

        Returns
        -------
        TextClassifier

        Raises
        ------
        ConfigError   if a value cannot be, the classifier is quantized already, or ``max_size`` has
                      no room for 256 rows
        InputError    if documents cannot be read, or none has a label of the classifier
        OutputError   if a number of it is not finite
        TrainingError   if the learning rate is so high that weights run away

        Examples
        --------
        >>> texts = ["what a fine film", "dull and poor", "fine music", "a poor story"] * 25
        >>> labels = ["good", "bad", "good", "bad"] * 25
        >>> classifier = train_classifier(texts, labels, dim=8, epochs=20, threads=1)
        >>> small = classifier.quantize(qnorm=False)
        >>> small.predict("a fine story")[0].label, small.record["changes"]["input_error"] < 0.01
        ('good', True)
        >>> few = classifier.quantize(keep=4, retrain=texts, labels=labels, epochs=3)
        >>> len(few.words), len(few.record["changes"]["retrained"]["loss"])
        (4, 3)
        """
        from .quantizing import made_smaller, retraining_asked

        check_switches(qnorm=qnorm, qout=qout)
        n_threads = _threads(threads)
        config = QuantizeConfig(
            dsub=plain(dsub), keep=plain(keep), qnorm=bool(qnorm), qout=bool(qout), seed=plain(seed)
        )
        how = retraining_asked(
            self._classifier, retrain, labels, text, label, plain(epochs), plain(lr), n_threads,
            config.seed,
        )  # fmt: skip
        made = made_smaller(self._classifier, config, plain(max_size), how, n_threads, progress)
        return TextClassifier(made)

    @property
    def _predictor(self) -> Predictor:
        from ..classifying.predictor import Predictor

        with self._lock:  # which no thread of its own may ask for
            if self._made is None:
                self._made = Predictor(self._classifier)
            return self._made

    def _asked(
        self,
        documents: str | Iterable[Document],
        function: Callable[[Part], Any],
        threads: int | None,
        predictor: Predictor | None = None,
    ) -> list[Any]:
        """function(part) of all documents; a warning tells of those without a known word."""
        from ..classifying.remarks import unknown_note

        several = [documents] if isinstance(documents, str) else documents
        given = GivenDocuments(several, prefix=self.label_prefix)
        tally = np.zeros(2, dtype=np.int64)

        def counted(part: Part) -> Any:
            return len(part), int(np.count_nonzero(part.n_known == 0)), function(part)

        found = []
        # Words that were met get numbers, which one thread at a time gives.
        with self._lock:
            predictor = predictor or self._predictor
            predictor.n_threads = _threads(threads)
            for n, n_unknown, result in predictor.worked(given, counted):
                tally += n, n_unknown
                found.append(result)
        if note := unknown_note(int(tally[1]), int(tally[0])):
            Place().warn(note)
        return found

    def _rows(
        self,
        documents: str | Iterable[Document],
        function: Callable[[Part], FloatArray],
        n_columns: int,
        threads: int | None,
    ) -> FloatArray:
        none = np.zeros((0, n_columns), dtype=np.float32)
        found: FloatArray = np.concatenate([none, *self._asked(documents, function, threads)])
        return found[0] if isinstance(documents, str) else found


def _threshold(threshold: Any) -> float:
    value = plain(threshold)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ConfigError(f"{field('threshold')} must be from 0 to 1, not {shown(threshold)}")
    return float(value)


def _threads(threads: int | None) -> int:
    number = threads_asked(threads)
    return available_cpus() if number is None else number
