"""What is known of a text that was read: the same facts from counting to the record of vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    sentences_dropped, tokens_dropped : int   what was there before, of what was read (``dedup``)
    phrases : dict or None     what was joined: ``asked``, how phrases were named or found, and how
                               many were ``joined``
    """

    tokens_read: int
    irregular: dict[str, int]
    pruned_below: int
    vocabulary_given: bool
    text: TextConfig
    sources: tuple[str, ...] = ()
    sentences_dropped: int = 0
    tokens_dropped: int = 0
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

    def dropping_note(self) -> str | None:
        """What was dropped because it was there before; None if that was not asked for."""
        if not self.text.dedup:
            return None
        if not self.sentences_dropped:
            return "no sentence is there twice, so none was dropped"
        share = self.tokens_dropped / self.tokens_read
        return (
            f"sentences that were there before: {self.sentences_dropped:,} dropped, with "
            f"{self.tokens_dropped:,} words, {share:.1%} of the text"
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

    def drop_repeats(self, folder: str, progress: Callable[..., None] | None = None) -> None:
        """Drop the sentences that were there before, and what they count for; needs spools.

        ``folder`` is for temporary files; for ``progress`` see `repeats.drop_repeats`.
        """

    def id_maps(self, words: Sequence[str]) -> list[np.ndarray]:
        """For each spool the position in ``words`` of each of its ids, or NOT_A_WORD."""

    def close(self) -> None:
        """Give the disk space of the spools back."""
