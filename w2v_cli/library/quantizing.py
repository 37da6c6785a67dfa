"""Vectors of a program, quantized and written."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..config import QuantizeConfig
from ..embeddings.table import Embeddings
from ..formats.chosen import Rows
from ..formats.provenance import settings_of
from ..formats.quantizing import quantized, record_of, write_model
from ..formats.quantplan import check_not_quantized, check_quantized_target, planned

NAME = "vectors"
"""What messages call them."""


class Quantized(NamedTuple):
    """What was written of vectors that were quantized.

    Attributes
    ----------
    n_words, n_ngrams : int   rows of each
    n_bytes : int             of the file
    word_error : float        |x - y| / |x| of the vectors x of all words, which became y
    ngram_error : float       likewise of the rows of n-grams; 0 where there are none
    """

    n_words: int
    n_ngrams: int
    n_bytes: int
    word_error: float
    ngram_error: float


def quantize_embeddings(
    embeddings: Embeddings,
    record: dict[str, Any] | None,
    path: str,
    config: QuantizeConfig,
    n_threads: int,
    keeps_record: bool,
) -> tuple[Quantized, list[str]]:
    """Quantize vectors and write them: what was written, and notes.

    Raises
    ------
    ConfigError, OutputError   see `formats.quantplan` and `formats.quantizing`
    """
    check_quantized_target(path)
    check_not_quantized(embeddings, record, NAME)
    plan = planned(embeddings, Rows(len(embeddings)), config, path)
    model = quantized(embeddings, plan, config, n_threads)
    about = record_of(model, config, NAME, None, record)
    n_bytes = write_model(path, model, embeddings, settings_of(record), about, keeps_record)
    facts = len(plan.words), plan.inputs.n_ngrams, n_bytes, model.word_error, model.ngram_error
    return Quantized(*facts), plan.notes
