"""``w2v classify predict``: documents in, their labels out, one answer a line."""

import json

import click

from ...files.outputs import atomic_output
from ...files.paths import STDIO
from ...terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ...terminal.command import Command, exclusive, memory_option
from ...terminal.help.completion import FILE
from ...terminal.help.headings import Heading, option
from ...terminal.options.classify import (
    answer_options,
    asked_text_options,
    classifier_of,
    predictor_of,
    prefix_option,
    table_text_option,
    tell_documents,
)
from ...terminal.options.vectors import threads_option
from ...terminal.progress.options import progress_options, reporter_for
from ...wording.amounts import counted
from ...wording.plaintext import one_field

EXAMPLES = """
  w2v classify predict model.bin new.txt
  w2v classify predict model.bin new.txt -k 3 --json -o answers.jsonl
  w2v classify predict model.bin new.csv --text review
  echo "what a film" | w2v classify predict model.bin"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Print the labels of each document.",
)
@click.argument("model", type=FILE, metavar="MODEL")
@click.argument("documents", nargs=-1, type=FILE, metavar="[FILE]...")
@answer_options
@option(
    "--labels-only",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print labels without their probabilities.",
)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    default=STDIO,
    type=FILE,
    help="Where the answers go.  [default: standard output]",
)
@option(
    "--tsv",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Begin each line with its number, from 1 on.",
)
@option(
    "--json",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print one JSON object a line, with the numbers of all and of known words.",
)
@table_text_option
@prefix_option(None)
@asked_text_options
@threads_option("Threads; results are the same.")
@memory_option
@progress_options
@exclusive("--tsv", "--json")
@exclusive("--labels-only", "--json")
def predict(model, documents, output, **options):
    """Print one line for each document: its labels, with their probabilities, and tabs between.

    Documents are lines of files, folders, or - for standard input, which is read if none is named;
    or rows of tables. Whatever is in a line, there is one answer: of an empty line, and of one
    without a known word, it is that of the end of a line; how many such lines there are is told.
    Labels within the text are left out of it.

    MODEL is what w2v classify train wrote, or a supervised model of fastText's, quantized or not.
    Probabilities are exact; with the losses ns and ova they do not add up to 1.
    """
    documents = list(documents) or [STDIO]
    check_outputs([output], {"the model": [model], CORPUS: documents}, options["log_json"],
                  options["glob"])  # fmt: skip
    check_standard_input({"the documents": documents, "the model": [model]})
    note_terminal("documents, one a line,", documents)

    from ...labelled.columns import columns_of
    from ...training.prepare import chosen_sources

    with reporter_for(options) as report:
        predictor = predictor_of(classifier_of(model), options)
        columns = columns_of(options["text"], (), has_labels=False)
        sources = chosen_sources(documents, options["glob"], predictor.text, report)
        write = _Lines(predictor.labels, options)
        tally = _Tally()
        with atomic_output(output) as stream:
            for answers in predictor.answers(sources, write.answered, columns):
                stream.write(tally.numbered(write, *answers))
                if output == STDIO:
                    stream.flush()
        tally.tell(predictor, sources, report)


class _Lines:
    """Makes lines of answers."""

    def __init__(self, labels, options):
        from ...classifying.answers import AnswerLines

        self._k, self._threshold = options["topn"], options["threshold"]
        self.is_numbered, self.as_json = options["tsv"], options["json"]
        self._labels = labels
        self._plain = AnswerLines([one_field(label) for label in labels],
                                  not options["labels_only"])  # fmt: skip

    def answered(self, part, probabilities):
        """(lines of bytes, or answers of each document; its words, those of them that are known)"""
        from ...classifying.probabilities import best
        from ...classifying.scoring import has_features

        labels, found, counts = best(probabilities, self._k, self._threshold)
        counts = counts * has_features(part)
        make = self._objects if self.as_json else self._plain.lines
        return make(labels, found, counts), part.n_words, part.n_known

    def _objects(self, labels, found, counts):
        """The answers of each document: lists of dict."""
        names = self._labels
        rows = zip(labels.tolist(), found.tolist(), counts.tolist(), strict=True)
        return [
            [
                {"label": names[label], "probability": round(value, 6)}
                for label, value in zip(some[:n], values, strict=False)
            ]
            for some, values, n in rows
        ]


class _Tally:
    """Numbers answers, and counts those that hardly mean anything."""

    def __init__(self):
        self._n_documents = self._n_unknown = 0

    def numbered(self, lines, answers, n_words, n_known):
        """The bytes of some answers."""
        first = self._n_documents + 1
        self._n_documents += len(n_words)
        self._n_unknown += int((n_known == 0).sum())
        if not lines.as_json:
            return _with_numbers(answers, first) if lines.is_numbered else answers
        rows = zip(n_words.tolist(), n_known.tolist(), answers, strict=True)
        texts = [
            json.dumps(
                {"line": line, "labels": labels, "words": words, "known": known},
                ensure_ascii=False,
            )
            for line, (words, known, labels) in enumerate(rows, first)
        ]
        return "".join(f"{text}\n" for text in texts).encode(errors="replace")

    def tell(self, predictor, sources, report):
        """Say how many documents were answered, and how many had no known word."""
        tell_documents(predictor, sources, self._n_unknown, self._n_documents)
        report.say(f"{counted(self._n_documents, 'document')} answered")


def _with_numbers(lines, first):
    """Lines (bytes), each with its number before it."""
    return b"".join(
        b"%d\t%s\n" % (number, line) if line else b"%d\n" % number
        for number, line in enumerate(lines.split(b"\n")[:-1], first)
    )
