"""Files that are no text are known by their first bytes, and text is not taken for one of them."""

import gzip
import io
import pickle
import random
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from w2v_cli.files.kinds import kind_of

NOISE = random.Random(1).randbytes(3000)
ROWS = [
    f"w{n} " + " ".join(f"{x:.3f}" for x in np.random.default_rng(n).normal(size=5))
    for n in range(9)
]


def tar_of(form=tarfile.GNU_FORMAT):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    return stream.getvalue()


def old_tar():
    """As programs from before 1988 write it, without "ustar"."""
    header = bytearray(tar_of()[:512])
    header[257:265] = bytes(8)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + bytes(1024)


def zip_of(*names, content="<x/>"):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return stream.getvalue()


def saved(function, value):
    stream = io.BytesIO()
    function(stream, value)
    return stream.getvalue()


KINDS = {
    "a tar archive": [tar_of(), tar_of(tarfile.PAX_FORMAT), old_tar()],
    "compressed twice": [gzip.compress(b"abc")],
    "a ZIP archive": [zip_of("a.txt")],
    "a Word document": [zip_of("[Content_Types].xml", "word/document.xml")],
    "an Excel table": [zip_of("[Content_Types].xml", "xl/workbook.xml")],
    "an EPUB book": [zip_of("mimetype", content="application/epub+zip")],
    "an OpenDocument": [zip_of("mimetype", content="application/vnd.oasis.opendocument.text")],
    "a NumPy archive": [saved(np.savez, np.zeros(3))],
    "a NumPy array": [saved(np.save, np.zeros((3, 3)))],
    "an encoded corpus": [zip_of("corpus.json")],
    "a checkpoint": [zip_of("state.json")],
    "a file of word vectors": [
        zip_of("info.json"),
        ("9 5\n" + "\n".join(ROWS) + "\n").encode(),
        ("\n".join(ROWS) + "\n").encode(),
        b"8 3\ncat 1 0 0\ndog 0.9 0.1 0\n1 0.5 0.5 0\n",
        b"1 10\ncat " + np.random.default_rng(1).normal(size=10).astype("f4").tobytes() + b"\n",
    ],
    "a file of tensors": [struct.pack("<Q", 64) + b'{"a":{"dtype":"F32"}}' + bytes(60)],
    "a model of fastText": [struct.pack("<ii", 793712314, 12) + NOISE],
    "a classifier": [struct.pack("<10i", 793712314, 12, 4, 5, 5, 1, 5, 1, 3, 3) + NOISE],
    "a pickle": [pickle.dumps({"a": 1}), pickle.dumps([1], protocol=2)],
    "a model of gensim": [pickle.dumps({"gensim.models.word2vec": 1})],
    "a PNG image": [b"\x89PNG\r\n\x1a\n" + NOISE],
    "a JPEG image": [b"\xff\xd8\xff\xe0" + NOISE],
    "a GIF image": [b"GIF89a" + NOISE],
    "a WebP image": [b"RIFF\x10\0\0\0WEBPVP8 " + NOISE],
    "a BMP image": [b"BM" + bytes(40) + NOISE],
    "a PDF document": [b"%PDF-1.4\n1 0 obj\n"],
    "a WAV recording": [b"RIFF\x10\0\0\0WAVEfmt " + bytes(99)],
    "an MP3 recording": [b"ID3\4\0\0" + NOISE],
    "an MP4 video": [b"\0\0\0\x20ftypisom" + NOISE],
    "a program": [b"\x7fELF\2\1\1" + bytes(99), b"MZ\x90\0\3" + bytes(99)],
    "a SQLite database": [b"SQLite format 3\0" + bytes(99)],
    "a Parquet table": [b"PAR1\x15\4" + NOISE],
    "an Arrow table": [b"ARROW1\0\0" + NOISE],
    "a 7z archive": [b"7z\xbc\xaf\x27\x1c" + NOISE],
    "a cpio archive": [b"070701" + b"0000F00D" * 13 + b"a.txt\0"],
    "a finalfusion file": [b"FiFu\0\0\0\0" + NOISE],
    "a RAR archive": [b"Rar!\x1a\x07\1\0" + NOISE],
    "an RTF document": [b"{\\rtf1\\ansi hello}"],
    "binary": [NOISE, np.arange(900, dtype="i4").tobytes(), bytes(99),
               np.random.default_rng(1).random(900).tobytes()],
}  # fmt: skip
TEXT = [
    b"", b"a", b"BM is a city, MZ another\n", b"MZ tomorrow\n", b"ID3 is a tag\n", b"RIFF raff\n",
    b"II* a text\n", b"PK is no ZIP\n", b"7z is a program\n", b"PAR1 and PAR2\n", b"ORC\n",
    b"3 4\nthe cat sat on the mat\n7 8 9\n", b"5 3\n1 2 3 4\n5 6 7 8\n9 1 2 3\n",
    b"0.5 0.25 0.125 -1.5\n" * 9, b"sensor 0.5 0.2 -0.1 0.3\n" * 9, b"the 100\ncat 50\n",
    b"2024-01-01 12:00:01 INFO started in 0.35 s\n" * 9, b"\x1b[32mINFO\x1b[0m started\n" * 9,
    b"one\0two\0three\0four\0" * 9, b"a text\0with one NUL byte\n", b"\x0cpage one\n\x0cpage two\n",
    "私は猫\n".encode(), "私は猫\n".encode("iso2022_jp") * 9, "мама\n".encode("cp1251") * 9,
    b"070701 is a number\n" * 9, b"the ftyp box\n" * 9,
    b"<html><body>film</body></html>\n", b'{"text": "a b"}\n', b"\xff\xfe\xfd a\n",
]  # fmt: skip


CASES = [(what, number) for what, all_data in KINDS.items() for number in range(len(all_data))]


@pytest.mark.parametrize(("what", "number"), CASES)
def test_what_is_no_text_is_named(what, number):
    kind = kind_of(KINDS[what][number])
    assert kind is not None
    assert kind.what.startswith(what)
    assert kind.remedy


@pytest.mark.parametrize("data", TEXT)
def test_text_is_no_other_kind(data):
    assert kind_of(data) is None
