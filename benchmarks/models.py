"""All models on one text: what their vectors are worth, by themselves and in equal time.

    python benchmarks/models.py [--text FILE] [--questions FILE ...] [--pairs FILE ...]
        [--models NAME ...] [--dim 100] [--seeds 1] [--threads 2] [--min-count 5]
        [--json FILE] [--show FILE] [--page FILE] [--picture FILE]

    python benchmarks/models.py --text data/sample.txt --questions data/sample-questions.txt

The text is encoded once, and pairs of words are counted once, from the encoded text: all models
train on these. Each model is trained three times, with vectors of the same length: for one epoch,
for its own number of epochs, and for as many as take the CPU time of skip-gram by itself. PPMI has
no epochs, and is trained once. CPU seconds are from text to vectors: those of encoding, and for
GloVe and PPMI of counting, are in each of them. Vectors of n-grams are scored on the words of the
text alone, like the others.

Prints a Markdown table: analogies in per cent of the questions asked, and Spearman's rho times 1000
on each set of pairs, with half of a 95 % bootstrap interval. What is better than skip-gram by
itself is bold, what is worse is slanted, where a 95 % interval of the difference on the same
questions or pairs (a paired bootstrap) tells them apart, with each seed. --page puts it into a
page, between two comments, or makes the page; --picture draws scores against CPU seconds, as SVG,
PNG or PDF by its name. Without --text it is wiki_17m with its questions and pairs, which is not
part of the repository, and --questions and --pairs come to those. --json keeps all runs as they
come; --show shows those of such a file, and trains nothing.
"""

import argparse
import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from common import DATA, PAIRS, QUESTIONS, W2V, WIKI, describe_machine, require_data
from frontier import run
from modelpage import EQUAL, ONE, OWN, draw, into_page, page_part, tables
from modelscores import Scorer

from w2v_cli.errors import W2VError

SKIPGRAM = "skip-gram"
MODELS = {
    SKIPGRAM: ["-m", "skipgram"],
    "CBOW": ["-m", "cbow"],
    "skip-gram, n-grams": ["-m", "skipgram", "--min-n", 3, "--max-n", 6],
    "GloVe": ["-m", "glove"],
    "PPMI": ["-m", "ppmi"],
}
ON_COUNTS = {"GloVe", "PPMI"}
WITHOUT_EPOCHS = {"PPMI"}
MOST_EPOCHS = 1000
PICTURES = ".svg", ".png", ".pdf"
WARM_UP_BYTES = 200_000


def main():
    args = arguments()
    found = shown(args.show) if args.show else measured(args, scorer_of(args))
    print(tables(found["runs"]))
    if args.picture:
        draw(found["runs"], args.picture)
    if args.page:
        into_page(args.page, page_part(found, args.picture))


def shown(path):
    """The runs of a file, with what they have in common; ends with a message if it has none."""
    try:
        found = json.loads(path.read_text())
        if found["runs"]:
            return found
    except (ValueError, TypeError, KeyError):
        pass
    sys.exit(f"error: {path}: holds no runs of this program")


def scorer_of(args):
    """The scorer of the questions and pairs; ends with a message if a file holds something else."""
    try:
        return Scorer(args.questions, args.pairs, args.threads)
    except W2VError as error:
        sys.exit(f"error: {error}")


def measured(args, scorer):
    """All runs, with what they have in common."""
    found = {"machine": describe_machine(), "text": args.text.name, "dim": args.dim, "runs": []}
    print(found["machine"], flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for result in trained(args, Path(folder), scorer):
            found["runs"].append(result)
            if args.json:
                args.json.write_text(json.dumps(found))
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, help="a file, as w2v train takes it; wiki_17m without")
    parser.add_argument("--questions", type=Path, nargs="+", default=[])
    parser.add_argument("--pairs", type=Path, nargs="+", default=[])
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    if args.seeds < 1:
        parser.error("--seeds must be 1 or more")
    if not args.show:
        choose_data(args, parser)
    check_files(args, parser)
    return args


def choose_data(args, parser):
    """Without a text, take that of the benchmarks, with its questions and pairs."""
    if args.text is None:
        require_data()
        args.text, known = WIKI, [*PAIRS.values(), DATA / "EN-MTurk-771.txt"]
        args.questions, args.pairs = [QUESTIONS, *args.questions], [*known, *args.pairs]
    if not args.questions and not args.pairs:
        parser.error("nothing to score with: give --questions or --pairs")


