"""Options from files, the environment, presets and earlier runs: which wins, and what is told."""

import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from support import commands

from w2v_cli.arguments import options_asked
from w2v_cli.cli import cli
from w2v_cli.config import DEFAULTS, NGRAM_OPTIONS, TrainConfig
from w2v_cli.errors import ConfigError
from w2v_cli.presets import PRESETS, preset_values
from w2v_cli.terminal.settings.configfile import key_of, parameters
from w2v_cli.terminal.settings.printconfig import toml_value
from w2v_cli.terminal.settings.sources import Settings, Source, settings_of

GROUP = click.Context(cli, info_name="w2v", auto_envvar_prefix="W2V")
SPECIAL = {
    "freeze": "outputs",
    "held_out": "0.5",
    "checkpoint_every": "5%",
    "hold_out": "0.2",
    "max_memory": "900M",
    "max_sentence": "7",
    "max_table": "2000",
    "min_n": "4",
    "preset": "gensim",
    "sample_words": "5000",
    "sha256": "0123456789abcdef" * 4,
    "size": "300x200",
    "time_budget": "5m",
    "window": "7",
}
READ_AT_ONCE = {"like"}
"""Options whose file must be there while the command line is read."""


def options_of(name):
    command = commands.EVERY[name]
    return [
        pytest.param(name, param, id=f"{name}-{key_of(param)}")
        for param in parameters(command).values()
        if isinstance(param, click.Option) and param.name not in READ_AT_ONCE
    ]


ALL_OPTIONS = [case for name in commands.EVERY for case in options_of(name)]
TRAIN_OPTIONS = options_of("train")


def another_value(param):
    """A value that is not the default, as text."""
    is_number = param.name == "size" and param.type is click.INT
    if param.name in SPECIAL and not is_number and not param.is_flag:
        return SPECIAL[param.name]
    if isinstance(param.type, click.Choice):
        return [choice for choice in param.type.choices if choice != param.default][-1]
    if param.is_flag:
        return str(not param.default).lower()
    if isinstance(param.type, click.types._NumberRangeBase) and (param.type.min or 0) > 1:
        return str(int(param.type.min) + 1)
    if param.type in (click.INT, click.FLOAT) or isinstance(
        param.type, click.types._NumberRangeBase
    ):
        return "1" if param.default != 1 else "2"
    return "some text"


def parsed(name, args=(), needed=True):
    """The context of a command that was parsed and not run."""
    command = commands.EVERY[name]
    places = [p for p in command.params if isinstance(p, click.Argument)]
    words = [p.type.choices[0] if isinstance(p.type, click.Choice) else "x" for p in places]
    words = words if needed else []
    with commands.context_around(name) as group:
        context = command.make_context(name.split()[-1], [*words, *args], parent=group)
        context.close()  # a limit of memory holds no longer
        return context


def value_of(context, param):
    return {**settings_of(context).unseen, **context.params}[param.name]


def needed_options(name, param):
    command = commands.EVERY[name]
    others = [p for p in command.params if isinstance(p, click.Option) and p.required]
    return [word for p in others if p is not param for word in (p.opts[-1], "y")]


@pytest.mark.parametrize(("name", "param"), ALL_OPTIONS)
def test_every_option_is_taken_from_the_environment_and_a_file(name, param, monkeypatch, tmp_path):
    text, needed = another_value(param), needed_options(name, param)
    variable = f"W2V_{re.sub('[- ]', '_', name)}_{param.name}".upper()
    expected = param.type_cast_value(None, [text] if param.multiple else text)
    assert expected != param.default
    monkeypatch.setenv(variable, text.replace(" ", "_") if param.multiple else text)
    from_environment = value_of(parsed(name, needed), param)
    assert from_environment == expected or param.multiple
    monkeypatch.delenv(variable)
    path = tmp_path / "run.toml"
    table = name.replace(" ", ".")
    path.write_text(f"[{table}]\n{key_of(param)} = {toml_value(text)}\n")
    context = parsed(name, [*needed, "--config", str(path)])
    assert value_of(context, param) == expected


def printed(*args, code=0):
    result = CliRunner().invoke(cli, ["train", "--print-config", *map(str, args)], obj=[])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


