"""``w2v cooccur``: which words stand near which, and how often: counted, added up, converted."""

import os
from dataclasses import replace

import click

from ..config import TEXT_DEFAULTS, TrainConfig
from ..errors import ConfigError
from ..files.paths import STDIO, folder_beside, is_special
from ..phrases.config import phrase_files
from ..terminal.checks import (
    CORPUS,
    check_outputs,
    check_standard_input,
    mention_unused_cuts,
    note_terminal,
)
from ..terminal.command import Command, default_threads, memory_option
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.help.headings import Heading, option
from ..terminal.options.pairs import count_rule, pair_options
from ..terminal.options.phrases import joined_phrases_option
from ..terminal.options.text import text_config, text_options
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.settings.sources import Source, settings_of
from ..terminal.spelling import option_name
from ..terminal.warnings import warn
from ..training.request import Request

W2VX, STANFORD = ".w2vx", "stanford"
FORMATS = ("w2vx", STANFORD)
OF_COUNTING = ("min_count", "max_vocab", "phrases", *TEXT_DEFAULTS)
OF_RULE = ("window", "symmetric", "distance_weight")

EXAMPLES = """
  w2v cooccur corpus.txt.gz -o corpus.w2vx
  w2v cooccur corpus.w2vc -o 5.w2vx --window 5 --min-count 20
  w2v cooccur --merge shard1.w2vx shard2.w2vx -o corpus.w2vx
  w2v cooccur corpus.txt -o cooccurrence.bin --save-vocab vocab.txt
  w2v cooccur --from-stanford cooccurrence.bin --vocab vocab.txt -o c.w2vx"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Count which words stand near which.",
)
@click.argument("corpus", nargs=-1, required=True, type=FILE, metavar="CORPUS...")
@option(
    "--merge",
    heading=Heading.WHAT,
    is_flag=True,
    help="CORPUS... are results of this command, not text: add them up.",
)
@option(
    "--from-stanford",
    heading=Heading.WHAT,
    is_flag=True,
    help="CORPUS... are records of Stanford's GloVe, in any order; --vocab names their words.",
)
@pair_options
@option(
    "-o",
    "--output",
    required=True,
    heading=Heading.OUTPUT,
    type=FILE,
    help="Where the counts go: .w2vx, some 12 bytes a pair; or .bin, as Stanford's GloVe has them.",
)
@option(
    "--format",
    heading=Heading.OUTPUT,
    type=click.Choice(FORMATS),
    help="Format of the counts, whatever their name.",
)
@option(
    "--save-vocab",
    heading=Heading.OUTPUT,
    type=FILE,
    help="Write the vocabulary, 'word count' lines, which Stanford's GloVe needs too.",
)
@option(
    "--min-count",
    heading=Heading.TEXT,
    type=int,
    default=TrainConfig.min_count,
    show_default=True,
    metavar="N",
    help="Leave out words that are rarer.",
)
@option(
    "--max-vocab",
    heading=Heading.TEXT,
    type=int,
    metavar="N",
    help="Keep only the N most frequent words.",
)
@text_options
@joined_phrases_option
@option(
    "--vocab",
    heading=Heading.TEXT,
    type=FILE,
    help="Use this vocabulary ('word count' lines) as it is.",
)
@option(
    "--tmpdir",
    heading=Heading.RESOURCES,
    type=FOLDER,
    help="For temporary files: 4 bytes a word, and what counts take.  [default: the folder of the "
    "output]",
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
@click.pass_context
def cooccur(ctx, corpus, **options):
    """Count which words of CORPUS stand near which: files, folders, - or an encoded corpus.

    The result is for "w2v train --model glove" and "--model ppmi", which would else count by
    themselves: count once, train often. Counts are exact: the file is the same for any number of
    threads and any --max-memory. What has no room in memory goes to --tmpdir.

    With --merge, counts of parts of a text are added up, to what all of it has. Count the parts
    with the same --vocab.
    """
    kind = _format_of(options)
    _check_options(ctx, options, kind)
    _check_files(ctx, corpus, options)
    with reporter_for(options) as report:
        work = _merged if options["merge"] else _converted if options["from_stanford"] else _counted
        counted, vocabulary = work(corpus, options, report)
        _write(counted, kind, options, report)
        if options["save_vocab"]:
            vocabulary.save(options["save_vocab"])


def _format_of(options):
    output = options["output"]
    if options["format"]:
        return options["format"]
    for suffix, kind in ((W2VX, FORMATS[0]), (".bin", STANFORD)):
        if output.endswith(suffix):
            return kind
    raise ConfigError(
        f"{output}: name a file that ends in {W2VX}, or in .bin for records of Stanford's GloVe; "
        "or give --format"
    )


def _check_options(ctx, options, kind):
    """Refuse options that contradict each other, and say which have no effect."""
    if options["merge"] and options["from_stanford"]:
        raise click.UsageError("--merge and --from-stanford exclude each other; give one of them")
    if options["from_stanford"] and not options["vocab"]:
        raise click.UsageError("--from-stanford needs --vocab: records have ids, and no words")
    if kind == STANFORD and not (options["save_vocab"] or options["vocab"]):
        raise click.UsageError(
            "--format stanford needs --save-vocab: records have ids, and no words"
        )
    if kind != STANFORD and (options["output"] == STDIO or is_special(options["output"])):
        raise ConfigError(
            f"{options['output']}: a file of counts must be a file, not a pipe or device; name one "
            "that ends in .w2vx"
        )
    if options["merge"]:
        unused, reason = (*OF_COUNTING, *OF_RULE, "vocab"), "--merge reads counts, not text"
    elif options["from_stanford"]:
        unused, reason = OF_COUNTING, "--from-stanford reads counts, not text"
    else:
        if options["vocab"]:
            mention_unused_cuts(ctx, "--vocab is used as it is")
        return
    for name in unused:
        if settings_of(ctx).source_of(name) is Source.COMMAND_LINE:
            warn(f"{option_name(name)} has no effect: {reason}")


def _check_files(_ctx, corpus, options):
    vocab, is_text = options["vocab"], not (options["merge"] or options["from_stanford"])
    lists = {"the vocabulary": [vocab] if vocab else []}
    lists["the phrases"] = phrase_files(options["phrases"])
    inputs = {CORPUS if is_text else "a file of counts": corpus, **lists}
    outputs = [path for path in (options["output"], options["save_vocab"]) if path]
    check_outputs(outputs, inputs, options["log_json"], options["glob"])
    what = "the corpus" if is_text else "the counts"
    check_standard_input({what: corpus, **lists})
    note_terminal(what, corpus)


def _folder(options):
    """Where temporary files lie."""
    return options["tmpdir"] or folder_beside(options["output"])


def _counted(corpus, options, report):
    """(the CountsFile of a text, its Vocabulary)."""
    rule = count_rule(options)
    request = _request(corpus, options)

    from ..corpus.vocabulary import Vocabulary
    from ..training.paircounting import counted_pairs

    if options["phrases"]:
        from ..phrases.wanted import phrases_wanted

        request = replace(request, phrases=phrases_wanted(options["phrases"]))
    if options["vocab"]:
        request = replace(request, vocabulary=Vocabulary.load(options["vocab"]))
    output = options["output"]
    is_file = not (output == STDIO or is_special(output))
    return counted_pairs(request, rule, report, folder_beside(output) if is_file else None)


def _request(corpus, options):
    config = TrainConfig(
        min_count=options["min_count"],
        max_vocab=options["max_vocab"],
        threads=default_threads(options["threads"]),
    )
    return Request(
        config=config,
        paths=corpus,
        text=text_config(options, config.threads),
        glob=options["glob"],
        tmpdir=_folder(options),
    )


def _merged(corpus, options, report):
    """(the CountsFile of several, its Vocabulary)."""
    from ..cooccurrence.countsfile import open_counts
    from ..cooccurrence.merging import merge_counts
    from ..corpus.vocabulary import Vocabulary

    places = list(map(os.path.realpath, corpus))
    for place in dict.fromkeys(places):
        if places.count(place) > 1:
            n_times = places.count(place)
            warn(f"{place} is named {n_times} times, so its counts are added {n_times} times")
    parts = [open_counts(path, report) for path in corpus]
    threads = default_threads(options["threads"])
    merged = merge_counts(corpus, parts, folder=_folder(options), threads=threads, progress=report)
    counts = merged.table.counts
    if n_absent := int((counts == 0).sum()):
        if options["save_vocab"]:
            report.say(
                f"{n_absent:,} words of the vocabulary occur in no part; {options['save_vocab']} "
                "has 1 as their count"
            )
        counts = counts.clip(1)
    return merged, Vocabulary(merged.table.words, counts)


def _converted(corpus, options, report):
    """(the CountsFile of records of Stanford's GloVe, its Vocabulary)."""
    rule = count_rule(options)

    from ..cooccurrence.countsfile import CountsFile
    from ..cooccurrence.stanford import read_records
    from ..corpus.vocabulary import Vocabulary

    vocabulary = Vocabulary.load(options["vocab"])
    table, notes = read_records(
        corpus, vocabulary.words, vocabulary.counts, rule, folder=_folder(options),
        threads=default_threads(options["threads"]), progress=report,
    )  # fmt: skip
    for note in notes:
        report.warn(note)
    return CountsFile(table), vocabulary


def _write(counted, kind, options, report):
    from ..cooccurrence.countsfile import write_counts
    from ..cooccurrence.stanford import write_records
    from ..files.compression import compressed
    from ..files.outputs import atomic_output
    from ..wording.amounts import shown_bytes

    table, output = counted.table, options["output"]
    place = "standard output" if output == STDIO else output
    if kind == STANFORD:
        with atomic_output(output) as file, compressed(file, output) as stream:
            n_records = write_records(
                stream, table, folder=_folder(options), progress=report,
                threads=default_threads(options["threads"]),
            )  # fmt: skip
        report.say(f"wrote {n_records:,} records of {len(table):,} pairs to {place}")
        return
    write_counts(output, counted, report)
    size = shown_bytes(os.path.getsize(output))
    report.say(
        f"{int(table.counts.sum()):,} words; wrote {len(table):,} pairs of {table.n_words:,} words "
        f"to {place}, {size}"
    )
