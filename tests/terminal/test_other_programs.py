"""Options and commands of other programs are answered with ours, which then work."""

import shlex

import pytest
from conftest import fails_with

from w2v_cli.cli import COMMANDS
from w2v_cli.terminal.help.hints import ADVICE, COMMANDS_ELSEWHERE
from w2v_cli.terminal.help.otherprograms import MODELS, PROGRAMS

COMPAT = "; w2v compat-word2vec takes word2vec.c's options as they are"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("others")
    (folder / "c.txt").write_text("a b c d e f\n" * 60)
    return folder


@pytest.mark.parametrize(
    ("typed", "program", "ours"),
    [
        ("-train c.txt -output y -size 8 -binary 1", "word2vec.c",
         "c.txt -o y --dim 8 --format binary"),
        ("-train c.txt -output y -size 8", "word2vec.c", "c.txt -o y --dim 8"),
        ("-train c.txt -output y.vec -binary 0", "word2vec.c", "c.txt -o y.vec --format text"),
        (
            "-train c.txt -output y.bin -cbow 1 -hs 0 -sample 1e-4 -iter 2 -alpha 0.05 -debug 2",
            "word2vec.c",
            "c.txt -o y.bin -m cbow --sample 1e-4 --epochs 2 --lr 0.05",
        ),
        ("c.txt -o y.bin -cbow 0 -hs 1 -negative 0", "word2vec.c",
         "c.txt -o y.bin -m skipgram --loss hs"),
        ("c.txt -o y.bin -size 8 -threads 1 -window 2", "word2vec.c",
         "c.txt -o y.bin --dim 8 --threads 1 --window 2"),
        ("-input c.txt -output m -dim 8 -ws 2 -neg 3 -epoch 1 -minCount 2 -thread 1", "fastText",
         "c.txt -o m.vec --dim 8 --window 2 --negative 3 --epochs 1 --min-count 2 --threads 1"),
        ("c.txt -o y.bin --vector-size 8 --sg 1 --workers 1 --iter=2 --alpha 0.01", "gensim",
         "c.txt -o y.bin --dim 8 -m skipgram --threads 1 --epochs 2 --lr 0.01"),
        ("c.txt -o y.bin --vector_size 8 --min_count 2", "gensim",
         "c.txt -o y.bin --dim 8 --min-count 2"),
        ("c.txt -save-file y -vector-size 8 -eta 0.05", "GloVe",
         "c.txt -o y.txt --dim 8 --lr 0.05"),
        ("'c.txt' -output 'my vectors'", "word2vec.c", "c.txt -o 'my vectors'"),
    ],
)  # fmt: skip
def test_options_are_answered_with_ours(w2v, folder, typed, program, ours):
    result = w2v("train", *shlex.split(typed), cwd=folder)
    message = f" {program}'s; here: w2v train {ours}"
    fails_with(result, 2, message.replace(".", r"\."))
    assert (COMPAT in result.errors) == (program == "word2vec.c")
    assert w2v("train", *shlex.split(ours), "-q", cwd=folder).returncode == 0
    if "-binary 1" in typed:
        assert (folder / "y").read_bytes()[:4] == b"6 8\n"


def test_what_we_have_nothing_like_is_told(w2v, folder):
    result = w2v("train", "-input", "c.txt", "-output", "m", "-wordNgrams", "2", cwd=folder)
    fails_with(result, 2, "here: w2v train c.txt -o m.vec; there is nothing like -wordNgrams")
    result = w2v("train", "-train", "c.txt", "-output", "m", "-classes", "5", cwd=folder)
    fails_with(result, 2, f"there is nothing like -classes{COMPAT}")


def test_our_own_options_are_no_others(w2v, folder):
    own = "c.txt -o v.bin --window 2 --sample 0 --negative 2 --threads 1 -d8 -e1 --min-count 1 -q"
    assert w2v("train", *own.split(), cwd=folder).returncode == 0


@pytest.mark.parametrize("name", ["sg", "skip-gram", "SkipGram", "bow"])
def test_names_of_models(w2v, folder, name):
    meant = "cbow" if name == "bow" else "skipgram"
    result = w2v("train", "c.txt", "-o", "v.bin", "-m", name, cwd=folder)
    fails_with(result, 2, rf"Did you mean {meant}\?")


@pytest.mark.parametrize("name", COMMANDS_ELSEWHERE)
def test_commands_are_answered_with_ours(w2v, name):
    program, *choices = COMMANDS_ELSEWHERE[name]
    result = w2v(name, "v.bin")
    fails_with(result, 2, f"No such command {name!r}. It is {program}'s; here: w2v ")
    ours = result.errors.partition("here: w2v ")[2].split()[0]
    assert ours in COMMANDS
    assert name not in COMMANDS
    assert any(choice.split()[0] == ours for choice in choices)


def test_models_as_commands(w2v):
    fails_with(w2v("skipgram"), 2, "fastText's; here: w2v train CORPUS -m skipgram -o VECTORS")
    result = w2v("cbow", "-input", "c.txt", "-output", "m", "-dim", "5")
    fails_with(result, 2, r"fastText's; here: w2v train c\.txt -m cbow -o m\.vec --dim 5")


def test_no_table_has_what_does_not_exist(w2v):
    known = w2v("train", "--help").text
    for program in PROGRAMS:
        for ours in program.options.values():
            names = list(ours.values()) if isinstance(ours, dict) else [ours]
            for name in names:
                if name and name.startswith("-"):
                    assert name.split()[0] in known, name
    assert set(MODELS.values()) == {"skipgram", "cbow"}


def test_help_is_a_word_too(w2v):
    assert w2v("help").text == w2v("--help").text
    assert w2v("help", "train").text == w2v("train", "--help").text
    fails_with(w2v("help", "tran"), 2, r"No such command 'tran'. Did you mean .*train\?")


@pytest.mark.parametrize("name", ["train", "vocab", "neighbors", "info"])
def test_a_command_alone_is_answered_in_one_line_with_an_example(w2v, name):
    result = w2v(name, stdin=b"")
    fails_with(
        result, 2, f"nothing is given. Usage: w2v {name} .*; for example: w2v {name} .*--help"
    )


def test_text_that_is_piped_in_wants_a_dash(w2v):
    for args in (["train"], ["train", "-o", "v.bin"], ["vocab"], ["vocab", "--merge"]):
        result = w2v(*args, stdin=b"a b c\n")
        fails_with(result, 2, f"on standard input is read for -: w2v {args[0]} - ...")
    assert "standard input" not in w2v("neighbors", stdin=b"a\n").errors


def test_what_people_want_is_answered_where_no_command_does_it(w2v):
    for name, text in ADVICE.items():
        assert name not in COMMANDS
        fails_with(w2v(name, "a.bin", "b.bin"), 2, f"No such command {name!r}. {text}")
