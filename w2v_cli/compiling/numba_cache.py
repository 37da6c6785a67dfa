"""Numba's cache of compiled code, on files of our own.

Like `numba_private`, this uses private parts of Numba.
"""

from contextlib import suppress
from functools import lru_cache

from llvmlite.binding import address_of_symbol
from numba.core import caching
from numba.core.runtime import rtsys


@lru_cache(maxsize=1)
def cache_class(files_of):
    """A class of Numba's, the cache of one function.

    Parameters
    ----------
    files_of : callable   files_of(py_func) -> an object with ``folder`` (Path), ``load(key)``,
                          ``save(key, code)`` and ``flush()``
    """

    class Cache(_Cache):
        def __init__(self, py_func):
            super().__init__(py_func)
            self._cache_file = files_of(py_func)
            self._cache_path = str(self._cache_file.folder)

    return Cache


class _Locator:
    """Where Numba would keep its own files; it is not asked for any."""

    @classmethod
    def from_function(cls, _py_func, _py_file):
        return cls()

    def get_cache_path(self):
        return ""

    def get_disambiguator(self):
        return ""

    def get_source_stamp(self):
        return None

    def ensure_cache_path(self):
        """Do nothing: the folder is made when something is written."""


class _Implementation(caching.CompileResultCacheImpl):
    """What is kept of a function: the names that it needs from elsewhere, and its code."""

    _locator_classes = (_Locator,)

    def reduce(self, data):
        return _symbols_outside(data.library), super().reduce(data)

    def rebuild(self, target_context, payload):
        symbols, data = payload
        if not _are_known(symbols, target_context):
            target_context.refresh()
        return super().rebuild(target_context, data)


class _Cache(caching.FunctionCache):
    _impl_class = _Implementation

    def load_overload(self, sig, target_context):
        # Numba would first load all that its compiler knows, a fifth of a short run.
        rtsys.initialize(target_context)
        return self._load_overload(sig, target_context)

    def save_overload(self, sig, data):
        with suppress(OSError):
            super().save_overload(sig, data)


def _symbols_outside(library):
    """What compiled code uses that is not in it: list of names."""
    module = library._get_module_for_linking()
    return [
        value.name
        for values in (module.functions, module.global_variables)
        for value in values
        if value.is_declaration and not value.name.startswith("llvm.")
    ]


def _are_known(symbols, target_context):
    """Whether code that uses these may be run: else LLVM would end the program."""
    engine = target_context.codegen()._engine
    return all(engine.is_symbol_defined(name) or address_of_symbol(name) for name in symbols)
