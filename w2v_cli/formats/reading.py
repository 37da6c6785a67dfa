"""Reading a file of word vectors in whatever format it has, and what was learnt of it."""

from contextlib import nullcontext
from dataclasses import dataclass

from ..config import UTF_8, canonical_encoding
from ..embeddings.table import Embeddings
from ..errors import InputError, W2VError, field
from ..files.encodings import is_wide
from ..files.inputs import decoded_stream
from ..wording.marks import marked_encoding
from .base import Source
from .containers import open_vectors
from .detect import HEAD_SIZE, LOOKED_AT
from .header import BadRowError, summary_notes
from .provenance import expand_counts, read_beside
from .recognition import recognise
from .registry import Format


@dataclass(frozen=True)
class Read:
    """What was read of a file of word vectors.

    Attributes
    ----------
    embeddings : Embeddings
    record : dict or None   how they came about, from the file or from that beside it; None if it
                            is not known, or was not asked for
    notes : list of str     what was noticed and repaired (words not UTF-8, words there twice, a
                            header that does not fit); a command shows them as warnings
    path : str
    name : str              of the file, for messages
    format : Format
    compression : str or None   how the file was compressed: gzip, bzip2, xz or zstd
    n_undecodable : int     words with bytes that are not UTF-8
    classifier : dict or None   see `Source`
    """

    embeddings: Embeddings
    record: dict | None
    notes: list
    path: str
    name: str
    format: Format
    compression: str | None
    n_undecodable: int
    classifier: dict | None = None


def read(
    path,
    encoding_errors="replace",
    limit=None,
    keep_faults=False,
    with_record=True,
    encoding=None,
    skip_bad_rows=False,
    tmpdir=None,
    glove_parameters=None,
    vocabulary=None,
    opened=None,
    *,
    tensor=None,
    all_tokens=False,
    wanted=None,
):
    """Read a file of word vectors in any of the formats; plain or compressed.

    Parameters
    ----------
    path : str or Path      ``-`` is standard input; of a folder or a ZIP archive that file in it
                            which is one of vectors; ``archive.zip:member``
    encoding_errors : str   ``replace``: bytes that are not UTF-8 become U+FFFD, with a note;
                            ``strict``: they are an error
    limit : int or None     read the first rows only, and no more of the file than they need
    keep_faults : bool      rows that are not finite, or whose word was there before, are kept
    with_record : bool      find out how the vectors came about; where that lies in a file beside,
                            all of the vectors' file is read once more for its checksum
    encoding : str or None  of words that stand in the file as bytes; None is UTF-8, or what a
                            byte-order mark says
    skip_bad_rows : bool    leave out rows that are damaged, with a note
    tmpdir : str or None    folder for vectors that do not fit into memory, where they must be read
    glove_parameters : str or None   the file has all parameters of GloVe, and this of
                            `registry.GLOVE_PARTS` is taken
    vocabulary : (list of str, ndarray of int64) or None   words with their counts, in the order of
                            the rows of a file that has none
    opened : Opened or None   what `open_vectors` made of the path, if somebody has looked at it
    tensor, all_tokens, wanted   of a transformer, see `Source`

    Returns
    -------
    Read

    Raises
    ------
    InputError    if it cannot be read, is no file of vectors, is cut short inside a row, has rows
                  of different length, or holds numbers that are not finite
    ConfigError   if there is no such encoding
    """
    encoding = None if encoding is None else canonical_encoding(encoding)
    with nullcontext(opened) if opened else open_vectors(path) as found:
        name, stream, head = found.name, found.stream, found.head
        # Where digits and blanks are other bytes, not only words are to be decoded.
        wide = [each for each in (marked_encoding(head), encoding) if each and is_wide(each)]
        if wide:
            stream = decoded_stream(head, stream, name, wide[0])
            head = stream.read(HEAD_SIZE)
        source = Source(found.path, name, stream, head, encoding_errors, limit, keep_faults)
        source.skip_bad_rows, source.tmpdir = skip_bad_rows, tmpdir
        source.glove_parameters, source.vocabulary = glove_parameters, vocabulary
        source.tensor, source.all_tokens, source.wanted = tensor, all_tokens, wanted
        source.encoding = None if wide or encoding == UTF_8 else encoding
        format = recognise(source)
        if found.is_member and format.words_beside:
            raise InputError(
                f"{name}: has its words in a file beside it; unpack the archive, and give that file"
            )
        embeddings = format.read(source)
        source.notes += summary_notes(source, embeddings.dim)
    record, runs, notes = _record(source, format) if with_record else (None, None, [])
    if runs is not None and embeddings.counts is None:
        counts = expand_counts(runs, len(embeddings), limit is not None)
        if counts is None:
            notes.append(f"{name}: the counts beside it are not those of its words; ignored")
        else:
            embeddings = embeddings.with_counts(counts)
    return Read(
        embeddings,
        record,
        source.notes + notes,
        source.path,
        name,
        format,
        stream.compression,
        source.undecodable,
        source.classifier,
    )


def read_once(path, **options):
    """As `read`, for who can be told to leave out damaged rows: the error says so."""
    try:
        return read(path, **options)
    except BadRowError as error:
        error.message += f"; {field('skip_bad_rows')} leaves such rows out"
        raise


def read_embeddings(path, encoding_errors="replace", limit=None, keep_faults=False):
    """The Embeddings of a file, for who has no use for the rest of what `read` finds."""
    return read(path, encoding_errors, limit, keep_faults, with_record=False).embeddings


def holds_vectors(path):
    """Whether a file is one of word vectors whose first rows can be read."""
    try:
        read(path, limit=LOOKED_AT, with_record=False)
    except W2VError:
        return False
    return True


def _record(source, format):
    """(how vectors came about or None, counts or None, notes), from the file or that beside it."""
    if format.keeps_provenance:
        return source.provenance, None, []
    provenance, counts, note = read_beside(source.path)
    return provenance or source.provenance, counts, [note] if note else []
