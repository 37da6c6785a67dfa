"""What training tells a program: a function, a bar, a logger, warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ..errors import ConfigError, field, in_python
from ..wording.plaintext import shown
from .noticing import Place, logger


class Progress(Protocol):
    """What training tells how far it is; an exception that it raises ends training."""

    def __call__(self, stage: str, done: int, total: int | None, **details: float) -> None:
        """Take note.

        Parameters
        ----------
        stage : str           ``read``, ``compile`` (a wait of seconds; done is 0) or ``train``
        done : int            words so far
        total : int or None   words in all; None while nobody knows
        **details             while training: ``lr``, ``epoch`` (from 1), ``epochs`` (how many there
                              are), ``loss`` (the mean of a pair in this epoch so far, in nats)
        """


def check_callable(**functions: object) -> None:
    """Raise ConfigError if one of them is something else than a function or None."""
    for name, function in functions.items():
        if not (function is None or callable(function)):
            other = "True or " if name == "progress" else ""
            raise ConfigError(f"{field(name)} must be {other}a function, not {shown(function)}")


class Report:
    """What training tells, for Python: a function, a logger, and warnings.

    Parameters
    ----------
    progress : callable or None
    line : callable or None   prints a line of information
    """

    def __init__(self, progress: Progress | None, line: Callable[[str], None] | None) -> None:
        self._progress = progress
        self._line = line
        self._place = Place()

    def __call__(self, stage: str, done: int, total: int | None, **details: float) -> None:
        """Hand on how far it is."""
        if self._progress is not None:
            self._progress(stage, done, total, **details)

    def say(self, message: str) -> None:
        """Log a line, and print it if that is wanted."""
        logger.info(in_python(message))
        if self._line is not None:
            self._line(in_python(message))

    def warn(self, message: str) -> None:
        """Warn at the line of the program."""
        self._place.warn(message)

    def checkpoint(self, path: str, tokens: int) -> None:
        """Say where a checkpoint is."""
        self.say(f"wrote {path} after {tokens:,} words")


@contextmanager
def reporting(progress: Progress | bool | None, verbose: bool) -> Iterator[Report]:
    """A report to a function, a bar, or nobody; with lines on standard error or without."""
    from ..progress import print_line, progress_bar

    if progress is not True:
        yield Report(progress or None, print_line if verbose else None)
        return
    with progress_bar() as bar:
        yield Report(bar, bar.say if verbose else None)
