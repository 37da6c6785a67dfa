"""Files of vectors: against gensim both ways, round trips, and every kind of damage."""

import bz2
import gzip
import lzma
import os
import threading
import tracemalloc

import numpy as np
import pytest
import zstandard
from gensim.models import KeyedVectors
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from w2v_cli.errors import ConfigError, InputError, OutputError
from w2v_cli.formats.detect import CONTROL
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.registry import format_for
from w2v_cli.formats.wordrules import BLANKS
from w2v_cli.formats.writing import write_embeddings

WORD2VEC = ("text", "binary")
WORDS = ["the", "of", "naïve", "東京", "don't", "</s>", "\u00a0x", "\U0001f600"]
VECTORS = np.random.default_rng(0).standard_normal((len(WORDS), 6)).astype(np.float32)
TINY = np.array([[1.5, -2.25, 0.1], [3e-5, 7e8, -0.0]], dtype=np.float32)

words_of_files = st.text(
    st.characters(exclude_characters=BLANKS.characters, exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
)
digits = st.text("0123456789", min_size=1, max_size=20)
numbers_as_text = st.builds(
    "{}{}.{}{}".format,
    st.sampled_from(["", "-", "+"]),
    digits,
    digits,
    st.one_of(st.just(""), st.integers(-50, 38).map("e{}".format), st.just("E+2")),
)
WORD2VEC = ["text", "binary"]
finite_floats = st.floats(width=32, allow_nan=False, allow_infinity=False)


def read_bytes(folder, data, name="vectors"):
    path = folder / name
    path.write_bytes(data)
    return read_embeddings(path)


def notes_of(folder, data):
    """What is noted of a file."""
    (folder / "vectors").write_bytes(data)
    return read(folder / "vectors").notes


def message_of(folder, data):
    """The message of the error that a file must raise; it names the file, in one line."""
    with pytest.raises(InputError) as caught:
        read_bytes(folder, data)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{folder / 'vectors'}: ")
    return message.removeprefix(f"{folder / 'vectors'}: ")


def written(folder, words, vectors, format):
    path = folder / f"written.{format}"
    write_embeddings(path, words, vectors, format)
    return path.read_bytes()


def assert_same(embeddings, words, vectors):
    assert embeddings.words == list(words)
    assert embeddings.vectors.dtype == np.float32
    # As bits: -0.0 must not come back as 0.0.
    assert np.array_equal(embeddings.vectors.view(np.uint32), vectors.view(np.uint32))


@pytest.mark.parametrize("format", WORD2VEC)
def test_gensim_reads_what_we_write(tmp_path, format):
    write_embeddings(tmp_path / "v", WORDS, VECTORS, format)
    keyed = KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=format == "binary")
    assert keyed.index_to_key == WORDS
    assert np.array_equal(keyed.vectors, VECTORS)


@pytest.mark.parametrize("format", WORD2VEC)
def test_we_read_what_gensim_writes(tmp_path, format):
    keyed = KeyedVectors(VECTORS.shape[1])
    keyed.add_vectors(WORDS, VECTORS)
    keyed.save_word2vec_format(str(tmp_path / "v"), binary=format == "binary")
    found = read(tmp_path / "v")
    assert_same(found.embeddings, WORDS, VECTORS)
    assert found.notes == []


def test_the_bytes_are_those_of_the_format(tmp_path):
    vectors = np.array([[1, -0.5], [0.1, 1e-7]], dtype=np.float32)
    assert written(tmp_path, ["é", "b"], vectors, "text") == (
        b"2 2\n\xc3\xa9 1 -0.5\nb 0.100000001 1.00000001e-07\n"
    )
    row = vectors.astype("<f4")
    assert written(tmp_path, ["é", "b"], vectors, "binary") == (
        b"2 2\n\xc3\xa9 " + row[0].tobytes() + b"\nb " + row[1].tobytes() + b"\n"
    )


@pytest.mark.parametrize("format", WORD2VEC)
@settings(max_examples=100, deadline=None)
@given(
    words=st.lists(words_of_files, min_size=1, max_size=6, unique=True),
    dim=st.integers(2, 5),
    data=st.data(),
)
@example(words=["\x85", "\u2028", "\x1c", "\ufeff", "nan"], dim=2, data=None)
@example(words=["5", "1.5", "-", "\x00"], dim=2, data=None)
def test_any_words_and_numbers_come_back(tmp_path_factory, format, words, dim, data):
    # Control characters beside numbers beyond measure are a damaged row of a binary file.
    assume(format == "text" or not any(map(CONTROL.search, [word.encode() for word in words])))
    row = st.lists(finite_floats, min_size=dim, max_size=dim)
    rows = [data.draw(row) for _ in words] if data else np.full((len(words), dim), -1.7e-41)
    vectors = np.array(rows, dtype=np.float32)
    folder = tmp_path_factory.mktemp("round")
    assert_same(read_bytes(folder, written(folder, words, vectors, format)), words, vectors)


