"""Checkpoints: everything that is needed to go on with training as if it had never stopped.

A checkpoint is a ZIP archive, not compressed, in the folder that the user names:

============== ======================================================================
``state.json`` what is trained (`prepare.Prepared.identity`), how far it is (`TrainingState`)
``NAME.npy``   the learnt rows of each matrix of the model: `methods.base.Parameters`
============== ======================================================================

All random numbers are functions of the seed and the place in the schedule, so that no state of a
generator has to be kept. A file appears whole or not at all, and the last two stay. For a moment
there are three; a kill in that moment leaves three until the next save.
"""

import json
import os
import re
import threading
import time
import zipfile
from contextlib import contextmanager, suppress

import numpy as np

from ..errors import ConfigError, InputError, OutputError, field
from ..files.npyheader import npy_header, read_header
from ..files.outputs import atomic_output, check_output, make_folder
from ..files.paths import reason
from ..files.storedzip import DamageError, damage_told, regions
from .state import TrainingState

FORMAT = "w2v checkpoint"
FORMAT_VERSION = 1
STATE = "state.json"
NAME = re.compile(r"checkpoint-(\d{12})\.npz")
KEPT = 2
LARGEST_STATE = 1 << 24
READ_BYTES = 1 << 24


class Checkpoints:
    """The checkpoints of one training run, in a folder.

    Parameters
    ----------
    folder : str
    identity : dict of str to dict    what is trained; see `differences`
    warn : callable                   told, in words, of a checkpoint that could not be written
    seconds, tokens : float or None   how far apart, in time or in words trained
    tell : callable or None           called as tell(path, tokens) when a checkpoint has been
                                      written, from the thread that writes it
    restored : callable or None       called as restored(path, tokens) when one has been read
    wanted : threading.Event or None  when it is set, a checkpoint is due

    Attributes
    ----------
    folder : str
    """

    def __init__(
        self, folder, identity, warn, seconds=None, tokens=None, tell=None, restored=None,
        wanted=None,
    ):  # fmt: skip
        self.folder = folder
        self._wanted = wanted or threading.Event()
        self._tell, self._restored = tell, restored
        self._identity = identity
        self._seconds, self._tokens = seconds, tokens
        self._warn = warn
        self._writer = None
        self._last_time, self._last_tokens = time.monotonic(), 0

    def restore(self, parameters):
        """Load the newest checkpoint that is whole; *in place:* ``parameters``.

        Returns
        -------
        TrainingState

        Raises
        ------
        InputError    if there is none that can be read
        ConfigError   if it is of another corpus or other options; the message names them
        """
        paths = _paths(self.folder)
        for place, path in enumerate(paths):
            try:
                state = _read(path, self._identity, parameters)
            except InputError as error:
                self._warn(f"{error.message}; looking for the one before")
                continue
            self._last_time, self._last_tokens = time.monotonic(), state.tokens
            # What is newer is damaged; it stays until there is something better.
            _remove(paths[place + KEPT :])
            if self._restored:
                self._restored(path, state.tokens)
            return state
        raise InputError(
            f"{self.folder}: holds no checkpoint that can be read; "
            f"start anew with {field('checkpoint')} and another folder"
        )

    def are_due(self, state):
        """Whether it is time to `save`: never while the last one is still being written."""
        if self._writer is not None and self._writer.is_alive():
            return False
        if self._wanted.is_set():
            return True
        if self._tokens is not None:
            return state.tokens - self._last_tokens >= self._tokens
        return time.monotonic() - self._last_time >= self._seconds

    @property
    def are_wanted(self):
        """Whether somebody has asked for one."""
        return self._wanted.is_set()

    def save(self, state, parameters):
        """Copy everything, and have a thread write it: training goes on meanwhile."""
        self._wait()
        self._last_time, self._last_tokens = time.monotonic(), state.tokens
        self._wanted.clear()
        copies = [(name, matrix.copy()) for name, matrix in parameters]
        work = self._facts(state), copies
        self._writer = threading.Thread(target=self._write_or_warn, args=work)
        self._writer.start()

    def save_last(self, state, parameters):
        """Write a checkpoint, and come back when it is there.

        Raises
        ------
        OutputError   if it cannot be written
        """
        self._wait()
        self._write(self._facts(state), parameters)

    def finish(self, state, parameters):
        """Write the last checkpoint of a training that ended; only warn if that fails."""
        self._wait()
        self._write_or_warn(self._facts(state), parameters)

    def close(self):
        """Wait until what is being written is there."""
        self._wait()

    def _wait(self):
        if self._writer is not None:
            self._writer.join()

    def _facts(self, state):
        facts = {"format": FORMAT, "format_version": FORMAT_VERSION}
        return {**facts, "identity": self._identity, "state": state.as_dict()}

    def _write_or_warn(self, *work):
        try:
            self._write(*work)
        except OutputError as error:
            self._warn(f"{error.message}; training goes on without this checkpoint")
        except MemoryError:
            self._warn("not enough memory for a checkpoint; training goes on without it")

    def _write(self, facts, matrices):
        path = os.path.join(self.folder, f"checkpoint-{facts['state']['chunks_done']:012d}.npz")
        with atomic_output(path) as stream, zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(STATE, json.dumps(facts, indent=2) + "\n")
            for name, matrix in matrices:
                member_info = zipfile.ZipInfo(_member(name))
                with archive.open(member_info, "w", force_zip64=True) as member:
                    _write_matrix(member, matrix)
        kept = [other for other in _paths(self.folder) if other <= path][:KEPT]
        _remove(other for other in _paths(self.folder) if other not in kept)
        if self._tell:
            self._tell(path, facts["state"]["tokens"])


