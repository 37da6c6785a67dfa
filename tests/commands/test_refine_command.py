"""``w2v refine`` as users run it: any format in, any out, what is told, and what goes wrong."""

import gzip
import json
import os
from itertools import chain

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli import Vectors, load
from w2v_cli.formats.writing import write_embeddings

RANDOM = np.random.default_rng(3)
N, DIM = 300, 8
WORDS = [f"word{number * 7919 % N}" for number in range(N)]
VECTORS = (RANDOM.standard_normal((N, DIM)) * np.arange(1, DIM + 1) + 1).astype(np.float32)
CONTEXT = RANDOM.standard_normal((N, DIM)).astype(np.float32)
COUNTS = np.arange(3 * N, 0, -3)
CENTERED = VECTORS - VECTORS.astype(np.float64).mean(axis=0)


@pytest.fixture
def folder(tmp_path):
    write_embeddings(tmp_path / "v.bin", WORDS, VECTORS, "binary")
    write_embeddings(tmp_path / "v.w2v", WORDS, VECTORS, "w2v", COUNTS, context=CONTEXT)
    return tmp_path


def refined(w2v, folder, *options, source="v.w2v", target="out.w2v"):
    """(what the file written holds, standard error)."""
    result = w2v("refine", source, target, *options, cwd=folder)
    assert result.returncode == 0, result.errors
    assert result.text == ""
    return load(folder / target), result.errors


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_without_options_vectors_are_centered(w2v, folder):
    found, errors = refined(w2v, folder)
    close(found.matrix, CENTERED)
    assert list(found.words) == WORDS
    assert found.counts.tolist() == COUNTS.tolist()
    assert found.context is None
    assert errors.splitlines() == [
        "w2v: warning: the output matrix is not written; only the file that was read has it",
        "w2v: wrote 300 vectors of length 8 to out.w2v (the format w2v, from the format w2v)",
    ]


@pytest.mark.parametrize(
    "name", ["o.txt", "o.bin.gz", "o.glove", "o.w2v", "o.npy", "o.safetensors"]
)
@pytest.mark.parametrize("source", ["v.bin", "v.w2v"])
def test_every_format(w2v, folder, source, name):
    found, _ = refined(w2v, folder, "-q", source=source, target=name)
    close(found.matrix, CENTERED)
    assert list(found.words) == WORDS
    assert (found.counts is None) == (source == "v.bin")  # else in the file, or beside it


def test_pipes_and_compressed_files(w2v, folder):
    data = gzip.compress((folder / "v.bin").read_bytes())
    result = w2v("refine", "-", "-", "--format", "binary", "-q", stdin=data)
    assert (result.returncode, result.errors) == (0, "")
    (folder / "o.bin").write_bytes(result.stdout)
    close(load(folder / "o.bin").matrix, CENTERED)
    expected, _ = refined(w2v, folder, "--remove-top", 1, "--normalize", "-q")
    first = w2v("refine", "v.bin", "-", "--remove-top", 1, "-q", cwd=folder)
    second = w2v(
        "refine", "-", "p.npy", "--no-center", "--normalize", "-q", stdin=first.stdout, cwd=folder
    )
    assert second.returncode == 0
    close(load(folder / "p.npy").matrix, expected.matrix)


def test_the_order_of_options_is_not_that_of_the_command_line(w2v, folder):
    options = [["--normalize"], ["--whiten", 0.5], ["--dim", 3], ["--remove-top", 2]]
    one, _ = refined(w2v, folder, *chain.from_iterable(options))
    other, _ = refined(w2v, folder, *chain.from_iterable(options[::-1]))
    assert one.matrix.tobytes() == other.matrix.tobytes()
    assert one.dim == 3
    np.testing.assert_allclose(np.linalg.norm(one.matrix, axis=1), 1, rtol=1e-6)
    same = load(folder / "v.w2v").refine(normalize=True, whiten=0.5, dim=3, remove_top=2)
    close(one.matrix, same.matrix)


