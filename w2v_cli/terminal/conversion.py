"""What convert and refine do with their options: check them, convert, and say what was written."""

import click

from ..files.paths import STDIO, folder_beside
from ..wording.amounts import counted
from .checks import check_outputs, check_standard_input, note_terminal
from .options.conversion import POOLED
from .progress.options import reporter_for
from .spelling import option_name
from .warnings import warn

SAME_NAMES = (
    "limit", "normalize", "encoding", "encoding_errors", "skip_bad_rows", "keep_sentence_end",
    "provenance", "vectors", "vocab", "compose", "keep_context", "glove_parameters", "unk",
    "tensor",
)  # fmt: skip
"""Options that are fields of a Conversion; only convert has the last."""


def run_conversion(stage, source, target, options, refinement=None):
    """Write the vectors of a file to another one.

    Parameters
    ----------
    stage : str                         ``convert`` or ``refine``
    source, target : str                paths; ``-`` is standard input and output
    options : dict                      of the command, see `terminal.options.conversion`
    refinement : RefineConfig or None   what is done to the vectors
    """
    from ..corpus.countfiles import read_word_list
    from ..formats.containers import files_of
    from ..formats.conversion import Conversion
    from ..formats.conversion import convert as convert_file
    from ..formats.provenance import check_beside
    from ..formats.registry import check_target, format_for, format_named

    chosen = format_named(format_for(target, options["format"]))
    pooled = _pooled(chosen, options)
    dtype = next((name for name in ("float16", "int8") if options[name]), "float32")
    words, vocab = options["words"], options["vocab"]
    check_target(chosen, target, dtype)
    written = chosen.files(target)
    inputs = {"the input": files_of(source), "a list": [words or STDIO, vocab or STDIO]}
    in_folders = written if chosen.is_folder else ()
    check_outputs(written, inputs, options["log_json"], in_folders=in_folders)
    check_standard_input(
        {"the vectors": [source], "the --words list": [words], "the --vocab counts": [vocab]}
    )
    note_terminal("vectors", [source])
    if options["provenance"] and not chosen.keeps_provenance:
        check_beside(target)
    conversion = Conversion(
        chosen,
        dtype=dtype,
        white_space=options["whitespace"],
        words=None if words is None else read_word_list(words, spaces=True),
        refinement=refinement,
        all_tokens=not options["whole_words"],
        pooled=pooled,
        tmpdir=options["tmpdir"] or folder_beside(target),
        **{name: options[name] for name in SAME_NAMES if name in options},
    )
    if conversion.is_whole and _keeps_labels(source, target, options["format"]):
        _rewrite_classifier(source, target, options)
        return
    with reporter_for(options) as report:
        if target != STDIO:  # two writers on one terminal would mix their lines
            report(stage, 0, None)
        done = convert_file(source, target, conversion)
        for note in done.notes:
            warn(note)
        place = "standard output" if target == STDIO else target
        beside = [] if chosen.is_folder else chosen.side_files(target)
        told = f", {chosen.in_sides} to {', '.join(beside)}" if beside else ""
        report.say(
            f"wrote {done.n_rows:,} vectors of length {done.dim} to {place} "
            f"({chosen.title}, from {done.source_format.title}){told}"
        )


def _pooled(chosen, options):
    """How words are to become vectors of texts: a Pooled."""
    from ..formats.pooled import Pooled

    given = {name: options[name] for name in POOLED if options[name] is not None}
    if given and not chosen.pools:
        name = option_name(next(iter(given)))
        raise click.UsageError(f"{name} is for --format model2vec; give that, or leave it out")
    return Pooled(**{POOLED[name]: value for name, value in given.items()})


def _keeps_labels(source, target, format):
    """Whether a file is a classifier, and goes to what can be one: fastText's .bin."""
    from ..formats.classifier_file import is_classifier
    from ..formats.registry import format_for

    is_bin = format is None and format_for(target) == "binary"
    return (is_bin or format == "fasttext") and is_classifier(source)


def _rewrite_classifier(source, target, options):
    """Write a classifier with its labels: fastText's .bin of what may be quantized."""
    from ..formats.classifier_file import read_classifier, write_classifier

    with reporter_for(options) as report:
        if target != STDIO:
            report("convert", 0, None)
        classifier = read_classifier(source)
        for note in classifier.notes:
            warn(note)
        write_classifier(target, classifier, options["provenance"], as_floats=True)
        place = "standard output" if target == STDIO else target
        n_labels = counted(len(classifier.labels), "label")
        report.say(
            f"wrote a classifier of {n_labels} to {place} (fastText .bin); "
            "with --format binary it would be vectors of its words"
        )
