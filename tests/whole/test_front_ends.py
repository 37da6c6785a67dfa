"""The same fault through each front end, which names options as it spells them."""

import pickle
import re
import string

import pytest
from conftest import fails_with
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli import load, train, tune
from w2v_cli.commands.compat_word2vec import _spelled as as_word2vec
from w2v_cli.config import TrainConfig
from w2v_cli.errors import (
    CLOSE,
    OPEN,
    ConfigError,
    MissingLibraryError,
    TrainingStopped,
    W2VError,
    W2VWarning,
    field,
    in_python,
)
from w2v_cli.machine import limits
from w2v_cli.machine.system import MemoryLimit
from w2v_cli.terminal.spelling import on_command_line, options_spelled
from w2v_cli.training.needs import require_training_memory

SENTENCES = [["one", "small", "step"]] * 9
FAULTS = [
    # Options of Python, what it says of them, and so the command; then the same of word2vec.c.
    ({"dim": 0}, "{dim} must be from 1 to 4096, not 0", "-size"),
    ({"window": 0}, "{window} must be from 1 to 1000000, not 0", "-window"),
    ({"epochs": 0}, "{epochs} must be from 1 to 1000000, not 0", "-iter"),
    ({"negative": 99}, "{negative} must be from 1 to 64, not 99", "-negative"),
    ({"sample": 2.0}, "{sample} must be from 0.0 to 1.0, not 2.0", "-sample"),
    ({"lr": 11.0}, "{lr} must be from 1e-09 to 10.0, not 11.0", "-alpha"),
    ({"min_count": 0}, "{min_count} must be from 1", "-min-count"),
    ({"min_count": 1000}, "give a lower {min_count} or more text", "-min-count"),
    ({"vocab": "other.txt"}, "give a {vocab} of such text", "-read-vocab"),
    ({"ns_exponent": 9.0}, "{ns_exponent} must be from -2.0 to 2.0, not 9.0", None),
    ({"share_negatives": 99}, "{share_negatives} must be from 0 to 64, not 99", None),
    ({"ensemble": 17}, "{ensemble} must be from 1 to 16, not 17", None),
    ({"ensemble": 3}, "shared out evenly among the models of", None),
    ({"max_vocab": 0}, "{max_vocab} must be from 1", None),
    ({"max_sentence": 1}, "{max_sentence} must be from 2", None),
    ({"max_table": 1}, "{max_table} must be from 1000", None),
    ({"seed": -1}, "{seed} must be from 0", None),
]


@pytest.fixture
def folder(tmp_path):
    """A text, and a vocabulary of another one."""
    (tmp_path / "c.txt").write_text("one small step\n" * 9)
    (tmp_path / "other.txt").write_text("z 9\n")
    return tmp_path


class Names(dict):
    """Field -> what a front end calls it."""

    def __init__(self, spell):
        self.spell = spell

    def __missing__(self, name):
        return self.spell(name)


def option(name):
    return "--" + name.replace("_", "-")


@pytest.mark.parametrize(("options", "message", "_theirs"), FAULTS)
def test_python_says_its_own_names(folder, monkeypatch, options, message, _theirs):
    monkeypatch.chdir(folder)
    with pytest.raises(W2VError) as told:
        train("c.txt", **{"min_count": 1, **options})
    assert message.format_map(Names(str)) in str(told.value)
    assert "--" not in str(told.value)
    assert OPEN not in repr(told.value)


@pytest.mark.parametrize(("options", "message", "_theirs"), FAULTS)
def test_the_command_says_its_options(w2v, folder, options, message, _theirs):
    given_options = options if "vocab" in options else {"min_count": 1, **options}
    words = [word for name, value in given_options.items() for word in (option(name), value)]
    result = w2v("train", "c.txt", "-o", "v.txt", "-q", *words, cwd=folder)
    code = 1 if "give" in message else 2
    fails_with(result, code, re.escape(message.format_map(Names(option))))


@pytest.mark.parametrize(("options", "message", "theirs"), [row for row in FAULTS if row[2]])
def test_compat_word2vec_says_those_of_word2vec(w2v, folder, options, message, theirs):
    [value] = options.values()
    command = ["compat-word2vec", "-train", "c.txt", "-output", "v.txt", "-debug", 0]
    result = w2v(*command, theirs, value, *([] if "min" in theirs else ["-min-count", 1]),
                 cwd=folder)  # fmt: skip
    code = 1 if "give" in message else 2
    fails_with(result, code, re.escape(message.format_map(Names(lambda _: theirs))))
    assert "--" not in result.errors


def test_values_and_flags():
    message = (
        f"{field('loss', 'ns')}, {field('dim', 5)}, {field('lr', 0.5)}, "
        f"{field('resume', 'my runs')}, {field('provenance', False)}, {field('force', True)}"
    )
    assert in_python(message) == (
        "loss='ns', dim=5, lr=0.5, resume='my runs', provenance=False, force=True"
    )
    assert on_command_line(message) == (
        "--loss ns, --dim 5, --lr 0.5, --resume 'my runs', --no-provenance, --force"
    )


