"""What `train` and `tune` have of the command: presets, budgets, checkpoints, tuning, a log."""

import dataclasses
import itertools
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli import ConfigError, InputError, TrainingError, W2VWarning, train, tune
from w2v_cli.presets import PRESETS

pytestmark = pytest.mark.usefixtures("compiled")

SAMPLE = ROOT / "data" / "sample.txt"
QUESTIONS = ROOT / "data" / "sample-questions.txt"
SENTENCES = [["new", "york", "is", "large"], ["rome", "is", "old"]] * 200
FEW = {"dim": 8, "threads": 1, "min_count": 1}


class EnoughError(Exception):
    """What a callback raises that has seen enough."""


def stop_at_a_checkpoint(folder):
    def progress(stage, *_, **__):
        if stage == "train" and list(folder.glob("*.npz")):
            raise EnoughError

    return progress


def test_a_preset_is_its_options_and_what_is_given_wins():
    named = train(SENTENCES, preset="gensim", **FEW)
    values = {**PRESETS["gensim"], **FEW}
    np.testing.assert_array_equal(named.matrix, train(SENTENCES, **values).matrix)
    assert named.record["options"]["model"] == "cbow"
    assert named.dim == 8
    with pytest.raises(ConfigError, match=r"^preset must be word2vec or gensim .* not 'fine'"):
        train(SENTENCES, preset="fine")


@pytest.mark.parametrize("budget", ["4s", 4])
def test_a_budget_of_time_chooses_what_is_not_given(budget):
    vectors = train(SAMPLE, time_budget=budget, dim=16, threads=1)
    plan = vectors.record["plan"]
    assert (plan["budget_seconds"], plan["dim"], vectors.dim) == (4, 16, 16)
    assert vectors.record["epochs"] == plan["epochs"]
    with pytest.raises(TrainingError, match=r"^time_budget .* is too little"):
        train(SAMPLE, time_budget=0.01, epochs=10_000, threads=1)
    with pytest.raises(ConfigError, match=r"^time_budget must be a time such as 90s, 10m or 2h"):
        train(SENTENCES, time_budget="soon")


def test_a_run_that_ended_goes_on_as_if_it_had_not(tmp_path):
    options = {"epochs": 400, **FEW}
    whole = train(SENTENCES, **options)
    saved = tmp_path / "saved"
    with pytest.raises(EnoughError):
        train(
            SENTENCES,
            checkpoint=saved,
            checkpoint_every="1%",
            progress=stop_at_a_checkpoint(saved),
            **options,
        )
    resumed = train(SENTENCES, resume=saved, **options)
    np.testing.assert_array_equal(resumed.matrix, whole.matrix)
    with pytest.raises(ConfigError, match="of another run: dim was 8 and is 9"):
        train(SENTENCES, resume=saved, **{**options, "dim": 9})
    with pytest.raises(ConfigError, match=r"holds checkpoints of an earlier run; resume"):
        train(SENTENCES, checkpoint=saved, **options)
    with pytest.raises(InputError, match=r"holds no checkpoint to go on from"):
        train(SENTENCES, resume=tmp_path / "empty", **options)
    with pytest.raises(ConfigError, match=r"must be the same folder; leave out checkpoint$"):
        train(SENTENCES, checkpoint=tmp_path / "other", resume=saved, **options)


def test_each_epoch_is_told_and_may_be_the_last():
    told = []

    def on_epoch(epoch, loss, vectors):
        told.append((epoch, loss, vectors.matrix.copy(), vectors.neighbors("rome", k=1)[0].word))
        return epoch == last

    options = {"epochs": 4, **FEW}
    last = 99
    whole = train(SENTENCES, on_epoch=on_epoch, **options)
    assert [epoch for epoch, *_ in told] == [1, 2, 3, 4]
    assert [loss for _, loss, *_ in told] == whole.record["loss"]
    np.testing.assert_array_equal(whole.matrix, told[-1][2])
    np.testing.assert_array_equal(whole.matrix, train(SENTENCES, **options).matrix)
    last, before = 2, told[1]
    told.clear()
    ended = train(SENTENCES, on_epoch=on_epoch, **options)
    np.testing.assert_array_equal(ended.matrix, before[2])
    assert told[-1][3] == before[3]
    assert ended.record["epochs"] == len(ended.record["loss"]) == 2
    assert ended.record["tokens_processed"] == 2 * 1400
    assert ended.record["options"]["epochs"] == 4


