"""``w2v classify tune``: what is tried, handed over and told, in the time given; and mistakes."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT, fails_with

from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.errors import TrainingError, TuningStopped, in_python
from w2v_cli.labelled.config import ClassifyConfig
from w2v_cli.training.report import NeverStopping, Silence
from w2v_cli.training.request import TimeBudget
from w2v_cli.tuning.classifiers.objectives import Objective
from w2v_cli.tuning.classifiers.request import TuneRequest
from w2v_cli.tuning.classifiers.session import ClassifierSession


def lines(n, seed=1, noise=0.2):
    """Documents of three labels, of which two words tell, but for some that are wrong."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        label = int(rng.integers(0, 3))
        own = label if rng.random() > noise else int(rng.integers(0, 3))
        words = [f"w{word}" for word in rng.integers(0, 200, 6)]
        words += [f"own{own}x{word}" for word in rng.integers(0, 40, 2)]
        rng.shuffle(words)
        found.append(f"__label__{'abc'[label]} {' '.join(words)}")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuning")
    for name, n, seed in (("train", 600, 1), ("test", 200, 2)):
        (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines(n, seed)))
    return folder


FEW = ["--trials", 5, "-d", 8, "-j", 1, "--json"]


@pytest.fixture(scope="module")
def tuned(w2v, folder):
    return w2v("classify", "tune", "train.txt", "-o", "m.bin", *FEW, "--report", "r.jsonl",
               cwd=folder)  # fmt: skip


def test_trials_are_told(tuned, folder):
    assert tuned.returncode == 0, tuned.errors
    found = json.loads(tuned.text)
    trials = found["trials"]
    assert [trial["trial"] for trial in trials] == [1, 2, 3, 4, 5]
    assert found["objective"] == "f1"
    assert found["documents"] == {"all": 600, "scored": 60, "folds": 0}
    assert [trial["verdict"] for trial in trials].count("best") == 1
    best = trials[found["best_trial"] - 1]
    assert best["verdict"] == "best"
    assert best["score"] == max(trial["score"] or 0 for trial in trials) == found["score"]
    assert best["options"] == found["best"]
    low, high = best["interval"]
    assert low <= best["score"] <= high
    assert (found["model"], found["stopped"]) == ("scored", False)
    written = [json.loads(line) for line in (folder / "r.jsonl").read_text().splitlines()]
    assert written == trials
    assert "trials are scored by 60 of 600 documents, drawn by the seed" in tuned.errors
    assert "trials vary --epochs, --lr, --buckets, --word-ngrams, --min-n, --max-n" in tuned.errors
    assert "trial 1 of 5: --epochs 5 --lr 0.5 --word-ngrams 1: f1 0." in tuned.errors
    assert f"the same settings again: {found['command']}" in tuned.errors


def test_what_is_given_by_hand_stays(tuned, folder, w2v):
    for trial in json.loads(tuned.text)["trials"]:
        assert "dim" not in trial["options"]
    args = ["classify", "tune", "train.txt", "-o", "h.bin", "--trials", 4, "-q", "--json", "-d", 8]
    args += ["--word-ngrams", 1, "--max-n", 0]
    env = {"W2V_CLASSIFY_TUNE_EPOCHS": "7"}
    done = w2v(*args, cwd=folder, env=env)
    assert done.returncode == 0, done.errors
    for trial in json.loads(done.text)["trials"]:
        assert set(trial["options"]) == {"lr", "buckets"}
        assert trial["note"] or trial["epochs_done"] == 7 or trial["stopped"]


def test_the_same_seed_gives_the_same_bytes(w2v, tuned, folder):
    again = w2v("classify", "tune", "train.txt", "-o", "again.bin", *FEW, "-q", cwd=folder)

    def of(result):
        found = json.loads(result.text)
        return [{**trial, "seconds": 0} for trial in found["trials"]]

    assert of(again) == of(tuned)
    assert (folder / "again.bin").read_bytes() == (folder / "m.bin").read_bytes()
    other = w2v("classify", "tune", "train.txt", "-o", "o.bin", *FEW, "-q", "--seed", 2, cwd=folder)
    assert of(other) != of(tuned)


