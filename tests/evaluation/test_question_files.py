"""Questions in files of BATS, with several answers, in folders, and the categories of sections."""

import gzip

import numpy as np
import pytest

from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.evaluation.analogies import METHODS, evaluate_analogies
from w2v_cli.evaluation.questions import NotQuestionsError, Section, read_questions
from w2v_cli.evaluation.scores import Score
from w2v_cli.maps.wordmap import related_pairs


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_file_of_bats_asks_each_two_lines_in_both_orders(file):
    path = file("D01 [un+adj_reg].txt", "able\tunable\nhappy\tunhappy/cheerless\ndry \t wet\n")
    assert read_questions(path) == [
        Section(
            "D01 [un+adj_reg]",
            "syntactic",
            [
                ("able", "unable", "happy", "unhappy/cheerless"),
                ("able", "unable", "dry", "wet"),
                ("happy", "unhappy", "able", "unable"),
                ("happy", "unhappy", "dry", "wet"),
                ("dry", "wet", "able", "unable"),
                ("dry", "wet", "happy", "unhappy/cheerless"),
            ],
        )
    ]
    assert related_pairs(read_questions(path)[0]) == [
        ("able", "unable"),
        ("happy", "unhappy"),
        ("dry", "wet"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "cat\tbig cat\tdog\tbig dog",
        "cat,big cat,dog,big dog",
        '"cat";"big cat";"dog";"big dog"',
        "cat\t big cat\tdog\tbig dog\r",
    ],
)
def test_words_between_tabs_commas_and_semicolons_may_have_blanks(file, line):
    text = f": c, d, e, f\n{line}\n"
    assert read_questions(file("q", text)) == [
        Section("c, d, e, f", None, [("cat", "big cat", "dog", "big dog")])
    ]


def test_what_separates_columns_is_decided_by_all_lines(file):
    """A line of four words between blanks may be four columns with blanks in them."""
    text = "new york,city,big cat,dog\na b,c d,e f,g\n"
    [section] = read_questions(file("q", text))
    assert section.questions == [("new york", "city", "big cat", "dog"), ("a b", "c d", "e f", "g")]
    [section] = read_questions(file("q", "a,b c d,e f # three commas\na b,c,d,e c d\n"))
    assert section.questions == [("a,b", "c", "d,e", "f"), ("a", "b,c,d,e", "c", "d")]


def test_words_and_their_counts_are_no_questions(file):
    path = file("vocabulary", "word\tcount\nthe\t900\nof\t500\n")
    with pytest.raises(NotQuestionsError, match="a question has four words, and this line 2"):
        read_questions(path)


def test_vectors_of_length_three_are_no_questions(file):
    with pytest.raises(NotQuestionsError, match="holds a word and three numbers a line"):
        read_questions(file("v.txt", "king 0.5 0.25 -1.5\nqueen 1.0 2.5 0.1\n"))
    years = read_questions(file("years", "1990 1991 1992 1993\n"))
    assert years[0].questions == [("1990", "1991", "1992", "1993")]


def test_empty_and_repeated_answers_the_word_itself_and_repeated_lines_are_nothing(file):
    text = "# BATS\na\tb//c/b/\na\tb/c\nd\td/e\nf\tf\n\ng\t/\n"
    [section] = read_questions(file("L01 [x].txt", text))
    assert section.questions == [
        ("a", "b", "d", "e"),
        ("a", "b", "f", "f"),
        ("d", "e", "a", "b/c"),
        ("d", "e", "f", "f"),
        ("f", "f", "a", "b/c"),
        ("f", "f", "d", "e"),
    ]


def test_blanks_may_stand_for_the_tab_but_counts_and_vectors_are_no_answers(file):
    [section] = read_questions(file("I01.txt", "cat cats\ndog dogs/hounds\n"))
    assert section.questions[0] == ("cat", "cats", "dog", "dogs/hounds")
    for text in ("the\t500\nof\t400\n", "70000 100\nthe 0.1\n"):
        with pytest.raises(NotQuestionsError):
            read_questions(file("counts.txt", text))


def test_a_dictionary_is_no_test(file):
    text = "".join(f"a{i}\tb{i}\n" for i in range(1001))
    with pytest.raises(InputError, match=r"has 1,001 lines of words and answers"):
        read_questions(file("q.txt", text))


def test_folders_and_several_files(file, tmp_path):
    bats = tmp_path / "BATS"
    file("BATS/2_Derivational/D01 [a].txt", "a\tb\nc\td\n")
    file("BATS/1_Inflectional/I02 [b].txt.gz", gzip.compress(b"a\tb\nc\td\n"))
    file("BATS/1_Inflectional/I01 [c].txt", "a\tb\nc\td\n")
    file("BATS/metadata.json", "{}")
    file("BATS/.hidden.txt", "x")
    file("BATS/.git/x.txt", "x")
    other = file("own.txt", ": E99 own\na b c d\n")
    found = read_questions([bats, other])
    assert [(section.name, section.category) for section in found] == [
        ("I01 [c]", "syntactic"),
        ("I02 [b]", "syntactic"),
        ("D01 [a]", "syntactic"),
        ("E99 own", "semantic"),
    ]
    assert all(section.questions for section in found)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(InputError, match="nothing: has no files of questions"):
        read_questions(tmp_path / "nothing")