@pytest.mark.parametrize(("name", "param"), TRAIN_OPTIONS)
def test_what_is_printed_can_be_read_again(name, param, tmp_path):
    text = another_value(param)
    if param.is_flag and param.secondary_opts:
        args = [param.secondary_opts[0]]
    else:
        args = [param.opts[0]] if param.is_flag else [param.opts[0], text]
    first = parsed(name, args, needed=False)
    path = tmp_path / "run.toml"
    path.write_text(printed(*args))
    again = parsed(name, ["--config", str(path)], needed=False)
    if param.name == "preset":  # it is written out
        first.params.pop("preset"), again.params.pop("preset")
    else:
        assert f"{key_of(param)} = " in path.read_text()
    assert again.params == first.params
    assert value_of(again, param) == value_of(first, param) if param.name != "preset" else True


def test_what_is_printed_says_where_each_value_is_from(tmp_path, monkeypatch):
    path = tmp_path / "run.toml"
    path.write_text('window = 8\nsample = 0.01\ncorpus = ["a.txt", "b.txt"]\n[train]\nepochs = 3\n')
    monkeypatch.setenv("W2V_TRAIN_EPOCHS", "4")
    monkeypatch.setenv("W2V_TRAIN_SEED", "9")
    text = printed("--config", path, "--preset", "gensim", "-d", 64, "--seed", 7, "-j", 3)
    lines = [re.sub(" +#", " #", line) for line in text.splitlines()]
    for line in (
        f'corpus = ["a.txt", "b.txt"] # {path}',
        "# output is not set",
        "dim = 64 # command line",
        "seed = 7 # command line",
        "threads = 3 # command line",
        "epochs = 4 # environment, W2V_TRAIN_EPOCHS",
        f"window = 8 # {path}",
        f"sample = 0.01 # {path}",
        'model = "cbow" # preset gensim',
        "lr = 0.025 # preset gensim",
        "share-negatives = 8 # default",
        "# max-vocab is not set",
        '# preset = "gensim" # command line; its values are written out here',
    ):
        assert line in lines, text


def test_what_follows_from_other_options_is_a_comment():
    assert re.search(r"^# negative = 9 +# default of cbow$", printed("-m", "cbow"), re.M)
    assert re.search(r"^# vectors = \"input\" +# default of skipgram$", printed(), re.M)
    assert re.search(r"^# lr is chosen by the size of the text$", printed(), re.M)
    assert "\nlr = 0.3 " in printed("--lr", "0.3")
    assert re.search(r"^# threads = \d+ +# default, the CPUs available$", printed(), re.M)


def test_printing_needs_no_file_and_checks_values(tmp_path):
    assert 'corpus = ["nowhere/nothing.txt"]' in printed("nowhere/nothing.txt")
    assert not list(tmp_path.iterdir())
    result = CliRunner().invoke(cli, ["train", "--print-config", "-d", "0"])
    assert isinstance(result.exception, ConfigError)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_stand_in_a_file(text):
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no tomllib")

    assert tomllib.loads(f"x = {toml_value(text)} # comment")["x"] == text


def test_text_that_is_no_utf8_is_refused():
    with pytest.raises(ConfigError, match="is not UTF-8"):
        toml_value("caf\udce9.txt")


