"""The options of ``w2v classify``: how a classifier is trained, and which documents it reads."""

import click

from ...config import DIGITS, TOKENIZE, TextConfig
from ...labelled.config import DEFAULTS, LOSSES, ClassifyConfig, check_prefix
from ..command import default_threads, memory_option
from ..help.completion import FILE, FOLDER
from ..help.headings import Heading, add_options, option
from ..progress.options import progress_options
from ..ranges import FloatRange
from ..settings.likeclassifier import like_classifier_option
from ..settings.printconfig import print_config_option
from .saving import SAVING_OPTIONS, STATS_OPTION, time_budget_option
from .text import document_options, source_options
from .vectors import provenance_option, threads_option

THREADS_OF_TRAINING = "Threads; with one, the same seed gives the same model."


def _config_option(*names, field, help, **kwargs):
    """An option whose default is that of ClassifyConfig, which also checks its range."""
    default = DEFAULTS[field]
    kwargs.setdefault("type", type(default))
    kwargs.setdefault("metavar", {int: "N", float: "X"}.get(kwargs["type"]))
    return option(*names, default=default, show_default=default is not None, help=help, **kwargs)


MODEL_OPTIONS = [
    _config_option(
        "--loss",
        heading=Heading.MODEL,
        field="loss",
        type=click.Choice(LOSSES),
        help="softmax: one label of several; ova: each label for itself, where documents have many "
        "or none; hs: a tree of labels, for thousands of them; ns: negative sampling.",
    ),
    _config_option("-d", "--dim", heading=Heading.MODEL, field="dim", help="Length of a vector."),
    _config_option(
        "-n",
        "--negative",
        heading=Heading.MODEL,
        field="negative",
        help="With --loss ns: labels that are drawn to be told from the right one.",
    ),
    _config_option(
        "--ns-exponent",
        heading=Heading.MODEL,
        field="ns_exponent",
        help="They are drawn by the count of a label to this power.",
    ),
    _config_option(
        "--word-ngrams",
        heading=Heading.NGRAMS,
        field="word_ngrams",
        help="Sequences of up to N words count too: 2 tells 'not good' from 'good not'.",
    ),
    _config_option(
        "--min-n",
        heading=Heading.NGRAMS,
        field="min_n",
        help="Shortest n-grams of characters; 0: there are none.",
    ),
    _config_option(
        "--max-n",
        heading=Heading.NGRAMS,
        field="max_n",
        help="Longest n-grams of characters; 0: there are none.",
    ),
    _config_option(
        "--buckets",
        heading=Heading.NGRAMS,
        field="buckets",
        help="Rows that n-grams are hashed to; in memory are only those that are used.",
    ),
    _config_option(
        "-e",
        "--epochs",
        heading=Heading.TRAINING,
        field="epochs",
        help="Passes over the documents.",
    ),
    _config_option(
        "--lr",
        heading=Heading.TRAINING,
        field="lr",
        help="Learning rate at the start; it falls to 0.",
    ),
    _config_option(
        "--balance",
        heading=Heading.TRAINING,
        field="balance",
        is_flag=True,
        help="Let rare labels weigh as much as frequent ones, in all.",
    ),
]
START_OPTIONS = [
    _config_option(
        "--freeze",
        heading=Heading.TRAINING,
        field="freeze",
        is_flag=True,
        help="With --init or --from-model: old rows stay as they are, and the labels are learnt "
        "from them to the optimum, a logistic regression.",
    ),
    _config_option(
        "--l2",
        heading=Heading.TRAINING,
        field="l2",
        help="With --freeze: the penalty that keeps outputs small; more for few documents.",
    ),
    _config_option(
        "--embedding-lr-scale",
        heading=Heading.TRAINING,
        field="embedding_lr_scale",
        help="With --init or --from-model: old rows learn at X times the rate; 0: they stay.",
    ),
    _config_option(
        "--freeze-epochs",
        heading=Heading.TRAINING,
        field="freeze_epochs",
        help="With --init or --from-model: in the first N epochs only the labels are learnt.",
    ),
]
WORD_OPTIONS = [
    _config_option(
        "--seed", heading=Heading.TRAINING, field="seed", help="Start of all random numbers."
    ),
    _config_option(
        "--min-count",
        heading=Heading.TEXT,
        field="min_count",
        help="Leave out words that occur less often.",
    ),
    _config_option(
        "--max-vocab",
        heading=Heading.TEXT,
        field="max_vocab",
        type=int,
        help="Keep only the N most frequent words.",
    ),
    _config_option(
        "--min-label-count",
        heading=Heading.TEXT,
        field="min_label_count",
        help="Leave out labels that occur less often.",
    ),
]


def classifier_options(command):
    """Add the options of ClassifyConfig to a command, but for threads and prefix."""
    return add_options(command, [*MODEL_OPTIONS, *START_OPTIONS, *WORD_OPTIONS])


def fresh_classifier_options(command):
    """Likewise those of a classifier that starts from nothing."""
    return add_options(command, [*MODEL_OPTIONS, *WORD_OPTIONS])


def column_options(label_help):
    """Add --text and --label to a command: which columns of a table are read."""
    options = [
        option(
            "--text",
            heading=Heading.TEXT,
            multiple=True,
            metavar="COL",
            help="The column of a TSV, CSV or JSONL table that has the text: a name, or a number "
            "from 1 where there is no header; may be repeated.",
        ),
        option(
            "--label",
            heading=Heading.TEXT,
            multiple=True,
            metavar="COL",
            help=label_help,
        ),
    ]
    return lambda command: add_options(command, options)


