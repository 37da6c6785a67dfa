"""What the Python interface tells: warnings at the line of the program that uses it, and a log."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..errors import W2VWarning, in_python, one_line

if TYPE_CHECKING:
    from types import FrameType

logger = logging.getLogger("w2v_cli")
logger.addHandler(logging.NullHandler())  # else Python prints what is logged as a warning

BETWEEN = ("sklearn", "joblib")
"""Libraries that call what a program gives them."""
NOT_THE_CALLER = (
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep,
    contextmanager.__code__.co_filename,
)
"""Files between the caller and where something is noticed."""


class Place:
    """The line outside of the package that is being executed: where warnings point at.

    Those of threads point there too, which have another stack. Libraries of BETWEEN call for the
    program.
    """

    def __init__(self) -> None:
        frame: FrameType | None = sys._getframe(1)
        between = (*NOT_THE_CALLER, *chain.from_iterable(map(_folder_of, BETWEEN)))
        while frame is not None and frame.f_code.co_filename.startswith(between):
            frame = frame.f_back
        self._file, self._line = ("w2v", 1) if frame is None else (
            frame.f_code.co_filename, frame.f_lineno
        )  # fmt: skip
        facts: dict[str, Any] = {} if frame is None else frame.f_globals
        self._registry = facts.setdefault("__warningregistry__", {})

    def warn(self, message: str) -> None:
        """Warn of something that a user should know, and log it."""
        told = in_python(one_line(message))
        logger.warning(told)
        warnings.warn_explicit(told, W2VWarning, self._file, self._line, registry=self._registry)


def _folder_of(library: str) -> list[str]:
    """Where a library lies, if it is loaded."""
    module = sys.modules.get(library)
    path = getattr(module, "__file__", None)
    return [os.path.dirname(os.path.abspath(path)) + os.sep] if path else []
