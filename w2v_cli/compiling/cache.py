"""Where compiled code is kept between runs: never an error, never the wrong code.

Numba can keep compiled code, but any trouble with its files ends the program (a full disk, a
damaged file); it notices a change in a function's own file, but not in what that calls or in
settings such as ``NUMBA_BOUNDSCHECK``; and two processes that write at once may mix up two
versions of a function. So its cache is used with files of our own, in a folder named after the
version, the sources and the settings. Code that cannot be read is compiled again, and code that
cannot be written is used all the same.
"""

import hashlib
import os
import pickle
import re
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import llvmlite.binding as llvm
from llvmlite import __version__ as llvmlite_version
from numba import __version__ as numba_version
from numba.core import caching, dispatcher
from numba.core import config as numba_config
from numba.core.serialize import dumps

from .. import __version__

COMPILED = ("corpus", "formats", "kernels")
"""The folders with compiled code."""
SETTINGS = [
    "BOUNDSCHECK",
    "OPT",
    "LOOP_VECTORIZE",
    "SLP_VECTORIZE",
    "USING_SVML",
    "DEBUGINFO_DEFAULT",
]
"""Numba's settings that change code, and that its cache does not tell apart (the CPU it does)."""
OWN_SETTINGS = ["W2V_KERNELS"]
"""Environment variables that change code."""
FOLDER_NAME = re.compile(r"compiled-[^-]+-[0-9a-f]{16}")
NO_FOLDER = Path(os.devnull)
"""Not a folder: nothing can be read or written there."""
DAYS_KEPT = 30
CHECKSUM_BYTES = 16


def allow_widest_vectors(features, config=numba_config):
    """Let LLVM use 512-bit vectors where there are any; by itself it may prefer 256 bits.

    ``features`` is what llvmlite says of this machine. What the user has set is respected. It has
    an effect only before numba compiles or loads its first function.
    """
    chosen = config.CPU_NAME is not None or config.CPU_FEATURES is not None
    if not chosen and config.ENABLE_AVX and features.get("avx512f"):
        config.CPU_FEATURES = f"{features.flatten()},-prefer-256-bit"


allow_widest_vectors(llvm.get_host_cpu_features())


@contextmanager
def compiled_code_cache():
    """Let functions that are made in this block with ``cache=True`` be kept in our own files.

    Functions made elsewhere are left to numba.
    """
    dispatcher.FunctionCache = _Cache
    try:
        yield
    finally:
        dispatcher.FunctionCache = caching.FunctionCache


def is_cached(function, *args):
    """Whether a function made in such a block can be called without a wait for the compiler.

    With arguments, for a call like that one; without, for any call: a function is compiled for
    each combination of argument types.
    """
    if not hasattr(function, "signatures"):  # NUMBA_DISABLE_JIT: a plain function
        return True
    if not args:
        return bool(function.signatures) or function._cache.has_any()
    types = tuple(function.typeof_pyval(arg) for arg in args)
    return types in function.signatures or function._cache.has(types, function.targetctx)


class _Locator(caching.InTreeCacheLocator):
    """Tells numba that all functions are kept in one folder, whose name tells their sources."""

    @classmethod
    def from_function(cls, py_func, py_file):
        return cls(py_func, py_file)

    def get_cache_path(self):
        return str(_folder())

    def get_source_stamp(self):
        return None

    def ensure_cache_path(self):
        """Do nothing: the folder is made when something is written."""


class _CacheImpl(caching.CompileResultCacheImpl):
    _locator_classes = (_Locator,)


class _Cache(caching.FunctionCache):
    """Numba's cache of one function, on files that may be missing, damaged or unwritable."""

    _impl_class = _CacheImpl

    def __init__(self, py_func):
        super().__init__(py_func)
        self._cache_file = _Files(_folder(), f"{py_func.__module__}.{py_func.__qualname__}")

    def save_overload(self, sig, data):
        with suppress(OSError):
            super().save_overload(sig, data)

    def has_any(self):
        """Whether there is code for any types."""
        return bool(self._cache_file.paths())

    def has(self, types, target_context):
        """Whether there is code for these argument types."""
        return self._cache_file.load(self._index_key(types, target_context.codegen())) is not None


class _Files:
    """The compiled code of a function: for each key (types, CPU and the like) a file.

    A file is a checksum and a pickle of key and code, and appears whole or not at all.
    """

    def __init__(self, folder, name):
        self._folder = folder
        self._name = re.sub(r"[^\w.]", "", name)
        self._made_by = (numba_version, llvmlite_version, sys.version)

    def load(self, key):
        """The code that was saved; None if there is none, or it is damaged."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        checksum, pickled = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
        if checksum != _checksum(pickled):
            return None
        saved_key, code = pickle.loads(pickled)
        return code if saved_key == key else None

    def save(self, key, code):
        """Write a file; OSError if that cannot be done."""
        _make(self._folder)
        pickled = dumps((key, code))
        descriptor, temporary = tempfile.mkstemp(dir=self._folder)
        try:
            with open(descriptor, "wb") as file:
                file.write(_checksum(pickled) + pickled)
            os.replace(temporary, self._path(key))
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise

    def flush(self):
        """Forget all code of the function."""
        for path in self.paths():
            with suppress(OSError):
                path.unlink()

    def paths(self):
        """The files of the function."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        return [self._folder / name for name in names if name.startswith(f"{self._name}-")]

    def _path(self, key):
        digest = _checksum(repr((self._made_by, key)).encode()).hex()
        return self._folder / f"{self._name}-{digest}"


def _checksum(data):
    return hashlib.blake2b(data, digest_size=CHECKSUM_BYTES).digest()


def cache_folder():
    """Where compiled code is kept: a Path; None if there is no place for it."""
    folder = _folder()
    return None if folder == NO_FOLDER else folder


@lru_cache(maxsize=1)
def _folder():
    """Where code is kept: in the user's ``NUMBA_CACHE_DIR``, or where caches belong."""
    if numba_config.CACHE_DIR:
        base = Path(numba_config.CACHE_DIR).absolute()
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    if not base.is_absolute():  # the user has no home
        return NO_FOLDER
    try:
        folder = base / "w2v" / f"compiled-{__version__}-{_digest()}"
    except OSError:  # no sources to tell one version from another
        return NO_FOLDER
    with suppress(OSError):
        os.utime(folder)  # in use: see _remove_old
    return folder


def _digest():
    """A digest of what decides, beside numba and the CPU, what code a function becomes."""
    settings = [getattr(numba_config, name, None) for name in SETTINGS]
    settings += [os.environ.get(name) for name in OWN_SETTINGS]
    digest = hashlib.blake2b(repr(settings).encode(), digest_size=8)
    package = Path(__file__).parent.parent
    compiled = [path for name in COMPILED for path in sorted((package / name).rglob("*.py"))]
    for path in [Path(__file__), *compiled]:
        digest.update(str(path.relative_to(package)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _make(folder):
    """Make the folder if need be, and then remove those of older versions."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _remove_old(folder.parent)


def _remove_old(parent):
    """Remove the folders that no run has used for long, if they can be removed."""
    oldest = time.time() - DAYS_KEPT * 24 * 60 * 60
    for folder in parent.iterdir():
        with suppress(OSError):
            if FOLDER_NAME.fullmatch(folder.name) and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
