"""Feature extraction, fine-tuning and learning anew: P@1 by the number of documents.

    python benchmarks/transfer.py PACKAGE [--vectors FILE] [--sizes 100,300,1000,5000] [--only NAME]
    python benchmarks/transfer.py --speed

PACKAGE is the source distribution of vaderSentiment 3.3.2 (MIT), of which the 10,605 snippets of
film reviews are taken (Hutto, Gilbert 2014), with the sign of their mean rating as label:

    pip download vaderSentiment==3.3.2 --no-deps --no-binary :all:

The vectors are trained by w2v on the 17 million words of Wikipedia beside the repository, unless
others are named; without either there is nothing to do. Of the reviews, 4,000 are for tests, 1,000
for the choice of settings, and from the others each seed draws a training set. Settings (GRIDS) are
chosen for each method and size by the mean P@1 of three seeds on the documents for that, and what
is told are the test documents. The interval is 1.96 times the standard error, of the test documents
and the training sets together. Printed as rows of a table of Markdown.

--speed measures the optimum of frozen vectors, for 5,000 made documents of dim 300, and what it
costs to train old rows at another rate than fresh ones: CPU seconds, medians of five.
"""

import argparse
import io
import itertools
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from common import WIKI, describe_machine, require_data, train

import w2v_cli

REVIEWS = "movieReviewSnippets_GroundTruth.txt"
SIZES = (100, 300, 1000, 5000)
SEEDS = (1, 2, 3)
N_TEST, N_CHOICE = 4000, 1000
EPOCHS = {"few": 6_000, "many": 30_000}
"""Documents that are gone through, at most 200 times each."""
STEPS = {"lr": (0.1, 0.5), "epochs": tuple(EPOCHS)}
GRIDS = {
    "tf-idf, logistic regression": {"C": (0.3, 1, 3, 10)},
    "fresh": STEPS,
    "frozen": {"l2": (0.1, 1, 10), "freeze": (True,)},
    "fine-tuned": STEPS,
    "fine-tuned, S 0.1": {**STEPS, "embedding_lr_scale": (0.1,)},
    "fine-tuned, S 0": {**STEPS, "embedding_lr_scale": (0.0,)},
    "labels first": {**STEPS, "freeze_epochs": ("third",)},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, nargs="?")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")],
                        default=SIZES)  # fmt: skip
    parser.add_argument("--only", choices=GRIDS, action="append")
    args = parser.parse_args()
    if args.speed:
        speed()
        return
    if args.package is None:
        parser.error("give the package, or --speed")
    vectors = w2v_cli.load(args.vectors) if args.vectors else trained_vectors()
    print(f"{describe_machine()}\n")
    sets = Sets(reviews(args.package))
    print("| documents | " + " | ".join(map(str, args.sizes)) + " |")
    print("|---|" + "---|" * len(args.sizes))
    for name in args.only or GRIDS:
        started, cells, chosen = time.process_time(), [], []
        for size in args.sizes:
            cell, settings = best(name, size, sets, vectors)
            cells.append(cell)
            chosen.append(settings)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
        seconds = time.process_time() - started
        print(f"{name}: {seconds:.0f} CPU s; chosen: {chosen}", file=sys.stderr)


def speed():
    """Print what solving takes, and training with rates that differ."""
    from w2v_cli.methods.supervised.convex import solve

    print(describe_machine())
    rng = np.random.default_rng(1)
    shape = rng.normal(0, 1, (300, 300)) * np.exp(-np.arange(300) / 30)
    rows = (rng.normal(0, 1, (5000, 300)) @ shape + 3 * shape[0]).astype(np.float32)
    print("\n| 5,000 documents, dim 300 | passes | CPU s |\n|---|---|---|")
    for n_labels in (2, 20):
        scores = rows @ rng.normal(0, 0.05, (300, n_labels)) + rng.gumbel(0, 1, (5000, n_labels))
        labels = scores.argmax(axis=1).astype(np.int32)
        for loss in ("softmax", "ova"):
            arguments = rows, labels, np.arange(5001), np.ones(5000), n_labels, loss, 1.0
            seconds = median(cpu_seconds(lambda given=arguments: solve(*given)) for _ in range(5))
            print(
                f"| {n_labels} labels, {loss} | {len(solve(*arguments).losses)} | {seconds:.2f} |"
            )
    print("\n| 20,000 made documents of 50 words, 10 epochs, dim 100 | CPU s |\n|---|---|")
    words = np.array([f"w{number}" for number in range(20_000)])
    ranks = np.minimum(rng.zipf(1.3, (20_000, 50)) - 1, len(words) - 1)
    texts = [" ".join(words[row]) for row in ranks]
    labels = [str(n) for n in rng.integers(0, 4, len(texts))]
    vectors = w2v_cli.Vectors.from_arrays(
        words.tolist(), rng.normal(0, 0.3, (len(words), 100)).astype(np.float32)
    )
    cases = {"one rate": {}, "S 0.1": {"embedding_lr_scale": 0.1}, "S 0": {"embedding_lr_scale": 0}}
    taken = {name: [] for name in cases}
    for _ in range(5):
        for name, options in cases.items():
            ten, one = (
                cpu_seconds(
                    lambda n=n, options=options: w2v_cli.train_classifier(
                        texts, labels, init=vectors, epochs=n, threads=1, **options
                    )
                )
                for n in (11, 1)
            )
            taken[name].append(ten - one)
    for name, seconds in taken.items():
        print(f"| {name} | {median(seconds):.2f} |")


