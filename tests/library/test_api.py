"""The Python interface as a program uses it: training, vectors, other libraries."""

import copy
import inspect
import json
import os
import pickle
import re
import subprocess
import sys
import threading
import types
import warnings
from dataclasses import fields

import numpy as np
import pytest
from conftest import ROOT

import w2v_cli
from w2v_cli import (
    ConfigError,
    InputError,
    MissingLibraryError,
    Neighbor,
    OutputError,
    QueryError,
    UnknownWordError,
    Vectors,
    W2VError,
    W2VWarning,
    load,
    train,
)
from w2v_cli.api import TrainOptions
from w2v_cli.config import TextConfig, TrainConfig
from w2v_cli.documents import DocumentVectorizer

pytestmark = pytest.mark.usefixtures("compiled")

SENTENCES = [["new york", "is", "large"], ["rome", "is", "old"], ["is", "it"]] * 60
FEW = {"dim": 8, "epochs": 1, "threads": 1}


@pytest.fixture(scope="module")
def vectors(compiled):
    return train(ROOT / "data" / "sample.txt", epochs=2, dim=32, threads=1)


@pytest.fixture(scope="module")
def few(compiled):
    return train(SENTENCES, **FEW)


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("one small step\none giant leap\n" * 50)
    return path


def fresh(code, *args, **kwargs):
    """Run Python code in a new interpreter."""
    command = [sys.executable, *args, "-c", code]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, env=env, capture_output=True, text=True, check=False, timeout=120, **kwargs
    )


# The package


def test_importing_the_package_loads_nothing_heavy():
    heavy = "{'numpy', 'numba', 'click', 'rich'} & set(sys.modules)"
    result = fresh(
        f"import sys, w2v_cli\nassert not {heavy}\nw2v_cli.W2VError\nassert not {heavy}\n"
        "from w2v_cli import load\nassert {'numba', 'click'}.isdisjoint(sys.modules)"
    )
    assert result.returncode == 0, result.stderr


def test_type_checkers_are_told_the_same_names():
    lines = (ROOT / "w2v_cli" / "__init__.pyi").read_text().split("\n")
    stub = {line.split(" as ")[1] for line in lines if " as " in line}
    assert stub | {"__version__"} == set(w2v_cli.__all__)
    for name in w2v_cli.__all__:
        assert getattr(w2v_cli, name) is not None
        assert name in dir(w2v_cli)
    with pytest.raises(AttributeError, match="no attribute 'tarin'"):
        w2v_cli.tarin  # noqa: B018


def test_every_option_is_named_typed_and_shown():
    of_both = [*fields(TrainConfig), *fields(TextConfig)]
    assert set(TrainOptions.__annotations__) == {field.name for field in of_both}
    shown = inspect.signature(train).parameters
    for field in of_both:
        expected = None if field.name == "threads" else field.default
        assert shown[field.name].default == expected


# Training


def test_a_path_trains_as_the_command_does(w2v, corpus, tmp_path):
    vectors = train(str(corpus), min_count=1, seed=5, **FEW)
    options = ["--min-count", "1", "--seed", "5", "-d", "8", "-e", "1", "-j", "1", "-q"]
    assert w2v("train", corpus, "-o", tmp_path / "v.bin", *options).returncode == 0
    command = load(tmp_path / "v.bin")
    assert command.words == vectors.words == ["one", "small", "step", "giant", "leap"]
    np.testing.assert_array_equal(command.matrix, vectors.matrix)
    ours, theirs = dict(vectors.record), dict(command.record)
    for record in (ours, theirs):
        del record["seconds"], record["words_per_second"]
    assert ours == theirs


@pytest.mark.parametrize(
    "form", [str, lambda path: path, lambda path: [path], lambda path: (str(path),)]
)
def test_paths_in_every_form(corpus, form):
    assert train(form(corpus), **FEW).counts.tolist() == [100, 50, 50, 50, 50]


def test_sentences_are_what_a_file_of_them_is(corpus):
    sentences = [line.split() for line in corpus.read_text().split("\n")]
    for given in (sentences, iter(sentences), map(np.array, sentences), tuple(sentences)):
        ours, theirs = train(given, **FEW), train(corpus, **FEW)
        assert ours.words == theirs.words
        assert {type(word) for word in ours.words} == {str}
        np.testing.assert_array_equal(ours.counts, theirs.counts)
        np.testing.assert_array_equal(ours.matrix, theirs.matrix)
        assert ours.record["tokens_processed"] == theirs.record["tokens_processed"] == 300


def test_many_sentences_go_in_blocks(corpus, monkeypatch):
    monkeypatch.setattr("w2v_cli.corpus.tokens.BLOCK_IDS", 7)
    sentences = [line.split() for line in corpus.read_text().split("\n")]
    seen = []
    ours = train(
        sentences, progress=lambda stage, done, *_, **__: seen.append((stage, done)), **FEW
    )
    np.testing.assert_array_equal(ours.matrix, train(corpus, **FEW).matrix)
    read = [done for stage, done in seen if stage == "read"]
    assert read == sorted(read)
    assert read[-1] == 300


