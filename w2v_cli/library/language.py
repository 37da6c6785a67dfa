"""Language models for programs: probabilities of lines and of the next word, and new lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import ConfigError, InputError, field
from ..files.paths import Path
from ..languagemodels.model import LanguageModel as Tables
from ..nextword.generating import Generator, most_probable
from ..nextword.opening import open_language_model
from ..nextword.prompts import Prompter
from ..nextword.scoring import Scorer, perplexity_of
from ..nextword.settings import MOST_LINES, Sampling
from ..wording.amounts import counted
from ..wording.marks import SENTENCE_END_WORD
from ..wording.plaintext import shown
from .checks import path_of, plain, whole_number
from .givendocuments import check_documents, no_document
from .noticing import Place

Line: TypeAlias = "str | Sequence[str]"

LINES_AT_ONCE = 4096
NOTHING = Sampling()


class LineScore(NamedTuple):
    """How probable a line is.

    Attributes
    ----------
    log_probability : float   natural logarithm of the probability of its known words and its end
    n_words : int             words of the line
    n_unknown : int           of these, words that the model does not know, which are left out
    """

    log_probability: float
    n_words: int
    n_unknown: int

    @property
    def perplexity(self) -> float:
        """exp(-log_probability / (known words + 1)): as if so many words were equally likely."""
        return perplexity_of(self.log_probability, self.n_words - self.n_unknown + 1)


class NextWord(NamedTuple):
    """A word that may come next; ``</s>`` is the end of the line.

    Attributes
    ----------
    word : str
    probability : float   from 0 to 1
    """

    word: str
    probability: float


class LanguageModel:
    """A neural language model: it tells how probable lines are, and makes new ones.

    `load_language_model` reads one, and ``vectors.language_model`` has that which vectors
    are the inputs of. It never changes, and several threads may use it.

    Attributes
    ----------
    kind : str              ``nnlm`` or ``rnnlm``
    words : sequence of str   that it knows, most frequent first
    loss, activation : str  how it was trained; with ``ns`` its probabilities are made of scores
    history : int           words before that it sees; 0 for ``rnnlm``, which sees all of the line
    dim, hidden : int       length of a vector; units of the hidden layer
    """

    def __init__(self, tables: Tables, name: str = "the model") -> None:
        self._tables, self._name = tables, name
        self._prompter = Prompter(tables)
        self._scorer = Scorer(tables, name=name)
        self._generator = Generator(tables, NOTHING)
        self.kind, self.loss, self.activation = tables.kind, tables.loss, tables.activation
        self.words, self.history = tables.words, tables.history
        self.dim, self.hidden = tables.dim, tables.hidden

    def __repr__(self) -> str:
        return (
            f"<LanguageModel: {self.kind}, {counted(len(self.words), 'word')}, dim {self.dim}, "
            f"hidden {self.hidden}>"
        )

    def score(self, lines: Iterable[Line]) -> list[LineScore]:
        """How probable lines are, as ``w2v score`` tells; each line is for itself.

        Parameters
        ----------
        lines : iterable of str, or of lists of str   texts are cut into words as in training

        Returns
        -------
        list of LineScore   ``log_probability``, ``perplexity``, ``n_words``, ``n_unknown``

        Raises
        ------
        InputError   if they are no lines, or the model holds numbers that are not finite
        """
        check_documents(lines)
        remaining, found, n_before = iter(lines), list[LineScore](), 0
        while some := list(islice(remaining, LINES_AT_ONCE)):
            found += self._scored(some, n_before)
            n_before += len(some)
        return found

    def perplexity(self, lines: Iterable[Line]) -> float:
        """The perplexity of lines together, their ends included.

        Raises
        ------
        InputError   as `score`; or if there is no line
        """
        scores = self.score(lines)
        if not scores:
            raise InputError("there are no lines, so there is no perplexity; give one at least")
        n_symbols = sum(each.n_words - each.n_unknown + 1 for each in scores)
        return perplexity_of(math.fsum(each.log_probability for each in scores), n_symbols)

    def probabilities(self, before: Line = "") -> npt.NDArray[np.float64]:
        """The probability of each word to come next, and last of the end of the line.

        Parameters
        ----------
        before : str or list of str   what the line begins with; unknown words are left out

        Returns
        -------
        ndarray of float64, (n_words + 1,)   in the order of ``words``; they add up to 1
        """
        symbols, _ = self._symbols([before], 0)[0]
        found: npt.NDArray[np.float64] = np.exp(self._generator.distribution(symbols))
        found /= found.sum()
        return found

    def next_words(self, before: Line = "", k: int = 10) -> list[NextWord]:
        """The most probable next words, the most probable first.

        Parameters
        ----------
        before : str or list of str   what the line begins with; unknown words are left out
        k : int
        """
        shares = self.probabilities(before)
        symbols = most_probable(shares, whole_number("k", k, 1)).tolist()
        return [NextWord(self._word(symbol), float(shares[symbol])) for symbol in symbols]

    def generate(
        self,
        prompt: Line = "",
        n: int = 1,
        *,
        temperature: float = Sampling.temperature,
        top_k: int | None = None,
        top_p: float = Sampling.top_p,
        max_words: int = Sampling.max_words,
        seed: int = Sampling.seed,
    ) -> list[str]:
        """New lines, as ``w2v generate`` makes them.

        Parameters
        ----------
        prompt : str or list of str   what they begin with
        n : int                how many; what the others are does not depend on it
        temperature : float    words are drawn by p ** (1 / temperature); 0: the most probable one
        top_k : int or None    only from so many words, the most probable
        top_p : float          only from the fewest words that have this probability together
        max_words : int        a line that has not ended after so many new words is cut off
        seed : int             the same seed makes the same lines

        Returns
        -------
        list of str   words with blanks between them

        Warns
        -----
        W2VWarning    of unknown words in the prompt, which are left out

        Raises
        ------
        ConfigError   if a value is out of range
        """
        sampling = Sampling(
            _number("temperature", temperature),
            None if top_k is None else whole_number("top_k", top_k, 1),
            _number("top_p", top_p),
            whole_number("max_words", max_words, 1),
            whole_number("seed", seed, 0),
        )
        n = min(whole_number("n", n, 1), MOST_LINES)
        symbols, unknown = self._symbols([prompt], 0)[0]
        for note in self._prompter.notes(unknown):
            Place().warn(note)
        generator = Generator(self._tables, sampling)
        return [self._text([*symbols, *generator.line(symbols, 0, number)]) for number in range(n)]

    def _scored(self, lines: list[Any], n_before: int) -> list[LineScore]:
        parts = self._symbols(lines, n_before)
        end = self._tables.sentence_end
        flat = np.array([each for known, _ in parts for each in (*known, end)], dtype=np.int32)
        sizes = np.array([len(known) + 1 for known, _ in parts])
        sums = np.add.reduceat(self._scorer.log_probabilities(flat), np.cumsum(sizes) - sizes)
        facts = zip(parts, sums.tolist(), strict=True)
        return [
            LineScore(total, len(known) + len(unknown), len(unknown))
            for (known, unknown), total in facts
        ]

    def _symbols(self, lines: list[Any], n_before: int) -> list[tuple[list[int], list[str]]]:
        """(symbols, unknown words) of each line."""
        for number, line in enumerate(lines, n_before + 1):
            is_list = isinstance(line, (list, tuple, np.ndarray))
            if not isinstance(line, str) and not (
                is_list and all(isinstance(word, str) for word in line)
            ):
                raise no_document(line, number)
        return self._prompter.symbols_of(lines)

    def _text(self, symbols: list[int]) -> str:
        end = self._tables.sentence_end
        return " ".join(self._word(symbol) for symbol in symbols if symbol != end)

    def _word(self, symbol: int) -> str:
        return self.words[symbol] if symbol < len(self.words) else SENTENCE_END_WORD


def load_language_model(path: Path) -> LanguageModel:
    """Read the language model of a ``.w2v`` that ``w2v train --model nnlm`` or ``rnnlm`` wrote.

    Its matrices are mapped, not read.

    Parameters
    ----------
    path : str or Path

    Warns
    -----
    W2VWarning   if it was trained with ``ns``, which learns no probabilities

    Raises
    ------
    InputError   if the file cannot be read, or holds no language model
    """
    opened = open_language_model(path_of(path, "path"))
    place = Place()
    for note in opened.notes:
        place.warn(note)
    return LanguageModel(opened.model, opened.name)


def _number(name: str, value: Any) -> float:
    number = plain(value)
    if type(number) not in (int, float):
        raise ConfigError(f"{field(name)} must be a number, not {shown(value)}")
    return float(number)
