"""Compiled code is kept between runs; whatever happens to its files, the right code runs."""

import errno
import os
import subprocess
import sys
import time
import types

import pytest
from conftest import ROOT
from support.permissions import may_write_anywhere

from w2v_cli.compiling import cache

PLUS = "def calculate(x):\n    return x + {}\n"
PLUS_ONE = PLUS.format(1)

SCRIPT = """
import resource, sys
from numba import njit
from w2v_cli.compiling import cache

with cache.compiled_code_cache():
    @njit(cache=True)
    def double(x):
        return x[0] + x[0]

    @njit(cache=True)
    def entry(x):
        return double(x)

if "limit" in sys.argv:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
import numpy as np
x = np.array([21.0])
print(cache.is_cached(entry, x), entry(x), sum(entry.stats.cache_hits.values()))
print(entry.stats.cache_path)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for compiled code, for this test alone; it is not there yet."""
    folder = tmp_path / "w2v" / "compiled-1.0-0123456789abcdef"
    monkeypatch.setattr(cache, "_folder", lambda _room: folder)
    return folder


def compiled(source=PLUS_ONE, name="calculate", module="a_module"):
    """A new function from a source text, as a new process would have it: nothing in memory."""
    from numba import njit

    made = types.ModuleType(module)
    exec(compile(source, __file__, "exec"), vars(made))
    with cache.compiled_code_cache():
        return njit(cache=True)(getattr(made, name))


def hits(function):
    return sum(function.stats.cache_hits.values())


