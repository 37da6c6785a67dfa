"""What is known of a file that can be fetched."""

from dataclasses import dataclass

VECTORS = ("vectors", "model")
"""Recipes of word vectors."""


@dataclass(frozen=True)
class Corpus:
    """A file that is known by name: a text, or vectors.

    Attributes
    ----------
    name : str
    url : str
    file_name : str         of the text, where no other is asked for
    title : str             what it is, in a line
    recipe : str            how it becomes text: one of `unpack.RECIPES`; of vectors, ``vectors``
                            for a row a line, ``model`` for one of fastText with n-grams
    size : int or None      bytes to fetch
    text_size : int or None bytes of the text; of what is unpacked, before it is cleaned
    sha256 : str or None    of the file that is fetched
    member : str or None    of a ZIP archive
    changes : bool          the file under that address is replaced now and then
    told_size : str or None what is told of the size where bytes are not known
    licence : str or None   under which it is published; None where it is not told here
    language : str or None  of vectors, in English
    dim : int or None       of vectors, their length
    has_header : bool       their first line tells how many there are, and of which length
    """

    name: str
    url: str
    file_name: str
    title: str
    recipe: str = "text"
    size: int | None = None
    text_size: int | None = None
    sha256: str | None = None
    member: str | None = None
    changes: bool = False
    told_size: str | None = None
    licence: str | None = None
    language: str | None = None
    dim: int | None = None
    has_header: bool = True

    @property
    def is_vectors(self):
        """Whether it is written as it was published, and not as text to train on."""
        return self.recipe in VECTORS
