"""What is wrong with the bytes of text that passes by once: no file is read a second time."""

import codecs

from ..files.paths import display_name
from .badbytes import bad_lines
from .facts import TextFacts
from .glimpse import Glimpse
from .remarks import remedy, undecodable


class TextWatch:
    """Sees text block by block, and notes where it is not UTF-8, or not of its encoding.

    Parameters
    ----------
    text : TextConfig

    Attributes
    ----------
    found : BadBytes or None   the first bytes that are not UTF-8
    """

    def __init__(self, text):
        self._text = text
        self.found = None
        self._glimpse = Glimpse(text.encoding)
        self.end = self._glimpse.end

    def seen(self, blocks, path=None):
        """Yield blocks of bytes, as they are; lines are counted where the path is known."""
        line, rest = 1, b""
        for block in blocks:
            if self.found is None:
                rest = self._look(rest + block if rest else block, path, line)
                line += block.count(b"\n")
            yield block

    def seen_rows(self, rows):
        """Yield rows of a table, as `labelled.columns.labelled_rows` does; their text is seen."""
        for row in rows:
            if self.found is None:
                self._look(row[0], None, 1)
            yield row

    def _look(self, data, path, line):
        """Look at bytes; returns those of a character that is cut at their end."""
        if data.isascii():
            return b""
        try:
            _, end = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError:
            self.found = bad_lines(data, path, line)
            return b""
        return data[end:]

    def notes(self, n_files):
        """What a user should know of the text, when all of it was read: list of str."""
        glimpse = self._glimpse
        facts = TextFacts(0, {"undecodable": glimpse.n_undecodable}, 0, False, self._text)
        notes = [undecodable(facts, glimpse.marked), self._damage_note(n_files)]
        return [note for note in notes if note]

    def _damage_note(self, n_files):
        if self.found is None:
            return None
        place = ""
        if self.found.path:
            place = f" from line {self.found.line:,} of {display_name(self.found.path)} on"
        return (
            f"text that is not UTF-8{place} was repaired with U+FFFD: {remedy(self.found, n_files)}"
        )
