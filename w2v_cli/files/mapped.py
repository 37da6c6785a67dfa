"""Arrays that are mapped from a file: what of it is in memory."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np


def let_go(*arrays: np.ndarray) -> None:
    """Take the pages of mapped arrays out of the memory of this process.

    They are read again from the file, or from what the system keeps of it, when they are wanted.
    Nothing is done to arrays that are not mapped, and where the system cannot.
    """
    advice = getattr(mmap, "MADV_DONTNEED", None)
    for array in arrays:
        base: Any = array
        while isinstance(base, (np.ndarray, memoryview)):
            base = base.obj if isinstance(base, memoryview) else base.base
        if isinstance(base, mmap.mmap) and advice is not None:
            base.madvise(advice)
