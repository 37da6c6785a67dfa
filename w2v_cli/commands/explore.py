"""``w2v explore``: a page of HTML to look around in vectors with a browser."""

import os
import time

import click

from ..files.outputs import atomic_output
from ..files.paths import STDIO, display_name
from ..maps.choices import METHOD_TITLES, METHODS, PAGE_TOP
from ..terminal.checks import check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command
from ..terminal.help.completion import FILE
from ..terminal.options.maps import map_options
from ..terminal.options.vectors import read_vectors, reading_options, warn_of_order
from ..terminal.progress.options import progress_options, reporter
from ..terminal.spaces import paths_of, take_spaces
from ..terminal.warnings import warn
from ..wording.amounts import shown_time

LARGEST_TOP = 100_000
"""More would take hours to search and be too much for a browser."""
LARGE_PAGE = 20_000_000
MANY_WORDS = 20_000

EXAMPLES = """
  w2v explore vectors.bin -o page.html
  w2v explore vectors.bin -o page.html --top 5000 --title Wikipedia
  w2v explore vectors.bin -o page.html --questions questions-words.txt
  w2v explore en=en.w2v de=de.w2v -o page.html"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Write a page of HTML to look around in vectors."
)
@click.argument("files", type=FILE, metavar="VECTORS|NAME=VECTORS...", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=FILE, help="The page; - is stdout.")
@click.option(
    "--top",
    type=click.IntRange(1, LARGEST_TOP),
    default=PAGE_TOP,
    show_default=True,
    metavar="N",
    help="Words on the page, the most frequent.",
)
@click.option(
    "--neighbors",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="K",
    help="Nearest words of each, among those on the page.",
)
@click.option("--questions", type=FILE, help="Analogy questions, shown as arrows.")
@map_options
@click.option("--title", metavar="TEXT", help="Of the page.  [default: the name of VECTORS]")
@reading_options
@progress_options
def explore(files, output, top, questions, title, quiet, verbose, log_json, **options):
    """Write one page of HTML with a map of words, search and neighbors.

    The page needs no network and no server: open it in a browser, or send it to somebody. It takes
    about 130 bytes a word with ten neighbors. These are the answers of w2v neighbors with
    --restrict-vocab N, since a page cannot show words that are not on it.

    VECTORS is a file of word vectors, as for w2v neighbors; - is standard input. Several that are
    aligned already, each with a name, are one space, in which words have that name before them.
    """
    vectors = _one_space(files)
    inputs = {"the vectors": paths_of(vectors), "the questions": [questions]}
    check_standard_input(inputs)
    named = [path for path in (questions,) if path is not None]
    check_outputs(
        [output], {"the file of vectors": paths_of(vectors), "a file of questions": named}, log_json
    )
    note_terminal("the vectors", paths_of(vectors))
    from ..maps.projection import check_method

    check_method(options["method"])
    from ..maps.explorer import render_page

    with reporter(quiet, verbose, log_json) as report:
        data = _data(vectors, top, questions, report, **options)
        page = render_page(data, title or f"w2v: {_short_name(vectors)}")
        if len(page) > LARGE_PAGE:
            size = len(page) / 1e6
            warn(f"the page has {size:,.0f} MB, slow in a browser; a smaller --top helps")
        with atomic_output(output) as stream:
            stream.write(page)
        place = "standard output" if output == STDIO else output
        report.say(f"wrote {len(data['words']):,} words to {place}, {len(page) / 1e6:.2f} MB")


def _one_space(files):
    """What is to be explored: a file, or several with names as one."""
    joined, rest = take_spaces(files)
    if joined is None and len(files) == 1:
        return files[0]
    if joined is None or rest:
        unnamed = (rest or files)[-1]
        raise click.UsageError(
            f"several VECTORS need a name each, as in NAME={unnamed}, and are one space then"
        )
    return joined


def _short_name(vectors):
    names = [os.path.basename(display_name(path)) for path in paths_of(vectors)]
    return ", ".join(names)


def _data(vectors, top, questions, report, neighbors, method, seed, encoding_errors, encoding):
    from ..evaluation.questions import read_questions
    from ..maps.explorer import explore_data
    from ..maps.notes import one_point_note, unrelated_note

    sections = [] if questions is None else read_questions(questions)
    report("load", 0, None)
    embeddings = read_vectors(vectors, encoding_errors, encoding=encoding)
    warn_of_order(embeddings, vectors, top)
    n_words = min(top, len(embeddings))
    takes_long, started = method != METHODS[0] or n_words > MANY_WORDS, time.monotonic()
    if takes_long:
        title = METHOD_TITLES[method]
        report.say(f"placing {n_words:,} words by {title} and searching their neighbors")
    report("place", 0, None)
    data = explore_data(embeddings, top, neighbors, method, seed, sections)
    if takes_long:
        report.say(f"placed in {shown_time(time.monotonic() - started)}")
    if sections and not data["sections"]:
        warn(unrelated_note(questions))
    if not any(data["x"]) and not any(data["y"]):
        warn(one_point_note())
    return data
