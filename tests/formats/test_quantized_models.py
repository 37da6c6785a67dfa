"""Models that are quantized: what stays, how far off it is, and what other readers find."""

import numpy as np
import pytest

from w2v_cli.config import QuantizeConfig
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, OutputError
from w2v_cli.formats.chosen import Rows
from w2v_cli.formats.pruning import kept_rows
from w2v_cli.formats.quantizing import quantized, record_of, write_model
from w2v_cli.formats.quantplan import check_not_quantized, check_quantized_target, planned
from w2v_cli.formats.reading import read, read_embeddings

DIM, BUCKETS = 6, 2000
LETTERS = "abcdeé東"
RNG = np.random.default_rng(11)
WORDS = list(
    dict.fromkeys("".join(RNG.choice(list(LETTERS), size=RNG.integers(1, 9))) for _ in range(500))
)
NGRAMS = Ngrams(BUCKETS, 2, 4)
UNKNOWN = ["abé", "東東東", "caddé"]


def model(words=WORDS, ngrams=NGRAMS, **more):
    """A model of random rows, and the vectors that these words have."""
    rng = np.random.default_rng(12)
    lengths = rng.exponential(size=(ngrams.n_buckets, 1)) + 0.1
    rows = (rng.standard_normal((ngrams.n_buckets, DIM)) * lengths).astype(np.float32)
    own = rng.standard_normal((len(words), DIM)).astype(np.float32)
    mark = np.zeros(len(rows), dtype=bool)
    subwords = Subwords(ngrams, rows, own=own)
    vectors = subwords.word_vectors([word.encode() for word in words], b"</s>", mark)
    counts = np.arange(len(words), 0, -1)
    return Embeddings(words, vectors, counts, subwords=subwords.with_trained(mark), **more)


def plain(n=700):
    rng = np.random.default_rng(13)
    vectors = rng.standard_normal((n, DIM)).astype(np.float32) * np.linspace(5, 1, n)[:, np.newaxis]
    return Embeddings([f"w{row}" for row in range(n)], vectors.astype(np.float32))


def made(embeddings, path, n_words=None, n_threads=1, **options):
    """(Plan, QuantizedModel, what is read of the file)."""
    config = QuantizeConfig(**options)
    n_words = len(embeddings) if n_words is None else n_words
    plan = planned(embeddings, Rows(n_words), config, str(path))
    result = quantized(embeddings, plan, config, n_threads)
    assert write_model(str(path), result, embeddings, {}) == path.stat().st_size == plan.n_bytes
    return plan, result, read_embeddings(path)


