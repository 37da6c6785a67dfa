"""``w2v classify test``: how well a model tells the labels of documents that have them."""

import click

from ...errors import W2VError
from ...terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ...terminal.command import Command, memory_option
from ...terminal.forms import JSON, TABLE, Form
from ...terminal.help.completion import FILE
from ...terminal.help.headings import Heading, option
from ...terminal.options.classify import (
    answer_options,
    asked_text_options,
    classifier_of,
    column_options,
    predictor_of,
    prefix_option,
)
from ...terminal.options.vectors import threads_option
from ...terminal.progress.options import progress_options, reporter_for
from ...terminal.ranges import FloatRange
from ...terminal.tables import aligned_lines, json_text
from ...terminal.warnings import warn
from ...wording.amounts import counted

MOST_LABELS = 30
"""Labels that the table shows, the most frequent; JSON has all."""

EXAMPLES = """
  w2v classify test model.bin test.txt
  w2v classify test model.bin test.txt --json
  w2v classify test model.bin test.csv --text review --label stars
  w2v classify test model.bin test.txt --min-f1 0.5"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Score a model by documents with labels.",
)
@click.argument("model", type=FILE, metavar="MODEL")
@click.argument("documents", nargs=-1, required=True, type=FILE, metavar="FILE...")
@answer_options
@option(
    "--known-labels",
    heading=Heading.SCORE,
    is_flag=True,
    help="Leave out labels that the model has never seen, as fastText does; they are misses else.",
)
@option(
    "--at-precision",
    heading=Heading.SCORE,
    type=FloatRange(0, 1, min_open=True),
    multiple=True,
    metavar="P",
    help="Find the threshold that gives this precision, and the recall there; may be repeated.",
)
@option(
    "--at-recall",
    heading=Heading.SCORE,
    type=FloatRange(0, 1, min_open=True),
    multiple=True,
    metavar="R",
    help="Likewise the threshold for this recall.",
)
@option(
    "--min-f1",
    heading=Heading.SCORE,
    type=FloatRange(0, 1),
    metavar="X",
    help="End with exit code 1 if the micro-averaged F1 is lower.",
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object.")
@column_options("The column that has the label; may be repeated.")
@prefix_option(None)
@asked_text_options
@threads_option("Threads; results are the same.")
@memory_option
@progress_options
def test(model, documents, **options):
    """Predict the labels of documents, and compare them with those that they have.

    Prints precision, recall and F1, summed over all labels (micro), averaged over labels (macro),
    and averaged by how frequent each is (weighted), with 95 % intervals; how often answers are
    exactly right; the mean log-loss; whether probabilities can be believed; and what is most often
    taken for what. Labels that the model has never seen count as misses, and are told.
    """
    check_outputs([], {CORPUS: documents}, options["log_json"])
    check_standard_input({"the documents": documents, "the model": [model]})
    note_terminal("documents, one a line,", documents)

    from ...classifying.remarks import notes_of_scores
    from ...classifying.scoring import score_classifier
    from ...labelled.columns import columns_of
    from ...training.prepare import chosen_sources

    columns = columns_of(options["text"], options["label"])
    with reporter_for(options) as report:
        predictor = predictor_of(classifier_of(model), options)
        sources = chosen_sources(documents, options["glob"], predictor.text, report)
        scores = score_classifier(
            predictor, sources, options["topn"], options["threshold"], columns,
            options["known_labels"], predictor.is_distribution, report,
        )  # fmt: skip
    for note in notes_of_scores(scores, predictor, len(sources.files)):
        warn(note)
    facts = {**scores.facts(), "thresholds": _thresholds(scores, options)}
    form = Form(JSON if options["json"] else TABLE)
    form.write_lines([json_text(facts)] if options["json"] else _table(facts))
    if options["min_f1"] is not None and scores.f1 < options["min_f1"]:
        raise W2VError(
            f"the micro-averaged F1 {scores.f1:.6g} is below --min-f1 {options['min_f1']:g}"
        )


def _thresholds(scores, options):
    """What was found for each wanted precision and recall: list of dict."""
    from ...evaluation.classification import threshold_for_precision, threshold_for_recall

    found = []
    for kind, find in (
        ("precision", threshold_for_precision),
        ("recall", threshold_for_recall),
    ):
        for wanted in options[f"at_{kind}"]:
            point = find(scores.curve, wanted)
            names = ("threshold", "precision", "recall")
            values = dict.fromkeys(names) if point is None else dict(zip(names, point, strict=True))
            found.append({"wanted": {kind: wanted}, **values})
    return found


def _table(facts):
    """Lines for people."""
    rows = [["", "precision", "recall", "F1"]]
    for name in ("micro", "macro", "weighted"):
        of = facts[name]
        rows.append([name, *(f"{of[key]:.4f}" for key in ("precision", "recall", "f1"))])
    low, high = facts["micro"]["f1_interval"]
    yield from aligned_lines(rows)
    yield f"95 % interval of micro F1: {low:.4f} to {high:.4f}"
    yield ""
    yield from aligned_lines(
        [
            ["documents", f"{facts['tested']:,}"],
            ["first answer right", f"{facts['accuracy']:.4f}"],
            ["all labels right", f"{facts['exact_match']:.4f}"],
            ["log-loss", f"{facts['log_loss']:.4f}"],
            ["calibration error", f"{facts['calibration']['error']:.4f}"],
        ]
    )
    yield ""
    labels = sorted(facts["labels"], key=lambda each: -each["support"])
    rows = [["label", "precision", "recall", "F1", "support", "predicted"]]
    for of in labels[:MOST_LABELS]:
        shares = [f"{of[key]:.4f}" for key in ("precision", "recall", "f1")]
        rows.append([of["label"], *shares, f"{of['support']:,}", f"{of['predicted']:,}"])
    yield from aligned_lines(rows)
    if len(labels) > MOST_LABELS:
        yield f"and {counted(len(labels) - MOST_LABELS, 'label')} more, which --json has"
    yield from _confusions(facts["confusions"])
    yield from _found_thresholds(facts["thresholds"])


def _confusions(found):
    if found:
        yield ""
        rows = [["true label", "taken for", "documents"]]
        rows += [[of["true"], of["predicted"], f"{of['documents']:,}"] for of in found]
        yield from aligned_lines(rows, "<<>")


def _found_thresholds(found):
    for of in found:
        [(kind, wanted)] = of["wanted"].items()
        yield ""
        if of["threshold"] is None:
            yield f"no threshold gives a {kind} of {wanted:g}"
        else:
            yield (
                f"--threshold {of['threshold']:.6f} gives a {kind} of {wanted:g} or more: "
                f"precision {of['precision']:.4f}, recall {of['recall']:.4f}"
            )