def test_the_model_that_scored_is_handed_over(w2v, folder):
    """The command that is printed makes it again, byte for byte."""
    args = ["--validation", "test.txt", "--trials", 4, "-j", 1, "-d", 8, "-q", "--json"]
    done = w2v("classify", "tune", "train.txt", "-o", "v.bin", *args, "--min-count", 2, cwd=folder)
    assert done.returncode == 0, done.errors
    found = json.loads(done.text)
    test = w2v("classify", "test", "v.bin", "test.txt", "--json", "-q", cwd=folder)
    assert json.loads(test.text)["accuracy"] == pytest.approx(found["score"], abs=1e-9)
    command = found["command"].replace("-o v.bin", "-o w.bin")
    assert "--min-count 2" in command and "--threads 1" in command
    again = w2v(*command.split()[1:], "-q", cwd=folder)
    assert again.returncode == 0, again.errors
    assert (folder / "w.bin").read_bytes() == (folder / "v.bin").read_bytes()
    record = json.loads((folder / "v.bin.w2v.json").read_text())["provenance"]
    assert record["tuning"]["objective"] == "f1"
    assert record["tuning"]["score"] == found["score"]


@pytest.mark.parametrize("kind", [["--folds", 3], ["--final", "refit"]])
def test_settings_may_be_trained_on_everything(w2v, folder, kind):
    args = ["--trials", 3, "-j", 1, "-d", 8, "-q", "--json", *kind]
    done = w2v("classify", "tune", "train.txt", "-o", "f.bin", *args, cwd=folder)
    assert done.returncode == 0, done.errors
    found = json.loads(done.text)
    assert found["model"] == "refitted"
    assert found["documents"]["scored"] == (600 if "--folds" in kind else 60)
    command = found["command"].replace("-o f.bin", "-o g.bin")
    assert w2v(*command.split()[1:], "-q", cwd=folder).returncode == 0
    assert (folder / "g.bin").read_bytes() == (folder / "f.bin").read_bytes()


def test_documents_to_score_by_are_trained_on_in_the_end(w2v, folder):
    args = ["--validation", "test.txt", "--final", "refit", "--trials", 2, "-d", 8, "-q", "--json"]
    done = w2v("classify", "tune", "train.txt", "-o", "both.bin", *args, cwd=folder)
    assert json.loads(done.text)["model"] == "refitted"
    record = json.loads((folder / "both.bin.w2v.json").read_text())["provenance"]
    assert record["documents"] == 800


@pytest.mark.parametrize(
    "objective", ["macro-f1", "f1:b", "precision-at-recall:0.5", "recall-at-precision:0.5:c"]
)
def test_objectives(w2v, folder, objective):
    args = ["--trials", 2, "-d", 8, "-q", "--tsv", "--objective", objective]
    done = w2v("classify", "tune", "train.txt", "-o", "o.bin", *args, cwd=folder)
    assert done.returncode == 0, done.errors
    head, *rows = [line.split("\t") for line in done.text.splitlines()]
    assert head[0] == "trial" and objective in head
    place = head.index(objective)
    assert all(0 < float(row[place]) <= 1 for row in rows)


def test_a_lower_log_loss_is_better(w2v, folder):
    args = ["--trials", 4, "-d", 8, "-q", "--json", "--objective", "log-loss"]
    args += ["--validation", "test.txt"]
    done = w2v("classify", "tune", "train.txt", "-o", "l.bin", *args, cwd=folder)
    found = json.loads(done.text)
    scores = [trial["score"] for trial in found["trials"] if trial["score"]]
    assert found["score"] == min(scores) > 0
    for trial in found["trials"]:
        if trial["interval"]:
            assert trial["interval"][0] <= trial["score"] <= trial["interval"][1]
    test = w2v("classify", "test", "l.bin", "test.txt", "--json", "-q", cwd=folder)
    assert json.loads(test.text)["log_loss"] == pytest.approx(found["score"], rel=1e-5)


