"""What tests of jobs on MPI have in common."""

import pytest
from support.compiling_once import one_at_a_time
from support.mpi_jobs import MPIRUN, text


@pytest.fixture
def mpi(tmp_path_factory, compiled):
    """Jobs take turns: processes that wait for one another keep all processors busy."""
    pytest.importorskip("mpi4py")
    if MPIRUN is None:
        pytest.skip("there is no mpirun")
    with one_at_a_time(tmp_path_factory, "mpi"):
        yield


@pytest.fixture
def lines(tmp_path):
    """A small text in a file."""
    (tmp_path / "corpus.txt").write_text(text(700))
    return tmp_path / "corpus.txt"
