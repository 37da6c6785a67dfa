"""The table that made word2vec famous, on one text: RNNLM, NNLM, CBOW and skip-gram.

    python benchmarks/classic_table.py [--text FILE] [--questions FILE ...] [--pairs FILE ...]
        [--models NAME ...] [--dim 100] [--history 3] [--loss hs] [--epochs N ...] [--seeds 3]
        [--threads 2] [--min-count 5] [--json FILE] [--show FILE] [--page FILE] [--picture FILE]

    python benchmarks/classic_table.py --sample       # a minute; needs nothing but the repository

All four models get vectors of one length and one output layer, hierarchical softmax, as in table 3
of Mikolov and others 2013 (arXiv:1301.3781), on a text that is encoded once. Their windows are
those of the paper: CBOW sees 4 words on each side, skip-gram up to 10. --history is how many words
the NNLM sees, 8 in the paper. Each model is trained with its own number of epochs, and with each
number of --epochs; each of these is a training of its own, whose learning rate falls to its end.

Prints a Markdown table: analogies in per cent of the questions asked, Spearman's rho times 1000 on
each set of pairs, the perplexity of the part of the text that language models hold out, seconds of
training, and CPU seconds of the whole command, which other work disturbs least; means over the
seeds, and with several seeds half of a 95 % interval of each analogy score. Beside them is what the
paper says, of other text. --picture draws scores against CPU seconds, as SVG, PNG or PDF by its
name, and --page puts the table into a page, between two comments that name the text. --json keeps
all runs as they come; --show shows those of such a file, and trains nothing. Without --text or
--sample the text is wiki_17m with its questions and pairs, which is not part of the repository.
"""

import argparse
import json
import tempfile
from pathlib import Path
from statistics import mean, stdev

from common import DATA, PAIRS, QUESTIONS, ROOT, W2V, WIKI, describe_machine, require_data
from frontier import T_95
from frontier import run as run_command
from modelpage import ANALOGIES, EQUAL, OWN, draw, into_page, mean_known
from models import check_files, scorer_of, shown

MODELS = {
    "RNNLM": ["-m", "rnnlm"],
    "NNLM": ["-m", "nnlm"],
    "CBOW": ["-m", "cbow", "-w", 4, "--fixed-window"],
    "skip-gram": ["-m", "skipgram", "-w", 10],
}
PAPER = {"RNNLM": (9, 36), "NNLM": (23, 53), "CBOW": (24, 64), "skip-gram": (55, 59)}
"""Semantic and syntactic analogies in per cent: 640 numbers, 320 million words, table 3."""
SAMPLE, SAMPLE_QUESTIONS = ROOT / "data" / "sample.txt", ROOT / "data" / "sample-questions.txt"
WARM_UP_LINES = 300