@pytest.mark.filterwarnings("ignore:the loss is 0")  # of nine sentences of two words
def test_tokens_are_taken_as_they_are(few, tmp_path):
    assert few.words == ["is", "new york", "large", "rome", "old", "it"]
    few.save(tmp_path / "v.w2v")
    assert load(tmp_path / "v.w2v").words == few.words
    with pytest.raises(OutputError, match="new york"):
        few.save(tmp_path / "v.bin")
    lower = train([["A", "a", "B7"]] * 9, lowercase=True, digits="zero", **FEW)
    assert lower.words == ["a", "b0"]
    assert lower.counts.tolist() == [18, 9]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "the corpus is empty"),
        ([[]], "the corpus is empty"),
        (
            [["a"], "b c"],
            r"sentence 2 is 'b c': a sentence is a list of tokens, such as text.split",
        ),
        ([["a", ""]], "sentence 1: a token '' is empty"),
        ([["a", "b\n"]], r"sentence 1: a token 'b\\n' holds a newline"),
        ([["a", "\ud800"]], "cannot be written as UTF-8"),
        ([["a", 3]], "sentence 1: a token is no text but 3; give str"),
        ([["a", ["b"]]], "sentence 1 is no list of tokens"),
        ([["a"], None], r"sentence 2 is missing \(None\); leave it out"),
        ([["a"], float("nan")], r"sentence 2 is missing \(nan\)"),
        ([["a", float("nan")]], "sentence 1: a token is no text but nan; leave it out"),
        ([["a", b"b"]], r"sentence 1: a token is no text but b'b'; give token.decode"),
        ([{"text": "a b"}], r"sentence 1 is \{'text': 'a b'\}: a sentence is a list of tokens"),
        ([None], r"sentence 1 is missing \(None\)"),
        ({"a": 1}, "not dict; give one of these"),
        (b"one.txt", "not bytes; give one of these"),
        (np.array("a b"), "holds no sentences"),
        ([1, 2], "sentence 1 is no list of tokens but 1"),
        (7, "a corpus is a path, paths, or sentences, not int"),
        (
            ["the king is dead"],
            r"^'the king is dead': no such file.*texts=\.\.\., or .* tokens: \[text.split",
        ),
        ([ROOT / "data" / "sample.txt", ["a"]], "paths or lists of tokens, not both"),
        ("no/such/file", "no/such/file: no such file or folder"),
    ],
)
def test_what_is_no_corpus_is_told(given, message):
    with pytest.raises(InputError, match=message):
        train(given, **FEW)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dim": 0}, "^dim must be from 1 to 4096, not 0"),
        ({"dim": "9"}, "^dim must be a whole number, not '9'"),
        ({"sample": "x"}, "^sample must be a number, not 'x'"),
        ({"min_count": 0}, "^min_count must be from 1"),
        ({"model": "lsa"}, "^model must be skipgram or cbow or glove or ppmi"),
        ({"lowercase": "no"}, "^lowercase must be True or False, not 'no'"),
        ({"freeze": True}, "^freeze needs init"),
        ({"loss": "hs", "keep_context": True}, "^keep_context needs loss='ns' or softmax"),
        ({"max_table": 5000}, "^max_table is for text, not for lists of tokens"),
        ({"tokenize": "words"}, "^tokenize is for text, not for lists of tokens"),
        ({"sentences": True}, "^sentences is for text, not for lists of tokens"),
        ({"vectors": "both"}, "^vectors must be input or sum or concat or balanced"),
        ({"vectors": "sum", "loss": "hs"}, "^vectors needs loss='ns' or softmax"),
        ({"vectors": "sum", "keep_context": True}, "^vectors='sum' and keep_context exclude"),
    ],
)
def test_values_that_cannot_be_are_told_in_python(options, message):
    with pytest.raises(ConfigError, match=message):
        train(SENTENCES, **options)
    with pytest.raises(InputError, match="give a lower min_count or more text"):
        train(SENTENCES, min_count=1000)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("vector_size", "dim"), ("epoch", "epochs"), ("workers", "threads"), ("modle", "model")],
)
def test_unknown_options_are_type_errors_that_help(name, meant):
    with pytest.raises(TypeError, match=rf"no option '{name}'; did you mean '{meant}'\?"):
        train(SENTENCES, **{name: 1})
    with pytest.raises(TypeError, match=r"no option 'sg'; sg=1 is model='skipgram'"):
        train(SENTENCES, sg=1)
    with pytest.raises(TypeError, match=r"no sentences by that name; give them first"):
        train(sentences=SENTENCES)
    with pytest.raises(TypeError, match=r"^train\(\) needs a corpus: a path, paths, or lists"):
        train(dim=5)
    with pytest.raises(TypeError, match=r"no option 'zzzz'; help\(train\) lists all options$"):
        train(SENTENCES, zzzz=1)


def test_numbers_of_numpy_and_none_are_options_too():
    options = {"dim": np.int64(6), "sample": np.float32(0), "lr": None, "threads": np.int32(1)}
    record = train(SENTENCES, epochs=None, **options).record
    assert record["options"]["dim"] == 6
    assert record["epochs"] == TrainConfig().epochs
    json.dumps(record)


@pytest.mark.filterwarnings("ignore:the loss is 0")
def test_a_vocabulary_can_be_given(corpus, tmp_path):
    given = {"leap": 3, "one": np.int64(2), "absent": 1}
    ours = train(corpus, vocab=given, **FEW)
    assert ours.words == ["leap", "one", "absent"]
    (tmp_path / "vocab.txt").write_text("leap 3\none 2\nabsent 1\n")
    np.testing.assert_array_equal(
        train(corpus, vocab=tmp_path / "vocab.txt", **FEW).matrix, ours.matrix
    )
    for wrong in ({"a": 0}, {"a": "3"}, {5: 3}, {}, {"a": 2**70}, {"a": True}):
        with pytest.raises(InputError, match=r"^vocab"):
            train(corpus, vocab=wrong, **FEW)


