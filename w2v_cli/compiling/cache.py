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

from llvmlite import __version__ as llvmlite_version
from numba import __version__ as numba_version

from .. import __version__
from . import numba_private as private
from .numba_cache import cache_class
from .numba_parts import functions_in_parts
from .processor import allow_widest_vectors

PACKAGE = Path(__file__).parent.parent
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
_beside: dict = {}
"""How to wait for functions that another process compiles, by their names; see `made_beside`."""
DAYS_KEPT = 30
CHECKSUM_BYTES = 16


def compiled_code_cache():
    """A block in which functions that are made with ``cache=True`` are kept in our own files.

    Functions made elsewhere are left to numba.
    """
    allow_widest_vectors()
    return functions_in_parts(cache_class(_files_of))


def is_cached(function, *args):
    """Whether a function made in such a block can be called without a wait for the compiler.

    With arguments, for a call like that one; without, for any call: a function is compiled for
    each combination of argument types.
    """
    if private.is_plain(function):
        return True
    in_memory, files = private.types_in_memory(function), private.files_with_code(function)
    if not args:
        return bool(in_memory or files.paths())
    types = private.types_of(function, args)
    return types in in_memory or files.read(private.key_of(function, types)) is not None


@contextmanager
def made_beside(functions, wait):
    """A block in which another process compiles functions made in a block of the former kind.

    Parameters
    ----------
    functions : sequence
    wait : callable   called as wait(is_enough) when the code of one is needed that is not there;
                      returns when is_enough() says so, or when the process makes no more. Then
                      what is not there yet is compiled here
    """
    names = [private.files_with_code(function).name for function in functions]
    _beside.update(dict.fromkeys(names, wait))
    try:
        yield
    finally:
        for name in names:
            del _beside[name]


def _files_of(py_func):
    folder = _folder(_room(py_func.__code__.co_filename))
    return _Files(folder, f"{py_func.__module__}.{py_func.__qualname__}")


class _Files:
    """The compiled code of a function: for each key (types, CPU and the like) a file.

    A file is a checksum and a pickle of key and code, and appears whole or not at all.
    """

    def __init__(self, folder, name):
        self.folder = folder
        self.name = re.sub(r"[^\w.]", "", name)
        self._made_by = (numba_version, llvmlite_version, sys.version)

    def load(self, key):
        """The code that was saved, or that another process is about to save; None as in `read`."""
        code = self.read(key)
        wait = _beside.get(self.name)
        if code is None and wait:
            path = self._path(key)
            before = _age(path)
            wait(lambda: _age(path) != before)
            code = self.read(key)
        return code

    def read(self, key):
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
        _make(self.folder)
        pickled = private.pickled((key, code))
        descriptor, temporary = tempfile.mkstemp(dir=self.folder)
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
            names = os.listdir(self.folder)
        except OSError:
            return []
        return [self.folder / name for name in names if name.startswith(f"{self.name}-")]

    def _path(self, key):
        digest = _checksum(repr((self._made_by, key)).encode()).hex()
        return self.folder / f"{self.name}-{digest}"


def _age(path):
    """Which of the files that may come to a place one after the other is there; None: none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _checksum(data):
    return hashlib.blake2b(data, digest_size=CHECKSUM_BYTES).digest()


def cache_folder():
    """Where compiled code is kept, in folders by version: a Path; None if there is no place."""
    if private.settings().CACHE_DIR:
        base = Path(private.settings().CACHE_DIR).absolute()
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    return base / "w2v" if base.is_absolute() else None  # else the user has no home


@lru_cache
def _room(source):
    """The folder with all sources that functions in one of them are made of: a Path.

    Within the package that is the first folder on the way to it, elsewhere that of the file.
    """
    source = Path(source)
    inside = PACKAGE in source.parents
    return PACKAGE / source.relative_to(PACKAGE).parts[0] if inside else source.parent


@lru_cache
def _folder(room):
    """Where the code of all functions of a room is kept."""
    base = cache_folder()
    if base is None:
        return NO_FOLDER
    try:
        folder = base / f"compiled-{__version__}-{_digest(room)}"
    except OSError:  # no sources to tell one version from another
        return NO_FOLDER
    with suppress(OSError):
        os.utime(folder)  # in use: see _remove_old
    return folder


def _digest(room):
    """A digest of what decides, beside numba and the CPU, what code functions of a room become.

    They are made of sources in their own room and of those here, which a test makes sure of.
    """
    settings = [getattr(private.settings(), name, None) for name in SETTINGS]
    settings += [os.environ.get(name) for name in OWN_SETTINGS]
    digest = hashlib.blake2b(repr(settings).encode(), digest_size=8)
    for folder in (PACKAGE / "compiling", room):
        sources = sorted(folder.rglob("*.py"))
        if not sources:
            raise FileNotFoundError(folder)
        for path in sources:
            digest.update(os.path.relpath(path, PACKAGE).encode())
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
