"""The options of commands that several processes do together, and the one that this process is."""

import click

from ...errors import ConfigError, field
from ..help.headings import Heading, add_options, option
from ..spelling import on_command_line
from ..warnings import silence

TIMEOUT = 600.0

DISTRIBUTED = option(
    "--distributed",
    heading=Heading.RESOURCES,
    is_flag=True,
    help="Share the work with all processes that mpirun has started with this command, on one "
    "machine or many; needs mpi4py.",
)


def distributed_options(command):
    """Add --distributed and what goes with it to a command that trains."""
    options = [
        DISTRIBUTED,
        option(
            "--round-words",
            heading=Heading.RESOURCES,
            type=click.IntRange(1000, 2**40),
            metavar="N",
            help="Processes train so many words, all together, between two merges of what they "
            "have learnt.  [default: by the size of the text]",
        ),
        option(
            "--comm-timeout",
            heading=Heading.RESOURCES,
            type=click.FloatRange(0),
            metavar="SECONDS",
            default=TIMEOUT,
            show_default=True,
            help="End when another process cannot be reached for so long while training; 0: wait "
            "for ever.",
        ),
    ]
    return add_options(command, options)


def communicator_of(options):
    """The Communicator of a command that is one of several processes; None if it is the only one.

    *In place:* ``options`` of all but the first, which tell nothing.

    Raises
    ------
    ConfigError           if there are others, and they were not asked to share the work
    MissingLibraryError   without mpi4py
    """
    from ...distributed.mpi import MpiCommunicator, launched_processes

    if not options["distributed"]:
        n_processes = launched_processes()
        if n_processes > 1:
            raise ConfigError(
                f"this is one of {n_processes} processes that a launcher of MPI has started, and "
                f"each would do all the work and write the same files; {field('distributed')} "
                "shares the work"
            )
        return None
    communicator = MpiCommunicator(options.get("comm_timeout") or 0, _tell_silence)
    if communicator.size == 1:
        return None
    from ...machine import job

    job.join(communicator.rank, communicator.abort)
    if not communicator.is_first:
        options |= {"quiet": True, "verbose": False, "log_json": None}
        silence()
    return communicator


def _tell_silence(message):
    click.echo("w2v: error: " + on_command_line(message), err=True)