def test_binary_rows_whose_bytes_are_printable(tmp_path):
    vectors = np.frombuffer(b"abcdEFGH, .;", dtype="<f4").reshape(1, 3)
    assert_same(read_bytes(tmp_path, written(tmp_path, ["5"], vectors, "binary")), ["5"], vectors)


def test_few_odd_numbers_are_no_other_type(tmp_path):
    vectors = np.array([[1, 2, 6.2177065e16], [131073, 4910683, 0.5]], dtype=np.float32)
    words = ["0", "00"]
    assert_same(read_bytes(tmp_path, written(tmp_path, words, vectors, "binary")), words, vectors)


@pytest.mark.parametrize("format", WORD2VEC)
def test_a_view_of_a_padded_matrix_and_many_blocks(tmp_path, format):
    padded = np.random.default_rng(3).standard_normal((2500, 128)).astype(np.float32)
    words = [f"w{row}" for row in range(2500)]
    data = written(tmp_path, words, padded[:, :100], format)
    assert_same(read_bytes(tmp_path, data), words, np.ascontiguousarray(padded[:, :100]))


@settings(max_examples=200, deadline=None)
@given(st.lists(numbers_as_text, min_size=2, max_size=8))
def test_numbers_are_read_as_float32_of_their_text(tmp_path_factory, texts):
    with np.errstate(over="ignore"):
        values = np.array([np.float32(text) for text in texts])
    assume(np.isfinite(values).all())
    data = f"1 {len(texts)}\nword {' '.join(texts)}\n".encode()
    assert_same(read_bytes(tmp_path_factory.mktemp("exact"), data), ["word"], values[None])


TEXT = b"2 3\nab 1.5 -2.25 0.1\nc 3e-05 7e8 -0\n"
ROWS = TEXT.split(b"\n", 1)[1]
BINARY = b"2 3\nab " + TINY[0].tobytes() + b"\nc " + TINY[1].tobytes() + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.replace(b"\n", b" \n"),
        TEXT.replace(b"\n", b"\r\n"),
        TEXT.replace(b" ", b"\t"),
        TEXT.replace(b" ", b"  "),
        TEXT + b"\n\n",
        b"\xef\xbb\xbf" + TEXT,
        ROWS,
        b"\xef\xbb\xbf" + ROWS,
        BINARY,
        b"2 3\nab " + TINY[0].tobytes() + b"c " + TINY[1].tobytes(),
        b"2 3\r\n" + BINARY[4:],
    ],
)
def test_variants_of_the_formats_hold_the_same(tmp_path, data):
    assert_same(read_bytes(tmp_path, data), ["ab", "c"], TINY)
    assert notes_of(tmp_path, data) == []


@pytest.mark.parametrize("data", [TEXT, ROWS, BINARY], ids=["text", "glove", "binary"])
@pytest.mark.parametrize(
    "compress", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress]
)
def test_compressed_files(tmp_path, data, compress):
    assert_same(read_bytes(tmp_path, compress(data)), ["ab", "c"], TINY)


@pytest.mark.parametrize("data", [TEXT, BINARY], ids=["text", "binary"])
def test_a_pipe_that_gives_one_byte_at_a_time(tmp_path, data):
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def feed():
        with open(path, "wb", buffering=0) as pipe:
            for byte in data:
                pipe.write(bytes([byte]))

    thread = threading.Thread(target=feed)
    thread.start()
    assert_same(read_embeddings(path), ["ab", "c"], TINY)
    thread.join()


def test_words_with_spaces_are_split_from_the_right(tmp_path):
    rows = b". . . 1 2 3\nat a@b.c 4 5 6\nx 7 8 9\n7 up 1 1 1\n"
    words = [". . .", "at a@b.c", "x", "7 up"]
    assert read_bytes(tmp_path, rows + b"y 1 2 3\nz 3 4 5\n").words == [*words, "y", "z"]
    assert read_bytes(tmp_path, b"4 3\n" + rows).words == words
    assert read_bytes(tmp_path, b"1 3\nnew york 1 2 3\n").words == ["new york"]


def test_no_break_spaces_belong_to_words(tmp_path):
    data = "2 2\na\u00a0b 1 2\n\u00a0 3 4\n".encode()
    assert read_bytes(tmp_path, data).words == ["a\u00a0b", "\u00a0"]


@pytest.mark.parametrize("format", WORD2VEC)
def test_the_first_of_repeated_words_stays(tmp_path, format):
    vectors = np.arange(8, dtype=np.float32).reshape(4, 2)
    data = written(tmp_path, ["a", "b", "a", "c"], vectors, format)
    assert_same(read_bytes(tmp_path, data), ["a", "b", "c"], vectors[[0, 1, 3]])
    [note] = notes_of(tmp_path, data)
    assert "word was there before: 1 ('a')" in note


