"""For which instructions of the processor Numba makes code."""

import llvmlite.binding as llvm

from . import numba_private as private


def allow_widest_vectors(features=None, config=None):
    """Let LLVM use 512-bit vectors where there are any; by itself it may prefer 256 bits.

    What the user has set is respected. It has an effect only before numba compiles or loads its
    first function.

    Parameters
    ----------
    features : FeatureMap or None   what llvmlite says of a machine; None for this one
    config : module or None         *in place:* Numba's settings
    """
    config = config or private.settings()
    if config.CPU_NAME is not None or config.CPU_FEATURES is not None or not config.ENABLE_AVX:
        return
    features = features or llvm.get_host_cpu_features()
    if features.get("avx512f"):
        config.CPU_FEATURES = f"{features.flatten()},-prefer-256-bit"
