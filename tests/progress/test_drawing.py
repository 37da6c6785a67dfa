"""How far work is, as a line of text and drawn: on a terminal, elsewhere, in a notebook."""

import builtins
import io
import re
import subprocess
import sys
import time
from types import ModuleType

import pytest
from conftest import ROOT
from rich.console import Console
from support.terminal import ESCAPES, run_in_terminal

from w2v_cli.progress import live, meter, progress_bar, stages, views
from w2v_cli.progress.meter import Meter
from w2v_cli.progress.views import line

WIDTHS = [1, 5, 20, 40, 60, 80, 100, 200]


def a_meter(**details):
    """A meter of a training that has gone on for some time."""
    meter = Meter("train", 0, 0.0)
    for second in range(21):
        meter.update(second * 100_000, 5_000_000, details, float(second))
    return meter


FULL = {"epoch": 2, "epochs": 5, "lr": 0.0175, "loss": 2.5}


def drawn(meter, width, **kwargs):
    """The live line as it is drawn in a terminal of some width."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, **kwargs)
    console.print(live._Line(meter), end="")
    return console.file.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("details", [FULL, {}], ids=["all", "little"])
def test_the_live_line_never_wraps(width, details):
    text = ESCAPES.sub("", drawn(a_meter(**details), width)).replace("\r", "")
    assert "\n" not in text
    assert len(text) < max(width, 2)
    if width >= 20:
        assert "40%" in text
        assert "training" in text


def test_the_wider_the_terminal_the_more_is_shown():
    shown = {width: ESCAPES.sub("", drawn(a_meter(**FULL), width)).strip() for width in WIDTHS}
    assert shown[20] == "training 40% 30s"
    assert re.fullmatch(r"training epoch 2/5 \S+ +40% 30s", shown[40])
    assert re.fullmatch(
        r"training  epoch 2/5  \S+ +40%   100k words/s  lr 0.01750  loss 2.5000     30s left  "
        r"\S+ [MG]iB",
        shown[200],
    )


@pytest.mark.parametrize("kwargs", [{"no_color": True}, {"legacy_windows": True}], ids=str)
def test_the_parts_of_the_line_stay_in_their_places(kwargs):
    """Rich leaves out the rest of a bar where there are no colors."""
    lines = set()
    for done in (2_100_000, 3_500_000, 4_900_000):
        meter = a_meter(**FULL)
        meter.update(done, 5_000_000, FULL, 21.0)
        line = ESCAPES.sub("", drawn(meter, 100, **kwargs))
        lines.add(line.index("%"))
    assert len(lines) == 1


def test_the_cursor_waits_at_the_start_of_the_line():
    """From there all is cleared, however many lines a narrower terminal has made of it."""
    line = drawn(a_meter(**FULL), 80)
    assert line.startswith("\x1b[J")
    assert line.endswith("\r")


def test_work_of_unknown_length():
    now = time.monotonic()
    meter = Meter("read", 0, now - 10)
    meter.update(12_345_678, None, {}, now)
    text = ESCAPES.sub("", drawn(meter, 100)).strip()
    assert re.match(r"reading  \S+  12.3M words  1.23M words/s  \d+s  ", text), text
    assert "%" not in text
    assert meter.eta_seconds is None


def test_speed_is_that_of_late_and_not_that_of_an_earlier_run():
    meter = Meter("train", 1_000_000, 0.0)
    meter.update(1_000_000, 3_000_000, {}, 0.0)
    for second in range(1, 101):
        done = 1_000_000 + 1000 * second + (9000 * (second - 60) if second > 60 else 0)
        meter.update(done, 3_000_000, {}, float(second))
    assert meter.rate == pytest.approx(10_000)
    assert meter.eta_seconds == pytest.approx((3_000_000 - meter.done) / 10_000)


def test_text_of_known_size_has_a_share_and_an_end():
    meter = Meter("read", 0, 0.0)
    meter.update(0, None, {"share": 0.0}, 0.0)
    meter.update(1000, None, {"share": 0.25}, 10.0)
    assert (meter.share, meter.eta_seconds) == (0.25, pytest.approx(30))


def at_times(monkeypatch, step):
    """Let a clock go on by so many seconds whenever it is looked at."""
    clock = [0.0]

    def tick():
        clock[0] += step
        return clock[0]

    monkeypatch.setattr(stages.time, "monotonic", tick)
    monkeypatch.setattr(meter.Meter, "seconds", lambda self: clock[0] - self._started)


def test_plain_lines_come_now_and_then(monkeypatch, capsys):
    at_times(monkeypatch, 4.0)
    with progress_bar() as report:
        for done in range(0, 1000, 100):
            report("train", done, 1000, lr=0.025, epoch=1, epochs=2, loss=2.5)
    lines = [
        re.sub(r", \S+ [MG]iB of memory$", "", line)
        for line in capsys.readouterr().err.splitlines()
    ]
    parts = "epoch 1 of 2, {} words, 25 words/s, lr 0.02500, loss 2.5000, {} left"
    assert lines == [
        "w2v: training: 30%, " + parts.format(300, "28s"),
        "w2v: training: 60%, " + parts.format(600, "16s"),
        "w2v: training: 90%, " + parts.format(900, "4.0s"),
    ]


def test_lines_of_long_work_are_far_apart(monkeypatch, capsys):
    at_times(monkeypatch, 1.0)
    with progress_bar() as report:
        for done in range(24 * 3600):
            report("train", done, 1_000_000)
    n_lines = len(capsys.readouterr().err.splitlines())
    assert 150 < n_lines < 300


def test_compiling_is_announced(capsys):
    with progress_bar() as report:
        report("compile", 0, None)
    assert "compiling" in capsys.readouterr().err


def a_download():
    """A meter of a download of 100 MiB that has gone on for some time."""
    meter = Meter("fetch", 0, 0.0)
    for second in range(21):
        meter.update(second << 21, 100 << 20, {}, float(second))
    return meter


def test_downloads_are_told_in_bytes():
    assert ESCAPES.sub("", drawn(a_download(), 20)).strip() == "fetching 40% 30s"
    shown = ESCAPES.sub("", drawn(a_download(), 100))
    assert re.search(r" 40%  40\.0 MiB of 100 MiB +2\.0 MiB/s     30s left", shown), shown
    assert re.match(
        r"fetching: 40%, 40\.0 MiB, 2\.0 MiB/s, 30s left, \S+ [MG]iB of memory", line(a_download())
    )


def test_records_tell_the_unit_of_the_speed():
    facts = a_download().facts()
    assert (facts["bytes_per_second"], facts["words_per_second"]) == (pytest.approx(1 << 21), None)
    facts = a_meter().facts()
    assert (facts["bytes_per_second"], facts["words_per_second"]) == (None, pytest.approx(1e5))


def test_a_bar_on_a_pipe_is_plain_lines(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    at_times(monkeypatch, 20.0)
    with progress_bar() as progress:
        progress("read", 100, None)
        progress("train", 1, 2, epoch=1)
        progress("train", 2, 2, epoch=2)
    output, errors = capsys.readouterr()
    assert output == ""
    assert [re.match(r"w2v: (\w+): ", line)[1] for line in errors.splitlines()] == ["training"]


BAR = """
import time
from w2v_cli.progress import progress_bar
with progress_bar() as progress:
    for done in range(4):
        progress("train", done, 4)
        time.sleep(0.25)
