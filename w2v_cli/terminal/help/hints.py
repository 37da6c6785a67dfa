"""What a message of wrong usage can add: the option, the command or the choice that was meant."""

import os
import re

import click

from ...wording.nearnames import closest, did_you_mean

NO_CHOICE = re.compile(r"'([^']*)' is not one of ")
SINGLE_DASH = re.compile(r"-([A-Za-z][\w-]+)(=.*)?")


def usage_message(error, args):
    """The message of a click.UsageError, and what may have been meant.

    Parameters
    ----------
    error : click.UsageError
    args : list of str   of the command line
    """
    message = error.format_message()
    return " ".join(part for part in (message, _hint(error, message, args)) if part)


def _hint(error, message, args):
    options = _long_options(error.ctx)
    for arg in args:  # word2vec.c and fastText write -epoch; here that would be -e poch
        match = SINGLE_DASH.fullmatch(arg)
        near = closest(f"--{match[1]}", options) if match and _is_about(error, arg[:2]) else []
        if near:
            return f"Long options begin with two dashes: did you mean {near[0]}?"
    match = NO_CHOICE.search(message)
    type_ = getattr(getattr(error, "param", None), "type", None)
    if match and isinstance(type_, click.Choice):
        return _capital(did_you_mean(match[1], map(str, type_.choices)))
    return ""


def _is_about(error, short):
    """Whether an error is of an option (str, such as -e) as it stands on the command line."""
    if isinstance(error, click.NoSuchOption):
        return error.option_name == short
    return short in getattr(getattr(error, "param", None), "opts", ())


def no_such_command(name, commands):
    """The message for a command that there is not."""
    hint = _capital(did_you_mean(name, commands)) or "Commands are: " + ", ".join(commands) + "."
    return f"No such command {name!r}. {hint}"


def unknown_variables(ctx):
    """Messages on variables of the environment that name an option which the command has not."""
    prefix = f"W2V_{ctx.info_name}_".upper().replace("-", "_")
    known = {param.name.upper() for param in ctx.command.params}
    for name in sorted(os.environ):
        if name.startswith(prefix) and name.removeprefix(prefix) not in known:
            near = closest(name.removeprefix(prefix), known)
            hint = f"did you mean {prefix}{near[0]}?" if near else "it has no effect"
            yield f"{name} is set, and w2v {ctx.info_name} has no such option; {hint}"


def _long_options(ctx):
    params = ctx.command.params if ctx else []
    return {name for param in params for name in param.opts if name.startswith("--")}


def _capital(text):
    return text[:1].upper() + text[1:]
