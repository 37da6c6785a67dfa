"""``w2v cooccur`` beside vocab_count and cooccur of Stanford's GloVe; and a long stream of words.

    python benchmarks/cooccurrence.py --glove BUILD [--repeat 3]
    python benchmarks/cooccurrence.py --tokens 1e9 [--words 400000] [--max-memory 2G] [--tmpdir DIR]

The first counts all of wiki_17m, window 10, words that occur 5 times and more, from text, with the
programs in the folder BUILD in turn with ours. Printed are CPU seconds of user and system and wall
seconds (medians), the largest memory, and whether the counts are the same.

The second pipes generated words into ``w2v cooccur -``: ranks whose frequency falls as 1/rank, in
any order, which gives more different pairs than text does. Printed is what the command says of the
disk before, and what it took: the memory, and the temporary files and the result at their largest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import numpy as np
from common import ROOT, W2V, describe_machine, require_data
from word2phrase import write_text

WINDOW, MIN_COUNT = 10, 5
THEIR_MEMORY = "4.0"
"""GB, as its documentation has it for the default; the default is 3."""
RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("x", "<f8")])
TOKENS_AT_A_TIME, SENTENCE = 1 << 20, 32
WORD_BYTES = 8
LOOK_SECONDS = 0.2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--glove", type=Path, help="folder with vocab_count and cooccur")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tokens", type=float, help="generate so many words")
    parser.add_argument("--words", type=int, default=400_000, help="different ones")
    parser.add_argument("--max-memory", default="2G")
    parser.add_argument("--tmpdir")
    args = parser.parse_args()
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory(dir=args.tmpdir) as folder:
        if args.tokens:
            stream(int(args.tokens), args.words, args.max_memory, Path(folder))
        else:
            require_data()
            if not args.glove:
                sys.exit("skipped: name the programs of Stanford's GloVe with --glove")
            compare(args.glove.resolve(), args.repeat, Path(folder))


def compare(glove, repeat, folder):
    text = folder / "text"
    write_text(text, 0)
    programs = {
        "w2v, 1 thread": lambda: ours(text, folder, 1),
        "w2v, 2 threads": lambda: ours(text, folder, 2),
        "GloVe": lambda: theirs(glove, text, folder),
    }
    programs["w2v, 1 thread"]()
    measured = {name: [] for name in programs}
    for _ in range(repeat):
        for name, program in programs.items():
            measured[name].append(program())
    for name, runs in measured.items():
        cpu, wall = (median(run[part] for run in runs) for part in (0, 1))
        memory = max(run[2] for run in runs) / 2**20
        print(f"{name:15} {cpu:6.2f} CPU s  {wall:6.2f} s  {memory:5.2f} GiB")
    cpu, memory = (median(run[part] for run in measured["GloVe"]) for part in (0, 2))
    for name in list(programs)[:2]:
        own = [median(run[part] for run in measured[name]) for part in (0, 2)]
        print(f"{name:15} {cpu / own[0]:.1f} times as fast, {own[1] / memory:.2f} of the memory")
    print(f"the counts are {'the same' if same(folder) else 'others'}")


def ours(text, folder, threads):
    command = [*W2V, "cooccur", text, "-o", folder / "our.w2vx", "-q", "-j", threads]
    return measure([*command, "--window", WINDOW, "--min-count", MIN_COUNT])


def theirs(glove, text, folder):
    vocab, records = folder / "vocab.txt", folder / "their.bin"
    options = ["-verbose", 0]
    counting = [glove / "vocab_count", "-min-count", MIN_COUNT, *options]
    pairs = [glove / "cooccur", "-vocab-file", vocab, "-window-size", WINDOW, *options]
    pairs += ["-memory", THEIR_MEMORY, "-overflow-file", folder / "overflow"]
    parts = [measure(counting, text, vocab), measure(pairs, text, records)]
    return (*(sum(part[number] for part in parts) for number in (0, 1)), max(p[2] for p in parts))


def measure(command, stdin=os.devnull, stdout=os.devnull):
    """(CPU seconds, wall seconds, KiB at most) of a program."""
    started = time.perf_counter()
    with open(stdin, "rb") as source, open(stdout, "wb") as target:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=ROOT, stdin=source, stdout=target,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} has failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss


def same(folder):
    """Whether records are those of ours, but for the last digits of floats."""
    back = folder / "back.w2vx"
    command = [*W2V, "cooccur", "--from-stanford", folder / "their.bin", "-q", "-o", back]
    command += ["--vocab", folder / "vocab.txt", "--window", WINDOW]
    if subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode:
        return False
    both = [np.load(path) for path in (folder / "our.w2vx", back)]
    # Words that are as frequent as one another come in another order there.
    return np.array_equal(*(np.sort(arrays["sums"]) for arrays in both))


def stream(n_tokens, n_words, max_memory, folder):
    output = folder / "counts.w2vx"
    command = [*W2V, "cooccur", "-", "-o", output, "--tmpdir", folder, "--max-memory", max_memory]
    command += ["--window", WINDOW, "--min-count", 1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    disk = Disk(process.pid, output)
    told = threading.Thread(target=tell, args=(process.stderr,))
    for thread in (disk, told):
        thread.start()
    with process.stdin as pipe:
        write_words(pipe, n_tokens, n_words)
    _, status, usage = os.wait4(process.pid, 0)
    disk.ended.set()
    disk.join()
    told.join()
    if status:
        sys.exit("w2v has failed")
    print(
        f"{n_tokens:,} words: {usage.ru_utime + usage.ru_stime:.0f} CPU s, "
        f"{time.perf_counter() - started:.0f} s, {usage.ru_maxrss / 2**20:.2f} GiB of memory, "
        f"{disk.largest / 2**30:.2f} GiB on the disk at most, of which "
        f"{output.stat().st_size / 2**30:.2f} GiB are the result"
    )


def write_words(pipe, n_tokens, n_words):
    rng = np.random.default_rng(1)
    words = np.array([f"{number:x}".rjust(WORD_BYTES - 1, "w") for number in range(n_words)], "S")
    table = np.full((n_words, WORD_BYTES), ord(" "), np.uint8)
    table[:, :-1] = words.view(np.uint8).reshape(n_words, WORD_BYTES - 1)
    for start in range(0, n_tokens, TOKENS_AT_A_TIME):
        size = min(TOKENS_AT_A_TIME, n_tokens - start)
        ranks = np.exp(rng.random(size) * np.log(n_words + 1)).astype(np.int64) - 1
        text = table[np.minimum(ranks, n_words - 1)]
        text[SENTENCE - 1 :: SENTENCE, -1] = ord("\n")
        pipe.write(text.tobytes())


def tell(stream):
    for line in stream:
        text = line.decode(errors="replace").strip()
        if "will take" in text or "wrote" in text or "error" in text:
            print(text, flush=True)


class Disk(threading.Thread):
    """Looks now and then at the files that a process has open, and at its result.

    Attributes
    ----------
    largest : int   bytes
    """

    def __init__(self, pid, output):
        super().__init__(daemon=True)
        self._folder, self._output = Path(f"/proc/{pid}/fd"), output
        self.largest, self.ended = 0, threading.Event()

    def run(self):
        while not self.ended.wait(LOOK_SECONDS):
            self.largest = max(self.largest, self._size())

    def _size(self):
        sizes = {}
        for name in self._names():
            try:
                found = os.stat(name)
            except OSError:
                continue
            if str(self._output.parent) in os.path.realpath(name):
                sizes[found.st_ino] = found.st_size
        return sum(sizes.values()) + self._mapped(sizes)

    def _mapped(self, opened):
        """Bytes of files that are mapped and not open any more."""
        try:
            lines = (self._folder.parent / "maps").read_text().splitlines()
        except OSError:
            return 0
        sizes = 0
        for line in lines:
            addresses, _, _, _, inode, *path = line.split(maxsplit=5)
            if path and str(self._output.parent) in path[0] and int(inode) not in opened:
                first, stop = (int(address, 16) for address in addresses.split("-"))
                sizes += stop - first
        return sizes

    def _names(self):
        try:
            return list(self._folder.iterdir())
        except OSError:
            return []


if __name__ == "__main__":
    main()
