"""Training with n-grams: what is told, what goes on, from where it starts and what comes out."""

import re

import numpy as np
import pytest
from support import runs
from support.compiling_once import one_at_a_time
from test_checkpoint import Trainee
from test_trainer import corpus_file  # noqa: F401 - a fixture

from w2v_cli.config import NGRAM_START_LR, TrainConfig
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, TrainingStopped
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.registry import format_named
from w2v_cli.methods.ngramlists import NgramLists
from w2v_cli.training.needs import checkpoint_disk, training_memory
from w2v_cli.training.ngrams import ListsOfSettings
from w2v_cli.training.prepare import prepare
from w2v_cli.training.request import Request
from w2v_cli.training.space import rows_written
from w2v_cli.training.warmstart import OldVectors

DIM = 8
OPTIONS = {"dim": DIM, "min_count": 1, "sample": 0.0, "min_n": 2, "max_n": 3, "buckets": 500}
FLORET = {"subword_hash": "murmur", "hash_count": 2}
NOTHING = 1e-9
"""A learning rate that leaves everything as it was."""

pytestmark = pytest.mark.usefixtures("compiled")
every_hash = pytest.mark.parametrize("hash_options", [{}, FLORET], ids=["fnv", "murmur"])


@pytest.fixture(scope="module", autouse=True)
def compiled_with_lists(compiled, corpus_file, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp("ids")
    with one_at_a_time(tmp_path_factory, "lists"):
        for loss in ("ns", "hs"):
            runs.trained(corpus_file, TrainConfig(**OPTIONS, loss=loss, epochs=1), folder)


@pytest.fixture
def trained(corpus_file, tmp_path):  # noqa: F811
    """Train on the topics; returns the finished run."""

    def train(old=None, chosen=(), freeze=None, **options):
        config = TrainConfig(**OPTIONS | options)
        if old is None:
            return runs.trained(corpus_file, config, tmp_path)
        request = Request(
            config, paths=(corpus_file,), init="old", freeze=freeze, chosen=frozenset(chosen)
        )
        going_on = request.going_on_from(OldVectors(old, "old"))
        return runs.trained(corpus_file, going_on.config, tmp_path, old=going_on.old, freeze=freeze)

    return train


def embeddings_of(run):
    """What a run made, as whoever reads its file has it."""
    vectors = np.array(run.vectors[:])
    return Embeddings(list(run.words), vectors, counts=run.counts, subwords=run.subwords)


@pytest.mark.parametrize("options", [{}, {"model": "cbow"}, {"loss": "hs"}, FLORET], ids=str)
def test_stopping_and_going_on_changes_no_bit(corpus_file, tmp_path, options):  # noqa: F811
    options = OPTIONS | {"epochs": 2} | options
    alone, trainee = (Trainee(corpus_file, tmp_path / name) for name in ("alone", "stopped"))
    for each in (alone, trainee):
        each.tmpdir.mkdir()
    whole = alone.train(**options)
    with pytest.raises(TrainingStopped):
        trainee.train(stop_after=2, **options)
    resumed = trainee.train(resume=True, **options)
    assert resumed.losses == whole.losses
    for (name, matrix), (_, other) in zip(resumed.parameters, whole.parameters, strict=True):
        assert matrix.tobytes() == other.tobytes(), name


@pytest.mark.parametrize(
    "options", [{"max_n": 4}, {"buckets": 501}, {"min_n": None, "max_n": None}]
)
def test_a_checkpoint_of_other_ngrams_is_refused(corpus_file, tmp_path, options):  # noqa: F811
    trainee = Trainee(corpus_file, tmp_path)
    with pytest.raises(TrainingStopped):
        trainee.train(stop_after=2, **OPTIONS)
    with pytest.raises(ConfigError, match="is of another run: "):
        trainee.train(resume=True, **OPTIONS | options)


@every_hash
def test_words_near_in_the_text_or_in_letters_get_near(trained, hash_options):
    run = trained(epochs=5, **hash_options)
    losses = run.training.losses
    assert losses[-1] < 0.9 * losses[0]
    subwords = run.subwords
    assert (np.diff(subwords.buckets) > 0).all()
    raw = [word.encode() for word in run.words]
    np.testing.assert_allclose(subwords.word_vectors(raw), run.vectors[:], atol=1e-5)
    made = subwords.compose(["w11w", "w"])
    assert made.is_made[0]
    assert made.n_trained[0] > 0


@every_hash
@pytest.mark.parametrize("threads", [1, 2])
def test_memory_is_told_to_the_byte(trained, hash_options, threads):
    run = trained(epochs=1, threads=threads, **hash_options)
    parameters, lists, config = run.training.parameters, run.prepared.lists, run.prepared.config
    taken = sum(parameters.rows(name).nbytes for name, _ in parameters)
    n_words = len(run.prepared.vocabulary)
    assert training_memory(n_words, config, lists=lists)["matrices"] == taken
    learnt = sum(matrix.nbytes for _, matrix in parameters)
    assert checkpoint_disk(n_words, config, 2, lists) == learnt
    fewer = training_memory(n_words // 2, config, lists=lists)
    assert fewer["matrices"] < taken


def test_rows_are_taken_for_ngrams_in_use_alone(trained):
    many = trained(epochs=1, buckets=2_000_000)
    shape = many.training.parameters.shapes["syn0"]
    assert shape.layout.n_buckets == many.prepared.lists.n_rows < 200


def test_more_threads_learn_the_same(trained):
    losses = [trained(epochs=3, threads=threads).training.losses[-1] for threads in (1, 2, 3)]
    assert max(losses) < 1.1 * min(losses)


def test_auto_chooses_and_tells(corpus_file, tmp_path):  # noqa: F811
    told = runs.Told(None)
    lines = []
    told.say = lines.append
    config = TrainConfig(**OPTIONS | {"min_n": "auto", "max_n": None})
    prepared = prepare(Request(config, paths=(corpus_file,), tmpdir=tmp_path), told)
    prepared.corpus.close()
    shortest, longest = prepared.config.ngram_sizes
    assert any(f"n-grams of {shortest} to {longest} characters" in line for line in lines)
    assert prepared.options()["min_n"] == shortest
    assert prepared.options()["max_n"] == longest


@every_hash
def test_going_on_from_a_model_keeps_its_rows(trained, hash_options):
    """With next to no learning rate all is as it was, but that words may have other numbers."""
    old = embeddings_of(trained(epochs=2, **hash_options))
    run = trained(old, lr=NOTHING, epochs=1, min_n=None, max_n=None)
    assert run.prepared.config.ngram_sizes == (2, 3)
    again = embeddings_of(run)
    rows = [again.index[word] for word in old.words]
    np.testing.assert_allclose(again.vectors[rows], old.vectors, atol=1e-5)
    for words in (["unknown", "w1w2w3"], ["zzz"]):
        np.testing.assert_allclose(
            again.subwords.compose(words).vectors, old.subwords.compose(words).vectors, atol=1e-5
        )


def model(words, seed=1, ngrams=None, n_rows=None, with_own=True):
    """A model whose n-grams all have rows, as published ones have."""
    rng = np.random.default_rng(seed)
    ngrams = ngrams or Ngrams(300, 2, 3)
    rows = rng.normal(size=(n_rows or ngrams.n_buckets, DIM)).astype(np.float32)
    own = rng.normal(size=(len(words), DIM)).astype(np.float32) if with_own else None
    subwords = Subwords(ngrams, rows, own=own)
    vectors = subwords.word_vectors([word.encode() for word in words])
    return Embeddings(list(words), vectors, subwords=subwords)


def test_words_and_ngrams_that_are_not_in_the_text_stay(trained):
    old = model(["w1", "gone", "w2"])
    run = trained(old, min_n=None, max_n=None, buckets=2_000_000, epochs=3)
    made = embeddings_of(run)
    subwords, place = made.subwords, made.index["gone"]
    np.testing.assert_array_equal(subwords.own[place : place + 1][0], old.subwords.own[1])
    buckets = np.arange(300)
    is_trained = np.isin(buckets, run.prepared.lists.buckets)
    assert 0 < is_trained.sum() < 300
    rows = np.array(subwords.rows[:])
    np.testing.assert_array_equal(rows[~is_trained], old.subwords.rows[~is_trained])
    assert (np.abs(rows - old.subwords.rows)[is_trained].max(axis=1) > 1e-3).all()
    np.testing.assert_allclose(
        subwords.word_vectors([word.encode() for word in made.words]), made.vectors, atol=1e-5
    )


def test_going_on_from_vectors_without_ngrams_starts_from_these_vectors(trained):
    rng = np.random.default_rng(2)
    words = ["w1", "w2", "w3", "gone", "w5"]
    old = Embeddings(words, rng.normal(size=(5, DIM)).astype(np.float32))
    run = trained(old, lr=NOTHING, epochs=1, chosen=("min_n", "max_n"))
    made = embeddings_of(run)
    rows = [made.index[word] for word in words]
    np.testing.assert_allclose(made.vectors[rows], old.vectors, atol=1e-5)
    assert made.subwords.compose(["w1w"]).vectors.any(), "n-grams of old words are like these"
    # However far they go, a word that is not in the text has the vector that it had.
    further = embeddings_of(trained(old, epochs=3, chosen=("min_n", "max_n")))
    place = further.index["gone"]
    np.testing.assert_allclose(further.vectors[place], old.vectors[3], atol=1e-5)
    assert np.abs(further.vectors[further.index["w1"]] - old.vectors[0]).max() > 0.01


def test_outputs_may_stay_while_ngrams_learn(trained):
    words = ["w1", "w2", "w3", "gone"]
    rng = np.random.default_rng(3)
    matrices = rng.normal(scale=0.3, size=(2, len(words), DIM)).astype(np.float32)
    old = Embeddings(words, matrices[0], context=matrices[1])
    run = trained(old, freeze="outputs", epochs=2, chosen=("min_n", "max_n"))
    made = embeddings_of(run)
    assert "gone" not in made.words
    rows = [made.index[word] for word in words[:3]]
    outputs = np.array(run.context_vectors[0 : len(made)])
    assert outputs[rows].tobytes() == matrices[1][:3].tobytes()
    assert np.abs(made.vectors[rows] - matrices[0][:3]).max() > 1e-3
    np.testing.assert_allclose(
        made.subwords.word_vectors([word.encode() for word in made.words]), made.vectors, atol=1e-5
    )


def test_ngrams_of_old_vectors_may_be_left_alone(trained):
    old = model(["w1", "w2"])
    run = trained(old, chosen=("max_n",), max_n=0, lr=NOTHING, epochs=1)
    assert run.subwords is None
    np.testing.assert_allclose(
        embeddings_of(run).vectors[run.words.index("w1")], old.vectors[0], atol=1e-5
    )


def going_on(old, chosen=(), freeze=None, **options):
    config = TrainConfig(dim=DIM, **options)
    request = Request(config, init="old", freeze=freeze, chosen=frozenset(chosen))
    return request.going_on_from(OldVectors(old, "old"))


def test_what_does_not_go_with_old_ngrams_is_refused():
    old = model(["w1"])
    with pytest.raises(
        ConfigError, match=r"max_n=6 does not fit init old, whose n-grams have max_n=3"
    ):
        going_on(old, {"max_n"}, max_n=6)
    with pytest.raises(ConfigError, match=r"buckets=77 does not fit"):
        going_on(old, {"buckets"}, buckets=77)
    with pytest.raises(ConfigError, match=r"freeze and n-grams .* exclude each other"):
        going_on(old, freeze="inputs")
    with pytest.raises(ConfigError, match=r"freeze and n-grams .* exclude each other"):
        going_on(Embeddings(["a"], np.ones((1, DIM), np.float32)), freeze="inputs", min_n=3)
    assert not going_on(old, {"max_n"}, freeze="inputs", max_n=0).config.has_ngrams
    with pytest.raises(ConfigError, match=r"subword_hash='murmur' cannot go on from old"):
        going_on(Embeddings(["a"], np.ones((1, DIM), np.float32)), min_n=3, **FLORET)
    pruned = Subwords(Ngrams(300, 2, 3), old.subwords.rows, own=old.subwords.own, is_pruned=True)
    with pytest.raises(ConfigError, match=r"old was pruned"):
        going_on(Embeddings(["w1"], old.vectors, subwords=pruned))


def test_settings_of_ngrams():
    assert not TrainConfig().has_ngrams
    assert not TrainConfig(min_n=0).has_ngrams
    assert not TrainConfig(min_n=3, max_n=0).has_ngrams
    assert TrainConfig(min_n=4).ngram_sizes == (4, 6)
    assert TrainConfig(min_n=8).ngram_sizes == (8, 8)
    assert TrainConfig(max_n=2).ngram_sizes == (2, 2)
    assert TrainConfig(min_n=0, max_n=5).ngram_sizes == (1, 5)
    for model, rule in NGRAM_START_LR.items():
        with_ngrams = TrainConfig(model=model, max_n=5)
        rates = [with_ngrams.for_text(size, 1000).lr for size in (10**4, 10**6, 10**9)]
        assert (rates[0], rates[2]) == (rule.high, rule.low)
        assert rates == sorted(rates, reverse=True)
        assert with_ngrams.for_text(10**6, 1000).sample == TrainConfig().for_text(1, 1000).sample
    for options, pattern in [
        ({"min_n": 5, "max_n": 4}, r"min_n=5 is more than max_n=4"),
        ({"min_n": "auto", "max_n": 4}, r"min_n='auto' chooses max_n, too"),
        ({"min_n": "some"}, r"min_n must be a number of characters or 'auto', not 'some'"),
        ({"min_n": 3, "hash_count": 2}, r"hash_count=2 needs subword_hash='murmur'"),
        ({"min_n": 3, "subword_hash": "crc"}, r"subword_hash must be fnv or murmur"),
        ({"min_n": 3, "ensemble": 2}, r"ensemble=2 and n-grams \(min_n\) exclude"),
        ({"min_n": 3, "vectors": "sum"}, r"vectors='sum' and n-grams \(min_n\) exclude"),
    ]:
        with pytest.raises(ConfigError, match=pattern):
            TrainConfig(**options)


def test_the_command_writes_what_other_commands_read(w2v, corpus_file, tmp_path):  # noqa: F811
    args = ["train", corpus_file, "-d", DIM, "-e", 2, "-j", 1, "--min-count", 1, "--max-n", 3]
    args += ["--buckets", 400, "-o"]
    for name, more in [("v.w2v", []), ("v.bin", ["--format", "fasttext"])]:
        result = w2v(*args, name, *more, cwd=tmp_path)
        assert result.returncode == 0, result.errors
        assert re.search(r"w2v: \d+ of 400 buckets are of n-grams of these words, ", result.errors)
        near = w2v("neighbors", name, "w1w1w", "-k", 1, cwd=tmp_path)
        assert near.returncode == 0, near.errors
        again = w2v("train", corpus_file, "--init", name, "-o", "again.w2v", "-e", 1, "-j", 1,
                    "--min-count", 1, cwd=tmp_path)  # fmt: skip
        assert again.returncode == 0, again.errors
        assert " of 400 buckets are of n-grams" in again.errors
    result = w2v(*args, "v.txt", cwd=tmp_path)
    assert "word2vec text has no place for n-grams" in result.errors
    like = w2v("train", corpus_file, "--like", "v.w2v", "-o", "like.w2v", "-j", 1, cwd=tmp_path)
    assert like.returncode == 0, like.errors
    made, repeated = (read_embeddings(tmp_path / name) for name in ("v.w2v", "like.w2v"))
    np.testing.assert_array_equal(made.vectors, repeated.vectors)
    np.testing.assert_array_equal(made.subwords.rows[:], repeated.subwords.rows[:])


def test_the_disk_that_is_told_has_the_rows_of_all_buckets_where_files_have():
    words, counts = ["banana", "ananas"], np.array([3.0, 1.0])
    lists = NgramLists(words, counts, Ngrams(1000, 2, 3))
    table = NgramLists(words, counts, Ngrams(1000, 2, 3, "murmur", 2))
    assert rows_written(format_named("binary"), 2, lists) == 2
    assert rows_written(format_named("fasttext"), 2, lists) == 2 + 2 + 1000
    assert rows_written(format_named("fasttext"), 2) == 2 + 2
    assert rows_written(format_named("w2v"), 2, lists) == 2 + 2 + lists.n_rows
    assert rows_written(format_named("w2v"), 2, table) == 2 + table.n_rows
    assert rows_written(format_named("floret"), 2, table) == 1000


def test_lists_of_several_settings_are_made_once():
    lists = ListsOfSettings(["banana", "ananas"], np.array([3, 1]))
    config, made = lists.of(TrainConfig(min_n="auto", dim=5))
    assert isinstance(config.min_n, int)
    assert lists.of(TrainConfig(min_n="auto", dim=6))[1] is made
    assert lists.of(TrainConfig(max_n=3))[1] is not made
    assert lists.of(TrainConfig())[1] is None
