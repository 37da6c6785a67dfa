"""Word pairs: the layouts of their files, and the correlations against SciPy and gensim."""

import gzip

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError
from w2v_cli.evaluation.bootstrap import interval, resample_counts, resampled_weights
from w2v_cli.evaluation.correlation import (
    difference_interval,
    intervals,
    pearson,
    spearman,
)
from w2v_cli.evaluation.pairs import PairFile, read_pairs
from w2v_cli.evaluation.similarity import evaluate_similarity

PAIRS = [("tiger", "cat"), ("old", "new")]


@pytest.fixture
def pairs_file(tmp_path):
    def write(data):
        path = tmp_path / "pairs.txt"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "tiger\tcat\t7.35\nold\tnew\t1.58\n",
        "tiger cat 7.35\r\n\r\n  old   new  1.58",
        "\ufefftiger,cat,7.35\nold,new,1.58\n",
        "tiger;cat;7.35\nold;new;1.58\n",
        "Word 1,Word 2,Human (mean)\ntiger,cat,7.35\nold,new,1.58\n",
        "# WordSim\n\nWord 1\tWord 2\tHuman (mean)\ntiger\tcat\t7.35\n# more\nold\tnew\t1.58\n",
        # SimLex-999, SimVerb-3500, Rare Words
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\ntiger\tcat\tN\t7.35\t2\nold\tnew\tA\t1.58\t2.7\n",
        "tiger\tcat\tV\t7.35\tSYNONYMS\nold\tnew\tV\t1.58\tNONE\n",
        "tiger\tcat\t7.35\t7.3\t7.4\nold\tnew\t1.58\t1.16\t2\n",
        '"tiger", "cat", "7.35"\n"old", "new", 1.58\n',
        "tiger;cat;7.35;a,b\nold;new;1.58;c\n",
    ],
)
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_layouts(pairs_file, text, compress):
    path = pairs_file(compress(text.encode()))
    assert read_pairs(path) == PairFile(str(path), PAIRS, [7.35, 1.58])


def test_words_with_spaces_and_other_scripts(pairs_file):
    found = read_pairs(pairs_file("New York\tété\t-1e1\nno\u00a0break\tß\t0\n"))
    assert found.pairs == [("New York", "été"), ("no\u00a0break", "ß")]
    assert found.scores == [-10, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "pairs.txt: holds no pairs"),
        ("# nothing\n\n", "pairs.txt: holds no pairs"),
        ("word1 word2 score\n", "pairs.txt: holds no pairs"),
        ("a b 1\na b\n", "pairs.txt:2: expected two words and a score, not 'a b'"),
        ("a b\n", "pairs.txt:1: expected two words and a score, not 'a b'"),
        ("a\tb\t1\n\tb\t2\n", "pairs.txt:2: expected two words and a score"),
        ("a b 1\na b x\n", "pairs.txt:2: the score, in column 3, is 'x', and must be a number"),
        ("a b nan\na b nan\n", "pairs.txt:1: there is no score after the two words, but 'nan'"),
        ("a b 1\na b inf\n", "pairs.txt:2: the score, in column 3, is 'inf'"),
        ("a\tb\tN\t1\na\tb\t1\n", "pairs.txt:2: has 3 columns, and most lines have 4"),
        ("x y score\nz y score\n", "pairs.txt:1: there is no score after the two words"),
        (b"a b 1\na \xff 2\n", "pairs.txt:2: is not UTF-8"),
        (b"a,b,1\na,\x00\r,2\n", "pairs.txt:2: holds a NUL byte"),
        (b"a,b,1\na," + b"x" * 200_000 + b",2\n", "pairs.txt:2: cannot be split into columns"),
    ],
)
def test_malformed_files_are_named_with_the_line(pairs_file, text, message):
    with pytest.raises(InputError) as caught:
        read_pairs(pairs_file(text))
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


NUMBERS = st.one_of(st.integers(-3, 3), st.floats(-1e6, 1e6))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=60))
def test_correlations_equal_scipy(pairs):
    x, y = np.array(pairs, dtype=np.float64).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert pearson(x, y) is spearman(x, y) is None
        return
    assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-9)
    if min(np.ptp(x) / np.abs(x).max(), np.ptp(y) / np.abs(y).max()) > 1e-6:
        assert pearson(x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-7)


def test_fewer_than_two_pairs_have_no_correlation():
    for n in (0, 1):
        x = np.arange(n, dtype=np.float64)
        assert pearson(x, x) is spearman(x, x) is None
        assert intervals(x, x) == (None, None)


def test_intervals_equal_a_loop_over_samples():
    rng = np.random.default_rng(5)
    x = rng.integers(0, 6, 40).astype(np.float64)
    y = x + rng.integers(0, 9, 40)
    by_rank, by_value = [], []
    for weights in np.vstack(list(resampled_weights(40))):
        sample = np.repeat(np.arange(40), weights)
        by_rank.append(stats.spearmanr(x[sample], y[sample]).statistic)
        by_value.append(stats.pearsonr(x[sample], y[sample]).statistic)
    for found, expected in zip(intervals(x, y), (by_rank, by_value), strict=True):
        assert found == pytest.approx(interval(np.array(expected)), abs=1e-12)
        assert found[0] < found[1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 30), n_kinds=st.integers(2, 12))
