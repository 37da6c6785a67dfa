"""What a file is and what is in it, for ``w2v info``: vectors, and all else that w2v knows.

Each kind is a dict of what JSON can hold, with ``file``, ``kind``, ``bytes`` (or None) and what
there is to know. What is none of these raises the error that reading it as vectors raises.
"""

import json
import os
import re
import zipfile

from ..errors import InputError
from ..files.inputs import open_input
from ..files.paths import STDIO, display_name
from ..files.storedzip import DAMAGE_ERRORS, MAGIC

VECTORS = "vectors"
CHECKPOINT = re.compile(r"checkpoint-\d{12}\.npz")
LOOKED_AT = 1 << 16
LARGEST_JSON = 1 << 26
COUNT_LINE = re.compile(rb"\S+[ \t]+\d+\s*")
NUMBER = re.compile(rb"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")
MOST_NUMBERS = 0.5
"""The share of fields that are numbers from which on a file is no text but damaged vectors."""
SHOWN = 60
FIRST_WORDS = 5


def facts_of(path, encoding_errors, limit):
    """What is in a file.

    Parameters
    ----------
    path : str               ``-`` is standard input, which is vectors
    encoding_errors, limit   see `formats.inspection.inspect`

    Raises
    ------
    InputError   if it cannot be read, or is nothing known
    """
    from ..formats.inspection import inspect

    place = _newest_checkpoint(path) or path
    about = _own_archive(place)
    if about is None:
        try:
            found = inspect(path, encoding_errors, limit)
            return {"file": found["file"], "kind": VECTORS, **found}
        except InputError:
            about = _text(path)
            if about is None:
                raise
    return {"file": display_name(place), "kind": None, "bytes": os.path.getsize(place), **about}


def _newest_checkpoint(path):
    """The newest checkpoint in a folder of them; None if it is none."""
    if path == STDIO or not os.path.isdir(path):
        return None
    names = sorted(name for name in os.listdir(path) if CHECKPOINT.fullmatch(name))
    return os.path.join(path, names[-1]) if names else None


def _own_archive(path):
    """An encoded corpus, a checkpoint or an index; None if it is none of them."""
    if path == STDIO or not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            if not file.read(len(MAGIC[0])).startswith(MAGIC):
                return None
        with zipfile.ZipFile(path) as archive:
            for member, about in ARCHIVES.items():
                if member in archive.namelist():
                    if archive.getinfo(member).file_size > LARGEST_JSON:
                        return None
                    return about(json.loads(archive.read(member)), path)
    except (OSError, KeyError, TypeError, AttributeError, *DAMAGE_ERRORS):
        pass  # whoever reads it as vectors says what is wrong
    return None


def _corpus(facts, path):
    from ..corpus.archive import open_archive

    archive = open_archive(path)
    try:
        words = archive.words[:FIRST_WORDS]
    finally:
        archive.corpus.close()
    names = {"n_words": "words", "n_tokens": "tokens", "n_sentences": "sentences"}
    return {
        "kind": "encoded corpus",
        **{ours: facts[theirs] for theirs, ours in names.items()},
        "first_words": words,
        "tokens_read": facts["tokens_read"],
        "text": facts["text"],
        "sources": facts.get("sources"),
        "w2v": facts.get("w2v"),
    }


def _checkpoint(facts, _path):
    identity, state = facts["identity"], facts["state"]
    losses = zip(state["loss_sums"], state["loss_pairs"], strict=True)
    return {
        "kind": "checkpoint",
        "epochs_done": round(state["tokens"] / max(identity["corpus"]["tokens"], 1), 2),
        "tokens": state["tokens"],
        "seconds": round(state["seconds"], 1),
        "loss": [total / max(pairs, 1) for total, pairs in losses],
        "corpus": identity["corpus"],
        "options": identity["options"],
        "w2v": identity["version"],
    }


def _index(facts, _path):
    return {"kind": "index", **facts}


ARCHIVES = {"corpus.json": _corpus, "state.json": _checkpoint, "index.json": _index}
"""The member by which an archive is known, and what tells of it."""


def _text(path):
    """A file of counts, or text; None if it is neither, or may be damaged vectors."""
    if path == STDIO or not os.path.isfile(path):
        return None
    with open_input(path) as stream:
        head = stream.read(LOOKED_AT)
        compression, is_all = stream.compression, not stream.read(1)
    lines = head.split(b"\n")
    lines = [line for line in (lines if is_all else lines[:-1]) if line.strip()]
    if not lines or not _is_text(head, is_all):
        return None
    if all(map(COUNT_LINE.fullmatch, lines)):
        return _counts(path, compression)
    fields = [field for line in lines for field in line.split()]
    if sum(map(bool, map(NUMBER.fullmatch, fields))) > MOST_NUMBERS * len(fields):
        return None
    return {
        "kind": "text",
        "compression": compression,
        "looked_at": len(head),
        "lines": len(lines),
        "tokens": len(fields),
        "distinct": len(set(fields)),
        "first_line": lines[0][: 4 * SHOWN].decode(errors="ignore").strip()[:SHOWN],
    }


def _is_text(head, is_all):
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A letter may be cut at the end of what was looked at.
        if is_all or error.start < len(head) - 3:
            return False
    return b"\0" not in head


def _counts(path, compression):
    from ..corpus.countfiles import read_counts

    words, counts = read_counts([path])
    return {
        "kind": "counts",
        "compression": compression,
        "words": len(words),
        "first_words": words[:FIRST_WORDS],
        "counts": {"total": int(counts.sum()), "min": int(counts.min()), "max": int(counts.max())},
    }
