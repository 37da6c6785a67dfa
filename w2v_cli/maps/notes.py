"""What a user should know of a map that was laid out: a message each."""

from ..errors import field
from ..files.paths import display_name

MANY = 5
"""Unknown words of a section that are named; of more, the number is said."""


def one_point_note():
    """That there is nothing to see."""
    return "the vectors of these words are all equal, so that they lie on one point"


def absent_note(section, absent):
    """Which words of a section (list of str) have no vector, so that their pairs are left out."""
    names = ", ".join(map(repr, absent[:MANY])) + (", ..." if len(absent) > MANY else "")
    return f"section {section}: {len(absent)} unknown words and their pairs left out: {names}"


def unrelated_note(questions):
    """That no questions of a file (str or Path) have their words on a page."""
    return (
        f"{display_name(questions)}: none of its related words are both on the page; "
        f"a larger {field('top')} has more words"
    )
