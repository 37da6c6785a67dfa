"""``w2v vocab``: how often each word occurs, in text or in the sum of count files."""

import os
from collections import Counter
from dataclasses import replace

import click

from ..config import TEXT_DEFAULTS, VocabConfig
from ..errors import InputError
from ..files.paths import STDIO
from ..terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, default_threads, memory_option
from ..terminal.forms import CSV, TSV, csv_options, form_asked
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.options.distributed import DISTRIBUTED, communicator_of
from ..terminal.options.text import text_config, text_options
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.settings.sources import Source, settings_of
from ..terminal.spelling import option_name
from ..terminal.warnings import warn

CSV_COLUMNS = ("word", "count", "relative_frequency")

EXAMPLES = """
  w2v vocab corpus.txt.gz --min-count 5 -o vocab.txt
  w2v vocab --merge shard1.txt shard2.txt -o vocab.txt
  w2v vocab corpus.txt -o counts.csv --bom
  w2v train corpus.txt.gz --vocab vocab.txt -o vectors.bin"""


@click.command(cls=Command, examples=EXAMPLES, short_help="Count words, or add up counts.")
@click.argument("corpus", nargs=-1, required=True, type=FILE, metavar="CORPUS...")
@click.option(
    "-o",
    "--output",
    default=STDIO,
    type=FILE,
    help="Where the counts go; a name in .csv is CSV.  [default: standard output]",
)
@csv_options
@click.option(
    "--merge", is_flag=True, help="CORPUS... are files of counts, not text: add up their counts."
)
@click.option(
    "--min-count",
    type=int,
    default=VocabConfig.min_count,
    show_default=True,
    metavar="N",
    help="Leave out words that are rarer, after merging.",
)
@click.option(
    "--max-vocab",
    type=int,
    metavar="N",
    help="Take at most N words: those of --keep, then the most frequent.",
)
@click.option(
    "--keep",
    type=FILE,
    help="Words, one a line, that are in whatever their count, if they occur.",
)
@click.option("--stop", type=FILE, help="Words, one a line, that are never in.")
@text_options
@click.option(
    "-j",
    "--threads",
    type=int,
    metavar="N",
    help="Counting threads.  [default: the CPUs available]",
)
@click.option(
    "--tmpdir",
    type=FOLDER,
    help="For 4 bytes a word and 8 a line, which --dedup needs.  [default: that of the system]",
)
@DISTRIBUTED
@memory_option
@progress_options
@click.pass_context
def vocab(ctx, corpus, output, merge, min_count, max_vocab, keep, stop, threads, **options):
    """Count the words of CORPUS: files, folders, or - for standard input.

    The result has one "word count" line a word, the most frequent first and equal counts in order
    of first appearance. "w2v train --vocab" takes it as it is. All words are counted unless
    --min-count says otherwise: what is rare in one part of a corpus may be frequent in the whole.

    With --csv it has a header and the columns word, count and relative_frequency, which is the
    count as a share of all words that were read. That is for spreadsheets, not for --vocab.

    With --merge, results of other machines are added up. gzip, bzip2, xz and zstd input is
    recognised by its content.
    """
    communicator = communicator_of(options)
    form = form_asked({**options, "output": output}, TSV)
    config = VocabConfig(min_count, max_vocab)
    text = text_config(options, default_threads(threads))
    if merge:
        _mention_text_options(ctx)
    _check_files(corpus, merge, output, keep, stop, options)
    kept, stopped = _word_lists(keep, stop, text)
    config = replace(config, keep=kept, stop=stopped)

    from ..corpus.sources import expand_paths
    from ..corpus.vocabulary import Vocabulary
    from ..training.watch import Watch

    with reporter_for(options) as report:
        if merge:
            words, counts, n_read, summary = _merge(expand_paths(corpus), Watch(report))
        else:
            words, counts, n_read, summary = _count(
                corpus, config, Watch(report), text, options["glob"], options["tmpdir"],
                communicator,
            )  # fmt: skip
        vocabulary = Vocabulary.from_counts(words, counts, min_count, max_vocab, kept, stopped)
        _mention_absent(keep, kept, vocabulary)
        if min_count == 1:
            # Else rare words are not known any more.
            _mention_needless(stop, stopped, words)
        if communicator is None or communicator.is_first:
            _save(vocabulary, form, n_read)
        place = "standard output" if output == STDIO else output
        report.say(f"{summary}; wrote the counts of {len(vocabulary):,} words to {place}")


