"""The table that made word2vec famous, again: `benchmarks/classic_table.py`, its table and page."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

PROGRAM = ROOT / "benchmarks" / "classic_table.py"
HEAD_BYTES = 60_000


@pytest.fixture
def classic(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import classic_table

    return classic_table


def program(*args):
    return subprocess.run(
        [sys.executable, PROGRAM, *map(str, args)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory, fork_server):
    """Two of them on the first lines of the sample: (folder, what it kept, what it printed)."""
    pytest.importorskip("matplotlib", exc_type=ImportError)
    folder = tmp_path_factory.mktemp("classic")
    (folder / "text.txt").write_bytes((ROOT / "data" / "sample.txt").read_bytes()[:HEAD_BYTES])
    (folder / "some.txt").write_text("good better 9\nparis london 7\nfrance good 1\nking the 8\n")
    (folder / "page.md").write_text(
        "# A page\n\n<!-- classic table: other.txt -->\nkept\n<!-- end of other.txt -->\n"
    )
    done = program(
        *("--text", folder / "text.txt", "--dim", 8, "--threads", 1, "--min-count", 1),
        *("--questions", ROOT / "data" / "sample-questions.txt", "--pairs", folder / "some.txt"),
        *("--seeds", 1, "--epochs", 1, "--no-own-epochs", "--models", "NNLM", "CBOW"),
        *("--json", folder / "runs.json"),
        *("--page", folder / "page.md", "--picture", folder / "table.svg"),
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads((folder / "runs.json").read_text()), done.stdout


def test_models_are_trained_alike(small):
    _, found, output = small
    runs = found["runs"]
    assert [run["model"] for run in runs] == ["NNLM", "CBOW"]
    assert len({run["words"] for run in runs}) == 1
    for run in runs:
        assert (run["epochs"], run["seed"]) == (1, 1)
        assert min(run["cpu"], run["seconds"], run["words_per_second"]) > 0
        assert (run["perplexity"] is None) == (run["model"] == "CBOW")
        assert set(run["scores"]) == {"analogies", "semantic", "syntactic", "some"}
    lines = output.splitlines()[1:]
    assert lines[0] == (
        "|  | paper | epochs | analogies | semantic | syntactic | some | perplexity "
        "| train s | CPU s |"
    )
    assert [line.split(" | ")[:3] for line in lines[2:]] == [
        ["| NNLM", "23 / 53", "1"],
        ["| CBOW", "24 / 64", "1"],
    ]


def test_a_page_gets_a_part_for_each_text(small):
    folder, found, output = small
    page = (folder / "page.md").read_text()
    assert "kept" in page
    assert "".join(f"{line}\n" for line in output.splitlines()[1:]) in page
    part = page.partition("<!-- classic table: text.txt -->")[2]
    assert f"text.txt: {found['runs'][0]['words']:,} words" in part
    assert "vectors of 8 numbers, hierarchical softmax, 1 thread, 1 seed; " in part
    assert "![Scores against CPU seconds](table.svg)" in part
    assert (folder / "table.svg").read_text().count("NNLM") >= 1
    again = program("--show", folder / "runs.json", "--page", folder / "page.md",
                    "--picture", folder / "table.svg")  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert (folder / "page.md").read_text() == page


def test_means_over_seeds(classic):
    def run(seed, score, perplexity):
        return {
            "model": "NNLM", "seed": seed, "epochs": 3, "perplexity": perplexity, "cpu": 8 + seed,
            "words_per_second": 1000 * seed, "seconds": 2.0 * seed,
            "scores": {"analogies": [score, 1, None], "men": [300 + seed, 1, None]},
        }  # fmt: skip

    runs = [run(1, 9.0, 100.0), run(2, 10.0, 110.0), run(3, 11.0, 120.0)]
    assert classic.table(runs).splitlines()[2:] == [
        "| NNLM | 23 / 53 | 3 | 10.0 ± 2.5 | 302 | 110.0 | 4.0 | 10.0 |"
    ]
    runs[0]["scores"]["analogies"][0] = None
    assert " | - | 302 | " in classic.table(runs)
    assert " | 9.0 | 301 | " in classic.table([run(1, 9.0, None)])
    assert " | - | 2.0 | " in classic.table([run(1, 9.0, None)])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--text", ROOT / "data" / "sample.txt"], "nothing to score with"),
        (["--text", ROOT / "none.txt", "--pairs", ROOT / "README.md"], "no such file"),
        (["--sample", "--epochs", 0], "--seeds and --epochs must be 1 or more"),
        (["--sample", "--epochs", "--no-own-epochs"], "nothing to train"),
        (["--show", ROOT / "README.md"], "holds no runs"),
        (["--sample", "--page", "/nowhere/page.md"], "no such folder"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_trained(options, error):
    done = program(*options)
    assert done.returncode in (1, 2)
    assert error in done.stderr
    assert "Traceback" not in done.stderr
