"""A model that the package does not know: training does all for it by what it declares.

It has three matrices with different rows, lengths and types, and learns nothing worth knowing.
"""

import threading
import zipfile

import numpy as np
import pytest

from w2v_cli import config
from w2v_cli.config import TrainConfig
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.spool import Spool
from w2v_cli.corpus.tokens import SENTENCE_END
from w2v_cli.errors import InputError, TrainingError, TrainingStopped
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.methods.base import Layout, Parameters, Shape
from w2v_cli.methods.engine import ThreadEngine
from w2v_cli.methods.ontext import OnText
from w2v_cli.methods.registry import METHODS
from w2v_cli.training.checkpoint import Checkpoints
from w2v_cli.training.needs import checkpoint_disk, require_training_memory, training_memory
from w2v_cli.training.speed import measure_speed
from w2v_cli.training.trainer import train_model

N_WORDS, N_BUCKETS, DIM = 40, 7, 6
TABLE_BYTES = 12_345


class Toy(OnText):
    """Moves a word's row, and one of a bucket, and counts what it has seen."""

    def check_feasible(self, counts, config):
        if len(counts) > 1000:
            raise TrainingError("too many words for a toy")

    def outputs_are_words(self, config):
        return False

    def shapes(self, n_words, config, freeze=False):
        rows = Layout(n_words, N_BUCKETS, threads=config.threads, n_hot=0, n_spare=2)
        return {
            "rows": Shape(rows, config.dim),
            "squares": Shape(Layout(n_words), 3, "float64"),
            "seen": Shape(Layout(1), 2, "int64"),
        }

    def table_memory(self, n_words, config):
        return TABLE_BYTES

    def words_per_chunk(self, n_words, config):
        return 10**9

    def allocate(self, n_words, config, freeze=False):
        return Parameters(self.shapes(n_words, config, freeze), "rows")

    def initialise(self, parameters, seed):
        parameters.vectors[:] = np.random.default_rng(seed).random(parameters.vectors.shape)

    def tables(self, counts, config):
        return counts / counts.sum()

    def untrained_loss(self, counts, tables, config):
        return 1.0

    def engine(self, corpus, parameters, tables, config, frozen=None):
        workers = [ToyWorker(parameters, tables) for _ in range(config.threads)]
        return ThreadEngine(corpus, parameters, workers)


class ToyWorker:
    """Trains a chunk, a word at a time; what it has counted is known after `merge`."""

    def __init__(self, parameters, shares):
        self._parameters, self._shares = parameters, shares
        self._seen = np.zeros(2, dtype=np.int64)

    def is_compiled(self):
        return False

    def compile(self):
        pass

    def train(self, ids, lr, seed):
        rng = np.random.default_rng(seed)
        rows, squares = self._parameters["rows"], self._parameters["squares"]
        words = ids[ids != SENTENCE_END]
        for word in words:
            change = np.float32(lr) * rng.random(rows.shape[1], dtype=np.float32)
            rows[word] += change - self._shares[word]
            rows[len(self._shares) + word % N_BUCKETS] += change
            squares[word] += rng.random(3) ** 2
        self._seen += [len(words), len(ids)]
        return len(words), len(words), 0.5 * len(words)

    def merge(self):
        self._parameters["seen"][0] += self._seen
        self._seen[:] = 0


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    """All that has to be told of a new model: its name, its learning rate, and its method."""
    monkeypatch.setattr(config, "MODELS", (*config.MODELS, "toy"))
    monkeypatch.setitem(config.OWN_DEFAULTS, "toy", config.OWN_DEFAULTS["skipgram"])
    monkeypatch.setitem(config.START_LR, "toy", config.RateRule(0.1))
    method = Toy()
    monkeypatch.setitem(METHODS, "toy", method)
    return method


@pytest.fixture
def corpus(tmp_path):
    rng = np.random.default_rng(3)
    spool = Spool(tmp_path)
    for _ in range(900):
        words = np.minimum(rng.geometric(0.1, 12), N_WORDS) - 1
        spool.append(np.append(words, SENTENCE_END).astype(np.int32))
    with encode([spool], [np.arange(N_WORDS, dtype=np.int32)]) as corpus:
        yield corpus


def toy_config(**options):
    return TrainConfig(**{"model": "toy", "dim": DIM, "epochs": 3} | options)


def counts_of(corpus):
    ids = corpus.window(0, corpus.length)
    return np.bincount(ids[ids != SENTENCE_END], minlength=N_WORDS)


def checkpoints_in(folder, warn=pytest.fail, tokens=None):
    identity = {"version": "1", "corpus": {"tokens": 1, "vocabulary": 1}, "options": {}}
    folder.mkdir(exist_ok=True)
    return Checkpoints(str(folder), identity, warn, seconds=3600, tokens=tokens)


def train(corpus, **arguments):
    options = arguments.pop("options", {})
    return train_model(corpus, counts_of(corpus), toy_config(**options), **arguments)


def stopping_after(n_chunks):
    """(a progress that sets the event after so many chunks, the event)."""
    stop, told = threading.Event(), []

    def progress(stage, done, total, **_):
        told.append(stage)
        if told.count("train") == n_chunks:
            stop.set()

    return progress, stop


def assert_alike(one, other):
    for (name, matrix), (other_name, other_matrix) in zip(one, other, strict=True):
        assert name == other_name
        assert matrix.dtype == other_matrix.dtype
        assert matrix.tobytes() == other_matrix.tobytes()


