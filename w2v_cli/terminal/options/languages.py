"""The options of commands that take the vectors of two languages: align, translate, their test."""

import click

from ...alignment.config import MOST_NEIGHBORS, NEIGHBORS
from ...errors import ConfigError, InputError
from ...files.paths import display_name
from ..help.completion import FILE
from ..help.headings import option
from ..warnings import warn


def two_languages(command):
    """Add SRC and TGT to a command: ``source`` and ``target``."""
    command = click.argument("target", type=FILE, metavar="TGT")(command)
    return click.argument("source", type=FILE, metavar="SRC")(command)


def csls_option(heading):
    """The option that says how many neighbors CSLS takes."""
    return option(
        "--csls",
        heading=heading,
        type=click.IntRange(0, MOST_NEIGHBORS),
        default=NEIGHBORS,
        show_default=True,
        metavar="K",
        help="Find words by CSLS, which takes from a cosine how near a word is to its K nearest of "
        "the other language; 0: by the cosine alone.",
    )


def case_option(heading):
    """The option that says whether words of a dictionary are known in another case."""
    return option(
        "--ignore-case/--match-case",
        heading=heading,
        default=True,
        help="For a word that SRC or TGT has not as it is spelled, take the first that differs in "
        "case only.  [default: ignore]",
    )


def limit_option(heading):
    """The option that takes the first rows of both files only."""
    return option(
        "--limit",
        heading=heading,
        type=click.IntRange(min=1),
        metavar="N",
        help="Take the first N words of each language only; published figures are of 200000.  "
        "[default: all]",
    )


def read_two(source, target, options, with_record=False):
    """What the files of two languages hold, each as `formats.reading.read` finds it.

    Parameters
    ----------
    source, target : str   paths
    options : dict         of the command: ``limit`` and those of `reading_options`
    with_record : bool     find counts, and how vectors came about, beside the files too

    Returns
    -------
    list of Read   of the source and of the target

    Raises
    ------
    InputError   if one cannot be read, or has no words
    """
    from ...formats.reading import read

    found = []
    for path in (source, target):
        each = read(
            path,
            options["encoding_errors"],
            options["limit"],
            with_record=with_record,
            encoding=options["encoding"],
        )
        for note in each.notes:
            warn(note)
        if len(each.embeddings) == 0:
            raise InputError(
                f"{display_name(path)}: has n-grams and no words; w2v convert --words FILE gives "
                "words their vectors"
            )
        found.append(each)
    return found


def check_lengths(found):
    """Raise ConfigError if the vectors of two files cannot be in one space.

    Parameters
    ----------
    found : list of Read   of the source and of the target
    """
    source, target = (each.embeddings.dim for each in found)
    if source != target:
        raise ConfigError(
            f"{found[0].name} has vectors of length {source}, and {found[1].name} of length "
            f"{target}, so that they are in no common space; w2v align brings them into one"
        )
