"""What commands and Python do with words that are made of their n-grams."""

import csv
import json

import numpy as np
import pytest

import w2v_cli
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.embeddings.table import Embeddings, UnknownWordError
from w2v_cli.evaluation.analogies import evaluate_analogies
from w2v_cli.evaluation.pairs import PairFile
from w2v_cli.evaluation.questions import Section
from w2v_cli.evaluation.similarity import evaluate_similarity
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["king", "queen", "man", "woman", "kingdom", "north", "south", "cat"]
DIM = 9
NGRAMS = Ngrams(1 << 16, 3, 4)


@pytest.fixture
def path(tmp_path):
    """A file of ours whose n-grams are those of its words alone."""
    raw = [word.encode() for word in WORDS]
    buckets = np.unique(NGRAMS.buckets(raw)[0])
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((len(buckets), DIM), dtype=np.float32)
    own = rng.standard_normal((len(WORDS), DIM), dtype=np.float32)
    subwords = Subwords(NGRAMS, rows, buckets, own)
    vectors = subwords.word_vectors(raw)
    path = tmp_path / "v.w2v"
    write_embeddings(path, WORDS, vectors, "w2v", np.arange(9, 1, -1), subwords=subwords)
    return path


def facts(word):
    """What is told of a word, found out another way: n-grams as texts."""
    marked = f"<{word}>"
    made = [marked[i : i + n] for i in range(len(marked)) for n in (3, 4) if i + n <= len(marked)]
    known = {
        other[i : i + n]
        for other in (f"<{each}>" for each in WORDS)
        for n in (3, 4)
        for i in range(len(other) - n + 1)
    }
    return len(made), sum(each in known for each in made)


def test_neighbors_of_an_unknown_word(w2v, path):
    n_ngrams, n_trained = facts("kings")
    assert 0 < n_trained < n_ngrams
    result = w2v("neighbors", path, "kings", "king", "kings - cat", "-k", 2, "--json")
    answers = [json.loads(line) for line in result.text.splitlines()]
    made = [{"word": "kings", "ngrams": n_ngrams, "trained": n_trained}]
    assert [answer.get("composed") for answer in answers] == [made, None, made]
    assert result.errors == (
        f"w2v: warning: unknown word 'kings': made of its n-grams, {n_trained} of {n_ngrams} of "
        "which were trained\n"
    )
    assert result.returncode == 0
    assert answers[0]["neighbors"][0]["word"] in ("king", "kingdom")
    embeddings = read_embeddings(path)
    ids, scores = embeddings.nearest(embeddings.subwords.vector("kings"), 2)
    found = [(each["word"], each["score"]) for each in answers[0]["neighbors"]]
    assert [word for word, _ in found] == [WORDS[row] for row in ids[0]]
    np.testing.assert_allclose([score for _, score in found], scores[0], atol=1e-6)


@pytest.mark.parametrize("mode", ["--similarity", "--odd-one-out"])
def test_other_questions_with_unknown_words(w2v, path, mode):
    words = ["kings", "king"] if mode == "--similarity" else ["kings", "king", "queens"]
    result = w2v("neighbors", path, mode, *words, "--json")
    [answer] = map(json.loads, result.text.splitlines())
    assert [each["word"] for each in answer["composed"]] == [w for w in words if w.endswith("s")]


@pytest.mark.parametrize("word", ["zzzz", "x"])
def test_words_of_which_nothing_is_known_stay_unknown(w2v, path, word):
    for command in ("neighbors", "vectors"):
        result = w2v(command, path, word)
        assert (result.returncode, result.text) == (1, "")
        assert f"unknown word {word!r}" in result.errors


def test_words_stay_unknown_if_that_is_wanted(w2v, path):
    for command in ("neighbors", "vectors"):
        result = w2v(command, path, "kings", "--no-compose")
        assert (result.returncode, result.text) == (1, "")
        assert result.errors == "w2v: warning: unknown word 'kings'; did you mean 'king'?\n"


def test_vectors_of_unknown_words(w2v, path):
    result = w2v("vectors", path, "kings", "king", "--json")
    made, known = map(json.loads, result.text.splitlines())
    assert (made["ngrams"], made["trained"]) == facts("kings")
    assert list(known) == ["word", "vector"]
    expected = read_embeddings(path).subwords.vector("kings")
    np.testing.assert_allclose(made["vector"], expected, rtol=1e-6)
    text = w2v("vectors", path, "kings")
    assert text.text.split()[0] == "kings"
    assert "made of its n-grams" in text.errors