def test_texts_are_no_sentences_and_are_told_at_once(tmp_path):
    """However many follow, in a message of a bounded length."""
    taken = []

    def lines():
        for number in range(5):
            taken.append(number)
            yield f"line {number} of a text\n"

    with pytest.raises(InputError, match=r"'line 0 of a text\\n'.*lists of tokens"):
        train(lines(), **FEW)
    assert taken == [0]
    text = "the cat sat on the mat\n" * 20_000
    for given in (text, [text], iter([text] * 9), "她" * 300):
        with pytest.raises(InputError, match=r"no such file or folder; if .* text") as told:
            train(given, **FEW)
        assert len(str(told.value)) < 300
        assert "\n" not in str(told.value)
    (tmp_path / "my own text.txt").write_text("a b\n" * 9)
    assert len(train(str(tmp_path / "my own text.txt"), **FEW)) == 2
    message = r"not an open file; give its name, '.*my own text\.txt'"
    with (
        (tmp_path / "my own text.txt").open() as file,
        pytest.raises(InputError, match=message),
    ):
        train(file, **FEW)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda v: v.neighbors("is", restrict_vocab=-1), "restrict_vocab must be a whole number"),
        (lambda v: v.neighbors("is", min_count="x"), "min_count must be a whole number from 0 on"),
        (lambda v: v.neighbors("is", exclude=[3]), "expected a text or a list of texts, not [3]"),
        (lambda v: v.neighbors("is", k=True), "k must be a whole number from 1 on, not True"),
        (lambda v: v.analogy(["is"], "it", "old"), "expected a text or a list of texts, not [["),
        (lambda v: v.count(["is"]), "expected a text or a list of texts, not [["),
        (lambda v: v.evaluate_analogies(3), "questions must be a path, not 3"),
        (lambda v: v.evaluate_similarity(["a.tsv"]), "pairs must be a path, not ['a.tsv']"),
        (lambda v: v.evaluate_sessions([["a"]]), "the sessions: holds no sessions, lines of two"),
        (lambda v: v.evaluate_sessions([["a", "b"]], k=0), "k must be a whole number from 1 on"),
        (lambda v: v.evaluate_sessions([["a", "b"]], k=1001), "k must be from 1 to 1000, not 1001"),
        (lambda v: v.evaluate_sessions([["a", "b"]], history=1.5), "history must be a whole"),
        (lambda v: v.evaluate_similarity(), "there are no pairs to score; give one file"),
        (
            lambda v: v.save("v.npy", dtype="int8"),
            "NumPy .npy has no int8; w2v, safetensors and model2vec have",
        ),
        (lambda v: v.save(None), "path must be a path, not None"),
        (lambda v: v.plot(["is", "it"]), "path must be a path, not ['is', 'it']"),
        (lambda v: v.plot("p.svg", ["is", "it"], title=3), "title must be a text, not 3"),
        (lambda v: v.plot(groups=3), "groups must be a path or a dict of words to groups, not 3"),
        (lambda v: v.plot(groups={"is": 3}), "groups must be a dict of words to the names"),
        (lambda v: v.explore(None), "path must be a path, not None"),
        (lambda v: train(SENTENCES, init=3), "init must be a path or Vectors, not 3"),
        (lambda v: train(SENTENCES, vocab=["a"]), "vocab must be a path, or words with their"),
        (lambda v: train(SENTENCES, vocab=v), "vocab: 'is' with the count array("),
        (
            lambda v: train(SENTENCES, model=np.ones(2)),
            " or cbow or glove or ppmi or nnlm or rnnlm, not array([1., 1.])",
        ),
        (lambda v: train("a\0b"), "'a\\x00b': no such file or folder"),
        (lambda v: train(np.array([["a b"], ["c"]])), "not a table (ndarray); give a column"),
    ],
)
def test_other_things_than_are_asked_for_are_told(few, ask, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(W2VError, match=re.escape(message)) as told:
        ask(few)
    assert len(str(told.value)) < 300
    assert "\n" not in str(told.value)
    assert os.listdir(tmp_path) == []


def test_columns_of_a_table():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"text": ["a b", "b c"] * 9})
    with pytest.raises(InputError, match=r"not a table \(DataFrame\); give a column of texts as"):
        train(table, **FEW)
    for column in (table["text"], list(table["text"])):
        with pytest.raises(InputError, match=r"'a b': no such file.*give them as texts=\.\.\."):
            train(column, **FEW)
    assert train(table["text"].str.split(), **FEW).words == ["b", "a", "c"]
    counts = table["text"].str.split().explode().value_counts()
    assert train(table["text"].str.split(), vocab=counts, **FEW).counts.tolist() == [18, 9, 9]


def test_corpora_of_other_libraries(tmp_path):
    (tmp_path / "c.txt").write_text("a b\nb c\n" * 9)
    models = pytest.importorskip("gensim.models.word2vec")
    for corpus in (
        models.LineSentence(tmp_path / "c.txt"),
        models.PathLineSentences(str(tmp_path)),
    ):
        assert train(corpus, **FEW).words == ["b", "a", "c"]
    spacy = pytest.importorskip("spacy")
    doc = spacy.blank("en")("a film")
    with pytest.raises(InputError, match="sentence 1 is no list of tokens but a; a sentence is a"):
        train(doc, **FEW)
    with pytest.raises(InputError, match=r"sentence 1: a token is no text but a; give token.text"):
        train([doc], **FEW)


@pytest.mark.parametrize("name", ["keep_context", "verbose", "lowercase"])
def test_switches_are_switches(few, name):
    for wrong in (1, 0, "yes", [], np.int64(1)):
        with pytest.raises(ConfigError, match=rf"^{name} must be True or False, not "):
            train(SENTENCES, **{name: wrong}, **FEW)
    train(SENTENCES, init=few, epochs=1, threads=1, **{name: np.True_})


