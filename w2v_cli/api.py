"""The Python interface: `train` and `load`, which `w2v_cli` hands on."""

from __future__ import annotations

import inspect
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict

from .config import TextConfig, TrainConfig
from .errors import ConfigError, InputError, W2VError
from .machine.system import available_cpus
from .vectors import Path, Vectors, warn_of
from .wording.nearnames import closest

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .corpus.vocabulary import Vocabulary
    from .training.run import Run
    from .training.warmstart import OldVectors

Corpus: TypeAlias = "Path | Iterable[Path | Iterable[str]]"

NAMES_ELSEWHERE = {
    "alpha": "lr",
    "hs": "loss",
    "iter": "epochs",
    "learning_rate": "lr",
    "sentences": "corpus",
    "sg": "model",
    "size": "dim",
    "vector_size": "dim",
    "workers": "threads",
}
"""What other libraries call our options."""


class Progress(Protocol):
    """What `train` tells how far it is; an exception that it raises ends training."""

    def __call__(self, stage: str, done: int, total: int | None, **details: float) -> None:
        """Take note.

        Parameters
        ----------
        stage : str           ``read``, ``compile`` (a wait of seconds; done is 0) or ``train``
        done : int            words so far
        total : int or None   words in all; None while nobody knows
        **details             while training: ``lr``, ``epoch`` (from 1), ``loss`` (the mean of a
                              pair in this epoch so far, in nats)
        """


class TrainOptions(TypedDict, total=False):
    """The options of `train`: the fields of `config.TrainConfig` and `config.TextConfig`."""

    model: str
    loss: str
    dim: int
    window: int
    fixed_window: bool
    negative: int
    ns_exponent: float
    share_negatives: int
    sample: float
    epochs: int
    lr: float | None
    min_count: int
    max_vocab: int | None
    threads: int | None
    seed: int
    max_sentence: int
    lowercase: bool
    digits: str
    max_table: int | None


