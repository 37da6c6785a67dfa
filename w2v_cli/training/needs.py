"""How much memory and disk work will take: arithmetic, before anything is allocated."""

from dataclasses import replace

from ..distributed.replicas import replica_memory
from ..errors import field
from ..machine.limits import require_memory
from ..methods.registry import method_of
from .together import SharedCorpus

KERNEL_BYTES = 32 << 20
"""Compiled code, and the windows of text that threads look at."""
COPIES_KEPT = 3
"""Checkpoints on the disk: the last two, and the one that is being written."""


def training_memory(n_words, config, checkpoints=False, lists=None, corpus=None):
    """What training takes in memory beyond what the vocabulary and the program take already.

    Parameters
    ----------
    n_words : int
    config : TrainConfig
    checkpoints : bool   whether the matrices are copied to be written
    lists : NgramLists or None   rows that make the vectors of words: of these, or of more
    corpus : Corpus or None      what is trained on, which may be in memory: see `Method.material`

    Returns
    -------
    dict of str to int   what -> bytes; the sum is the peak
    """
    method = method_of(config, lists)
    shapes = list(method.shapes(n_words, config).values())
    parts = {
        "matrices": sum(shape.nbytes for shape in shapes),
        "tables": method.table_memory(n_words, config),
        "compiled code": KERNEL_BYTES,
        "corpus": 0 if corpus is None else method.corpus_memory(corpus, config),
    }
    if checkpoints:
        parts["copy for a checkpoint"] = sum(shape.learnt_nbytes for shape in shapes)
    if isinstance(corpus, SharedCorpus):
        parts["copy for merging"] = replica_memory(shapes, n_words)
    return parts


def checkpoint_disk(n_words, config, n_there=0, lists=None):
    """What checkpoints take on their disk, beyond the ``n_there`` that there are: int, bytes."""
    shapes = method_of(config, lists).shapes(n_words, config).values()
    return max(COPIES_KEPT - n_there, 1) * sum(shape.learnt_nbytes for shape in shapes)


def largest(fits, low, high):
    """The largest whole number from ``low`` to ``high`` that fits; None if ``low`` does not.

    ``fits`` is true up to some number, and false from there on.
    """
    if not fits(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def require_training_memory(n_words, config, has_checkpoints=False, lists=None, corpus=None):
    """Find out whether there is memory to train with a vocabulary of so many words.

    Parameters
    ----------
    n_words : int
    config : TrainConfig
    has_checkpoints : bool   whether some are to be written
    lists, corpus : see `training_memory`

    Returns
    -------
    parts : dict of str to int   see `needs.training_memory`
    warning : str or None        see `require_memory`

    Raises
    ------
    MemoryShortageError   naming the largest ``dim`` and ``max_vocab`` that fit
    """
    parts = training_memory(n_words, config, has_checkpoints, lists, corpus)
    # New threads start with a heap of their own; one thread trains in the calling one.
    n_threads = config.threads if config.threads > 1 else 0

    def advice(left):
        return _what_fits(n_words, config, has_checkpoints, left, lists, corpus)

    return parts, require_memory(sum(parts.values()), "training", advice, n_threads)


def _what_fits(n_words, config, has_checkpoints, left, lists, corpus):
    """What to ask for instead, in words."""

    def fits(n_words, dim):
        needed = training_memory(n_words, replace(config, dim=dim), has_checkpoints, lists, corpus)
        return sum(needed.values()) <= left

    n_models = config.ensemble
    parts = largest(lambda part: fits(n_words, part * n_models), 1, config.dim // n_models)
    dim = parts and parts * n_models
    vocab = largest(lambda n_words: fits(n_words, config.dim), 1, n_words)
    choices = [field("dim", dim)] if dim else []
    choices += [field("max_vocab", vocab)] if vocab else []
    if not choices:
        return f"no {field('dim')} and no {field('max_vocab')} would fit"
    return f"{' or '.join(choices)} would fit"