def test_going_on_from_vectors(few, tmp_path):
    first = train(SENTENCES, keep_context=True, **FEW)
    first.save(tmp_path / "first.w2v")
    more = [["rome", "has", "hills"]] * 30
    options = {"epochs": 1, "threads": 1}
    ours = train(more, init=first, **options)
    theirs = train(more, init=tmp_path / "first.w2v", **options)
    assert (
        ours.words
        == theirs.words
        == ["is", "rome", "new york", "large", "old", "it", "has", "hills"]
    )
    np.testing.assert_array_equal(ours.matrix, theirs.matrix)
    np.testing.assert_array_equal(ours["is"], first["is"])
    assert ours.counts[1] == 90
    assert not np.array_equal(ours["rome"], first["rome"])
    with pytest.raises(
        ConfigError, match=r"^dim=9 does not fit init vectors, .*; give dim=8, or none"
    ):
        train(more, init=first, dim=9)
    with pytest.warns(
        W2VWarning, match=r"no word of the text is in vectors.*\(lowercase\)"
    ) as told:
        train([["xyz", "uvw"]] * 9, init=first, **options)
    assert told[0].filename == __file__


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_vectors_are_of_one_matrix_or_of_both(model):
    both = train(SENTENCES, model=model, keep_context=True, **FEW)
    expected = {
        "input": both.matrix,
        "sum": both.matrix + both.context,
        "concat": np.hstack([both.matrix, both.context]),
    }
    for vectors, matrix in expected.items():
        ours = train(SENTENCES, model=model, vectors=vectors, **FEW)
        np.testing.assert_array_equal(ours.matrix, matrix)
        assert ours.record["options"]["vectors"] == vectors
        assert ours.context is None
    assert np.any(both.context)


def test_going_on_from_sums_is_told(tmp_path):
    train(SENTENCES, vectors="sum", **FEW).save(tmp_path / "sums.w2v")
    with pytest.warns(W2VWarning, match=r"of both matrices \(vectors='sum'\)"):
        train(SENTENCES, init=tmp_path / "sums.w2v", epochs=1, threads=1)


@pytest.mark.parametrize(
    ("freeze", "expected"),
    [(True, "inputs"), (False, None), (np.True_, "inputs"), ("inputs", "inputs")],
)
def test_freezing_is_asked_for(few, monkeypatch, freeze, expected):
    """What it does is tested in test_warmstart, where it is compiled."""
    seen = []

    def prepare(request, _report):
        seen.append(request)
        raise OwnError

    monkeypatch.setattr("w2v_cli.training.run.prepare", prepare)
    with pytest.raises(OwnError):
        train(SENTENCES, init=few, freeze=freeze)
    [request] = seen
    assert request.freeze == expected
    old = request.old
    assert (old.embeddings.words, old.provenance) == (few.words, few.record)


def test_counts_that_are_lower_bounds_are_a_warning(tmp_path):
    (tmp_path / "many.txt").write_text(" ".join(f"w{n} common" for n in range(100_000)))
    with pytest.warns(W2VWarning, match="all counts are lower bounds; a larger max_table") as told:
        train(tmp_path / "many.txt", max_table=1000, max_vocab=10, **FEW)
    assert told[0].filename == __file__


def test_progress_is_told_and_nothing_is_printed(corpus, capfd):
    seen = []
    train(
        corpus, epochs=2, dim=4, threads=2, progress=lambda *args, **more: seen.append((args, more))
    )
    stages = [args[0] for args, _ in seen if args[0] != "compile"]
    assert stages[0] == "read"
    assert stages[-1] == "train"
    (_, done, total), details = seen[-1]
    assert done == total == 600
    assert set(details) >= {"lr", "epoch", "loss"}
    assert capfd.readouterr() == ("", "")


class OwnError(Exception):
    pass


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("stage", ["read", "train"])
@pytest.mark.parametrize("error", [OwnError, KeyboardInterrupt])
def test_what_a_callback_raises_ends_training(corpus, tmp_path, threads, stage, error):
    before = threading.active_count()

    def progress(now, *_, **__):
        if now == stage:
            raise error

    open_files = len(os.listdir("/proc/self/fd"))
    with pytest.raises(error):
        train(corpus, dim=4, threads=threads, progress=progress, tmpdir=tmp_path)
    assert threading.active_count() == before
    assert os.listdir(tmp_path) == ["corpus.txt"]
    assert len(os.listdir("/proc/self/fd")) == open_files


def test_ctrl_c_is_a_keyboard_interrupt(tmp_path):
    """In a process of its own: the signal comes while threads train, and Python goes on after."""
    code = """
import os, signal, threading
from w2v_cli import train
def progress(stage, done, total, **details):
    if stage == "train" and not sent.is_set():
        sent.set()
        os.kill(os.getpid(), signal.SIGINT)
# What is started in the background is told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
sent = threading.Event()
sentences = [["a", "b", "c"] * 300] * 300
try:
    train(sentences, dim=8, epochs=100000, threads=2, progress=progress)
except KeyboardInterrupt:
    assert threading.active_count() == 1
    print("interrupted,", train(sentences[:9], dim=8, epochs=1, threads=2))
"""
    result = fresh(code, cwd=tmp_path)
    assert result.stdout == "interrupted, <Vectors: 3 words, dim 8>\n", result.stderr
    assert result.stderr == ""


def test_it_trains_in_a_thread_that_is_not_the_main_one(corpus):
    made = []
    thread = threading.Thread(target=lambda: made.append(train(corpus, dim=4, threads=2)))
    thread.start()
    thread.join()
    assert len(made[0]) == 5


# Vectors


def test_vectors_are_a_mapping_that_cannot_be_changed(few):
    assert len(few) == 6
    assert list(few) == few.words
    assert "rome" in few
    assert "Rome" not in few
    assert 3 not in few
    assert few["rome"].dtype == np.float32
    np.testing.assert_array_equal(few[["rome", "is"]], few.matrix[[3, 0]])
    assert few[[]].shape == (0, 8)
    np.testing.assert_array_equal(dict(few)["old"], few["old"])
    assert few.get("absent") is None
    np.testing.assert_array_equal(few.get("old"), few["old"])
    for array in (few["rome"], few.matrix):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    few[["rome"]][:] = 0
    assert few == few
    assert len({few, copy.copy(few), copy.deepcopy(few)}) == 1
    assert repr(few) == "<Vectors: 6 words, dim 8>"


