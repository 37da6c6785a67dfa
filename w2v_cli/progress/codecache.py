"""Whether compiled code can be kept: if not, every run compiles anew, and nobody knows why."""

import os
import tempfile

from .. import __version__
from ..files.paths import reason

SOME_BYTES = 1 << 16
"""Of which a full disk has no room."""


def why_not_kept():
    """What to say if compiled code cannot be kept for later runs.

    Returns
    -------
    str or None   None if all is well
    """
    from ..compiling.cache import cache_folder

    folder = cache_folder()
    fault = _fault(folder) if folder else "there is no home folder"
    if fault is None:
        return None
    variable = "NUMBA_CACHE_DIR" if os.environ.get("NUMBA_CACHE_DIR") else "XDG_CACHE_HOME"
    return (
        f"compiled code cannot be kept in {folder or '~/.cache/w2v'}: {fault}; every run compiles "
        f"anew until that is put right, or {variable} names another folder"
    )


def _fault(folder):
    """Why nothing can be written in a folder of caches, in the words of the system; or None."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place in (folder, *folder.glob(f"compiled-{__version__}-*")):
            with tempfile.TemporaryFile(dir=place, buffering=0) as file:
                file.write(bytes(SOME_BYTES))
    except OSError as error:
        return reason(error)
    return None
