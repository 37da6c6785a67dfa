"""How fast the neural language models are, and what they learn, beside two others.

    python benchmarks/neural.py [--text FILE] [--dims 100 640] [--words 3000000] [--threads 1 2]
        [--rnnlm PROGRAM] [--torch PYTHON] [--peer-words 200000] [--quality] [--seeds 1]

Words a second of training, and words a CPU second, which three epochs take more than one, of the
first words of the text, with the vocabulary of all of it. ``--rnnlm`` is Mikolov's program (github
mspandit/rnnlm, built with g++ -O3 -march=native -funroll-loops -ffast-math -Wno-narrowing), with as
many outputs a word as 264 classes have; ``--torch`` is a Python that has PyTorch, which trains the
same feed-forward model with an adaptive softmax (of 2,000, 10,000 and 30,000 words, div_value 2),
sparse gradients of vectors, AdaGrad, batches of 1,024 and one thread. ``--quality`` trains on all
of the text with the defaults.
"""

import argparse
import json
import math
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from common import PAIRS, QUESTIONS, W2V, WIKI, describe_machine, require_data

MODELS = ("nnlm", "rnnlm")
CLASSES = 264

TORCH = """
import json, sys, time
import numpy as np
import torch
torch.set_num_threads(1)
path, n_words, dim, n_batches = sys.argv[1], *map(int, sys.argv[2:])
ids = torch.from_numpy(np.load(path).astype(np.int64))
class Nnlm(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.e = torch.nn.Embedding(n_words, dim, sparse=True)
        self.w = torch.nn.Linear(3 * dim, dim)
        self.v = torch.nn.AdaptiveLogSoftmaxWithLoss(
            dim, n_words, cutoffs=[2000, 10000, 30000], div_value=2)
    def forward(self, before, after):
        return self.v(torch.tanh(self.w(self.e(before).flatten(1))), after).loss
model = Nnlm()
steps = [torch.optim.Adagrad(model.e.parameters(), lr=0.1),
         torch.optim.Adagrad([*model.w.parameters(), *model.v.parameters()], lr=0.1)]
windows = ids.unfold(0, 4, 1)
def train(number):
    batch = windows[1024 * number : 1024 * (number + 1)]
    for step in steps: step.zero_grad()
    loss = model(batch[:, :3], batch[:, 3])
    loss.backward()
    for step in steps: step.step()
for number in range(3): train(number)
began = time.process_time()
for number in range(3, 3 + n_batches): train(number)
print(json.dumps(n_batches * 1024 / (time.process_time() - began)))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, default=WIKI)
    parser.add_argument("--dims", type=int, nargs="+", default=[100, 640])
    parser.add_argument("--words", type=int, default=3_000_000)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rnnlm", type=Path)
    parser.add_argument("--torch", type=Path)
    parser.add_argument("--peer-words", type=int, default=200_000)
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--seeds", type=int, default=1)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        w2v("encode", args.text, "-o", folder / "all.w2vc")
        if args.dims:
            compare_speed(args, folder)
        if args.quality:
            tell_quality(args, folder)


def w2v(*words):
    """Run a command of w2v; returns what it prints."""
    command = [*W2V, *map(str, words), "-q"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def trained(folder, corpus, *options):
    """Train; returns (statistics, CPU seconds of the whole command)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = w2v("train", corpus, "-o", folder / "v.w2v", "--stats", "-", *options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(told), cpu


def compare_speed(args, folder):
    """Print words a second of each model, length and number of threads, and of others."""
    corpus, lines, ids = head_of(folder / "all.w2vc", args.words, folder)
    print("\n| | dim | threads | words/s | words a CPU second |\n|---|---|---|---|---|")
    for dim in args.dims:
        # The longer vectors are, the less text shows how long it takes.
        share = min(100 / dim, 1.0)
        part = corpus if share == 1 else head_of(folder / "all.w2vc", args.words * share, folder)[0]
        for model in MODELS:
            for threads in args.threads:
                options = ("-m", model, "-d", dim, "-j", threads, "--hold-out", 0)
                _, once = trained(folder, part, *options, "-e", 1)
                told, thrice = trained(folder, part, *options, "-e", 3)
                rate = told["tokens_processed"] / 1.5 / max(thrice - once, 1e-9)
                show(model, dim, threads, told["words_per_second"], rate)
        if args.rnnlm:
            show("rnnlm of Mikolov", dim, 1, *peer_rnnlm(args, dim, lines, folder))
        if args.torch:
            show("torch, as nnlm", dim, 1, None, peer_torch(args, dim, ids, folder))


def show(name, dim, threads, rate, cpu_rate):
    rates = ["" if each is None else f"{each:,.0f}" for each in (rate, cpu_rate)]
    print(f"| {name} | {dim} | {threads} | {' | '.join(rates)} |", flush=True)


def head_of(path, n_words, folder):
    """(a text of the first words, its lines, ids) in the vocabulary of an encoded corpus.

    A line with all words of the vocabulary stands in front, so that it is the same.
    """
    import numpy as np

    from w2v_cli.corpus.archive import open_archive

    archive = open_archive(str(path))
    words = np.array([*archive.words, "\n"], dtype=object)
    found = np.array(archive.corpus.window(0, min(int(n_words * 1.02), archive.corpus.length)))
    archive.corpus.close()
    text = " ".join(words[found]).replace(" \n", "\n").replace("\n ", "\n")
    lines = [" ".join(archive.words), *text.splitlines()]
    target = folder / f"head-{int(n_words)}.txt"
    target.write_text("\n".join(lines) + "\n")
    encoded = target.with_suffix(".w2vc")
    w2v("encode", target, "-o", encoded, "--min-count", 1)
    return encoded, lines, found[found >= 0]


def peer_rnnlm(args, dim, lines, folder):
    """(words a second, words a CPU second) of an epoch of Mikolov's program.

    It sorts a vocabulary in quadratic time, which would take longer than the training that is to be
    measured. So it gets that of the few lines alone, and as many more classes as make a word cost
    what it costs with all words and CLASSES: H (C + V / C).
    """
    few, n_words = [], 0
    for line in lines[1:]:
        few.append(line)
        n_words += len(line.split())
        if n_words >= args.peer_words * min(100 / dim, 1):
            break
    n_outputs = CLASSES + len(lines[0].split()) / CLASSES
    n_distinct = len({word for line in few for word in line.split()})
    # The larger root of C + V / C = n_outputs.
    n_classes = int((n_outputs + math.sqrt(max(n_outputs**2 - 4 * n_distinct, 0))) / 2)
    (folder / "train.txt").write_text("\n".join(few) + "\n")
    (folder / "valid.txt").write_text(few[0] + "\n")
    command = [
        args.rnnlm, "-train", folder / "train.txt", "-valid", folder / "valid.txt",
        "-rnnlm", folder / f"{dim}.model", "-hidden", dim, "-class", n_classes, "-bptt", 4,
        "-bptt-block", 10, "-one-iter", "-binary",
    ]  # fmt: skip
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before.ru_utime
    return n_words / wall, n_words / cpu


def peer_torch(args, dim, ids, folder):
    """Words a CPU second of PyTorch."""
    import numpy as np

    np.save(folder / "ids.npy", ids)
    n_batches = max(int(args.peer_words * min(100 / dim, 1)) // 1024, 5)
    command = [args.torch, "-c", TORCH, folder / "ids.npy", ids.max() + 1, dim, n_batches]
    told = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE).stdout
    return json.loads(told)


def tell_quality(args, folder):
    """Print perplexities and what the vectors know, with the defaults."""
    print("\n| | seed | epochs | perplexity | held out | analogies | semantic | syntactic | "
          + " | ".join(PAIRS) + " | training s | CPU s |")  # fmt: skip
    print("|---" * (10 + len(PAIRS)) + "|")
    for model in MODELS:
        for seed in range(1, args.seeds + 1):
            options = ("-m", model, "--seed", seed, "-j", max(args.threads))
            told, cpu = trained(folder, folder / "all.w2vc", *options)
            scores = json.loads(w2v("evaluate-analogies", folder / "v.w2v", QUESTIONS, "--json"))
            accuracies = [scores[part]["accuracy"] for part in ("total", "semantic", "syntactic")]
            row = [
                model, str(seed), str(told["epochs"]), f"{told['perplexity'][-1]:.0f}",
                f"{told['validation_perplexity'][-1]:.0f}",
                *(f"{100 * each:.1f}" for each in accuracies),
            ]  # fmt: skip
            for path in PAIRS.values():
                pairs = w2v("evaluate-similarity", folder / "v.w2v", path, "--json")
                row.append(f"{1000 * json.loads(pairs)['files'][0]['spearman']:.0f}")
            row += [f"{told['seconds']['train']:.0f}", f"{cpu:.0f}"]
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