def main():
    args = arguments()
    found = shown(args.show) if args.show else measured(args, scorer_of(args))
    print(table(found["runs"]))
    if args.picture:
        draw(found["runs"], args.picture, "CPU seconds of training, from the encoded text")
    if args.page:
        comments = f"<!-- classic table: {found['text']} -->", f"<!-- end of {found['text']} -->"
        into_page(args.page, page_part(found, args.picture), *comments)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, help="a file, as w2v train takes it; wiki_17m without")
    parser.add_argument("--sample", action="store_true", help="the sample of the repository")
    parser.add_argument("--questions", type=Path, nargs="+", default=[])
    parser.add_argument("--pairs", type=Path, nargs="+", default=[])
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--history", type=int, default=3)
    parser.add_argument("--loss", choices=("hs", "ns"), default="hs")
    parser.add_argument("--epochs", type=int, nargs="*", default=[1, 3])
    parser.add_argument("--own-epochs", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    if args.seeds < 1 or min(args.epochs, default=1) < 1:
        parser.error("--seeds and --epochs must be 1 or more")
    if not args.epochs and not args.own_epochs:
        parser.error("nothing to train: give --epochs, or leave out --no-own-epochs")
    if not args.show:
        choose_data(args, parser)
    check_files(args, parser)
    return args


def choose_data(args, parser):
    if args.sample:
        args.text, args.questions = SAMPLE, [SAMPLE_QUESTIONS, *args.questions]
    elif args.text is None:
        require_data()
        args.text, known = WIKI, [*PAIRS.values(), DATA / "EN-MTurk-771.txt"]
        args.questions, args.pairs = [QUESTIONS, *args.questions], [*known, *args.pairs]
    if not args.questions and not args.pairs:
        parser.error("nothing to score with: give --questions or --pairs")


def measured(args, scorer):
    """All runs, with what they have in common."""
    names = ("dim", "history", "loss", "threads", "min_count")
    found = {"machine": describe_machine(), "text": args.text.name, "runs": []}
    found |= {name: getattr(args, name) for name in names}
    print(found["machine"], flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for result in trained(args, Path(folder), scorer):
            found["runs"].append(result)
            if args.json:
                args.json.write_text(json.dumps(found))
    return found


def trained(args, folder, scorer):
    """Train all models, seed by seed; yield what each run took, and what its vectors are worth."""
    warm_up(args, folder)
    bench = Bench(args, folder, args.text)
    for seed in range(1, args.seeds + 1):
        for model in args.models:
            done = []
            for epochs in [None] * args.own_epochs + args.epochs:
                if epochs in done:
                    continue
                result = bench.train(model, epochs, seed)
                done.append(result["epochs"])
                scores, _ = scorer.scores(bench.vectors)
                yield {**result, "forms": [OWN if epochs is None else EQUAL], "scores": scores}


def warm_up(args, folder):
    """Train each model on the first lines, so that no run that counts compiles."""
    from w2v_cli.files.inputs import open_input

    head = folder / "head"
    with open_input(args.text) as stream, open(head, "wb") as file:
        for _, line in zip(range(WARM_UP_LINES), stream, strict=False):
            file.write(line)
    bench = Bench(args, folder, head)
    for model in args.models:
        bench.train(model, 1, 1)


class Bench:
    """A text, encoded once, and the trainings of models on it.

    Parameters
    ----------
    args : argparse.Namespace   see `arguments`
    folder : Path               for all files
    text : Path
    """

    def __init__(self, args, folder, text):
        self._args, self._folder, self._encoded = args, folder, folder / "text.w2vc"
        self.vectors = folder / "vectors.w2v"
        self._w2v("encode", text, "-o", self._encoded, "--min-count", args.min_count)

    def train(self, model, epochs, seed):
        """What a training was, and what it took; its vectors are in ``vectors``."""
        args, stats = self._args, self._folder / "stats.json"
        command = ["train", self._encoded, *MODELS[model], "-d", args.dim, "--loss", args.loss]
        command += ["--history", args.history] if model == "NNLM" else []
        command += [] if epochs is None else ["-e", epochs]
        taken = self._w2v(*command, "-o", self.vectors, "--seed", seed, "--stats", stats)
        told = json.loads(stats.read_text())
        perplexities = told.get("validation_perplexity") or [None]
        return {
            "model": model,
            "seed": seed,
            "epochs": told["epochs"],
            "words": told["tokens_in_vocab"],
            "vocabulary": told["vocab_size"],
            "perplexity": perplexities[-1],
            "words_per_second": told["words_per_second"],
            "seconds": told["seconds"]["train"],
            "cpu": taken["cpu"],
        }

    def _w2v(self, *command):
        """Run a command; what it took."""
        return run_command([*W2V, *command, "-q", "-j", self._args.threads], self._folder)


def table(runs):
    """One line a model and number of epochs; what the paper says is beside its name."""
    columns = list(runs[0]["scores"])
    heads = ["", "paper", "epochs", *columns, "perplexity", "train s", "CPU s"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for model in MODELS:
        of_model = [run for run in runs if run["model"] == model]
        for epochs in sorted({run["epochs"] for run in of_model}):
            own = [run for run in of_model if run["epochs"] == epochs]
            of_paper = " / ".join(map(str, PAPER[model]))
            cells = [model, of_paper, str(epochs)]
            cells += [cell(name, own) for name in columns]
            cells.append(number(mean_known(run["perplexity"] for run in own)))
            cells += [f"{mean(run[name] for run in own):.1f}" for name in ("seconds", "cpu")]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def cell(name, runs):
    """The mean of a score over seeds, with half of its 95 % interval where there are several."""
    values = [run["scores"][name][0] for run in runs]
    if None in values:
        return "-"
    if name not in ANALOGIES:
        return f"{mean(values):.0f}"
    if len(values) < 2:
        return f"{mean(values):.1f}"
    half = T_95.get(len(values), 2) * stdev(values) / len(values) ** 0.5
    return f"{mean(values):.1f} ± {half:.1f}"


def several(number, what):
    return f"{number} {what}{'s' if number > 1 else ''}"


def number(value):
    return "-" if value is None else f"{value:.1f}"


def page_part(found, picture):
    """What was run where, the table, and the picture."""
    runs = found["runs"]
    seeds = len({run["seed"] for run in runs})
    outputs = {"hs": "hierarchical softmax", "ns": "negative sampling"}[found["loss"]]
    about = (
        f"{found['text']}: {runs[0]['words']:,} words, {runs[0]['vocabulary']:,} of them in the "
        f"vocabulary; vectors of {found['dim']} numbers, {outputs}, "
        f"{several(found['threads'], 'thread')}, {several(seeds, 'seed')}; "
        f"the NNLM sees {found['history']} words. "
        f"{found['machine']}. The paper: 320 million words, 640 numbers, semantic / syntactic."
    )
    parts = [about, table(runs)]
    if picture:
        parts.append(f"![Scores against CPU seconds]({picture.name})")
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
