"""The compiled parser of text vectors: bit for bit as float32(str), and as the NumPy way."""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.guardpages import guarded

from w2v_cli.compiling.cache import compiled_code_cache
from w2v_cli.errors import InputError
from w2v_cli.formats import word2vec_text
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.machine.threads import in_order

with compiled_code_cache():
    from w2v_cli.formats import parse

HOSTILE = st.lists(
    st.one_of(
        st.binary(max_size=9), st.sampled_from([b" ", b"\t", b"\n", b"a 1 2", b"-.e+", b"9" * 30])
    ),
    max_size=12,
).map(b"".join)
NEVER = 1 << 60


def parsed(texts):
    """Numbers of one line: (what the line is, float32 values)."""
    data = np.frombuffer(f"word {' '.join(texts)}\n".encode(), dtype=np.uint8)
    words, kinds = np.zeros((1, 4), dtype=np.int64), np.zeros(1, dtype=np.uint8)
    values = np.full((1, len(texts)), 7, dtype=np.float32)
    parse.parse_lines(data, len(texts), words, kinds, values)
    assert words[0, :2].tolist() == [0, len(data) - 1]
    return kinds[0], values[0]


def reference(texts):
    with np.errstate(over="ignore"):
        return np.array([np.float32(text) for text in texts])


def bits(values):
    return values.view(np.uint32).tolist()


digits = st.text("0123456789", min_size=1, max_size=25)
signs = st.sampled_from(["", "-", "+"])
exponents = st.one_of(
    st.just(""),
    st.builds("{}{}{}".format, st.sampled_from("eE"), signs, st.integers(0, 60)),
    st.sampled_from(["e-300", "e+0300", "e999999999999999999999", "e-45", "e-46"]),
)
written = st.one_of(
    st.builds("{}{}.{}{}".format, signs, digits, digits, exponents),
    st.builds("{}{}{}".format, signs, digits, exponents),
    st.builds("{}.{}{}".format, signs, digits, exponents),
    st.builds("{}{}.{}".format, signs, digits, exponents),
)
floats32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
printed = st.builds(
    "{:.{}{}}".format, floats32, st.integers(5, 20), st.sampled_from(["e", "g", "f"])
)
doubles = st.floats(-1e39, 1e39).map(repr)


@st.composite
def nearly_halfway(draw):
    """The middle between two float32s, or a number just beside it; subnormal ones among them."""
    low = np.uint32(draw(st.integers(0, 0x7F7FFFFE)))
    pair = np.array([low, low + np.uint32(1)]).view(np.float32).astype(np.float64)
    middle = float(pair.mean())
    shifted = draw(st.sampled_from([0, 1, -1, 2, -2, 9, -9]))
    value = (np.array([middle]).view(np.int64) + shifted).view(np.float64)[0]
    return "{:.{}e}".format(value, draw(st.integers(8, 60)))


@settings(max_examples=500)
@given(st.lists(st.one_of(written, printed, doubles, nearly_halfway()), min_size=1, max_size=9))
@example(["0", "-0", "+0.0", "-.0e5", "0e999", "00000000000000000000000000001", "1."])
@example(["1e-45", "1.401298464324817e-45", "7.006492321624085e-46", "7.1e-46", "1.17549429e-38"])
@example(["3.4028234663852886e38", "3.4028235677973366e38", "3.4028235677973367e38", "1e39"])
@example(["18446744073709551615", "18446744073709551616", "9999999999999999999", "1e-99"])
def test_numbers_are_read_to_the_last_bit(texts):
    """Each by itself: one that is left to NumPy must not hide another that is wrong."""
    for text in texts:
        kind, values = parsed([text])
        if kind == parse.READ:
            assert bits(values) == bits(reference([text])), text
        else:
            assert kind == parse.ODD


@settings(max_examples=50)
@given(st.lists(st.floats(2.0**-126, 2.0**120, width=32), min_size=1, max_size=50))
def test_what_programs_write_is_read_by_the_compiled_loop(values):
    """Otherwise the test before would hold for a loop that reads nothing."""
    texts = [f"{value:{form}}" for value in values for form in (".9g", ".6f")]
    texts += [str(np.float32(value)) for value in values]
    kind, found = parsed(texts)
    assert kind == parse.READ
    assert bits(found) == bits(reference(texts))


