"""Words that are no token: the mean of the rows of their pieces, cut by the library tokenizers."""

import os

import numpy as np

from ...errors import InputError
from ...machine.libraries import require
from .files import MERGES
from .vocabulary import LINES, REMEDY, ROWS, TOKENIZER


def pieces_of(words, vocabulary, config):
    """The rows of the pieces of words.

    Parameters
    ----------
    words : list of str
    vocabulary : Vocabulary
    config : dict            of its tokenizer (``tokenizer_config.json``)

    Returns
    -------
    list of (list of int, or None)   None for a word of which the tokenizer does not know a part

    Raises
    ------
    MissingLibraryError   if tokenizers is not there
    InputError            if it does not read the files of the model
    """
    library = require("tokenizers", "the vector of a word of several tokens")
    tokenizer = _tokenizer(library, vocabulary, config)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    unknown = vocabulary.tokens.get(vocabulary.unknown)
    found = []
    for word in words:
        ids = _ids(tokenizer, word, vocabulary.marks.before)
        is_known = ids and unknown not in ids and min(ids) >= 0
        found.append(ids if is_known else None)
    return found


def _ids(tokenizer, word, before):
    """The rows of the pieces of a word as it stands within a text, behind a blank."""
    pieces = tokenizer.encode(word, add_special_tokens=False)
    if before and pieces.tokens and not pieces.tokens[0].startswith(before):
        pieces = tokenizer.encode(" " + word, add_special_tokens=False)
    return pieces.ids


def _tokenizer(library, vocabulary, config):
    path = vocabulary.path
    folder, file = os.path.split(path)
    merges = os.path.join(folder, MERGES)
    try:
        if file == TOKENIZER:
            return library.Tokenizer.from_file(path)
        if file == LINES:
            from tokenizers.implementations import BertWordPieceTokenizer

            lowercase = bool(config.get("do_lower_case", True))
            return BertWordPieceTokenizer(path, lowercase=lowercase)
        if file == ROWS and os.path.isfile(merges):
            from tokenizers.implementations import ByteLevelBPETokenizer

            return ByteLevelBPETokenizer(path, merges)
    except Exception as error:  # the library raises nothing narrower
        raise InputError(
            f"{path}: tokenizers {library.__version__} does not read it: {error}; get or make the "
            "files again"
        ) from error
    raise InputError(
        f"{path}: pieces of words are cut by a {TOKENIZER}, which is not beside it: {REMEDY}"
    )


def mean_rows(groups, tensor):
    """The means of groups of rows of a tensor: ndarray of float32, shape (n_groups, dim)."""
    wanted = np.unique([row for group in groups for row in group]).astype(np.int64)
    rows = tensor.rows(wanted)
    means = np.empty((len(groups), tensor.shape[1]), dtype=np.float32)
    for place, group in enumerate(groups):
        means[place] = rows[np.searchsorted(wanted, group)].mean(axis=0, dtype=np.float64)
    return means
