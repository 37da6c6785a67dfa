"""``w2v classify``: text in, labels out."""

import click

from ...terminal.group import LazyGroup

COMMANDS = ("train", "tune", "predict", "test", "explain")
"""Each is a function in a file of its name beside this one."""

EXAMPLES = """
  w2v classify train reviews.txt -o model.bin
  w2v classify predict model.bin new.txt
  w2v classify test model.bin test.txt
  w2v classify explain model.bin new.txt"""


@click.group(
    cls=LazyGroup,
    examples=EXAMPLES,
    names=COMMANDS,
    package=__name__,
    short_help="Learn labels of documents, predict, test and explain them.",
)
def classify():
    """Learn to tell labels of documents, predict them, test how well that works, and explain why.

    A document is a line of text. Its labels stand in it as __label__NAME, or in a column of a
    table. Models are those of fastText: its files are read, and it reads these.
    """
