"""Names a little wrong: what was meant is suggested, in the one line of the error."""

import pytest
from conftest import fails_with

from w2v_cli.wording.nearnames import closest, did_you_mean, missing_file


@pytest.mark.parametrize(
    ("word", "choices", "found"),
    [
        ("epoch", ["epochs", "seed"], ["epochs"]),
        ("MIN-COUNT", ["min_count", "max_vocab"], ["min_count"]),
        ("eval", ["evaluate-analogies", "train", "evaluate-similarity"],
         ["evaluate-analogies", "evaluate-similarity"]),
        ("evaluate_a", ["evaluate-ab", "evaluate-a"], ["evaluate-a"]),
        ("trian", ["train", "info"], ["train"]),
        ("zzz", ["train", "info"], []),
        ("", ["train"], []),
    ],
)  # fmt: skip
def test_closest(word, choices, found):
    assert closest(word, choices) == found


def test_did_you_mean():
    assert did_you_mean("trian", ["train"]) == "did you mean train?"
    assert did_you_mean("zzz", ["train"]) == ""


def test_missing_files(tmp_path):
    (tmp_path / "corpus.txt").touch()
    for name in ("corpus.tx", "Corpus.txt", "corpus", "cropus.txt"):
        assert missing_file(str(tmp_path / name)) == f"did you mean {tmp_path}/corpus.txt?"
    assert missing_file(str(tmp_path / "vectors.bin")) == ""
    assert missing_file(str(tmp_path / "no" / "a")).startswith(f"there is no folder {tmp_path}/no;")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "corpus.txt").write_text("a b c\n" * 20)
    (tmp_path / "vectors.bin").write_text("2 1\na 1\nb 2\n")
    (tmp_path / "run.toml").write_text("epoch = 3\n")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "code", "pattern"),
    [
        ("trian", 2, "No such command 'trian'. Did you mean train?"),
        ("evaluate_analogies", 2, "Did you mean evaluate-analogies?"),
        ("zzz", 2, "No such command 'zzz'. Commands are: train, tune, "),
        ("train --epoch 3", 2, "No such option '--epoch'. Did you mean '--epochs'?"),
        ("train corpus.txt -o v -epochs 3", 2, "two dashes: did you mean --epochs?"),
        ("train corpus.txt -o v -sede 3", 2, "two dashes: did you mean --seed?"),
        ("train corpus.txt -o v -m skipgrm", 2, "'skipgrm' is not .* Did you mean skipgram?"),
        ("train corpus.txt -o v --config run.toml", 2, "no option 'epoch'; did you mean epochs?"),
        ("train corpus.txt -o v --config rnu.toml", 1, "rnu.toml: .*; did you mean run.toml?"),
        ("train corpus.tx -o v", 1, "corpus.tx: .*; did you mean corpus.txt?"),
        ("train corpus.txt -o no/v", 1, "no/v: cannot be written: .*; there is no folder no;"),
        ("train corpus.txt -o v --vocab vocab.tx", 1, "vocab.tx: cannot be opened: No such file"),
        ("neighbors vector.bin a", 1, "vector.bin: .*; did you mean vectors.bin?"),
        ("info vectors", 1, "vectors: .*; did you mean vectors.bin?"),
        ("evaluate-similarity vectors.bin corpus.tsv", 1, "did you mean corpus.txt?"),
    ],
)
def test_errors_suggest_what_was_meant(w2v, folder, args, code, pattern):
    fails_with(w2v(*args.split(), cwd=folder), code, pattern.replace("?", r"\?"))


def test_a_misspelt_variable_is_not_silently_ignored(w2v, folder):
    result = w2v("vocab", "corpus.txt", "-q", cwd=folder, env={"W2V_VOCAB_MINCOUNT": "30"})
    assert result.returncode == 0
    assert result.errors == (
        "w2v: warning: W2V_VOCAB_MINCOUNT is set, and w2v vocab has no such option; did you mean "
        "W2V_VOCAB_MIN_COUNT?\n"
    )
