"""Two languages aligned: words of a dictionary found, a map learned, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import __version__
from ..alignment.config import AlignConfig
from ..alignment.fitting import Maps, Round, fit
from ..alignment.mapping import Normalization, normalized
from ..config import RefineConfig
from ..embeddings.blocks import row_blocks
from ..embeddings.refinement import refine_rows
from ..embeddings.table import Embeddings
from ..errors import ConfigError, InputError, field
from ..evaluation.dictionary import Dictionary
from ..evaluation.translation import Asked, Retrieval, Searched, ask, retrievals
from ..machine.limits import FEWER_WORDS, require_memory

IDENTICAL = "words that both have"
"""What a dictionary of identical strings is called."""
HELD_OUT = 10
"""One source word in so many is held out, in the order of frequency."""
LEAST_WORDS = 2 * HELD_OUT
"""With fewer there is nothing to hold out."""


@dataclass(frozen=True)
class Aligned:
    """What was aligned, and what there is to tell of it.

    Attributes
    ----------
    source : Embeddings                 mapped
    target : Embeddings                 mapped too, if that was asked for; else as it was
    dictionary : str                    its name
    words, unknown_source, unknown_target : int   of the dictionary, see `TranslationScores`
    rounds : list of Round              the pairs learned from, and their mean cosine
    held_out : int                      source words that were held out
    retrievals : dict of str to Retrieval   their scores under a map learned from the others
    config : AlignConfig
    notes : list of str                 what the user should know
    """

    source: Embeddings
    target: Embeddings
    dictionary: str
    words: int
    unknown_source: int
    unknown_target: int
    rounds: list[Round]
    held_out: int
    retrievals: dict[str, Retrieval]
    config: AlignConfig
    notes: list[str]

    def as_dict(self) -> dict[str, Any]:
        """The facts by name, as they stand in JSON and in the record of the vectors."""
        config = {**vars(self.config), "normalize": list(self.config.normalize)}
        return {
            **config,
            "dictionary": self.dictionary,
            "words": self.words,
            "unknown_source": self.unknown_source,
            "unknown_target": self.unknown_target,
            "rounds": [vars(each) for each in self.rounds],
            "held_out": self.held_out,
            **{
                f"held_out_{name}": found.precision[1].value
                for name, found in self.retrievals.items()
            },
        }

    def record(self, other: str) -> dict[str, Any]:
        """How the vectors came about, for their file; ``other`` names the other language's."""
        changes = {"aligned_with": other, **self.as_dict()}
        return {"command": "align", "version": __version__, "changes": changes}


def identical_words(source: Embeddings, target: Embeddings) -> Dictionary:
    """The words that both vocabularies have, each of which means itself."""
    return Dictionary(IDENTICAL, [(word, word) for word in source.words if word in target.index])


def align_embeddings(
    source: Embeddings,
    target: Embeddings,
    dictionary: Dictionary,
    config: AlignConfig,
    moves_target: bool = False,
    ignore_case: bool = True,
    n_threads: int | None = None,
) -> Aligned:
    """Bring the vectors of two languages into one space.

    One source word of ten is held out, and scored with what is learned from the others; then the
    map is learned again from all.

    Parameters
    ----------
    source, target : Embeddings
    dictionary : Dictionary     from the source to the target
    config : AlignConfig
    moves_target : bool         both are normalised and mapped. If not, the source alone is laid
                                into the space of the target
    ignore_case : bool          see `evaluation.translation.ask`
    n_threads : int or None     None: as many as there are processors

    Returns
    -------
    Aligned

    Raises
    ------
    ConfigError           if the method changes the target, which is not to move; or lengths differ
    InputError            if no pair of the dictionary is known
    MemoryShortageError   if there is no room for the matrices
    """
    _check_target(config, moves_target)
    notes = _notes_of_loss(source, target, moves_target)
    source, target = _of_one_length(source, target, config, moves_target, notes)
    asked = ask(source, target, dictionary, ignore_case)
    if len(asked.rows) == 0:
        raise InputError(
            f"{dictionary.name}: not one of its {asked.words:,} words has a vector, and a "
            "translation that has one, so that there is nothing to learn from; is it from the "
            "source's language to the target's?"
        )
    need = 4 * (2 * len(source) + 2 * len(target)) * target.dim
    require_memory(need, "the vectors of two languages", lambda _: FEWER_WORDS)
    spaces = _Spaces(source, target, config, moves_target)
    is_held = _held_out(asked)
    found: dict[str, Retrieval] = {}
    if is_held.any():
        maps, _ = spaces.fit(asked.part(~is_held).pairs, n_threads)
        searched = Searched(*spaces.mapped(maps), config.csls, n_threads)
        found = retrievals(searched, asked.part(is_held))
        del searched
    maps, rounds = spaces.fit(asked.pairs, n_threads)
    n_pairs = len(asked.pairs)
    if config.refine == 0 and n_pairs < target.dim:
        notes.append(
            f"{n_pairs:,} known pairs are fewer than the {target.dim} numbers of a vector: the map "
            "is uncertain; a larger dictionary makes it better"
        )
    return Aligned(
        *spaces.mapped(maps),
        dictionary=dictionary.name,
        words=asked.words,
        unknown_source=asked.unknown_source,
        unknown_target=asked.unknown_target,
        rounds=rounds,
        held_out=int(is_held.sum()),
        retrievals=found,
        config=config,
        notes=notes,
    )