asked_text_options = document_options("as in training")
"""Add how text becomes words for a model that is there."""


def text_options(command):
    """Add how text becomes words."""
    options = [
        source_options,
        option(
            "--tokenize",
            heading=Heading.TEXT,
            type=click.Choice(TOKENIZE),
            default=TextConfig.tokenize,
            show_default=True,
            help="What a word is, as for w2v train.",
        ),
        option(
            "--lowercase",
            heading=Heading.TEXT,
            is_flag=True,
            help="Lower-case all letters of words, as Unicode says; labels stay as they are.",
        ),
        option(
            "--digits",
            heading=Heading.TEXT,
            type=click.Choice(DIGITS),
            default=TextConfig.digits,
            show_default=True,
            help="Keep digits, or make each one a zero.",
        ),
    ]
    return add_options(command, options)


def prefix_option(default):
    """Add --label-prefix to a command."""
    shown = "" if default else "  [default: that of the model]"
    return option(
        "--label-prefix",
        heading=Heading.TEXT,
        default=default,
        show_default=default is not None,
        metavar="TEXT",
        help=f"Tokens that begin so are labels.{shown}",
    )


def output_option(required=False):
    """-o, of the model; commands that can do without look themselves whether it is there."""
    text = "Where the model goes, in the format of fastText; - is standard output."
    if not required:
        text += "  [required]"
    return option("-o", "--output", heading=Heading.OUTPUT, type=FILE, required=required, help=text)


weight_option = option(
    "--weight",
    heading=Heading.TEXT,
    metavar="COL",
    help="A column with numbers from 0 on: how much each document counts.",
)
"""Add --weight to a command."""
TMPDIR_OPTION = option(
    "--tmpdir",
    heading=Heading.RESOURCES,
    type=FOLDER,
    help="For the encoded documents: 4 bytes a word.  [default: the folder of the output]",
)
RUN_OPTIONS = [
    output_option(),
    like_classifier_option,
    option(
        "--init",
        heading=Heading.TRAINING,
        type=FILE,
        help="Start from these vectors of any format: their words join those of the documents.",
    ),
    option(
        "--from-model",
        heading=Heading.TRAINING,
        type=FILE,
        help="Go on with this classifier: new documents, and perhaps new labels and words.",
    ),
    STATS_OPTION,
    provenance_option,
    TMPDIR_OPTION,
    *SAVING_OPTIONS,
    time_budget_option("--epochs"),
    print_config_option,
    threads_option(THREADS_OF_TRAINING),
    memory_option,
    progress_options,
]


def run_options(command):
    """Add what is written where, and what training may take."""
    return add_options(command, RUN_OPTIONS)


def classify_config(options):
    """The ClassifyConfig that a command's options (dict) stand for."""
    values = {name: options[name] for name in DEFAULTS if name in options}
    return ClassifyConfig(**{**values, "threads": default_threads(options["threads"])})


def table_text_option(command):
    """Add --text alone to a command, which needs no labels."""
    add = option(
        "--text",
        heading=Heading.TEXT,
        multiple=True,
        metavar="COL",
        help="The column of a TSV, CSV or JSONL table that has the text; may be repeated.",
    )
    return add(command)


def answer_options(command):
    """Add how many labels a document may get."""
    options = [
        option(
            "-k",
            "--topn",
            heading=Heading.ANSWERS,
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            metavar="N",
            help="So many labels for each document, the most probable first.",
        ),
        option(
            "--threshold",
            heading=Heading.ANSWERS,
            type=FloatRange(0, 1),
            default=0.0,
            show_default=True,
            metavar="P",
            help="Of these, only labels with at least this probability.",
        ),
    ]
    return add_options(command, options)


def classifier_of(model):
    """The `Classifier` in a file; what the reader noticed becomes warnings."""
    from ...formats.classifier_file import read_classifier
    from ..warnings import warn

    classifier = read_classifier(model)
    for note in classifier.notes:
        warn(note)
    return classifier


def predictor_of(classifier, options, keep_names=False):
    """The `Predictor` of a Classifier that a command's options (dict) ask for."""
    from dataclasses import replace

    from ...classifying.predictor import Predictor

    names = ("tokenize", "lowercase", "digits")
    given = {name: options[name] for name in names if options[name] is not None}
    text = replace(classifier.text, **given, encoding=options["encoding"])
    prefix = options["label_prefix"]
    if prefix is not None:
        check_prefix(prefix)
    threads = default_threads(options["threads"])
    return Predictor(classifier, text, prefix, threads, keep_names)


def tell_documents(predictor, sources, n_unknown, n_documents):
    """Say what is to be known of documents that a `Predictor` has read from Sources.

    Of those without a known word answers mean little.
    """
    from ...classifying.remarks import unknown_note
    from ..warnings import warn

    for note in (*predictor.notes(len(sources.files)), unknown_note(n_unknown, n_documents)):
        if note:
            warn(note)


def text_of(options):
    """The TextConfig that a command's options (dict) stand for."""
    names = ("encoding", "tokenize", "lowercase", "digits")
    return TextConfig(**{name: options[name] for name in names})