def test_unknown_words_are_key_errors_that_suggest(vectors):
    with pytest.raises(KeyError) as told:
        vectors["kiing"]
    assert str(told.value).startswith("unknown word 'kiing'; did you mean 'king' or")
    assert isinstance(told.value, UnknownWordError)
    assert told.value.words == ["kiing"]
    again = pickle.loads(pickle.dumps(told.value))
    assert (again.words, str(again)) == (told.value.words, str(told.value))
    for ask in (
        lambda: vectors.neighbors("king - maan"),
        lambda: vectors.neighbors(["king", "maan"]),
        lambda: vectors.analogy("king", "maan", "queen"),
        lambda: vectors.similarity("king", "maan"),
        lambda: vectors.vector("maan"),
        lambda: vectors.odd_one_out(["king", "maan", "queen"]),
    ):
        with pytest.raises(UnknownWordError, match=r"unknown word 'maan'.*did you mean 'man'"):
            ask()


def test_neighbors_are_those_of_the_command(w2v, vectors, tmp_path):
    vectors.save(tmp_path / "v.bin")
    queries = ["king", "paris - france + italy"]
    told = w2v("neighbors", tmp_path / "v.bin", *queries, "-k", "4", "--json").text
    expected = [
        [(found["word"], found["score"]) for found in json.loads(line)["neighbors"]]
        for line in told.splitlines()
    ]
    found = vectors.neighbors(queries, k=4)
    assert [[word for word, _ in row] for row in found] == [[w for w, _ in row] for row in expected]
    np.testing.assert_allclose(
        [[score for _, score in row] for row in found],
        [[score for _, score in row] for row in expected], rtol=1e-5,
    )  # fmt: skip
    assert vectors.neighbors(queries[1], 4) == found[1]
    assert [each.word for each in vectors.analogy("france", "paris", "italy", 4)] == [
        each.word for each in found[1]
    ]
    assert found[0][0].word == found[0][0][0]


def test_neighbors_of_a_vector_have_no_word_to_leave_out(vectors):
    assert vectors.neighbors(vectors["king"], 1)[0] == ("king", pytest.approx(1))
    assert vectors.similarity(vectors["king"], "king") == pytest.approx(1)
    for wrong in (np.zeros(3), np.full(32, np.nan), np.zeros((2, 32))):
        with pytest.raises(InputError, match="a text or 32 finite numbers"):
            vectors.neighbors(wrong)


def test_similarities_are_cosines_and_can_be_read(vectors):
    rows = vectors.words[:200]
    alike = [vectors.similarity(word, word) for word in rows]
    opposite = [vectors.similarity(vectors[word], -vectors[word]) for word in rows]
    assert max(alike) <= 1
    assert min(opposite) >= -1
    assert max(abs(np.abs(alike + opposite) - 1)) < 1e-6
    assert repr(Neighbor("king", 0.123456789)) == "Neighbor(word='king', score=0.1235)"


def test_answers_can_be_restricted(vectors):
    words = [word for word, _ in vectors.neighbors("king", 5)]
    assert words[0] not in [w for w, _ in vectors.neighbors("king", 5, exclude=[words[0], "snark"])]
    assert words[0] not in [w for w, _ in vectors.neighbors("king", 5, exclude=words[0])]
    frequent = vectors.neighbors("king", 5, restrict_vocab=50)
    assert max(vectors.index[word] for word, _ in frequent) < 50
    frequent = vectors.neighbors("king", 5, min_count=2000)
    assert min(vectors.counts[vectors.index[word]] for word, _ in frequent) >= 2000
    assert len(vectors.neighbors("king", 10_000)) == len(vectors) - 1
    assert vectors.neighbors([]) == []
    for k in (0, -1, 2.5, "many"):
        with pytest.raises(InputError, match="k must be a whole number from 1 on"):
            vectors.neighbors("king", k)


@pytest.mark.parametrize("query", ["king - king", "king -", "", "   "])
def test_queries_without_an_answer_are_errors(vectors, query):
    with pytest.raises(QueryError):
        vectors.neighbors(query)


@pytest.mark.parametrize("wrong", [5, None, [5], [["king"]], b"king"])
def test_what_is_no_text_is_told(vectors, wrong):
    for ask in (vectors.__getitem__, vectors.neighbors, vectors.odd_one_out):
        with pytest.raises(InputError, match="expected a text or a list of texts, not"):
            ask(wrong)


def test_the_odd_one_out(vectors):
    assert vectors.odd_one_out(["paris", "london", "berlin", "quickly"]) == "quickly"
    with pytest.raises(InputError, match=r"one of 3 or more, not of \['paris', 'london'\]"):
        vectors.odd_one_out(["paris", "london"])
    with pytest.raises(InputError, match="a list of texts, not 'paris'"):
        vectors.odd_one_out("paris")


