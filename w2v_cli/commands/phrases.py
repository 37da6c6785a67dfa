"""``w2v phrases``: words that stand together more often than by chance; found, and joined."""

import os

import click

from ..config import TEXT_DEFAULTS, TextConfig, TrainConfig
from ..files.paths import STDIO, display_name, is_special
from ..phrases.config import PhraseConfig
from ..terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, default_threads, exclusive, memory_option, require_given
from ..terminal.forms import JSON, TSV, form_asked, form_options
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.help.headings import Heading, option
from ..terminal.options.phrases import ENGLISH, phrase_config, phrase_options
from ..terminal.options.text import text_config, text_options
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.settings.sources import Source, settings_of
from ..terminal.spelling import option_name
from ..training.request import Request

WITH_APPLY = ("prefer",)
"""Options of finding that hold for joining, too."""
TEXT_WITH_APPLY = ("lowercase", "digits", "encoding")
TABLE_ONLY = ("top", "json", "tsv", "csv", "bom", "header")

EXAMPLES = """
  w2v phrases corpus.txt --lowercase -o phrases.tsv
  w2v phrases corpus.txt --passes 3 --threshold .5,.5,.4 --connectors en --json
  w2v phrases --apply phrases.tsv < corpus.txt > joined.txt
  w2v train corpus.txt --phrases phrases.tsv -o vectors.bin"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Find phrases such as new york, and join them.",
)
@click.argument("corpus", nargs=-1, type=FILE, metavar="CORPUS...")
@option(
    "--apply",
    heading=Heading.WHAT,
    type=FILE,
    help="Join the phrases of FILE, a result of this command, in CORPUS, or in standard input.",
)
@phrase_options
@option(
    "--top",
    heading=Heading.OUTPUT,
    type=click.IntRange(min=1),
    metavar="N",
    help="Only the N phrases with the best scores.",
)
@option(
    "--tsv", heading=Heading.OUTPUT, is_flag=True, help="Print tab-separated rows: the default."
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object a phrase.")
@form_options
@text_options
@option(
    "--tmpdir",
    heading=Heading.RESOURCES,
    type=FOLDER,
    help="For the words as numbers, 4 bytes each.  [default: the folder of the output]",
)
@option(
    "-j",
    "--threads",
    heading=Heading.RESOURCES,
    type=int,
    metavar="N",
    help="Threads.  [default: the CPUs available]",
)
@memory_option
@progress_options
@exclusive("--tsv", "--csv", "--json")
@click.pass_context
def phrases(ctx, corpus, apply, **options):
    """Find phrases in CORPUS: files, folders, - for standard input, or one encoded corpus.

    The result is a table, the best score first: the phrase; its words on the left, between and on
    the right; how often they stood together, and each side by itself; the score; and the pass that
    found it. Counts are exact, whatever the memory. Changing a threshold afterwards is a filter on
    this table.

    With --apply, text comes out with an underscore between the words of each phrase, and is else as
    it was, byte for byte.
    """
    if apply:
        _check_unused(ctx)
        _join(corpus or (STDIO,), apply, options)
        return
    require_given(ctx, "corpus")
    _find(corpus, options)


def _find(corpus, options):
    form = form_asked(options, TSV)
    text = text_config(options, default_threads(options["threads"]))
    lists = {"the --stop list": options["stop"], "the --connectors list": options["connectors"]}
    if options["connectors"] == ENGLISH:
        del lists["the --connectors list"]
    _check_files(corpus, form.output, lists, options)
    config = phrase_config(options, text)

    from ..training.phrasefinding import find_phrases

    request = Request(
        TrainConfig(), corpus, text=text, glob=options["glob"], tmpdir=_folder(options)
    )
    with reporter_for(options) as report:
        found, facts, number = find_phrases(request, config, report)
        _write(found, form, options["top"])
        place = "standard output" if form.output == STDIO else form.output
        n_written = len(found[: options["top"]])
        which = f"{n_written:,} of {len(found):,}" if n_written < len(found) else f"{n_written:,}"
        report.say(f"{facts.tokens_read:,} words read{number}; wrote {which} phrases to {place}")


def _write(found, form, top):
    from ..phrases.table import COLUMNS
    from ..terminal.tables import json_text

    if form.name == JSON:
        form.write_lines(json_text(row.facts(found.delimiter)) for row in found[:top])
    else:
        form.write_rows(COLUMNS, (row.row(found.delimiter) for row in found[:top]))


def _folder(options):
    """Where ids are kept; None leaves that to the system."""
    output = options["output"]
    if options["tmpdir"]:
        return options["tmpdir"]
    if output == STDIO or is_special(output):
        return None
    return os.path.dirname(os.path.realpath(output))


def _check_files(corpus, output, others, options):
    """All checks of files that need no reading."""
    named = {kind: [path] for kind, path in others.items() if path}
    check_outputs([output], {CORPUS: corpus, **named}, options["log_json"], options["glob"])
    check_standard_input({"the corpus": corpus, **named})
    note_terminal("the corpus", corpus)


def _check_unused(ctx):
    """Refuse options that do not go with --apply."""
    found = [each.name for each in ctx.command.params if each.name in _not_with_apply()]
    for name in found:
        if settings_of(ctx).source_of(name) is Source.COMMAND_LINE:
            raise click.UsageError(
                f"{option_name(name)} does not go with --apply, which joins what the table says; "
                "leave it out"
            )


def _not_with_apply():
    text = set(TEXT_DEFAULTS) - set(TEXT_WITH_APPLY)
    finding = set(PhraseConfig.__dataclass_fields__) | {"threshold"}
    return (finding | text | {"tmpdir", "threads", *TABLE_ONLY}) - set(WITH_APPLY)


def _join(corpus, table, options):
    from ..corpus.sources import choose, open_looking
    from ..files.compression import READ_SIZE, compressed
    from ..files.outputs import atomic_output
    from ..phrases.streaming import TextJoiner, is_compiled
    from ..phrases.table import Phrases, no_phrases_note

    output = options["output"]
    text = TextConfig(**{name: options[name] for name in TEXT_WITH_APPLY})
    _check_files(corpus, output, {"the phrases": table}, options)
    with reporter_for(options) as report:
        if not is_compiled():
            report("compile", 0, None)
        found = Phrases.load(table, options["prefer"])
        if note := no_phrases_note(found, display_name(table)):
            report.warn(note)
        joiner = TextJoiner(found, text)
        sources = choose(corpus, options["glob"], text.encoding)
        if note := sources.skipping_note():
            report.warn(note)
        with atomic_output(output) as file, compressed(file, output) as stream:
            for source in sources.files:
                with open_looking(source.path, text.encoding) as opened:
                    for block in joiner.join(iter(lambda: opened.read(READ_SIZE), b"")):
                        stream.write(block)
                        report("join", joiner.n_tokens, None)
        report.say(f"{joiner.n_tokens:,} words read; joined {joiner.n_joined:,} phrases")
