"""Training by processes of a real MPI: as the simulation has it."""

import gzip
import json

import numpy as np
import pytest
from support.mpi_jobs import OPTIONS, mpirun, text

from w2v_cli import load

pytestmark = pytest.mark.usefixtures("mpi")


@pytest.mark.parametrize("size", [2, pytest.param(3, marks=pytest.mark.long)])
def test_processes_learn_what_simulated_ones_do(lines, tmp_path, size):
    from test_team import asked, trained

    output = tmp_path / "vectors.w2v"
    result = mpirun(size, "train", lines, "-o", output, "--distributed", *OPTIONS)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("vectors of length 8") == 1
    expected = trained(size, asked(lines, window=5))[0]
    vectors = load(output)
    assert vectors.words == expected.words
    assert np.array_equal(np.asarray(vectors.matrix), np.asarray(expected.vectors[:]))


def test_one_process_is_as_without_the_option(w2v, lines, tmp_path):
    args = ["train", lines, *[each for each in OPTIONS if each not in ("--round-words", 1000)]]
    one = mpirun(1, *args, "-o", tmp_path / "one.bin", "--distributed")
    none = w2v(*args, "-o", tmp_path / "none.bin")
    assert (one.returncode, none.returncode) == (0, 0), one.stderr + none.errors
    assert (tmp_path / "one.bin").read_bytes() == (tmp_path / "none.bin").read_bytes()


@pytest.mark.parametrize("args", [
    ("vocab", "--min-count", 2), ("encode", "--min-count", 2), ("vocab", "--csv"),
])  # fmt: skip
def test_words_are_counted_and_encoded_as_by_one_process(w2v, lines, tmp_path, args):
    (tmp_path / "more.txt").write_text("w1 new é\n" * 3 + "w2 the last")
    name, *options = args
    suffix = {"vocab": ".txt", "encode": ".w2vc"}[name]
    rest = [lines, tmp_path / "more.txt", *options]
    several = mpirun(3, name, *rest, "-o", tmp_path / f"3{suffix}", "--distributed")
    one = w2v(name, *rest, "-o", tmp_path / f"1{suffix}")
    assert (several.returncode, one.returncode) == (0, 0), several.stderr + one.errors
    assert (tmp_path / f"3{suffix}").read_bytes() == (tmp_path / f"1{suffix}").read_bytes()


def test_uneven_shares_and_an_empty_one(tmp_path):
    """A file that is compressed is one share: the first has most of the text, the last nothing."""
    from test_team import asked, trained

    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.gz").write_bytes(gzip.compress(text(500).encode()))
    (folder / "b.gz").write_bytes(gzip.compress(text(30, seed=2).encode()))
    output, stats = tmp_path / "vectors.w2v", tmp_path / "stats.json"
    result = mpirun(
        3, "train", folder, "-o", output, "--distributed", *OPTIONS, "--stats", stats,
        "--log-json", tmp_path / "log",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    expected = trained(3, asked(folder, window=5))[0]
    assert np.array_equal(np.asarray(load(output).matrix), np.asarray(expected.vectors[:]))
    told = json.loads(stats.read_text())
    assert told["processes"] == 3
    assert told["tokens_of_processes"] == expected.prepared.corpus.shares
    assert 0 in told["tokens_of_processes"]
    assert told["tokens_processed"] == 3 * sum(told["tokens_of_processes"])
    records = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    shares = [each["communication"] for each in records if each.get("stage") == "train"]
    assert shares
    assert all(0 <= share <= 1 for share in shares)
