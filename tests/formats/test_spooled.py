"""Vectors that do not fit into memory are read through a temporary file."""

import gzip
import os

import numpy as np
import pytest

from w2v_cli.config import RefineConfig
from w2v_cli.errors import MemoryShortageError, OutputError
from w2v_cli.formats.conversion import Conversion, convert
from w2v_cli.formats.reading import read
from w2v_cli.formats.registry import format_named
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.machine.limits import max_memory
from w2v_cli.machine.system import memory_bytes

N, DIM = 60_000, 100
VECTORS = np.random.default_rng(4).standard_normal((N, DIM)).astype(np.float32)
WORDS = [f"word{number}" for number in range(N)]
MEGABYTE = 1 << 20
"""The vectors are 24 of them; parts of a stream whose length nobody knows, 8."""


@pytest.fixture(scope="module", params=["plain", "stream"])
def source(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("spooled") / "v.bin"
    write_embeddings(path, WORDS, VECTORS, "binary")
    if request.param == "stream":
        path.with_suffix(".bin.gz").write_bytes(gzip.compress(path.read_bytes(), 0))
        return path.with_suffix(".bin.gz")
    return path


@pytest.mark.parametrize("left", [0, 12 * MEGABYTE])
def test_rows_lie_in_a_file_without_a_name(source, tmp_path, left):
    with max_memory(memory_bytes() + left):
        found = read(source, tmpdir=str(tmp_path), with_record=False)
    assert found.embeddings.vectors.tobytes() == VECTORS.tobytes()
    assert list(found.embeddings.words) == WORDS
    [note] = found.notes
    assert note == (f"{source}: does not fit into memory; its vectors lie in {tmp_path} meanwhile")
    assert os.listdir(tmp_path) == []
    with max_memory(memory_bytes() + left), pytest.raises(MemoryShortageError):
        read(source, with_record=False)


def test_what_comes_out_is_the_same_to_the_byte(source, tmp_path):
    refinement = RefineConfig(remove_top=2, dim=20)
    asked = {"format": format_named("binary"), "refinement": refinement, "provenance": False}
    convert(source, tmp_path / "whole.bin", Conversion(**asked))
    with max_memory(memory_bytes() + 20 * MEGABYTE):
        done = convert(source, tmp_path / "o.bin", Conversion(**asked, tmpdir=str(tmp_path)))
    assert "does not fit into memory" in done.notes[0]
    assert (tmp_path / "o.bin").read_bytes() == (tmp_path / "whole.bin").read_bytes()


def test_a_folder_that_cannot_be_written_to(source, tmp_path):
    with (
        max_memory(memory_bytes()),
        pytest.raises(OutputError, match="vectors that do not fit into memory cannot be written"),
    ):
        read(source, tmpdir=str(tmp_path / "nowhere"), with_record=False)


def test_a_full_disk(source, tmp_path, monkeypatch):
    from w2v_cli.formats import spooled

    def full(**_):
        return open("/dev/full", "wb", buffering=0)

    monkeypatch.setattr(spooled.tempfile, "TemporaryFile", full)
    with max_memory(memory_bytes()), pytest.raises(OutputError, match="No space left on device"):
        read(source, tmpdir=str(tmp_path), with_record=False)
