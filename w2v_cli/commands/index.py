"""``w2v index``: an approximate index of many vectors, for ``w2v neighbors --index``."""

import os

import click

from ..files.paths import STDIO
from ..terminal.checks import check_outputs
from ..terminal.command import Command
from ..terminal.help.completion import FILE
from ..terminal.options.vectors import read_vectors, reading_options
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.ranges import FloatRange
from ..terminal.tables import aligned_lines, json_text
from ..terminal.warnings import warn

EXAMPLES = """
  w2v index vectors.bin -o vectors.index
  w2v index vectors.bin -o vectors.index --recall 0.95 --json
  w2v neighbors vectors.bin --index vectors.index < words.txt"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Build an approximate index of many vectors."
)
@click.argument("vectors", type=FILE, metavar="VECTORS")
@click.option("-o", "--output", required=True, type=FILE, help="The index.")
@click.option(
    "--recall",
    type=FloatRange(0, 1),
    default=0.98,
    show_default=True,
    metavar="X",
    help="Share of the ten nearest words that queries are to find on average.",
)
@click.option(
    "--queries",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    metavar="N",
    help="Words with which that is measured, against exact search.",
)
@click.option("--json", is_flag=True, help="Print one JSON object.")
@reading_options
@progress_options
def index(vectors, output, recall, queries, json, encoding_errors, encoding, **options):
    """Build an index of word vectors, with which neighbors of millions of words are found fast.

    What it finds is approximate: how much of the exact answer is printed as recall@10. Needs
    faiss: pip install faiss-cpu. VECTORS is as for w2v neighbors, and the index belongs to them
    alone.
    """
    if output == STDIO:
        raise click.UsageError("-o names a file; an index cannot go to standard output")
    from ..embeddings.index import build_index
    from ..files.outputs import atomic_output
    from ..machine.libraries import require

    require("faiss", "an index")
    # Its report goes to standard output, where a log would be in its way.
    check_outputs([output, STDIO], {"the file of vectors": [vectors]}, options["log_json"])
    with reporter_for(options) as report:
        report("load", 0, None)
        embeddings = read_vectors(vectors, encoding_errors, encoding=encoding)
        report("build", 0, len(embeddings))
        built, seconds = build_index(embeddings, recall, queries, report)
        if built.facts.recall < recall:
            warn(
                f"the recall is {built.facts.recall:.3f}, not {recall:g}; "
                "no more can be had; --queries N measures it with more words"
            )
        report("write", 0, None)
        built.write(output)
    with atomic_output(STDIO) as stream:
        stream.write(_report(built.facts, seconds, os.stat(output).st_size, json).encode())


def _report(facts, seconds, n_bytes, json):
    if json:
        from dataclasses import asdict

        return json_text({**asdict(facts), "bytes": n_bytes, "seconds": seconds}) + "\n"
    milliseconds = {name: value * 1e3 for name, value in seconds.items()}
    rows = [
        ["recall@10", f"{facts.recall:.4f} of {facts.queries} queries against exact search"],
        ["probes", f"{facts.n_probes} of {facts.n_lists} lists"],
        ["a query", "{query:.3f} ms, exact {exact_query:.3f} ms".format(**milliseconds)],
        ["build", f"{seconds['build']:.1f} s, {n_bytes / 1e6:.1f} MB"],
    ]
    return "".join(f"{line}\n" for line in aligned_lines(rows, "<"))