def test_a_model_of_a_size_is_scored_as_it_is(w2v, folder):
    args = ["--validation", "test.txt", "--trials", 4, "-j", 1, "--max-size", "40k", "--json", "-q"]
    done = w2v("classify", "tune", "train.txt", "-o", "s.ftz", *args, cwd=folder)
    assert done.returncode == 0, done.errors
    found = json.loads(done.text)
    assert all(trial["bytes"] <= 40_000 for trial in found["trials"] if trial["score"])
    best = found["trials"][found["best_trial"] - 1]
    assert (folder / "s.ftz").stat().st_size == best["bytes"]
    test = w2v("classify", "test", "s.ftz", "test.txt", "--json", "-q", cwd=folder)
    assert json.loads(test.text)["accuracy"] == pytest.approx(found["score"], abs=1e-9)
    train, quantize = found["command"].split(" && ")
    assert w2v(*train.split()[1:], "-q", cwd=folder).returncode == 0
    before = (folder / "s.ftz").read_bytes()
    assert w2v(*quantize.split()[1:], "-q", cwd=folder).returncode == 0
    assert (folder / "s.ftz").read_bytes() == before


def test_a_size_that_is_too_small_says_so(w2v, folder):
    args = ["--trials", 2, "-d", 100, "--max-size", "40k", "-q"]
    done = w2v("classify", "tune", "train.txt", "-o", "no.ftz", *args, cwd=folder)
    assert done.returncode == 1
    assert "no trial has a score: --max-size of 40,000 bytes is too little for" in done.errors
    assert done.text.count("failed") == 2
    assert not (folder / "no.ftz").exists()


def session_of(folder, n_trials=4, budget=None, **values):
    config = ClassifyConfig(dim=8, threads=1, **values)
    training = ClassifyRequest(
        config=config, paths=(str(folder / "train.txt"),), output=str(folder / "s.bin")
    )
    fixed = frozenset({"dim", *values})
    return ClassifierSession(
        TuneRequest(
            training=training, chosen=fixed, objective=Objective("f1"), n_trials=n_trials,
            time_budget=budget and TimeBudget(budget),
        )
    )  # fmt: skip


def test_hopeless_trials_are_stopped(folder, monkeypatch):
    """Settings of which some learn next to nothing."""
    rates = iter([0.5, 0.4, 0.6, 0.3, 1e-6, 0.5])

    class Given:
        def __init__(self, space, seed):
            [self.base, *_] = space.starts()

        def next(self, best, progress, fitted):
            return replace(self.base, lr=next(rates))

    monkeypatch.setattr("w2v_cli.tuning.classifiers.session.Search", Given)
    session = session_of(folder, 6, epochs=12, word_ngrams=1, max_n=0)
    session.run()
    found = session.result(in_python).trials
    assert [trial.stopped for trial in found] == [None] * 4 + ["hopeless", None]
    assert found[4].epochs_done == 3 and found[4].score is None
    assert found[4].last_score < 0.5
    assert session.result(in_python).best["lr"] != 1e-6


def test_trials_that_run_away_lose(folder, monkeypatch):
    from w2v_cli.tuning.classifiers import search

    monkeypatch.setitem(search.NUMBERS, "lr", search.Number(50.0, 90.0, 1.0, 1.0))
    session = session_of(folder, 6)
    session.run()
    found = session.result(in_python)
    failed = [trial for trial in found.trials if trial.note]
    assert failed and all(trial.score is None for trial in failed)
    assert "too high" in failed[0].note
    assert found.best["lr"] == 0.5
    with pytest.raises(TrainingError, match=r"no trial has a score: .*too high"):
        session_of(folder, 2, lr=90.0).run()


class Ticking:
    """A time of which some is over whenever somebody asks: so tests do not go by the clock."""

    seconds = 100.0

    def __init__(self):
        self._n = 0

    @property
    def spent(self):
        self._n += 1
        return 0.1 * self._n


def test_trials_end_in_the_time(folder):
    session = session_of(folder, None)
    session._request = replace(session._request, time_budget=Ticking())
    session.run()
    found = session.result(in_python)
    assert len(found.trials) >= 2
    assert found.model == "scored"
    assert all(trial.stopped != "time" for trial in found.trials[:-1])
    (folder / "s.bin").unlink()


def test_a_time_that_is_too_short_says_so(w2v, folder):
    done = w2v("classify", "tune", "train.txt", "-o", "no.bin", "--time", "0.01s", "-q", cwd=folder)
    fails_with(done, 1, "--time-budget is too little: no trial came to its end")
    assert not (folder / "no.bin").exists()


class StopsAfter(NeverStopping, Silence):
    """Somebody who asks for the end when a trial was told."""

    def __init__(self, n):
        super().__init__()
        self._n = n

    def say(self, message):
        if message.startswith("trial "):
            self._n -= 1
            if not self._n:
                self.requested.set()


