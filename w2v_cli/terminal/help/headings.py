"""Under which heading help shows an option, for commands that have many."""

from enum import Enum

import click


class Heading(Enum):
    """All headings, in the order of help; the same for all commands."""

    COMMON = "Common options"
    WHAT = "What"
    QUESTION = "Question"
    ANSWERS = "Which words answer"
    REFINING = "What is done, in this order"
    WORDS = "Which words"
    MAP = "Map"
    SCORE = "Score"
    TRIALS = "Trials"
    OUTPUT = "Output"
    POOLED = "Texts, for --format model2vec"
    MODEL = "Model"
    NGRAMS = "N-grams"
    COUNTS = "Counts of pairs"
    GLOVE = "GloVe"
    PPMI = "PPMI"
    LANGUAGE_MODEL = "Language models"
    TRAINING = "Training"
    TEXT = "Text and vocabulary"
    STOPPING = "Stopping and going on"
    RESOURCES = "Resources"
    CONFIGURATION = "Configuration"
    VECTORS = "Reading vectors"
    DOWNLOAD = "Download"
    REST = "Options"
    GENERAL = "General"


class Option(click.Option):
    """An option that knows its Heading.

    ``bare`` is its value where it stands without one, as a flag that it once was.
    """

    def __init__(self, *args, heading=Heading.REST, bare=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.heading = heading
        self.bare = bare


def option(*names, heading, **kwargs):
    """As click.option, for an option that help shows under a Heading."""
    return click.option(*names, cls=Option, heading=heading, **kwargs)


def add_options(command, options):
    """Add several options to a command, or what adds some, in the order of help."""
    for add in reversed(options):
        command = add(command)
    return command


def heading_of(param):
    """The Heading of any option; click's own --help is general."""
    is_help = "--help" in param.opts
    return getattr(param, "heading", Heading.GENERAL if is_help else Heading.REST)
