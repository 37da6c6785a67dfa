"""The options of commands that several processes do together, and the one that this process is."""

import click

from ...errors import ConfigError
from ..help.headings import Heading, add_options, option
from ..ranges import FloatRange
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
            type=FloatRange(0),
            metavar="SECONDS",
            default=TIMEOUT,
            show_default=True,
            help="End when another process cannot be reached for so long while training; 0: wait "
            "for ever.",
        ),
    ]
    return add_options(command, options)


def is_first(options):
    """Whether this process tells what needs no work; none meets the others for that."""
    from ...machine import job

    return not options["distributed"] or job.launched_rank() == 0


def communicator_of(options):
    """The Communicator of a command that is one of several processes; None if it is the only one.

    *In place:* ``options`` of all but the first, which tell nothing.

    Raises
    ------
    MissingLibraryError   without mpi4py, or an MPI for it
    ConfigError           if its MPI is not that of the launcher, so that each process is alone
    """
    if not options["distributed"]:
        return None
    from ...distributed.mpi import MpiCommunicator
    from ...machine import job

    communicator = MpiCommunicator(options.get("comm_timeout") or 0, _tell_silence)
    if communicator.size == 1:
        _check_alone(job.started_processes(), job.launched_rank())
        return None
    job.join(communicator.rank, communicator.abort)
    if not communicator.is_first:
        options |= {"quiet": True, "verbose": False, "log_json": None}
        silence()
    return communicator


def _check_alone(n_started, rank):
    """Refuse to work alone where there are others, which would write the same files."""
    if n_started == 1:
        return
    if rank > 0:  # all of them see it, so that the first alone tells
        click.get_current_context().exit(ConfigError.exit_code)
    raise ConfigError(
        f"{n_started} processes were started, and each sees itself alone: mpi4py has found another "
        "MPI than that of the launcher; start it by the mpirun of that one, or install the other"
    )


def _tell_silence(message):
    click.echo("w2v: error: " + on_command_line(message), err=True)