def test_what_word2vec_cannot_do_is_told_of_train():
    with pytest.raises(TrainingStopped) as told, options_spelled(as_word2vec):
        raise TrainingStopped(0.5, 3, None)
    assert on_command_line(told.value.message).endswith(
        "; w2v train --checkpoint would have kept it"
    )
    assert str(TrainingStopped(0.5, 3, "runs")).endswith("; go on with resume='runs'")


def test_warnings_are_spelled_too(w2v, folder):
    vectors = train(SENTENCES, min_count=1, dim=2, threads=1)
    with pytest.warns(W2VWarning, match=r"is the case of letters the same \(lowercase\)\?"):
        train([["else", "other"]] * 9, init=vectors, min_count=1, threads=1)
    vectors.save(folder / "v.txt")
    (folder / "d.txt").write_text("else other\n" * 9)
    args = ["d.txt", "--init", "v.txt", "-o", "w.txt", "--min-count", 1, "-j", 1]
    result = w2v("train", *args, cwd=folder)
    assert result.returncode == 0
    assert "is the case of letters the same (--lowercase)?\n" in result.errors
    assert OPEN not in result.errors


def test_advice_has_the_value_to_give(monkeypatch):
    found = [MemoryLimit("this machine", 1 << 30, 0)]
    monkeypatch.setattr(limits, "memory_limits", lambda n_threads: found)
    with pytest.raises(W2VError) as told:
        require_training_memory(1_000_000, TrainConfig(dim=300))
    assert re.search(r"dim=\d+ or max_vocab=\d+ would fit", str(told.value))
    assert re.search(r"--dim \d+ or --max-vocab \d+ would", on_command_line(told.value.message))


@pytest.mark.parametrize("kind", [W2VError, ConfigError, MissingLibraryError])
def test_errors_go_from_process_to_process(kind):
    error = pickle.loads(pickle.dumps(kind(f"give {field('loss', 'ns')}")))
    assert type(error) is kind
    assert str(error) == "give loss='ns'"
    assert on_command_line(error.message) == "give --loss ns"


ODD_NAMES = [
    f"{OPEN}min_count{CLOSE}.txt",
    f"{OPEN}dim={'9' * 200}{CLOSE}.txt",
    f'{CLOSE}{OPEN}loss="\\x{CLOSE}.txt',
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_that_is_named_like_a_field_is_no_trouble(w2v, folder, name):
    fails_with(w2v("neighbors", name, "a", cwd=folder), 1, "cannot be opened: No such file")
    with pytest.raises(W2VError, match="no such file"):
        train(name)


TEXT = "the cat sat on the mat\n" * 20_000


@pytest.mark.parametrize(
    "ask",
    [
        lambda v: train(TEXT),
        lambda v: train([TEXT]),
        lambda v: train([["a", TEXT]]),
        lambda v: train(SENTENCES, init=TEXT),
        lambda v: train(SENTENCES, vocab=TEXT),
        lambda v: train(SENTENCES, tmpdir=TEXT),
        lambda v: train(SENTENCES, checkpoint=TEXT),
        lambda v: train(SENTENCES, model=TEXT),
        lambda v: train(SENTENCES, **{TEXT: 1}),
        lambda v: tune(TEXT, questions="q.txt"),
        lambda v: tune(SENTENCES, questions=TEXT),
        lambda v: load(TEXT),
        lambda v: v[TEXT],
        lambda v: v.neighbors(TEXT),
        lambda v: v.similarity("one", TEXT),
        lambda v: v.evaluate_analogies(TEXT),
        lambda v: v.evaluate_similarity(TEXT),
        lambda v: v.save(TEXT),
        lambda v: v.save("v.bin", format=TEXT),
        lambda v: v.plot(TEXT),
        lambda v: getattr(v, TEXT),
    ],
)
def test_a_text_in_place_of_anything_is_one_short_line(ask):
    vectors = train(SENTENCES, min_count=1, dim=2, threads=1)
    with pytest.raises((W2VError, TypeError, AttributeError)) as told:
        ask(vectors)
    assert "the cat sat" in str(told.value) or "'the', 'cat'" in str(told.value)
    assert len(str(told.value)) <= 1000
    assert len(str(told.value).splitlines()) == 1


def test_what_is_cut_out_of_a_message_leaves_no_half_of_a_field():
    for n_letters in range(900, 1100, 7):
        message = f"give {field('loss', 'ns')} " * n_letters + f"or a lower {field('max_vocab')}"
        told = str(W2VError(message))
        assert OPEN not in told
        assert CLOSE not in told
        assert told.startswith("give loss='ns' give")
        assert told.endswith("or a lower max_vocab")
        assert " ... " in told


PARTS = [OPEN, CLOSE, "dim", "=", '"', "\\", "1", "true", "null", "é", "\n", "\ud800"]


@given(st.lists(st.sampled_from([*PARTS, *string.printable]), max_size=30).map("".join))
def test_whatever_a_message_holds_it_can_be_spelled(text):
    assert in_python(f"{text} {field('dim')}").endswith("dim")
    assert on_command_line(f"{field('dim')} {text}").startswith("--dim ")


@given(st.one_of(st.text(), st.integers(), st.floats(allow_nan=False)))
def test_any_value_is_told_as_it_is(value):
    assert in_python(f"{field('x', value)}{CLOSE}") == f"x={value!r}{CLOSE}"