def run_script(script, *args, env=(), cwd=None):
    """Run the script, which has to be right and to print nothing else.

    Returns
    -------
    was_cached : bool   what it was told
    n_hits : int        what it then loaded
    folder : str
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "W2V_"))}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **dict(env)}
    result = subprocess.run(
        [sys.executable, script, *args],
        env={name: str(value) for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    was_cached, answer, n_hits, folder = result.stdout.split()
    assert answer == "42.0"
    return was_cached == "True", int(n_hits), folder


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


# What is kept


def test_the_second_process_compiles_nothing(script, tmp_path):
    env = {"XDG_CACHE_HOME": tmp_path / "caches"}
    was_cached, n_hits, folder = run_script(script, env=env)
    assert (was_cached, n_hits) == (False, 0)
    assert folder.startswith(str(tmp_path / "caches" / "w2v" / "compiled-"))
    assert run_script(script, env=env) == (True, 1, folder)
    assert not [name for name in os.listdir(folder) if name.startswith("tmp")]


def test_each_combination_of_types_is_kept_and_asked_for_by_itself(folder):
    first = compiled()
    assert not cache.is_cached(first) and not cache.is_cached(first, 1)
    assert first(1) == 2
    assert cache.is_cached(first, 2) and not cache.is_cached(first, 1.5)
    assert first(1.5) == 2.5

    second = compiled()
    assert cache.is_cached(second) and cache.is_cached(second, 1) and cache.is_cached(second, 1.5)
    assert not cache.is_cached(second, 1j)
    assert (second(3), second(3.5), hits(second)) == (4, 4.5, 2)


def test_code_in_memory_counts_as_cached(monkeypatch):
    monkeypatch.setattr(cache, "_folder", lambda _room: cache.NO_FOLDER)
    function = compiled()
    assert not cache.is_cached(function) and not cache.is_cached(function, 1)
    assert function(1) == 2
    assert cache.is_cached(function) and cache.is_cached(function, 1)
    assert not cache.is_cached(function, 1.5)


def test_a_plain_function_is_always_ready():
    assert cache.is_cached(len) and cache.is_cached(len, "text")


def test_functions_with_the_same_bytecode_are_told_apart(folder):
    # The bytecode is the same, the constant is not: numba looks at the bytecode alone.
    assert compiled(PLUS_ONE, module="one")(1) == 2
    assert compiled(PLUS.format(5), module="five")(1) == 6
    factory = "def make(n):\n    def inner(x):\n        return x + n\n    return inner\n"
    for n in (1, 5):
        source = f"{factory}calculate = make({n})\n"
        assert compiled(source)(1) == 1 + n
        assert hits(compiled(source)) == 0
        again = compiled(source)
        assert (again(1), hits(again)) == (1 + n, 1)


def test_functions_outside_the_block_are_left_to_numba(folder):
    from numba import njit

    compiled()
    ours, other = compiled(), njit(cache=True)(test_functions_outside_the_block_are_left_to_numba)
    assert ours.stats.cache_path == str(folder)
    assert other.stats.cache_path != str(folder)


def test_flushing_forgets_the_function(folder):
    function = compiled()
    function(1)
    assert len(list(folder.iterdir())) == 1
    function.recompile()
    compiled(PLUS_ONE.replace("calculate", "other"), name="other")(1)
    assert len(list(folder.iterdir())) == 2


# Damage


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def empty(path):
    path.write_bytes(b"")


def garbage(path):
    path.write_bytes(os.urandom(5000))


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def other_key(path):
    """The code of the same function for other types, as a collision of names would give it."""
    function = compiled()
    function(1.5)
    next(p for p in path.parent.iterdir() if p != path).replace(path)


@pytest.mark.parametrize("damage", [cut, empty, garbage, flip_a_bit, other_key])
def test_damaged_files_are_compiled_again_and_replaced(folder, damage):
    compiled()(1)
    (path,) = folder.iterdir()
    damage(path)
    function = compiled()
    assert not cache.is_cached(function, 1)
    assert (function(1), hits(function)) == (2, 0)
    again = compiled()
    assert (again(1), hits(again)) == (2, 1)


# Files that cannot be read or written


def test_a_full_disk_leaves_no_trace(folder, monkeypatch):
    def fail(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cache.os, "replace", fail)
    assert compiled()(1) == 2
    assert list(folder.iterdir()) == []


def test_a_limit_on_file_sizes(script, tmp_path):
    for _ in range(2):
        was_cached, n_hits, folder = run_script(script, "limit", env={"XDG_CACHE_HOME": tmp_path})
        assert (was_cached, n_hits) == (False, 0)
        assert os.listdir(folder) == []


def test_a_folder_in_the_place_of_a_file(folder):
    compiled()(1)
    (path,) = folder.iterdir()
    path.unlink()
    path.mkdir()
    for _ in range(2):
        function = compiled()
        assert not cache.is_cached(function, 1)
        assert function(1) == 2
    assert [entry.is_dir() for entry in folder.iterdir()] == [True]


def test_a_folder_deleted_meanwhile_is_made_again(folder):
    function = compiled()
    function(1)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert function(1.5) == 2.5
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(may_write_anywhere(), reason="permissions do not bind this user")
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_without_permissions(folder, mode):
    compiled()(1)
    folder.chmod(mode)
    try:
        function = compiled()
        assert (function(1), hits(function)) == (2, 1 if mode else 0)
        assert function(1.5) == 2.5
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize(
    "env",
    [
        {"HOME": "/dev/null/home", "XDG_CACHE_HOME": None},
        {"HOME": "not/absolute", "XDG_CACHE_HOME": None},
        {"XDG_CACHE_HOME": "/dev/null"},
        {"XDG_CACHE_HOME": "not/absolute"},
        {"NUMBA_CACHE_DIR": "/dev/null/cache"},
    ],
    ids=lambda env: "-".join(f"{key}={value}" for key, value in env.items() if value),
)
def test_no_place_for_a_cache(script, tmp_path, env):
    place = tmp_path / "empty"
    place.mkdir()
    assert run_script(script, env=env, cwd=place)[1] == 0
    assert list(place.iterdir()) == []


def test_a_command_without_a_cache_says_where_it_should_be(w2v, tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a b a\n")
    result = w2v("vocab", corpus, "-q", env={"NUMBA_CACHE_DIR": "/dev/null"})
    assert (result.returncode, result.text) == (0, "a 2\nb 1\n")
    assert result.errors == (
        "w2v: warning: compiled code cannot be kept in /dev/null/w2v: Not a directory; every run "
        "compiles anew until that is put right, or NUMBA_CACHE_DIR names another folder\n"
    )


def test_compiling_and_a_cache_that_cannot_be_written_are_told_once(w2v, tmp_path):
    (tmp_path / "c.txt").write_text("a b a\n" * 20)
    args = ["train", "c.txt", "-o", "v.txt", "-d", "4", "-e", "1"]
    result = w2v(*args, cwd=tmp_path, env={"XDG_CACHE_HOME": "/dev/null"})
    assert result.returncode == 0
    assert result.errors.count("compiling for this processor") == 1
    assert result.errors.count("cannot be kept in /dev/null/w2v: Not a directory") == 1
    assert "or XDG_CACHE_HOME names another folder" in result.errors


# The folder


def test_the_users_folder_is_respected(script, tmp_path):
    env = {"NUMBA_CACHE_DIR": tmp_path / "mine", "XDG_CACHE_HOME": tmp_path / "not-here"}
    _, _, folder = run_script(script, env=env)
    assert folder.startswith(str(tmp_path / "mine" / "w2v" / "compiled-"))
    assert os.listdir(tmp_path / "mine") == ["w2v"]
    assert not (tmp_path / "not-here").exists()


def test_code_made_with_other_settings_is_not_used(script, tmp_path):
    env = {"XDG_CACHE_HOME": tmp_path}
    run_script(script, env=env)
    for setting in ("NUMBA_BOUNDSCHECK=1", "NUMBA_CPU_NAME=generic", "W2V_KERNELS=portable"):
        changed = {**env, **dict([setting.split("=")])}
        assert run_script(script, env=changed)[:2] == (False, 0), setting
    assert run_script(script, env=changed)[:2] == (True, 1)
    assert run_script(script, env=env)[:2] == (True, 1)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A package with two rooms: (path of a source in one, path of a source in the other)."""
    package = tmp_path / "w2v_cli"
    monkeypatch.setattr(cache, "PACKAGE", package)
    sources = [package / "kernels" / "deep" / "source.py", package / "formats" / "source.py"]
    for path in [package / "compiling" / "cache.py", *sources]:
        path.parent.mkdir(parents=True)
        path.write_text("first")
    return sources


