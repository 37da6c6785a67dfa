"""Files made to do harm: more memory than they are worth, code to be run, numbers beyond all."""

import bz2
import gzip
import lzma
import struct
import tracemalloc
from contextlib import suppress

import pytest
import zstandard

from w2v_cli.errors import InputError
from w2v_cli.formats import read_embeddings
from w2v_cli.inputs import open_input
from w2v_cli.npyheader import npy_header
from w2v_cli.wordfiles import read_word_list

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
    with open_input(bomb, is_kept=False) as stream:
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
    from w2v_cli.formats import fasttext_model as model

    settings = model.SETTINGS.pack(4, 5, 5, 1, 5, 1, 2, 2, 0, 2, 4, 100, 1e-4)
    sizes = model.SIZES.pack(1, 1, 0, 9, -1)
    start = model.MAGIC + struct.pack("<i", 12) + settings + sizes + b"a\0" + model.ENTRY.pack(1, 0)
    path = tmp_path / "v.bin"
    path.write_bytes(compress(start + b"\0" + model.SHAPE.pack(n_rows, dim)))
    refused(path, "is damaged: a matrix of")
    pruned = model.SIZES.pack(1, 1, 0, 9, 2**60)
    path.write_bytes(compress(start.replace(sizes, pruned) + bytes(50)))
    refused(path, "is cut short")
    far = settings.replace(struct.pack("<iii", 2, 4, 100), struct.pack("<iii", 2, 60000, 100))
    path.write_bytes(compress(start.replace(settings, far)))
    refused(path, "max_n is 60000")
