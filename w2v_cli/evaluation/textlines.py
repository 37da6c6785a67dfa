"""The lines of a test file, whatever marks, encodings of Unicode and line ends it came with."""

import codecs
import re

from ..errors import InputError
from ..files.inputs import open_input
from ..files.paths import display_name

MOST_BYTES = 64 << 20
"""Of a test: the largest that are published have a few million bytes."""
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""The longer marks of UTF-32 begin like those of UTF-16, and so stand first."""
LINE_END = re.compile(r"\r\n?|\n")
BLANKS = " \t\n\r\f\v"
"""ASCII white space: what is between words. A no-break space belongs to a word."""
LOOKED_AT = 4096
ZIP = b"PK\x03\x04"


def lines_of(path, error=InputError):
    """The lines of a text file that are not blank, without white space around them.

    Text is UTF-8, or UTF-16 or UTF-32 as its mark says; UTF-16 without one is known by its zeros.

    Parameters
    ----------
    path : str or Path    plain or compressed; ``-`` is standard input
    error : type          of InputError, that is raised if it is no such text

    Returns
    -------
    list of (int, str)    number from 1, and text

    Raises
    ------
    InputError   if it cannot be read, or is far too large for a test
    """
    name = display_name(path)
    with open_input(path) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise error(
            f"{name}: has more than {MOST_BYTES >> 20} MiB, which no test has; name a file of "
            "questions or pairs"
        )
    lines = enumerate(LINE_END.split(_decoded(data, name, error)), 1)
    stripped = ((number, line.strip(BLANKS)) for number, line in lines)
    return [(number, line) for number, line in stripped if line]


def _decoded(data, name, error):
    mark = next(filter(data.startswith, MARKS), b"")
    encoding = MARKS[mark] if mark else _encoding_without_mark(data[:LOOKED_AT])
    data = data[len(mark) :]
    if data.startswith(ZIP):
        raise error(
            f"{name}: is a ZIP archive, such as a spreadsheet of Excel; unpack it, or save it as "
            "CSV"
        )
    if encoding == "utf-8" and (place := data.find(b"\0")) >= 0:
        number = _number_of_last_line(data[:place].decode(errors="replace"))
        raise error(f"{name}:{number}: holds a NUL byte, and so is no text; name a text file")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as cause:
        number = _number_of_last_line(data[: cause.start].decode(encoding, errors="replace"))
        raise error(f"{name}:{number}: is not {encoding.upper()} text; convert the file") from cause


def _encoding_without_mark(head):
    """UTF-16 if every other byte of most is zero, as in all Latin text; else UTF-8."""
    half = len(head) // 2
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if half and 2 * zeros.count(0) > half and 2 * zeros.count(0) > head.count(0):
            return encoding
    return "utf-8"


def _number_of_last_line(text):
    return len(LINE_END.findall(text)) + 1