def test_pairs_with_unknown_words(w2v, path, tmp_path):
    pairs = [("king", "kings", 9.0), ("queens", "south", 3.0), ("man", "woman", 8.0)]
    pairs += [("zzzz", "cat", 1.0), ("north", "south", 7.0)]
    (tmp_path / "p.tsv").write_text("".join(f"{a}\t{b}\t{c}\n" for a, b, c in pairs))
    result_of = ["evaluate-similarity", path, tmp_path / "p.tsv"]
    result = w2v(*result_of, "--json")
    [score] = json.loads(result.text)["files"]
    assert (score["used"], score["skipped"], score["composed"]) == (4, 1, 2)
    assert "2 of 4 pairs have unknown words, which were made of their n-grams" in result.errors
    [row] = csv.DictReader(w2v(*result_of, "--csv").text.splitlines())
    assert (row["used"], row["composed"]) == ("4", "2")
    embeddings = read_embeddings(path)
    units = {
        word: vector / np.linalg.norm(vector)
        for word in {word for pair in pairs for word in pair[:2]} - {"zzzz"}
        for vector in [embeddings.vector(word).astype(float)]
    }
    known = [pair for pair in pairs if "zzzz" not in pair]
    cosines = [units[a] @ units[b] for a, b, _ in known]
    expected = np.corrcoef(cosines, [score for _, _, score in known])[0, 1]
    assert score["pearson"] == pytest.approx(expected, abs=1e-9)
    without = w2v("evaluate-similarity", path, tmp_path / "p.tsv", "--json", "--no-compose")
    [score] = json.loads(without.text)["files"]
    assert (score["used"], score["skipped"]) == (2, 3)
    assert "composed" not in score
    assert "n-grams" not in without.errors


def test_questions_with_unknown_words(w2v, path, tmp_path):
    questions = [
        ": s", "kings king queen queen", "king queen man woman", "mans king woman queen",
        "king queens man woman", "zzzz king man woman", "king queen man womans",
    ]  # fmt: skip
    (tmp_path / "q.txt").write_text("\n".join(questions) + "\n")
    result = w2v("evaluate-analogies", path, tmp_path / "q.txt", "--json")
    [section] = json.loads(result.text)["sections"]
    assert (section["asked"], section["skipped"], section["composed"]) == (4, 2, 3)
    assert "3 of 4 questions have unknown words" in result.errors
    told = w2v("evaluate-analogies", path, tmp_path / "q.txt", "--csv").text
    assert next(csv.DictReader(told.splitlines()))["composed"] == "3"
    without = w2v("evaluate-analogies", path, tmp_path / "q.txt", "--json", "--no-compose")
    [section] = json.loads(without.text)["sections"]
    assert (section["asked"], section["skipped"]) == (1, 5)
    assert "composed" not in section


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_answers_to_unknown_words_are_those_of_a_word_that_is_there(path, method):
    """A word that is made is asked about as if its vector were one more, at the end of the file."""
    embeddings = read_embeddings(path)
    asked = [f"{word}s" for word in WORDS]
    made = embeddings.subwords.compose(asked).vectors
    larger = Embeddings([*WORDS, *asked], np.vstack([embeddings.vectors, made]))
    rng = np.random.default_rng(4)
    questions = [(*rng.choice([*WORDS, *asked], 3, replace=False), answer) for answer in WORDS * 40]
    sections = [Section("s", None, questions)]
    ours = evaluate_analogies(embeddings, sections, method).total
    # The others are no answers: only the first rows are compared.
    expected = 0
    units = larger.unit(np.arange(len(larger)))
    for *given, answer in questions:
        a, b, c = (units[larger.index[word]] for word in given)
        cosines = units[: len(WORDS)] @ np.array([a, b, c]).T
        if method == "3cosadd":
            scores = cosines[:, 1] + cosines[:, 2] - cosines[:, 0]
        else:
            first, second, third = ((1 + cosines) / 2).T
            scores = second * third / (first + 1e-6)
        scores[[larger.index[word] for word in given if larger.index[word] < len(WORDS)]] = -9
        expected += answer not in given and WORDS[int(scores.argmax())] == answer
    assert (ours.asked, ours.correct) == (len(questions), expected)
    assert 0 < ours.correct < ours.asked
    assert ours.composed > ours.asked / 2


def test_a_table_without_words_answers_what_it_can(w2v, tmp_path):
    rows = np.random.default_rng(2).standard_normal((99, DIM), dtype=np.float32)
    subwords = Subwords(Ngrams(99, 2, 4, "murmur", 2), rows)
    path = tmp_path / "v.floret"
    write_embeddings(path, ["a"], rows[:1], "floret", subwords=subwords)
    result = w2v("neighbors", path, "king")
    assert (result.returncode, result.text) == (1, "")
    assert "has n-grams and no words" in result.errors
    assert "\t" in w2v("neighbors", path, "--similarity", "king", "kings").text
    assert w2v("info", path).returncode == 0
    pairs = PairFile("x", [("a", "b"), ("b", "c"), ("a", "c")], [1.0, 2.0, 3.0])
    [score] = evaluate_similarity(read_embeddings(path), [pairs]).files
    assert (score.used, score.composed) == (3, 3)


