"""``w2v score``: how probable lines are for a language model."""

import math

import click

from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, default_threads, exclusive, memory_option
from ..terminal.forms import JSON, TSV, form_asked, form_options
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, option
from ..terminal.options.language import opened_model, text_of_model
from ..terminal.options.text import document_options
from ..terminal.options.vectors import threads_option
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.tables import json_text
from ..terminal.warnings import warn
from ..wording.amounts import counted
from ..wording.marks import SENTENCE_END_WORD

COLUMNS = ("line", "words", "unknown", "log_probability", "perplexity")
WORD_COLUMNS = ("line", "place", "word", "log_probability")

EXAMPLES = """
  w2v score model.w2v new.txt --header
  w2v score model.w2v < new.txt | sort -g -k 5 | head
  echo "the king of france" | w2v score model.w2v --words
  w2v score model.w2v new.txt --json -o scores.jsonl"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Print how probable lines are for a language model.",
)
@click.argument("model", type=FILE, metavar="MODEL")
@click.argument("documents", nargs=-1, type=FILE, metavar="[TEXT]...")
@option(
    "--words",
    heading=Heading.WHAT,
    is_flag=True,
    help="Print a row for each word: its line, its place there, and its log-probability given the "
    "words before it.",
)
@option("--tsv", heading=Heading.OUTPUT, is_flag=True, help="Separate fields by tabs; the default.")
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object a line.")
@form_options
@document_options("as in training")
@threads_option("Threads; results are the same.")
@memory_option
@progress_options
@exclusive("--tsv", "--csv", "--json")
def score(model, documents, **options):
    """Print the log-probability and the perplexity of each line of TEXT.

    TEXT is files, folders, or - for standard input, which is read if there is none; compressed or
    not. Rows have the number of the line, its words, how many of these are unknown, the natural
    logarithm of its probability, its end included, and the perplexity: exp(-log-probability /
    (known words + 1)). Unknown words are left out, of the history too; an empty line has the
    probability that a line ends at once. Each line is for itself. The perplexity of all is told at
    the end.

    MODEL is a .w2v of w2v train --model nnlm or rnnlm. Lines become words as in its training.
    Probabilities are exact with the losses hs and softmax; ns has learnt none, and that is told.
    """
    documents = list(documents) or [STDIO]
    form = form_asked(options, TSV)
    check_outputs([form.output], {"the model": [model], CORPUS: documents}, options["log_json"],
                  options["glob"])  # fmt: skip
    check_standard_input({"the text": documents, "the model": [model]})
    note_terminal("text, one line after the other,", documents)
    from ..corpus.sources import choose
    from ..nextword.lines import LineReader
    from ..nextword.scoring import Scorer

    with reporter_for(options) as report:
        opened = opened_model(model)
        text = text_of_model(opened.model, options)
        sources = choose(documents, options["glob"], text.encoding)
        if note := sources.skipping_note():
            warn(note)
        reader = LineReader(opened.model, text, options["words"])
        scorer = Scorer(opened.model, default_threads(options["threads"]), opened.name)
        rows = _Rows(opened.model, form, options["words"])
        with atomic_output(form.output) as stream:
            stream.write(form.head(rows.columns).encode())
            for lines in reader.read(sources):
                told = rows.of(lines, scorer.log_probabilities(lines.symbols))
                stream.write("".join(told).encode(errors="replace"))
                if form.output == STDIO:
                    stream.flush()
        for note in reader.notes():
            warn(note)
        report.say(rows.summary())


class _Rows:
    """Makes rows of lines that were scored, and sums them up."""

    def __init__(self, model, form, has_words):
        self._words, self._end = model.words, model.sentence_end
        self._form, self._has_words = form, has_words
        self.columns = WORD_COLUMNS if has_words else COLUMNS
        self._n_lines = self._n_words = self._n_unknown = 0
        self._log_probability = 0.0

    def of(self, lines, log_probabilities):
        """The rows, with their ends, of some lines."""
        import numpy as np

        sums = np.add.reduceat(log_probabilities, np.cumsum(lines.sizes) - lines.sizes)
        of_words = self._of_words(lines, log_probabilities)
        facts = zip(lines.sizes.tolist(), lines.n_unknown.tolist(), sums.tolist(), strict=True)
        for n_symbols, n_unknown, log_probability in facts:
            self._n_lines += 1
            self._n_words += n_symbols - 1 + n_unknown
            self._n_unknown += n_unknown
            self._log_probability += log_probability
            if self._has_words:
                tokens = [next(of_words) for _ in range(n_symbols + n_unknown)]
                yield self._line(n_symbols, n_unknown, log_probability, tokens)
            else:
                yield self._line(n_symbols, n_unknown, log_probability)

    def _of_words(self, lines, log_probabilities):
        """(word, log-probability; None if it is unknown) of one word after the other."""
        known, unknown = iter(log_probabilities.tolist()), iter(lines.unknown)
        for token in lines.tokens.tolist():
            if token < 0:
                yield next(unknown), None
            else:
                yield self._words[token] if token < self._end else SENTENCE_END_WORD, next(known)

    def _line(self, n_symbols, n_unknown, log_probability, tokens=None):
        from ..nextword.scoring import perplexity_of

        perplexity = perplexity_of(log_probability, n_symbols)
        perplexity = None if perplexity == math.inf else perplexity
        n_words = n_symbols - 1 + n_unknown
        if self._form.name == JSON:
            facts = (self._n_lines, n_words, n_unknown, _rounded(log_probability),
                     _rounded(perplexity))  # fmt: skip
            found = dict(zip(COLUMNS, facts, strict=True))
            if tokens is not None:
                found["tokens"] = [
                    {"word": word, "log_probability": _rounded(each)} for word, each in tokens
                ]
            return json_text(found) + "\n"
        if tokens is not None:
            rows = (
                (self._n_lines, place, word, _shown(each))
                for place, (word, each) in enumerate(tokens, 1)
            )
            return "".join(map(self._form.line, rows))
        return self._form.line(
            (self._n_lines, n_words, n_unknown, _shown(log_probability), _shown(perplexity))
        )

    def summary(self):
        """What a user wants to know of all lines together."""
        from ..nextword.scoring import perplexity_of

        counts = f"{counted(self._n_lines, 'line')}, {counted(self._n_words, 'word')}, "
        counts += f"{self._n_unknown:,} unknown"
        if not self._n_lines:
            return counts
        n_symbols = self._n_words - self._n_unknown + self._n_lines
        perplexity = perplexity_of(self._log_probability, n_symbols)
        bits = -self._log_probability / n_symbols / math.log(2)
        return f"{counts}; perplexity {perplexity:.2f}, {bits:.3f} bits a word or end of a line"


def _shown(number):
    return None if number is None else f"{number:.6f}"


def _rounded(number):
    return None if number is None else round(number, 6)
