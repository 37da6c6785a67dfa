"""Analogy questions: the file format, and the scores against plain NumPy and gensim."""

import gzip
from itertools import permutations

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError
from w2v_cli.evaluation import best_answer
from w2v_cli.evaluation.analogies import METHODS, evaluate_analogies
from w2v_cli.evaluation.categories import category_of
from w2v_cli.evaluation.questions import NotQuestionsError, Section, read_questions
from w2v_cli.evaluation.scores import Score


@pytest.fixture
def questions_file(tmp_path):
    def write(data):
        path = tmp_path / "questions.txt"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def related_embeddings(n_pairs, dim, seed=0, noise=0.35):
    """Pairs of words that differ by nearly one vector, so that many questions have answers."""
    rng = np.random.default_rng(seed)
    first = rng.standard_normal((n_pairs, dim))
    second = first + rng.standard_normal(dim) + noise * rng.standard_normal((n_pairs, dim))
    vectors = np.empty((2 * n_pairs, dim), dtype=np.float32)
    vectors[::2], vectors[1::2] = first, second
    return Embeddings([f"{side}{pair}" for pair in range(n_pairs) for side in "ab"], vectors)


def related_sections(n_pairs, n_questions, seed=1):
    rng = np.random.default_rng(seed)
    sections = [Section("things", "semantic"), Section("gram1", "syntactic")]
    for _ in range(n_questions):
        p, q = rng.integers(0, n_pairs, 2)
        sections[rng.integers(0, 2)].questions.append((f"a{p}", f"b{p}", f"a{q}", f"b{q}"))
    return sections


def naive_correct(embeddings, question, method):
    """Whether a question is answered, by the formulas and a loop over all words."""
    unit = embeddings.unit(slice(None))
    a, b, c, expected = (embeddings.index[word] for word in question)
    to_a, to_b, to_c = (unit @ unit[row] for row in (a, b, c))
    if method == "3cosadd":
        scores = to_b + to_c - to_a
    else:
        scores = (1 + to_b) / 2 * ((1 + to_c) / 2) / ((1 + to_a) / 2 + 1e-6)
    scores[[a, b, c]] = -np.inf
    return int(np.argmax(scores)) == expected


def test_sections_categories_and_blank_lines(questions_file):
    path = questions_file(
        "a b c d\n\n: capital-world\r\ne f g h\r\n:gram1-x\n i\tj  k l \n"
        ": gram-not [semantic]\nm n o p\n: odd name [syntactic]\nq r s t\n: empty\n"
    )
    assert read_questions(path) == [
        Section("questions", "semantic", [("a", "b", "c", "d")]),
        Section("capital-world", "semantic", [("e", "f", "g", "h")]),
        Section("gram1-x", "syntactic", [("i", "j", "k", "l")]),
        Section("gram-not", "semantic", [("m", "n", "o", "p")]),
        Section("odd name", "syntactic", [("q", "r", "s", "t")]),
        Section("empty", "semantic", []),
    ]


def test_questions_may_be_compressed_and_start_with_a_byte_order_mark(questions_file):
    path = questions_file(gzip.compress(b"\xef\xbb\xbf: \xc3\xa9t\xc3\xa9\na b c d"))
    assert read_questions(path) == [Section("été", None, [("a", "b", "c", "d")])]


def test_a_no_break_space_belongs_to_a_word(questions_file):
    path = questions_file("new\u00a0york b c d\n")
    assert read_questions(path)[0].questions == [("new\u00a0york", "b", "c", "d")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b": x\na b c d\na b c\n", "questions.txt:3: a question has four words, and this line 3"),
        (b": x\na b c d e\n", "questions.txt:2: a question has four words, and this line 5"),
        (b"\n\n:\na b c d\n", "questions.txt:3: a section header without a name"),
        (b": [semantic]\na b c d\n", "questions.txt:1: a section header without a name"),
        (b": x\na b \xff d\n", "questions.txt:2: is not UTF-8"),
        (b"", "questions.txt: holds no questions"),
        (b": x\n: y\n", "questions.txt: holds no questions"),
    ],
)
def test_malformed_files_are_named_with_the_line(questions_file, data, message):
    with pytest.raises(InputError) as caught:
        read_questions(questions_file(data))
    assert message in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("small_blocks", "threads"), [(False, 1), (True, 1), (True, 3)])
