"""What Stanford's GloVe writes: all parameters in text and in numbers of 64 bits, and ``<unk>``."""

import json
import os
import struct

import numpy as np
import pytest
from conftest import fails_with
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli import load
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.formats.glove_parameters import Parameters

V, DIM = 12, 6
WORDS = [f"w{row}" for row in range(V)]
DRAW = np.random.default_rng(5)
W, C = (np.round(DRAW.uniform(-0.5, 0.5, (V, DIM)), 6) for _ in range(2))
BIASES = np.round(DRAW.uniform(0.5, 2, (2, V, 1)), 6)
"""Numbers that six digits hold, so that text and numbers of 64 bits are the same."""
SQUARES = 1 + DRAW.exponential(0.01, (V, 2 * DIM + 2))
TAKEN = {"sum": W + C, "word": W, "context": C, "both": np.hstack([W, C])}


def lines_of(matrix, words=WORDS):
    """Rows as glove.c prints them."""
    rows = zip(words, matrix.tolist(), strict=True)
    return "".join(f"{word}{''.join(f' {x:.6f}' for x in row)}\n" for word, row in rows)


def with_unknown(matrix):
    return np.vstack([matrix, matrix.mean(axis=0)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that glove.c writes with all of its options."""
    folder = tmp_path_factory.mktemp("glove")
    rows = np.hstack([W, BIASES[0], C, BIASES[1]])
    words = [*WORDS, "<unk>"]
    (folder / "all.txt").write_text(lines_of(with_unknown(rows), words))
    header = f"{V} {DIM}\n"
    (folder / "header.txt").write_text(header + lines_of(with_unknown(rows), words))
    (folder / "sums.txt").write_text(lines_of(with_unknown(W + C), words))
    (folder / "headed-sums.txt").write_text(header + lines_of(with_unknown(W + C), words))
    doubles = np.vstack([np.hstack([W, BIASES[0]]), np.hstack([C, BIASES[1]])])
    (folder / "all.bin").write_bytes(doubles.astype("<f8").tobytes())
    (folder / "squares.txt").write_text(lines_of(SQUARES))
    (folder / "squares.bin").write_bytes(SQUARES.astype("<f8").tobytes())
    (folder / "vocab.txt").write_text(
        "".join(f"{word} {100 - row}\n" for row, word in enumerate(WORDS))
    )
    return folder


@pytest.mark.parametrize("taken", TAKEN)
def test_parameters_in_text_are_taken_as_told(folder, taken):
    for name in ("all.txt", "header.txt"):
        found = load(folder / name, glove_parameters=taken)
        assert found.words == [*WORDS, "<unk>"]
        np.testing.assert_allclose(found.matrix[:-1], TAKEN[taken], atol=1e-6)
        np.testing.assert_allclose(found.matrix[-1], TAKEN[taken].mean(axis=0), atol=2e-6)


@pytest.mark.parametrize("taken", TAKEN)
def test_numbers_of_64_bits_get_their_words_from_a_vocabulary(folder, taken):
    found = load(folder / "all.bin", vocab=folder / "vocab.txt", glove_parameters=taken)
    assert found.words == WORDS
    assert found.counts.tolist() == list(range(100, 100 - V, -1))
    np.testing.assert_array_equal(found.matrix, TAKEN[taken].astype(np.float32))


def test_sums_are_what_numbers_of_64_bits_are_read_as(folder):
    counts = dict(zip(WORDS, range(V, 0, -1), strict=True))
    found = load(folder / "all.bin", vocab=counts, limit=3)
    np.testing.assert_array_equal(found.matrix, (W + C)[:3].astype(np.float32))
    assert found.counts.tolist() == [V, V - 1, V - 2]


def test_a_header_that_does_not_count_the_unknown_word_is_no_fault(folder, w2v):
    found = json.loads(w2v("info", folder / "headed-sums.txt", "--json").text)
    assert found["rows"] == V + 1 and found["notes"] == []
    assert found["unknown_word"] == {"row": V, "mean_of": V}


def test_a_row_that_is_no_mean_is_told_as_one_of_its_own(tmp_path, w2v):
    (tmp_path / "v.txt").write_text("the 1.5 2.5\n<unk> 0.5 0.25\nof 0.5 0.75\n")
    found = json.loads(w2v("info", tmp_path / "v.txt", "--json").text)
    assert found["unknown_word"] == {"row": 1, "mean_of": None}
    assert "<unk>             row 2\n" in w2v("info", tmp_path / "v.txt").text


def test_info_reads_numbers_of_64_bits_too(folder, w2v):
    result = w2v("info", folder / "all.bin", "--vocab", folder / "vocab.txt", "--json")
    found = json.loads(result.text)
    assert (found["format"], found["rows"], found["dim"]) == ("glove-parameters", V, DIM)
    assert found["unknown_word"] is None


@pytest.mark.parametrize("dim", [25, 50, 100, 200, 300])
def test_rows_that_may_be_parameters_are_told(tmp_path, dim):
    (tmp_path / "v.txt").write_text(lines_of(DRAW.uniform(-1, 1, (3, 2 * dim + 2)), "abc"))
    with pytest.warns(UserWarning, match=rf"{2 * dim + 2} numbers.*vectors of length {dim};"):
        assert load(tmp_path / "v.txt").dim == 2 * dim + 2


@pytest.mark.parametrize("name", ["squares.txt", "squares.bin"])
@pytest.mark.parametrize("options", [[], ["--vocab", "vocab.txt"]])
def test_sums_of_squares_are_no_vectors(folder, w2v, name, options):
    options = [folder / each if each.endswith("txt") else each for each in options]
    fails_with(w2v("info", folder / name, *options), 1, "holds sums of squared gradients, as glove")


def test_numbers_above_one_are_vectors_unless_written_as_glove_writes(tmp_path):
    rows = "".join(f"w{row} 1.25 {row + 1}.5 2.0 1.125\n" for row in range(5))
    (tmp_path / "v.txt").write_text(rows)
    assert load(tmp_path / "v.txt").dim == 4


@pytest.mark.parametrize(
    ("name", "options", "pattern"),
    [
        ("all.bin", {}, "numbers of 64 bits without words.*convert it with"),
        ("all.bin", {"vocab": {"a": 3, "b": 1, "c": 1, "d": 1, "e": 1}}, "1,344 bytes.*of 80"),
        ("all.bin", {"glove_parameters": "word"}, "numbers of 64 bits without words"),
        ("headed-sums.txt", {"glove_parameters": "sum"}, "line 1 says 6 numbers.* are 14 behind"),
        ("odd.txt", {"glove_parameters": "sum"}, "3 numbers follow each word.* leave out"),
        ("v.w2v", {"glove_parameters": "both"}, "is the format w2v, and has not all parameters"),
    ],
)
def test_what_has_no_parameters_is_refused(folder, name, options, pattern):
    (folder / "odd.txt").write_text("a 0.5 0.25 0.125\nb 0.25 0.5 0.75\n")
    load(folder / "sums.txt").save(folder / "v.w2v")
    with pytest.raises(InputError, match=pattern):
        load(folder / name, **options)


def test_python_refuses_another_part(folder):
    with pytest.raises(ConfigError, match="glove_parameters"):
        load(folder / "all.txt", glove_parameters="bias")


def test_numbers_come_through_pipes_and_compressed(folder, w2v, tmp_path):
    plain = w2v("convert", folder / "all.bin", "-", "--vocab", folder / "vocab.txt", "-q")
    assert plain.text.startswith(f"{V} {DIM}\nw0 ")
    piped = w2v(
        "convert", "-", "-", "--vocab", folder / "vocab.txt", "-q",
        stdin=(folder / "all.bin").read_bytes(),
    )  # fmt: skip
    assert piped.text == plain.text
    import gzip

    (tmp_path / "all.bin.gz").write_bytes(gzip.compress((folder / "all.bin").read_bytes()))
    packed = w2v("convert", tmp_path / "all.bin.gz", "-", "--vocab", folder / "vocab.txt", "-q")
    assert packed.text == plain.text


def test_a_number_that_is_none_is_named(folder, w2v, tmp_path):
    data = bytearray((folder / "all.bin").read_bytes())
    at = 8 * (70 // (DIM + 1) * (DIM + 1))
    data[at : at + 8] = struct.pack("<d", np.nan)
    (tmp_path / "nan.bin").write_bytes(data)
    result = w2v("convert", tmp_path / "nan.bin", "-", "--vocab", folder / "vocab.txt")
    fails_with(result, 1, r"row 11 \(word 'w10'\) holds NaN")


def rows_of(path):
    lines = path.read_text().splitlines()
    return {line.split()[0]: np.array(line.split()[1:], float) for line in lines}


def test_the_unknown_word_is_dropped_or_made_anew(folder, w2v, tmp_path):
    out = tmp_path / "v.glove"
    assert w2v("convert", folder / "sums.txt", out, "--unk", "drop", "-q").returncode == 0
    assert list(rows_of(out)) == WORDS
    assert w2v("convert", out, tmp_path / "again.glove", "--unk", "mean", "-q").returncode == 0
    rows = rows_of(tmp_path / "again.glove")
    assert list(rows) == [*WORDS, "<unk>"]
    np.testing.assert_allclose(rows["<unk>"], (W + C).mean(axis=0), atol=1e-6)
    # One that is there is made anew, of the rows that are taken.
    options = ["--unk", "mean", "--limit", 4, "--normalize", "-q"]
    assert w2v("convert", folder / "sums.txt", out, *options).returncode == 0
    rows = rows_of(out)
    assert list(rows) == [*WORDS[:4], "<unk>"]
    units = (W + C)[:4] / np.linalg.norm((W + C)[:4], axis=1, keepdims=True)
    mean = units.mean(axis=0)
    np.testing.assert_allclose(rows["<unk>"], mean / np.linalg.norm(mean), atol=1e-6)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_limit_counts_rows_without_the_unknown_word(tmp_path, w2v, limit):
    (tmp_path / "v.txt").write_text("</s> 0 0\na 1.5 2.5\n<unk> 0.5 0.25\nb 0.5 0.75\nc 1 1.5\n")
    options = ["--unk", "drop", "--limit", limit, "--format", "glove", "-q"]
    result = w2v("convert", tmp_path / "v.txt", tmp_path / "o", *options)
    assert result.returncode == 0, result.errors
    assert list(rows_of(tmp_path / "o")) == ["a", "b", "c"][:limit]


def test_nothing_but_the_unknown_word_is_an_error(tmp_path, w2v):
    (tmp_path / "v.txt").write_text("<unk> 0.5 0.25\n")
    result = w2v("convert", tmp_path / "v.txt", "-", "--unk", "drop")
    fails_with(result, 1, "<unk> is the only word, and it is left out; --unk keep keeps it")


def test_more_than_a_hundred_rows_have_the_mean_of_the_last_hundred(tmp_path, w2v):
    matrix = DRAW.uniform(-1, 1, (150, 3))
    words = [f"w{row}" for row in range(150)]
    (tmp_path / "v.txt").write_text(lines_of(matrix, words))
    options = ["--unk", "mean", "--keep-context", "-q"]
    fails = w2v("convert", tmp_path / "v.txt", tmp_path / "o.w2v", *options)
    fails_with(fails, 2, "--keep-context needs the output matrix")
    assert w2v("convert", tmp_path / "v.txt", tmp_path / "o.w2v", *options[:2]).returncode == 0
    found = load(tmp_path / "o.w2v")
    np.testing.assert_allclose(found["<unk>"], matrix[-100:].mean(axis=0), atol=1e-6)
    assert found.words == [*words, "<unk>"]


def test_n_grams_make_vectors_of_unknown_words_already(tmp_path, w2v):
    text = "the cat sat on the mat\n" * 20
    (tmp_path / "t.txt").write_text(text)
    options = ["--min-n", 2, "--max-n", 3, "-d", 4, "-e", 1, "--min-count", 1, "--buckets", 50]
    trained = w2v("train", tmp_path / "t.txt", "-o", tmp_path / "v.w2v", "-q", *options)
    assert trained.returncode == 0, trained.errors
    result = w2v("convert", tmp_path / "v.w2v", tmp_path / "o.w2v", "--unk", "mean")
    fails_with(result, 2, "--unk mean: n-grams go along")
    assert not os.path.exists(tmp_path / "o.w2v")
    assert w2v("convert", tmp_path / "v.w2v", tmp_path / "o.txt", "--unk", "mean").returncode == 0


@given(st.integers(1, 9), st.integers(0, 5))
def test_rows_and_matrices_give_the_same(dim, n_rows):
    rows = np.arange(n_rows * 2 * (dim + 1), dtype=np.float64).reshape(n_rows, 2 * dim + 2)
    for taken, n_taken in (("sum", dim), ("word", dim), ("context", dim), ("both", 2 * dim)):
        parameters = Parameters(dim, taken)
        found = parameters.of_rows(rows)
        assert found.shape == (n_rows, n_taken) == (n_rows, parameters.n_taken)
        np.testing.assert_array_equal(
            found, parameters.take(rows[:, : dim + 1], rows[:, dim + 1 :])
        )
