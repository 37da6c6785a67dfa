"""Where the options of a command get their values from, and which source wins."""

from enum import IntEnum

import click
from click.core import ParameterSource

KEY = "w2v.settings"


class Source(IntEnum):
    """The sources of a value; of two that have one, the first of this list wins."""

    COMMAND_LINE = 0
    ENVIRONMENT = 1
    FILE = 2
    RUN = 3
    PRESET = 4
    DEFAULT = 5


OF_CLICK = {
    ParameterSource.COMMANDLINE: Source.COMMAND_LINE,
    ParameterSource.ENVIRONMENT: Source.ENVIRONMENT,
}


class Settings:
    """How the options of a command that runs got their values; see `settings_of`.

    Attributes
    ----------
    ctx : click.Context
    is_printing : bool             whether the configuration is to be printed, and nothing done
    repeated : Repeated or None    the earlier run of --like
    unseen : dict                  values that are not handed to the command, by name
    files : list of str            paths of the files that values were read from
    """

    def __init__(self, ctx):
        self.ctx = ctx
        self.is_printing = False
        self.repeated = None
        self.unseen = {}
        self.files = []
        self._offers = {}

    def offer(self, values, source, where):
        """Make values those of options, unless a source that wins has them.

        Parameters
        ----------
        values : dict     name of the parameter -> value as on the command line
        source : Source   FILE, RUN or PRESET, in whatever order they come
        where : str       where they are from, in words
        """
        defaults = dict(self.ctx.default_map or {})
        for name, value in values.items():
            if name not in self._offers or source <= self._offers[name][0]:
                self._offers[name] = (source, where)
                defaults[name] = value
        self.ctx.default_map = defaults

    def source_of(self, name):
        """The Source of the value that a parameter has."""
        found = self.ctx.get_parameter_source(name)
        if found is ParameterSource.DEFAULT_MAP and name in self._offers:
            return self._offers[name][0]
        return OF_CLICK.get(found, Source.DEFAULT)

    def where(self, name):
        """Where a parameter has its value from, in words: ``command line``, ``run.toml``, ..."""
        source = self.source_of(name)
        if source is Source.COMMAND_LINE:
            return "command line"
        if source is Source.ENVIRONMENT:
            return f"environment, {self.ctx.auto_envvar_prefix}_{name.upper()}"
        return "default" if source is Source.DEFAULT else self._offers[name][1]

    def is_chosen(self, name):
        """Whether a value was set explicitly: no default, no preset."""
        return self.source_of(name) < Source.PRESET


def settings_of(ctx: click.Context) -> Settings:
    """The Settings of a command that runs, or is about to."""
    found = ctx.meta.get(KEY)
    if not isinstance(found, Settings) or found.ctx is not ctx:  # contexts share what they hold
        found = ctx.meta[KEY] = Settings(ctx)
    return found


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
