"""How inputs and outputs are named, and what messages say of them."""

import os
import stat

STDIO = "-"
"""Standard input or output, wherever a file is expected."""


def display_name(path):
    """How a message names an input: the path itself, or ``standard input``."""
    return "standard input" if str(path) == STDIO else str(path)


def is_special(path):
    """Whether ``path`` is there and is a pipe or a device: nothing that a rename may replace."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def reason(error):
    """What the operating system says of an error, without the path."""
    return getattr(error, "strerror", None) or str(error)
