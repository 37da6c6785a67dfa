"""Inputs: files, folders, compression by content, and what is wrong with them."""

import bz2
import gzip
import lzma
import os
import tempfile
import threading

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.corpus import sources
from w2v_cli.errors import InputError
from w2v_cli.files.inputs import open_input

COMPRESS = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
TEXT = b"".join(b"line %d of the text\n" % number for number in range(20_000))


def read(path):
    with open_input(path) as stream:
        return stream.read()


@pytest.mark.parametrize("kind", COMPRESS)
def test_compression_is_recognised_by_content(kind, tmp_path):
    path = tmp_path / "no-extension"
    path.write_bytes(COMPRESS[kind](TEXT))
    assert read(path) == TEXT


@pytest.mark.parametrize("kind", COMPRESS)
def test_parts_put_one_behind_the_other_are_all_read(kind, tmp_path):
    """As `cat a.gz b.gz` makes them; common in log pipelines."""
    path = tmp_path / "parts"
    path.write_bytes(COMPRESS[kind](TEXT) + COMPRESS[kind](b"last part\n"))
    assert read(path) == TEXT + b"last part\n"


@pytest.mark.parametrize("kind", [kind for kind in COMPRESS if kind != "plain"])
def test_compressed_file_cut_short(kind, tmp_path):
    whole = COMPRESS[kind](TEXT)
    path = tmp_path / "short"
    for size in (len(whole) - 1, len(whole) // 2, 7):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"short: the compressed data is (cut short|damaged)"):
            read(path)


@pytest.mark.parametrize("kind", [kind for kind in COMPRESS if kind != "plain"])
def test_damaged_compressed_file(kind, tmp_path):
    data = bytearray(COMPRESS[kind](os.urandom(50_000)))
    data[6:1000] = bytes(994)
    path = tmp_path / "damaged"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"^\S*damaged: "):
        read(path)


@given(st.binary(max_size=40))
def test_plain_bytes_come_back(data):
    with tempfile.TemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        file.write(data)
        file.seek(0)
        patch.setattr("sys.stdin", file)
        if not data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
            assert read("-") == data


def test_a_pipe_that_gives_a_byte_at_a_time(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    data = gzip.compress(b"slow text\n")

    def write():
        with open(path, "wb", buffering=0) as pipe:
            for byte in data:
                pipe.write(bytes([byte]))

    writer = threading.Thread(target=write)
    writer.start()
    assert read(path) == b"slow text\n"
    writer.join()


def test_missing_file():
    with pytest.raises(InputError, match=r"^no/such\.txt: cannot be opened: No such file"):
        read("no/such.txt")


def test_folders_are_read_by_name_without_hidden_files(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/k.txt", ".hidden", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    paths = sources.expand_paths([tmp_path])
    assert [os.path.relpath(path, tmp_path) for path in paths] == ["b.txt", "a/k.txt", "a/z.txt"]


def test_paths_keep_their_order(tmp_path):
    for name in ("1", "2"):
        (tmp_path / name).write_text("x")
    given_paths = [str(tmp_path / "2"), "-", str(tmp_path / "1")]
    assert sources.expand_paths(given_paths) == given_paths


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["missing.txt"], r"missing\.txt: no such file or folder"),
        (["-", "-"], "only once"),
        (["EMPTY"], "holds no files"),
    ],
)
def test_paths_that_cannot_be_read(paths, message, tmp_path):
    paths = [str(tmp_path) if path == "EMPTY" else path for path in paths]
    with pytest.raises(InputError, match=message):
        sources.expand_paths(paths)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, zstandard.compress])
def test_what_follows_compressed_data_is_told(tmp_path, pack):
    path = tmp_path / "text"
    path.write_bytes(pack(b"a b c\n" * 999) + b"and then some text that was appended")
    with (
        pytest.raises(InputError, match=r"text: .* or something else follows it: .*cut off what"),
        open_input(path) as stream,
    ):
        stream.read()


@pytest.mark.parametrize("kind", COMPRESS)
@pytest.mark.parametrize("size", [7, 100_000, 1 << 20])
def test_blocks_are_all_that_is_left(kind, size, tmp_path):
    path = tmp_path / "text"
    path.write_bytes(COMPRESS[kind](TEXT) * (1 if kind == "plain" else 2))
    text = TEXT * (1 if kind == "plain" else 2)
    with open_input(path) as stream:
        assert stream.read(5) == text[:5]
        blocks = list(stream.blocks(size))
        assert stream.read() == b""
    assert {len(block) for block in blocks[:-1]} <= {size}
    assert 0 < len(blocks[-1]) <= size
    assert b"".join(blocks) == text[5:]