def test_intervals_of_any_pairs_equal_a_loop_over_samples(seed, n, n_kinds):
    # With few kinds a sample may have one alone: it is left out.
    rng = np.random.default_rng(seed)
    x, y, z = rng.integers(0, n_kinds, (3, n)).astype(np.float64)
    if any(np.ptp(each) == 0 for each in (x, y, z)):
        return
    by_rank, by_value, differences = [], [], []
    for weights in np.vstack(list(resampled_weights(n))):
        some = np.repeat(np.arange(n), weights)
        by_rank.append(reference(x[some], y[some], ranked=True))
        by_value.append(reference(x[some], y[some]))
        differences.append(by_rank[-1] - reference(x[some], z[some], ranked=True))
    found = [*intervals(x, y), difference_interval(x, y, z)]
    for each, expected in zip(found, (by_rank, by_value, differences), strict=True):
        assert each == pytest.approx(interval(np.array(expected)), abs=1e-12)


def reference(x, y, ranked=False):
    """Pearson's correlation by its definition, of ranks by SciPy; NaN where there is none."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    if ranked:
        x, y = stats.rankdata(x), stats.rankdata(y)
    x, y = x - x.mean(), y - y.mean()
    return x @ y / np.sqrt((x @ x) * (y @ y))


def test_intervals_where_one_value_outweighs_all_others():
    """Samples without it vary by a thousandth of the whole: no digits are lost to that."""
    rng = np.random.default_rng(6)
    x = np.append(rng.random(20), 1e3)
    y = np.append(rng.random(20), -1e3)
    by_value = []
    for weights in np.vstack(list(resampled_weights(21))):
        some = np.repeat(np.arange(21), weights)
        by_value.append(reference(x[some], y[some]))
    assert intervals(x, y)[1] == pytest.approx(interval(np.array(by_value)), abs=1e-7)


def test_an_interval_holds_the_middle_95_percent_and_narrows_with_more_questions():
    [few, many] = (resample_counts([(3 * n, 4 * n)])[0] / (4 * n) for n in (25, 2500))
    low, high = interval(few)
    expected = stats.binom(100, 0.75).ppf([0.025, 0.975]) / 100
    assert (low, high) == pytest.approx(tuple(expected), abs=0.011)
    assert np.mean((few < low) | (few > high)) <= 0.05
    assert interval(many)[1] - interval(many)[0] == pytest.approx((high - low) / 10, rel=0.1)
    assert np.array_equal(resample_counts([(3, 4)]), resample_counts([(3, 4)]))


def test_undefined_samples_are_left_out_of_an_interval():
    assert interval(np.array([np.nan, 0.5, np.nan])) == (0.5, 0.5)
    assert interval(np.array([np.nan])) is None


def score_of(embeddings, pairs, scores, **options):
    [score] = evaluate_similarity(embeddings, [PairFile("x", pairs, scores)], **options).files
    return score


def test_the_scale_of_scores_is_irrelevant():
    rng = np.random.default_rng(2)
    embeddings = Embeddings([f"w{i}" for i in range(40)], rng.standard_normal((40, 8)))
    pairs = [(f"w{i}", f"w{i + 1}") for i in range(30)]
    scores = rng.random(30)
    first = score_of(embeddings, pairs, list(scores))
    second = score_of(embeddings, pairs, list(1000 * scores - 7))
    assert second.spearman == first.spearman
    assert second.pearson == pytest.approx(first.pearson, abs=1e-12)
    assert second.spearman_interval == first.spearman_interval


def test_unknown_words_case_and_the_restricted_vocabulary():
    embeddings = Embeddings(["cat", "Dog", "STRASSE", "cow", "DOG"], np.eye(5) + 0.1)
    pairs = [("Cat", "dog"), ("cat", "stra\u00dfe"), ("cow", "cat"), ("cat", "unicorn")]
    scores = [1.0, 2.0, 3.0, 4.0]
    for options, used in (({}, 3), ({"ignore_case": False}, 1), ({"n_rows": 3}, 2)):
        score = score_of(embeddings, pairs, scores, **options)
        assert (score.used, score.skipped) == (used, 4 - used)
    nothing = score_of(embeddings, pairs[3:], scores[3:])
    assert nothing.as_dict() == {
        "name": "x",
        "spearman": None,
        "pearson": None,
        "used": 0,
        "skipped": 1,
        "spearman_interval": None,
        "pearson_interval": None,
        "unscored": 0,
        "word_columns": None,
        "score_column": None,
    }


def test_constant_scores_or_cosines_have_no_correlation():
    embeddings = Embeddings(list("abcd"), np.eye(4))
    pairs = [("a", "b"), ("b", "c"), ("c", "a")]
    assert score_of(embeddings, pairs, [1.0, 2.0, 3.0]).spearman is None
    score = score_of(Embeddings(list("abc"), np.eye(3) + np.arange(3)), pairs, [2.0] * 3)
    assert (score.spearman, score.pearson, score.used) == (None, None, 3)


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_cosines_equal_gensim(seed):
    rng = np.random.default_rng(seed)
    words = [f"w{i}" for i in range(50)]
    embeddings = Embeddings(words, rng.standard_normal((50, 6)))
    keyed = KeyedVectors(6)
    keyed.add_vectors(words, embeddings.vectors)
    pairs = [tuple(words[i] for i in rng.integers(0, 50, 2)) for _ in range(30)]
    scores = rng.random(30)
    cosines = [float(keyed.similarity(a, b)) for a, b in pairs]
    score = score_of(embeddings, pairs, list(scores))
    assert score.pearson == pytest.approx(stats.pearsonr(scores, cosines).statistic, abs=1e-5)


def test_evaluation_changes_nothing():
    embeddings = Embeddings(list("abc"), np.arange(9).reshape(3, 3))
    before = embeddings.vectors.copy()
    score_of(embeddings, [("A", "b"), ("b", "c"), ("a", "c")], [1.0, 2.0, 3.0])
    assert np.array_equal(embeddings.vectors, before)
    assert embeddings.index == {"a": 0, "b": 1, "c": 2}
