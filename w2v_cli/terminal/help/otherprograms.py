"""Command lines of other programs that people type here, and what they are called with us."""

import os
import shlex
from dataclasses import dataclass

CORPUS = "CORPUS"
"""Stands for an option whose value is the text."""
NOTHING_ALIKE = None
LEFT_OUT = ""
ANY = "any"
"""Stands for all other values of an option."""


@dataclass(frozen=True)
class Program:
    """A program that trains word vectors.

    Attributes
    ----------
    name : str
    options : dict        name without dashes -> our option, which takes the same value; or what
                          each of some values means; CORPUS, LEFT_OUT or NOTHING_ALIKE
    extension : str       that it adds to the name of the vectors
    advice : str          what else can be done
    """

    name: str
    options: dict
    extension: str = ""
    advice: str = ""


WORD2VEC = Program(
    "word2vec.c",
    {
        "train": CORPUS,
        "output": "-o",
        "size": "--dim",
        "window": "--window",
        "sample": "--sample",
        "hs": {"0": LEFT_OUT, "1": "--loss hs"},
        "negative": {"0": LEFT_OUT, ANY: "--negative"},
        "threads": "--threads",
        "iter": "--epochs",
        "min-count": "--min-count",
        "alpha": "--lr",
        "classes": NOTHING_ALIKE,
        "debug": LEFT_OUT,
        "binary": {"0": "--format text", ANY: "--format binary"},
        "save-vocab": "--save-vocab",
        "read-vocab": "--vocab",
        "cbow": {"0": "-m skipgram", "1": "-m cbow"},
    },
    advice="w2v compat-word2vec takes word2vec.c's options as they are",
)
FASTTEXT = Program(
    "fastText",
    {
        "input": CORPUS,
        "output": "-o",
        "dim": "--dim",
        "ws": "--window",
        "neg": "--negative",
        "epoch": "--epochs",
        "lr": "--lr",
        "minCount": "--min-count",
        "thread": "--threads",
        "loss": "--loss",
        "pretrainedVectors": "--init",
        "saveOutput": LEFT_OUT,
        "verbose": LEFT_OUT,
        "lrUpdateRate": NOTHING_ALIKE,
        "wordNgrams": NOTHING_ALIKE,
        "minn": "--min-n",
        "maxn": "--max-n",
        "bucket": "--buckets",
        "label": NOTHING_ALIKE,
        "minCountLabel": NOTHING_ALIKE,
    },
    extension=".vec",
)
GENSIM = Program(
    "gensim",
    {
        "sentences": CORPUS,
        "corpus-file": CORPUS,
        "vector-size": "--dim",
        "size": "--dim",
        "sg": {"0": "-m cbow", "1": "-m skipgram"},
        "hs": {"0": LEFT_OUT, "1": "--loss hs"},
        "workers": "--threads",
        "alpha": "--lr",
        "iter": "--epochs",
        "max-vocab-size": "--max-table",
        "max-final-vocab": "--max-vocab",
        "min-count": "--min-count",
        "ns-exponent": "--ns-exponent",
        "min-alpha": NOTHING_ALIKE,
        "cbow-mean": NOTHING_ALIKE,
        "sorted-vocab": LEFT_OUT,
        "batch-words": LEFT_OUT,
        "compute-loss": LEFT_OUT,
    },
)
GLOVE = Program(
    "GloVe",
    {
        "vector-size": "--dim",
        "window-size": "--window",
        "iter": "--epochs",
        "eta": "--lr",
        "alpha": "--alpha",
        "x-max": "--x-max",
        "grad-clip": "--grad-clip",
        "symmetric": {"0": "--left", ANY: "--symmetric"},
        "distance-weighting": {"0": "--distance-weight none", ANY: "--distance-weight harmonic"},
        "model": {
            "0": "--vectors concat",
            "1": "--vectors input",
            ANY: "--vectors sum",
        },
        "glove-output": {
            "word": "--vectors input",
            "context": "--vectors context",
            "both": "--vectors concat",
            ANY: "--vectors sum",
        },
        "memory": LEFT_OUT,
        "verbose": LEFT_OUT,
        "vocab-file": "--vocab",
        "input-file": NOTHING_ALIKE,
        "save-gradsq": NOTHING_ALIKE,
        "write-header": LEFT_OUT,
        "save-file": "-o",
        "binary": LEFT_OUT,
        "threads": "--threads",
        "max-vocab": "--max-vocab",
    },
    extension=".txt",
)
PROGRAMS = (WORD2VEC, FASTTEXT, GLOVE, GENSIM)
"""Of two that know equally many of the options, the first is meant."""
MODELS = {
    "sg": "skipgram",
    "skip-gram": "skipgram",
    "skip_gram": "skipgram",
    "sgns": "skipgram",
    "1": "skipgram",
    "0": "cbow",
    "bow": "cbow",
}
"""Other names of our models."""


