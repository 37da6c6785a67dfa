"""The sample data: made again byte for byte, and shaped as a corpus and a test should be."""

import math
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent.parent / "data"
CORPUS = DATA / "sample.txt"
QUESTIONS = DATA / "sample-questions.txt"
OPINIONS = [DATA / f"sample-opinions{end}.txt" for end in ("", "-test")]
SECTIONS = [
    "capital-common-countries",
    "capital-world",
    "currency",
    "city-in-state",
    "family",
    "gram1-adjective-to-adverb",
    "gram2-opposite",
    "gram3-comparative",
    "gram4-superlative",
    "gram5-present-participle",
    "gram6-nationality-adjective",
    "gram7-past-tense",
    "gram8-plural",
    "gram9-plural-verbs",
]
# Words this common are taken for the fixed part of a sentence, the others for its filling.
FIXED_WORDS = 250
LEAST_FRAMES = 10
LARGEST_FRAME_SHARE = 0.35
LEAST_LINES_APART = 10


@pytest.fixture(scope="module")
def lines():
    """The lines of the corpus as lists of words."""
    return [line.split(" ") for line in CORPUS.read_text(encoding="ascii").splitlines()]


@pytest.fixture(scope="module")
def counts(lines):
    """How often every word occurs."""
    return Counter(word for line in lines for word in line)


@pytest.fixture(scope="module")
def sections():
    """The questions, as tuples of words, by section."""
    found = {}
    for line in QUESTIONS.read_text(encoding="ascii").splitlines():
        if line.startswith(": "):
            questions = found.setdefault(line[2:], [])
        else:
            questions.append(tuple(line.split(" ")))
    return found


def pairs_of(questions):
    """The pairs of words that questions are made of."""
    return {pair for a, b, c, d in questions for pair in ((a, b), (c, d))}


def frames_around(lines, wanted, fixed):
    """For each wanted word: the surroundings it occurs in, with all but fixed words masked."""
    frames = defaultdict(Counter)
    for line in lines:
        masked = [word if word in fixed else "*" for word in line]
        for place, word in enumerate(line):
            if word in wanted:
                left = masked[max(0, place - 3) : place]
                right = masked[place + 1 : place + 4]
                frames[word][(*left, "_", *right)] += 1
    return frames


def test_script_makes_the_committed_files(tmp_path):
    command = [sys.executable, "-B", DATA / "make_sample.py", "--output-dir", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    for committed in (CORPUS, QUESTIONS, *OPINIONS):
        assert (tmp_path / committed.name).read_bytes() == committed.read_bytes()


def test_corpus_is_one_to_three_megabytes_of_lower_case_words():
    text = CORPUS.read_text(encoding="ascii")
    assert 1_000_000 <= len(text) <= 3_000_000
    assert text.endswith("\n")
    word_lines = re.compile(r"[a-z]+( [a-z]+)*")
    assert [line for line in text.splitlines() if not word_lines.fullmatch(line)] == []


def test_sections_are_those_of_the_classic_test(sections):
    assert list(sections) == SECTIONS


def test_every_section_has_enough_questions_and_none_twice(sections):
    for section, questions in sections.items():
        assert len(questions) >= 60, section
        assert len(set(questions)) == len(questions), section


def test_a_question_is_four_different_words(sections):
    odd = [q for questions in sections.values() for q in questions if len(set(q)) != 4]
    assert odd == []


def test_every_question_word_survives_the_usual_least_count(sections, counts):
    words = {word for questions in sections.values() for q in questions for word in q}
    assert {word: counts[word] for word in words if counts[word] < 5} == {}


def test_no_single_frame_carries_a_word(sections, lines, counts):
    words = {word for questions in sections.values() for q in questions for word in q}
    fixed = {word for word, _ in counts.most_common(FIXED_WORDS)} - words
    frames = frames_around(lines, words, fixed)
    few = {word: len(frames[word]) for word in words if len(frames[word]) < LEAST_FRAMES}
    assert few == {}
    shares = {word: max(found.values()) / found.total() for word, found in frames.items()}
    assert {word: share for word, share in shares.items() if share > LARGEST_FRAME_SHARE} == {}


@pytest.mark.parametrize("section", SECTIONS)
def test_the_words_of_a_pair_mostly_occur_apart(section, sections, lines):
    where = defaultdict(set)
    for number, line in enumerate(lines):
        for word in line:
            where[word].add(number)
    for left, right in sorted(pairs_of(sections[section])):
        assert len(where[left] - where[right]) >= LEAST_LINES_APART, (left, right)
        assert len(where[right] - where[left]) >= LEAST_LINES_APART, (left, right)


def test_frequencies_fall_as_in_a_language(counts):
    head = [count for _, count in counts.most_common(1000)]
    xs = [math.log(rank) for rank in range(1, len(head) + 1)]
    ys = [math.log(count) for count in head]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    slope = covariance / sum((x - x_mean) ** 2 for x in xs)
    assert -1.4 <= slope <= -0.6
    assert head[0] >= 5 * head[9] >= 25 * head[499]


def test_opinions_are_lines_with_one_of_two_labels_and_none_is_in_both_files():
    found = [path.read_text(encoding="ascii").splitlines() for path in OPINIONS]
    assert list(map(len, found)) == [2000, 500]
    line = re.compile(r"__label__(praise|complaint)( [a-z]+)+")
    assert all(line.fullmatch(each) for lines in found for each in lines)
    counts = Counter(each.split(" ", 1)[0] for each in found[0])
    assert min(counts.values()) > 900
    assert not set(found[0]) & set(found[1])