def test_whitening_weighs_words_by_their_counts(w2v, folder):
    found, errors = refined(w2v, folder, "--whiten", 1)
    shares = COUNTS / COUNTS.sum()
    close(np.cov(found.matrix.T, bias=True, aweights=shares), np.eye(DIM))
    assert "no counts" not in errors
    assert found.record["changes"]["weights_from"] == "counts"
    uniform, _ = refined(w2v, folder, "--whiten", 1, "--weights", "uniform")
    close(np.cov(uniform.matrix.T, bias=True), np.eye(DIM))
    guessed, errors = refined(w2v, folder, "--whiten", 1, source="v.bin")
    ranks = 1 / np.arange(1, N + 1)
    close(np.cov(guessed.matrix.T, bias=True, aweights=ranks), np.eye(DIM))
    assert "v.bin: there are no counts, so word number r was taken" in errors
    assert "--vocab takes counts from a file" in errors
    lines = (f"{word} {count}\n" for word, count in zip(WORDS, COUNTS, strict=True))
    (folder / "vocab.txt").write_text("".join(lines))
    given, _ = refined(w2v, folder, "--whiten", 1, "--vocab", "vocab.txt", source="v.bin")
    close(given.matrix, found.matrix)


def test_both_matrices(w2v, folder):
    found, errors = refined(w2v, folder, "--vectors", "sum", "--balance", 0.5, "--no-center")
    centered = [x - x.astype(np.float64).mean(axis=0) for x in (VECTORS, CONTEXT)]
    w, c = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in centered)
    close(found.matrix, w + 0.5 * c)
    assert "not written" not in errors
    found, _ = refined(w2v, folder, "--vectors", "concat", "--dim", 10)
    assert found.dim == 10


@pytest.mark.parametrize(("option", "size"), [("--float16", 2), ("--int8", 1)])
def test_fewer_bytes_are_read_by_every_command(w2v, folder, option, size):
    found, _ = refined(w2v, folder, option, "-q", target="small.w2v")
    np.testing.assert_allclose(found.matrix, CENTERED, atol=np.abs(CENTERED).max() / 200)
    assert os.path.getsize(folder / "small.w2v") < os.path.getsize(folder / "v.w2v") - 4 * N * DIM
    (folder / "pairs.txt").write_text("".join(f"{WORDS[i]} {WORDS[i + 1]} {i}\n" for i in range(9)))
    (folder / "q.txt").write_text(": a\n" + " ".join(WORDS[:4]) + "\n")
    refined(w2v, folder, option, "-q", target="small.safetensors")
    for name in ("small.w2v", "small.safetensors"):
        near = w2v("neighbors", name, WORDS[0], "-k", 3, "--json", cwd=folder)
        answers = [each["word"] for each in json.loads(near.text)["neighbors"]]
        expected = Vectors.from_arrays(WORDS, CENTERED).neighbors(WORDS[0], k=3)
        assert answers == [each.word for each in expected]
        for command, tests in (("similarity", "pairs.txt"), ("analogies", "q.txt")):
            result = w2v(f"evaluate-{command}", name, tests, "--json", cwd=folder)
            assert result.returncode == 0, result.errors
        assert w2v("info", name, cwd=folder).text.startswith(f"file              {name}")


def test_which_words(w2v, folder):
    words, vectors = ["</s>", *WORDS], np.vstack([np.full(DIM, 99, np.float32), VECTORS])
    write_embeddings(folder / "s.bin", words, vectors, "binary")
    found, errors = refined(w2v, folder, source="s.bin")
    close(found.matrix, CENTERED)  # what is left out has no part in the mean either
    assert "the row of </s>" in errors
    found, _ = refined(w2v, folder, "--keep-sentence-end", source="s.bin")
    assert found.words[0] == "</s>"
    found, _ = refined(w2v, folder, "--limit", 9)
    close(found.matrix, VECTORS[:9] - VECTORS[:9].mean(axis=0))
    (folder / "few.txt").write_text("\n".join(WORDS[5:30:5]))
    found, _ = refined(w2v, folder, "--words", "few.txt", "--weights", "frequency")
    few, shares = VECTORS[5:30:5], COUNTS[5:30:5] / COUNTS[5:30:5].sum()
    close(found.matrix, few - shares @ few)


