"""One Python for all blocks of a page: names of a block are there in the next, as in a notebook.

Reads a JSON string a line, the text of a block, and answers each with a JSON object: ``ok`` and
``printed``. A block with ``>>>`` is a doctest.
"""

import doctest
import json
import os
import sys
import tempfile
import traceback

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run(text, names):
    """Run a block in a dict of names; whether all went well. What is wrong is printed."""
    if ">>>" in text:
        test = doctest.DocTestParser().get_doctest(text, names, "block", None, 0)
        result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, clear_globs=False)
        # It works on a copy.
        names.update(test.globs)
        return result.failed == 0 and result.attempted > 0
    try:
        exec(compile(text, "block", "exec"), names)
    except BaseException:  # noqa: BLE001 - SystemExit would end the session
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def main():
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    names = {"__name__": "__main__"}
    with tempfile.TemporaryFile() as printed:
        # Other programs that a block starts print there too.
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        for line in sys.stdin:
            start = printed.seek(0, os.SEEK_END)
            ok = run(json.loads(line), names)
            sys.stdout.flush()
            printed.seek(start)
            output = printed.read().decode(errors="replace")
            answers.write(json.dumps({"ok": ok, "printed": output}) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
