"""What quantize does with a classifier: choose rows, quantize, write, score before and after."""

from dataclasses import replace

from ..config import parse_file_size
from ..errors import ConfigError, field
from ..files.paths import folder_beside, target_name
from ..wording.amounts import counted, of_all, shown_bytes
from .scoring import short_names, write_lines
from .tables import aligned_lines, json_text
from .warnings import warn

OF_VECTORS = (
    "limit", "keep_sentence_end", "skip_bad_rows", "keep_context", "questions", "pairs", "encoding",
)  # fmt: skip
MEASURES = {"accuracy": "first answer right", "f1": "micro F1", "log_loss": "log-loss"}


def quantize_classifier(opened, target, config, options, report):
    """Write a classifier, quantized.

    Parameters
    ----------
    opened : Opened           its file
    target : str              path; ``-`` is standard output
    config : QuantizeConfig
    options : dict            of the command
    report : Reporter
    """
    from ..classifying import quantizing
    from ..formats.classifier_file import read_classifier, write_classifier

    for name in OF_VECTORS:
        if options[name]:
            raise ConfigError(
                f"{field(name)} is for word vectors, and {opened.name} is a classifier; leave it "
                "out"
            )
    max_size = options["max_size"] and parse_file_size(options["max_size"])
    if options["lr"] is not None and not options["retrain"]:
        raise ConfigError(f"{field('lr')} is of training: give {field('retrain')}, or leave it out")
    tests = _Tests(options, report)
    classifier = read_classifier(opened.path, opened)
    for note in classifier.notes:
        warn(note)
    if max_size:
        config = quantizing.fitting(classifier, config)
        plan = quantizing.planned_for_size(classifier, max_size, config, opened.name)
    else:
        plan = quantizing.planned(classifier, config, opened.name)
    report.say(
        f"{_rows_told(plan)}: {shown_bytes(plan.plain_bytes)} before, "
        f"{shown_bytes(plan.n_bytes)} after"
    )
    if plan.n_bytes > plan.plain_bytes:
        report.say(
            "so few rows become larger: a KiB of centroids for each number of a vector is in "
            "the file, whatever its words"
        )
    before = tests.scores(classifier)
    made = quantizing.carried_out(
        classifier, plan, config, options["threads"],
        lambda done, total: report("quantize", 0, None, share=done / total),
        _learning(target, options, report),
    )  # fmt: skip
    changes = made.provenance["changes"]
    named = {"source": opened.name, "source_format": "fasttext"}
    made = replace(made, provenance={**made.provenance, **named})
    report("write", 0, None)
    n_bytes = write_classifier(target, made, options["provenance"])
    outputs = f", those of labels {changes['output_error']:.1%}" if config.qout else ""
    report.say(
        f"wrote {target_name(target)}, {shown_bytes(n_bytes)}: "
        f"rows are {changes['input_error']:.1%} off{outputs}"
    )
    _print(options, plan, made, n_bytes, before, tests.scores(made))


def _learning(target, options, report):
    """What trains the rows that stay, if that is asked for."""
    if not options["retrain"]:
        return None
    from ..classifying.retraining import Retraining, retrained
    from ..labelled.columns import columns_of

    how = Retraining(
        paths=options["retrain"],
        columns=columns_of(options["text"], options["label"]),
        epochs=options["epochs"],
        lr=options["lr"],
        threads=options["threads"],
        seed=options["seed"],
        folder=folder_beside(target),
    )
    return lambda classifier: retrained(classifier, how, report)


def _rows_told(plan):
    """Of how many rows which stay."""
    text = f"{of_all(plan.n_words, plan.n_all_words)} words"
    if plan.n_all_ngrams:
        text += f" and {of_all(plan.n_ngrams, plan.n_all_ngrams)} n-grams"
    if plan.n_unused:
        text += f" (left out: {counted(plan.n_unused, 'row')} of zeros)"
    return text


class _Tests:
    """Documents with labels to score a classifier on."""

    def __init__(self, options, report):
        from ..labelled.columns import columns_of

        self._options, self._report = options, report
        self._columns = columns_of(options["text"], options["label"])

    def scores(self, classifier):
        """[(name, measure, score, documents)], or nothing."""
        from ..classifying.predictor import Predictor
        from ..classifying.scoring import score_classifier
        from ..training.prepare import chosen_sources

        paths = self._options["test"]
        if not paths:
            return []
        found = []
        predictor = Predictor(classifier, n_threads=self._options["threads"])
        for name, path in zip(short_names(paths), paths, strict=True):
            sources = chosen_sources([path], (), predictor.text, self._report)
            scores = score_classifier(
                predictor, sources, columns=self._columns,
                is_distribution=predictor.is_distribution, progress=self._report,
            )  # fmt: skip
            facts = scores.facts()
            values = {**facts, "f1": facts["micro"]["f1"]}
            found += [(name, measure, values[measure], facts["tested"]) for measure in MEASURES]
        return found


def _print(options, plan, made, n_bytes, before, after):
    """The results, on standard output: scores as a table, or all as JSON."""
    scores = [
        {"name": name, "measure": measure, "before": score, "after": now, "documents": n}
        for (name, measure, score, n), (_, _, now, _) in zip(before, after, strict=True)
    ]
    if options["json"]:
        changes = made.provenance["changes"]
        facts = {
            "words": plan.n_words,
            "ngrams": plan.n_ngrams,
            "labels": len(made.labels),
            "bytes_before": plan.plain_bytes,
            "bytes": n_bytes,
            "input_error": changes["input_error"],
            "output_error": changes["output_error"] if changes["qout"] else None,
            "scores": scores,
        }
        write_lines([json_text(facts)])
    elif scores:
        rows = [["", "", "before", "after", "documents"]]
        for score in scores:
            numbers = [f"{score[name]:.4f}" for name in ("before", "after")]
            told = MEASURES[score["measure"]]
            rows.append([score["name"], told, *numbers, f"{score['documents']:,}"])
        write_lines(aligned_lines(rows, "<<>>>"))
