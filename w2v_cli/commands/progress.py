"""Progress on standard error: a live bar on a terminal, a plain line now and then elsewhere."""

import sys
import time

import click

LINE_SECONDS = 10
STAGES = {"read": "reading", "merge": "merging", "train": "training", "build": "building"}
COMPILING = "compiling, which takes some seconds; kept for later runs if the cache can be written"


def reporter(quiet):
    """The reporter that suits standard error: silent, live, or plain lines."""
    if quiet or sys.stderr is None:
        return SilentReporter()
    if sys.stderr.isatty():
        return LiveReporter()
    return LineReporter()


class SilentReporter:
    """Says nothing. Called as reporter(stage, done, total, **details) by the library."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __call__(self, stage, done, total, **details):
        """Take note of ``done`` out of ``total`` tokens (None: nobody knows)."""

    def say(self, message):
        """Print one line of information."""


class LineReporter(SilentReporter):
    """A plain line every few seconds, for logs."""

    def __init__(self):
        self._stage = None
        self._started = self._last_line = 0.0
        self._done_before = 0

    def __call__(self, stage, done, total, **details):
        if stage == "compile":
            self.say(COMPILING)
            return
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._done_before = stage, done
            self._started = self._last_line = now
        if now - self._last_line < LINE_SECONDS:
            return
        self._last_line = now
        speed = (done - self._done_before) / (now - self._started)
        share = f"{done / total:4.0%}, " if total else ""
        self.say(
            f"{STAGES[stage]}: {share}{done:,} words, {speed:,.0f} words/s{_described(details)}"
        )

    def say(self, message):
        click.echo(f"w2v: {message}", err=True)


class LiveReporter(SilentReporter):
    """A live bar with speed and remaining time, drawn by rich."""

    def __init__(self):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[details]}"),
            console=Console(stderr=True, highlight=False),
            transient=True,
        )
        self._tasks = {}

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *_):
        self._progress.stop()

    def __call__(self, stage, done, total, **details):
        if stage == "compile":
            self.say(COMPILING)
            return
        task = self._tasks.get(stage)
        if task is None:
            for other in self._tasks.values():
                self._progress.remove_task(other)
            task = self._progress.add_task(STAGES[stage], total=total, rate="", details="")
            self._tasks = {stage: task}
        speed = self._progress.tasks[-1].speed
        self._progress.update(
            task,
            completed=done,
            rate=f"{speed:,.0f} words/s" if speed else "",
            details=_described(details).lstrip(", "),
        )

    def say(self, message):
        self._progress.console.print(f"w2v: {message}", markup=False, soft_wrap=True)


def _described(details):
    texts = {"epoch": "epoch {}", "lr": "lr {:.5f}", "loss": "loss {:.4f}"}
    return "".join(f", {texts[key].format(value)}" for key, value in details.items())
