"""Progress: one live line on a terminal, plain lines elsewhere, silence on request."""

import io
import re
import time

import pytest
from rich.console import Console
from support.terminal import ESCAPES, run_in_terminal

from w2v_cli.cli import cli
from w2v_cli.corpus import counting, scan
from w2v_cli.terminal.progress import live, meter, reporter
from w2v_cli.terminal.progress.meter import Meter, shown_number, shown_time

WIDTHS = [1, 5, 20, 40, 60, 80, 100, 200]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("the cat sat on the mat and the dog sat on the rug\n" * 8000)
    return path


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


def test_a_terminal_shows_a_live_line(corpus, tmp_path):
    code, shown = run_in_terminal(["train", corpus, "-o", tmp_path / "v.txt", "-d", 50])
    assert code == 0
    assert "\x1b[?25l" in shown
    assert "training" in shown
    assert "words/s" in shown
    assert "words trained in" in ESCAPES.sub("", shown)


@pytest.mark.parametrize(
    "env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CI": "true"}], ids=lambda env: next(iter(env))
)
def test_no_colors_where_they_are_not_wanted(corpus, tmp_path, env):
    args = ["train", corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 2]
    code, shown = run_in_terminal(args, **env)
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*[39][0-9]m", shown), shown
    if "NO_COLOR" not in env:
        assert "\x1b" not in shown


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
    assert shown[20] == "training  40% 0:30"
    assert re.fullmatch(r"training epoch 2/5 \S+ +40% 0:30", shown[40])
    assert re.fullmatch(
        r"training  epoch 2/5  \S+ +40%   100k words/s  lr 0.01750  loss 2.5000   0:30 left  "
        r"\S+ MiB",
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
    assert re.match(r"reading  \S+  12.3M words  1.23M words/s  0:\d\d  ", text), text
    assert "%" not in text
    assert meter.eta_seconds is None


def test_speed_is_that_of_late_and_not_that_of_an_earlier_run():
    meter = Meter("train", 1_000_000, 0.0)
    meter.update(1_000_000, 3_000_000, {}, 0.0)
    for second in range(1, 101):
        done = 1_000_000 + 1000 * second + (9000 * (second - 60) if second > 60 else 0)
        meter.update(done, 3_000_000, {}, float(second))
    assert meter.words_per_second == pytest.approx(10_000)
    assert meter.eta_seconds == pytest.approx((3_000_000 - meter.done) / 10_000)


def test_text_of_known_size_has_a_share_and_an_end():
    meter = Meter("read", 0, 0.0)
    meter.update(0, None, {"share": 0.0}, 0.0)
    meter.update(1000, None, {"share": 0.25}, 10.0)
    assert (meter.share, meter.eta_seconds) == (0.25, pytest.approx(30))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "0:00"), (59.6, "1:00"), (3723, "1:02:03"), (2 * 86400 + 3 * 3600 + 240, "2d 03:04")],
)
def test_times(seconds, shown):
    assert shown_time(seconds) == shown


def test_numbers():
    shown = [shown_number(number) for number in (950, 12_345, 1_234_567, 123_456_789, 4.56e9)]
    assert shown == ["950", "12.3k", "1.23M", "123M", "4.56G"]


def test_quiet_on_a_terminal(corpus, tmp_path):
    args = ["train", corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 1, "-q"]
    assert run_in_terminal(args) == (0, "")


def at_times(monkeypatch, step):
    """Let a clock go on by so many seconds whenever it is looked at by a reporter."""
    clock = [0.0]

    def tick():
        clock[0] += step
        return clock[0]

    monkeypatch.setattr(reporter.time, "monotonic", tick)
    monkeypatch.setattr(meter.Meter, "seconds", lambda self: clock[0] - self._started)