def check_files(args, parser):
    """Nothing that takes half an hour ends at a file or a folder that is not there."""
    for path in [args.show, args.text, *args.pairs]:
        if path and not path.is_file():
            parser.error(f"no such file: {path}")
    for path in args.questions:
        if not path.exists():
            parser.error(f"no such file or folder: {path}")
    for path in [args.json, args.page, args.picture]:
        if path and not path.parent.is_dir():
            parser.error(f"no such folder: {path.parent}")
    if args.picture and args.picture.suffix not in PICTURES:
        parser.error(f"--picture must end in {', '.join(PICTURES)}")
    if args.picture and not find_spec("matplotlib"):
        parser.error("--picture needs matplotlib: pip install matplotlib")


def trained(args, folder, scorer):
    """Train all models, seed by seed; yield what each run took, and what its vectors are worth."""
    models = [SKIPGRAM, *(model for model in args.models if model != SKIPGRAM)]
    warm_up(args, models, folder)
    bench = Bench(args, folder, args.text, scorer)
    chosen, seconds = {}, None
    for seed in range(1, args.seeds + 1):
        for model in models:
            if model in WITHOUT_EPOCHS:
                yield bench.scored(model, None, [OWN, EQUAL], seed)
                continue
            own = bench.scored(model, None, [OWN], seed)  # first of all skip-gram
            one = bench.scored(model, 1, [ONE], seed)
            seconds = seconds or own["cpu"]
            equal = chosen.setdefault(model, epochs_for(seconds, one, own))
            same = next((run for run in (one, own) if run["epochs"] == equal), None)
            if same:
                same["forms"].append(EQUAL)
            yield one
            yield own
            if not same:
                yield bench.scored(model, equal, [EQUAL], seed)


def epochs_for(seconds, one, own):
    """How many epochs come nearest to so many CPU seconds, by a run of one and one of several."""
    if own["epochs"] < 2:
        return 1
    each = max((own["cpu"] - one["cpu"]) / (own["epochs"] - 1), 1e-3)
    return min(max(round(1 + (seconds - one["cpu"]) / each), 1), MOST_EPOCHS)


def warm_up(args, models, folder):
    """Train each model on the first lines, so that no run that counts compiles."""
    from w2v_cli.files.inputs import open_input

    head = folder / "head"
    with open_input(args.text) as stream:
        head.write_bytes(stream.read(WARM_UP_BYTES))
    bench = Bench(args, folder, head, None)
    for model in models:
        bench.train(model, 1, 1)


class Bench:
    """A text, encoded and counted once, and the runs of models on it.

    Parameters
    ----------
    args : argparse.Namespace   see `arguments`
    folder : Path               for all files
    text : Path
    scorer : Scorer
    """

    def __init__(self, args, folder, text, scorer):
        self._args, self._folder = args, folder
        self._encoded, self._counts = folder / "text.w2vc", folder / "text.w2vx"
        self._vectors = folder / "vectors.w2v"
        self._scorer, self._base = scorer, None
        encode = ["encode", text, "-o", self._encoded, "--min-count", args.min_count]
        self._encoding = self._w2v(*encode)["cpu"]
        self._counting = 0
        if ON_COUNTS.intersection(args.models):
            self._counting = self._w2v("cooccur", self._encoded, "-o", self._counts)["cpu"]

    def scored(self, model, epochs, forms, seed):
        """Train, and score; skip-gram by itself is what others are compared with from then on."""
        stats, cpu = self.train(model, epochs, seed)
        is_base = model == SKIPGRAM and OWN in forms
        scores, details = self._scorer.scores(self._vectors, None if is_base else self._base)
        self._base = details if is_base else self._base
        return {
            "model": model,
            "forms": forms,
            "seed": seed,
            "epochs": None if model in WITHOUT_EPOCHS else stats["epochs"],
            "words": stats["tokens_in_vocab"],
            "vocabulary": stats["vocab_size"],
            "cpu": cpu,
            "scores": scores,
        }

    def train(self, model, epochs, seed):
        """(what --stats tells, CPU seconds from text to vectors)."""
        on_counts = model in ON_COUNTS
        stats = self._folder / "stats.json"
        command = ["train", self._counts if on_counts else self._encoded, *MODELS[model]]
        command += ["-o", self._vectors, "-d", self._args.dim, "--seed", seed, "--stats", stats]
        command += [] if epochs is None or model in WITHOUT_EPOCHS else ["-e", epochs]
        taken = self._w2v(*command)["cpu"] + self._encoding + self._counting * on_counts
        return json.loads(stats.read_text()), taken

    def _w2v(self, *command):
        """Run a command; what it took."""
        return run([*W2V, *command, "-q", "-j", self._args.threads], self._folder)


if __name__ == "__main__":
    main()
