"""``--like FILE``: the options of an earlier run, as the file tells that it made."""

import os

from ... import __version__
from ...errors import ConfigError, InputError
from ...files.paths import STDIO, is_special
from ..help.completion import FILE
from ..help.headings import Heading, option
from ..warnings import warn
from .sources import Source, as_written, settings_of


class EarlierRun:
    """An earlier run, as what it made tells of it.

    Parameters
    ----------
    path : str     of what it made
    facts : dict   from a file that anybody may have written: what is not as expected is ignored
    what : str     it made, in words
    """

    REPEATED: tuple[str, ...] = ()
    """Options that may be given several times."""

    def __init__(self, path, facts, what):
        self.path = path
        self._facts = facts
        if facts.get("version") != __version__:
            warn(
                f"{path} was made by w2v {facts.get('version')}, and this is {__version__}: "
                f"{what} may differ"
            )

    def defaults(self):
        """Options by name, as click takes them; those of the file that are not set are left out."""
        raise NotImplementedError

    def written(self, found):
        """Options, dict by name, as they would stand on the command line.

        Raises
        ------
        InputError   if one has a value that cannot
        """
        written = {
            name: list(map(as_written, value))
            if name in self.REPEATED and isinstance(value, list)
            else as_written(value)
            for name, value in found.items()
        }
        for name, text in written.items():
            if text is None or (isinstance(text, list) and None in text):
                raise InputError(
                    f"{self.path}: tells no value of {name} that can be: {found[name]!r:.100}; "
                    "give one on the command line"
                )
        return written

    def sources(self, must_exist=True):
        """The corpus of the run: paths of such names here, or where the vectors are.

        Raises
        ------
        ConfigError   if there are none, unless they need not exist: then the list is empty
        """
        try:
            names = self._facts.get("sources")
            if not isinstance(names, list) or not names:
                raise ConfigError(f"{self.path} does not tell its corpus; name it: CORPUS...")
            return [self._source(name) for name in names]
        except ConfigError:
            if must_exist:
                raise
            return []

    def _source(self, name):
        if name == STDIO:
            raise ConfigError(f"{self.path} was trained on standard input; name the corpus, or -")
        # A name and nothing more: nobody else's file may lead elsewhere.
        if isinstance(name, str) and name and os.path.basename(name) == name:
            for folder in ("", os.path.dirname(self.path)):
                path = os.path.join(folder, name)
                if os.path.exists(path) and not is_special(path):
                    return path
        raise ConfigError(
            f"{self.path} was trained on {name}, which is neither here nor beside it; "
            "name the corpus"
        )


def earlier_run_option(load, what):
    """The option --like, which repeats a run that made such a file.

    Parameters
    ----------
    load : callable   called with a path; returns the `EarlierRun`
    what : str        the file is, for help
    """

    def callback(ctx, _param, path):
        if path is None:
            return None
        if path == STDIO:
            raise ConfigError("--like needs a file, not standard input; name one")
        repeated = load(path)
        settings = settings_of(ctx)
        settings.repeated = repeated
        values = repeated.defaults()
        # Asked for when all eager options have been read.
        values["corpus"] = lambda: repeated.sources(must_exist=not settings.is_printing)
        settings.offer(values, Source.RUN, f"--like {path}")
        return path

    return option(
        "--like",
        heading=Heading.TRAINING,
        type=FILE,
        is_eager=True,
        callback=callback,
        help=f"Repeat the run that made {what}: its options, where no others are given, and its "
        "corpus, if none is named.",
    )


REPEATED = ("train", "classify train")
"""Commands that have the option."""


def told_by(path, record, notes, command):
    """What a file tells of the run of a command that made it: dict.

    Parameters
    ----------
    path : str
    record : dict or None   its provenance
    notes : list of str     what was noticed when that was read
    command : str

    Raises
    ------
    InputError   if it tells nothing
    """
    from ...formats.provenance import training_of

    facts = training_of(record, command)
    if facts is None:
        made_by = record.get("command") if record else None
        if made_by in REPEATED and made_by != command:
            raise InputError(f"{path}: was made by w2v {made_by}; give it to --like of that")
        why = f": {'; '.join(notes)}" if notes else ""
        raise InputError(f"{path}: does not tell how it was trained{why}")
    return facts
