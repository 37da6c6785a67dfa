"""How a classifier is trained: every option with its default and range. This loads neither NumPy
nor the compiler.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from ..config import RANGES
from ..errors import ConfigError, field

LABEL_PREFIX = "__label__"
"""How labels begin in text, unless told otherwise (fastText)."""
LOSSES = ("softmax", "hs", "ns", "ova")
CONVEX_LOSSES = ("softmax", "ova")
"""With these, outputs that are learnt alone have one optimum, which can be computed."""
OWN_RANGES: dict[str, tuple[Any, Any]] = {
    "word_ngrams": (1, 16),
    "min_label_count": (1, 2**62),
    "min_n": (0, 100),
    "max_n": (0, 100),
    "lr": (1e-9, 100.0),
    "ns_exponent": (-2.0, 2.0),
    "embedding_lr_scale": (0.0, 100.0),
    "freeze_epochs": (0, RANGES["epochs"][1]),
    "l2": (1e-9, 1e9),
}
RANGED = (
    "dim", "epochs", "lr", "min_count", "min_label_count", "max_vocab", "word_ngrams", "min_n",
    "max_n", "buckets", "negative", "ns_exponent", "embedding_lr_scale", "freeze_epochs", "l2",
    "threads", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class ClassifyConfig:
    """How to train a classifier; immutable, checked when made.

    Attributes
    ----------
    loss : str             ``softmax``; ``hs`` hierarchical softmax, ``ns`` negative sampling;
                           ``ova`` one against all, each label for itself
    dim : int              vector length
    epochs : int           passes over the documents
    lr : float             learning rate at the start; it falls to 0
    min_count : int        words that occur less often are left out
    max_vocab : int or None   keep only that many, the most frequent
    min_label_count : int  labels that occur less often are left out
    word_ngrams : int      sequences of up to so many words are features; 1: words alone
    min_n, max_n : int     shortest and longest n-grams of characters; max_n 0: there are none
    buckets : int          rows that n-grams of words and characters are hashed to
    negative : int         labels that are drawn against the right one, with ``ns``
    ns_exponent : float    they are drawn in proportion to count ** ns_exponent
    balance : bool         rare labels weigh as much as frequent ones, in all
    freeze : bool          of a model that starts from vectors, outputs alone are learnt, to their
                           optimum: a logistic regression
    l2 : float             with ``freeze``, the penalty: l2 / 2 times the sum of squares of outputs,
                           for vectors of documents that are scaled to a variance of 1
    embedding_lr_scale : float   what the changes of rows that were trained before are multiplied
                           by; 0: they stay as they are
    freeze_epochs : int    in so many epochs, the first ones, outputs learn alone
    threads : int
    seed : int             start of every random stream
    label_prefix : str     how labels begin in text

    Raises
    ------
    ConfigError   if a value is out of range, or two of them contradict each other
    """

    loss: str = "softmax"
    dim: int = 100
    epochs: int = 5
    lr: float = 0.5
    min_count: int = 1
    max_vocab: int | None = None
    min_label_count: int = 1
    word_ngrams: int = 1
    min_n: int = 0
    max_n: int = 0
    buckets: int = 2_000_000
    negative: int = 5
    ns_exponent: float = 0.5
    balance: bool = False
    freeze: bool = False
    l2: float = 1.0
    embedding_lr_scale: float = 1.0
    freeze_epochs: int = 0
    threads: int = 1
    seed: int = 1
    label_prefix: str = LABEL_PREFIX

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ConfigError(
                f"{field('loss')} must be {' or '.join(LOSSES)}, not {self.loss!r:.60}"
            )
        for name in RANGED:
            value = getattr(self, name)
            if value is not None:
                _check_range(name, value, *(OWN_RANGES.get(name) or RANGES[name]))
        if self.max_n and self.min_n > self.max_n:
            raise ConfigError(
                f"{field('min_n', self.min_n)} is more than {field('max_n', self.max_n)}: there "
                "are no such n-grams"
            )
        if self.min_n and not self.max_n:
            raise ConfigError(
                f"{field('min_n', self.min_n)} needs {field('max_n')}, the longest n-grams; give "
                f"{field('max_n', max(self.min_n, 6))}"
            )
        check_prefix(self.label_prefix)
        self._check_frozen()

    def _check_frozen(self) -> None:
        if self.freeze and self.loss not in CONVEX_LOSSES:
            raise ConfigError(
                f"{field('freeze')} and {field('loss', self.loss)} exclude each other: what is "
                f"learnt is a logistic regression; give {field('loss', 'softmax')} or ova"
            )
        for name in ("embedding_lr_scale", "freeze_epochs"):
            if self.freeze and getattr(self, name) != DEFAULTS[name]:
                raise ConfigError(
                    f"{field('freeze')} and {field(name, getattr(self, name))} exclude each other: "
                    "what is frozen never learns; leave one of them out"
                )
        if self.freeze_epochs >= self.epochs:
            raise ConfigError(
                f"{field('freeze_epochs', self.freeze_epochs)} leaves none of "
                f"{field('epochs', self.epochs)} in which vectors learn; give more "
                f"{field('epochs')}, or {field('freeze')}"
            )

    @property
    def n_buckets(self) -> int:
        """Rows for n-grams: 0 where there are none of either kind."""
        return self.buckets if self.max_n or self.word_ngrams > 1 else 0


def check_prefix(prefix: str) -> None:
    """Raise ConfigError unless tokens can begin with a prefix, and words need not."""
    if not isinstance(prefix, str) or not prefix:
        raise ConfigError(
            f"{field('label_prefix')} must be text, such as __label__, not {prefix!r:.60}"
        )
    if any(character.isspace() or character == "\0" for character in prefix):
        raise ConfigError(
            f"{field('label_prefix')} must be without white space, which ends a label; "
            "give __label__"
        )


def _check_range(name, value, low, high):
    whole = isinstance(low, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        kind = "a whole number" if whole else "a number"
        raise ConfigError(f"{field(name)} must be {kind}, not {value!r:.60}")
    # NaN is not between anything.
    if not low <= value <= high:
        raise ConfigError(f"{field(name)} must be from {low} to {high}, not {value}")


DEFAULTS = {each.name: each.default for each in fields(ClassifyConfig)}
