"""The options of ``w2v classify tune``: how long it searches, and what a model is scored by."""

import click

from ...tuning.classifiers import DEFAULT_TIME, FINALS, FOLDS, HELD_OUT, MOST_HELD_OUT, MOST_TRIALS
from ..help.completion import FILE
from ..help.headings import Heading, add_options, option
from ..ranges import FloatRange

SEARCH_OPTIONS = [
    option(
        "--time",
        "--time-budget",
        "time_budget",
        heading=Heading.TRIALS,
        metavar="TIME",
        help="All may take so long, writing the model too (90s, 10m, 2h).  "
        f"[default: {DEFAULT_TIME}, without --trials]",
    ),
    option(
        "--trials",
        heading=Heading.TRIALS,
        type=click.IntRange(1, MOST_TRIALS),
        metavar="N",
        help="Make so many trials; with one thread the same seed gives the same model.",
    ),
    option(
        "--final",
        heading=Heading.TRIALS,
        type=click.Choice(FINALS),
        help="best: the very model that scored best; refit: its settings trained on all documents, "
        "those that were held out too.  [default: best; with --folds refit]",
    ),
    option(
        "--objective",
        heading=Heading.SCORE,
        default="f1",
        show_default=True,
        metavar="NAME",
        help="f1, the share of first answers that are right; f1:LABEL; macro-f1, in which each "
        "label counts the same; precision-at-recall:0.9; recall-at-precision:0.9; with :LABEL "
        "behind, of that label; or log-loss.",
    ),
    option(
        "--validation",
        heading=Heading.SCORE,
        type=FILE,
        multiple=True,
        help="Score by these documents with labels, in the same format; may be repeated.",
    ),
    option(
        "--folds",
        heading=Heading.SCORE,
        type=click.IntRange(*FOLDS),
        metavar="K",
        help="Score by K parts of the documents, each with a model that is trained on the others.",
    ),
    option(
        "--held-out",
        heading=Heading.SCORE,
        type=FloatRange(0, 1, min_open=True, max_open=True),
        metavar="SHARE",
        help="Score by this share of the documents, of each label alike, and train on the others.  "
        f"[default: {HELD_OUT:g}, and at most {MOST_HELD_OUT:,} documents]",
    ),
    option(
        "--max-size",
        heading=Heading.OUTPUT,
        metavar="SIZE",
        help="Quantize the model of each trial so that its file has at most so many bytes, such as "
        "2M; what it scores is what it scores then.",
    ),
    option(
        "--report",
        heading=Heading.OUTPUT,
        type=FILE,
        help="Write all trials as JSON, one object a line.",
    ),
    option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object."),
    option("--tsv", heading=Heading.OUTPUT, is_flag=True, help="Print rows with tabs."),
]


def search_options(command):
    """Add how settings of a classifier are searched for to a command."""
    return add_options(command, SEARCH_OPTIONS)