def test_comments_and_utf16(file):
    text = "// Copyright\n# mine\n: family\na b c d # odd\n% more\n"
    expected = [Section("family", "semantic", [("a", "b", "c", "d")])]
    assert read_questions(file("q.txt", text)) == expected
    assert read_questions(file("q.txt", text.replace("\n", "\r\n").encode("utf-16"))) == expected
    assert read_questions(file("q.txt", text.replace("\n", "\r"))) == expected


def test_a_file_without_sections_has_its_own_name(file):
    [section] = read_questions(file("msr.txt.gz", gzip.compress(b"good\tbetter\trough\trougher\n")))
    assert (section.name, section.category) == ("msr", None)


GERMAN = ": nouns: SI/PL\na b c d\n: Verben (Pr\u00e4s): INF\na b c d\na b c d\n: A\na b d c\n"


def test_categories_of_other_languages_are_not_guessed(file):
    path = file("de.txt", GERMAN)
    assert [section.category for section in read_questions(path)] == [None] * 3
    names = [section.category for section in read_questions(path, "^(NOUNS|verben)")]
    assert names == ["syntactic", "syntactic", "semantic"]
    with pytest.raises(InputError, match=r"no section has a name with syntactic='x'; there are"):
        read_questions(path, "x")
    with pytest.raises(ConfigError, match="is no regular expression"):
        read_questions(path, "(")
    marked = file("m.txt", ": x [syntactic]\na b c d\n: y\na b c d\n")
    assert [section.category for section in read_questions(marked)] == ["syntactic", "semantic"]
    assert [s.category for s in read_questions(marked, "y")] == ["syntactic", "syntactic"]


def test_without_categories_there_are_no_sums_of_them(file):
    embeddings = Embeddings(list("abcd"), np.eye(4, dtype=np.float32))
    scores = evaluate_analogies(embeddings, read_questions(file("de.txt", GERMAN)))
    assert [name for name, _ in scores.rows()][-2:] == ["A", "total"]
    assert scores.semantic == scores.syntactic == Score(0, 0, 0)
    assert scores.total.asked == 4


def naive_correct(embeddings, a, b, c, answers, method):
    """Whether the best of all words but those of the question is among the answers."""
    unit = embeddings.unit(slice(None))
    to_a, to_b, to_c = (unit @ unit[embeddings.index[word]] for word in (a, b, c))
    if method == "3cosadd":
        scores = to_b + to_c - to_a
    else:
        scores = (1 + to_b) / 2 * ((1 + to_c) / 2) / ((1 + to_a) / 2 + 1e-6)
    scores[[embeddings.index[word] for word in (a, b, c)]] = -np.inf
    return embeddings.words[int(np.argmax(scores))] in answers


@pytest.mark.parametrize("method", METHODS)
def test_any_of_several_answers_is_right_as_in_a_loop_over_words(method):
    rng = np.random.default_rng(3)
    embeddings = Embeddings([f"w{i}" for i in range(60)], rng.standard_normal((60, 4)))
    questions, expected = [], 0
    for _ in range(300):
        a, b, c, *answers = (f"w{i}" for i in rng.integers(0, 60, rng.integers(4, 16)))
        questions.append((a, b, c, "/".join([*answers, "unknown"])))
        expected += naive_correct(embeddings, a, b, c, answers, method)
    scores = evaluate_analogies(embeddings, [Section("x", None, questions)], method)
    assert scores.total == Score(expected, 300, 0)
    assert 20 < expected < 280


def test_several_answers_in_questions_of_four_words():
    words = ["dog", "animal", "cat", "pet", "km/h", "km", "New York"]
    embeddings = Embeddings(words, np.eye(len(words), dtype=np.float32))
    questions = [
        ("dog", "animal", "cat", "animal/pet"),  # animal is a word of the question
        ("cat", "animal/pet", "dog", "pet/unknown"),
        ("dog", "animal", "cat", "unknown/unseen"),
        ("dog", "unknown/animal", "cat", "pet"),
        ("dog", "cat", "pet", "km/h"),  # a word as it stands
        ("dog", "cat", "pet", "New_York"),
    ]
    outcomes = []
    for question in questions:
        total = evaluate_analogies(embeddings, [Section("x", None, [question])]).total
        outcomes.append((total.correct, total.asked, total.skipped))
    asked, right, skipped = (0, 1, 0), (1, 1, 0), (0, 0, 1)
    assert outcomes == [right, right, skipped, skipped, asked, asked]


def test_of_equally_good_answers_the_first_row_counts():
    embeddings = Embeddings(list("abcxyz"), np.eye(6, dtype=np.float32))
    for answers, correct in (("z/y", 0), ("z/x", 1), ("x/y", 1)):
        sections = [Section("s", None, [("a", "b", "c", answers)])]
        assert evaluate_analogies(embeddings, sections).total.correct == correct
