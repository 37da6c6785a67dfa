"""What quantize does with its options: check them, quantize, write, and say what was lost."""

from ..errors import ConfigError, field
from ..files.paths import STDIO, folder_beside, is_special, target_name
from ..wording.amounts import of_all, shown_bytes
from .checks import CORPUS, check_outputs, check_standard_input, note_terminal
from .progress.options import reporter_for
from .scoring import short_names, write_lines
from .tables import aligned_lines, formatted, json_text
from .warnings import warn

OF_CLASSIFIERS = ("qout", "max_size", "retrain", "lr", "test", "text", "label")
ACCURACY, SPEARMAN = "accuracy", "spearman"
HEAD = ("before", "after", "asked", "asked after")


def run_quantize(source, target, config, options):
    """Write the vectors of a file to another one, quantized.

    Parameters
    ----------
    source, target : str      paths; ``-`` is standard input and output
    config : QuantizeConfig
    options : dict            of the command
    """
    from ..formats.containers import files_of, open_vectors
    from ..formats.fasttext_header import recognises_classifier
    from ..formats.provenance import check_beside
    from ..formats.quantplan import check_quantized_target

    check_quantized_target(target)
    tests = [*options["questions"], *options["pairs"], *options["test"]]
    documents = {"a test": tests, CORPUS: options["retrain"]}
    check_outputs([target], {"the input": files_of(source), **documents}, options["log_json"])
    check_standard_input({"the vectors": [source], **documents})
    if (tests or options["json"]) and (target == STDIO or is_special(target)):
        raise ConfigError(
            f"{target_name(target)}: results would stand among the "
            "vectors there, and these cannot be read again; name a file"
        )
    note_terminal("vectors", [source])
    if options["provenance"]:
        check_beside(target)
    with reporter_for(options) as report:
        report("load", 0, None)
        with open_vectors(source) as opened:
            if recognises_classifier(opened.head):
                from .quantizingclassifiers import quantize_classifier

                quantize_classifier(opened, target, config, options, report)
            else:
                _quantize_vectors(opened, source, target, config, options, report)


def _quantize_vectors(opened, source, target, config, options, report):
    from ..formats.provenance import settings_of
    from ..formats.quantized import quantized_bytes
    from ..formats.quantizing import quantized, record_of, write_model
    from ..formats.quantplan import check_not_quantized, planned

    for name in OF_CLASSIFIERS:
        if options[name]:
            raise ConfigError(
                f"{field(name)} is for classifiers, and {opened.name} is none; leave it out"
            )
    tests = _Tests(options, report)
    report("load", 0, None)
    found, rows, notes = _read(opened, source, target, options)
    embeddings, record = found.embeddings, found.record
    check_not_quantized(embeddings, record, found.name)
    plan = planned(embeddings, rows, config, target)
    for note in [*notes, *plan.notes]:
        warn(note)
    report.say(
        f"{_rows_told(plan)}: {shown_bytes(plan.plain_bytes)} before, "
        f"{shown_bytes(plan.n_bytes)} after"
    )
    n_rows, dim = len(plan.inputs), embeddings.dim
    if quantized_bytes(n_rows, dim, config.dsub, config.qnorm) > 4 * n_rows * dim:
        report.say(
            "so few rows become larger: a KiB of centroids for each number of a vector is in "
            "the file, whatever its words"
        )
    before = tests.scores(embeddings)
    model = quantized(
        embeddings, plan, config, options["threads"],
        lambda done, total: report("quantize", 0, None, share=done / total),
    )  # fmt: skip
    report("write", 0, None)
    keeps = options["provenance"] and (record is not None or embeddings.counts is not None)
    about = record_of(model, config, found.name, found.format.name, record)
    n_bytes = write_model(target, model, embeddings, settings_of(record), about, keeps)
    report.say(
        f"wrote {target_name(target)}, {shown_bytes(n_bytes)}: "
        f"words are {model.word_error:.1%} off{_of_ngrams(model)}"
    )
    after = tests.scores(_read_again(target)) if before else []
    _print(options, plan, model, n_bytes, before, after)


