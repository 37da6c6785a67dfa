"""Files of analogy questions, "a is to b as c is to d": of questions-words, and of BATS."""

import os
import re
from dataclasses import dataclass, field

from ..errors import InputError
from ..files.paths import STDIO, display_name, split_compression
from .categories import SEMANTIC, SYNTACTIC, categories_of, category_of
from .cells import is_number, mostly_numbers
from .textlines import BLANKS, lines_of

UNNAMED = "questions"
"""The section of questions that stand before the first header, where the file has no name."""
SHOWN_LENGTH = 60
WORD = re.compile(f"[^{BLANKS}]+")
COMMENTS = ("#", "%", "//")
QUESTION_LENGTH = 4
COLUMN_MARKS = "\t;,"
ANSWERS = "/"
"""Between words any of which is right."""
MOST_ENTRIES = 1000
"""Lines of a file of BATS, which make a million questions; BATS has 50."""
ANSWER_LISTS = (".txt", ".tsv", "")
"""Extensions of files that are read of a folder."""


class NotQuestionsError(InputError):
    """A file whose very first line is no line of a file of questions."""


@dataclass
class Section:
    """Questions under one header.

    Attributes
    ----------
    name : str
    category : str or None   ``semantic`` or ``syntactic``; None where no name tells that
    questions : list of tuple of four str   the fourth may be several words with ``/`` between,
                             any of which is right
    """

    name: str
    category: str | None
    questions: list = field(default_factory=list)


def answers_of(text):
    """The words of an answer, each once: ``cat//dog/cat/`` are ``cat`` and ``dog``."""
    words = (word.strip() for word in text.split(ANSWERS))
    return list(dict.fromkeys(word for word in words if word))


def read_questions(paths, syntactic=None):
    """Read questions: ``: section`` lines, and lines of four words; or BATS's lists of answers.

    A file of BATS is one section with the name of the file. Its lines are a word and what it is
    to become, ``word TAB answer/answer``, and each two of them, in both orders, are a question.
    A file of questions without headers is one section too. ``#``, ``%`` and ``//`` begin
    comments.

    Parameters
    ----------
    paths : str or Path, or list of them   plain or compressed; ``-`` is standard input. Of a
                             folder, all files are read that end in ``.txt`` or ``.tsv``, or have
                             no extension
    syntactic : str or None  a regular expression for names of syntactic sections; None: see
                             `categories.category_of`. ``[semantic]`` or ``[syntactic]`` at the
                             end of a header says otherwise, and is no part of the name

    Returns
    -------
    list of Section   in the order of the files

    Raises
    ------
    ConfigError         if ``syntactic`` is no regular expression
    NotQuestionsError   if the first line is neither a header nor a question
    InputError          if it cannot be read, a line has not four words, a header no name, or there
                        is no question
    """
    paths = [paths] if isinstance(paths, str | os.PathLike) else paths
    files = [file for path in paths for file in files_of(path)]
    return categorize([section for file in files for section in read_file(file)], syntactic)


def categorize(sections, syntactic=None):
    """*In place:* whether sections are semantic or syntactic, where no header has said it.

    Parameters
    ----------
    sections : list of Section
    syntactic : str or None      see `read_questions`

    Returns
    -------
    list of Section   the same
    """
    categories = categories_of([section.name for section in sections], syntactic)
    marked = any(section.category for section in sections)
    for section, category in zip(sections, categories, strict=True):
        # Where one header says what it is, the others are meant to be the rest.
        if section.category is None:
            section.category = category or (category_of(section.name) if marked else None)
    return sections


def files_of(path):
    """The files that are meant by the path of a file or a folder: list of str or Path.

    Raises
    ------
    InputError   if a folder has none
    """
    is_folder = str(path) != STDIO and os.path.isdir(path)
    return _files_in(path) if is_folder else [path]


def _files_in(folder):
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(place, name) for name in sorted(names) if _may_have_questions(name)]
    if not found:
        raise InputError(f"{folder}: has no files of questions, such as .txt; name another folder")
    return found


def _may_have_questions(name):
    extension = os.path.splitext(split_compression(name)[0])[1].lower()
    return not name.startswith(".") and extension in ANSWER_LISTS


