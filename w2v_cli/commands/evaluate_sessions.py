"""``w2v evaluate-sessions``: how well vectors of items foretell the next item of a session."""

import click

from ..config import TextConfig
from ..errors import W2VError
from ..evaluation.formulas import METRICS
from ..terminal.command import Command, default_threads
from ..terminal.help.completion import FILE
from ..terminal.help.headings import add_options
from ..terminal.options.sessions import session_options
from ..terminal.progress.options import reporter_for
from ..terminal.scoring import (
    check_usage,
    json_line,
    score_each,
    scoring_options,
    short_names,
    tell,
    threshold_option,
    write_results,
)
from ..terminal.tables import field_of, formatted, formatted_interval
from ..terminal.warnings import warn

ROW_COLUMNS = (
    *METRICS, "hits", "asked", "skipped", "hit_rate_of_all",
    *(f"{metric}_{end}" for metric in METRICS for end in ("low", "high")), "k", "vectors",
)  # fmt: skip

EXAMPLES = """
  w2v evaluate-sessions items.bin held-out.txt
  w2v evaluate-sessions old.bin new.bin held-out.txt -k 20
  w2v evaluate-sessions items.bin held-out.txt --json | jq .ndcg
  w2v evaluate-sessions items.bin --sessions monday.txt --sessions tuesday.txt
  w2v evaluate-sessions items.bin held-out.txt --history 5 -o scores.csv"""


@click.command("evaluate-sessions", cls=Command, examples=EXAMPLES)
@click.argument("files", type=FILE, metavar="VECTORS... [SESSIONS]", nargs=-1, required=True)
@click.option(
    "--sessions",
    type=FILE,
    multiple=True,
    help="A file or folder of sessions, may be repeated; all arguments are VECTORS then.",
)
@lambda command: add_options(command, session_options())
@scoring_options(ROW_COLUMNS, ignore_case=False)
@threshold_option(
    "--min-hit-rate",
    0,
    "Exit with code 1 if the hit rate of the sessions asked, from 0 to 1, is below X.",
)
def evaluate_sessions(files, sessions, **options):
    """Score vectors of items on the next item of sessions.

    SESSIONS is the last argument, or standard input if there is one argument alone: text with a
    session a line, items between white space, plain or compressed. Give sessions that were not
    trained on. Several VECTORS are put side by side.

    Of each session the last item is to be foretold. The answers are the N items whose vectors are
    nearest by cosine to that of the item before it, or to the mean of several (--history). Items of
    the query are no answers, so a last item that is one of them is missed. Hit rate is the share of
    sessions whose last item is among the answers; NDCG, with one right answer 1 / log2(1 + rank),
    and the mean reciprocal rank say how far in front.

    Sessions whose last item, or whose query, has no vector are skipped; scores are of those asked,
    and "of all" counts the skipped as missed. Sessions of one item are left out. Intervals are 95 %
    percentile bootstraps over the sessions asked, always with the same seed.
    """
    vectors, tests = _sorted(files, sessions)
    tests = check_usage(vectors, tests, "SESSIONS", options)
    from ..evaluation.nextitem import evaluate_sessions

    failures = []
    held_out = _read(tests, options)
    k, history = options["topn"], options["history"]
    case, rows = options["ignore_case"], options["restrict_vocab"]
    results = score_each(
        vectors,
        lambda embeddings: evaluate_sessions(embeddings, held_out, k, history, rows, case),
        options,
        failures,
        [f"{len(held_out):,} sessions of two items or more, {held_out.n_short:,} of one"],
    )
    write_results(
        options,
        ROW_COLUMNS,
        rows=lambda: map(_row, results),
        objects=lambda: [
            json_line(path, scores, sessions=tests[0] if len(tests) == 1 else tests)
            for path, scores in results
        ],
        table=lambda: _table(results),
    )
    for path, scores in results:
        _judge(scores, options["min_hit_rate"], f"{path}: " if len(results) > 1 else "")
    tell(failures)


def _sorted(files, sessions):
    """(vectors, sessions) of the arguments: what is in a file of numbers does not tell which."""
    if sessions or len(files) == 1:
        return list(files), list(sessions)
    return list(files[:-1]), [files[-1]]


def _read(paths, options):
    from ..evaluation.sessions import read_sessions

    with reporter_for(options) as report:
        found, notes = read_sessions(paths, TextConfig(threads=default_threads(None)), report)
    for note in notes:
        warn(note)
    return found


def _judge(scores, min_hit_rate, name):
    if scores.asked == 0:
        message = (
            f"{name}no session could be asked: each of {scores.skipped} has a last item without a "
            "vector, or none before it with one"
        )
        if min_hit_rate is not None:
            raise W2VError(f"{message}; --min-hit-rate {min_hit_rate:g} is not reached")
        warn(message)
    elif min_hit_rate is not None and scores.hit_rate < min_hit_rate:
        raise W2VError(
            f"{name}the hit rate {scores.hit_rate:.6g} is below --min-hit-rate {min_hit_rate:g}"
        )


def _row(result):
    path, scores = result
    shares = [field_of(getattr(scores, metric)) for metric in METRICS]
    ends = [
        field_of(end)
        for metric in METRICS
        for end in getattr(scores, f"{metric}_interval") or (None, None)
    ]
    counts = (scores.hits, scores.asked, scores.skipped)
    return (*shares, *counts, field_of(scores.hit_rate_all), *ends, scores.k, path)


def _table(results):
    k = results[0][1].k
    names = [f"hit rate@{k}", "95 % interval", f"ndcg@{k}", f"mrr@{k}"]
    yield ["vectors", *names, "hits", "asked", "skipped", "of all"]
    for name, (_, scores) in zip(short_names([r[0] for r in results]), results, strict=True):
        yield [
            name,
            formatted(scores.hit_rate, ".2%"),
            formatted_interval(scores.hit_rate_interval, ".1%"),
            formatted(scores.ndcg, ".4f"),
            formatted(scores.mrr, ".4f"),
            *map(str, (scores.hits, scores.asked, scores.skipped)),
            formatted(scores.hit_rate_all, ".2%"),
        ]
