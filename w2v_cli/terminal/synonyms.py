"""Neighbors as synonyms for search: lines as Solr, Elasticsearch and OpenSearch read them.

The rules are those of Lucene's ``SolrSynonymParser``: ``a => a, b`` replaces a word by others,
``a, b, c`` are words each of which stands for all; a backslash takes from a character what it means
there; a line that begins with ``#`` is none. Words of lists lose white space at their ends.
"""

import re

from ..embeddings.table import QueryError, quote
from .answers import Neighbors
from .forms import SOLR
from .warnings import warn

LINE_ENDS = re.compile("[\r\n]")
SPECIAL = re.compile(r"[\\,]|=(?=>)|^#")


def escaped(word):
    """A word as it stands in such a line; None if it cannot."""
    if LINE_ENDS.search(word) or word != word.strip() or not word:
        return None
    return SPECIAL.sub(r"\\\g<0>", word)


class Synonyms(Neighbors):
    """Lines of synonyms of each query, which is one word.

    Neighbors that are mutual stand in groups in which all are neighbors of all, each group once.
    Others are what their word is to be replaced by, since it need not be one of theirs.
    """

    kind = SOLR

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._told = set()
        self._refused = set()

    def answers(self, texts):
        """(kind, word, lines) of each query that has an answer."""
        for query, found in self.found(texts):
            if not query.is_word:
                self.asker.refuse(
                    QueryError(
                        f"{quote(query.text)} is no single word, and only words have synonyms; "
                        "leave it out"
                    )
                )
                continue
            words = self.asker.embeddings.words
            [row] = query.rows
            word = query.text if row < 0 else words[row]
            answers = [answer for answer, _ in found]
            if self.mutual is None:
                groups = [answers] if answers else []
            else:
                groups = self.mutual.groups(answers)
            told = [[word, *(words[answer] for answer in group)] for group in groups]
            yield SOLR, word, [line for group in told if (line := self._line(group))]

    def _line(self, group):
        if self.mutual is not None:
            key = frozenset(group)
            if key in self._told:
                return None
            self._told.add(key)
        kept = [spelled for word in group if (spelled := self._spelled(word)) is not None]
        if len(kept) < 2 or self._spelled(group[0]) is None:
            return None
        line = ", ".join(kept)
        return line if self.mutual is not None else f"{kept[0]} => {line}"

    def _spelled(self, word):
        spelled = escaped(word)
        if spelled is None and word not in self._refused:
            self._refused.add(word)
            warn(f"{word!r} cannot stand in a file of synonyms, and is left out")
        return spelled
