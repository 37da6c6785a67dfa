"""All compiled numeric code. Importing the package chooses where compiled kernels are kept.

Orientation, as in word2vec.c: in skip-gram each *context* word's row of ``syn0`` is an input that
predicts the *center*, whose row of ``syn1neg`` is the output with label 1.

Threads share both matrices without locks (Hogwild; Niu et al. 2011, arXiv:1106.5730): a row that
two threads change at once may lose one of the changes. Rows are many and changes small, so this
costs no accuracy that can be measured, and locks would cost most of the speed.
"""

from pathlib import Path

from .cache import kernel_cache

with kernel_cache():
    from .train import train_cbow, train_skipgram

KERNELS = {"skipgram": train_skipgram, "cbow": train_cbow}
"""Model name -> entry kernel; all take the same arguments."""


def is_compiled(model):
    """Whether the kernel of a model is in the cache; if not, its first call takes seconds."""
    kernel = KERNELS[model]
    if not hasattr(kernel, "stats"):  # NUMBA_DISABLE_JIT: a plain function
        return True
    return any(Path(kernel.stats.cache_path).glob(f"*.{kernel.__name__}-*.nbi"))


__all__ = ["KERNELS", "is_compiled", "train_cbow", "train_skipgram"]
