"""The Python interface: `train`, `tune` and `load`, which give `Vectors`.

They do what the command does and print nothing that is not asked for. What a user should know is
told as a `W2VWarning`.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from .arguments import (
    TextOptions,
    TrainOptions,
    defaults,
    freeze_asked,
    options_asked,
    phrases_of,
    spacing_of,
    text_defaults,
    thresholds_of,
    time_budget_of,
    vocabulary_of,
    words_asked,
)
from .config import TextConfig, TrainConfig
from .cooccurrence.settings import CountRule
from .errors import ConfigError, InputError, field, in_python
from .files.paths import Path
from .library.checks import (
    check_choice,
    check_switches,
    optional_number,
    optional_path,
    path_of,
    plain,
)
from .library.corpora import Corpus, corpus_asked, patterns_of
from .library.noticing import Place
from .library.otherwords import knows_other_names
from .library.reporting import Progress, check_callable, reporting
from .phrases.config import ENGLISH_CONNECTORS, PhraseConfig
from .phrases.table import Phrases
from .tuning import GRID, ITEM_GRID, LEAST_WORDS
from .vectors import Vectors, is_of_gensim, warn_of
from .wording.plaintext import shown

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from typing_extensions import Unpack

    from .cooccurrence.countsfile import CountsFile
    from .training.prepare import Prepared
    from .training.request import Request
    from .training.result import Trained
    from .training.warmstart import OldVectors
    from .tuning.session import Tuning


class EpochEnd(Protocol):
    """What `train` calls after each epoch."""

    def __call__(self, epoch: int, loss: float, vectors: Vectors) -> bool | None:
        """Take note; True ends training, with what there is as the result."""


@knows_other_names
def load(
    path: Path,
    *,
    limit: int | None = None,
    encoding: str | None = None,
    encoding_errors: str = "replace",
    vocab: Path | Mapping[str, int] | None = None,
    skip_bad_rows: bool = False,
    compose: bool = True,
    glove_parameters: str | None = None,
    tensor: str | None = None,
    all_tokens: bool = False,
) -> Vectors:
    """Read a file of word vectors in any format that ``w2v`` reads, plain or compressed.

    Files of the format ``.w2v`` are mapped, not read: that takes no time, and no memory until
    vectors are used.

    Parameters
    ----------
    path : str or Path
    limit : int or None     read the first so many rows only
    encoding : str or None  of the words in old files: ``latin-1``, ``cp1251``, ``gbk``...; None
                            is UTF-8
    encoding_errors : str   words that are not so encoded: ``replace`` such bytes, or ``strict``
    vocab : str or Path     a file of ``word count`` lines, whose counts the words get; of GloVe's
                            vectors.bin, which has no words, it names them
        or mapping of str to int   those counts
    skip_bad_rows : bool    leave out rows that are damaged, with a warning; else one is an error
    compose : bool          keep n-grams, where there are some (fastText, floret, .w2v), so that
                            unknown words have vectors; `Vectors.composed` tells of them
    glove_parameters : str or None   the file has all parameters of GloVe, as its ``-model 0`` and
                            ``-binary 1`` write; take the ``sum`` of word and context vectors,
                            ``word`` or ``context`` vectors, or ``both`` side by side
    tensor : str or None    of a transformer, the name of its input embeddings; None: found by it
    all_tokens : bool       of a transformer, take all tokens as they are written, not only those
                            that are whole words

    Returns
    -------
    Vectors

    Warns
    -----
    W2VWarning   of what was repaired: a header that does not fit, a word that is there twice...

    Raises
    ------
    InputError            if it cannot be read, is no file of vectors, or is damaged
    MissingLibraryError   if it needs a library that is not installed

    Examples
    --------
    >>> load("data/sample.txt")
    Traceback (most recent call last):
    w2v_cli.errors.InputError: data/sample.txt: is not a file of word vectors...
    """
    from .embeddings.counted import with_counts_of
    from .formats.reading import read_once
    from .formats.registry import ENCODING_ERRORS, GLOVE_PARTS

    path = path_of(path, "path")
    check_choice("encoding_errors", encoding_errors, ENCODING_ERRORS)
    if glove_parameters is not None:
        check_choice("glove_parameters", glove_parameters, GLOVE_PARTS)
    limit = optional_number("limit", limit, 1)
    counted = vocabulary_of(vocab)
    found = read_once(
        path,
        encoding_errors=encoding_errors,
        limit=limit,
        encoding=encoding,
        skip_bad_rows=skip_bad_rows,
        glove_parameters=glove_parameters,
        vocabulary=None if counted is None else (list(counted.words), counted.counts),
        tensor=tensor,
        all_tokens=all_tokens,
    )
    embeddings, notes = found.embeddings, list(found.notes)
    if counted is not None:
        name = field("vocab") if isinstance(vocab, Mapping) else str(vocab)
        embeddings, more = with_counts_of(embeddings, counted.words, counted.counts, name)
        notes += more
    warn_of(notes)
    return Vectors(embeddings if compose else embeddings.without_subwords(), found.record)


def train(
    corpus: Corpus | None = None,
    *,
    texts: Iterable[str] | None = None,
    init: Path | Vectors | KeyedVectors | None = None,
    freeze: bool | str = False,
    vocab: Path | Mapping[str, int] | None = None,
    phrases: Path | Phrases | None = None,
    keep_context: bool = False,
    glob: str | Iterable[str] = (),
    tmpdir: Path | None = None,
    preset: str | None = None,
    time_budget: str | float | None = None,
    checkpoint: Path | None = None,
    checkpoint_every: str = "10m",
    resume: Path | None = None,
    progress: Progress | bool | None = None,
    verbose: bool = False,
    on_epoch: EpochEnd | None = None,
    **options: Unpack[TrainOptions],
) -> Vectors:
    """Train word vectors, as ``w2v train`` does. It prints nothing unless asked for ``progress``.

    Parameters
    ----------
    corpus : str or Path         a file or folder of text, one sentence a line, tokens between white
                                 space, plain or compressed; or an encoded corpus (``.w2vc``); or
                                 counts of pairs (``.w2vx``), on which ``model="glove"`` trains
        or list of them          several, one after the other
        or iterable of lists of str   sentences as lists of tokens, which are taken as they are.
                                 They are gone through once, so a generator will do
    texts : iterable of str      instead of a corpus: texts, such as a column of a table. Each is a
                                 document; a line of it is a sentence, and so is what
                                 ``sentences=True`` finds in one. They are gone through once
    init : str, Path or Vectors   go on from these vectors; their words and those of the text are
                                 joined, and ``dim`` is theirs
        or KeyedVectors or Word2Vec   likewise those of gensim
    freeze : bool or str         with ``init``: leave the vectors of its words alone (True, or
                                 ``inputs``); ``outputs`` leaves its output matrix alone, so that
                                 what is trained on several texts lies in one space
    vocab : str or Path          a file of ``word count`` lines: use this vocabulary as it is
        or mapping of str to int   likewise the words and their counts, in their order
    phrases : Phrases            join these phrases first, which `find_phrases` has found
        or str or Path           or those of a file, or those with a score such as ``npmi=.5``
    keep_context : bool          keep the output matrix, as ``context`` of the result
    glob : str                   which files of folders are read: a pattern, such as ``*.txt``
        or iterable of str       or several
    tmpdir : str, Path or None   folder for the encoded corpus, 4 bytes a word; None is that of
                                 ``tempfile``
    preset : str or None         settings that go by a name: ``word2vec``, ``gensim``, ``fast``,
                                 ``quality``...; options that are given win
    time_budget : str or float   choose ``epochs`` and ``dim``, unless given, such that it takes
                                 about so long: ``90s``, ``10m``, ``2h``, or seconds
    checkpoint : str or Path     folder in which checkpoints are written now and then
    checkpoint_every : str       how far apart: a time (``30s``, ``10m``, ``2h``), a share of all
                                 (``5%``), or epochs (``1e``)
    resume : str or Path         go on from the newest checkpoint in that folder, and write more
                                 there; corpus and options are to be the same
    progress : callable          see `Progress`. While text is read it may be called by several
                                 threads at once
        or bool                  True: a bar on standard error, in notebooks too
    verbose : bool               print what the command tells, on standard error
    on_epoch : callable          called as on_epoch(epoch, loss, vectors) after each epoch (from 1),
                                 with its mean loss a pair and a copy of the `Vectors`, which takes
                                 4 * n_words * dim bytes. If it returns True training ends; what was
                                 trained is the result. An exception ends training, too: where
                                 there is a ``checkpoint``, one is written before
    **options                    fields of `config.TrainConfig` and `config.TextConfig`: ``dim``,
                                 ``epochs``, ``model``, ``lowercase``... None is the default;
                                 that of ``threads`` is the number of processors

    Returns
    -------
    Vectors   with ``counts``, and a ``record`` of the training: options, ``tokens_processed``,
              ``words_per_second``, ``loss`` (mean of a pair in each epoch, in nats), ``seconds``...

    Warns
    -----
    W2VWarning   if counts are lower bounds, memory is scarce, ``init`` has no word of the text, or
                 the text is not what it should be: not UTF-8, not cut into words...

    Raises
    ------
    TypeError             if there is no such option
    ConfigError           if an option has a value that cannot be
    InputError            if the corpus cannot be read, is empty, or has no word to train on
    OutputError           if there is no room for temporary files or checkpoints
    MemoryShortageError   if the matrices do not fit into memory; nothing was begun
    TrainingError         if the learning rate is so high that weights run away, or the time is too
                          short
    KeyboardInterrupt     after Ctrl-C: threads and temporary files are gone, and so is what was
                          trained, but for checkpoints

    What the command tells on standard error goes to the logger ``w2v_cli`` too, at the levels INFO
    and WARNING.
    One thread and one seed give the same vectors on the same machine. Training lets other threads
    of the program run.

    Examples
    --------
    >>> sentences = [["one", "small", "step"], ["one", "giant", "leap"]] * 100
    >>> vectors = train(sentences, dim=8, epochs=2, threads=1)
    >>> vectors
    <Vectors: 5 words, dim 8>
    >>> vectors.words
    ['one', 'small', 'step', 'giant', 'leap']
    >>> vectors.counts.tolist()
    [200, 100, 100, 100, 100]
    >>> vectors.record["tokens_processed"]
    1200
    >>> reviews = ["Don't miss it!", "A miss. Don't see it."] * 100
    >>> vectors = train(texts=reviews, tokenize="words", lowercase=True, dim=8, threads=1)
    >>> vectors.words
    ["don't", 'miss', 'it', 'a', 'see']
    >>> train(sentences, vector_size=8)
    Traceback (most recent call last):
    TypeError: train() has no option 'vector_size'; did you mean 'dim'?
    """
    from .training.request import Outputs, Request, Saving

    progress = plain(progress)
    check_callable(on_epoch=on_epoch, progress=None if isinstance(progress, bool) else progress)
    check_switches(keep_context=keep_context, verbose=verbose)
    asked = options_asked(dict(options), preset)
    old = Vectors.from_gensim(init) if is_of_gensim(init) else init
    request = Request(
        **corpus_asked(corpus, texts, "train"),
        config=asked.config,
        text=asked.text,
        glob=patterns_of(glob),
        phrases=phrases_of(phrases),
        vocabulary=vocabulary_of(vocab),
        init=_name_of(old),
        freeze=freeze_asked(freeze),
        tmpdir=optional_path(tmpdir, "tmpdir"),
        outputs=Outputs(keep_context=keep_context),
        saving=Saving.asked(
            optional_path(checkpoint, "checkpoint"),
            spacing_of(checkpoint_every),
            optional_path(resume, "resume"),
        ),
        time_budget=time_budget_of(time_budget),
        chosen=asked.chosen,
    )
    return _trained(request, old, progress, verbose, on_epoch)


def find_phrases(
    corpus: Corpus | None = None,
    *,
    texts: Iterable[str] | None = None,
    score: str = PhraseConfig.score,
    threshold: float | Iterable[float] | None = None,
    passes: int | None = None,
    min_count: int = PhraseConfig.min_count,
    connectors: str | Iterable[str] = (),
    stop: Iterable[str] = (),
    members: str = PhraseConfig.members,
    all_pairs: bool = False,
    score_long: str = PhraseConfig.score_long,
    prefer: str = PhraseConfig.prefer,
    delimiter: str = PhraseConfig.delimiter,
    glob: str | Iterable[str] = (),
    tmpdir: Path | None = None,
    progress: Progress | bool | None = None,
    verbose: bool = False,
    **options: Unpack[TextOptions],
) -> Phrases:
    """Find words that stand together more often than by chance, as ``w2v phrases`` does.

    Parameters
    ----------
    corpus, texts : see `train`
    score : str                what tells how much it is a phrase: ``npmi``, from -1 to 1, which
                               does not depend on the size of the text; ``word2phrase``; ``gensim``
    threshold : float          phrases have a higher score; None is 0.5 for NPMI
        or iterable of float   one for each pass
    passes : int or None       each joins two words or phrases; None: one for each threshold
    min_count : int            what is rarer is no phrase
    connectors : iterable of str   words that may stand within a phrase, but not at its ends
        or str                 ``en``: those of English
    stop : iterable of str     words that are in no phrase
    members : str              what tokens may be in one: ``words`` with a letter or a digit,
                               ``letters`` without digits, or ``any``
    all_pairs : bool           later passes may join two words, too
    score_long : str           score more than two words by their last join, ``chain``, or by all
                               ``words`` at once
    prefer : str               of phrases that overlap join the ``first``, or the ``best``
    delimiter : str            between the words of a phrase
    glob, tmpdir, progress, verbose : see `train`
    **options                  fields of `config.TextConfig`: ``lowercase``, ``tokenize``...; and
                               ``threads``

    Returns
    -------
    Phrases   a sequence of `Phrase`, the best score first: to be joined in sentences by its
              ``join``, in training by ``train(..., phrases=phrases)``, and saved by ``save``

    Raises
    ------
    TypeError     if there is no such option
    ConfigError   if a value cannot be
    InputError, OutputError, MemoryShortageError   as `train`

    Examples
    --------
    >>> sentences = [["in", "new", "york"], ["new", "york", "is", "big"], ["a", "new", "day"]] * 10
    >>> phrases = find_phrases(sentences, threshold=0.72)
    >>> [(phrase.words, round(phrase.score, 2)) for phrase in phrases]
    [(('is', 'big'), 1.0), (('new', 'york'), 0.75)]
    >>> list(phrases.join([["old", "new", "york"]]))
    [['old', 'new_york']]
    """
    from .training.phrasefinding import find_phrases as found_in
    from .training.request import Request

    check_switches(all_pairs=all_pairs, verbose=verbose)
    asked = options_asked(dict(options), of="find_phrases", known=text_defaults())
    config = PhraseConfig(
        score=score,
        thresholds=thresholds_of(threshold),
        passes=plain(passes),
        min_count=plain(min_count),
        connectors=words_asked(connectors, asked.text, ENGLISH_CONNECTORS, "connectors"),
        stop=words_asked(stop, asked.text, None, "stop"),
        members=members,
        all_pairs=bool(all_pairs),
        score_long=score_long,
        prefer=prefer,
        delimiter=delimiter,
    )
    request = Request(
        **corpus_asked(corpus, texts, "find_phrases"),
        config=asked.config,
        text=asked.text,
        glob=patterns_of(glob),
        tmpdir=optional_path(tmpdir, "tmpdir"),
    )
    with reporting(progress, verbose) as report:
        return found_in(request, config, report)[0]


def count_pairs(
    corpus: Corpus | None = None,
    *,
    texts: Iterable[str] | None = None,
    window: int = CountRule.window,
    symmetric: bool = CountRule.symmetric,
    distance_weight: str = CountRule.distance_weight,
    min_count: int = TrainConfig.min_count,
    max_vocab: int | None = TrainConfig.max_vocab,
    vocab: Path | Mapping[str, int] | None = None,
    phrases: Path | Phrases | None = None,
    glob: str | Iterable[str] = (),
    tmpdir: Path | None = None,
    progress: Progress | bool | None = None,
    verbose: bool = False,
    **options: Unpack[TextOptions],
) -> CountsFile:
    """Count which words stand near which, as ``w2v cooccur`` does.

    Parameters
    ----------
    corpus, texts : see `train`
    window : int             words on each side that count as near
    symmetric : bool         both sides count; else the row is the word to the left
    distance_weight : str    ``harmonic``, a pair at distance d counts 1/d; or ``none``, 1
    min_count, max_vocab, vocab, phrases, glob, tmpdir, progress, verbose : see `train`
    **options                fields of `config.TextConfig`: ``lowercase``, ``tokenize``...; and
                             ``threads``

    Returns
    -------
    CountsFile   its ``table`` has the counts, a `Cooccurrences`, in temporary files that are gone
                 with it; ``save`` writes a file

    Raises
    ------
    TypeError     if there is no such option
    ConfigError   if a value cannot be
    InputError, OutputError, MemoryShortageError   as `train`

    Examples
    --------
    >>> counted = count_pairs([["a", "b", "a"], ["b", "c"]], window=2, min_count=1, threads=1)
    >>> table = counted.table
    >>> table.words, table.starts.tolist(), table.columns.tolist()
    (['a', 'b', 'c'], [0, 2, 3, 3], [0, 1, 2])
    >>> (table.sums / table.rule.unit).tolist()
    [1.0, 2.0, 1.0]
    """
    from .training.paircounting import counted_pairs
    from .training.request import Request

    check_switches(symmetric=symmetric, verbose=verbose)
    asked = options_asked(dict(options), of="count_pairs", known=text_defaults())
    rule = CountRule(plain(window), bool(symmetric), distance_weight)
    request = Request(
        **corpus_asked(corpus, texts, "count_pairs"),
        config=replace(asked.config, min_count=plain(min_count), max_vocab=plain(max_vocab)),
        text=asked.text,
        glob=patterns_of(glob),
        phrases=phrases_of(phrases),
        vocabulary=vocabulary_of(vocab),
        tmpdir=optional_path(tmpdir, "tmpdir"),
    )
    with reporting(progress, verbose) as report:
        return counted_pairs(request, rule, report)[0]


def tokenize(
    text: str,
    *,
    tokenize: str = TextConfig.tokenize,
    sentences: bool = TextConfig.sentences,
    lowercase: bool = TextConfig.lowercase,
    digits: str = TextConfig.digits,
) -> list[list[str]]:
    """The words of a text, as `train` finds them with the same options.

    So words can be looked up that stand in the text as people write it.

    Parameters
    ----------
    text : str
    tokenize : str     ``blanks``: what is between white space; ``words``; ``words+punctuation``
    sentences : bool   cut lines where sentences end
    lowercase : bool   lower-case all letters
    digits : str       ``keep`` them, or make each one a ``zero``

    Returns
    -------
    list of list of str   its sentences that have words

    Raises
    ------
    ConfigError   if an option has a value that cannot be
    InputError    if it is no text

    Examples
    --------
    >>> tokenize("Don't go. It's 5 o'clock!", tokenize="words", sentences=True)
    [["Don't", 'go'], ["It's", '5', "o'clock"]]
    """
    from .corpus.texts import sentences_of

    check_switches(sentences=sentences, lowercase=lowercase)
    options = TextConfig(lowercase=lowercase, digits=digits, tokenize=tokenize, sentences=sentences)
    if not isinstance(text, str):
        raise InputError(f"a text is needed, not {shown(text)}; of several, cut each by itself")
    [found] = sentences_of([text], options)
    return list(found)


def tune(
    corpus: Corpus | None = None,
    *,
    texts: Iterable[str] | None = None,
    questions: Path | Sequence[Path] | None = None,
    pairs: Path | None = None,
    word_columns: str | Sequence[str | int] | None = None,
    score_column: str | int | Sequence[str | int] | None = None,
    sessions: Path | Sequence[Path] | None = None,
    next_item: bool = False,
    measure: str | None = None,
    topn: int | None = None,
    session_history: int | None = None,
    grid: str | Mapping[str, Iterable[Any]] | None = None,
    sample_words: int | None = None,
    time_budget: str | float | None = None,
    seeds: int = 1,
    glob: str | Iterable[str] = (),
    tmpdir: Path | None = None,
    preset: str | None = None,
    progress: Progress | bool | None = None,
    verbose: bool = False,
    **options: Unpack[TrainOptions],
) -> Tuning:
    """Try settings on a sample of a corpus, and score each, as ``w2v tune`` does.

    Parameters
    ----------
    corpus, texts : see `train`
    questions : str or Path, or sequence of them   score by these analogy questions
    pairs : str or Path          or by these word pairs with similarities
    word_columns, score_column : see `Vectors.evaluate_similarity`
    sessions : str or Path, or sequence of them   or by the last items of sessions, one a line
    next_item : bool             or by the last items of lines of the corpus, which are held out
    measure : str or None        what counts for sessions: ``hit_rate`` (None), ``ndcg`` or ``mrr``
    topn, session_history : int or None   ``k`` and ``history`` of `Vectors.evaluate_sessions`
    grid : str                   options with the values to try, all combinations:
                                 ``dim=100,200 window=5,10``
        or mapping               option -> values
        or None                  what is tried often; for sessions, what matters to items
    sample_words : int or None   train on about so many words; None is a million
    time_budget : str or float   take a sample for which all trials together take about so long
    seeds : int                  train each setting so many times, with ``seed`` and the numbers
                                 after it; the mean counts
    glob, tmpdir, preset, progress, verbose : see `train`
    **options                    what the grid does not name; see `train`

    Returns
    -------
    Tuning   the trials with scores, intervals and verdicts, and the ``best`` options; of these,
             ``settled`` are not best for the size of the sample alone, and may be handed on:
             ``train(corpus, **tuning.settled)``; ``unsettled`` says why the others may be

    Raises
    ------
    TypeError     if there is no such option
    ConfigError   if a value cannot be, or several or none of ``questions``, ``pairs``,
                  ``sessions`` and ``next_item`` are given
    InputError, OutputError, MemoryShortageError, TrainingError   as `train`
    """
    from .training.request import Request
    from .tuning.grid import configs_of, grid_of
    from .tuning.measures import check_held_out, read_test
    from .tuning.session import Session

    check_callable(progress=None if isinstance(progress, bool) else progress)
    check_switches(verbose=verbose, next_item=next_item)
    _check_sample(sample_words)
    asked = options_asked(dict(options), preset, "tune")
    by_items = sessions is not None or next_item
    grid = (ITEM_GRID if by_items else GRID) if grid is None else grid
    names, configs = configs_of([grid_of(grid)], asked.config, asked.chosen)
    request = Request(
        **corpus_asked(corpus, texts, "tune"),
        config=asked.config,
        text=asked.text,
        glob=patterns_of(glob),
        tmpdir=optional_path(tmpdir, "tmpdir"),
        time_budget=time_budget_of(time_budget),
        chosen=asked.chosen,
    )
    held_out = _paths_of(sessions, "sessions")
    check_held_out(held_out, request.paths)
    test = read_test(
        _paths_of(questions, "questions"),
        optional_path(pairs, "pairs"),
        held_out,
        next_item,
        threads=asked.config.threads,
        word_columns=word_columns,
        score_column=score_column,
        text=asked.text,
        measure=measure,
        topn=plain(topn),
        session_history=plain(session_history),
    )
    session = Session(request, names, configs, test, sample_words, seeds)
    with reporting(progress, verbose) as report:
        session.run(report)
    found: Tuning = session.result(in_python)
    return found


def _trained(
    request: Request,
    init: Path | Vectors | None,
    progress: Progress | bool | None,
    verbose: bool,
    on_epoch: EpochEnd | None,
) -> Vectors:
    from .training.run import begin, run

    model = request.config.model
    request = begin(request, None if init is None else partial(_old_vectors, init, model))
    epochs = None if on_epoch is None else _Epochs(on_epoch)
    with reporting(progress, verbose) as report:
        trained = run(
            request,
            report,
            on_prepared=epochs.take_words if epochs else None,
            on_epoch=epochs.tell if epochs else None,
        )
    return _vectors(trained, request.outputs.keep_context)


def _vectors(trained: Trained, keep_context: bool) -> Vectors:
    from .embeddings.table import Embeddings

    # Rows that are joined are a view that computes them; a slice of it is an array.
    outputs = trained.context_vectors if keep_context else None
    context = None if outputs is None else outputs[:]
    embeddings = Embeddings(
        trained.words,
        trained.vectors[:],
        counts=trained.counts,
        context=context,
        subwords=trained.subwords,
    )
    return Vectors(embeddings, trained.provenance())


def _name_of(init: Path | Vectors | None) -> str | None:
    return "vectors" if isinstance(init, Vectors) else optional_path(init, "init", " or Vectors")


def _paths_of(given: Path | Sequence[Path] | None, name: str) -> list[str]:
    """Paths that an argument of that name names: one, several or none."""
    if given is None:
        return []
    is_one = isinstance(given, (str, os.PathLike)) or not isinstance(given, Sequence)
    several: Any = [given] if is_one else given
    return [path_of(path, name) for path in several]


def _check_sample(n_words: int | None) -> None:
    if n_words is not None and (type(n_words) is not int or n_words < LEAST_WORDS):
        raise ConfigError(
            f"{field('sample_words')} must be a whole number from {LEAST_WORDS} on, "
            f"not {shown(n_words)}"
        )


def _old_vectors(init: Path | Vectors, model: str) -> OldVectors:
    from .formats.reading import read
    from .training.warmstart import OldVectors, check_finite

    if isinstance(init, Vectors):
        check_finite(init._embeddings, "init")
        return OldVectors(init._embeddings, "vectors", init.record)
    old: OldVectors = OldVectors.of(read(init), model)
    for note in old.notes:
        Place().warn(note)
    return old


class _Epochs:
    """Tells a function of each epoch, with vectors that it can ask."""

    def __init__(self, on_epoch: EpochEnd) -> None:
        self._on_epoch = on_epoch
        self._words: list[str] = []
        self._counts: Any = None

    def take_words(self, prepared: Prepared) -> None:
        self._words, self._counts = prepared.words, prepared.counts

    def tell(self, epoch: int, loss: float, rows: Any) -> bool:
        import numpy as np

        from .embeddings.table import Embeddings

        # A copy: whoever keeps the vectors of the best epoch finds them as they were.
        vectors = Vectors(Embeddings(self._words, np.array(rows[:]), counts=self._counts))
        return plain(self._on_epoch(epoch, loss, vectors)) is True


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """That of a function with each option and its default, for ``help()`` and completion."""
    plain = inspect.signature(function)
    kept = [each for each in plain.parameters.values() if each.kind is not each.VAR_KEYWORD]
    named = []
    for name, value in defaults().items():
        kind = TrainOptions.__annotations__[name]
        kind = getattr(kind, "__forward_arg__", kind)
        keyword = inspect.Parameter.KEYWORD_ONLY
        named.append(inspect.Parameter(name, keyword, default=value, annotation=kind))
    return plain.replace(parameters=[*kept, *named])


train.__signature__ = _signature(train)  # type: ignore[attr-defined]
tune.__signature__ = _signature(tune)  # type: ignore[attr-defined]