def test_documents_with_unknown_words(w2v, path):
    text = "king kings\nzzzz\nqueens kings\n"
    result = w2v("embed", path, stdin=text.encode())
    assert (
        "w2v: warning: 3 of 5 words have no vector of their own, and were made of their n-grams; "
        "--no-compose leaves them out\n"
    ) in result.errors
    vectors = w2v_cli.load(path)
    expected = [
        (vectors["king"] + vectors["kings"]) / 2,
        np.zeros(DIM),
        (vectors["queens"] + vectors["kings"]) / 2,
    ]
    found = np.array([line.split() for line in result.text.splitlines()], dtype=np.float32)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    without = w2v("embed", path, "--no-compose", stdin=text.encode())
    assert "n-grams" not in without.errors
    found = np.array([line.split() for line in without.text.splitlines()], dtype=np.float32)
    np.testing.assert_allclose(found, [vectors["king"], np.zeros(DIM), np.zeros(DIM)], rtol=1e-5)


def test_a_fit_settles_whether_words_are_made(w2v, path, tmp_path):
    options = ("--weighting", "idf", "--no-compose", "--save-fit", "fit.json")
    w2v("embed", path, *options, stdin=b"king kings\nqueen\n", cwd=tmp_path)
    result = w2v("embed", path, "--fit", "fit.json", "--json", stdin=b"king kings\n", cwd=tmp_path)
    assert json.loads(result.text)["unknown"] == 1
    both = w2v("embed", path, "--fit", "fit.json", "--no-compose", stdin=b"a\n", cwd=tmp_path)
    assert (both.returncode, "--fit settles --compose" in both.errors) == (2, True)


def test_documents_in_python_with_unknown_words(path):
    pytest.importorskip("sklearn")
    from w2v_cli.documents import DocumentVectorizer

    vectors = w2v_cli.load(path)
    with pytest.warns(w2v_cli.W2VWarning, match="1 of 2 words have no vector of their own"):
        [made] = DocumentVectorizer(vectors).fit_transform(["king kings"])
    np.testing.assert_allclose(made, (vectors["king"] + vectors["kings"]) / 2, rtol=1e-5)
    [found] = DocumentVectorizer(vectors, compose=False).fit_transform(["king kings"])
    np.testing.assert_allclose(found, vectors["king"], rtol=1e-6)
    with pytest.raises(w2v_cli.ConfigError, match="must be True or False"):
        DocumentVectorizer(vectors, compose="no").fit(["king"])


def test_refined_words_that_are_made(w2v, path, tmp_path):
    (tmp_path / "words.txt").write_text("king\nkings\nqueen\n")
    refine = ("refine", path, "--words", "words.txt")
    result = w2v(*refine, "out.txt", cwd=tmp_path)
    assert "1 words that have no vector were made of their n-grams" in result.errors
    vectors = w2v_cli.load(path)
    taken = np.array([vectors[word] for word in ("king", "queen", "kings")])
    found = w2v_cli.load(tmp_path / "out.txt")
    assert list(found.words) == ["king", "queen", "kings"]
    np.testing.assert_allclose(found.matrix, taken - taken.mean(axis=0), atol=1e-6)
    # Nobody has counted a word that was made, so that it has no share in a mean by frequency.
    w2v(*refine, "out.txt", "--weights", "frequency", cwd=tmp_path)
    mean = np.average(taken[:2], axis=0, weights=[9, 8])
    np.testing.assert_allclose(w2v_cli.load(tmp_path / "out.txt").matrix, taken - mean, atol=1e-6)
    w2v(*refine, "out.txt", "--no-compose", cwd=tmp_path)
    assert list(w2v_cli.load(tmp_path / "out.txt").words) == ["king", "queen"]
    wrong = w2v("refine", path, "out.w2v", "--keep-context", cwd=tmp_path)
    assert wrong.returncode == 2


def test_python_tells_of_words_that_are_made(path):
    vectors = w2v_cli.load(path)
    assert tuple(vectors.composed("kings")) == ("kings", *facts("kings"))
    assert vectors.composed("king") is None
    assert vectors.composed("zzzz") is None
    assert "kings" not in vectors
    assert vectors["kings"].shape == (DIM,)
    known = w2v_cli.load(path, compose=False)
    assert known.composed("kings") is None
    with pytest.raises(UnknownWordError):
        known["kings"]
    vectors.save(path.with_name("again.w2v"))
    again = w2v_cli.load(path.with_name("again.w2v"))
    assert np.array_equal(again["kings"], vectors["kings"])
    vectors.save(path.with_name("ft.bin"), "fasttext")
    np.testing.assert_allclose(
        w2v_cli.load(path.with_name("ft.bin"))["kings"], vectors["kings"], rtol=1e-6
    )
