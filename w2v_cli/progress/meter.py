"""One stage of work: progress, speed, time left."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ..machine.system import memory_bytes
from ..wording.amounts import shown_bytes, shown_number

RATE_SECONDS = 30
"""Speed is that of the last so many seconds: neither a memory of hours, nor of one chunk."""
SAMPLE_SECONDS = 0.5
LEAST_SECONDS = 0.2
"""A speed over less time would be that of single blocks."""


@dataclass(frozen=True)
class Unit:
    """What work is measured in.

    Attributes
    ----------
    rate : str         name of the field of records that has the speed
    columns : int      of most texts in `short`
    short : callable   number -> text in few columns
    exact : callable   number -> text with all that is known
    """

    rate: str
    columns: int
    short: Callable[[float], str]
    exact: Callable[[float], str]


WORDS = Unit(
    "words_per_second", 11, lambda n: f"{shown_number(n)} words", lambda n: f"{n:,.0f} words"
)
BYTES = Unit("bytes_per_second", 9, shown_bytes, shown_bytes)

STAGES = {
    "compile": "compiling",
    "load": "loading",
    "read": "reading",
    "merge": "merging",
    "compare": "comparing sentences",
    "count": "counting pairs",
    "join": "joining phrases",
    "train": "training",
    "build": "building",
    "align": "aligning",
    "score": "scoring",
    "place": "placing words",
    "embed": "embedding",
    "convert": "converting",
    "distill": "distilling",
    "refine": "refining",
    "quantize": "quantizing",
    "write": "writing",
    "fetch": "fetching",
    "unpack": "unpacking",
}
"""Names of stages, as code reports and logs have them -> as people read them."""
STAGES_IN_BYTES = ("fetch", "unpack")


class Meter:
    """Measures one stage, from what is reported of it.

    Attributes
    ----------
    stage : str
    unit : Unit           WORDS or BYTES
    done : int            words or bytes so far
    total : int or None   in all; None if nobody knows
    details : dict        ``epoch``, ``epochs``, ``lr``, ``loss``; ``share`` of the work done, for
                          work that has no total in words; ``communication``, the share of the time
                          that several processes do not work
    """

    def __init__(self, stage, done, now):
        self.stage = stage
        self.unit = BYTES if stage in STAGES_IN_BYTES else WORDS
        self.done, self.total, self.details = done, None, {}
        self._started = self._now = now
        self._samples = deque([(now, done, 0.0)])

    def update(self, done, total, details, now):
        """Take note of what was reported at a time (of `time.monotonic`)."""
        self.done, self.total, self.details, self._now = done, total, details, now
        if done == self._samples[0][1]:  # what an earlier run did is no speed of this one
            self._samples[0] = (self._samples[0][0], done, self.share or 0.0)
        if now - self._samples[-1][0] >= SAMPLE_SECONDS:
            self._samples.append((now, done, self.share or 0.0))
        while len(self._samples) > 2 and self._samples[1][0] <= now - RATE_SECONDS:
            self._samples.popleft()

    @property
    def title(self):
        """The stage as people read it."""
        return STAGES.get(self.stage, self.stage)

    @property
    def share(self):
        """How much of the work is done, 0 to 1; None if nobody knows."""
        if self.total:
            return min(self.done / self.total, 1.0)
        return self.details.get("share")

    @property
    def rate(self):
        """The speed, in words or bytes a second, of late; None if there is none yet."""
        elapsed, done, _ = self._since_sample()
        return done / elapsed if elapsed >= LEAST_SECONDS and done > 0 else None

    @property
    def eta_seconds(self):
        """How long the stage will take yet, at that speed; None if nobody knows."""
        elapsed, _, progress = self._since_sample()
        if self.share is None or progress <= 0 or elapsed < LEAST_SECONDS:
            return None
        return (1 - self.share) / progress * elapsed

    def seconds(self, now=None):
        """How long the stage has taken so far."""
        return (time.monotonic() if now is None else now) - self._started

    def facts(self):
        """The documented fields of a record of progress; None stands for what is not known."""
        names = ("epoch", "epochs", "lr", "loss")
        facts = {name: self.details.get(name) for name in names}
        return {
            "stage": self.stage,
            "epoch": facts["epoch"],
            "epochs": facts["epochs"],
            "done": self.done,
            "total": self.total,
            "share": self.share,
            **{unit.rate: self.rate if unit is self.unit else None for unit in (WORDS, BYTES)},
            "lr": facts["lr"],
            "loss": _finite(facts["loss"]),
            "communication": self.details.get("communication"),
            "eta_seconds": self.eta_seconds,
            "stage_seconds": self.seconds(),
            "memory_bytes": memory_bytes(),
        }

    def _since_sample(self):
        """(seconds, words, share) between the oldest sample that counts and the last report."""
        then, done, share = self._samples[0]
        return self._now - then, self.done - done, (self.share or 0.0) - share


def _finite(number):
    return number if number is not None and math.isfinite(number) else None
