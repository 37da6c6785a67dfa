"""``w2v tune``: what is tried, what is printed and kept of it, and mistakes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, fails_with

SAMPLE = ROOT / "data" / "sample.txt"
QUESTIONS = ROOT / "data" / "sample-questions.txt"


@pytest.fixture(scope="module")
def tuned(w2v, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned")
    args = ["tune", SAMPLE, "--questions", QUESTIONS, "--sample-words", 150_000, "-e", 6]
    args += ["--lowercase", "--grid", "dim=4,32", "--save", folder / "best.toml"]
    return w2v(*args, "--json"), folder / "best.toml"


def test_a_tuning(tuned):
    result, _ = tuned
    assert result.returncode == 0, result.errors
    found = json.loads(result.text)
    assert found["measure"] == "accuracy"
    assert 140_000 < found["sample"]["words"] < 160_000
    small, large = found["trials"]
    assert (small["options"], large["options"]) == ({"dim": 4}, {"dim": 32})
    assert (small["verdict"], large["verdict"]) == ("worse", "best")
    assert small["score"] < large["score"]
    low, high = large["interval"]
    assert low < large["score"] < high
    assert small["best_is_better_by"][0] > 0
    assert small["asked"] + small["skipped"] == large["asked"] + large["skipped"]
    assert found["best"] == {"dim": 32}
    assert "trial 2 of 2: --dim 32: accuracy 0." in result.errors


def test_the_best_is_a_configuration(w2v, tuned):
    _, path = tuned
    text = w2v("train", "--print-config", "--config", path).text
    for line in ("dim = 32 ", "epochs = 6 ", "lowercase = true ", 'model = "skipgram" '):
        assert f"\n{line}" in text
    assert "\n# lr = 0.025 " in text
    assert "\n# threads = " in text


def test_tables_and_pairs(w2v, tmp_path):
    words = ("king queen man woman paris france london england " * 2).split()
    lines = [f"{a}\t{b}\t{n}" for n, (a, b) in enumerate(zip(words, words[3:11], strict=False))]
    (tmp_path / "pairs.tsv").write_text(
        "\n".join(lines) + "\nking nosuchword 3\n".replace(" ", "\t")
    )
    args = ["tune", SAMPLE, "--pairs", tmp_path / "pairs.tsv", "--sample-words", 100_000, "-q"]
    args += ["-e", 1, "-d", 8, "--grid", "window=2,3 min-count=2", "--grid", "model=cbow"]
    table = w2v(*args)
    assert table.returncode == 0, table.errors
    assert table.errors == ""
    head, *rows = [line.split() for line in table.text.splitlines()]
    assert head[:4] == ["window", "min-count", "model", "spearman"]
    assert [row[:3] for row in rows] == [
        ["2", "2", "skipgram"], ["3", "2", "skipgram"], ["5", "5", "cbow"],
    ]  # fmt: skip
    assert sum("best" in row for row in rows) == 1
    tsv = w2v(*args, "--tsv")
    assert [len(line.split("\t")) for line in tsv.text.splitlines()] == [12] * 4


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        ([SAMPLE], 2, "give --questions or --pairs"),
        ([SAMPLE, "--questions", "q", "--pairs", "p"], 2, "and not both"),
        ([SAMPLE, "--questions", "missing"], 1, "missing: cannot be opened"),
        ([SAMPLE, "--questions", QUESTIONS, "--grid", "dim=x"], 2, "dim needs a whole number"),
        ([SAMPLE, "--questions", QUESTIONS, "--tsv", "--json"], 2, "exclude each other"),
        ([SAMPLE, "--questions", QUESTIONS, "--time-budget", "soon"], 2, "must be a time"),
        ([SAMPLE, "--questions", QUESTIONS, "--time-budget", "9s", "--sample-words", 5000], 2,
         "--sample-words and --time-budget exclude each other"),
        ([SAMPLE, "--questions", QUESTIONS, "--time-budget", "0.01s", "-q"], 1, "is too little: "),
        (["-", "--questions", "-"], 2, "standard input cannot be both"),
        ([SAMPLE, "--questions", QUESTIONS, "--save", QUESTIONS], 2, "both the test and an output"),
        (["missing", "--questions", QUESTIONS, "-q"], 1, "missing: no such file"),
        (["--questions", QUESTIONS], 2, "Missing argument 'CORPUS...'"),
    ],
)  # fmt: skip
def test_mistakes(w2v, args, code, message, tmp_path):
    fails_with(w2v("tune", *args, cwd=tmp_path), code, message)


def test_a_test_of_other_words(w2v, tmp_path):
    (tmp_path / "t.txt").write_text("a b c\n" * 100)
    (tmp_path / "q.txt").write_text(": x\nking queen man woman\n")
    args = ("tune", "t.txt", "--questions", "q.txt", "--grid", "dim=2", "-q", "--save", "b.toml")
    result = w2v(*args, cwd=tmp_path)
    assert result.returncode == 1
    assert "the test has no score: 1 of its lines" in result.errors
    assert "no trial has a score" in result.errors
    assert not (tmp_path / "b.toml").exists()


def test_a_trial_without_words_says_what_to_do(w2v, tmp_path):
    args = ("--grid", "min-count=1,100000", "-d", 4, "-e", 1, "--sample-words", 5000, "--json")
    result = w2v("tune", SAMPLE, "--questions", QUESTIONS, *args, "-q", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    [note] = [trial["note"] for trial in json.loads(result.text)["trials"] if trial["note"]]
    advice = "occurs 100000 times; give a lower --min-count, or a larger --sample-words"
    assert advice in note
    assert advice in result.errors


def test_ctrl_c_prints_what_was_done(compiled, tmp_path):
    args = ["tune", SAMPLE, "--questions", QUESTIONS, "--sample-words", 20_000, "-j", 1]
    args += ["--grid", "epochs=1,1000000", "-d", 8, "--tsv"]
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for line in process.stderr:
        if "trial 1 of 2" in line:
            break
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    head, row = out.splitlines()
    assert head.startswith("epochs\taccuracy")
    assert row.startswith("1\t")
    assert "stopped after 1 of 2 trials" in errors
