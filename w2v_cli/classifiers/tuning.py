"""A classifier with the settings that suit its documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..arguments import ClassifyOptions, classify_options_asked, time_budget_of
from ..config import parse_file_size
from ..errors import ConfigError, field, in_python
from ..files.paths import Path
from ..library.checks import check_switches, optional_path, plain
from ..library.corpora import patterns_of
from ..library.documentsources import documents_asked, output_asked
from ..library.givenlabels import Document, GivenDocuments, Labels
from ..library.reporting import Progress, check_callable, reporting
from ..wording.plaintext import shown
from .options import with_options
from .textclassifier import TextClassifier

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..tuning.classifiers.result import ClassifierTuning


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
    from ..classifying.request import ClassifyRequest
    from ..training.request import TimeBudget
    from ..tuning.classifiers import DEFAULT_TIME
    from ..tuning.classifiers.objectives import Objective
    from ..tuning.classifiers.request import TuneRequest
    from ..tuning.classifiers.session import ClassifierSession

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


tune_classifier.__signature__ = with_options(tune_classifier)  # type: ignore[attr-defined]
