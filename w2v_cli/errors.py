"""The errors that w2v raises on purpose. Each message says what failed, where, and what to do.

Library code raises these and prints nothing; ``cli.py`` turns them into one line on standard
error and an exit code. A message, like any note for the user, names the fields of configurations
and the arguments of functions by `field`, and each front end spells them its own way: ``min_count``
for Python, an option with dashes on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Around what `field` says. Unicode keeps both for the inside of programs; no text has them."""
LONGEST = 1000
"""Characters of a message; more are quoted by mistake: a text in place of its path."""
_LINE_ENDS = str.maketrans("\n\r\x0b\x0c\x85\u2028\u2029", " " * 7)
_FIELD = re.compile(rf'{OPEN}(\w+)(?:=("(?:[^"\\]|\\.)*"|[-+.\w]+))?{CLOSE}')


def field(name: str, value: object = None) -> str:
    """A field or an argument as part of a message, with a value that it has or may be given.

    Parameters
    ----------
    name : str
    value : str, path, number or bool   False: a flag to turn off

    Returns
    -------
    str   for `spelled`; it is no text to be shown as it is

    Examples
    --------
    >>> in_python(f"give {field('loss', 'ns')} or a lower {field('max_vocab')}")
    "give loss='ns' or a lower max_vocab"
    """
    if value is None:
        return f"{OPEN}{name}{CLOSE}"
    from json import dumps

    return f"{OPEN}{name}={dumps(value, default=str)}{CLOSE}"


def spelled(message: str, spell: Callable[[str, Any], str]) -> str:
    """A message as somebody is to read it: each field as ``spell(name, value)`` says it.

    Text that merely looks like a field, such as an odd file name, is left alone.
    """
    from json import loads

    def found(match: re.Match[str]) -> str:
        name, value = match.groups()
        try:
            return spell(name, value and loads(value))
        except ValueError:  # nothing that `field` wrote
            return match[0]

    return _FIELD.sub(found, message)


def in_python(message: str) -> str:
    """A message as a program in Python reads it: ``min_count``, ``loss='ns'``."""
    return spelled(message, lambda name, value: name if value is None else f"{name}={value!r}")


def one_line(message: str) -> str:
    """A message as one line of a bounded length, whatever it quotes; its end, the remedy, stays.

    Examples
    --------
    >>> one_line("two\\nlines")
    'two lines'
    """
    message = message.translate(_LINE_ENDS)
    if len(message) <= LONGEST:
        return message
    head, tail = message[: LONGEST // 2], message[-LONGEST // 2 + len(" ... ") :]
    # No half of what `field` wrote.
    if head.count(OPEN) > head.count(CLOSE):
        head = head[: head.rindex(OPEN)]
    if tail.count(CLOSE) > tail.count(OPEN):
        tail = tail[tail.index(CLOSE) + 1 :]
    return f"{head} ... {tail}"


class W2VError(Exception):
    """Something could not be done. Exit code 1.

    Its text, and so its ``str()``, is spelled for Python.
    """

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        self.message = message

    @property
    def message(self) -> str:
        """What failed, for a front end to spell (see `field`)."""
        return self._message

    @message.setter
    def message(self, message: str) -> None:
        self._message = one_line(message)
        self.args = (in_python(self._message),)


class ConfigError(W2VError):
    """An option has a value that cannot work. Exit code 2, as for any wrong usage."""

    exit_code = 2


class InputError(W2VError):
    """A file cannot be read, or what is in it is not what it should be."""


class OutputError(W2VError):
    """A result could not be written. Whatever stood there before is untouched."""


class MemoryShortageError(W2VError):
    """More memory is needed than there is, or than was allowed. Nothing was begun."""


class MissingLibraryError(W2VError, ImportError):
    """What was asked for needs a library that is optional and not installed."""


class TrainingError(W2VError):
    """Training did not do exactly what was asked; its result must not be used."""


class TrainingStopped(W2VError):  # noqa: N818 - it was asked for
    """Training was stopped from outside. Exit code 130; 143 after SIGTERM, 129 after SIGHUP."""

    exit_code = 130

    def __init__(self, epochs_done: float, epochs: int, folder: str | None) -> None:
        """``folder`` holds a checkpoint; None means that nothing is left."""
        left = (
            f"go on with {field('resume', folder)}"
            if folder
            else f"what was trained is lost; {field('checkpoint')} would have kept it"
        )
        super().__init__(f"stopped after {epochs_done:.3g} of {epochs} epochs; {left}")


class SolvingStopped(TrainingStopped):
    """Likewise where there is no checkpoint that could have kept it."""

    def __init__(self, n_passes: int) -> None:
        super(TrainingStopped, self).__init__(
            f"stopped after {n_passes} passes over the documents; nothing is kept of it"
        )


class TuningStopped(TrainingStopped):
    """Likewise between trials of settings, or in one of them."""

    def __init__(self, n_done: int, n_trials: int) -> None:
        super(TrainingStopped, self).__init__(f"stopped after {n_done} of {n_trials} trials")


class ClassifierTuningStopped(TuningStopped):
    """Likewise, where the best model so far is handed over."""

    def __init__(self, n_done: int, output: str | None) -> None:
        """``output`` has the model; None: there is none."""
        left = f"the best model so far is in {output}" if output else "there is no model yet"
        super(TrainingStopped, self).__init__(f"stopped in trial {n_done}; {left}")


class W2VWarning(UserWarning):
    """Something was repaired or is not as one might expect; what was asked for is done."""
