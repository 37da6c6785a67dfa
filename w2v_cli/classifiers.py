"""Text classification in Python: `train_classifier`, `tune_classifier` and `load_classifier`, which
give a `TextClassifier`.

They do what ``w2v classify`` does and print nothing that is not asked for. What a user should know
is told as a `W2VWarning`.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, overload

import numpy as np

from .arguments import (
    ClassifyOptions,
    classify_defaults,
    classify_options_asked,
    spacing_of,
    time_budget_of,
)
from .config import UTF_8, QuantizeConfig, parse_file_size
from .errors import ConfigError, field, in_python
from .files.paths import Path
from .labelled.config import check_prefix
from .library.checks import (
    check_switches,
    optional_path,
    path_of,
    plain,
    whole_number,
)
from .library.corpora import patterns_of
from .library.documentsources import documents_asked, output_asked
from .library.givenlabels import Document, GivenDocuments, Labels
from .library.noticing import Place
from .library.reporting import Progress, check_callable, reporting
from .machine.system import available_cpus
from .vectors import FloatArray, IntArray, Vectors, is_of_gensim
from .wording.plaintext import shown

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from typing_extensions import Unpack

    from .classifying.explaining import Explanation
    from .classifying.predictor import Part, Predictor
    from .classifying.scoring import ClassifierScores
    from .labelled.model import Classifier
    from .training.warmstart import OldVectors
    from .tuning.classifiers.result import ClassifierTuning


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


class ClassifierEpochEnd(Protocol):
    """What `train_classifier` calls after each epoch."""

    def __call__(self, epoch: int, loss: float, classifier: TextClassifier) -> bool | None:
        """Take note; True ends training, with what there is as the result."""


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
            f"<TextClassifier: {len(self._names):,} labels, {len(self._classifier.words):,} words, "
            f"dim {self.dim}>"
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
        from .classifying.probabilities import best
        from .classifying.scoring import has_features

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
        from .classifying.explaining import Explainer
        from .classifying.predictor import Predictor

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
        from .classifying.explaining import label_number
        from .classifying.tellingwords import telling_words

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

        Raises
        ------
        InputError   if a file cannot be read, or no document has a label
        """
        from .classifying.predictor import Predictor
        from .classifying.scoring import score_classifier
        from .training.prepare import chosen_sources

        check_switches(known_labels=known_labels)
        model, lowest = self._classifier, _threshold(threshold)
        source = documents_asked(documents, labels, None, text, label, None, model.label_prefix)
        predictor = Predictor(
            model, replace(model.text, encoding=encoding), n_threads=_threads(threads)
        )
        with reporting(progress, False) as report:
            sources = source.given or chosen_sources(
                source.paths, patterns_of(glob), predictor.text, report
            )
            scores: ClassifierScores = score_classifier(
                predictor, sources, whole_number("k", k, 1), lowest, source.columns,
                known_labels, predictor.is_distribution, report,
            )  # fmt: skip
        prefix = model.label_prefix
        scores.labels = [name.removeprefix(prefix) for name in scores.labels]
        return scores

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
        from .formats.classifier_file import check_plain_name, write_classifier
        from .quantization.rows import QuantizedRows

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
        threads : int or None  None: all processors; results are the same
        progress : callable or bool   see `train_classifier`; stage is ``quantize``

        Returns
        -------
        TextClassifier

        Raises
        ------
        ConfigError   if a value cannot be, the classifier is quantized already, or ``max_size`` has
                      no room for 256 rows
        OutputError   if a number of it is not finite

        Examples
        --------
        >>> texts = ["what a fine film", "dull and poor", "fine music", "a poor story"] * 25
        >>> labels = ["good", "bad", "good", "bad"] * 25
        >>> classifier = train_classifier(texts, labels, dim=8, epochs=20, threads=1)
        >>> small = classifier.quantize(qnorm=False)
        >>> small.predict("a fine story")[0].label, small.record["changes"]["input_error"] < 0.01
        ('good', True)
        """
        from .classifying.quantizing import fitted_to_size, quantized_classifier

        check_switches(qnorm=qnorm, qout=qout)
        if keep is not None and max_size is not None:
            raise ConfigError(
                f"{field('keep')} and {field('max_size')} exclude each other; give one of them"
            )
        config = QuantizeConfig(
            dsub=plain(dsub), keep=plain(keep), qnorm=bool(qnorm), qout=bool(qout), seed=plain(seed)
        )
        n_threads = _threads(threads)
        with reporting(progress, False) as report:

            def tell(done: int, total: int) -> None:
                report("quantize", 0, None, share=done / total)

            if max_size is None:
                made = quantized_classifier(self._classifier, config, n_threads, tell)
            else:
                size = parse_file_size(plain(max_size))
                made = fitted_to_size(self._classifier, size, config, n_threads, tell)
        return TextClassifier(made)

    @property
    def _predictor(self) -> Predictor:
        from .classifying.predictor import Predictor

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
        if tally[1]:
            Place().warn(
                f"{tally[1]:,} of {tally[0]:,} documents have no word that the model knows: their "
                "answers are that of an empty line"
            )
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


def load_classifier(
    path: Path,
    *,
    tokenize: str | None = None,
    lowercase: bool | None = None,
    digits: str | None = None,
    label_prefix: str | None = None,
) -> TextClassifier:
    """Read a classifier: what `TextClassifier.save` or ``w2v classify train`` wrote, or fastText.

    Parameters
    ----------
    path : str or Path   a supervised model of fastText, ``.bin`` or quantized ``.ftz``
    tokenize, lowercase, digits : see `train_classifier`; None: as in training, where that is known
    label_prefix : str or None   what labels begin with in text; None: as in training

    Returns
    -------
    TextClassifier

    Warns
    -----
    W2VWarning   of what was noticed, such as a record that is of another file

    Raises
    ------
    InputError   if it cannot be read, is damaged, or is no classifier
    """
    from .formats.classifier_file import read_classifier

    check_switches(lowercase=lowercase)
    classifier = read_classifier(path_of(path, "path"))
    for note in classifier.notes:
        Place().warn(note)
    asked = {"tokenize": tokenize, "lowercase": lowercase, "digits": digits}
    text = {name: plain(value) for name, value in asked.items() if value is not None}
    if label_prefix is not None:
        check_prefix(label_prefix)
        classifier = replace(classifier, label_prefix=label_prefix)
    return TextClassifier(replace(classifier, text=replace(classifier.text, **text)))


def train_classifier(
    documents: Path | Iterable[Path | Document],
    labels: Labels | None = None,
    *,
    weights: Iterable[float] | None = None,
    text: str | int | Sequence[str | int] = (),
    label: str | int | Sequence[str | int] = (),
    weight: str | int | None = None,
    glob: str | Iterable[str] = (),
    init: Path | Vectors | KeyedVectors | None = None,
    from_model: Path | TextClassifier | None = None,
    output: Path | None = None,
    tmpdir: Path | None = None,
    checkpoint: Path | None = None,
    checkpoint_every: str = "10m",
    resume: Path | None = None,
    progress: Progress | bool | None = None,
    verbose: bool = False,
    on_epoch: ClassifierEpochEnd | None = None,
    **options: Unpack[ClassifyOptions],
) -> TextClassifier:
    """Train a classifier of documents, as ``w2v classify train`` does.

    Parameters
    ----------
    documents : str or Path      a file or folder of text, one document a line, in which labels have
                                 a prefix, such as ``__label__good``; or a TSV, CSV or JSONL table,
                                 with ``text`` and ``label``; plain or compressed
        or list of them          several, one after the other
        or iterable of str       with ``labels``: texts, such as a column of a table. They are gone
                                 through once, so a generator will do
        or iterable of lists of str   likewise documents as lists of words, taken as they are
    labels : iterable of str     the label of each document
        or iterable of lists of str   or its labels, several or none; they have no prefix
    weights : iterable of float  what the learning rate of each document is multiplied by, from 0 on
    text, label : str or int, or list of them   columns of a table, by name, or by number from 1 on
    weight : str or int          likewise the one that has weights
    glob : str, or iterable of str   which files of folders are read: patterns, such as ``*.txt``
    init : str, Path or Vectors   start from these vectors; their words join those of the documents,
                                 and ``dim`` is theirs. KeyedVectors of gensim will do
    from_model : str, Path or TextClassifier   go on with this classifier: its words, n-grams and
                                 labels, and those of the documents
    output : str or Path         write it there, too, with how it was made
    tmpdir : str, Path or None   folder for the encoded documents, 4 bytes a word; None: beside
                                 ``output``, or that of ``tempfile``
    checkpoint, checkpoint_every, resume : see `train`
    progress, verbose : see `train`
    on_epoch : callable          called as on_epoch(epoch, loss, classifier) after each epoch (from
                                 1), with its mean loss a document and a copy. If it returns True
                                 training ends; what was trained is the result
    **options                    fields of `labelled.config.ClassifyConfig`: ``dim``, ``epochs``,
                                 ``lr``, ``loss``, ``word_ngrams``, ``balance``...; with ``init``
                                 or ``from_model`` ``freeze`` and its penalty ``l2``,
                                 ``embedding_lr_scale``, ``freeze_epochs``; and
                                 ``lowercase``, ``digits``, ``encoding``, ``tokenize`` of
                                 `config.TextConfig`. None is the default; that of ``threads`` is
                                 the number of processors

    Returns
    -------
    TextClassifier

    Warns
    -----
    W2VWarning   if documents have no label, labels look like others, memory is scarce...

    Raises
    ------
    TypeError             if there is no such option
    ConfigError           if an option has a value that cannot be
    InputError            if documents cannot be read, are no texts, or have nothing to learn
    OutputError           if there is no room for temporary files, or the output cannot be written
    MemoryShortageError   if the matrices do not fit into memory; nothing was begun
    TrainingError         if the learning rate is so high that weights run away
    KeyboardInterrupt     after Ctrl-C

    One thread and one seed give the same classifier on the same machine.

    Examples
    --------
    >>> texts, labels = ["good film", "bad film"] * 50, ["+", "-"] * 50
    >>> train_classifier(texts, labels, dim=4, threads=1).predict("good")[0].label
    '+'
    >>> several = [["a", "b"], ["a"], ["b"]] * 30
    >>> classifier = train_classifier(["x y", "x", "y"] * 30, several, loss="ova", threads=1, dim=4)
    >>> classifier.label_counts.tolist()
    [60, 60]
    >>> train_classifier(texts, labels, wordNgrams=2)
    Traceback (most recent call last):
    TypeError: train_classifier() has no option 'wordNgrams'; did you mean 'word_ngrams'?
    """
    from .classifying.request import ClassifyRequest
    from .classifying.training import train_classifier as trained
    from .training.request import Saving

    progress = plain(progress)
    check_callable(on_epoch=on_epoch, progress=None if isinstance(progress, bool) else progress)
    check_switches(verbose=verbose)
    config, of_text = classify_options_asked(dict(options))
    source = documents_asked(documents, labels, weights, text, label, weight)
    start = _start(init, from_model)
    request = ClassifyRequest(
        config=config,
        paths=source.paths,
        text=of_text,
        glob=patterns_of(glob),
        columns=source.columns,
        given=source.given,
        init=start.init,
        from_model=start.from_model,
        old=start.old,
        chosen=frozenset(name for name, value in options.items() if value is not None),
        output=output_asked(output, (*source.paths, *filter(None, (start.init, start.from_model)))),
        saving=Saving.asked(
            optional_path(checkpoint, "checkpoint"),
            spacing_of(checkpoint_every),
            optional_path(resume, "resume"),
        ),
        tmpdir=optional_path(tmpdir, "tmpdir"),
    )
    with reporting(progress, verbose) as report:
        result = trained(request, report, on_epoch=on_epoch and _with_copies(on_epoch))
    return TextClassifier(result.classifier)


class TunedClassifier(NamedTuple):
    """What `tune_classifier` gives.

    Attributes
    ----------
    classifier : TextClassifier   the model that won
    tuning : ClassifierTuning     all trials with scores, intervals and verdicts; ``best``, the
                                  options that won: ``train_classifier(..., **tuning.best)``
    """

    classifier: TextClassifier
    tuning: ClassifierTuning


def tune_classifier(
    documents: Path | Iterable[Path | Document],
    labels: Labels | None = None,
    *,
    trials: int | None = None,
    time_budget: str | float | None = None,
    objective: str = "f1",
    validation: Path | Sequence[Path] | tuple[Iterable[Document], Labels] | None = None,
    folds: int | None = None,
    held_out: float | None = None,
    final: str | None = None,
    max_size: str | int | None = None,
    weights: Iterable[float] | None = None,
    text: str | int | Sequence[str | int] = (),
    label: str | int | Sequence[str | int] = (),
    weight: str | int | None = None,
    glob: str | Iterable[str] = (),
    output: Path | None = None,
    tmpdir: Path | None = None,
    progress: Progress | bool | None = None,
    verbose: bool = False,
    **options: Unpack[ClassifyOptions],
) -> TunedClassifier:
    """Find the settings with which a classifier is best, as ``w2v classify tune`` does.

    Parameters
    ----------
    documents, labels, weights, text, label, weight, glob, output, tmpdir, progress, verbose
                                 see `train_classifier`
    trials : int                 how many settings are tried
    time_budget : str or float   all may take so long: ``5m``, or seconds. Without ``trials`` the
                                 default is five minutes
    objective : str              ``f1``, ``f1:LABEL``, ``macro-f1``, ``precision-at-recall:0.9``,
                                 ``recall-at-precision:0.9`` (``:LABEL`` behind) or ``log-loss``
    validation : str, Path, or list of them   score by these documents
        or (documents, labels)   likewise where labels are given
    folds : int                  score by so many parts, each with a model of the others
    held_out : float             score by this share of the documents; the default is a tenth
    final : str                  ``best``: the very model that scored; ``refit``: its settings
                                 trained on all documents, as always with folds
    max_size : str or int        bytes of the file of the model, such as ``2M``: it is quantized
    **options                    what trials do not vary; see `train_classifier`

    Returns
    -------
    TunedClassifier   ``classifier`` and ``tuning``

    Raises
    ------
    TypeError, InputError, OutputError, MemoryShortageError   as `train_classifier`
    ConfigError     if an option has a value that cannot be, or no document has the label of the
                    objective
    TrainingError   if no trial has a score

    Examples
    --------
    >>> texts = ["what a fine film", "dull and poor", "fine music", "a poor story"] * 25
    >>> labels = ["good", "bad", "good", "bad"] * 25
    >>> tuned = tune_classifier(texts, labels, trials=3, dim=8, threads=1)
    >>> tuned.classifier.predict("fine music")[0].label
    'good'
    >>> tuned.tuning.score, len(tuned.tuning.trials), "dim" in tuned.tuning.best
    (1.0, 3, False)
    """
    from .classifying.request import ClassifyRequest
    from .training.request import TimeBudget
    from .tuning.classifiers import DEFAULT_TIME
    from .tuning.classifiers.objectives import Objective
    from .tuning.classifiers.request import TuneRequest
    from .tuning.classifiers.session import ClassifierSession

    progress = plain(progress)
    check_callable(progress=None if isinstance(progress, bool) else progress)
    check_switches(verbose=verbose)
    config, of_text = classify_options_asked(dict(options), "tune_classifier")
    source = documents_asked(documents, labels, weights, text, label, weight)
    scored_by = _scored_by(validation, source.given is not None)
    budget = time_budget_of(time_budget)
    if budget is None and trials is None:
        budget = TimeBudget(DEFAULT_TIME)
    inputs = (*source.paths, *(scored_by if isinstance(scored_by, tuple) else ()))
    request = TuneRequest(
        training=ClassifyRequest(
            config=config,
            paths=source.paths,
            text=of_text,
            glob=patterns_of(glob),
            columns=source.columns,
            given=source.given,
            output=output_asked(output, inputs),
            tmpdir=optional_path(tmpdir, "tmpdir"),
        ),
        chosen=frozenset(name for name, value in options.items() if value is not None),
        objective=Objective.parse(objective),
        validation=scored_by,
        folds=plain(folds),
        held_out=plain(held_out),
        time_budget=budget,
        n_trials=plain(trials),
        final=final,
        max_bytes=None if max_size is None else parse_file_size(plain(max_size)),
    )
    session = ClassifierSession(request)
    with reporting(progress, verbose) as report:
        session.run(report)
    return TunedClassifier(TextClassifier(session.trained.classifier), session.result(in_python))


def _scored_by(validation: Any, is_given: bool) -> Any:
    """Paths, or GivenDocuments, of what trials are scored by; an empty tuple: of nothing."""
    if validation is None:
        return ()
    if not is_given:
        return documents_asked(validation, None, None, (), (), None).paths
    if not isinstance(validation, tuple) or len(validation) != 2:
        raise ConfigError(
            f"{field('validation')} must be (documents, labels), as labels are given, not "
            f"{shown(validation)}"
        )
    return GivenDocuments(*validation)


def _with_copies(on_epoch: ClassifierEpochEnd) -> Callable[[int, float, Classifier], bool]:
    """A function of an epoch that hands on copies: whoever keeps the best finds it as it was."""

    def told(epoch: int, loss: float, classifier: Classifier) -> bool:
        return plain(on_epoch(epoch, loss, TextClassifier(classifier.in_memory()))) is True

    return told


class _Start(NamedTuple):
    """What training starts from: a path of one kind or the other, or what a program has."""

    init: str | None
    from_model: str | None
    old: OldVectors | Classifier | None


def _start(init: Any, from_model: Any) -> _Start:
    from .classifying.request import check_one_start

    check_one_start(init, from_model)
    if is_of_gensim(init):
        init = Vectors.from_gensim(init)
    if isinstance(init, Vectors):
        from .training.warmstart import OldVectors, check_finite

        check_finite(init._embeddings, "init")
        return _Start(None, None, OldVectors(init._embeddings, "the vectors", init.record))
    if isinstance(from_model, TextClassifier):
        return _Start(None, None, from_model._classifier)
    return _Start(
        optional_path(init, "init", " or Vectors"),
        optional_path(from_model, "from_model", " or a TextClassifier"),
        None,
    )


def _threshold(threshold: Any) -> float:
    value = plain(threshold)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ConfigError(f"{field('threshold')} must be from 0 to 1, not {shown(threshold)}")
    return float(value)


def _threads(threads: int | None) -> int:
    return available_cpus() if threads is None else whole_number("threads", threads, 1)


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """That of a function with each option and its default, for ``help()`` and completion."""
    given = inspect.signature(function)
    kept = [each for each in given.parameters.values() if each.kind is not each.VAR_KEYWORD]
    named = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=value,
            annotation=ClassifyOptions.__annotations__[name],
        )
        for name, value in classify_defaults().items()
        if name not in given.parameters
    ]
    return given.replace(parameters=[*kept, *named])


train_classifier.__signature__ = _signature(train_classifier)  # type: ignore[attr-defined]
tune_classifier.__signature__ = _signature(tune_classifier)  # type: ignore[attr-defined]