class _Spaces:
    """Two languages, normalised."""

    def __init__(self, source, target, config, moves_target):
        self._embeddings = source, target
        self._config, self._moves_target = config, moves_target
        self._steps = [
            Normalization.fit(each.vectors, config.normalize) for each in (source, target)
        ]
        self._matrices = [normalized(each.vectors, config.normalize) for each in (source, target)]

    def fit(self, pairs, n_threads):
        return fit(*self._matrices, pairs, self._config, n_threads)

    def mapped(self, maps: Maps) -> tuple[Embeddings, Embeddings]:
        """(source, target) as they are to be."""
        source, target = self._embeddings
        ours, theirs = self._steps
        if not self._moves_target:
            laid = _made(
                source.vectors, lambda rows: ours.laid_into(rows, theirs, maps.source), target.dim
            )
            return Embeddings(source.words, laid, source.counts), target
        made = [
            matrix if by is None else _made(matrix, lambda rows, by=by: rows @ by, matrix.shape[1])
            for matrix, by in zip(self._matrices, (maps.source, maps.target), strict=True)
        ]
        return (
            Embeddings(source.words, made[0], source.counts),
            Embeddings(target.words, made[1], target.counts),
        )


def _made(matrix, function, dim):
    made = np.empty((len(matrix), dim), np.float32)
    for rows in row_blocks(len(matrix)):
        made[rows] = function(matrix[rows])
    return made


def _held_out(asked: Asked) -> np.ndarray:
    """Which source words are held out: ndarray of bool, shape (n_asked,)."""
    is_held = np.zeros(len(asked.rows), bool)
    if len(is_held) >= LEAST_WORDS:
        is_held[np.argsort(asked.rows, kind="stable")[HELD_OUT - 1 :: HELD_OUT]] = True
    return is_held


def _check_target(config, moves_target):
    if config.method == "vecmap" and not moves_target:
        raise ConfigError(
            f"{field('method', 'vecmap')} changes the vectors of the target too; give "
            f"{field('target_output')}"
        )


def _notes_of_loss(source, target, moves_target):
    changed = [source, target] if moves_target else [source]
    if any(each.subwords for each in changed):
        return ["vectors of n-grams are not aligned; only the words of the model have a vector now"]
    return []


def _of_one_length(source, target, config, moves_target, notes):
    """Both, with those of the longer vectors cut by PCA if that is asked for."""
    dims = source.dim, target.dim
    if dims[0] == dims[1]:
        return source, target
    if not config.project:
        raise ConfigError(
            f"the vectors of the source have {dims[0]} numbers, and those of the target {dims[1]}; "
            f"give {field('project')} to cut the longer by PCA"
        )
    if dims[1] > dims[0] and not moves_target:
        raise ConfigError(
            f"{field('project')} changes the vectors of the target, which are the longer; give "
            f"{field('target_output')}"
        )
    dim = min(dims)
    notes.append(
        f"the vectors of the {'source' if dims[0] > dim else 'target'} are cut from {max(dims)} "
        f"numbers to {dim} by PCA"
    )
    if dims[0] > dim:
        return _projected(source, dim, notes), target
    return source, _projected(target, dim, notes)


def _projected(embeddings, dim, notes):
    rows, more = refine_rows(embeddings.vectors, RefineConfig(dim=dim))
    notes += more
    require_memory(4 * len(rows) * dim, "vectors cut by PCA")
    return Embeddings(embeddings.words, _made(rows, lambda some: some, dim), embeddings.counts)
