"""A classifier in fewer bytes, for a program; what it learns on for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..classifying.quantizing import Learning, fitted_to_size, quantized_classifier
from ..classifying.retraining import Retraining, retrained
from ..config import QuantizeConfig, parse_file_size
from ..errors import ConfigError, field
from ..files.paths import Path
from ..labelled.config import ClassifyConfig
from ..labelled.model import Classifier
from ..library.documentsources import documents_asked
from ..library.givenlabels import Document, Labels
from ..library.reporting import Progress, reporting

if TYPE_CHECKING:
    from ..library.reporting import Report


def retraining_asked(
    model: Classifier,
    documents: Path | Iterable[Path | Document] | None,
    labels: Labels | None,
    text: str | int | Sequence[str | int],
    label: str | int | Sequence[str | int],
    epochs: Any,
    lr: Any,
    threads: int,
    seed: int,
) -> Retraining | None:
    """The Retraining that arguments of `TextClassifier.quantize` stand for; None without documents.

    Raises
    ------
    ConfigError, InputError   if they are something else, or contradict each other
    """
    if documents is None:
        given = {"labels": labels, "text": text, "label": label, "epochs": epochs, "lr": lr}
        for name, value in given.items():
            if value is not None and value != ():
                raise ConfigError(
                    f"{field(name)} is of training: give {field('retrain')}, or leave it out"
                )
        return None
    source = documents_asked(documents, labels, None, text, label, None, model.label_prefix)
    how = Retraining(
        paths=source.paths,
        columns=source.columns,
        given=source.given,
        epochs=ClassifyConfig.epochs if epochs is None else epochs,
        lr=lr,
        threads=threads,
        seed=seed,
    )
    how.config(model)
    return how


def made_smaller(
    model: Classifier,
    config: QuantizeConfig,
    max_size: str | int | None,
    how: Retraining | None,
    n_threads: int,
    progress: Progress | bool | None,
) -> Classifier:
    """A classifier quantized; see `TextClassifier.quantize`.

    Raises
    ------
    ConfigError, InputError, OutputError, MemoryShortageError, TrainingError   as there
    """
    if config.keep is not None and max_size is not None:
        raise ConfigError(
            f"{field('keep')} and {field('max_size')} exclude each other; give one of them"
        )
    size = None if max_size is None else parse_file_size(max_size)
    with reporting(progress, False) as report:

        def tell(done: int, total: int) -> None:
            report("quantize", 0, None, share=done / total)

        learn = None if how is None else _learning(how, report)
        if size is None:
            return quantized_classifier(model, config, n_threads, tell, learn)
        return fitted_to_size(model, size, config, n_threads, tell, learn)


def _learning(how: Retraining, report: Report) -> Learning:
    return lambda classifier: retrained(classifier, how, report)
