"""What was asked of a training, by whichever front end; it is checked when it is made."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..config import (
    AT_ONCE,
    LANGUAGE_MODELS,
    ON_TEXT,
    Spacing,
    TextConfig,
    TrainConfig,
    parse_seconds,
)
from ..errors import ConfigError, field
from ..files.paths import Path, folder_beside
from .oldngrams import config_with_ngrams

if TYPE_CHECKING:
    from ..corpus.vocabulary import Vocabulary
    from ..distributed.communicator import Communicator
    from ..phrases.wanted import WantedPhrases
    from .warmstart import OldVectors


PLANNED = ("dim", "epochs")
"""What a budget of time chooses, where it is not asked for."""


@dataclass(frozen=True)
class Outputs:
    """What is to be written when training has ended: paths, or None.

    Attributes
    ----------
    vectors, context : str or None   the input and the output matrix
    vocabulary, stats : str or None
    format : str or None             of ``vectors`` and ``context``
    keep_context : bool              the output matrix goes with the vectors
    provenance : bool                so does how they were made
    """

    vectors: str | None = None
    context: str | None = None
    vocabulary: str | None = None
    stats: str | None = None
    format: str | None = None
    keep_context: bool = False
    provenance: bool = True

    @property
    def paths(self) -> list[str]:
        """Those that there are, in the order in which messages name them."""
        named = (self.vectors, self.vocabulary, self.context, self.stats)
        return [path for path in named if path]


@dataclass(frozen=True)
class Saving:
    """Where checkpoints go, how far apart they are, and whether training goes on from one."""

    folder: str
    spacing: Spacing
    resume: bool = False

    @classmethod
    def asked(cls, checkpoint: str | None, every: str, resume: str | None) -> Saving | None:
        """What ``checkpoint`` and ``resume``, folders or None, stand for; None without either.

        Raises
        ------
        ConfigError   if they are two folders, or ``every`` is no spacing
        """
        spacing = Spacing.parse(every)
        if checkpoint and resume and os.path.realpath(checkpoint) != os.path.realpath(resume):
            raise ConfigError(
                f"{field('resume', resume)} and {field('checkpoint', checkpoint)} must be the same "
                f"folder; leave out {field('checkpoint')}"
            )
        folder = checkpoint or resume
        return cls(folder, spacing, resume is not None) if folder else None


@dataclass(frozen=True)
class TimeBudget:
    """The time that all the work may take, from when this is made.

    Attributes
    ----------
    text : str         as the user wrote it: ``90s``, ``10m``, ``2h``
    started : float    by `time.monotonic`

    Raises
    ------
    ConfigError   if it is no time
    """

    text: str
    started: float = dataclasses.field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        parse_seconds(self.text, "time_budget")

    @property
    def seconds(self) -> float:
        """How long, in all."""
        return parse_seconds(self.text, "time_budget")

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started


@dataclass(frozen=True)
class Request:
    """A training that was asked for.

    Attributes
    ----------
    config : TrainConfig
    paths : tuple of str             files, folders, or ``-``; or one encoded corpus
    sentences : iterable of list of str, or None   a corpus that is there as tokens, instead
    texts : iterable of str, or None   a corpus that is there as texts, instead
    text : TextConfig                how text becomes tokens
    glob : tuple of str              which files of folders are read: patterns; all without
    sentence_end : str or None       a token that ends a sentence, as line ends do
    phrases : WantedPhrases or None  phrases that are to be joined
    vocabulary : Vocabulary or None  use this one as it is, instead of making one
    init : str or None               the name of the vectors to go on from
    freeze : str or None             one of `config.FREEZABLE`, which stays as it was there: the
                                     ``inputs`` are the vectors themselves
    old : OldVectors or None         what was read of them: see `going_on_from`
    tmpdir : str or None             folder for the encoded corpus; None: see `folder`
    outputs : Outputs
    saving : Saving or None          checkpoints
    time_budget : TimeBudget or None
    plan : dict or None              what an earlier run with such a budget chose
    chosen : frozenset of str        fields of ``config`` that were asked for, not left to defaults
    communicator : Communicator or None   of several processes that train together
    round_words : int or None        that these train between two merges; None: what suits the text

    Raises
    ------
    ConfigError   if parts of it contradict each other
    """

    config: TrainConfig
    paths: tuple[Path, ...] = ()
    sentences: Iterable[Any] | None = None
    texts: Iterable[str] | None = None
    text: TextConfig = dataclasses.field(default_factory=TextConfig)
    glob: tuple[str, ...] = ()
    sentence_end: str | None = None
    phrases: WantedPhrases | None = None
    vocabulary: Vocabulary | None = None
    init: str | None = None
    freeze: str | None = None
    old: OldVectors | None = None
    tmpdir: str | None = None
    outputs: Outputs = dataclasses.field(default_factory=Outputs)
    saving: Saving | None = None
    time_budget: TimeBudget | None = None
    plan: dict[str, Any] | None = None
    chosen: frozenset[str] = frozenset()
    communicator: Communicator | None = None
    round_words: int | None = None

    def __post_init__(self) -> None:
        self.config.check_chosen(sorted(self.chosen))
        self._check_freeze()
        self._check_at_once()
        self._check_hold_out()
        if self.config.has("anchor") and self.config.anchor and not self.init:
            raise ConfigError(
                f"{field('anchor', self.config.anchor)} needs {field('init')}: there are no old "
                "vectors to hold words at"
            )

    def _check_at_once(self) -> None:
        model = self.config.model
        if model in AT_ONCE and self.init:
            raise ConfigError(
                f"{field('init')}: {field('model', model)} is computed anew from the counts of a "
                f"text, and does not start from old vectors; leave out {field('init')}"
            )
        if model in AT_ONCE and self.time_budget:
            raise ConfigError(
                f"{field('time_budget')}: {field('model', model)} has no epochs that could be more "
                f"or fewer; leave it out, or give {field('dim')}, which its time goes by"
            )

    def _check_hold_out(self) -> None:
        config = self.config
        is_asked = "hold_out" in self.chosen and config.hold_out > 0
        if config.model in LANGUAGE_MODELS and config.loss == "ns" and is_asked:
            raise ConfigError(
                f"{field('hold_out', config.hold_out)} needs {field('loss', 'hs')} or softmax: ns "
                "learns no probabilities, by which text that is held out could be judged"
            )

    def _check_freeze(self) -> None:
        if self.freeze == "outputs":
            self._check_frozen_outputs()
            return
        if self.freeze and not self.init:
            raise ConfigError(
                f"{field('freeze')} needs {field('init')}: there are no old words without"
            )
        if self.freeze and self.config.model not in ON_TEXT:
            raise ConfigError(
                f"{field('freeze')} is of {' and '.join(ON_TEXT)}; a large {field('anchor')} holds "
                f"the old words of {field('model', 'glove')}"
            )
        if self.freeze and self.config.has_ngrams:
            raise ConfigError(
                f"{field('freeze')} and n-grams ({field('min_n')}) exclude each other: old words "
                f"are made of n-grams that new words change; {field('max_n', 0)} trains without"
            )

    def _check_frozen_outputs(self) -> None:
        config = self.config
        if not self.init:
            raise ConfigError(
                f"{field('freeze', 'outputs')} needs {field('init')}: the outputs are those of old "
                "vectors"
            )
        if config.model not in ON_TEXT:
            raise ConfigError(
                f"{field('freeze', 'outputs')} is of {' and '.join(ON_TEXT)}: "
                f"{field('model', config.model)} has no outputs that could stay while its vectors "
                "learn"
            )
        if config.loss == "hs":
            raise ConfigError(
                f"{field('freeze', 'outputs')} needs {field('loss', 'ns')} or softmax: the outputs "
                "of the hierarchical softmax are nodes of a tree, which is another one for "
                "another text"
            )

    def by(self, communicator: Communicator) -> Request:
        """The request as one of several processes has it: the first alone writes."""
        if communicator.is_first:
            return replace(self, communicator=communicator)
        return replace(self, communicator=communicator, outputs=Outputs(), saving=None)

    def going_on_from(self, old: OldVectors) -> Request:
        """The request with `OldVectors` that were read, their length of vectors, and their n-grams.

        Raises
        ------
        ConfigError   if another length or other n-grams were asked for
        """
        dim = old.embeddings.dim
        if self.config.dim != dim and "dim" in self.chosen:
            raise ConfigError(
                f"{field('dim', self.config.dim)} does not fit {field('init')} {old.name}, whose "
                f"vectors have length {dim}; give {field('dim', dim)}, or none"
            )
        if self.freeze == "outputs" and old.embeddings.context is None:
            raise ConfigError(
                f"{field('freeze', 'outputs')}: {old.name or field('init')} has no outputs that "
                f"could stay; train it with {field('keep_context')}, into a .w2v file"
            )
        config = replace(self.config, dim=dim)
        config = config_with_ngrams(config, old.embeddings.subwords, self.chosen, old.name)
        return replace(self, old=old, config=config)

    @property
    def folder(self) -> str:
        """Where the encoded corpus lies while training: ``tmpdir``, or beside the vectors."""
        return os.fspath(self.tmpdir) if self.tmpdir else folder_beside(self.outputs.vectors)
