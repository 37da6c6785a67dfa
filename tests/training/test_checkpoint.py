"""Checkpoints: a run that stopped and went on is the run that never stopped."""

import json
import os
import threading
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import runs
from test_trainer import LOSSES, MODELS, corpus_file  # noqa: F401 - a fixture

from w2v_cli.config import Spacing, TrainConfig
from w2v_cli.errors import ConfigError, InputError, OutputError, TrainingStopped, in_python
from w2v_cli.training import checkpoint
from w2v_cli.training.checkpoint import differences, prepare_folder
from w2v_cli.training.report import NeverStopping
from w2v_cli.training.request import Saving
from w2v_cli.training.run import train
from w2v_cli.training.state import TrainingState


class Trainee:
    """Trains on one text with a folder for checkpoints, each time as a new process would."""

    def __init__(self, corpus, folder):
        self.corpus = corpus
        self.tmpdir = folder
        self.folder = folder / "checkpoints"
        self.warnings = []
        self.asked = {}

    def train(self, resume=False, stop_after=None, spacing="2h", **options):
        prepare_folder(str(self.folder), resume)
        config = TrainConfig(**{"min_count": 1, "dim": 8, "sample": 0.0} | options)
        stopping = NeverStopping()
        steps = iter(range(10**9))

        def progress(stage, *_, **__):
            if stage == "train" and next(steps) == stop_after:
                stopping.requested.set()

        report = runs.Told(progress)
        report.warn = self.warnings.append
        saving = Saving(str(self.folder), Spacing.parse(spacing), resume)
        prepared = runs.prepared(self.corpus, config, self.tmpdir, **self.asked)
        return train(prepared, report, stopping, saving).training

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def trainee(corpus_file, tmp_path):  # noqa: F811
    return Trainee(corpus_file, tmp_path)


@pytest.fixture
def stopped(trainee):
    """One that was stopped after its fourth chunk of some forty, with two checkpoints left."""
    with pytest.raises(TrainingStopped):
        trainee.train(stop_after=3, spacing="1%", epochs=3)
    assert len(trainee.names()) == 2
    return trainee


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", LOSSES)
def test_stopping_twice_and_going_on_changes_no_bit(trainee, model, loss):
    options = {"model": model, "loss": loss, "epochs": 3}
    alone = Trainee(trainee.corpus, trainee.tmpdir / "other")
    alone.tmpdir.mkdir()
    whole = alone.train(**options)
    with pytest.raises(TrainingStopped, match=r"after 0\.\d+ of 3 epochs; go on with resume="):
        trainee.train(stop_after=2, **options)
    with pytest.raises(TrainingStopped):
        trainee.train(resume=True, stop_after=17, **options)
    resumed = trainee.train(resume=True, **options)
    assert np.array_equal(resumed.parameters["syn0"], whole.parameters["syn0"])
    assert np.array_equal(resumed.parameters["syn1"], whole.parameters["syn1"])
    assert resumed.losses == whole.losses
    assert resumed.pairs_trained == whole.pairs_trained
    assert resumed.tokens_processed == whole.tokens_processed
    assert trainee.warnings == []


def test_writing_checkpoints_on_the_way_changes_no_bit(trainee, tmp_path):
    with_many = trainee.train(spacing="1%", epochs=3)
    alone = Trainee(trainee.corpus, tmp_path / "other")
    alone.tmpdir.mkdir()
    assert np.array_equal(with_many.parameters["syn0"], alone.train(epochs=3).parameters["syn0"])


@pytest.mark.parametrize("loss", LOSSES)
def test_threads_train_each_word_once_whatever_the_stops(trainee, loss):
    """The number of threads may change on the way."""
    options = {"loss": loss, "epochs": 12, "spacing": "5%"}
    with pytest.raises(TrainingStopped):
        trainee.train(stop_after=2, threads=3, **options)
    with suppress(TrainingStopped):  # threads may be at the end before anybody can stop them
        trainee.train(resume=True, stop_after=5, threads=2, **options)
    resumed = trainee.train(resume=True, threads=2, **options)
    alone = Trainee(trainee.corpus, trainee.tmpdir / "other")
    alone.tmpdir.mkdir()
    whole = alone.train(**options)
    assert resumed.tokens_processed == whole.tokens_processed
    assert resumed.pairs_trained == whole.pairs_trained
    assert resumed.losses == pytest.approx(whole.losses, rel=0.2)


def test_the_last_two_stay_and_nothing_else(trainee):
    trainee.train(spacing="3%", epochs=3)
    names = trainee.names()
    assert len(names) == 2
    assert all(checkpoint.NAME.fullmatch(name) for name in names)