def test_how_it_was_done_is_kept(w2v, folder):
    refined(w2v, folder, "--remove-top", 2, target="o.bin")
    record = load(folder / "o.bin").record
    assert record["command"] == "refine"
    assert record["source"] == "v.w2v"
    assert record["changes"] == {
        "limit": None,
        "normalize": False,
        "dtype": "float32",
        "vectors": "input",
        "balance": None,
        "center": True,
        "remove_top": 2,
        "dim": None,
        "whiten": 0.0,
        "weights": None,
    }
    again, _ = refined(w2v, folder, "--normalize", source="o.bin")
    assert again.record["source_provenance"] == record
    assert again.counts.tolist() == COUNTS.tolist()
    assert "remove top       2\n" in w2v("info", "o.bin", cwd=folder).text


def test_vectors_without_a_direction_are_told(w2v, folder):
    (folder / "same.txt").write_text("a 0.1 0.2\nb 0.1 0.2\nc 0.1 0.2\n")
    found, errors = refined(w2v, folder, "--normalize", source="same.txt", target="o.txt")
    assert not found.matrix.any()
    assert "3 vectors are zero and have no direction" in errors
    _, errors = refined(w2v, folder, "--dim", 2, source="same.txt", target="o.txt")
    assert "vectors of length 2 vary in 0 directions only" in errors


def test_what_cannot_be_refined(w2v, folder):
    before = sorted(os.listdir(folder))
    for arguments, code, pattern in [
        (
            ["v.bin", "o.w2v", "--dim", 9],
            2,
            "--dim 9 with --remove-top 0 needs vectors of length 9",
        ),
        (["v.bin", "o.w2v", "--dim", 0], 2, "--dim must be from 1 to"),
        (["v.bin", "o.w2v", "--remove-top", 8], 2, "--remove-top 8 leaves nothing"),
        (["v.bin", "o.w2v", "--whiten", 2], 2, "--whiten must be from 0.0 to 1.0, not 2.0"),
        (["v.bin", "o.w2v", "--balance", 1], 2, "--balance is of two matrices"),
        (["v.bin", "o.w2v", "--vectors", "sum"], 2, "needs the output matrix, which v.bin has not"),
        (
            ["v.bin", "o.npy", "--int8"],
            2,
            r"NumPy \.npy has no int8; w2v, safetensors and model2vec have",
        ),
        (["v.bin", "o.txt", "--float16"], 2, "word2vec text has no float16; w2v, npy, safet"),
        (["v.bin", "v.bin"], 2, "is both the input and an output"),
        (["v.bin", "nowhere/o.bin"], 1, "nowhere/o.bin: cannot be written"),
        (["nothing.bin", "o.bin"], 1, "nothing.bin: cannot be opened"),
    ]:
        fails_with(w2v("refine", *arguments, cwd=folder), code, pattern)
    result = w2v("refine", "v.bin", "o.w2v", "--int8", "--float16", cwd=folder)
    assert result.returncode == 2
    assert "--float16 and --int8 exclude each other" in result.errors
    fails_with(w2v("refine", "-", "o.bin", stdin=b"", cwd=folder), 1, "standard input: is empty")
    assert sorted(os.listdir(folder)) == before


def test_frequencies_that_nobody_knows(w2v, folder):
    words = sorted(WORDS)
    write_embeddings(folder / "s.bin", words, VECTORS, "binary")
    result = w2v("refine", "s.bin", "o.bin", "--whiten", 1, cwd=folder)
    fails_with(result, 1, "rows are not in the order of frequency, so that nobody knows how")
    refined(w2v, folder, "--whiten", 1, "--weights", "uniform", source="s.bin")
    (folder / "vocab.txt").write_text("word0 5\n")
    (folder / "few.txt").write_text("word1\nword2\n")
    options = ["--words", "few.txt", "--vocab", "vocab.txt", "--whiten", 1, "-q"]
    result = w2v("refine", "s.bin", "o.bin", *options, cwd=folder)
    assert result.returncode == 1
    assert "the words that are taken have no count above 0" in result.errors
