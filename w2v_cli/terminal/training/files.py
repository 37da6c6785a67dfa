"""What is said of the files that ``w2v train`` is to read and write, before the work."""

import os

import click

from ...config import Spacing, option_name
from ...errors import ConfigError
from ...files.paths import STDIO, is_special
from ..checks import check_outputs, check_standard_input, mention_unused_cuts, note_terminal

OUTPUT_OPTIONS = ("output", "save_vocab", "save_context", "stats")


def check_files(ctx, options):
    """Find out whether inputs and outputs go together, and whether outputs can be written.

    *In place:* ``checkpoint`` and ``checkpoint_every`` of ``options`` become what they stand for.
    """
    corpus = options["corpus"]
    outputs = [options[name] for name in OUTPUT_OPTIONS if options[name]]
    inputs = {"a corpus": corpus}
    for name, what in (("init", "the vectors to go on from"), ("like", "the run to repeat")):
        inputs[what] = [options[name]] if options[name] else []
    check_outputs(outputs, inputs, options["log_json"])
    for name in ("save_context", "keep_context"):
        if options[name] and options["loss"] == "hs":
            raise click.UsageError(
                f"{option_name(name)} needs --loss ns or softmax: the outputs of the hierarchical "
                "softmax are nodes of a tree, not words"
            )
    if options["freeze"] and not options["init"]:
        raise click.UsageError("--freeze needs --init: there are no old words without")
    check_standard_input(
        {
            "the corpus": corpus,
            "the vocabulary": [options["vocab"]],
            "the vectors to go on from": [options["init"]],
        }
    )
    if options["vocab"]:
        mention_unused_cuts(ctx, "--vocab is used as it is")
    note_terminal("the corpus", corpus)
    _check_checkpoints(options)


def check_kept_facts(options, format_):
    """What is to be kept with the vectors, or beside them, must find its place."""
    from ...formats import format_named
    from ...formats.provenance import check_beside, path_beside

    chosen = format_named(format_)
    if options["keep_context"] and not chosen.keeps_context:
        raise click.UsageError(
            f"--keep-context needs the format of w2v (-o NAME.w2v): {chosen.title} has no place "
            "for the output matrix; --save-context writes it to a file of its own"
        )
    if options["provenance"] and not chosen.keeps_provenance:
        vectors = [options[name] for name in ("output", "save_context") if options[name]]
        for path in vectors:
            check_beside(path)
        beside = [path for path in map(path_beside, vectors) if path]
        outputs = [options[name] for name in OUTPUT_OPTIONS if options[name]]
        check_outputs([*outputs, *beside], {})


def _check_checkpoints(options):
    """What is resumed goes on writing its checkpoints to the same folder."""
    from ...training.checkpoint import prepare_folder

    folder, resumed = options["checkpoint"], options["resume"]
    options["checkpoint_every"] = Spacing.parse(options["checkpoint_every"])
    if resumed and folder and os.path.realpath(folder) != os.path.realpath(resumed):
        raise ConfigError(
            f"--resume {resumed} and --checkpoint {folder} must be the same folder; "
            "leave out --checkpoint"
        )
    options["checkpoint"] = folder or resumed
    if options["checkpoint"]:
        prepare_folder(options["checkpoint"], resumed is not None)


def folder_for_ids(options):
    """Where the encoded corpus lies while training: --tmpdir, or the folder of the output."""
    from tempfile import gettempdir

    output = options["output"]
    if options["tmpdir"]:
        return options["tmpdir"]
    if output == STDIO or is_special(output):
        return gettempdir()
    return os.path.dirname(os.path.realpath(output))
