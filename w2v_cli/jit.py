"""Where compiled code is kept between runs.

Numba notices a change in a function's own file, but not in the functions it calls. So the folder
is named after a digest of all sources with compiled code: changed code never meets an old cache.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from numba.core import config as numba_config

from . import __version__

COMPILED = ("corpus", "kernels")
"""The folders with compiled code."""


@contextmanager
def compiled_code_cache():
    """Let functions compiled in this block be cached in a folder of the project's own.

    A folder that the user set in ``NUMBA_CACHE_DIR`` is respected. Where no folder can be written,
    the code is compiled into a temporary one: the cache may be useless, but never an error.
    """
    old = numba_config.CACHE_DIR
    if not old:
        numba_config.CACHE_DIR = str(_writable_folder())
    try:
        yield
    finally:
        numba_config.CACHE_DIR = old


def is_cached(function):
    """Whether a compiled function is in the cache; if not, its first call takes seconds."""
    if not hasattr(function, "stats"):  # NUMBA_DISABLE_JIT: a plain function
        return True
    return any(Path(function.stats.cache_path).glob(f"*.{function.__name__}-*.nbi"))


@lru_cache(maxsize=1)
def _writable_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "w2v" / f"compiled-{__version__}-{_source_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        # A private folder: a shared one could hold compiled code that somebody else put there.
        folder = Path(tempfile.mkdtemp(prefix="w2v-compiled-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder


def _source_digest():
    digest = hashlib.blake2b(digest_size=8)
    for name in COMPILED:
        for source in sorted((Path(__file__).parent / name).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
