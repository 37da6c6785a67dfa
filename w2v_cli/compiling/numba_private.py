"""All use of private parts of Numba and llvmlite; the rest of the package has none.

Their public interface cannot say where compiled code is kept, nor for which instructions code is
made. Any release may change what is used here, so it is all in this file, and a test names what is
missing in one that is installed. Nothing is imported before a function here is called: the names in
``CALLED_BACK`` are wanted when the command starts, long before Numba is.
"""

from contextlib import suppress
from functools import lru_cache

CALLED_BACK = ("_raw_object_cache_notify", "_raw_object_cache_getbuffer")
"""Functions of llvmlite that its C++ code calls while it compiles. What is raised in them is
printed and dropped, and compiling goes on without what they should have kept."""


def settings():
    """Numba's settings, from the environment: CPU_NAME, DISABLE_JIT and the like as attributes."""
    from numba.core import config

    return config


@lru_cache(maxsize=1)
def cache_class(files_of):
    """A class of Numba's, the cache of one function, on files of our own.

    Parameters
    ----------
    files_of : callable   files_of(py_func) -> an object with ``folder`` (Path), ``load(key)``,
                          ``save(key, code)`` and ``flush()``
    """
    from numba.core import caching
    from numba.core.runtime import rtsys

    class Locator:
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

    class Implementation(caching.CompileResultCacheImpl):
        _locator_classes = (Locator,)

        def reduce(self, data):
            return _symbols_outside(data.library), super().reduce(data)

        def rebuild(self, target_context, payload):
            symbols, data = payload
            if not _are_known(symbols, target_context):
                target_context.refresh()
            return super().rebuild(target_context, data)

    class Cache(caching.FunctionCache):
        _impl_class = Implementation

        def __init__(self, py_func):
            super().__init__(py_func)
            self._cache_file = files_of(py_func)
            self._cache_path = str(self._cache_file.folder)

        def load_overload(self, sig, target_context):
            # Numba would first load all that its compiler knows, a fifth of a short run.
            rtsys.initialize(target_context)
            return self._load_overload(sig, target_context)

        def save_overload(self, sig, data):
            with suppress(OSError):
                super().save_overload(sig, data)

    return Cache


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
    """Whether compiled code that uses these may be run: else LLVM would end the program."""
    from llvmlite.binding import address_of_symbol

    engine = target_context.codegen()._engine
    return all(engine.is_symbol_defined(name) or address_of_symbol(name) for name in symbols)


def is_plain(function):
    """Whether it is no function of Numba's, as all are with NUMBA_DISABLE_JIT."""
    return not hasattr(function, "signatures")


def types_in_memory(function):
    """The types of arguments for which a function is compiled or loaded: list of tuples."""
    return function.signatures


def types_of(function, args):
    """The types for which a call with these arguments needs code: tuple."""
    return tuple(function.typeof_pyval(arg) for arg in args)


def files_with_code(function):
    """The object that keeps the code of a function whose cache is a `cache_class`."""
    return function._cache._cache_file


def key_of(function, types):
    """Under which key the code for these argument types is kept."""
    return function._cache._index_key(types, function.targetctx.codegen())


def pickled(code):
    """Compiled code as bytes, for `pickle.loads`."""
    from numba.core.serialize import dumps

    return dumps(code)


def compiler_features():
    """The features of the processor that Numba gives LLVM: str."""
    from numba.core.registry import cpu_target

    return cpu_target.target_context.codegen()._get_host_cpu_features()
