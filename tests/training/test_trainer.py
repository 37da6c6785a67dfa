"""Training as a whole: how the loss is told, and when it says that training has failed."""

import numpy as np
import pytest
from support import runs

from w2v_cli.config import TrainConfig
from w2v_cli.errors import TrainingError
from w2v_cli.kernels import Worker
from w2v_cli.methods.registry import method_of
from w2v_cli.methods.word2vec.method import Word2Vec

pytestmark = pytest.mark.usefixtures("compiled")
MODELS = ["skipgram", "cbow"]
LOSSES = ["ns", "hs", "softmax"]
N_WORDS = 24


def topics_text(n_lines=1200, seed=1):
    """Lines that each have one of four sets of words, so that there is something to learn."""
    rng = np.random.default_rng(seed)
    lines = []
    for topic in rng.integers(0, 4, n_lines):
        words = topic * N_WORDS // 4 + rng.integers(0, N_WORDS // 4, 12)
        lines.append(" ".join(f"w{word}" for word in words))
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def corpus_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text(topics_text())
    return path


@pytest.fixture
def trained(corpus_file, tmp_path):
    """Train on the topics; returns the finished run."""

    def train(progress=None, **options):
        config = TrainConfig(**{"min_count": 1, "dim": 8, "sample": 0.0} | options)
        run = runs.trained(corpus_file, config, tmp_path, progress)
        return run

    return train


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_falls_from_what_an_untrained_model_has(trained, model, loss):
    run = trained(model=model, loss=loss, epochs=4)
    losses = run.training.losses
    assert len(losses) == 4
    assert losses == sorted(losses, reverse=True)
    counts, config = run.prepared.vocabulary.counts, run.prepared.settled
    method = method_of(config)
    untrained = method.untrained_loss(counts, method.tables(counts, config), config)
    assert 0.2 * untrained < losses[-1] < losses[0] < 1.01 * untrained
    assert run.statistics(0)["loss"] == losses


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_is_about_the_same_for_any_number_of_threads(trained, loss):
    alone = trained(loss=loss, epochs=3).training
    for threads in (2, 3):
        together = trained(loss=loss, epochs=3, threads=threads).training
        assert together.pairs_trained == alone.pairs_trained
        assert together.losses == pytest.approx(alone.losses, rel=0.2)


@pytest.mark.parametrize("loss", LOSSES)
def test_many_threads_on_few_words_learn_as_one_does(tmp_path, loss):
    """Each has copies of all rows, and the sum of what they change must not go too far."""
    (tmp_path / "corpus.txt").write_text(topics_text(6000))
    losses = []
    for threads in (1, 8):
        options = {"loss": loss, "threads": threads, "dim": 8, "epochs": 3}
        config = TrainConfig(min_count=1, sample=0.0, **options)
        run = runs.trained(tmp_path / "corpus.txt", config, tmp_path)
        losses.append(run.training.losses[-1])
    assert losses[1] < 1.2 * losses[0]


def test_untrained_weights_have_the_loss_of_chance(trained):
    """A learning rate that is next to nothing: outputs stay near zero."""
    run = trained(loss="softmax", lr=1e-9, epochs=1)
    assert run.training.losses == pytest.approx([np.log(N_WORDS)], rel=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_an_epoch_are_told_on_the_way(trained, loss):
    told = {}

    def progress(stage, done, total, **details):
        if stage == "train":
            told[details["epoch"]] = details["loss"]

    run = trained(progress, loss=loss, epochs=3)
    assert told == dict(enumerate(run.training.losses, start=1))


def test_an_epoch_without_a_pair_has_no_loss(tmp_path):
    # So few of so frequent words are kept that no two stand side by side.
    (tmp_path / "corpus.txt").write_text("a a\n" * 9)
    config = TrainConfig(min_count=1, epochs=2, sample=1e-12)
    run = runs.trained(tmp_path / "corpus.txt", config, tmp_path)
    assert run.training.pairs_trained == 0
    assert run.training.losses == [0, 0]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("threads", [1, 2])
def test_weights_that_run_away_end_training_early(trained, model, loss, threads):
    epochs = []
    with pytest.raises(TrainingError, match=r"the learning rate 10.* is too high.*lr=[0-9.]+$"):
        trained(
            lambda stage, done, total, **details: epochs.append(details.get("epoch")),
            model=model, loss=loss, threads=threads, lr=10.0, epochs=1000,
        )  # fmt: skip
    assert len(epochs) < 1000, "it should not take all epochs to see"


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1e6, 1e12])
def test_a_loss_out_of_all_bounds_is_an_error(trained, monkeypatch, wrong):
    honest = Worker.train
    monkeypatch.setattr(Worker, "train", lambda self, *args: (*honest(self, *args)[:2], wrong))
    with pytest.raises(TrainingError, match=r"loss left all bounds in epoch 1: .* 0\.025 is too"):
        trained()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("matrix", ["syn0", "syn1"])
def test_a_weight_that_is_no_number_is_an_error(trained, monkeypatch, loss, matrix):
    honest = Word2Vec.initialise

    def spoil(self, parameters, seed):
        honest(self, parameters, seed)
        parameters[matrix][3, 2] = np.nan

    monkeypatch.setattr(Word2Vec, "initialise", spoil)
    with pytest.raises(TrainingError, match=r"is too high for this corpus.*lr=[0-9.]+$"):
        trained(loss=loss)
