"""What is asked for when a classifier is to be trained."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ..config import TextConfig
from ..files.paths import folder_beside
from ..labelled.columns import Columns
from ..labelled.config import ClassifyConfig
from ..training.request import Saving, TimeBudget


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
    chosen : frozenset of str     fields of ``config`` that were asked for, not left to defaults
    plan : dict or None           what an earlier run with such a budget chose
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
    time_budget: TimeBudget | None = None
    chosen: frozenset[str] = frozenset()
    plan: dict[str, Any] | None = None

    @property
    def outputs(self) -> list[str]:
        """The paths that are written."""
        return [path for path in (self.output, self.stats) if path]

    @property
    def folder(self) -> str:
        """Where the encoded documents lie while training."""
        return self.tmpdir or folder_beside(self.output)
