"""``w2v train`` as a user runs it: real processes, pipes, files, and everything that goes wrong."""

import bz2
import fcntl
import gzip
import json
import lzma
import os
import re
import signal
import subprocess
import sys
import termios
import time

import numpy as np
import pytest
import zstandard
from conftest import ROOT, SHARED_DATA, fails_with
from gensim.models import KeyedVectors
from support.permissions import may_write_anywhere
from support.texts import SMALL, make_text


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text(make_text())
    return path


def load(path, binary=None):
    binary = str(path).endswith(".bin") if binary is None else binary
    return KeyedVectors.load_word2vec_format(str(path), binary=binary)


@pytest.mark.parametrize(
    ("name", "model"), [("v.vec", "skipgram"), ("v.bin", "cbow"), ("v", "skipgram")]
)
def test_gensim_reads_what_we_write(w2v, corpus, tmp_path, name, model):
    result = w2v("train", corpus, "-o", tmp_path / name, "-m", model, *SMALL)
    assert result.returncode == 0, result.errors
    assert result.text == "", "nothing but results may reach stdout"
    vectors = load(tmp_path / name)
    counts = {}
    for word in corpus.read_text().split():
        counts[word] = counts.get(word, 0) + 1
    assert sorted(vectors.index_to_key) == sorted(counts)
    in_order = [counts[word] for word in vectors.index_to_key]
    assert in_order == sorted(in_order, reverse=True)
    assert vectors.vectors.shape == (len(counts), 10)
    assert np.isfinite(vectors.vectors).all()
    assert np.abs(vectors.vectors).max() > 0.05


def test_text_and_binary_hold_the_same_numbers(w2v, corpus, tmp_path):
    for name in ("v.txt", "v.bin"):
        assert w2v("train", corpus, "-o", tmp_path / name, "-j", 1, *SMALL).returncode == 0
    text, binary = load(tmp_path / "v.txt"), load(tmp_path / "v.bin")
    assert text.index_to_key == binary.index_to_key
    np.testing.assert_array_equal(text.vectors, binary.vectors)


def test_one_thread_and_one_seed_give_the_same_bytes(w2v, corpus, tmp_path):
    for name, seed in (("a.bin", 1), ("b.bin", 1), ("c.bin", 2)):
        args = ("train", corpus, "-o", tmp_path / name, "-j", 1, "--seed", seed, *SMALL)
        assert w2v(*args, fresh=True).returncode == 0  # other seeds of hashes
    a, b, c = ((tmp_path / name).read_bytes() for name in ("a.bin", "b.bin", "c.bin"))
    assert a == b
    assert a != c


def test_every_token_is_trained_in_every_epoch(w2v, tmp_path):
    text = "\n\n" + make_text(1000, seed=1) + "no final newline"
    args = ("-j", 3, "-e", 3, "-d", 4, "--min-count", 1, "--stats", "-")
    result = w2v("train", "-", "-o", tmp_path / "v.txt", *args, stdin=text)
    assert result.returncode == 0, result.errors
    stats = json.loads(result.text)
    n_tokens = len(text.split())
    assert stats["tokens_read"] == stats["tokens_in_vocab"] == n_tokens
    assert stats["tokens_processed"] == 3 * n_tokens
    assert stats["threads"] == 3


