"""Vectors of documents as rows: text, tab-separated, CSV, JSON, or an array of NumPy."""

import os

import click

from ..errors import ConfigError
from ..formats.registry import WRITTEN
from .forms import CSV, JSON, TSV, form_asked
from .tables import csv_line

TEXT, NPY = "text", "npy"
NPY_ENDING = ".npy"
PLAIN_ENDINGS = ("", ".txt", ".tsv", NPY_ENDING)
"""Of formats of word vectors, those that hold rows without words too."""
SEPARATORS = {TEXT: (b" ", b"\n"), TSV: (b"\t", b"\n"), CSV: (b",", b"\n")}


def form_of_rows(options):
    """The name of the form that a command's options (dict) ask for, or the name of its output.

    Raises
    ------
    click.UsageError   if an option and the name ask for different ones
    ConfigError        if the name is that of a format that needs a word for each row
    """
    output = options["output"]
    extension = os.path.splitext(output)[1].lower()
    with_words = {each for format in WRITTEN for each in format.extensions} - {*PLAIN_ENDINGS}
    if extension in with_words:
        raise ConfigError(
            f"{output}: {extension} is for words with vectors, and lines have no names; name it "
            ".npy, .txt, .tsv, .csv or .json"
        )
    form = form_asked({**options, "bom": False}, TEXT).name
    is_npy = options["npy"] or (extension == NPY_ENDING and form == TEXT)
    if extension == NPY_ENDING and not is_npy:
        raise click.UsageError(f"-o {output} is an array of NumPy, and --{form} is none")
    return NPY if is_npy else form


def row_writer(form, stream, dim, is_file, n_threads):
    """What writes rows in a form: a context with ``write(vectors, n_words)``.

    Parameters
    ----------
    form : str               TEXT, TSV, CSV, JSON or NPY
    stream : binary stream
    dim : int
    is_file : bool           it is at the beginning of a file, and can be written to anywhere
    n_threads : int
    """
    if form == NPY:
        from ..formats.numberrows import NpyWriter

        return NpyWriter(stream, dim, is_file)
    return _JsonWriter(stream) if form == JSON else _TextWriter(stream, form, dim, n_threads)


class _Writer:
    """Writes rows to a stream, each as soon as it is there."""

    def __init__(self, stream):
        self._stream = stream

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def write(self, vectors, n_words):
        """Write vectors (float32, (n, dim)) with their numbers of words (int64, (n, 2))."""
        if len(vectors):
            self._stream.write(self._text(vectors, n_words))
            self._stream.flush()


class _TextWriter(_Writer):
    def __init__(self, stream, form, dim, n_threads):
        super().__init__(stream)
        self._separators = SEPARATORS[form]
        self._n_threads = n_threads
        if form == CSV:
            stream.write(csv_line(range(1, dim + 1)).encode() + b"\r\n")
        self._is_csv = form == CSV

    def _text(self, vectors, n_words):
        from ..formats.numberrows import rows_as_text

        text = rows_as_text(vectors, *self._separators, self._n_threads)
        return text.replace(b"\n", b"\r\n") if self._is_csv else text


class _JsonWriter(_Writer):
    def __init__(self, stream):
        super().__init__(stream)
        self._n_lines = 0

    def _text(self, vectors, n_words):
        from ..formats.numberrows import row_texts

        start = self._n_lines + 1
        self._n_lines += len(vectors)
        heads = (
            b'{"line": %d, "known": %d, "unknown": %d, "vector": [' % (line, known, unknown)
            for line, (known, unknown) in enumerate(n_words.tolist(), start)
        )
        rows = row_texts(vectors, b",", b"]")
        return b"".join(
            part for head, row in zip(heads, rows, strict=True) for part in (head, row, b"}\n")
        )
