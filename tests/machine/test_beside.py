"""Work that a fork does: it is waited for as long as need be, and never left behind."""

import os
import subprocess
import sys
import threading
import time

import pytest
from conftest import ROOT

from w2v_cli.machine import beside
from w2v_cli.machine.beside import Beside, can_work_beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def never():
    return False


def endlessly():
    time.sleep(1000)


def test_it_works_and_ends(tmp_path):
    process = Beside(lambda: (tmp_path / "made").write_text(str(os.getpid())))
    process.wait(never)
    assert not process.is_working()
    assert int((tmp_path / "made").read_text()) != os.getpid()
    process.end()


def test_nothing_it_says_or_raises_is_heard(capfd):
    def work():
        sys.stdout.write("spoken")
        sys.stdout.flush()
        os.write(2, b"written")
        raise ValueError("raised")

    process = Beside(work)
    process.wait(never)
    assert capfd.readouterr() == ("", "")


def test_a_pipe_is_closed_though_it_works_on():
    reading, writing = os.pipe()
    process = Beside(endlessly)
    try:
        os.close(writing)
        assert os.read(reading, 1) == b""
        assert process.is_working()
    finally:
        os.close(reading)
        process.end()
    assert not process.is_working()


def test_waiting_ends_when_there_is_enough_and_not_for_ever(monkeypatch):
    process = Beside(endlessly)
    pid = process._pid
    answers = iter([False, False, True])
    process.wait(lambda: next(answers))
    assert process.is_working()
    monkeypatch.setattr(beside, "PATIENCE", 0)
    process.wait(never)
    assert not process.is_working() and not is_alive(pid)


def test_one_that_somebody_else_has_waited_for_has_ended():
    process = Beside(lambda: None)
    os.waitpid(process._pid, 0)
    assert not process.is_working()
    process.end()


def test_it_does_not_outlive_its_parent(tmp_path):
    code = (
        "import os, sys, time\n"
        "from w2v_cli.machine.beside import Beside\n"
        "process = Beside(lambda: time.sleep(1000))\n"
        "print(process._pid, flush=True)\n"
        "time.sleep(0.2)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == -9
    pid = int(result.stdout)
    for _ in range(500):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().split()[2] == "Z":  # nobody asks how it ended
                    break
        except FileNotFoundError:
            break
        time.sleep(0.01)
    else:
        raise AssertionError("it is still there")


def test_threads_and_single_cores_speak_against_it(monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(beside, "available_cpus", lambda: 2)
    assert can_work_beside()
    monkeypatch.setattr(beside, "available_cpus", lambda: 1)
    assert not can_work_beside()
    monkeypatch.setattr(beside, "available_cpus", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not can_work_beside()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not can_work_beside()
