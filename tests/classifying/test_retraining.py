"""Rows that stay learn on: against the reference, and what must not change."""

from dataclasses import replace

import numpy as np
import pytest
from support import supervised_reference as reference

from w2v_cli.classifying.quantizing import fitted_to_size, quantized_classifier
from w2v_cli.classifying.retraining import Retraining, retrained
from w2v_cli.config import QuantizeConfig
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.errors import ConfigError, InputError, TrainingError
from w2v_cli.labelled.columns import columns_of
from w2v_cli.labelled.model import Classifier
from w2v_cli.methods.huffman import huffman_paths

DIM, BUCKETS = 6, 300
WORDS = ["</s>", "film", "the", "größe", "fine"]
LINE = "the fine film unseen größe Film the"


def classifier(loss="softmax", is_pruned=True, n_labels=4):
    """Of few words, and of a third of the buckets."""
    rng = np.random.default_rng(2)
    buckets = rng.permutation(BUCKETS)[: BUCKETS // 3] if is_pruned else None
    n_rows = len(WORDS) + (len(buckets) if is_pruned else BUCKETS)
    return Classifier(
        words=WORDS,
        counts=np.array([9, 8, 7, 6, 5]),
        labels=[f"__label__{row}" for row in range(n_labels)],
        label_counts=np.array([40, 30, 20, 10][:n_labels]),
        inputs=rng.standard_normal((n_rows, DIM)).astype(np.float32),
        buckets=buckets,
        is_pruned=is_pruned,
        outputs=rng.standard_normal((n_labels - (loss == "hs"), DIM)).astype(np.float32),
        ngrams=Ngrams(BUCKETS, 2, 3),
        word_ngrams=2,
        loss=loss,
        settings={"lr": 0.3},
    )


def written(folder, lines):
    path = folder / "more.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def learnt(model, folder, lines, **how):
    how = {"epochs": 1, "folder": str(folder), **how}
    return retrained(model, Retraining((written(folder, lines),), **how))


@pytest.mark.parametrize("is_pruned", [True, False])
@pytest.mark.parametrize("loss", ["softmax", "hs", "ova"])
def test_a_step_is_that_of_the_reference(tmp_path, loss, is_pruned):
    model = classifier(loss, is_pruned)
    found, facts = learnt(model, tmp_path, [f"{LINE} __label__2"])
    rows, _ = reference.features(LINE, WORDS, word_ngrams=2, min_n=2, max_n=3, n_buckets=BUCKETS)
    if is_pruned:
        row_of = {bucket: len(WORDS) + row for row, bucket in enumerate(model.buckets.tolist())}
        n_words = len(WORDS)
        all_rows = rows
        rows = [row if row < n_words else row_of.get(row - n_words, -1) for row in rows]
        rows = [row for row in rows if row >= 0]
        assert 0 < len(rows) < len(all_rows)
    inputs, outputs = model.inputs.astype(np.float64), model.outputs.astype(np.float64)
    paths = huffman_paths(model.label_counts)
    path = slice(paths.starts[2], paths.starts[3])
    path = paths.nodes[path].astype(int), paths.signs[path].astype(int)
    value = reference.step(inputs, outputs, np.array(rows), [2], 0.3, loss, path)
    np.testing.assert_allclose(found.inputs, inputs, atol=1e-5)
    np.testing.assert_allclose(found.outputs, outputs, atol=1e-5)
    assert facts["loss"] == [pytest.approx(value, rel=1e-4)]
    assert (facts["lr"], facts["epochs"], facts["documents"]) == (0.3, 1, 1)


def test_nothing_joins_and_counts_stay(tmp_path):
    model = classifier()
    lines = ["new words only __label__9", "film new __label__1 __label__9", "fine __label__0"] * 5
    found, _ = learnt(model, tmp_path, lines, epochs=3, lr=0.1)
    assert (found.words, found.labels) == (model.words, model.labels)
    assert np.array_equal(found.counts, model.counts)
    assert np.array_equal(found.label_counts, model.label_counts)
    assert np.array_equal(found.buckets, model.buckets)
    is_changed = (found.inputs != model.inputs).any(axis=1)
    assert is_changed[:5].tolist() == [True, True, False, False, True]
    # A document whose one label is unknown teaches nothing.
    _, facts = learnt(model, tmp_path, lines[:2], epochs=1, lr=0.1)
    assert facts["documents"] == 2


def test_labels_of_tables_have_a_prefix_or_none(tmp_path):
    results = []
    for label in ("2", "__label__2"):
        (tmp_path / "more.csv").write_text(f"stars,review\n{label},{LINE}\n")
        how = Retraining(
            (str(tmp_path / "more.csv"),), columns_of(["review"], ["stars"]), 1,
            folder=str(tmp_path),
        )  # fmt: skip
        results.append(retrained(classifier(), how)[0].inputs)
    results.append(learnt(classifier(), tmp_path, [f"{LINE} __label__2"])[0].inputs)
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])
    assert not np.array_equal(results[0], classifier().inputs)


def test_what_cannot_be(tmp_path):
    model = classifier()
    with pytest.raises(InputError, match="no document has a label of the classifier, such as"):
        learnt(model, tmp_path, ["film __label__9"])
    with pytest.raises(ConfigError, match="have no prefix in text: name columns"):
        learnt(replace(model, label_prefix=""), tmp_path, ["film __label__1"])
    with pytest.raises(ConfigError, match="lr must be from"):
        learnt(model, tmp_path, ["film __label__1"], lr=-1.0)
    with pytest.raises(InputError, match="no word of the documents is in the classifier"):
        learnt(replace(model, words=["a", "b", "c", "d", "e"]), tmp_path, ["x __label__1"])
    lines = [f"film fine __label__{row % 4}" for row in range(400)]
    with pytest.raises(TrainingError, match="lr"):
        learnt(model, tmp_path, lines, lr=100.0, epochs=20)


def test_rows_learn_before_they_are_quantized(tmp_path):
    """What was pruned told labels apart; what stays learns to."""
    words = ["</s>", *(f"a{row}" for row in range(300)), *(f"b{row}" for row in range(300))]
    rng = np.random.default_rng(1)
    lines = [
        f"__label__{row % 2} {'ab'[row % 2]}{rng.integers(0, 300)} x {'ab'[row % 2]}0"
        for row in range(400)
    ]
    model = Classifier(
        words=words,
        counts=np.ones(601, dtype=np.int64),
        labels=["__label__0", "__label__1"],
        label_counts=np.array([200, 200]),
        inputs=rng.normal(0, 0.1, (601, 4)).astype(np.float32),
        buckets=np.zeros(0, dtype=np.int64),
        is_pruned=False,
        outputs=np.zeros((2, 4), dtype=np.float32),
        ngrams=Ngrams(0, 0, 0),
        word_ngrams=1,
        loss="softmax",
    )
    how = Retraining((written(tmp_path, lines),), epochs=5, lr=0.5, folder=str(tmp_path))

    def learn(kept):
        assert kept.is_pruned
        assert isinstance(kept.inputs, np.ndarray)
        return retrained(kept, how)

    before = model.inputs.copy()
    for made in (
        quantized_classifier(model, QuantizeConfig(keep=400), learn=learn),
        fitted_to_size(model, 12_000, learn=learn),
    ):
        facts = made.provenance["changes"]["retrained"]
        assert facts["loss"][-1] < 0.5 * facts["loss"][0]
        assert np.abs(made.outputs).max() > 0.5
    assert np.array_equal(model.inputs, before)
    assert not model.outputs.any()
