"""``w2v plot``: a picture of words, near where they are alike."""

import sys
import time

import click

from ..errors import ConfigError
from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..maps.choices import (
    DPI_RANGE,
    FONT_SIZE,
    FONT_SIZES,
    FORMATS,
    MAP_TOP,
    METHOD_TITLES,
    METHODS,
    SCREEN_DPI,
    SIDES,
)
from ..maps.drawing.theme import THEMES
from ..terminal.checks import check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, exclusive
from ..terminal.forms import JSON, Form, csv_options, form_asked
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, option
from ..terminal.options.maps import map_options
from ..terminal.options.vectors import read_vectors, reading_options, warn_of_order
from ..terminal.pictures import extension_of, picture_format
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.ranges import FloatRange
from ..terminal.tables import json_text
from ..terminal.warnings import warn
from ..wording.amounts import shown_time

PICTURE = "picture"

EXAMPLES = """
  w2v plot vectors.bin -o map.png king queen man woman --neighbors 5
  w2v plot vectors.bin -o map.svg --top 300 --theme dark
  w2v plot vectors.bin -o paper.pdf --groups groups.tsv --font-size 8
  w2v plot vectors.bin -o paper.png --size 2000x1500 --dpi 300
  w2v plot vectors.bin -o capitals.png --questions questions-words.txt \\
      --section capital-common-countries
  w2v plot vectors.bin --words list.txt -o coordinates.csv"""


class Size(click.ParamType):
    """``1200x900``: width and height in pixels."""

    name = "size"

    def convert(self, value, param, ctx):
        """The two numbers as a tuple; one number stands for a square."""
        if isinstance(value, tuple):
            return value
        sides = str(value).lower().split("x")
        low, high = SIDES
        try:
            width, height = int(sides[0]), int(sides[-1])
        except ValueError:
            width = height = 0
        if len(sides) > 2 or not (low <= width <= high and low <= height <= high):
            self.fail(f"{value!r} is not like 1200x900, with sides from {low} to {high}", param)
        return width, height


@click.command(cls=Command, has_headings=True, examples=EXAMPLES, short_help="Draw a map of words.")
@click.argument("vectors", type=FILE, metavar="VECTORS")
@click.argument("named", metavar="[WORD]...", nargs=-1)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    type=FILE,
    help="The picture: .png, .svg or .pdf; - with --format. Or the words and where they are: "
    ".csv, .tsv or .json.",
)
@option(
    "--format",
    heading=Heading.OUTPUT,
    type=click.Choice(FORMATS),
    help="Instead of what the name says.",
)
@option("--words", heading=Heading.WORDS, type=FILE, help="More words, one a line; - is stdin.")
@option(
    "--top",
    heading=Heading.WORDS,
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Also the N most frequent words.  [default: {MAP_TOP} if no words are named]",
)
@option(
    "--section",
    heading=Heading.WORDS,
    metavar="NAME",
    help="Words of these analogy questions, with arrows.",
)
@option(
    "--questions",
    heading=Heading.WORDS,
    type=FILE,
    help="The analogy questions that --section is of.",
)
@option(
    "--groups",
    heading=Heading.WORDS,
    type=FILE,
    help="More words, each with a tab and its group behind it, or CSV; groups differ in color.",
)
@option(
    "--neighbors",
    heading=Heading.WORDS,
    type=click.IntRange(min=0),
    default=0,
    metavar="K",
    help="Also the K nearest words of each word.",
)
@map_options
@option(
    "--size",
    heading=Heading.OUTPUT,
    type=Size(),
    default="1200x900",
    show_default=True,
    metavar="WxH",
    help="In pixels; more of them have room for more labels.",
)
@option(
    "--dpi",
    heading=Heading.OUTPUT,
    type=click.IntRange(*DPI_RANGE),
    default=SCREEN_DPI,
    show_default=True,
    metavar="N",
    help="Pixels an inch: with 300, 2400x1800 is 8 by 6 inches, with labels as large on paper.",
)
@option(
    "--font-size",
    heading=Heading.OUTPUT,
    type=FloatRange(*FONT_SIZES),
    default=FONT_SIZE,
    show_default=True,
    metavar="PT",
    help="Of labels, in points on paper.",
)
@option(
    "--font",
    heading=Heading.OUTPUT,
    metavar="NAME",
    help="An installed font, or a .ttf or .otf file, for what it has letters of.",
)
@option(
    "--title",
    heading=Heading.OUTPUT,
    metavar="TEXT",
    help="Above the map.  [default: the section, or none]",
)
@option(
    "--theme",
    heading=Heading.OUTPUT,
    type=click.Choice(THEMES),
    default="light",
    show_default=True,
    help="Dark on light or light on dark.",
)
@option(
    "--tsv",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print word, x, y, kind instead of a picture.",
)
@reading_options
@option(
    "--json",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print one JSON object instead of a picture.",
)
@csv_options
@progress_options
@exclusive("--tsv", "--csv", "--json", "--format")
@click.pass_context
def plot(ctx, vectors, named, output, format, **options):
    """Draw a map of words: near are those with similar vectors.

    The words are those named, in --words, --groups, --top, --section or as arguments, all
    together. The map shows their vectors at length 1 along the two directions in which they
    differ most (PCA), or as t-SNE or UMAP places them. Words of a section are looked up whatever
    their case.

    VECTORS is a file of word vectors, as for w2v neighbors; - is standard input. A word that is
    not in it is a warning, and exit code 1 at the end.
    """
    form, format = _form(output, format, options)
    _check_inputs(vectors, options, output or STDIO)
    from ..maps.projection import check_method

    check_method(options["method"])
    look = _look(options) if format else None
    with reporter_for(options) as report:
        wordmap, n_unknown = _lay_out(vectors, named, options, report)
        if look:
            _write_picture(output, wordmap, format, look, report)
    if not look:
        _write_places(form, wordmap)
    if n_unknown:
        ctx.exit(1)


