"""A classifier of documents that a program has, or that are in files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..arguments import ClassifyOptions, classify_options_asked, spacing_of
from ..files.paths import Path
from ..library.checks import check_switches, optional_path, plain
from ..library.corpora import patterns_of
from ..library.documentsources import documents_asked, output_asked
from ..library.givenlabels import Document, Labels
from ..library.reporting import Progress, check_callable, reporting
from ..vectors import Vectors, is_of_gensim
from .options import with_options
from .textclassifier import TextClassifier

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from typing_extensions import Unpack

    from ..labelled.model import Classifier
    from ..training.warmstart import OldVectors


class ClassifierEpochEnd(Protocol):
    """What `train_classifier` calls after each epoch."""

    def __call__(self, epoch: int, loss: float, classifier: TextClassifier) -> bool | None:
        """Take note; True ends training, with what there is as the result."""


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
    checkpoint, checkpoint_every, resume : see `api.train`
    progress, verbose : see `api.train`
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
    from ..classifying.request import ClassifyRequest
    from ..classifying.training import train_classifier as trained
    from ..training.request import Saving

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
    from ..classifying.request import check_one_start

    check_one_start(init, from_model)
    if is_of_gensim(init):
        init = Vectors.from_gensim(init)
    if isinstance(init, Vectors):
        from ..training.warmstart import OldVectors, check_finite

        check_finite(init._embeddings, "init")
        return _Start(None, None, OldVectors(init._embeddings, "the vectors", init.record))
    if isinstance(from_model, TextClassifier):
        return _Start(None, None, from_model._classifier)
    return _Start(
        optional_path(init, "init", " or Vectors"),
        optional_path(from_model, "from_model", " or a TextClassifier"),
        None,
    )


train_classifier.__signature__ = with_options(train_classifier)  # type: ignore[attr-defined]
