"""Where an option gets its value that is not given: a file, a preset, an earlier run.

The order is: command line, environment, file of --config, preset or --like, default of the option.
"""

from click.core import ParameterSource

KEY = "w2v.defaults"
FILE, RUN, PRESET = range(3)
"""Ranks: a file of --config wins over an earlier run (--like) and over a preset."""


def add_defaults(ctx, values, source, rank):
    """Make values the defaults of options, unless a lower rank has set them.

    Parameters
    ----------
    ctx : click.Context
    values : dict     name of the parameter -> value as on the command line
    source : str      where they are from, in words
    rank : int        FILE, RUN or PRESET, in whatever order they come
    """
    known = ctx.meta.setdefault(KEY, {})
    defaults = dict(ctx.default_map or {})
    for name, value in values.items():
        if name not in known or rank <= known[name][0]:
            known[name] = (rank, source)
            defaults[name] = value
    ctx.default_map = defaults


def as_written(value):
    """A value of a file as it would stand on the command line, so that it is checked like one
    from there; None if none can.
    """
    try:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (str, int, float)):
            return str(value)
    except ValueError:  # a number of thousands of digits
        pass
    return None


def source_of(ctx, name):
    """Where a parameter has its value from, in words: ``command line``, ``run.toml``, ..."""
    source = ctx.get_parameter_source(name)
    if source is ParameterSource.COMMANDLINE:
        return "command line"
    if source is ParameterSource.ENVIRONMENT:
        return f"environment, {ctx.auto_envvar_prefix}_{name.upper()}"
    if source is ParameterSource.DEFAULT_MAP:
        return ctx.meta.get(KEY, {}).get(name, (None, "default"))[1]
    return "default"


def is_chosen(ctx, name):
    """Whether somebody asked for this very value of a parameter: no default, and no preset."""
    is_default = ctx.get_parameter_source(name) is ParameterSource.DEFAULT
    return not is_default and not from_preset(ctx, name)


def from_preset(ctx, name):
    """Whether a parameter has its value from a preset."""
    rank, _ = ctx.meta.get(KEY, {}).get(name, (FILE, None))
    return rank == PRESET and ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP


def note_value(ctx, name, value):
    """Keep the value of a parameter that is not handed to its command."""
    ctx.meta.setdefault(f"{KEY}.values", {})[name] = value


def noted_values(ctx):
    """The values that were noted: dict by name."""
    return ctx.meta.get(f"{KEY}.values", {})