def read_file(path):
    """The sections of one file, with categories only where headers say them.

    Parameters
    ----------
    path : str or Path   see `read_questions`, which tells of errors

    Returns
    -------
    list of Section
    """
    name = display_name(path)
    lines = lines_of(path, NotQuestionsError)
    lines = [(number, line) for number, line in lines if not line.startswith(COMMENTS)]
    title = UNNAMED if str(path) == STDIO else _title(path)
    mark = _mark_of(lines)
    entries = [] if mark else _answer_lists(lines)
    if len(entries) > MOST_ENTRIES:
        raise InputError(
            f"{name}: has {len(entries):,} lines of words and answers, and each two are a "
            f"question; at most {MOST_ENTRIES:,} are read: name a part of it"
        )
    sections = [_section_of(title, entries)] if entries else _sections(lines, mark, name, title)
    if not any(section.questions for section in sections):
        raise InputError(f"{name}: holds no questions, lines of four words; name a file that does")
    _refuse_vectors(sections, name)
    return sections


def _refuse_vectors(sections, name):
    """Refuse what has four columns, and numbers with a point behind the first."""
    questions = (question for section in sections for question in section.questions)
    if all("." in word and is_number(word) for question in questions for word in question[1:]):
        raise NotQuestionsError(
            f"{name}: holds a word and three numbers a line, like a file of vectors; name a file "
            "of questions"
        )


def _title(path):
    """The name of a file without its extensions."""
    return os.path.splitext(os.path.basename(split_compression(path)[0]))[0]


def _answer_lists(lines):
    """[(word, answers)] if these are lines of BATS, else none."""
    found = [_two_columns(line) for _, line in lines]
    if not found or None in found or mostly_numbers([right for _, right in found]):
        return []
    return [(left, answers_of(right)) for left, right in found]


def _two_columns(line):
    """A word and its answers; None if the line is none of BATS."""
    columns = [column.strip() for column in line.split("\t")] if "\t" in line else line.split()
    return columns if len(columns) == 2 and all(columns) and line[0] != ":" else None


def _section_of(title, entries):
    """The questions that each two entries are, in both orders."""
    entries = [(word, _of_others(word, answers)) for word, answers in entries if answers]
    entries = list(dict.fromkeys(entries))
    questions = [
        (a, firsts[0], b, ANSWERS.join(answers))
        for i, (a, firsts) in enumerate(entries)
        for j, (b, answers) in enumerate(entries)
        if i != j
    ]
    return Section(title, None, questions)


def _of_others(word, answers):
    """Answers without the word itself, unless it is the only one."""
    return tuple(answer for answer in answers if answer != word) or tuple(answers)


def _sections(lines, mark, name, title):
    """The sections of a file of questions-words."""
    sections = []
    error = NotQuestionsError
    for number, line in lines:
        words = _columns(line, mark) if mark and line[0] != ":" else WORD.findall(line)
        if words[0].startswith(":"):
            sections.append(_section(words, f"{name}:{number}"))
        else:
            if len(words) != 4:
                words = _question(words, f"{name}:{number}", error)
            if not sections:
                sections.append(Section(title, None))
            sections[-1].questions.append(tuple(words))
        error = InputError
    return sections


def _mark_of(lines):
    """What separates four columns in all lines but headers, or None: it is white space."""
    questions = [line for _, line in lines if line[0] != ":"]
    for mark in COLUMN_MARKS:
        if questions and all(_is_in_columns(line, mark) for line in questions):
            return mark
    return None


def _is_in_columns(line, mark):
    columns = _columns(line, mark)
    return len(columns) == QUESTION_LENGTH and all(columns)


def _columns(line, mark):
    return [column.strip().strip('"') for column in line.split(mark)]


def _question(words, where, error):
    """The four words of a line; a comment may stand behind them."""
    if len(words) > 4 and words[4].startswith(COMMENTS):
        words = words[:4]
    if len(words) != 4:
        shown = " ".join(words)[:SHOWN_LENGTH]
        raise error(
            f"{where}: a question has four words, and this line {len(words)}: {shown!r}; "
            "correct the line"
        )
    return words


def _section(words, where):
    category = None
    if words[-1] in (f"[{SEMANTIC}]", f"[{SYNTACTIC}]"):
        category = words.pop()[1:-1]
    name = " ".join(words).removeprefix(":").strip()
    if not name:
        raise InputError(f"{where}: a section header without a name; write ': name'")
    return Section(name, category)