def _rows_told(plan):
    """Of how many rows which stay."""
    n_words, n_ngrams, kept = len(plan.words), plan.inputs.n_ngrams, plan.kept
    text = f"{of_all(n_words, plan.n_taken)} words"
    if kept.places is not None:
        text += f" and {of_all(n_ngrams, n_ngrams + kept.n_dropped)} n-grams"
    if kept.n_unused:
        text += f" (left out: {kept.n_unused:,} rows that no word has)"
    return text


def _of_ngrams(model):
    return f", n-grams {model.ngram_error:.1%}" if model.plan.inputs.n_ngrams else ""


def _read(opened, source, target, options):
    """(what was read, Rows that are taken, notes)."""
    from ..formats.chosen import chosen_rows
    from ..formats.conversion import Conversion
    from ..formats.reading import read_once
    from ..formats.registry import format_named

    asked = Conversion(
        format_named("fasttext"),
        limit=options["limit"],
        keep_sentence_end=options["keep_sentence_end"],
    )
    found = read_once(
        source,
        encoding_errors=options["encoding_errors"],
        encoding=options["encoding"],
        skip_bad_rows=options["skip_bad_rows"],
        tmpdir=folder_beside(target),
        opened=opened,
    )
    notes = list(found.notes)
    return found, chosen_rows(found, asked, notes), notes


def _read_again(path):
    from ..formats.reading import read_embeddings

    return read_embeddings(path)


class _Tests:
    """Analogies and pairs to score vectors on, read before the work."""

    def __init__(self, options, report):
        from ..evaluation.pairs import read_pairs
        from ..evaluation.questions import read_questions

        self._threads, self._compose = options["threads"], options["compose"]
        self._progress = report
        questions = options["questions"]
        names = zip(short_names(questions), questions, strict=True)
        self._questions = [(name, read_questions([path], None)) for name, path in names]
        self._pairs = [read_pairs(path) for path in options["pairs"]]
        for message in [message for file in self._pairs for message in file.warnings()]:
            warn(message)

    def scores(self, embeddings):
        """[(name, ACCURACY or SPEARMAN, number or None, asked)], or nothing."""
        from ..evaluation.analogies import evaluate_analogies
        from ..evaluation.similarity import evaluate_similarity

        if not self._questions and not self._pairs:
            return []
        self._progress("score", 0, None)
        embeddings = embeddings if self._compose else embeddings.without_subwords()
        found = []
        for name, sections in self._questions:
            scores = evaluate_analogies(embeddings, sections, threads=self._threads)
            sums = [("semantic", scores.semantic), ("syntactic", scores.syntactic)]
            for kind, score in [*sums * scores.has_categories, ("total", scores.total)]:
                found.append((f"{name}, {kind}", ACCURACY, score.accuracy, score.asked))
        if self._pairs:
            files = evaluate_similarity(embeddings, self._pairs).files
            names = short_names([score.name for score in files])
            scored = zip(names, files, strict=True)
            found += [(name, SPEARMAN, score.spearman, score.used) for name, score in scored]
        return found


def _print(options, plan, model, n_bytes, before, after):
    """The results, on standard output: scores as a table, or all as JSON."""
    scores = [
        {
            "name": name,
            "measure": measure,
            "before": score,
            "after": now,
            "asked": asked,
            "asked_after": asked_now,
        }
        for (name, measure, score, asked), (*_, now, asked_now) in zip(before, after, strict=True)
    ]
    if options["json"]:
        n_ngrams = plan.inputs.n_ngrams
        facts = {
            "words": len(plan.words),
            "ngrams": n_ngrams,
            "bytes_before": plan.plain_bytes,
            "bytes": n_bytes,
            "word_error": model.word_error,
            "ngram_error": model.ngram_error if n_ngrams else None,
            "scores": scores,
        }
        write_lines([json_text(facts)])
    elif scores:
        write_lines(aligned_lines([["", *HEAD], *map(_cells, scores)]))


def _cells(score):
    """A row of the table."""
    form = ".2%" if score["measure"] == ACCURACY else ".4f"
    numbers = [formatted(score[name], form) for name in HEAD[:2]]
    return [score["name"], *numbers, str(score["asked"]), str(score["asked_after"])]
