"""What every training says: its threads and space before, from where it goes on, how it went."""

from ..machine.system import memory_bytes, peak_memory_bytes
from ..wording.amounts import shown_bytes
from .checkpoint import Checkpoints


def threads_told(config):
    """How many threads train: the words for it."""
    return "1 thread" if config.threads == 1 else f"{config.threads} threads"


def space_told(more, on_disk, n_processes=1):
    """What training takes of memory, in bytes beyond what is taken already, and of disk.

    ``n_processes``: that take as much memory each; the disk is that of the first.
    """
    memory = f"about {shown_bytes(memory_bytes() + more)} of memory ({shown_bytes(more)} more)"
    if n_processes > 1:
        disk = f", the first {shown_bytes(on_disk)} of disk" if on_disk else ""
        return f"each of {n_processes} processes takes {memory}{disk}"
    return f"it takes {memory}" + (f" and {shown_bytes(on_disk)} of disk" if on_disk else "")


def learning_told(training):
    """How a `Training` went that learns by steps."""
    first, last = training.losses[0], training.losses[-1]
    loss = f"{first:.4f}" if len(training.losses) == 1 else f"{first:.4f} at first, {last:.4f} now"
    return (
        f"{training.tokens_processed:,} words trained in {training.seconds_train:,.1f} s, "
        f"{training.words_per_second:,.0f} words/s; loss {loss}; at most "
        f"{shown_bytes(peak_memory_bytes())} of memory"
    )


def checkpoints_of(saving, identity, n_tokens, n_epochs, report, wanted=None):
    """The `Checkpoints` of a run, which say from where it goes on; None if there are to be none.

    Parameters
    ----------
    saving : Saving or None
    identity : dict     what they must be of
    n_tokens : int      of an epoch
    n_epochs : int
    report : Report
    wanted : threading.Event or None   somebody asks for one
    """
    if saving is None:
        return None

    def tell(path, tokens):
        epochs = tokens / n_tokens
        done = f"{epochs:,.1f}" if epochs >= 1 else f"{epochs:.3g}"
        report.say(f"going on from epoch {done} of {n_epochs} ({path})")

    return Checkpoints(
        saving.folder,
        identity,
        report.warn,
        saving.spacing.seconds,
        saving.spacing.tokens(n_tokens, n_epochs),
        report.checkpoint,
        tell,
        wanted,
    )
