"""``w2v generate``: the same lines for the same seed, prompts of every kind, and wrong ones."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT, fails_with
from support.language_models import random_model, save_model
from support.terminal import Terminal

from w2v_cli.config import TextConfig
from w2v_cli.nextword.generating import Generator
from w2v_cli.nextword.settings import Sampling

WORDS = ["the", "king", "queen", "of", "france", "rome"]


@pytest.fixture
def model():
    return random_model(words=WORDS, n_words=len(WORDS), scale=0.4)


@pytest.fixture
def path(tmp_path, model):
    save_model(tmp_path / "m.w2v", model)
    return tmp_path / "m.w2v"


def expected(model, before, number, line, **options):
    symbols = [*before, *Generator(model, Sampling(**options)).line(before, number, line)]
    return " ".join(model.words[symbol] for symbol in symbols if symbol < len(WORDS))


def test_lines(w2v, path, model):
    result = w2v("generate", path, "the", "king", "-n", 5)
    assert (result.returncode, result.errors) == (0, "")
    assert result.text.splitlines() == [expected(model, [0, 1], 0, line) for line in range(5)]
    assert w2v("generate", path, "the king", "-n", 5).text == result.text
    assert w2v("generate", path, "the king", "-n", 5, "--seed", 2).text != result.text
    assert w2v("generate", path).text == expected(model, [], 0, 0) + "\n"
    options = ["--temperature", 0.5, "--top-k", 3, "--top-p", 0.9, "--max-words", 4]
    cold = expected(model, [], 0, 0, temperature=0.5, top_k=3, top_p=0.9, max_words=4)
    assert w2v("generate", path, *options).text == cold + "\n"


def test_prompts_from_a_pipe_and_json(w2v, path, model):
    result = w2v("generate", path, "-", "-n", 2, "--json", stdin="the king\n\nrome\n")
    found = [json.loads(line) for line in result.text.splitlines()]
    assert [each["prompt"] for each in found] == ["the king", "the king", "rome", "rome"]
    assert [each["text"] for each in found] == [
        expected(model, before, number, line)
        for number, before in enumerate([[0, 1], [5]])
        for line in range(2)
    ]
    cut = json.loads(w2v("generate", path, "--json", "--max-words", 1, "--seed", 3).text)
    assert cut["ended"] == (cut["text"] == "")
    fails_with(w2v("generate", path, "-", stdin=" \n"), 1, "standard input has no prompt")
    fails_with(w2v("generate", "-", "-"), 2, "standard input cannot be both")


def test_unknown_words_of_a_prompt(w2v, path, model):
    result = w2v("generate", path, "the quen snark snark")
    assert result.returncode == 0
    assert result.text == expected(model, [0], 0, 0) + "\n"
    warnings = result.errors.splitlines()
    assert warnings[0].endswith(
        "unknown word 'quen' of the prompt is left out; did you mean 'queen'?"
    )
    assert warnings[1:] == ["w2v: warning: unknown word 'snark' of the prompt is left out"]
    assert w2v("generate", path, "").text == expected(model, [], 0, 0) + "\n"


def test_a_prompt_becomes_words_as_in_training(w2v, tmp_path):
    text = TextConfig(lowercase=True, tokenize="words", sentences=True)
    model = random_model(words=WORDS, n_words=len(WORDS), scale=0.4, text=text)
    save_model(tmp_path / "w.w2v", model)
    result = w2v("generate", tmp_path / "w.w2v", "The King. Of FRANCE!")
    assert result.text == expected(model, [0, 1, 3, 4], 0, 0) + "\n"


def test_what_it_makes_can_be_scored(w2v, path):
    made = w2v("generate", path, "-n", 50)
    scored = w2v("score", path, stdin=made.stdout)
    assert "50 lines" in scored.errors
    assert ", 0 unknown" in scored.errors


def test_outputs(w2v, path, tmp_path):
    line = w2v("generate", path).text
    result = w2v("generate", path, "-o", tmp_path / "lines.txt")
    assert (result.text, (tmp_path / "lines.txt").read_text()) == ("", line)
    fails_with(w2v("generate", path, "-o", path), 2, "it would be overwritten")
    assert w2v("generate", "-", "the", stdin=path.read_bytes()).text.startswith("the")


def test_words_appear_on_a_terminal_as_they_are_drawn(path, model):
    terminal = Terminal(path, "the", command="generate")
    for word in expected(model, [0], 0, 0).split():
        terminal.read_until(word)
    assert terminal.finish() == ("", 0)


def test_a_closed_pipe_is_quiet(path):
    command = f"{sys.executable} -m w2v_cli generate {path} -n 100000 | head -n 1"
    result = subprocess.run(
        command, shell=True, capture_output=True, cwd=ROOT, timeout=60, check=False
    )
    assert (result.stdout.count(b"\n"), result.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--temperature", "-1"], "--temperature must be from 0 to 100"),
        (["--temperature", "nan"], "--temperature must be from 0 to 100, not nan"),
        (["--temperature", "warm"], "warm.* is not a valid float"),
        (["--top-p", "0"], "--top-p 0 leaves no word"),
        (["--top-k", "0"], "--top-k must be 1 or more"),
        (["--max-words", "0"], "--max-words must be from 1 to 1000000, not 0"),
        (["--seed", "-1"], "--seed must be from 0 to 9223372036854775807, not -1"),
        (["-n", "0"], "-n"),
    ],
)
def test_values_that_cannot_be(w2v, path, options, message):
    fails_with(w2v("generate", path, *options), 2, message)


def test_a_model_of_negative_sampling_is_told(w2v, tmp_path):
    save_model(tmp_path / "ns.w2v", random_model(loss="ns"))
    result = w2v("generate", tmp_path / "ns.w2v")
    assert result.returncode == 0
    assert "which learns no probabilities" in result.errors
