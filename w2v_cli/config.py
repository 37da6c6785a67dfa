"""Every option of training and refining: its name, default and range. The only copy of each."""

import codecs
import encodings.aliases
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from .errors import ConfigError, field

LOSSES = ("ns", "hs", "softmax")
ACTIVATIONS = ("tanh", "sigmoid")
DISTANCE_WEIGHTS = ("harmonic", "none")
ADAGRAD = ("row", "coordinate")
DIGITS = ("keep", "zero")
UTF_8 = "utf-8"
"""The encoding of text, unless told otherwise."""
NAMED_AFTER_MARKS = {"utf-8-sig": UTF_8, "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""Names of encodings that insist on a byte-order mark, which is looked for anyway -> those without;
programs on Windows write the lower byte first."""
NOT_OF_FILES = {"idna", "punycode", "undefined"}
"""What Python lists among encodings of text, though no file has it."""
TOKENIZE = ("blanks", "words", "words+punctuation")
OWN_DEFAULTS: dict[str, dict[str, Any]] = {
    "skipgram": {
        "loss": "ns",
        "window": 5,
        "negative": 5,
        "ns_exponent": 0.75,
        "epochs": 7,
        "vectors": "input",
    },
    "cbow": {
        "loss": "ns",
        "window": 7,
        "negative": 9,
        "ns_exponent": 0.5,
        "epochs": 5,
        "vectors": "sum",
    },
    "glove": {
        "window": 10,
        "epochs": 25,
        "vectors": "sum",
    },
    "ppmi": {
        "window": 10,
        "epochs": 1,
        "vectors": "balanced",
    },
    "nnlm": {
        "loss": "hs",
        "negative": 10,
        "ns_exponent": 0.75,
        "epochs": 8,
        "vectors": "input",
    },
    "rnnlm": {
        "loss": "hs",
        "negative": 10,
        "ns_exponent": 0.75,
        "epochs": 8,
        "vectors": "input",
    },
}
"""What each model has where nothing else is asked for; see benchmarks/RESULTS.md,
"What vectors are worth for the time they take".

``vectors`` holds where rows of the output matrix belong to words."""
MODELS = tuple(OWN_DEFAULTS)
FREEZABLE = ("inputs", "outputs")
"""Of old vectors, what may stay as it is while training goes on from them."""
ON_TEXT = ("skipgram", "cbow")
"""Models that go through windows of the text, again and again."""
ON_COUNTS = ("glove", "ppmi")
"""Models that are made of how often words stand near one another."""
LANGUAGE_MODELS = ("nnlm", "rnnlm")
"""Models that go through the text and tell how likely the next word is."""

AT_ONCE = ("ppmi",)
"""Those that come out whole, of no epochs that could be more, or fewer, or go on."""


@dataclass(frozen=True)
class RateRule:
    """A learning rate by how often training comes to a word: ``at_thousand`` where that is 1000
    times on average, less where it is more often, kept within bounds.

    Words that are seen seldom are far from where they belong, and need larger steps. Fitted to
    texts of 1 to 17 million words; see benchmarks/RESULTS.md, "Learning rate by size".

    Attributes
    ----------
    at_thousand : float
    power : float          the rate falls with the number of times to this power; 0: it is fixed
    low, high : float      the least and the greatest rate
    n_hidden : int or None   units of a hidden layer; with more of them the rate is as much lower:
                           all of them push a row of outputs the same way
    """

    at_thousand: float
    power: float = 0.0
    low: float = 0.0
    high: float = 10.0
    n_hidden: int | None = None

    def rate(self, n_tokens: int, n_words: int, n_hidden: int = 1) -> float:
        """The rate for so many tokens in all epochs, of so many words of the vocabulary."""
        times = max(n_tokens, 1) / max(n_words, 1)
        rate = self.at_thousand * (1000 / times) ** self.power
        if self.n_hidden is not None:
            rate *= min(self.n_hidden / n_hidden, 1)
        # Three digits are shown, so that what is shown can be given.
        return float(f"{min(max(rate, self.low), self.high):.3g}")


START_LR = {
    "skipgram": RateRule(0.085, 1, 0.025, 0.05),
    "cbow": RateRule(0.095, 0.75, 0.05, 0.15),
    "glove": RateRule(0.05),
    "nnlm": RateRule(0.1, n_hidden=100),
    "rnnlm": RateRule(0.1, n_hidden=100),
}
"""The learning rate that each model starts at that has one, unless it is given."""
NGRAM_START_LR = {
    "skipgram": RateRule(0.04, 1, 0.02, 0.05),
    "cbow": RateRule(0.12, 0.75, 0.05, 0.15),
}
"""Likewise where vectors are made of n-grams; see benchmarks/RESULTS.md, "N-grams and accuracy"."""
SAMPLE_BOUNDS = (1e-4, 1e-3)
X_MAX_BOUNDS = (10.0, 100.0)
X_MAX_TOKENS = 10_000_000
"""Words of a text for each 1 of ``x_max``, within `X_MAX_BOUNDS`."""
BY_SIZE = ("sample", "lr", "x_max")
"""Options that go by the size of the text, unless they are given: see `TrainConfig.for_text`."""
SIF_A = 1e-3
"""The a of smooth inverse frequency, a / (a + p), by which words of a text count."""
READOUTS = ("input", "sum", "concat", "balanced", "context")
OWN: Any = None
"""Stands for the default of the model."""
WEIGHTS = ("uniform", "frequency")
FNV, MURMUR = "fnv", "murmur"
"""How n-grams are hashed: FNV-1a of 32 bits, as fastText; MurmurHash3 of 128 bits, as floret."""
SUBWORD_HASHES = (FNV, MURMUR)
AUTO = "auto"
"""Lengths of n-grams that are chosen by how many different ones the words have."""
USUAL_N = (3, 6)
"""The shortest and longest n-grams of fastText: for the one of them that is not given."""
NGRAM_OPTIONS = ("min_n", "max_n", "buckets", "subword_hash", "hash_count")
"""What says how words are made of n-grams; without meaning where there are none."""
COUNTED = ("symmetric", "distance_weight")
"""What says, beside the window, which pairs count and how much."""
OF_MODELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("loss", "negative", "ns_exponent", "share_negatives"), (*ON_TEXT, *LANGUAGE_MODELS)
    ),
    **dict.fromkeys(("fixed_window", "sample", "max_sentence"), ON_TEXT),
    "window": (*ON_TEXT, *ON_COUNTS),
    **dict.fromkeys(NGRAM_OPTIONS, ON_TEXT),
    **dict.fromkeys(COUNTED, ON_COUNTS),
    **dict.fromkeys(("x_max", "alpha", "adagrad", "grad_clip", "anchor"), ("glove",)),
    **dict.fromkeys(("smoothing", "shift", "eigenvalue_weight"), ("ppmi",)),
    **dict.fromkeys(("activation", "hold_out"), LANGUAGE_MODELS),
    **dict.fromkeys(("history", "hidden"), ("nnlm",)),
    **dict.fromkeys(("bptt", "independent"), ("rnnlm",)),
}
"""Options that only some models have -> those models."""
OF_EPOCHS = ("ensemble", "epochs", "lr")
"""Options that models have which do not come out at once."""
SECONDS = {"s": 1, "m": 60, "h": 3600}
LR_FLOOR = 1e-4
"""The learning rate never falls below this share of its start (word2vec.c, TrainModelThread)."""

WHOLE_SENTENCE = "sentence"
"""A window as long as the sentence, whatever its length."""
LONGEST_SENTENCE = 1_000_000
LARGEST_SEED = 2**63 - 1

RANGES = {
    "dim": (1, 4096),
    "ensemble": (1, 16),
    "window": (1, LONGEST_SENTENCE),
    "negative": (1, 64),
    "ns_exponent": (-2.0, 2.0),
    "share_negatives": (0, 64),
    "sample": (0.0, 1.0),
    "epochs": (1, 1_000_000),
    "lr": (1e-9, 10.0),
    "min_count": (1, 2**62),
    "max_vocab": (1, 2**31 - 1),
    "threads": (1, 1024),
    "seed": (0, LARGEST_SEED),
    "max_sentence": (2, LONGEST_SENTENCE),
    "max_table": (1000, 2**31 - 1),
    "min_n": (0, 100),
    "max_n": (0, 100),
    "buckets": (1, 2**31 - 1),
    "hash_count": (1, 4),
    "x_max": (1e-3, 1e12),
    "alpha": (0.0, 10.0),
    "grad_clip": (1e-3, 1e6),
    "anchor": (0.0, 1e6),
    "smoothing": (0.0, 1.0),
    "shift": (1e-3, 1e6),
    "eigenvalue_weight": (0.0, 1.0),
    "history": (1, 64),
    "hidden": (1, 4096),
    "bptt": (1, 64),
    "hold_out": (0.0, 0.5),
}
"""Inclusive limits. A maximum is where arithmetic or memory would stop making sense."""
REFINE_RANGES = {
    "remove_top": (0, 1_000_000),
    "dim": (1, 1_000_000),
    "whiten": (0.0, 1.0),
    "balance": (0.0, 1000.0),
}
"""Likewise of refining; the length of the vectors limits the first two."""
QUANTIZE_RANGES = {"dsub": (1, 64), "keep": (1, 2**31 - 1), "seed": (0, LARGEST_SEED)}
"""Likewise of quantizing."""


@dataclass(frozen=True)
class TrainConfig:
    """How to train; immutable, checked when made.

    None stands for what the model has by itself, as `OWN_DEFAULTS` tells. What goes by the size of
    the text (`BY_SIZE`) stays None until `for_text`.

    Attributes
    ----------
    model : str            one of `MODELS`; `OF_MODELS` says which options only some of them have
    loss : str             ``ns`` negative sampling, ``hs`` hierarchical softmax, ``softmax``
    dim : int              vector length
    ensemble : int         so many models, each with its part of ``dim`` and a seed of its own, are
                           trained one after the other, and their vectors put side by side
    window : int or str    largest number of neighbours on either side of the center;
                           ``sentence``: all other words of the sentence, near or far
    fixed_window : bool    always use ``window``, instead of drawing 1..window for each center
    negative : int         negative samples for each center
    ns_exponent : float    negatives are drawn in proportion to count ** ns_exponent
    share_negatives : int  how often a negative that is drawn is used, each time for another center;
                           0: each pair is trained by itself with negatives of its own
    sample : float         subsampling threshold t, a share of all words; 0 turns it off; None: what
                           suits the number of words
    epochs : int           passes over the corpus, of each model of an ensemble
    lr : float or None     learning rate at the start; None: what suits model and text
    min_count : int        words that occur less often are left out
    max_vocab : int or None   keep only that many, the most frequent
    threads : int          training threads
    seed : int             start of every random stream; later models of an ensemble have the next
    max_sentence : int     longer sentences are cut, in words of the vocabulary
    vectors : str or None  what comes out of input rows w and output rows c: ``input`` w, ``sum``
                           w + c, ``concat`` [w; c], ``balanced`` both centered and scaled, then
                           added up, ``context`` c; None: the model's own, where it can be
    min_n, max_n : int or None   shortest and longest n-grams of characters whose vectors make
                           those of words; 0, or None for both: there are none. None for one: as
                           in fastText. ``min_n`` may be ``auto``
    buckets : int          rows that n-grams are hashed to
    subword_hash : str     ``fnv``: words have rows of their own beside, as in fastText;
                           ``murmur``: there are none but hashed rows, as in floret
    hash_count : int       rows of each n-gram, with ``murmur``
    symmetric : bool       counts of pairs are of both sides; otherwise of words to the left alone
    distance_weight : str  a pair at distance d counts 1/d, ``harmonic``, or 1, ``none``
    x_max : float or None  pairs that count so much weigh 1 in the loss, others less; None: what
                           suits the number of words
    alpha : float          the weight of a pair falls with its count to this power
    adagrad : str          sums of squared gradients are kept for each ``row``, or ``coordinate``
    grad_clip : float      the largest gradient
    anchor : float         how much words are held where old vectors have them; 0: not at all
    smoothing : float      counts of contexts are taken to this power, in pointwise mutual
                           information
    shift : float          k: its logarithm is subtracted from pointwise mutual information
    eigenvalue_weight : float   the power of singular values in vectors
    history : int          words before the next one from which a ``nnlm`` tells it
    hidden : int or None   units of its hidden layer; None: ``dim``
    activation : str       what these, and the state of a ``rnnlm``, go through: ``tanh`` or
                           ``sigmoid``
    bptt : int             steps that errors go back through in a ``rnnlm``, in blocks of so many
    independent : bool     its state starts anew with each line
    hold_out : float       this share of the text, its end, is not trained on: how likely it is to
                           the model is told after each epoch

    Raises
    ------
    ConfigError   if a value is out of range
    """

    model: str = "skipgram"
    loss: str = OWN
    dim: int = 100
    ensemble: int = 1
    window: int | str = OWN
    fixed_window: bool = False
    negative: int = OWN
    ns_exponent: float = OWN
    share_negatives: int = 8
    sample: float = OWN
    epochs: int = OWN
    lr: float | None = None
    min_count: int = 5
    max_vocab: int | None = None
    threads: int = 1
    seed: int = 1
    max_sentence: int = 1000
    vectors: str | None = None
    min_n: int | str | None = None
    max_n: int | None = None
    buckets: int = 2_000_000
    subword_hash: str = FNV
    hash_count: int = 1
    symmetric: bool = True
    distance_weight: str = "harmonic"
    x_max: float | None = None
    alpha: float = 0.75
    adagrad: str = "row"
    grad_clip: float = 100.0
    anchor: float = 0.0
    smoothing: float = 0.75
    shift: float = 0.7
    eigenvalue_weight: float = 0.5
    history: int = 3
    hidden: int | None = None
    activation: str = "tanh"
    bptt: int = 8
    independent: bool = False
    hold_out: float = 0.01

    def __post_init__(self):
        _check_choice("model", self.model, MODELS)
        if self.loss is not None:
            _check_choice("loss", self.loss, LOSSES)
        _check_choice("activation", self.activation, ACTIVATIONS)
        _check_choice("distance_weight", self.distance_weight, DISTANCE_WEIGHTS)
        _check_choice("adagrad", self.adagrad, ADAGRAD)
        for name, value in OWN_DEFAULTS[self.model].items():
            # Which vectors come out is decided later: some runs have one choice alone.
            if name != "vectors" and getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if self.vectors is not None:
            _check_choice("vectors", self.vectors, READOUTS)
        for name in DEFAULTS:
            value = getattr(self, name)
            if name == "window" and isinstance(value, str):
                _check_word(name, value, WHOLE_SENTENCE)
            elif name == "min_n" and isinstance(value, str):
                _check_word(name, value, AUTO, "characters")
            elif name in RANGES and value is not None:
                _check_range(name, value, *RANGES[name])
        _check_choice("subword_hash", self.subword_hash, SUBWORD_HASHES)
        self._check_ngrams()

    def _check_ngrams(self):
        if self.min_n == AUTO and self.max_n is not None:
            raise ConfigError(
                f"{field('min_n', AUTO)} chooses {field('max_n')}, too; leave that out"
            )
        if self.has_ngrams and self.min_n != AUTO:
            shortest, longest = self.ngram_sizes
            if shortest > longest:
                raise ConfigError(
                    f"{field('min_n', shortest)} is more than {field('max_n', longest)}: there are "
                    "no such n-grams"
                )
        if self.has_ngrams and self.has_own_rows and self.hash_count > 1:
            raise ConfigError(
                f"{field('hash_count', self.hash_count)} needs {field('subword_hash', 'murmur')}: "
                "fnv makes one number of an n-gram"
            )
        if self.has_ngrams and self.ensemble > 1:
            raise ConfigError(
                f"{field('ensemble', self.ensemble)} and n-grams ({field('min_n')}) exclude each "
                "other: a file has a place for those of one model"
            )
        if self.has_ngrams and self.vectors not in (None, "input"):
            raise ConfigError(
                f"{field('vectors', self.vectors)} and n-grams ({field('min_n')}) exclude each "
                "other: a word that is not in the text has no outputs"
            )

    def has(self, name: str) -> bool:
        """Whether an option means something to this model."""
        return has_option(self.model, name)

    def check_chosen(self, names: Iterable[str]) -> None:
        """Raise ConfigError if one of the options that were asked for is of other models, and not
        as it is anyway.
        """
        for name in names:
            if not self.has(name) and (value := getattr(self, name)) != DEFAULTS[name]:
                *others, last = (model for model in MODELS if has_option(model, name))
                of_others = " and ".join(filter(None, (", ".join(others), last)))
                raise ConfigError(
                    f"{field(name, value)} is of {of_others}, and means nothing to "
                    f"{field('model', self.model)}; {_instead(name)}leave one of them out"
                )

    @property
    def has_ngrams(self):
        """Whether the vectors of words are made of n-grams."""
        return self.has("min_n") and self.max_n != 0 and (self.min_n or self.max_n) is not None

    @property
    def ngram_sizes(self):
        """(shortest, longest) n-grams, in characters; not known before with ``auto``."""
        usual_shortest, usual_longest = USUAL_N
        shortest, longest = self.min_n, self.max_n
        if shortest is None:
            shortest = min(usual_shortest, longest)
        if longest is None:
            longest = max(usual_longest, shortest)
        return max(shortest, 1), longest

    @property
    def has_own_rows(self):
        """Whether words have rows of their own beside those of their n-grams."""
        return self.subword_hash == FNV

    @property
    def n_hidden(self) -> int:
        """Units of the hidden layer of a language model."""
        if self.model != "nnlm" or self.hidden is None:
            return self.dim
        return self.hidden

    @property
    def half_width(self):
        """How many words on either side of the center a window may have."""
        return self.max_sentence if self.window == WHOLE_SENTENCE else self.window

    @property
    def is_window_fixed(self):
        """Whether every center has the widest window that its sentence allows."""
        return self.fixed_window or self.window == WHOLE_SENTENCE

    @property
    def all_epochs(self) -> int:
        """Passes over the corpus of all models together."""
        return self.epochs * self.ensemble

    def member(self, number: int = 0) -> "TrainConfig":
        """One of the models of an ensemble, from 0 on, as a training by itself.

        Raises
        ------
        ConfigError   see `check_ensemble`
        """
        self.check_ensemble()
        seed = (self.seed + number) % (LARGEST_SEED + 1)
        return replace(self, ensemble=1, dim=self.dim // self.ensemble, seed=seed)

    def check_ensemble(self) -> None:
        """Raise ConfigError if ``dim`` has not as many equal parts as there are models."""
        if over := self.dim % self.ensemble:
            around = self.dim - over, self.dim - over + self.ensemble
            fitting = [field("dim", dim) for dim in around if 0 < dim <= RANGES["dim"][1]]
            raise ConfigError(
                f"{field('dim', self.dim)} cannot be shared out evenly among the models of "
                f"{field('ensemble', self.ensemble)}; give {' or '.join(fitting)}"
            )

    def for_text(self, n_tokens: int, n_words: int) -> "TrainConfig":
        """The same with what suits a text of so many tokens, of so many words of the vocabulary.

        Of few words each is frequent: there the threshold is twice the share that a word has on
        average, so that text is left to train on.
        """
        low, high = SAMPLE_BOUNDS
        sample = float(f"{min(max(2 / max(n_words, 1), low), high):.3g}")
        rule = (NGRAM_START_LR if self.has_ngrams else START_LR).get(self.model)
        lr = None if rule is None else rule.rate(n_tokens * self.epochs, n_words, self.n_hidden)
        low, high = X_MAX_BOUNDS
        x_max = float(f"{min(max(n_tokens / X_MAX_TOKENS, low), high):.3g}")
        suiting: dict[str, Any] = {"sample": sample, "lr": lr, "x_max": x_max}
        return replace(self, **{name: suiting[name] for name in self.left_to_size})

    @property
    def left_to_size(self) -> list[str]:
        """Options of this model that are to go by the size of the text: see `for_text`."""
        return [name for name in BY_SIZE if self.has(name) and getattr(self, name) is None]


@dataclass(frozen=True)
class VocabConfig:
    """Which words a vocabulary takes; immutable, checked when made.

    Unlike training, it takes every word unless told otherwise: a rare word may be frequent once
    the counts of other parts of the text are added.

    Attributes
    ----------
    min_count : int           words that occur less often are left out
    max_vocab : int or None   take only that many, the most frequent
    keep : frozenset of str   words that are in if they occur, whatever their count
    stop : frozenset of str   words that are never in

    Raises
    ------
    ConfigError   if a value is out of range
    """

    min_count: int = 1
    max_vocab: int | None = None
    keep: frozenset = frozenset()
    stop: frozenset = frozenset()

    def __post_init__(self):
        _check_range("min_count", self.min_count, *RANGES["min_count"])
        if self.max_vocab is not None:
            _check_range("max_vocab", self.max_vocab, *RANGES["max_vocab"])


@dataclass(frozen=True)
class TextConfig:
    """How text becomes tokens; immutable, checked when made.

    Attributes
    ----------
    lowercase : bool           lower-case all letters, as Unicode says
    digits : str               ``keep`` them, or make each one a ``zero``
    max_table : int or None    drop rare words while counting if there are more distinct ones
    threads : int              parts of the text that are counted side by side
    encoding : str             of the text, as Python calls it; a byte-order mark overrides it
    tokenize : str             ``blanks``: tokens lie between ASCII white space; ``words``: they are
                               words, punctuation and symbols are left out; ``words+punctuation``:
                               those are tokens of their own
    sentences : bool           lines are cut where sentences end
    dedup : bool               sentences that were there before are dropped

    Raises
    ------
    ConfigError   if a value is out of range
    """

    lowercase: bool = False
    digits: str = "keep"
    max_table: int | None = None
    threads: int = 1
    encoding: str = UTF_8
    tokenize: str = "blanks"
    sentences: bool = False
    dedup: bool = False

    def __post_init__(self):
        # Each encoding has several names; what was done to a text has one.
        object.__setattr__(self, "encoding", canonical_encoding(self.encoding))
        _check_choice("digits", self.digits, DIGITS)
        _check_choice("tokenize", self.tokenize, TOKENIZE)
        _check_range("threads", self.threads, *RANGES["threads"])
        if self.max_table is not None:
            _check_range("max_table", self.max_table, *RANGES["max_table"])

    def first_beyond(self, done: "TextConfig") -> str | None:
        """The first option that is asked for here, and with which a text was not read that was
        read as ``done`` says; None if there is no such option.
        """
        for name, default in TEXT_DEFAULTS.items():
            if getattr(self, name) not in (default, getattr(done, name)):
                return name
        return None

    @property
    def in_words(self):
        """Whether words are told from punctuation."""
        return self.tokenize != "blanks"

    @property
    def is_plain(self):
        """Whether tokens lie between white space, and sentences are lines."""
        return not (self.in_words or self.sentences)

    def apply(self, word):
        """A word (str) as it would be in a text that is read with these options."""
        word = word.lower() if self.lowercase else word
        return re.sub("[0-9]", "0", word) if self.digits == "zero" else word


@dataclass(frozen=True)
class RefineConfig:
    """What is done to vectors that are there, in this order; immutable, checked when made.

    `embeddings.refinement` has the formulas, and where they are from.

    Attributes
    ----------
    vectors : str          what is taken of rows of two matrices, as in `TrainConfig`
    balance : float or None   both matrices are centered first, and their rows scaled to length 1;
                           then those of the output matrix are multiplied by that
    center : bool          subtract the mean
    remove_top : int       take out so many directions, those of the largest variance
    dim : int or None      turn vectors to the directions of the largest variance, and keep so many
    whiten : float         divide each direction by its standard deviation to this power
    weights : str or None  ``uniform`` or ``frequency``: what words count in mean and variance; None
                           is by frequency if they are whitened, uniform if not

    Raises
    ------
    ConfigError   if a value is out of range
    """

    vectors: str = "input"
    balance: float | None = None
    center: bool = True
    remove_top: int = 0
    dim: int | None = None
    whiten: float = 0.0
    weights: str | None = None

    def __post_init__(self):
        _check_choice("vectors", self.vectors, READOUTS)
        if self.weights is not None:
            _check_choice("weights", self.weights, WEIGHTS)
        for name, limits in REFINE_RANGES.items():
            value = getattr(self, name)
            if value is not None:
                _check_range(name, value, *limits)
        if self.balance is not None and self.vectors not in ("sum", "concat"):
            raise ConfigError(
                f"{field('balance')} is of two matrices; it needs {field('vectors', 'sum')} or "
                f"{field('vectors', 'concat')}"
            )

    @property
    def is_by_frequency(self):
        """Whether frequent words count more than rare ones."""
        return self.weights == "frequency" or (self.weights is None and self.whiten > 0)

    @property
    def needs_directions(self):
        """Whether variances matter, and not the mean alone."""
        return self.remove_top > 0 or self.dim is not None or self.whiten > 0


@dataclass(frozen=True)
class QuantizeConfig:
    """What becomes of vectors that are quantized; immutable, checked when made.

    Attributes
    ----------
    dsub : int            numbers that share a byte
    keep : int or None    rows that stay, of words and n-grams together; None: all that words have
    qnorm : bool          directions and lengths are quantized apart
    keep_context : bool   the output matrix is quantized too
    qout : bool           likewise that of a classifier, which is kept in any case
    seed : int            of the draws that centroids start from

    Raises
    ------
    ConfigError   if a value is out of range
    """

    dsub: int = 2
    keep: int | None = None
    qnorm: bool = True
    keep_context: bool = False
    qout: bool = False
    seed: int = 1

    def __post_init__(self):
        for name, limits in QUANTIZE_RANGES.items():
            value = getattr(self, name)
            if value is not None:
                _check_range(name, value, *limits)


@dataclass(frozen=True)
class Spacing:
    """How far apart checkpoints are: ``30s``, ``10m``, ``2h``, ``5%`` of all, ``1e`` epochs.

    Attributes
    ----------
    number : float
    unit : str       s, m, h, % or e
    """

    number: float
    unit: str

    @classmethod
    def parse(cls, text):
        """Read what a user writes.

        Raises
        ------
        ConfigError   if it is something else
        """
        match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smh%e])", text.strip())
        if match is None or float(match[1]) == 0:
            raise ConfigError(
                f"{field('checkpoint_every')} must be a time, a share or epochs, such as 10m, 5% "
                f"or 1e, not {text!r:.60}"
            )
        return cls(float(match[1]), match[2])

    @property
    def seconds(self):
        """The time between two; None where words are counted."""
        return self.number * SECONDS[self.unit] if self.unit in SECONDS else None

    def tokens(self, of_epoch, epochs):
        """The words trained between two; None where time is measured."""
        shares = {"e": of_epoch, "%": of_epoch * epochs / 100}
        return self.number * shares[self.unit] if self.unit in shares else None


def parse_seconds(text: str, name: str) -> float:
    """Seconds (float) that a user writes as ``90s``, ``10m`` or ``2h``, for a field of that name.

    Raises
    ------
    ConfigError   if it is something else, or 0
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smh])", text.strip())
    if match is None or float(match[1]) == 0:
        raise ConfigError(f"{field(name)} must be a time such as 90s, 10m or 2h, not {text!r:.60}")
    return float(match[1]) * SECONDS[match[2]]


