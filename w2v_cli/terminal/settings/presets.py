"""``--preset NAME``: options that go by a name, and the table of them that help shows."""

import click

from ...config import DEFAULT_LR
from ...presets import PRESETS
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
    names = list(next(iter(PRESETS.values())))
    rows = [["Presets", *PRESETS]]
    for name in names:
        rows.append([option_name(name), *(_shown(name, values) for values in PRESETS.values())])
    return "\n".join(aligned_lines(rows))


def mention_unused_preset(ctx):
    """Say so if a preset is asked for, and all that it stands for is set otherwise."""
    name = ctx.params["preset"]
    source_of = settings_of(ctx).source_of
    said = [field for field, value in PRESETS.get(name, {}).items() if value is not None]
    if name and not any(source_of(field) is Source.PRESET for field in said):
        warn(f"--preset {name} has no effect: all that it stands for is set already")


def _shown(name, values):
    value = values[name]
    if value is None:
        return str(DEFAULT_LR[values["model"]]) if name == "lr" else "none"
    return str(value)


def _load(ctx, _param, name):
    """Make the values of a preset defaults, which those of a file replace."""
    if name is not None:
        settings_of(ctx).offer(PRESETS[name], Source.PRESET, f"preset {name}")
    return name
