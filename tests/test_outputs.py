"""Outputs appear whole or not at all."""

import os
import stat

import pytest

from w2v_cli.errors import OutputError
from w2v_cli.outputs import atomic_output, check_output


def write(path, data=b"new"):
    with atomic_output(path) as stream:
        stream.write(data)


def test_a_new_file(tmp_path):
    write(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out"]


def test_permissions_follow_the_umask_or_the_old_file(tmp_path):
    old = os.umask(0o027)
    try:
        write(tmp_path / "fresh")
        (tmp_path / "old").write_bytes(b"old")
        (tmp_path / "old").chmod(0o604)
        write(tmp_path / "old")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o604
    assert (tmp_path / "old").read_bytes() == b"new"


def test_failure_leaves_the_old_file_and_no_litter(tmp_path):
    (tmp_path / "out").write_bytes(b"old")
    for error in (ValueError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), atomic_output(tmp_path / "out") as stream:
            stream.write(b"half")
            raise error
    assert (tmp_path / "out").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


def test_a_symbolic_link_stays_a_link(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_device_is_written_and_not_replaced():
    write("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_an_error():
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space left"):
        write("/dev/full", b"x" * 100_000)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/out", "No such file or directory"),
        (".", "is a folder"),
        ("file/out", "Not a directory"),
    ],
)
def test_outputs_that_cannot_be_written_are_found_before(name, message, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for function in (check_output, write):
        with pytest.raises(OutputError, match=message):
            function(tmp_path / name)
    assert os.listdir(tmp_path) == ["file"]


def test_checking_leaves_nothing_behind(tmp_path):
    check_output(tmp_path / "out")
    check_output("-")
    assert os.listdir(tmp_path) == []
