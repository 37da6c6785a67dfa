"""``w2v tune``: the grid, the sample, trials that can be told apart, and what is printed."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import ROOT, fails_with
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.encoded import EncodedCorpus
from w2v_cli.corpus.sample import MemoryIds, choose_words, sample_lines
from w2v_cli.errors import ConfigError
from w2v_cli.evaluation.bootstrap import counted_difference
from w2v_cli.evaluation.correlation import difference_interval, spearman
from w2v_cli.tuning.grid import configs_of, parse_grid
from w2v_cli.tuning.trials import AnalogyTest, Trial, best_of, compare

SAMPLE = ROOT / "data" / "sample.txt"
QUESTIONS = ROOT / "data" / "sample-questions.txt"


def test_a_grid_is_all_combinations():
    assert parse_grid("dim=50,100 window=5,10") == [
        {"dim": 50, "window": 5},
        {"dim": 50, "window": 10},
        {"dim": 100, "window": 5},
        {"dim": 100, "window": 10},
    ]
    assert parse_grid("min-count=2 lr=0.05 --model=cbow fixed_window=true max-vocab=9") == [
        {"min_count": 2, "lr": 0.05, "model": "cbow", "fixed_window": True, "max_vocab": 9}
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("dim", "'dim' is not an option of training with its values"),
        ("dims=5", "'dims=5' is not an option of training .*; did you mean dim\\?"),
        ("threads=1,2", "threads is the same for all trials; give it beside the grid"),
        ("dim=5 dim=6", "dim is there twice"),
        ("dim=5,x", "dim needs a whole number, not 'x'"),
        ("dim=", "dim needs a whole number, not ''"),
        ("lr=fast", "lr needs a number, not 'fast'"),
        ("fixed-window=1", "fixed_window needs true or false, not '1'"),
    ],
)
def test_what_is_no_grid(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_grid(text)


def test_grids_add_up_and_values_are_checked():
    grids = [parse_grid("dim=5,6"), parse_grid("window=2 dim=5")]
    names, configs = configs_of([*grids, parse_grid("dim=6")], TrainConfig(epochs=2))
    assert names == ["dim", "window"]
    assert [(c.dim, c.window, c.epochs) for c in configs] == [(5, 5, 2), (6, 5, 2), (5, 2, 2)]
    with pytest.raises(ConfigError, match=r"^dim must be from 1"):
        configs_of([parse_grid("dim=0")], TrainConfig())
    with pytest.raises(ConfigError, match=r"^model must be skipgram or cbow, not 'glove'"):
        configs_of([parse_grid("model=glove")], TrainConfig())
    too_many = ",".join(map(str, range(1, 1002)))
    with pytest.raises(ConfigError, match="1,001 combinations are more than 1,000"):
        configs_of([parse_grid(f"dim={too_many}")], TrainConfig())


def corpus_of(lines):
    ids = [number for line in lines for number in [*line, -1]]
    n_tokens = sum(map(len, lines))
    return EncodedCorpus(MemoryIds(np.array(ids, dtype=np.int32)), n_tokens, len(lines))


def lines_of(ids):
    text = " ".join(map(str, ids.tolist())) + " "
    return [tuple(map(int, line.split())) for line in text.split("-1 ")[:-1]]


@given(st.integers(0, 10**6), st.integers(1, 400), st.integers(1, 300), st.integers(1, 30))
def test_a_sample_is_whole_lines_in_their_order(seed, n_lines, n_words, longest):
    rng = np.random.default_rng(seed)
    # Each line tells by its words which one it is.
    lines = [(number,) * int(rng.integers(1, longest + 1)) for number in range(n_lines)]
    corpus = corpus_of(lines)
    ids = sample_lines(corpus, n_words, max_line=100)
    found = lines_of(ids)
    places = [line[0] for line in found]
    assert places == sorted(set(places))
    assert all(line == lines[line[0]] for line in found)
    if n_words >= corpus.n_tokens:
        assert found == lines
    np.testing.assert_array_equal(ids, sample_lines(corpus, n_words, max_line=100))


def test_a_sample_has_its_size_and_comes_from_everywhere():
    rng = np.random.default_rng(1)
    lines = [(number,) * int(rng.integers(1, 20)) for number in range(100_000)]
    ids = sample_lines(corpus_of(lines), 100_000, max_line=50)
    assert 90_000 < np.count_nonzero(ids >= 0) < 110_000  # half a line more a place
    in_tenths = np.histogram(ids[ids >= 0], bins=10, range=(0, 100_000))[0]
    assert in_tenths.min() > 8_000
    assert in_tenths.max() < 12_000


def test_a_text_of_one_line_can_be_sampled():
    corpus = corpus_of([tuple(range(100_000))])
    ids = sample_lines(corpus, 10_000, max_line=100)
    assert 9_500 < np.count_nonzero(ids >= 0) < 10_500
    assert ids.max() > 95_000
    assert ids[-1] == -1


def test_words_of_a_sample_are_counted_anew():
    ids = np.array([3, 1, -1, 0, -1, 1, 3, 3, -1, 2, 1, -1], dtype=np.int32)
    corpus, words, counts = choose_words(ids, 5, min_count=2)
    assert (words.tolist(), counts.tolist()) == ([1, 3], [3, 3])
    assert corpus.window(0, corpus.length).tolist() == [1, 0, -1, 0, 1, 1, -1, 0, -1]
    assert (corpus.n_tokens, corpus.n_sentences) == (6, 3)
    corpus, words, counts = choose_words(ids, 5, 1, max_vocab=1)
    assert (words.tolist(), corpus.n_tokens, corpus.n_sentences) == ([1], 3, 3)
    corpus, words, _ = choose_words(ids, 5, 100)
    assert (len(words), corpus.n_tokens) == (0, 0)


def test_a_difference_of_counts_is_told_apart_if_it_is_large():
    low, high = counted_difference(100, 20, 1000)
    assert 0.05 < low < 0.08 < high < 0.11
    low, high = counted_difference(11, 9, 1000)
    assert low < 0 < high
    assert counted_difference(0, 0, 10) == (0, 0)


def test_a_difference_of_correlations_is_paired():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=200)
    good = truth + rng.normal(size=200) * 0.5
    bad = truth + rng.normal(size=200) * 3
    low, high = difference_interval(truth, good, bad)
    assert 0 < low < spearman(truth, good) - spearman(truth, bad) < high
    # Nearly the same answers, whose own intervals are wide, are told apart from nothing.
    low, high = difference_interval(truth, good, good + rng.normal(size=200) * 0.01)
    assert low < 0 < high
    assert high - low < 0.02
    assert difference_interval(truth, good, np.zeros(200)) is None


def trial_of(correct):
    correct = np.array(correct, dtype=bool)
    return Trial(TrainConfig(), score=correct.mean(), details=correct)


def test_verdicts():
    rng = np.random.default_rng(3)
    right = rng.random(2000) < 0.5
    nearly = right ^ (rng.random(2000) < 0.01)
    wrong = rng.random(2000) < 0.2
    trials = [trial_of(wrong), trial_of(right), trial_of(nearly), Trial(TrainConfig())]
    if trials[2].score > trials[1].score:
        trials[1], trials[2] = trials[2], trials[1]
    assert best_of(trials) is trials[1]
    verdicts = [trial.verdict for trial in compare(trials, AnalogyTest([]))]
    assert verdicts == ["worse", "best", "alike", None]
    assert best_of([]) is None


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
