"""Progress of bytes on standard error: a live bar on a terminal, else a plain line now and then."""

import sys
import time

import click

LINE_SECONDS = 10


def transfer_reporter(quiet):
    """What suits standard error; to be used in a with block."""
    if quiet or sys.stderr is None:
        return Silent()
    return Live() if sys.stderr.isatty() else Lines()


class Silent:
    """Called with the bytes done of the stage that was announced last."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def say(self, message):
        """Print one line of information."""

    def stage(self, label, total, done):
        """Something begins: of ``total`` bytes (None: nobody knows) ``done`` are there."""

    def __call__(self, done):
        """So many bytes are done."""


class Lines(Silent):
    """For logs."""

    def say(self, message):
        click.echo(f"w2v: {message}", err=True)

    def stage(self, label, total, done):
        self._label, self._total = label, total
        self._last = time.monotonic()

    def __call__(self, done):
        if time.monotonic() - self._last >= LINE_SECONDS:
            self._last = time.monotonic()
            share = f"{done / self._total:4.0%}, " if self._total else ""
            self.say(f"{self._label}: {share}{done / 1e6:,.1f} MB")


class Live(Silent):
    """A bar drawn by rich."""

    def __init__(self):
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True, highlight=False),
            transient=True,
        )
        self._task = None

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *_):
        self._progress.stop()

    def say(self, message):
        self._progress.console.print(f"w2v: {message}", markup=False, soft_wrap=True)

    def stage(self, label, total, done):
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(label, total=total, completed=done)

    def __call__(self, done):
        self._progress.update(self._task, completed=done)