def test_kills_before_the_oldest_is_removed_do_not_pile_up(stopped, monkeypatch):
    remove = checkpoint._remove
    removals = []

    def killed_when_writing(paths):
        """The first call is that of going on, the second that of the checkpoint written."""
        removals.append(None)
        if len(removals) % 2 == 0:
            raise KeyboardInterrupt
        remove(paths)

    monkeypatch.setattr(checkpoint, "_remove", killed_when_writing)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            stopped.train(resume=True, stop_after=1, epochs=3)
        assert len(stopped.names()) == checkpoint.KEPT + 1
    assert len(removals) == 6


def test_what_comes_after_damaged_checkpoints_stays(stopped):
    """Though they are further on, and it is not as far."""
    names = stopped.names()
    for number in (900, 901):
        (stopped.folder / f"checkpoint-{number:012d}.npz").write_bytes(b"damaged")
    with pytest.raises(TrainingStopped):
        stopped.train(resume=True, stop_after=1, epochs=3)
    assert len(stopped.warnings) == 2
    assert len(stopped.names()) == checkpoint.KEPT
    assert stopped.names()[0] == names[-1]
    stopped.train(resume=True, epochs=3)
    assert len(stopped.warnings) == 2


def test_a_finished_run_is_not_trained_again(trainee):
    whole = trainee.train(epochs=2)
    again = trainee.train(resume=True, epochs=2)
    assert np.array_equal(again.parameters["syn0"], whole.parameters["syn0"])
    assert again.losses == whole.losses


def test_a_finished_run_may_get_more_epochs_but_not_fewer(trainee):
    two = trainee.train(epochs=2)
    four = trainee.train(resume=True, epochs=4)
    assert four.tokens_processed == 2 * two.tokens_processed
    assert four.losses[:2] == two.losses
    assert four.losses[3] < four.losses[1]
    with pytest.raises(ConfigError, match="for more than 3 epochs; give more epochs"):
        trainee.train(resume=True, epochs=3)


def test_a_damaged_checkpoint_gives_way_to_the_one_before(stopped):
    older, newer = (stopped.folder / name for name in stopped.names())
    data = bytearray(newer.read_bytes())
    data[len(data) // 2] ^= 1
    newer.write_bytes(data)
    resumed = stopped.train(resume=True, epochs=3)
    (warning,) = stopped.warnings
    assert newer.name in warning
    assert "damaged" in warning
    assert older.name not in warning
    whole = Trainee(stopped.corpus, stopped.tmpdir / "other")
    whole.tmpdir.mkdir()
    assert np.array_equal(resumed.parameters["syn0"], whole.train(epochs=3).parameters["syn0"])


@pytest.mark.parametrize("spoil", ["cut", "empty", "text", "zip", "other shape", "other version"])
def test_checkpoints_that_cannot_be_read_are_an_error(stopped, spoil):
    for name in stopped.names():
        spoil_checkpoint(stopped.folder / name, spoil)
    with pytest.raises(InputError, match="holds no checkpoint that can be read"):
        stopped.train(resume=True, epochs=3)
    assert len(stopped.warnings) == 2
    assert all("checkpoint-0000" in warning for warning in stopped.warnings)


def spoil_checkpoint(path, how):
    data = path.read_bytes()
    if how in ("cut", "empty", "text"):
        path.write_bytes({"cut": data[:-500], "empty": b"", "text": b"checkpoint\n"}[how])
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if how == "zip":
        members = {"readme.txt": b"hello"}
    elif how == "other shape":
        members["syn1.npy"] = members["syn1.npy"].replace(b"(24, 8)", b"(25, 8)")
    else:
        members["state.json"] = members["state.json"].replace(
            b'"format_version": 1', b'"format_version": 2'
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@settings(max_examples=150)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from([*TrainingState().as_dict(), "x"]), inner)
        ),
        max_leaves=12,
    )
)
def test_a_state_is_read_or_refused(facts):
    """Whatever a file may hold: no other error, and no nonsense is taken in."""
    try:
        state = TrainingState.from_dict(facts)
    except InputError:
        return
    assert state.chunks_done >= 0
    assert len(state.losses()) == len(state.loss_sums)


def test_a_state_survives_json_to_the_bit():
    state = TrainingState()
    state.add(1, 10, 3, 0.1 + 0.2)
    state.chunks_done = 7
    assert TrainingState.from_dict(json.loads(json.dumps(state.as_dict()))) == state
    assert state.losses() == [0, (0.1 + 0.2) / 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dim": 9}, r"dim was 8 and is 9; give that"),
        ({"lr": 0.02}, r"lr was 0\.0\d+ and is 0\.02; give that"),
        ({"window": 3, "seed": 2}, r"window was 5 and is 3; seed was 1 and is 2; give that"),
        ({"min_count": 2}, r"min_count was 1 and is 2; give that"),
    ],
)
def test_other_options_are_refused_and_named(stopped, options, message):
    with pytest.raises(ConfigError, match=message):
        stopped.train(resume=True, epochs=3, **options)


