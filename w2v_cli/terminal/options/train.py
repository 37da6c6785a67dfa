"""The options of ``w2v train``, and those of them that say how a model is trained."""

import click

from ...config import (
    ACTIVATIONS,
    ADAGRAD,
    AUTO,
    DEFAULTS,
    DISTANCE_WEIGHTS,
    FREEZABLE,
    LOSSES,
    MODELS,
    NGRAM_START_LR,
    OWN_DEFAULTS,
    READOUTS,
    SAMPLE_BOUNDS,
    START_LR,
    SUBWORD_HASHES,
    WHOLE_SENTENCE,
    X_MAX_BOUNDS,
    X_MAX_TOKENS,
)
from ...formats.registry import FORMATS
from ..command import memory_option
from ..help.completion import FILE, FOLDER, Names, NamesOrSwitch, NumberOrWord
from ..help.headings import Heading, add_options, option
from ..progress.options import progress_options
from ..settings.like import like_option
from ..settings.presets import preset_option
from ..settings.printconfig import print_config_option
from .phrases import joined_phrases_option
from .saving import SAVING_OPTIONS, STATS_OPTION, time_budget_option
from .vectors import provenance_option


def _config_option(*names, field, help, **kwargs):
    """An option whose default is that of TrainConfig, which also checks its range."""
    default = DEFAULTS[field]
    kwargs.setdefault("type", type(default))
    kwargs.setdefault("metavar", {int: "N", float: "X"}.get(kwargs["type"]))
    return option(*names, default=default, show_default=default is not None, help=help, **kwargs)


def _own(what):
    """The defaults of an option that each model has its own of, as help shows them."""
    values = {model: what(model) for model in MODELS}
    of_models = (f"{value} {model}" for model, value in values.items() if value is not None)
    return f"  [default: {', '.join(of_models)}]"


def _own_option(*names, field, help, **kwargs):
    """An option whose default is that of the model."""
    help += _own(lambda model: OWN_DEFAULTS[model].get(field))
    return _config_option(*names, field=field, help=help, **kwargs)


def _rates(model, rules=START_LR):
    """The bounds of the learning rate that a model starts at."""
    rule = rules.get(model)
    if rule is None:
        return None
    if rule.n_hidden is not None:
        return f"at most {rule.at_thousand:g}"
    return f"{rule.low:g} to {rule.high:g}" if rule.power else f"{rule.at_thousand:g}"