def test_the_corpus_may_stand_in_the_file(w2v, tmp_path):
    (tmp_path / "a.txt").write_text("a b c d\n" * 30)
    (tmp_path / "run.toml").write_text(
        'corpus = "a.txt"\noutput = "v.txt"\ndim = 4\nmin-count = 1\nquiet = true\n'
    )
    result = w2v("train", "--config", "run.toml", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert (tmp_path / "v.txt").read_text().startswith("4 4\n")
    result = w2v("train", "--config", "run.toml", cwd=tmp_path, env={"W2V_TRAIN_DIM": "6"})
    assert (tmp_path / "v.txt").read_text().startswith("4 6\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[trian]\ndim = 5\n", r"\[trian\] is the name of no command .*; did you mean \[train\]\?"),
        ("[xyzzy]\ndim = 5\n", r"\[xyzzy\] is the name of no command .*; 'w2v --help' lists"),
        ("train = 5\n", r"'train' must be a table; write \[train\] on a line of its own"),
        ("epoch = 5\n", r"w2v train has no option 'epoch'; did you mean epochs\?"),
        ("[train]\nmincount = 5\n", "no option 'mincount'; did you mean min-count"),
        ("xyzzy = 5\n", "has no option 'xyzzy'; see 'w2v train --help'"),
        ("config = 'x.toml'\n", "has no option 'config'"),
        ("print-config = true\n", "has no option 'print-config'"),
        (
            "min-count = 1\nmin_count = 2\n",
            "min_count is there twice, with - and with _; remove",
        ),
        ("dim = [1, 2]\n", "dim: a text, a number, true or false is needed, not a list"),
        ("corpus = [1979-05-27]\n", "corpus: .* not a date or time"),
        ("dim = 'wide'\n", r"--dim.*'wide' is not a valid integer \(.*run.toml\)"),
        ("preset = 'lsa'\n", r"'lsa' is not one of .*quality.*\(.*run.toml\)"),
    ],
)
def test_mistakes_in_a_file(w2v, tmp_path, content, message):
    path = tmp_path / "run.toml"
    path.write_text(content)
    result = w2v("train", "x.txt", "-o", "v.txt", "--config", path)
    assert result.returncode == 2
    assert re.search(message, result.errors), result.errors
    assert result.errors.count("\n") == 1


def test_an_option_of_another_command_has_its_place(w2v, tmp_path):
    path = tmp_path / "run.toml"
    path.write_text("negative = 5\n")
    result = w2v("neighbors", "v.txt", "a", "--config", path)
    assert result.returncode == 2
    assert "no option 'negative'; w2v train has; put it below [train]" in result.errors
    path.write_text("[train]\nnegative = 5\n[neighbors]\nnegative = 5\n")
    assert "w2v train has" in w2v("neighbors", "v.txt", "a", "--config", path).errors


def test_all_may_come_from_the_environment(w2v, tmp_path):
    (tmp_path / "run.toml").write_text('corpus = "missing.txt"\noutput = "v.txt"\n')
    result = w2v("train", cwd=tmp_path, env={"W2V_TRAIN_CONFIG": "run.toml"})
    assert (result.returncode, "missing.txt" in result.errors) == (1, True)
    result = w2v("train", cwd=tmp_path)
    assert (result.returncode, "Usage: w2v train" in result.errors) == (2, True)


def test_a_value_of_the_environment_that_cannot_be(w2v):
    result = w2v("train", "x.txt", "-o", "v.txt", env={"W2V_TRAIN_DIM": "wide"})
    assert "'wide' is not a valid integer (environment, W2V_TRAIN_DIM)" in result.errors


def test_tracebacks_can_be_asked_for_by_the_environment(w2v):
    result = w2v("train", "missing.txt", "-o", "v.txt", env={"W2V_TRAIN_DEBUG": "1"})
    assert "Traceback" in result.errors


def test_presets_can_be_made():
    names = {tuple(values) for values in PRESETS.values()}
    assert len(names) == 2, "presets on text say something of the same options, or on counts"
    for name in PRESETS:
        TrainConfig(**preset_values(name))


def test_a_preset_in_a_file_that_the_environment_names(tmp_path, monkeypatch):
    path = tmp_path / "run.toml"
    path.write_text("preset = 'fasttext'\nepochs = 2\n")
    monkeypatch.setenv("W2V_TRAIN_CONFIG", str(path))
    params = parsed("train").params
    assert (params["lr"], params["sample"], params["epochs"]) == (0.05, 1e-4, 2)


@pytest.mark.parametrize(("model", "rate"), [("skipgram", 0.025), ("cbow", 0.05)])
def test_a_model_of_ones_own_has_its_own_learning_rate_in_word2vec(model, rate):
    for words in (["--preset", "word2vec", "-m", model], ["-m", model, "--preset", "word2vec"]):
        assert parsed("train", words).params["lr"] == rate
    assert options_asked({"model": model}, "word2vec").config.lr == rate