def test_scores_are_those_of_the_command(w2v, vectors, tmp_path):
    vectors.save(tmp_path / "v.bin")
    questions = ROOT / "data" / "sample-questions.txt"
    told = json.loads(w2v("evaluate-analogies", tmp_path / "v.bin", questions, "--json").text)
    ours = vectors.evaluate_analogies(questions).as_dict()
    assert ours["total"] == told["total"]
    assert ours["sections"] == told["sections"]
    scores = vectors.evaluate_analogies(questions)
    accuracy = round(scores.total.accuracy, 4)
    assert repr(scores).startswith(f"<AnalogyScores: {len(scores.sections)} sections, total Score(")
    assert repr(scores).endswith(f"skipped={scores.total.skipped}, accuracy={accuracy})>")
    (tmp_path / "pairs.tsv").write_text("king\tqueen\t9\nparis\tking\t2\nrome\tathens\t8\n")
    told = json.loads(
        w2v("evaluate-similarity", tmp_path / "v.bin", tmp_path / "pairs.tsv", "--json").text
    )
    assert (
        vectors.evaluate_similarity(tmp_path / "pairs.tsv").mean("spearman")
        == told["mean"]["spearman"]
    )
    [score] = vectors.evaluate_similarity(tmp_path / "pairs.tsv").files
    assert repr(score) == (
        f"PairScore({score.name!r}, spearman={round(score.spearman, 4)}, "
        f"pearson={round(score.pearson, 4)}, used=3, skipped=0)"
    )
    with pytest.raises(ConfigError, match="method must be 3cosadd or 3cosmul, not '3cos'"):
        vectors.evaluate_analogies(questions, method="3cos")


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.w2v", "v.npy", "v.glove"])
def test_saved_vectors_are_loaded_as_they_were(vectors, tmp_path, name):
    path = tmp_path / name
    vectors.save(path)
    again = load(str(path))
    assert list(again) == list(vectors)
    np.testing.assert_array_equal(again.matrix, vectors.matrix)
    assert again.record == vectors.record
    if name == "v.w2v":
        np.testing.assert_array_equal(again.counts, vectors.counts)
    assert load(path, limit=3).words == vectors.words[:3]
    vectors.save(path, record=False)
    assert load(path).record is None


def test_files_that_are_none_are_errors(vectors, tmp_path):
    with pytest.raises(ConfigError, match=r"extension \.xyz tells no format"):
        vectors.save(tmp_path / "v.xyz")
    with pytest.raises(OutputError, match="no/such"):
        vectors.save("no/such/v.bin")
    with pytest.raises(InputError, match="cannot be opened"):
        load(tmp_path / "absent.bin")
    for wrong in (0, None, b"v.bin", ""):
        with pytest.raises(ConfigError, match=r"^path must be a path, not"):
            load(wrong)
    with pytest.raises(ConfigError, match=r"^path must be a path, not 3"):
        vectors.save(3)
    for wrong in ({"limit": 0}, {"limit": "x"}, {"limit": True}, {"encoding_errors": "ignore"}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            load(tmp_path / "absent.bin", **wrong)


def test_what_is_repaired_is_a_warning_where_it_was_asked_for(tmp_path):
    (tmp_path / "v.txt").write_text("3 2\na 1 2\nb 3 4\n")
    with pytest.warns(W2VWarning, match="line 1 says 3 vectors, but 2") as told:
        assert len(load(tmp_path / "v.txt")) == 2
    assert told[0].filename == __file__


@pytest.mark.parametrize("name", ["v.bin", "v.w2v"])
def test_vectors_go_to_other_processes(vectors, tmp_path, name):
    vectors.save(tmp_path / name)
    for original in (vectors, load(tmp_path / name)):
        again = pickle.loads(pickle.dumps(original))
        assert list(again) == list(original)
        np.testing.assert_array_equal(again.matrix, original.matrix)
        np.testing.assert_array_equal(again.counts, original.counts)
        assert again.record == original.record
        assert again.neighbors("king", 3) == original.neighbors("king", 3)


def test_vectors_of_any_arrays():
    ours = Vectors.from_arrays(("up", "down"), [[0, 1], [0, -2]], counts=[5, 3])
    assert ours.similarity("up", "down") == -1
    assert ours.counts.tolist() == [5, 3]
    assert ours.record is None
    for words, matrix, counts, message in (
        ("ab", [[1], [2]], None, "expected a text or a list of texts, not 'ab'"),
        (
            ["a", "b"],
            [[1], ["x"]],
            None,
            "matrix must be numbers, with as many in each row, not [[1",
        ),
        (["a", "b"], [[1], [2, 3]], None, "matrix must be numbers, with as many in each row"),
        (["a", "b"], [[1], [1e300]], None, "row 1 of the matrix (word 'b') holds NaN or infinity"),
        (["a", "b"], [[1], [2]], [1, 2.5], "counts must be whole numbers from 0 on, not [1, 2.5]"),
        (["a", "b"], [[1], [2]], [1, -2], "counts must be whole numbers from 0 on"),
        (["a", "b"], [[1], [2]], [1, None], "counts must be whole numbers from 0 on"),
        (["a"], [[1], [2]], None, "1 words need as many rows, not a matrix of (2, 1)"),
        (["a", "a"], [[1], [2]], None, "distinct texts, and 'a' is there twice"),
        (["a", 2], [[1], [2]], None, "distinct texts, and 2 is none"),
        (["a", "b"], [[1], [np.nan]], None, "row 1 of the matrix (word 'b') holds NaN"),
        (["a", "b"], [1, 2], None, "not a matrix of (2,)"),
        (["a", "b"], [[1], [2]], [1], "2 words need as many counts, not (1,)"),
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            Vectors.from_arrays(words, matrix, counts)


# Other libraries


def test_gensim_gets_words_vectors_and_counts(vectors):
    pytest.importorskip("gensim")
    keyed = vectors.to_gensim()
    assert keyed.index_to_key == list(vectors)
    np.testing.assert_array_equal(keyed.vectors, vectors.matrix)
    assert keyed.get_vecattr("king", "count") == vectors.counts[vectors.index["king"]]
    theirs = keyed.most_similar(positive=["king", "woman"], negative=["man"], topn=5)
    ours = vectors.neighbors("king - man + woman", 5)
    assert [word for word, _ in theirs] == [word for word, _ in ours]
    keyed.vectors[:] = 0
    assert vectors["king"].any()


def test_vectors_of_gensim_are_ours(few, tmp_path):
    models = pytest.importorskip("gensim.models")
    again = Vectors.from_gensim(few.to_gensim())
    assert list(again) == list(few)
    np.testing.assert_array_equal(again.matrix, few.matrix)
    np.testing.assert_array_equal(again.counts, few.counts)
    model = models.Word2Vec(SENTENCES, vector_size=8, min_count=1, epochs=1)
    theirs = Vectors.from_gensim(model)
    np.testing.assert_array_equal(theirs["rome"], model.wv["rome"])
    assert theirs.count("rome") == model.wv.get_vecattr("rome", "count") == 60
    options = {"epochs": 1, "threads": 1, "min_count": 1}
    for init in (model, model.wv):
        more = train([["rome", "hills"]] * 9, init=init, **options)
        expected = train([["rome", "hills"]] * 9, init=theirs, **options)
        np.testing.assert_array_equal(more.matrix, expected.matrix)
    for wrong in (few, "model", 3):
        with pytest.raises(InputError, match="needs KeyedVectors of gensim"):
            Vectors.from_gensim(wrong)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("wv", "vectors['king']"),
        ("most_similar", "vectors.neighbors("),
        ("vector_size", "vectors.dim"),
        ("key_to_index", "vectors.index"),
        ("doesnt_match", "vectors.odd_one_out("),
    ],
)
def test_names_of_gensim_are_answered_with_ours(few, name, hint):
    with pytest.raises(AttributeError, match=rf"^Vectors have no '{name}'; .*{re.escape(hint)}"):
        getattr(few, name)
    assert not hasattr(few, name)