MODEL_OPTIONS = [
    _config_option(
        "-m",
        "--model",
        heading=Heading.MODEL,
        field="model",
        type=click.Choice(MODELS),
        help="skipgram predicts the neighbors of a word; cbow predicts a word from them, and is "
        "faster; glove fits counts of pairs of words, and ppmi decomposes what they tell; both "
        "may train on those of a .w2vx file; nnlm and rnnlm are neural language models, which "
        "predict the next word from some before it, or from all.",
    ),
    _own_option(
        "--loss",
        heading=Heading.MODEL,
        field="loss",
        type=click.Choice(LOSSES),
        help="Negative sampling, hierarchical softmax, or (small vocabularies) the full softmax.",
    ),
    _config_option("-d", "--dim", heading=Heading.MODEL, field="dim", help="Length of a vector."),
    _config_option(
        "--ensemble",
        heading=Heading.MODEL,
        field="ensemble",
        help="Train N models of --dim / N numbers, one after the other, each with a seed of its "
        "own, and put their vectors side by side.",
    ),
    _own_option(
        "-w",
        "--window",
        heading=Heading.MODEL,
        field="window",
        type=NumberOrWord(WHOLE_SENTENCE),
        help="Words on each side that count as near, at most: each word of a text draws 1 to N.  "
        "sentence: all words of the sentence, always.",
    ),
    _config_option(
        "--fixed-window",
        heading=Heading.MODEL,
        field="fixed_window",
        is_flag=True,
        help="Always use the whole window.",
    ),
    _own_option(
        "-n",
        "--negative",
        heading=Heading.MODEL,
        field="negative",
        type=int,
        help="Negative samples for each word: drawn at random, to be told from its neighbors.",
    ),
    _own_option(
        "--ns-exponent",
        heading=Heading.MODEL,
        field="ns_exponent",
        type=float,
        help="Negative samples are drawn by the count of a word to this power.",
    ),
    _config_option(
        "--share-negatives",
        heading=Heading.MODEL,
        field="share_negatives",
        help="So many words in a row share their negative samples, which is faster; 0: every pair "
        "of words has its own.",
    ),
    _config_option(
        "-t",
        "--sample",
        heading=Heading.TRAINING,
        field="sample",
        type=float,
        help="Skip some of the most frequent words: those that are a larger share of the text than "
        "this, the more often the larger; 0 keeps every word.  [default: twice the share of a word "
        "on average, {:g} to {:g}]".format(*SAMPLE_BOUNDS),
    ),
    _own_option(
        "-e",
        "--epochs",
        heading=Heading.TRAINING,
        field="epochs",
        type=int,
        help="Passes over the corpus, of each model of an --ensemble.",
    ),
    _config_option(
        "--lr",
        heading=Heading.TRAINING,
        field="lr",
        type=float,
        help="Learning rate at the start; by default the less, the more often a word is trained on."
        + _own(_rates)
        + "  With n-grams "
        + ", ".join(f"{_rates(model, NGRAM_START_LR)} {model}" for model in NGRAM_START_LR),
    ),
    _config_option(
        "--min-count",
        heading=Heading.TEXT,
        field="min_count",
        help="Leave out words that are rarer.",
    ),
    _config_option(
        "--max-vocab",
        heading=Heading.TEXT,
        field="max_vocab",
        type=int,
        help="Keep only the N most frequent words.",
    ),
    option(
        "-j",
        "--threads",
        heading=Heading.TRAINING,
        type=int,
        metavar="N",
        help="Training threads.  [default: the CPUs available]",
    ),
    _config_option(
        "--seed",
        heading=Heading.TRAINING,
        field="seed",
        help="Start of all random numbers: with one thread the same seed gives the same vectors.",
    ),
    _config_option(
        "--max-sentence",
        heading=Heading.TEXT,
        field="max_sentence",
        help="Sentences with more words are split after every N.",
    ),
    _own_option(
        "--vectors",
        heading=Heading.MODEL,
        field="vectors",
        type=click.Choice(READOUTS),
        help="What comes out: input rows w, the sum w + c with output rows, both, [w; c], "
        "balanced: both centered and of length 1, and then w + c / 2; or output rows, context.",
    ),
    _config_option(
        "--min-n",
        heading=Heading.NGRAMS,
        field="min_n",
        type=NumberOrWord(AUTO),
        help="Make the vectors of words of those of their n-grams, too: parts of N characters and "
        "more.  auto: lengths that suit the words.  [default: 3 with --max-n, else no n-grams]",
    ),
    _config_option(
        "--max-n",
        heading=Heading.NGRAMS,
        field="max_n",
        type=int,
        help="The longest n-grams; 0: none.  [default: 6 with --min-n, else no n-grams]",
    ),
    _config_option(
        "--buckets",
        heading=Heading.NGRAMS,
        field="buckets",
        help="N-grams are hashed to so many rows; memory is taken for those in use.",
    ),
    _config_option(
        "--subword-hash",
        heading=Heading.NGRAMS,
        field="subword_hash",
        type=click.Choice(SUBWORD_HASHES),
        help="fnv: as in fastText, words have rows of their own beside; murmur: as in floret, they "
        "have none.",
    ),
    _config_option(
        "--hash-count",
        heading=Heading.NGRAMS,
        field="hash_count",
        help="Rows of each n-gram, 1 to 4, with --subword-hash murmur.",
    ),
    _config_option(
        "--symmetric/--no-symmetric",
        " /--left",
        heading=Heading.COUNTS,
        field="symmetric",
        help="Count the words on both sides, or those to the left alone.",
    ),
    _config_option(
        "--distance-weight",
        heading=Heading.COUNTS,
        field="distance_weight",
        type=click.Choice(DISTANCE_WEIGHTS),
        help="What a pair at distance d counts: 1/d, harmonic, or 1, none.",
    ),
    _config_option(
        "--x-max",
        heading=Heading.GLOVE,
        field="x_max",
        type=float,
        help="Pairs that count X or more weigh most in the loss; the more text, the higher it "
        "should be.  [default: 1 for each {:,} words of the text, {:g} to {:g}]".format(
            X_MAX_TOKENS, *X_MAX_BOUNDS
        ),
    ),
    _config_option(
        "--alpha",
        heading=Heading.GLOVE,
        field="alpha",
        help="Others weigh as much as their share of --x-max, to this power.",
    ),
    _config_option(
        "--adagrad",
        heading=Heading.GLOVE,
        field="adagrad",
        type=click.Choice(ADAGRAD),
        help="Steps get smaller with the sum of squared gradients of each row, or of each "
        "coordinate, which is slower.",
    ),
    _config_option(
        "--grad-clip",
        heading=Heading.GLOVE,
        field="grad_clip",
        help="The largest gradient.",
    ),
    _config_option(
        "--anchor",
        heading=Heading.GLOVE,
        field="anchor",
        help="With --init: hold words near their old vectors, the more the larger X is.",
    ),
    _config_option(
        "--smoothing",
        heading=Heading.PPMI,
        field="smoothing",
        help="Counts of context words are taken to this power, so that rare ones do not "
        "seem too telling.",
    ),
    _config_option(
        "--shift",
        heading=Heading.PPMI,
        field="shift",
        metavar="K",
        help="Pairs count that are there more than K times as often as by chance.",
    ),
    _config_option(
        "--eigenvalue-weight",
        heading=Heading.PPMI,
        field="eigenvalue_weight",
        help="The power of the singular values in the vectors.",
    ),
    _config_option(
        "--history",
        heading=Heading.LANGUAGE_MODEL,
        field="history",
        help="nnlm: the next word is predicted from N words before it.",
    ),
    _config_option(
        "--hidden",
        heading=Heading.LANGUAGE_MODEL,
        field="hidden",
        type=int,
        help="nnlm: units of the hidden layer.  [default: --dim]",
    ),
    _config_option(
        "--activation",
        heading=Heading.LANGUAGE_MODEL,
        field="activation",
        type=click.Choice(ACTIVATIONS),
        help="What the hidden layer goes through.",
    ),
    _config_option(
        "--bptt",
        heading=Heading.LANGUAGE_MODEL,
        field="bptt",
        help="rnnlm: errors go back through N words.",
    ),
    _config_option(
        "--independent",
        heading=Heading.LANGUAGE_MODEL,
        field="independent",
        is_flag=True,
        help="rnnlm: forget at the end of each line what was before.",
    ),
    _config_option(
        "--hold-out",
        heading=Heading.LANGUAGE_MODEL,
        field="hold_out",
        help="Leave this share of the text, its end, to tell how well it is predicted.",
    ),
]


