"""How the kernels are compiled."""

# Sums may be reordered and multiply-adds fused, but infinities and NaN keep their meaning.
FAST_MATH = {"reassoc", "contract", "nsz", "arcp"}

KERNEL = {"cache": True, "nogil": True}
"""For functions that are called."""

INNER = {**KERNEL, "_nrt": False}
"""For functions within the loop over centers: arrays are borrowed, not counted, which would cost a
fifth of the time. They must not make arrays, nor views of arrays."""

INLINE = {**INNER, "forceinline": True}
"""For functions that belong into their caller: a call costs as much as they do."""
