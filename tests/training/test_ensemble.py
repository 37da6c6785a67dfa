"""Ensembles: each model is what it would be by itself, however the run was stopped on the way."""

import json
import threading
import zipfile

import numpy as np
import pytest
from support import runs
from test_checkpoint import Trainee
from test_trainer import corpus_file  # noqa: F401 - a fixture

from w2v_cli.config import LARGEST_SEED, TrainConfig
from w2v_cli.embeddings.readout import side_by_side
from w2v_cli.embeddings.table import unit_rows
from w2v_cli.errors import ConfigError, MemoryShortageError, TrainingStopped
from w2v_cli.machine import limits
from w2v_cli.machine.system import MemoryLimit
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.engine import ThreadEngine
from w2v_cli.methods.registry import method_of
from w2v_cli.methods.schedule import TextSchedule
from w2v_cli.training.needs import largest, require_training_memory, training_memory
from w2v_cli.training.run import train
from w2v_cli.training.speed import measure_speed
from w2v_cli.tuning.trials import Sample, run_trial

pytestmark = pytest.mark.usefixtures("compiled")
PLAIN = {"min_count": 1, "sample": 0.0, "epochs": 2}


def each_alone(path, config, folder):
    """The `Trained` of each model of an ensemble, by itself."""
    return [
        runs.trained(path, TrainConfig(**PLAIN | config | {"seed": seed}), folder)
        for seed in (5, 6, 7)
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"vectors": "input"},
        {"model": "cbow", "vectors": "balanced"},
        {"model": "cbow", "vectors": "concat"},
        {"loss": "hs"},
        {"loss": "softmax", "vectors": "sum", "sample": 0.01},
    ],
    ids=lambda options: " ".join(map(str, options.values())),
)
def test_models_are_what_they_would_be_by_themselves(corpus_file, tmp_path, options):  # noqa: F811
    config = TrainConfig(**PLAIN | options, dim=12, ensemble=3, seed=5)
    trained = runs.trained(corpus_file, config, tmp_path)
    alone = each_alone(corpus_file, options | {"dim": 4}, tmp_path)
    expected = np.hstack([unit_rows(one.vectors[:]) for one in alone]).astype(np.float32)
    np.testing.assert_array_equal(trained.vectors[:], expected)
    assert trained.vectors.shape == expected.shape
    training, each = trained.training, [one.training for one in alone]
    assert training.losses == [loss for one in each for loss in one.losses]
    assert training.tokens_processed == sum(one.tokens_processed for one in each)
    assert training.pairs_trained == sum(one.pairs_trained for one in each)
    assert trained.facts()["epochs"] == training.epochs_done == 6
    assert trained.facts()["options"]["ensemble"] == 3
    assert trained.context_vectors is None
    for member, one in zip(training.parameters.members, each, strict=True):
        for (name, matrix), (own_name, own) in zip(member, one.parameters, strict=True):
            assert name == own_name
            np.testing.assert_array_equal(matrix, own)


def test_a_rate_by_size_is_that_of_a_model():
    sizes = 3_000_000, 2_000
    alone = TrainConfig(dim=4, epochs=4).for_text(*sizes)
    together = TrainConfig(dim=12, epochs=4, ensemble=3).for_text(*sizes)
    assert together.member() == alone
    assert alone.lr < TrainConfig(epochs=1).for_text(*sizes).lr


def test_the_schedule_takes_one_model_after_the_other(corpus_file, tmp_path):  # noqa: F811
    config = TrainConfig(**PLAIN, dim=6, ensemble=3, seed=LARGEST_SEED, lr=0.1)
    with runs.prepared(corpus_file, config, tmp_path).corpus as corpus:
        whole = TextSchedule(corpus, config)
        parts = [TextSchedule(corpus, config.member(number)) for number in range(3)]
        assert [config.member(number).seed for number in range(3)] == [LARGEST_SEED, 0, 1]
        n_chunks = len(parts[0])
        assert (len(whole), whole.n_epochs) == (3 * n_chunks, 6)
        assert whole.n_tokens == 3 * parts[0].n_tokens
        for number in range(len(whole)):
            model, own = divmod(number, n_chunks)
            mine, theirs = whole[number], parts[model][own]
            assert (mine.start, mine.stop, mine.lr, mine.seed) == (
                theirs.start, theirs.stop, theirs.lr, theirs.seed
            )  # fmt: skip
            assert mine.epoch == theirs.epoch + 2 * model
            assert whole.model_end(number) == (model + 1) * n_chunks


