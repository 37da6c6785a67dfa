"""Python's arguments checked and turned into configs, corpora and vocabularies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from .config import FREEZABLE, MODELS, TextConfig, TrainConfig
from .errors import ConfigError, InputError, field
from .files.paths import Path
from .labelled.config import DEFAULTS as CLASSIFY_DEFAULTS
from .labelled.config import ClassifyConfig
from .library.checks import check_switches, path_of, plain
from .machine.system import available_cpus
from .presets import PRESETS, preset_values
from .training.request import TimeBudget
from .wording.nearnames import closest
from .wording.plaintext import shown

if TYPE_CHECKING:
    from .corpus.vocabulary import Vocabulary
    from .phrases.table import Phrases
    from .phrases.wanted import WantedPhrases

LARGEST_EXACT = 2**53
"""Up to it every whole number is a float, too."""

NAMES_ELSEWHERE = {
    "bucket": "buckets",
    "callbacks": "on_epoch",
    "embedding_dim": "dim",
    "epoch": "epochs",
    "iter": "epochs",
    "learning_rate": "lr",
    "max_final_vocab": "max_vocab",
    "max_iter": "epochs",
    "max_vocab_size": "max_table",
    "maxn": "max_n",
    "minn": "min_n",
    "minCount": "min_count",
    "n_iter": "epochs",
    "n_jobs": "threads",
    "neg": "negative",
    "num_epochs": "epochs",
    "random_state": "seed",
    "size": "dim",
    "subsample": "sample",
    "thread": "threads",
    "vector_size": "dim",
    "workers": "threads",
    "ws": "window",
}
"""What other libraries call our options."""

ANSWERS = {
    "batch_words": "there is nothing to choose in its place",
    "cbow_mean": "model='cbow' always takes the mean",
    "compute_loss": "the loss is always in vectors.record['loss']",
    "corpus_file": "give the path first: train('corpus.txt')",
    "hs": "hs=1 is loss='hs', and hs=0 loss='ns'",
    "min_alpha": "lr always falls in a straight line to nearly 0",
    "sentences": "give them first, without a name: train(sentences)",
    "sg": "sg=1 is model='skipgram', and sg=0 model='cbow'",
    "shrink_windows": "shrink_windows=False is fixed_window=True",
    "sorted_vocab": "words are always in the order of their counts",
    "trim_rule": "min_count=, max_vocab= and vocab= choose words",
    "wordNgrams": "there are no n-grams of words; those of characters are min_n= and max_n=",
}
"""Likewise where an option is not one of ours by another name."""


CLASSIFY_ANSWERS = {
    "autotuneValidationFile": "w2v classify tune finds settings",
    "class_weight": "balance=True weighs labels, and weights= each document",
    "input": "give it first, without a name: train_classifier(path)",
    "lrUpdateRate": "there is nothing to choose in its place",
    "minCountLabel": "did you mean 'min_label_count'?",
    "sample_weight": "did you mean 'weights'?",
    "sentences": "a document is not cut into sentences",
}
"""Likewise of `classifiers.train_classifier`."""

OF_DOCUMENTS = ("lowercase", "digits", "encoding", "tokenize")
"""Fields of `config.TextConfig` that documents with labels have."""


class TextOptions(TypedDict, total=False):
    """The fields of `config.TextConfig`."""

    threads: int | None
    lowercase: bool
    digits: str
    encoding: str
    max_table: int | None
    tokenize: str
    sentences: bool


class TrainOptions(TypedDict, total=False):
    """The options of `train`: the fields of `config.TrainConfig` and `config.TextConfig`."""

    model: str
    loss: str
    dim: int
    ensemble: int
    window: int | str
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
    vectors: str | None
    min_n: int | str | None
    max_n: int | None
    buckets: int
    subword_hash: str
    hash_count: int
    symmetric: bool
    distance_weight: str
    x_max: float | None
    alpha: float
    adagrad: str
    grad_clip: float
    anchor: float
    smoothing: float
    shift: float
    eigenvalue_weight: float
    history: int
    hidden: int | None
    activation: str
    bptt: int
    independent: bool
    hold_out: float
    lowercase: bool
    digits: str
    encoding: str
    max_table: int | None
    tokenize: str
    sentences: bool
    dedup: bool


class ClassifyOptions(TypedDict, total=False):
    """The options of `classifiers.train_classifier`: fields of `labelled.config.ClassifyConfig`,
    and those of `config.TextConfig` that documents have.
    """

    loss: str
    dim: int
    epochs: int
    lr: float
    min_count: int
    max_vocab: int | None
    min_label_count: int
    word_ngrams: int
    min_n: int
    max_n: int
    buckets: int
    negative: int
    ns_exponent: float
    balance: bool
    freeze: bool
    l2: float
    embedding_lr_scale: float
    freeze_epochs: int
    threads: int | None
    seed: int
    label_prefix: str
    lowercase: bool
    digits: str
    encoding: str
    tokenize: str


class Asked(NamedTuple):
    """What options stand for.

    Attributes
    ----------
    config : TrainConfig
    text : TextConfig
    chosen : frozenset of str   the options that are not left to defaults or a preset
    """

    config: TrainConfig
    text: TextConfig
    chosen: frozenset[str]


def options_asked(
    options: dict[str, Any],
    preset: str | None = None,
    of: str = "train",
    known: Mapping[str, Any] | None = None,
) -> Asked:
    """What keyword arguments of a function (``of``) stand for; ``known`` has all that there are.

    Raises
    ------
    TypeError     if there is no such option
    ConfigError   if a value cannot be
    """
    known = defaults() if known is None else known
    given = {name: plain(value) for name, value in options.items() if value is not None}
    if not isinstance(given.get("sentences", False), bool):
        raise TypeError(f"{of}() has no sentences by that name; {ANSWERS['sentences']}")
    for name in options:
        if name not in known:
            meant = _what_is_meant(name, defaults(), ANSWERS, "train")
            raise TypeError(f"{of}() has no option {name!r:.60}; {meant}")
    check_switches(**{name: given[name] for name in given if isinstance(known[name], bool)})
    values = {"threads": available_cpus(), **_of_preset(preset, given.get("model")), **given}
    of_text = {each.name for each in fields(TextConfig)} & set(values)
    of_training = {each.name for each in fields(TrainConfig)} & set(values)
    return Asked(
        TrainConfig(**{name: values[name] for name in of_training}),
        TextConfig(**{name: values[name] for name in of_text}),
        frozenset(given),
    )


def _of_preset(name: str | None, model: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    if not isinstance(name, str) or name not in PRESETS:
        raise ConfigError(f"preset must be {' or '.join(PRESETS)}, not {name!r:.60}")
    return preset_values(name, model if model in MODELS else None)


def spacing_of(every: str | float | timedelta) -> str:
    """How far checkpoints are apart, as one writes it; a number is one of seconds."""
    return _as_written(every)


def time_budget_of(budget: str | float | timedelta | None) -> TimeBudget | None:
    """The time that all the work may take: ``90s``, ``10m``, ``2h``, or a number of seconds."""
    return None if budget is None else TimeBudget(_as_written(budget))


def _as_written(seconds: str | float | timedelta) -> str:
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    return seconds if isinstance(seconds, str) else f"{plain(seconds)}s"


def freeze_asked(freeze: bool | str | None) -> str | None:
    """What of old vectors is to stay as it is: one of `config.FREEZABLE`, or None.

    Raises
    ------
    ConfigError   if it is anything else
    """
    freeze = plain(freeze)
    if freeze is None or isinstance(freeze, bool):
        return FREEZABLE[0] if freeze else None
    if not isinstance(freeze, str) or freeze not in FREEZABLE:
        choices = " or ".join(map(repr, FREEZABLE))
        raise ConfigError(f"{field('freeze')} must be True, False, {choices}, not {shown(freeze)}")
    return freeze


def defaults() -> dict[str, Any]:
    """Every option by name, with its default; that of threads is None: all processors."""
    of_both = chain(fields(TrainConfig), fields(TextConfig))
    return {**{each.name: each.default for each in of_both}, "threads": None}


def text_defaults() -> dict[str, Any]:
    """Likewise the options of text alone."""
    return {each.name: each.default for each in fields(TextConfig)} | {"threads": None}


def classify_defaults() -> dict[str, Any]:
    """Likewise the options of classifiers."""
    text = {name: getattr(TextConfig, name) for name in OF_DOCUMENTS}
    return {**CLASSIFY_DEFAULTS, **text, "threads": None}


def classify_options_asked(
    options: dict[str, Any], function: str = "train_classifier"
) -> tuple[ClassifyConfig, TextConfig]:
    """What keyword arguments of `classifiers.train_classifier`, or another function, stand for.

    Raises
    ------
    TypeError     if there is no such option
    ConfigError   if a value cannot be
    """
    known = classify_defaults()
    for name in options:
        if name not in known:
            meant = _what_is_meant(name, known, CLASSIFY_ANSWERS, function)
            raise TypeError(f"{function}() has no option {name!r:.60}; {meant}")
    given = {name: plain(value) for name, value in options.items() if value is not None}
    check_switches(**{name: given[name] for name in given if isinstance(known[name], bool)})
    text = {name: given.pop(name) for name in OF_DOCUMENTS if name in given}
    return ClassifyConfig(**{"threads": available_cpus(), **given}), TextConfig(**text)


def thresholds_of(threshold: float | Iterable[float] | None) -> tuple[float, ...]:
    """Thresholds of phrases, one for each pass; none if the default is asked for.

    Raises
    ------
    ConfigError   if they are no numbers
    """
    if threshold is None:
        return ()
    several = threshold if isinstance(threshold, Iterable) else (threshold,)
    numbers = tuple(map(plain, several))
    if isinstance(threshold, str) or not all(type(each) in (int, float) for each in numbers):
        raise ConfigError(
            f"{field('threshold')} must be a number, or one for each pass, not {shown(threshold)}"
        )
    return tuple(map(float, numbers))


def words_asked(
    words: str | Iterable[str], text: TextConfig, english: Iterable[str] | None, name: str
) -> frozenset[str]:
    """A set of words, as they are in a text that is read so; ``en`` stands for ``english``.

    Raises
    ------
    ConfigError   if they are no words
    """
    if english is not None and isinstance(words, str) and words == "en":
        words = english
    is_list = isinstance(words, Iterable) and not isinstance(words, (str, bytes))
    found = list(words) if is_list else [words]
    if not is_list or not all(isinstance(word, str) for word in found):
        raise ConfigError(f"{field(name)} must be a list of words, not {shown(words)}")
    return frozenset(map(text.apply, found))


def phrases_of(phrases: Path | Phrases | None) -> WantedPhrases | None:
    """What is to be joined: phrases, those of a file, or those with a score."""
    if phrases is None:
        return None
    from .phrases.table import Phrases
    from .phrases.wanted import WantedPhrases, phrases_wanted

    if isinstance(phrases, Phrases):
        return WantedPhrases("phrases", phrases)
    return phrases_wanted(path_of(phrases, "phrases", ", Phrases, or a score such as npmi=.5"))


def _what_is_meant(name: str, known: Mapping[str, Any], answers: Mapping[str, str], of: str) -> str:
    if name in answers:
        return answers[name]
    near = closest(name, known)
    meant = NAMES_ELSEWHERE.get(name, near[0] if near else None)
    is_there = meant in known or meant == "on_epoch"
    return f"did you mean {meant!r}?" if is_there else f"help({of}) lists all options"


def vocabulary_of(vocab: Path | Mapping[str, int] | None) -> Vocabulary | None:
    """The vocabulary of a file of counts, or of words with theirs."""
    if vocab is None:
        return None
    from .corpus.vocabulary import Vocabulary

    if hasattr(vocab, "to_dict"):  # a Series of pandas: what value_counts() gives
        vocab = vocab.to_dict()
    if not isinstance(vocab, Mapping):
        read: Vocabulary = Vocabulary.load(path_of(vocab, "vocab", ", or words with their counts"))
        return read
    for word, count in zip(vocab, map(plain, vocab.values()), strict=True):
        is_count = type(count) is int and 1 <= count <= LARGEST_EXACT
        if not isinstance(word, str) or not is_count:
            raise InputError(
                f"{field('vocab')}: {shown(word)} with the count {shown(count)} is not a text with "
                f"a whole number from 1 to {LARGEST_EXACT}; correct it, or leave it out"
            )
    if not vocab:
        raise InputError(f"{field('vocab')} holds no word; give words with their counts")
    return Vocabulary(vocab.keys(), list(vocab.values()))
