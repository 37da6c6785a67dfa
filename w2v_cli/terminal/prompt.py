"""The prompt of ``w2v neighbors``: lines typed on a terminal, with history and completion.

GNU readline, which the standard library wraps, writes to file descriptor 1. Where that is no
terminal, it is one while a line is typed, so that nothing of the prompt gets among the results.
"""

import contextlib
import os
import sys

import click

from ..embeddings.queries import escape, unescape

PROMPT = "w2v> "
GREETING = (
    "Type a word or an expression such as king - man + woman; TAB completes words, :help tells "
    "more, Ctrl-D ends."
)
HISTORY_LINES = 1000
COMPLETIONS = 100


def prompted_lines(words):
    """Yield lines typed on the terminal, until Ctrl-D; Ctrl-C drops the line.

    Parameters
    ----------
    words : sequence of str   for completion, most frequent first
    """
    readline = _readline()
    if readline is None:
        yield from _plain_lines()
        return
    history = _history_path()
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    _complete(readline, words)
    click.echo(GREETING, err=True)
    try:
        while True:
            try:
                with _terminal_as_stdout():
                    line = input(PROMPT)
            except KeyboardInterrupt:
                click.echo(err=True)
                continue
            except EOFError:
                click.echo(err=True)
                return
            yield line
    finally:
        readline.set_completer(None)
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(history), mode=0o700, exist_ok=True)
            readline.set_history_length(HISTORY_LINES)
            readline.write_history_file(history)


def _readline():
    """The module, if there is one and a terminal that it can write to."""
    if not (sys.stdout.isatty() or (sys.stderr is not None and sys.stderr.isatty())):
        return None
    if os.environ.get("TERM") in (None, "", "dumb"):
        return None
    try:
        import readline
    except ImportError:
        return None
    return readline


def _plain_lines():
    """Lines typed after a prompt on standard error."""
    click.echo(GREETING.replace("TAB completes words, ", ""), err=True)
    while True:
        click.echo(PROMPT, nl=False, err=True)
        try:
            line = sys.stdin.buffer.readline()
        except KeyboardInterrupt:
            click.echo(err=True)
            continue
        if not line:
            click.echo(err=True)
            return
        yield line.decode(errors="replace")


@contextlib.contextmanager
def _terminal_as_stdout():
    if sys.stdout.isatty():
        yield
        return
    sys.stdout.flush()
    results = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(results, 1)
        os.close(results)


def _history_path():
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "w2v", "history")


def _complete(readline, words):
    """Let TAB complete the word before the cursor, with the most frequent that begin like it."""
    found = []

    def completer(text, state):
        if state == 0:
            found[:] = _completions(words, readline.get_line_buffer(), readline.get_begidx(), text)
        return found[state] if state < len(found) else None

    readline.set_completer_delims(" \t*")
    readline.set_completer(completer)
    is_libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")


def _completions(words, line, begin, text):
    # What readline takes for the word begins after a delimiter, even one that a backslash escapes.
    start = begin
    while start > 1 and line[start - 2] == "\\":
        start = max(line.rfind(" ", 0, start - 1), line.rfind("\t", 0, start - 1)) + 1
    typed = line[start:begin]
    prefix = unescape(typed + text)
    found = []
    for word in words:
        if word.startswith(prefix) and word.isprintable():
            completed = escape(word)
            if completed.startswith(typed):
                found.append(completed[len(typed) :])
                if len(found) == COMPLETIONS:
                    break
    return found
