"""A table of vectors out of a transformer: each token is run through it by itself.

Source: distill of MinishLab/model2vec.
"""

import os
from dataclasses import dataclass

import numpy as np

from .. import __version__
from ..errors import InputError
from ..files.inputs import open_input
from ..formats.containers import files_of
from ..formats.model2vec_folder import write_model
from ..formats.registry import format_for, format_named
from ..formats.transformer.reader import settings_beside
from ..formats.transformer.vocabulary import REMEDY, TOKENIZER, read_vocabulary
from ..formats.writing import write_embeddings
from .outputs import Outputs
from .reduction import principal, rank_weights
from .tokenizer import Frame, kept_tokens

MODEL2VEC = "model2vec"


@dataclass(frozen=True)
class Distilled:
    """What was written.

    Attributes
    ----------
    n_rows, dim : int
    share : float   of the variance of the outputs that is left
    """

    n_rows: int
    dim: int
    share: float


def target_format(target, name=None):
    """The Format that a distilled model is written in: a folder, or what an extension tells.

    Parameters
    ----------
    target : str
    name : str or None   of `formats.registry.FORMATS`; wins over the name of the target

    Raises
    ------
    ConfigError   if the extension says nothing, or there is no such format
    """
    if name is None and not os.path.splitext(os.path.normpath(target))[1]:
        name = MODEL2VEC
    return format_named(format_for(target, name))


def distill(folder, target, config, *, format=MODEL2VEC, dtype="float32", report=None):
    """Distill a transformer.

    Parameters
    ----------
    folder : str             of the model, with a tokenizer.json
    target : str             a folder for ``model2vec``; a file for other formats, which get the
                             tokens that are words
    config : DistillConfig
    format : str             of `formats.registry.FORMATS`
    dtype : str              of `formats.registry.NUMBER_TYPES`
    report : callable or None   report(stage, done, total)

    Returns
    -------
    Distilled

    Raises
    ------
    MissingLibraryError       if torch, transformers or tokenizers is not there
    InputError, OutputError   if the model cannot be read or loaded, or the target not written
    """
    folder = os.path.dirname(files_of(folder)[0]) if os.path.isdir(folder) else folder
    path = os.path.join(folder, TOKENIZER)
    if not os.path.isfile(path):
        raise InputError(f"{folder}: has no {TOKENIZER}, which cuts texts into tokens: {REMEDY}")
    with open_input(path) as stream:
        data = stream.read()
    settings = settings_beside(path)
    vocabulary = read_vocabulary(folder, settings, folder)
    tokenizer, rows = kept_tokens(data, path)
    frame = Frame(path)
    outputs = Outputs(folder, config.pooling, config.device)
    vectors, share = principal(_outputs_of(rows, frame, outputs, config, report), config.dim)
    vectors *= rank_weights(len(vectors), config.a)[:, np.newaxis].astype(np.float32)
    provenance = {
        "command": "distill",
        "version": __version__,
        "source": os.path.basename(os.path.normpath(folder)),
        "family": settings.get("model_type"),
        **{name: getattr(config, name) for name in ("dim", "pooling", "a")},
        "variance_kept": share,
    }
    if format == MODEL2VEC:
        write_model(target, tokenizer, vectors, dtype=dtype, provenance=provenance)
        return Distilled(*vectors.shape, share)
    places = {row: place for place, row in enumerate(rows)}
    words = dict(reversed(vocabulary.words()))
    words = [(word, places[words[word]]) for word in reversed(words) if words[word] in places]
    chosen = vectors[[place for _, place in words]]
    write_embeddings(
        target, [word for word, _ in words], chosen, format, None, provenance, dtype, beside=True
    )
    return Distilled(*chosen.shape, share)


def _outputs_of(rows, frame, outputs, config, report):
    """What the model makes of each token by itself: ndarray of float32, shape (n_rows, n)."""
    found = None
    for start in range(0, len(rows), config.batch):
        some = [frame.around(row) for row in rows[start : start + config.batch]]
        made = outputs.of(np.array(some, dtype=np.int64))
        if found is None:
            found = np.empty((len(rows), made.shape[1]), dtype=np.float32)
        found[start : start + len(made)] = made
        if report is not None:
            report("distill", start + len(made), len(rows))
    return found