def test_a_run_that_ended_after_an_epoch_can_go_on(tmp_path):
    options = {"epochs": 3, **FEW}
    saved = tmp_path / "saved"
    train(SENTENCES, checkpoint=saved, on_epoch=lambda *_: True, **options)
    resumed = train(SENTENCES, resume=saved, **options)
    np.testing.assert_array_equal(resumed.matrix, train(SENTENCES, **options).matrix)


def test_vectors_of_an_epoch_stay_as_they_were():
    kept = []

    def on_epoch(epoch, loss, vectors):
        kept.append((vectors, vectors.matrix.copy(), vectors.neighbors("rome", k=2)))

    train(SENTENCES, epochs=3, on_epoch=on_epoch, **FEW)
    for vectors, matrix, neighbors in kept:
        np.testing.assert_array_equal(vectors.matrix, matrix)
        assert vectors.neighbors("rome", k=2) == neighbors


@pytest.mark.parametrize(
    ("answer", "n_epochs"), [(np.True_, 1), (True, 1), (None, 3), (False, 3), (0.7, 3), ("x", 3)]
)
def test_nothing_but_true_ends_training(answer, n_epochs):
    vectors = train(SENTENCES, epochs=3, on_epoch=lambda *_: answer, **FEW)
    assert vectors.record["epochs"] == n_epochs


def test_an_error_after_an_epoch_leaves_a_checkpoint(tmp_path):
    options = {"epochs": 3, **FEW}
    saved = tmp_path / "saved"

    def on_epoch(epoch, *_):
        if epoch == 2:
            raise EnoughError

    with pytest.raises(EnoughError) as told:
        train(SENTENCES, checkpoint=saved, on_epoch=on_epoch, **options)
    if hasattr(told.value, "__notes__"):
        assert told.value.__notes__ == [
            f"on_epoch raised this after epoch 2; what was trained is kept; go on with "
            f"resume='{saved}'"
        ]
    told = []
    resumed = train(
        SENTENCES, resume=saved, on_epoch=lambda epoch, *_: told.append(epoch), **options
    )
    assert told == [3]
    np.testing.assert_array_equal(resumed.matrix, train(SENTENCES, **options).matrix)
    with pytest.raises(EnoughError) as lost:
        train(SENTENCES, on_epoch=on_epoch, **options)
    if hasattr(lost.value, "__notes__"):
        [note] = lost.value.__notes__
        assert note.endswith("what was trained is lost; checkpoint would have kept it")


def test_no_thread_is_left_after_an_error(tmp_path):
    def on_epoch(epoch, *_):
        if epoch == 2:
            raise EnoughError

    before = threading.active_count()
    with pytest.raises(EnoughError):
        train(
            SENTENCES, epochs=3, checkpoint=tmp_path / "c", checkpoint_every="1e",
            on_epoch=on_epoch, dim=300, threads=1, min_count=1,
        )  # fmt: skip
    assert threading.active_count() == before


