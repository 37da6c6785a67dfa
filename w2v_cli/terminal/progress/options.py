"""The options of commands that report what they do, and the Reporter that these ask for."""

from .. import warnings
from ..command import exclusive
from ..help.completion import FILE
from ..help.headings import Heading, add_options, option


def progress_options(command):
    """Add -q, -v and --log-json to a command: ``quiet``, ``verbose`` and ``log_json``."""
    options = [
        option(
            "--log-json",
            heading=Heading.OUTPUT,
            type=FILE,
            help="Append what is done to FILE while it is, one JSON object a line; - is stdout.",
        ),
        option(
            "-q",
            "--quiet",
            heading=Heading.GENERAL,
            is_flag=True,
            help="No progress, only warnings and errors.",
        ),
        option(
            "-v",
            "--verbose",
            heading=Heading.GENERAL,
            is_flag=True,
            help="Say more: settings, times of stages, kernels.",
        ),
    ]
    return exclusive("--quiet", "--verbose")(add_options(command, options))


def reporter(quiet, verbose=False, log_json=None):
    """The Reporter that suits standard error: silent, live, or plain lines.

    Raises
    ------
    OutputError   if the log cannot be written
    """
    from ...progress.views import choose_view
    from .log import JsonLog, NoLog
    from .reporter import Reporter

    log = JsonLog(log_json, warnings.warn) if log_json else NoLog()
    return Reporter(choose_view(quiet), log, verbose)


def reporter_for(options):
    """The `reporter` that the options (dict) of a command ask for."""
    return reporter(options["quiet"], options["verbose"], options["log_json"])
