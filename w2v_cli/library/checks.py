"""Arguments of the Python interface, checked: an error names the argument and what it was."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from ..config import RANGES
from ..errors import ConfigError, InputError, field
from ..files.paths import Path
from ..wording.plaintext import shown

LONGEST_NAME = 255
"""Bytes of the name of a file, where Linux ends them."""


def plain(value: Any) -> Any:
    """A number of NumPy as Python has it."""
    is_number = type(value).__module__ == "numpy" and getattr(value, "shape", None) == ()
    return value.item() if is_number else value


def path_of(path: Path, name: str, others: str = "") -> str:
    """A path as text; ConfigError if it is none. ``others`` says what else may be given."""
    is_path = isinstance(path, (str, os.PathLike)) and bool(os.fspath(path))
    text = os.fsdecode(path) if is_path else ""
    if not is_path or _is_no_path(text):
        raise ConfigError(f"{field(name)} must be a path{others}, not {shown(path)}")
    return text


def _is_no_path(text: str) -> bool:
    """Whether there can be no such file: a text in place of its path, mostly."""
    is_long = any(len(os.fsencode(part)) > LONGEST_NAME for part in text.split(os.sep))
    return is_long or "\0" in text


def optional_path(path: Path | None, name: str, others: str = "") -> str | None:
    """Likewise where there may be none."""
    return None if path is None else path_of(path, name, others)


def check_switches(**switches: object) -> None:
    """Raise ConfigError if one of them is neither True nor False; None is a default."""
    for name, value in switches.items():
        if not isinstance(plain(value), (bool, type(None))):
            raise ConfigError(f"{field(name)} must be True or False, not {shown(value)}")


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raise ConfigError if a value is none of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ConfigError(f"{name} must be {' or '.join(choices)}, not {shown(value)}")


def whole_number(name: str, value: Any, least: int) -> int:
    """A whole number from ``least`` on, of Python or NumPy; ConfigError if it is none."""
    number = plain(value)
    if type(number) is not int or number < least:
        raise ConfigError(f"{name} must be a whole number from {least} on, not {shown(value)}")
    return number


def optional_number(name: str, value: Any, least: int) -> int | None:
    """Likewise where there may be none."""
    return None if value is None else whole_number(name, value, least)


def threads_asked(threads: Any) -> int | None:
    """A number of threads as commands take it; None: as many as there are processors."""
    name, (least, most) = "threads", RANGES["threads"]
    number = optional_number(name, threads, int(least))
    if number is not None and number > most:
        raise ConfigError(f"{field(name)} must be from {least} to {most}, not {number}")
    return number


def real_number(name: str, value: Any) -> float:
    """A number that is not NaN as float; ConfigError if it is none."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise ConfigError(f"{name} must be a number, not {shown(value)}")
    return float(value)


def texts_of(given: Iterable[str]) -> list[str]:
    """A list of texts, or InputError."""
    is_list = isinstance(given, Iterable) and not isinstance(given, (str, bytes))
    texts = list(given) if is_list else []
    if not is_list or not all(isinstance(text, str) for text in texts):
        raise InputError(f"expected a text or a list of texts, not {shown(given)}")
    return texts
