"""What is remarked of texts, and that nothing is remarked of sound ones."""

import re

import numpy as np
import pytest
from conftest import ROOT, fails_with

from w2v_cli import W2VError, W2VWarning, train
from w2v_cli.config import TextConfig, TrainConfig
from w2v_cli.corpus import remarks
from w2v_cli.corpus.counting import count_text
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.training.remarks import high_loss, little_text, no_loss

pytestmark = pytest.mark.usefixtures("compiled")
SMALL = {"dim": 4, "epochs": 1, "min_count": 1, "threads": 1}


def found(tmp_path, text, **options):
    """(warnings, hints) of a text."""
    (tmp_path / "text").write_text(text)
    counted = count_text([str(tmp_path / "text")], TextConfig(**options))
    words, counts = counted.select()
    vocabulary = Vocabulary.from_counts(words, counts, 1)
    return remarks.text_remarks(counted, vocabulary.words, vocabulary.counts, None, 1)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("a film, and a film .\nit is a film .\n", "9 % of the words end|'film' and 'film,' are"),
        ("tree\nhouse\nriver\n" * 9, "100 % of the lines hold a single word, .* on one line$"),
        ("私は猫が好きです\n犬も走る\n" * 9, "single word, .* Japanese is .* with fugashi"),
        ("今天天气很好我们一起去公园 " * 9 + "\n", "whole sentences .* Chinese is .* with jieba"),
        ("มนุษย์ทั้งหลายเกิดมามีอิสระ และเสมอภาคกันในเกียรติศักดิ์\n" * 9, "Thai .* with pythainlp"),
        ("<p>a film</p> <b>good</b>\n" * 9, "the text is HTML or XML"),
        ('{"text": "a film", "id": 1}\n' * 9, "the text is JSON"),
        ("a b\0c d\n" * 9, "NUL bytes were taken for blanks, 9 of them"),
    ],
)
def test_warnings(tmp_path, text, warning):
    [message] = found(tmp_path, text)[0]
    assert all(re.search(part, message) for part in warning.split("|")), message


def test_capitals_are_a_hint(tmp_path):
    text = "The film is The best of the films\n" * 9
    _, [hint] = found(tmp_path, text)
    assert "'the' and 'The' are two words" in hint
    assert found(tmp_path, text, lowercase=True) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "the cat sat on the mat with the dog\n" * 9,
        "a film , and a dog .\n" * 9,
        "我们 一起 去 公园 散步 吧\n" * 9,
        "私 は 猫 が 好き です\n" * 9,
        "tree\nthe house is red\nthe river is long\n" * 9,
        "1 2 3 4\n5 6 7 8\n" * 9,
        "Mr. Smith met the men of the town by the old river in the early morning of that day and "
        "said that he would like to be one of them in the years that were to come\n" * 9,
        "<s> the <unk> met <num> men </s>\n" * 9,
        "if a < b and b > c then d\n" * 9,
        "12:00:01 INFO started in 3 s\n" * 9,
    ],
)
def test_sound_text_is_left_alone(tmp_path, text):
    assert found(tmp_path, text) == ([], [])


def test_the_sample_is_sound(tmp_path):
    text = (ROOT / "data" / "sample.txt").read_text()
    assert found(tmp_path, text) == ([], [])


def test_words_without_neighbors_are_an_error(w2v, tmp_path):
    (tmp_path / "c.txt").write_text("tree\nhouse\n" * 9)
    message = r"c\.txt: no word has a neighbor to learn from: each of the 18 sentences holds one"
    fails_with(w2v("train", "c.txt", "-o", "v.bin", "-q", cwd=tmp_path), 1, message)
    assert w2v("encode", "c.txt", "-o", "c.w2vc", "-q", cwd=tmp_path).returncode == 0
    fails_with(w2v("train", "c.w2vc", "-o", "v.bin", "-q", cwd=tmp_path), 1, "no word has a neigh")


def test_texts_in_place_of_tokens():
    texts = ["the cat sat on the mat", "a dog sat on the log"] * 9
    with pytest.raises(W2VError, match=r"no word has a neighbor .* such as 'the cat sat on the m"):
        train([[text] for text in texts], **SMALL)
    items = {f"review{n}": text for n, text in enumerate(texts)}.items()
    with pytest.warns(W2VWarning, match="most tokens are whole texts, such as 'the cat"):
        train(((name[:6], text, text) for name, text in items), **SMALL)


def test_phrases_are_tokens():
    train([["new york", "is", "in", "the", "united states"]] * 9, sample=0, **SMALL)


def test_sentence_ends_are_told(w2v, tmp_path):
    (tmp_path / "c.txt").write_text("a b </s> c\n" * 9)
    result = w2v("vocab", "c.txt", cwd=tmp_path)
    assert "warning: '</s>' is trained as a word" in result.errors
    assert result.text.splitlines()[2] == "</s> 9"


def test_the_first_place_is_found(w2v, tmp_path):
    lines = ["gut und schön\n"] * 5000
    data = "".join(lines).encode() + "führt über\n".encode("cp1252") * 3
    (tmp_path / "c.txt").write_bytes(data)
    result = w2v("vocab", "c.txt", "-q", "-o", "v", cwd=tmp_path)
    assert "6 of 15,006 words" in result.errors
    assert "first in line 5,001 of c.txt" in result.errors


def test_remarks_of_training():
    config = TrainConfig()
    assert little_text(999_999, config) is not None
    assert little_text(1_000_000, config) is None
    assert little_text(5, TrainConfig(epochs=20)) is None
    assert no_loss([0.1, 0.00001], 1000, config) is not None
    assert no_loss([0.1, 0.00001], 999, config) is None
    assert no_loss([0.1, 0.001], 1000, config) is None
    assert no_loss([0.1, 0.00001], 1000, TrainConfig(model="glove")) is None
    assert high_loss([4.158, 4.1], config) is not None
    assert high_loss([4.158, 3.5], config) is None
    assert high_loss([4.158, 4.1], TrainConfig(loss="hs")) is None
    assert high_loss([4.158, 4.1], TrainConfig(negative=10)) is None


def test_counts_are_numbers_of_numpy():
    assert remarks.capitals(["the", "The"], np.array([3, 3]).tolist()) is not None
