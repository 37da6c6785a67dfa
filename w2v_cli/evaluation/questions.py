"""Files of analogy questions, "a is to b as c is to d", in the questions-words format."""

from dataclasses import dataclass, field

from ..errors import InputError
from ..files.inputs import open_input
from ..files.paths import display_name
from .categories import SEMANTIC, SYNTACTIC, category_of
from .textlines import decode, lines_with_places

UNNAMED = "questions"
"""The section of questions that stand before the first header."""
SHOWN_LENGTH = 60


class NotQuestionsError(InputError):
    """A file whose very first line is no line of a file of questions."""


@dataclass
class Section:
    """Questions under one header.

    Attributes
    ----------
    name : str
    category : str           ``semantic`` or ``syntactic``
    questions : list of tuple of four str
    """

    name: str
    category: str
    questions: list = field(default_factory=list)


def read_questions(path):
    """Read questions: ``: section`` lines, and lines of four words.

    The category of a section follows from its name; ``[semantic]`` or ``[syntactic]`` at the end
    of its header says otherwise, and is no part of the name.

    Parameters
    ----------
    path : str or Path   plain or compressed; ``-`` is standard input

    Returns
    -------
    list of Section   in the order of the file

    Raises
    ------
    NotQuestionsError   if the first line is neither a header nor a question
    InputError          if it cannot be read, a line has not four words, a header no name, or there
                        is no question
    """
    name = display_name(path)
    sections = []
    error = NotQuestionsError
    with open_input(path) as stream:
        for where, line in lines_with_places(stream, name):
            words = decode(b"\n".join(line.split()), where, error).split("\n")
            if words[0].startswith(":"):
                sections.append(_section(words, where))
            else:
                _check_question(words, where, error)
                if not sections:
                    sections.append(Section(UNNAMED, category_of(UNNAMED)))
                sections[-1].questions.append(tuple(words))
            error = InputError
    if not any(section.questions for section in sections):
        raise InputError(f"{name}: holds no questions, lines of four words; name a file that does")
    return sections


def _check_question(words, where, error):
    if len(words) != 4:
        shown = " ".join(words)[:SHOWN_LENGTH]
        raise error(
            f"{where}: a question has four words, and this line {len(words)}: {shown!r}; "
            "correct the line"
        )


def _section(words, where):
    category = None
    if words[-1] in (f"[{SEMANTIC}]", f"[{SYNTACTIC}]"):
        category = words.pop()[1:-1]
    name = " ".join(words).removeprefix(":").strip()
    if not name:
        raise InputError(f"{where}: a section header without a name; write ': name'")
    return Section(name, category or category_of(name))