def parse_size(text):
    """Bytes that a user writes as ``500M`` or ``8G``: powers of 1024, as sort -S has them.

    Raises
    ------
    ConfigError   if it is something else, or 0
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)\s*([KMGT])(?:i?B)?", text.strip(), re.IGNORECASE)
    size = int(float(match[1]) * 1024 ** ("KMGT".index(match[2].upper()) + 1)) if match else 0
    if size == 0:
        raise ConfigError(
            f"{field('max_memory')} must be a size such as 500M or 8G, not {text!r:.60}"
        )
    return size


def parse_file_size(text: str | int) -> int:
    """Bytes of a file that a user writes as ``2M`` or ``500k``: powers of 1000, as in fastText.

    ``2MiB`` is 2 * 1024 ** 2, and a number alone so many bytes.

    Raises
    ------
    ConfigError   if it is something else, or 0
    """
    pattern = r"(\d{1,12}(?:\.\d{1,9})?)\s*(?:([KMGT])(i?)B?|B?)"
    match = re.fullmatch(pattern, str(text).strip(), re.IGNORECASE)
    power = "KMGT".index(match[2].upper()) + 1 if match and match[2] else 0
    size = int(float(match[1]) * (1024 if match[3] else 1000) ** power) if match else 0
    if size == 0:
        raise ConfigError(
            f"{field('max_size')} must be a size such as 2M or 500k, not {text!r:.60}"
        )
    return size


def canonical_encoding(name: str) -> str:
    """The name that Python has for an encoding of text: ``cp1252`` for ``Windows-1252``.

    Raises
    ------
    ConfigError   if there is no such encoding of text
    """
    try:
        # Python looks for a module of any name; those in files may have been made to do harm.
        found = codecs.lookup(name if _is_encoding(name) else "")
        canonical = NAMED_AFTER_MARKS.get(found.name, found.name)
        # Codecs such as base64 and rot13 make no text out of bytes.
        is_text = found._is_text_encoding and canonical not in NOT_OF_FILES
    except (LookupError, TypeError, ValueError):
        is_text = False
    if not is_text:
        raise ConfigError(
            f"{field('encoding')} must be an encoding of text that Python knows, such as cp1252, "
            f"latin-1, cp1251, gb18030, shift_jis or utf-16-le, not {name!r:.60}"
        )
    return canonical


def _is_encoding(name):
    """Whether a name is that of an encoding of Python's own, however it is written."""
    plain = encodings.normalize_encoding(name).lower()
    if plain in encodings.aliases.aliases or plain == "utf_8":
        return True
    import pkgutil

    return plain in (module.name for module in pkgutil.iter_modules(encodings.__path__))