def _form(output, format, options):
    """(the Form of what is asked for, which is one for pictures too, the picture's format)."""
    form = form_asked({**options, "output": output}, PICTURE)
    if form.name == PICTURE or format is not None:
        return Form(PICTURE, output), _picture_format(output, format)
    if extension_of(form.output) in FORMATS:
        raise click.UsageError(
            f"-o {output} is a picture, and --{form.name} is none: they exclude each other; name "
            f"another file, such as map.{form.name}"
        )
    return form, None


def _picture_format(output, format):
    if output is None:
        raise click.UsageError("Missing option '-o' / '--output'; name a picture, such as map.png")
    if format is None:
        format = picture_format(output, f", or give --format {'|'.join(FORMATS)}")
    if output == STDIO and format == "png" and sys.stdout is not None and sys.stdout.isatty():
        raise ConfigError("a PNG picture is not for a terminal; name a file with -o")
    return format


def _look(options):
    """What a picture looks like, checked before anything is read."""
    from ..maps.drawing.figure import Look

    title = options["title"] if options["title"] is not None else options["section"] or ""
    asked = {name: options[name] for name in ("size", "dpi", "font_size", "font", "theme")}
    return Look(**asked, title=title).checked()


def _check_inputs(vectors, options, output):
    words, questions, section = (options[key] for key in ("words", "questions", "section"))
    groups = options["groups"]
    if (section is None) != (questions is None):
        raise click.UsageError("--section NAME and --questions FILE belong together; give both")
    others = [path for path in (words, groups, questions) if path is not None]
    check_standard_input(
        {
            "the vectors": [vectors],
            "the list of words": [words],
            "the groups": [groups],
            "the questions": [questions],
        }
    )
    check_outputs(
        [output], {"the file of vectors": [vectors], "a list of words": others}, options["log_json"]
    )
    note_terminal("the vectors or words", [vectors, *others])


def _lay_out(vectors, named, options, report):
    """The map, and how many words that were named are unknown."""
    from ..corpus.countfiles import read_word_list
    from ..embeddings.table import UnknownWordError
    from ..maps.notes import one_point_note
    from ..maps.wordmap import Choice, read_groups

    words = options["words"]
    groups = {} if options["groups"] is None else read_groups(options["groups"])
    listed = [] if words is None else read_word_list(words, spaces=True)
    pairs = _section_pairs(options["questions"], options["section"])
    report("load", 0, None)
    embeddings = read_vectors(vectors, options["encoding_errors"], encoding=options["encoding"])
    choice = Choice(embeddings)
    choice.add_words([*named, *listed])
    choice.add_groups(groups)
    for word in choice.unknown:
        warn(str(UnknownWordError([word], word)))
    _mention_absent(options["section"], choice.add_pairs(pairs))
    names_none = not named and words is None and options["section"] is None and not groups
    top = options["top"] or (MAP_TOP if names_none else 0)
    warn_of_order(embeddings, vectors, top)
    choice.add_top(top)
    choice.add_neighbors(options["neighbors"])
    wordmap = _place(embeddings, choice, options, report)
    if wordmap.projection.is_one_point:
        warn(one_point_note())
    return wordmap, len(choice.unknown)


def _place(embeddings, choice, options, report):
    """The map; what takes long says so in a log, too."""
    from ..maps.wordmap import lay_out

    method, started = options["method"], time.monotonic()
    if method != METHODS[0]:
        report.say(f"placing {len(choice.rows):,} words by {METHOD_TITLES[method]}")
    report("place", 0, None)
    wordmap = lay_out(embeddings, choice, method, options["seed"])
    if method != METHODS[0]:
        report.say(f"placed in {shown_time(time.monotonic() - started)}")
    return wordmap


def _section_pairs(questions, section):
    if section is None:
        return []
    from ..evaluation.questions import read_questions
    from ..files.paths import display_name
    from ..maps.wordmap import section_pairs

    return section_pairs(read_questions(questions), section, display_name(questions))


def _mention_absent(section, absent):
    """Questions with unknown words are skipped, here as in the score: no failure, but said."""
    if absent:
        from ..maps.notes import absent_note

        warn(absent_note(section, absent))


def _write_picture(output, wordmap, format, look, report):
    from ..maps.drawing.figure import draw

    with atomic_output(output) as stream:
        drawing = draw(stream, wordmap, format, look)
    for message in drawing.warnings(len(wordmap.words)):
        warn(message)
    place = "standard output" if output == STDIO else output
    report.say(f"wrote a map of {len(wordmap.words):,} words to {place}")


def _write_places(form, wordmap):
    """Write where the words are, instead of a picture."""
    if form.name == JSON:
        form.write_lines([json_text(wordmap.as_dict())])
        return
    rows = ((word, f"{x:.5f}", f"{y:.5f}", kind) for word, x, y, kind in wordmap.records())
    form.write_rows(("word", "x", "y", "kind"), rows)
