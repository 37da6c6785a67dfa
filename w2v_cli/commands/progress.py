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
    """Says nothing unless asked. Called as reporter(stage, done, total, **details)."""

    def __init__(self):
        self._stage = None
        self._started = self._now = 0.0
        self._done_before = 0
        self._line_wanted = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __call__(self, stage, done, total, **details):
        """Take note of ``done`` out of ``total`` tokens (None: nobody knows)."""
        if stage == "compile":
            self.say(COMPILING)
            return
        self._now = time.monotonic()
        if stage != self._stage:
            self._stage, self._started, self._done_before = stage, self._now, done
            self._begin(stage, total)
        self._show(done, total, details)
        if self._line_wanted:
            self._line_wanted = False
            self._print(self._line(done, total, details))

    def request_line(self):
        """Print a line at the next step, whatever kind of reporter this is; safe in a signal."""
        self._line_wanted = True

    def say(self, message):
        """Print one line of information."""

    def _begin(self, stage, total):
        """A stage begins."""

    def _show(self, done, total, details):
        """Show how far it is, if it is time to."""

    def _print(self, message):
        click.echo(f"w2v: {message}", err=True)

    def _line(self, done, total, details):
        speed = (done - self._done_before) / max(self._now - self._started, 1e-9)
        share = f"{done / total:4.0%}, " if total else ""
        return (
            f"{STAGES[self._stage]}: {share}{done:,} words, {speed:,.0f} words/s"
            f"{_described(details)}"
        )


class LineReporter(SilentReporter):
    """A plain line every few seconds, for logs."""

    def say(self, message):
        self._print(message)

    def _begin(self, stage, total):
        self._last_line = self._started

    def _show(self, done, total, details):
        if self._now - self._last_line >= LINE_SECONDS:
            self._last_line = self._now
            self.request_line()


class LiveReporter(SilentReporter):
    """A live bar with speed and remaining time, drawn by rich."""

    def __init__(self):
        super().__init__()
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
        self._task = None

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *_):
        self._progress.stop()

    def _begin(self, stage, total):
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(STAGES[stage], total=total, rate="", details="")

    def _show(self, done, total, details):
        speed = self._progress.tasks[-1].speed
        self._progress.update(
            self._task,
            completed=done,
            rate=f"{speed:,.0f} words/s" if speed else "",
            details=_described(details).lstrip(", "),
        )

    def say(self, message):
        self._print(message)

    def _print(self, message):
        self._progress.console.print(f"w2v: {message}", markup=False, soft_wrap=True)


def _described(details):
    texts = {"epoch": "epoch {}", "lr": "lr {:.5f}", "loss": "loss {:.4f}"}
    return "".join(f", {texts[key].format(value)}" for key, value in details.items())