def test_hints_name_what_there_is(few):
    """A hint that names something that is not there would be worse than none."""
    from w2v_cli.library.otherwords import ARGUMENTS, ATTRIBUTES

    for hint in ATTRIBUTES.values():
        for name in re.findall(r"vectors\.(\w+)", hint):
            assert name == "bin" or hasattr(few, name), hint
    own = {*inspect.signature(Vectors.neighbors).parameters, *dir(Vectors)}
    assert not own & {*ATTRIBUTES, *ARGUMENTS}


def test_arguments_of_gensim_are_answered_with_ours(few):
    for ask, name, hint in (
        (lambda: few.neighbors("rome", topn=3), "topn", "k="),
        (lambda: few.neighbors(positive=["rome"], negative=["is"]), "", "write an expression"),
        (lambda: few.analogy("rome", "is", "old", topn=3), "topn", "k="),
        (lambda: few.save("v.bin", binary=True), "binary", "from the extension"),
        (lambda: load("v.bin", binary=True), "binary", "is found out"),
    ):
        with pytest.raises(TypeError, match=rf"has no argument '.*{name}'; .*{hint}"):
            ask()
    with pytest.raises(AttributeError, match="'Vectors' object has no attribute 'zzz'"):
        few.zzz  # noqa: B018
    for ask in (lambda: few.vector(["rome", "is"]), lambda: few.similarity("rome", ["is"])):
        with pytest.raises(InputError, match=r"'king \+ queen' is their sum, and vectors\[words\]"):
            ask()


def test_counts_of_words(few):
    assert (few.count("rome"), few.count("is")) == (60, 180)
    with pytest.raises(UnknownWordError, match="unknown word 'roma'"):
        few.count("roma")
    with pytest.raises(InputError, match="come without counts"):
        Vectors.from_arrays(["a"], [[1]]).count("a")


def test_a_table_of_vectors(few):
    pytest.importorskip("pandas")
    frame = few.to_frame()
    assert list(frame.index) == few.words
    np.testing.assert_array_equal(frame.to_numpy(), few.matrix)
    np.testing.assert_array_equal(frame.loc["rome"], few["rome"])
    frame.loc["rome"] = 0
    assert few["rome"].any()


def test_maps_are_those_of_the_command(w2v, vectors, tmp_path):
    vectors.save(tmp_path / "v.w2v")
    asked = ["king", "paris", "rome"]
    told = w2v("plot", tmp_path / "v.w2v", *asked, "--neighbors", 2, "--json").text
    assert vectors.plot(None, asked, neighbors=2) == json.loads(told)
    questions = ROOT / "data" / "sample-questions.txt"
    section = "capital-common-countries"
    options = ["--questions", questions, "--section", section, "--json"]
    told = w2v("plot", tmp_path / "v.w2v", *options).text
    found = vectors.plot(None, questions=questions, section=section)
    assert found == json.loads(told)
    assert found["arrows"]
    assert len(vectors.plot()["words"]) == 100
    groups = {"king": "court", "paris": "city"}
    (tmp_path / "g.tsv").write_text("king\tcourt\nparis\tcity\n")
    told = w2v("plot", tmp_path / "v.w2v", "--groups", tmp_path / "g.tsv", "--json").text
    assert vectors.plot(groups=tmp_path / "g.tsv") == vectors.plot(groups=groups)
    assert vectors.plot(groups=groups) == json.loads(told)
    with pytest.warns(W2VWarning, match="unknown word 'snark'") as noticed:
        vectors.plot(None, ["king", "paris", "snark"])
    assert noticed[0].filename == __file__


def test_pictures_are_those_of_the_command(w2v, vectors, tmp_path):
    pytest.importorskip("matplotlib")
    vectors.save(tmp_path / "v.w2v")
    command = ["plot", tmp_path / "v.w2v", "king", "paris", "-o", tmp_path / "theirs.svg"]
    assert w2v(*command, "--title", "Two", "--size", "400x300").returncode == 0
    vectors.plot(tmp_path / "ours.svg", ["king", "paris"], title="Two", size=(400, 300))
    assert (tmp_path / "ours.svg").read_bytes() == (tmp_path / "theirs.svg").read_bytes()
    for wrong, error, message in (
        ({"sise": (400, 300)}, TypeError, r"plot\(\) has no option 'sise'; there are size, dpi"),
        ({"size": (4, 300)}, ConfigError, "size must be a width and a height from 200"),
        ({"theme": "blue"}, ConfigError, "theme must be light or dark, not 'blue'"),
        ({"format": "gif"}, ConfigError, "format must be png or svg"),
        ({"method": "pcs"}, ConfigError, "method must be pca or tsne or umap, not 'pcs'"),
        ({"top": 0}, ConfigError, "top must be a whole number from 1 on, not 0"),
        ({"section": "x"}, ConfigError, "section and questions belong together"),
    ):
        with pytest.raises(error, match=message):
            vectors.plot(tmp_path / "x.png", ["king", "paris"], **wrong)
    assert not (tmp_path / "x.png").exists()


