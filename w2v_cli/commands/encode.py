"""``w2v encode``: text in, a file of word ids out, to be trained on many times."""

import os
from dataclasses import replace

import click

from ..config import TrainConfig, VocabConfig
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
from ..terminal.options.distributed import DISTRIBUTED, communicator_of
from ..terminal.options.phrases import joined_phrases_option
from ..terminal.options.text import text_config, text_options
from ..terminal.progress.options import progress_options, reporter_for
from ..training.request import Request

EXAMPLES = """
  w2v encode corpus.txt.gz -o corpus.w2vc
  w2v train corpus.w2vc -o vectors.bin -d 300 --min-count 20"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Encode a corpus once, to train on it often."
)
@click.argument("corpus", nargs=-1, required=True, type=FILE, metavar="CORPUS...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=FILE,
    metavar="FILE.w2vc",
    help="Where the encoded corpus goes: 4 bytes a word.",
)
@click.option(
    "--min-count",
    type=int,
    default=VocabConfig.min_count,
    show_default=True,
    metavar="N",
    help="Leave out words that are rarer. Training can leave out more, but not bring any back.",
)
@click.option("--max-vocab", type=int, metavar="N", help="Keep only the N most frequent words.")
@text_options
@joined_phrases_option
@click.option("--vocab", type=FILE, help="Use this vocabulary ('word count' lines) as it is.")
@click.option(
    "--tmpdir",
    type=FOLDER,
    help="For 4 more bytes a word while encoding.  [default: the folder of the output]",
)
@click.option(
    "-j", "--threads", type=int, metavar="N", help="Threads.  [default: the CPUs available]"
)
@DISTRIBUTED
@memory_option
@progress_options
@click.pass_context
def encode(ctx, **options):
    """Encode CORPUS once, so that "w2v train FILE.w2vc" starts at once, as often as you like.

    CORPUS is files, folders, or - for standard input. The result is the same as training on the
    text with the same options, to the last bit. All words are kept unless --min-count says
    otherwise: each training makes its own choice.
    """
    communicator = communicator_of(options)
    request = replace(_request(options), communicator=communicator)
    _check_files(ctx, options)

    from ..corpus.archive import write_archive
    from ..corpus.vocabulary import Vocabulary
    from ..training.prepare import prepare

    output = options["output"]
    if options["phrases"]:
        from ..phrases.wanted import phrases_wanted

        request = replace(request, phrases=phrases_wanted(options["phrases"]))
    if options["vocab"]:
        request = replace(request, vocabulary=Vocabulary.load(options["vocab"]))
    with reporter_for(options) as report:
        prepared = prepare(request, report, needs_pairs=False, takes_counts=False)
        vocabulary = prepared.vocabulary
        corpus = prepared.corpus
        if communicator:
            from ..training.together import gathered

            corpus = gathered(corpus, request.folder)
            if corpus is None:
                return
        with corpus:
            write_archive(output, corpus, vocabulary.words, vocabulary.counts, prepared.facts)
        report.say(f"wrote {corpus.n_tokens:,} words to {output}")


def _request(options):
    config = TrainConfig(
        min_count=options["min_count"],
        max_vocab=options["max_vocab"],
        threads=default_threads(options["threads"]),
    )
    return Request(
        config=config,
        paths=options["corpus"],
        text=text_config(options, config.threads),
        glob=options["glob"],
        tmpdir=options["tmpdir"] or os.path.dirname(os.path.realpath(options["output"])),
    )


def _check_files(ctx, options):
    from ..corpus.archive import check_archive_name

    corpus, vocab = options["corpus"], options["vocab"]
    check_archive_name(options["output"])
    lists = {"the vocabulary": [vocab] if vocab else []}
    lists["the phrases"] = phrase_files(options["phrases"])
    inputs = {CORPUS: corpus, **lists}
    check_outputs([options["output"]], inputs, options["log_json"], options["glob"])
    check_standard_input({"the corpus": corpus, **lists})
    if vocab:
        mention_unused_cuts(ctx, "--vocab is used as it is")
    note_terminal("the corpus", corpus)