def test_plain_lines_come_now_and_then(monkeypatch, capsys):
    at_times(monkeypatch, 4.0)
    with reporter.reporter(quiet=False) as report:
        for done in range(0, 1000, 100):
            report("train", done, 1000, lr=0.025, epoch=1, epochs=2, loss=2.5)
    lines = [re.sub(r", \S+ MiB$", "", line) for line in capsys.readouterr().err.splitlines()]
    parts = "epoch 1 of 2, {} words, 25 words/s, lr 0.02500, loss 2.5000, {} left"
    assert lines == [
        "w2v: training: 30%, " + parts.format(300, "0:28"),
        "w2v: training: 60%, " + parts.format(600, "0:16"),
        "w2v: training: 90%, " + parts.format(900, "0:04"),
    ]


def test_lines_of_long_work_are_far_apart(monkeypatch, capsys):
    at_times(monkeypatch, 1.0)
    with reporter.reporter(quiet=False) as report:
        for done in range(24 * 3600):
            report("train", done, 1_000_000)
    n_lines = len(capsys.readouterr().err.splitlines())
    assert 150 < n_lines < 300


def test_compiling_is_announced(capsys):
    with reporter.reporter(quiet=False) as report:
        report("compile", 0, None)
    assert "compiling" in capsys.readouterr().err


def test_quiet_and_verbose_at_once(w2v, corpus):
    result = w2v("vocab", corpus, "-q", "-v")
    assert result.returncode == 2
    assert "--quiet and --verbose contradict each other" in result.errors


def test_verbose_tells_settings_and_times(w2v, corpus, tmp_path):
    args = [corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 1, "--checkpoint", tmp_path / "saved"]
    lines = w2v("train", *args, "-v").errors
    for pattern in (
        "options: .*--dim 10 .*--lr 0.025 ",
        "kernels: ",
        "compiled code: ",
        r"reading took \d",
        r"training took \d",
        r"wrote \S+checkpoint-\d+.npz after 104,000 words",
        "104,000 words trained in .* words/s; loss .*; at most .* of memory",
    ):
        assert re.search(pattern, lines), (pattern, lines)
    assert "kernels" not in w2v("train", *args[:-2]).errors


def test_options_of_progress_come_from_the_environment(w2v, corpus, tmp_path):
    env = {"W2V_VOCAB_LOG_JSON": str(tmp_path / "log"), "W2V_VOCAB_VERBOSE": "1"}
    result = w2v("vocab", corpus, "-o", tmp_path / "vocab", env=env)
    assert result.returncode == 0
    assert "reading took" in result.errors
    assert (tmp_path / "log").read_text().startswith('{"time"')


@pytest.mark.parametrize(
    "command",
    [
        ["vocab", "corpus.txt", "-o", "vocab.txt"],
        ["encode", "corpus.txt", "-o", "corpus.w2vc"],
        ["train", "corpus.txt", "-o", "vectors.txt", "-d", "4", "-e", "1"],
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("compiled", [True, False])
def test_counting_announces_that_it_compiles(command, compiled, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("a b\n" * 9)
    monkeypatch.setattr(counting, "is_compiled", lambda: compiled)
    cli.main(command, standalone_mode=False)
    first = capsys.readouterr().err.splitlines()[0]
    assert (first == f"w2v: {reporter.COMPILING}") is not compiled, first
    cli.main([*command, "-q"], standalone_mode=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(scan.scan, "signatures"), reason="nothing is compiled")
def test_only_the_first_run_compiles(w2v, tmp_path):
    env = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    lines = [w2v("vocab", "-", env=env, stdin="a b\n").errors.splitlines() for _ in range(2)]
    assert lines[0] == [f"w2v: {reporter.COMPILING}", *lines[1]]


def test_silent_reporter_is_silent(capsys):
    with reporter.reporter(quiet=True) as report:
        report("train", 1, 2, lr=1.0, epoch=1, loss=0.5)
        report("compile", 0, None)
        report.say("hello")
    assert capsys.readouterr() == ("", "")
