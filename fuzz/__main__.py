"""``python -m fuzz TARGET``: run readers on very many wrong files, and keep what breaks them."""

import argparse
import faulthandler
import hashlib
import mmap
import os
import random
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

FINDINGS = Path(".fuzz")
NOT_INSTRUMENTED = [
    "w2v_cli.cooccurrence.loops",
    "w2v_cli.corpus.scan",
    "w2v_cli.corpus.wordscan",
    "w2v_cli.corpus.mapping",
    "w2v_cli.formats.parse",
]
"""Numba compiles these from their bytecode."""
SECONDS = 10
"""Of the processor: a reader that takes longer for a small file hangs."""
MORE_MEMORY = 1 << 30
WARM_UP = 50
MOST_KINDS = 20


def main():
    """Run the targets that are named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="names, or: all, list")
    parser.add_argument("--runs", type=int, default=1000, help="executions a target (1000)")
    parser.add_argument("--seconds", type=float, default=1e9, help="at most so long a target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=["random", "atheris"], default="random")
    options = parser.parse_args()
    warnings.simplefilter("error")
    if options.engine == "atheris":
        _instrument()
    from .targets import names

    known = names()
    if options.targets == ["list"]:
        sys.stdout.write("\n".join(known) + "\n")
        return 0
    wanted = known if options.targets == ["all"] else options.targets
    if unknown := set(wanted) - set(known):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if options.engine == "atheris":
        return _guided(wanted[0], options) if len(wanted) == 1 else parser.error("one at a time")
    n_found = sum(_random(name, options) for name in wanted)
    return 1 if n_found else 0


class Runs:
    """Runs a target, watches it, and keeps inputs that it did not take well.

    Attributes
    ----------
    done : int     executions
    kinds : dict   a file for each kind of failure
    """

    def __init__(self, target):
        from . import guard

        self._guard, self._target = guard, target
        self.done, self.kinds, self.refused = 0, {}, 0
        FINDINGS.mkdir(exist_ok=True)
        self._peak = None
        self._last = self._last_input(target.name)

    def warm_up(self):
        """Run the seeds, which must be taken, and wrong ones, so that all that is imported is."""
        from .mutation import mutated

        for seed in self._target.seeds:
            self._target.run(seed)()
        generator = random.Random(0)
        for _ in range(WARM_UP):
            data = mutated(generator.choice(self._target.seeds), generator, self._target.seeds)
            try:
                self._target.run(data)()
            except Exception:  # noqa: BLE001 - it is found again when it is looked for
                continue
        self._peak = self._guard.peak_memory()

    def run(self, data):
        """One execution; what fails is kept, once a kind."""
        from w2v_cli.errors import W2VError

        self.done += 1
        self._last[:8] = len(data).to_bytes(8, "little")
        self._last[8 : 8 + len(data)] = data
        read = self._target.run(data)
        try:
            with self._guard.watched():
                read()
        except W2VError as error:
            self.refused += 1
            if not str(error):
                self._keep(data, error)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - all of them are what is looked for
            self._keep(data, error)
        peak = self._guard.peak_memory()
        if peak > self._peak + self._guard.MOST_GROWTH:
            self._keep(data, MemoryError(f"{(peak - self._peak) >> 20} MiB for {len(data)} bytes"))
            self._peak = peak

    def _keep(self, data, error):
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "w2v_cli" in frame.filename] or frames
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "-"
        kind = f"{type(error).__name__} at {where}"
        if kind in self.kinds or len(self.kinds) >= MOST_KINDS:
            return
        path = FINDINGS / f"{self._target.name}-{hashlib.sha256(data).hexdigest()[:12]}"
        path.write_bytes(data)
        self.kinds[kind] = path
        sys.stderr.write(f"{self._target.name}: {kind}: {error!s:.300} ({path})\n")

    @staticmethod
    def _last_input(name):
        """Shared memory that outlives a crash: the input of the execution under way."""
        path = FINDINGS / f"{name}-last-{os.getpid()}"
        path.write_bytes(bytes(1 << 17))
        with open(path, "r+b") as file:
            return mmap.mmap(file.fileno(), 0)


def _random(name, options):
    """Wrong files made without guidance; returns how many kinds of failures were found."""
    from . import guard
    from .mutation import mutated
    from .targets import target

    chosen = target(name)
    runs = Runs(chosen)
    runs.warm_up()
    guard.limit_memory(MORE_MEMORY)
    # Also while compiled code runs: Python would wait for its end.
    faulthandler.register(signal.SIGPROF, chain=True)
    generator = random.Random(f"{name} {options.seed}")
    start = time.perf_counter()
    while runs.done < options.runs and time.perf_counter() - start < options.seconds:
        seed = generator.choice(chosen.seeds)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        runs.run(mutated(seed, generator, chosen.seeds))
    signal.setitimer(signal.ITIMER_PROF, 0)
    chosen.place.close()
    _report(name, runs, time.perf_counter() - start)
    return len(runs.kinds)


def _instrument():
    import atheris

    import w2v_cli.compiling.cache

    with w2v_cli.compiling.cache.compiled_code_cache():
        for name in NOT_INSTRUMENTED:
            __import__(name)
    for name in [name for name in sys.modules if name.startswith("w2v_cli")]:
        if name not in NOT_INSTRUMENTED:
            del sys.modules[name]
    with atheris.instrument_imports(include=["w2v_cli", "zipfile"], exclude=NOT_INSTRUMENTED):
        from w2v_cli.commands import train  # noqa: F401

        from . import targets  # noqa: F401


def _guided(name, options):
    """Wrong files made by libFuzzer and by us, those kept that reach new code."""
    import atheris

    from . import guard
    from .mutation import LARGEST_INPUT, mutated
    from .targets import target

    chosen = target(name)
    runs = Runs(chosen)
    runs.warm_up()
    corpus = FINDINGS / f"{name}-corpus"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(chosen.seeds):
        (corpus / f"seed{number}").write_bytes(seed)
    guard.limit_memory(MORE_MEMORY)
    start = time.perf_counter()

    def mutate(data, max_size, seed):
        generator = random.Random(seed)
        if generator.random() < 0.4:
            return atheris.Mutate(data, max_size)
        return mutated(bytes(data), generator, chosen.seeds)[:max_size]

    def run(data):
        runs.run(data)
        if runs.done % 1000 == 0 or runs.done == options.runs:
            elapsed = time.perf_counter() - start
            if runs.done >= options.runs or elapsed > options.seconds:
                _report(name, runs, elapsed)
                sys.stdout.flush()
                chosen.place.close()
                os._exit(1 if runs.kinds else 0)

    arguments = [
        "fuzz", str(corpus), f"-seed={options.seed}", f"-max_len={LARGEST_INPUT}",
        f"-timeout={SECONDS}", f"-artifact_prefix={FINDINGS}/{name}-", "-verbosity=0",
        "-rss_limit_mb=0", "-len_control=0",
    ]  # fmt: skip
    atheris.Setup(arguments, run, custom_mutator=mutate)
    atheris.Fuzz()
    return 1 if runs.kinds else 0


def _report(name, runs, seconds):
    sys.stdout.write(
        f"{name}: {runs.done} executions, {runs.done / max(seconds, 1e-9):.0f} a second, "
        f"{runs.refused} refused, {len(runs.kinds)} kinds of failures\n"
    )


if __name__ == "__main__":
    sys.exit(main())