def test_what_was_chosen_by_size_may_be_said_aloud(stopped):
    lr = TrainConfig(epochs=3).for_text(14_400, 24).lr
    assert stopped.train(resume=True, epochs=3, lr=lr).tokens_processed > 0


@pytest.mark.parametrize("epochs", [30, 300])
def test_what_was_chosen_by_size_stays_with_more_epochs(stopped, epochs):
    assert TrainConfig(epochs=epochs).for_text(14_400, 24) != TrainConfig(epochs=3).for_text(
        14_400, 24
    )
    assert stopped.train(resume=True, epochs=epochs).tokens_processed > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text + "w1 w2\n", "the corpus had 14400 words .* and has 14402"),
        (lambda text: text.replace("w0", "w99"), "words of the corpus are others"),
        (lambda text: "".join(reversed(text.splitlines(True))), "or in another order"),
        (lambda text: text.replace("w3", "w4"), "had 24 distinct words and has 23"),
    ],
)
def test_another_corpus_is_refused(stopped, tmp_path, change, message):
    text = stopped.corpus.read_text()
    stopped.corpus = tmp_path / "changed.txt"
    stopped.corpus.write_text(change(text))
    with pytest.raises(ConfigError, match=message):
        stopped.train(resume=True, epochs=3)


def test_another_version_is_refused():
    identity = {"version": "2", "corpus": {"tokens": 1, "vocabulary": 1}, "options": {}}
    assert differences({**identity, "version": "1"}, identity) == ["w2v was 1 and is 2"]
    assert differences(identity, identity) == []


def test_options_may_be_saved_by_their_names_on_the_command_line():
    """As versions did that wrote ``--min-count`` for the field ``min_count``."""
    facts = {"version": "2", "corpus": {"tokens": 1, "vocabulary": 1}}
    asked = {**facts, "options": {"min_count": 5, "lr": 0.025, "init": None}}
    saved = {**facts, "options": {"--min-count": 5, "--lr": 0.025, "--init": None}}
    assert differences(saved, asked) == []
    saved["options"]["--min-count"] = 4
    assert [in_python(text) for text in differences(saved, asked)] == ["min_count was 4 and is 5"]


def test_a_folder_with_checkpoints_is_not_overwritten(stopped):
    with pytest.raises(ConfigError, match="holds checkpoints of an earlier run; resume="):
        stopped.train(epochs=3)


def test_there_must_be_something_to_resume(trainee):
    with pytest.raises(InputError, match="holds no checkpoint to go on from"):
        trainee.train(resume=True)
    assert not trainee.folder.exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError):
            prepare_folder(str(path), False)


def test_training_outlives_a_checkpoint_that_cannot_be_written(trainee, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "_write_matrix", fail)
    training = trainee.train(spacing="10%", epochs=2)
    assert training.tokens_processed > 0
    assert len(trainee.warnings) > 1
    assert all("No space left on device" in warning for warning in trainee.warnings)
    assert trainee.names() == []


def test_a_checkpoint_is_skipped_while_the_last_one_is_being_written(trainee, monkeypatch):
    """A slow disk does not make training wait."""
    written = checkpoint._write_matrix
    go_on = threading.Event()

    def wait(stream, matrix):
        go_on.wait(60)
        written(stream, matrix)

    monkeypatch.setattr(checkpoint, "_write_matrix", wait)
    saves = []
    save = checkpoint.Checkpoints.save
    monkeypatch.setattr(
        checkpoint.Checkpoints, "save", lambda self, *args: (saves.append(1), save(self, *args))
    )
    finish = checkpoint.Checkpoints.finish
    monkeypatch.setattr(
        checkpoint.Checkpoints, "finish", lambda self, *args: (go_on.set(), finish(self, *args))
    )
    trainee.train(spacing="3%", epochs=2)
    assert len(saves) == 1
    assert len(trainee.names()) == 2


def test_a_pipe_among_checkpoints_is_not_waited_for(stopped):
    pipe = stopped.folder / "checkpoint-999999999999.npz"
    os.mkfifo(pipe)
    stopped.train(resume=True, epochs=3)
    [warning] = stopped.warnings
    assert warning.startswith(f"{pipe}: the checkpoint is damaged or cut short (is no file)")