def off(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


OPTIONS = [
    {},
    {"dsub": 1},
    {"dsub": 4},
    {"qnorm": False},
    {"keep": 700},
    {"keep": 100},
    {"keep": 1},
    {"n_words": 40},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("source", [model, plain])
def test_what_is_read_is_as_far_off_as_is_told(tmp_path, source, options):
    embeddings = source()
    plan, result, found = made(embeddings, tmp_path / "v.ftz", **options)
    n_words = len(plan.words)
    assert found.words == embeddings.words[:n_words]
    assert found.vectors.shape == (n_words, DIM)
    error = off(found.vectors, embeddings.vectors[:n_words])
    assert error == pytest.approx(result.word_error, rel=1e-3, abs=1e-6)
    assert error < {1: 0.03, 4: 0.3}.get(options.get("dsub"), 0.13)
    if found.subwords:
        rows = embeddings.subwords.rows[found.subwords.buckets]
        assert off(found.subwords.rows[:], rows) == pytest.approx(result.ngram_error, rel=1e-3)
        assert len(found.subwords.rows) == plan.inputs.n_ngrams
    else:
        assert plan.inputs.n_ngrams == 0
        assert result.ngram_error == 0


def test_words_lose_less_than_their_n_grams(tmp_path):
    _, result, _ = made(model(), tmp_path / "v.ftz")
    assert result.word_error < 0.5 * result.ngram_error


def test_words_keep_their_vectors_when_n_grams_are_pruned(tmp_path):
    embeddings = model()
    n_words = len(embeddings)
    _, result, found = made(embeddings, tmp_path / "v.ftz", keep=2 * n_words)
    assert len(found.subwords.rows) == n_words
    assert result.word_error < 0.1
    raw_words = [word.encode() for word in found.words]
    few = Subwords(
        NGRAMS, embeddings.subwords.rows[found.subwords.buckets], found.subwords.buckets,
        embeddings.subwords.own, is_pruned=True,
    )  # fmt: skip
    assert off(few.word_vectors(raw_words), embeddings.vectors) > 0.3  # as fastText prunes


def test_unknown_words_are_made_of_the_n_grams_that_stay(tmp_path):
    embeddings = model()
    _, _, found = made(embeddings, tmp_path / "v.ftz", dsub=1)
    for word in UNKNOWN:
        buckets, _ = NGRAMS.buckets([word.encode()])
        rows = [bucket for bucket in buckets if embeddings.subwords.trained[bucket]]
        assert rows, word
        expected = embeddings.subwords.rows[rows].mean(axis=0)
        assert off(found.vector(word), expected) < 0.1


def test_n_grams_that_no_word_has_are_left_out():
    embeddings = model()
    kept = kept_rows(embeddings, len(embeddings))
    assert np.array_equal(kept.places, np.flatnonzero(embeddings.subwords.trained))
    assert kept.n_unused == BUCKETS - len(kept.places) > 0
    unknown = model()
    unknown = Embeddings(
        unknown.words, unknown.vectors, subwords=unknown.subwords.with_trained(None)
    )
    assert np.array_equal(kept_rows(unknown, len(embeddings)).places, kept.places)


@pytest.mark.parametrize("keep", [60, 400, 900, 10**6])
def test_those_stay_that_change_words_most(keep):
    embeddings = model()
    scores = np.zeros(BUCKETS)
    for word in embeddings.words:
        buckets, [n] = NGRAMS.buckets([word.encode()])
        for bucket in buckets:
            square = np.square(embeddings.subwords.rows[bucket], dtype=np.float64).sum()
            scores[bucket] += square / (n + 1) ** 2
    n_words, n_used = len(embeddings), np.count_nonzero(scores)
    kept = kept_rows(embeddings, n_words, keep)
    assert kept.n_words == min(n_words, max(keep // 2, keep - n_used))
    assert len(kept.places) == min(n_used, keep - kept.n_words)
    left_out = np.setdiff1d(np.flatnonzero(scores), kept.places)
    assert len(left_out) == kept.n_dropped
    if len(left_out):
        assert scores[kept.places].min() >= scores[left_out].max() * (1 - 1e-6)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_fewer_rows_than_centroids_stay_as_they_are(tmp_path, options):
    embeddings = plain(100)
    _, result, found = made(embeddings, tmp_path / "v.ftz", **{"n_words": 90, **options})
    assert result.word_error < 1e-5
    np.testing.assert_allclose(found.vectors, embeddings.vectors[: len(found)], rtol=1e-4)


def test_the_same_seed_makes_the_same_file_whatever_the_threads(tmp_path):
    files = [tmp_path / name for name in ("a.ftz", "b.ftz", "c.ftz")]
    for path, options in zip(files, ({}, {"n_threads": 3}, {"seed": 2}), strict=True):
        made(model(), path, **options)
    first, second, third = (path.read_bytes() for path in files)
    assert first == second
    assert first != third


def test_output_matrices_go_along_if_asked_for(tmp_path):
    rng = np.random.default_rng(14)
    context = rng.standard_normal((len(WORDS), DIM)).astype(np.float32)
    embeddings = model(context=context)
    assert made(embeddings, tmp_path / "v.ftz")[2].context is None
    found = made(embeddings, tmp_path / "v.ftz", 300, keep_context=True)[2]
    assert off(np.asarray(found.context), context[:300]) < 0.15


def test_a_tree_goes_along_with_all_of_its_words(tmp_path):
    nodes = np.random.default_rng(15).standard_normal((len(WORDS) - 1, DIM)).astype(np.float32)
    embeddings = model(nodes=nodes)
    config = QuantizeConfig(keep_context=True)
    plan = planned(embeddings, Rows(len(embeddings)), config, "v.ftz")
    result = quantized(embeddings, plan, config)
    write_model(str(tmp_path / "v.ftz"), result, embeddings, {"loss": "hs"})
    found = read_embeddings(tmp_path / "v.ftz")
    assert off(found.nodes[: len(nodes)], nodes) < 0.15
    with pytest.raises(ConfigError, match="needs all of its words"):
        planned(embeddings, Rows(9), config, "v.ftz")
    with pytest.raises(ConfigError, match="needs the output matrix"):
        planned(model(), Rows(9), config, "v.ftz")


def test_words_with_blanks_have_the_n_grams_of_what_is_written(tmp_path):
    embeddings = model(["new york", *WORDS])
    plan, _, found = made(embeddings, tmp_path / "v.ftz", dsub=1)
    assert found.words[0] == "new_york"
    assert off(found.vectors[0], embeddings.vectors[0]) < 0.05
    assert len(plan.notes) == 1


def test_what_cannot_be_is_refused(tmp_path):
    for name in ("v.w2v", "v.txt", "v.npy"):
        with pytest.raises(ConfigError, match="give such a name"):
            check_quantized_target(str(tmp_path / name))
    for name in ("v.ftz", "v.bin", "v", "v.ftz.gz", "-"):
        check_quantized_target(name)
    murmur = model(ngrams=Ngrams(BUCKETS, 2, 4, "murmur", 2))
    with pytest.raises(ConfigError, match="hashed by fnv, and these are hashed by murmur"):
        planned(murmur, Rows(9), QuantizeConfig(), "v.ftz")
    damaged = model()
    damaged.subwords.rows[77, 1] = np.nan
    with pytest.raises(OutputError, match="row 77 of the n-grams"):
        planned(damaged, Rows(9), QuantizeConfig(), "v.ftz")
    for options in ({"dsub": 0}, {"keep": 0}, {"seed": -1}, {"dsub": 2.0}):
        with pytest.raises(ConfigError):
            QuantizeConfig(**options)


@pytest.mark.parametrize("source", [model, plain])
def test_quantized_vectors_are_not_quantized_again(tmp_path, source):
    made(source(), tmp_path / "v.ftz")
    found = read(tmp_path / "v.ftz")
    with pytest.raises(ConfigError, match="is quantized already"):
        check_not_quantized(found.embeddings, found.record, "v.ftz")


def test_the_record_says_what_was_done(tmp_path):
    embeddings, config = model(), QuantizeConfig(dsub=3)
    plan = planned(embeddings, Rows(len(embeddings)), config, "v.ftz")
    result = quantized(embeddings, plan, config)
    about = record_of(result, config, "v.bin", "fasttext", {"command": "train"})
    write_model(str(tmp_path / "v.ftz"), result, embeddings, {}, about, beside=True)
    found = read(tmp_path / "v.ftz")
    assert found.record == about
    assert found.record["changes"]["dsub"] == 3
    assert found.embeddings.counts.tolist() == embeddings.counts.tolist()
