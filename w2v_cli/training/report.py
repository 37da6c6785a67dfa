"""What a front end implements: a report of progress, and a way to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol


class Report(Protocol):
    """What the work tells: called as report(stage, done, total, **details), in words."""

    def __call__(self, stage: str, done: int, total: int | None, **details: Any) -> None:
        """Take note of ``done`` out of ``total`` words (None: nobody knows)."""

    def say(self, message: str) -> None:
        """Take note of a line of information."""

    def warn(self, message: str) -> None:
        """Take note of something that the user should know."""

    def checkpoint(self, path: str, tokens: int) -> None:
        """Take note of a checkpoint that was written after so many words."""


class Silence:
    """A Report that keeps everything to itself."""

    def __call__(self, stage: str, done: int, total: int | None, **details: Any) -> None:
        """Do nothing."""

    def say(self, message: str) -> None:
        """Do nothing."""

    def warn(self, message: str) -> None:
        """Do nothing."""

    def checkpoint(self, path: str, tokens: int) -> None:
        """Do nothing."""


class Stopping(Protocol):
    """Somebody who may ask training to stop.

    Attributes
    ----------
    requested : threading.Event
    checkpoint_wanted : threading.Event   somebody asks for a checkpoint, and to go on
    """

    requested: threading.Event
    checkpoint_wanted: threading.Event

    def caught(self) -> AbstractContextManager[Any]:
        """A context in which signals ask for it."""

    def heeding(self, report: Report) -> Callable[..., None]:
        """A function like ``report``, which learns what is under way."""


class NeverStopping:
    """Nobody asks."""

    def __init__(self) -> None:
        self.requested = threading.Event()
        self.checkpoint_wanted = threading.Event()

    def caught(self) -> AbstractContextManager[None]:
        """A context that changes nothing."""
        return nullcontext()

    def heeding(self, report: Report) -> Report:
        """The report itself."""
        return report
