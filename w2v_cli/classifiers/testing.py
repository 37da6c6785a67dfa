"""A classifier scored by documents that a program has, or that are in files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..classifying.predictor import Predictor
from ..classifying.remarks import notes_of_scores
from ..classifying.scoring import score_classifier
from ..files.paths import Path
from ..labelled.model import Classifier
from ..library.corpora import patterns_of
from ..library.documentsources import documents_asked
from ..library.givenlabels import Document, Labels
from ..library.reporting import Progress, reporting
from ..training.prepare import chosen_sources

if TYPE_CHECKING:
    from ..classifying.scoring import ClassifierScores


def tested(
    model: Classifier,
    documents: Path | Iterable[Path | Document],
    labels: Labels | None,
    *,
    k: int,
    threshold: float,
    known_labels: bool,
    text: str | int | Sequence[str | int],
    label: str | int | Sequence[str | int],
    glob: str | Iterable[str],
    encoding: str,
    threads: int,
    progress: Progress | bool | None,
) -> ClassifierScores:
    """The scores of a classifier; see `TextClassifier.test`.

    Warns
    -----
    W2VWarning   of what is odd about the documents and their labels

    Raises
    ------
    InputError   if a file cannot be read, or no document has a label
    """
    source = documents_asked(documents, labels, None, text, label, None, model.label_prefix)
    predictor = Predictor(model, replace(model.text, encoding=encoding), n_threads=threads)
    with reporting(progress, False) as report:
        sources: Any = source.given or chosen_sources(
            source.paths, patterns_of(glob), predictor.text, report
        )
        scores: ClassifierScores = score_classifier(
            predictor, sources, k, threshold, source.columns, known_labels,
            predictor.is_distribution, report,
        )  # fmt: skip
        scores.labels = [name.removeprefix(model.label_prefix) for name in scores.labels]
        n_files = 1 if source.given else len(sources.files)
        for note in notes_of_scores(scores, predictor, n_files):
            report.warn(note)
    return scores
