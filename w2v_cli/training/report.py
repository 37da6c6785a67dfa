"""What a front end implements: a report of progress, and a way to stop."""

import threading
from contextlib import nullcontext
from typing import Protocol


class Report(Protocol):
    """What the work tells: called as report(stage, done, total, **details), in words."""

    def __call__(self, stage, done, total, **details):
        """Take note of ``done`` out of ``total`` words (None: nobody knows)."""

    def say(self, message):
        """Take note of a line of information."""

    def warn(self, message):
        """Take note of something that the user should know."""

    def checkpoint(self, path, tokens):
        """Take note of a checkpoint that was written after so many words."""


class Silence:
    """A Report that keeps everything to itself."""

    def __call__(self, stage, done, total, **details):
        """Do nothing."""

    def say(self, message):
        """Do nothing."""

    def warn(self, message):
        """Do nothing."""

    def checkpoint(self, path, tokens):
        """Do nothing."""


class Stopping(Protocol):
    """Somebody who may ask training to stop.

    Attributes
    ----------
    requested : threading.Event
    """

    requested: threading.Event

    def caught(self):
        """A context in which signals ask for it."""

    def heeding(self, report):
        """A function like ``report``, which learns what is under way."""


class NeverStopping:
    """Nobody asks."""

    def __init__(self):
        self.requested = threading.Event()

    def caught(self):
        """A context that changes nothing."""
        return nullcontext()

    def heeding(self, report):
        """The report itself."""
        return report