def translated(command, args, own, start=""):
    """What to say of a command line with options of another program; None if there are none.

    Parameters
    ----------
    command : str           such as ``w2v train``
    args : list of str      behind it
    own : set of str        the options that the command has
    start : str             options that stand first in what is suggested
    """
    args = _split(args)
    named = {arg: name for arg in args if (name := _foreign_name(arg, own))}
    program = _program_of(list(named.values()), all(arg.startswith("--") for arg in named))
    # A name with _ instead of - is one of ours, unless others beside it are not.
    if program is None or all(arg[:2] == "--" and f"--{named[arg]}" in own for arg in named):
        return None
    known = [arg for arg in args if named.get(arg) in program.options]
    corpus, options, without = _ours(program, args, own)
    line = " ".join(part for part in (command, *corpus, start, *options) if part)
    is_one = len(known) == 1
    said = [f"{_listed(known)} {'is' if is_one else 'are'} {program.name}'s; here: {line}"]
    if without:
        said.append(f"there is nothing like {_listed(without)}")
    return "; ".join([*said, program.advice] if program.advice else said)


def _split(args):
    """Arguments with ``--name=value`` in two parts."""
    parts = []
    for arg in args:
        is_option = arg.startswith("-") and "=" in arg
        parts += arg.split("=", 1) if is_option else [arg]
    return parts


def _foreign_name(arg, own):
    """The name, without dashes, of what may be an option of another program; "" if it is not."""
    is_ours = any(name.startswith(arg) for name in own if arg.startswith("--"))
    if not arg.startswith("-") or len(arg) < 3 or is_ours:
        return ""
    name = arg.lstrip("-").replace("_", "-")
    return name if any(name in program.options for program in PROGRAMS) else ""


def _meant_by(program, word):
    """The name, without dashes, of what is one of our options, and means another one in gensim."""
    name = word[2:].replace("_", "-") if word.startswith("--") else ""
    is_other = program is GENSIM and program.options.get(name) not in (None, f"--{name}")
    return name if is_other else ""


def _program_of(names, have_two_dashes):
    """The Program that knows most of the names; None without names."""
    if not names:
        return None
    # gensim is no program: what it calls its arguments is typed as our options are.
    programs = sorted(PROGRAMS, key=lambda program: (program is GENSIM) != have_two_dashes)
    return max(programs, key=lambda program: sum(name in program.options for name in names))


def _ours(program, args, own):
    """(the corpus, our options, names of options that we have nothing like), lists of str."""
    corpus, options, without = [], [], []
    words = iter(args)
    for word in words:
        name = _foreign_name(word, own) or _meant_by(program, word)
        if name not in program.options:
            options.append(shlex.quote(word))
            continue
        value, ours = next(words, ""), program.options[name]
        if isinstance(ours, dict):
            ours = ours.get(value, ours.get(ANY, LEFT_OUT))
        if ours is CORPUS:
            corpus.append(shlex.quote(value))
        elif ours is NOTHING_ALIKE:
            without.append(word)
        elif " " in ours:
            options.append(ours)
        elif ours:
            options += [ours, value if ours == "-o" else shlex.quote(value)]
    return corpus, _with_extension(options, program), without


def _with_extension(options, program):
    """The options, with the output named as the program would."""
    if "-o" not in options[:-1]:
        return options
    place = options.index("-o") + 1
    path = options[place]
    if not os.path.splitext(path)[1]:
        path += program.extension
    return [*options[:place], shlex.quote(path), *options[place + 1 :]]


def _listed(names):
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
