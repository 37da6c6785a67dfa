"""Checks of named files before the work starts, the same for every command."""

import os
import sys

import click

from ..errors import ConfigError
from ..files.outputs import check_apart, check_output
from ..files.paths import STDIO, fits, is_special
from .settings.sources import Source, settings_of
from .spelling import option_name
from .warnings import warn

CORPUS = "a corpus"
"""What messages call text to be read, all of it where a folder is named."""


def check_outputs(outputs, inputs, log=None, glob=(), *, in_folders=()):
    """Find out before the work whether its results can be written, and over nothing it reads.

    Parameters
    ----------
    outputs : list of str                   paths; ``-`` is standard output
    inputs : dict of str to list of str     what they are ("a corpus") -> paths; ``-`` is none
    log : str or None                       what --log-json names: it is appended to
    glob : sequence of str                  which files of folders are read; all if there is none
    in_folders : collection of str          outputs whose folders are made first

    Raises
    ------
    OutputError   if an output cannot be written
    ConfigError   if an output is named twice, is an input too, or lies in a folder that is read
    """
    for output in outputs:
        check_output(output, output in in_folders)
    ctx = click.get_current_context(silent=True)
    inputs = {**inputs, "the --config file": settings_of(ctx).files if ctx else []}
    outputs = [*outputs, log] if log else outputs
    places = [output if output == STDIO else os.path.realpath(output) for output in outputs]
    for output, place in zip(outputs, places, strict=True):
        if places.count(place) > 1 and not is_special(output):
            what = "standard output" if output == STDIO else output
            raise ConfigError(f"{what} is named for two different outputs; name another file")
        for kind, paths in inputs.items():
            if kind == CORPUS:
                _check_folders(output, place, kind, paths, glob)
            check_apart(output, kind, paths)


def _check_folders(output, place, kind, paths, glob):
    """Refuse an output among the files of a folder that is read: it would be one of them."""
    for path in paths:
        if output == STDIO or path == STDIO or not os.path.isdir(path):
            continue
        below = os.path.relpath(place, os.path.realpath(path))
        parts = below.split(os.sep)
        if not any(part.startswith(".") for part in parts) and fits(below, glob):
            raise ConfigError(
                f"{output} lies in the folder {path}, which is read as {kind}, and would be read "
                "too the next time; name a place outside, or choose files with --glob"
            )


def check_standard_input(inputs):
    """Refuse two uses of standard input that is there only once.

    Parameters
    ----------
    inputs : dict of str to list of str   what they are ("the corpus") -> paths

    Raises
    ------
    ConfigError   if ``-`` stands for two different things
    """
    readers = [kind for kind, paths in inputs.items() if STDIO in paths]
    if len(readers) > 1:
        raise ConfigError(
            f"standard input cannot be both {readers[0]} and {readers[1]}; "
            "name a file for one of them"
        )


def note_terminal(what, paths):
    """Say so if the text must be typed: a command that waits for that looks as if it hung."""
    if STDIO in paths and sys.stdin is not None and sys.stdin.isatty():
        warn(f"reading {what} from the terminal; end it with Ctrl-D")


def mention_unused_cuts(ctx, reason):
    """Say so if the command line cuts a vocabulary that is used as it is."""
    for name in ("min_count", "max_vocab"):
        if settings_of(ctx).source_of(name) is Source.COMMAND_LINE:
            warn(f"{option_name(name)} has no effect: {reason}")
