"""What is known of a text that was read: the same facts from counting to the record of vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..config import TextConfig
from ..errors import field

if TYPE_CHECKING:
    import numpy as np

    from .spool import Spool


@dataclass(frozen=True)
class TextFacts:
    """How a text was read.

    Attributes
    ----------
    tokens_read : int
    irregular : dict of int    what the rules of `tokenizer` were applied to: tokens that were
                               ``not_utf8`` or ``too_long``, ``nul_bytes``, ``carriage_returns``,
                               ``byte_order_marks``, and files with ``no_final_newline``
    pruned_below : int         0, or: words with lower counts were dropped while counting, so that
                               all counts are lower bounds
    vocabulary_given : bool    the vocabulary is one that the user named, to be used as it is
    text : TextConfig          how the text became tokens; its ``threads`` mean nothing
    sources : tuple of str     names of the texts, without folders
    phrases : dict or None     what was joined: ``asked``, how phrases were named or found, and how
                               many were ``joined``
    """

    tokens_read: int
    irregular: dict[str, int]
    pruned_below: int
    vocabulary_given: bool
    text: TextConfig
    sources: tuple[str, ...] = ()
    phrases: dict[str, Any] | None = None

    def pruning_note(self) -> str | None:
        """What the user should know if words were dropped while counting; None if none was."""
        if not self.pruned_below:
            return None
        return (
            f"more than {self.text.max_table:,} distinct words: those seen fewer than "
            f"{self.pruned_below} times were dropped on the way, so all counts are lower bounds; "
            f"a larger {field('max_table')} keeps more"
        )


class CountedText(Protocol):
    """A text whose words are counted and whose ids are spooled: `TextCounts`, `TokenCounts`.

    Attributes
    ----------
    facts : TextFacts
    spools : list of Spool   provisional ids of the text, in order; empty if they were not wanted
    """

    facts: TextFacts
    spools: list[Spool]

    def highest(self) -> int:
        """The highest count of a word; 0 in an empty text."""

    def select(self, min_count: int = 1, keep: Iterable[str] = ()) -> tuple[list[str], np.ndarray]:
        """(words, counts) of those that occur often enough, in order of first appearance."""

    def id_maps(self, words: Sequence[str]) -> list[np.ndarray]:
        """For each spool the position in ``words`` of each of its ids, or NOT_A_WORD."""

    def close(self) -> None:
        """Give the disk space of the spools back."""
