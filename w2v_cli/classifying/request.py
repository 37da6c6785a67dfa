"""What is asked for when a classifier is to be trained."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ..config import TextConfig
from ..errors import ConfigError, field
from ..files.paths import folder_beside
from ..labelled.columns import Columns
from ..labelled.config import DEFAULTS, ClassifyConfig
from ..labelled.model import Classifier
from ..training.request import Saving, TimeBudget
from ..training.warmstart import OldVectors


@dataclass(frozen=True)
class ClassifyRequest:
    """A training of a classifier.

    Attributes
    ----------
    config : ClassifyConfig
    paths : tuple of str          files, folders, or ``-``
    text : TextConfig             how text becomes words
    glob : tuple of str           which files of folders are read
    columns : Columns or None     of tables; None: lines in which labels have a prefix
    given : GivenDocuments or None   documents that a program has, instead of paths
    output : str or None          where the model goes
    stats : str or None
    provenance : bool             how it was made is written beside it
    saving : Saving or None       checkpoints
    tmpdir : str or None          folder for the encoded documents; None: beside the model
    time_budget : TimeBudget or None   chooses the epochs
    plan : dict or None           what an earlier run with such a budget chose
    init : str or None            a file of vectors to start from
    from_model : str or None      a file of a classifier that goes on learning
    old : OldVectors, Classifier or None   vectors, or a classifier, that a program has, instead
    chosen : frozenset of str     fields of ``config`` and ``text`` that were asked for, not left to
                                  defaults

    Raises
    ------
    ConfigError   if parts of it contradict each other
    """

    config: ClassifyConfig
    paths: tuple[str, ...]
    text: TextConfig = dataclasses.field(default_factory=TextConfig)
    glob: tuple[str, ...] = ()
    columns: Columns | None = None
    given: Any = None
    output: str | None = None
    stats: str | None = None
    provenance: bool = True
    saving: Saving | None = None
    tmpdir: str | None = None
    init: str | None = None
    from_model: str | None = None
    old: OldVectors | Classifier | None = None
    chosen: frozenset[str] = frozenset()
    time_budget: TimeBudget | None = None
    plan: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        has_start = check_one_start(self.init, self.from_model, self.old)
        for name in ("freeze", "embedding_lr_scale", "freeze_epochs"):
            is_asked = getattr(self.config, name) != DEFAULTS[name]
            if is_asked and not has_start:
                raise ConfigError(
                    f"{field(name)} needs {field('init')} or {field('from_model')}: there are no "
                    "old rows without"
                )
        if self.config.freeze and self.time_budget:
            raise ConfigError(
                f"{field('freeze')} and {field('time_budget')} exclude each other: what is frozen "
                "takes seconds, and has no epochs; leave it out"
            )
        if self.config.freeze and self.saving:
            raise ConfigError(
                f"{field('freeze')} and {field('checkpoint')} exclude each other: what is frozen "
                "takes seconds, and has no steps to keep; leave it out"
            )

    @property
    def outputs(self) -> list[str]:
        """The paths that are written."""
        return [path for path in (self.output, self.stats) if path]

    @property
    def has_labels_in_text(self) -> bool:
        """Whether labels stand in text, with a prefix."""
        return self.columns is None and self.given is None

    @property
    def folder(self) -> str:
        """Where the encoded documents lie while training."""
        return self.tmpdir or folder_beside(self.output)


def check_one_start(*starts: object) -> bool:
    """Whether training starts from something that is not None; ConfigError if there are two."""
    n_starts = sum(each is not None for each in starts)
    if n_starts > 1:
        raise ConfigError(
            f"{field('init')} and {field('from_model')} exclude each other: a classifier has "
            "its words' vectors in it; leave one of them out"
        )
    return n_starts == 1
