"""Texts that a program has: trained on, cut, and looked up as they were cut."""

import itertools

import numpy as np
import pytest

from w2v_cli import ConfigError, InputError, tokenize, train, tune
from w2v_cli.corpus import texts as module
from w2v_cli.vectors import Vectors

pytestmark = [
    pytest.mark.usefixtures("compiled"),
    # So little text that there is much to remark.
    pytest.mark.filterwarnings("ignore::w2v_cli.errors.W2VWarning"),
]
TEXTS = [
    "Die Straße führt über die Brücke. Geht’s weiter?",
    "मैं घर जा रहा हूँ। वह आया।",
    "two lines\nin one text, don't miss",
    "",
    "ภาษา ไทย",
    "我们 去 了 北京 。",
] * 40
FEW = {"dim": 4, "epochs": 1, "threads": 1, "min_count": 1}
WORDS = {"tokenize": "words", "sentences": True, "lowercase": True}


def same(found, expected):
    assert found.words == expected.words
    assert found.counts.tolist() == expected.counts.tolist()
    np.testing.assert_array_equal(found.matrix, expected.matrix)


@pytest.mark.parametrize("options", [{}, WORDS, {"tokenize": "words+punctuation"}])
def test_texts_are_what_a_file_of_them_is(tmp_path, monkeypatch, options):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(TEXTS))
    expected = train(path, **FEW, **options)
    for texts in (TEXTS, iter(TEXTS), np.array(TEXTS)):
        same(train(texts=texts, **FEW, **options), expected)
    monkeypatch.setattr(module, "READ_SIZE", 7)
    same(train(texts=TEXTS, **FEW, **options), expected)


def test_a_column_of_pandas(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"review": TEXTS})
    same(train(texts=frame.review, **FEW, **WORDS), train(texts=TEXTS, **FEW, **WORDS))
    with pytest.raises(InputError, match=r"^texts is a table \(DataFrame\); give a column of it"):
        train(texts=frame, **FEW)
    frame.loc[2, "review"] = None
    with pytest.raises(InputError, match=r"^text 3 is (nan|None); it is a missing value: leave it"):
        train(texts=frame.review, **FEW)


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        ("one text", r"^texts is a single text; give a list of texts: \[text\]"),
        (b"one text", "^texts is a single text"),
        ({"a": 1}, r"^texts is a table \(dict\); give a column"),
        (7, "^texts must be texts, not 7; give a list"),
        (["a b", float("nan")], "^text 2 is nan; it is a missing value: leave it out"),
        (["a b", b"c"], r"^text 2 is b'c'; decode it: text.decode\(\)"),
        ([["a", "b"]], "^text 1 is .*; lists of tokens are a corpus, not texts: give them first"),
        (["a b", 3], r"^text 2 is 3; give it as text: str\(value\)"),
        ([], "^the texts: the corpus is empty"),
        (["", "..."], "^the texts: the corpus is empty"),
    ],
)
def test_what_is_no_text_is_told(texts, pattern):
    with pytest.raises(InputError, match=pattern):
        train(texts=texts, tokenize="words", **FEW)


def test_what_is_no_text_is_told_at_once():
    taken = itertools.count()
    with pytest.raises(InputError, match=r"^text 1 is"):
        train(texts=(next(taken) for _ in range(10**6)), **FEW)
    assert next(taken) == 1


def test_a_corpus_and_texts_exclude_each_other():
    with pytest.raises(
        TypeError, match=r"^train\(\) needs a corpus: .*; or texts=\[\.\.\.\], and not both$"
    ):
        train([["a"]], texts=["a"])
    with pytest.raises(TypeError, match=r"^tune\(\) needs a corpus: .*; or texts=\[...\]"):
        tune()
    with pytest.raises(ConfigError, match=r"^encoding is for text in files"):
        train(texts=TEXTS, encoding="cp1252", **FEW)


def test_the_record_says_how_texts_were_cut():
    options = train(texts=TEXTS, **FEW, **WORDS).record["options"]
    assert {name: options[name] for name in WORDS} == WORDS


def test_texts_can_be_tuned_on(tmp_path):
    words = [f"w{number}" for number in range(40)]
    texts = [" ".join(words[i % 40 : i % 40 + 5]) + ". Go!" for i in range(3000)]
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("".join(f"w{i} w{i + 1} {i}\n" for i in range(20)))
    options = {"texts": texts, "tokenize": "words", "pairs": pairs, "grid": "dim=4,8"}
    assert tune(**options, epochs=1, min_count=1, threads=1).best["dim"] in (4, 8)


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("Geht’s? Ja, 12", {}, [["Geht’s?", "Ja,", "12"]]),
        ("Geht’s? Ja, 12", {**WORDS, "digits": "zero"}, [["geht's"], ["ja", "00"]]),
        ("a\n\nb", {"tokenize": "words"}, [["a"], ["b"]]),
        ("Ja!", {"tokenize": "words+punctuation"}, [["Ja", "!"]]),
        ("...", {"tokenize": "words"}, []),
        ("bad \ud800 half", {}, [["bad", "\ufffd\ufffd\ufffd", "half"]]),
    ],
)
def test_a_text_is_cut_as_train_does(text, options, expected):
    assert tokenize(text, **options) == expected


def test_only_a_text_is_cut():
    for text in (["a"], None, b"a"):
        with pytest.raises(InputError, match=r"^a text is needed, not"):
            tokenize(text)
    with pytest.raises(ConfigError, match=r"^tokenize must be blanks or words"):
        tokenize("a", tokenize="nltk")
    with pytest.raises(ConfigError, match=r"^lowercase must be True or False"):
        tokenize("a", lowercase="no")


def test_documents_are_cut_as_the_text_was():
    pytest.importorskip("sklearn")
    from w2v_cli.documents import DocumentVectorizer

    vectors = Vectors.from_arrays(["don't", "go", "00"], np.eye(3, dtype=np.float32))
    options = {"tokenize": "words", "lowercase": True, "digits": "zero"}
    documents = ["Don’t go!", "“Go” 42.", ["go"]]
    expected = [[0.5, 0.5, 0], [0, 0.5, 0.5], [0, 1, 0]]
    found = DocumentVectorizer(vectors, **options).fit_transform(documents)
    np.testing.assert_allclose(found, expected)
    with pytest.raises(ConfigError, match=r"^tokenizer and tokenize exclude each other"):
        DocumentVectorizer(vectors, tokenize="words", tokenizer=str.split).fit(documents)
    with pytest.raises(ConfigError, match=r"^tokenize must be blanks or words"):
        DocumentVectorizer(vectors, tokenize="yes").fit(documents)
