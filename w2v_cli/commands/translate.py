"""``w2v translate``: the words of one language nearest to those of another."""

from functools import partial

import click

from ..files.paths import STDIO
from ..terminal.checks import check_outputs
from ..terminal.command import Command, exclusive
from ..terminal.forms import form_asked, form_options
from ..terminal.help.headings import Heading, option
from ..terminal.options.languages import (
    check_lengths,
    csls_option,
    limit_option,
    read_two,
    two_languages,
)
from ..terminal.options.vectors import (
    answer_rows_option,
    compose_option,
    near_case_option,
    reading_options,
    threads_option,
)
from ..terminal.printing import form_of_output
from ..terminal.questioning import answer

EXAMPLES = """
  w2v translate en-in-de.bin de.bin king "king - man + woman"
  cut -f1 words.tsv | w2v translate en-in-de.bin de.bin --tsv -k 1
  w2v translate de.bin en-in-de.bin king --csls 0 --json"""


@click.command(
    cls=Command,
    examples=EXAMPLES,
    has_headings=True,
    short_help="Print the words of another language nearest to a word.",
)
@two_languages
@click.argument("words", metavar="[WORD]...", nargs=-1)
@option(
    "-k",
    "--topn",
    heading=Heading.QUESTION,
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Translations of each word.",
)
@near_case_option(Heading.QUESTION)
@compose_option(Heading.QUESTION)
@csls_option(Heading.ANSWERS)
@limit_option(Heading.ANSWERS)
@answer_rows_option()
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object a word.")
@form_options
@threads_option()
@partial(reading_options, has_limit=False)
@exclusive("--tsv", "--csv", "--json")
@click.pass_context
def translate(ctx, source, target, words, **options):
    """Print the words of TGT nearest to each WORD of SRC.

    SRC and TGT are files of word vectors in one space, such as w2v align writes, in any format that
    w2v convert reads. A WORD may be an expression, as for w2v neighbors. Without WORD, words are
    read from standard input, one a line, or typed at a prompt on a terminal.

    The score is CSLS, 2 cos(x, z) - r(x) - r(z), where r is the mean cosine of a word and its K
    nearest of the other language: so words that are near to everything do not answer everything.
    With --csls 0 it is the cosine.
    """
    if STDIO in (source, target) and (source == target or not words):
        raise click.UsageError(
            "standard input is one file of vectors at most, and the words are arguments then"
        )
    form = form_asked(options, form_of_output(options["output"]))
    check_outputs([options["output"]], {"a file of vectors": [source, target]})
    found = read_two(source, target, options)
    check_lengths(found)
    mode = _mode(*(each.embeddings for each in found), options)
    answer(mode, words, form)
    if not mode.asker.all_answered:
        ctx.exit(1)


def _mode(source, target, options):
    from ..alignment.csls import Csls
    from ..embeddings.queries import WordFinder
    from ..embeddings.restriction import Restriction
    from ..terminal.answers import Asker, Translations

    source = source if options["compose"] else source.without_subwords()
    searcher = target
    if options["csls"]:
        searcher = Csls(source, target, options["csls"], options["threads"])
    asker = Asker(WordFinder(source, options["ignore_case"]))
    return Translations(asker, target, searcher, Restriction(len(target)), options["topn"])
