"""The record of how vectors were made, as a small JSON file beside those that cannot hold it.

``vectors.bin`` has it in ``vectors.bin.w2v.json``: an object with ``format``, ``format_version``,
the name of the file of vectors (``file``), its size (``bytes``) and its ``crc32``, by which it is
seen whether the one still belongs to the other, ``provenance``, and ``counts``: a list of
[count, number of words in a row that have it].
"""

import json
import os
from contextlib import suppress

import numpy as np

from ..config import READOUTS
from ..corpus.marks import LARGEST_COUNT
from ..errors import InputError, OutputError, field
from ..files.outputs import atomic_output, check_output
from ..files.paths import STDIO, is_special, reason
from ..files.storedzip import crc32

FORMAT = "w2v provenance"
FORMAT_VERSION = 1
ENDING = ".w2v.json"
LARGEST = 1 << 26
READ_BYTES = 1 << 22


class Checksum:
    """A stream to write to that sums up what goes through.

    Attributes
    ----------
    size : int    bytes written
    crc32 : int
    """

    def __init__(self, stream):
        self._stream = stream
        self.size = self.crc32 = 0

    def write(self, data):
        """Write bytes, or any buffer of them."""
        data = memoryview(data).cast("B")
        self.crc32 = crc32(data, self.crc32)
        self.size += len(data)
        return self._stream.write(data)

    def flush(self):
        """Have the stream hold nothing back."""
        self._stream.flush()


def path_beside(path):
    """Where the provenance of a file of vectors lies; None if that is no file."""
    path = str(path)
    return None if path == STDIO or is_special(path) else path + ENDING


def check_beside(path):
    """Find out before the work whether the file beside ``path`` can be written.

    Raises
    ------
    OutputError   if it cannot, or a file of that name is there that holds something else
    """
    beside = path_beside(path)
    if beside is None:
        return
    if os.path.lexists(beside) and _is_foreign(beside):
        raise OutputError(
            f"{beside}: is no file that w2v wrote, and how {path} is made would be written there; "
            f"rename it, or give {field('provenance', False)}"
        )
    check_output(beside)


def write_beside(path, checksum, provenance, counts=None):
    """Write the provenance of a file of vectors that is there, whole or not at all.

    Parameters
    ----------
    path : str             of the vectors
    checksum : Checksum    of all that was written there
    provenance : dict      of what JSON can hold
    counts : ndarray of int64, shape (n_words,), or None   how often each word was seen

    Raises
    ------
    OutputError   if it cannot be written
    """
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "file": os.path.basename(path),
        "bytes": checksum.size,
        "crc32": f"{checksum.crc32:08x}",
        "provenance": provenance,
        "counts": None if counts is None else _runs(counts),
    }
    content = {name: value for name, value in content.items() if value is not None}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    with atomic_output(path_beside(path)) as stream:
        stream.write(text.encode(errors="replace"))


def remove_beside(path):
    """Remove what tells of vectors that were at ``path`` before, if that is what it is."""
    beside = path_beside(path)
    if beside is not None and os.path.lexists(beside) and not _is_foreign(beside):
        with suppress(OSError):
            os.unlink(beside)


def read_beside(path):
    """The provenance of a file of vectors, from the file beside it.

    Returns
    -------
    provenance : dict or None   None if there is none, or it is of other vectors
    counts : object             for `expand_counts`, which is how often each word was seen
    note : str or None          why there is none although there is a file
    """
    beside = path_beside(path)
    if beside is None or not os.path.lexists(beside):
        return None, None, None
    try:
        content = _content(beside)
        if content["bytes"] != os.path.getsize(path) or content["crc32"] != _crc32(path):
            return None, None, f"{beside} is of other vectors than {path} holds now; it was ignored"
    except InputError as error:
        return None, None, f"{error.message}; it was ignored"
    except OSError as error:
        return (
            None,
            None,
            f"{beside}: cannot be compared with {path}: {reason(error)}; it was ignored",
        )
    return content["provenance"], content.get("counts"), None


def training_of(provenance, command="train"):
    """What is told of the training of vectors, whatever they were converted to since; or None.

    Of another ``command`` that trains, what is told of that.
    """
    while isinstance(provenance, dict):
        if provenance.get("command") == command and isinstance(provenance.get("options"), dict):
            return provenance
        provenance = provenance.get("source_provenance")
    return None


