"""What a user should know of documents that were answered, or scored."""

from ..errors import field
from ..wording.amounts import counted

SHOWN = 3
"""Labels that a note names."""


def unknown_note(n_unknown, n_documents):
    """Says of how many documents no word is known, so that answers mean little; None: of none."""
    if not n_unknown:
        return None
    return (
        f"{n_unknown:,} of {counted(n_documents, 'document')} without a word that the model "
        "knows: answered like an empty line"
    )


def unlabelled_note(n_unlabelled, n_documents):
    """Says how many documents count for nothing; None: none."""
    if not n_unlabelled:
        return None
    return f"{n_unlabelled:,} of {n_documents:,} documents have no label, and are left out"


def missed_note(n_missed, unseen):
    """Says how often a true label is one of those (list of str) that no training had; or None."""
    if not n_missed:
        return None
    return (
        f"{counted(n_missed, 'time')} a true label is one that the model has never seen, such as "
        f"{', '.join(unseen[:SHOWN])}: these count as misses; {field('known_labels')} leaves them "
        "out"
    )


def notes_of_scores(scores, predictor, n_files):
    """All there is to know of a test.

    Parameters
    ----------
    scores : ClassifierScores
    predictor : Predictor   that has read the documents
    n_files : int           that they were in; 1 of what a program has

    Returns
    -------
    list of str
    """
    notes = [
        unlabelled_note(scores.n_unlabelled, scores.n_documents),
        missed_note(scores.n_missed, scores.unseen),
        *predictor.notes(n_files),
        unknown_note(scores.n_unanswered, scores.n_documents),
    ]
    return [note for note in notes if note]
