"""``w2v train --model nnlm`` and ``rnnlm`` as a user runs them."""

import json
import math
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import ROOT, fails_with
from support.texts import make_text

from w2v_cli import train
from w2v_cli.errors import ConfigError
from w2v_cli.formats.reading import read_embeddings

MODELS = ["nnlm", "rnnlm"]
FEW = ["-d", "8", "--min-count", "1", "-e", "3"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("neural")
    (folder / "a.txt").write_text(make_text(600))
    return folder


def stats_of(result):
    assert result.returncode == 0, result.errors
    return json.loads(result.text)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("threads", [1, 3])
def test_it_tells_perplexities_and_keeps_the_model(w2v, folder, model, threads):
    args = ("-m", model, *FEW, "-j", threads, "--hold-out", 0.1, "--stats", "-")
    result = w2v("train", "a.txt", "-o", "a.w2v", *args, cwd=folder)
    told = stats_of(result)
    options = told["options"]
    assert (options["model"], options["loss"], options["hold_out"]) == (model, "hs", 0.1)
    assert ("history" in options, "bptt" in options) == (model == "nnlm", model == "rnnlm")
    assert not {"window", "sample", "min_n", "x_max", "max_sentence"} & set(options)
    n_trained = told["tokens_in_vocab"] - told["tokens_held_out"]
    assert told["tokens_held_out"] == pytest.approx(0.1 * told["tokens_in_vocab"], rel=0.1)
    assert told["tokens_processed"] == 3 * n_trained
    assert n_trained < told["pairs_trained"] / 3 < n_trained + told["sentences"]
    assert told["perplexity"] == pytest.approx([math.exp(loss) for loss in told["loss"]])
    assert told["perplexity"] == sorted(told["perplexity"], reverse=True)
    assert len(told["validation_perplexity"]) == 3
    assert told["validation_perplexity"][-1] < told["vocab_size"]
    assert f"epoch 3: perplexity {told['perplexity'][-1]:,.1f}, " in result.errors
    found = read_embeddings(folder / "a.w2v")
    language_model = found.language_model
    assert (language_model.kind, language_model.n_lines) == (model, told["sentences"])
    np.testing.assert_array_equal(language_model.embeddings[:-1], found.vectors)
    assert len(language_model.outputs) == told["vocab_size"]


@pytest.mark.parametrize(
    ("model", "loss"), [("nnlm", "hs"), ("nnlm", "ns"), ("rnnlm", "hs"), ("rnnlm", "softmax")]
)
def test_training_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(w2v, folder, model, loss):
    args = ("train", "a.txt", "-m", model, *FEW[:-1], 60, "--loss", loss, "-j", 1)
    name = f"{model}-{loss}"
    whole = w2v(*args, "-o", f"{name}.w2v", "--stats", "-", cwd=folder)
    saving = ["--checkpoint", name, "--checkpoint-every", "3%"]
    command = [sys.executable, "-m", "w2v_cli", *map(str, args), "-o", f"{name}-cut.w2v", *saving]
    process = subprocess.Popen(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if (folder / name).exists() and list((folder / name).glob("*.npz")):
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.001)
    process.wait()
    process.stderr.close()
    result = w2v(*args, "-o", f"{name}-cut.w2v", "--resume", name, "--stats", "-", cwd=folder)
    assert "going on from epoch" in result.errors
    for key in ("loss", "perplexity", "validation_perplexity"):
        assert stats_of(result).get(key) == stats_of(whole).get(key)
    cut, straight = (read_embeddings(folder / f"{name}{end}.w2v") for end in ("-cut", ""))
    np.testing.assert_array_equal(cut.vectors, straight.vectors)
    for part in ("hidden_weights", "outputs"):
        one, other = (getattr(each.language_model, part) for each in (cut, straight))
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("-w", 3), "--window 3 is of skipgram, cbow, glove and ppmi, and means nothing to"),
        (("--sample", "1e-4"), "--sample 0.0001 is of skipgram and cbow"),
        (("--min-n", 3), "--min-n 3 is of skipgram and cbow"),
        (("--bptt", 3), "--bptt 3 is of rnnlm, and means nothing to --model nnlm"),
        (("--independent",), "--independent is of rnnlm"),
        (("-m", "rnnlm", "--history", 2), "--history 2 is of nnlm"),
        (("-m", "rnnlm", "--hidden", 2), "--hidden 2 is of nnlm"),
        (("-m", "skipgram", "--activation", "sigmoid"), "--activation sigmoid is of nnlm and rnnl"),
        (("--loss", "ns", "--hold-out", 0.1), "--hold-out 0.1 needs --loss hs or softmax: ns"),
        (("--hold-out", 0.6), "--hold-out must be from 0.0 to 0.5"),
        (("--history", 0), "--history must be from 1 to"),
        (("--save-context", "c.bin"), "--save-context needs --loss ns or softmax"),
        (
            ("--loss", "ns", "--hidden", 9, "--save-context", "c.bin"),
            "as long as the vectors, --hid",
        ),
        (("--freeze", "--init", "a.txt"), "--freeze is of skipgram and cbow"),
    ],
)
def test_options_that_mean_nothing_are_refused(w2v, folder, args, message):
    chosen = ("-m", "nnlm", *FEW, *args)
    fails_with(w2v("train", "a.txt", "-o", "x.bin", *chosen, cwd=folder), 2, message)


