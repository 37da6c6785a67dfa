"""Classifiers that are quantized: which rows stay, what a file has room for, what is read back."""

import filecmp
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.classifying.predictor import Predictor
from w2v_cli.classifying.quantizing import fitted_to_size, planned, quantized_classifier
from w2v_cli.config import QuantizeConfig, parse_file_size
from w2v_cli.corpus.sources import choose
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.errors import ConfigError, OutputError
from w2v_cli.formats.classifier_file import read_classifier, write_classifier
from w2v_cli.labelled.model import Classifier

DIM, BUCKETS = 10, 900
LINES = ["word1 word2", "", "word3 unseen word299", "naïve 東京 word7 word7", "word5 " * 40]


def classifier(n_words=300, n_labels=5, loss="softmax", seed=3, compact=True, dim=DIM):
    """One of random rows; with ``compact`` 700 of the buckets have rows, in no order."""
    rng = np.random.default_rng(seed)
    words = [*(f"word{row}" for row in range(n_words - 1)), "</s>"]
    rng.shuffle(words)
    buckets = rng.permutation(BUCKETS)[:700] if compact else None
    n_rows = n_words + (700 if compact else BUCKETS)
    lengths = rng.exponential(size=(n_rows, 1)) + 0.05
    inputs = (rng.standard_normal((n_rows, dim)) * lengths).astype(np.float32)
    n_outputs = n_labels - 1 if loss == "hs" else n_labels
    return Classifier(
        words=words,
        counts=np.arange(3 * n_words, 2 * n_words, -1),
        labels=[f"__label__{row}" for row in range(n_labels)],
        label_counts=np.arange(2 * n_labels, n_labels, -1),
        inputs=inputs,
        buckets=buckets,
        is_pruned=False,
        outputs=rng.standard_normal((n_outputs, dim)).astype(np.float32),
        ngrams=Ngrams(BUCKETS, 2, 3),
        word_ngrams=2,
        loss=loss,
        n_tokens=12345,
        provenance={"command": "classify train", "options": {}},
    )


def answers(model, folder, lines=LINES):
    path = folder / "lines.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    found = Predictor(model).answers(choose([str(path)]), lambda part, values: values)
    return np.concatenate(list(found))


OPTIONS = [
    {},
    {"dsub": 3},
    {"qnorm": False},
    {"qout": True},
    {"keep": 400},
    {"keep": 280, "qout": True, "dsub": 4},
    {"keep": 1},
    {"keep": 10**6},
]