def test_a_preset_and_an_earlier_run_exclude_each_other(w2v, tmp_path):
    (tmp_path / "a.txt").write_text("a b c d\n" * 30)
    args = ("a.txt", "-o", "v.bin", "-d", 4, "--min-count", 1, "-q")
    assert w2v("train", *args, cwd=tmp_path).returncode == 0
    for words in (("--like", "v.bin", "--preset", "fast"), ("--preset", "fast", "--like", "v.bin")):
        result = w2v("train", "-o", "w.bin", *words, cwd=tmp_path)
        assert result.returncode == 2
        assert "--like and --preset exclude each other" in result.errors
    result = w2v("train", "--like", "v.bin", "--print-config", cwd=tmp_path)
    lines = [re.sub(" +#", " #", line) for line in result.text.splitlines()]
    assert "dim = 4 # --like v.bin" in lines
    assert 'corpus = ["a.txt"] # --like v.bin' in lines
    (tmp_path / "a.txt").unlink()
    result = w2v("train", "--like", "v.bin", "--print-config", cwd=tmp_path)
    assert (result.returncode, "# corpus is not set" in result.text) == (0, True)


def test_a_preset_without_effect_is_mentioned(w2v, tmp_path):
    (tmp_path / "run.toml").write_text(printed("--preset", "fast"))
    args = ("x.txt", "-o", "v.txt", "--preset", "fast")
    file = ("--config", tmp_path / "run.toml", "--lr", "0.1")
    assert "--preset fast has no effect" in w2v("train", *args, *file).errors
    assert "no effect" not in w2v("train", *args).errors


def test_help_shows_what_presets_stand_for():
    text = CliRunner().invoke(cli, ["train", "--help"]).output
    names = " ".join(
        re.findall(r"^ +Presets(?: with n-grams| on counts)? +(.*)$", text, re.M)
    ).split()
    assert sorted(names) == sorted(PRESETS)
    cells = " ".join(re.findall(r"^ +--sample +(\d.*)$", text, re.M)).split()
    on_text = [name for name in names if "sample" in PRESETS[name]]
    assert [float(cell) for cell in cells] == [PRESETS[name]["sample"] for name in on_text]
    [cells] = re.findall(r"^ +--x-max +(\d.*)$", text, re.M)
    assert [float(cell) for cell in cells.split()] == [
        PRESETS[name]["x_max"] for name in names if name not in on_text
    ]
    [cells] = re.findall(r"^ +--subword-hash +(fnv .*|murmur .*)$", text, re.M)
    with_ngrams = [PRESETS[name] for name in on_text if PRESETS[name]["min_n"]]
    assert cells.split() == [preset["subword_hash"] for preset in with_ngrams]


WITHOUT_NGRAMS = {name: DEFAULTS[name] for name in NGRAM_OPTIONS}


def test_the_preset_gensim_is_that_of_gensim():
    from gensim.models import Word2Vec
    from gensim.models.word2vec import MAX_WORDS_IN_BATCH

    theirs = {
        name: parameter.default
        for name, parameter in inspect.signature(Word2Vec.__init__).parameters.items()
    }
    assert theirs["sg"] == theirs["hs"] == 0
    assert PRESETS["gensim"] == {
        "model": "cbow",
        "dim": theirs["vector_size"],
        "window": theirs["window"],
        "negative": theirs["negative"],
        "ns_exponent": theirs["ns_exponent"],
        "sample": theirs["sample"],
        "epochs": theirs["epochs"],
        "lr": theirs["alpha"],
        "min_count": theirs["min_count"],
        "max_sentence": MAX_WORDS_IN_BATCH,
        "vectors": "input",
        "ensemble": 1,
        **WITHOUT_NGRAMS,
    }


def word2vec_binary():
    path = shutil.which("word2vec") or Path(sys.executable).with_name("word2vec")
    if not Path(path).is_file():
        pytest.skip("the word2vec binary (PyPI: word2vec) is not installed")
    return str(path)


def test_the_preset_word2vec_is_that_of_its_binary():
    text = subprocess.run([word2vec_binary()], capture_output=True, text=True, check=False).stdout
    found = dict(re.findall(r"^\t-([\w-]+) <\w+>\n((?:\t\t.*\n)+)", text, re.M))

    def default(name):
        return re.search(r"default (?:is )?([\de.-]*\d)", found[name])[1]

    preset = PRESETS["word2vec"]
    names = {"size": "dim", "window": "window", "iter": "epochs", "min-count": "min_count"}
    for theirs, ours in {**names, "negative": "negative", "sample": "sample"}.items():
        assert float(default(theirs)) == preset[ours], theirs
    assert (default("cbow"), default("hs"), preset["model"]) == ("1", "0", "cbow")
    rates = re.search(r"default is ([\d.]+) for skip-gram and ([\d.]+) for CBOW", found["alpha"])
    assert preset["lr"] == dict(zip(("skipgram", "cbow"), map(float, rates.groups()), strict=True))
    assert preset["vectors"] == "input"


