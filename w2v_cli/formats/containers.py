"""Vectors inside something else: a ZIP archive with a file of them, or the folder of a model.

Of an archive the one file of vectors is taken; where there are several, ``archive.zip:member`` says
which. Files beside that are no vectors, such as a README, do not matter.
"""

import os
from contextlib import contextmanager

from ..files.inputs import open_input
from ..files.paths import display_name
from ..files.storedzip import MAGIC
from .base import Opened, Source
from .detect import HEAD_SIZE


@contextmanager
def open_vectors(path):
    """Open a file of vectors, or that which a folder or a ZIP archive holds.

    Parameters
    ----------
    path : str or Path   ``-`` is standard input; ``archive.zip:member`` one file of an archive

    Yields
    ------
    Opened

    Raises
    ------
    InputError   if it cannot be opened, or holds no file of vectors, or several
    """
    path, asked = split_member(str(path))
    path = _in_folder(path)
    name = display_name(path)
    with open_input(path) as stream:
        head = stream.read(HEAD_SIZE)
        if not head.startswith(MAGIC):
            yield Opened(path, name, stream, head)
            return
        from .zipped import open_zipped

        if stream.size is None:  # what cannot be sought in is read
            head = Source(path, name, stream, head).read_all()
        with open_zipped(Opened(path, name, stream, head), asked) as opened:
            yield opened


def split_member(path):
    """A path, and the member of the archive that is meant; None if it says none.

    ``a.zip:b.txt`` is (``a.zip``, ``b.txt``), unless there is a file of that whole name.
    """
    if not os.path.lexists(path):
        end = path.find(":")
        while end >= 0:
            if os.path.isfile(path[:end]):
                return path[:end], path[end + 1 :]
            end = path.find(":", end + 1)
    return path, None


def files_of(path):
    """The files that reading a path takes: the one in a folder, an archive, words beside a matrix.

    Of a transformer these are all its parts, and the files of its tokenizer.

    Parameters
    ----------
    path : str   ``-`` is standard input

    Returns
    -------
    list of str

    Raises
    ------
    InputError   if a folder holds no file of vectors, or several, or a damaged index of parts
    """
    from .sidecar import words_files

    path, _ = split_member(str(path))
    path = _in_folder(path)
    return list(dict.fromkeys([path, *words_files(path), *_of_transformer(path)]))


def _of_transformer(path):
    """The other files of a transformer whose parameters a path is; none of anything else."""
    if not os.path.isfile(path):
        return []
    from .recognition import is_transformer
    from .transformer.files import files_beside

    try:
        with open(path, "rb") as file:
            head = file.read(HEAD_SIZE)
    except OSError:  # reading it says so
        return []
    return files_beside(path, head) if is_transformer(Opened(path, path, None, head)) else []


def _in_folder(path):
    """The file of vectors that a path stands for: the one in a folder, or itself."""
    if not os.path.isdir(path):
        return path
    from .folders import file_in_folder

    return file_in_folder(path)
