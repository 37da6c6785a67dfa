"""Files that are often taken for vectors and cannot be read: what they are, and what to do."""

from ..errors import InputError, field
from ..files.kinds import DECOMPRESS, GIVE_TEXT, UNPACK, is_pickle, known_file
from .fasttext_header import recognises_old
from .glove_parameters import gradients_error, holds_gradients
from .glove_parameters import recognises as recognises_doubles

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
OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""How torch.save began before PyTorch 1.6: a pickle of a number."""
POINTER = b"version https://git-lfs.github.com/"


def check_not_foreign(source):
    """Refuse what is known to be something else.

    Raises
    ------
    InputError   saying what it is and what to do
    """
    head = source.head
    if head.startswith(OLD_TORCH):
        raise InputError(
            f"{source.name}: is a model as PyTorch wrote it before 1.6, which only a pickle reads; "
            "load it there, and save it with torch.save(model.state_dict(), NAME) of a newer one, "
            "or as safetensors"
        )
    if is_pickle(head):
        raise InputError(
            f"{source.name}: is a Python pickle, which could run code; "
            "in gensim, write the vectors with save_word2vec_format"
        )
    if holds_gradients(head):
        raise gradients_error(source.name)
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
    if recognises_doubles(head):
        return (
            "numbers of 64 bits without words, as GloVe's vectors.bin",
            f"convert it with {field('vocab')}, which names its words, or give the vectors.txt "
            "that GloVe writes with -binary 0 or 2",
        )
    return None
