"""``--preset NAME``: options that go by a name, and the table of them that help shows."""

import click

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
        is_eager=True,
        callback=_load,
        help="Several options at once, as in the table that w2v train --help ends with; options "
        "that are given too win.",
    )
    return add(command)


def presets_table():
    """What presets stand for, in lines of a table, as help shows them."""
    columns = [preset_values(name) for name in PRESETS]
    rows = [["Presets", *PRESETS]]
    for name in columns[0]:
        rows.append([option_name(name), *(_shown(values[name]) for values in columns)])
    return "\n".join(aligned_lines(rows))


def mention_unused_preset(ctx):
    """Say so if a preset is asked for, and all that it stands for is set otherwise."""
    name = ctx.params["preset"]
    source_of = settings_of(ctx).source_of
    if name and not any(source_of(field) is Source.PRESET for field in PRESETS[name]):
        warn(f"--preset {name} has no effect: all that it stands for is set already")


def _shown(value):
    return "by size" if value is None else str(value)


def _load(ctx, _param, name):
    """Make the values of a preset defaults, which those of a file replace."""
    if name is not None:
        values = PRESETS[name]
        # Of those that models have of their own: asked for when the model is known.
        later = {
            each: lambda each=each: preset_values(name, ctx.params["model"])[each]
            for each, value in values.items()
            if isinstance(value, dict)
        }
        settings_of(ctx).offer(values | later, Source.PRESET, f"preset {name}")
    return name
