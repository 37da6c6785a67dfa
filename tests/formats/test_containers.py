"""Vectors in ZIP archives and in folders of models: what is taken, and what is told."""

import gzip
import io
import json
import os
import struct
import zipfile

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli.errors import InputError
from w2v_cli.formats import zipped
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["king", "new york", "naïve"]
VECTORS = np.array([[1, 0.25, 3], [-1, 0.5, 2e-5], [7, 8, 9]], dtype=np.float32)
TEXT = "3 3\nking 1 0.25 3\nnew york -1 0.5 2e-05\nnaïve 7 8 9\n".encode()
README = b"These vectors were trained on the news.\nSee the paper.\n"


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def bytes_in(tmp_path, format, words=WORDS):
    path = tmp_path / f"plain.{format}"
    write_embeddings(path, [word.replace(" ", "_") for word in words], VECTORS, format)
    return path.read_bytes()


def message_of(path):
    with pytest.raises(InputError) as caught:
        read_embeddings(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def assert_read(path, words=WORDS):
    found = read_embeddings(path)
    assert [word.replace("_", " ") for word in found.words] == words
    assert np.array_equal(found.vectors, VECTORS)


@pytest.mark.parametrize("method", ["STORED", "DEFLATED", "BZIP2", "LZMA"])
def test_the_only_file_of_an_archive_is_read(tmp_path, method):
    path = packed(tmp_path / "wiki.vec.zip", {"wiki.vec": TEXT}, getattr(zipfile, f"ZIP_{method}"))
    assert_read(path)
    assert read(path).compression == "zip"
    assert read(path, limit=2).embeddings.words == WORDS[:2]


@pytest.mark.parametrize("format", ["text", "binary", "glove", "w2v"])
def test_files_of_any_kind_compressed_or_not(tmp_path, format):
    data = bytes_in(tmp_path, format)
    assert_read(packed(tmp_path / "a.zip", {"folder/": b"", "folder/v": data}))
    assert_read(packed(tmp_path / "b.zip", {"v.gz": gzip.compress(data)}, zipfile.ZIP_STORED))


def test_what_is_no_vectors_does_not_matter(tmp_path):
    members = {"README": README, "meta.json": b"{}", "__MACOSX/._v.txt": TEXT, ".hidden": TEXT}
    assert_read(packed(tmp_path / "20.zip", {**members, "model.txt": TEXT}))


def test_of_several_one_must_be_named(tmp_path):
    other = b"a 1 2\nb 3 4\n"
    path = packed(tmp_path / "glove.zip", {"g/50.txt": other, "g/100.txt": TEXT, "README": README})
    message = message_of(path)
    assert "2 files of vectors ('g/50.txt', 'g/100.txt')" in message
    assert f"{path}:g/50.txt" in message
    assert_read(f"{path}:g/100.txt")
    assert_read(f"{path}:100.txt")
    assert read_embeddings(f"{path}:g/50.txt").words == ["a", "b"]
    assert "has no file '300.txt' in it, but 'g/50.txt', 'g/100.txt'" in message_of(
        f"{path}:300.txt"
    )
    assert "README" in message_of(f"{path}:README")


def test_a_name_with_a_colon_is_a_name(tmp_path):
    (tmp_path / "a:b.txt").write_bytes(TEXT)
    assert_read(tmp_path / "a:b.txt")
    assert "cannot be opened" in message_of(tmp_path / "no:thing.txt")
    path = packed(tmp_path / "a:b.zip", {"x:y.txt": TEXT, "z.txt": TEXT})
    assert_read(f"{path}:x:y.txt")


def test_archives_from_a_pipe_or_compressed(tmp_path, w2v):
    path = packed(tmp_path / "v.zip", {"v.txt": TEXT, "README": README})
    result = w2v("convert", "-", "-", "-q", stdin=path.read_bytes())
    assert result.text.encode() == TEXT.replace(b"new york", b"new_york").replace(
        b"2e-05", b"1.99999995e-05"
    )
    (tmp_path / "v.zip.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert_read(tmp_path / "v.zip.gz")


def test_archives_without_vectors_say_what_they_hold(tmp_path):
    path = packed(tmp_path / "a.zip", {"README": README, "b.json": b"{}"})
    assert "without a file of vectors that can be read here; it holds 'README', 'b.json'" in (
        message_of(path)
    )
    assert "it holds nothing" in message_of(packed(tmp_path / "b.zip", {"folder/": b""}))
    np.savez(tmp_path / "c.npz", words=np.array(WORDS), vectors=VECTORS)
    message = message_of(tmp_path / "c.npz")
    assert "is a NumPy archive of arrays ('words.npy', 'vectors.npy')" in message
    file = io.BytesIO()
    np.save(file, VECTORS)
    members = {"v.npy": file.getvalue(), "v.words.txt": b"a\nb\nc\n"}
    assert "unpack the archive" in message_of(packed(tmp_path / "d.zip", members))


OTHERS = {
    "an Excel table (.xlsx)": {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"},
}


@pytest.mark.parametrize(("what", "members"), OTHERS.items(), ids=OTHERS)
def test_archives_of_other_programs_are_named(tmp_path, what, members):
    path = packed(tmp_path / "v", members)
    assert f"is {what}, which cannot be read here" in message_of(path)


def test_a_pointer_to_a_large_file_is_named(tmp_path):
    path = tmp_path / "v.bin"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n")
    assert message_of(path).endswith("get the file itself, as git lfs pull does")


def patched(path, offset_from_entry, value, layout="<H"):
    """Change a field in the directory of an archive and in the header of its only member."""
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\1\2", offset_from_entry), (b"PK\3\4", offset_from_entry - 2)):
        struct.pack_into(layout, data, data.index(magic) + offset, value)
    path.write_bytes(data)
    return path


def test_encryption_and_methods_that_python_does_not_read(tmp_path):
    path = patched(packed(tmp_path / "a.zip", {"v.txt": TEXT}), 8, 1)
    assert "'v.txt' in it is encrypted; unpack the archive first" in message_of(path)
    path = patched(packed(tmp_path / "b.zip", {"v.txt": TEXT}), 10, 9)
    assert "compressed with Deflate64, which Python does not read" in message_of(path)


def test_damage_anywhere_is_told(tmp_path):
    path = packed(tmp_path / "v.zip", {"v.txt": TEXT * 50}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    for end in range(0, len(data), 7):
        path.write_bytes(data[:end])
        message_of(path)
    place = data.index(b"king")
    path.write_bytes(data[:place] + b"kong" + data[place + 4 :])
    assert "'v.txt' in it is damaged or cut short (Bad CRC-32" in message_of(path)


def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "FREE_BYTES", 1 << 20)
    path = packed(tmp_path / "bomb.zip", {"v.txt": b"2 2\n" + b"a 1 2\n" * (1 << 20)})
    assert 250 * os.path.getsize(path) < 6 << 20
    assert "more than 200 times as large" in message_of(path)


def folder_of(tmp_path, **files):
    folder = tmp_path / "model"
    folder.mkdir()
    for name, content in files.items():
        place = folder / name.replace("__", "/").replace("DOT", ".")
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)
    return folder


def test_the_only_file_of_vectors_in_a_folder(tmp_path):
    folder = folder_of(tmp_path, README=README, vDOTtxt=TEXT, vDOTtxtDOTw2vDOTjson=b"{}")
    assert_read(folder)
    (folder / "w.txt").write_bytes(TEXT)
    assert "folder with 2 files of vectors ('v.txt', 'w.txt'); name one of them" in (
        message_of(folder)
    )


def test_a_folder_without_vectors(tmp_path):
    message = message_of(folder_of(tmp_path, README=README))
    assert "without a file of vectors that can be read here; it holds 'README'" in message


def tokenizer():
    vocabulary = {word: row for row, word in enumerate(WORDS)}
    return json.dumps({"model": {"vocab": vocabulary}}).encode()


@pytest.mark.parametrize("inside", ["", "0_StaticEmbedding__"])
def test_folders_of_static_models(tmp_path, inside):
    library = pytest.importorskip("safetensors.numpy")
    tensors = library.save({"embedding.weight": VECTORS})
    names = {"model.safetensors": tensors, "tokenizer.json": tokenizer()}
    files = {inside + name.replace(".", "DOT"): data for name, data in names.items()}
    folder = folder_of(tmp_path, **files, modulesDOTjson=b"[]", READMEDOTmd=README)
    assert_read(folder)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["vocab__vectors", "vocab__key2row"], "is a spaCy pipeline"),
        (["vectors", "key2row"], "is a folder of spaCy vectors"),
        (["vectors", "key2row", "freqsDOTjson", "cfg"], "is a folder of sense2vec"),
        (["metadata__part-00000", "data__part-0DOTparquet"], "is a model of Spark"),
    ],
)
def test_folders_of_other_programs_are_named_with_a_remedy(tmp_path, files, message):
    found = message_of(folder_of(tmp_path, **dict.fromkeys(files, b"x")))
    assert message in found and "which cannot be read here; in " in found


