"""Close spellings of a word that is not there, found fast among any number of words.

Words one edit away are looked up one by one: that takes as long for a million words as for ten.
Only if there is none, the most frequent words are compared by ``difflib``.
"""

from collections import Counter
from difflib import get_close_matches
from itertools import chain, islice

SUGGESTIONS = 3
LONGEST = 40
"""Of longer words, which are often whole sentences, nothing is suggested."""
LETTER_WORDS = 3000
MOST_LETTERS = 64
COMPARED_WORDS = 20_000
LENGTH_DIFFERENCE = 2
CUTOFF = 0.75
LOOKED_UP_MOST = 200
COMPARED_MOST = 20
"""Unknown words for which that is done: a stream of them must not wait for suggestions."""


class Speller:
    """Suggests words that are there for words that are not.

    Parameters
    ----------
    words : sequence of str   most frequent first
    index : mapping of str to int   row of each word
    """

    def __init__(self, words, index):
        self._words = words
        self._index = index
        self._letters = None
        self._n_looked_up = 0
        self._n_compared = 0

    def suggest(self, word):
        """At most SUGGESTIONS words, the best first; none once many words have been asked.

        Words that differ in case come first, then those one edit away (a letter too many, too
        few, another one, or two swapped), the more frequent first; if there is none of either,
        frequent words that look alike.
        """
        if not 2 <= len(word) <= LONGEST or self._n_looked_up == LOOKED_UP_MOST:
            return []
        self._n_looked_up += 1
        cases = self._known({word.lower(), word.upper(), word.capitalize(), word.title()})
        near = self._known(_one_edit_away(word, self._alphabet()))
        found = list(dict.fromkeys(chain(cases, near)))
        if not found and self._n_compared < COMPARED_MOST:
            self._n_compared += 1
            found = self._alike(word)
        return found[:SUGGESTIONS]

    def hint(self, words):
        """A question that suggests words for those that are not there; empty if there are none.

        Example: ``did you mean 'king'?``
        """
        suggested = [(word, self.suggest(word)) for word in words]
        hints = [
            " or ".join(map(repr, others)) + (f" for {word!r}" if len(words) > 1 else "")
            for word, others in suggested
            if others
        ]
        return f"did you mean {', '.join(hints)}?" if hints else ""

    def _known(self, words):
        return sorted((word for word in words if word in self._index), key=self._index.get)

    def _alphabet(self):
        """The most usual characters, of whatever script."""
        if self._letters is None:
            counts = Counter(chain.from_iterable(islice(self._words, LETTER_WORDS)))
            self._letters = [letter for letter, _ in counts.most_common(MOST_LETTERS)]
        return self._letters

    def _alike(self, word):
        shortest, longest = len(word) - LENGTH_DIFFERENCE, len(word) + LENGTH_DIFFERENCE
        ends = (word[0], word[-1])
        frequent = [
            other
            for other in islice(self._words, COMPARED_WORDS)
            if shortest <= len(other) <= longest and (other[0] in ends or other[-1] in ends)
        ]
        return get_close_matches(word, frequent, SUGGESTIONS, CUTOFF)


def _one_edit_away(word, letters):
    """All that one edit makes of a word."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    for left, right in cuts:
        if right:
            yield left + right[1:]
        if len(right) > 1 and right[0] != right[1]:
            yield left + right[1] + right[0] + right[2:]
        for letter in letters:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]