@pytest.mark.parametrize("stops", [[9], [1, 55], [39, 0], [40, 41], [30, 30, 30]])
def test_going_on_changes_no_bit_wherever_it_was_stopped(corpus_file, tmp_path, stops):  # noqa: F811
    options = {"model": "cbow", "ensemble": 3, "dim": 12, "epochs": 2}
    whole = Trainee(corpus_file, tmp_path / "whole")
    trainee = Trainee(corpus_file, tmp_path / "parts")
    for each in (whole, trainee):
        each.tmpdir.mkdir()
    expected = whole.train(**options)
    resume = False
    for stop_after in stops:
        with pytest.raises(TrainingStopped, match=r"of 6 epochs; go on with resume="):
            trainee.train(resume=resume, stop_after=stop_after, **options)
        resume = True
    found = trainee.train(resume=True, **options)
    for (name, matrix), (other, wanted) in zip(found.parameters, expected.parameters, strict=True):
        assert name == other
        np.testing.assert_array_equal(matrix, wanted)
    assert found.losses == expected.losses
    assert [name for name, _ in found.parameters] == [
        "syn0", "syn1", "syn0.2", "syn1.2", "syn0.3", "syn1.3"
    ]  # fmt: skip


def test_an_ensemble_goes_on_with_the_epochs_that_it_has(corpus_file, tmp_path):  # noqa: F811
    trainee = Trainee(corpus_file, tmp_path)
    options = {"ensemble": 2, "epochs": 2}
    with pytest.raises(TrainingStopped):
        trainee.train(stop_after=3, **options)
    with pytest.raises(ConfigError, match="epochs was 2 and is 3"):
        trainee.train(resume=True, **options | {"epochs": 3})
    with pytest.raises(ConfigError, match="ensemble was 2 and is 4"):
        trainee.train(resume=True, **options | {"ensemble": 4})
    trainee.train(resume=True, **options)
    [last, *_] = sorted((tmp_path / "checkpoints").iterdir(), reverse=True)
    with zipfile.ZipFile(last) as archive:
        assert json.loads(archive.read("state.json"))["identity"]["options"]["epochs"] == 2


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_leave_nothing_behind_where_the_next_model_begins(
    corpus_file, tmp_path, monkeypatch, threads  # noqa: F811
):  # fmt: skip
    """What each has in copies of hot rows is put together before its engine goes."""
    calls, lock = [], threading.Lock()

    def noting(name):
        original = getattr(ThreadEngine, name)

        def noted(self, *args):
            with lock:
                calls.append((id(self.parameters), name))
            return original(self, *args)

        monkeypatch.setattr(ThreadEngine, name, noted)

    noting("train")
    noting("synchronise")
    config = TrainConfig(**PLAIN, dim=8, ensemble=2, threads=threads)
    trained = runs.trained(corpus_file, config, tmp_path)
    by_member = [[name for of, name in calls if of == id(member)]
                 for member in trained.training.parameters.members]  # fmt: skip
    assert [of for of, _ in calls] == sorted((of for of, _ in calls), key=[
        id(member) for member in trained.training.parameters.members
    ].index)  # fmt: skip
    for names in by_member:
        assert names[-1] == "synchronise"
        assert names.count("train") > 10
    alone = runs.trained(corpus_file, config.member(), tmp_path)
    # Threads change rows in an order of their own, and the loss is about the same.
    assert trained.training.losses[:2] == pytest.approx(alone.training.losses, rel=0.2)


