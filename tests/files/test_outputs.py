"""Outputs appear whole or not at all."""

import errno
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from w2v_cli.errors import OutputError
from w2v_cli.files.outputs import atomic_output, atomic_outputs, check_output


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


@pytest.fixture(params=["unnamed", "named", "no links"])
def system(request, monkeypatch):
    """Systems with files that have no name, without them, and without links to them."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("the system has no files without a name")
    elif request.param == "no links":

        def refuse(*args, **kwargs):
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    return request.param


def test_every_system_writes_whole_files_and_leaves_nothing(system, tmp_path):
    for data in (b"new", b"newer"):
        with atomic_output(tmp_path / "out") as stream:
            stream.write(data)
            stream.flush()
            visible = sorted(os.listdir(tmp_path))
            assert len([name for name in visible if name.endswith(".tmp")]) == (system == "named")
        assert (tmp_path / "out").read_bytes() == data
        assert os.listdir(tmp_path) == ["out"]
    with pytest.raises(ValueError, match="stop"), atomic_output(tmp_path / "out") as stream:
        stream.write(b"half")
        raise ValueError("stop")
    assert (tmp_path / "out").read_bytes() == b"newer"
    assert os.listdir(tmp_path) == ["out"]


def test_access_rights_on_every_system(system, tmp_path):
    old = os.umask(0o027)
    try:
        write(tmp_path / "out")
        assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640
        (tmp_path / "out").chmod(0o604)
        write(tmp_path / "out")
        assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o604
    finally:
        os.umask(old)


def test_what_killed_processes_left_is_removed_and_what_others_write_is_not(system, tmp_path):
    abandoned = tmp_path / ".out.0123456789ab.tmp"
    others = [tmp_path / name for name in (".out.tmp", ".out.txt.0123456789ab.tmp", "out.tmp")]
    for path in (abandoned, *others):
        path.write_bytes(b"half")
    with atomic_output(tmp_path / "out") as first:
        assert not abandoned.exists()
        first.write(b"first")
        write(tmp_path / "out", b"second")
    assert (tmp_path / "out").read_bytes() == b"first"
    assert {*tmp_path.iterdir()} == {tmp_path / "out", *others}


def test_several_files_appear_together_or_not_at_all(system, tmp_path, monkeypatch):
    paths = [tmp_path / "a", tmp_path / "b"]
    with atomic_outputs(paths) as streams:
        for stream in streams:
            stream.write(b"old")
    assert [path.read_bytes() for path in paths] == [b"old", b"old"]
    calls = []

    def fail_at_the_second(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail_at_the_second)
    with pytest.raises(OutputError, match="No space left"), atomic_outputs(paths) as streams:
        for stream in streams:
            stream.write(b"new")
    assert [path.read_bytes() for path in paths] == [b"old", b"old"]
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_a_protected_file_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "out").write_bytes(b"old")
    system_open = os.open  # root may write to everything

    def guarded(path, flags, *args, **kwargs):
        if str(path).endswith("out") and flags & os.O_WRONLY:
            raise PermissionError(errno.EACCES, "Permission denied")
        return system_open(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", guarded)
    for function in (check_output, write):
        with pytest.raises(OutputError, match="out: cannot be written: Permission denied"):
            function(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"old"


def test_links_to_nothing_become_files_and_links_in_a_circle_are_an_error(tmp_path):
    (tmp_path / "link").symlink_to("target")
    write(tmp_path / "link")
    assert (tmp_path / "target").read_bytes() == b"new"
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(OutputError, match="symbolic links"):
        write(tmp_path / "circle")
    assert (tmp_path / "circle").is_symlink()


def test_a_folder_that_is_removed_while_writing_is_an_error(system, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OutputError, match="No such file"), atomic_output(folder / "out") as stream:
        stream.write(b"new")
        shutil.rmtree(folder)
    assert os.listdir(tmp_path) == []


def test_threads_that_write_one_file_do_not_mix(system, tmp_path):
    """The files of a set are all of the same writer, whoever was the last."""
    paths = [tmp_path / "a", tmp_path / "b"]

    def write_both(number):
        for _ in range(20):
            with atomic_outputs(paths) as streams:
                for stream in streams:
                    stream.write(b"%d" % number * 1000)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_both, range(4)))
    contents = {path.read_bytes() for path in paths}
    assert contents <= {b"%d" % number * 1000 for number in range(4)}
    assert len(contents) == 1
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
