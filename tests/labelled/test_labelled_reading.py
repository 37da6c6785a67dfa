"""Documents with labels: what is a word, what a label, and which rows documents are made of."""

import json
from contextlib import closing
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.supervised_reference import features as reference_features

from w2v_cli.config import TextConfig
from w2v_cli.corpus.sources import choose
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.kernels import lay_documents
from w2v_cli.labelled.columns import columns_of
from w2v_cli.labelled.config import ClassifyConfig
from w2v_cli.labelled.features import feature_table
from w2v_cli.labelled.reading import read_labelled
from w2v_cli.labelled.separation import Separator


def read(path, config=None, text=None, columns=None):
    """The words and the labels of each document of a file, as they were understood."""
    config = config or ClassifyConfig()
    sources = choose([str(path)])
    folder = str(path.parent)
    with closing(
        read_labelled(sources, config, text or TextConfig(), folder, columns)
    ) as documents:
        words = np.array([*documents.vocabulary.words, *documents.others], dtype=object)
        found = np.split(words[documents.words], documents.starts[1:-1])
        labels = np.array([*documents.labels, None], dtype=object)[documents.label_ids]
        labels = np.split(labels, documents.label_starts[1:-1])
        pairs = [(list(a), list(b)) for a, b in zip(found, labels, strict=True)]
        return pairs, documents


def refused(path, message, config=None, columns=None):
    with pytest.raises((InputError, ConfigError), match=message):
        read(path, config, columns=columns)


