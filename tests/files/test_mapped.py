"""Pages of mapped arrays that leave memory: what they hold stays."""

import mmap

import numpy as np
from support.resident import resident_pages

from w2v_cli.files.mapped import let_go

N_NUMBERS = 1 << 21


def test_pages_leave_memory_and_come_back(tmp_path):
    path = tmp_path / "numbers"
    np.arange(N_NUMBERS).tofile(path)
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    array = np.frombuffer(memory, np.int64)[1:]
    total = array.sum()
    before = resident_pages(path)
    let_go(array)
    assert resident_pages(path) < before / 2
    assert array.sum() == total
    assert array[-1] == N_NUMBERS - 1


def test_arrays_of_memory_are_left_alone():
    array = np.arange(9)
    let_go(array, array[2:4])
    assert array.tolist() == list(range(9))
