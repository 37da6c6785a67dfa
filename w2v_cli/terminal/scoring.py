"""What the commands that score vectors share: their arguments, options, and one run a file."""

import os
import stat
import sys

import click

from ..errors import ConfigError, InputError
from ..files.paths import STDIO, display_name, is_special, reason
from .checks import check_outputs
from .command import exclusive
from .forms import JSON, TABLE, Form, form_asked, form_options
from .help.headings import Heading, add_options, option
from .options.vectors import compose_option, read_vectors, reading_options, warn_of_order
from .progress.options import progress_options, reporter_for
from .ranges import FloatRange
from .spaces import JoinedPath, paths_of
from .tables import aligned_lines, json_text
from .warnings import warn


def scoring_options(columns, ignore_case=True):
    """Add --restrict-vocab, --ignore-case/--match-case and the forms of results to a command.

    Parameters
    ----------
    columns : tuple of str   names of the columns of rows
    ignore_case : bool       unless told otherwise
    """

    def add(command):
        options = [
            click.option(
                "--restrict-vocab",
                type=click.IntRange(min=1),
                metavar="N",
                help="Know the first N words of the vectors only.  [default: all]",
            ),
            click.option(
                "--ignore-case/--match-case",
                default=ignore_case,
                show_default=True,
                help="Whether words that differ only in case are one word.",
            ),
            compose_option(),
            click.option("--json", is_flag=True, help="Print one JSON object for each VECTORS."),
            click.option("--tsv", is_flag=True, help=f"Print {', '.join(columns)}."),
            form_options,
            reading_options,
            progress_options,
        ]
        return exclusive("--tsv", "--csv", "--json")(add_options(command, options))

    return add


COMMON_COLUMNS = ("words", "common_words")
common_option = click.option(
    "--common-vocabulary",
    is_flag=True,
    help="Know only the words that all VECTORS have, so that all are asked the same. It reads them "
    "twice, and makes no words of n-grams.",
)
"""For commands that put several files side by side."""


def common_words(vectors, options, failures):
    """The words that all files have, if they are asked for.

    Parameters
    ----------
    vectors : list of str   *in place:* left are those that can be read
    options : dict          of the command
    failures : list         see `read_each`

    Returns
    -------
    CommonWords or None

    Raises
    ------
    click.UsageError   for one file, or standard input
    """
    if not options["common_vocabulary"]:
        return None
    if len(vectors) < 2 or STDIO in vectors:
        raise click.UsageError(
            "--common-vocabulary reads several files of vectors twice; name two or more"
        )
    if any(isinstance(path, JoinedPath) for path in vectors):
        raise click.UsageError(
            "--common-vocabulary compares files, and those with names before them are one; leave "
            "the names out"
        )
    from ..evaluation.common import CommonWords
    from ..formats.reading import read

    common = CommonWords(options["ignore_case"], options["restrict_vocab"])

    def add(path):
        # What the reader noticed is told when it reads the file again.
        found = read(
            path, options["encoding_errors"], with_record=False, encoding=options["encoding"]
        )
        common.add(path, found.embeddings)
        return path

    vectors[:] = read_each(vectors, add, failures)
    return common


def common_told(common):
    """Lines that say how many words each file has, and how many are in all."""
    for path, number in common.n_words.items() if common else ():
        yield f"{display_name(path)}: {common.n_common:,} of its {number:,} words are in all files"


def threshold_option(name, low, help):
    """An option for the least score, from ``low`` to 1, with which the command succeeds."""
    return click.option(name, type=FloatRange(low, 1), metavar="X", help=help)


def column_options(command):
    """Add --word-columns and --score-column, which name columns of files of pairs."""
    options = [
        option(
            "--word-columns",
            heading=Heading.SCORE,
            metavar="A,B",
            help="Columns of the two words, by names or numbers.  [default: found]",
        ),
        option(
            "--score-column",
            heading=Heading.SCORE,
            metavar="NAME|N",
            help="Column of the score; of several (3,4,5) the mean.  [default: found]",
        ),
    ]
    return add_options(command, options)


def sort_files(files, tests, what):
    """Tell files of vectors from tests, by what is in them.

    A pipe cannot be looked into: it has vectors if it stands first, or else a test.

    Parameters
    ----------
    files, tests : tuple of str   the arguments, and what options name as tests: then all arguments
                                  are vectors
    what : str                    what a test is, for messages: ``pairs``

    Returns
    -------
    vectors, tests : list of str

    Raises
    ------
    InputError   if several files are named, and all have vectors
    """
    if tests or len(files) == 1:
        return list(files), list(tests)
    others = [_has_vectors(path) for path in files[1:]]
    are_vectors = [not any(others) or files[0] == STDIO or _has_vectors(files[0]), *others]
    if all(are_vectors) and files[0] == STDIO:
        are_vectors[0] = False
    vectors, tests = (
        [path for path, has in zip(files, are_vectors, strict=True) if has is wanted]
        for wanted in (True, False)
    )
    if not tests:
        raise InputError(
            f"{display_name(files[-1])}: has word vectors, as all the files named; name one of "
            f"{what}, with --{what} if it was taken for vectors"
        )
    return vectors, tests


