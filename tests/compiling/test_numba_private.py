"""What is used of Numba's and llvmlite's own affairs is still there, in the release installed."""

import importlib
import inspect

import pytest
from llvmlite import __version__ as llvmlite_version
from numba import __version__ as numba_version
from numba import njit

from w2v_cli.compiling import cache, numba_private

MODULES = {
    "numba.core.caching": ["CompileResultCacheImpl", "FunctionCache"],
    "numba.core.caching.CompileResultCacheImpl": ["_locator_classes", "locator"],
    "numba.core.caching.FunctionCache": [
        "_impl_class",
        "_index_key",
        "_load_overload",
        "load_overload",
        "save_overload",
    ],
    "numba.core.codegen.JITCodeLibrary": [
        "_get_module_for_linking",
        "_optimize_functions",
        "finalize",
    ],
    "numba.core.codegen.JitEngine": ["is_symbol_defined"],
    "numba.core.compiler.Compiler": ["compile_extra"],
    "numba.core.compiler.CompileResult": ["_find_referenced_environments"],
    "numba.core.compiler.Flags": ["no_cfunc_wrapper", "no_compile", "no_cpython_wrapper"],
    "numba.core.dispatcher._FunctionCompiler": ["_customize_flags", "fold_argument_types"],
    "numba.core.registry.CPUDispatcher": [
        "enable_caching",
        "get_call_template",
        "get_overload",
        "is_compiling",
    ],
    "numba.core.runtime.rtsys": ["initialize"],
    "numba.core.sigutils": ["normalize_signature"],
    "numba.core.target_extension": ["resolve_dispatcher_from_str"],
    "numba.core.typing.templates": ["make_concrete_template"],
    "llvmlite.binding": ["address_of_symbol"],
    "numba.core.serialize": ["dumps"],
    "numba.core.registry": ["cpu_target"],
    "numba.core.registry.cpu_target.target_context": ["codegen"],
}
OF_FUNCTIONS = ["_cache", "signatures", "stats", "targetctx", "typeof_pyval"]
OF_CACHES = ["_cache_file", "_cache_path", "_impl", "_index_key", "_py_func"]
SETTINGS = ["CACHE_DIR", "CPU_FEATURES", "CPU_NAME", "DISABLE_JIT", "ENABLE_AVX", *cache.SETTINGS]

release = f"numba {numba_version} with llvmlite {llvmlite_version}"


def found(path):
    """A module, or something in one, by its dotted name."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, _, name = path.rpartition(".")
        assert parent, f"{path} is missing in {release}"
        return getattr(found(parent), name)


def check(thing, called, names):
    missing = [f"{called}.{name}" for name in names if not hasattr(thing, name)]
    assert not missing, f"missing in {release}: {', '.join(missing)}"


@pytest.fixture
def function():
    @njit
    def double(x):
        return 2 * x

    if numba_private.is_plain(double):
        pytest.skip("nothing is compiled")
    return double


@pytest.mark.parametrize("path", MODULES)
def test_names_in_modules_are_there(path):
    check(found(path), path, MODULES[path])


def test_settings_that_are_asked_for_exist():
    check(numba_private.settings(), "numba.core.config", SETTINGS)


def test_functions_have_what_is_asked_of_them(function):
    check(function, "dispatcher", OF_FUNCTIONS)
    with cache.compiled_code_cache():
        cached = njit(cache=True)(function.py_func)
    check(cached._cache, "dispatcher._cache", OF_CACHES)
    assert numba_private.files_with_code(cached).folder == cache._folder(cache._room(__file__))


def test_a_function_is_compiled_for_types(function):
    assert list(numba_private.types_in_memory(function)) == []
    assert function(2) == 4
    assert list(numba_private.types_in_memory(function)) == [numba_private.types_of(function, (2,))]
    assert numba_private.types_of(function, (2.5,)) not in numba_private.types_in_memory(function)


def test_a_key_tells_types_and_functions_apart(function):
    with cache.compiled_code_cache():
        cached = njit(cache=True)(function.py_func)
    one, other = (numba_private.types_of(cached, (value,)) for value in (1, 1.5))
    assert numba_private.key_of(cached, one) == numba_private.key_of(cached, one)
    assert numba_private.key_of(cached, one) != numba_private.key_of(cached, other)


def test_numba_asks_our_class_for_code():
    """The methods with which it loads and saves code are those that are replaced."""
    caching = importlib.import_module("numba.core.caching")
    for name, arguments in {
        "save_overload": ["sig", "data"],
        "_index_key": ["sig", "codegen"],
    }.items():
        parameters = list(inspect.signature(getattr(caching.FunctionCache, name)).parameters)
        assert parameters == ["self", *arguments], f"{name} is another in {release}"


def test_the_features_of_the_processor_are_told():
    features = numba_private.compiler_features()
    assert isinstance(features, str)


def test_the_functions_that_llvmlite_has_called_back_are_there():
    from llvmlite.binding.executionengine import ExecutionEngine

    check(
        ExecutionEngine,
        "llvmlite.binding.executionengine.ExecutionEngine",
        numba_private.CALLED_BACK,
    )