@pytest.mark.parametrize("folds", [None, 3])
def test_after_a_stop_the_best_so_far_is_there(folder, folds):
    session = session_of(folder, 50)
    session._request = replace(session._request, folds=folds)
    stopping = StopsAfter(2)
    with pytest.raises(TuningStopped, match="stopped in trial 2; the best model so far is in"):
        session.run(stopping, stopping)
    found = session.result(in_python)
    assert found.stopped and found.model == "scored" and len(found.trials) == 2
    assert (folder / "s.bin").exists()


def test_ctrl_c_writes_the_best_model(compiled, folder):
    args = ["classify", "tune", "train.txt", "-o", "c.bin", "-j", 1, "-d", 8, "--tsv"]
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    for line in process.stderr:
        if "trial 2: " in line:
            break
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert out.startswith("trial\tepochs")
    assert "the best model so far is in c.bin" in errors
    assert "Traceback" not in errors
    assert (folder / "c.bin").exists()


def test_tables_of_documents_and_standard_output(w2v, folder):
    rows = [line.split(" ", 1) for line in lines(200)]
    text = "".join(f"{label[9:]}\t{document}\n" for label, document in rows)
    (folder / "t.tsv").write_text("stars\treview\n" + text)
    args = ["--text", "review", "--label", "stars", "--trials", 2, "-d", 4, "--objective", "f1:a"]
    done = w2v("classify", "tune", "t.tsv", "-o", "-", *args, cwd=folder)
    assert done.returncode == 0, done.errors
    assert "--text review --label stars" in done.errors
    assert "best" in done.errors
    (folder / "piped.bin").write_bytes(done.stdout)
    answers = w2v("classify", "predict", "piped.bin", "-q", stdin="own0x3\n", cwd=folder)
    assert answers.text.startswith("__label__")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--objective", "accuracy"], 2, "--objective must be f1, f1:LABEL, macro-f1, "),
        (["--objective", "f1:d"], 2, "no document has the label 'd'; .*__label__a"),
        (["--objective", "precision-at-recall:30"], 2, "needs a share above 0, and at most 1"),
        (["--folds", 3, "--validation", "test.txt"], 2, "exclude each other"),
        (["--folds", 3, "--final", "best"], 2, "--folds 3 and --final best exclude each other"),
        (["--folds", 1], 2, "--folds"),
        (["--held-out", 1], 2, "--held-out"),
        (["--time", "soon"], 2, "--time-budget must be a time such as"),
        (["--trials", 0], 2, "--trials"),
        (["--validation", "missing"], 1, "missing: no such file"),
        (["--validation", "plain.txt"], 1, "plain.txt: no line has a label"),
        (["--validation", "m.bin", "-o", "m.bin"], 2, "m.bin is both"),
        (["-o", "-", "--json"], 2, "-o - writes the model to standard output"),
        (["--tsv", "--json"], 2, "exclude each other"),
        (["--report", "train.txt"], 2, "train.txt is both"),
        (["--max-size", "little"], 2, "--max-size must be a size such as 2M"),
        (["--min-n", 3], 2, "--min-n 3 needs --max-n"),
        (["--folds", 99], 1, "12 documents with a label, too few for --folds 99"),
    ],
)
def test_mistakes(w2v, folder, args, code, message):
    (folder / "plain.txt").write_text("no label\n")
    name = "train.txt"
    if 99 in args:
        (folder / "few.txt").write_text("".join(f"{line}\n" for line in lines(12)))
        name = "few.txt"
    given = ["--trials", 1, "-q"] if "--trials" not in args and "--time" not in args else ["-q"]
    output = [] if "-o" in args else ["-o", "x.bin"]
    done = w2v("classify", "tune", name, *output, *given, *args, cwd=folder)
    fails_with(done, code, message)
    assert not (folder / "x.bin").exists()


def test_a_test_of_other_labels_is_told(w2v, folder):
    (folder / "other.txt").write_text("__label__x own0x3\n" * 3)
    args = ["--validation", "other.txt", "--trials", 1, "-d", 4, "-q"]
    done = w2v("classify", "tune", "train.txt", "-o", "x.bin", *args, cwd=folder)
    assert "no label of the documents to score by is one of those to train on" in done.errors
    os.remove(folder / "x.bin")
