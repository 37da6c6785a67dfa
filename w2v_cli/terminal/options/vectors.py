"""The options of every command that reads word vectors."""

import click

from ...config import RANGES
from ...files.paths import display_name
from ...formats.registry import ENCODING_ERRORS, GLOVE_PARTS
from ..command import memory_option
from ..help.headings import Heading, option
from ..settings.sources import settings_of
from ..spaces import JoinedPath, read_spaces
from ..warnings import warn


def reading_options(command, encoding="--encoding", *, has_limit=True):
    """Add --encoding and --encoding-errors to a command, what the words of vectors are, and what to
    do about those that are not; --limit, that `read_with_record` heeds; and --max-memory.

    A command that reads text too has another name for the first. One with a --limit of its own has
    not ``has_limit``.
    """
    if has_limit:
        command = _limit_option(command)
    add_encoding = option(
        encoding,
        heading=Heading.VECTORS,
        metavar="NAME",
        help="Encoding of the words in old vectors (latin-1, cp1251, gbk...).  [default: utf-8]",
    )
    add = option(
        "--encoding-errors",
        heading=Heading.VECTORS,
        type=click.Choice(ENCODING_ERRORS),
        default=ENCODING_ERRORS[0],
        show_default=True,
        help="Words that are not so encoded: replace such bytes by U+FFFD and say so, or stop.",
    )
    return add_encoding(add(memory_option(command, Heading.VECTORS)))


def _limit_option(command):
    add = option(
        "--limit",
        heading=Heading.VECTORS,
        type=click.IntRange(min=1),
        metavar="N",
        expose_value=False,
        callback=_note_limit,
        help="Read the first N vectors only: the others of a large file take neither time nor "
        "memory.  [default: all]",
    )
    return add(command)


def _note_limit(ctx, _param, limit):
    if limit is not None:
        settings_of(ctx).unseen["limit"] = limit


def glove_parameters_option(heading=None):
    """The option that tells that a file has all parameters of GloVe, and what is taken of them."""
    add = option if heading else click.option
    return add(
        "--glove-parameters",
        **({"heading": heading} if heading else {}),
        type=click.Choice(GLOVE_PARTS),
        help="The file has all parameters of GloVe, as its -model 0 and -binary 1 write: take the "
        "sums of word and context vectors, either, or both side by side.",
    )


def tensor_option(heading=None):
    """The option that names the tensor of the input embeddings of a transformer."""
    add = option if heading else click.option
    return add(
        "--tensor",
        **({"heading": heading} if heading else {}),
        metavar="NAME",
        help="Of a transformer, the tensor of its input embeddings.  [default: found by its name]",
    )


def compose_option(heading=None):
    """Add --compose/--no-compose to a command: what becomes of words that have no vector."""
    add = option if heading else click.option
    more = {"heading": heading} if heading else {}
    return add(
        "--compose/--no-compose",
        **more,
        default=True,
        help="Make vectors of unknown words from their n-grams, where VECTORS has some (fastText, "
        "floret, .w2v).  [default: compose]",
    )


def provenance_option(command):
    """Add --no-provenance to a command that writes vectors."""
    add = option(
        "--provenance/--no-provenance",
        heading=Heading.OUTPUT,
        default=True,
        help="Keep how the vectors were made: in the file, or in NAME.w2v.json beside it.  "
        "[default: keep]",
    )
    return add(command)


def read_vectors(path, encoding_errors, with_counts=False, encoding=None, compose=True):
    """The embeddings of a file, or of several named ones; what is noticed becomes warnings.

    ``with_counts`` looks for counts beside the file too; without ``compose`` words that have no
    vector are unknown.
    """
    if isinstance(path, JoinedPath):
        return read_spaces(
            path, lambda each: read_vectors(each, encoding_errors, with_counts, encoding, compose)
        )
    found = read_with_record(path, encoding_errors, encoding, with_counts).embeddings
    return found if compose else found.without_subwords()


def read_with_record(path, encoding_errors, encoding=None, with_record=True):
    """What `formats.reading.read` finds in a file; what was noticed becomes warnings.

    Where the command that runs has --limit, that is heeded. ``with_record`` looks for counts, and
    how the vectors came about, beside the file too.
    """
    from ...formats.reading import read

    limit = settings_of(click.get_current_context()).unseen.get("limit")
    found = read(path, encoding_errors, limit, with_record=with_record, encoding=encoding)
    for note in found.notes:
        warn(note)
    return found


def warn_of_order(embeddings, path, n_first):
    """Warn if the first rows are taken for the most frequent words, and they are not.

    ``n_first`` rows are taken; None, 0 or as many as there are: all of them.
    """
    if isinstance(path, JoinedPath):
        return  # rows go by rank, not by counts
    if n_first and n_first < len(embeddings):
        from ...embeddings.order import order_note

        note = order_note(embeddings, display_name(path))
        if note is not None:
            warn(note)


def threads_option(help="Threads."):
    """The option for the number of threads."""
    return option(
        "-j",
        "--threads",
        heading=Heading.RESOURCES,
        type=click.IntRange(*RANGES["threads"]),
        metavar="N",
        help=f"{help}  [default: the CPUs available]",
    )


def near_case_option(heading):
    """The option that answers an unknown word by one that differs in case only."""
    return option(
        "--ignore-case",
        heading=heading,
        is_flag=True,
        help="For an unknown word take the first one that differs in case only, and say so.",
    )


def answer_rows_option():
    """The option that prints answers as rows, a neighbor each."""
    return option(
        "--tsv",
        heading=Heading.OUTPUT,
        is_flag=True,
        help="Print query, rank, word, score; the default when output is not a terminal.",
    )