def test_warnings_of_checkpoints_point_at_the_caller(tmp_path):
    saved = tmp_path / "saved"

    def on_epoch(*_):
        shutil.rmtree(saved, ignore_errors=True)

    with pytest.warns(W2VWarning, match="checkpoint") as told:
        train(
            SENTENCES, epochs=4, checkpoint=saved, checkpoint_every="1e", on_epoch=on_epoch, **FEW
        )
    assert {warning.filename for warning in told} == {__file__}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"preset": ["quality"]}, "^preset must be "),
        ({"checkpoint": 3}, "^checkpoint must be a path, not 3"),
        ({"checkpoint": ""}, "^checkpoint must be a path, not ''"),
        ({"resume": True}, "^resume must be a path, not True"),
        ({"init": []}, "^init must be a path"),
        ({"tmpdir": 3}, "^tmpdir must be a path, not 3"),
        ({"on_epoch": False}, "^on_epoch must be a function, not False"),
        ({"progress": "yes"}, "^progress must be True or a function, not 'yes'"),
        ({"checkpoint_every": float("nan"), "checkpoint": "x"}, "^checkpoint_every must be a time"),
    ],
)
def test_arguments_of_other_types_are_told(asked, message):
    with pytest.raises(ConfigError, match=message):
        train(SENTENCES, **asked, **FEW)


def test_what_the_command_says_goes_to_a_logger(caplog):
    with caplog.at_level(logging.INFO, logger="w2v_cli"):
        train(SENTENCES, epochs=1, **FEW)
    said = [record.getMessage() for record in caplog.records if record.name == "w2v_cli"]
    assert said[0] == "1,400 words read, 1,400 of them in the vocabulary of 6"
    assert any(line.startswith("training with 1 thread, seed 1") for line in said)


@pytest.mark.filterwarnings("ignore:the loss is 0")
def test_warnings_go_to_the_logger_too(caplog, capfd):
    first = train(SENTENCES, epochs=1, **FEW)
    with pytest.warns(W2VWarning, match="no word of the text is in vectors"):
        train([["xyz", "uvw"]] * 9, init=first, epochs=1, threads=1)
    told = next(each for each in caplog.records if each.levelno == logging.WARNING)
    assert told.name == "w2v_cli"
    assert told.getMessage().startswith("no word of the text is in vectors")


def test_a_logger_that_nobody_listens_to_prints_nothing():
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from w2v_cli import train\n"
        "first = train([['a', 'b']] * 9, dim=2, threads=1)\n"
        "train([['xyz', 'c']] * 9, init=first, threads=1)\n"
    )
    command = [sys.executable, "-c", code]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_lines_of_the_command_are_printed_if_they_are_asked_for(capfd, monkeypatch):
    for progress in (None, True):
        train(SENTENCES, epochs=1, verbose=True, progress=progress, **FEW)
        shown = capfd.readouterr()
        assert shown.out == ""
        assert "w2v: 1,400 words read, 1,400 of them in the vocabulary of 6\n" in shown.err
        assert "w2v: training with 1 thread, seed 1; sample=0.001 lr=0.0" in shown.err


def test_a_bar_is_drawn_if_it_is_asked_for(capfd, monkeypatch):
    clock = itertools.count(0, 100)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    train(SENTENCES, epochs=1, progress=True, **FEW)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "training: " in shown.err
    assert "words/s" in shown.err
    train(SENTENCES, epochs=1, progress=False, **FEW)
    assert capfd.readouterr() == ("", "")


RARE_IN_SAMPLE = "skipped since their words occur fewer than 5 times in the sample"


def test_settings_are_tuned_as_by_the_command(w2v, tmp_path):
    grid = {"dim": [10, 30], "window": [2]}
    with pytest.warns(W2VWarning, match=RARE_IN_SAMPLE):
        tuned = tune(
            SAMPLE, questions=QUESTIONS, grid=grid, sample_words=50_000, epochs=1, threads=1
        )
    assert [trial.options for trial in tuned.trials] == [
        {"dim": 10, "window": 2},
        {"dim": 30, "window": 2},
    ]
    scores = [trial.score for trial in tuned.trials]
    first = tuned.trials[0]
    assert repr(first) == (
        f"Trial({first.options}, score={round(first.score, 4)}, verdict={first.verdict!r})"
    )
    assert tuned.best == tuned.trials[scores.index(max(scores))].options
    assert tuned.measure == "accuracy"
    assert tuned == dataclasses.replace(tuned)
    assert tuned != dataclasses.replace(tuned, trials=tuned.trials[:1])
    with pytest.warns(W2VWarning, match=RARE_IN_SAMPLE):
        text = tune(
            SAMPLE, questions=QUESTIONS, grid="dim=10,30 window=2", sample_words=50_000, epochs=1,
            threads=1,
        )  # fmt: skip
    assert [trial.score for trial in text.trials] == scores
    assert train(SENTENCES, epochs=1, threads=1, **tuned.best).dim == tuned.best["dim"]
    assert tuned.settled.items() <= tuned.best.items()
    assert tuned.best.keys() == tuned.settled.keys() | tuned.unsettled.keys()


