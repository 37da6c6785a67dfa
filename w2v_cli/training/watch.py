"""Checks memory and outputs while work goes on."""

import time

from ..errors import OutputError, field
from ..files.outputs import check_output
from ..machine.limits import require_memory

MEMORY_SECONDS = 0.05
"""In which the words of a text of nothing but new words take some 50 MB."""
OUTPUT_SECONDS = 60


def _advice(_n_bytes):
    return f"{field('max_table')} bounds how many there are"


class Watch:
    """A Report that also looks out, and hands on to another one.

    Parameters
    ----------
    report : Report
    outputs : list of str   paths that are to be written when training has ended
    """

    def __init__(self, report, outputs=()):
        self._report = report
        self._outputs = list(outputs)
        self._memory_at = self._outputs_at = time.monotonic()
        self.say, self.warn, self.checkpoint = report.say, report.warn, report.checkpoint

    def __call__(self, stage, done, total, **details):
        """Report progress.

        Raises
        ------
        MemoryShortageError   if counting has taken more memory than is allowed
        """
        self._report(stage, done, total, **details)
        now = time.monotonic()
        if stage in ("read", "merge") and now - self._memory_at >= MEMORY_SECONDS:
            self._memory_at = now
            require_memory(0, "counting words", _advice)
        if stage == "train" and now - self._outputs_at >= OUTPUT_SECONDS:
            self._outputs_at = now
            self._check_outputs()

    def _check_outputs(self):
        """Say now, not after days, that an output could not be written; it may be put right."""
        for path in list(self._outputs):
            try:
                check_output(path)
            except OutputError as error:
                self.warn(f"{error.message}; training goes on, put that right before it ends")
                self._outputs.remove(path)
