"""The lines of a test file, with the place of each for messages."""

from ..errors import InputError
from ..wording.marks import BYTE_ORDER_MARK


def lines_with_places(stream, name):
    """The lines of a binary stream that are not blank, stripped of ASCII white space.

    Yields
    ------
    (str, bytes)   Example: ``standard_input.txt:3``, ``b"king queen man woman"``
    """
    for number, raw in enumerate(stream, 1):
        line = (raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw).strip()
        if line:
            yield f"{name}:{number}", line


def decode(data, where, error=InputError):
    """Bytes as text; raises ``error``, naming the place, if they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as cause:
        raise error(f"{where}: is not UTF-8 text; convert the file") from cause
