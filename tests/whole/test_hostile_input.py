"""Files made to do harm: more memory than they are worth, code to be run, numbers beyond all."""

import bz2
import gzip
import io
import lzma
import os
import struct
import subprocess
import sys
import tracemalloc
from contextlib import suppress

import click
import numpy as np
import pytest
import zstandard
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.commands.train import train
from w2v_cli.corpus.countfiles import read_word_list
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.files.inputs import open_input
from w2v_cli.files.npyheader import npy_header, read_header
from w2v_cli.formats.reading import read, read_embeddings

BOMB = 128 << 20
MUCH = 100 << 20
COMPRESS = {
    "gzip": lambda data: gzip.compress(data, 1),
    "bzip2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=0),
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.fixture(scope="module", params=list(COMPRESS))
def bomb(request, tmp_path_factory):
    """A small file that becomes a large one, without a newline in it."""
    path = tmp_path_factory.mktemp("bomb") / request.param
    path.write_bytes(COMPRESS[request.param](b"a" * BOMB))
    return path


@pytest.fixture
def peak():
    """A function that tells the memory taken at most since the test began, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_a_stream_is_read_without_being_held(bomb, peak):
    with open_input(bomb, keep_in_memory=False) as stream:
        assert sum(map(len, iter(lambda: stream.read(1 << 20), b""))) == BOMB
    assert peak() < MUCH


def test_what_would_be_kept_in_memory_is_refused(bomb, peak):
    with pytest.raises(InputError):
        read_embeddings(bomb)
    with pytest.raises(InputError, match="more than 200 times as large"):
        read_word_list(bomb)
    assert peak() < 2.5 * (64 << 20) + MUCH


def test_xz_with_a_dictionary_beyond_measure(tmp_path):
    path = tmp_path / "t.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    path.write_bytes(lzma.compress(b"a b c\n", filters=filters))
    with pytest.raises(InputError, match="Memory usage limit"), open_input(path) as stream:
        stream.read()
    path.write_bytes(lzma.compress(b"a b c\n", preset=9) + bytes(8) + lzma.compress(b"d\n"))
    with open_input(path) as stream:
        assert stream.read() == b"a b c\nd\n"
    path.write_bytes(lzma.compress(b"a b c\n") + b"no xz")
    with pytest.raises(InputError, match="is damaged"), open_input(path) as stream:
        stream.read()


def refused(path, pattern):
    """The message with which vectors are refused; nothing of their promised size was allocated."""
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=pattern):
            read_embeddings(path)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


HUGE = [(10**12, 4), (4, 10**12), (2**62, 4), (2**40, 2**40)]
compressed_or_not = pytest.mark.parametrize("compress", [bytes, gzip.compress])


@compressed_or_not
@pytest.mark.parametrize("shape", HUGE)
def test_headers_of_npy_that_promise_too_much(tmp_path, shape, compress):
    path = tmp_path / "v.npy"
    path.write_bytes(compress(npy_header(shape, "<f4") + bytes(64)))
    (tmp_path / "v.words.txt").write_text("a\nb\nc\nd\n")
    refused(path, "is cut short|do not belong together|no array of plain numbers|is not that")


@compressed_or_not
@pytest.mark.parametrize("shape", [*HUGE, (-1, 4), (4, -4)])
def test_headers_of_text_and_binary_that_promise_too_much(tmp_path, shape, compress):
    for name, row in (("v.txt", b"a 1 2 3 4\n"), ("v.bin", b"a " + bytes(range(16)) + b"\n")):
        path = tmp_path / name
        path.write_bytes(compress(b"%d %d\n" % shape + row))
        tracemalloc.start()
        with suppress(InputError):
            # The number of rows is only a promise; the only row there is may be read.
            assert read_embeddings(path).vectors.size <= 8
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
        tracemalloc.stop()


@compressed_or_not
@pytest.mark.parametrize(
    ("n_rows", "dim"), [(10**12, 4), (-1, 4), (1, 10**12), (1, -4), (2**62, 4)]
)
def test_headers_of_fasttext_that_promise_too_much(tmp_path, n_rows, dim, compress):
    from w2v_cli.formats import fasttext_header as model

    settings = struct.pack("<12id", 4, 5, 5, 1, 5, 1, 2, 2, 0, 2, 0, 100, 1e-4)
    sizes = model.SIZES.pack(1, 1, 0, 9, -1)
    start = model.MAGIC + struct.pack("<i", 12) + settings + sizes + b"a\0" + model.ENTRY.pack(1, 0)
    path = tmp_path / "v.bin"
    path.write_bytes(compress(start + b"\0" + model.SHAPE.pack(n_rows, dim)))
    refused(path, "is damaged: a matrix of")
    pruned = model.SIZES.pack(1, 1, 0, 9, 2**60)
    path.write_bytes(compress(start.replace(sizes, pruned) + bytes(50)))
    refused(path, "is cut short")
    far = settings.replace(struct.pack("<iii", 2, 0, 100), struct.pack("<iii", 2, 60000, 100))
    path.write_bytes(compress(start.replace(settings, far)))
    refused(path, "max_n is 60000")


NPY_TEXTS = [
    b"__import__('os').system('touch owned')",
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), ",
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, -2), }",
    b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }",
    b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2), }",
    b"{'descr': '<f3', 'fortran_order': False, 'shape': (2, 2), }",
    b"{'descr': (2, 2), 'fortran_order': False, 'shape': (2, 2), }",
    b"{'descr': '<f4', 'fortran_order': (2,), 'shape': True, }",
    b"{'descr': '<f4', 'shape': (2, 2), }",
    b"{'descr': '<f4', 'fortran_order': False, 'shape': (1,,2), }",
    b"(" * 5000,
]


@pytest.mark.parametrize("text", NPY_TEXTS)
def test_headers_of_npy_that_are_none(text):
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    for size in (len(data), len(data) // 2, 7):
        with pytest.raises(ValueError):
            read_header(io.BytesIO(data[:size]).read)
    with pytest.raises(ValueError, match="too long"):
        read_header(io.BytesIO(b"\x93NUMPY\x02\x00" + b"\xff" * 9).read)


@given(
    st.sampled_from(["<f4", ">f8", "<f2", "<i8", "|u1"]),
    st.lists(st.integers(0, 9), max_size=3).map(tuple),
    st.booleans(),
    st.sampled_from([(1, 0), (2, 0), (3, 0)]),
)
def test_headers_of_npy_as_numpy_writes_and_reads_them(descr, shape, is_fortran, version):
    array = np.zeros(shape, dtype=descr, order="F" if is_fortran else "C")
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    size = file.tell() - array.nbytes
    file.seek(0)
    header = read_header(file.read)
    in_order = array.flags.f_contiguous and not array.flags.c_contiguous
    assert header == (array.dtype, in_order, shape, size)
    assert header.n_bytes == array.nbytes
    ours = np.lib.format.read_array(io.BytesIO(npy_header(shape, descr) + array.tobytes()))
    assert ours.shape == shape


@pytest.mark.parametrize("descr", ["|a3", "c3", "|O", "<f3", "p8", "<M8", "(2,)<f4"])
def test_headers_of_npy_with_other_types_are_damage(descr):
    with pytest.raises(ValueError, match=r"its (header|type)|it holds"):
        read_header(io.BytesIO(npy_header((2, 2), descr)).read)


WORDS_BESIDE = {
    "nested": ("[" * 100_000, "is not JSON"),
    "pieces": ('{"model": {"vocab": [1, 2]}}', "is not a tokenizer"),
    "unhashable piece": ('{"model": {"vocab": [[[], 1]]}}', "is not a tokenizer"),
    "added": ('{"model": {"vocab": {"a": 0}}, "added_tokens": [7]}', "is not a tokenizer"),
    "all counts": ('{"tokens": {"a": 0, "b": 1}, "counts": [1, 2]}', "counts do not give"),
    "large": ('{"tokens": {"a": 0, "b": 1}, "counts": {"0": 1e999, "1": 2}}', "counts do not"),
    "larger": ('{"tokens": {"a": 0, "b": 1}, "counts": {"0": 9223372036854775808, "1": 2}}', "cou"),
}


@pytest.mark.parametrize(("content", "message"), WORDS_BESIDE.values(), ids=WORDS_BESIDE)
def test_words_beside_that_are_damaged(tmp_path, content, message):
    np.save(tmp_path / "v.npy", np.ones((2, 2), dtype=np.float32))
    (tmp_path / "v.vocab.json").write_text(content)
    refused(tmp_path / "v.npy", message)


def test_words_beside_that_are_no_text(tmp_path):
    """JSON can hold halves of characters, which could not be written anywhere."""
    np.save(tmp_path / "v.npy", np.ones((2, 2), dtype=np.float32))
    (tmp_path / "v.vocab.json").write_text(r'["a\ud800", "b"]')
    found = read(tmp_path / "v.npy")
    assert found.embeddings.words == ["a\ufffd\ufffd\ufffd", "b"]
    assert "not UTF-8: 1" in found.notes[0]


def test_digits_without_end_take_no_time_without_end(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"a 1 2\nb " + b"4" * 900_000 + b"x 2\n")
    refused(path, "is not a number|is not a file")


def test_blank_lines_before_vectors_without_a_header(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b" \n" * 300 + b"a 1 2\nb 3 4\n")
    assert read_embeddings(path).words == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    {
        "x = " + "[" * 5000: "is not TOML",
        "epochs = " + "9" * 5000: "is not TOML",
        "epochs = [1]": "epochs: a text, a number, true or false is needed, not a list",
        "epochs = inf": "'inf' is not a valid integer",
        "epochs = 1979-05-27": "not a date or time",
        "epochs = 0x" + "f" * 5000: "not a number of so many digits",
    }.items(),
    ids=["nested", "digits", "list", "infinite", "date", "hex"],
)
def test_options_in_a_file_that_can_be_none(tmp_path, content, message):
    path = tmp_path / "run.toml"
    path.write_text(content)
    with pytest.raises((ConfigError, InputError, click.UsageError)) as raised:
        train.make_context("train", ["--config", str(path), "-o", "v.txt", "corpus.txt"])
    assert message in str(raised.value)


def test_readers_take_wrong_files_well(tmp_path):
    """A short run of `make fuzz`, without guidance: the same files every time."""
    result = subprocess.run(
        [sys.executable, "-m", "fuzz", "all", "--runs", "100"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) > 20
    assert all(
        " 100 executions" in line and line.endswith(" 0 kinds of failures") for line in lines
    )


MISDEEDS = [
    "pickle.loads(b'cos\\ngetpid\\n.')",
    "eval('1')",
    "open('x', 'w')",
    "os.remove('x')",
    "os.system('true')",
    "len(b'x' * (400 << 20))",
    "1 / 0",
]


def test_what_no_reader_may_do_is_found(tmp_path):
    code = (
        "import os, pickle\n"
        "from fuzz.__main__ import Runs\n"
        "from fuzz.targets import Target\n"
        f"for misdeed in {MISDEEDS!r}:\n"
        "    runs = Runs(Target('bad', [b'x'], lambda data: eval(f'lambda: {misdeed}'), None))\n"
        "    runs._peak = runs._guard.peak_memory()\n"
        "    runs.run(b'x')\n"
        "    assert len(runs.kinds) == 1, (misdeed, runs.kinds)\n"
        "runs = Runs(Target('good', [b'x'], lambda data: lambda: open(os.devnull).close(), None))\n"
        "runs._peak = runs._guard.peak_memory()\n"
        "runs.run(b'x')\n"
        "assert not runs.kinds, runs.kinds\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command, env=environment, cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "x").exists()
