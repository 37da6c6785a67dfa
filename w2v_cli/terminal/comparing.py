"""How the answers of ``w2v compare`` are written: tables for people, rows, JSON."""

from .forms import JSON
from .tables import aligned_lines, field_of, formatted, json_text

COLUMNS = (
    "word", "change", "low", "high", "noise", "overlap", "count_a", "count_b", "neighbors_a",
    "neighbors_b",
)  # fmt: skip
STEP_COLUMNS = ("word", "file", "count", "change", "from_first", "overlap", "neighbors")
SHOWN_NEIGHBORS = 4
"""In a table for people; rows and JSON have all."""


def write_changes(form, names, comparison, changes, unknown):
    """Write what has become of words from one file to another.

    Parameters
    ----------
    form : Form
    names : (str, str)        of the two files
    comparison : Comparison
    changes : list of Change
    unknown : list of str     words that were asked for, and are not on both sides
    """
    if form.has_rows:
        form.write_rows(COLUMNS, map(_row, changes))
    elif form.name == JSON:
        form.write_lines([json_text(_object(names, comparison, changes, unknown))])
    else:
        has_runs = comparison.noise is not None
        rows = [_heading(names, has_runs), *(_cells(change, has_runs) for change in changes)]
        form.write_lines(aligned_lines(rows, "<" + ">" * (len(rows[0]) - 3) + "<"))


def _row(change):
    """A change as fields."""
    numbers = (change.change, change.low, change.high, change.noise, change.overlap)
    neighbors = [" ".join(word for word, _ in side) for side in change.neighbors]
    return (change.word, *map(field_of, numbers), *change.counts, *neighbors)


def _heading(names, has_runs):
    first, second = names
    runs = ["low", "high", "noise"] if has_runs else []
    sides = [f"count {first}", f"count {second}", f"only near in {first}", f"only near in {second}"]
    return ["word", "change", *runs, "overlap", *sides]


def _cells(change, has_runs):
    numbers = [change.change]
    if has_runs:
        numbers += [change.low, change.high, change.noise]
    counts = ["-" if count is None else f"{count:,}" for count in change.counts]
    first, second = ([word for word, _ in side] for side in change.neighbors)
    only = [[word for word in one if word not in other]
            for one, other in ((first, second), (second, first))]  # fmt: skip
    near = [" ".join(words[:SHOWN_NEIGHBORS]) or "-" for words in only]
    shown = [formatted(number, ".3f") for number in numbers]
    return [change.word, *shown, formatted(change.overlap, ".2f"), *counts, *near]


def _object(names, comparison, changes, unknown):
    return {
        "files": list(names),
        "runs": list(comparison.n_runs),
        "shared_words": len(comparison.words),
        "compared_words": int(comparison.is_candidate.sum()),
        "rotated_by": comparison.n_anchors,
        "mean_change": _rounded(comparison.changes[comparison.is_candidate].mean()),
        "words": [_change_object(change) for change in changes],
        "unknown": unknown,
    }


def _change_object(change):
    numbers = {
        name: _rounded(getattr(change, name))
        for name in ("change", "low", "high", "noise", "overlap")
    }
    neighbors = [_neighbors_object(side) for side in change.neighbors]
    return {"word": change.word, **numbers, "counts": list(change.counts), "neighbors": neighbors}


def write_ways(form, ways, unknown):
    """Write the ways of words over several files.

    Parameters
    ----------
    form : Form
    ways : dict of str to list of Step   by the words
    unknown : list of str                words that fewer than two files have
    """
    if form.has_rows:
        form.write_rows(
            STEP_COLUMNS, (_step_row(word, step) for word in ways for step in ways[word])
        )
    elif form.name == JSON:
        words = [
            {"word": word, "periods": list(map(_step_object, steps))}
            for word, steps in ways.items()
        ]
        form.write_lines([json_text({"words": words, "unknown": unknown})])
    else:
        rows = [["word", "file", "count", "change", "from first", "overlap", "near"]]
        rows += [_step_cells(word, step) for word in ways for step in ways[word]]
        form.write_lines(aligned_lines(rows, "<<>>>><"))


def _step_row(word, step):
    numbers = map(field_of, (step.change, step.from_first, step.overlap))
    return (word, step.period, step.count, *numbers, " ".join(near for near, _ in step.neighbors))


def _step_cells(word, step):
    count = "-" if step.count is None else f"{step.count:,}"
    numbers = [formatted(step.change, ".3f"), formatted(step.from_first, ".3f")]
    near = " ".join(word for word, _ in step.neighbors[:SHOWN_NEIGHBORS]) or "-"
    return [word, step.period, count, *numbers, formatted(step.overlap, ".2f"), near]


def _step_object(step):
    numbers = {name: _rounded(getattr(step, name)) for name in ("change", "from_first", "overlap")}
    near = _neighbors_object(step.neighbors)
    return {"file": step.period, "count": step.count, **numbers, "neighbors": near}


def _neighbors_object(neighbors):
    return [{"word": word, "score": round(score, 6)} for word, score in neighbors]


def _rounded(number):
    return None if number is None else round(float(number), 6)