def test_numbers_that_nobody_can_be_sure_of_are_left_to_numpy():
    for text in ("16777217", "1.000000059604644775390625", "7.006492321624085e-46"):
        assert parsed([text])[0] == parse.ODD


@pytest.mark.parametrize(
    "text",
    ["", "x", "1x", "1e", "1e+", "--1", "1.2.3", ".", "-", "+.e1", "nan", "inf", "0x7", "1,5"],
)
def test_what_is_no_plain_number_is_left_to_numpy(text):
    assert parsed(["1", text])[0] == parse.ODD
    assert parsed([text, "1"])[0] == parse.ODD


def outcome(path):
    """Everything that reading a file gives: words, bits and notes, or the message."""
    try:
        found = read(path)
    except InputError as error:
        return str(error)
    vectors = found.embeddings.vectors
    return found.embeddings.words, vectors.view(np.uint32).tolist(), found.notes


def both_ways(path, read_size):
    """What the NumPy way and the compiled way give for one file."""
    with pytest.MonkeyPatch.context() as patch:
        # Which of two faults is told depends on where blocks end.
        patch.setattr(word2vec_text, "READ_SIZE", read_size)
        patch.setattr("w2v_cli.formats.containers.HEAD_SIZE", 64)
        patch.setattr(word2vec_text, "COMPILED_FROM", NEVER)
        slow = outcome(path)
        patch.setattr(word2vec_text, "COMPILED_FROM", 0)
        return slow, outcome(path)


fields = st.one_of(
    written,
    st.sampled_from(["a", "b", "new york", "\u6771", "\u00a0", "1", "-", "\v", "x\fy", "\r", "\0"]),
)
blanks = st.sampled_from([" "] * 12 + ["  ", "\t", " \t", "\t ", "\r", "\v"])
ends = st.sampled_from(["\n"] * 8 + [" \n", "\r\n", "\n\n", "\t\n", "\n \n", "\v\n", "\n\v\n"])
pieces = st.builds(
    lambda word, numbers, end: word + "".join(numbers) + end,
    fields,
    st.lists(st.builds("{}{}".format, blanks, written), min_size=1, max_size=4),
    ends,
)
rows_of_three = st.builds(
    lambda word, numbers, end: " ".join([word, *numbers]) + end,
    fields,
    st.lists(written, min_size=3, max_size=3),
    ends,
)


@settings(max_examples=100)
@given(
    st.lists(st.one_of(rows_of_three, rows_of_three, rows_of_three, pieces), max_size=12),
    st.sampled_from(["", "3 3\n", "5 3\n"]),
    st.integers(1, 200),
)
def test_both_ways_give_the_same_words_bits_notes_and_messages(
    tmp_path_factory, rows, header, read_size
):
    path = tmp_path_factory.getbasetemp() / "both.txt"
    path.write_bytes((header + "the 1 2 3\nof 4 5 6\n" + "".join(rows)).encode())
    slow, fast = both_ways(path, read_size)
    assert slow == fast


@pytest.mark.parametrize(
    "line",
    ["w50 1 x 3", "w50 1 2", "w50 1 2 nan", "w50 1 2 1e39", "\v", "\f", "\r\v ", " \v"],
)
def test_messages_name_the_line_in_later_blocks_too(tmp_path, line):
    rows = [f"w{row} 1 2 3" for row in range(100)]
    rows[50] = line
    rows.insert(20, "")
    (tmp_path / "v").write_text("100 3\n" + "\n".join(rows) + "\n")
    slow, fast = both_ways(tmp_path / "v", 100)
    assert slow == fast
    assert "line 53" in fast or "row 51" in fast


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("a\t 1 2", "a"), ("a \t1 2", "a"), ("a\t1  2", "a"), ("a\t1\t2", "a"), ("a\t1 2 ", "a"),
        ("a b\t 1 2", "a b"), ("a\tb 1 2", "a\tb"), ("\t 1 2", "\t"), ("a  1  2", "a"),
    ],
)  # fmt: skip
def test_tabs_and_spaces(tmp_path, line, word):
    (tmp_path / "v").write_text(f"x 3 4\n{line}\ny 5 6\n")
    slow, fast = both_ways(tmp_path / "v", 100)
    assert slow == fast
    embeddings = read_embeddings(tmp_path / "v")
    assert embeddings.words == ["x", word, "y"]
    assert embeddings.vectors.tolist() == [[3, 4], [1, 2], [5, 6]]


