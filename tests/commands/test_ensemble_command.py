"""``--ensemble`` as a user has it: processes, files, what is refused and what is told."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from conftest import fails_with
from support.texts import SMALL, make_text

from w2v_cli import load
from w2v_cli.embeddings.table import unit_rows

PLAIN = (*SMALL, "-j", 1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("ensemble") / "corpus.txt"
    path.write_text(make_text())
    return path


@pytest.fixture(scope="module")
def together(w2v, corpus):
    """Two models of 5 numbers."""
    path = corpus.with_name("e.w2v")
    args = ("--ensemble", 2, "--vectors", "balanced", "--stats", corpus.with_name("s.json"))
    result = w2v("train", corpus, "-o", path, *PLAIN, *args, "--seed", 8)
    assert result.returncode == 0, result.errors
    return path, result


def test_it_is_two_runs_side_by_side(w2v, corpus, together, tmp_path):
    parts = []
    for seed in (8, 9):
        path = tmp_path / f"{seed}.w2v"
        args = ("--vectors", "balanced", "-d", 5, "--seed", seed, "-q")
        assert w2v("train", corpus, "-o", path, *PLAIN, *args).returncode == 0
        parts.append(unit_rows(load(path).matrix))
    np.testing.assert_array_equal(load(together[0]).matrix, np.hstack(parts).astype(np.float32))


def test_what_is_told(w2v, corpus, together):
    path, result = together
    assert "training 2 models of --dim 5 one after the other with 1 thread, seeds 8 to 9" in (
        result.errors
    )
    assert re.search(
        r"vectors of length 10 to .*balanced sums of inputs and outputs, of 2 models side by side",
        result.errors,
    )
    stats = json.loads(corpus.with_name("s.json").read_text())
    own = stats["options"]["epochs"]
    assert (stats["options"]["ensemble"], stats["options"]["dim"]) == (2, 10)
    assert stats["epochs"] == len(stats["loss"]) == 2 * own
    assert stats["tokens_processed"] == 2 * own * stats["tokens_in_vocab"]
    told = json.loads(w2v("info", path, "--json").text)
    assert told["provenance"]["options"]["ensemble"] == 2


def test_it_is_repeated_from_its_file_and_from_a_config(w2v, corpus, together, tmp_path):
    path, _ = together
    config = w2v("train", corpus, "-o", "x.w2v", "--like", path, "--print-config", cwd=tmp_path)
    assert re.search(r"^ensemble = 2 .*--like", config.text, re.M)
    (tmp_path / "run.toml").write_text(config.text)
    for name, args in (("a.w2v", ("--like", path)), ("b.w2v", ("--config", "run.toml"))):
        result = w2v("train", corpus, "-o", name, *args, "-j", 1, "-q", cwd=tmp_path)
        assert result.returncode == 0, result.errors
        np.testing.assert_array_equal(load(tmp_path / name).matrix, load(path).matrix)


def test_it_goes_on_after_a_stop_between_two_models(w2v, corpus, together, tmp_path):
    path, _ = together
    args = ("train", corpus, *PLAIN, "--ensemble", 2, "--vectors", "balanced", "--seed", 8)
    saving = ("--checkpoint", "ck", "--checkpoint-every", "1e")
    result = w2v(*args, "-o", "v.w2v", *saving, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    # The last two stay: of the last model, and of its end.
    newest = sorted((tmp_path / "ck").iterdir())[-1]
    newest.unlink()
    result = w2v(*args, "-o", "v.w2v", "--resume", "ck", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert re.search(r"going on from epoch [\d.]+ of \d+ ", result.errors)
    np.testing.assert_array_equal(load(tmp_path / "v.w2v").matrix, load(path).matrix)
    fails_with(
        w2v(*args, "-e", 9, "-o", "v.w2v", "--resume", "ck", "-q", cwd=tmp_path), 2,
        r"--epochs 9: the ensemble in ck was begun with \d+, .*; give --epochs \d+$",
    )  # fmt: skip
    fails_with(
        w2v(*args, "--ensemble", 5, "-o", "v.w2v", "--resume", "ck", "-q", cwd=tmp_path), 2,
        "--ensemble was 2 and is 5",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--ensemble", 3), "--dim 10 cannot be shared out .* give --dim 9 or --dim 12$"),
        (("--ensemble", 3, "--print-config"), "--dim 10 cannot be shared out"),
        (("--ensemble", 17), "--ensemble must be from 1 to 16, not 17"),
        (("--ensemble", 0), "--ensemble must be from 1 to 16, not 0"),
        (("--ensemble", 2, "--keep-context"), "--keep-context and --ensemble 2 exclude each other"),
        (
            ("--ensemble", 2, "--save-context", "c.w2v"),
            "--save-context and --ensemble 2 exclude each other",
        ),
        (("--ensemble", 2, "--init", "old.w2v"), "--init and --ensemble 2 exclude each other"),
        (
            ("--ensemble", 2, "--init", "old.w2v", "--freeze"),
            "--init and --ensemble 2 exclude each other",
        ),
        (
            ("--ensemble", 2, "--loss", "hs", "--vectors", "sum"),
            "--vectors needs --loss ns or softmax",
        ),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_what_is_refused_leaves_nothing(w2v, corpus, tmp_path, args, message):
    fails_with(w2v("train", corpus, "-o", "v.w2v", *PLAIN, "-q", *args, cwd=tmp_path), 2, message)
    assert list(tmp_path.iterdir()) == []


def test_going_on_from_its_vectors_is_told(w2v, corpus, together, tmp_path):
    args = ("train", corpus, "-o", "v.w2v", *PLAIN, "--init", together[0])
    result = w2v(*args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert re.search(
        r"warning: .*e\.w2v: its vectors are those of 2 models side by side \(--ensemble 2\), and "
        "training starts from them as inputs of one",
        result.errors,
    )


def test_a_time_budget_plans_what_can_be_divided(w2v, corpus, tmp_path):
    args = ("train", corpus, "-o", "v.w2v", "--min-count", 1, "-j", 1, "--stats", "s.json")
    result = w2v(*args, "--ensemble", 3, "--time-budget", "40s", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert re.search(r"words an epoch of each of 3 models at [\d,]+ words/s take", result.errors)
    stats = json.loads((tmp_path / "s.json").read_text())
    dim, epochs = (stats["options"][name] for name in ("dim", "epochs"))
    assert dim % 3 == 0
    assert 45 <= dim <= 100
    assert stats["epochs"] == 3 * epochs
    fails_with(
        w2v(*args, "--ensemble", 3, "--time-budget", "40s", "-d", 50, "-q", cwd=tmp_path), 2,
        "--dim 50 cannot be shared out",
    )  # fmt: skip


def test_tune_tries_ensembles(w2v, corpus, tmp_path):
    words = sorted(set(corpus.read_text().split()))[:12]
    lines = (f"{a} {b} {n}\n" for n, (a, b) in enumerate(pairwise(words)))
    (tmp_path / "pairs.txt").write_text("".join(lines))
    args = ("tune", corpus, "--pairs", "pairs.txt", *PLAIN, "--json", "--seeds", 2)
    result = w2v(*args, "--grid", "ensemble=1,2", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    trials = json.loads(result.text)["trials"]
    assert [trial["options"] for trial in trials] == [{"ensemble": 1}, {"ensemble": 2}]
    assert all(len(trial["scores"]) == 2 for trial in trials)
    fails_with(
        w2v(*args, "--grid", "ensemble=1,3", cwd=tmp_path), 2, "--dim 10 cannot be shared out"
    )
