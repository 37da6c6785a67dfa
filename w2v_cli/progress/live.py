"""One live line on a terminal or in a notebook, drawn by rich: as much of it as there is room."""

import time

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import ControlType, Segment
from rich.text import Text

from ..machine.system import memory_bytes
from ..wording.amounts import shown_bytes, shown_time
from .meter import BYTES
from .views import LineView

DRAWN_PER_SECOND = 5
NOTEBOOK_COLUMNS = 100
MEMORY_SECONDS = 1.0
LEAST_BAR, MOST_BAR = 10, 40
ROOMY = 60
"""From so many columns on there are two spaces between the parts of the line, and more words."""
DROPPED_FIRST = (
    "note", "talk", "memory", "lr", "loss", "of", "rate", "epoch", "bar", "time", "stage",
)  # fmt: skip
"""What is left out, one after the other, until the rest fits on one line."""
NOTES = {"compile": "once, kept for later runs"}


class LiveView:
    """Shows a stage on standard error while it lasts, and leaves nothing of it behind."""

    def __init__(self):
        self._console = Console(stderr=True, highlight=False)
        self._live = None

    def begin(self, meter):
        """Show a stage until it is ended."""
        line = _Line(meter)
        self._live = Live(
            console=self._console,
            get_renderable=lambda: line,
            refresh_per_second=DRAWN_PER_SECOND,
            transient=True,
            redirect_stdout=False,
        )
        self._live.start()

    def show(self, meter):
        """Do nothing: a thread draws what the meter tells."""

    def end(self):
        """Take the line away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def say(self, message):
        """Print a line above the live one."""
        self.print(message)

    def print(self, message):
        """Print a line above the live one."""
        self._console.print(Text(f"w2v: {message}"), soft_wrap=True)


class NotebookView(LineView):
    """Shows a line for each stage in a notebook, where it stays; needs IPython and no widgets."""

    def __init__(self, display):
        self._display = display
        self._console = Console(width=NOTEBOOK_COLUMNS, force_terminal=False, force_jupyter=False)

    def begin(self, meter):
        """Show a stage in a line of its own."""
        self._line, self._at = _Line(meter), time.monotonic()
        self._handle = self._display(self._draw(), raw=True, display_id=True)

    def show(self, meter):
        """Draw the line again if it is time to."""
        now = time.monotonic()
        if now - self._at >= 1 / DRAWN_PER_SECOND:
            self._at = now
            self.end()

    def end(self):
        """Draw the line as it is now."""
        self._handle.update(self._draw(), raw=True)

    def _draw(self):
        with self._console.capture() as capture:
            self._console.print(self._line, end="")
        return {"text/plain": capture.get()}


class _Line:
    """The line: rich asks for it again and again, each time with the width of that moment."""

    def __init__(self, meter):
        self._meter = meter
        self._memory, self._memory_at = 0, 0.0

    def __rich_console__(self, console, options):
        room = max(options.max_width - 1, 1)
        parts = self._parts(options.max_width >= ROOMY)
        gap = 2 if options.max_width >= ROOMY else 1
        bar_width = _fit(parts, room, gap)
        yield _control("\x1b[J")
        for number, (name, text) in enumerate(parts.items()):
            if number:
                yield Segment(" " * gap)
            if name == "bar":
                bar = self._bar(bar_width)
                # Without colors rich leaves out the rest of a bar.
                yield from Segment.adjust_line_length(list(console.render(bar)), bar_width)
            else:
                yield Segment(text[:room], console.get_style("bold" if name == "stage" else "none"))
        # The cursor waits at the start of the line. Terminals that break a line in two when they
        # become narrow keep the cursor with the text, and all of it can be cleared from there.
        yield _control("\r")

    def _parts(self, is_roomy):
        """The parts of the line that there are, in their order: name -> text."""
        meter = self._meter
        details, share, rate, unit = meter.details, meter.share, meter.rate, meter.unit
        epochs = f"/{details['epochs']}" if "epochs" in details else ""
        left = meter.eta_seconds
        # With room to spare, what is beside a number does not move when that gets a digit more.
        share_columns, rate_columns, time_columns = (4, unit.columns, 6) if is_roomy else (1, 1, 1)
        passed = shown_time(meter.seconds()) if left is None else ""
        suffix = " left" if is_roomy else ""
        parts = {
            "stage": meter.title,
            "epoch": f"epoch {details['epoch']}{epochs}" if "epoch" in details else None,
            "bar": "",
            "share": None if share is None else f"{share:{share_columns}.0%}",
            "done": unit.short(meter.done) if share is None and meter.done else None,
            "of": _done_of_total(meter),
            "rate": f"{unit.short(rate):>{rate_columns}}/s" if rate else None,
            "lr": f"lr {details['lr']:.5f}" if "lr" in details else None,
            "loss": f"loss {details['loss']:.4f}" if "loss" in details else None,
            "talk": f"{details['communication']:.0%} communication"
            if "communication" in details
            else None,
            "time": passed or f"{shown_time(left):>{time_columns}}{suffix}",
            "memory": shown_bytes(self._memory_now()),
            "note": NOTES.get(meter.stage),
        }
        return {name: text for name, text in parts.items() if text is not None}

    def _bar(self, width):
        share = self._meter.share
        return ProgressBar(
            total=None if share is None else 1.0,
            completed=share or 0.0,
            width=width,
            pulse=share is None,
            # Colors of the terminal's own, which suit light ones and dark ones.
            style="bright_black",
            complete_style="green",
            finished_style="green",
            pulse_style="green",
        )

    def _memory_now(self):
        now = time.monotonic()
        if now - self._memory_at >= MEMORY_SECONDS:
            self._memory, self._memory_at = memory_bytes(), now
        return self._memory


def _done_of_total(meter):
    """How many bytes are there; of words the share tells as much."""
    if meter.unit is not BYTES or not meter.total:
        return None
    return f"{meter.unit.short(meter.done)} of {meter.unit.short(meter.total)}"


def _fit(parts, room, gap):
    """*In place:* drop parts until they fit into so many columns; returns what the bar may have."""

    def needed():
        widths = [LEAST_BAR if name == "bar" else cell_len(text) for name, text in parts.items()]
        return sum(widths) + gap * (len(widths) - 1)

    for name in DROPPED_FIRST:
        if needed() <= room or len(parts) == 1:
            break
        parts.pop(name, None)
    return min(LEAST_BAR + max(room - needed(), 0), MOST_BAR)


def _control(code):
    """A segment that takes no room: rich would count the characters of other ones."""
    return Segment(code, None, [(ControlType.CARRIAGE_RETURN,)])
