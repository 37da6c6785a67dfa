"""``w2v score``: numbers as the formulas say, every kind of input, and what is wrong with it."""

import gzip
import json
import math

import numpy as np
import pytest
from conftest import fails_with
from support.language_model_reference import log_probabilities
from support.language_models import random_model, save_model

from w2v_cli.config import TextConfig
from w2v_cli.formats.writing import write_embeddings

WORDS = ["the", "king", "of", "france", "caf\u00e9", "0"]
TEXT = b"the king of france\n\nthe snark of the boojum\nof of\n"
LINES = [[0, 1, 2, 3], [], [0, 2, 0], [2, 2]]
N_WORDS, N_UNKNOWN = [4, 0, 5, 2], [0, 0, 2, 0]


def model_file(tmp_path, **facts):
    model = random_model(words=WORDS, n_words=len(WORDS), scale=0.7, **facts)
    path = tmp_path / "m.w2v"
    save_model(path, model)
    return path, model


def rows(result):
    assert result.returncode == 0, result.errors
    return [line.split("\t") for line in result.text.splitlines()]


@pytest.mark.parametrize("loss", ["hs", "softmax"])
@pytest.mark.parametrize("kind", ["nnlm", "rnnlm"])
def test_each_line(w2v, tmp_path, kind, loss):
    path, model = model_file(tmp_path, kind=kind, loss=loss)
    expected = [log_probabilities(model, line) for line in LINES]
    result = w2v("score", path, stdin=TEXT)
    found = rows(result)
    assert [row[:3] for row in found] == [
        [str(number), str(n_words), str(n_unknown)]
        for number, (n_words, n_unknown) in enumerate(zip(N_WORDS, N_UNKNOWN, strict=True), 1)
    ]
    for row, values in zip(found, expected, strict=True):
        assert float(row[3]) == pytest.approx(values.sum(), abs=1e-4)
        assert float(row[4]) == pytest.approx(math.exp(-values.mean()), rel=1e-4)
    everything = np.concatenate(expected)
    told = f"w2v: 4 lines, 11 words, 2 unknown; perplexity {math.exp(-everything.mean()):.2f}, "
    told += f"{-everything.mean() / math.log(2):.3f} bits a word or end of a line\n"
    assert result.errors == told


def test_each_word_and_json(w2v, tmp_path):
    path, model = model_file(tmp_path)
    known = iter(np.concatenate([log_probabilities(model, line) for line in LINES]).tolist())
    lines = [[*line.split(), "</s>"] for line in TEXT.decode().splitlines()]
    expected = [
        (str(number), str(place), word, next(known) if word in [*WORDS, "</s>"] else None)
        for number, words in enumerate(lines, 1)
        for place, word in enumerate(words, 1)
    ]
    found = rows(w2v("score", path, "--words", "--header", stdin=TEXT))
    assert found[0] == ["line", "place", "word", "log_probability"]
    for row, (*fields, value) in zip(found[1:], expected, strict=True):
        assert row[:3] == fields
        assert row[3] == "-" if value is None else abs(float(row[3]) - value) < 1e-4
    objects = [
        json.loads(line)
        for line in w2v("score", path, "--words", "--json", "-q", stdin=TEXT).text.splitlines()
    ]
    tokens = [token for each in objects for token in each["tokens"]]
    assert [token["word"] for token in tokens] == [fields[2] for fields in expected]
    assert [token["log_probability"] is None for token in tokens] == [
        fields[3] is None for fields in expected
    ]
    output = w2v("score", path, "--json", stdin=TEXT).text
    plain = [json.loads(line) for line in output.splitlines()]
    assert plain == [
        {name: value for name, value in each.items() if name != "tokens"} for each in objects
    ]
    assert list(plain[0]) == ["line", "words", "unknown", "log_probability", "perplexity"]


def test_files_pipes_and_outputs(w2v, tmp_path):
    path, _ = model_file(tmp_path)
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(TEXT[:-1]))  # no last newline
    once = w2v("score", path, stdin=TEXT).text
    numbers = [row[1:] for row in rows(w2v("score", path, stdin=TEXT))]
    both = rows(w2v("score", path, tmp_path / "a.txt", tmp_path / "b.txt.gz"))
    assert [row[1:] for row in both] == numbers * 2
    assert [row[0] for row in both] == [str(number) for number in range(1, 9)]
    result = w2v("score", path, tmp_path / "a.txt", "-o", tmp_path / "s.csv", "-q")
    assert (result.text, result.errors) == ("", "")
    assert (tmp_path / "s.csv").read_text().startswith("line,words,unknown,log_probability,perp")
    assert w2v("score", "-", tmp_path / "a.txt", stdin=path.read_bytes()).text == once
    fails_with(w2v("score", "-", "-"), 2, "standard input cannot be both")
    fails_with(w2v("score", path, tmp_path / "a.txt", "-o", tmp_path / "a.txt"), 2, "overwritten")


