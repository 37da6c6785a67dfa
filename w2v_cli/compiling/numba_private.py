"""All use of private parts of Numba and llvmlite; the rest of the package has none.

Their public interface cannot say where compiled code is kept, nor for which instructions code is
made. Any release may change what is used here, so it is all in the files of this folder with
``numba`` in their names, and a test names what is missing in one that is installed. Here nothing is
imported before a function is called: the names in ``CALLED_BACK`` are wanted when the command
starts, long before Numba is.
"""

CALLED_BACK = ("_raw_object_cache_notify", "_raw_object_cache_getbuffer")
"""Functions of llvmlite that its C++ code calls while it compiles. What is raised in them is
printed and dropped, and compiling goes on without what they should have kept."""


def settings():
    """Numba's settings, from the environment: CPU_NAME, DISABLE_JIT and the like as attributes."""
    from numba.core import config

    return config


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