def test_stats_have_the_documented_keys(w2v, corpus, tmp_path):
    args = ("--stats", tmp_path / "s.json", "--min-count", 40, "-e", 2, "-d", 8, "--seed", 9)
    assert w2v("train", corpus, "-o", tmp_path / "v.bin", *args).returncode == 0
    stats = json.loads((tmp_path / "s.json").read_text())
    assert set(stats) >= {
        "tokens_read",
        "tokens_in_vocab",
        "vocab_size",
        "tokens_processed",
        "pairs_trained",
        "epochs",
        "threads",
        "seconds",
        "words_per_second",
        "loss",
        "peak_memory_bytes",
        "seed",
        "version",
        "options",
    }
    assert set(stats["seconds"]) == {"vocab", "compile", "train", "write"}
    assert stats["tokens_in_vocab"] < stats["tokens_read"]
    assert stats["vocab_size"] == len(load(tmp_path / "v.bin"))
    assert 0 < stats["pairs_trained"] < 10 * stats["tokens_processed"]
    assert len(stats["loss"]) == 2
    assert all(0 < loss < 6 * np.log(2) for loss in stats["loss"])
    assert stats["options"]["min_count"] == 40
    assert 0.025 <= stats["options"]["lr"] <= 0.05
    rate = stats["tokens_processed"] / stats["seconds"]["train"]
    assert stats["words_per_second"] == pytest.approx(rate)
    assert stats["seed"] == 9


COMPRESS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


