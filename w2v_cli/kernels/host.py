"""Which instructions the kernels use: vectors as wide as the processor's, or plain loops.

The environment variable ``W2V_KERNELS`` decides: ``simd`` (the default) takes the width that Numba
compiles for, ``simd4``, ``simd8`` and ``simd16`` that many floats, and ``portable`` plain loops.
"""

import os

import llvmlite.binding as llvm

from ..compiling.numba_private import compiler_features, settings
from ..errors import ConfigError

WIDTHS = {"zmm": 16, "ymm": 8}
"""Names of x86 registers and how many floats they hold; all others have four."""

VARIABLE = "W2V_KERNELS"
CHOICES = ("simd", "simd4", "simd8", "simd16", "portable")

SHOWN_FEATURES = ("avx", "avx2", "fma", "avx512f", "neon", "sve")

PROBE = """
define void @probe(ptr %p) {
  %x = load <16 x float>, ptr %p, align 4
  %y = fadd <16 x float> %x, %x
  store <16 x float> %y, ptr %p, align 4
  ret void
}
"""


def chosen():
    """The user's choice.

    Raises
    ------
    ConfigError   if it is not known
    """
    choice = os.environ.get(VARIABLE) or "simd"
    if choice not in CHOICES:
        raise ConfigError(f"{VARIABLE} must be one of {', '.join(CHOICES)}, not {choice!r}")
    return "portable" if settings().DISABLE_JIT else choice


def vector_width():
    """How many floats a vector is to have, 4, 8 or 16."""
    digits = chosen().removeprefix("simd")
    return int(digits) if digits.isdigit() else _natural_width()


def described():
    """The choice in words: instructions, the width of vectors, and the processor."""
    choice = chosen()
    name = settings().CPU_NAME or llvm.get_host_cpu_name()
    if choice == "portable":
        return f"portable loops, on {name}"
    features = llvm.get_host_cpu_features()
    has = [feature for feature in SHOWN_FEATURES if features.get(feature)]
    width = f"vectors of {vector_width()} floats ({choice})"
    return f"{width}, on {name}" + (f" with {', '.join(has)}" if has else "")


def _natural_width():
    """What LLVM does with 16 floats, for the processor and the features that Numba compiles for.

    A user who names a processor (NUMBA_CPU_NAME) wants what that processor has; Numba gives LLVM
    the features of this machine beside it.
    """
    chosen_name = settings().CPU_NAME
    name = chosen_name or llvm.get_host_cpu_name()
    width = _width_for(name, compiler_features())
    return width if chosen_name is None else min(width, _width_for(name, "-prefer-256-bit"))


def _width_for(name, features):
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=name, features=features)
    assembly = machine.emit_assembly(llvm.parse_assembly(PROBE))
    return max((width for register, width in WIDTHS.items() if register in assembly), default=4)
