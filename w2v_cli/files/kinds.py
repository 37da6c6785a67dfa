"""What a file is that is no text, told by its first bytes."""

import re
import struct
from typing import NamedTuple

from ..errors import field
from .compression import compression_of
from .npyheader import MAGIC as NPY_MAGIC
from .storedzip import MAGIC as ZIP_MAGIC


class Kind(NamedTuple):
    """What a file is, and what to do in order to get at text; both are parts of a message."""

    what: str
    remedy: str


UNPACK = "unpack it and give the texts"
AS_TEXT = "save it as plain text"
CLASSIFIER = "did you mean w2v classify predict?"
VECTORS = "did you mean w2v neighbors?"
DECOMPRESS = "decompress it first"
GIVE_TEXT = "give text"

FASTTEXT = b"\xba\x16\x4f\x2f"
SUPERVISED, MODEL_PLACE = struct.pack("<i", 3), 36
"""What a model of fastText is, in its header, and where that stands."""

STARTS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image", GIVE_TEXT),
    (b"\xff\xd8\xff", "a JPEG image", GIVE_TEXT),
    (b"GIF8", "a GIF image", GIVE_TEXT),
    (b"II*\0", "a TIFF image", GIVE_TEXT),
    (b"MM\0*", "a TIFF image", GIVE_TEXT),
    (b"BM", "a BMP image", GIVE_TEXT),
    (b"8BPS", "a Photoshop image", GIVE_TEXT),
    (b"\0\0\1\0", "an icon", GIVE_TEXT),
    (b"AT&TFORM", "a DjVu document", "take its text out, as djvutxt does"),
    (b"%PDF-", "a PDF document", "take its text out, as pdftotext does"),
    (b"%!PS", "a PostScript document", "take its text out, as ps2ascii does"),
    (b"{\\rtf", "an RTF document", AS_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old document of Word or Excel", AS_TEXT),
    (b"ITSF", "a CHM document", AS_TEXT),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"!<arch>\n", "an ar archive", UNPACK),
    (b"\x1f\x9d", "compressed with compress (.Z)", DECOMPRESS),
    (b"\x04\x22\x4d\x18", "compressed with lz4", DECOMPRESS),
    (b"LZIP", "compressed with lzip", DECOMPRESS),
    (b"\x89LZO\0", "compressed with lzop", DECOMPRESS),
    (b"\x5d\0\0", "compressed with lzma", DECOMPRESS),
    (b"ID3", "an MP3 recording", GIVE_TEXT),
    (b"\xff\xfb", "an MP3 recording", GIVE_TEXT),
    (b"OggS", "an Ogg recording", GIVE_TEXT),
    (b"fLaC", "a FLAC recording", GIVE_TEXT),
    (b"MThd", "a MIDI recording", GIVE_TEXT),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video", GIVE_TEXT),
    (b"FLV\1", "a Flash video", GIVE_TEXT),
    (b"\0\0\1\xba", "an MPEG video", GIVE_TEXT),
    (b"\x7fELF", "a program (ELF)", GIVE_TEXT),
    (b"MZ", "a program of Windows", GIVE_TEXT),
    (b"\xcf\xfa\xed\xfe", "a program of macOS", GIVE_TEXT),
    (b"\xca\xfe\xba\xbe", "a compiled class of Java", GIVE_TEXT),
    (b"\0asm", "a program (WebAssembly)", GIVE_TEXT),
    (b"SQLite format 3\0", "a SQLite database", "write its texts to a file, as sqlite3 does"),
    (b"PAR1", "a Parquet table", "write its column of texts to a file, as pandas does"),
    (b"ARROW1", "an Arrow table", "write its column of texts to a file, as pandas does"),
    (b"FEA1", "a Feather table", "write its column of texts to a file, as pandas does"),
    (b"\xff\xff\xff\xff\x78\0\0\0", "an Arrow stream", "write its texts to a file"),
    (b"Obj\1", "an Avro table", "write its column of texts to a file"),
    (b"ORC", "an ORC table", "write its column of texts to a file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "write its texts to a file"),
    (b"MATLAB 5.0", "a file of MATLAB", "write its texts to a file"),
    (b"RDX", "a file of R", "write its texts to a file, as writeLines does"),
    (b"GGUF", "a language model (GGUF)", GIVE_TEXT),
    (b"FiFu", "a finalfusion file", GIVE_TEXT),
    (FASTTEXT, "a model of fastText", VECTORS),
    (NPY_MAGIC, "a NumPy array", VECTORS),
    (b"wOFF", "a font", GIVE_TEXT),
    (b"OTTO", "a font", GIVE_TEXT),
    (b"\0\1\0\0\0", "a font or a database", GIVE_TEXT),
)
"""How files begin, what they are, and the remedy."""
PRINTABLE = (b"%PDF-", b"%!PS", b"{\\rtf", b"!<arch>\n", b"MATLAB 5.0", b"AT&TFORM")
"""Starts that no text has, though each character of them could stand in one. Others of such
characters must be followed by what is no text: a review may begin with "BM" or "MZ"."""
RIFF = {b"WAVE": "a WAV recording", b"AVI ": "an AVI video", b"WEBP": "a WebP image"}
TAR_PLACE, TAR = 257, b"ustar"
CPIO = re.compile(rb"07070[12][0-9A-Fa-f]{104}")
NAME_IN_ZIP = 30
"""Where the name of the first member of a ZIP archive begins."""
ZIPS = (
    (b"corpus.json", "an encoded corpus", "w2v train takes one, by its name, as its only CORPUS"),
    (
        b"counts.json",
        "a file of counts of pairs (.w2vx)",
        "w2v train --model glove or ppmi takes one, by its name and as its only CORPUS; "
        "w2v cooccur --merge adds some up",
    ),
    (b"info.json", "a file of word vectors (.w2v)", VECTORS),
    (b"state.json", "a checkpoint of training", f"give its folder as {field('resume')}"),
    (b"mimetypeapplication/epub", "an EPUB book", AS_TEXT),
    (b"mimetypeapplication/vnd.oasis", "an OpenDocument file", AS_TEXT),
    (b"META-INF/", "a JAR archive", UNPACK),
)
"""How the first member of ZIP archives begins: its name, and its content where that follows."""
OWN_ZIPS = {what for start, what, remedy in ZIPS if start.endswith(b".json") and remedy != VECTORS}
"""What archives of ours are called that hold other things than vectors."""
OFFICE = {
    b"word/": "a Word document (.docx)",
    b"xl/": "an Excel table (.xlsx)",
    b"ppt/": "a PowerPoint presentation (.pptx)",
}
RECORD = struct.Struct("<iid")
LEAST_RECORDS, MOST_WORDS, LEAST_X, MOST_X = 8, 1 << 24, 1e-7, 1e13
HEADER = re.compile(rb"\s*(\d{1,12})[ \t]+(\d{1,5})[ \t]*\r?\n")
NUMBER = re.compile(rb"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?")
FRACTION = re.compile(rb"[.,eE]")
LINES = 100
LEAST_ROWS, LEAST_DIM = 3, 3
HIGH = bytes(range(128, 256))
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\0\t\n\v\f\r\x1b") + b"\x7f"
"""Control characters that text has hardly any of: neither white space, nor those that color a
terminal or begin another alphabet."""
SHIFTED, SHIFTS = b"\x1b$)C", b"\x0e\x0f"
"""How Korean text of seven bits begins, and what goes to and fro between its alphabets."""
MOST_CONTROLS, MOST_NULS = 0.05, 0.4
"""Shares of the bytes looked at. Random bytes are control characters by a tenth; words of two
letters with a NUL between them are NULs by a third."""