def prepare_folder(folder, resuming):
    """Make the folder for checkpoints, and find out whether it can be used.

    Raises
    ------
    OutputError   if it cannot be made or written to
    ConfigError   if it holds checkpoints and they are not to be resumed
    InputError    if it holds none and they are
    """
    found = _paths(folder)
    if resuming and not found:
        raise InputError(
            f"{folder}: holds no checkpoint to go on from; "
            f"name the folder of {field('checkpoint')}, or start with that"
        )
    if found and not resuming:
        raise ConfigError(
            f"{folder} holds checkpoints of an earlier run; {field('resume', folder)} goes on from "
            "them, or name another folder"
        )
    make_folder(folder)
    check_output(os.path.join(folder, "checkpoint"))


def saved_plan(folder):
    """What was planned for the run whose checkpoints are in a folder, as `Prepared.plan` has it.

    Returns
    -------
    dict or None   with ``dim`` and ``epochs``, which are positive whole numbers; None if nothing
                   was planned

    Raises
    ------
    InputError   if no checkpoint can be read
    """
    plan = _saved_identity(folder).get("plan")
    names = ("dim", "epochs")
    if isinstance(plan, dict) and all(
        type(plan.get(name)) is int and plan[name] > 0 for name in names
    ):
        return plan
    return None


def saved_options(folder):
    """The options of the run whose checkpoints are in a folder: dict by field.

    What is damaged is not told here, but when training is to go on from it: then it is empty.
    """
    try:
        options = _saved_identity(folder).get("options")
    except InputError:
        return {}
    return _by_field(options) if isinstance(options, dict) else {}


def saved_processes(folder):
    """How many processes the run had whose checkpoints are in a folder: int."""
    number = _saved_identity(folder).get("processes")
    return number if type(number) is int and number > 0 else 1


def _saved_identity(folder):
    """What the newest checkpoint of a folder that can be read is of; InputError if none can."""
    damage = None
    for path in _paths(folder):
        try:
            with _opened(path) as (archive, members):
                identity = _facts_of(archive, members)["identity"]
        except InputError as error:
            damage = damage or error
        else:
            return identity
    if damage is not None:
        raise damage
    return {}


def differences(saved, asked):
    """What of two identities differs, in words.

    Parameters
    ----------
    saved, asked : dict   "version" -> str, "corpus" -> dict, "options" -> dict by field

    Returns
    -------
    list of str   Example: [f"{field('dim')} was 100 and is 200"]
    """
    found = []
    if saved.get("version") != asked["version"]:
        found.append(f"w2v was {saved.get('version')} and is {asked['version']}")
    if saved.get("corpus") != asked["corpus"]:
        found.append(_corpus_difference(saved.get("corpus"), asked["corpus"]))
    options = saved.get("options")
    options = _by_field(options) if isinstance(options, dict) else {}
    # Those of n-grams are only there with n-grams.
    for name in {**asked["options"], **options}:
        was, value = options.get(name), asked["options"].get(name)
        if was != value:
            found.append(f"{field(name)} was {was} and is {value}")
    return found


