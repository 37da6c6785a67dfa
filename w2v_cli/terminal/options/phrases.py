"""The options that say how phrases are found."""

import click

from ...phrases.config import (
    DEFAULT_THRESHOLD,
    ENGLISH_CONNECTORS,
    LONG_SCORES,
    MEMBERS,
    PREFERENCES,
    SCORES,
    PhraseConfig,
    parse_thresholds,
)
from ..help.completion import FILE, Names
from ..help.headings import Heading, add_options, option

ENGLISH = "en"

PHRASE_OPTIONS = [
    option(
        "--score",
        heading=Heading.SCORE,
        type=click.Choice(SCORES),
        default=PhraseConfig.score,
        show_default=True,
        help="Normalized pointwise mutual information, from -1 to 1, which does not depend on the "
        "size of the text; or the score of word2phrase.c, or gensim's, which do.",
    ),
    option(
        "--threshold",
        heading=Heading.SCORE,
        metavar="X[,X...]",
        help="Phrases have a higher score than this; one for each pass, and the last one holds for "
        "all further passes.  [default: "
        + ", ".join(f"{threshold:g} {score}" for score, threshold in DEFAULT_THRESHOLD.items())
        + "]",
    ),
    option(
        "--passes",
        heading=Heading.WHAT,
        type=int,
        metavar="N",
        help="Each pass joins two words or phrases to one.  [default: one for each threshold]",
    ),
    option(
        "--min-count",
        heading=Heading.WHAT,
        type=int,
        default=PhraseConfig.min_count,
        show_default=True,
        metavar="N",
        help="What is rarer is no phrase; the scores of word2phrase.c and gensim subtract it.",
    ),
    option(
        "--connectors",
        heading=Heading.WHAT,
        type=Names(ENGLISH, "FILE"),
        help="Words, one a line, that may stand within a phrase, but not at its ends; en is "
        f"{', '.join(ENGLISH_CONNECTORS[:4])} and the like.",
    ),
    option(
        "--stop", heading=Heading.WHAT, type=FILE, help="Words, one a line, that are in no phrase."
    ),
    option(
        "--members",
        heading=Heading.WHAT,
        type=click.Choice(MEMBERS),
        default=PhraseConfig.members,
        show_default=True,
        help="What tokens may be in a phrase: those with a letter or a digit; those with a letter "
        "and no digit; any.",
    ),
    option(
        "--all-pairs",
        heading=Heading.WHAT,
        is_flag=True,
        help="Let later passes, with a lower threshold, join two words too.",
    ),
    option(
        "--score-long",
        heading=Heading.SCORE,
        type=click.Choice(LONG_SCORES),
        default=PhraseConfig.score_long,
        show_default=True,
        help="Score more than two words by their last join, or by all words at once.",
    ),
    option(
        "--prefer",
        heading=Heading.WHAT,
        type=click.Choice(PREFERENCES),
        default=PhraseConfig.prefer,
        show_default=True,
        help="Of phrases that overlap, join the first in the line, or the one with the best score.",
    ),
    option(
        "--delimiter",
        heading=Heading.OUTPUT,
        metavar="TEXT",
        default=PhraseConfig.delimiter,
        show_default=True,
        help="What stands between the words of a phrase.",
    ),
]


def phrase_options(command):
    """Add the options of PhraseConfig to a command."""
    return add_options(command, PHRASE_OPTIONS)


joined_phrases_option = option(
    "--phrases",
    heading=Heading.TEXT,
    metavar="FILE|SCORE=X",
    help="Join phrases first: those of a FILE that w2v phrases wrote, or those that have a SCORE "
    "above X, such as npmi=.5.",
)
"""Of commands that make a vocabulary."""


def phrase_config(options, text):
    """The PhraseConfig that a command's options (dict) stand for; lists of words are read.

    ``text`` is the TextConfig with which words are compared.
    """
    given = options["threshold"]
    names = ("score", "passes", "min_count", "members", "all_pairs", "score_long", "prefer")
    return PhraseConfig(
        **{name: options[name] for name in names},
        delimiter=options["delimiter"],
        thresholds=() if given is None else parse_thresholds(given),
        connectors=frozenset(map(text.apply, _connectors(options["connectors"]))),
        stop=frozenset(map(text.apply, _word_list(options["stop"]))),
    )


def _connectors(given):
    return ENGLISH_CONNECTORS if given == ENGLISH else _word_list(given)


def _word_list(path):
    from ...corpus.countfiles import read_word_list

    return read_word_list(path) if path else []
