"""Work in stages, shown one after the other."""

import time

from .meter import Meter
from .views import choose_view


def progress_bar():
    """Progress on standard error for the library: a bar on a terminal and in a notebook.

    Elsewhere a plain line comes now and then.

    Returns
    -------
    Stages   a context, and within it the callable that takes progress

    Examples
    --------
    >>> with progress_bar() as progress:
    ...     progress("train", 500, 1000, epoch=1, lr=0.025)
    """
    return Stages(choose_view())


class Stages:
    """Called as ``progress(stage, done, total, **details)`` by whatever does the work.

    Stages are those of `meter.STAGES`; a new one ends the one before. As a context it ends the
    last one.
    """

    def __init__(self, view):
        self._view = view
        self._meter = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end_stage()

    def __call__(self, stage, done, total, **details):
        """Take note of ``done`` out of ``total`` words or bytes (None: nobody knows)."""
        now = time.monotonic()
        if self._meter is None or stage != self._meter.stage:
            self._begin_stage(stage, done, now)
        self._meter.update(done, total, details, now)
        self._view.show(self._meter)

    def say(self, message):
        """Print one line of information, which ends the stage under way."""
        self._end_stage()
        self._view.say(message)

    def _begin_stage(self, stage, done, now):
        self._end_stage()
        self._meter = Meter(stage, done, now)
        self._view.begin(self._meter)

    def _end_stage(self):
        """End the stage under way; returns its meter, or None."""
        meter, self._meter = self._meter, None
        if meter is not None:
            self._view.end()
        return meter
