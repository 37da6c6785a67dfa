"""Classifiers in fewer bytes: rows are chosen and quantized, or as many as a file has room for.

As in fastText the rows of inputs that stay are the longest ones, of words and n-grams alike, and
the end of a line; each becomes codes, and so may the outputs. Rows of n-grams that are zero, which
no document of the training had, are left out: then they are no features of a document, and do not
shorten its vector.

Source: Joulin and others 2016 (1612.03651), sections 3.2 and 3.3; fasttext.cc of fastText.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from .. import __version__
from ..config import QuantizeConfig
from ..embeddings.blocks import first_not_finite
from ..errors import ConfigError, OutputError, field
from ..formats.classifier_file import names_of
from ..formats.classifier_matrices import PAIR_BYTES, head_bytes, matrix_bytes, stored_outputs
from ..formats.fasttext_header import ENTRY
from ..formats.fasttext_model import StoredNodes
from ..formats.pruning import squares_of_rows
from ..formats.quantplan import LARGEST_CODES, OUTPUT_DSUB
from ..labelled.model import Classifier
from ..machine.limits import require_memory
from ..quantization.matrix import quantized_matrix
from ..quantization.product import SAMPLE
from ..quantization.rows import QuantizedRows
from ..wording.marks import SENTENCE_END_WORD

LEAST_ROWS = 256
"""Fewer than these are not worth a file: centroids alone are as many."""
THE_MODEL = "the model"
Learning: TypeAlias = "Callable[[Classifier], tuple[Classifier, dict[str, Any]]]"
"""Trains the rows of a classifier: gives it, and facts for its record (`retraining.retrained`)."""
MANY_LABELS = 256
"""From so many on outputs are quantized, too, where a file must be of a size."""


@dataclass(frozen=True)
class Plan:
    """What stays of a classifier, before it is quantized.

    Attributes
    ----------
    rows : ndarray of int64   rows of inputs that stay: of words, then of n-grams by their buckets
    n_words : int             of these
    n_all_words, n_all_ngrams : int   that there were; n-grams without those whose row is zero
    n_unused : int            n-grams whose row is zero
    is_pruned : bool          n-grams without a row are no features
    has_codes_of_outputs : bool
    n_bytes : int             of the new file
    plain_bytes : int         of the file with floats instead
    """

    rows: np.ndarray
    n_words: int
    n_all_words: int
    n_all_ngrams: int
    n_unused: int
    is_pruned: bool
    has_codes_of_outputs: bool
    n_bytes: int
    plain_bytes: int

    @property
    def n_ngrams(self) -> int:
        """Rows of n-grams that stay."""
        return len(self.rows) - self.n_words


def quantized_classifier(
    classifier: Classifier,
    config: QuantizeConfig | None = None,
    n_threads: int = 1,
    progress: Callable[[int, int], Any] | None = None,
    learn: Learning | None = None,
) -> Classifier:
    """Quantize a classifier: the same for the same seed, whatever the number of threads.

    Parameters
    ----------
    classifier : Classifier
    config : QuantizeConfig or None   its ``keep`` rows stay at most; None: as by default
    n_threads : int
    progress : callable or None   called with how much is done, and how much there is to do
    learn : Learning or None      trains the rows that stay, before they are quantized

    Returns
    -------
    Classifier   what a file of it is read as; its ``provenance`` has the relative errors

    Raises
    ------
    ConfigError   if it is quantized already, or has too many rows for a file
    OutputError   if a number is not finite
    """
    config = config or QuantizeConfig()
    plan = planned(classifier, config)
    return carried_out(classifier, plan, config, n_threads, progress, learn)


def fitted_to_size(
    classifier: Classifier,
    max_bytes: int,
    config: QuantizeConfig | None = None,
    n_threads: int = 1,
    progress: Callable[[int, int], Any] | None = None,
    learn: Learning | None = None,
) -> Classifier:
    """Quantize a classifier such that its file has at most ``max_bytes``.

    Lengths are quantized apart, outputs too from 256 labels on, and as many rows stay as there is
    room for.

    Parameters
    ----------
    classifier : Classifier
    max_bytes : int   of the file, not compressed
    config : QuantizeConfig or None   of which the seed and ``dsub`` count
    n_threads, progress, learn   see `quantized_classifier`

    Returns
    -------
    Classifier

    Raises
    ------
    ConfigError   likewise, or if there is no room for 256 rows
    OutputError   if a number is not finite
    """
    config = fitting(classifier, config or QuantizeConfig())
    plan = planned_for_size(classifier, max_bytes, config)
    return carried_out(classifier, plan, config, n_threads, progress, learn)


def fitting(classifier: Classifier, config: QuantizeConfig) -> QuantizeConfig:
    """How a classifier is quantized that must be of a size."""
    return replace(config, qnorm=True, keep=None, qout=len(classifier.labels) >= MANY_LABELS)


def planned(classifier: Classifier, config: QuantizeConfig, name: str = THE_MODEL) -> Plan:
    """Choose the rows that stay, at most ``keep`` of them; see `quantized_classifier`.

    ``name`` is that of the classifier in messages.
    """
    return _Planning(classifier, config, name).of_first(config.keep)


def planned_for_size(
    classifier: Classifier, max_bytes: int, config: QuantizeConfig, name: str = THE_MODEL
) -> Plan:
    """Choose as many rows as a file of ``max_bytes`` has room for; see `fitted_to_size`.

    ``name`` is that of the classifier in messages.
    """
    planning = _Planning(classifier, config, name)
    whole = planning.of_first(None)
    if whole.n_bytes <= max_bytes:
        return whole
    n_rows = planning.n_that_fit(max_bytes)
    least = min(LEAST_ROWS, len(whole.rows))
    if n_rows < least:
        needed = planning.of_first(least).n_bytes
        raise ConfigError(
            f"{field('max_size')} of {max_bytes:,} bytes is too little for this model: {least} "
            f"rows of words and n-grams, fewer than which are of no use, need {needed:,}; give "
            f"more, a higher {field('dsub')}, or train with a smaller {field('dim')}"
        )
    return planning.of_first(n_rows)


class _Planning:
    """The rows of a classifier in the order in which they stay, and what each of them takes."""

    def __init__(self, classifier: Classifier, config: QuantizeConfig, name: str) -> None:
        self._classifier, self._config, self._name = classifier, config, name
        _check(classifier, name)
        n_words = len(classifier.words)
        squares = squares_of_rows(classifier.inputs, np.arange(classifier.n_rows))
        if not np.isfinite(squares).all():
            raise _not_finite(name)
        is_used = squares > 0
        is_used[:n_words] = True
        self._n_unused = classifier.ngrams.n_buckets - int(is_used[n_words:].sum())
        used = np.flatnonzero(is_used)
        if SENTENCE_END_WORD in classifier.words:
            squares[classifier.words.index(SENTENCE_END_WORD)] = np.inf
        self._order = used[np.argsort(-squares[used], kind="stable")]
        self._names, self._labels = names_of(classifier)
        self._lengths = np.array([len(name) for name in self._names], dtype=np.int64)

    def of_first(self, n_rows: int | None) -> Plan:
        """The Plan in which the first ``n_rows`` of them stay; None: all."""
        classifier, config = self._classifier, self._config
        n_all_words, dim = len(classifier.words), classifier.dim
        kept = np.sort(self._order[:n_rows])
        words, ngrams = np.split(kept, [np.searchsorted(kept, n_all_words)])
        if classifier.buckets is not None:
            ngrams = ngrams[np.argsort(classifier.buckets[ngrams - n_all_words])]
        n_buckets = classifier.ngrams.n_buckets
        is_pruned = len(words) < n_all_words or len(ngrams) < n_buckets
        n_bytes = self._fixed_bytes() + self._bytes_of_rows(kept, is_pruned)
        names = [*self._names, *self._labels]
        plain_bytes = head_bytes(names) + matrix_bytes(n_all_words + n_buckets, dim)
        plan = Plan(
            rows=np.concatenate([words, ngrams]),
            n_words=len(words),
            n_all_words=n_all_words,
            n_all_ngrams=n_buckets - self._n_unused,
            n_unused=self._n_unused,
            is_pruned=is_pruned,
            has_codes_of_outputs=config.qout,
            n_bytes=n_bytes,
            plain_bytes=plain_bytes + matrix_bytes(len(self._labels), dim),
        )
        n_parts = -(-dim // config.dsub)
        if len(plan.rows) * n_parts > LARGEST_CODES:
            raise ConfigError(
                f"{self._name}: {len(plan.rows):,} rows of {n_parts} parts are more codes than a "
                f".ftz can have; give a lower {field('keep')}, or a higher {field('dsub')}"
            )
        return plan

    def n_that_fit(self, max_bytes: int) -> int:
        """How many rows a pruned file of ``max_bytes`` has room for."""
        each = np.full(len(self._order), self._bytes_of_row() + PAIR_BYTES)
        is_word = self._order < len(self._lengths)
        of_names = self._lengths[self._order[is_word]] + 1 + ENTRY.size
        each[is_word] = self._bytes_of_row() + of_names
        room = max_bytes - self._fixed_bytes()
        return int(np.searchsorted(np.cumsum(each), room, side="right"))

    def _fixed_bytes(self) -> int:
        """What the file has besides rows."""
        classifier, config = self._classifier, self._config
        dsub = OUTPUT_DSUB if config.qout else None
        outputs = matrix_bytes(len(self._labels), classifier.dim, dsub, config.qnorm)
        inputs = matrix_bytes(0, classifier.dim, config.dsub, config.qnorm)
        return head_bytes(self._labels) + inputs + outputs

    def _bytes_of_row(self) -> int:
        return -(-self._classifier.dim // self._config.dsub) + self._config.qnorm

    def _bytes_of_rows(self, rows: np.ndarray, is_pruned: bool) -> int:
        words = rows[rows < len(self._lengths)]
        names = int(self._lengths[words].sum()) + (1 + ENTRY.size) * len(words)
        pairs = PAIR_BYTES * (len(rows) - len(words)) if is_pruned else 0
        return len(rows) * self._bytes_of_row() + names + pairs


def _check(classifier: Classifier, name: str) -> None:
    """Raise unless its numbers are floats, and those of outputs finite."""
    stored = stored_outputs(classifier)
    if isinstance(classifier.inputs, QuantizedRows) or isinstance(stored, QuantizedRows):
        raise ConfigError(
            f"{name}: is quantized already, and would only lose by it; take the model that it was "
            "made of"
        )
    if first_not_finite(stored) is not None:
        raise _not_finite(name)


def _not_finite(name: str) -> OutputError:
    return OutputError(
        f"{name}: holds NaN or infinity, of which no codes can be made; train it again"
    )


def carried_out(
    classifier: Classifier,
    plan: Plan,
    config: QuantizeConfig,
    n_threads: int = 1,
    progress: Callable[[int, int], Any] | None = None,
    learn: Learning | None = None,
) -> Classifier:
    """Quantize what a Plan keeps of a classifier; see `quantized_classifier`."""
    dim, rows = classifier.dim, plan.rows
    require_memory(len(rows) * (-(-dim // config.dsub) + 1) + 3 * SAMPLE * 4 * dim, "quantizing")
    kept, source, facts = _pruned(classifier, plan), classifier.inputs, None
    if learn is not None:
        require_memory(4 * len(rows) * dim, "training")
        kept, facts = learn(replace(kept, inputs=np.asarray(source[rows], dtype=np.float32)))
        source, rows = kept.inputs, np.arange(len(rows))
    options = config.qnorm, config.seed, n_threads
    inputs, input_error = quantized_matrix(source, rows, config.dsub, *options, progress)
    outputs, output_error = kept.outputs, 0.0
    if plan.has_codes_of_outputs:
        stored = np.asarray(stored_outputs(kept)[:], dtype=np.float32)
        outputs, output_error = quantized_matrix(
            stored, np.arange(len(stored)), OUTPUT_DSUB, *options
        )
        outputs = StoredNodes(outputs) if classifier.loss == "hs" else outputs
    names = ("dsub", "keep", "qnorm", "qout", "seed")
    changes = {name: getattr(config, name) for name in names}
    changes |= {"input_error": input_error, "output_error": output_error, "retrained": facts}
    return replace(
        kept,
        inputs=inputs,
        outputs=outputs,
        provenance={
            "command": "quantize",
            "version": __version__,
            "changes": changes,
            "source_provenance": classifier.provenance,
        },
    )


def _pruned(classifier: Classifier, plan: Plan) -> Classifier:
    """The words and n-grams that stay, with the inputs of all."""
    words, ngrams = np.split(plan.rows, [plan.n_words])
    buckets = ngrams - plan.n_all_words
    if classifier.buckets is not None:
        buckets = classifier.buckets[buckets]
    return replace(
        classifier,
        words=[classifier.words[row] for row in words.tolist()],
        counts=classifier.counts[words],
        buckets=buckets if plan.is_pruned else None,
        is_pruned=plan.is_pruned,
        ngram_order=None,
    )
