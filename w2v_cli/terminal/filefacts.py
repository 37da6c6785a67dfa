"""What a file is and what is in it, for ``w2v info``: vectors, and all else that w2v knows.

Each kind is a dict of what JSON can hold, with ``file``, ``kind``, ``bytes`` (or None) and what
there is to know. What is none of these raises the error that reading it as vectors raises.
"""

import json
import os
import re
import zipfile

from ..config import UTF_8
from ..errors import InputError
from ..files.encodings import is_utf8, wide_encoding
from ..files.inputs import LOOKED_AT, open_input
from ..files.kinds import OWN_ZIPS, kind_of
from ..files.kinds import VECTORS as VECTORS_MEANT
from ..files.paths import STDIO, display_name
from ..files.storedzip import DAMAGE_ERRORS, MAGIC
from ..wording.marks import MARK, marked_encoding

VECTORS, CLASSIFIER = "vectors", "classifier"
CHECKPOINT = re.compile(r"checkpoint-\d{12}\.npz")
LARGEST_JSON = 1 << 26
COUNT_LINE = re.compile(r"\S+[ \t]+\d+\s*")
NUMBER = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")
MOST_NUMBERS = 0.5
"""The share of fields that are numbers from which on a file is no text but damaged vectors."""
SHOWN = 60
FIRST_WORDS = 5


def facts_of(
    path,
    encoding_errors,
    limit,
    encoding=None,
    glove_parameters=None,
    vocabulary=None,
    *,
    tensor=None,
):
    """What is in a file.

    Parameters
    ----------
    path : str               ``-`` is standard input, which is vectors
    encoding_errors, limit, encoding, glove_parameters, vocabulary, tensor   see
                             `formats.inspection.inspect`

    Raises
    ------
    InputError   if it cannot be read, or is nothing known
    """
    from ..formats.inspection import inspect

    place = _newest_checkpoint(path) or path
    about = _own_archive(place)
    if about is None:
        try:
            found = inspect(
                path,
                encoding_errors,
                limit,
                encoding,
                glove_parameters,
                vocabulary,
                tensor=tensor,
            )
            kind = CLASSIFIER if found["classifier"] else VECTORS
            return {"file": found["file"], "kind": kind, **found}
        except InputError:
            about = _no_vectors(path)
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
    """An encoded corpus, counts of pairs, a checkpoint or an index; None if it is none of them."""
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


DROPPED = ("sentences_dropped", "tokens_dropped")


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
        **{name: facts[name] for name in DROPPED if facts.get(name)},
        "text": facts["text"],
        "sources": facts.get("sources"),
        "w2v": facts.get("w2v"),
    }


def _pairs(facts, path):
    from ..cooccurrence.countsfile import open_counts

    # Its numbers agree; the pairs themselves are not looked at.
    table = open_counts(path, check=False).table
    rule = ("window", "symmetric", "distance_weight", "unit")
    return {
        "kind": "counts of pairs",
        "pairs": facts["n_pairs"],
        "words": facts["n_words"],
        "tokens": facts["n_tokens"],
        "first_words": list(table.words[:FIRST_WORDS]),
        **{name: facts[name] for name in rule},
        "shards": facts["shards"],
        "tokens_read": facts.get("tokens_read"),
        **{name: facts[name] for name in DROPPED if facts.get(name)},
        "text": facts.get("text"),
        "sources": facts.get("sources"),
        "corpus_sha256": facts["corpus_sha256"],
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


ARCHIVES = {
    "corpus.json": _corpus,
    "counts.json": _pairs,
    "state.json": _checkpoint,
    "index.json": _index,
}
"""The member by which an archive is known, and what tells of it."""


def _no_vectors(path):
    """Counts, text, or what else is known; None if it may be damaged vectors."""
    if path == STDIO or not os.path.isfile(path):
        return None
    with open_input(path) as stream:
        head = stream.read(LOOKED_AT)
        compression, is_all = stream.compression, not stream.read(1)
    kind = kind_of(head)
    wide = marked_encoding(head) or wide_encoding(head)
    if kind is not None and wide in (None, UTF_8):
        if kind.what in OWN_ZIPS and compression is None:
            # What is whole was told by its members.
            raise InputError(
                f"{display_name(path)}: the file is damaged or cut short (it begins as "
                f"{kind.what}); make it again"
            )
        return None if _may_be_vectors(kind) else {"kind": kind.what, "compression": compression}
    encoding = wide or _encoding_of(head, is_all)
    text = head.decode(encoding or "latin-1", errors="ignore").removeprefix(MARK)
    lines = [line for line in text.split("\n")[: None if is_all else -1] if line.strip()]
    if encoding == UTF_8 and lines and all(map(COUNT_LINE.fullmatch, lines)):
        return _counts(path, compression)
    fields = [field for line in lines for field in line.split()]
    if sum(map(bool, map(NUMBER.fullmatch, fields))) >= MOST_NUMBERS * len(fields):
        return None
    return {
        "kind": "text",
        "compression": compression,
        "encoding": encoding or "not UTF-8",
        "looked_at": len(head),
        "lines": len(lines),
        "tokens": len(fields),
        "distinct": len(set(fields)),
        "first_line": lines[0].strip()[:SHOWN],
    }


def _may_be_vectors(kind):
    """Whether the error of who reads it as vectors says more than its kind."""
    return kind.remedy == VECTORS_MEANT or kind.what.startswith(("binary", "a ZIP archive"))


def _encoding_of(head, is_all):
    """The encoding that text without a mark is in; None if it cannot be told."""
    from ..corpus.guessing import guess_encoding

    return UTF_8 if is_utf8(head, is_all) else guess_encoding(head)


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