def test_text_becomes_words_as_in_training(w2v, tmp_path):
    text = TextConfig(lowercase=True, tokenize="words", digits="zero")
    written = "The KING, of France! CAF\u00c9 7.\n".encode()
    plain, _ = model_file(tmp_path)
    save_model(tmp_path / "w.w2v", random_model(words=WORDS, n_words=6, scale=0.7, text=text))
    as_trained = rows(w2v("score", tmp_path / "w.w2v", stdin=written))
    [row] = rows(w2v("score", plain, stdin="the king of france caf\u00e9 0\n".encode()))
    assert as_trained == [row]
    [row] = rows(w2v("score", tmp_path / "w.w2v", "--no-lowercase", stdin=written))
    assert row[1:3] == ["6", "4"]
    latin = "caf\u00e9\n".encode("latin-1")
    [row] = rows(w2v("score", plain, "--encoding", "latin-1", stdin=latin))
    assert row[2] == "0"


def test_what_is_told(w2v, tmp_path):
    path, _ = model_file(tmp_path, loss="ns")
    assert "negative sampling, which learns no probabil" in w2v("score", path, stdin=TEXT).errors
    path, _ = model_file(tmp_path, text=TextConfig(sentences=True))
    assert "each line is taken for one" in w2v("score", path, stdin=TEXT).errors
    path, _ = model_file(tmp_path)
    result = w2v("score", path, stdin=b"THE KING OF x\n")
    assert "100% of all words are unknown, most often 'THE'" in result.errors
    assert "--lowercase makes 75% of them known" in result.errors
    result = w2v("score", path, stdin=b"a b c\nthe\n")
    assert "words must be split as in the text that the model was trained on" in result.errors
    result = w2v("score", path, stdin=b"the \xff king\n")
    assert result.returncode == 0
    assert "not UTF-8" in result.errors
    assert result.text.startswith("1\t3\t1\t")
    result = w2v("score", path, stdin=b"")
    assert (result.returncode, result.text) == (0, "")
    assert result.errors == "w2v: 0 lines, 0 words, 0 unknown\n"


@pytest.mark.parametrize("kind", ["nnlm", "rnnlm"])
def test_a_huge_line_in_many_blocks(w2v, tmp_path, kind):
    path, _ = model_file(tmp_path, kind=kind)
    n = 60_000
    result = w2v("score", path, stdin=b"the king snark " * n + b"\nthe king\n")
    huge, short = rows(result)
    assert huge[:3] == ["1", str(3 * n), str(n)]
    assert short == rows(w2v("score", path, stdin=b"\nthe king\n"))[1]
    # Two words after each other for ever: the mean is that of a line of some length.
    [some] = rows(w2v("score", path, stdin=b"the king snark " * 2000))
    assert float(huge[4]) == pytest.approx(float(some[4]), rel=1e-2)


def test_unknown_words_of_lines_over_several_blocks(w2v, tmp_path):
    path, _ = model_file(tmp_path)
    lines = [["the", f"x{number}", "king", f"y{number}"] * 150 for number in range(120)]
    text = "".join(" ".join(line) + "\n" for line in lines)
    found = rows(w2v("score", path, "--words", "-q", stdin=text))
    expected = [word for line in lines for word in [*line, "</s>"]]
    assert [row[2] for row in found] == expected
    assert all((row[3] == "-") == (row[2][0] in "xy") for row in found)


def test_no_language_model(w2v, tmp_path):
    write_embeddings(tmp_path / "v.w2v", WORDS, np.ones((6, 2), np.float32), "w2v")
    write_embeddings(tmp_path / "v.bin", WORDS, np.ones((6, 2), np.float32), "binary")
    for name in ("v.w2v", "v.bin"):
        result = w2v("score", tmp_path / name, stdin=TEXT)
        fails_with(result, 1, r"v\.\w+: has no language model: w2v train --model nnlm or rnnlm mak")
    fails_with(w2v("score", tmp_path / "none.w2v", stdin=TEXT), 1, "none.w2v")
    path, _ = model_file(tmp_path)
    fails_with(w2v("score", path, tmp_path / "none.txt"), 1, "none.txt")
    fails_with(w2v("score", path, path), 1, "m.w2v")


def test_a_model_that_diverged(w2v, tmp_path):
    path, model = model_file(tmp_path)
    data = bytearray(path.read_bytes())
    # The numbers of the outputs are mapped, and nobody looked at them before.
    place = data.index(model.outputs.tobytes())
    size = model.outputs.nbytes
    data[place : place + size] = np.full(size // 4, np.nan, np.float32).tobytes()
    path.write_bytes(data)
    fails_with(w2v("score", path, stdin=TEXT), 1, "gives no probabilities: it holds NaN")
