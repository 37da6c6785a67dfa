"""The pieces in a model of SentencePiece, read without its library.

The file is a message of Protocol Buffers: fields, each with its number and kind, one behind the
other. Field 1, once for each piece, is a message too: 1 the text, 2 the score, 3 what it is.
Source: sentencepiece_model.proto of google/sentencepiece.
"""

from ...errors import InputError

PIECES, TEXT, KIND = 1, 1, 3
NORMAL, USER_DEFINED = 1, 4
VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5
LONGEST_VARINT = 70
"""Bits: beyond 64 it is none."""


class _NoMessageError(Exception):
    """The bytes are no such message."""


def read_pieces(data, path):
    """The pieces of a model.

    Parameters
    ----------
    data : bytes
    path : str    for messages

    Returns
    -------
    pieces : list of str   in the order of their ids
    others : set of int    ids of those that are no text: unknown, control, byte and unused ones

    Raises
    ------
    InputError   if it is no such model
    """
    pieces, others = [], set()
    try:
        for field, value in _fields(data):
            if field == PIECES:
                text, kind = _piece(value)
                if kind not in (NORMAL, USER_DEFINED):
                    others.add(len(pieces))
                pieces.append(text)
    except (_NoMessageError, UnicodeDecodeError):
        pieces = []
    if not pieces:
        raise InputError(
            f"{path}: is damaged, or no model of SentencePiece; give a tokenizer.json in its place"
        )
    return pieces, others


def _piece(message):
    text, kind = None, NORMAL
    for field, value in _fields(message):
        if field == TEXT and isinstance(value, bytes):
            text = value.decode()
        elif field == KIND and isinstance(value, int):
            kind = value
    if text is None:
        raise _NoMessageError
    return text, kind


def _fields(data):
    """(number, value) of each field of a message: an int, or bytes."""
    if not isinstance(data, bytes):
        raise _NoMessageError
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        kind = tag & 7
        if kind == VARINT:
            value, place = _varint(data, place)
        elif kind in (COUNTED, EIGHT_BYTES, FOUR_BYTES):
            size = {EIGHT_BYTES: 8, FOUR_BYTES: 4}.get(kind)
            if size is None:
                size, place = _varint(data, place)
            value, place = data[place : place + size], place + size
            if len(value) < size:
                raise _NoMessageError
        else:
            raise _NoMessageError
        yield tag >> 3, value


def _varint(data, place):
    """(a number of seven bits a byte, the lowest first; where the next byte is)."""
    number = shift = 0
    while shift < LONGEST_VARINT:
        if place >= len(data):
            raise _NoMessageError
        byte = data[place]
        number |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return number, place
    raise _NoMessageError
