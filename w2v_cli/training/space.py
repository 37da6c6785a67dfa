"""Tells what memory and disk training needs, and refuses if there is too little."""

import os
import shutil
from collections import defaultdict

from ..errors import OutputError, field
from ..files.paths import STDIO, is_special, reason
from ..formats.registry import format_named
from ..wording.amounts import shown_bytes
from .needs import checkpoint_disk, require_training_memory


def check_space(prepared, request, report):
    """Tell what training will take, in one line.

    Parameters
    ----------
    prepared : Prepared
    request : Request
    report : Report   gets the line, and a warning if memory is scarce

    Raises
    ------
    MemoryShortageError   naming the largest ``dim`` and ``max_vocab`` that fit
    OutputError           if the disk has not room for the outputs
    """
    n_words, config = len(prepared.vocabulary), prepared.config
    parts, warning = require_training_memory(n_words, config, request.saving is not None)
    disks = _disks(n_words, config, request)
    for folder, needed in disks.values():
        _check_disk(folder, needed)
    memory = ", ".join(f"{name} {shown_bytes(size)}" for name, size in parts.items())
    on_disk = sum(needed for _, needed in disks.values())
    report.say(
        f"training takes about {shown_bytes(sum(parts.values()))} more memory ({memory})"
        + (f" and {shown_bytes(on_disk)} of disk" if on_disk else "")
    )
    if warning:
        report.warn(warning)


def _disks(n_words, config, request):
    """Disk -> (a folder on it, bytes needed there)."""
    outputs, saving = request.outputs, request.saving
    numbers = n_words * config.dim
    needs = [
        (
            os.path.dirname(os.path.realpath(path)),
            numbers * format_named(outputs.format).bytes_at(path),
        )
        for path in (outputs.vectors, outputs.context)
        if path and path != STDIO and not is_special(path)
    ]
    if saving:
        kept = sum(name.endswith(".npz") for name in os.listdir(saving.folder))
        needs.append((saving.folder, checkpoint_disk(n_words, config, kept)))
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
            f"{shown_bytes(free)} are free; name files on another disk, or give a smaller "
            f"{field('dim')} or {field('max_vocab')}"
        )
