"""``w2v classify train``: options from files and earlier runs, and the time there is."""

import json
import re

import numpy as np
import pytest
from conftest import fails_with


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    rows = [(label, " ".join(rng.choice(["a", "b", "c", f"x{label}"], 6)))
            for label in rng.choice(["good", "bad"], 80)]  # fmt: skip
    (tmp_path / "lines.txt").write_text("".join(f"__label__{a} {b}\n" for a, b in rows))
    (tmp_path / "table.tsv").write_text("".join(f"{a}\t{b}\t1\n" for a, b in rows))
    return tmp_path


TRAIN = ("classify", "train")
SMALL = ("-d", 4, "-e", 3, "-j", 1, "-q", "--word-ngrams", 2, "--buckets", 50)


def test_a_printed_configuration_does_the_same_again(w2v, folder):
    args = (*TRAIN, "lines.txt", *SMALL, "--lowercase", "-o", "a.bin")
    assert w2v(*args, cwd=folder).returncode == 0
    printed = w2v(*args, "--print-config", cwd=folder)
    assert printed.returncode == 0, printed.errors
    lines = printed.text.splitlines()
    assert lines[0].startswith("# w2v classify train ")
    assert re.search(r'^corpus = \["lines.txt"\] +# command line$', printed.text, re.M)
    assert re.search(r"^lr = 0.5 +# default$", printed.text, re.M)
    (folder / "run.toml").write_text(printed.text)
    again = w2v(*TRAIN, "--config", "run.toml", "-o", "b.bin", cwd=folder)
    assert again.returncode == 0, again.errors
    assert (folder / "a.bin").read_bytes() == (folder / "b.bin").read_bytes()
    table = "\n".join(["[classify.train]", *printed.text.splitlines()])
    (folder / "run.toml").write_text(table)
    assert w2v(*TRAIN, "--config", "run.toml", "-o", "c.bin", cwd=folder).returncode == 0
    assert (folder / "a.bin").read_bytes() == (folder / "c.bin").read_bytes()
    # Nothing is needed to print, and nothing is done; what cannot be is refused all the same.
    text = w2v(*TRAIN, "--print-config", "--time-budget", "5m", cwd=folder).text
    assert "# epochs is chosen by --time-budget" in text
    assert "# output is not set" in text
    fails_with(w2v(*TRAIN, "--print-config", "--lr", "-1", cwd=folder), 2, "--lr must be")
    fails_with(w2v(*TRAIN, "-o", "d.bin", cwd=folder), 2, "Missing argument")
    fails_with(w2v(*TRAIN, "lines.txt", cwd=folder), 2, "Missing option '-o' / '--output'")


@pytest.mark.parametrize(
    "source",
    [("lines.txt",), ("table.tsv", "--text", "2", "--label", "1", "--weight", "3")],
    ids=["lines", "table"],
)
def test_a_run_like_an_earlier_one_makes_the_same_bytes(w2v, folder, source):
    args = (*TRAIN, *source, *SMALL, "--tokenize", "words", "--balance", "--loss", "ova")
    assert w2v(*args, "-o", "a.bin", cwd=folder).returncode == 0
    again = w2v(*TRAIN, "--like", "a.bin", "-q", "-o", "b.bin", cwd=folder)
    assert (again.returncode, again.errors) == (0, "")
    assert (folder / "a.bin").read_bytes() == (folder / "b.bin").read_bytes()
    records = [json.loads((folder / f"{name}.bin.w2v.json").read_text()) for name in "ab"]
    for record in records:
        for name in ("seconds", "words_per_second"):
            del record["provenance"][name]
    assert records[0]["provenance"] == records[1]["provenance"]
    with open(folder / source[0], "a") as file:
        file.write((folder / source[0]).read_text().splitlines()[0] + "\n")
    other = w2v(*TRAIN, "--like", "a.bin", "--seed", 2, "-o", "c.bin", cwd=folder)
    told = r"documents are not those of a.bin: .* \(80 documents there, 81 here\)"
    assert re.search(told, other.errors)
    assert "seed 2" in other.errors
    fails_with(
        w2v("train", "--like", "a.bin", "-o", "v.bin", cwd=folder), 1,
        "a.bin: was made by w2v classify train; give it to --like of that",
    )  # fmt: skip
    (folder / "a.bin.w2v.json").unlink()
    fails_with(
        w2v(*TRAIN, "--like", "a.bin", "-o", "b.bin", cwd=folder), 1,
        "a.bin: does not tell how it was trained",
    )  # fmt: skip
    fails_with(w2v(*TRAIN, "--like", "lines.txt", "-o", "b.bin", cwd=folder), 1, "no classifier")


def test_a_budget_chooses_the_epochs_and_a_resumed_run_keeps_them(w2v, folder):
    args = (*TRAIN, "lines.txt", "-d", 4, "-j", 1, "-o", "a.bin", "--time-budget", "60s")
    done = w2v(*args, "--stats", "s.json", "--checkpoint", "saved", cwd=folder)
    assert done.returncode == 0, done.errors
    told = r"^w2v: time budget 60s: --dim 4 --epochs 100, as 640 words and labels an epoch at "
    assert re.search(told, done.errors, re.M)
    stats = json.loads((folder / "s.json").read_text())
    assert (stats["epochs"], stats["plan"]["epochs"], stats["options"]["epochs"]) == (100,) * 3
    before = (folder / "a.bin").read_bytes()
    again = w2v(*args, "--resume", "saved", cwd=folder)
    assert again.returncode == 0, again.errors
    assert "as planned before: --dim 4 --epochs 100" in again.errors
    assert (folder / "a.bin").read_bytes() == before
    fails_with(
        w2v(*args, "--resume", "saved", "-e", 9, "-q", cwd=folder), 2,
        r"--epochs 9 differs from what was planned .*: 100",
    )  # fmt: skip
    fails_with(w2v(*args[:-1], "1q", cwd=folder), 2, "--time-budget")
    fails_with(
        w2v(*args[:-1], "2s", "-e", 1_000_000, "-q", cwd=folder), 1, r"--time-budget of 2\.0s is"
    )
