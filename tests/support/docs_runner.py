"""Runs the blocks of a page of the documentation, and compares what they print."""

import doctest
import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter

from conftest import ROOT
from support.forked_command import answer, ask

sys.path.insert(0, str(ROOT / "docs"))

import blocks as markdown
import make_tutorial

__all__ = ["Runner", "make_tutorial", "markdown"]

COMMON_WORDS = 0.6
"""Share of the words shown that must be printed where numbers differ from machine to machine."""
STRICT = """set -uo pipefail
trap 'code=$?; [ $code = 141 ] || exit $code' ERR
"""
"""As `set -e`, but a pipe that its reader closes is no failure."""
SECONDS = 600


class Runner:
    """Runs blocks of a page in a folder; a context, which ends the page's Python."""

    def __init__(self, page, folder, environment):
        """Blocks are run in the folder, by programs of the environment's PATH."""
        self.page, self.folder = page, folder
        # What bash reads first, if a page has made it.
        self.environment = environment | {"BASH_ENV": str(folder / ".bash_env")}
        self._python = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._python is not None:
            self._python.close()

    def run(self, block):
        {
            "sh": self.shell,
            "files": self.shell,
            "console": self.console,
            "python": self.python,
        }.get(block.kind, lambda block: None)(block)

    def shell(self, block):
        result = self.bash(STRICT + block.text + "true\n")
        assert result.returncode == 0, self.told(block, result.stdout)

    def console(self, block):
        shown = markdown.commands(block)
        printed = markdown.outputs(self.bash(markdown.script(shown)).stdout)
        assert len(printed) == len(shown), self.told(block, printed)
        following = [command.text for command in shown[1:]] + [""]
        for command, then, (output, code) in zip(shown, following, printed, strict=True):
            wanted = "".join(line + "\n" for line in command.output)
            place = self.told(block, f"$ {command.text}\n{output}(exit code {code})")
            if "about" in block.words:
                assert output or not wanted, place
            else:
                assert matches(wanted, output), place
            explained = re.search("^w2v: (error|warning)", wanted, re.MULTILINE)
            assert code == 0 or explained or then == "echo $?", place
        if "about" in block.words:
            wanted = "\n".join(line for command in shown for line in command.output)
            output = "".join(output for output, _ in printed)
            assert shared_words(wanted, output) >= COMMON_WORDS, self.told(block, output)

    def python(self, block):
        if self._python is None:
            self._python = Session(self.folder, self.environment)
        done = self._python.run(block.text)
        assert done["ok"], self.told(block, done["printed"])

    def bash(self, script):
        return self.execute(["bash", "-c", script])

    def execute(self, command):
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip

    def told(self, block, printed):
        return f"{self.page}, line {block.start + 1}:\n{block.text}----- printed:\n{printed}"


class Session:
    """A Python of its own for the blocks of a page: a fork of the server, see `docs_session`."""

    def __init__(self, folder, environment):
        theirs, self._in = os.pipe()
        self._out, answers = os.pipe()
        request = {
            "program": "session",
            "args": [],
            "env": environment,
            "cwd": str(folder),
            "limits": {},
        }
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(environment["FORKED_COMMAND_SOCKET"])
        ask(self._connection, request, [theirs, answers, 2])
        os.close(theirs)
        os.close(answers)
        self._texts, self._answers = open(self._in, "w"), open(self._out)

    def run(self, text):
        """Run a block: a dict of ``ok`` and ``printed``."""
        self._texts.write(json.dumps(text) + "\n")
        self._texts.flush()
        return json.loads(self._answers.readline())

    def close(self):
        """End it, and wait for its end."""
        self._texts.close()
        answer(self._connection)
        self._answers.close()
        self._connection.close()


def matches(wanted, printed):
    """Whether this is what was shown, ``...`` standing for anything."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(wanted, printed, options)


def shared_words(wanted, printed):
    """The share of the words of one text that are in the other."""
    wanted, printed = (Counter(re.findall(r"[^\W\d_]+", text)) for text in (wanted, printed))
    return (wanted & printed).total() / max(wanted.total(), 1)
