"""``w2v embed``: documents, one a line, as vectors, one a line."""

import os
import sys
import tempfile

import click

from ..config import TextConfig
from ..errors import InputError, field
from ..files.outputs import atomic_output
from ..files.paths import STDIO, is_special
from ..pooling.settings import WEIGHTINGS, Pooling
from ..terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, default_threads, exclusive
from ..terminal.documentrows import form_of_rows, row_writer
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.help.headings import Heading, option
from ..terminal.options.text import document_options
from ..terminal.options.vectors import (
    compose_option,
    read_with_record,
    reading_options,
    threads_option,
)
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.ranges import FloatRange
from ..terminal.warnings import warn

LEARNT = (
    "weighting", "sif_a", "common_components", "unit_words", "normalize", "vocab", "compose",
)  # fmt: skip
CUT = ("tokenize", "lowercase", "digits")
"""Options that a file of --fit settles: of vectors, and of text."""

EXAMPLES = """
  w2v embed vectors.bin < corpus.txt > rows.txt
  w2v embed vectors.bin corpus.txt.gz -o rows.npy --weighting idf
  w2v embed vectors.w2v corpus.txt -o rows.npy --weighting sif --save-fit f.json
  echo "king of england" | w2v embed vectors.w2v --fit f.json --json"""


def _reading_options(command):
    return reading_options(command, "--vectors-encoding")


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Print a vector for each line of text.",
)
@click.argument("vectors", type=FILE, metavar="VECTORS")
@click.argument("documents", nargs=-1, type=FILE, metavar="[TEXT]...")
@option(
    "--weighting",
    heading=Heading.WHAT,
    type=click.Choice(WEIGHTINGS),
    help="How much each word counts: all the same; by how few lines have it; or a / (a + p), where "
    "p is how frequent it is in the text of the vectors.  [default: mean]",
)
@option(
    "--sif-a",
    heading=Heading.WHAT,
    type=FloatRange(0, min_open=True),
    metavar="X",
    help=f"That a of sif; 1e-4 to 1e-3 is usual.  [default: {Pooling.a:g}]",
)
@option(
    "--common-components",
    heading=Heading.WHAT,
    type=click.IntRange(min=0),
    metavar="N",
    help="Take out the N directions that all lines share most; with sif 1 is usual.  [default: 0]",
)
@option(
    "--unit-words",
    heading=Heading.WHAT,
    is_flag=True,
    help="Take vectors of words at length 1, as fastText's vectors of sentences do.",
)
@option(
    "--normalize",
    heading=Heading.WHAT,
    is_flag=True,
    help="Scale the vectors of lines to length 1.",
)
@compose_option(Heading.WHAT)
@option(
    "--vocab",
    heading=Heading.WHAT,
    type=FILE,
    help="Counts for sif, 'word count' lines; those with the vectors if not given.",
)
@option(
    "--save-fit",
    heading=Heading.WHAT,
    type=FILE,
    help="Keep in FILE what was learnt of these lines, and the options above.",
)
@option(
    "--fit",
    heading=Heading.WHAT,
    type=FILE,
    help="Embed as the lines were of which FILE was kept: queries like the documents.",
)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    default=STDIO,
    type=FILE,
    help="Where the rows go; a name in .npy, .csv, .tsv or .json says in which form.  "
    "[default: standard output]",
)
@option("--tsv", heading=Heading.OUTPUT, is_flag=True, help="Separate numbers by tabs.")
@option("--csv", heading=Heading.OUTPUT, is_flag=True, help="Print CSV with a header row.")
@option(
    "--json",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print one JSON object a line, with the numbers of known and of unknown words.",
)
@option("--npy", heading=Heading.OUTPUT, is_flag=True, help="Write an array of NumPy, float32.")
@document_options()
@option(
    "--tmpdir",
    heading=Heading.RESOURCES,
    type=FOLDER,
    help="For what must be looked at twice: 4 bytes a word for idf, all rows for "
    "--common-components.  [default: the folder of the output]",
)
@threads_option("Threads; results are the same.")
@_reading_options
@progress_options
@exclusive("--tsv", "--csv", "--json", "--npy")
@exclusive("--save-fit", "--fit")
def embed(vectors, documents, output, **options):
    """Print one vector for each line of TEXT: the mean of those of its words, weighted or not.

    TEXT is files, folders, or - for standard input, which is read if there is none; compressed or
    not. Rows are numbers with spaces between, as many lines as there are lines of text. Words
    without a vector are left out, and a line without any other gets zeros; how many such lines
    there are is told. Of a model of fastText and others with n-grams, words are made of these.

    Lines become words as the text of the vectors did, if a record of that is with them. idf and
    common components are learnt of the lines themselves, or taken from --fit. VECTORS is as for
    w2v neighbors.
    """
    documents = list(documents) or [STDIO]
    form = form_of_rows({**options, "output": output})
    _check_usage(vectors, documents, output, options)
    from ..corpus.sources import choose
    from ..pooling.embedder import Embedder

    threads = default_threads(options["threads"])
    with reporter_for(options) as report:
        # Two writers on one terminal would mix their lines.
        progress = None if output == STDIO and _is_terminal(sys.stdout) else report
        if progress:
            progress("load", 0, None)
        embeddings, fit = _embeddings_and_fit(vectors, options, report)
        sources = choose(documents, options["glob"], fit.text.encoding)
        if note := sources.skipping_note():
            warn(note)
        tmpdir = options["tmpdir"] or _folder_beside(output)
        with Embedder(embeddings, sources, fit, tmpdir, threads, progress) as embedder:
            embedder.learn()
            if options["save_fit"]:
                _save_fit(options["save_fit"], embedder, embeddings)
            with atomic_output(output) as stream:
                is_file = output != STDIO and not is_special(output)
                with row_writer(form, stream, embeddings.dim, is_file, threads) as writer:
                    for part in embedder.parts():
                        writer.write(*part)
        _tell(embedder, report)