def digest_of(source):
    return cache._digest(cache._room.__wrapped__(str(source)))


def test_changed_sources_of_its_room_get_another_folder(house):
    source, elsewhere = house
    digests = [digest_of(source)]
    source.write_text("second")
    digests.append(digest_of(source))
    renamed = source.rename(source.with_name("renamed.py"))
    digests.append(digest_of(renamed))
    (cache.PACKAGE / "kernels" / "another.py").write_text("")
    digests.append(digest_of(renamed))
    (cache.PACKAGE / "compiling" / "cache.py").write_text("second")
    digests.append(digest_of(renamed))
    (cache.PACKAGE / "unrelated.py").write_text("")
    elsewhere.write_text("second")
    assert digest_of(renamed) == digests[-1]
    assert digest_of(elsewhere) not in digests
    assert len(set(digests)) == len(digests)


def test_functions_outside_the_package_belong_to_the_folder_of_their_file(house, tmp_path):
    source = tmp_path / "mine" / "source.py"
    source.parent.mkdir()
    source.write_text("first")
    first = digest_of(source)
    source.write_text("second")
    assert digest_of(source) != first


def test_without_sources_nothing_is_kept(house, monkeypatch):
    source, _ = house
    source.unlink()
    room = cache._room.__wrapped__(str(source))
    assert cache._folder.__wrapped__(room) == cache.NO_FOLDER
    monkeypatch.setattr(cache, "cache_folder", lambda: None)
    assert cache._folder.__wrapped__(room) == cache.NO_FOLDER


def test_folders_of_other_versions_go_when_not_used_for_long(folder):
    parent = folder.parent
    long_ago = time.time() - (cache.DAYS_KEPT + 1) * 24 * 60 * 60
    names = ["compiled-0.9-0123456789abcdef", "compiled-0.9-fedcba9876543210", "compiled-notes"]
    for name in names:
        (parent / name).mkdir(parents=True)
        (parent / name / "file").write_text("")
    for name in (names[0], names[2]):
        os.utime(parent / name, (long_ago, long_ago))
    function = compiled()
    assert sorted(path.name for path in parent.iterdir()) == sorted(names)
    function(1)
    assert sorted(path.name for path in parent.iterdir()) == sorted([*names[1:], folder.name])


def test_a_folder_in_use_stays_young(script, tmp_path):
    env = {"XDG_CACHE_HOME": tmp_path}
    _, _, folder = run_script(script, env=env)
    os.utime(folder, (0, 0))
    run_script(script, env=env)
    assert time.time() - os.stat(folder).st_mtime < 24 * 60 * 60
