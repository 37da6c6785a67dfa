"""Gets a file by its address, from the cache or the network, and verifies its checksum."""

import dataclasses
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import InputError, field
from .address import local_path
from .beginning import Beginning
from .download import ChecksumError, RetryPolicy, download
from .store import Entry, sha256_of

HEADER_LINES = 1
"""At most, before the first row."""


@dataclass(frozen=True)
class Request:
    """What to get, and how.

    Attributes
    ----------
    corpus : entries.Corpus   its ``url``, ``size`` and ``sha256`` are those wanted
    cache : Path              the folder
    force : bool              fetch again what is there
    n_rows : int or None      of vectors, the first so many are wanted; the rest need not come
    """

    corpus: object
    cache: Path
    force: bool = False
    retry_policy: RetryPolicy = dataclasses.field(default_factory=RetryPolicy)
    n_rows: int | None = None


def obtain(request, report):
    """(path, entry in the cache or None) of the file that is wanted.

    Where its first rows are, and the beginning that came has them, the path is ``entry.part``.

    Raises
    ------
    InputError    if it cannot be had, or is not what it should be
    OutputError   if the cache cannot be written
    """
    corpus = request.corpus
    path = local_path(corpus.url)
    if path is not None:
        if corpus.sha256 is not None:
            _check_local(path, corpus)
        return path, None
    entry = entry_of(request)
    with entry.locked(lambda: report.say("another process fetches this file; waiting for it")):
        if not request.force and entry.is_whole():
            _check_cached(entry, corpus)
            report.say(f"{entry.path} was fetched before")
        elif not _fetch(request, entry, report):
            return entry.part, entry
    return entry.path, entry


def entry_of(request):
    """The place in the cache of what is requested."""
    return Entry(request.cache, request.corpus.url)


def _fetch(request, entry, report):
    """Fetch a file, or the beginning that is wanted; whether it is the whole."""
    corpus = request.corpus
    if request.force:
        entry.drop_part()
    beginning = None
    # What has a checksum is held against it, and so all of it is needed.
    if request.n_rows is not None and corpus.sha256 is None:
        beginning = Beginning(request.n_rows + HEADER_LINES)
        if beginning.rewind(entry.part, entry.n_bytes()):
            report.say(f"the beginning in {entry.part} was fetched before")
            return False
    seen_before = None if corpus.changes else entry.known("whole").get("sha256")
    try:
        expected = corpus.sha256 or seen_before
        is_whole = download(
            corpus.url,
            entry,
            corpus.size,
            expected,
            request.retry_policy,
            report,
            beginning=beginning,
        )
    except ChecksumError as error:
        if corpus.sha256 is not None:
            raise
        error.message += f"; {seen_before} is what it was when first fetched"
        raise
    if not is_whole:
        report.say(
            f"fetched the first {entry.n_bytes():,} bytes, which no checksum is held against"
        )
    elif expected is None:
        digest = entry.known("whole")["sha256"]
        report.say(f"no checksum is known for this file; its SHA-256 is {digest}")
    return is_whole


def _check_local(path, corpus):
    digest = sha256_of(path)
    if digest != corpus.sha256:
        raise InputError(
            f"{path}: its SHA-256 is {digest}, and not {corpus.sha256}; get the file again, or "
            f"give the right {field('sha256')}"
        )


def _check_cached(entry, corpus):
    digest = entry.known("whole").get("sha256")
    if corpus.sha256 is not None and digest != corpus.sha256:
        raise InputError(
            f"{entry.path}: its SHA-256 is {digest}, and not {corpus.sha256}; "
            f"{field('force')} fetches it again"
        )


def with_expectations(corpus, url, sha256):
    """The corpus from another address, or with another checksum; then its length is open too."""
    if url is not None:
        corpus = replace(corpus, url=url)
    if sha256 is not None:
        corpus = replace(corpus, sha256=sha256, size=None)
    return corpus
