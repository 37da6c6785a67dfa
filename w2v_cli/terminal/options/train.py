"""The options of ``w2v train``, and those of them that say how a model is trained."""

import click

from ...config import DEFAULT_LR, DEFAULTS, LOSSES, MODELS
from ...formats.registry import CHOICES
from ..command import memory_option
from ..progress.reporter import progress_options
from ..settings.like import like_option
from ..settings.presets import preset_option
from ..settings.printconfig import print_config_option
from .vectors import provenance_option


def _config_option(*names, field, help, **kwargs):
    """An option whose default is that of TrainConfig, which also checks its range."""
    default = DEFAULTS[field]
    kwargs.setdefault("type", type(default))
    kwargs.setdefault("metavar", {int: "N", float: "X"}.get(kwargs["type"]))
    return click.option(
        *names, default=default, show_default=default is not None, help=help, **kwargs
    )


MODEL_OPTIONS = [
    _config_option("-m", "--model", field="model", type=click.Choice(MODELS), help="Architecture."),
    _config_option(
        "--loss",
        field="loss",
        type=click.Choice(LOSSES),
        help="Negative sampling, hierarchical softmax, or (small vocabularies) the full softmax.",
    ),
    _config_option("-d", "--dim", field="dim", help="Length of a vector."),
    _config_option(
        "-w", "--window", field="window", help="Largest half-width; each center draws 1 to N."
    ),
    _config_option(
        "--fixed-window", field="fixed_window", is_flag=True, help="Always use the whole window."
    ),
    _config_option("-n", "--negative", field="negative", help="Negative samples a center."),
    _config_option(
        "--ns-exponent", field="ns_exponent", help="Negatives are drawn by count to this power."
    ),
    _config_option(
        "--share-negatives",
        field="share_negatives",
        help="Use a negative for so many centers; 0: every pair is trained alone, with its own.",
    ),
    _config_option(
        "-t", "--sample", field="sample", help="Subsampling threshold; 0 keeps every word."
    ),
    _config_option("-e", "--epochs", field="epochs", help="Passes over the corpus."),
    _config_option(
        "--lr",
        field="lr",
        type=float,
        help="Learning rate at the start.  [default: "
        + ", ".join(f"{lr} {model}" for model, lr in DEFAULT_LR.items())
        + "]",
    ),
    _config_option("--min-count", field="min_count", help="Leave out words that are rarer."),
    _config_option(
        "--max-vocab", field="max_vocab", type=int, help="Keep only the N most frequent words."
    ),
    click.option(
        "-j",
        "--threads",
        type=int,
        metavar="N",
        help="Training threads.  [default: the CPUs available]",
    ),
    _config_option("--seed", field="seed", help="Start of all random numbers."),
    _config_option(
        "--max-sentence", field="max_sentence", help="Lines with more words are cut to pieces."
    ),
]


def model_options(command):
    """Add the options of TrainConfig to a command: how a model is trained."""
    return _added(MODEL_OPTIONS, command)


OUTPUT_OPTIONS = [
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where the vectors go: .txt and .vec are text, .bin is binary, .w2v is mapped when "
        "read, - is standard output; .gz, .bz2, .xz or .zst behind that compresses.  [required]",
    ),
    click.option("--format", metavar=CHOICES, help="Format of the vectors, whatever their name."),
]


def output_options(command):
    """Add what is to be written where."""
    return _added(OUTPUT_OPTIONS, command)


RUN_OPTIONS = [
    click.option(
        "--vocab", metavar="FILE", help="Use this vocabulary ('word count' lines) as it is."
    ),
    click.option("--save-vocab", metavar="FILE", help="Write the vocabulary, 'word count' lines."),
    click.option(
        "--save-context", metavar="FILE", help="Write the output matrix, like the vectors."
    ),
    click.option(
        "--keep-context", is_flag=True, help="Keep the output matrix in the .w2v file, for --init."
    ),
    preset_option,
    like_option,
    click.option(
        "--init",
        metavar="FILE",
        help="Go on from these vectors of any format: their words and those of the text are "
        "joined.",
    ),
    click.option(
        "--freeze", is_flag=True, help="With --init: leave the vectors of old words alone."
    ),
    provenance_option,
    click.option("--stats", metavar="FILE", help="Write what was done as one JSON object."),
    click.option(
        "--tmpdir",
        metavar="DIR",
        help="For the encoded corpus: 4 bytes a word.  [default: the folder of the output]",
    ),
    click.option("--checkpoint", metavar="DIR", help="Write checkpoints to a folder now and then."),
    click.option(
        "--checkpoint-every",
        default="10m",
        show_default=True,
        metavar="TIME",
        help="How far apart: a time (30s, 10m, 2h), a share of all (5%), or epochs (1e).",
    ),
    click.option(
        "--resume",
        metavar="DIR",
        help="Go on from the newest checkpoint there; all else on the command line stays the same.",
    ),
    click.option(
        "--time-budget",
        metavar="TIME",
        help="Choose --epochs and --dim, unless given, such that the whole command takes about "
        "this long (90s, 10m, 2h).",
    ),
    print_config_option,
    memory_option,
]


def run_options(command):
    """Add where training starts, what is kept of it, and what it may take."""
    return _added(RUN_OPTIONS, progress_options(command))


def _added(options, command):
    for option in reversed(options):
        command = option(command)
    return command
