"""``--preset NAME``: options that go by a name, and the table of them that help shows."""

import click

from ...config import DEFAULTS, NGRAM_OPTIONS, OF_EPOCHS
from ...presets import PRESETS, preset_values
from ..help.headings import Heading, option
from ..spelling import option_name
from ..tables import aligned_lines
from ..warnings import warn
from .sources import Source, settings_of


def preset_option(command):
    """Add --preset to a command."""
    add = option(
        "--preset",
        heading=Heading.MODEL,
        type=click.Choice(list(PRESETS)),
        metavar="NAME",
        is_eager=True,
        callback=_load,
        help="Several options at once, as in the table that w2v train --help ends with; options "
        "that are given too win.",
    )
    return add(command)


def presets_tables():
    """What presets stand for, as help shows it: those without n-grams, with some, and on counts."""
    of_counts = [name for name, values in PRESETS.items() if "x_max" in values]
    of_text = [name for name in PRESETS if name not in of_counts]
    with_ngrams = [name for name in of_text if PRESETS[name]["min_n"] is not None]
    of_words = [name for name in of_text if name not in with_ngrams]
    return [
        _table("Presets", of_words, without=NGRAM_OPTIONS),
        _table("Presets with n-grams", with_ngrams),
        _table("Presets on counts", of_counts),
    ]


def _table(title, names, without=()):
    """Lines of a table of presets, with all but some fields."""
    columns = {name: preset_values(name) for name in names}
    rows = [[title, *names]]
    for field in columns[names[0]]:
        if field not in without:
            cells = (_shown(field, values[field]) for values in columns.values())
            rows.append([option_name(field), *cells])
    return "\n".join(aligned_lines(rows))


def mention_unused_preset(ctx):
    """Say so if a preset is asked for, and all that it stands for is set otherwise."""
    name = ctx.params["preset"]
    source_of = settings_of(ctx).source_of
    said = [field for field, value in PRESETS.get(name, {}).items() if value is not None]
    if name and not any(source_of(field) is Source.PRESET for field in said):
        warn(f"--preset {name} has no effect: all that it stands for is set already")


def _shown(name, value):
    if value is None:
        return "none" if name in NGRAM_OPTIONS else "by size"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _load(ctx, _param, name):
    """Make the values of a preset defaults, which those of a file replace."""
    if name is not None:
        values = PRESETS[name]
        # What models have of their own, or some have not: asked for when the model is known.
        later = {
            each: lambda each=each: preset_values(name, ctx.params["model"]).get(
                each, DEFAULTS[each]
            )
            for each, value in values.items()
            if isinstance(value, dict) or each in OF_EPOCHS
        }
        settings_of(ctx).offer(values | later, Source.PRESET, f"preset {name}")
    return name