@pytest.mark.parametrize("data", [TEXT, BINARY], ids=["text", "binary"])
def test_bytes_that_are_not_utf8_are_replaced_and_told(tmp_path, data):
    data = data.replace(b"ab", b"\xffb")
    assert_same(read_bytes(tmp_path, data), ["\ufffdb", "c"], TINY)
    [note] = notes_of(tmp_path, data)
    assert "not UTF-8: 1 of 2;" in note


def test_a_binary_file_cut_short_in_a_row_is_an_error(tmp_path):
    whole_rows = BINARY.index(b"\nc ")
    for end in range(len(BINARY) - 1):
        if end not in (whole_rows, whole_rows + 1):
            message_of(tmp_path, BINARY[:end])


def test_a_text_file_cut_short_in_a_row_is_an_error(tmp_path):
    for end in range(TEXT.rindex(b" ")):
        if end != TEXT.index(b"c "):
            message_of(tmp_path, TEXT[:end])


@pytest.mark.parametrize("data", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("n_rows", [1, 3, 10**12, 10**17])
def test_a_header_with_a_wrong_number_of_rows_is_told(tmp_path, data, n_rows):
    data = data.replace(b"2 3", b"%d 3" % n_rows, 1)
    assert_same(read_bytes(tmp_path, data), ["ab", "c"], TINY)
    [note] = notes_of(tmp_path, data)
    assert f"line 1 says {n_rows} vectors, but 2 are there" in note


@pytest.mark.parametrize("end", [BINARY.index(b"\nc "), BINARY.index(b"c ")])
def test_a_binary_file_that_ends_with_a_row_too_early_is_told(tmp_path, end):
    assert_same(read_bytes(tmp_path, BINARY[:end]), ["ab"], TINY[:1])
    [note] = notes_of(tmp_path, BINARY[:end])
    assert "2 vectors, but 1 are there (the file may be cut short)" in note


@pytest.mark.parametrize("dim", [2, 4, 300])
def test_a_header_with_a_wrong_number_of_columns_is_told(tmp_path, dim):
    data = b"3 %d\n" % dim + ROWS + b"d 1 2 3\n"
    embeddings = read_bytes(tmp_path, data)
    assert_same(embeddings, ["ab", "c", "d"], np.vstack([TINY, [[1, 2, 3]]]).astype(np.float32))
    [note] = notes_of(tmp_path, data)
    assert f"line 1 says {dim} numbers a row, but 3 follow each word" in note


@pytest.mark.parametrize("dim", [1, 5, 19, 21, 40])
@pytest.mark.parametrize("newline", [b"\n", b""])
def test_a_binary_header_with_a_wrong_number_of_columns_is_an_error(tmp_path, dim, newline):
    rows = np.random.default_rng(6).standard_normal((50, 20)).astype("<f4")
    data = b"".join(b"w%d " % at + row.tobytes() + newline for at, row in enumerate(rows))
    assert len(read_bytes(tmp_path, b"50 20\n" + data)) == 50
    message_of(tmp_path, b"50 %d\n" % dim + data)


def test_glove_text_that_could_not_be_read_back_is_not_written(tmp_path):
    for words, dim, expected in [(["a"], 1, "at least 2 numbers"), (["\ufeffa"], 2, "byte-order")]:
        with pytest.raises(OutputError, match=expected):
            write_embeddings(tmp_path / "v", words, np.ones((1, dim), np.float32), "glove")
    assert os.listdir(tmp_path) == []


def test_words_with_numbers_in_them_are_no_reason_to_doubt_the_header(tmp_path):
    """All rows end in three numbers, but the words may be "windows 95" and "windows 98"."""
    rows = b"windows 95 1 2\nwindows 98 3 4\nwindows 10 5 6\n"
    assert "says 2 numbers a row, but 3 follow" in message_of(tmp_path, b"3 2\n" + rows)


def test_a_text_file_that_may_be_cut_in_its_last_number_is_noted(tmp_path):
    [note] = notes_of(tmp_path, TEXT[:-1])
    assert "the last line has no newline" in note


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"hello\n", "is not a file of word vectors"),
        (b"the quick brown fox\njumps over the lazy dog\n", "is not a file of word vectors"),
        (b"the 1061396\nof 593677\n", "is not a file of word vectors"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 9, "is a program (ELF), which cannot be"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG image, which cannot be read here"),
        (b"2 2\n", "is cut short in row 1 of 2"),
        (b"2 2\n\n\n", "is cut short in row 1 of 2"),
        (b"0 5\n", "line 1: says 0 vectors of 5 numbers"),
        (b"5 0\na\n", "line 1: says 5 vectors of 0 numbers"),
        (b"5 99999999999\na 1 2\n", "line 1: says 5 vectors of 99999999999 numbers"),
        (TEXT.replace(b"2 3", b"2 4", 1), "line 2: a word and 4 numbers are needed, and 4 colu"),
        (TEXT.replace(b"2 3", b"2 2", 1), "line 1: says 2 numbers a row, but 3 follow each word"),
        (BINARY.replace(b"2 3", b"3 3", 1) + b"d 123", "is cut short in row 3 of 3"),
        (BINARY + b"d 123", "goes on after the 2 vectors"),
        (BINARY + b"\0\0 123456789012", "goes on after the 2 vectors"),
        (TEXT.replace(b"1.5", b"1,5"), "line 2: '1,5' is not a number"),
        (TEXT.replace(b"7e8", b"0x7"), "line 3: '0x7' is not a number"),
        (TEXT.replace(b"7e8", b"1_0"), "line 3: '1_0' is not a number"),
        (TEXT.replace(b"3e-05", b"3-5"), "line 3: '3-5' is not a number"),
        (TEXT.replace(b"7e8 ", b""), "line 3: a word and 3 numbers are needed, and 3 columns"),
        (TEXT.replace(b"7e8", b"NaN"), "row 2 (word 'c') holds NaN"),
        (TEXT.replace(b"7e8", b"-inf"), "row 2 (word 'c') holds NaN, infinity"),
        (TEXT.replace(b"7e8", b"7e39"), "row 2 (word 'c') holds NaN, infinity or a number too"),
        (BINARY[:-5] + np.float32(np.nan).tobytes() + b"\n", "row 2 (word 'c') holds NaN"),
        (ROWS + ROWS.replace(b" 0.1", b""), "line 3: a word and 3 numbers are needed"),
        (ROWS.replace(b"7e8", b"x"), "line 2: 'x' is not a number"),
    ],
)
def test_damaged_files_are_named_with_the_place(tmp_path, data, expected):
    assert expected in message_of(tmp_path, data)


