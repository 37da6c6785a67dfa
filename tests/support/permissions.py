"""Whether permissions of files bind the user of the tests: they do not bind root, as a rule."""

import os
import tempfile
from functools import cache


@cache
def may_write_anywhere():
    """Whether this user can write to a folder of their own that nobody may write to."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o500)
        return os.access(folder, os.W_OK)
