"""Training that is disturbed for as long as you like, and must lose nothing.

    python benchmarks/soak.py [--minutes 60] [--seed 1] [--load 2]

Two runs at a time are stopped by random signals, kill -9 among them, frozen, asked how far they
are, started with too little memory, and resumed, while other processes take processors and memory.
With one thread the vectors must be those of a run that nobody disturbed, bit for bit; with more,
every word must have been trained exactly as often as was asked. The first thing that is not as it
should be ends everything, with exit code 1. The corpus is made here.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from common import ROOT, W2V, describe_machine

KINDS = {
    "skipgram": ["-e", "60"],
    "cbow": ["-m", "cbow", "-e", "120"],
    "hs": ["--loss", "hs", "-e", "25"],
    "pairwise": ["--share-negatives", "0", "-e", "20"],
    "frozen": ["--init", "old.w2v", "--freeze", "-e", "60"],
}
N_WORDS = 400_000
TOO_LITTLE = 1200 << 10
"""KiB of address space: enough to begin, too little to train in."""
SIGNALS = {"interrupt": signal.SIGINT, "terminate": signal.SIGTERM, "kill": signal.SIGKILL}
EXIT_CODES = {"interrupt": {130}, "terminate": {143}, "kill": {-signal.SIGKILL}}
HOG = "import time\nwhile True:\n a = bytearray({size}); time.sleep(3); del a; time.sleep(2)"


class Lost(Exception):  # noqa: N818 - what is looked for
    """Something is not as it should be."""


class Lane:
    """One run after another, each disturbed until it ends.

    Attributes
    ----------
    seen : Counter   what was done, and how often
    """

    def __init__(self, folder, threads, until, generator):
        self.folder, self.threads, self.until = folder, threads, until
        self.random, self.seen = generator, Counter()
        self.failure = None

    def run(self):
        try:
            while time.monotonic() < self.until:
                for kind in KINDS:
                    if time.monotonic() < self.until:
                        self._one_run(kind)
        except Exception as error:  # noqa: BLE001 - told where the lanes come together
            self.failure = error

    def _one_run(self, kind):
        options = ["corpus.txt", *KINDS[kind], "-d", "64", "-j", str(self.threads)]
        place = self.folder / f"{kind}-{self.threads}"
        place.mkdir(exist_ok=True)
        outputs = ["-o", str(place / "v.bin"), "--stats", str(place / "stats.json")]
        saved = place / "saved"
        command = [*options, *outputs, "--checkpoint", str(saved), "--checkpoint-every", "2s"]
        while True:
            resume = ["--resume", str(saved)] if any(saved.glob("*.npz")) else []
            code = self._disturbed([*command, *resume])
            self.seen["resumed"] += bool(resume)
            if code == 0:
                break
        self._check(kind, place, options)
        self.seen["finished"] += 1
        for path in [*saved.iterdir(), place / "v.bin"]:
            path.unlink()

    def _disturbed(self, args):
        """Run until it ends by itself or by us; returns the exit code."""
        limited = self.random.random() < 0.1
        process = start(args, self.folder, TOO_LITTLE if limited else None)
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(process.stderr))
        reader.start()
        allowed = {0, 1} if limited else {0}
        self.seen["little memory"] += limited
        while process.poll() is None:
            try:
                process.wait(timeout=self.random.uniform(0.3, 12))
            except subprocess.TimeoutExpired:
                listens = "training with" in "".join(lines)
                allowed |= self._disturb(process, listens, bool(allowed & {130, 143}))
        reader.join()
        said = "".join(lines)
        if process.returncode not in allowed or "Traceback" in said or "unexpected" in said:
            raise Lost(f"{args}: exit code {process.returncode}, not {allowed}: {said}")
        return process.returncode

    def _disturb(self, process, listens, ending):
        """Do something to a process; returns the exit codes that it may have for that."""
        kinds = ["freeze", "kill"]
        if listens:
            kinds += ["status", "interrupt", "twice", "terminate"]
        what = self.random.choice(kinds)
        self.seen[what] += 1
        if what == "status":
            process.send_signal(signal.SIGUSR1)
            return set()
        if what == "freeze":
            process.send_signal(signal.SIGSTOP)
            time.sleep(self.random.uniform(0.1, 2))
            process.send_signal(signal.SIGCONT)
            return set()
        number = SIGNALS.get(what, signal.SIGINT)
        process.send_signal(number)
        if what != "twice":
            # While it ends, the next may come when only the system listens any more.
            return EXIT_CODES[what] | ({-number} if ending else set())
        time.sleep(self.random.uniform(0, 0.1))
        process.send_signal(signal.SIGINT)
        return {130, -signal.SIGINT}

    def _check(self, kind, place, options):
        stats = json.loads((place / "stats.json").read_text())
        wanted = stats["tokens_in_vocab"] * stats["epochs"]
        if stats["tokens_processed"] != wanted:
            raise Lost(f"{options}: {stats['tokens_processed']} words trained, not {wanted}")
        if left := [path.name for path in place.rglob("*.tmp")]:
            self.seen["hidden files of killed runs"] += len(left)
        if self.threads == 1:
            whole = self.folder / f"{kind}.bin"
            if not whole.exists():
                process = start([*options, "-o", str(whole), "-q"], self.folder)
                if process.communicate() and process.returncode:
                    raise Lost(f"{options}: exit code {process.returncode}")
            if whole.read_bytes() != (place / "v.bin").read_bytes():
                raise Lost(f"{options}: other vectors than those of an undisturbed run")


def start(args, folder, kibibytes=None):
    """``w2v train`` as a process, its standard error to be read."""
    limit = f"ulimit -v {kibibytes}; " if kibibytes else ""
    return subprocess.Popen(
        ["sh", "-c", limit + 'exec "$@"', "sh", *W2V, "train", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def make_sources(folder):
    """A corpus whose words are as frequent as those of a language, and vectors to go on from."""
    generator = random.Random(1)
    words = [f"w{int(generator.paretovariate(0.7)) % 5000}" for _ in range(N_WORDS)]
    lines = [" ".join(words[start : start + 20]) for start in range(0, N_WORDS, 20)]
    (folder / "corpus.txt").write_text("\n".join(lines) + "\n")
    old = start(["corpus.txt", "--max-vocab", "500", "-d", "64", "-e", "1", "-o", "old.w2v",
                 "--keep-context", "-q"], folder)  # fmt: skip
    if old.communicate() and old.returncode:
        raise Lost(f"the vectors to go on from: exit code {old.returncode}")


def busy_processes(number):
    """Processes that take the processors, and one that takes and gives back half of the memory."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    programs = ["while True: pass"] * number + [HOG.format(size=free // 2)]
    return [subprocess.Popen([sys.executable, "-c", program]) for program in programs]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--load", type=int, default=2, help="busy processes")
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_sources(folder)
        load = busy_processes(args.load)
        try:
            seen = soak(folder, time.monotonic() + 60 * args.minutes, args.seed)
        finally:
            for process in load:
                process.kill()
    print(", ".join(f"{what} {number}" for what, number in sorted(seen.items())))


def soak(folder, until, seed):
    """Run both lanes; returns what they did."""
    lanes = [Lane(folder, threads, until, random.Random(f"{seed} {threads}")) for threads in (1, 3)]
    workers = [threading.Thread(target=lane.run) for lane in lanes]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for lane in lanes:
        if lane.failure:
            raise lane.failure
    return lanes[0].seen + lanes[1].seen


if __name__ == "__main__":
    main()
