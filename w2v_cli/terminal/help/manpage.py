"""Manual pages from commands of click: the same text as --help, in the macros of man(7)."""

import re
import textwrap

import click

from ... import __version__
from .layout import description, grouped_options

ROOT = "w2v"
EXIT_CODES = (
    ("0", "Done."),
    ("1", "It could not be done; one line on standard error says why."),
    ("2", "Wrong usage."),
    ("129", "Ended by SIGHUP: the terminal has gone."),
    ("130", "Interrupted with Ctrl-C."),
    ("141", "The reader of the output has gone."),
    ("143", "Ended by SIGTERM."),
)
WIDTH = 72
UNFILLED_INDENT = "-5n"
"""From that of text, 7: as in --help, so that examples and tables fit into 80 columns."""
FILES = "Wherever a file is expected, - is standard input or output."


def command_names(root):
    """What there are pages of: ``w2v`` and the name of each command."""
    return [ROOT, *(name.replace(" ", "-") for name in _names_below(root))]


def _names_below(group):
    """The names of a group's commands, and of those of groups among them: ``classify train``."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        yield name
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from (f"{name} {below}" for below in _names_below(command))


def _context_of(root, name):
    """The context of a command, within those of the groups that it is in."""
    [words] = [each.split() for each in _names_below(root) if each.replace(" ", "-") == name]
    ctx = click.Context(root, info_name=ROOT, auto_envvar_prefix="W2V")
    for word in words:
        ctx = click.Context(ctx.command.get_command(ctx, word), info_name=word, parent=ctx)
    return ctx


def page_name(name):
    """``w2v-train`` for ``train``."""
    return name if name == ROOT else f"{ROOT}-{name}"


def manpage(root, name):
    """The page of a command as text with man(7) macros.

    Parameters
    ----------
    root : click.Group
    name : str           one of `command_names`
    """
    ctx = click.Context(root, info_name=ROOT, auto_envvar_prefix="W2V")
    if name != ROOT:
        ctx = _context_of(root, name)
    title = page_name(name).upper()
    lines = [f'.TH "{escaped(title)}" 1 "" "w2v {__version__}" "w2v manual"']
    lines += _about(ctx, name)
    lines += _commands(ctx) if isinstance(ctx.command, click.Group) else []
    for heading, params in grouped_options(ctx.command, ctx):
        lines += [f'.SH "{escaped(heading.upper())}"', *_options(ctx, params)]
    lines += _epilog(ctx.command)
    lines += _exit_codes()
    lines += _environment(name)
    lines += _see_also(root, name)
    return "\n".join(lines) + "\n"


def escaped(text):
    """Text that means nothing else to a formatter; the hyphen stays one that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    text = text.replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    text = "".join(c if c < "\x7f" else f"\\[u{ord(c):04X}]" for c in text.replace("~", "\\(ti"))
    return re.sub(r"^\.", r"\\&.", text)


def _about(ctx, name):
    summary, *details = re.split(r"\n\n", description(ctx.command))
    first = " ".join(summary.split()).rstrip(".")
    yield from (".SH NAME", *_filled(f"{page_name(name)} - {first}"))
    usage = " ".join(ctx.command.collect_usage_pieces(ctx))
    yield from (".SH SYNOPSIS", f".B {escaped(ctx.command_path)}", escaped(usage))
    if ctx.command.example_lines:
        yield ".SH EXAMPLES"
        yield from _unfilled(ctx.command.example_lines)
    yield ".SH DESCRIPTION"
    yield from _paragraphs([*(details or [summary]), FILES])


def _paragraphs(texts):
    for number, text in enumerate(texts):
        if number:
            yield ".PP"
        if text.startswith("\b"):
            yield from _unfilled(text.splitlines()[1:])
        else:
            yield from _filled(text)


def _unfilled(lines):
    """Lines that formatters leave as they are."""
    yield from (".nf", f".RS {UNFILLED_INDENT}", *map(escaped, lines), ".RE", ".fi")


def _filled(text):
    """Lines of text, which formatters fill anew; no line begins with what they take for a macro."""
    lines = textwrap.wrap(
        " ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False
    )
    return map(escaped, lines)


def _commands(ctx):
    yield ".SH COMMANDS"
    for name in ctx.command.list_commands(ctx):
        command = ctx.command.get_command(ctx, name)
        summary, _, _ = description(command).partition("\n\n")
        yield from (".TP", f".B {escaped(name)}", *_filled(summary))


def _options(ctx, params):
    for param in params:
        names, text = param.get_help_record(ctx)
        yield from (".TP", f".B {escaped(names)}", *_filled(text))


def _epilog(command):
    if command.epilog and not command.epilog.startswith("Try"):
        yield ".SH NOTES"
        yield from _paragraphs(command.epilog.split("\n\n"))


def _exit_codes():
    yield ".SH EXIT STATUS"
    for code, text in EXIT_CODES:
        yield from (".TP", f".B {code}", escaped(text))


def _environment(name):
    prefix = "W2V_COMMAND" if name == ROOT else "W2V_" + name.upper().replace("-", "_")
    yield from (".SH ENVIRONMENT", ".TP", f".B {prefix}_OPTION")
    yield from _filled(
        "A value for an option, such as W2V_TRAIN_EPOCHS=10. The command line wins over the "
        "environment, which wins over the file of --config."
    )
    yield from (".TP", ".B NO_COLOR", "No colors, if this is set to anything.")


def _see_also(root, name):
    others = [page_name(other) for other in command_names(root) if other != name]
    if name != ROOT:
        others = [ROOT]
    yield ".SH SEE ALSO"
    for other in others[:-1]:
        yield f".BR {escaped(other)} (1),"
    yield f".BR {escaped(others[-1])} (1)"
