"""What is told of where a classifier starts, and of what became of frozen rows."""

import numpy as np

from ..errors import field
from ..labelled.known import NOTHING
from ..wording.amounts import counted
from .start import start_of


def begun(request, report):
    """Read what a request starts from.

    Returns
    -------
    request : ClassifyRequest   with what that decides
    start : Start or None
    known : Known               its words and labels

    Raises
    ------
    InputError    if its file cannot be read, or be gone on from
    ConfigError   if something is asked for that does not fit it
    """
    if request.init is not None or request.from_model is not None:
        report("load", 0, None)
    start = start_of(request, report.warn)
    if start is None:
        return request, None, NOTHING
    request = start.settled(request)
    return request, start, start.known(request.config, request.has_labels_in_text)


def tell_start(start, join, documents, config, report):
    """Tell how many words of the documents start from what was learnt before."""
    names = [*documents.vocabulary.words, *documents.others]
    occurrences = np.bincount(documents.words, minlength=len(names))
    n_covered, n_all = join.coverage(occurrences, names)
    made = f", {join.n_made:,} are made of its n-grams" if join.n_made else ""
    fresh = (
        f"{join.n_fresh:,} new"
        if not config.freeze
        else (f"{len(documents.others):,} have none and are left out")
    )
    report.say(
        f"starting from {start.name}: {counted(join.n_known, 'word')} with rows there{made}, "
        f"{fresh}; {n_covered / max(n_all, 1):.1%} of {counted(n_all, 'word')} in the documents "
        f"covered; {counted(join.n_kept, 'word')} beside them stay"
    )
    if config.n_buckets:
        n_old = int(np.count_nonzero(join.is_old[len(documents.vocabulary) :]))
        n_rows = len(join.is_old) - len(documents.vocabulary)
        report.say(f"{n_old:,} of {n_rows:,} rows of n-grams start as they were")
    for note in (join_note(join, start), start.ngrams_note(config)):
        if note:
            report.warn(note)


def join_note(join, start):
    """Says so if documents and what they start from hardly go together."""
    if join.n_left_out:
        return (
            f"{start.name}: left out {counted(join.n_left_out, 'word')} that text never has: "
            "empty, twice there, or with the beginning of a label"
        )
    if not join.is_old.any():
        return (
            f"no word of the documents is in {start.name}: is the case of letters the same "
            f"({field('lowercase')})?"
        )
    return None


def start_facts(start, join):
    """What statistics tell of where training started: dict."""
    if start is None:
        return {}
    return {
        start.option: {
            "file": start.name,
            "words_known": join.n_known,
            "words_made": join.n_made,
            "words_new": join.n_fresh,
            "words_kept": join.n_kept,
        }
    }


def tell_solution(solution, training, report):
    """Tell how outputs were learnt that have one optimum."""
    losses = solution.losses
    report.say(
        f"{counted(training.pairs_trained, 'document')}, solved in {len(losses)} passes and "
        f"{training.seconds_train:,.1f} s; loss {losses[0]:.4f} at first, {losses[-1]:.4f} now"
    )
    if not solution.is_optimal:
        report.warn(
            f"the optimum was not reached in {len(losses)} passes: the largest slope is "
            f"{solution.slope:.1g}; a higher {field('l2')} has one that is easier to find"
        )
