"""``w2v tune``: what is tried, what is printed and kept of it, and mistakes."""

import itertools
import json
import os
import re
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
    assert "reading all of the text: the sample is from all over it" in result.errors


def test_the_best_is_a_configuration(w2v, tuned):
    """Longer vectors that win in a sample win in all of the text."""
    result, path = tuned
    text = w2v("train", "--print-config", "--config", path).text
    for line in ("dim = 32 ", "epochs = 6 ", "lowercase = true ", 'model = "skipgram" '):
        assert f"\n{line}" in text
    assert "\n# threads = " in text
    found = json.loads(result.text)
    assert (found["settled"], found["unsettled"], found["checks"]) == ({"dim": 32}, {}, [])
    n_words = found["sample"]["words"]
    assert f"# in {n_words:,} of " in path.read_text()
    assert "leaves out" not in result.errors


def test_what_a_small_text_alone_may_like_is_not_saved(w2v, tmp_path):
    """Many epochs win in a sample, whatever wins in all of the text."""
    args = ["tune", SAMPLE, "--questions", QUESTIONS, "--sample-words", 100_000, "-d", 16, "-q"]
    args += ["--lowercase", "--grid", "epochs=1,12", "--save", "b.toml", "--json"]
    result = w2v(*args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    reason = "it is the highest that was tried, and more text wants lower values"
    assert (
        f"b.toml leaves out epochs = 12: {reason}; give it for all of the text, or --save-all"
        in result.errors
    )
    found = json.loads(result.text)
    assert (found["best"], found["settled"]) == ({"epochs": 12}, {})
    assert found["unsettled"] == {"epochs": reason}
    lines = (tmp_path / "b.toml").read_text().splitlines()
    assert f"# epochs = 12: {reason}" in lines
    assert "dim = 16" in lines
    assert not any(line.startswith("epochs") for line in lines)
    result = w2v(*args, "--save-all", cwd=tmp_path)
    assert "leaves out" not in result.errors
    lines = (tmp_path / "b.toml").read_text().splitlines()
    assert lines[lines.index("epochs = 12") - 1] == f"# epochs = 12: {reason}"


def test_a_choice_between_others_is_checked_in_a_part_of_the_sample(w2v, tmp_path):
    args = ["tune", SAMPLE, "--questions", QUESTIONS, "--sample-words", 150_000, "-d", 16]
    args += ["-e", 4, "--lowercase", "--grid", "lr=0.00001,0.1,10", "--json"]
    result = w2v(*args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    found = json.loads(result.text)
    assert found["best"] == {"lr": 0.1}
    assert [check["options"]["lr"] for check in found["checks"]] == [0.1, 0.00001, 10.0]
    (n_words,) = set(re.findall("a check, in ([0-9,]+) words: ", result.errors))
    assert 30_000 < int(n_words.replace(",", "")) < 45_000
    best = max(found["checks"], key=lambda check: check["score"] or 0)["options"]["lr"]
    assert (found["unsettled"] == {}) == (best == 0.1)


def test_what_was_tried_on_all_of_the_text_is_saved(w2v, tmp_path):
    lines = SAMPLE.read_text().splitlines(keepends=True)
    (tmp_path / "few.txt").write_text("".join(lines[:2000]))
    args = ("--grid", "dim=3,4 min-count=2 window=2,sentence", "-e", 1, "-j", 1, "--save", "b.toml")
    result = w2v("tune", "few.txt", "--questions", QUESTIONS, *args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert "leaves out" not in result.errors
    saved = (tmp_path / "b.toml").read_text()
    assert re.search("^dim = [34]$", saved, re.MULTILINE)
    assert "\nmin-count = 2\n" in saved


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    """Items of which each is followed by the next one, in a ring, and a file of others."""
    folder = tmp_path_factory.mktemp("items")
    lines = [
        " ".join(f"Item{(start + step) % 30}" for step in range(2 + start % 5))
        for start in range(600)
    ]
    (folder / "train.txt").write_text("\n".join(lines) + "\nItem3\n")
    (folder / "held.txt").write_text("Item1 Item2\nItem7 Item8\nItem9\nItem7 other\n")
    return folder


def test_settings_for_items(w2v, sessions):
    args = ["tune", "train.txt", "-d", 16, "-t", 0, "-e", 10, "-j", 1, "--json"]
    grid = ["--grid", "ns-exponent=-0.5,0.75 window=1,sentence"]
    result = w2v(*args, *grid, "--next-item", "-k", 3, "--save", "b.toml", cwd=sessions)
    assert result.returncode == 0, result.errors
    assert "up to 10,000 lines of the sample are held out" in result.errors
    found = json.loads(result.text)
    assert found["measure"] == "hit-rate@3"
    assert [trial["options"]["window"] for trial in found["trials"]] == [1, "sentence"] * 2
    assert {(trial["asked"], trial["skipped"]) for trial in found["trials"]} == {(600, 0)}
    assert found["settled"] == found["best"]
    saved = (sessions / "b.toml").read_text()
    assert f"\nns-exponent = {found['best']['ns_exponent']}\n" in saved
    held = w2v(*args, *grid, "--sessions", "held.txt", "--measure", "mrr", cwd=sessions)
    found = json.loads(held.text)
    assert found["measure"] == "mrr@10"
    assert {(trial["asked"], trial["skipped"]) for trial in found["trials"]} == {(2, 1)}
    assert "w2v: 3 sessions of held.txt" in held.errors


def test_items_have_a_grid_of_their_own(w2v, sessions):
    args = ["tune", "train.txt", "-d", 2, "-e", 1, "-j", 1, "--json", "-q", "--next-item"]
    trials = json.loads(w2v(*args, cwd=sessions).text)["trials"]
    assert {"ns_exponent", "window", "sample"} == set(trials[0]["options"])
    lower = json.loads(w2v(*args, "--lowercase", cwd=sessions).text)["trials"]
    assert [trial["asked"] for trial in lower] == [trial["asked"] for trial in trials]


def test_several_seeds_make_one_trial(w2v, tmp_path):
    args = ["tune", SAMPLE, "--questions", QUESTIONS, "--sample-words", 50_000, "-j", 1, "-d", 12]
    args += ["-e", 2, "--json", "-q"]
    each = json.loads(w2v(*args, "--grid", "seed=5,6,7").text)["trials"]
    together = json.loads(w2v(*args, "--grid", "window=5", "--seed", 5, "--seeds", 3).text)
    (trial,) = together["trials"]
    scores = [one["score"] for one in each]
    assert trial["scores"] == scores and len(set(scores)) > 1
    assert trial["score"] == pytest.approx(sum(scores) / 3)
    lows, highs = zip(*(one["interval"] for one in each), strict=True)
    assert trial["interval"] == [min(lows), max(highs)]
    assert trial["options"] == {"window": 5} and trial["verdict"] == "best"


def test_words_that_are_rare_in_the_sample_alone_are_told(w2v, tmp_path):
    """All of the text has them six times, and a third of it too seldom."""
    words = [f"w{n}" for n in range(400)]
    text = "".join(f"{word} of the\n" for word in words for _ in range(6)) + "of the\n" * 2000
    (tmp_path / "t.txt").write_text(text)
    pairs = "".join(f"{a}\t{b}\t{n}\n" for n, (a, b) in enumerate(itertools.pairwise(words)))
    (tmp_path / "p.tsv").write_text(pairs + "of\tthe\t3\nthe\tw0\t9\n")
    args = ["tune", "t.txt", "--pairs", "p.tsv", "--grid", "window=2,3", "-d", 2, "-e", 1, "-q"]
    part = w2v(*args, "--sample-words", 3000, cwd=tmp_path)
    assert re.search(
        r"\d+ of 401 questions, pairs or sessions are skipped since their words occur fewer than 5 "
        r"times in the sample, .*--sample-words or a lower --min-count", part.errors,
    )  # fmt: skip
    assert part.errors.count("fewer than 5 times") == 1
    assert "fewer than 5 times" not in w2v(*args, cwd=tmp_path).errors


def test_a_grid_of_the_environment_is_one(w2v, tmp_path):
    args = [
        "tune",
        SAMPLE,
        "--questions",
        QUESTIONS,
        "--sample-words",
        5000,
        "-e",
        1,
        "--json",
        "-q",
    ]
    result = w2v(*args, env={"W2V_TUNE_GRID": "dim=2,3 window=2,4"})
    assert result.returncode == 0, result.errors
    assert [trial["options"] for trial in json.loads(result.text)["trials"]] == [
        {"dim": dim, "window": window} for dim in (2, 3) for window in (2, 4)
    ]


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
        ["2", "2", "skipgram"], ["3", "2", "skipgram"], ["7", "5", "cbow"],
    ]  # fmt: skip
    assert sum("best" in row for row in rows) == 1
    tsv = w2v(*args, "--tsv")
    assert [len(line.split("\t")) for line in tsv.text.splitlines()] == [12] * 4


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        ([SAMPLE], 2, "give --questions, --pairs, --sessions or --next-item to .*'w2v fetch quest"),
        ([SAMPLE, "--next-item", "--sessions", "s"], 2, "--sessions and --next-item exclude each"),
        ([SAMPLE, "--questions", QUESTIONS, "--session-history", 2], 2, "--session-history is for"),
        ([SAMPLE, "--next-item", "--measure", "recall"], 2, "--measure"),
        ([SAMPLE, "--next-item", "--save-all"], 2, "--save-all needs --save"),
        ([SAMPLE, "--next-item", "--grid", "ns-exponent=-3,0"], 2, "--ns-exponent must be from -2"),
        ([SAMPLE, "--next-item", "--grid", "sample=0,2"], 2, "--sample must be from 0.0 to 1.0"),
        ([SAMPLE, "--next-item", "--grid", "vectors=all"], 2, "--vectors must be input or sum"),
        ([SAMPLE, "--next-item", "--grid", "vectors=input,sum loss=ns,hs"], 2,
         "--vectors needs --loss ns or softmax"),
        ([SAMPLE, "--sessions", SAMPLE], 2, "sample.txt is both the corpus and --sessions"),
        ([SAMPLE, "--sessions", "missing"], 1, "missing: no such file"),
        (["-", "--sessions", "-"], 2, "standard input cannot be both"),
        ([SAMPLE, "--questions", "q", "--pairs", "p"], 2,
         "--questions and --pairs exclude each other; give one of them"),
        ([SAMPLE, "--questions", QUESTIONS, "--seeds", 2, "--grid", "seed=1,2"], 2,
         "--seeds and seed in --grid exclude each other"),
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
