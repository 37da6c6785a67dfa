"""The lines of a test file, whatever marks, encodings of Unicode and line ends it came with."""

import re

from ..config import UTF_8
from ..errors import InputError
from ..files.encodings import wide_encoding
from ..files.inputs import LOOKED_AT, open_input
from ..files.kinds import kind_of
from ..files.paths import display_name
from ..wording.marks import MARK, marked_encoding

MOST_BYTES = 64 << 20
"""Of a test: the largest that are published have a few million bytes."""
LINE_END = re.compile(r"\r\n?|\n")
BLANKS = " \t\n\r\f\v"
"""ASCII white space: what is between words. A no-break space belongs to a word."""


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
    head = data[:LOOKED_AT]
    encoding = marked_encoding(head) or wide_encoding(head) or UTF_8
    if encoding == UTF_8 and (kind := kind_of(head)):
        raise error(f"{name}: is no text but {kind.what}; give a text file, such as CSV")
    if encoding == UTF_8 and (place := data.find(b"\0")) >= 0:
        number = _number_of_last_line(data[:place].decode(errors="replace"))
        raise error(f"{name}:{number}: holds a NUL byte, and so is no text; name a text file")
    try:
        return data.decode(encoding).removeprefix(MARK)
    except UnicodeDecodeError as cause:
        number = _number_of_last_line(data[: cause.start].decode(encoding, errors="replace"))
        raise error(f"{name}:{number}: is not {encoding.upper()} text; convert the file") from cause


def _number_of_last_line(text):
    return len(LINE_END.findall(text)) + 1