"""


@pytest.mark.parametrize(("env", "is_live"), [({}, True), ({"CI": "1"}, False)], ids=str)
def test_a_bar_on_a_terminal(env, is_live):
    code, shown = run_in_terminal([], program=["-c", BAR], **env)
    assert code == 0
    assert ("75%" in ESCAPES.sub("", shown)) is is_live
    assert is_live or shown == ""


def test_the_library_draws_without_click():
    code = "import sys, w2v_cli.progress; w2v_cli.progress.progress_bar(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"click", "rich", "numpy"} & set(loaded)


class Handle:
    """Of something that was displayed: all states of it."""

    def __init__(self, first):
        self.states = [first]

    def update(self, state, raw):
        assert raw
        self.states.append(state)


@pytest.fixture
def notebook(monkeypatch):
    """A stand-in for Jupyter: handles of what was displayed in it."""

    class ZMQInteractiveShell:
        """By this name a notebook is known from IPython on a terminal."""

    def display(first, raw, display_id):
        assert raw
        assert display_id
        handles.append(Handle(first))
        return handles[-1]

    handles = []
    modules = {name: ModuleType(name) for name in ("IPython", "IPython.display")}
    modules["IPython"].display = modules["IPython.display"]
    modules["IPython.display"].display = display
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(builtins, "get_ipython", ZMQInteractiveShell, raising=False)
    return handles


def test_a_bar_in_a_notebook(notebook, monkeypatch, capsys):
    at_times(monkeypatch, 0.03)
    with progress_bar() as progress:
        progress("read", 100, None)
        for done in range(41):
            progress("train", done, 40)
    read, trained = ([state["text/plain"] for state in handle.states] for handle in notebook)
    assert read[-1].startswith("reading  ")
    assert re.fullmatch(r"training  \S+ +100%  .*[MG]iB", trained[-1]), trained
    assert 2 < len(trained) < 25  # drawn now and then, not with every report
    assert "\x1b" not in "".join(trained)
    assert capsys.readouterr() == ("", "")


def test_ipython_on_a_terminal_is_no_notebook(monkeypatch):
    monkeypatch.setattr(builtins, "get_ipython", lambda: "TerminalInteractiveShell", raising=False)
    assert type(views.choose_view()) is views.LineView


def test_no_standard_error_is_no_fault(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    with progress_bar() as progress:
        progress("train", 1, 2)
    views.SilentView().print("nothing")
    assert capsys.readouterr().out == ""