@pytest.mark.parametrize("n_rows", [10**12, 10**17])
@pytest.mark.parametrize("data", [TEXT, BINARY], ids=["text", "binary"])
def test_an_absurd_header_takes_no_memory(tmp_path, data, n_rows):
    tracemalloc.start()
    read_bytes(tmp_path, data.replace(b"2 3", b"%d 3" % n_rows, 1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6


def test_binary_data_without_any_word_ends_early(tmp_path):
    assert "no word in row 1" in message_of(tmp_path, b"9 9\n" + b"\x00" * 2_000_000)


def test_missing_files_and_folders_are_input_errors(tmp_path):
    with pytest.raises(InputError, match="nowhere: cannot be opened"):
        read_embeddings(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is a folder without a file of vectors"):
        read_embeddings(tmp_path)


@pytest.mark.parametrize("format", WORD2VEC)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_not_written(tmp_path, format, bad):
    path = tmp_path / "v"
    path.write_text("before")
    vectors = np.ones((5000, 3), dtype=np.float32)
    vectors[4500, 1] = bad
    words = [f"w{row}" for row in range(5000)]
    with pytest.raises(OutputError, match=r"v: not written: the vector of 'w4500' holds NaN"):
        write_embeddings(path, words, vectors, format)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["v"]


@pytest.mark.parametrize("format", WORD2VEC)
@pytest.mark.parametrize("word", ["", "a b", "a\nb", "0\t", "\r", "\ud800"])
def test_words_that_would_break_the_format_are_not_written(tmp_path, format, word):
    with pytest.raises(OutputError, match="cannot be written"):
        write_embeddings(tmp_path / "v", ["a", word], np.ones((2, 2), np.float32), format)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "override", "expected"),
    [
        ("v.txt", None, "text"),
        ("v.vec", None, "text"),
        ("v.BIN", None, "binary"),
        ("-", None, "text"),
        ("folder.d/v", None, "text"),
        ("/dev/stdout", None, "text"),
        ("v.txt", "binary", "binary"),
        ("v.model", "text", "text"),
        ("v.txt.gz", None, "text"),
        ("folder.d/v.bin.ZST", None, "binary"),
        ("v.gz", "glove", "glove"),
    ],
)
def test_format_for(path, override, expected):
    assert format_for(path, override) == expected


@pytest.mark.parametrize(
    ("path", "override"), [(name, None) for name in ("v.gz", "v.foo.gz")] + [("v.txt", "csv")]
)
def test_a_name_that_tells_no_format_asks_for_one(path, override):
    with pytest.raises(ConfigError, match=r"format(:| must be) text( or|,) binary"):
        format_for(path, override)
