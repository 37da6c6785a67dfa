"""A name that ends in .gz, .bz2, .xz or .zst is compressed, or refused: by every way to write."""

import bz2
import gzip
import lzma
import os

import numpy as np
import pytest
import zstandard
from conftest import fails_with

from w2v_cli import Vectors, load
from w2v_cli.errors import ConfigError
from w2v_cli.formats.reading import read
from w2v_cli.formats.registry import check_target, format_named
from w2v_cli.formats.writing import write_embeddings

WORDS = [f"word{row}" for row in range(500)]
VECTORS = np.random.default_rng(4).standard_normal((500, 8)).astype(np.float32)
FACTS = {"command": "train", "options": {"dim": 8}}
UNPACK = {
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
NAMES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
STREAMS = {"text": ".txt", "binary": ".bin", "glove": ".glove"}
OTHERS = {"w2v": ".w2v", "npy": ".npy", "safetensors": ".safetensors", "tsv": ".tsv"}


@pytest.mark.parametrize("packed", UNPACK)
@pytest.mark.parametrize("format", STREAMS)
def test_what_is_written_is_the_plain_file_compressed(tmp_path, format, packed):
    plain, path = tmp_path / "plain", tmp_path / f"v{STREAMS[format]}{packed}"
    write_embeddings(plain, WORDS, VECTORS, format)
    write_embeddings(path, WORDS, VECTORS, format, provenance=FACTS, beside=True)
    assert UNPACK[packed](path.read_bytes()) == plain.read_bytes()
    assert path.stat().st_size < plain.stat().st_size
    found = read(path)
    assert (found.embeddings.words, found.compression) == (WORDS, NAMES[packed])
    assert np.array_equal(found.embeddings.vectors, VECTORS)
    # The checksum beside it is that of the file as it lies there.
    assert (found.record, found.notes) == (FACTS, [])


@pytest.mark.parametrize("packed", UNPACK)
def test_the_same_vectors_give_the_same_bytes(tmp_path, packed):
    for name in ("a", "b"):
        write_embeddings(tmp_path / f"{name}.bin{packed}", WORDS, VECTORS, "binary")
    first, second = sorted(tmp_path.iterdir())
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("packed", UNPACK)
def test_a_disk_that_takes_no_more_is_an_error_and_leaves_nothing(w2v, tmp_path, packed):
    write_embeddings(tmp_path / "v.bin", WORDS, VECTORS, "binary")
    size = (tmp_path / "v.bin").stat().st_size // 2
    result = w2v("convert", "v.bin", f"out.txt{packed}", cwd=tmp_path, limits={"FSIZE": size})
    fails_with(result, 1, rf"out\.txt\{packed}: cannot be written: File too large")
    assert os.listdir(tmp_path) == ["v.bin"]


@pytest.mark.parametrize("format", OTHERS)
def test_formats_of_a_file_of_their_own_are_refused(tmp_path, format):
    path = str(tmp_path / f"v{OTHERS[format]}")
    expected = f"is not written compressed; name it {path}, or give a format: text or binary"
    with pytest.raises(ConfigError) as caught:
        check_target(format_named(format), f"{path}.gz")
    assert expected in str(caught.value)
    with pytest.raises(ConfigError):
        write_embeddings(f"{path}.gz", WORDS, VECTORS, format)
    assert os.listdir(tmp_path) == []


def test_every_command_that_writes_vectors(w2v, tmp_path):
    (tmp_path / "text").write_text("a b a c a b\n" * 50)
    args = ["-d", 4, "-e", 1, "-j", 1, "--min-count", 1, "-q", "--save-context", "c.bin.xz"]
    result = w2v("train", "text", "-o", "v.txt.gz", *args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert (tmp_path / "v.txt.gz").read_bytes().startswith(b"\x1f\x8b")
    assert (tmp_path / "c.bin.xz").read_bytes().startswith(b"\xfd7zXZ")
    assert read(tmp_path / "v.txt.gz").record["command"] == "train"
    result = w2v("convert", "v.txt.gz", "v.zst", "--format", "binary", "-q", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert read(tmp_path / "v.zst").format.name == "binary"
    compat = ["compat-word2vec", "-train", "text", "-output", "w.bz2", "-size", 4, "-threads", 1]
    result = w2v(*compat, "-iter", 1, "-min-count", 1, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert (tmp_path / "w.bz2").read_bytes().startswith(b"BZh")
    load(tmp_path / "v.zst").save(tmp_path / "again.vec.gz")
    assert read(tmp_path / "again.vec.gz").embeddings.words == ["a", "b", "c"]
    for command in (["train", "text"], ["convert", "v.txt.gz"]):
        options = ["-o"] if command[0] == "train" else []
        result = w2v(*command, *options, "v.w2v.gz", cwd=tmp_path)
        fails_with(result, 2, r"v\.w2v\.gz: the format w2v is not written compressed; name it")
        assert not (tmp_path / "v.w2v.gz").exists()


def test_vectors_are_not_saved_under_a_name_that_would_lie(tmp_path):
    vectors = Vectors.from_arrays(WORDS, VECTORS)
    with pytest.raises(ConfigError, match="is not written compressed"):
        vectors.save(tmp_path / "v.npy.gz")
    assert os.listdir(tmp_path) == []


def test_estimates_know_of_compression():
    text, binary = format_named("text"), format_named("binary")
    assert text.bytes_at("v.txt") == 9
    assert binary.bytes_at("v.bin") == 4
    assert text.bytes_at("v.txt.gz") == binary.bytes_at("v.bin.GZ") == 3
    assert text.seconds_at("v.txt") < text.seconds_at("v.txt.gz") < text.seconds_at("v.txt.xz")
