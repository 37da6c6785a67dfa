"""``w2v generate``: lines that a language model makes, word by word."""

import sys
from itertools import chain

import click

from ..errors import InputError
from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..nextword.settings import MOST_LINES, Sampling
from ..terminal.checks import check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, memory_option
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, option
from ..terminal.options.language import opened_model
from ..terminal.standard_input import batches, piped_lines
from ..terminal.tables import json_text
from ..terminal.warnings import warn
from ..wording.plaintext import printable

EXAMPLES = """
  w2v generate model.w2v
  w2v generate model.w2v "the king of" -n 5 --seed 7
  w2v generate model.w2v the king --temperature 0
  w2v generate model.w2v -n 1000 | w2v score model.w2v
  w2v generate model.w2v - --json < words.txt"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Print lines that a language model makes.",
)
@click.argument("model", type=FILE, metavar="MODEL")
@click.argument("prompt", nargs=-1, metavar="[PROMPT]...")
@option(
    "-n",
    "--lines",
    heading=Heading.WHAT,
    type=click.IntRange(1, MOST_LINES),
    default=1,
    show_default=True,
    metavar="N",
    help="So many lines for each prompt.",
)
@option(
    "--temperature",
    heading=Heading.WHAT,
    type=float,
    default=Sampling.temperature,
    show_default=True,
    metavar="X",
    help="Draw words by p ** (1 / X): 1 is as the model says, less keeps to probable words, and 0 "
    "takes the most probable one.",
)
@option(
    "--top-k",
    heading=Heading.WHAT,
    type=int,
    metavar="N",
    help="Draw from the N most probable words only.",
)
@option(
    "--top-p",
    heading=Heading.WHAT,
    type=float,
    default=Sampling.top_p,
    show_default=True,
    metavar="P",
    help="Draw only from the fewest words that have probability P together.",
)
@option(
    "--max-words",
    heading=Heading.WHAT,
    type=int,
    default=Sampling.max_words,
    show_default=True,
    metavar="N",
    help="Cut a line off that has not ended after N new words.",
)
@option(
    "--seed",
    heading=Heading.WHAT,
    type=int,
    default=Sampling.seed,
    show_default=True,
    metavar="N",
    help="Start of the random numbers: the same seed makes the same lines.",
)
@option(
    "-o",
    "--output",
    heading=Heading.OUTPUT,
    default=STDIO,
    type=FILE,
    help="Where the lines go.  [default: standard output]",
)
@option(
    "--json",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print one JSON object a line: prompt, text, and whether it came to its end.",
)
@memory_option
def generate(model, prompt, lines, output, json, **options):
    """Print lines that go on with PROMPT: each word is drawn by its probability after those before.

    Without PROMPT lines begin from nothing; - reads prompts from standard input, one a line, and
    passes over blank ones. A line ends where the model draws its end, or after --max-words.
    Unknown words of a prompt are told and left out. On a terminal words appear as they are drawn.

    MODEL is a .w2v of w2v train --model nnlm or rnnlm. At temperature 1 a model with the loss hs
    goes down its tree, a dozen steps a word; other ways of drawing look at all words.
    """
    sampling = Sampling(
        **{name: options[name] for name in ("temperature", "top_k", "top_p", "max_words", "seed")}
    )
    reads = list(prompt) == [STDIO]
    check_outputs([output], {"the model": [model]})
    check_standard_input({"the prompts": [STDIO] if reads else [], "the model": [model]})
    note_terminal("prompts, one a line,", [STDIO] if reads else [])
    from ..nextword.generating import Generator
    from ..nextword.prompts import Prompter

    opened = opened_model(model)
    prompter = Prompter(opened.model)
    generator = Generator(opened.model, sampling)
    with atomic_output(output) as stream:
        writer = _Writer(stream, opened.model, output, json)
        n_prompts = 0
        for number, text in enumerate(_prompts(prompt, reads)):
            n_prompts += 1
            symbols, unknown = prompter.symbols(text)
            for note in prompter.notes(unknown):
                warn(note)
            for line in range(lines):
                writer.write(text, symbols, generator.line(symbols, number, line))
    if not n_prompts:
        raise InputError(
            "standard input has no prompt; give one a line, or leave out - to begin from nothing"
        )


def _prompts(prompt, reads):
    if not reads:
        yield " ".join(prompt)
        return
    for [text] in batches(piped_lines(), 1):
        yield text


class _Writer:
    """Writes lines: word by word where somebody looks on."""

    def __init__(self, stream, model, output, as_json):
        self._stream, self._words, self._end = stream, model.words, model.sentence_end
        self._as_json = as_json
        is_seen = output == STDIO and sys.stdout is not None and sys.stdout.isatty()
        self._flushes, self._is_seen = output == STDIO, is_seen and not as_json

    def write(self, prompt, before, symbols):
        """Write a line that begins with the symbols ``before``, and goes on with others."""
        if self._as_json:
            drawn = list(symbols)
            is_ended = drawn[-1] == self._end
            words = map(self._word, [*before, *drawn[: len(drawn) - is_ended]])
            found = {"prompt": prompt, "text": " ".join(words), "ended": is_ended}
            self._put(json_text(found) + "\n")
        elif self._is_seen:
            gap = ""
            for word in self._words_of(before, symbols):
                self._put(gap + word)
                gap = " "
            self._put("\n")
        else:  # a line at once: whoever ends the command leaves no half of one
            self._put(" ".join(self._words_of(before, symbols)) + "\n")
        if self._flushes:
            self._stream.flush()

    def _words_of(self, before, symbols):
        return (self._word(symbol) for symbol in chain(before, symbols) if symbol != self._end)

    def _word(self, symbol):
        word = self._words[symbol]
        return printable(word) if self._is_seen else word

    def _put(self, text):
        self._stream.write(text.encode(errors="replace"))
        if self._is_seen:
            self._stream.flush()