def load(path: Path, *, limit: int | None = None, encoding_errors: str = "replace") -> Vectors:
    """Read a file of word vectors in any format that ``w2v`` reads, plain or compressed.

    Files of the format ``.w2v`` are mapped, not read: that takes no time, and no memory until
    vectors are used.

    Parameters
    ----------
    path : str or Path
    limit : int or None     read the first so many rows only
    encoding_errors : str   words that are not UTF-8: ``replace`` such bytes, or ``strict``

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
    from .formats import ENCODING_ERRORS, read

    if encoding_errors not in ENCODING_ERRORS:
        choices = " or ".join(ENCODING_ERRORS)
        raise ConfigError(f"encoding_errors must be {choices}, not {encoding_errors!r}")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        raise ConfigError(f"limit must be a whole number from 1 on, not {limit!r}")
    found = read(path, encoding_errors, limit)
    warn_of(found.notes)
    return Vectors(found.embeddings, found.record)


def train(
    corpus: Corpus,
    *,
    init: Path | Vectors | None = None,
    freeze: bool = False,
    vocab: Path | Mapping[str, int] | None = None,
    keep_context: bool = False,
    tmpdir: Path | None = None,
    progress: Progress | None = None,
    **options: Unpack[TrainOptions],
) -> Vectors:
    """Train word vectors, as ``w2v train`` does. It prints nothing.

    Parameters
    ----------
    corpus : str or Path         a file or folder of text, one sentence a line, tokens between white
                                 space, plain or compressed; or an encoded corpus (``.w2vc``)
        or list of them          several, one after the other
        or iterable of lists of str   sentences as lists of tokens, which are taken as they are.
                                 They are gone through once, so a generator will do
    init : str, Path or Vectors   go on from these vectors; their words and those of the text are
                                 joined, and ``dim`` is theirs
    freeze : bool                with ``init``: leave the vectors of its words alone
    vocab : str or Path          a file of ``word count`` lines: use this vocabulary as it is
        or mapping of str to int   likewise the words and their counts, in their order
    keep_context : bool          keep the output matrix, as ``context`` of the result
    tmpdir : str, Path or None   folder for the encoded corpus, 4 bytes a word; None is that of
                                 `tempfile`
    progress : callable or None  see `Progress`. While text is read it may be called by several
                                 threads at once
    **options                    fields of `config.TrainConfig` and `config.TextConfig`: ``dim``,
                                 ``epochs``, ``model``, ``lowercase``... None is the default;
                                 that of ``threads`` is the number of processors

    Returns
    -------
    Vectors   with ``counts``, and a ``record`` of the training: options, ``tokens_processed``,
              ``words_per_second``, ``loss`` (mean of a pair in each epoch, in nats), ``seconds``...

    Warns
    -----
    W2VWarning   if counts are lower bounds, memory is scarce, or ``init`` has no word of the text

    Raises
    ------
    TypeError             if there is no such option
    ConfigError           if an option has a value that cannot be
    InputError            if the corpus cannot be read, is empty, or has no word to train on
    MemoryShortageError   if the matrices do not fit into memory; nothing was begun
    TrainingError         if the learning rate is so high that weights run away
    KeyboardInterrupt     after Ctrl-C: threads and temporary files are gone, and so is what was
                          trained

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
    >>> train(sentences, vector_size=8)
    Traceback (most recent call last):
    TypeError: train() has no option 'vector_size'; did you mean 'dim'?
    """
    with _python_names():
        return _train(corpus, init, freeze, vocab, keep_context, tmpdir, progress, dict(options))


def _train(
    corpus: Corpus,
    init: Path | Vectors | None,
    freeze: bool,
    vocab: Path | Mapping[str, int] | None,
    keep_context: bool,
    tmpdir: Path | None,
    progress: Progress | None,
    options: dict[str, Any],
) -> Vectors:
    config, text = _configs(options)
    if freeze and init is None:
        raise ConfigError("--freeze needs --init: there are no old words without")
    if keep_context and config.loss == "hs":
        raise ConfigError("--keep-context needs --loss ns or softmax: hs has no words as outputs")
    old = None if init is None else _old_vectors(init, freeze)
    if old is not None:
        from .training.warmstart import with_dim_of

        config = with_dim_of(config, old, options.get("dim") is not None)
    vocabulary = None if vocab is None else _vocabulary(vocab)
    run = _read(corpus, config, tmpdir, vocabulary, progress, text, old)
    try:
        _look_out(run)
    except BaseException:
        run.corpus.close()
        raise
    run.train(progress)
    return _result(run, keep_context)


def _configs(options: dict[str, Any]) -> tuple[TrainConfig, TextConfig]:
    """The configurations of these options; TypeError if one of them is none."""
    known = _defaults()
    for name, value in options.items():
        if name not in known:
            raise TypeError(f"train() has no option {name!r}; {_meant(name)}")
        if isinstance(known[name], bool) and not isinstance(value, (bool, type(None))):
            raise ConfigError(f"{name} must be True or False, not {value!r}")
    given = {name: _plain(value) for name, value in options.items() if value is not None}
    given.setdefault("threads", available_cpus())
    of_text = {field.name for field in fields(TextConfig)} & set(given)
    of_training = {field.name for field in fields(TrainConfig)} & set(given)
    return (
        TrainConfig(**{name: given[name] for name in of_training}),
        TextConfig(**{name: given[name] for name in of_text}),
    )


def _defaults() -> dict[str, Any]:
    """Every option by name, with its default; that of threads is None: all processors."""
    of_both = chain(fields(TrainConfig), fields(TextConfig))
    return {**{field.name: field.default for field in of_both}, "threads": None}


def _meant(name: str) -> str:
    near = closest(name, _defaults())
    meant = NAMES_ELSEWHERE.get(name, near[0] if near else None)
    return f"did you mean {meant!r}?" if meant else "help(train) lists all options"


def _plain(value: Any) -> Any:
    """A number of NumPy as Python has it."""
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def _old_vectors(init: Path | Vectors, freeze: bool) -> OldVectors:
    from .formats import read
    from .training.warmstart import OldVectors, check_finite

    if isinstance(init, Vectors):
        check_finite(init._embeddings, "init")
        return OldVectors(init._embeddings, freeze, "vectors", init.record)
    old: OldVectors = OldVectors.of(read(init), freeze)
    warn_of(old.notes, stacklevel=STACKLEVEL)
    return old


def _vocabulary(vocab: Path | Mapping[str, int]) -> Vocabulary:
    from .corpus.vocabulary import Vocabulary

    if not isinstance(vocab, Mapping):
        read: Vocabulary = Vocabulary.load(vocab)
        return read
    for word, count in zip(vocab, map(_plain, vocab.values()), strict=True):
        if not isinstance(word, str) or not isinstance(count, int) or count < 1:
            raise InputError(
                f"--vocab: {word!r} with the count {count!r} is not a text with a whole number "
                "from 1 on; correct it, or leave it out"
            )
    if not vocab:
        raise InputError("--vocab holds no word; give words with their counts")
    return Vocabulary(vocab.keys(), list(vocab.values()))


def _read(
    corpus: Corpus,
    config: TrainConfig,
    tmpdir: Path | None,
    vocabulary: Vocabulary | None,
    progress: Progress | None,
    text: TextConfig,
    old: OldVectors | None,
) -> Run:
    """Count and encode whatever the corpus is."""
    from .training.run import read_corpus, read_sentences

    folder = tempfile.gettempdir() if tmpdir is None else os.fspath(tmpdir)
    paths, sentences = _paths_or_sentences(corpus)
    rest = (config, folder, vocabulary, progress, text, old)
    run: Run = read_corpus(paths, *rest) if paths else read_sentences(sentences, *rest)
    return run


def _paths_or_sentences(corpus: Corpus) -> tuple[list[Path], Iterable[Any]]:
    """(paths, nothing), or (nothing, sentences): a text is always a path, a list a sentence."""
    if isinstance(corpus, (str, os.PathLike)):
        return [corpus], ()
    try:
        items = iter(corpus)
    except TypeError:
        kind = type(corpus).__name__
        raise InputError(f"a corpus is a path, paths, or sentences, not {kind}") from None
    first = next(items, None)
    if not isinstance(first, (str, os.PathLike)):
        return [], () if first is None else chain([first], items)
    paths: list[Any] = [first, *items]
    for path in paths:
        if not isinstance(path, (str, os.PathLike)):
            raise InputError(f"a corpus is paths or lists of tokens, not both: {path!r:.60}")
        if path != "-" and not os.path.exists(path):
            raise InputError(
                f"{str(path)!r:.60}: no such file or folder; if it is a sentence, give a list of "
                "tokens: text.split()"
            )
    return paths, ()


def _look_out(run: Run) -> None:
    """Warn of what the user should know; MemoryShortageError if the matrices do not fit."""
    from .corpus.counting import pruning_note
    from .training.needs import require_training_memory

    _, scarce = require_training_memory(len(run.vocabulary), run.config)
    notes = [
        pruning_note(run.pruned_below, run.text.max_table),
        run.join and run.join.note(),
        scarce,
    ]
    warn_of((_spelled(note) for note in notes if note), stacklevel=STACKLEVEL)


STACKLEVEL = 5
"""From `warn_of` to the caller of `train`."""


def _result(run: Run, keep_context: bool) -> Vectors:
    from .embeddings.table import Embeddings

    # Rows that are joined are a view that computes them; a slice of it is an array.
    context = run.context_vectors[:] if keep_context else None
    embeddings = Embeddings(run.words, run.vectors[:], counts=run.counts, context=context)
    return Vectors(embeddings, run.provenance())


@contextmanager
def _python_names() -> Iterator[None]:
    """Let errors name options as Python does: ``min_count``, not ``--min-count``."""
    try:
        yield
    except W2VError as error:
        error.args = tuple(map(_spelled, error.args))
        raise


def _spelled(message: str) -> str:
    names = {*_defaults(), *inspect.signature(_train).parameters}

    def name(match: re.Match[str]) -> str:
        plain = match[1].replace("-", "_")
        return plain if plain in names else match[0]

    return re.sub(r"--([a-z]+(?:-[a-z]+)*)", name, message)


def _signature() -> inspect.Signature:
    """That of `train` with each option and its default, for ``help()`` and completion."""
    plain = inspect.signature(train)
    kept = [each for each in plain.parameters.values() if each.kind is not each.VAR_KEYWORD]
    named = []
    for name, value in _defaults().items():
        kind = TrainOptions.__annotations__[name]
        kind = getattr(kind, "__forward_arg__", kind)
        keyword = inspect.Parameter.KEYWORD_ONLY
        named.append(inspect.Parameter(name, keyword, default=value, annotation=kind))
    return plain.replace(parameters=[*kept, *named])


train.__signature__ = _signature()  # type: ignore[attr-defined]
