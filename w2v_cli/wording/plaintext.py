"""Text from files made fit for a line: on a terminal, or as a field of a row."""

_ENDS = str.maketrans("\t\n\r", "   ")


def printable(text):
    """Text that cannot steer a terminal, whatever a file holds."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def one_field(text):
    """Text without the characters that end a field or a row of tab-separated values."""
    return text.translate(_ENDS)


def shown(value, longest=60):
    """Any value in one short line of a message, however large it is: its beginning, quoted.

    Examples
    --------
    >>> shown("the cat sat\\n" * 1000, 12)
    "'the cat sat\\\\n'..."
    """
    if isinstance(value, (str, bytes, bytearray)):
        return repr(value[:longest]) + "..." * (len(value) > longest)
    text = " ".join(repr(_part(value, longest)).split())
    return text if len(text) <= longest else text[:longest] + "..."


def is_missing(value):
    """Whether a value (no text) is what stands in a table where there is nothing: None, NaN, NA."""
    return value is None or str(value) in ("nan", "<NA>", "NaT")


def _part(value, most):
    """The first items of a list or tuple that has many: the text of all may take long to make."""
    return value[:most] if type(value) in (list, tuple) else value
