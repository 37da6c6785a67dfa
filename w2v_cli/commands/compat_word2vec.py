"""``w2v compat-word2vec``: the command line of word2vec.c, for scripts that are there already."""

import os
import stat
from dataclasses import replace

import click

from ..config import TextConfig, TrainConfig, VocabConfig
from ..files.paths import STDIO
from ..terminal.checks import check_outputs, check_standard_input
from ..terminal.singledash import SingleDashCommand, c_option
from ..terminal.spelling import options_spelled, spelled_option, with_value
from ..terminal.warnings import warn
from ..training.request import Outputs, Request
from ..wording.marks import SENTENCE_END_WORD

EXAMPLES = r"""
  w2v compat-word2vec -train text8 -output vectors.bin -cbow 1 -size 200 \
    -window 8 -negative 25 -hs 0 -sample 1e-4 -threads 20 -binary 1 -iter 15
  w2v compat-word2vec -train text8 -output classes.txt -size 200 -classes 500"""

EPILOG = """\b
What is not as in word2vec.c:
  -hs 1      trains with hierarchical softmax alone, whatever -negative is,
             and says so; word2vec.c adds up both
  -threads   more than there are processors are not started; all by default
  -output    a name in .gz, .bz2, .xz or .zst is written compressed
  text       CR, FF, VT and NUL part words as blanks do, and the last word
             counts without a line end behind it; words are cut at 1,000
             bytes, between two characters; bytes that are not UTF-8 become
             U+FFFD; UTF-16 with a byte-order mark is decoded
  messages   on standard error; what is wrong ends in exit code 1 or 2"""

NAMES = {"dim": "-size", "epochs": "-iter", "lr": "-alpha", "vocab": "-read-vocab"}
SAME_NAMES = {"window", "sample", "negative", "threads", "min_count", "save_vocab"}


def _spelled(name, value):
    """A field as word2vec.c calls it, or as ``w2v train`` does, which can more."""
    if name in SAME_NAMES:
        return with_value("-" + name.replace("_", "-"), value)
    if name in NAMES:
        return with_value(NAMES[name], value)
    return f"w2v train {spelled_option(name, value)}"


@click.command(
    "compat-word2vec",
    cls=SingleDashCommand,
    examples=EXAMPLES,
    epilog=EPILOG,
    short_help="Take a command line of word2vec.c.",
)
@c_option("-train", required=True, help="The text; compressed too.")
@c_option("-output", help="Where the vectors go, or the classes.")
@c_option("-size", type=int, default=100, help="Length of a vector.")
@c_option("-window", type=int, default=5, help="Words on each side that count as near, at most.")
@c_option("-sample", type=float, default=1e-3, help="Subsampling threshold; 0 keeps every word.")
@c_option("-hs", type=int, default=0, help="1: hierarchical softmax.")
@c_option("-negative", type=int, default=5, help="Negative samples; 0: none, with -hs 1.")
@c_option("-threads", type=int, help="Training threads.  [default: the CPUs available]")
@c_option("-iter", type=int, default=5, help="Passes over the text.")
@c_option("-min-count", type=int, default=5, help="Leave out words that are rarer.")
@c_option("-alpha", type=float, help="Learning rate.  [default: 0.05 cbow, 0.025 skip-gram]")
@c_option("-classes", type=int, default=0, help="Write 'word class' lines of N classes instead.")
@c_option("-debug", type=int, default=2, help="0: no progress.")
@c_option("-binary", type=int, default=0, help="1: binary vectors.")
@c_option("-save-vocab", help="Write the vocabulary, 'word count' lines.")
@c_option("-read-vocab", help="Read the vocabulary instead of making one.")
@c_option("-cbow", type=int, default=1, help="1: CBOW, 0: skip-gram.")
@click.pass_context
def compat_word2vec(ctx, **options):
    """Train as word2vec.c does with the same options: a drop-in for its binary.

    The vocabulary and the vectors begin with </s>, as there: its count is that of line ends and of
    tokens </s>, which end a sentence too, and its vector is never trained. Without -output, only
    the vocabulary is written.
    """
    with options_spelled(_spelled):
        _check(options)
        _run(options, _config(options))


def _check(options):
    outputs = [options[name] for name in ("output", "save_vocab") if options[name]]
    if not outputs:
        raise click.UsageError("give -output FILE, or -save-vocab FILE for the vocabulary alone")
    check_outputs(outputs, {"the text": [options["train"]], "a vocabulary": _given(options)})
    check_standard_input({"the text": [options["train"]], "the vocabulary": _given(options)})
    if options["negative"] == 0 and not options["hs"]:
        raise click.UsageError("-negative 0 and -hs 0 leave nothing to train with; give -hs 1")
    if options["classes"] < 0:
        raise click.UsageError(f"-classes must be 0 or more, not {options['classes']}")
    if options["hs"] and options["negative"]:
        warn(
            f"-hs 1 with -negative {options['negative']}: word2vec.c adds up both; this trains "
            "with hierarchical softmax alone (-hs 0 for negative sampling alone)"
        )


def _given(options):
    return [options["read_vocab"]] if options["read_vocab"] else []