def has_option(model: str, name: str) -> bool:
    """Whether an option means something to a model."""
    if name in OF_EPOCHS:
        return model not in AT_ONCE
    return model in OF_MODELS.get(name, MODELS)


def _instead(name):
    """What is meant where other programs have an option of that name, or nothing."""
    return f"a learning rate is {field('lr')}; " if name == "alpha" else ""


DEFAULTS = {each.name: each.default for each in fields(TrainConfig)}
TEXT_DEFAULTS = {each.name: each.default for each in fields(TextConfig) if each.name != "threads"}
"""Of all that changes what a text is; threads do not."""


def _check_choice(name, value, choices):
    if not isinstance(value, str) or value not in choices:
        raise ConfigError(f"{field(name)} must be {' or '.join(choices)}, not {value!r:.60}")


def _check_word(name, value, word, of="words"):
    if value != word:
        raise ConfigError(f"{field(name)} must be a number of {of} or {word!r}, not {value!r:.60}")


def _check_range(name, value, low, high):
    whole = isinstance(low, int)
    if whole and (not isinstance(value, int) or isinstance(value, bool)):
        raise ConfigError(f"{field(name)} must be a whole number, not {value!r:.60}")
    if not isinstance(value, (int, float)):
        raise ConfigError(f"{field(name)} must be a number, not {value!r:.60}")
    # NaN is not between anything.
    if not low <= value <= high:
        raise ConfigError(f"{field(name)} must be from {low} to {high}, not {value}")
