"""Deeplearning4j's ZIP archive of vectors, as Lucene's filter of synonyms reads it.

A member ``syn0.txt``: ``rows dim`` in the first line, then a word and its numbers in each. Words
are in base64 behind ``B64:``, so that white space may be in them. Lucene (10.0,
``Dl4jModelReader``) takes the first member whose name begins with ``syn0``, divides each vector by
its length, and stops at one of zeros.

To be read there is nothing here: the text is found in its archive, and `word2vec_text` knows words
in base64.
"""

import zipfile
from base64 import b64encode

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.table import lengths
from ..errors import OutputError
from ..files.outputs import atomic_output
from .dialect import CODED

MEMBER = "syn0.txt"
DIGITS_BYTES = 16
"""Of a number in text, at most."""
LARGEST_MEMBER = 1 << 31


def write(target, words, vectors):
    """Write the archive.

    Raises
    ------
    OutputError   if a word is empty or no text, or a vector is zero
    """
    _check_no_zeros(target.path, words, vectors)
    n_rows, dim = map(int, vectors.shape)
    raw_words = [_coded(word, target.path) for word in words]
    member = zipfile.ZipInfo(MEMBER)  # Without a time, so that the same vectors are the same bytes.
    member.compress_type = zipfile.ZIP_DEFLATED
    is_large = n_rows * dim * DIGITS_BYTES > LARGEST_MEMBER
    row_format = b"%b" + b" %.9g" * dim + b"\n"
    with (
        atomic_output(target.path) as stream,
        zipfile.ZipFile(target.sum_up(stream), "w") as archive,
        archive.open(member, "w", force_zip64=is_large) as file,
    ):
        file.write(b"%d %d\n" % (n_rows, dim))
        for rows in row_blocks(n_rows):
            numbers = np.asarray(vectors[rows], dtype=np.float32).tolist()
            pairs = zip(raw_words[rows], numbers, strict=True)
            file.write(b"".join([row_format % (raw, *row) for raw, row in pairs]))


def _coded(word, path):
    if not word:
        raise OutputError(f"{path}: not written: a word is empty; leave it out")
    try:
        return CODED + b64encode(word.encode())
    except UnicodeEncodeError as error:
        raise OutputError(f"word with {word!r} cannot be written as UTF-8") from error


def _check_no_zeros(path, words, vectors):
    for rows in row_blocks(len(words)):
        zero = np.flatnonzero(lengths(vectors[rows]) == 0)
        if len(zero):
            word = words[rows.start + int(zero[0])]
            raise OutputError(
                f"{path}: not written: the vector of {word!r} is zero, and Lucene stops at such a "
                "one; leave the word out"
            )
