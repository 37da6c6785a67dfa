"""What all training can write besides its result: what was done, and checkpoints."""

from ..help.completion import FILE, FOLDER
from ..help.headings import Heading, option

STATS_OPTION = option(
    "--stats",
    heading=Heading.OUTPUT,
    type=FILE,
    help="Write what was done as one JSON object.",
)


def time_budget_option(chosen):
    """The option that lets the time there is choose options, which ``chosen`` names for help."""
    return option(
        "--time-budget",
        heading=Heading.TRAINING,
        metavar="TIME",
        help=f"Choose {chosen}, unless given, such that the whole command takes about this long "
        "(90s, 10m, 2h).",
    )


SAVING_OPTIONS = [
    option(
        "--checkpoint",
        heading=Heading.STOPPING,
        type=FOLDER,
        help="Write checkpoints to a folder now and then.",
    ),
    option(
        "--checkpoint-every",
        heading=Heading.STOPPING,
        default="10m",
        show_default=True,
        metavar="TIME",
        help="How far apart: a time (30s, 10m, 2h), a share of all (5%), or epochs (1e).",
    ),
    option(
        "--resume",
        heading=Heading.STOPPING,
        type=FOLDER,
        help="Go on from the newest checkpoint there; all else on the command line stays the same.",
    ),
]
