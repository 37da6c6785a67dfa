"""Text that a line begins with, as symbols of a language model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from ..config import UTF_8
from ..corpus.texts import sentences_of
from ..embeddings.suggestions import Speller
from ..embeddings.words import row_index
from ..languagemodels.model import LanguageModel


class Prompter:
    """Makes symbols of texts, as the text of training became words.

    Parameters
    ----------
    model : LanguageModel
    """

    def __init__(self, model: LanguageModel) -> None:
        self._index = row_index(model.words)
        self._speller = Speller(model.words, self._index)
        self._text = replace(model.text, sentences=False, dedup=False, encoding=UTF_8)

    def symbols(self, text: str | Iterable[str]) -> tuple[list[int], list[str]]:
        """(symbols, words that are unknown, and left out) of a text, or of a list of words."""
        return self.symbols_of([text])[0]

    def symbols_of(self, texts: Sequence[str | Iterable[str]]) -> list[tuple[list[int], list[str]]]:
        """Likewise of many."""
        cut = iter(sentences_of([text for text in texts if isinstance(text, str)], self._text))
        return [
            self._split(chain.from_iterable(next(cut)) if isinstance(text, str) else text)
            for text in texts
        ]

    def notes(self, unknown: list[str]) -> list[str]:
        """What to say of unknown words."""
        return [self._note(word) for word in dict.fromkeys(unknown)]

    def _split(self, words):
        known, unknown = [], []
        for word in words:
            symbol = self._index.get(word)
            if symbol is None:
                unknown.append(word)
            else:
                known.append(symbol)
        return known, unknown

    def _note(self, word):
        hint = self._speller.hint([word])
        told = f"unknown word {word!r:.60} of the prompt is left out"
        return f"{told}; {hint}" if hint else told
