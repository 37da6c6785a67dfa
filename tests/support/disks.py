"""A small disk that can be filled, for root."""

import subprocess
from contextlib import contextmanager

import pytest

SIZE = 1 << 20


@contextmanager
def small_disk(tmp_path):
    """The folder of a disk of a megabyte, for the context; skips where there can be none."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "w2v-test", folder]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a disk cannot be mounted here: that takes root and Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    """Write until nothing more fits."""
    with open(folder / "filler", "wb", buffering=0) as filler:
        for size in (1 << 16, 1 << 12, 1):
            while True:
                try:
                    if filler.write(bytes(size)) < size:
                        break
                except OSError:
                    break
