"""Python's arguments checked and turned into configs, corpora and vocabularies."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypedDict

from .config import TextConfig, TrainConfig
from .errors import ConfigError, InputError, field
from .files.paths import Path
from .machine.system import available_cpus
from .presets import PRESETS
from .training.request import TimeBudget
from .wording.nearnames import closest

if TYPE_CHECKING:
    from .corpus.vocabulary import Vocabulary

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


class TrainOptions(TypedDict, total=False):
    """The options of `train`: the fields of `config.TrainConfig` and `config.TextConfig`."""

    model: str
    loss: str
    dim: int
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
    lowercase: bool
    digits: str
    max_table: int | None


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


def options_asked(options: dict[str, Any], preset: str | None = None, of: str = "train") -> Asked:
    """What keyword arguments of a function (``of``) stand for.

    Raises
    ------
    TypeError     if there is no such option
    ConfigError   if a value cannot be
    """
    known = defaults()
    for name, value in options.items():
        if name not in known:
            raise TypeError(f"{of}() has no option {name!r}; {_what_is_meant(name)}")
        if isinstance(known[name], bool) and not isinstance(value, (bool, type(None))):
            raise ConfigError(f"{name} must be True or False, not {value!r}")
    given = {name: _plain(value) for name, value in options.items() if value is not None}
    values = {"threads": available_cpus(), **_of_preset(preset), **given}
    of_text = {each.name for each in fields(TextConfig)} & set(values)
    of_training = {each.name for each in fields(TrainConfig)} & set(values)
    return Asked(
        TrainConfig(**{name: values[name] for name in of_training}),
        TextConfig(**{name: values[name] for name in of_text}),
        frozenset(given),
    )


def _of_preset(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    if not isinstance(name, str) or name not in PRESETS:
        raise ConfigError(f"preset must be {' or '.join(PRESETS)}, not {name!r}")
    return dict(PRESETS[name])


def spacing_of(every: str | float) -> str:
    """How far checkpoints are apart, as one writes it; a number is one of seconds."""
    return _as_written(every)


def time_budget_of(budget: str | float | None) -> TimeBudget | None:
    """The time that all the work may take: ``90s``, ``10m``, ``2h``, or a number of seconds."""
    return None if budget is None else TimeBudget(_as_written(budget))


def _as_written(seconds: str | float) -> str:
    return seconds if isinstance(seconds, str) else f"{_plain(seconds)}s"


def defaults() -> dict[str, Any]:
    """Every option by name, with its default; that of threads is None: all processors."""
    of_both = chain(fields(TrainConfig), fields(TextConfig))
    return {**{each.name: each.default for each in of_both}, "threads": None}


def _what_is_meant(name: str) -> str:
    near = closest(name, defaults())
    meant = NAMES_ELSEWHERE.get(name, near[0] if near else None)
    return f"did you mean {meant!r}?" if meant else "help(train) lists all options"


def _plain(value: Any) -> Any:
    """A number of NumPy as Python has it."""
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def vocabulary_of(vocab: Path | Mapping[str, int] | None) -> Vocabulary | None:
    """The vocabulary of a file of counts, or of words with theirs."""
    if vocab is None:
        return None
    from .corpus.vocabulary import Vocabulary

    if not isinstance(vocab, Mapping):
        read: Vocabulary = Vocabulary.load(vocab)
        return read
    for word, count in zip(vocab, map(_plain, vocab.values()), strict=True):
        if not isinstance(word, str) or not isinstance(count, int) or count < 1:
            raise InputError(
                f"{field('vocab')}: {word!r} with the count {count!r} is not a text with a whole "
                "number from 1 on; correct it, or leave it out"
            )
    if not vocab:
        raise InputError(f"{field('vocab')} holds no word; give words with their counts")
    return Vocabulary(vocab.keys(), list(vocab.values()))


def paths_or_sentences(corpus: Corpus) -> tuple[tuple[Path, ...], Iterable[Any] | None]:
    """(paths, None), or (no path, sentences): a text is always a path, a list a sentence."""
    if isinstance(corpus, (str, os.PathLike)):
        return (corpus,), None
    try:
        items = iter(corpus)
    except TypeError:
        kind = type(corpus).__name__
        raise InputError(f"a corpus is a path, paths, or sentences, not {kind}") from None
    first = next(items, None)
    if not isinstance(first, (str, os.PathLike)):
        return (), () if first is None else chain([first], items)
    paths: list[Any] = [first, *items]
    for path in paths:
        if not isinstance(path, (str, os.PathLike)):
            raise InputError(f"a corpus is paths or lists of tokens, not both: {path!r:.60}")
        if path != "-" and not os.path.exists(path):
            raise InputError(
                f"{str(path)!r:.60}: no such file or folder; if it is a sentence, give a list of "
                "tokens: text.split()"
            )
    return tuple(paths), None