@pytest.mark.parametrize("loss", ["softmax", "hs"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_file_has_what_was_made_and_the_size_that_was_told(tmp_path, options, loss):
    model, config = classifier(loss=loss), QuantizeConfig(**options)
    made = quantized_classifier(model, config, n_threads=2)
    path, again = tmp_path / "q.ftz", tmp_path / "again.ftz"
    write_classifier(str(path), made)
    assert path.stat().st_size == planned(model, config).n_bytes
    found = read_classifier(str(path))
    assert found.words == made.words
    assert found.counts.tolist() == made.counts.tolist()
    assert found.labels == made.labels == model.labels
    assert np.array_equal(found.inputs[:], made.inputs[:])
    assert np.array_equal(found.outputs[:], made.outputs[:])
    assert np.array_equal(found.buckets, made.buckets)
    assert np.array_equal(answers(found, tmp_path), answers(made, tmp_path))
    assert found.provenance["source_provenance"] == model.provenance
    write_classifier(str(again), found)
    assert filecmp.cmp(path, again, shallow=False)
    if "keep" not in options and options.get("dsub", 2) == 2:
        assert len(found.words) + len(found.buckets) == model.n_rows
        assert np.abs(answers(found, tmp_path) - answers_without_zeros(model, tmp_path)).max() < 0.1


def answers_without_zeros(model, folder):
    """As a float model tells that leaves out n-grams that have no row."""
    return answers(replace(model, is_pruned=True), folder)


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("keep", [1, 2, 300, 900])
def test_the_longest_rows_stay_and_the_end_of_a_line(compact, keep):
    model = classifier(compact=compact)
    made = quantized_classifier(model, QuantizeConfig(keep=keep, dsub=1))
    norms = np.linalg.norm(model.inputs, axis=1)
    norms[model.words.index("</s>")] = np.inf
    best = np.sort(np.argsort(-norms)[:keep])
    is_word = best < len(model.words)
    assert made.words == [model.words[row] for row in best[is_word]]
    assert made.counts.tolist() == model.counts[best[is_word]].tolist()
    ngrams = best[~is_word] - len(model.words)
    buckets = ngrams if model.buckets is None else model.buckets[ngrams]
    assert made.buckets.tolist() == sorted(buckets)
    assert made.is_pruned
    row_of = {bucket: row for row, bucket in zip(best[~is_word], buckets, strict=True)}
    rows = [*best[is_word], *(row_of[bucket] for bucket in made.buckets)]
    before, after = model.inputs[rows], made.inputs[:]
    error = np.linalg.norm(after - before) / np.linalg.norm(before)
    assert error < 0.05
    assert made.provenance["changes"]["input_error"] == pytest.approx(error, rel=1e-3, abs=1e-6)


def test_ngrams_of_zeros_are_left_out():
    model = classifier(compact=False)
    model.inputs[len(model.words) + 7 :: 3] = 0
    made = quantized_classifier(model)
    zeros = np.arange(7, BUCKETS, 3)
    assert made.buckets.tolist() == sorted(set(range(BUCKETS)) - set(zeros))
    assert planned(model, QuantizeConfig()).n_unused == len(zeros)
    whole = quantized_classifier(classifier(compact=False))
    assert (whole.buckets, whole.is_pruned, whole.n_rows) == (None, False, 300 + BUCKETS)


def test_a_model_of_words_alone(tmp_path):
    model = classifier()
    model = replace(
        model, ngrams=Ngrams(0, 0, 0), word_ngrams=1, inputs=model.inputs[:300],
        buckets=np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    for keep in (None, 50):
        made = quantized_classifier(model, QuantizeConfig(keep=keep))
        write_classifier(str(tmp_path / "q.ftz"), made)
        found = read_classifier(str(tmp_path / "q.ftz"))
        assert found.is_pruned == made.is_pruned == (keep is not None)
        assert np.array_equal(answers(found, tmp_path), answers(made, tmp_path))


@settings(max_examples=30, deadline=None)
@given(
    n_words=st.integers(1, 40),
    n_labels=st.integers(2, 300),
    dim=st.integers(1, 9),
    loss=st.sampled_from(["softmax", "hs", "ova"]),
    keep=st.none() | st.integers(1, 800),
    dsub=st.integers(1, 10),
    qnorm=st.booleans(),
    qout=st.booleans(),
    compact=st.booleans(),
)
def test_round_trips(tmp_path_factory, n_words, n_labels, dim, loss, keep, dsub, compact, **flags):
    folder = tmp_path_factory.mktemp("round")
    model = classifier(n_words, n_labels, loss, dim=dim, compact=compact)
    config = QuantizeConfig(keep=keep, dsub=dsub, **flags)
    made = quantized_classifier(model, config)
    path, again = folder / "q.ftz", folder / "again.ftz"
    write_classifier(str(path), made)
    assert path.stat().st_size == planned(model, config).n_bytes
    found = read_classifier(str(path))
    assert np.array_equal(found.inputs[:], made.inputs[:])
    assert np.array_equal(found.outputs[:], made.outputs[:])
    write_classifier(str(again), found)
    assert filecmp.cmp(path, again, shallow=False)


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("n_labels", [5, 300])
def test_a_size_is_used_up_but_not_passed(tmp_path, compact, n_labels):
    model = classifier(compact=compact, n_labels=n_labels)
    path = tmp_path / "q.ftz"
    whole = fitted_to_size(model, 10**6)
    assert whole.n_rows == model.n_rows
    most = planned(model, QuantizeConfig(qout=n_labels >= 256)).n_bytes
    for size in (most, most - 1, most - 2000, most - 6000):
        made = fitted_to_size(model, size)
        write_classifier(str(path), made)
        # A word takes 23 bytes here, and an n-gram 14.
        assert size - 24 < path.stat().st_size <= size
        assert made.provenance["changes"]["qout"] == (n_labels >= 256)
        assert "</s>" in made.words


def test_too_small_a_size_says_what_is_needed(tmp_path):
    model = classifier()
    with pytest.raises(ConfigError, match=r"256 rows of words and n-grams.* need ([\d,]+);") as e:
        fitted_to_size(model, 5000)
    needed = int(e.value.message.split(" need ")[1].split(";")[0].replace(",", ""))
    made = fitted_to_size(model, needed)
    write_classifier(str(tmp_path / "q.ftz"), made)
    assert (tmp_path / "q.ftz").stat().st_size == needed
    assert made.n_rows == 256
    with pytest.raises(ConfigError, match="too little"):
        fitted_to_size(model, needed - 1)


def test_the_same_seed_gives_the_same_file_whatever_the_threads(tmp_path):
    files = [tmp_path / name for name in ("a.ftz", "b.ftz", "c.ftz")]
    for path, seed, threads in zip(files, (1, 1, 2), (1, 3, 1), strict=True):
        made = quantized_classifier(classifier(), QuantizeConfig(seed=seed, qout=True), threads)
        write_classifier(str(path), made)
    assert filecmp.cmp(files[0], files[1], shallow=False)
    assert not filecmp.cmp(files[0], files[2], shallow=False)


def test_what_cannot_be_quantized():
    made = quantized_classifier(classifier())
    with pytest.raises(ConfigError, match="quantized already"):
        quantized_classifier(made)
    model = classifier()
    model.inputs[5, 1] = np.nan
    with pytest.raises(OutputError, match="NaN or infinity"):
        quantized_classifier(model)
    model = classifier()
    model.outputs[1, 1] = np.inf
    with pytest.raises(OutputError, match="NaN or infinity"):
        quantized_classifier(model)


@pytest.mark.parametrize(
    ("text", "size"),
    [("2M", 2_000_000), ("1.5k", 1500), ("3 MB", 3_000_000), ("2MiB", 2 << 20), (" 777 ", 777),
     ("1g", 10**9), (5000, 5000), ("12B", 12)],
)  # fmt: skip
def test_sizes_of_files(text, size):
    assert parse_file_size(text) == size


@pytest.mark.parametrize("text", ["", "M", "-2M", "0", "0.4", "2X", "2iM", "2 M M", "1e6"])
def test_what_is_no_size(text):
    with pytest.raises(ConfigError, match="max_size must be a size such as 2M"):
        parse_file_size(text)
