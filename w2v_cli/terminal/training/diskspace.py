"""What training takes of memory and disk: told, and refused if there is not so much, before it."""

import os
import shutil
from collections import defaultdict

from ...errors import OutputError
from ...files.paths import STDIO, is_special, reason
from ...formats.registry import format_named
from ...training.needs import checkpoint_disk, require_training_memory
from ...wording.amounts import shown_bytes
from ..warnings import warn


def check_room(run, options, format, report):
    """Tell what training will take, in one line.

    Parameters
    ----------
    run : Run           with its vocabulary, not trained yet
    options : dict      of the command
    format : str        of the vectors
    report : reporter   gets the line

    Raises
    ------
    MemoryShortageError   naming the largest --dim and --max-vocab that fit
    OutputError           if the disk has not room for the outputs
    """
    n_words, config = len(run.vocabulary), run.config
    has_checkpoints = options["checkpoint"] is not None
    parts, warning = require_training_memory(n_words, config, has_checkpoints)
    disks = _disks(n_words, config, options, format)
    for folder, needed in disks.values():
        _check_disk(folder, needed)
    memory = ", ".join(f"{name} {shown_bytes(size)}" for name, size in parts.items())
    on_disk = sum(needed for _, needed in disks.values())
    report.say(
        f"training takes about {shown_bytes(sum(parts.values()))} more memory ({memory})"
        + (f" and {shown_bytes(on_disk)} of disk" if on_disk else "")
    )
    if warning:
        warn(warning)


def _disks(n_words, config, options, format):
    """Disk -> (a folder on it, bytes needed there)."""
    number = format_named(format).bytes_at
    needs = [
        (os.path.dirname(os.path.realpath(path)), n_words * config.dim * number(path))
        for path in (options["output"], options["save_context"])
        if path and path != STDIO and not is_special(path)
    ]
    if options["checkpoint"]:
        kept = sum(name.endswith(".npz") for name in os.listdir(options["checkpoint"]))
        needs.append((options["checkpoint"], checkpoint_disk(n_words, config, kept)))
    disks = defaultdict(lambda: (None, 0))
    for folder, size in needs:
        try:
            disk = os.stat(folder).st_dev
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written: {reason(error)}") from error
        disks[disk] = (folder, disks[disk][1] + size)
    return disks


def _check_disk(folder, needed):
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    if free < needed:
        raise OutputError(
            f"{folder}: the outputs need about {shown_bytes(needed)} of disk there, and "
            f"{shown_bytes(free)} are free; name files on another disk, or give a smaller --dim "
            "or --max-vocab"
        )
