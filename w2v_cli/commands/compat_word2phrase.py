"""``w2v compat-word2phrase``: the command line of word2phrase.c, for scripts that are there."""

import os
import shutil
from contextlib import ExitStack, closing, contextmanager
from tempfile import NamedTemporaryFile, gettempdir

import click

from ..config import TextConfig
from ..errors import OutputError
from ..files.paths import STDIO, display_name, is_special, reason
from ..phrases.config import DEFAULT_THRESHOLD, PhraseConfig
from ..terminal.checks import CORPUS, check_outputs, check_standard_input
from ..terminal.singledash import SingleDashCommand, c_option
from ..terminal.spelling import options_spelled, spelled_option, with_value
from ..terminal.warnings import warn

EXAMPLES = """
  w2v compat-word2phrase -train text8 -output phrases.txt -threshold 200
  w2v compat-word2phrase -train phrases.txt -output long.txt -threshold 100"""

EPILOG = """\b
What is not as in word2phrase.c:
  line ends  pairs are counted within lines, as word2phrase.c means to do;
             with --cross-lines also across their ends, as it does
  -train     compressed too, and -; it is read twice
  -output    a name in .gz, .bz2, .xz or .zst is written compressed
  text       what is between words stays as it is, unless they are joined: no
             blank at the start of each line; words of any length stay
             whole; the last one counts without a line end behind it; CR,
             FF, VT and NUL part words as blanks do; UTF-16 with a byte-order
             mark is decoded
  counts     exact, in as much memory as the words take (there: 2 GB)
  messages   on standard error; what is wrong ends in exit code 1 or 2"""

SCORE = "word2phrase"
SAME_NAMES = {"min_count": "-min-count", "threshold": "-threshold"}


def _spelled(name, value):
    """A field as word2phrase.c calls it, or as ``w2v phrases`` does, which can more."""
    if name in SAME_NAMES:
        return with_value(SAME_NAMES[name], value)
    return f"w2v phrases {spelled_option(name, value)}"


@click.command(
    "compat-word2phrase",
    cls=SingleDashCommand,
    examples=EXAMPLES,
    epilog=EPILOG,
    short_help="Take a command line of word2phrase.c.",
)
@c_option("-train", required=True, help="The text.")
@c_option("-output", required=True, help="Where it goes, with phrases joined.")
@c_option("-min-count", type=int, default=PhraseConfig.min_count, help="Join nothing rarer.")
@c_option(
    "-threshold",
    type=float,
    default=DEFAULT_THRESHOLD[SCORE],
    help="Phrases have a higher score than this: (n(ab) - min-count) N / (n(a) n(b)).",
)
@c_option("-debug", type=int, default=2, help="0: no progress.")
@click.option("--cross-lines", is_flag=True, help="Count pairs across line ends too, as it does.")
def compat_word2phrase(**options):
    """Join phrases in text as word2phrase.c does with the same options: a drop-in for its binary.

    Two words that stand together more often than by chance are joined with _, from the left; a run
    over its own result makes phrases of up to four. A word that has a _ already counts as the
    phrase that is spelled so, as there.
    """
    with options_spelled(_spelled):
        config = PhraseConfig(
            SCORE, thresholds=(options["threshold"],), min_count=options["min_count"]
        )
        check_outputs([options["output"]], {CORPUS: [options["train"]]})
        check_standard_input({"the text": [options["train"]]})
        _run(options, config)


def _run(options, config):
    from ..compat.word2phrase import find_pairs
    from ..corpus.counting import count_text
    from ..corpus.sources import choose
    from ..machine.system import available_cpus
    from ..phrases.streaming import TextJoiner
    from ..terminal.progress.options import reporter
    from ..training.prepare import check_not_empty
    from ..training.watch import Watch

    train, output = options["train"], options["output"]
    with reporter(options["verbosity"] == 0) as report, _read_twice(train, _folder(output)) as path:
        watch = Watch(report)
        text = TextConfig(threads=available_cpus())
        sources = choose([path]).files
        counted = count_text(sources, text, _folder(output), watch)
        facts = counted.facts
        with closing(counted):
            check_not_empty(counted, display_name(train))
            phrases = find_pairs(counted, config, options["cross_lines"], text.threads, watch)
        if n_not_utf8 := facts.irregular["not_utf8"]:
            warn(
                f"{n_not_utf8:,} of {facts.tokens_read:,} words are not UTF-8, so that they are in "
                "no phrase; make the text UTF-8 first, with iconv"
            )
        joiner = TextJoiner(phrases)
        _write(sources, joiner, output, watch)
        place = "standard output" if output == STDIO else output
        report.say(
            f"{facts.tokens_read:,} words read; joined {joiner.n_joined:,} of them to the words "
            f"before them, as {len(phrases):,} different pairs; wrote the text to {place}"
        )


def _write(sources, joiner, output, report):
    from ..corpus.sources import open_looking
    from ..files.compression import compressed
    from ..files.inputs import READ_SIZE
    from ..files.outputs import atomic_output

    with atomic_output(output) as file, compressed(file, output) as stream:
        for source in sources:
            with open_looking(source.path, TextConfig.encoding) as opened:
                for block in joiner.join(iter(lambda: opened.read(READ_SIZE), b"")):
                    stream.write(block)
                    report("join", joiner.n_tokens, None)


def _folder(output):
    """Where ids lie meanwhile, and text that can be read only once."""
    if output == STDIO or is_special(output):
        return gettempdir()
    return os.path.dirname(os.path.realpath(output))


@contextmanager
def _read_twice(path, folder):
    """A text that can be read twice: the file itself, or a copy of what comes through a pipe."""
    if path != STDIO and not is_special(path):
        yield path
        return
    with _copy_of(path, folder) as copy:
        yield copy.name


def _copy_of(path, folder):
    """An open file in a folder with a name, which goes when it is closed."""
    from ..corpus.sources import open_looking

    with open_looking(path, TextConfig.encoding) as stream, ExitStack() as stack:
        try:
            copy = stack.enter_context(NamedTemporaryFile(dir=folder, prefix=".w2v-text-"))
            shutil.copyfileobj(stream, copy)
            copy.flush()
        except OSError as error:
            raise OutputError(
                f"{folder}: a copy of the text cannot be written there: {reason(error)}; give the "
                "text as a file"
            ) from error
        stack.pop_all()
    return copy
