"""Sessions: what one user did, in order, whose last item is to be foretold."""

from dataclasses import dataclass, replace
from tempfile import gettempdir

import numpy as np

from ..config import TextConfig
from ..corpus.counting import count_text
from ..corpus.encoded import encode
from ..corpus.marks import SENTENCE_END
from ..corpus.sources import choose
from ..corpus.tokens import count_tokens
from ..errors import InputError

LEAST_ITEMS = 2
"""The last item, and one to foretell it from."""


@dataclass(frozen=True)
class Sessions:
    """Sessions of two items or more.

    Attributes
    ----------
    name : str                                     where they are from
    items : list of str                            distinct
    ids : ndarray of int32, shape (n_ids,)         numbers of items
    starts, stops : ndarray of int64, shape (n_sessions,)   session i is
                                                   ``ids[starts[i]:stops[i]]``
    n_short : int                                  sessions of one item, which are left out
    """

    name: str
    items: list
    ids: np.ndarray
    starts: np.ndarray
    stops: np.ndarray
    n_short: int = 0

    def __len__(self):
        return len(self.starts)

    def spread(self, n):
        """At most ``n`` of them, from all over the text."""
        if len(self) <= n:
            return self
        chosen = np.linspace(0, len(self), n, endpoint=False).astype(np.int64)
        return replace(self, starts=self.starts[chosen], stops=self.stops[chosen])

    def without_last(self):
        """The ids of the text they are from, without the last item of each: ndarray of int32."""
        return np.delete(self.ids, self.stops - 1)


def sessions_of(ids, items, name):
    """The sessions that an encoded text has, a line each.

    Parameters
    ----------
    ids : ndarray of int32   with SENTENCE_END after each line
    items : list of str
    name : str               of the text, for messages

    Returns
    -------
    Sessions

    Raises
    ------
    InputError   if no line has two items
    """
    stops = np.flatnonzero(ids == SENTENCE_END)
    starts = np.concatenate([[0], stops[:-1] + 1]) if len(stops) else stops
    is_long = stops - starts >= LEAST_ITEMS
    if not is_long.any():
        raise InputError(
            f"{name}: holds no sessions, lines of two items or more; give text with one a line"
        )
    n_short = int(np.count_nonzero(stops - starts == 1))
    return Sessions(name, items, ids, starts[is_long], stops[is_long], n_short)


def read_sessions(paths, text=None, progress=None):
    """Read sessions, one a line, as text to train on is read.

    Parameters
    ----------
    paths : list of str or Path   files, folders, or ``-``; plain or compressed
    text : TextConfig or None     how text becomes items; by default what is between blanks
    progress : callable or None   see `count_text`

    Returns
    -------
    Sessions
    notes : list of str           what the user should know

    Raises
    ------
    InputError    if a file cannot be read, is no text, or has no session of two items
    OutputError   if there is no room for a temporary file, 4 bytes an item
    """
    text = text or TextConfig()
    sources = choose(paths, (), text.encoding)
    counted = count_text(sources.files, text, gettempdir(), progress)
    notes = [sources.skipping_note()] if sources.skipped else []
    if n_bad := counted.facts.irregular["not_utf8"]:
        notes.append(
            f"{sources.name}: {n_bad:,} items are not UTF-8, and so are no items of the vectors; "
            "convert the file"
        )
    return _sessions_of(counted, sources.name), notes


def sessions_of_tokens(sentences, text=None):
    """The Sessions that a program has as lists of items, which are gone through once.

    Raises
    ------
    InputError    if they are something else, or none has two items
    OutputError   as `read_sessions`
    """
    return _sessions_of(count_tokens(sentences, text or TextConfig(), gettempdir()), "the sessions")


def _sessions_of(counted, name):
    try:
        items, _ = counted.select()
        corpus = encode(counted.spools, counted.id_maps(items))
    except BaseException:
        counted.close()
        raise
    with corpus:
        ids = np.concatenate([np.zeros(0, dtype=np.int32), *corpus.ids.blocks()])
    return sessions_of(ids, items, name)