@pytest.mark.parametrize("model", MODELS)
def test_a_rate_that_is_too_high_is_told(w2v, folder, model):
    result = w2v("train", "a.txt", "-o", "x.bin", "-m", model, *FEW, "--lr", 10, "-q", cwd=folder)
    if result.returncode:
        fails_with(
            result, 1, "the learning rate 10.0 is too high for this corpus; give a lower one"
        )
    else:
        assert np.isfinite(read_embeddings(folder / "x.bin").vectors).all()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("text", ["a a\n", "a b\n", "a b c d e f g\n", "a b c\nb\nc a\n"])
def test_little_text_and_few_words_are_trained(w2v, tmp_path, model, text):
    (tmp_path / "t.txt").write_text(text)
    args = ("-m", model, *FEW, "-j", 3, "--hold-out", 0.3)
    result = w2v("train", "t.txt", "-o", "t.w2v", *args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    found = read_embeddings(tmp_path / "t.w2v")
    assert np.isfinite(found.vectors).all()
    assert found.language_model.n_lines == text.count("\n")


@pytest.mark.parametrize("text", ["", "a\n", "a\n\nb\nc\n"])
def test_lines_of_one_word_are_refused(w2v, tmp_path, text):
    (tmp_path / "t.txt").write_text(text)
    result = w2v("train", "t.txt", "-o", "t.bin", "-m", "nnlm", *FEW, cwd=tmp_path)
    fails_with(result, 1, "is empty|no word has a neighbor")
    assert not (tmp_path / "t.bin").exists()


def test_a_softmax_of_many_words_is_refused_before_it_begins(w2v, tmp_path):
    rng = np.random.default_rng(1)
    words = rng.integers(0, 30_000, 60_000)
    lines = "\n".join(
        " ".join(map(str, words[place : place + 20])) for place in range(0, 60_000, 20)
    )
    (tmp_path / "t.txt").write_text(lines)
    args = ("-m", "nnlm", "--loss", "softmax", "--min-count", 1, "-e", 100_000, "-j", 1)
    result = w2v("train", "t.txt", "-o", "t.bin", *args, "-q", cwd=tmp_path)
    fails_with(result, 1, "--loss softmax computes all .* words for every prediction")


def test_old_vectors_and_several_models_leave_no_language_model(w2v, folder):
    assert w2v("train", "a.txt", "-o", "old.bin", "-m", "cbow", *FEW, cwd=folder).returncode == 0
    for more in (("--init", "old.bin", "--min-count", 9), ("--ensemble", 2)):
        result = w2v("train", "a.txt", "-o", "b.w2v", "-m", "nnlm", *FEW, *more, cwd=folder)
        assert result.returncode == 0, result.errors
        assert ("the language model is not written" in result.errors) == ("--ensemble" in more)
        kept = read_embeddings(folder / "b.w2v").language_model
        assert (kept is None) == ("--ensemble" in more)


def test_python_trains_them_too(folder):
    told = []
    vectors = train(
        folder / "a.txt", model="nnlm", history=2, hidden=6, dim=8, min_count=1, epochs=2,
        on_epoch=lambda epoch, loss, _: told.append((epoch, loss)),
    )  # fmt: skip
    assert vectors.matrix.shape[1] == 8
    assert [epoch for epoch, _ in told] == [1, 2]
    assert vectors.record["perplexity"] == pytest.approx([math.exp(loss) for _, loss in told])
    assert vectors.record["options"]["hidden"] == 6
    with pytest.raises(ConfigError, match=r"^window=3 is of"):
        train(folder / "a.txt", model="rnnlm", window=3)