def test_an_archive_is_no_output_of_its_own_conversion(tmp_path, w2v):
    path = packed(tmp_path / "v.zip", {"v.txt": TEXT})
    before = path.read_bytes()
    result = w2v("convert", f"{path}:v.txt", path, "--format", "text")
    fails_with(result, 2, "is both the input and an output")
    assert path.read_bytes() == before


def test_all_commands_take_a_member(tmp_path, w2v):
    other = "king 1 2\nnaïve 3 4\n".encode()
    packed(tmp_path / "two.zip", {"v.txt": TEXT, "other.txt": other})
    (tmp_path / "pairs.txt").write_text("king naïve 3\nnaïve king 3\n", encoding="utf-8")
    (tmp_path / "questions.txt").write_text(": x\nking naïve king naïve\n", encoding="utf-8")
    for arguments in (
        ["neighbors", "two.zip:v.txt", "king"],
        ["vectors", "two.zip:v.txt", "king"],
        ["evaluate-similarity", "two.zip:v.txt", "pairs.txt"],
        ["evaluate-similarity", "two.zip:v.txt", "two.zip:other.txt", "pairs.txt"],
        ["evaluate-analogies", "two.zip:v.txt", "questions.txt"],
        ["plot", "two.zip:v.txt", "king", "naïve", "--tsv", "--method", "pca"],
        ["explore", "two.zip:v.txt", "-o", "map.html", "-q"],
        ["info", "two.zip:v.txt"],
        ["convert", "two.zip:v.txt", "v.bin", "-q"],
    ):
        result = w2v(*arguments, cwd=tmp_path)
        assert result.returncode == 0, (arguments, result.errors)