def _config(options):
    from ..machine.system import available_cpus

    threads = options["threads"]
    config = TrainConfig(
        model="cbow" if options["cbow"] else "skipgram",
        loss="hs" if options["hs"] else "ns",
        dim=options["size"],
        window=options["window"],
        negative=max(options["negative"], 1) if options["hs"] else options["negative"],
        ns_exponent=0.75,
        sample=options["sample"],
        epochs=options["iter"],
        lr=options["alpha"],
        min_count=options["min_count"],
        threads=available_cpus() if threads is None else threads,
        vectors="input",
    )
    return replace(config, threads=min(config.threads, available_cpus()))


def _run(options, config):
    from ..terminal.progress.options import reporter
    from ..terminal.stopping import status_on_request

    with reporter(options["verbosity"] == 0) as report, status_on_request(report):
        if (options["threads"] or 0) > config.threads:
            report.say(f"{config.threads} threads, as there are no more processors")
        if options["output"]:
            _train(options, config, report)
        else:
            _save_vocabulary(options, _vocabulary(options, config, report))


def _vocabulary(options, config, report):
    """The words of the text, or those of -read-vocab that are frequent enough."""
    from ..corpus.vocabulary import Vocabulary
    from ..training.prepare import count_words

    if options["read_vocab"]:
        known = Vocabulary.load(options["read_vocab"])
        stop = frozenset([SENTENCE_END_WORD])
        return Vocabulary.from_counts(known.words, known.counts, config.min_count, stop=stop)
    kept = frozenset([SENTENCE_END_WORD])
    wanted = VocabConfig(min_count=config.min_count, keep=kept)
    words, counts, *_ = count_words([options["train"]], wanted, report, sentence_end=True)
    return Vocabulary.from_counts(words, counts, config.min_count, keep=kept)


def _save_vocabulary(options, vocabulary, n_sentences=0, n_tokens=0):
    from ..compat.sentence_end import WithSentenceEnd
    from ..corpus.vocabulary import Vocabulary

    ends = _sentence_ends(options["train"], n_sentences, n_tokens)
    words = WithSentenceEnd(vocabulary.words, vocabulary.counts, ends)
    Vocabulary(words.words, words.counts).save(options["save_vocab"])


def _sentence_ends(path, n_sentences, n_tokens):
    """Line ends of the text and tokens </s>; where it can be read only once, sentences."""
    from ..compat.sentence_end import count_line_ends

    can_be_read_again = path != STDIO and stat.S_ISREG(os.stat(path).st_mode)
    return count_line_ends(path) + n_tokens if can_be_read_again else n_sentences


def _train(options, config, report):
    from ..terminal.stopping import StopSignals
    from ..training.prepare import prepare
    from ..training.run import train

    request = _request(options, config, report)
    prepared = prepare(request, report)
    with prepared.corpus:
        words = _checked_words(options, request, prepared, report)
        trained = train(prepared, report, StopSignals())
    vectors = words.vectors(trained.vectors, config.seed)
    if options["classes"]:
        _write_classes(options, words.words, vectors, config.seed)
    else:
        _write_vectors(request, words, vectors)
    what = f"{options['classes']} classes" if options["classes"] else "vectors"
    report.say(f"wrote {what} of {len(words.words):,} words to {options['output']}")


def _request(options, config, report):
    return Request(
        config=config,
        paths=(options["train"],),
        text=TextConfig(threads=config.threads),
        sentence_end=SENTENCE_END_WORD,
        vocabulary=_vocabulary(options, config, report) if options["read_vocab"] else None,
        outputs=Outputs(
            vectors=options["output"], format="binary" if options["binary"] else "text"
        ),
    )


def _checked_words(options, request, prepared, report):
    """The words of the results, when all was checked that can be before training."""
    from ..compat.sentence_end import WithSentenceEnd
    from ..formats.writing import check_words
    from ..training.space import check_space

    vocabulary = prepared.vocabulary
    if options["classes"] > len(vocabulary) + 1:
        raise click.UsageError(
            f"-classes {options['classes']} is more than there are words: "
            f"{len(vocabulary) + 1:,} with </s>; give fewer"
        )
    check_space(prepared, request, report)
    n_sentences = prepared.corpus.n_sentences
    n_tokens = prepared.facts.irregular.get("sentence_ends", 0)
    if options["save_vocab"]:
        _save_vocabulary(options, vocabulary, n_sentences, n_tokens)
    ends = _sentence_ends(options["train"], n_sentences, n_tokens)
    words = WithSentenceEnd(vocabulary.words, vocabulary.counts, ends)
    check_words(request.outputs.vectors, request.outputs.format, words.words)
    return words


def _write_vectors(request, words, vectors):
    from ..formats.writing import write_embeddings

    outputs = request.outputs
    write_embeddings(outputs.vectors, words.words, vectors, outputs.format, counts=words.counts)


def _write_classes(options, words, vectors, seed):
    from ..compat.clustering import spherical_kmeans
    from ..files.outputs import atomic_output

    classes = spherical_kmeans(vectors, options["classes"], seed)
    with atomic_output(options["output"]) as stream:
        for word, number in zip(words, classes.tolist(), strict=True):
            stream.write(f"{word} {number}\n".encode())
