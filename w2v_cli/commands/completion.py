"""``w2v completion``: the script with which a shell completes command lines of w2v."""

import click

from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.command import Command

SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """
eval "$(w2v completion bash)"
w2v completion bash > ~/.local/share/bash-completion/completions/w2v
w2v completion zsh > ~/.zfunc/_w2v
w2v completion fish > ~/.config/fish/completions/w2v.fish"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Print the script with which a shell completes."
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
@click.pass_context
def completion(ctx, shell):
    """Print the script for a shell to complete commands, options, values and files.

    The first example is for the shell that runs, or as a line in ~/.bashrc for all; in ~/.zshrc
    it is eval "$(w2v completion zsh)" after compinit, and in fish: w2v completion fish | source.
    The others store the script where shells look for it, so that nothing is run when one starts:
    make the folder first if it is not there; for zsh, ~/.zfunc must be in fpath before compinit.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    script = get_completion_class(shell)(ctx.find_root().command, {}, "w2v", "_W2V_COMPLETE")
    # Not script.source(): for bash that would run bash, to see how old it is.
    with atomic_output(STDIO) as stream:
        stream.write(ShellComplete.source(script).encode())