def test_the_preset_fasttext_is_that_of_fasttext():
    fasttext = pytest.importorskip("fasttext", reason="fasttext is not installed")
    theirs = fasttext.FastText.unsupervised_default
    preset = PRESETS["fasttext"]
    names = {
        "model": "model", "dim": "dim", "ws": "window", "neg": "negative", "t": "sample",
        "epoch": "epochs", "lr": "lr", "minCount": "min_count",
        "minn": "min_n", "maxn": "max_n", "bucket": "buckets",
    }  # fmt: skip
    for name, ours in names.items():
        assert theirs[name] == preset[ours], name
        if ours not in NGRAM_OPTIONS:
            assert PRESETS["fasttext-like"][ours] == preset[ours], name
    # Not among its options (loss.cc): negatives are drawn by the square root of counts.
    assert preset["ns_exponent"] == 0.5


def test_provenance_tells_effective_values(w2v, tmp_path):
    (tmp_path / "a.txt").write_text("a b c d\n" * 30)
    args = ("--preset", "fasttext", "-d", 4, "-e", 1, "--min-count", 1, "--stats", "s.json")
    assert w2v("train", "a.txt", "-o", "v.bin", *args, "-q", cwd=tmp_path).returncode == 0
    told = json.loads((tmp_path / "v.bin.w2v.json").read_text())["provenance"]["options"]
    assert told == json.loads((tmp_path / "s.json").read_text())["options"]
    expected = {**PRESETS["fasttext"], "dim": 4, "epochs": 1, "min_count": 1}
    assert expected.items() <= told.items()


def test_the_documentation_has_the_same_presets():
    text = (ROOT / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| (`--[\w-]+`)? ?\| (.*) \|$", text, re.M)
    for first in ("word2vec", "glove"):
        presets = [name for name in PRESETS if PRESETS[name].keys() == PRESETS[first].keys()]
        start = next(i for i, (_, cells) in enumerate(rows) if cells.startswith(f"`{first}`"))
        stop = start + 1 + len(PRESETS[first])
        [names, *shown] = [cells.split(" | ") for _, cells in rows[start:stop]]
        assert [name.strip("`") for name in names] == presets
        fields = [name.strip("`-").replace("-", "_") for name, _ in rows[start + 1 : stop]]
        assert fields == list(PRESETS[first])
        for field, cells in zip(fields, shown, strict=True):
            for cell, name in zip(cells, presets, strict=True):
                value = preset_values(name)[field]
                unset = "none" if field in NGRAM_OPTIONS else "by size"
                wanted = unset if value is None else value
                wanted = str(wanted).lower() if isinstance(wanted, bool) else wanted
                assert cell == wanted or float(cell) == wanted, (field, cell)


def test_of_two_sources_the_first_of_the_list_wins():
    """In whatever order they are read."""
    ranked = [Source.FILE, Source.RUN, Source.PRESET]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]):
        with click.Context(cli.get_command(GROUP, "train"), info_name="train") as context:
            settings = settings_of(context)
            for number in order:
                settings.offer({"dim": str(number)}, ranked[number], f"place {number}")
            settings.offer({"window": "9"}, Source.PRESET, "a preset")
            context.command.parse_args(context, ["--epochs", "3"])
        assert (context.params["dim"], settings.where("dim")) == (0, "place 0")
        assert [settings.source_of(name) for name in ("epochs", "window", "negative")] == [
            Source.COMMAND_LINE,
            Source.PRESET,
            Source.DEFAULT,
        ]
        assert [settings.is_chosen(name) for name in ("dim", "window", "lr")] == [
            True,
            False,
            False,
        ]


def test_each_command_has_settings_of_its_own():
    """Contexts of one group share what they hold."""
    with click.Context(cli, info_name="w2v") as group:
        contexts = [click.Context(cli.get_command(GROUP, "train"), parent=group) for _ in range(2)]
        first, second = map(settings_of, contexts)
        assert isinstance(first, Settings)
        assert first is not second
        assert settings_of(contexts[1]) is second
