"""``w2v classify explain``: which words and n-grams make the label of a document."""

from itertools import count

import click

from ...files.outputs import atomic_output
from ...files.paths import STDIO
from ...terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ...terminal.command import Command, exclusive, memory_option
from ...terminal.help.completion import FILE
from ...terminal.help.headings import Heading, option
from ...terminal.options.classify import (
    asked_text_options,
    classifier_of,
    predictor_of,
    prefix_option,
    table_text_option,
    tell_documents,
)
from ...terminal.options.vectors import threads_option
from ...terminal.progress.options import progress_options, reporter_for
from ...terminal.tables import aligned_lines, json_text, tsv_line
from ...wording.amounts import counted

EXAMPLES = """
  w2v classify explain model.bin new.txt
  echo "what a film" | w2v classify explain model.bin --margin
  w2v classify explain model.bin new.txt --label good --against bad --json
  w2v classify explain model.bin --words -k 20"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Print the share of each word in a label's score.",
)
@click.argument("model", type=FILE, metavar="MODEL")
@click.argument("documents", nargs=-1, type=FILE, metavar="[FILE]...")
@option(
    "--label",
    heading=Heading.ANSWERS,
    metavar="NAME",
    help="Explain this label.  [default: the most probable one of each document]",
)
@option(
    "--against",
    heading=Heading.ANSWERS,
    metavar="NAME",
    help="Explain the difference to the score of this label.",
)
@option(
    "--margin",
    heading=Heading.ANSWERS,
    is_flag=True,
    help="Explain the difference to the most probable other label.",
)
@option(
    "--words",
    heading=Heading.ANSWERS,
    is_flag=True,
    help="Read no documents; print the words that speak most for each label, or for --label.",
)
@option(
    "-k",
    "--topn",
    heading=Heading.ANSWERS,
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="So many words and n-grams, those with the greatest shares.",
)
@option(
    "--whole-words",
    heading=Heading.ANSWERS,
    is_flag=True,
    help="Add the n-grams of characters of a word to the word.",
)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    default=STDIO,
    type=FILE,
    help="Where the explanations go.  [default: standard output]",
)
@option(
    "--tsv",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print a row for each word: line, label, share, how often, kind, word.",
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object a line.")
@table_text_option
@prefix_option(None)
@asked_text_options
@threads_option("Threads; results are the same.")
@memory_option
@progress_options
@exclusive("--tsv", "--json")
@exclusive("--against", "--margin")
@exclusive("--words", "--margin")
@exclusive("--words", "--whole-words")
def explain(model, documents, output, **options):
    """Print for each document how much each word and n-gram adds to the score of its label.

    A document is the mean of the vectors of its words and n-grams, and a score is linear in that,
    so that the shares are exact, and add up to the score. The score is what the probability is
    made of: of two labels the one with the higher score is more probable. With --margin or
    --against, shares are those of the difference of two scores: with the losses softmax and hs
    the logarithm of how many times as probable the label is.

    Documents are lines of files, or of standard input, or rows of tables, as for w2v classify
    predict. N-grams of characters have < and > where a word begins and ends; </s> is the end of
    the line.
    """
    if options["words"] and documents:
        raise click.UsageError("--words needs no documents; leave out one of them")
    documents = [] if options["words"] else list(documents) or [STDIO]
    check_outputs([output], {"the model": [model], CORPUS: documents}, options["log_json"],
                  options["glob"])  # fmt: skip
    check_standard_input({"the documents": documents, "the model": [model]})
    with reporter_for(options) as report:
        classifier = classifier_of(model)
        if options["words"]:
            _print_words(classifier, output, options)
        else:
            note_terminal("documents, one a line,", documents)
            _print_documents(classifier, documents, output, options, report)


def _print_documents(classifier, documents, output, options, report):
    from ...classifying.explaining import Explainer
    from ...labelled.columns import columns_of
    from ...training.prepare import chosen_sources

    predictor = predictor_of(classifier, options, keep_names=True)
    explainer = Explainer(
        classifier, predictor, options["label"], options["against"], options["margin"],
        options["whole_words"],
    )  # fmt: skip
    columns = columns_of(options["text"], (), has_labels=False)
    sources = chosen_sources(documents, options["glob"], predictor.text, report)
    form = _as_json if options["json"] else _as_rows if options["tsv"] else _as_table
    numbers, n_unknown, line = count(1), 0, 0
    with atomic_output(output) as stream:
        for found in predictor.answers(sources, explainer.explained, columns):
            for each in found:
                line = next(numbers)
                n_unknown += each.n_known == 0
                text = form(line, each, options["topn"])
                stream.write(text.encode(errors="replace"))
            if output == STDIO:
                stream.flush()
    tell_documents(predictor, sources, n_unknown, line)
    report.say(f"{counted(line, 'document')} explained")


def _as_json(line, found, k):
    kept, others = found.features[:k], found.features[k:]
    names = ("feature", "kind", "times", "share")
    facts = {
        "line": line,
        "label": found.label,
        "against": found.against,
        "probability": round(found.probability, 6),
        "score": found.score,
        "base": found.base,
        "features": [dict(zip(names, feature, strict=True)) for feature in kept],
        "others": {"features": len(others), "share": sum(each.share for each in others)},
        "words": found.n_words,
        "known": found.n_known,
    }
    return json_text(facts) + "\n"


def _as_rows(line, found, k):
    return "".join(
        tsv_line([line, found.label, f"{each.share:.6f}", each.times, each.kind, each.text]) + "\n"
        for each in found.features[:k]
    )


def _as_table(line, found, k):
    """For people: a line of what is explained, the features below, and a blank line."""
    if found.label is None:
        return f"line {line}: nothing that the model knows, not even the end of the line\n\n"
    against = f" against {found.against}" if found.against else ""
    head = (
        f"line {line}: {found.label}{against}, probability {found.probability:.4f}, score "
        f"{found.score:.4f}"
    )
    kept, others = found.features[:k], found.features[k:]
    rows = [["share", "times", "kind", ""]]
    rows += [[f"{each.share:+.4f}", str(each.times), each.kind, each.text] for each in kept]
    if others:
        rest = sum(each.share for each in others)
        rows.append([f"{rest:+.4f}", "", "", f"{len(others):,} more"])
    if found.base:
        rows.append([f"{found.base:+.4f}", "", "", "without any word"])
    return "\n".join([head, *aligned_lines(rows, ">><<"), "", ""])


def _print_words(classifier, output, options):
    from ...classifying.explaining import label_number
    from ...classifying.tellingwords import telling_words

    def number(name):
        given = options[name]
        return None if given is None else label_number(classifier, given, name)

    label, against = number("label"), number("against")
    labels = range(len(classifier.labels)) if label is None else [label]
    with atomic_output(output) as stream:
        for each in labels:
            if each == against:
                continue
            found = telling_words(classifier, each, against, options["topn"])
            name = classifier.labels[each]
            stream.write(_words_as_text(name, found, options).encode(errors="replace"))


def _words_as_text(label, words, options):
    if options["json"]:
        found = [{"word": word, "score": score} for word, score in words]
        return json_text({"label": label, "words": found}) + "\n"
    if options["tsv"]:
        rows = [tsv_line([label, word, f"{score:.6f}"]) + "\n" for word, score in words]
        return "".join(rows)
    rows = [[f"{score:+.4f}", word] for word, score in words]
    return "\n".join([label, *(aligned_lines(rows, "><")), "", ""])
