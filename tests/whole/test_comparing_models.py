"""The comparison of all models on one text: `benchmarks/models.py` and its page."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli import load
from w2v_cli.evaluation.bootstrap import counted_difference

PROGRAM = ROOT / "benchmarks" / "models.py"
HEAD_BYTES = 300_000


@pytest.fixture
def models(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import models

    return models


@pytest.fixture
def modelpage(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import modelpage

    return modelpage


@pytest.fixture
def modelscores(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import modelscores

    return modelscores


def program(*args):
    return subprocess.run(
        [sys.executable, PROGRAM, *map(str, args)], capture_output=True, text=True, check=False
    )


def of(model, epochs, forms, seed=1, cpu=10.0, score=50.0, half=1.0, better=None):
    """A run, as `models.py` keeps it."""
    return {
        "model": model, "epochs": epochs, "forms": forms, "seed": seed, "cpu": cpu,
        "words": 1000, "vocabulary": 100,
        "scores": {"analogies": [score, half, better], "MEN": [600, 20, None]},
    }  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory, fork_server):
    """The small form on the first lines of the sample: (folder, what it kept, what it printed)."""
    pytest.importorskip("matplotlib", exc_type=ImportError)
    folder = tmp_path_factory.mktemp("models")
    text, pairs = folder / "text.txt", folder / "EN-some.txt"
    text.write_bytes((ROOT / "data" / "sample.txt").read_bytes()[:HEAD_BYTES])
    pairs.write_text("good better 9\nparis london 7\nfrance good 1\nking queen 8\n")
    (folder / "page.md").write_text("# Words\n\nBefore.\n\n<!-- figures of benchmarks/models.py -->"
                                    "\nold\n<!-- end of figures -->\n\nAfter.\n")  # fmt: skip
    questions = ROOT / "data" / "sample-questions.txt"
    done = program(
        *("--text", text, "--questions", questions, "--pairs", pairs, "--dim", 24, "--threads", 1),
        *("--models", "PPMI", "--json", folder / "runs.json"),
        *("--page", folder / "page.md", "--picture", folder / "models.svg"),
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads((folder / "runs.json").read_text()), done.stdout


def test_skipgram_is_trained_with_those_that_are_asked_for(small):
    _, found, _ = small
    equal = ["by itself", "equal time"]
    trained = [(run["model"], run["epochs"], run["forms"]) for run in found["runs"]]
    # How many epochs take as long as the slowest model depends on the machine.
    by_itself = [(*each[:2], "by itself" in each[2]) for each in trained]
    assert ("skip-gram", 1, False) in by_itself
    assert ("skip-gram", 7, True) in by_itself
    assert trained[-1] == ("PPMI", None, equal)
    assert all(run["cpu"] > 0 and run["words"] > 50_000 for run in found["runs"])


class Clock:
    """In the place of `models.Bench`: a model takes 5 seconds, and so many for each epoch."""

    def __init__(self, *_):
        self.defaults = {"CBOW": 5, "GloVe": 25}
        self.an_epoch = {"skip-gram": 4, "CBOW": 3, "skip-gram, n-grams": 10, "GloVe": 2}

    def scored(self, model, epochs, forms, seed):
        epochs = epochs or self.defaults.get(model, 7)
        # The second seed meets a machine that is busier.
        return of(model, epochs, forms, seed, cpu=5 + seed * epochs * self.an_epoch.get(model, 5))


def test_all_models_are_trained_by_themselves_and_in_equal_time(models, monkeypatch):
    monkeypatch.setattr(models, "Bench", Clock)
    monkeypatch.setattr(models, "warm_up", lambda *_: None)
    args = type("Args", (), {"seeds": 2, "models": list(models.MODELS), "text": None})
    found = list(models.trained(args, None, None))
    for seed in (1, 2):  # the second one has the epochs that the first one was given
        epochs = {
            (run["model"], form): run["epochs"]
            for run in found
            for form in run["forms"]
            if run["seed"] == seed
        }
        assert epochs == {
            ("skip-gram", "one epoch"): 1,
            ("skip-gram", "by itself"): 7,
            ("skip-gram", "equal time"): 7,
            ("CBOW", "one epoch"): 1,
            ("CBOW", "by itself"): 5,
            ("CBOW", "equal time"): 9,
            ("skip-gram, n-grams", "one epoch"): 1,
            ("skip-gram, n-grams", "by itself"): 7,
            ("skip-gram, n-grams", "equal time"): 3,
            ("GloVe", "one epoch"): 1,
            ("GloVe", "by itself"): 25,
            ("GloVe", "equal time"): 14,
            ("PPMI", "by itself"): 7,
            ("PPMI", "equal time"): 7,
        }
    assert len(found) == 2 * (2 + 3 + 3 + 3 + 1)


def test_the_scores_have_intervals_and_differences(small):
    _, found, _ = small
    for run in found["runs"]:
        assert list(run["scores"]) == ["analogies", "semantic", "syntactic", "some"]
        for name in ("analogies", "semantic", "syntactic"):
            score, half, difference = run["scores"][name]
            assert 0 <= score <= 100
            assert 0 <= half < 10
            if run["model"] == "skip-gram" and run["epochs"] == 7:
                assert difference is None  # with itself
            else:
                assert difference[0] <= difference[1]


def test_the_page_keeps_its_words_and_gets_the_figures(small):
    folder, found, printed = small
    page = (folder / "page.md").read_text()
    assert page.startswith("# Words\n\nBefore.\n\n<!-- figures of benchmarks/models.py -->\n")
    assert page.endswith("<!-- end of figures -->\n\nAfter.\n")
    assert "old" not in page
    assert found["machine"] in page
    assert "(models.svg)" in page
    tables = [line for line in printed.splitlines() if line.startswith("|")]
    assert tables
    assert all(line in page for line in tables)
    assert (folder / "models.svg").read_text().count("CPU seconds") == 3  # panels


def test_runs_that_were_kept_are_shown_again(small):
    folder, _, printed = small
    page, picture = folder / "again.md", folder / "again.svg"
    done = program("--show", folder / "runs.json", "--page", page, "--picture", picture)
    assert done.returncode == 0, done.stderr
    assert done.stdout == printed.partition("\n")[2]  # the first line is of the machine
    assert page.read_text().startswith("# Models on one text\n")
    assert picture.read_bytes() == (folder / "models.svg").read_bytes()


@pytest.fixture
def sets(tmp_path):
    """(questions, pairs): files of both, of few words."""
    questions, pairs = tmp_path / "questions.txt", tmp_path / "EN-some.txt"
    questions.write_text(": capitals\na b c d\nc d a b\na c b d\na b a none\n: gram1\nb a d c\n")
    pairs.write_text("a b 9\na c 7\nb c 1\nc d 8\na d 3\nb none 5\n")
    return [questions], [pairs]


def written(path, seed):
    """Vectors of four words by chance, in a file."""
    generator = random.Random(seed)
    lines = [f"{word} {' '.join(str(generator.gauss(0, 1)) for _ in range(3))}" for word in "abcd"]
    path.write_text("4 3\n" + "\n".join(lines) + "\n")
    return path


def test_scores_are_those_of_the_library(modelscores, sets, tmp_path):
    questions, pairs = sets
    vectors = written(tmp_path / "v.txt", 1)
    scores, details = modelscores.Scorer(questions, pairs).scores(vectors)
    analogies = load(vectors).evaluate_analogies(questions)
    of_pairs = load(vectors).evaluate_similarity(*pairs).files[0]
    low, high = of_pairs.spearman_interval
    assert scores == {
        "analogies": [100 * analogies.total.accuracy, half(analogies.total), None],
        "semantic": [100 * analogies.semantic.accuracy, half(analogies.semantic), None],
        "syntactic": [100 * analogies.syntactic.accuracy, half(analogies.syntactic), None],
        "some": pytest.approx([1000 * of_pairs.spearman, 500 * (high - low), None]),
    }
    assert [int((~np.isnan(each)).sum()) for each in details.values()] == [4, 3, 1, 5]


def half(score):
    low, high = score.interval
    return pytest.approx(50 * (high - low))


def test_differences_are_of_the_same_questions(modelscores, sets, tmp_path):
    scorer = modelscores.Scorer(*sets)
    one, other = written(tmp_path / "v.txt", 1), written(tmp_path / "other.txt", 2)
    _, base = scorer.scores(one)
    same, _ = scorer.scores(one, base)
    assert all(difference == [0, 0] for *_, difference in same.values())
    scores, details = scorer.scores(other, base)
    correct, before = details["analogies"], base["analogies"]
    asked = ~np.isnan(correct)
    more, fewer = (correct > before).sum(), (correct < before).sum()
    low, high = counted_difference(int(more), int(fewer), int(asked.sum()))
    assert scores["analogies"][2] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("seconds", "wanted"), [(11, 3), (10.4, 3), (9.4, 2), (1, 1), (35, 15), (1e9, 1000)]
)
def test_epochs_come_nearest_to_the_time(models, seconds, wanted):
    one, own = {"epochs": 1, "cpu": 7}, {"epochs": 5, "cpu": 15}  # 5, and 2 an epoch
    assert models.epochs_for(seconds, one, own) == wanted


def test_epochs_that_take_no_time_are_not_endless(models):
    assert models.epochs_for(8, {"epochs": 1, "cpu": 7}, {"epochs": 5, "cpu": 6.9}) == 1000
    assert models.epochs_for(8, {"epochs": 1, "cpu": 7}, {"epochs": 1, "cpu": 7}) == 1


def test_a_table_has_means_over_seeds(modelpage):
    runs = [
        of("CBOW", 5, ["by itself"], 1, cpu=10, score=40, half=1, better=[0.1, 0.2]),
        of("CBOW", 5, ["by itself"], 2, cpu=12, score=42, half=2, better=[0.1, 0.3]),
        of("PPMI", None, ["by itself", "equal time"], score=None, half=None),
    ]
    assert modelpage.tables(runs).splitlines() == [
        "In equal time: as many epochs as take the CPU time of skip-gram by itself:",
        "",
        "| | epochs | CPU s | analogies | MEN |",
        "|---|---|---|---|---|",
        "| PPMI |  | 10.0 | - | 600 ± 20 |",
        "",
        "Each by itself: its own defaults:",
        "",
        "| | epochs | CPU s | analogies | MEN |",
        "|---|---|---|---|---|",
        "| CBOW | 5 | 11.0 | **41.0** ± 1.5 | 600 ± 20 |",
        "| PPMI |  | 10.0 | - | 600 ± 20 |",
    ]
    assert modelpage.seeds_differ(runs) == ("analogies", 2)
    assert modelpage.seeds_differ(runs[:1]) is None


@pytest.mark.parametrize(
    ("differences", "wanted"),
    [
        ([[0.1, 0.2], [0.1, 0.3]], 1),
        ([[0.1, 0.2], [-0.1, 0.3]], 0),
        ([[-0.2, -0.1]], -1),
        ([[-0.2, -0.1], [0.1, 0.2]], 0),
        ([[0.1, 0.2], None], 0),
    ],
)
def test_what_is_told_apart_with_each_seed_is_marked(modelpage, differences, wanted):
    assert modelpage.better(differences) == wanted


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--text", ROOT / "data" / "sample.txt"], "nothing to score with"),
        (["--text", ROOT / "none.txt", "--pairs", ROOT / "README.md"], "no such file"),
        (["--show", ROOT / "none.json"], "no such file"),
        (["--show", ROOT / "README.md", "--page", "/nowhere/page.md"], "no such folder"),
        (["--show", ROOT / "README.md", "--picture", "picture.doc"], "must end in .svg"),
        (["--show", ROOT / "README.md"], "holds no runs"),
        (["--show", ROOT / "tests"], "no such file"),
        (["--seeds", 0], "--seeds must be 1 or more"),
        (["--text", ROOT / "README.md", "--pairs", ROOT / "LICENSE"], "LICENSE"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_trained(options, error):
    done = program(*options)
    assert done.returncode in (1, 2)
    assert error in done.stderr
    assert "Traceback" not in done.stderr
