"""Options of training, as ``help()`` and completion show them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..arguments import ClassifyOptions, classify_defaults


def with_options(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of a function, with each option of training and its default by name."""
    given = inspect.signature(function)
    kept = [each for each in given.parameters.values() if each.kind is not each.VAR_KEYWORD]
    named = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=value,
            annotation=ClassifyOptions.__annotations__[name],
        )
        for name, value in classify_defaults().items()
        if name not in given.parameters
    ]
    return given.replace(parameters=[*kept, *named])