def cpu_seconds(function):
    """What a call takes of the processor."""
    started = time.process_time()
    function()
    return time.process_time() - started


def trained_vectors():
    """Vectors of length 100, with the settings that w2v has unless told otherwise."""
    require_data()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wiki.w2v"
        train(WIKI, path, "-d", 100)
        return w2v_cli.load(path)


def reviews(package):
    """(texts, labels) of the reviews: words in lower case, without punctuation."""
    import re

    with tarfile.open(package) as archive:
        [inner] = [name for name in archive.getnames() if name.endswith("hutto_ICWSM_2014.tar.gz")]
        data = archive.extractfile(inner).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        [name] = [name for name in archive.getnames() if name.endswith(REVIEWS)]
        rows = archive.extractfile(name).read().decode(errors="replace").splitlines()
    texts, labels = [], []
    for row in rows:
        _, rating, text = row.split("\t", 2)
        texts.append(" ".join(re.findall("[a-z0-9]+", text.lower())))
        labels.append("good" if float(rating) > 0 else "bad")
    return texts, labels


class Sets:
    """Documents for tests, for the choice of settings, and for training."""

    def __init__(self, documents):
        texts, labels = documents
        order = np.random.default_rng(0).permutation(len(texts)).tolist()
        self._texts = [texts[place] for place in order]
        self._labels = [labels[place] for place in order]

    def test(self):
        return self._part(range(N_TEST))

    def choice(self):
        return self._part(range(N_TEST, N_TEST + N_CHOICE))

    def training(self, size, seed):
        rest = np.arange(N_TEST + N_CHOICE, len(self._texts))
        return self._part(np.random.default_rng(seed).permutation(rest)[:size].tolist())

    def _part(self, places):
        return [self._texts[i] for i in places], [self._labels[i] for i in places]


def best(name, size, sets, vectors):
    """(mean P@1 on the test documents with its interval, the settings that were chosen)."""
    grid, found = GRIDS[name], []
    for values in itertools.product(*grid.values()):
        settings = dict(zip(grid, values, strict=True))
        learn = by_tfidf if name.startswith("tf-idf") else by_classifier
        start = vectors if name not in ("fresh", "tf-idf, logistic regression") else None
        predictors = [learn(sets.training(size, seed), settings, start, seed) for seed in SEEDS]
        score = np.mean([right(predict, sets.choice()).mean() for predict in predictors])
        found.append((score, settings, predictors))
    _, settings, predictors = max(found, key=lambda each: each[0])
    rights = np.array([right(predict, sets.test()) for predict in predictors])
    of_documents = rights.mean(axis=0).var(ddof=1) / rights.shape[1]
    of_sets = rights.mean(axis=1).var(ddof=1) / len(rights)
    error = 1.96 * np.sqrt(of_documents + of_sets)
    return f"{rights.mean():.3f} ± {error:.3f}", settings


def right(predict, documents):
    """Which documents get their label: ndarray of bool."""
    texts, labels = documents
    return np.array(predict(texts)) == np.array(labels)


def by_classifier(documents, settings, vectors, seed):
    """A function from texts to labels, learnt by w2v."""
    options = dict(settings)
    if "epochs" in options:
        n_documents = len(documents[0])
        options["epochs"] = min(max(EPOCHS[options["epochs"]] // n_documents, 3), 200)
        if "freeze_epochs" in options:
            options["freeze_epochs"] = max(options["epochs"] // 3, 1)
    classifier = w2v_cli.train_classifier(*documents, init=vectors, seed=seed, threads=1, **options)
    names = np.array(classifier.labels)
    return lambda texts: names[classifier.predict_proba(texts, threads=1).argmax(axis=1)]


def by_tfidf(documents, settings, vectors, seed):
    """Likewise by words weighted by how rare they are, and a logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    learner = make_pipeline(
        TfidfVectorizer(token_pattern="[^ ]+", sublinear_tf=True),
        LogisticRegression(max_iter=1000, **settings),
    )
    return learner.fit(*documents).predict


if __name__ == "__main__":
    main()
