"""Language models in the own format: round trips, damage, and what drops them."""

import copy
import dataclasses
import gzip
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.language_models import random_model, save_model

from w2v_cli import load
from w2v_cli.config import TextConfig
from w2v_cli.errors import InputError, OutputError, W2VWarning
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.languagemodels.model import ACTIVATIONS, KINDS

ARRAYS = ("embeddings", "hidden_weights", "hidden_bias", "outputs", "output_bias", "counts")
DROPPED = "the language model is not written"


def assert_same(found, model):
    for each in dataclasses.fields(model):
        expected, value = getattr(model, each.name), getattr(found, each.name)
        if each.name not in ARRAYS:
            assert value == expected, each.name
        elif expected is None:
            assert value is None
        else:
            np.testing.assert_array_equal(np.asarray(value), expected, err_msg=each.name)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "m.w2v"
    save_model(path, random_model())
    return path


texts = st.builds(
    TextConfig,
    lowercase=st.booleans(),
    digits=st.sampled_from(["keep", "zero"]),
    tokenize=st.sampled_from(["blanks", "words", "words+punctuation"]),
    sentences=st.booleans(),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
)
words_of_files = st.text(
    st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=4
)


@settings(max_examples=60)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(["hs", "ns", "softmax"]),
    st.sampled_from(ACTIVATIONS),
    st.lists(words_of_files, min_size=1, max_size=6, unique=True),
    st.tuples(*[st.integers(1, 5)] * 3),
    texts,
    st.sampled_from([None, {"command": "train"}]),
)
def test_what_is_written_is_read(
    tmp_path_factory, kind, loss, activation, words, sizes, text, record
):
    dim, hidden, history = sizes
    model = random_model(
        kind, loss, len(words), dim, hidden, history, activation, words=words, text=text,
        provenance=record,
    )  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "trip.w2v"
    save_model(path, model)
    embeddings = read_embeddings(path)
    assert_same(embeddings.language_model, model)
    np.testing.assert_array_equal(embeddings.vectors, model.embeddings[:-1])


def test_it_is_mapped_and_the_rest_is_as_without(saved, tmp_path):
    model = random_model()
    found = read(saved)
    assert found.notes == []
    assert not found.embeddings.language_model.outputs.flags.owndata
    assert not found.embeddings.language_model.outputs.flags.writeable
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        members = {name: archive.read(name) for name in archive.namelist()}
    save_model(tmp_path / "without.w2v", model, with_model=False)
    with zipfile.ZipFile(tmp_path / "without.w2v") as archive:
        for name in set(archive.namelist()) - {"info.json"}:
            assert archive.read(name) == members[name]
    assert read_embeddings(tmp_path / "without.w2v").language_model is None


def test_from_a_pipe_and_compressed(saved, w2v):
    (saved.parent / "packed").write_bytes(gzip.compress(saved.read_bytes()))
    assert_same(read_embeddings(saved.parent / "packed").language_model, random_model())
    result = w2v("neighbors", "-", "word1", "-k", "1", stdin=saved.read_bytes())
    assert (result.returncode, result.errors) == (0, "")


def test_vectors_in_memory_keep_it(saved):
    vectors = load(saved)
    for again in (copy.deepcopy(vectors), pickle.loads(pickle.dumps(vectors))):
        assert_same(again._embeddings.language_model, random_model())
    saved_again = saved.parent / "again.w2v"
    vectors.save(saved_again)
    assert_same(read_embeddings(saved_again).language_model, random_model())
    for name, dtype in (("v.bin", "float32"), ("v.w2v", "int8")):
        with pytest.warns(W2VWarning, match=DROPPED):
            vectors.save(saved.parent / name, dtype=dtype)
        assert read_embeddings(saved.parent / name).language_model is None