def _by_field(options):
    """Options by field, also those of checkpoints that have them by name on the command line."""
    return {name.removeprefix("--").replace("-", "_"): value for name, value in options.items()}


def _corpus_difference(saved, asked):
    saved = saved if isinstance(saved, dict) else {}
    for name, what in (("tokens", "words in the vocabulary"), ("vocabulary", "distinct words")):
        if saved.get(name) != asked[name]:
            return f"the corpus had {saved.get(name)} {what} and has {asked[name]}"
    return "the words of the corpus are others, or in another order"


def _paths(folder):
    """The checkpoints in a folder, newest first."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {reason(error)}") from error
    return [
        os.path.join(folder, name) for name in sorted(names, reverse=True) if NAME.fullmatch(name)
    ]


def _remove(paths):
    for path in paths:
        with suppress(OSError):
            os.unlink(path)


def _read(path, identity, parameters):
    """Load a checkpoint: InputError if it is damaged, ConfigError if it is of another run.

    *In place:* ``parameters``, which may be left half changed with an InputError.
    """
    with _opened(path) as (archive, members):
        facts = _facts_of(archive, members)
        found = differences(facts["identity"], identity)
        if found:
            raise ConfigError(
                f"{path} is of another run: {'; '.join(found)}; "
                "give that corpus and its options, or another folder"
            )
        try:
            state = TrainingState.from_dict(facts.get("state"))
        except InputError as error:
            raise DamageError(error.message) from error
        _check_there(members, *(_member(name) for name, _ in parameters))
        for name, matrix in parameters:
            with archive.open(_member(name)) as member:
                _read_matrix(member, matrix)
        return state


@contextmanager
def _opened(path):
    """(archive, its members, among them the state); what damage may raise becomes an InputError."""
    with (
        damage_told(path, "the checkpoint", "it cannot be gone on from"),
        _open_regular(path) as file,
        zipfile.ZipFile(file) as archive,
    ):
        found = regions(archive, file, os.fstat(file.fileno()).st_size)
        _check_there(found, STATE)
        yield archive, found


def _check_there(found, *names):
    for name in names:
        if name not in found:
            raise DamageError(f"{name} is missing")


def _open_regular(path):
    """Open a file, but no pipe, which would wait for ever for somebody to write to it."""
    if not os.path.isfile(path):
        raise DamageError("is no file")
    return open(path, "rb")


def _facts_of(archive, found):
    if found[STATE].size > LARGEST_STATE:
        raise DamageError("is no checkpoint")
    facts = json.loads(archive.read(STATE))
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise DamageError("is no checkpoint")
    if facts.get("format_version") != FORMAT_VERSION:
        raise DamageError("was written by another version of w2v")
    if not isinstance(facts.get("identity"), dict):
        raise DamageError("does not tell what was trained")
    return facts


def _member(name):
    """Where a matrix stands in the archive."""
    return f"{name}.npy"


def _little_endian(matrix):
    return matrix.dtype.newbyteorder("<")


def _write_matrix(stream, matrix):
    dtype = _little_endian(matrix)
    stream.write(npy_header(matrix.shape, dtype.str))
    for rows in _row_blocks(matrix):
        stream.write(np.ascontiguousarray(rows, dtype=dtype).tobytes())


def _read_matrix(stream, matrix):
    """Read a matrix that must have the shape and type of ``matrix``; *in place:* that."""
    header = read_header(stream.read)
    shape, dtype, expected = header.shape, header.dtype, _little_endian(matrix)
    if shape != matrix.shape or header.is_fortran or dtype != expected:
        raise DamageError(
            f"holds a matrix of {shape} {dtype}, not of {matrix.shape} {matrix.dtype}"
        )
    for rows in _row_blocks(matrix):
        data = stream.read(rows.nbytes)
        if len(data) < rows.nbytes:
            raise DamageError("is cut short")
        rows[:] = np.frombuffer(data, dtype=expected).reshape(rows.shape)
    if stream.read(1):  # at its end the archive checks the sum of all bytes
        raise DamageError("holds more than its header says")


def _row_blocks(matrix):
    step = max(READ_BYTES // (matrix.itemsize * matrix.shape[1]), 1)
    for start in range(0, len(matrix), step):
        yield matrix[start : start + step]
