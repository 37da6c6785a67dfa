"""Functions of Numba's that become machine code only within those that Python calls.

Numba makes code of every function twice: by itself, with two wrappers for calls from outside, and
again in each function that calls it. What is called by compiled code alone needs the latter only.
So a function here is compiled in two ways. For a caller that is compiled it is a part: typed and
turned into LLVM's language, and no more; LLVM sees it where it is used. For Python it is compiled
whole, when Python first calls it. In a first run of ``w2v train`` LLVM then makes code 15 times
instead of 49, and all takes three fifths of the time.

A part is never read from the cache: whether a caller is made of parts that LLVM has been through
once or twice could change its sums in the last bits, and so vectors would hang on what is cached.

Such functions cannot call themselves. Like `numba_private`, this uses private parts of Numba.
"""

from contextlib import contextmanager
from functools import lru_cache

from numba.core import compiler, dispatcher, registry, sigutils, target_extension
from numba.core.codegen import JITCodeLibrary
from numba.core.typing.templates import make_concrete_template


@contextmanager
def functions_in_parts(cache):
    """A block in which functions are made so.

    Parameters
    ----------
    cache : class   of Numba's, the cache of those made with ``cache=True``
    """
    before = target_extension.resolve_dispatcher_from_str

    def resolve(name):
        return _dispatcher_with(cache) if name == "cpu" else before(name)

    target_extension.resolve_dispatcher_from_str = resolve
    try:
        yield
    finally:
        target_extension.resolve_dispatcher_from_str = before


def parts_of(function):
    """For which types of arguments a function is a part of others: list of tuples."""
    return list(function._parts)


class _Dispatcher(registry.CPUDispatcher):
    """A function: ``overloads`` are those that Python calls, the parts are beside them."""

    cache_class = None

    def __init__(self, py_func, locals=None, targetoptions=None):
        super().__init__(py_func, locals, targetoptions)
        described = (py_func, self.targetdescr, self.targetoptions, self.locals)
        self._compiler = _Wholes(*described, _WholeCompiler)
        self._part_compiler = _Parts(*described, _PartCompiler)
        self._parts = {}

    def enable_caching(self):
        self._cache = self.cache_class(self.py_func)

    def get_call_template(self, args, kws):
        """How a caller that is compiled has to call it; see Numba's method."""
        pysig, args = self._compiler.fold_argument_types(args, kws)
        args = tuple(args)
        if args not in self._parts:
            with self._compiling_counter:
                self._parts[args] = self._part_compiler.compile(args, None)
        name = self.py_func.__name__
        signatures = [part.signature for part in self._parts.values()]
        template = make_concrete_template(f"CallTemplate({name})", name, signatures)
        return template, pysig, args, {}

    def get_overload(self, sig):
        """What such a caller calls."""
        args, _ = sigutils.normalize_signature(sig)
        return self._parts[tuple(args)].entry_point


@lru_cache(maxsize=1)
def _dispatcher_with(cache):
    return type("Dispatcher", (_Dispatcher,), {"cache_class": cache})


class _Wholes(dispatcher._FunctionCompiler):
    def _customize_flags(self, flags):
        flags.no_cfunc_wrapper = True  # which is for callers written in C
        return flags


class _WholeCompiler(compiler.Compiler):
    """Compiles a function that Python calls."""

    def compile_extra(self, func):
        result = super().compile_extra(func)
        for environment in result._find_referenced_environments():  # those of its parts, too
            result.codegen.set_env(environment.env_name, environment)
        return result


class _Parts(dispatcher._FunctionCompiler):
    def _customize_flags(self, flags):
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        return flags


class _PartCompiler(compiler.Compiler):
    """Compiles a function for those that call it; its ``entry_point`` is a mere name."""

    def compile_extra(self, func):
        context = self.state.targetctx
        self.state.library = _Part(context.codegen(), func.__qualname__)
        result = super().compile_extra(func)._replace(entry_point=object())
        context.insert_user_function(result.entry_point, result.fndesc, [result.library])
        return result


class _Part(JITCodeLibrary):
    """The code of a part, in LLVM's language, with that of its own parts."""

    def _optimize_functions(self, ll_module):
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self):
        for library in dict.fromkeys(self._linking_libraries):
            if hasattr(self, "_reload_init"):  # which Numba 0.62 has not
                self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True