def test_files_folders_stdin_and_compression_give_the_same_vectors(w2v, corpus, tmp_path):
    data = corpus.read_bytes()
    middle = data.index(b"\n", len(data) // 2) + 1
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_bytes(data[:middle])
    (folder / "b.gz").write_bytes(gzip.compress(data[middle:]))
    sources = {"plain": ([corpus], b""), "folder": ([folder], b""), "stdin": (["-"], data)}
    sources["file and stdin"] = ([folder / "a.txt", "-"], data[middle:])
    for name, compress in COMPRESS.items():
        (tmp_path / f"corpus.{name}").write_bytes(compress(data))
        sources[name] = ([tmp_path / f"corpus.{name}"], b"")
    sources["compressed stdin"] = (["-"], gzip.compress(data))
    outputs = {}
    for name, (paths, stdin) in sources.items():
        args = ("train", *paths, "-o", "-", "--format", "binary", "-j", 1, "-q", *SMALL)
        result = w2v(*args, stdin=stdin)
        assert result.returncode == 0, result.errors
        assert result.errors == "", "-q must be quiet"
        outputs[name] = result.stdout
    assert len(set(outputs.values())) == 1, list(outputs)


def test_vocabulary_saved_and_used_as_it_is(w2v, corpus, tmp_path):
    vocab = tmp_path / "vocab.txt"
    args = ("--save-vocab", vocab, "-o", tmp_path / "a.bin", "-j", 1, *SMALL)
    assert w2v("train", corpus, *args).returncode == 0
    lines = vocab.read_text().splitlines()
    assert lines[0].split()[0] == load(tmp_path / "a.bin").index_to_key[0]
    args = ("--vocab", vocab, "-o", tmp_path / "b.bin", "-j", 1, "-d", 10, "-e", 2)
    assert w2v("train", corpus, *args).returncode == 0
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()
    vocab.write_text("\n".join(reversed(lines[:5])) + "\nnever-seen 3\n")
    assert w2v("train", corpus, *args).returncode == 0
    words = [*reversed([line.split()[0] for line in lines[:5]]), "never-seen"]
    assert load(tmp_path / "b.bin").index_to_key == words


def test_an_option_that_a_given_vocabulary_overrides_is_mentioned(w2v, corpus, tmp_path):
    (tmp_path / "vocab.txt").write_text("w0 5\nw1 3\n")
    args = ("--vocab", tmp_path / "vocab.txt", "--min-count", 3, "-o", tmp_path / "v", "-q")
    result = w2v("train", corpus, *args)
    assert result.returncode == 0
    assert result.errors.startswith("w2v: warning: --min-count has no effect")


def test_context_matrix(w2v, corpus, tmp_path):
    args = ("--save-context", tmp_path / "c.vec", "-o", tmp_path / "v.vec", "-j", 1, *SMALL)
    assert w2v("train", corpus, *args).returncode == 0
    vectors, context = load(tmp_path / "v.vec"), load(tmp_path / "c.vec")
    assert vectors.index_to_key == context.index_to_key
    assert np.abs(context.vectors).max() > 0.01
    assert not np.allclose(vectors.vectors, context.vectors)


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_other_losses(w2v, corpus, tmp_path, model, loss):
    args = ("-m", model, "--loss", loss, "--max-vocab", 24, "--lr", 0.1, "-j", 1, *SMALL)
    result = w2v("train", corpus, "-o", tmp_path / "v.bin", "--stats", "-", *args)
    assert result.returncode == 0, result.errors
    vectors = load(tmp_path / "v.bin").vectors
    assert vectors.shape == (24, 10)
    assert np.isfinite(vectors).all()
    assert np.abs(vectors).max() > 0.05
    first, second = json.loads(result.text)["loss"]
    # Words of this text are independent: there is little to learn but how frequent they are.
    assert 0 < second < first + 1e-3


def test_context_matrix_of_the_full_softmax(w2v, corpus, tmp_path):
    args = ("--loss", "softmax", "--max-vocab", 24, "--lr", 0.1, "-o", tmp_path / "v.vec", *SMALL)
    assert w2v("train", corpus, "--save-context", tmp_path / "c.vec", *args).returncode == 0
    assert np.abs(load(tmp_path / "c.vec").vectors).max() > 0.01


def test_sharing_negatives_or_not(w2v, corpus, tmp_path):
    outputs = set()
    for share in (0, 1, 5):
        args = ("-o", tmp_path / "v.bin", "--share-negatives", share, "-j", 1, "-t", 0, *SMALL)
        assert w2v("train", corpus, *args).returncode == 0
        outputs.add((tmp_path / "v.bin").read_bytes())
    assert len(outputs) == 3


def test_max_vocab_keeps_the_most_frequent(w2v, corpus, tmp_path):
    args = ("-o", tmp_path / "v.txt", "--max-vocab", 7, "--min-count", 1, "-d", 5)
    assert w2v("train", corpus, *args).returncode == 0
    assert len(load(tmp_path / "v.txt")) == 7


@pytest.mark.parametrize("text", ["a a a a a a\n" * 9, "a b a b b\n" * 9, "a a\n" * 9])
def test_vocabularies_of_one_or_two_words_train(w2v, tmp_path, text):
    result = w2v("train", "-", "-o", tmp_path / "v.txt", stdin=text, timeout=60)
    assert result.returncode == 0, result.errors
    assert len(load(tmp_path / "v.txt")) == len(set(text.split()))


BAD_INPUT = [
    (["missing.txt", "-o", "v.txt"], 1, r"missing\.txt: no such file"),
    (["empty.txt", "-o", "v.txt"], 1, r"empty\.txt: the corpus is empty"),
    (["blank.txt", "-o", "v.txt"], 1, r"blank\.txt: the corpus is empty"),
    (["rare.txt", "-o", "v.txt"], 1, r"at least 5 times, the highest count is 3.*--min-count"),
    (["good.txt", "-o", "no/v.txt"], 1, r"no/v\.txt: cannot be written: No such file"),
    (["good.txt", "-o", "folder"], 1, r"folder: is a folder"),
    (["good.txt", "-o", "v.txt", "--stats", "no/s"], 1, r"no/s: cannot be written"),
    (["good.txt", "-o", "v.txt", "--save-vocab", "no/s"], 1, r"no/s: cannot be written"),
    (["good.txt", "-o", "v.txt", "--save-context", "no/s"], 1, r"no/s: cannot be written"),
    (["good.txt", "-o", "v.txt", "--tmpdir", "no"], 1, r"no: the encoded corpus cannot"),
    (["good.txt", "-o", "v.txt", "--vocab", "missing"], 1, r"missing: cannot be opened"),
    (["good.txt", "-o", "v.txt", "--vocab", "good.txt"], 1, r"good\.txt:1: expected 'word count'"),
    (["good.txt", "-o", "v.txt", "--vocab", "other.txt"], 1, r"no word of the given vocabulary"),
    (["cut.gz", "-o", "v.txt"], 1, r"cut\.gz: the compressed data is cut short"),
    (["bare", "-o", "v.txt"], 1, r"bare: the folder holds no files"),
    (["-", "-", "-o", "v.txt"], 1, r"only once"),
    (["good.txt", "-o", "v.txt", "-d", "0"], 2, r"--dim must be from 1 to 4096, not 0"),
    (["good.txt", "-o", "v.txt", "-d", "9999"], 2, r"--dim must be from 1 to 4096, not 9999"),
    (["good.txt", "-o", "v.txt", "-d", "ten"], 2, r"'ten' is not a valid integer"),
    (["good.txt", "-o", "v.txt", "-w", "0"], 2, r"--window must be from 1 to 1000000, not 0"),
    (
        ["good.txt", "-o", "v.txt", "-w", "all"],
        2,
        r"'all' is neither a whole number nor 'sentence'",
    ),
    (["good.txt", "-o", "v.txt", "-j", "0"], 2, r"--threads must be from 1 to 1024, not 0"),
    (["good.txt", "-o", "v.txt", "-j", "-1"], 2, r"--threads must be from 1 to 1024, not -1"),
    (["good.txt", "-o", "v.txt", "-n", "0"], 2, r"--negative must be from 1 to 64, not 0"),
    (["good.txt", "-o", "v.txt", "-e", "0"], 2, r"--epochs must be from 1"),
    (["good.txt", "-o", "v.txt", "-t", "nan"], 2, r"--sample must be from 0.0 to 1.0, not nan"),
    (["good.txt", "-o", "v.txt", "--lr", "-1"], 2, r"--lr must be from"),
    (["good.txt", "-o", "v.txt", "-m", "lsa"], 2, r"'lsa' is not one of"),
    (["good.txt", "-o", "v.txt", "--loss", "nce"], 2, r"'nce' is not one of 'ns', 'hs', 'softmax'"),
    (["good.txt", "-o", "v", "--share-negatives", "-1"], 2, r"--share-negatives must be from 0 to"),
    (["good.txt", "-o", "v", "--share-negatives", "999"], 2, r"--share-negatives must be from 0"),
    (["good.txt", "-o", "v", "--loss", "hs", "--save-context", "c"], 2, r"nodes of a tree"),
    (["good.txt", "-o", "v.txt", "--min_count", "3"], 2, r"No such option"),
    (["good.txt", "-o", "v.doc"], 2, r"\.doc.*--format"),
    (["good.txt", "-o", "v.txt", "--format", "word"], 2, r"word"),
    (["good.txt"], 2, r"Missing option '-o' / '--output'"),
    (["-o", "v.txt"], 2, r"Missing argument 'CORPUS\.\.\.'"),
    (["good.txt", "-o", "v.txt", "--stats", "v.txt"], 2, r"two different outputs"),
    (["good.txt", "-o", "-", "--stats", "-"], 2, r"two different outputs"),
    (["good.txt", "-o", "good.txt"], 2, r"both a corpus and an output"),
    (["-", "--vocab", "-", "-o", "v.txt"], 2, r"both the corpus and the vocabulary"),
    (["good.txt", "-o", "v.txt", "--config", "missing.toml"], 1, r"missing\.toml: cannot be read"),
    (["good.txt", "-o", "v.txt", "--config", "bad.toml"], 1, r"bad\.toml: is not TOML"),
    (["good.txt", "-o", "v.txt", "--config", "typo.toml"], 2, r"typo\.toml: .*'epohcs'"),
]


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    (folder / "good.txt").write_text("a b c\n" * 20)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_text(" \n\n\t\r\n")
    (folder / "rare.txt").write_text("a b c\n" * 3)
    (folder / "other.txt").write_text("x 3\n")
    (folder / "cut.gz").write_bytes(gzip.compress(b"a b c\n" * 50)[:-9])
    (folder / "bad.toml").write_text("= 3")
    (folder / "typo.toml").write_text("epohcs = 3")
    (folder / "folder").mkdir()
    (folder / "folder" / "file").write_text("")
    (folder / "bare").mkdir()
    return folder


@pytest.mark.parametrize(("args", "code", "pattern"), BAD_INPUT, ids=str)
def test_bad_input(w2v, bad_folder, args, code, pattern):
    before = sorted(os.listdir(bad_folder))
    contents = (bad_folder / "good.txt").read_bytes()
    result = w2v("train", *args, "-q", cwd=bad_folder)
    fails_with(result, code, pattern)
    assert sorted(os.listdir(bad_folder)) == before, "something was left behind"
    assert (bad_folder / "good.txt").read_bytes() == contents


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_a_learning_rate_that_is_too_high_ends_training(w2v, corpus, tmp_path, model):
    args = ("-o", tmp_path / "v.txt", "--stats", tmp_path / "s.json", "-m", model, "--lr", 10)
    pattern = (
        r"the learning rate 10\.0 is too high for this corpus; give a lower one, such as --lr 0\."
    )
    fails_with(w2v("train", corpus, "-q", *args, *SMALL), 1, pattern)
    assert not os.listdir(tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("option", ["-o", "--save-vocab", "--save-context", "--stats"])
def test_full_disk(w2v, corpus, option):
    outputs = {"-o": "/dev/null", "--format": "text"} | {option: "/dev/full"}
    args = [word for pair in outputs.items() for word in pair]
    fails_with(w2v("train", corpus, *args, "-q", *SMALL), 1, "/dev/full: .*No space left")


@pytest.mark.skipif(may_write_anywhere(), reason="permissions do not bind this user")
def test_an_unwritable_folder(w2v, corpus, tmp_path):
    tmp_path.chmod(0o500)
    fails_with(w2v("train", corpus, "-o", tmp_path / "v.txt", "-q"), 1, "Permission denied")


def test_options_from_file_environment_and_command_line(w2v, corpus, tmp_path):
    (tmp_path / "run.toml").write_text("dim = 6\nmin-count = 1\n[train]\nepochs = 3\nwindow = 2\n")
    args = ("--config", tmp_path / "run.toml", "-w", 4, "-o", "-", "-q")
    env = {"W2V_TRAIN_EPOCHS": "2", "W2V_TRAIN_WINDOW": "3"}
    stats = tmp_path / "s.json"
    assert w2v("train", corpus, *args, "--stats", stats, env=env).returncode == 0
    options = json.loads(stats.read_text())["options"]
    assert [options[key] for key in ("dim", "epochs", "window", "min_count")] == [6, 2, 4, 1]


def test_the_whole_sentence_as_a_window_from_everywhere(w2v, corpus, tmp_path):
    """Named in a file, printed as one, repeated by --like and resumed, it trains the same."""
    (tmp_path / "run.toml").write_text('[train]\nwindow = "sentence"\nseed = 4\n')
    args = ("train", corpus, "-q", "-j", 1, *SMALL)
    first, stats = tmp_path / "first.bin", tmp_path / "s.json"
    result = w2v(*args, "-o", first, "--config", tmp_path / "run.toml", "--stats", stats)
    assert result.returncode == 0, result.errors
    assert json.loads(stats.read_text())["options"]["window"] == "sentence"
    printed = w2v(*args, "-o", first, "--config", tmp_path / "run.toml", "--print-config").text
    assert re.search('^window = "sentence" +# .*run.toml$', printed, re.MULTILINE)
    for name, options in [
        ("option.bin", ["-w", "sentence", "--seed", 4]),
        ("like.bin", ["--like", first]),
        ("long.bin", ["-w", 1000, "--fixed-window", "--seed", 4]),
    ]:
        result = w2v(*args, *options, "-o", tmp_path / name)
        assert result.returncode == 0, result.errors
        assert (tmp_path / name).read_bytes() == first.read_bytes(), name
    other = w2v(*args, "-w", 1000, "--seed", 4, "-o", tmp_path / "drawn.bin")
    assert other.returncode == 0, other.errors
    assert (tmp_path / "drawn.bin").read_bytes() != first.read_bytes()


def test_progress_without_a_terminal_is_plain_lines(w2v, corpus, tmp_path):
    result = w2v("train", corpus, "-o", tmp_path / "v.txt", *SMALL)
    assert "\r" not in result.errors
    assert "\x1b" not in result.errors
    lines = result.errors.splitlines()
    assert all(line.startswith("w2v: ") for line in lines)
    assert any("words trained in" in line for line in lines)


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_training_soon_and_leave_nothing(tmp_path, signum, code):
    (tmp_path / "corpus.txt").write_text(make_text(20_000))
    (tmp_path / "v.txt").write_text("old")
    before = sorted(os.listdir(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", "corpus.txt", "-o", "v.txt", "-e", "100000"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if "training" in line:
            break
    time.sleep(1)
    process.send_signal(signum)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == code, stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    assert (tmp_path / "v.txt").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("extra", [[], ["large.txt"]], ids=["alone", "among files"])
@pytest.mark.parametrize("start", [b"a b c\n", gzip.compress(make_text().encode())[:500]])
def test_ctrl_c_while_waiting_for_a_pipe(tmp_path, start, extra):
    (tmp_path / "large.txt").write_text("a b c d\n" * 1_500_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", "-", *extra, "-o", "v.txt", "-j", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(start)
    process.stdin.flush()
    while int.from_bytes(fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)), sys.byteorder):
        time.sleep(0.1)  # it has not read what there is
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=90) == 130
    with process.stderr as stderr:
        assert stderr.read() == b"w2v: error: interrupted\n"
    process.stdin.close()
    assert os.listdir(tmp_path) == ["large.txt"]


def test_memory_does_not_grow_with_the_corpus(w2v, tmp_path):
    """Five times the text, the same words: 4 bytes a token more would be 22 MB."""
    peaks = []
    for size in (5, 25):
        stats = tmp_path / f"{size}.json"
        text = make_text(30_000, n_words=200) * size
        # What is learnt does not matter: the quickest.
        args = ("-m", "cbow", "-w", 1, "-n", 1, "-d", 4, "-e", 1, "-q", "-j", 1, "--stats", stats)
        output = tmp_path / "v.bin"
        runs = []
        for _ in range(3):  # what the system gives beyond the need differs from run to run
            assert w2v("train", "-", "-o", output, *args, stdin=text, fresh=True).returncode == 0
            runs.append(json.loads(stats.read_text())["peak_memory_bytes"])
        peaks.append(min(runs))
    assert peaks[1] - peaks[0] < 2e6, peaks


@pytest.mark.long
@pytest.mark.skipif(
    not (SHARED_DATA / "wiki_17m.txt.xz").exists(),
    reason="needs wiki_17m.txt.xz, not in the repository",
)
def test_real_text_trains_from_a_pipe(w2v, tmp_path):
    stats = tmp_path / "stats.json"
    with lzma.open(SHARED_DATA / "wiki_17m.txt.xz") as text:
        data = text.read()
    args = ("train", "-", "-o", tmp_path / "v.bin", "-m", "cbow", "-e", 1, "--stats", stats, "-q")
    assert w2v(*args, stdin=data, timeout=1200).returncode == 0
    stats = json.loads(stats.read_text())
    assert stats["tokens_read"] == 16_955_045
    assert stats["tokens_processed"] == stats["tokens_in_vocab"]
    vectors = load(tmp_path / "v.bin")
    assert "paris" in [word for word, _ in vectors.most_similar("france", topn=20)]


@pytest.mark.parametrize(
    "option", ["-o", "--vocab", "--resume", "--stats", "--init", "--save-vocab"]
)
def test_an_empty_name_is_no_name(w2v, corpus, tmp_path, option):
    args = ["train", corpus, option, "", *SMALL]
    args += [] if option == "-o" else ["-o", tmp_path / "v.txt"]
    fails_with(w2v(*args), 2, "the name is empty; give one, or leave the option out")


@pytest.mark.parametrize(
    ("name", "output"),
    [("a.words.txt", "a.npy"), ("a.metadata.tsv", "a.tsv"), ("a.vocab.json", "a.safetensors")],
)
def test_what_lies_beside_vectors_is_not_written_over_the_corpus(
    w2v, corpus, tmp_path, name, output
):
    text = corpus.read_bytes()
    (tmp_path / name).write_bytes(text)
    result = w2v("train", tmp_path / name, "-o", tmp_path / output, *SMALL)
    fails_with(result, 2, "is both a corpus and an output")
    assert (tmp_path / name).read_bytes() == text
    both = ("-o", tmp_path / output, "--save-vocab", tmp_path / name)
    fails_with(w2v("train", corpus, *both, *SMALL), 2, "is named for two different outputs")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["-o", "k", "--checkpoint", "k"], 2, "k is both the folder of checkpoints and an output"),
        (["-o", "v.bin", "--stats", "k", "--checkpoint", "k/"], 2, "k is both the folder of check"),
        (["-o", "run.toml", "--config", "run.toml"], 2, "run.toml is both the --config file and"),
        (["-o", "v.bin", "--save-vocab", "./run.toml", "--config", "run.toml"], 2, "--config file"),
        (["-o", "v.bin", "--log-json", "run.toml", "--config", "run.toml"], 2, "--config file"),
        (["-o", "v.bin", "--log-json", "v.bin"], 2, "v.bin is named for two different outputs"),
        (["-o", "v.bin", "--log-json", "c.txt"], 2, "c.txt is both a corpus and an output"),
        (
            ["-o", "v.bin", "--stats", "s", "--log-json", "./s"],
            2,
            "named for two different outputs",
        ),
        (["-o", "v.bin", "--log-json", "v.bin.w2v.json"], 2, "named for two different outputs"),
    ],
)
def test_no_file_is_two_things(w2v, tmp_path, args, code, message):
    (tmp_path / "c.txt").write_text("a b c d\n" * 50)
    (tmp_path / "run.toml").write_text("epochs = 2\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    fails_with(w2v("train", "c.txt", *args, cwd=tmp_path), code, message)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_spacing_of_no_checkpoints_is_told_but_in_a_file(w2v, tmp_path):
    (tmp_path / "c.txt").write_text("a b c d\n" * 50)
    (tmp_path / "run.toml").write_text('checkpoint-every = "1m"\n')
    args = ["train", "c.txt", "-o", "v.bin", *SMALL, "-q"]
    assert w2v(*args, "--config", "run.toml", cwd=tmp_path).errors == ""
    result = w2v(*args, "--checkpoint-every", "1m", cwd=tmp_path)
    assert result.errors == (
        "w2v: warning: --checkpoint-every has no effect: no checkpoint is written without "
        "--checkpoint DIR\n"
    )
    args += ["--checkpoint-every", "1m", "--checkpoint", "saved"]
    assert w2v(*args, cwd=tmp_path).errors == ""


@pytest.mark.parametrize(
    "options", [["--loss", "hs"], ["--keep-context"], ["--save-context", "c.w2v"]]
)
def test_sums_by_default_or_by_a_preset_are_in_nobodys_way(w2v, corpus, tmp_path, options):
    args = ("train", corpus, "-o", "v.w2v", "-d", 4, "--min-count", 1, "-q", *options)
    for more in (["-m", "cbow"], ["--preset", "fast"]):
        result = w2v(*args, *more, "--stats", "s.json", cwd=tmp_path)
        assert (result.returncode, result.errors) == (0, "")
        assert json.loads((tmp_path / "s.json").read_text())["options"]["vectors"] == "input"
    result = w2v(*args, "--vectors", "sum", cwd=tmp_path)
    assert result.returncode == (0 if options[0] == "--save-context" else 2)