def test_pages_are_those_of_the_command(w2v, vectors, tmp_path):
    vectors.save(tmp_path / "v.w2v")
    command = ["explore", tmp_path / "v.w2v", "-o", tmp_path / "theirs.html", "--top", 50]
    assert w2v(*command, "--title", "Words").returncode == 0
    assert vectors.explore(tmp_path / "ours.html", top=50, title="Words") is None
    assert (tmp_path / "ours.html").read_bytes() == (tmp_path / "theirs.html").read_bytes()
    (tmp_path / "q.txt").write_text(": a\nsnark boojum a b\n")
    with pytest.warns(W2VWarning, match=r"q\.txt: none of its related words are both on the page"):
        vectors.explore(tmp_path / "ours.html", top=50, questions=tmp_path / "q.txt")


def test_gensim_gets_vectors_without_counts(few):
    pytest.importorskip("gensim")
    keyed = Vectors.from_arrays(few.words, few.matrix).to_gensim()
    np.testing.assert_array_equal(keyed["rome"], few["rome"])


def test_a_library_that_is_missing_is_told(few, monkeypatch):
    for module, ask, package in (
        ("gensim.models", few.to_gensim, "gensim"),
        ("torch", few.embedding_layer, "torch"),
    ):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(MissingLibraryError, match=f"; pip install {package}$") as told:
            ask()
        assert isinstance(told.value, ImportError)


def test_documents_without_scikit_learn(tmp_path):
    code = (
        "import sys\nsys.modules['sklearn'] = sys.modules['sklearn.base'] = None\n"
        "try:\n    from w2v_cli.documents import DocumentVectorizer\n"
        "except ImportError as error:\n    print(error)"
    )
    result = fresh(code)
    assert "; pip install scikit-learn" in result.stdout, result.stderr


def test_an_embedding_layer_has_the_vectors(few):
    torch = pytest.importorskip("torch")
    layer = few.embedding_layer(padding_idx=0)
    assert not layer.weight.requires_grad
    row = layer(torch.tensor([few.index["rome"]])).numpy()[0]
    np.testing.assert_array_equal(row, few["rome"])
    trained = few.embedding_layer(freeze=False)
    with torch.no_grad():
        trained.weight[:] = 0
    assert few["rome"].any()


def test_how_pytorch_is_called(few, monkeypatch):
    """With a stand-in, since PyTorch is too large to be installed for a test."""

    class Embedding:
        @classmethod
        def from_pretrained(cls, weights, freeze, **options):
            return weights, freeze, options

    torch = types.ModuleType("torch")
    torch.from_numpy = lambda array: array
    torch.nn = types.SimpleNamespace(Embedding=Embedding)
    monkeypatch.setitem(sys.modules, "torch", torch)
    weights, freeze, options = few.embedding_layer(freeze=False, padding_idx=2)
    assert (freeze, options) == (False, {"padding_idx": 2})
    np.testing.assert_array_equal(weights, few.matrix)
    assert weights.flags.writeable
    assert weights.flags.c_contiguous
    assert not np.shares_memory(weights, few.matrix)


def test_no_warning_is_raised_in_ordinary_use(corpus, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(corpus, **FEW).save(tmp_path / "v.bin")
        load(tmp_path / "v.bin")


def test_counts_of_a_file_or_a_mapping_are_taken(tmp_path):
    path, vocab = tmp_path / "v.txt", tmp_path / "vocab.txt"
    path.write_text("the 1 0\ncat 0 1\n")
    vocab.write_text("cat 5\nthe 95\n")
    for given in (vocab, {"the": 95, "cat": 5, "dog": 1}):
        assert load(path, vocab=given).counts.tolist() == [95, 5]
    found = DocumentVectorizer(load(path, vocab=vocab), weighting="sif").fit_transform(["the cat"])
    assert found.shape == (1, 2)
    with pytest.warns(W2VWarning, match="no count of 1 of the 2 words, such as 'cat'"):
        assert load(path, vocab={"the": 95}).counts.tolist() == [95, 0]
    with pytest.raises(InputError, match="none of the 2 words"):
        load(path, vocab={"dog": 3})


def test_columns_of_pairs_files_of_questions_and_what_is_warned(tmp_path):
    vectors = Vectors.from_arrays(list("abcd"), np.eye(4) + 0.1 * np.arange(16).reshape(4, 4))
    table = tmp_path / "t.csv"
    table.write_text("word1,word2,sim,rel\naa,bb,NA,1\na,b,1,9\na,c,2,5\nb,c,3,1\n")
    with pytest.raises(InputError, match=r"may all hold the score; name it with score_column; "):
        vectors.evaluate_similarity(table)
    with pytest.warns(W2VWarning, match=r"t\.csv:2: there is no number in the column of the score"):
        [score] = vectors.evaluate_similarity(table, score_column="sim").files
    assert (score.used, score.unscored, score.score_column) == (3, 1, "sim")
    assert vectors.evaluate_similarity(table, score_column="4").files[0].score_column == "rel"
    files = [tmp_path / "I01.txt", tmp_path / "E01.txt"]
    for file in files:
        file.write_text("a\tb\nc\td/x\n")
    both = vectors.evaluate_analogies(files)
    assert [name for name, _ in both.sections] == ["I01", "E01"]
    assert (both.syntactic.asked, both.semantic.asked, both.total.asked) == (2, 2, 4)
    assert vectors.evaluate_analogies(tmp_path / "I01.txt").total.asked == 2
    assert vectors.evaluate_analogies(files, syntactic="01").syntactic.asked == 4
