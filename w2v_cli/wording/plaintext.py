"""Text from files made fit for a line: on a terminal, or as a field of a row."""

_ENDS = str.maketrans("\t\n\r", "   ")


def printable(text):
    """Text that cannot steer a terminal, whatever a file holds."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def one_field(text):
    """Text without the characters that end a field or a row of tab-separated values."""
    return text.translate(_ENDS)
