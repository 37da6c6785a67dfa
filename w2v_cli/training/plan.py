"""How long to train, and how long vectors should be, so that it takes the time there is.

Arithmetic alone: what a word costs was measured before (see `speed`).
"""

from dataclasses import asdict, dataclass

from ..errors import TrainingError, field
from ..wording.amounts import shown_time

DIMS = range(50, 301, 10)
GOOD_EPOCHS = 10
"""Longer vectors are chosen only while so many epochs are left for them."""
MOST_EPOCHS = 100
"""Even a million words gain little more then; see benchmarks/RESULTS.md."""
LONGEST = ((10_000_000, 300), (1_000_000, 200), (0, 100))
"""Words of a corpus -> the longest vectors that are worth their time there."""


@dataclass(frozen=True)
class Speed:
    """Seconds that a word takes, as a line in the length of vectors.

    Attributes
    ----------
    fixed : float     seconds a word, whatever the length
    of_dim : float    seconds a word and number of its vector
    """

    fixed: float
    of_dim: float

    @classmethod
    def through(cls, measured):
        """The line through one or two measurements: dict of dim -> seconds a word."""
        if len(measured) == 1:
            return cls(next(iter(measured.values())), 0.0)
        (short, quick), (long, slow) = sorted(measured.items())
        # Noise may say that longer vectors are quicker, or that short ones cost nothing.
        slope = min(max((slow - quick) / (long - short), 0.0), slow / long)
        return cls(slow - slope * long, slope)

    def seconds_of_word(self, dim):
        """What a word takes with vectors of that length."""
        return self.fixed + self.of_dim * dim


@dataclass(frozen=True)
class TimeLeft:
    """What there is to plan with.

    Attributes
    ----------
    n_tokens : int           words of the corpus, in the vocabulary; of an ensemble, as many
                             times as it has models
    seconds : float          that are left for training and writing
    speed : Speed
    seconds_of_dim : float   writing takes, for each number of a vector
    dims : sequence of int   lengths that fit into memory, ascending; one if it is fixed
    epochs : int or None     if they are fixed
    """

    n_tokens: int
    seconds: float
    speed: Speed
    seconds_of_dim: float
    dims: tuple
    epochs: int | None = None

    def epoch_seconds(self, dim):
        """What an epoch takes."""
        return self.n_tokens * self.speed.seconds_of_word(dim)

    def training_seconds(self, dim):
        """What is left for training when the time for writing is taken off."""
        return self.seconds - self.seconds_of_dim * dim

    def most_epochs(self, dim):
        """How many epochs fit: int, 0 or more."""
        return max(int(self.training_seconds(dim) / self.epoch_seconds(dim) + 1e-9), 0)


@dataclass(frozen=True)
class Plan:
    """What was planned.

    Attributes
    ----------
    budget_seconds : float       of the whole command
    dim, epochs : int
    training_seconds : float     that training will take, as expected
    words_per_second : float     as measured, for this length
    is_enough : bool             whether time is left over on purpose: more would hardly help
    """

    budget_seconds: float
    dim: int
    epochs: int
    training_seconds: float
    words_per_second: float
    is_enough: bool

    def as_dict(self):
        """The numbers by name, as they are kept with the vectors."""
        return asdict(self)


def longest_dim(n_tokens):
    """The longest vectors that are worth their time for so many words."""
    return next(dim for least, dim in LONGEST if n_tokens >= least)


def plan(time_left, budget_seconds):
    """Choose what is not fixed: the longest vectors with enough epochs, then what fills the time.

    Parameters
    ----------
    time_left : TimeLeft
    budget_seconds : float   for the messages

    Returns
    -------
    Plan

    Raises
    ------
    TrainingError   if nothing fits; the message has the figures
    """
    if time_left.epochs is None:
        dim = _dim_with_epochs(time_left, GOOD_EPOCHS)
        epochs = min(time_left.most_epochs(dim), MOST_EPOCHS)
        if epochs and time_left.most_epochs(dim) < MOST_EPOCHS:
            dim = max(each for each in time_left.dims if time_left.most_epochs(each) >= epochs)
    else:
        epochs, dim = time_left.epochs, _dim_with_epochs(time_left, time_left.epochs)
    if epochs == 0 or time_left.most_epochs(dim) < epochs:
        raise _too_little(time_left, dim, max(epochs, 1), budget_seconds)
    return Plan(
        budget_seconds=budget_seconds,
        dim=dim,
        epochs=epochs,
        training_seconds=epochs * time_left.epoch_seconds(dim),
        words_per_second=1 / time_left.speed.seconds_of_word(dim),
        is_enough=_is_enough(time_left, dim, epochs),
    )


def _dim_with_epochs(time_left, epochs):
    """The longest vectors for which so many epochs fit; the shortest if none do."""
    fitting = [dim for dim in time_left.dims if time_left.most_epochs(dim) >= epochs]
    return max(fitting, default=time_left.dims[0])


def _is_enough(time_left, dim, epochs):
    longest = dim == time_left.dims[-1] and len(time_left.dims) > 1
    return epochs == MOST_EPOCHS < time_left.most_epochs(dim) or (
        time_left.epochs is not None and longest
    )


def _too_little(time_left, dim, epochs, budget_seconds):
    passes = "one epoch" if epochs == 1 else f"{epochs} epochs"
    left = max(time_left.training_seconds(dim), 0)
    return TrainingError(
        f"{field('time_budget')} of {shown_time(budget_seconds)} is too little: {passes} of "
        f"{time_left.n_tokens:,} words with {field('dim', dim)} take about "
        f"{shown_time(epochs * time_left.epoch_seconds(dim))} at "
        f"{1 / time_left.speed.seconds_of_word(dim):,.0f} words/s, and {shown_time(left)} are "
        f"left; give more time, fewer {field('epochs')}, a smaller {field('dim')} or less text"
    )