def rewritten(path, replaced=None, dropped=()):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | (replaced or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            if name not in dropped:
                archive.writestr(name, data)


def with_facts(path, **changes):
    """The bytes of ``info.json`` with other facts of the model; those that are None are gone."""
    with zipfile.ZipFile(path) as archive:
        info = json.loads(archive.read("info.json"))
    facts = {**info["language_model"], **changes}
    info["language_model"] = {name: value for name, value in facts.items() if value is not None}
    return json.dumps(info).encode()


FACTS = [
    {"kind": "lstm"},
    {"kind": "rnnlm"},
    {"kind": 3},
    {"loss": "nce"},
    {"loss": "softmax"},
    {"activation": "relu"},
    {"history": 2},
    {"history": -1},
    {"history": True},
    {"history": 2**41},
    {"hidden": 0},
    {"hidden": 2**40},
    {"n_lines": 0},
    {"n_lines": None},
    {"ns_exponent": "x"},
    {"ns_exponent": float("nan")},
    {"text": []},
    {"text": {"tokenize": "letters"}},
    {"text": {"encoding": 3}},
]


@pytest.mark.parametrize("changes", FACTS, ids=map(str, FACTS))
def test_facts_that_do_not_fit(saved, changes):
    rewritten(saved, {"info.json": with_facts(saved)})
    assert_same(read_embeddings(saved).language_model, random_model())
    rewritten(saved, {"info.json": with_facts(saved, **changes)})
    with pytest.raises(InputError, match=r"damaged or cut short .* make it again"):
        read_embeddings(saved)


@pytest.mark.parametrize(
    "name", ["sentence_end.npy", "hidden_weights.npy", "outputs.npy", "counts.npy"]
)
def test_a_missing_member(saved, name):
    rewritten(saved, dropped=[name])
    with pytest.raises(InputError, match=f"{name} is missing"):
        read_embeddings(saved)


@settings(max_examples=100)
@given(st.data())
def test_changed_bytes_are_told_or_are_of_matrices_that_are_mapped(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "flip.w2v"
    save_model(path, random_model(loss="softmax"))
    content = bytearray(path.read_bytes())
    marked = [place for place, byte in enumerate(content) if byte and place > 3]
    content[data.draw(st.sampled_from(marked))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        found = read_embeddings(path).language_model
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert_same(
        dataclasses.replace(found, embeddings=np.zeros((10, 6)), outputs=np.zeros((10, 5))),
        dataclasses.replace(
            random_model(loss="softmax"), embeddings=np.zeros((10, 6)), outputs=np.zeros((10, 5))
        ),
    )


def test_numbers_that_are_none_are_not_written(tmp_path):
    model = random_model()
    model.outputs[2, 1] = np.nan
    with pytest.raises(OutputError, match="outputs of the language model holds NaN"):
        save_model(tmp_path / "m.w2v", model)
    assert os.listdir(tmp_path) == []


def test_convert_keeps_it_or_says_that_it_does_not(w2v, saved):
    again = saved.parent / "again.w2v"
    (saved.parent / "counts").write_text("word1 3\n")
    result = w2v("convert", saved, again)
    assert (result.returncode, DROPPED in result.errors) == (0, False)
    model = random_model()
    found = read_embeddings(again).language_model
    assert found.provenance["command"] == "convert"
    assert_same(dataclasses.replace(found, provenance=None), model)
    for target, *options in (
        ("v.bin",),
        ("half.w2v", "--float16"),
        ("few.w2v", "--limit", "3"),
        ("unit.w2v", "--normalize"),
        ("unk.w2v", "--unk", "mean"),
        ("counted.w2v", "--vocab", saved.parent / "counts"),
    ):
        result = w2v("convert", saved, saved.parent / target, *options)
        assert result.returncode == 0, result.errors
        assert DROPPED in result.errors, target
        assert read_embeddings(saved.parent / target).language_model is None
    for args in (["refine", saved, saved.parent / "r.w2v"], ["quantize", saved, "q.ftz"]):
        result = w2v(*args, cwd=saved.parent)
        assert result.returncode == 0, result.errors
        assert DROPPED in result.errors, args


def test_info_tells_of_it(w2v, saved):
    found = json.loads(w2v("info", saved, "--json").text)["language_model"]
    assert (found["kind"], found["history"], found["hidden"], found["loss"]) == ("nnlm", 3, 5, "hs")
    assert found["text"]["tokenize"] == "blanks"
    line = next(line for line in w2v("info", saved).text.splitlines() if "language model" in line)
    assert "nnlm: 3 words before, 5 units of tanh, hs; trained on" in line


def test_what_cannot_be_written_leaves_the_old_file(saved, tmp_path):
    before = saved.read_bytes()
    model = dataclasses.replace(random_model(), words=[*random_model().words[:-1], "a\nb"])
    with pytest.raises(OutputError, match="cannot be written"):
        save_model(saved, model)
    assert (saved.read_bytes(), os.listdir(tmp_path)) == (before, ["m.w2v"])