def test_vectors_on_the_way_hold_nothing_of_models_that_have_not_begun(
    corpus_file, tmp_path  # noqa: F811
):  # fmt: skip
    config = TrainConfig(**PLAIN, dim=8, ensemble=2)
    told = []

    def on_epoch(epoch, loss, vectors):
        told.append((epoch, loss, vectors[:].copy()))
        return epoch == 3

    prepared = runs.prepared(corpus_file, config, tmp_path)
    training = train(prepared, runs.Told(None), runs.NeverStopping(), on_epoch=on_epoch)
    assert training.training.losses == [loss for _, loss, _ in told]
    assert [epoch for epoch, _, _ in told] == [1, 2, 3]
    for epoch, _, vectors in told:
        np.testing.assert_allclose(np.linalg.norm(vectors[:, :4], axis=1), 1, rtol=1e-5)
        assert vectors[:, 4:].any() == (epoch == 3)
    np.testing.assert_array_equal(told[1][2][:, :4], told[2][2][:, :4])
    assert training.training.epochs_done == 3


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_memory_is_told_of_all_models(threads, loss):
    config = TrainConfig(dim=36, ensemble=3, threads=threads, loss=loss)
    parameters = new_parameters(method_of(config), 1000, config)
    taken = training_memory(1000, config, checkpoints=True)
    assert taken["matrices"] == sum(parameters.rows(name).nbytes for name, _ in parameters)
    assert taken["copy for a checkpoint"] == sum(matrix.nbytes for _, matrix in parameters)
    alone = training_memory(1000, config.member(), checkpoints=True)
    assert taken == {
        **alone, "matrices": 3 * alone["matrices"],
        "copy for a checkpoint": 3 * alone["copy for a checkpoint"],
    }  # fmt: skip


def test_a_smaller_dim_that_would_fit_can_be_divided(monkeypatch):
    config = TrainConfig(dim=300, ensemble=3)
    needed = sum(training_memory(200_000, TrainConfig(dim=201, ensemble=3)).values())
    found = largest(
        lambda part: sum(training_memory(200_000, TrainConfig(dim=3 * part, ensemble=3)).values())
        <= needed, 1, 100,
    )  # fmt: skip
    assert 201 <= 3 * found < 300
    limit = MemoryLimit("the machine", needed, 0)
    monkeypatch.setattr(limits, "limits", lambda n_threads: [limit])
    with pytest.raises(MemoryShortageError, match=rf"dim={3 * found} "):
        require_training_memory(200_000, config)


def test_the_speed_is_that_of_a_model(corpus_file, tmp_path):  # noqa: F811
    config = TrainConfig(**PLAIN, dim=8, ensemble=4)
    prepared = runs.prepared(corpus_file, config, tmp_path)
    with prepared.corpus as corpus:
        speed = measure_speed(corpus, prepared.vocabulary.counts, config, [8], 0.01)
    assert 0 < speed.seconds_of_word(8) < 1e-3


def test_a_trial_scores_the_vectors_side_by_side(corpus_file, tmp_path):  # noqa: F811
    config = TrainConfig(**PLAIN, dim=8, ensemble=2, vectors="sum")
    seen = []

    class Test:
        def score(self, trial, embeddings):
            seen.append(embeddings.vectors)
            trial.score = 1.0

    prepared = runs.prepared(corpus_file, config, tmp_path)
    with prepared.corpus as corpus:
        sample = Sample(corpus, prepared.vocabulary.words, corpus.n_tokens, config.max_sentence)
    trial = run_trial(config, {}, sample, Test())
    assert trial.scores == [1.0]
    assert seen[0].shape == (len(prepared.vocabulary), 8)
    np.testing.assert_allclose((seen[0] ** 2).sum(axis=1), 2, rtol=1e-5)


def test_cosines_are_the_mean_of_those_of_the_models():
    rng = np.random.default_rng(1)
    parts = [rng.normal(size=(5, dim)).astype(np.float32) for dim in (3, 4, 6)]
    parts[0][2] = 0  # a word that one model knows nothing of
    rows = side_by_side(parts)
    assert rows.shape == (5, 13)

    def cosine(one, other):
        return one @ other / np.linalg.norm(one) / np.linalg.norm(other)

    expected = np.mean([cosine(*part[:2]) for part in parts])
    assert cosine(*rows[:2]) == pytest.approx(expected, abs=1e-6)
    assert not rows[2:3][:, :3].any()
    assert np.isfinite(rows[:]).all()
    assert side_by_side(parts[:1]) is parts[0]


@pytest.mark.parametrize(
    ("dim", "ensemble", "fitting"),
    [(100, 3, "dim=99 or dim=102"), (2, 3, "dim=3"), (4096, 9, "dim=4095")],
)
def test_a_dim_that_cannot_be_divided_is_refused(dim, ensemble, fitting):
    config = TrainConfig(dim=dim, ensemble=ensemble)
    message = f"dim={dim} cannot be shared out evenly .* of ensemble={ensemble}; give {fitting}$"
    with pytest.raises(ConfigError, match=message):
        config.member()
