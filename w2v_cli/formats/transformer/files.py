"""Which files a transformer is read from, so that none is written over."""

import os

from .tensors import shards_of
from .vocabulary import ADDED, LINES, PIECES, ROWS, TOKENIZER

CONFIG, TOKENIZER_CONFIG, MERGES = "config.json", "tokenizer_config.json", "merges.txt"
READ_TOO = (CONFIG, TOKENIZER_CONFIG, TOKENIZER, LINES, ROWS, ADDED, MERGES, *PIECES)


def files_beside(path, head):
    """The other files of a model that are there.

    Parameters
    ----------
    path : str     of the parameters, or of an index of them
    head : bytes   that it begins with

    Returns
    -------
    list of str

    Raises
    ------
    InputError   if it is an index, and damaged
    """
    folder = os.path.dirname(path)
    paths = [os.path.join(folder, name) for name in READ_TOO]
    if head.lstrip()[:1] == b"{":
        paths += sorted(set(shards_of(path).values()))
    return [path for path in paths if os.path.isfile(path)]