def test_scores_equal_a_loop_over_questions(method, small_blocks, threads, monkeypatch):
    if small_blocks:
        monkeypatch.setattr(best_answer, "ROW_BLOCK", 7)
        monkeypatch.setattr(best_answer, "WORDS_AT_ONCE", 50)
        monkeypatch.setattr(best_answer, "QUESTIONS_AT_ONCE", 3)
    embeddings = related_embeddings(150, 12, noise=0.3)
    sections = related_sections(150, 400)
    scores = evaluate_analogies(embeddings, sections, method, threads=threads)
    for section, (name, score) in zip(sections, scores.sections, strict=True):
        correct = sum(naive_correct(embeddings, words, method) for words in section.questions)
        assert (name, score) == (section.name, Score(correct, len(section.questions), 0))
    assert 0.1 < scores.total.accuracy < 0.9
    assert scores.semantic == scores.sections[0][1]
    assert scores.syntactic == scores.sections[1][1]
    assert scores.total.correct == scores.semantic.correct + scores.syntactic.correct


@pytest.mark.parametrize("restrict", [None, 160])
def test_3cosadd_equals_gensim(tmp_path, restrict):
    embeddings = related_embeddings(150, 20, noise=0.9)
    sections = related_sections(150, 500)
    keyed = KeyedVectors(20)
    keyed.add_vectors(embeddings.words, embeddings.vectors)
    path = tmp_path / "questions.txt"
    with open(path, "w", encoding="utf-8") as file:
        for section in sections:
            print(f": {section.name}", file=file)
            for words in section.questions:
                print(*words, file=file)
    accuracy, expected = keyed.evaluate_word_analogies(str(path), restrict_vocab=restrict)
    scores = evaluate_analogies(embeddings, read_questions(path), n_rows=restrict)
    for (name, score), section in zip(scores.sections, expected, strict=False):
        assert name == section["section"]
        assert score.correct == len(section["correct"])
        assert score.asked == len(section["correct"]) + len(section["incorrect"])
    assert scores.total.accuracy == accuracy
    assert (scores.total.skipped > 0) == (restrict is not None)


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
def test_3cosmul_equals_gensim():
    embeddings = related_embeddings(100, 15, noise=0.9)
    keyed = KeyedVectors(15)
    keyed.add_vectors(embeddings.words, embeddings.vectors)
    [first, second] = related_sections(100, 200)
    scores = evaluate_analogies(embeddings, [first, second], "3cosmul")
    for section, (_, score) in zip((first, second), scores.sections, strict=True):
        correct = 0
        for a, b, c, expected in section.questions:
            [(answer, _)] = keyed.most_similar_cosmul([b, c], [a], topn=1)
            correct += answer == expected
        assert score.correct == correct


def one_hot(words):
    return Embeddings(words, np.eye(len(words), dtype=np.float32))


def test_case_is_ignored_or_matched():
    # PARIS comes later than paris, and its vector is the perfect but forbidden answer.
    words = ["paris", "France", "berlin", "germany", "PARIS", "Berlin"]
    vectors = np.array(
        [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 1, 1, 0], [0, 1, 1.1, 0], [0, 9, 9, 1]],
        dtype=np.float32,
    )
    embeddings = Embeddings(words, vectors)
    sections = [Section("x", "semantic", [("Paris", "FRANCE", "Berlin", "Germany")])]
    assert evaluate_analogies(embeddings, sections).total == Score(1, 1, 0)
    assert evaluate_analogies(embeddings, sections, ignore_case=False).total == Score(0, 0, 1)
    sections = [Section("x", "semantic", [("paris", "France", "berlin", "germany")])]
    assert evaluate_analogies(embeddings, sections, ignore_case=False).total == Score(0, 1, 0)


def test_case_folding_is_that_of_unicode():
    embeddings = one_hot(["straße", "b", "c", "ς"])
    sections = [Section("x", "semantic", [("STRASSE", "B", "c", "Σ")])]
    assert evaluate_analogies(embeddings, sections).total.asked == 1


def test_the_words_of_a_question_are_never_its_answer():
    embeddings = one_hot(["a", "b", "c"])
    questions = [("a", "b", "c", "b"), ("a", "b", "a", "b")]
    sections = [Section("x", "semantic", questions)]
    assert evaluate_analogies(embeddings, sections).total == Score(0, 2, 0)