def _has_vectors(path):
    if isinstance(path, JoinedPath):
        return True
    if path == STDIO or is_special(path):
        return False
    from ..formats.reading import holds_vectors

    return holds_vectors(path)


def read_each(paths, read, failures):
    """What ``read(path)`` makes of each of some files that can be read.

    Parameters
    ----------
    paths : list of str
    read : callable
    failures : list   the errors of other files are appended, to be told by `tell` behind the scores

    Raises
    ------
    W2VError   if no file can be read
    """
    found = []
    for path in paths:
        try:
            found.append(read(path))
        except (ConfigError, InputError) as error:
            # Its traceback would keep the vectors, of which one file at a time is in memory.
            failures.append(error.with_traceback(None))
    if not found:
        tell(failures)
    return found


def tell(failures):
    """End with the errors that there were, if there were any."""
    for error in failures[:-1]:
        warn(error.message)
    if failures:
        raise failures[-1]


def check_usage(vectors, tests, what, options):
    """Refuse what cannot work, before anything is read.

    Parameters
    ----------
    vectors, tests : list of str   paths; without tests, they are read from standard input
    what : str                     the name of the argument for tests
    options : dict                 of the command

    Returns
    -------
    list of str   tests, or standard input

    Raises
    ------
    click.UsageError   for two uses of standard input
    InputError         if a file is not there
    """
    if not tests and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError(f"Missing argument '{what}', and standard input is no file")
    tests = tests or [STDIO]
    files = [part for path in vectors for part in paths_of(path)]
    if [*files, *tests].count(STDIO) > 1:
        if STDIO in files and STDIO in tests:
            raise click.UsageError(
                f"VECTORS and {what} cannot both be standard input; name a file for one of them"
            )
        raise click.UsageError("standard input can be read only once; name files")
    inputs = {"a file of vectors": files, "a test": tests}
    check_outputs([options["output"]], inputs, options["log_json"])
    form_asked(options, TABLE)
    # A file missing at the end would waste what was scored before.
    for path in [*tests, *files]:
        _check_input(path)
    return tests


def _check_input(path):
    if path == STDIO:
        return
    from ..formats.containers import split_member

    path, _ = split_member(path)
    try:
        # Opening a pipe would wait for the program behind it, and read from it.
        if stat.S_ISREG(os.stat(path).st_mode):
            open(path, "rb").close()
    except (OSError, ValueError) as error:
        raise InputError(f"{display_name(path)}: cannot be opened: {reason(error)}") from error


def score_each(vectors, score, options, failures, said=(), *, common=None):
    """[(path, score(embeddings))] of files of vectors, of which one at a time is in memory.

    Parameters
    ----------
    vectors : list of str
    score : callable
    options : dict        of the command
    failures : list       see `read_each`
    said : list of str    lines to tell first; progress is shown, too
    common : CommonWords or None   these words alone are known
    """
    with reporter_for(options) as report:
        for line in (*said, *common_told(common)):
            report.say(line)

        def scored(path):
            report("load", 0, None)
            embeddings = read_vectors(
                path,
                options["encoding_errors"],
                encoding=options["encoding"],
                compose=options["compose"],
            )
            warn_of_order(embeddings, path, options["restrict_vocab"])
            report("score", 0, None)
            return path, score(common.of(embeddings) if common else embeddings)

        return read_each(vectors, scored, failures)


def warn_of_composed(path, n_composed, n_asked, what):
    """Say how many questions or pairs were asked with words that are made of their n-grams."""
    if n_composed:
        warn(
            f"{display_name(path)}: {n_composed:,} of {n_asked:,} {what} have unknown words, which "
            "were made of their n-grams; --no-compose skips them"
        )


def json_line(path, scores, **about):
    """The JSON object of one file of vectors, in one line."""
    return json_text({**scores.as_dict(), "vectors": path, **about})


def write_lines(lines):
    """Write lines to standard output, whole."""
    Form(TABLE).write_lines(lines)


def write_results(options, columns, rows, objects, table):
    """Write results in the form that the options of a command ask for.

    Parameters
    ----------
    options : dict
    columns : tuple of str
    rows : callable      returns rows of fields
    objects : callable   returns lines of JSON
    table : callable     returns the rows of a table for people
    """
    form = form_asked(options, TABLE)
    if form.has_rows:
        form.write_rows(columns, rows())
    else:
        form.write_lines(objects() if form.name == JSON else aligned_lines(table()))


def short_names(paths):
    """Names for a table: those of the files, or the paths if files have the same name."""
    names = [os.path.basename(display_name(path)) for path in paths]
    return names if len(set(names)) == len(set(paths)) else [display_name(path) for path in paths]