def model_options(command):
    """Add the options of TrainConfig to a command: how a model is trained."""
    return add_options(command, MODEL_OPTIONS)


OUTPUT_OPTIONS = [
    option(
        "-o",
        "--output",
        heading=Heading.OUTPUT,
        type=FILE,
        help="Where the vectors go: .txt and .vec are text, .bin is binary, .w2v is mapped when "
        "read, - is standard output; .gz, .bz2, .xz or .zst behind that compresses.  [required]",
    ),
    option(
        "--format",
        heading=Heading.OUTPUT,
        type=Names(*FORMATS),
        metavar="NAME",
        help=f"Format of the vectors, whatever their name: {', '.join(FORMATS)}.",
    ),
]


def output_options(command):
    """Add what is to be written where."""
    return add_options(command, OUTPUT_OPTIONS)


RUN_OPTIONS = [
    joined_phrases_option,
    option(
        "--vocab",
        heading=Heading.TEXT,
        type=FILE,
        help="Use this vocabulary ('word count' lines) as it is.",
    ),
    option(
        "--save-vocab",
        heading=Heading.OUTPUT,
        type=FILE,
        help="Write the vocabulary, 'word count' lines.",
    ),
    option(
        "--save-context",
        heading=Heading.OUTPUT,
        type=FILE,
        help="Write the output matrix, like the vectors.",
    ),
    option(
        "--keep-context",
        heading=Heading.OUTPUT,
        is_flag=True,
        help="Keep the output matrix in the .w2v file, for --init.",
    ),
    preset_option,
    like_option,
    option(
        "--init",
        heading=Heading.TRAINING,
        type=FILE,
        help="Go on from these vectors of any format: their words and those of the text are "
        "joined.",
    ),
    option(
        "--freeze",
        heading=Heading.TRAINING,
        type=NamesOrSwitch(*FREEZABLE),
        bare=FREEZABLE[0],
        help="With --init: leave the vectors of old words alone (inputs, also without a value); or "
        "all old outputs, so that texts trained from one model share its space.",
    ),
    provenance_option,
    STATS_OPTION,
    option(
        "--tmpdir",
        heading=Heading.RESOURCES,
        type=FOLDER,
        help="For the encoded corpus: 4 bytes a word.  [default: the folder of the output]",
    ),
    *SAVING_OPTIONS,
    time_budget_option("--epochs and --dim"),
    print_config_option,
    memory_option,
]


def run_options(command):
    """Add where training starts, what is kept of it, and what it may take."""
    return add_options(command, [*RUN_OPTIONS, progress_options])
