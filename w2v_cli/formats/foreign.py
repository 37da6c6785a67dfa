"""Files that are often taken for vectors and cannot be read: what they are, and what to do."""

import struct

from ..errors import InputError
from ..files.kinds import DECOMPRESS, GIVE_TEXT, UNPACK, is_pickle, known_file
from .fasttext_header import recognises_old

AS_TEXT = "write its vectors as word2vec text"
REMEDIES = {
    UNPACK: "unpack it, and give the file of vectors in it",
    GIVE_TEXT: "give a file of word vectors",
    DECOMPRESS: DECOMPRESS,
}
"""What to do instead of what is to be done to get at text."""
OF_LIBRARIES = {
    "a finalfusion file": (
        "a finalfusion file",
        "convert it with its own tool (ffp-convert, finalfusion convert) to word2vec",
    ),
    "records of Stanford's GloVe": (
        "a file of counts, not vectors: records of Stanford's GloVe",
        "w2v cooccur --from-stanford takes them",
    ),
    "a SQLite database": (
        "a SQLite database, as Magnitude and staticvectors write them",
        "with pymagnitude, write each key and vector of it as a line of text",
    ),
}
"""Kinds of files in which libraries keep vectors -> what they are, and what to do."""
POINTER = b"version https://git-lfs.github.com/"
DOUBLES = struct.Struct("<64d")
SIZES = (1e-12, 1e3)
"""Between these are the numbers of vectors; bytes that are none hardly are 64 such in a row."""


def check_not_foreign(source):
    """Refuse what is known to be something else.

    Raises
    ------
    InputError   saying what it is and what to do
    """
    head = source.head
    if is_pickle(head):
        raise InputError(
            f"{source.name}: is a Python pickle, which could run code; "
            "in gensim, write the vectors with save_word2vec_format"
        )
    what, advice = _foreign(head) or (None, None)
    if what is not None:
        raise InputError(f"{source.name}: is {what}, which cannot be read here; {advice}")


def _foreign(head):
    """What a file that begins so is, and what to do; None if it is nothing known."""
    if kind := known_file(head):
        return OF_LIBRARIES.get(kind.what, (kind.what, REMEDIES.get(kind.remedy, AS_TEXT)))
    if head.startswith(POINTER):
        return "a pointer of Git LFS", "get the file itself, as git lfs pull does"
    if recognises_old(head):
        return (
            "a model as fastText wrote it before 2017",
            "gensim reads it with load_facebook_model and writes a newer one with "
            "save_facebook_model",
        )
    if _holds_doubles(head):
        return (
            "numbers of 64 bits without words, as GloVe's vectors.bin",
            "give the vectors.txt that GloVe writes with -binary 0 or 2",
        )
    return None


def _holds_doubles(head):
    """Whether a file begins with numbers of 64 bits, each as small as those of vectors are."""
    if len(head) < DOUBLES.size:
        return False
    least, largest = SIZES
    return all(least < abs(number) < largest for number in DOUBLES.unpack_from(head))