@pytest.mark.parametrize("threads", [1, 3])
def test_it_is_trained_and_its_progress_told(corpus, threads):
    told = []
    training = train(
        corpus,
        progress=lambda stage, done, total, **details: told.append((stage, done, total)),
        options={"threads": threads},
    )
    n_tokens = 3 * corpus.n_tokens
    assert told[0] == ("compile", 0, None)
    assert told[-1] == ("train", n_tokens, n_tokens)
    assert training.tokens_processed == training.pairs_trained == n_tokens
    assert training.losses == [0.5, 0.5, 0.5]
    parameters = training.parameters
    assert [name for name, _ in parameters] == ["rows", "squares", "seen"]
    assert parameters["seen"].tolist() == [[n_tokens, 3 * corpus.length]]
    assert parameters.vectors.shape == (N_WORDS, DIM)
    assert parameters["rows"][N_WORDS:].all()
    assert parameters.context_vectors is None


def test_stopping_and_going_on_changes_no_bit(corpus, tmp_path):
    whole = train(corpus)
    progress, stop = stopping_after(20)
    saved = checkpoints_in(tmp_path / "saved", tokens=corpus.n_tokens / 4)
    with pytest.raises(TrainingStopped):
        train(corpus, progress=progress, stop=stop, checkpoints=saved)
    saved = checkpoints_in(tmp_path / "saved")
    resumed = train(corpus, checkpoints=saved, resume=True)
    assert_alike(resumed.parameters, whole.parameters)
    assert resumed.losses == whole.losses
    again = train(corpus, checkpoints=checkpoints_in(tmp_path / "saved"), resume=True)
    assert_alike(again.parameters, whole.parameters)


def test_a_checkpoint_holds_every_matrix_and_nothing_of_the_threads(corpus, tmp_path):
    training = train(corpus, checkpoints=checkpoints_in(tmp_path / "saved"))
    (path,) = (tmp_path / "saved").iterdir()
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["state.json", "rows.npy", "squares.npy", "seen.npy"]
    with np.load(path) as members:
        for name, matrix in training.parameters:
            assert members[name].dtype == matrix.dtype
            np.testing.assert_array_equal(members[name], matrix)


def test_a_checkpoint_with_a_matrix_of_another_type_is_refused(corpus, tmp_path, toy, monkeypatch):
    train(corpus, checkpoints=checkpoints_in(tmp_path / "saved"))
    shapes = toy.shapes(N_WORDS, toy_config())
    shapes["squares"] = Shape(Layout(N_WORDS), 3, "float32")
    monkeypatch.setattr(toy, "shapes", lambda *_: shapes)
    warnings = []
    with pytest.raises(InputError, match="holds no checkpoint that can be read"):
        train(corpus, checkpoints=checkpoints_in(tmp_path / "saved", warnings.append), resume=True)
    assert "holds a matrix of (40, 3) float64, not of (40, 3) float32" in warnings[0]


@pytest.mark.parametrize("name", ["rows", "squares"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_number_that_is_not_finite_is_an_error(corpus, toy, monkeypatch, name, value):
    def spoil(parameters, seed):
        parameters[name][-1, -1] = value

    monkeypatch.setattr(toy, "initialise", spoil)
    with pytest.raises(TrainingError, match=r"overflowed: the learning rate 0\.1 is too high"):
        train(corpus)


def test_a_loss_beyond_its_own_bounds_is_an_error(corpus, toy, monkeypatch):
    monkeypatch.setattr(toy, "untrained_loss", lambda *_: 1e-3)
    with pytest.raises(TrainingError, match="the loss left all bounds in epoch 1"):
        train(corpus)


def test_it_may_refuse_to_start(corpus, toy, monkeypatch):
    with pytest.raises(TrainingError, match="too many words for a toy"):
        train_model(corpus, np.ones(2000, dtype=np.int64), toy_config())


def test_memory_and_disk_are_told_by_its_shapes(corpus, tmp_path):
    config = toy_config(threads=2)
    training = train(corpus, checkpoints=checkpoints_in(tmp_path / "saved"), options={"threads": 2})
    taken = training_memory(N_WORDS, config, checkpoints=True)
    parameters = training.parameters
    assert taken["matrices"] == sum(parameters.rows(name).nbytes for name, _ in parameters)
    assert taken["tables"] == TABLE_BYTES
    learnt = sum(matrix.nbytes for _, matrix in parameters)
    assert taken["copy for a checkpoint"] == learnt
    assert learnt == (N_WORDS + N_BUCKETS) * DIM * 4 + N_WORDS * 3 * 8 + 2 * 8
    (path,) = (tmp_path / "saved").iterdir()
    assert checkpoint_disk(N_WORDS, config, 2) == learnt < path.stat().st_size < learnt + 3000
    parts, _ = require_training_memory(N_WORDS, config, True)
    assert parts == taken


def test_its_speed_is_measured(corpus):
    told = []
    speed = measure_speed(
        corpus, counts_of(corpus), toy_config(), [4, 8], 0.02, lambda *stage: told.append(stage)
    )
    assert speed.seconds_of_word(6) > 0
    assert told == [("compile", 0, None)] * 2


def test_its_vectors_are_written(corpus, tmp_path):
    vectors = train(corpus).parameters.vectors
    words = [f"w{number}" for number in range(N_WORDS)]
    write_embeddings(tmp_path / "v.w2v", words, vectors, "w2v")
    assert read_embeddings(tmp_path / "v.w2v").vectors.tobytes() == vectors.tobytes()


def test_every_model_has_a_method_and_every_method_a_model():
    assert tuple(METHODS) == config.MODELS
