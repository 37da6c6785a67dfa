"""``--time-budget``: what a run does with it, and what is kept of the plan."""

import json
import re

import numpy as np
import pytest
from conftest import fails_with


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("budget") / "corpus.txt"
    lines = (" ".join(f"w{n}" for n in rng.integers(0, 30, 10)) for _ in range(200))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_run_with_a_budget_and_what_it_keeps(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-j", 1, "--time-budget", "60s", "-o", "v.bin")
    result = w2v(*args, "--stats", "s.json", "--checkpoint", "ck", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    [line] = re.findall(r"^w2v: time budget 60s: --dim (.*)$", result.errors, re.M)
    assert re.match(r"100 --epochs 100, as 2,000 words an epoch at [\d,]+ words/s take", line)
    assert "the rest of the time is left" in line
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["plan"].items() >= {"budget_seconds": 60.0, "dim": 100, "epochs": 100}.items()
    assert (stats["epochs"], stats["options"]["dim"]) == (100, 100)
    assert stats["tokens_processed"] == 100 * stats["tokens_in_vocab"]
    told = json.loads((tmp_path / "v.bin.w2v.json").read_text())["provenance"]
    assert told["plan"] == stats["plan"]

    # Going on takes what was planned, and measures nothing.
    before = (tmp_path / "v.bin").read_bytes()
    again = w2v(*args, "--stats", "s.json", "--resume", "ck", cwd=tmp_path)
    assert again.returncode == 0, again.errors
    assert "as planned before: --dim 100 --epochs 100" in again.errors
    assert "time budget" not in again.errors
    assert (tmp_path / "v.bin").read_bytes() == before
    assert json.loads((tmp_path / "s.json").read_text())["plan"] == stats["plan"]

    plain = [word for word in args if word not in ("--time-budget", "60s")]
    resumed = ("--resume", "ck")
    fails_with(
        w2v(*plain, *resumed, "-q", cwd=tmp_path), 2,
        "planned by --time-budget, with --dim 100 and --epochs 100",
    )  # fmt: skip
    fails_with(
        w2v(*args, *resumed, "-q", "-e", 9, cwd=tmp_path), 2,
        r"--epochs 9 differs from what was planned .*: 100",
    )  # fmt: skip
    named = w2v(*plain, *resumed, "-q", "-d", 100, "-e", 100, cwd=tmp_path)
    assert named.returncode == 0, named.errors


def test_a_run_without_a_budget_cannot_be_resumed_with_one(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-d", 8, "-e", 2, "-q", "-o", "v.bin")
    assert w2v(*args, "--checkpoint", "ck", cwd=tmp_path).returncode == 0
    result = w2v(*args, "--resume", "ck", "--time-budget", "5m", cwd=tmp_path)
    fails_with(result, 2, "begun without --time-budget; leave it out")
    for path in (tmp_path / "ck").iterdir():
        path.write_bytes(path.read_bytes()[:-40])
    result = w2v(*args, "--resume", "ck", "--time-budget", "5m", cwd=tmp_path)
    fails_with(result, 1, "the checkpoint is damaged or cut short")


def test_what_was_given_is_not_planned(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-j", 1, "--time-budget", "60s")
    args += ("-o", "v.txt", "--stats", "s.json")
    assert w2v(*args, "-d", 12, cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["options"]["dim"] == 12
    # A preset is no wish for that very number.
    result = w2v(*args, "-e", 3, "--preset", "quality", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    options = json.loads((tmp_path / "s.json").read_text())["options"]
    assert (options["dim"], options["epochs"]) == (100, 3)


def test_the_length_of_old_vectors_is_kept(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-j", 1)
    assert w2v(*args, "-d", 7, "-e", 1, "-o", "a.bin", "-q", cwd=tmp_path).returncode == 0
    more = ("--init", "a.bin", "--time-budget", "60s", "-o", "b.bin")
    result = w2v(*args, *more, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert "--dim 7 --epochs 100" in result.errors


def test_too_little_time(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-o", "v.bin", "-q", "--time-budget", "0.001s")
    fails_with(
        w2v(*args, cwd=tmp_path), 1, "--time-budget of 0.0s is too little: one epoch of 2,000"
    )
    assert not (tmp_path / "v.bin").exists()
    fails_with(w2v(*args[:-1], "soon", cwd=tmp_path), 2, "must be a time such as 90s.*'soon'")


def test_what_is_left_to_plan_is_no_value_of_the_configuration(w2v, tmp_path):
    args = ("train", "--print-config", "--time-budget", "10m")
    fails_with(w2v(*args[:-1], "soon"), 2, "--time-budget must be a time")
    text = w2v(*args, "-d", 64).text
    assert re.search(r'^time-budget = "10m" ', text, re.M)
    assert re.search(r"^dim = 64 ", text, re.M)
    assert "# epochs is chosen by --time-budget\n" in text
    (tmp_path / "run.toml").write_text(text)
    again = w2v("train", "--print-config", "--config", tmp_path / "run.toml").text
    assert "# epochs is chosen by --time-budget\n" in again
