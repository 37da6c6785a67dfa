"""Where fetched files lie: whole ones with their checksum, and beginnings to go on from.

For each address there are, under the first digits of its SHA-256: the file, ``.part`` (the
beginning of it), ``.json`` (what the server said of it, and the checksum of the whole), and
``.lock``, which a process holds while it fetches.
"""

import fcntl
import hashlib
import json
import os
import re
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import InputError, OutputError, field
from ..files.inputs import READ_SIZE
from ..files.outputs import atomic_output
from ..files.paths import reason

DIGITS = 16
ELSEWHERE = f"{field('cache')} names another place"


def default_folder():
    """``$XDG_CACHE_HOME/w2v/downloads``, or in ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base, "w2v", "downloads")


class Entry:
    """The place of one address in the cache.

    Attributes
    ----------
    path, part : Path   of the whole file, and of its beginning
    facts : dict        what is known of them; empty where nothing is, or it cannot be read
    """

    def __init__(self, folder, url):
        """Raises OutputError if the folder cannot be made."""
        self.url = url
        key = hashlib.sha256(url.encode()).hexdigest()[:DIGITS]
        last = re.split(r"[?#]", url)[0].rstrip("/").rpartition("/")[2]
        name = re.sub(r"[^\w.-]", "_", last)[:100]
        self.path = Path(folder, f"{key}-{name}")
        self.part = Path(folder, f"{key}.part")
        self._facts_path = Path(folder, f"{key}.json")
        self._lock_path = Path(folder, f"{key}.lock")
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{folder}: the cache cannot be made: {reason(error)}; {ELSEWHERE}"
            ) from error
        self.facts = self._read()

    @contextmanager
    def locked(self, wait):
        """Nobody else fetches this meanwhile; ``wait()`` is called before waiting for somebody."""
        try:
            lock = open(self._lock_path, "wb")
        except OSError as error:
            raise OutputError(
                f"{self._lock_path}: the cache cannot be written: {reason(error)}; " + ELSEWHERE
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                wait()
                fcntl.flock(lock, fcntl.LOCK_EX)
            except OSError:  # a file system without locks
                pass
            self.facts = self._read()
            yield self

    def remember(self, **facts):
        """Keep facts beside the file: ``whole`` of it, ``part`` of the beginning of another."""
        self.facts = {**self.facts, "url": self.url, **facts}
        with atomic_output(self._facts_path) as stream:
            stream.write(json.dumps(self.facts, indent=2).encode() + b"\n")

    def known(self, what):
        """The facts of the ``whole`` file or the ``part``; an empty dict if there are none."""
        facts = self.facts.get(what)
        return facts if isinstance(facts, dict) else {}

    def n_bytes(self):
        """How much of the file is there, if not all."""
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    def is_whole(self):
        """Whether the whole file is there, as it was when it was fetched."""
        whole = self.known("whole")
        try:
            if self.path.stat().st_size != whole.get("size"):
                return False
        except OSError:
            return False
        return sha256_of(self.path) == whole.get("sha256")

    def publish(self, sha256):
        """The beginning has become the whole."""
        size = self.n_bytes()
        os.replace(self.part, self.path)
        self.remember(whole={"size": size, "sha256": sha256}, part=None)

    def drop_part(self):
        """Forget the beginning."""
        with suppress(OSError):
            os.unlink(self.part)

    def drop(self):
        """Remove what is there; the checksum stays known."""
        for path in (self.path, self.part):
            with suppress(OSError):
                os.unlink(path)

    def _read(self):
        try:
            facts = json.loads(self._facts_path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return facts if isinstance(facts, dict) and facts.get("url") == self.url else {}


def sha256_of(path):
    """The SHA-256 of a file, as 64 hexadecimal digits.

    Raises
    ------
    InputError   if it cannot be read
    """
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(READ_SIZE):
                digest.update(block)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {reason(error)}") from error
    return digest.hexdigest()
