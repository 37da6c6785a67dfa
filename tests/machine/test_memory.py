"""Arrays in lines of memory of their own, and pages that threads make."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import TrainConfig
from w2v_cli.machine.aligned import APART_BYTES, LINE_BYTES, apart
from w2v_cli.machine.pages import STRETCH_BYTES, touch
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.word2vec.method import Word2Vec


@given(st.integers(1, 300), st.sampled_from(["uint64", "int64", "float32"]))
def test_what_is_apart_is_a_copy_in_lines_of_its_own(n_numbers, dtype):
    array = np.arange(n_numbers).astype(dtype)
    copy = apart(array)
    assert copy.tobytes() == array.tobytes()
    assert copy.flags.c_contiguous
    assert copy.ctypes.data % APART_BYTES == 0
    memory = copy
    while memory.base is not None:
        memory = memory.base
    behind = memory.ctypes.data + memory.nbytes - (copy.ctypes.data + copy.nbytes)
    assert behind >= APART_BYTES


def lines_of(worker):
    """The cache lines that a worker's own arrays are in."""
    ring = worker._ring or ()
    shared = {id(worker._work.inputs), id(worker._work.outputs)}
    arrays = [
        each for each in (*worker._work, *ring)
        if isinstance(each, np.ndarray) and each.size and id(each) not in shared
        and each.flags.writeable and not np.shares_memory(each, worker._work.outputs)
    ]  # fmt: skip
    return {
        line
        for each in arrays
        for line in range(
            each.ctypes.data // LINE_BYTES, (each.ctypes.data + each.nbytes - 1) // LINE_BYTES + 1
        )
    }


@pytest.mark.parametrize("options", [{}, {"model": "cbow"}, {"loss": "hs"}])
def test_threads_write_to_no_line_of_another_one(options):
    counts = np.arange(40, 0, -1)
    config = TrainConfig(dim=8, threads=12, **options).for_text(int(counts.sum()), len(counts))
    method = Word2Vec()
    parameters = new_parameters(method, len(counts), config)
    engine = method.engine(None, parameters, method.tables(counts, config), config)
    lines = [lines_of(worker) for worker in engine._workers]
    assert len(set().union(*lines)) == sum(map(len, lines))


def test_pages_are_made_without_a_change():
    array = np.zeros((40, STRETCH_BYTES // 4), dtype=np.float32)
    touch(array, 2)
    assert not array.any()
    touch(np.zeros(5, dtype=np.float32), 2)
