"""``w2v fetch``: a corpus from the network, as text to train on, or published vectors."""

import os
import signal
import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from ..errors import ConfigError, InputError, OutputError
from ..fetching import catalog
from ..fetching.published import SEPARATOR, collections
from ..files.outputs import atomic_output, make_folder
from ..files.paths import STDIO, is_special, split_compression, target_name
from ..terminal.checks import check_outputs
from ..terminal.command import Command
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.help.headings import Heading, option
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.ranges import FloatRange

EXAMPLES = """
w2v fetch text8
w2v fetch text8 -o - | w2v train - -o vectors.bin
w2v fetch simplewiki -o wiki.txt
w2v fetch fasttext-crawl:de
w2v fetch fasttext-aligned:fr --limit 200000 -o fr.vec
w2v fetch glove-6b:100d -o - | w2v convert - glove.w2v
w2v fetch --url https://example.org/corpus.txt.gz -o corpus.txt
w2v fetch --list
w2v fetch --list German"""

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
    known = [*catalog.CATALOG, *collections()]
    base = incomplete.partition(SEPARATOR)[0]
    for collection in collections():
        if collection.name == base:
            known += collection.files
    return [
        CompletionItem(each.name, help=each.title)
        for each in known
        if each.name.startswith(incomplete)
    ]


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Fetch a corpus to train on, or vectors.",
)
@click.argument("name", required=False, metavar="[NAME]", shell_complete=_complete)
@option(
    "--list",
    "listed",
    heading=Heading.WHAT,
    is_flag=True,
    help="Print what there is, with NAME what there is of a collection or a language; with --json "
    "as JSON.",
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
    "--limit",
    heading=Heading.WHAT,
    type=click.IntRange(min=1),
    metavar="N",
    help="Take the first N vectors only, and fetch no more than they need, where they are not in "
    "a ZIP archive.",
)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    type=FILE,
    metavar="FILE|DIR",
    help="Where it goes; - is standard output. Vectors are compressed if the name says so.  "
    "[default: a file here, named as NAME, or as the vectors were published]",
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
    """Fetch a corpus as text for w2v train, or published vectors.

    What is fetched is kept in a cache, so that the next time needs no network. A download that was
    broken off, by Ctrl-C or a fault, goes on when the same command is given again. It is held
    against its length and, where one is known, its SHA-256; otherwise against the one it had when
    it was first fetched.

    enwik8 and enwik9 are cleaned as text8 was. simplewiki, dewiki, frwiki and other dumps of
    Wikipedia become a paragraph a line without markup and punctuation: train with --lowercase.
    Text from --url without NAME is unpacked and left as it is.

    text8, enwik8 and enwik9 are one line, which w2v train cuts after 1,000 words, as
    --max-sentence says. Proxies are those of the environment (https_proxy, no_proxy).

    Vectors are COLLECTION:LANGUAGE, as fasttext-crawl:de or fasttext-crawl:German, or
    COLLECTION:FILE, as glove-6b:100d. They stay as they were published, and every command that
    takes vectors reads them. With n-grams are those of fasttext-crawl-bin and fasttext-wiki-bin.
    """
    if listed:
        from ..terminal.fetchlist import print_list

        print_list(name, json)
        return
    if json:
        raise click.UsageError("--json belongs to --list; give that too")
    corpus = _corpus(name, options)
    limit = _limit(corpus, options)
    output = _output(corpus, options)
    check_outputs([output], {}, options["log_json"])
    from ..fetching.obtaining import Request, obtain
    from ..fetching.store import default_folder

    request = Request(
        corpus,
        Path(options["cache"]) if options["cache"] else default_folder(),
        options["force"],
        _retry_policy(options),
        limit,
    )
    try:
        with reporter_for(options) as report:
            path, entry = obtain(request, report)
            with atomic_output(output) as stream:
                is_beginning = entry is not None and path == entry.part
                written = _write(path, corpus, stream, output, limit, report, is_beginning)
            if entry is not None and not options["keep"]:
                entry.drop()
            report.say(f"wrote {written} to {target_name(output)}")
    except (KeyboardInterrupt, SystemExit) as stop:
        raise _stop_error(request, stop) from stop


def _write(path, corpus, stream, output, limit, report, is_beginning):
    """Write what was fetched; what that is, in words."""
    if corpus.is_vectors or limit is not None:
        from ..fetching.vectors import write_vectors

        number = write_vectors(
            path, corpus, stream, output, limit, report, is_beginning=is_beginning
        )
        return f"{number:,} {'bytes of a model' if corpus.recipe == 'model' else 'vectors'}"
    from ..fetching.unpack import write_text

    return f"{write_text(path, corpus, stream, report):,} bytes of text"


def _limit(corpus, options):
    """The value of --limit, if the corpus is one of vectors, or may be."""
    limit = options["limit"]
    if limit is None or corpus.recipe in ("vectors", "any"):
        return limit
    if corpus.recipe == "model":
        raise click.UsageError(
            f"--limit: {corpus.name} is a model with n-grams, of which all is needed; "
            "'w2v convert IN OUT --limit N' takes its first words"
        )
    raise click.UsageError(f"--limit is for vectors, and {corpus.name} is text; leave it out")


def _corpus(name, options):
    """The Corpus that NAME and --url, --member and --sha256 stand for."""
    from ..fetching.address import validate_url
    from ..fetching.obtaining import with_expectations

    url, member = options["url"], options["member"]
    if name is None and url is None:
        raise click.UsageError(
            "give the NAME of a corpus or of vectors, or --url; --list tells what there is"
        )
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
        output = os.path.join(folder, _file_name(corpus, options))
        if os.path.lexists(output) and not options["force"]:
            raise OutputError(f"{output} is there already; -o FILE or --force replaces it")
    if folder and not is_special(output):
        make_folder(folder)
    return output


def _file_name(corpus, options):
    """The name of a file that was not named; the first rows are not compressed."""
    is_part = options["limit"] is not None
    return split_compression(corpus.file_name)[0] if is_part else corpus.file_name


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
