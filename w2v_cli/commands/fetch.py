"""``w2v fetch``: a corpus from the network, as text to train on."""

import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from ..errors import ConfigError, InputError, OutputError
from ..fetching import catalog
from ..files.outputs import atomic_output, make_folder
from ..files.paths import STDIO, is_special
from ..terminal.checks import check_outputs
from ..terminal.command import Command
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.help.headings import Heading, option
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.ranges import FloatRange
from ..terminal.tables import aligned_lines, json_text

EXAMPLES = """
w2v fetch text8
w2v fetch text8 -o - | w2v train - -o vectors.bin
w2v fetch simplewiki -o wiki.txt
w2v fetch questions-words -o data/
w2v fetch --url https://example.org/corpus.txt.gz -o corpus.txt
w2v fetch --list"""

SHA256_DIGITS = 64


class Sha256(click.ParamType):
    """64 hexadecimal digits."""

    name = "hex"

    def convert(self, value, param, ctx):
        """The digits in lower case."""
        value = str(value).strip().lower()
        if len(value) != SHA256_DIGITS or set(value) - set("0123456789abcdef"):
            self.fail(f"{value!r} is no SHA-256, which is 64 hexadecimal digits", param, ctx)
        return value


def _complete(_ctx, _param, incomplete):
    return [
        CompletionItem(corpus.name, help=corpus.title)
        for corpus in catalog.CATALOG
        if corpus.name.startswith(incomplete)
    ]


