"""Answers of a classifier to text, whatever its borders, against a page of NumPy."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.supervised_reference import features

from w2v_cli.classifying import predictor as module
from w2v_cli.classifying.answers import AnswerLines
from w2v_cli.classifying.predictor import Predictor
from w2v_cli.config import TextConfig
from w2v_cli.corpus.sources import choose
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.labelled.model import Classifier

WORDS = ["</s>", "a", "bc", "\u00e9", "longer-than-eight-bytes"]
N_BUCKETS = 50


def classifier(dim=6, word_ngrams=1, sizes=(0, 0), pruned=None):
    """One with random numbers; of pruned buckets only some have rows."""
    rng = np.random.default_rng(2)
    n_buckets = N_BUCKETS if word_ngrams > 1 or sizes[1] else 0
    pruned = pruned if n_buckets else None
    n_rows = len(WORDS) + (n_buckets if pruned is None else len(pruned))
    return Classifier(
        words=WORDS,
        counts=np.ones(len(WORDS), dtype=np.int64),
        labels=["__label__x", "__label__y", "__label__z"],
        label_counts=np.array([3, 2, 1]),
        inputs=rng.normal(0, 1, (n_rows, dim)).astype(np.float32),
        buckets=None if pruned is None else np.array(pruned),
        is_pruned=pruned is not None,
        outputs=rng.normal(0, 1, (3, dim)).astype(np.float32),
        ngrams=Ngrams(n_buckets, *sizes),
        word_ngrams=word_ngrams,
        loss="softmax",
    )


def expected(model, line):
    """The probabilities of a line, and its words: all, and those that are known."""
    rows, labels = features(
        line, WORDS, "__label__", model.word_ngrams, model.ngrams.min_n, model.ngrams.max_n,
        N_BUCKETS,
    )  # fmt: skip
    if model.is_pruned:
        place = {len(WORDS) + bucket: len(WORDS) + row for row, bucket in enumerate(model.buckets)}
        rows = [place.get(row, row) for row in rows if row < len(WORDS) or row in place]
    scores = model.outputs @ model.inputs[rows].mean(axis=0)
    p = np.exp(scores - scores.max())
    return p / p.sum(), len(line.split()) - len(labels)


def answered(model, text, tmp_path, **options):
    path = tmp_path / "text.txt"
    path.write_bytes(text)

    def function(part, probabilities):
        return probabilities.copy(), part.n_words.copy()

    found = list(Predictor(model, **options).answers(choose([str(path)]), function))
    return [np.concatenate(arrays) for arrays in zip(*found, strict=True)]


tokens = st.sampled_from([*WORDS, "zz", "unknown-and-long", "__label__x", "__label__", "__lab"])
lines = st.lists(st.lists(tokens, max_size=8), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(
    lines,
    st.sampled_from([(1, (0, 0)), (3, (0, 0)), (2, (2, 3))]),
    st.sampled_from([None, list(range(0, N_BUCKETS, 3))]),
    st.sampled_from([1, 2]),
    st.booleans(),
)
def test_answers_are_those_of_the_reference(
    tmp_path_factory, lines, sizes, pruned, n_threads, ends_in_newline
):
    model = classifier(word_ngrams=sizes[0], sizes=sizes[1], pruned=pruned)
    lines = [" ".join(line) for line in lines]
    if not ends_in_newline:
        lines.append("bc a")
    text = "\n".join(lines) + "\n" * ends_in_newline
    folder = tmp_path_factory.mktemp("text")
    found, n_words = answered(model, text.encode(), folder, n_threads=n_threads)
    assert len(found) == len(lines)
    for line, probabilities, n in zip(lines, found, n_words.tolist(), strict=True):
        wanted, n_wanted = expected(model, line)
        assert n == n_wanted
        assert probabilities == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_borders_of_blocks_change_nothing(tmp_path, monkeypatch, n_threads):
    """Nor do labels that a block divides, words met anew, and rows that several threads need."""
    model = classifier(word_ngrams=2)
    rng = np.random.default_rng(5)
    words = np.array([*WORDS, "__label__x", "new", "newer", "\n", "\n"])
    text = " ".join(rng.choice(words, 3000)).encode()
    wanted = answered(model, text, tmp_path)
    assert len(wanted[0]) > 300

    def blocks(source, encoding, on_end=None):
        stream = io.BytesIO(Path(source.path).read_bytes())
        while block := stream.read(7):
            yield block

    monkeypatch.setattr(module, "text_blocks", blocks)
    monkeypatch.setattr(module, "MOST_WORDS", 5)
    found = answered(model, text, tmp_path, n_threads=n_threads)
    # Products of other numbers of rows differ in their last bits.
    assert found[0] == pytest.approx(wanted[0], abs=1e-6)
    assert np.array_equal(found[1], wanted[1])


def test_labels_are_left_out_whatever_letters_become(tmp_path):
    """A label is told before its letters are lower-cased."""
    model = replace(classifier(), text=TextConfig(lowercase=True))
    found, n_words = answered(model, b"__LABEL__x A\n__label__X A\nA\n", tmp_path)
    assert n_words.tolist() == [2, 1, 1]
    assert found[1] == pytest.approx(found[2], abs=1e-6)


probabilities = st.floats(0, 1, width=32)


@given(st.lists(st.lists(probabilities, min_size=2, max_size=2), max_size=20), st.data())
def test_lines_are_those_of_python(rows, data):
    names = ["x", "", "\u00e9 long name"]
    n = len(rows)
    labels = np.array(
        data.draw(st.lists(st.tuples(*[st.integers(0, 2)] * 2), min_size=n, max_size=n)),
        dtype=np.int64,
    ).reshape(n, 2)
    counts = np.array(
        data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), dtype=np.int64
    )
    found = np.array(rows, dtype=np.float32).reshape(n, 2)
    lines = ["\t".join(f"{names[label]}\t{value:.6f}" for label, value in list(
        zip(some, values, strict=True))[:count])
        for some, values, count in zip(labels.tolist(), found.tolist(), counts.tolist(),
                                       strict=True)]  # fmt: skip
    text = "".join(f"{line}\n" for line in lines).encode()
    assert AnswerLines(names).lines(labels, found, counts) == text
    lines = ["\t".join(names[label] for label in some[:count])
             for some, count in zip(labels.tolist(), counts.tolist(), strict=True)]  # fmt: skip
    text = "".join(f"{line}\n" for line in lines).encode()
    assert AnswerLines(names, has_probabilities=False).lines(labels, found, counts) == text


def test_a_tie_of_decimals_is_rounded_as_python_does():
    # 2**-7 has seven decimals, the last one 5.
    values = np.array([[2**-7], [3 * 2**-7], [5e-7], [1.5e-6], [1.0], [0.9999999]], np.float32)
    labels, counts = np.zeros((6, 1), dtype=np.int64), np.ones(6, dtype=np.int64)
    text = AnswerLines(["x"]).lines(labels, values, counts).decode()
    assert text == "".join(f"x\t{value:.6f}\n" for value in values[:, 0].tolist())
