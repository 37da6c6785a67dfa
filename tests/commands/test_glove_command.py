"""``w2v train --model glove`` as a user runs it."""

import json
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import ROOT, fails_with
from support.texts import make_text

from w2v_cli import train
from w2v_cli.config import TrainConfig
from w2v_cli.cooccurrence.countsfile import CountsFile, open_counts, write_counts
from w2v_cli.errors import ConfigError
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.methods.glove import tiles
from w2v_cli.training.prepare import prepare
from w2v_cli.training.request import Request

GLOVE = ["-m", "glove", "-d", "8", "--min-count", "1", "-e", "4"]
MANY_WORDS = 3 * tiles.BLOCK_WORDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A text of forty words, one of so many that there are tiles, and counts of the first."""
    folder = tmp_path_factory.mktemp("glove")
    (folder / "a.txt").write_text(make_text(600))
    (folder / "many.txt").write_text(make_text(2000, n_words=MANY_WORDS))
    config = TrainConfig(model="glove", min_count=1)
    prepared = prepare(Request(config, paths=(folder / "a.txt",), tmpdir=folder))
    counted = prepared.counted(str(folder), None)
    write_counts(str(folder / "a.w2vx"), CountsFile(counted.corpus.pairs, counted.facts))
    return folder


def n_same(path):
    """How many words stand near themselves."""
    table = open_counts(path).table
    rows = np.repeat(np.arange(table.n_words), np.diff(table.starts))
    return np.count_nonzero(rows == table.columns)


def stats_of(result):
    assert result.returncode == 0, result.errors
    return json.loads(result.text)


def test_it_tells_what_it_did(w2v, folder):
    told = stats_of(w2v("train", "a.txt", "-o", "a.w2v", *GLOVE, "--stats", "-", cwd=folder))
    options = told["options"]
    assert (options["model"], options["x_max"], options["lr"]) == ("glove", 10.0, 0.05)
    assert not {"negative", "loss", "sample", "min_n"} & set(options)
    assert told["tokens_processed"] == 4 * told["tokens_in_vocab"]
    assert len(told["loss"]) == 4
    assert told["loss"][-1] < told["loss"][0]
    assert 0 < told["mean_weight"] <= 1
    assert told["pairs_trained"] == 4 * (2 * told["pairs_counted"] - n_same(folder / "a.w2vx"))
    vectors = read_embeddings(folder / "a.w2v")
    assert vectors.vectors.shape == (told["vocab_size"], 8)


def test_any_number_of_threads_writes_the_same_bytes(w2v, folder):
    found = []
    for threads in (1, 2, 3):
        name = f"t{threads}.bin"
        result = w2v("train", "many.txt", "-o", name, *GLOVE, "-j", threads, cwd=folder)
        assert result.returncode == 0, result.errors
        found.append((folder / name).read_bytes())
    assert found[0] == found[1] == found[2]


def test_counts_in_a_file_train_what_the_text_does(w2v, folder):
    for name in ("a.txt", "a.w2vx"):
        result = w2v("train", name, "-o", f"{name}.bin", *GLOVE[:4], "-e", 3, "--min-count", 1,
                     cwd=folder)  # fmt: skip
        assert result.returncode == 0, result.errors
    assert (folder / "a.txt.bin").read_bytes() == (folder / "a.w2vx.bin").read_bytes()
    args = ("train", "a.w2vx", "-o", "x.bin", "-m", "glove")
    fails_with(w2v(*args, "-w", 5, "-q", cwd=folder), 2, "--window 5 cannot change counts")
    fails_with(w2v(*args, "--left", "-q", cwd=folder), 2, "--no-symmetric cannot change")
    result = w2v(*args, "--min-count", 100, "-d", 4, "-e", 1, cwd=folder)
    assert result.returncode == 0, result.errors
    assert "words are left out" in result.errors
    text = (folder / "a.txt").read_text().split()
    few = read_embeddings(folder / "x.bin")
    assert set(few.words) == {word for word in set(text) if text.count(word) >= 100}
    fails_with(w2v("train", "a.w2vx", "-o", "x.bin", cwd=folder), 2, "--model skipgram needs the")
    fails_with(w2v(*args, "--phrases", "npmi=.5", cwd=folder), 2, "--phrases needs the text")


def test_words_may_come_through_a_pipe_or_be_encoded(w2v, folder):
    text = (folder / "a.txt").read_bytes()
    assert w2v("encode", "a.txt", "-o", "a.w2vc", "--min-count", 1, cwd=folder).returncode == 0
    for name, stdin in (("a.txt", b""), ("-", text), ("a.w2vc", b"")):
        result = w2v("train", name, "-o", "p.bin", *GLOVE, cwd=folder, stdin=stdin)
        assert result.returncode == 0, result.errors
        if name == "a.txt":
            first = (folder / "p.bin").read_bytes()
        assert (folder / "p.bin").read_bytes() == first


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("--negative", 3),
            "--negative 3 is of skipgram, cbow, nnlm and rnnlm, and means nothing to --model gl",
        ),
        (("--sample", "1e-4"), "--sample 0.0001 is of skipgram and cbow"),
        (("--loss", "hs"), "--loss hs is of"),
        (("--min-n", 3), "--min-n 3 is of"),
        (("--freeze", "--init", "a.txt"), "--freeze is of skipgram and cbow; a large --anchor"),
        (("--anchor", 1), "--anchor 1.0 needs --init"),
        (("-m", "skipgram", "--x-max", 3), "--x-max 3.0 is of glove, and means nothing to"),
        (("-m", "cbow", "--left"), "is of glove"),
        (("-m", "cbow", "--alpha", 0.05), "--alpha 0.05 is of glove.*a learning rate is --lr"),
        (("--x-max", 0), "--x-max must be from"),
        (("--alpha", -1), "--alpha must be from"),
    ],
)
def test_options_of_other_models_are_refused(w2v, folder, args, message):
    fails_with(w2v("train", "a.txt", "-o", "x.bin", *GLOVE, *args, cwd=folder), 2, message)


@pytest.mark.parametrize("text", ["", "\n\n", "a\n", "a\n\nb\nc\n"])
def test_text_without_pairs_is_refused(w2v, tmp_path, text):
    (tmp_path / "t.txt").write_text(text)
    result = w2v("train", "t.txt", "-o", "t.bin", *GLOVE, cwd=tmp_path)
    assert result.returncode == 1
    assert re.search("is empty|no word has a neighbor", result.errors)
    assert result.errors.count("\n") == 1
    assert not (tmp_path / "t.bin").exists()


@pytest.mark.parametrize("text", ["a a\n", "a b\n", "a a a a a\n"])
def test_a_word_or_two_are_trained(w2v, tmp_path, text):
    (tmp_path / "t.txt").write_text(text)
    result = w2v("train", "t.txt", "-o", "t.bin", *GLOVE, "-j", 3, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert np.isfinite(read_embeddings(tmp_path / "t.bin").vectors).all()


def test_training_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(w2v, folder):
    args = ("train", "many.txt", *GLOVE[:-1], 12)
    assert w2v(*args, "-o", "whole.bin", "-j", 1, cwd=folder).returncode == 0
    command = [sys.executable, "-m", "w2v_cli", *map(str, args), "-o", "cut.bin", "-j", "2"]
    saving = ["--checkpoint", "saved", "--checkpoint-every", "3%"]
    process = subprocess.Popen(
        [*command, *saving], cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if (folder / "saved").exists() and list((folder / "saved").glob("*.npz")):
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.001)
    process.wait()
    process.stderr.close()
    result = w2v(*args, "-o", "cut.bin", "-j", 3, "--resume", "saved", cwd=folder)
    assert result.returncode == 0, result.errors
    assert "going on from epoch" in result.errors
    assert (folder / "cut.bin").read_bytes() == (folder / "whole.bin").read_bytes()


def test_words_are_held_at_old_vectors(w2v, folder):
    assert w2v("train", "a.txt", "-o", "old.bin", *GLOVE, cwd=folder).returncode == 0
    old = read_embeddings(folder / "old.bin")
    distances = []
    for anchor in (0, 1000):
        args = ("--init", "old.bin", "--anchor", anchor, "--seed", 7)
        result = w2v("train", "a.txt", "-o", "new.bin", *GLOVE, *args, cwd=folder)
        assert result.returncode == 0, result.errors
        assert "training starts from them as inputs" not in result.errors
        new = read_embeddings(folder / "new.bin")
        distances.append(np.mean([np.abs(new.vector(w) - old.vector(w)) for w in old.words]))
    assert distances[1] < distances[0] / 5


def test_both_matrices_may_be_written(w2v, folder):
    outputs = {}
    for readout in ("input", "context", "sum", "concat"):
        result = w2v("train", "a.txt", "-o", "o.bin", *GLOVE, "--vectors", readout, cwd=folder)
        assert result.returncode == 0, result.errors
        outputs[readout] = np.array(read_embeddings(folder / "o.bin").vectors)
    assert np.array_equal(outputs["sum"], outputs["input"] + outputs["context"])
    both = np.concatenate([outputs["input"], outputs["context"]], axis=1)
    assert np.array_equal(outputs["concat"], both)


def test_presets_and_earlier_runs_are_repeated(w2v, folder):
    args = ("train", "a.txt", "-o", "demo.w2v", "--preset", "glove", "-e", 2)
    told = stats_of(w2v(*args, "--stats", "-", cwd=folder))["options"]
    assert (told["dim"], told["window"], told["adagrad"]) == (50, 15, "coordinate")
    again = ("train", "--like", "demo.w2v", "-o", "again.w2v", "--stats", "-")
    result = w2v(*again, cwd=folder)
    assert stats_of(result)["options"] == told
    assert "warning" not in result.errors
    one, two = (read_embeddings(folder / name) for name in ("demo.w2v", "again.w2v"))
    assert one.vectors.tobytes() == two.vectors.tobytes()
    other = w2v(*again, "-m", "skipgram", cwd=folder)
    assert stats_of(other)["options"]["negative"] == 5


def test_settings_are_tried_and_a_time_is_kept(w2v, folder):
    (folder / "pairs.tsv").write_text("w1\tw2\t3\nw1\tw9\t1\nw3\tw4\t2\nw5\tw30\t0\n")
    result = w2v(
        "tune", "a.txt", "--pairs", "pairs.tsv", "--grid", "x-max=5,50", *GLOVE, "--tsv", cwd=folder
    )
    assert result.returncode == 0, result.errors
    assert result.text.count("\n") == 3
    grid = ("tune", "a.txt", "--pairs", "pairs.tsv", "--grid", "negative=5,50", "-m", "glove")
    fails_with(w2v(*grid, cwd=folder), 2, "--negative 5 is of skipgram")
    fails_with(w2v("tune", "a.w2vx", "--pairs", "pairs.tsv", "-m", "glove", cwd=folder), 2,
               "settings are tried on a sample of text")  # fmt: skip
    args = ("train", "a.txt", "-o", "b.bin", "-m", "glove", "--min-count", 1, "--time-budget", "9s")
    result = w2v(*args, "--stats", "-", cwd=folder)
    assert stats_of(result)["plan"]["epochs"] == 100


def test_an_ensemble_is_two_models_side_by_side(w2v, folder):
    args = ("train", "many.txt", "-o", "e.bin", *GLOVE, "--ensemble", 2)
    found = []
    for threads in (1, 2):
        assert w2v(*args, "-j", threads, cwd=folder).returncode == 0
        found.append((folder / "e.bin").read_bytes())
    assert found[0] == found[1]


def test_python_trains_it_too(folder):
    sentences = [line.split() for line in (folder / "a.txt").read_text().splitlines()]
    given = {"model": "glove", "dim": 8, "epochs": 3, "min_count": 1}
    one, two = (train(sentences, **given, threads=threads) for threads in (1, 2))
    counted = train(folder / "a.w2vx", **given)
    assert one.matrix.tobytes() == two.matrix.tobytes() == counted.matrix.tobytes()
    assert one.record["options"]["alpha"] == 0.75
    with pytest.raises(ConfigError, match=r"^negative=3 is of skipgram, cbow, nnlm"):
        train(sentences, **given, negative=3)
    ends = []
    more = train(
        sentences, **given, init=one, anchor=1e6, on_epoch=lambda *end: ends.append(end[0])
    )
    assert ends == [1, 2, 3]
    assert np.abs(more.matrix - one.matrix).max() < 0.5