@click.command(
    cls=Command, has_headings=True, examples=EXAMPLES, short_help="Fetch a corpus to train on."
)
@click.argument("name", required=False, metavar="[NAME]", shell_complete=_complete)
@option(
    "--list",
    "listed",
    heading=Heading.WHAT,
    is_flag=True,
    help="Print what there is; with --json as JSON.",
)
@option(
    "--url",
    heading=Heading.WHAT,
    metavar="URL",
    help="Fetch this instead: a mirror of NAME, or any text; http:, https: or file:.",
)
@option(
    "--member",
    heading=Heading.WHAT,
    metavar="NAME",
    help="The file of a ZIP archive, if there are several.",
)
@option(
    "--sha256",
    heading=Heading.WHAT,
    type=Sha256(),
    metavar="HEX",
    help="What the fetched file must have.",
)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    type=FILE,
    metavar="FILE|DIR",
    help="Where the text goes; - is standard output.  [default: a file here, named as NAME]",
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="With --list: one JSON object a line.")
@option(
    "--cache",
    heading=Heading.DOWNLOAD,
    type=FOLDER,
    help="Where fetched files are kept.  [default: ~/.cache/w2v/downloads]",
)
@option(
    "--keep/--no-keep",
    heading=Heading.DOWNLOAD,
    default=True,
    help="Keep the fetched file for later.  [default: keep]",
)
@option(
    "--force",
    heading=Heading.DOWNLOAD,
    is_flag=True,
    help="Fetch again, and replace a file that was not named.",
)
@option(
    "--timeout",
    heading=Heading.DOWNLOAD,
    type=FloatRange(0.1, 3600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long a server may be silent.",
)
@option(
    "--retries",
    heading=Heading.DOWNLOAD,
    type=click.IntRange(0, 100),
    default=4,
    show_default=True,
    metavar="N",
    help="How often to try again what may pass, with longer and longer pauses.",
)
@progress_options
def fetch(name, listed, json, **options):
    """Fetch a corpus and write it as text for w2v train.

    What is fetched is kept in a cache, so that the next time needs no network. A download that was
    broken off, by Ctrl-C or a fault, goes on when the same command is given again. It is held
    against its length and, where one is known, its SHA-256; otherwise against the one it had when
    it was first fetched.

    enwik8 and enwik9 are cleaned as text8 was. simplewiki, dewiki, frwiki and other dumps of
    Wikipedia become a paragraph a line without markup and punctuation: train with --lowercase.
    Text from --url without NAME is unpacked and left as it is.

    text8, enwik8 and enwik9 are one line, which w2v train cuts after 1,000 words, as
    --max-sentence says. Proxies are those of the environment (https_proxy, no_proxy).
    """
    if listed:
        _print_list(json)
        return
    if json:
        raise click.UsageError("--json belongs to --list; give that too")
    corpus = _corpus(name, options)
    output = _output(corpus, options)
    check_outputs([output], {}, options["log_json"])
    from ..fetching.obtaining import Request, obtain
    from ..fetching.store import default_folder
    from ..fetching.unpack import write_text

    request = Request(
        corpus,
        Path(options["cache"]) if options["cache"] else default_folder(),
        options["force"],
        _retry_policy(options),
    )
    try:
        with reporter_for(options) as report:
            path, entry = obtain(request, report)
            with atomic_output(output) as stream:
                n_bytes = write_text(path, corpus, stream, report)
            if entry is not None and not options["keep"]:
                entry.drop()
            place = "standard output" if output == STDIO else output
            report.say(f"wrote {n_bytes:,} bytes of text to {place}")
    except (KeyboardInterrupt, SystemExit) as stop:
        raise _stop_error(request, stop) from stop


def _corpus(name, options):
    """The Corpus that NAME and --url, --member and --sha256 stand for."""
    from ..fetching.address import validate_url
    from ..fetching.obtaining import with_expectations

    url, member = options["url"], options["member"]
    if name is None and url is None:
        raise click.UsageError("give the NAME of a corpus, or --url; --list tells what there is")
    if name is not None and member is not None:
        raise click.UsageError("--member is for --url without NAME; leave it out")
    url = validate_url(url) if url is not None else None
    corpus = catalog.find(name) if name is not None else catalog.unnamed(url, member)
    return with_expectations(corpus, url, options["sha256"])


def _output(corpus, options):
    """The path to write to, after all checks that need no network."""
    output = options["output"]
    folder = None
    if output is None:
        folder = ""
    elif output != STDIO and (output.endswith("/") or os.path.isdir(output)):
        folder = output
    if folder is not None:
        if corpus.file_name in ("", ".", ".."):
            raise ConfigError(f"{corpus.url} tells no name for the text; name a file with -o")
        output = os.path.join(folder, corpus.file_name)
        if os.path.lexists(output) and not options["force"]:
            raise OutputError(f"{output} is there already; -o FILE or --force replaces it")
    if folder and not is_special(output):
        make_folder(folder)
    return output


def _retry_policy(options):
    from ..fetching.download import RetryPolicy

    return RetryPolicy(options["timeout"], options["retries"])


def _stop_error(request, stop):
    """What to raise after a signal: an error that tells what is kept, if anything is."""
    from ..fetching.download import resume_hint
    from ..fetching.obtaining import entry_of

    hint = resume_hint(entry_of(request))
    if not hint:
        return stop
    if sys.stderr is not None and sys.stderr.isatty():
        click.echo(err=True)  # ends the line on which the terminal showed ^C
    error = InputError(f"interrupted{hint}")
    error.exit_code = stop.code if isinstance(stop, SystemExit) else 128 + signal.SIGINT
    return error


def _print_list(json):
    if json:
        lines = [json_text(asdict(corpus)) for corpus in catalog.CATALOG]
    else:
        lines = _table()
    with atomic_output(STDIO) as stream:
        stream.write("".join(line + "\n" for line in lines).encode())


def _table():
    yield from aligned_lines(
        [
            ["name", "to fetch", "checksum"],
            *(
                [
                    corpus.name,
                    f"{corpus.size / 1e6:,.1f} MB" if corpus.size else "not known",
                    "known" if corpus.sha256 else "none",
                ]
                for corpus in catalog.CATALOG
            ),
            [catalog.OTHER_WIKIS, "not known", "none"],
        ]
    )
    yield ""
    for corpus in catalog.CATALOG:
        yield f"{corpus.name}: {corpus.title}"
    yield f"{catalog.OTHER_WIKIS}: the same of any language: dewiki, frwiki, ..., enwiki (20 GB)"
