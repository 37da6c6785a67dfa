"""Trained vectors get the same scores from w2v and from gensim, question by question counted."""

import json
import warnings
from itertools import islice

import pytest
from conftest import ROOT, SHARED_DATA
from gensim.models import KeyedVectors

SAMPLE_QUESTIONS = ROOT / "data" / "sample-questions.txt"
SHARED_QUESTIONS = SHARED_DATA / "questions-words.txt"
SHARED_PAIRS = ["EN-WS-353-ALL.txt", "EN-MEN-TR-3k.txt", "EN-MTurk-771.txt"]
WIKI = SHARED_DATA / "wiki_17m.txt.xz"
FLOAT32 = 2e-5
"""gensim's cosines are float32, so pairs that are nearly equal may change places."""


@pytest.fixture(scope="module")
def vectors(w2v, tmp_path_factory):
    """Vectors of the sample corpus, trained for a moment: they know some answers and not others."""
    path = tmp_path_factory.mktemp("trained") / "vectors.bin"
    options = ["-d", 40, "-e", 2, "--threads", 1]
    trained = w2v("train", ROOT / "data" / "sample.txt", "-o", path, *options)
    assert trained.returncode == 0, trained.errors
    return path


def of_gensim(vectors, call, *args, **options):
    keyed = KeyedVectors.load_word2vec_format(str(vectors), binary=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(keyed, call)(*map(str, args), **options)


def assert_analogies_equal(w2v, vectors, questions, restrict, *, case=True):
    options = ["--restrict-vocab", restrict, "--ignore-case" if case else "--match-case"]
    result = w2v("evaluate-analogies", vectors, questions, "--json", *options)
    found = json.loads(result.text)
    accuracy, expected = of_gensim(
        vectors,
        "evaluate_word_analogies",
        questions,
        restrict_vocab=restrict,
        case_insensitive=case,
    )
    for ours, theirs in zip(found["sections"], expected, strict=False):
        asked = len(theirs["correct"]) + len(theirs["incorrect"])
        assert (ours["name"], ours["correct"], ours["asked"]) == (
            theirs["section"],
            len(theirs["correct"]),
            asked,
        )
    assert found["total"]["accuracy"] == pytest.approx(accuracy)
    return found["total"]


@pytest.mark.parametrize(("restrict", "case"), [(10**6, True), (1000, False)])
def test_analogies_on_the_sample(w2v, vectors, tmp_path, restrict, case):
    lines = SAMPLE_QUESTIONS.read_text().splitlines()
    some = tmp_path / "questions.txt"
    # Each third question, and two words in capitals.
    kept = [line for i, line in enumerate(lines) if line.startswith(":") or i % 3 == 0]
    some.write_text("\n".join([*kept, "ATHENS GREECE berlin germany"]) + "\n")
    total = assert_analogies_equal(w2v, vectors, some, restrict, case=case)
    assert 0.2 < total["accuracy"] < 0.95
    assert (total["skipped"] > 0) == (not case)


def assert_pairs_equal(w2v, vectors, paths):
    found = json.loads(w2v("evaluate-similarity", vectors, *paths, "--json").text)
    assert [row["name"] for row in found["files"]] == list(map(str, paths))
    for row, path in zip(found["files"], paths, strict=True):
        pearson, spearman, unknown = of_gensim(
            vectors, "evaluate_word_pairs", path, restrict_vocab=10**9
        )
        assert row["pearson"] == pytest.approx(pearson.statistic, abs=FLOAT32)
        # A pair that is there in both orders is a tie, which rounding may break for gensim.
        broken_tie = 6 / row["used"] ** 2
        assert row["spearman"] == pytest.approx(spearman.statistic, abs=max(FLOAT32, broken_tie))
        n_pairs = row["used"] + row["skipped"]
        assert row["skipped"] == pytest.approx(n_pairs * unknown / 100)
        assert row["used"] > 2


def test_pairs_on_the_sample(w2v, vectors, tmp_path):
    paths = []
    for start in (0, 1):
        path = tmp_path / f"pairs{start}.tsv"
        lines = [line.split() for line in SAMPLE_QUESTIONS.read_text().splitlines()]
        questions = islice((line for line in lines if len(line) == 4), start, None, 9)
        rows = [(a, d, (7 * i + len(a)) % 10) for i, (a, _, _, d) in enumerate(questions)]
        rows.append(("unheard", "of", 3))
        path.write_text("".join(f"{a}\t{b}\t{score}\n" for a, b, score in rows))
        paths.append(path)
    assert_pairs_equal(w2v, vectors, paths)


needs_shared = pytest.mark.skipif(
    not SHARED_QUESTIONS.exists(), reason="the shared data is not beside the repository"
)


@needs_shared
def test_well_known_sets_on_the_sample(w2v, vectors):
    assert_pairs_equal(w2v, vectors, [SHARED_DATA / name for name in SHARED_PAIRS])
    total = assert_analogies_equal(w2v, vectors, SHARED_QUESTIONS, 10**6)
    assert total["asked"] > 1000


@needs_shared
@pytest.mark.long
def test_well_known_sets_on_wikipedia(w2v, tmp_path):
    vectors = tmp_path / "vectors.bin"
    trained = w2v("train", WIKI, "-o", vectors, "-e", 1, timeout=900)
    assert trained.returncode == 0, trained.errors
    assert_pairs_equal(w2v, vectors, [SHARED_DATA / name for name in SHARED_PAIRS])
    for restrict in (10**6, 20_000):
        total = assert_analogies_equal(w2v, vectors, SHARED_QUESTIONS, restrict)
        assert total["correct"] > 1000
