"""What a message of wrong usage can add: the option, the command or the choice that was meant."""

import os
import re
import stat
import sys

import click

from ...wording.nearnames import closest, did_you_mean
from ..spelling import command_name

COMMANDS_ELSEWHERE = {
    "distance": ("word2vec.c", "neighbors VECTORS WORD"),
    "word-analogy": ("word2vec.c", "neighbors VECTORS 'king - man + woman'"),
    "compute-accuracy": ("word2vec.c", "evaluate-analogies VECTORS QUESTIONS"),
    "word2phrase": ("word2vec.c", "compat-word2phrase -train CORPUS -output FILE"),
    "word2vec": ("word2vec.c", "compat-word2vec -train CORPUS -output VECTORS"),
    "nn": ("fastText", "neighbors VECTORS WORD"),
    "analogies": ("fastText", "neighbors VECTORS 'king - man + woman'"),
    "print-word-vectors": ("fastText", "vectors FILE WORD...", "convert FILE vectors.txt"),
    "print-sentence-vectors": ("fastText", "embed FILE --unit-words"),
    "dump": ("fastText", "info FILE"),
    "supervised": ("fastText", "classify train FILE -o MODEL"),
    "predict": ("fastText", "classify predict MODEL FILE"),
    "predict-prob": ("fastText", "classify predict MODEL FILE"),
    "test": ("fastText", "classify test MODEL FILE"),
    "test-label": ("fastText", "classify test MODEL FILE"),
    "vocab-count": ("GloVe", "vocab CORPUS -o FILE"),
    "most-similar": ("gensim", "neighbors VECTORS WORD"),
    "similarity": ("gensim", "neighbors VECTORS --similarity WORD WORD"),
    "doesnt-match": ("gensim", "neighbors VECTORS --odd-one-out WORD..."),
    "evaluate-word-pairs": ("gensim", "evaluate-similarity VECTORS PAIRS"),
    "evaluate-word-analogies": ("gensim", "evaluate-analogies VECTORS QUESTIONS"),
}
"""Command of another program -> (the program, ours: the first that there is)."""

ADVICE = {
    "similar": "It is w2v neighbors VECTORS WORD.",
}
"""Of commands that there are not, for what people want with them."""
ADVICE |= {"nearest": ADVICE["similar"], "query": ADVICE["similar"]}

NOT_IN_A_GROUP = {
    "quantize": "It is w2v quantize MODEL OUTPUT.",
    "info": "It is w2v info MODEL.",
    "convert": "It is w2v convert MODEL OUTPUT.",
}
"""Commands for classifiers, too, that are looked for in ``w2v classify``."""

NO_CHOICE = r"'([^']*)' is not one of "
SINGLE_DASH = r"-([A-Za-z][\w-]+)(=.*)?"


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
        match = re.fullmatch(SINGLE_DASH, arg)
        near = closest(f"--{match[1]}", options) if match and _is_about(error, arg[:2]) else []
        if near:
            return f"Long options begin with two dashes: did you mean {near[0]}?"
    if _wants_standard_input(error):
        return f"Text on standard input is read for -: {error.ctx.command_path} - ..."
    match = re.search(NO_CHOICE, message)
    type_ = getattr(getattr(error, "param", None), "type", None)
    if match and isinstance(type_, click.Choice):
        return _capital(did_you_mean(_our_model(match[1]), map(str, type_.choices)))
    return ""


def _our_model(name):
    """The name of a model as we have it."""
    from .otherprograms import MODELS

    return MODELS.get(name.lower(), name)


def _wants_standard_input(error):
    """Whether a corpus is missing, and text lies on standard input."""
    name = getattr(getattr(error, "param", None), "name", None)
    is_missing = isinstance(error, click.MissingParameter) and name == "corpus"
    return is_missing and has_piped_input()


def has_piped_input():
    """Whether standard input is a pipe or a file with something in it."""
    try:
        status = os.fstat(sys.stdin.fileno())
    except (AttributeError, OSError, ValueError):  # closed, or none of the system's
        return False
    return stat.S_ISFIFO(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_size > 0)


def _is_about(error, short):
    """Whether an error is of an option (str, such as -e) as it stands on the command line."""
    if isinstance(error, click.NoSuchOption):
        return error.option_name == short
    return short in getattr(getattr(error, "param", None), "opts", ())


def no_such_command(args, commands):
    """The message for a command that there is not, ``args[0]``, with all that stands behind it."""
    name = args[0]
    elsewhere = _elsewhere(args, commands)
    if elsewhere:
        return f"No such command {name!r}. {elsewhere}"
    hint = (
        ADVICE.get(name)
        or NOT_IN_A_GROUP.get(name)
        or _capital(did_you_mean(name, commands))
        or "Commands are: " + ", ".join(commands) + "."
    )
    return f"No such command {name!r}. {hint}"


def _elsewhere(args, commands):
    """What is ours for a command of another program; empty if it is of none."""
    name = args[0].lower().replace("_", "-")
    if name in ("skipgram", "cbow"):
        from .otherprograms import translated

        return translated("w2v train", args[1:], set(), f"-m {name}") or (
            f"It is fastText's; here: w2v train CORPUS -m {name} -o VECTORS"
        )
    program, *choices = COMMANDS_ELSEWHERE.get(name, ("",))
    ours = next((each for each in choices if each.split()[0] in commands), "")
    return f"It is {program}'s; here: w2v {ours}" if ours else ""


def nothing_given(ctx):
    """The message for a command without any argument or option."""
    pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
    example = ctx.command.examples[0]
    takes_text = any(param.name == "corpus" for param in ctx.command.params)
    message = f"nothing is given. Usage: {ctx.command_path} {pieces}; for example: {example}"
    if has_piped_input() and takes_text:
        message += f"; text on standard input is read for -: {ctx.command_path} - ..."
    return f"{message} (see '{ctx.command_path} --help')"


def unknown_variables(ctx):
    """Messages on variables of the environment that name an option which the command has not."""
    command = command_name(ctx)
    prefix = f"W2V_{command}_".upper().replace("-", "_").replace(" ", "_")
    known = {param.name.upper() for param in ctx.command.params}
    for name in sorted(os.environ):
        if name.startswith(prefix) and name.removeprefix(prefix) not in known:
            near = closest(name.removeprefix(prefix), known)
            hint = f"did you mean {prefix}{near[0]}?" if near else "it has no effect"
            yield f"{name} is set, and w2v {command} has no such option; {hint}"


def _long_options(ctx):
    params = ctx.command.params if ctx else []
    return {name for param in params for name in param.opts if name.startswith("--")}


def _capital(text):
    return text[:1].upper() + text[1:]
