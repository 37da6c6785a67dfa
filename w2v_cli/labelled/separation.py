"""Text with labels in it, taken apart: words here, labels there."""

import numpy as np

from ..compiling.cache import compiled_code_cache

with compiled_code_cache():
    from .loops import BETWEEN, IN_LABEL, IN_PREFIX, PLACE, separate

BLANKS = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f", b"\0")


class Separator:
    """Takes labels, tokens that begin with a prefix, out of blocks of text that may end anywhere.

    Parameters
    ----------
    prefix : str   empty: nothing is a label
    """

    def __init__(self, prefix):
        self._prefix = np.frombuffer(prefix.encode(), dtype=np.uint8)
        self._state = np.zeros(2, dtype=np.int64)
        self._last = b"\n"

    def feed(self, block):
        """The parts of a block.

        Parameters
        ----------
        block : bytes

        Returns
        -------
        text : bytes     with all of its white space
        labels : bytes   each with a NUL behind it, and a newline for each of the text
        """
        self._last = block[-1:] or self._last
        if not len(self._prefix):
            return block, b"\n" * block.count(b"\n")
        is_in_label = self._state[PLACE] in (IN_PREFIX, IN_LABEL)
        if not is_in_label and self._prefix.tobytes() not in block:
            # Nothing but the last token can be the beginning of a label.
            cut = max(map(block.rfind, BLANKS)) + 1
            head = block[:cut]
            if cut:
                self._state[:] = BETWEEN, 0
            text, labels = self._separated(block[cut:])
            return head + text, b"\n" * head.count(b"\n") + labels
        return self._separated(block)

    def _separated(self, block):
        data = np.frombuffer(block, dtype=np.uint8)
        room = 2 * (len(data) + len(self._prefix)) + 1
        text, labels = np.empty(room, dtype=np.uint8), np.empty(room, dtype=np.uint8)
        n_text, n_labels = separate(data, self._prefix, self._state, text, labels)
        return text[:n_text].tobytes(), labels[:n_labels].tobytes()

    def end(self):
        """End a file: the parts of a newline if its last line has none."""
        return self.feed(b"\n") if self._last != b"\n" else (b"", b"")
