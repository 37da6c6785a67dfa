"""Tells what memory and disk training needs, and refuses if there is too little."""

import os
import platform
import shutil
from dataclasses import dataclass

from ..errors import OutputError, field
from ..files.paths import STDIO, is_special, reason
from ..formats.registry import format_named
from ..machine.system import available_memory
from ..wording.amounts import shown_bytes
from .needs import checkpoint_disk, require_training_memory
from .telling import space_told


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
    parts, warning = require_training_memory(
        n_words, config, request.saving is not None, prepared.lists, prepared.corpus
    )
    disks = _disks(prepared, request)
    for disk in disks:
        _check_disk(disk)
    more = sum(parts.values())
    on_disk = sum(disk.most for disk in disks)
    n_processes = request.communicator.size if request.communicator else 1
    report.say(space_told(more, on_disk, n_processes))
    if request.communicator:
        warning = _shared_memory_note(request.communicator, more) or warning
    if warning:
        report.warn(warning)


def _shared_memory_note(communicator, more):
    """What to say if processes on one machine want more memory than it has; None if none do.

    Parameters
    ----------
    communicator : Communicator
    more : int                   bytes that this process is to take

    Returns
    -------
    str or None   on all ranks the same
    """
    # All have come here and none goes on meanwhile, so that what is free is free for all of these.
    everybody = communicator.gather((platform.node(), more))
    free = available_memory()
    for (machine, _), left in zip(everybody, communicator.gather(free), strict=True):
        wanted = [size for other, size in everybody if other == machine]
        if len(wanted) > 1 and left is not None and sum(wanted) > left:
            return (
                f"{len(wanted)} processes on {machine} need about {shown_bytes(sum(wanted))} of "
                f"memory together, and only {shown_bytes(left)} are free there now; start fewer on "
                f"a machine, with more {field('threads')} each"
            )
    return None


@dataclass
class _Disk:
    """What a disk must hold.

    Attributes
    ----------
    folder : str        on it
    meanwhile : int     bytes of the encoded corpus, which are there now and gone before the end
    checkpoints : int   bytes that are written while it is there
    outputs : int       bytes that are written at the end
    """

    folder: str
    meanwhile: int = 0
    checkpoints: int = 0
    outputs: int = 0

    @property
    def most(self):
        """Bytes at the moment when most are there."""
        return self.checkpoints + max(self.meanwhile, self.outputs)


def _disks(prepared, request):
    """What each disk must hold: list of _Disk, at most one for a disk."""
    n_words, config = len(prepared.vocabulary), prepared.config
    outputs, saving, corpus_bytes = request.outputs, request.saving, prepared.corpus.disk_bytes
    written = [(outputs.vectors, prepared.lists), (outputs.context, None)]
    needs = [
        (
            os.path.dirname(os.path.realpath(path)),
            "outputs",
            rows_written(format_named(outputs.format), n_words, lists)
            * config.dim
            * format_named(outputs.format).bytes_at(path),
        )
        for path, lists in written
        if path and path != STDIO and not is_special(path)
    ]
    if saving:
        kept = sum(name.endswith(".npz") for name in os.listdir(saving.folder))
        needs.append(
            (saving.folder, "checkpoints", checkpoint_disk(n_words, config, kept, prepared.lists))
        )
    if corpus_bytes:
        needs.append((request.folder, "meanwhile", corpus_bytes))
    disks = {}
    for folder, what, size in needs:
        try:
            disk = disks.setdefault(os.stat(folder).st_dev, _Disk(folder))
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written: {reason(error)}") from error
        setattr(disk, what, getattr(disk, what) + size)
    return list(disks.values())


def rows_written(chosen, n_words, lists=None):
    """How many rows a file has: of words, what they have of their own, outputs and n-grams.

    Parameters
    ----------
    chosen : Format
    n_words : int
    lists : NgramLists or None   rows that make the vectors of words
    """
    n_rows = n_words * (chosen.has_words + chosen.has_outputs)
    if lists is None or not chosen.keeps_ngrams:
        return n_rows
    if chosen.has_all_buckets:
        return n_rows + lists.ngrams.n_buckets
    return n_rows + lists.n_own + lists.n_rows


def _check_disk(disk):
    try:
        free = shutil.disk_usage(disk.folder).free
    except OSError:
        return
    # What df tells when no training is under way: the encoded corpus is no use of the user's.
    free += disk.meanwhile
    if free < disk.most:
        raise OutputError(
            f"{disk.folder}: the outputs need about {shown_bytes(disk.most)} of disk there, and "
            f"{shown_bytes(free)} are free; name files on another disk, or give a smaller "
            f"{field('dim')} or {field('max_vocab')}"
        )
