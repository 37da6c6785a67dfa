"""What is learnt of a collection of documents, kept so that others are embedded the same way.

A fit is a JSON object: ``format``; ``digest`` of the vectors; ``n_documents``; ``pooling`` and
``text``, the settings; and what these need: ``components``, rows of numbers; ``frequencies``, an
object of words and in how many documents each is; ``counts``, one for each row of the vectors.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import TextConfig
from ..corpus.marks import LARGEST_COUNT
from ..embeddings.index import vectors_digest
from ..errors import ConfigError, InputError, field
from ..files.inputs import open_input
from ..files.outputs import atomic_output
from ..files.paths import Path, display_name
from .settings import Pooling, is_number
from .weighting import (
    Frequencies,
    Weighting,
    equal,
    inverse_document_frequency,
    smooth_inverse_frequency,
)

if TYPE_CHECKING:
    from ..embeddings.table import Embeddings

FORMAT = "w2v document fit 1"
TEXT_FIELDS = ("tokenize", "lowercase", "digits")
"""How documents become words; their encoding may be another one each time."""
ORTHONORMAL = 1e-6
"""How far from that components may be which were written with all digits."""


@dataclass(frozen=True)
class Fit:
    """How documents are embedded, with all that was learnt for that.

    Attributes
    ----------
    pooling : Pooling
    text : TextConfig
    n_documents : int                           that it was learnt of
    components : ndarray of float64, (k, dim)   to be taken away; orthonormal
    frequencies : Frequencies or None           for ``idf``
    counts : ndarray of int64, (n_rows,), or None   of the words of the vectors, for ``sif``
    """

    pooling: Pooling
    text: TextConfig
    n_documents: int
    components: np.ndarray
    frequencies: Frequencies | None = None
    counts: np.ndarray | None = None

    def with_encoding(self, encoding: str) -> Fit:
        """The same for text in another encoding."""
        return replace(self, text=replace(self.text, encoding=encoding))

    def weighting(self, embeddings: Embeddings) -> Weighting:
        """The weights of words.

        Raises
        ------
        ConfigError   if it is ``sif`` and there are no counts
        """
        if self.pooling.weighting == "sif":
            return smooth_inverse_frequency(self.counts, self.pooling.a)
        if self.frequencies is not None:
            return inverse_document_frequency(embeddings, self.frequencies)
        return equal(len(embeddings))


def new_fit(pooling: Pooling, text: TextConfig, embeddings: Embeddings) -> Fit:
    """A Fit for vectors, of which nothing was learnt yet."""
    components = np.zeros((0, embeddings.dim))
    return Fit(pooling, text, 0, components, counts=embeddings.counts)


def write_fit(path: Path, fit: Fit, embeddings: Embeddings) -> None:
    """Write a fit to a file, whole or not at all.

    Raises
    ------
    OutputError   if it cannot be written
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "digest": vectors_digest(embeddings),
        "n_documents": fit.n_documents,
        "pooling": asdict(fit.pooling),
        "text": {name: getattr(fit.text, name) for name in TEXT_FIELDS},
        "components": fit.components.tolist(),
    }
    if fit.frequencies is not None:
        content["frequencies"] = dict(fit.frequencies.by_word)
    if fit.pooling.weighting == "sif" and fit.counts is not None:
        content["counts"] = fit.counts.tolist()
    with atomic_output(path) as stream:
        text = json.dumps(content, ensure_ascii=False)
        stream.write(text.encode(errors="surrogatepass") + b"\n")


def read_fit(path: Path, embeddings: Embeddings) -> Fit:
    """Read a fit that `write_fit` wrote, of the same vectors.

    Raises
    ------
    InputError   if it cannot be read, is none, or is one of other vectors
    """
    name = display_name(path)
    with open_input(path) as stream:
        data = stream.read()
    try:
        content = json.loads(data)
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError("another format")
        if content["digest"] != vectors_digest(embeddings):
            raise InputError(
                f"{name}: was learnt with other vectors; give those, or learn it again with "
                f"{field('save_fit')}"
            )
        return _checked(content, embeddings)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ConfigError) as error:
        raise InputError(
            f"{name}: is damaged, or is no file that {field('save_fit')} wrote; learn it again"
        ) from error


def _checked(content, embeddings):
    """The Fit that the content of a file tells, which anybody may have written."""
    known = {each.name for each in fields(Pooling)}
    pooling = Pooling(**{key: content["pooling"][key] for key in known})
    switches = pooling.unit_words, pooling.normalize, pooling.compose
    _require(all(isinstance(switch, bool) for switch in switches))
    text = TextConfig(**{key: content["text"][key] for key in TEXT_FIELDS})
    _require(isinstance(text.lowercase, bool))
    n_documents = _whole(content["n_documents"])
    components = np.array(content["components"], dtype=np.float64).reshape(-1, embeddings.dim)
    _require(len(components) == pooling.common_components)
    _require((np.abs(components) <= 1 + ORTHONORMAL).all())  # which NaN is not
    products = components @ components.T
    _require(np.allclose(products, np.eye(len(components)), atol=ORTHONORMAL, rtol=0))
    frequencies = counts = None
    if pooling.weighting == "idf":
        by_word = content["frequencies"]
        _require(all(0 < _whole(n) <= n_documents for n in by_word.values()))
        frequencies = Frequencies(n_documents, by_word)
    if pooling.weighting == "sif":
        numbers = list(map(_whole, content["counts"]))
        _require(len(numbers) == len(embeddings) and 0 < sum(numbers) < LARGEST_COUNT)
        counts = np.array(numbers, dtype=np.int64)
    return Fit(pooling, text, n_documents, components, frequencies, counts)


def _whole(number):
    _require(is_number(number) and isinstance(number, int) and 0 <= number < LARGEST_COUNT)
    return number


def _require(is_so):
    if not is_so:
        raise ValueError("a value that cannot be")