def kind_of(head):
    """What a file is that begins with these bytes and is no text; None if it may be text.

    Parameters
    ----------
    head : bytes   the first bytes, decompressed, as many as `inputs.LOOKED_AT`; or all of it

    Returns
    -------
    Kind or None
    """
    return known_file(head) or _zip(head) or _model(head) or _vectors(head) or _binary(head)


def known_file(head):
    """Likewise, but only what no file of vectors begins with: images, documents, archives..."""
    return _by_start(head) or _archive(head) or _records(head)


def _by_start(head):
    if head.startswith(FASTTEXT) and head[MODEL_PLACE : MODEL_PLACE + 4] == SUPERVISED:
        return Kind("a classifier", CLASSIFIER)
    for start, what, remedy in STARTS:
        if head.startswith(start) and (start in PRINTABLE or not _is_printable(head[:512])):
            return Kind(what, remedy)
    if head.startswith(b"RIFF") and head[8:12] in RIFF:
        return Kind(RIFF[head[8:12]], GIVE_TEXT)
    if head[:1] == b"\0" and head[4:8] == b"ftyp":
        return Kind("an MP4 video or a HEIC image", GIVE_TEXT)
    return None


def _records(head):
    """Counts of pairs as Stanford's GloVe has them: two ids from 1, and a count above 0."""
    records = [*RECORD.iter_unpack(head[: len(head) // RECORD.size * RECORD.size])][:LEAST_RECORDS]
    if len(records) < LEAST_RECORDS:
        return None
    for row, column, count in records:
        if not (1 <= row < MOST_WORDS and 1 <= column < MOST_WORDS and LEAST_X < count < MOST_X):
            return None
    return Kind("records of Stanford's GloVe", "w2v cooccur --from-stanford takes them")


def _is_printable(data):
    return not data.translate(None, delete=bytes(range(32, 127)) + b"\t\n\v\f\r\x1b" + HIGH)


def _archive(head):
    if head[TAR_PLACE : TAR_PLACE + len(TAR)] == TAR or _is_old_tar(head):
        return Kind("a tar archive", UNPACK)
    if CPIO.match(head):
        return Kind("a cpio archive", UNPACK)
    if compression := compression_of(head):
        return Kind(f"compressed twice, the second time with {compression}", DECOMPRESS)
    return None


def _is_old_tar(head):
    """Whether it begins with a header of tar from before "ustar": its checksum is right."""
    if len(head) < 512 or b"\0" not in head[:100]:
        return False
    digits = head[148:156].strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        return False
    return int(digits, 8) == sum(head[:148]) + 8 * ord(" ") + sum(head[156:512])


def _zip(head):
    if not head.startswith(ZIP_MAGIC):
        return None
    first = head[NAME_IN_ZIP : NAME_IN_ZIP + 100]
    for start, what, remedy in ZIPS:
        if first.startswith(start):
            return Kind(what, remedy)
    if first.startswith((b"[Content_Types].xml", b"_rels/", b"docProps/", *OFFICE)):
        what = next((OFFICE[part] for part in OFFICE if part in head), "a document of Office")
        return Kind(what, AS_TEXT)
    name = first.split(b".npy", 1)[0]
    if len(name) < len(first) and name.isascii():
        return Kind("a NumPy archive (.npz)", GIVE_TEXT)
    if b"/data.pkl" in first:
        return Kind("a model of PyTorch", GIVE_TEXT)
    return Kind("a ZIP archive", UNPACK)


def is_pickle(head):
    """Whether it begins as pickles of Python do."""
    return head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5")


def _model(head):
    if is_pickle(head):
        if b"gensim" in head:
            return Kind(
                "a model of gensim (a pickle)", "save its vectors with save_word2vec_format"
            )
        return Kind("a pickle of Python", "write its texts to a file")
    if head[4:9] == b"\0\0\0\0{":
        return Kind("a file of tensors (safetensors)", VECTORS)
    return None


def _vectors(head):
    """Word vectors as word2vec and GloVe write them: rows of a word and as many numbers."""
    header = HEADER.match(head)
    body = head[header.end() :] if header else head
    dim = int(header[2]) if header else None
    if header and dim > 1 and _is_binary_row(body, dim):
        return Kind("a file of word vectors (word2vec's binary)", VECTORS)
    lines = body.split(b"\n", LINES)
    rows = [line.split() for line in lines[:-1] if line.strip()]
    if not rows or not _are_vectors(rows, dim):
        return None
    return Kind("a file of word vectors", VECTORS)


def _is_binary_row(body, dim):
    """Whether a word is followed by so many floats."""
    word, blank, rest = body[: 1 << 10].partition(b" ")
    return (
        bool(blank and word.strip()) and len(rest) >= 4 * dim and not _is_printable(rest[: 4 * dim])
    )


def _are_vectors(rows, dim):
    """Whether rows of fields are of vectors; without a header (no ``dim``) more is asked for."""
    n_fields = len(rows[-1])
    is_table = all(len(row) == n_fields for row in rows)
    if not is_table or n_fields < LEAST_DIM + 1 or (dim and dim != n_fields - 1):
        return False
    numbers = [field for row in rows for field in row[1:]]
    if not all(map(NUMBER.fullmatch, numbers)):
        return False
    words = [row[0] for row in rows]
    are_words = not all(map(NUMBER.fullmatch, words))
    fractions = sum(map(bool, map(FRACTION.search, numbers)))
    if dim:
        return are_words or 2 * fractions > len(numbers)
    is_distinct = len(set(words)) == len(words) >= LEAST_ROWS
    has_signs = any(number.startswith(b"-") for number in numbers)
    return are_words and is_distinct and has_signs and 2 * fractions > len(numbers)


def _binary(head):
    if not head:
        return None
    if SHIFTED in head:
        head = head.translate(None, delete=SHIFTS)
    n_controls = len(head) - len(head.translate(None, delete=CONTROLS))
    n_nuls = head.count(b"\0")
    share = (n_controls + n_nuls) / len(head)
    if n_controls <= MOST_CONTROLS * len(head) and n_nuls <= MOST_NULS * len(head):
        return None
    return Kind(f"binary: {100 * share:.0f} % of its first bytes are control characters", GIVE_TEXT)