def _check_usage(vectors, documents, output, options):
    if options["fit"]:
        # Flags are there if they are not as by default; others if they are given.
        given = [name for name in (*LEARNT, *CUT) if _is_given(options[name], name)]
        if given:
            name = given[0].replace("_", "-")
            raise click.UsageError(f"--fit settles --{name}; leave one of them out")
    fits = [path for path in (options["fit"], options["vocab"]) if path]
    saved = [options["save_fit"]] if options["save_fit"] else []
    inputs = {"the file of vectors": [vectors], CORPUS: documents, "an input": fits}
    check_outputs([output, *saved], inputs, options["log_json"], options["glob"])
    check_standard_input(
        {
            "the documents": documents,
            "the vectors": [vectors],
            "the --fit file": [options["fit"]],
            "the --vocab counts": [options["vocab"]],
        }
    )
    note_terminal("documents, one a line,", documents)


def _embeddings_and_fit(path, options, report):
    """The vectors, and what is to be done with them."""
    from ..embeddings.counted import with_counts_of
    from ..pooling.fit import new_fit, read_fit

    encoding = options["vectors_encoding"]
    has_fit = options["fit"] is not None
    found = read_with_record(path, options["encoding_errors"], encoding, not has_fit)
    embeddings = found.embeddings
    if has_fit:
        fit = read_fit(options["fit"], embeddings)
        return embeddings, fit.with_encoding(options["encoding"])
    pooling = Pooling(
        options["weighting"] or Pooling.weighting,
        options["sif_a"] or Pooling.a,
        options["common_components"] or 0,
        options["unit_words"],
        options["normalize"],
        options["compose"],
    )
    pooling.check_dim(embeddings.dim)
    _check_weighting(pooling, options)
    if options["vocab"]:
        from ..corpus.countfiles import read_counts

        embeddings, notes = with_counts_of(
            embeddings, *read_counts([options["vocab"]]), options["vocab"]
        )
        for note in notes:
            warn(note)
    text = _text_config(found.record, options, report)
    return embeddings, new_fit(pooling, text, embeddings)


def _check_weighting(pooling, options):
    for name in ("sif_a", "vocab"):
        if options[name] is not None and pooling.weighting != "sif":
            option = name.replace("_", "-")
            raise click.UsageError(f"--{option} is for --weighting sif; give that, or leave it out")


def _text_config(record, options, report):
    """How lines become words: as the options say, else as the text of the vectors did."""
    from ..formats.provenance import training_of

    training = training_of(record)
    trained = training["options"] if training else {}
    taken = {name: trained[name] for name in CUT if options[name] is None and name in trained}
    given = {name: options[name] for name in CUT if options[name] is not None}
    text = TextConfig(**{**taken, **given}, encoding=options["encoding"])
    told = [
        field(name, value) for name, value in taken.items() if value != getattr(TextConfig, name)
    ]
    if told:
        report.say(f"lines become words as the text of the vectors did: {' '.join(told)}")
    return text


def _save_fit(path, embedder, embeddings):
    from ..pooling.fit import write_fit

    fit = embedder.fit
    is_learnt = fit.pooling.common_components or fit.pooling.weighting == "idf"
    if is_learnt and not fit.n_documents:
        raise InputError("there is no line of text to learn from; give one at least")
    write_fit(path, fit, embeddings)


def _tell(embedder, report):
    unknown = embedder.unknown
    for note in [*embedder.reader.notes(), *unknown.notes()]:
        warn(note)
    n_words = unknown.n_known + unknown.n_unknown
    report.say(f"embedded {unknown.n_documents:,} lines of {n_words:,} words")


def _folder_beside(output):
    if output == STDIO or is_special(output):
        return tempfile.gettempdir()
    return os.path.dirname(os.path.realpath(output))


def _is_given(value, name):
    if name == "compose":
        return not value
    return value is not None and (value is not False or name == "lowercase")


def _is_terminal(stream):
    return stream is not None and stream.isatty()
