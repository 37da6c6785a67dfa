"""Models in fewer bytes: rows are chosen, quantized, and written as fastText's ``.ftz``.

A word of a model with n-grams is the mean of its own row and of theirs. Its own row is made anew
behind them: once n-grams are pruned and quantized, it becomes what brings the mean back to the
vector of the word, and only then is it quantized. So a known word carries the error of one row
divided by the number of all of them; unknown words have that of their n-grams.
"""

from dataclasses import dataclass

import numpy as np

from .. import __version__
from ..embeddings.subwords import Subwords
from ..machine.limits import require_memory
from ..quantization.matrix import Coded, RelativeError, Steps, quantized_matrix
from ..quantization.product import SAMPLE, Quantizer, sampled
from ..quantization.rows import QuantizedRows
from .base import Target
from .fasttext_writing import outputs_of, write_quantized_model
from .provenance import path_beside, remove_beside, write_beside
from .quantplan import OUTPUT_DSUB, Plan, has_outputs


@dataclass(frozen=True)
class QuantizedModel:
    """A model that was quantized.

    Attributes
    ----------
    plan : Plan
    inputs : QuantizedRows             of words, then of n-grams
    outputs : QuantizedRows or None    as fastText numbers them
    subwords : Subwords or None        how words are cut, and the buckets of rows
    word_error, ngram_error : float    |x - y| / |x| of vectors x of words, which became y, and of
                                       rows of n-grams; of all together: the root of a sum of
                                       squares over another. 0 where there are none
    """

    plan: Plan
    inputs: QuantizedRows
    outputs: QuantizedRows | None
    subwords: Subwords | None
    word_error: float
    ngram_error: float


def quantized(embeddings, plan, config, n_threads=1, progress=None):
    """Quantize what a plan keeps of a model.

    Parameters
    ----------
    embeddings : Embeddings
    plan : Plan
    config : QuantizeConfig
    n_threads : int
    progress : callable or None   called with how much is done, and how much there is to do

    Returns
    -------
    QuantizedModel   the same for the same seed, whatever the number of threads
    """
    inputs, dim = plan.inputs, embeddings.dim
    n_rows, n_words = len(inputs), inputs.n_words
    require_memory(n_rows * (-(-dim // config.dsub) + 1) + 3 * SAMPLE * 4 * dim, "quantizing")
    steps = Steps(progress, n_rows)
    quantizer = Quantizer.learnt(
        inputs.sample(sampled(n_rows, config.seed)), config.dsub, config.qnorm, config.seed,
        n_threads, steps.share,
    )  # fmt: skip
    coded = Coded(quantizer, n_rows)
    ngram_error, word_error = RelativeError(), RelativeError()
    for start, rows in inputs.ngram_blocks():
        ngram_error.add(rows, coded.put(n_words + start, rows), rows)
        steps.add(len(rows))
    subwords = inputs.subwords(coded.rows.part(slice(n_words, None)))
    for start, own, vectors, divisors in inputs.word_blocks(subwords):
        word_error.add(own, coded.put(start, own), vectors, divisors)
        steps.add(len(own))
    outputs = _outputs(embeddings, plan, config, n_threads)
    return QuantizedModel(
        plan, coded.rows, outputs, subwords, word_error.relative, ngram_error.relative
    )


def _outputs(embeddings, plan, config, n_threads):
    """The output matrix of the words that stay, quantized: QuantizedRows, or None."""
    if not has_outputs(embeddings, plan.word_places, config):
        return None
    n_words, places = len(plan.words), plan.word_places
    if embeddings.nodes is not None:
        rows = outputs_of(embeddings.nodes, None, n_words, embeddings.dim)
    else:
        rows = embeddings.context
    rows = np.asarray(rows[:] if embeddings.nodes is not None else rows[places], dtype=np.float32)
    all_of_them, options = np.arange(n_words), (config.qnorm, config.seed, n_threads)
    return quantized_matrix(rows, all_of_them, OUTPUT_DSUB, *options)[0]


def write_model(path, model, embeddings, settings, provenance=None, beside=False):
    """Write a quantized model, whole or not at all.

    Parameters
    ----------
    path : str                 ``-`` is standard output
    model : QuantizedModel
    embeddings : Embeddings    that it was made of
    settings : dict            of its training, see `provenance.settings_of`
    provenance : dict or None  how it was made
    beside : bool              write that, and counts, to a file beside

    Returns
    -------
    int   bytes that were written

    Raises
    ------
    OutputError   if the file cannot be written, or a word or a count cannot stand in it
    """
    plan, counts = model.plan, embeddings.counts
    if counts is not None:
        counts = np.asarray(counts)[plan.word_places]
    target = Target(path, counts=counts, subwords=model.subwords, settings=settings)
    write_quantized_model(target, plan.words, model.inputs, model.outputs)
    if not beside or provenance is None:
        remove_beside(path)
    elif path_beside(path) is not None:
        write_beside(path, target.checksum, provenance, counts)
    return target.checksum.size


def record_of(model, config, source, source_format, record):
    """How the new file came about: dict."""
    return {
        "command": "quantize",
        "version": __version__,
        "source": source,
        "source_format": source_format,
        "changes": {
            **vars(config), "word_error": model.word_error, "ngram_error": model.ngram_error,
        },
        "source_provenance": record,
    }  # fmt: skip
