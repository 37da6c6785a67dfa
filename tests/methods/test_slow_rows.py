"""Rows that were trained before: what they learn at a smaller rate, or not at all."""

import numpy as np
import pytest
from support import supervised_reference as reference

from w2v_cli.kernels import Documents
from w2v_cli.labelled.config import LOSSES, ClassifyConfig
from w2v_cli.methods.huffman import huffman_paths
from w2v_cli.methods.supervised.method import INPUTS, OUTPUTS, Supervised
from w2v_cli.methods.supervised.schedule import DocumentSchedule

N_WORDS, N_LABELS, N_DOCUMENTS = 60, 5, 90
LABEL_COUNTS = np.array([40, 20, 15, 10, 5])
IS_OLD = np.arange(N_WORDS) % 3 != 0


def documents(n_labels):
    """Documents of words alone, with one label each."""
    rng = np.random.default_rng(2)
    sizes = rng.integers(1, 25, N_DOCUMENTS)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Documents(
        words=rng.integers(0, N_WORDS, starts[-1]).astype(np.int32),
        starts=starts,
        labels=rng.integers(0, n_labels, N_DOCUMENTS).astype(np.int32),
        label_starts=np.arange(N_DOCUMENTS + 1),
        tokens=(sizes + 1).astype(np.int32),
        sizes=sizes.astype(np.int64),
        weights=np.zeros(0, dtype=np.float32),
        word_starts=np.arange(N_WORDS + 1),
        word_rows=np.arange(N_WORDS, dtype=np.int32),
        ngrams=np.zeros(0, dtype=np.int32),
        ngram_starts=np.zeros(0, dtype=np.int64),
        own_rows=np.zeros(0, dtype=np.int32),
    )


class Setting:
    """Documents, and an engine that trains on them."""

    def __init__(self, is_old=IS_OLD, n_labels=N_LABELS, **options):
        self.documents, counts = documents(n_labels), LABEL_COUNTS[:n_labels]
        self.config = config = ClassifyConfig(**{"dim": 20, **options})
        method = Supervised(self.documents, 0)
        self.parameters = method.allocate(N_WORDS, n_labels, config)
        method.initialise(self.parameters, config.seed)
        self.inputs, self.outputs = self.parameters[INPUTS], self.parameters[OUTPUTS]
        rng = np.random.default_rng(1)
        self.inputs[:] = rng.normal(0, 0.3, self.inputs.shape)
        self.inputs[:, 0] = -0.0
        self.outputs[:] = rng.normal(0, 0.3, self.outputs.shape)
        self.start = self.inputs.copy(), self.outputs.copy()
        self.schedule = DocumentSchedule(self.documents.tokens, config)
        self.engine = method.engine(self.schedule, self.parameters, counts, config, is_old)

    def train(self):
        self.engine.prepare(None)
        for number in range(len(self.schedule)):
            self.engine.train(self.schedule[number])
        self.engine.synchronise()
        return self

    def reference(self):
        """(inputs, outputs) that the page of NumPy learns."""
        inputs, outputs = (matrix.astype(np.float64) for matrix in self.start)
        paths, config, found = huffman_paths(LABEL_COUNTS), self.config, self.documents
        scales = np.where(IS_OLD, config.embedding_lr_scale, 1.0)
        done = 0
        for epoch in range(config.epochs):
            first = epoch * N_DOCUMENTS
            if epoch < config.freeze_epochs:
                shares = np.zeros(N_WORDS)
            else:
                shares = scales
            for number in self.schedule.window(first, first + N_DOCUMENTS).tolist():
                lr = config.lr * (1 - done / self.schedule.n_tokens)
                done += int(found.tokens[number])
                rows = found.words[slice(*found.starts[number : number + 2])]
                label = int(found.labels[number])
                part = slice(*paths.starts[label : label + 2])
                path = paths.nodes[part], paths.signs[part]
                # Of two labels, what is drawn against one is always the other.
                targets = [label, 1 - label] if config.loss == "ns" else [label]
                reference.step(inputs, outputs, rows, targets, lr, config.loss, path, shares)
        return inputs, outputs


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "options",
    [
        {"embedding_lr_scale": 0.25},
        {"embedding_lr_scale": 0.0},
        {"embedding_lr_scale": 3.0, "freeze_epochs": 2},
        {"freeze_epochs": 1},
    ],
    ids=str,
)
def test_kernel_learns_what_the_reference_does(loss, options):
    n_labels = 2 if loss == "ns" else N_LABELS
    setting = Setting(loss=loss, epochs=3, lr=0.3, n_labels=n_labels, negative=1, **options)
    inputs, outputs = setting.reference()
    setting.train()
    assert np.abs(setting.inputs - inputs).max() < 3e-5
    assert np.abs(setting.outputs - outputs).max() < 3e-5
    assert not np.array_equal(setting.outputs, setting.start[1])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("threads", [1, 3])
def test_rows_that_stay_keep_every_bit(loss, threads):
    setting = Setting(loss=loss, threads=threads, epochs=4, embedding_lr_scale=0.0).train()
    before = setting.start[0]
    assert setting.inputs[IS_OLD].tobytes() == before[IS_OLD].tobytes()
    assert (setting.inputs[~IS_OLD] != before[~IS_OLD]).any(axis=1).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_outputs_learn_alone_at_first(loss):
    setting = Setting(loss=loss, epochs=4, freeze_epochs=3)
    setting.engine.prepare(None)
    for number in range(3 * setting.schedule.epoch_end(0)):
        setting.engine.train(setting.schedule[number])
    assert setting.inputs.tobytes() == setting.start[0].tobytes()
    assert (setting.outputs != setting.start[1]).any()
    setting.engine.train(setting.schedule[len(setting.schedule) - 1])
    assert (setting.inputs != setting.start[0]).any()


@pytest.mark.parametrize("loss", LOSSES)
def test_one_rate_for_all_is_as_if_nothing_was_old(loss):
    alike = Setting(loss=loss, epochs=2).train()
    none = Setting(loss=loss, epochs=2, is_old=None).train()
    assert alike.inputs.tobytes() == none.inputs.tobytes()
    assert alike.outputs.tobytes() == none.outputs.tobytes()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scale", [0.0, 0.25])
def test_step_of_the_reference_follows_the_scaled_gradient(loss, scale):
    rng = np.random.default_rng(5)
    inputs, outputs = rng.normal(0, 1, (6, 4)), rng.normal(0, 1, (5, 4))
    rows, path = np.array([0, 3, 3, 5]), (np.array([0, 2]), np.array([1, -1]))
    targets = {"ova": [1, 2], "ns": [1, 0, 4]}.get(loss, [1])
    scales = np.array([scale, 1, 1, 1, scale, scale])

    def value(changed):
        return reference.step(changed, outputs.copy(), rows, targets, 0.0, loss, path)

    changed = inputs.copy()
    reference.step(changed, outputs.copy(), rows, targets, 1.0, loss, path, scales)
    for row, d in np.ndindex(inputs.shape):
        up, down = inputs.copy(), inputs.copy()
        up[row, d] += 1e-5
        down[row, d] -= 1e-5
        slope = (value(up) - value(down)) / 2e-5
        expected = -scales[row] * slope
        assert changed[row, d] - inputs[row, d] == pytest.approx(expected, abs=1e-6)