def test_sessions_of_the_corpus_are_not_held_out():
    with pytest.raises(
        ConfigError, match=r"is both the corpus and sessions, so that .*; next_item"
    ):
        tune(SAMPLE, sessions=SAMPLE)


def test_items_are_tuned_as_by_the_command(w2v, tmp_path):
    lines = [[f"i{(start + step) % 30}" for step in range(2 + start % 5)] for start in range(300)]
    for name in ("c.txt", "s.txt"):
        (tmp_path / name).write_text("".join(" ".join(line) + "\n" for line in lines))
    options = {"grid": {"window": [1, "sentence"]}, "epochs": 2, "threads": 1, "dim": 8}
    inner = tune(lines, next_item=True, topn=np.int64(3), measure="ndcg", **options)
    outer = tune(lines, sessions=tmp_path / "s.txt", session_history=2, **options)
    args = ["--grid", "window=1,sentence", "-e", 2, "-j", 1, "-d", 8, "--json", "-q"]
    for tuned, own in (
        (inner, ["--next-item", "-k", 3, "--measure", "ndcg"]),
        (outer, ["--sessions", "s.txt", "--session-history", 2]),
    ):
        command = json.loads(w2v("tune", "c.txt", *args, *own, cwd=tmp_path).text)
        assert tuned.measure == command["measure"]
        assert [trial.score for trial in tuned.trials] == [
            trial["score"] for trial in command["trials"]
        ]
        assert tuned.settled == tuned.best == command["settled"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "^give questions, pairs, sessions or next_item to score by"),
        ({"next_item": True, "questions": QUESTIONS}, "^questions and next_item exclude each"),
        ({"next_item": 1}, "^next_item must be True or False"),
        ({"next_item": True, "measure": "auc"}, "^measure must be hit_rate or ndcg or mrr"),
        ({"questions": QUESTIONS, "topn": 5}, "^topn is for sessions"),
        ({"questions": QUESTIONS, "pairs": QUESTIONS}, "^questions and pairs exclude each other"),
        ({"questions": QUESTIONS, "seeds": 0}, "^seeds must be from 1 to 100, not 0"),
        ({"questions": QUESTIONS, "seeds": True}, "^seeds must be from 1 to 100, not True"),
        ({"questions": QUESTIONS, "grid": {"threads": [1]}}, "^grid: threads is no option to try"),
        ({"questions": QUESTIONS, "grid": {"dim": []}}, "^grid: dim needs a list of values"),
        ({"questions": QUESTIONS, "grid": {}}, "^grid is empty"),
        ({"questions": QUESTIONS, "grid": {"window": 5}}, "^grid: window needs a list of values"),
        ({"questions": QUESTIONS, "grid": {"window": [None]}}, "^grid: window needs a list"),
        ({"questions": QUESTIONS, "grid": {3: [1]}}, "^grid: 3 is no option to try"),
        ({"questions": QUESTIONS, "sample_words": 999}, "^sample_words must be a whole number"),
        (
            {"questions": QUESTIONS, "sample_words": 2000, "time_budget": "1m"},
            "^sample_words and time_budget exclude each other",
        ),
    ],
)
def test_what_cannot_be_tuned_is_told(asked, message):
    with pytest.raises(ConfigError, match=message):
        tune(SENTENCES, **asked)
