"""A language model in the format of the project: more members of the archive that `w2v` writes.

====================== ============================================================
``sentence_end.npy``   float32, shape (dim,): the row of ``</s>``, behind ``vectors.npy``
``hidden_weights.npy`` float32, shape (hidden, history * dim) or (hidden, hidden)
``hidden_bias.npy``    float32, shape (hidden,); only of models that have it
``outputs.npy``        float32, shape (n_words + 1, hidden), or (n_words, hidden) with ``hs``
``output_bias.npy``    float32, shape (n_words + 1,); only of models that have it
====================== ============================================================

What kind of model it is, and how text becomes words, is in ``info.json``, under
``language_model``. Files of other numbers than float32 have none.
"""

import numpy as np

from ..config import TEXT_DEFAULTS, TextConfig
from ..embeddings.blocks import first_not_finite
from ..errors import ConfigError, OutputError
from ..files.storedzip import DamageError
from ..languagemodels.model import EndedRows, LanguageModel

KEY = "language_model"
SENTENCE_END, HIDDEN_WEIGHTS, HIDDEN_BIAS = "sentence_end", "hidden_weights", "hidden_bias"
OUTPUTS, OUTPUT_BIAS = "outputs", "output_bias"
NEEDED = (SENTENCE_END, HIDDEN_WEIGHTS, OUTPUTS)
FACTS = {
    "kind": str,
    "loss": str,
    "activation": str,
    "history": int,
    "hidden": int,
    "n_lines": int,
    "ns_exponent": float,
    "text": dict,
}
LARGEST = 2**40
"""Of a number among these."""


def model_facts(model):
    """What ``info.json`` says of a LanguageModel: dict."""
    facts = {name: getattr(model, name) for name in FACTS if name != "text"}
    return {**facts, "text": {name: getattr(model.text, name) for name in TEXT_DEFAULTS}}


def is_kept(model, format, dtype, n_words):
    """Whether a file has a LanguageModel, or None: only with all of its words, in float32.

    Parameters
    ----------
    model : LanguageModel or None
    format : Format
    dtype : str              of its numbers
    n_words : int            that are written
    """
    has_place = format.keeps_language_model and dtype == "float32"
    return model is not None and has_place and n_words == len(model.words)


def dropped_note():
    """What to say where a language model is left behind."""
    return (
        "the language model is not written: .w2v in float32 has a place for it, with all of its "
        "words and unchanged vectors"
    )


def check_model(model, path):
    """Raise OutputError if a number of a LanguageModel is not finite."""
    for name, array in _arrays(model).items():
        if first_not_finite(array) is not None:
            raise OutputError(
                f"{path}: not written: {name} of the language model holds NaN or infinity; train "
                "it again with a lower learning rate"
            )


def write_model(model, add):
    """Write the members; ``add(name, array, dtype)`` writes one."""
    for name, array in _arrays(model).items():
        add(f"{name}.npy", array, "<f4")


def _arrays(model):
    """Name of a member -> what it holds, but for the vectors of words."""
    arrays = {SENTENCE_END: np.asarray(model.embeddings[len(model.words) :])[0]}
    for name in (HIDDEN_WEIGHTS, HIDDEN_BIAS, OUTPUTS, OUTPUT_BIAS):
        if getattr(model, name) is not None:
            arrays[name] = getattr(model, name)
    return arrays


def read_model(info, words, counts, vectors, names, small, large):
    """The language model of an archive; None if it has none.

    Parameters
    ----------
    info : dict                        what ``info.json`` holds
    words : sequence of str, n_words
    counts : ndarray of int64, (n_words,), or None
    vectors : ndarray of float32, (n_words, dim)
    names : container of str           of the members that are there
    small, large : callable            small(name, shape, dtype), large(name, shape, dtype) -> the
                                       array of a member; the former holds its checksum against it

    Returns
    -------
    LanguageModel or None

    Raises
    ------
    DamageError   if it does not fit together
    """
    facts = info.get(KEY)
    if facts is None:
        return None
    text = _checked(facts)
    missing = [name for name in NEEDED if f"{name}.npy" not in names]
    if missing or counts is None:
        raise DamageError(f"{missing[0] if missing else 'counts'}.npy is missing")
    (n_words, dim), hidden = vectors.shape, facts["hidden"]
    n_before = facts["history"] * dim if facts["history"] else hidden
    n_outputs = n_words if facts["loss"] == "hs" else n_words + 1

    def of(name, *shape, read=small):
        array = read(f"{name}.npy", shape, "<f4") if f"{name}.npy" in names else None
        if read is small and array is not None and not np.isfinite(array).all():
            raise DamageError(f"{name}.npy holds NaN or infinity")
        return array

    try:
        return LanguageModel(
            **{name: facts[name] for name in FACTS if name not in ("hidden", "text")},
            words=words,
            counts=counts,
            embeddings=EndedRows(vectors, of(SENTENCE_END, dim)),
            hidden_weights=of(HIDDEN_WEIGHTS, hidden, n_before),
            hidden_bias=of(HIDDEN_BIAS, hidden),
            outputs=of(OUTPUTS, n_outputs, hidden, read=large),
            output_bias=of(OUTPUT_BIAS, n_words + 1),
            text=text,
            provenance=info["provenance"],
        )
    except ValueError as error:
        raise DamageError(f"the language model does not fit together: {error}") from error


def _checked(facts):
    """The TextConfig of what ``info.json`` says, if that is as it is written."""
    if not isinstance(facts, dict) or not all(map(_fits, map(facts.get, FACTS), FACTS.values())):
        raise DamageError(f"{KEY} in info.json is not as w2v writes it")
    text = facts["text"]
    try:
        return TextConfig(**{name: text[name] for name in TEXT_DEFAULTS if name in text})
    except (ConfigError, TypeError) as error:
        raise DamageError(f"{KEY} in info.json is not as w2v writes it") from error


def _fits(value, kind):
    # type(), because true and false are integers to isinstance().
    is_kind = type(value) is kind or (kind is float and type(value) is int)
    if kind is int:
        return is_kind and 0 <= value <= LARGEST
    return is_kind and (kind is not float or abs(value) <= LARGEST)
