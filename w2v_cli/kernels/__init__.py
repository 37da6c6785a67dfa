"""All compiled numeric code.

Orientation, as in word2vec.c: in skip-gram each *context* word's row of ``syn0`` is an input that
predicts the *center*, whose row of ``syn1neg`` is the output with label 1.

Threads share both matrices without locks (Hogwild; Niu et al. 2011, arXiv:1106.5730): a row that
two threads change at once may lose one of the changes. Rows are many and changes small, so this
costs no accuracy that can be measured, and locks would cost most of the speed.
"""

from ..jit import compiled_code_cache

with compiled_code_cache():
    from .train import train_cbow, train_skipgram

KERNELS = {"skipgram": train_skipgram, "cbow": train_cbow}
"""Model name -> entry kernel; all take the same arguments."""

__all__ = ["KERNELS", "train_cbow", "train_skipgram"]
