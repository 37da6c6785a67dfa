"""Files that are often taken for vectors and cannot be read: what they are, and what to do."""

from ..errors import InputError

FOREIGN = {
    b"FiFu": (
        "a finalfusion file",
        "convert it with its own tool (ffp-convert, finalfusion convert) to word2vec",
    ),
    b"\x89HDF\r\n": ("an HDF5 file", "write its vectors as word2vec text"),
    b"PAR1": ("a Parquet file", "write its vectors as word2vec text"),
}
PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))


def check_not_foreign(source):
    """Refuse what is known to be something else.

    Raises
    ------
    InputError   saying what it is and what to do
    """
    if source.head.startswith(PICKLES):
        raise InputError(
            f"{source.name}: is a Python pickle, which could run code; "
            "in gensim, write the vectors with save_word2vec_format"
        )
    for magic, (what, advice) in FOREIGN.items():
        if source.head.startswith(magic):
            raise InputError(f"{source.name}: is {what}, which cannot be read here; {advice}")
