"""``w2v man``: the manual, made from the same text as --help."""

import os
import shutil
import subprocess
import sys

import click
from click.shell_completion import CompletionItem

from ..errors import InputError
from ..files.outputs import atomic_output, make_folder
from ..files.paths import STDIO
from ..terminal.command import Command
from ..terminal.help.completion import FOLDER
from ..terminal.help.manpage import ROOT, command_names, manpage, page_name

EXAMPLES = """
w2v man train
w2v man train > w2v-train.1
w2v man --all -o ~/.local/share/man/man1"""


def _complete(ctx, _param, incomplete):
    names = command_names(ctx.find_root().command)
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command(cls=Command, examples=EXAMPLES, short_help="Show or write manual pages.")
@click.argument("name", required=False, metavar="[COMMAND]", shell_complete=_complete)
@click.option("--all", "everything", is_flag=True, help="Write the pages of all commands.")
@click.option("-o", "--output", type=FOLDER, help="The folder for --all; made if needed.")
@click.pass_context
def man(ctx, name, everything, output):
    """Show the manual page of a command, or write the pages of all.

    On a terminal the page is shown with man, as man(1) shows any other; elsewhere its source is
    printed, for man -l, mandoc or groff. The page of w2v itself is "w2v man w2v". With the pages
    in ~/.local/share/man/man1, "man w2v-train" finds them.
    """
    root = ctx.find_root().command
    if everything != (output is not None) or everything == (name is not None):
        raise click.UsageError("give a COMMAND, or --all -o DIR")
    if everything:
        _write_all(root, output)
        return
    if name not in command_names(root):
        known = ", ".join(command_names(root))
        raise InputError(f"there is no manual page of {name!r}; there are: {known}")
    page = manpage(root, name)
    if sys.stdout is not None and sys.stdout.isatty() and shutil.which("man"):
        # man -l - gives its standard input to the formatter, and the terminal to the pager.
        subprocess.run(["man", "-l", "-"], input=page.encode(), check=False)
        return
    with atomic_output(STDIO) as stream:
        stream.write(page.encode())


def _write_all(root, folder):
    make_folder(folder)
    for name in command_names(root):
        with atomic_output(os.path.join(folder, f"{page_name(name)}.1")) as stream:
            stream.write(manpage(root, name).encode())
    click.echo(f"w2v: wrote {len(command_names(root))} pages to {folder}; see man {ROOT}", err=True)
