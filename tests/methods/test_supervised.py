"""The classifier's kernel against a page of NumPy, and that against the gradient of its loss."""

from contextlib import closing

import numpy as np
import pytest
from support import supervised_reference as reference

from w2v_cli.config import TextConfig
from w2v_cli.corpus.sources import choose
from w2v_cli.labelled.config import LOSSES, ClassifyConfig
from w2v_cli.labelled.features import feature_table
from w2v_cli.labelled.reading import read_labelled
from w2v_cli.methods.huffman import huffman_paths
from w2v_cli.methods.supervised.method import INPUTS, OUTPUTS, Supervised
from w2v_cli.methods.supervised.schedule import DocumentSchedule
from w2v_cli.methods.supervised.singles import AllRows, SingleRows

LABELS = 14
"""More than a vector has floats, and more than a tile has outputs."""


def lines(n_documents=120, several=False):
    rng = np.random.default_rng(3)
    words = np.array([f"w{number}" for number in range(40)])
    made = []
    for _ in range(n_documents):
        n_labels = rng.integers(1, 4) if several else 1
        labels = rng.choice(LABELS, n_labels, replace=False)
        text = rng.choice(words, rng.integers(1, 30), p=np.arange(1, 41) / np.arange(1, 41).sum())
        made.append(" ".join([*(f"__label__{each}" for each in labels), *text]))
    return made


class Setting:
    """Documents, and an engine that trains on them."""

    def __init__(self, folder, text, **options):
        path = folder / "text.txt"
        path.write_text("".join(f"{line}\n" for line in text))
        config = ClassifyConfig(**{"dim": 20, "buckets": 500, **options})
        with (
            closing(
                read_labelled(choose([str(path)]), config, TextConfig(), str(folder))
            ) as documents,
            closing(feature_table(documents, config, str(folder))) as table,
        ):
            encoded = table.encoded(documents, documents.weights)
        # Mapped files stay there until nobody looks at them.
        self.documents = encoded
        self.config, self.labels = config, documents.labels
        self.label_counts, self.words = documents.label_counts, documents.vocabulary.words
        self.buckets = table.buckets
        method = Supervised(self.documents, table.n_trained)
        n_words, own_sizes = len(self.words), table.own_sizes
        self.singles = SingleRows(n_words + table.n_trained - len(own_sizes), own_sizes, 1)
        self.method = method
        self.parameters = method.allocate(len(self.words), len(self.labels), config)
        method.initialise(self.parameters, config.seed)
        self.singles.start(self.parameters[INPUTS])
        rng = np.random.default_rng(1)
        outputs = self.parameters[OUTPUTS]
        outputs[:] = rng.normal(0, 0.3, outputs.shape)
        self.schedule = DocumentSchedule(documents.tokens, config)
        self.engine = method.engine(self.schedule, self.parameters, self.label_counts, config)

    def train(self):
        """(tokens, documents, loss) of the whole schedule."""
        totals = [self.engine.train(self.schedule[n]) for n in range(len(self.schedule))]
        self.engine.synchronise()
        return np.sum(totals, axis=0)

    @property
    def inputs(self):
        """All rows, those too that are trained as their sum."""
        return AllRows(self.parameters[INPUTS], self.singles)[:]

    def rows(self, line):
        """The rows of a line, as they stand in the matrix."""
        config = self.config
        found, labels = reference.features(
            line, self.words, "__label__", config.word_ngrams, config.min_n, config.max_n,
            config.n_buckets,
        )  # fmt: skip
        n_words, buckets = len(self.words), self.buckets.tolist()
        rows = [row if row < n_words else n_words + buckets.index(row - n_words) for row in found]
        return np.array(rows), [self.labels.index(label) for label in labels]

    def reference(self, text):
        """(inputs, outputs, loss) that the page of NumPy learns."""
        inputs = self.inputs.astype(np.float64)
        outputs = self.parameters[OUTPUTS].astype(np.float64)
        paths = huffman_paths(self.label_counts)
        done, loss = 0, 0.0
        for epoch in range(self.config.epochs):
            first = epoch * len(text)
            for number in self.schedule.window(first, first + len(text)).tolist():
                lr = self.config.lr * (1 - done / self.schedule.n_tokens)
                done += int(self.documents.tokens[number])
                rows, targets = self.rows(text[number])
                part = slice(*paths.starts[targets[0] : targets[0] + 2])
                path = paths.nodes[part], paths.signs[part]
                loss += reference.step(inputs, outputs, rows, targets, lr, self.config.loss, path)
        return inputs, outputs, loss


@pytest.mark.parametrize("loss", ["softmax", "hs", "ova"])
@pytest.mark.parametrize("sizes", [(1, 0, 0), (3, 2, 3)], ids=["words", "n-grams"])
def test_kernel_learns_what_the_reference_does(tmp_path, loss, sizes):
    word_ngrams, min_n, max_n = sizes
    text = lines(several=loss == "ova")
    setting = Setting(
        tmp_path, text, loss=loss, epochs=2, word_ngrams=word_ngrams, min_n=min_n, max_n=max_n
    )
    inputs, outputs, expected = setting.reference(text)
    tokens, trained, value = setting.train()
    assert tokens == setting.schedule.n_tokens
    assert trained == 2 * len(text)
    assert value == pytest.approx(expected, rel=1e-5)
    assert np.abs(setting.inputs - inputs).max() < 3e-5
    assert np.abs(setting.parameters[OUTPUTS] - outputs).max() < 3e-5


