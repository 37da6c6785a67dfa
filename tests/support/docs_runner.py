"""Runs the blocks of a page of the documentation, and compares what they print."""

import doctest
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from conftest import ROOT

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
            self._python.communicate()

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
            command = [sys.executable, Path(__file__).with_name("docs_session.py")]
            self._python = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        self._python.stdin.write(json.dumps(block.text) + "\n")
        self._python.stdin.flush()
        answer = json.loads(self._python.stdout.readline())
        assert answer["ok"], self.told(block, answer["printed"])

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


def matches(wanted, printed):
    """Whether this is what was shown, ``...`` standing for anything."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(wanted, printed, options)


def shared_words(wanted, printed):
    """The share of the words of one text that are in the other."""
    wanted, printed = (Counter(re.findall(r"[^\W\d_]+", text)) for text in (wanted, printed))
    return (wanted & printed).total() / max(wanted.total(), 1)
