"""What is known of a text that was read: the same facts from counting to the record of vectors."""

from dataclasses import dataclass
from typing import Protocol

from ..config import TextConfig
from ..errors import field


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
    """

    tokens_read: int
    irregular: dict
    pruned_below: int
    vocabulary_given: bool
    text: TextConfig
    sources: tuple = ()

    def pruning_note(self):
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
    spools: list

    def highest(self):
        """The highest count of a word; 0 in an empty text."""

    def select(self, min_count=1, keep=()):
        """(words, counts) of those that occur often enough, in order of first appearance."""

    def id_maps(self, words):
        """For each spool the position in ``words`` of each of its ids, or NOT_A_WORD."""

    def close(self):
        """Give the disk space of the spools back."""
