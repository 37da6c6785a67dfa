"""Where compiled kernels are kept between runs.

Numba notices a change in a function's own file, but not in the functions it calls. So the folder
is named after a digest of all kernel sources: changed code never meets an old cache.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from numba.core import config as numba_config

from .. import __version__


@contextmanager
def kernel_cache():
    """Let kernels decorated in this block be cached in a folder of the project's own.

    A folder that the user set in ``NUMBA_CACHE_DIR`` is respected. Where no folder can be written,
    the kernels are compiled into a temporary one: the cache may be useless, but never an error.
    """
    old = numba_config.CACHE_DIR
    if not old:
        numba_config.CACHE_DIR = str(_writable_folder())
    try:
        yield
    finally:
        numba_config.CACHE_DIR = old


def _writable_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "w2v" / f"kernels-{__version__}-{_source_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        # A private folder: a shared one could hold compiled code that somebody else put there.
        folder = Path(tempfile.mkdtemp(prefix="w2v-kernels-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder


def _source_digest():
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
