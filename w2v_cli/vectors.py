"""What the Python interface hands out: words and their vectors, with all that can be asked of them.

In the examples, ``vectors`` is ``train("data/sample.txt", epochs=3, threads=1)``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from .alignment.config import AlignConfig
from .config import QuantizeConfig, RefineConfig
from .embeddings.blocks import first_not_finite
from .embeddings.mutual import Mutual, kept_answers
from .embeddings.queries import Query, WordFinder
from .embeddings.restriction import Restriction, restrict_answers
from .embeddings.subwords import MadeOf
from .embeddings.table import Embeddings, as_cosines, unit_rows
from .errors import ConfigError, InputError
from .files.paths import Path
from .formats.provenance import settings_of
from .formats.registry import NUMBER_TYPES, format_for, format_named
from .formats.w2v_language_model import dropped_note, is_kept
from .formats.writing import write_embeddings
from .library.checks import (
    check_choice,
    check_switches,
    optional_number,
    path_of,
    plain,
    real_number,
    texts_of,
    threads_asked,
    whole_number,
)
from .library.corpora import Corpus, paths_or_sentences
from .library.noticing import Place
from .library.otherwords import knows_other_names, no_attribute
from .wording.plaintext import shown

if TYPE_CHECKING:
    import pandas as pd
    import torch
    from gensim.models import KeyedVectors

    from .evaluation.nextitem import SessionScores
    from .evaluation.scores import AnalogyScores
    from .evaluation.similarity import SimilarityScores
    from .evaluation.translation import TranslationScores
    from .library.language import LanguageModel
    from .library.quantizing import Quantized

FloatArray: TypeAlias = npt.NDArray[np.float32]
IntArray: TypeAlias = npt.NDArray[np.int64]


class Neighbor(NamedTuple):
    """A word near to a query.

    Attributes
    ----------
    word : str
    score : float   cosine of its vector and the query, from -1 to 1
    """

    word: str
    score: float

    def __repr__(self) -> str:
        """With as many digits as one reads; ``score`` has them all."""
        return f"{type(self).__name__}(word={self.word!r}, score={self.score:.4f})"


class AlignedVectors(NamedTuple):
    """Vectors of two languages in one space.

    Attributes
    ----------
    source, target : Vectors
    facts : dict   what ``w2v align --json`` prints: pairs used, words unknown, the mean cosine,
                   P@1 of words held out
    """

    source: Vectors
    target: Vectors
    facts: dict[str, Any]


class Vectors(Mapping[str, FloatArray]):
    """Words and a vector for each, most frequent first: a read-only mapping of word to array.

    `w2v_cli.train` and `w2v_cli.load` make them; `from_arrays` takes any others. Nothing in them
    ever changes, so that copying them costs nothing, and several threads may use them.

    Attributes
    ----------
    words : sequence of str                        in the order of the rows
    matrix : ndarray of float32, (n_words, dim)    their vectors; read-only
    counts : ndarray of int64, (n_words,), or None   occurrences in the text; None if not known
    context : ndarray of float32, (n_words, dim), or None   the output matrix of training, where
                                                   it was kept
    index : Mapping of str to int                  row of each word
    dim : int                                      length of a vector
    record : dict or None    how they were made: options, seed, losses, seconds, version...
                             (the object that ``w2v info --json`` shows as provenance)

    Examples
    --------
    >>> len(vectors), vectors.dim
    (3020, 100)
    >>> "king" in vectors, "snark" in vectors
    (True, False)
    >>> vectors.words[:3]
    ['the', 'in', 'and']
    >>> vectors["king"].shape, vectors["king"].dtype
    ((100,), dtype('float32'))
    """

    def __init__(self, embeddings: Embeddings, record: dict[str, Any] | None = None) -> None:
        self._embeddings = embeddings
        self.record = record
        self._finder = WordFinder(embeddings)

    @classmethod
    def from_arrays(
        cls, words: Iterable[str], matrix: npt.ArrayLike, counts: npt.ArrayLike | None = None
    ) -> Vectors:
        """Vectors of any words.

        Parameters
        ----------
        words : iterable of str, n_words                  distinct, most frequent first
        matrix : array_like of numbers, (n_words, dim)    not copied if it is of float32
        counts : array_like of whole numbers, (n_words,), or None

        Raises
        ------
        InputError   if there are not as many rows as words, a word is there twice or is no text,
                     or a number is not finite, or none, or a count is below 0 or no whole number

        Examples
        --------
        >>> few = Vectors.from_arrays(["up", "down"], [[0, 1], [0, -1]])
        >>> few.similarity("up", "down")
        -1.0
        """
        words = texts_of(words) if isinstance(words, str) else list(words)
        rows = _numbers("matrix", matrix, np.float32)
        if rows.ndim != 2 or len(rows) != len(words) or rows.shape[1] == 0:
            raise InputError(f"{len(words)} words need as many rows, not a matrix of {rows.shape}")
        if (wrong := _not_distinct(words)) is not None:
            raise InputError(f"the words must be distinct texts, and {wrong}")
        if (row := first_not_finite(rows)) is not None:
            raise InputError(
                f"row {row} of the matrix (word {words[row]!r:.60}) holds NaN or infinity; correct "
                "that row, or leave it out"
            )
        numbers = None if counts is None else _counts(counts)
        if numbers is not None and numbers.shape != (len(words),):
            raise InputError(f"{len(words)} words need as many counts, not {numbers.shape}")
        return cls(Embeddings(words, rows, counts=numbers))

    @classmethod
    def from_gensim(cls, keyed: KeyedVectors) -> Vectors:
        """Vectors of a gensim ``KeyedVectors``, or of a ``Word2Vec`` that has some: copies.

        Counts come along where they are known. N-grams of a fastText model do not.

        Raises
        ------
        InputError   if it is something else
        """
        from .interop import parts_of_gensim

        if not is_of_gensim(keyed):
            raise InputError(f"from_gensim needs KeyedVectors of gensim, not {shown(keyed)}")
        return cls.from_arrays(*parts_of_gensim(keyed))

    @classmethod
    def joined(cls, spaces: Mapping[str, Vectors]) -> Vectors:
        """Several spaces that are aligned already as one, as ``w2v neighbors en=a de=b`` has it.

        Words have the name of their space before them: ``en:dog``. Rows go by rank, so that the
        first ones are the most frequent words of each. N-grams and outputs do not come along.

        Parameters
        ----------
        spaces : mapping of str to Vectors   by names without white space and colons

        Raises
        ------
        InputError    if the lengths of vectors differ
        ConfigError   if a name cannot be, or there are no spaces

        Examples
        --------
        >>> up = Vectors.from_arrays(["up", "down"], [[0, 1], [0, -1]])
        >>> auf = Vectors.from_arrays(["auf", "ab"], [[0, 1], [0, -1]])
        >>> both = Vectors.joined({"en": up, "de": auf})
        >>> both.neighbors("en:up", k=1)
        [Neighbor(word='de:auf', score=1.0000)]
        """
        from .embeddings.joined import MARK, join_spaces

        if not isinstance(spaces, Mapping) or not spaces:
            raise ConfigError("joined needs a dict of names to vectors, one at least")
        for name, space in spaces.items():
            if not isinstance(name, str) or not name or MARK in name or len(name.split()) != 1:
                raise ConfigError(
                    f"a space needs a name without white space and {MARK!r}, not {shown(name)}"
                )
            if not isinstance(space, Vectors):
                raise ConfigError(f"the space {name!r} must be Vectors, not {shown(space)}")
        found = {name: space._embeddings.without_subwords() for name, space in spaces.items()}
        return cls(join_spaces(found).without_subwords())

    @property
    def words(self) -> Sequence[str]:
        """All words, in the order of the rows."""
        words: Sequence[str] = self._embeddings.words
        return words

    @property
    def matrix(self) -> FloatArray:
        """All vectors: float32, shape (n_words, dim), read-only; from a ``.w2v`` file, mapped."""
        matrix: FloatArray = self._embeddings.vectors
        return matrix

    @property
    def counts(self) -> IntArray | None:
        """How often each word was seen: int64, shape (n_words,); None if that is not known."""
        counts = self._embeddings.counts
        return None if counts is None else np.asarray(counts)

    @property
    def context(self) -> FloatArray | None:
        """The output matrix of training: float32, shape (n_words, dim), if it was kept."""
        context: FloatArray | None = self._embeddings.context
        return context

    @property
    def index(self) -> Mapping[str, int]:
        """The row of each word."""
        index: Mapping[str, int] = self._embeddings.index
        return index

    @property
    def dim(self) -> int:
        """Length of every vector."""
        return int(self._embeddings.dim)

    @cached_property
    def language_model(self) -> LanguageModel | None:
        """The language model whose inputs the vectors are, if the file has one; else None."""
        tables = self._embeddings.language_model
        if tables is None or len(tables.words) != len(self):
            return None
        from .library.language import LanguageModel

        return LanguageModel(tables)

    def __len__(self) -> int:
        return len(self._embeddings)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self.index

    def __getitem__(self, word: str | Sequence[str]) -> FloatArray:
        """The vector of a word: float32, shape (dim,). A list of words gives (n, dim).

        That of one word is a read-only view of the matrix, no copy (``.copy()`` makes one that
        may be changed); that of a list is new. A fastText model gives words that it does not know
        a vector made of their n-grams.

        Raises
        ------
        UnknownWordError   which is a KeyError, if a word has no vector
        InputError         if it is no word; rows are in ``matrix``
        """
        if isinstance(word, str):
            vector: FloatArray = self._finder.vector(word)
            return vector
        rows = [self._finder.vector(each) for each in texts_of(word)]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dim)

    def composed(self, word: str) -> MadeOf | None:
        """Of how many n-grams the vector of a word is made that is not among the words.

        Returns
        -------
        MadeOf or None   ``n_ngrams`` that the word has, and ``n_trained``, how many of these a word
                         of the model has too; None if the word has a vector of its own, or none

        Examples
        --------
        >>> vectors.composed("snark") is None  # these vectors have no n-grams
        True
        """
        subwords, [asked] = self._embeddings.subwords, texts_of([word])
        if asked in self.index or not subwords:
            return None
        made = subwords.compose([asked])
        found: MadeOf = made.made_of([asked])[0]
        return found if made.is_made[0] else None

    def count(self, word: str) -> int:
        """How often a word was seen.

        Raises
        ------
        UnknownWordError   if it is not among the words
        InputError         if counts are not known
        """
        if self.counts is None:
            raise InputError("these vectors come without counts; train gives them, and .w2v files")
        [word] = texts_of([word])
        self._finder.vector(word)
        row = self.index.get(word)
        return 0 if row is None else int(self.counts[row])

    def get(self, word: str, default: Any = None) -> Any:
        """The vector of a word that is among the words, or else ``default``."""
        row = self.index.get(word)
        return default if row is None else self.matrix[row]

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            raise no_attribute(name)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<Vectors: {len(self):,} words, dim {self.dim}>"

    def __copy__(self) -> Vectors:
        return self

    def __deepcopy__(self, memo: object) -> Vectors:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        old = self._embeddings
        context = None if old.context is None else np.array(old.context)
        model = None if old.language_model is None else old.language_model.in_memory()
        facts = (list(old.words), np.array(old.vectors), self.counts, old.subwords, context, model)
        return _unpickled, (facts, self.record)

    @overload
    def neighbors(  # type: ignore[overload-overlap]  # a text is a sequence of texts
        self,
        query: str | npt.NDArray[Any],
        k: int = ...,
        *,
        restrict_vocab: int | None = ...,
        min_count: int | None = ...,
        exclude: Iterable[str] = ...,
        min_score: float | None = ...,
        mutual: bool = ...,
    ) -> list[Neighbor]: ...

    @overload
    def neighbors(
        self,
        query: Sequence[str],
        k: int = ...,
        *,
        restrict_vocab: int | None = ...,
        min_count: int | None = ...,
        exclude: Iterable[str] = ...,
        min_score: float | None = ...,
        mutual: bool = ...,
    ) -> list[list[Neighbor]]: ...

    @knows_other_names
    def neighbors(
        self,
        query: str | Sequence[str] | npt.NDArray[Any],
        k: int = 10,
        *,
        restrict_vocab: int | None = None,
        min_count: int | None = None,
        exclude: Iterable[str] = (),
        min_score: float | None = None,
        mutual: bool = False,
    ) -> list[Neighbor] | list[list[Neighbor]]:
        """The words nearest to a query by cosine, nearest first.

        Parameters
        ----------
        query : str          a word, or an expression such as ``king - man + 2*woman``; its words
                                are no answers. ``'new york'`` in quotes is one word in it
            or ndarray, (dim,)  any vector
            or list of str      many at once, which is faster than one by one
        k : int                 answers wanted; there are fewer if the words are fewer
        restrict_vocab : int or None   answer with the first so many words only
        min_count : int or None        with words seen at least so often
        exclude : iterable of str      words that are no answers, known or not
        min_score : float or None      the lowest score of an answer
        mutual : bool                  answer with words only that have the query among their own
                                       ``k`` neighbors

        Returns
        -------
        list of Neighbor, or of lists of them if ``query`` is a list

        Raises
        ------
        UnknownWordError   if a word has no vector; the message suggests others
        QueryError         if the text is no expression, or its words cancel out
        InputError         if ``min_count`` is asked for and there are no counts

        Examples
        --------
        >>> word, score = vectors.neighbors("king - man + woman", k=1)[0]
        >>> word, 0.3 < score < 1
        ('queen', True)
        >>> vectors.neighbors("kiing")
        Traceback (most recent call last):
        w2v_cli.embeddings.table.UnknownWordError: unknown word 'kiing'; did you mean 'king'...
        """
        words = [exclude] if isinstance(exclude, str) else texts_of(exclude)
        n_rows = optional_number("restrict_vocab", restrict_vocab, 1)
        least = optional_number("min_count", min_count, 0)
        allowed = restrict_answers(self._embeddings, n_rows, least, not_words=words)
        nearest = partial(
            self._nearest,
            k=k,
            allowed=allowed,
            min_score=-np.inf if min_score is None else real_number("min_score", min_score),
            mutual=Mutual(self._embeddings, self._embeddings, allowed) if mutual else None,
        )
        if isinstance(query, np.ndarray) and query.dtype.kind not in "UO":
            return nearest(self._check_query(query)[np.newaxis], [[]], [None])[0]
        texts = [query] if isinstance(query, str) else texts_of(query)
        queries = [self._finder.query(text) for text in texts]
        rows = [each.rows for each in queries]
        found = nearest(self._directions(queries), rows, [each.row for each in queries])
        return found[0] if isinstance(query, str) else found

    def vector(self, query: str) -> FloatArray:
        """The vector of a word or an expression, at length 1: float32, shape (dim,).

        Raises
        ------
        UnknownWordError, QueryError   as `neighbors`

        Examples
        --------
        >>> round(float(np.linalg.norm(vectors.vector("king - man"))), 3)
        1.0
        """
        return self._unit(query).astype(np.float32)

    def similarity(self, a: str | npt.NDArray[Any], b: str | npt.NDArray[Any]) -> float:
        """The cosine of two words, expressions or vectors, from -1 to 1.

        Raises
        ------
        UnknownWordError, QueryError   as `neighbors`

        Examples
        --------
        >>> vectors.similarity("paris", "france") > vectors.similarity("paris", "quickly")
        True
        """
        return float(as_cosines(self._unit(a) @ self._unit(b)))

    @knows_other_names
    def analogy(self, a: str, b: str, c: str, k: int = 10) -> list[Neighbor]:
        """Words that are to ``c`` as ``b`` is to ``a``: nearest to b - a + c (3CosAdd).

        Returns
        -------
        list of Neighbor   the cosine is that with the sum; none of the three words is among them

        Raises
        ------
        UnknownWordError   if a word has no vector
        QueryError         if the words cancel out

        Examples
        --------
        >>> vectors.analogy("france", "paris", "italy", k=1)[0].word
        'rome'
        """
        a, b, c = texts_of([a, b, c])
        query = self._finder.combine(f"{b} - {a} + {c}", [(1.0, b), (-1.0, a), (1.0, c)])
        return self._nearest(self._directions([query]), [query.rows], [None], k=k)[0]

    def odd_one_out(self, words: Iterable[str]) -> str:
        """The word that fits the others least: the lowest cosine with the mean of all.

        Raises
        ------
        UnknownWordError   if a word has no vector
        InputError         if there are fewer than three

        Examples
        --------
        >>> vectors.odd_one_out(["paris", "london", "berlin", "quickly"])
        'quickly'
        """
        words = texts_of(words)
        queries = [self._finder.combine(word, [(1.0, word)]) for word in words]
        return words[int(self._finder.odd_one_out(words, queries).argmin())]

    @knows_other_names
    def evaluate_analogies(
        self,
        questions: Path | Sequence[Path],
        *,
        method: str = "3cosadd",
        syntactic: str | None = None,
        restrict_vocab: int | None = None,
        ignore_case: bool = True,
        threads: int = 1,
    ) -> AnalogyScores:
        """Score the vectors on analogy questions, as ``w2v evaluate-analogies`` does.

        Parameters
        ----------
        questions : str or Path, or sequence of them   files in the questions-words format, or of
                                       BATS (lines ``word TAB answer/answer``), or folders of them
        method : str                   ``3cosadd`` or ``3cosmul``
        syntactic : str or None        a regular expression for names of syntactic sections, where
                                       they are not those of a known test
        restrict_vocab : int or None   only the first so many words are known
        ignore_case : bool             words that differ only in case are one
        threads : int                  beside those of BLAS

        Returns
        -------
        AnalogyScores   ``.total.accuracy`` (0 to 1), ``.sections``, ``.semantic``, ``.syntactic``
                        (empty where no name is known); ``.as_dict()`` for all of it

        Raises
        ------
        ConfigError  if ``method`` or ``syntactic`` cannot be
        InputError   if a file cannot be read, or holds something else

        Examples
        --------
        >>> scores = vectors.evaluate_analogies("data/sample-questions.txt")
        >>> scores.total.accuracy > 0.3
        True
        """
        from .evaluation.analogies import METHODS, evaluate_analogies
        from .evaluation.questions import read_questions

        check_choice("method", method, METHODS)
        is_one = isinstance(questions, (str, os.PathLike)) or not isinstance(questions, Sequence)
        several: Any = [questions] if is_one else questions
        paths = [path_of(path, "questions") for path in several]
        sections = read_questions(paths, syntactic)
        n_rows = optional_number("restrict_vocab", restrict_vocab, 1)
        threads = whole_number("threads", threads_asked(threads), 1)
        scores: AnalogyScores = evaluate_analogies(
            self._embeddings, sections, method, n_rows, ignore_case, threads
        )
        return scores

    @knows_other_names
    def evaluate_similarity(
        self,
        *pairs: Path,
        word_columns: str | Sequence[str | int] | None = None,
        score_column: str | int | Sequence[str | int] | None = None,
        restrict_vocab: int | None = None,
        ignore_case: bool = True,
    ) -> SimilarityScores:
        """Correlate cosines with the scores that people gave word pairs (``evaluate-similarity``).

        Parameters
        ----------
        *pairs : str or Path           files of two words and a score a line, in any layout
        word_columns : str, list or None   names or numbers of the columns of the words, such as
                                       ``"1,3"`` or ``["da1", "da2"]``; None to find them
        score_column : str, int, list or None   likewise of the score; of several the mean is taken
        restrict_vocab, ignore_case    as `evaluate_analogies`

        Returns
        -------
        SimilarityScores   ``.files`` has one `PairScore` each: ``.spearman``, ``.pearson`` (-1 to
                           1, or None), ``.used``, ``.skipped``, and the columns that were taken:
                           ``.word_columns``, ``.score_column``; ``.mean("spearman")`` of all

        Warns
        -----
        W2VWarning   if pairs have no score, which are left out

        Raises
        ------
        ConfigError  if there are no such columns
        InputError   if a file cannot be read, holds something else, or it is not certain which
                     columns are meant
        """
        from .evaluation.pairs import read_pairs
        from .evaluation.similarity import evaluate_similarity

        if not pairs:
            raise ConfigError("there are no pairs to score; give one file of them or more")
        paths = [path_of(path, "pairs") for path in pairs]
        files = [read_pairs(path, word_columns, score_column) for path in paths]
        warn_of(message for file in files for message in file.warnings())
        n_rows = optional_number("restrict_vocab", restrict_vocab, 1)
        scores: SimilarityScores = evaluate_similarity(self._embeddings, files, n_rows, ignore_case)
        return scores

    @knows_other_names
    def evaluate_sessions(
        self,
        sessions: Corpus,
        k: int = 10,
        *,
        history: int = 1,
        restrict_vocab: int | None = None,
        ignore_case: bool = False,
    ) -> SessionScores:
        """Foretell the last item of sessions that were held out, as ``w2v evaluate-sessions`` does.

        The answers are the ``k`` items nearest to the one before the last, by cosine. Items of the
        query are no answers.

        Parameters
        ----------
        sessions : str or Path         a file or folder, one session a line, items between blanks
            or list of them            several
            or iterable of lists of str   sessions as lists of items, which are gone through once
        k : int                        how many answers count, up to 1000
        history : int                  find it by the mean of so many items before it, at most
        restrict_vocab : int or None   only the first so many items are known
        ignore_case : bool             items that differ only in case are one

        Returns
        -------
        SessionScores   ``.hit_rate``, ``.ndcg`` and ``.mrr`` (0 to 1, or None where none could be
                        asked), each with an interval; ``.asked``, ``.skipped``

        Warns
        -----
        W2VWarning   if items are not UTF-8, or files of a folder are no text

        Raises
        ------
        ConfigError  if a number is out of range
        InputError   if there is no session of two items, or a file cannot be read

        Examples
        --------
        >>> scores = vectors.evaluate_sessions([["the", "king", "queen"], ["king"]], k=100)
        >>> scores.hits, scores.asked, scores.short
        (1, 1, 1)
        """
        from .evaluation.formulas import MOST_HISTORY, MOST_K
        from .evaluation.nextitem import evaluate_sessions
        from .evaluation.sessions import read_sessions, sessions_of_tokens

        k, history = whole_number("k", k, 1), whole_number("history", history, 1)
        for name, value, most in (("k", k, MOST_K), ("history", history, MOST_HISTORY)):
            if value > most:
                raise ConfigError(f"{name} must be from 1 to {most}, not {value}")
        n_rows = optional_number("restrict_vocab", restrict_vocab, 1)
        paths, lists = paths_or_sentences(sessions)
        if lists is None:
            found, notes = read_sessions(paths)
            warn_of(notes)
        else:
            found = sessions_of_tokens(lists)
        scores: SessionScores = evaluate_sessions(
            self._embeddings, found, k, history, n_rows, ignore_case
        )
        return scores

    @knows_other_names
    def save(
        self, path: Path, format: str | None = None, *, record: bool = True, dtype: str = "float32"
    ) -> None:
        """Write the vectors to a file, whole or not at all.

        Parameters
        ----------
        path : str or Path     the extension tells the format: ``.bin``, ``.txt``, ``.vec``,
                               ``.w2v``, ``.npy``, ``.safetensors``, ``.kv``...; ``.gz``, ``.bz2``,
                               ``.xz`` or ``.zst`` behind that of text and binary compresses
        format : str or None   wins over the name: text, binary, w2v, fasttext, glove, safetensors,
                               npy, tsv, floret, gensim, dl4j, or model2vec, which makes a folder
        record : bool          keep the record too: in the file, or in ``NAME.w2v.json`` beside it
        dtype : str            ``float16`` or ``int8``, of two bytes and of one, where the format
                               has it

        Warns
        -----
        W2VWarning    if there is a language model, and the format has no place for it

        Raises
        ------
        OutputError   if it cannot be written, or a word cannot stand in such a file
        ConfigError   if the name tells no format, or compression where the format has none

        Examples
        --------
        >>> import tempfile
        >>> from w2v_cli import load
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     vectors.save(folder + "/vectors.bin")
        ...     again = load(folder + "/vectors.bin")
        >>> again["king"].tolist() == vectors["king"].tolist(), again.record == vectors.record
        (True, True)
        """
        check_choice("dtype", dtype, NUMBER_TYPES)
        path = path_of(path, "path")
        chosen = format_for(path, format)
        old = self._embeddings
        write_embeddings(
            path,
            self.words,
            self.matrix,
            chosen,
            counts=self.counts,
            provenance=self.record if record else None,
            dtype=dtype,
            context=old.context if format_named(chosen).keeps_context else None,
            beside=record,
            subwords=old.subwords if format_named(chosen).keeps_ngrams else None,
            nodes=old.nodes,
            settings=settings_of(self.record),
            language_model=old.language_model,
        )
        model = old.language_model
        if model is not None and not is_kept(model, format_named(chosen), dtype, len(self)):
            warn_of([dropped_note()])

    @knows_other_names
    def quantize(
        self,
        path: Path,
        *,
        keep: int | None = None,
        dsub: int = 2,
        qnorm: bool = True,
        keep_context: bool = False,
        seed: int = 1,
        threads: int = 1,
        record: bool = True,
    ) -> Quantized:
        """Write the vectors as a quantized model of fastText (``.ftz``), as ``w2v quantize`` does.

        N-grams go along, but for those that no word has; `w2v_cli.load` and fastText read the file.

        Parameters
        ----------
        path : str or Path     ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` behind the name compresses
        keep : int or None     rows that stay, of words and n-grams together: the first words, at
                               most half of all while there are n-grams to fill the other half, and
                               the n-grams that change the vectors of words most
        dsub : int             numbers that share a byte, 1 to 64
        qnorm : bool           quantize directions and lengths apart
        keep_context : bool    quantize the ``context``, too
        seed : int             the same seed makes the same file
        threads : int
        record : bool          keep the record, in ``NAME.w2v.json`` beside it

        Returns
        -------
        Quantized   ``n_words``, ``n_ngrams``, ``n_bytes``, ``word_error``, ``ngram_error``

        Warns
        -----
        W2VWarning   if white space in words was replaced

        Raises
        ------
        ConfigError   if a value cannot be, the vectors are quantized already, or such a file has no
                      place for their n-grams
        OutputError   if it cannot be written, or a word cannot stand in such a file

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     done = vectors.quantize(folder + "/small.ftz")
        >>> done.n_words, done.word_error < 0.2
        (3020, True)
        """
        from .library.quantizing import quantize_embeddings

        check_switches(qnorm=qnorm, keep_context=keep_context, record=record)
        config = QuantizeConfig(
            dsub=plain(dsub),
            keep=plain(keep),
            qnorm=bool(qnorm),
            keep_context=bool(keep_context),
            seed=plain(seed),
        )
        path, threads = path_of(path, "path"), whole_number("threads", threads_asked(threads), 1)
        done, notes = quantize_embeddings(
            self._embeddings, self.record, path, config, threads, record
        )
        warn_of(notes)
        return done

    @knows_other_names
    def refine(
        self,
        *,
        vectors: str = "input",
        balance: float | None = None,
        center: bool = True,
        remove_top: int = 0,
        dim: int | None = None,
        whiten: float = 0.0,
        weights: str | None = None,
        normalize: bool = False,
    ) -> Vectors:
        """Vectors of the same words, made better or smaller, as ``w2v refine`` does.

        What is asked for is done in this order. Numbers of two bytes or one are a matter of
        `save`.

        Parameters
        ----------
        vectors : str            of the rows w of the matrix and c of the ``context``: ``input`` w,
                                 ``sum`` w + c, ``concat`` [w; c]
        balance : float or None  center both matrices first, scale their rows to length 1, and
                                 multiply those of the ``context`` by that
        center : bool            subtract the mean
        remove_top : int         take out so many directions of the largest variance (all but the
                                 top)
        dim : int or None        turn vectors to so many directions of the largest variance, the
                                 largest first (PCA): the first k numbers are what PCA to k gives
        whiten : float           divide each direction by its standard deviation to this power, 0 to
                                 1
        weights : str or None    what words count in mean and variance: ``uniform`` or by
                                 ``frequency``; None is by frequency with ``whiten``, else uniform
        normalize : bool         scale to length 1

        Returns
        -------
        Vectors   with the same ``counts``, and what was done in the ``record``

        Warns
        -----
        W2VWarning   if frequencies had to be guessed, or vectors vary in fewer directions

        Raises
        ------
        ConfigError   if a value cannot be, or vectors are too short, or there is no ``context``
        InputError    if frequencies are needed, and nothing tells them

        Examples
        --------
        >>> centered = vectors.refine()
        >>> bool(np.abs(centered.matrix.mean(axis=0)).max() < 1e-6)
        True
        >>> small = vectors.refine(remove_top=1, dim=50, normalize=True)
        >>> small
        <Vectors: 3,020 words, dim 50>
        """
        from .library.refining import refine_embeddings

        check_switches(center=center, normalize=normalize)
        config = RefineConfig(
            vectors=vectors,
            balance=plain(balance),
            center=bool(center),
            remove_top=plain(remove_top),
            dim=plain(dim),
            whiten=plain(whiten),
            weights=weights,
        )
        embeddings, record, notes = refine_embeddings(self._embeddings, config, bool(normalize))
        warn_of(notes)
        return Vectors(embeddings, {**record, "source_provenance": self.record})

    @knows_other_names
    def align(
        self,
        target: Vectors,
        dictionary: Path | Iterable[tuple[str, str]] | None = None,
        *,
        method: str = "procrustes",
        refine: int = 0,
        csls: int = 10,
        normalize: Sequence[str] = ("unit", "center", "unit"),
        project: bool = False,
        move_target: bool = False,
        ignore_case: bool = True,
        threads: int | None = None,
    ) -> AlignedVectors:
        """Bring these vectors into the space of another language's, as ``w2v align`` does.

        Parameters
        ----------
        target : Vectors
        dictionary : str or Path       a word and its translation a line, or a dictionary of dictd
            or iterable of (str, str)  pairs
            or None                    words that both have, each of which means itself
        method : str               ``procrustes``, a rotation; ``vecmap``, which changes both
                                   languages; ``lstsq``, least squares
        refine : int               rounds of learning again from mutual nearest neighbors
        csls : int                 neighbors of CSLS; 0: neighbors are by cosine
        normalize : sequence of str   ``unit`` and ``center``, in their order; or none
        project : bool             where lengths of vectors differ, cut the longer by PCA
        move_target : bool         normalise and map the target too, which makes translations
                                   better; if not, it stays as it is
        ignore_case : bool         for a word that is not there, take one that differs in case
        threads : int or None      None: as many as there are processors

        Returns
        -------
        AlignedVectors   ``source`` and ``target``, in one space, and the ``facts``

        Warns
        -----
        W2VWarning   if the pairs are few, or n-grams are lost

        Raises
        ------
        ConfigError   if a value cannot be, or lengths of vectors differ
        InputError    if the dictionary cannot be read, or none of its pairs is known

        Examples
        --------
        >>> turned = Vectors.from_arrays(vectors.words, vectors.matrix[:, ::-1])
        >>> aligned = vectors.align(turned)
        >>> aligned.facts["held_out_nn"] > 0.99
        True
        >>> aligned.source.translate("king", turned, k=1)[0].word
        'king'
        """
        from .library.languages import align_with

        check_switches(project=project, move_target=move_target, ignore_case=ignore_case)
        config = AlignConfig(method, plain(refine), plain(csls), tuple(normalize), bool(project))
        done = align_with(
            self._embeddings,
            target._embeddings,
            dictionary,
            config,
            bool(move_target),
            bool(ignore_case),
            threads_asked(threads),
        )
        warn_of(done.notes)
        record = {**done.record("vectors"), "source_provenance": self.record}
        moved = target
        if done.target is not target._embeddings:
            moved = Vectors(done.target, {**record, "source_provenance": target.record})
        return AlignedVectors(Vectors(done.source, record), moved, done.as_dict())

    @overload
    def translate(  # type: ignore[overload-overlap]  # a text is a sequence of texts
        self, query: str, target: Vectors, k: int = ..., *, csls: int = ...
    ) -> list[Neighbor]: ...

    @overload
    def translate(
        self, query: Sequence[str], target: Vectors, k: int = ..., *, csls: int = ...
    ) -> list[list[Neighbor]]: ...

    @knows_other_names
    def translate(
        self, query: str | Sequence[str], target: Vectors, k: int = 5, *, csls: int = 10
    ) -> list[Neighbor] | list[list[Neighbor]]:
        """The words of another language nearest to a query, the best first (``w2v translate``).

        Parameters
        ----------
        query : str             a word or an expression, as for `neighbors`
            or list of str      many at once, which is faster than one by one
        target : Vectors        in the same space, such as `align` gives
        k : int                 answers wanted
        csls : int              neighbors of CSLS; 0: by cosine

        Returns
        -------
        list of Neighbor, or of lists of them if ``query`` is a list   ``score`` is CSLS or a cosine

        Raises
        ------
        UnknownWordError, QueryError   as `neighbors`
        ConfigError                    if the vectors are not of one length
        """
        from .library.languages import searcher_of

        k = whole_number("k", k, 1)
        searcher = searcher_of(self._embeddings, target._embeddings, whole_number("csls", csls, 0))
        texts = [query] if isinstance(query, str) else texts_of(query)
        directions = self._directions([self._finder.query(text) for text in texts])
        ids, scores = searcher.nearest(directions, k)
        words = target.words
        found = [
            [Neighbor(words[row], score) for row, score in zip(*pair, strict=True) if row >= 0]
            for pair in zip(ids.tolist(), scores.tolist(), strict=True)
        ]
        return found[0] if isinstance(query, str) else found

    @knows_other_names
    def evaluate_translation(
        self,
        target: Vectors,
        *dictionaries: Path | Iterable[tuple[str, str]],
        csls: int = 10,
        direction: str = "forward",
        ignore_case: bool = True,
        threads: int | None = None,
    ) -> list[TranslationScores]:
        """Score the vectors of two languages on dictionaries (``w2v evaluate-translation``).

        Parameters
        ----------
        target : Vectors           in the same space
        *dictionaries              as `align` takes them, one or more
        csls : int                 neighbors of CSLS; 0: by cosine alone
        direction : str            ``forward``, ``backward``, or ``both``
        ignore_case, threads       as `align`

        Returns
        -------
        list of TranslationScores   ``.csls.precision[1].value`` is P@1 of the words that could be
                                    asked, ``.of_all`` of all; ``.coverage``; ``.as_dict()``

        Raises
        ------
        ConfigError   if a value cannot be, or the vectors are not of one length
        InputError    if a dictionary cannot be read

        Examples
        --------
        >>> [scores] = vectors.evaluate_translation(vectors, [("king", "king"), ("snark", "snark")])
        >>> scores.coverage, scores.nn.precision[1].value, scores.nn.precision[1].of_all
        (0.5, 1.0, 0.5)
        """
        from .library.languages import scores_of

        check_choice("direction", direction, ("forward", "backward", "both"))
        check_switches(ignore_case=ignore_case)
        return scores_of(
            self._embeddings,
            target._embeddings,
            dictionaries,
            whole_number("csls", csls, 0),
            direction,
            bool(ignore_case),
            threads_asked(threads),
        )

    def plot(
        self,
        path: Path | None = None,
        words: str | Iterable[str] = (),
        *,
        top: int | None = None,
        neighbors: int = 0,
        questions: Path | None = None,
        section: str | None = None,
        method: str = "pca",
        seed: int = 1,
        groups: Mapping[str, str] | Path | None = None,
        format: str | None = None,
        **drawing: Any,
    ) -> dict[str, Any]:
        """Draw a map of words: near are those with similar vectors, as ``w2v plot`` does.

        Parameters
        ----------
        path : str, Path or None   the picture; its extension tells the format. None: no picture
        words : str or iterable of str   words of the map
        top : int or None          also the first so many words; None is 100 if no words are named
        neighbors : int            also so many nearest words of each word
        questions : str or Path    a file of analogy questions, with ``section``
        section : str or None      also the words of this section of the questions, with arrows
        method : str               how words are placed: ``pca``, ``tsne`` or ``umap``
        seed : int                 of the random numbers of t-SNE and UMAP
        groups : mapping of str to str, str or Path   also these words, each with the name of its
                                   group, which gives its mark and color; or a file of them
        format : str or None       of the picture, instead of what its name says
        **drawing                  of the picture: ``size`` (width, height), ``dpi``, ``font_size``
                                   (points), ``font``, ``title``, ``theme``

        Returns
        -------
        dict   what ``w2v plot --json`` prints: ``words`` has word, x, y (-1 to 1) and kind of each

        Warns
        -----
        W2VWarning   of unknown words, and of what could not be drawn as it should be

        Raises
        ------
        ConfigError           if an option has a value that cannot be
        InputError            if there are too few known words
        MissingLibraryError   if matplotlib, or the library of the method, is not installed

        Examples
        --------
        >>> found = vectors.plot(None, ["king", "queen", "paris"])
        >>> [word["word"] for word in found["words"]]
        ['king', 'queen', 'paris']
        """
        from .library.pictures import Wanted, draw_map

        named = [words] if isinstance(words, str) else texts_of(words)
        wanted = Wanted(named, top, neighbors, questions, section, method, seed, groups or {})
        wordmap = wanted.laid_out(self._embeddings)
        if path is not None:
            drawing.setdefault("title", section or "")
            wanted.notes += draw_map(path, wordmap, format, drawing)
        warn_of(wanted.notes)
        found: dict[str, Any] = wordmap.as_dict()
        return found

    def explore(
        self,
        path: Path,
        *,
        top: int | None = None,
        neighbors: int = 10,
        questions: Path | None = None,
        method: str = "pca",
        seed: int = 1,
        title: str | None = None,
    ) -> None:
        """Write a page of HTML to look around in the vectors, as ``w2v explore`` does.

        Parameters
        ----------
        path : str or Path         the page
        top : int or None          words on the page, the most frequent; None is 10,000
        neighbors : int            nearest words of each, among those on the page
        questions : str or Path    analogy questions, shown as arrows
        method, seed               as for `plot`
        title : str or None        of the page

        Warns
        -----
        W2VWarning   if no related words of the questions are on the page, or all vectors are equal

        Raises
        ------
        ConfigError, InputError, MissingLibraryError   as `plot`
        OutputError                                    if the page cannot be written
        """
        from .library.pictures import Wanted, write_page

        wanted = Wanted([], top, neighbors, questions, None, method, seed)
        write_page(path, self._embeddings, wanted, title)
        warn_of(wanted.notes)

    def to_frame(self) -> pd.DataFrame:
        """A pandas ``DataFrame``: a row for each word, whose label is the word; a copy.

        Raises
        ------
        MissingLibraryError   which is an ImportError, without pandas
        """
        from .interop import to_frame

        return to_frame(self._embeddings)

    def to_gensim(self) -> KeyedVectors:
        """A gensim ``KeyedVectors``: same words and order, a copy of the vectors, the counts.

        Raises
        ------
        MissingLibraryError   which is an ImportError, without gensim: pip install gensim
        """
        from .interop import to_gensim

        return to_gensim(self._embeddings)

    def embedding_layer(self, freeze: bool = True, **options: Any) -> torch.nn.Embedding:
        """A PyTorch ``nn.Embedding`` of shape (n_words, dim); ``index`` has the row of each word.

        Parameters
        ----------
        freeze : bool   whether training leaves the vectors alone
        **options       as ``torch.nn.Embedding.from_pretrained`` takes them: ``padding_idx``...

        Raises
        ------
        MissingLibraryError   which is an ImportError, without PyTorch: pip install torch
        """
        from .interop import embedding_layer

        return embedding_layer(self._embeddings, freeze, **options)

    def _nearest(
        self,
        directions: npt.NDArray[np.float64],
        rows: list[list[int]],
        asked: list[int | None],
        *,
        k: int,
        allowed: Restriction | None = None,
        min_score: float = -np.inf,
        mutual: Mutual | None = None,
    ) -> list[list[Neighbor]]:
        if not isinstance(k, (int, np.integer)) or isinstance(k, bool) or k < 1:
            raise InputError(f"k must be a whole number from 1 on, not {shown(k)}")
        ids, cosines = self._embeddings.nearest(directions, int(k), rows, allowed)
        words = self.words
        return [
            [Neighbor(words[row], score) for row, score in answers]
            for answers in kept_answers(ids, cosines, asked, min_score, mutual, int(k))
        ]

    def _directions(self, queries: list[Query]) -> npt.NDArray[np.float64]:
        """Unit vectors of queries; QueryError if one has none."""
        directions: npt.NDArray[np.float64] = self._finder.directions(queries)
        return directions

    def _unit(self, query: str | npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        if isinstance(query, str):
            return np.asarray(self._directions([self._finder.query(query)])[0])
        row: npt.NDArray[np.float64] = unit_rows(self._check_query(query)[np.newaxis])[0]
        return row

    def _check_query(self, vector: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        if not isinstance(vector, np.ndarray) or vector.dtype.kind not in "fiu":
            raise InputError(
                f"a query is a text or an array of {self.dim} numbers, not {shown(vector)}; of "
                "several words 'king + queen' is their sum, and vectors[words] has a row for each"
            )
        wide = np.asarray(vector, dtype=np.float64)
        if wide.shape != (self.dim,) or not np.isfinite(wide).all():
            raise InputError(
                f"a query is a text or {self.dim} finite numbers, not an array of {wide.shape}"
            )
        return wide


def _not_distinct(words: Sequence[Any]) -> str | None:
    """The first of some words that is no text, or is there twice, as part of a message."""
    seen: set[str] = set()
    for word in words:
        if not isinstance(word, str):
            return f"{word!r:.60} is none"
        if word in seen:
            return f"{word!r:.60} is there twice"
        seen.add(word)
    return None


def _numbers(name: str, given: Any, dtype: Any) -> npt.NDArray[Any]:
    """Numbers as an array, or InputError."""
    try:
        with np.errstate(over="ignore"):
            return np.asarray(given, dtype=dtype)
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"{name} must be numbers, with as many in each row, not {shown(given)}"
        ) from None


def _counts(given: Any) -> IntArray:
    """Counts as an array, or InputError if one of them is none."""
    wide = _numbers("counts", given, np.float64)
    if not (np.isfinite(wide).all() and (wide >= 0).all() and (wide == np.floor(wide)).all()):
        raise InputError(f"counts must be whole numbers from 0 on, not {shown(given)}")
    return np.asarray(given).astype(np.int64)


def is_of_gensim(given: object) -> bool:
    """Whether something is a KeyedVectors of gensim, or a model that has one."""
    if isinstance(given, (str, os.PathLike, Vectors)):
        return False
    keyed = getattr(given, "wv", given)
    return hasattr(keyed, "index_to_key") and hasattr(keyed, "vectors")


def warn_of(notes: Iterable[str]) -> None:
    """Hand what was noticed and repaired to Python's warnings, as W2VWarning."""
    for note in notes:
        Place().warn(note)


def _unpickled(facts: tuple[Any, ...], record: dict[str, Any] | None) -> Vectors:
    words, matrix, counts, subwords, context, model = facts
    embeddings = Embeddings(
        words, matrix, counts=counts, subwords=subwords, context=context, language_model=model
    )
    return Vectors(embeddings, record)