def settings_of(provenance):
    """How vectors were trained, whatever they were converted to since.

    Returns
    -------
    dict   options by their names in `TrainConfig`, and ``tokens``, where that is known
    """
    while isinstance(provenance, dict):
        options = provenance.get("options")
        is_training = provenance.get("command") == "train" or "program" in provenance
        if is_training and isinstance(options, dict):
            tokens = provenance.get("tokens_read", provenance.get("tokens"))
            return {**options, "tokens": tokens}
        provenance = provenance.get("source_provenance")
    return {}


def readout_told(provenance):
    """Which vectors these are: ``input`` or another of `config.READOUTS`."""
    while isinstance(provenance, dict):
        changes, options = provenance.get("changes"), provenance.get("options")
        for told in (changes, options):
            if isinstance(told, dict) and told.get("vectors") in READOUTS[1:]:
                return told["vectors"]
        provenance = provenance.get("source_provenance")
    return "input"


def ensemble_told(provenance):
    """Of how many models side by side these vectors are: int, 1 where nothing is told."""
    facts = training_of(provenance)
    told = facts["options"].get("ensemble") if facts else None
    return told if type(told) is int else 1


def _content(beside):
    """The object in a file, checked; InputError if it is none of ours."""
    try:
        if not os.path.isfile(beside) or os.path.getsize(beside) > LARGEST:
            raise InputError(f"{beside}: is not what w2v writes there; remove it, or rename it")
        with open(beside, "rb") as file:
            content = json.loads(file.read())
    except OSError as error:
        raise InputError(f"{beside}: cannot be read: {reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{beside}: is not JSON: {error}") from error
    if (
        not isinstance(content, dict)
        or content.get("format") != FORMAT
        or not isinstance(content.get("provenance"), dict)
        or not {"bytes", "crc32"} <= set(content)
    ):
        raise InputError(f"{beside}: is not what w2v writes there; remove it, or rename it")
    if content.get("format_version") != FORMAT_VERSION:
        raise InputError(
            f"{beside}: was written by another version of w2v; remove it, or use that version"
        )
    return content


def _runs(counts):
    """Counts as a list of [count, how often it stands there in a row].

    Most words are rare, and have the count of their neighbors in the order of frequency.
    """
    borders = np.flatnonzero(np.diff(counts)) + 1
    starts = np.concatenate([[0], borders])
    lengths = np.diff(np.concatenate([starts, [len(counts)]]))
    return np.column_stack([counts[starts], lengths]).tolist()


def expand_counts(runs, n_rows, is_limited=False):
    """The counts of rows that were read, from what a file beside says.

    Parameters
    ----------
    runs : object       of that file: anybody may have written it
    n_rows : int        that were read
    is_limited : bool   there may be more in the file

    Returns
    -------
    ndarray of int64, shape (n_rows,), or None if these are no counts, or those of other rows
    """
    try:
        pairs = np.array(runs)
    except (TypeError, ValueError, OverflowError):
        return None
    if (
        pairs.dtype.kind != "i"
        or pairs.ndim != 2
        or pairs.shape[1] != 2
        or pairs[:, 0].min() < 0  # 0: never seen in the text that was counted
        or pairs[:, 1].min() < 1
        or pairs.max() >= LARGEST_COUNT
    ):
        return None
    ends = np.cumsum(pairs[:, 1].clip(max=n_rows + 1))
    if ends[-1] < n_rows or (ends[-1] > n_rows and not is_limited):
        return None
    last = int(np.searchsorted(ends, n_rows))
    counts = np.repeat(pairs[: last + 1, 0], pairs[: last + 1, 1].clip(max=n_rows))
    return counts[:n_rows]


def _is_foreign(beside):
    """Whether it is anything else than a file of provenance, of whatever version."""
    try:
        with open(beside, "rb") as file:
            return f'"format": "{FORMAT}"'.encode() not in file.read(READ_BYTES)
    except OSError:
        return True


def _crc32(path):
    """The checksum of a file as it lies there, as eight hexadecimal digits."""
    crc = 0
    with open(path, "rb", buffering=0) as file:
        while block := file.read(READ_BYTES):
            crc = crc32(block, crc)
    return f"{crc:08x}"
