"""Signals and kills while training: nothing is lost that a checkpoint was to keep."""

import fcntl
import os
import pty
import random
import re
import signal
import subprocess
import sys
import termios
import time

import pytest
from conftest import ROOT, fails_with

OPTIONS = ["-d", "10", "--min-count", "1", "-j", "1"]
RUN = ["corpus.txt", "-o", "v.bin", *OPTIONS, "-e", "400"]
ENDLESS = ["corpus.txt", "-o", "v.bin", *OPTIONS, "-e", "1000000"]


@pytest.fixture
def folder(tmp_path):
    rng = random.Random(1)
    lines = [" ".join(f"w{rng.randrange(50)}" for _ in range(12)) for _ in range(1500)]
    (tmp_path / "corpus.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def start(folder, *args):
    """``w2v train`` that runs; its standard error can be read."""
    return subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(process, text):
    """Read standard error up to a line with a text."""
    for line in process.stderr:
        if text in line:
            return line
    raise AssertionError(f"{text!r} was never said")


def send(process, signum):
    """Send a signal once training is under way; returns what was said after that."""
    wait_for(process, "training with")
    process.send_signal(signal.SIGUSR1)
    wait_for(process, "lr 0.0")
    process.send_signal(signum)
    stdout, stderr = process.communicate(timeout=60)
    assert stdout == ""
    return stderr


@pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_training_and_says_what_is_lost(folder, signum, code):
    process = start(folder, *ENDLESS)
    error = send(process, signum)
    assert process.returncode == code
    pattern = r"w2v: error: stopped after \S+ of 1000000 epochs; what was trained is lost; "
    # Before it there may be a line of progress, if training took as long as that.
    assert re.search(f"^{pattern}--checkpoint would have kept it\n\\Z", error, re.M), error
    assert os.listdir(folder) == ["corpus.txt"]


def test_a_signal_writes_a_checkpoint_and_the_run_goes_on_to_the_same_bytes(w2v, folder):
    assert w2v("train", *RUN, "-q", cwd=folder).returncode == 0
    whole = (folder / "v.bin").read_bytes()
    for name in ("v.bin", "v.bin.w2v.json"):
        (folder / name).unlink()
    process = start(folder, *RUN, "--checkpoint", "saved")
    error = send(process, signal.SIGINT)
    assert process.returncode == 130
    assert re.search(r"stopped after \S+ of 400 epochs; go on with --resume saved\n", error), error
    assert sorted(os.listdir(folder)) == ["corpus.txt", "saved"]
    [saved] = os.listdir(folder / "saved")
    done = float(re.search("stopped after (\\S+) of", error)[1])
    result = w2v("train", *RUN, "--checkpoint", "saved", "--resume", "saved", cwd=folder)
    assert result.returncode == 0, result.errors
    assert (folder / "v.bin").read_bytes() == whole
    told = re.search(r"going on from epoch (\S+) of 400 \(saved/(.*)\)\n", result.errors)
    assert told[2] == saved
    assert float(told[1]) == pytest.approx(done, abs=0.5)


def test_a_terminal_that_goes_away_leaves_a_checkpoint(folder):
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", *ENDLESS, "--checkpoint", "saved"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "CI": ""},
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while b"epoch " not in shown:
        shown += os.read(master, 4096)
    os.close(master)
    assert process.wait(timeout=60) == 129
    [saved] = os.listdir(folder / "saved")
    assert re.fullmatch(r"checkpoint-\d{12}\.npz", saved)


def test_a_checkpoint_is_written_on_request(folder):
    args = [*ENDLESS, "--checkpoint", "asked", "--checkpoint-every", "10h"]
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", *args], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(process, "training with")
    process.send_signal(signal.SIGUSR1)
    while not list((folder / "asked").glob("checkpoint-*.npz")):
        time.sleep(0.02)
    assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)


def test_what_nohup_runs_goes_on_when_the_terminal_goes(folder):
    nohup = ["nohup", sys.executable, "-m", "w2v_cli", "train", *ENDLESS]
    process = subprocess.Popen(
        nohup, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(process, "training with")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGUSR1)
    wait_for(process, "lr 0.0")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGUSR1)
    wait_for(process, "lr 0.0")
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 143


def test_the_second_signal_does_not_wait_for_the_checkpoint(folder):
    process = start(folder, *ENDLESS, "--checkpoint", "saved", "--checkpoint-every", "1h")
    wait_for(process, "training with")
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.005)
    _, error = process.communicate(timeout=60)
    # The second may come when nobody but the system listens any more.
    assert process.returncode in (130, -signal.SIGINT), error
    assert "Traceback" not in error
    assert not [name for name in os.listdir(folder / "saved") if name.endswith(".tmp")]


def kill_until_done(folder, rng, n_kills):
    """Kill -9 at random moments, each time going on from the last checkpoint."""
    options = [*RUN, "--checkpoint", "saved", "--checkpoint-every", "3%"]
    kills = 0
    while kills < n_kills:
        checkpoints = os.path.isdir(folder / "saved") and os.listdir(folder / "saved")
        process = start(folder, *options, *(["--resume", "saved"] if checkpoints else []))
        try:
            process.wait(timeout=rng.uniform(0.5, 3.0))
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        process.communicate()
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0
            return kills
    return kills


@pytest.mark.parametrize("n_kills", [1, pytest.param(200, marks=pytest.mark.long)])
def test_kill_9_at_any_moment_loses_no_bit(w2v, folder, n_kills):
    assert w2v("train", *RUN, "-q", cwd=folder).returncode == 0
    whole = (folder / "v.bin").read_bytes()
    rng = random.Random(n_kills)
    kills = 0
    while kills < n_kills:
        if (folder / "saved").exists():
            for name in os.listdir(folder / "saved"):
                (folder / "saved" / name).unlink()
        kills += kill_until_done(folder, rng, n_kills - kills)
        resume = ["--resume", "saved"] if any((folder / "saved").glob("*.npz")) else []
        (folder / "v.bin").unlink(missing_ok=True)
        result = w2v("train", *RUN, "--checkpoint", "saved", *resume, "-q", cwd=folder)
        assert result.returncode == 0, result.errors
        assert (folder / "v.bin").read_bytes() == whole


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--checkpoint-every", "soon"], 2, "--checkpoint-every must be .* not 'soon'"),
        (["--resume", "nowhere"], 1, "nowhere: holds no checkpoint to go on from"),
        (["--resume", "a", "--checkpoint", "b"], 2, "must be the same folder"),
        (["--checkpoint", "corpus.txt"], 1, "corpus.txt: cannot be made"),
    ],
    ids=str,
)
def test_bad_options(w2v, folder, args, code, message):
    fails_with(w2v("train", *RUN, *args, cwd=folder), code, message)
    assert os.listdir(folder) == ["corpus.txt"]
