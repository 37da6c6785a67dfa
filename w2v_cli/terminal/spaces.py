"""Files of vectors with a name before them, ``en=en.w2v``: several spaces, or periods."""

import os
import re

import click

from ..errors import InputError
from ..files.paths import display_name

_NAMED = re.compile(r"([^\s=:,/\\]+)=(.+)", re.DOTALL)


def split_name(argument):
    """(name or None, path) of an argument; a file that is called so as it stands has no name."""
    match = _NAMED.fullmatch(argument)
    if match is None or os.path.lexists(argument):
        return None, argument
    return match.group(1), match.group(2)


class JoinedPath(str):
    """Several named files that are read as one: a text for messages, which knows its parts.

    Attributes
    ----------
    parts : dict of str to str   the path of each space, by its name
    """

    __slots__ = ("parts",)

    def __new__(cls, parts):
        """What is typed for it."""
        made = super().__new__(cls, " ".join(f"{name}={path}" for name, path in parts.items()))
        made.parts = dict(parts)
        return made


def paths_of(path):
    """The files that a path stands for: several of a `JoinedPath`."""
    return list(path.parts.values()) if isinstance(path, JoinedPath) else [path]


def take_spaces(arguments):
    """Take named files from the beginning of some arguments.

    Returns
    -------
    JoinedPath or None   None if the first has no name: then all arguments are what they were
    list of str          the other arguments

    Raises
    ------
    click.UsageError   if two have one name
    """
    parts, rest = {}, list(arguments)
    while rest:
        name, path = split_name(rest[0])
        if name is None:
            break
        if name in parts:
            raise click.UsageError(
                f"{rest[0]}: the space {name!r} was named before, {parts[name]}; give each a name "
                "of its own"
            )
        parts[name] = path
        rest.pop(0)
    return (JoinedPath(parts) if parts else None), rest


def read_spaces(path, read):
    """The spaces of a `JoinedPath` as one; ``read(path)`` gives the Embeddings of a file."""
    from ..embeddings.joined import join_spaces

    return join_spaces({name: read(each) for name, each in path.parts.items()})


def check_space(path, name, option):
    """Raise UsageError if there is no space of a name that an option gives."""
    names = list(path.parts) if isinstance(path, JoinedPath) else []
    if name in names:
        return
    if not names:
        raise click.UsageError(
            f"{option} {name} is for several spaces, each with its name before it, such as "
            f"{name}={display_name(path)}"
        )
    raise click.UsageError(f"{option} {name}: there are the spaces {', '.join(names)}")


def rows_beyond(embeddings, name):
    """Rows of words that are not of a space: ndarray of int64, ascending.

    Raises
    ------
    InputError   if all are
    """
    import numpy as np

    from ..embeddings.joined import marked

    start = marked(name, "")
    outside = [row for row, word in enumerate(embeddings.words) if not word.startswith(start)]
    if len(outside) == len(embeddings):
        raise InputError(f"the space {name!r} has no words")
    return np.array(outside, dtype=np.int64)