def test_a_large_file_is_read_the_compiled_way_in_any_wrapping_and_threads(tmp_path, monkeypatch):
    vectors = np.random.default_rng(1).standard_normal((3000, 20)).astype(np.float32)
    lines = [f"w{i} {' '.join(map(str, row))}" for i, row in enumerate(vectors)]
    data = ("\n".join(lines) + "\n").encode()
    (tmp_path / "plain").write_bytes(data)
    (tmp_path / "packed").write_bytes(gzip.compress(data, 1))
    monkeypatch.setattr(word2vec_text, "COMPILED_FROM", len(data) // 2)
    monkeypatch.setattr(word2vec_text, "READ_SIZE", 1 << 15)
    monkeypatch.setattr("w2v_cli.formats.containers.HEAD_SIZE", 1 << 12)
    calls = []
    real = word2vec_text._read_compiled
    monkeypatch.setattr(
        word2vec_text, "_read_compiled", lambda *args: calls.append(1) or real(*args)
    )
    for name, threads in [("plain", 1), ("plain", 5), ("packed", 1), ("packed", 5)]:
        monkeypatch.setattr(word2vec_text, "available_cpus", lambda threads=threads: threads)
        embeddings = read_embeddings(tmp_path / name)
        assert embeddings.words == [f"w{i}" for i in range(3000)]
        assert np.array_equal(embeddings.vectors, vectors)
    assert len(calls) == 4


PEAK = """
import sys
from w2v_cli.formats import word2vec_text
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.machine.system import peak_memory_bytes
word2vec_text.COMPILED_FROM = int(sys.argv[3])
read_embeddings(sys.argv[1])
before = peak_memory_bytes()
embeddings = read_embeddings(sys.argv[2])
float(embeddings.vectors.max())
print(peak_memory_bytes() - before, embeddings.vectors.nbytes)
"""


@pytest.mark.parametrize("kind", ["text", "glove", "glove.gz", "binary", "binary.gz", "w2v"])
def test_the_matrix_is_in_memory_once(tmp_path, kind):
    """Room for words and a few blocks, but not for another matrix, nor most of one."""
    n_rows, dim = 50_000, 300
    for name, rows in (("small", 2), ("large", n_rows)):
        (tmp_path / name).write_bytes(file_of(kind, rows, dim))
    result = subprocess.run(
        [sys.executable, "-c", PEAK, tmp_path / "small", tmp_path / "large", "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    risen, matrix = map(int, result.stdout.split())
    assert matrix == 4 * n_rows * dim
    assert risen < 1.8 * matrix


def file_of(kind, n_rows, dim):
    """A file of equal vectors."""
    if kind == "w2v":
        vectors = np.broadcast_to(np.float32(0.5), (n_rows, dim))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "v.w2v")
            write_embeddings(path, [f"w{row}" for row in range(n_rows)], vectors, "w2v")
            return path.read_bytes()
    binary = kind.startswith("binary")
    row = np.full(dim, 0.5, dtype="<f4").tobytes() if binary else b" ".join([b"0.5"] * dim)
    data = b"" if kind.startswith("glove") else b"%d %d\n" % (n_rows, dim)
    data += b"".join(b"w%d %b\n" % (number, row) for number in range(n_rows))
    return gzip.compress(data, 1) if kind.endswith(".gz") else data


def test_calls_in_order_stop_at_the_first_error():
    done = []

    def call(number):
        if number == 5:
            raise InputError("five")
        done.append(number)
        return number

    found = []
    with pytest.raises(InputError, match="five"):
        found.extend(in_order(call, range(1000), 2))
    assert found == [] or found == [0, 1, 2, 3, 4][: len(found)]
    assert len(done) < 20
    assert list(in_order(str, range(9), 2)) == list(map(str, range(9)))
    assert list(in_order(str, [], 2)) == []


@settings(max_examples=200)
@given(HOSTILE, st.integers(1, 3))
def test_the_parser_stays_within_the_block(text, dim):
    """Whatever the bytes are: the process is killed if one beyond the last newline is read."""
    data = guarded(np.frombuffer(text + b"\n", dtype=np.uint8))
    n_lines = parse.count_lines(data)
    words, kinds = np.empty((n_lines, 4), dtype=np.int64), np.empty(n_lines, dtype=np.uint8)
    values = guarded(np.empty((n_lines, dim), dtype=np.float32))
    parse.parse_lines(data, dim, words, kinds, values)
    assert words[-1, 1] == len(data) - 1