def _check_files(paths, merge, output, keep, stop, options):
    """All checks of files that need no reading."""
    from ..corpus.sources import expand_paths

    files = expand_paths(paths, options["glob"])
    what = "the counts" if merge else "the corpus"
    lists = [path for path in (keep, stop) if path]
    kind = "a count file" if merge else CORPUS
    inputs = {kind: paths if not merge else files, "a list of words": lists}
    check_outputs([output], inputs, options["log_json"], options["glob"])
    check_standard_input({what: files, "the --keep list": [keep], "the --stop list": [stop]})
    note_terminal(what, files)
    if merge:
        _mention_twice(files)


def _mention_twice(files):
    place, times = Counter(map(os.path.realpath, files)).most_common(1)[0]
    if times > 1:
        warn(f"{place} is named {times} times, so its counts are added {times} times")


def _mention_text_options(ctx):
    for name in TEXT_DEFAULTS:
        if settings_of(ctx).source_of(name) is Source.COMMAND_LINE:
            warn(f"{option_name(name)} has no effect: --merge reads counts, not text")


def _word_lists(keep, stop, text):
    from ..corpus.countfiles import read_word_list

    kept = [text.apply(word) for word in read_word_list(keep)] if keep else []
    stopped = frozenset(map(text.apply, read_word_list(stop)) if stop else [])
    for word in kept:
        if word in stopped:
            raise InputError(f"{word!r} is both in --keep {keep} and in --stop {stop}; remove one")
    return frozenset(kept), stopped


def _count(paths, config, report, text, glob, tmpdir, communicator):
    from ..training.prepare import count_words

    words, counts, facts, number = count_words(
        paths, config, report, text, glob, tmpdir=tmpdir, communicator=communicator
    )
    summary = f"{facts.tokens_read:,} words read{number}"
    if cut := facts.irregular["too_long"]:
        summary += f" ({cut:,} cut: too long)"
    return words, counts, facts.tokens_read - facts.tokens_dropped, summary


def _merge(files, report):
    from ..corpus.countfiles import read_counts

    words, counts = read_counts(files, report)
    summary = f"{len(words):,} distinct words read from {len(files):,} count file"
    return words, counts, int(counts.sum()), summary + ("s" if len(files) > 1 else "")


def _save(vocabulary, form, n_read):
    """Write the counts; ``n_read`` is how many words there were in all."""
    if form.name != CSV:
        vocabulary.save(form.output)
        return
    pairs = zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)
    rows = ((word, count, f"{count / n_read:.6g}") for word, count in pairs)
    form.write_rows(CSV_COLUMNS, rows)


def _mention_absent(path, keep, vocabulary):
    """Kept words that never occur have no count, and none is made up for them."""
    absent = keep.difference(word for word in vocabulary.words if word in keep)
    if absent:
        example = min(absent)
        warn(
            f"{path}: {len(absent):,} of {len(keep):,} words to keep do not occur "
            f"and are left out, such as {example!r}"
        )


def _mention_needless(path, stopped, words):
    """A list of other words, in quotes or in another case, would stop nothing without a word."""
    if path and stopped.isdisjoint(words):
        shown = f", such as {min(stopped)!r}" if stopped else ""
        warn(
            f"{path}: none of its {len(stopped):,} words occurs{shown}; nothing is left out for "
            "them"
        )
