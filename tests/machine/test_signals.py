"""Signals that come where Python, or the compiler's C++ code, would drop what they raise."""

import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
CALLED_BACK = """
@ctypes.CFUNCTYPE(None)
def _raw_object_cache_notify():
    os.kill(os.getpid(), signal.{name})
    time.sleep(0.05)

work = _raw_object_cache_notify
"""
FINALIZED = """
class Thing:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})
        time.sleep(0.01)

work = Thing
"""
AROUND = """
import ctypes, os, signal, time
from w2v_cli.machine.signals import catch_signals

catch_signals()
{code}
try:
    work()
    time.sleep(20)
    print("lost")
except BaseException as error:
    print(repr(error))
"""


@pytest.mark.parametrize("code", [CALLED_BACK, FINALIZED], ids=["called back", "finalized"])
@pytest.mark.parametrize(
    ("name", "raised"),
    [
        ("SIGINT", "KeyboardInterrupt()"),
        ("SIGTERM", "SystemExit(143)"),
        ("SIGHUP", "SystemExit(129)"),
    ],
)
def test_what_a_signal_raises_is_not_lost(code, name, raised):
    program = AROUND.format(code=code.format(name=name))
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, timeout=25, check=False
    )
    assert done.stdout == f"{raised}\n"
    assert done.stderr == ""


TRAIN = ["train", "corpus.txt", "-o", "v.bin", "-j", "1"], "compiling"
SAID = {
    129: "ended by SIGHUP: the terminal has gone; nohup and tmux outlast it",
    130: "interrupted",
    143: "ended by SIGTERM",
}
TUNE = ["tune", "corpus.txt", "--pairs", "pairs.txt", "--save", "v.bin", "-j", "1"], "trials on"


@pytest.mark.parametrize(
    ("command", "begins", "signum", "code", "n_times"),
    [
        (*TRAIN, signal.SIGINT, 130, 1),
        (*TUNE, signal.SIGTERM, 143, 1),
        (*TRAIN, signal.SIGHUP, 129, 1),
        pytest.param(*TRAIN, signal.SIGINT, 130, 40, marks=pytest.mark.long),
        pytest.param(*TRAIN, signal.SIGTERM, 143, 40, marks=pytest.mark.long),
        pytest.param(*TUNE, signal.SIGINT, 130, 40, marks=pytest.mark.long),
    ],
)
def test_a_signal_while_code_is_compiled_ends_the_command(
    tmp_path, command, begins, signum, code, n_times
):
    (tmp_path / "corpus.txt").write_text("a b c d e\n" * 200)
    (tmp_path / "pairs.txt").write_text("a\tb\t9\nc\td\t3\na\te\t1\n")
    draw = random.Random(signum)
    command = [sys.executable, "-m", "w2v_cli", *command]
    for number in range(n_times):
        environment = {**ENVIRONMENT, "NUMBA_CACHE_DIR": str(tmp_path / f"cache{number}")}
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            for line in process.stderr:
                if begins in line:
                    break
            time.sleep(draw.uniform(0.05, 1.5))
            process.send_signal(signum)
            said = process.stderr.read()
        assert process.returncode == code, said
        lines = [line for line in said.splitlines() if "compiling" not in line]
        assert lines == [f"w2v: error: {SAID[code]}"], said
        assert not (tmp_path / "v.bin").exists()
        assert not re.search("Traceback|Error", said)
