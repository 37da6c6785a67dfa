"""Writing word vectors to a file of a format."""

from ..embeddings.blocks import first_not_finite
from ..errors import OutputError, field
from .base import Target
from .pooled import Pooled
from .provenance import path_beside, remove_beside, write_beside
from .registry import check_ngrams, check_target, format_named
from .rows import check_numbers
from .w2v_language_model import check_model, is_kept
from .wordrules import encode_lines


def check_words(path, format, words):
    """Find out before the work whether words can be written to a path.

    Raises
    ------
    OutputError   if a word is empty, or holds what ends one in such a file
    """
    chosen = format_named(format)
    if not chosen.spaces:
        try:
            encode_lines(words, chosen.ends)
        except OutputError as error:
            raise OutputError(
                f"{path}: {error.message}; {field('format', 'w2v')} keeps it"
            ) from error


def write_embeddings(
    path,
    words,
    vectors,
    format,
    counts=None,
    provenance=None,
    dtype="float32",
    context=None,
    beside=False,
    subwords=None,
    nodes=None,
    settings=None,
    language_model=None,
    pooled=None,
):
    """Write word vectors in the given format, whole or not at all.

    Parameters
    ----------
    path : str or Path      ``-`` is standard output
    words : sequence of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)   may be a view into a wider matrix
    format : str            one of FORMATS
    counts : ndarray of int64, shape (n_words,), or None   written by formats that keep them, and
                            with the provenance beside
    provenance : dict or None                              likewise
    dtype : str             ``float16`` or ``int8`` where the format has it
    context : ndarray of float32, shape (n_words, dim), or None   the output matrix, likewise
    subwords : Subwords or None    the n-grams that the vectors are made of, with the own rows of
                            these words; written by formats that keep them
    nodes : rows of float32, shape (n_words - 1, dim), or None   see `Embeddings`; likewise
    settings : dict or None   of training, for headers that tell of it; see `settings_of`
    language_model : LanguageModel or None   of these words; written by the formats that keep it, in
                            float32
    pooled : Pooled or None   how words become vectors of texts, for formats that settle it
    beside : bool           for formats that do not keep the provenance, write it, and counts, to a
                            file beside;
                            if not, one that is there of earlier vectors is removed

    Raises
    ------
    OutputError   if the file cannot be written, a number is not finite or too large for the type,
                  or a word cannot stand in
                  such a file, since its readers could not tell where it ends
    ConfigError   if the format has not that type, or cannot be written to such a path
    """
    chosen = format_named(format)
    check_target(chosen, path, dtype)
    if subwords is None:
        check_ngrams(chosen, path)
    else:
        check_ngrams(chosen, path, subwords.ngrams.hash, subwords.ngrams.min_n)
    own = None if subwords is None else subwords.own
    for matrix in (vectors, context, own):
        if matrix is not None:
            check_numbers(words, matrix, path, dtype)
    if subwords is not None:
        _check_ngrams(subwords, path, dtype)
    if is_kept(language_model, chosen, dtype, len(words)):
        check_model(language_model, path)
    else:
        language_model = None
    target = Target(
        str(path),
        dtype,
        counts,
        provenance,
        context,
        subwords,
        nodes,
        language_model,
        settings or {},
        pooled or Pooled(),
    )
    chosen.write(target, words, vectors)
    has_facts = provenance is not None or counts is not None
    counts = counts if chosen.has_words else None
    if chosen.keeps_provenance or not beside or not has_facts:
        remove_beside(path)
    elif path_beside(path) is not None:
        write_beside(str(path), target.checksum, provenance or {}, counts)


def _check_ngrams(subwords, path, dtype):
    dtype = "float32" if dtype == "int8" else dtype  # times a scale, which is float32
    row = first_not_finite(subwords.rows, dtype)
    if row is not None:
        raise OutputError(
            f"{path}: not written: row {row} of the n-grams holds NaN, infinity or a number larger "
            f"than {dtype} can hold"
        )