def test_the_first_of_equally_good_words_is_the_answer():
    embeddings = one_hot(["a", "b", "c", "d", "e"])
    for expected, correct in (("d", 1), ("e", 0)):
        sections = [Section("x", "semantic", [("a", "b", "c", expected)])]
        for method in METHODS:
            assert evaluate_analogies(embeddings, sections, method).total.correct == correct


def test_restricting_the_vocabulary_skips_questions_and_candidates():
    embeddings = one_hot(["a", "b", "c", "d", "e"])
    sections = [Section("x", "semantic", [("a", "b", "c", "d"), ("a", "b", "c", "e")])]
    assert evaluate_analogies(embeddings, sections, n_rows=4).total == Score(1, 1, 1)
    assert evaluate_analogies(embeddings, sections, n_rows=2).total == Score(0, 0, 2)


def test_the_result_as_json():
    embeddings = one_hot(["a", "b", "c", "d"])
    sections = [
        Section("x", "semantic", [("a", "b", "c", "d"), ("a", "b", "d", "b")]),
        Section("gram", "syntactic", [("a", "b", "c", "zzz")]),
    ]
    shares = {"accuracy": 0.5, "interval": [0.0, 1.0]}
    first = {"correct": 1, "asked": 2, "skipped": 0, "accuracy_all": 0.5, **shares}
    second = {"correct": 0, "asked": 0, "skipped": 1, "accuracy_all": 0.0}
    second |= {"accuracy": None, "interval": None}
    assert evaluate_analogies(embeddings, sections).as_dict() == {
        "sections": [{"name": "x", **first}, {"name": "gram", **second}],
        "semantic": first,
        "syntactic": second,
        "total": {"correct": 1, "asked": 2, "skipped": 1, "accuracy_all": 1 / 3, **shares},
    }


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("gram1-adjective-to-adverb", "syntactic"),
        ("Gram8-plural", "syntactic"),
        ("I01 [noun - plural_reg]", "syntactic"),
        ("D07 [verb+able_reg]", "syntactic"),
        ("JJ_JJR", "syntactic"),
        ("NN_NNPOS", "syntactic"),
        ("VBD_VBZ", "syntactic"),
        ("E01 [country - capital]", "semantic"),
        ("L05 [synonyms - intensity]", "semantic"),
        ("capital-common-countries", "semantic"),
        ("capital-world", "semantic"),
        ("currency", "semantic"),
        ("city-in-state", "semantic"),
        ("family", "semantic"),
        ("programming", "semantic"),
        ("i01n", "syntactic"),
        ("d2013", "semantic"),
        ("nn_names", "semantic"),
    ],
)
def test_categories_by_name(name, category):
    assert category_of(name) == category


def test_the_category_does_not_depend_on_the_place_in_the_file(questions_file):
    """word2vec.c takes the first five sections for the semantic ones."""
    names = [*(f"gram{i}" for i in range(6)), "family", "currency"]
    path = questions_file("".join(f": {name}\na b c d\n" for name in names))
    assert [section.category for section in read_questions(path)] == [
        *["syntactic"] * 6,
        *["semantic"] * 2,
    ]


def test_a_file_that_holds_no_questions_from_its_first_line_is_told_apart(questions_file):
    for data in (b"70000 100\nthe 0.1\n", b"\xff\xfe a b c\n"):
        with pytest.raises(NotQuestionsError):
            read_questions(questions_file(data))
    with pytest.raises(InputError) as caught:
        read_questions(questions_file(b": x\n70000 100\n"))
    assert not isinstance(caught.value, NotQuestionsError)


def test_nothing_known_and_empty_sections_give_no_number_and_no_error():
    """word2vec.c prints -nan, gensim and GloVe divide by zero."""
    embeddings = one_hot(["a", "b", "c", "d"])
    empty = [Section("x", "semantic", []), Section("gram", "syntactic", [])]
    scores = evaluate_analogies(embeddings, empty)
    assert scores.total == Score(0, 0, 0)
    assert (scores.total.accuracy, scores.total.accuracy_all) == (None, None)
    assert scores.total.interval is None
    unknown = [Section("x", "semantic", [("x", "y", "z", "w")]), *empty]
    scores = evaluate_analogies(embeddings, unknown)
    assert scores.total == Score(0, 0, 1)
    assert (scores.total.accuracy, scores.total.accuracy_all) == (None, 0.0)
    assert evaluate_analogies(embeddings, []).sections == []


