"""How much rows learn that were trained before, in which epochs.

With a scale S each of the M old rows of a document gets S g / M, and fresh ones the whole. In the
first epochs outputs may learn alone, so that their start, which knows nothing, does not spoil what
old rows know (Kumar et al. 2022, arXiv:2202.10054).
"""

import numpy as np

from ...kernels import Slow
from ..engine import ThreadEngine


def speeds_of(layout, is_old, config):
    """How rows learn in the first epochs, if they do otherwise then, and in the later ones.

    Parameters
    ----------
    layout : Layout        of the inputs
    is_old : ndarray of bool, (n_learnt,), or None
    config : ClassifyConfig

    Returns
    -------
    tuple of (Slow or None)   one or two of them; None: all rows learn alike
    """
    scale = config.embedding_lr_scale
    if is_old is None:
        return (None,)
    later = None if scale == 1 else _slow(layout, is_old, scale)
    if config.freeze_epochs == 0:
        return (later,)
    first = _slow(layout, is_old, scale)._replace(only_outputs=True)
    return (first, later)


def _slow(layout, is_old, scale):
    every = np.zeros(layout.n_rows, dtype=bool)
    every[: len(is_old)] = is_old
    hot = is_old[: layout.n_hot].copy()
    for thread in range(layout.threads):
        start = layout.hot_start(thread)
        every[start : start + layout.n_hot] = hot
    return Slow(
        is_old=every,
        stays=hot if scale == 0 else np.zeros_like(hot),
        scale=np.float32(scale),
        only_outputs=False,
    )


class HeadFirstEngine(ThreadEngine):
    """A `ThreadEngine` in whose first epochs rows may learn otherwise.

    Parameters
    ----------
    corpus, parameters, workers   see `ThreadEngine`
    speeds : tuple of (Slow or None)   see `speeds_of`
    n_first : int                      epochs that have the first of two
    """

    def __init__(self, corpus, parameters, workers, speeds, n_first):
        super().__init__(corpus, parameters, workers)
        self._speeds, self._n_first = speeds, n_first

    def _train(self, worker, ids, chunk):
        speed = self._speeds[0 if chunk.epoch < self._n_first else -1]
        return worker.train(ids, chunk.lr, chunk.seed, speed)