def test_labels_may_stand_anywhere(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("__label__a good film\nbad __label__b film __label__a\n\nonly words")
    pairs, documents = read(path)
    assert pairs == [
        (["good", "film", "</s>"], ["__label__a"]),
        (["bad", "film", "</s>"], ["__label__b", "__label__a"]),
        (["</s>"], []),
        (["only", "words", "</s>"], []),
    ]
    assert documents.tokens.tolist() == [4, 5, 1, 3]
    assert documents.n_unlabelled == 2
    assert documents.labels == ["__label__a", "__label__b"]
    assert documents.vocabulary.words[0] == "</s>"
    assert documents.facts.irregular["no_final_newline"] == 1


def test_rare_words_stay_behind_the_vocabulary(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("__label__a x y\n__label__b x z\n")
    pairs, documents = read(path, ClassifyConfig(min_count=2))
    assert documents.vocabulary.words == ["x", "</s>"]
    assert documents.others == ["y", "z"]
    assert pairs[0][0] == ["x", "y", "</s>"]


def test_marks_and_line_ends_of_windows(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"\xef\xbb\xbf__label__a good\r\n__label__b\tbad\r\n")
    pairs, _ = read(path)
    assert pairs == [(["good", "</s>"], ["__label__a"]), (["bad", "</s>"], ["__label__b"])]


def test_labels_keep_their_letters_where_words_do_not(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("__label__A-B Good, film.\n")
    text = TextConfig(lowercase=True, tokenize="words")
    pairs, _ = read(path, text=text)
    assert pairs == [(["good", "film", "</s>"], ["__label__A-B"])]


def test_bytes_that_are_no_utf8(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"__label__a caf\xe9 \xff\n__label__b ok\n")
    pairs, documents = read(path)
    assert pairs[0][0] == ["caf\ufffd", "\ufffd", "</s>"]
    assert documents.facts.irregular["not_utf8"] == 2


@settings(max_examples=100, deadline=None)
@given(st.text("_label ab\n\t", max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_blocks_may_end_anywhere(text, cuts):
    data = text.encode()
    separator = Separator("__label__")
    words, labels = b"", b""
    borders = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, stop in pairwise(borders):
        part = separator.feed(data[start:stop])
        words, labels = words + part[0], labels + part[1]
    last = separator.end()
    words, labels = words + last[0], labels + last[1]
    lines = text.split("\n")
    lines = lines if lines[-1] else lines[:-1]
    assert words.count(b"\n") == labels.count(b"\n") == len(lines)
    for line, found, of_line in zip(
        lines, words.decode().split("\n"), labels.decode().split("\n"), strict=False
    ):
        tokens = line.split()
        assert found.split() == [each for each in tokens if not each.startswith("__label__")]
        assert of_line.split("\0")[:-1] == [each for each in tokens if each.startswith("__label__")]


WORDS = st.sampled_from(
    ["good", "bad", "film", "é", "日本", "x", "__label__a", "__label__b", "</s>"]
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(WORDS, max_size=8), min_size=1, max_size=6),
    st.integers(1, 4),
    st.sampled_from([(0, 0), (1, 2), (2, 4)]),
    st.sampled_from([1, 77, 2_000_000]),
    st.integers(1, 3),
)
def test_features_are_those_of_the_reference(
    tmp_path_factory, lines, word_ngrams, sizes, n_buckets, min_count
):
    path = tmp_path_factory.mktemp("features") / "text.txt"
    lines = [["__label__a", "film"], *lines]
    path.write_text("".join(" ".join(line) + "\n" for line in lines))
    min_n, max_n = sizes
    config = ClassifyConfig(
        word_ngrams=word_ngrams, min_n=min_n, max_n=max_n, buckets=n_buckets, min_count=min_count
    )
    try:
        documents = read_labelled(choose([str(path)]), config, TextConfig(), str(path.parent))
    except InputError:  # no word is frequent enough
        assert min_count > len(lines)
        return
    with closing(documents):
        table = feature_table(documents, config, str(path.parent))
        table.close()
        rows = np.zeros(int(table.sizes.sum()), dtype=np.int64)
        ends = np.zeros(len(documents), dtype=np.int64)
        lay_documents(documents.words, documents.starts, table.features, rows, ends)
        assert np.diff(ends, prepend=0).tolist() == table.sizes.tolist()
        words = documents.vocabulary.words
        for line, found in zip(lines, np.split(rows, ends[:-1]), strict=True):
            wanted, _ = reference_features(
                " ".join(line), words, "__label__", word_ngrams, min_n, max_n, n_buckets
            )
            own = [row if row < len(words) else len(words) + table.buckets[row - len(words)]
                   for row in found.tolist()]  # fmt: skip
            # A word has its n-grams by length, and not by where they begin.
            assert sorted(own) == sorted(wanted)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'label,text\nneg,"bad, ""very"" bad"\r\npos,"good\nfilm"\n,nothing\n'),
        ("a.tsv", 'label\ttext\nneg\tbad, "very" bad\npos\tgood film\n\tnothing\n'),
        ("a.jsonl", '{"label": "neg", "text": "bad, \\"very\\" bad"}\n\n'
                    '{"label": ["pos"], "text": "good\\nfilm"}\n'
                    '{"label": null, "text": "nothing"}'),
    ],
)  # fmt: skip
def test_tables(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    pairs, documents = read(path, columns=columns_of(["text"], ["label"]))
    assert pairs == [
        (["bad,", '"very"', "bad", "</s>"], ["neg"]),
        (["good", "film", "</s>"], ["pos"]),
        (["nothing", "</s>"], []),
    ]
    assert documents.labels == ["neg", "pos"]


def test_tables_without_a_header_have_columns_by_number(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("1\tgood __label__film\t2.5\n2\tbad\t0.5\n")
    pairs, documents = read(path, columns=columns_of(["2"], ["1"], "3"))
    assert pairs[0] == (["good", "__label__film", "</s>"], ["1"])
    assert documents.weights.tolist() == [2.5, 0.5]


def test_several_columns_and_labels(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = [{"t": "x", "b": "y", "l": ["a b", "c"], "m": 3}, {"t": "z", "b": None, "l": [], "m": 3}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    pairs, _ = read(path, columns=columns_of(["t", "b"], ["l", "m"]))
    assert pairs == [(["x", "y", "</s>"], ["a b", "c", "3"]), (["z", "</s>"], ["3"])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "there is no document in it"),
        ("good film\nbad\n", "no line has a label: no token begins with __label__; the first line"),
        ("__label__ good\n", "1 label without a name: __label__ stands alone"),
    ],
)
def test_text_that_teaches_nothing(tmp_path, content, message):
    path = tmp_path / "text.txt"
    path.write_text(content)
    refused(path, message)


def test_labels_that_are_too_few(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("__label__a good film\n")
    refused(path, "no label occurs at least 2 times", ClassifyConfig(min_label_count=2))
    refused(path, "there is only one label, and loss='ns'", ClassifyConfig(loss="ns"))
    _, documents = read(path)
    assert documents.remarks == ["there is only one label, __label__a: every document will get it"]


def test_odd_labels_are_told(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("__label__a\u00a0good x\n__label__b, y\n__label__b z\n")
    _, documents = read(path)
    assert any("a blank that is not ASCII" in remark for remark in documents.remarks)
    assert any("__label__b, and __label__b are different" in each for each in documents.remarks)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "text,labels\nx,y\n", "has no column 'label'; did you mean labels"),
        ("a.csv", 'text,label\n"x,y\n', "a.csv:2: is no CSV"),
        ("a.tsv", "text\tlabel\nx\n", "a.tsv:2: has 1 column, and column 2 is wanted"),
        ("a.jsonl", "{]\n", "a.jsonl:1: is no JSON"),
        ("a.jsonl", "[1]\n", "a.jsonl:1: is no JSON object"),
        ("a.jsonl", '{"text": "x"}\n', "a.jsonl:1: has no 'label'"),
        (
            "a.csv",
            "text,label\nx,\n",
            "no document has a label: all that should be labels",
        ),
    ],
)
def test_damaged_tables(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_text(content)
    refused(path, message, columns=columns_of(["text"], ["label"]))


def test_columns_that_contradict_each_other(tmp_path):
    with pytest.raises(ConfigError, match="text names a column, and label none"):
        columns_of(["text"], [])
    path = tmp_path / "a.tsv"
    path.write_text("x\ta\t-1\n")
    refused(path, "is no weight", columns=columns_of(["1"], ["2"], "3"))


@pytest.mark.parametrize(
    "options",
    [
        {"loss": "mse"}, {"dim": 0}, {"lr": float("nan")}, {"min_n": 3}, {"min_n": 4, "max_n": 3},
        {"word_ngrams": 0}, {"label_prefix": ""}, {"label_prefix": "a b"}, {"epochs": True},
        {"lr": "high"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be(options):
    with pytest.raises(ConfigError):
        ClassifyConfig(**options)
