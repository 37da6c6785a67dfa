"""What the name of a picture says of its format."""

import os

from ..errors import ConfigError
from ..files.paths import STDIO
from ..maps.choices import FORMATS


def extension_of(path):
    """The extension of a path, in small letters and without its dot; empty if it has none."""
    return os.path.splitext(path)[1].lower().removeprefix(".")


def picture_format(output, otherwise=""):
    """The format that the name of a picture tells: one of `maps.choices.FORMATS`.

    Raises
    ------
    ConfigError   if it tells none; ``otherwise`` is what else one can do, behind the advice
    """
    format = extension_of(output)
    if output != STDIO and format in FORMATS:
        return format
    extension = os.path.splitext(output)[1]
    why = f"{extension} is not written" if extension else "the name tells no format"
    names = " or ".join(f".{name}" for name in FORMATS)
    raise ConfigError(f"{output}: {why}; name it {names}{otherwise}")