@pytest.mark.parametrize("loss", ["softmax", "hs", "ova"])
def test_single_ngrams_learn_as_one(tmp_path, loss):
    """What they learn as a sum is what each learns by itself."""
    text = lines()
    setting = Setting(tmp_path, text, loss=loss, epochs=2, word_ngrams=2, buckets=100_000)
    own_rows = setting.documents.own_rows
    assert np.count_nonzero(own_rows >= 0) > 20
    assert np.diff(setting.documents.ngram_starts).sum() < setting.documents.sizes.sum() / 2
    inputs, outputs, expected = setting.reference(text)
    _, trained, value = setting.train()
    assert (trained, value) == (2 * len(text), pytest.approx(expected, rel=1e-5))
    assert np.abs(setting.inputs - inputs).max() < 3e-5
    assert np.abs(setting.parameters[OUTPUTS] - outputs).max() < 3e-5


def test_two_labels_leave_negative_sampling_no_choice(tmp_path):
    """With them the negative is always the other one, however often it is drawn."""
    text = [line.replace("__label__", "__label__x") for line in lines()]
    text = ["__label__" + str(int(line.split()[0][-1]) % 2) + " " + " ".join(line.split()[1:])
            for line in text]  # fmt: skip
    setting = Setting(tmp_path, text, loss="ns", negative=1, epochs=2)
    inputs = setting.parameters[INPUTS].astype(np.float64)
    outputs = setting.parameters[OUTPUTS].astype(np.float64)
    done = 0
    for number in range(2 * len(text)):
        document = int(setting.schedule.window(number, number + 1)[0])
        lr = setting.config.lr * (1 - done / setting.schedule.n_tokens)
        done += int(setting.documents.tokens[document])
        rows, [label] = setting.rows(text[document])
        reference.step(inputs, outputs, rows, [label, 1 - label], lr, "ns")
    setting.train()
    assert np.abs(setting.inputs - inputs).max() < 3e-5
    assert np.abs(setting.parameters[OUTPUTS] - outputs).max() < 3e-5


@pytest.mark.parametrize("loss", LOSSES)
def test_step_of_the_reference_follows_the_gradient(loss):
    rng = np.random.default_rng(5)
    inputs, outputs = rng.normal(0, 1, (6, 4)), rng.normal(0, 1, (5, 4))
    rows, path = np.array([0, 3, 3, 5]), (np.array([0, 2]), np.array([1, -1]))
    targets = {"ova": [1, 2], "ns": [1, 0, 4]}.get(loss, [1])

    def value(new_inputs, new_outputs):
        return reference.step(new_inputs.copy(), new_outputs.copy(), rows, targets, 0.0, loss, path)

    changed = inputs.copy(), outputs.copy()
    reference.step(*changed, rows, targets, 1.0, loss, path)
    for which, matrix in enumerate((inputs, outputs)):
        for place in np.ndindex(matrix.shape):
            both = [inputs.copy(), outputs.copy()], [inputs.copy(), outputs.copy()]
            both[0][which][place] += 1e-5
            both[1][which][place] -= 1e-5
            slope = (value(*both[0]) - value(*both[1])) / 2e-5
            assert changed[which][place] - matrix[place] == pytest.approx(-slope, abs=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_weights_scale_steps(tmp_path, loss):
    """Documents of weight 0 teach nothing."""
    text = lines(30)
    setting = Setting(tmp_path, text, loss=loss)
    before = setting.parameters[INPUTS].copy(), setting.parameters[OUTPUTS].copy()
    weights = np.zeros(len(text), dtype=np.float32)
    for worker in setting.engine._workers:
        worker._documents = worker._documents._replace(weights=weights)
    setting.train()
    assert (setting.parameters[INPUTS] == before[0]).all()
    assert (setting.parameters[OUTPUTS] == before[1]).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_threads_share_what_they_learn(tmp_path, loss):
    text = lines(400)
    alone = Setting(tmp_path, text, loss=loss, epochs=3, word_ngrams=2)
    together = Setting(tmp_path, text, loss=loss, epochs=3, word_ngrams=2, threads=3)
    losses = alone.train()[2], together.train()[2]
    assert losses[1] < 1.1 * losses[0]
    moved = np.abs(alone.parameters[INPUTS] - together.parameters[INPUTS]).mean()
    start = Setting(tmp_path, text, loss=loss, word_ngrams=2)
    assert moved < np.abs(alone.parameters[INPUTS] - start.parameters[INPUTS]).mean()


def test_every_epoch_has_every_document_once():
    config = ClassifyConfig(epochs=3, seed=5)
    tokens = np.random.default_rng(1).integers(1, 300, 500).astype(np.int32)
    schedule = DocumentSchedule(tokens, config)
    orders, done = [], 0
    for number in range(len(schedule)):
        chunk = schedule[number]
        assert chunk.lr == pytest.approx(config.lr * (1 - done / schedule.n_tokens))
        found = schedule.window(chunk.start, chunk.stop)
        done += int(tokens[found].sum())
        if chunk.epoch == len(orders):
            orders.append([])
        orders[chunk.epoch] += found.tolist()
    assert all(sorted(order) == list(range(500)) for order in orders)
    assert orders[0] != orders[1] != orders[2]
    assert orders[0] != sorted(orders[0])
    assert schedule.epoch_end(0) * 3 == len(schedule) == schedule.model_end(0)
    again = DocumentSchedule(tokens, config)
    assert [again[n] for n in range(len(again))] == [schedule[n] for n in range(len(again))]