def test_evaluation_changes_nothing():
    """gensim's had changed the model, or left it with another dictionary after Ctrl-C."""
    embeddings = related_embeddings(60, 9)
    before = embeddings.vectors.copy()
    words, index = list(embeddings.words), dict(embeddings.index)
    for method in METHODS:
        evaluate_analogies(embeddings, related_sections(60, 50), method)
    assert np.array_equal(embeddings.vectors, before)
    assert (list(embeddings.words), embeddings.index) == (words, index)


def test_dotless_i_is_a_letter_of_its_own():
    """str.upper, which gensim uses, makes one word of both."""
    sections = [Section("x", "semantic", [("KIZ", "b", "c", "d")])]
    for words, expected in (
        (["b", "c", "d", "k\u0131z"], Score(0, 0, 1)),
        (["b", "c", "d", "kiz"], Score(1, 1, 0)),
        (["b", "c", "d", "k\u0131z", "kiz"], Score(1, 1, 0)),
    ):
        assert evaluate_analogies(one_hot(words), sections).total == expected


@pytest.mark.parametrize("ignore_case", [False, True])
def test_a_word_that_is_there_twice_means_its_first_row(ignore_case):
    vectors = np.zeros((5, 4), dtype=np.float32)
    vectors[:4] = [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 1, 1, 0]]
    vectors[4] = [0, 1, 1.1, 0]
    embeddings = Embeddings(["a", "b", "c", "d", "d"], vectors)
    sections = [Section("x", "semantic", [("a", "b", "c", "d")])]
    # The second row is the better answer and the same word, but it stands for nothing.
    scores = evaluate_analogies(embeddings, sections, ignore_case=ignore_case)
    assert scores.total == Score(1, 1, 0)
    embeddings = Embeddings(["a", "b", "c", "d", "e"], vectors)
    scores = evaluate_analogies(embeddings, sections, ignore_case=ignore_case)
    assert scores.total.correct == (vectors[3] @ vectors[1] > vectors[4] @ vectors[1])


@pytest.mark.parametrize("method", METHODS)
def test_many_equal_rows_and_zero_rows(method, monkeypatch):
    monkeypatch.setattr(best_answer, "ROW_BLOCK", 8)
    vectors = np.zeros((40, 3), dtype=np.float32)
    vectors[:3] = np.eye(3)
    vectors[10:] = [0, 0.6, 0.8]
    embeddings = Embeddings([f"w{i}" for i in range(40)], vectors)
    correct = [
        i
        for i in range(40)
        if evaluate_analogies(
            embeddings, [Section("x", "semantic", [("w0", "w1", "w2", f"w{i}")])], method
        ).total.correct
    ]
    assert correct == [10]


def test_3cosmul_with_opposite_vectors():
    # cos' is 0 for opposites: the score is 0, or as high as epsilon lets it be.
    vectors = np.array([[1, 0], [0, 1], [0, -1], [-1, 0], [0, -2], [1, 1]], dtype=np.float32)
    embeddings = Embeddings(list("abcdef"), vectors)
    outcomes = set()
    for question in permutations("abcdef", 4):
        sections = [Section("x", "semantic", [question])]
        correct = evaluate_analogies(embeddings, sections, "3cosmul").total.correct
        assert correct == naive_correct(embeddings, question, "3cosmul"), question
        outcomes.add(correct)
    assert outcomes == {0, 1}


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.sampled_from(METHODS))
@settings(max_examples=40)
def test_any_vectors_as_a_loop_over_all_words(seed, dim, method):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-2, 3, (30, dim)) + 1e-3 * rng.standard_normal((30, dim))
    embeddings = Embeddings([f"w{i}" for i in range(30)], vectors)
    questions = [tuple(f"w{i}" for i in rng.integers(0, 30, 4)) for _ in range(20)]
    scores = evaluate_analogies(embeddings, [Section("x", "semantic", questions)], method)
    assert scores.total.correct == sum(
        naive_correct(embeddings, question, method) for question in questions
    )
