"""Vectors of words that are means of lists of rows, against the plain reference, draw for draw."""

from itertools import pairwise

import numpy as np
import pytest
from support import reference
from support.compiling_once import one_at_a_time
from support.kernel_tiles import tiles_of

from w2v_cli.config import TrainConfig
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.kernels import MAX_TILE, Worker, tile_for
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.ngramlists import NgramLists, ngrams_of
from w2v_cli.methods.registry import method_of
from w2v_cli.methods.word2vec.tables import make_tasks

SENTENCE_END = reference.SENTENCE_END
WORDS = [
    *("the", "of", "banana", "bananas", "anana", "a", "</s>", "köttbullar", "x", "thethethe"),
    *(
        "other",
        "mother",
        "bother",
        "brother",
        "smother",
        "of-the",
        "ofofofof",
        "zz",
        "日本",
        "日本語",
    ),
]
COUNTS = 1000 // np.arange(1, len(WORDS) + 1) ** 2 + 1
NEGATIVE = min(5, MAX_TILE - 1)
"""All in one tile: in a second one, a word that is drawn twice counts as the first left it."""
DEFAULTS = {
    **{"dim": 10, "window": 5, "negative": NEGATIVE, "ns_exponent": 0.75, "sample": 0.1, "lr": 0.1},
    **{"min_n": 2, "max_n": 4, "buckets": 60},
}
HOT = 6
"""Rows of words, and of n-grams, of which workers have copies; few, so that others have none."""


@pytest.fixture(scope="module", autouse=True)
def compiled_with_lists(compiled, tmp_path_factory):
    with one_at_a_time(tmp_path_factory, "lists-alone"), pytest.MonkeyPatch.context() as patch:
        for loss in ("ns", "hs", "softmax"):
            Example(patch, loss=loss).check(random_chunk(0, n_sentences=1))


pytestmark = pytest.mark.usefixtures("compiled")
every_model = pytest.mark.parametrize("model", ["skipgram", "cbow"])
every_loss = pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])


def random_chunk(seed, n_sentences=5, longest=30):
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(n_sentences):
        words = (len(WORDS) * rng.random(rng.integers(0, longest)) ** 2).astype(np.int32)
        parts += [words, np.array([SENTENCE_END], dtype=np.int32)]
    return np.concatenate(parts).astype(np.int32)


class Example:
    """A model with n-grams, random matrices, once for the kernel and once for the reference."""

    def __init__(self, monkeypatch, **options):
        self.config = config = TrainConfig(**DEFAULTS | options)
        for name in ("HOT_ROWS", "HOT_NGRAMS"):
            monkeypatch.setattr(f"w2v_cli.methods.merging.{name}", HOT)
        self.lists = NgramLists(WORDS, COUNTS.astype(float), ngrams_of(config))
        method = method_of(config, self.lists)
        self.parameters = new_parameters(method, len(WORDS), config)
        rng = np.random.default_rng(config.dim)
        for _, matrix in self.parameters:
            matrix[:] = rng.normal(scale=np.sqrt(2 / np.sqrt(config.dim)), size=matrix.shape)
        self.expected = [matrix.astype(np.float64) for _, matrix in self.parameters]
        self.tables = method.tables(COUNTS, config)
        tasks = make_tasks(self.parameters, self.tables, config)
        ones = [np.ones_like(weights) for weights in self.tables.weights]
        self.workers = [
            Worker(
                task._replace(
                    inputs=task.inputs._replace(weights=ones[0][: len(task.inputs.base)]),
                    outputs=task.outputs._replace(weights=ones[1]),
                    lists=task.lists._replace(
                        ngrams=task.lists.ngrams._replace(
                            weights=np.ones_like(self.tables.ngram_weights)
                        )
                    ),
                )
            )
            for task in tasks
        ]
        self.most_inputs = tasks[0].most_inputs

    def train_reference(self, ids, matrices, seed):
        config, tables = self.config, self.tables
        rows, starts = self.lists.rows, self.lists.starts
        return reference.train(
            ids,
            *matrices,
            model=config.model,
            loss=config.loss,
            lr=float(np.float32(config.lr)),
            most_inputs=self.most_inputs,
            seed=seed,
            in_tiles=tiles_of(config.negative, tile_for(1 + config.negative)),
            lists=[rows[a:b] for a, b in pairwise(starts)],
            keep=tables.keep,
            alias_table=tables.negatives,
            paths=tables.paths,
            window=config.half_width,
            fixed_window=config.is_window_fixed,
            negative=config.negative,
            uses_of_negative=max(config.share_negatives, 1),
            max_sentence=config.max_sentence,
        )

    def check(self, ids, seed=7, worker=0):
        ids = np.asarray(ids, dtype=np.int32)
        n_tokens, n_pairs, loss = self.workers[worker].train(ids, self.config.lr, seed)
        self.workers[worker].merge()
        expected = self.train_reference(ids, self.expected, seed)
        assert (n_tokens, n_pairs) == expected[:2]
        assert loss == pytest.approx(expected[2], rel=1e-5, abs=2e-7 * max(n_pairs, 1))
        for (name, matrix), right in zip(self.parameters, self.expected, strict=True):
            np.testing.assert_allclose(matrix, right, rtol=1e-4, atol=3e-5)
            padding = self.parameters.rows(name)[:, self.config.dim :]
            assert not padding.any(), "the padding must stay zero"
        return n_pairs


@every_model
@every_loss
@pytest.mark.parametrize("dim", [1, 16, 100, 130, 300])
def test_any_length_of_vectors(monkeypatch, model, loss, dim):
    assert Example(monkeypatch, dim=dim, model=model, loss=loss).check(random_chunk(dim)) > 20


@every_model
@every_loss
@pytest.mark.parametrize(
    "options",
    [
        {"window": 1},
        {"window": 3, "fixed_window": True},
        {"window": 30, "lr": 0.005},
        {"window": 100, "fixed_window": True, "sample": 0.0, "lr": 0.001},
        {"window": "sentence", "max_sentence": 9, "lr": 0.01},
        {"max_sentence": 2, "sample": 0.0},
        {"share_negatives": 0},
        {"buckets": 1, "lr": 0.001},
        {"buckets": 2**31 - 1},
        {"min_n": 1, "max_n": 100},
        {"subword_hash": "murmur"},
        {"subword_hash": "murmur", "hash_count": 4, "lr": 0.005},
    ],
    ids=str,
)
def test_options(monkeypatch, model, loss, options):
    example = Example(monkeypatch, **{"model": model, "loss": loss, "lr": 0.02} | options)
    for seed in range(2):
        example.check(random_chunk(seed, longest=60), seed)


@every_model
@pytest.mark.parametrize("subword_hash", ["fnv", "murmur"])
def test_private_copies_of_hot_rows_change_nothing_for_one_worker(monkeypatch, model, subword_hash):
    example = Example(monkeypatch, model=model, threads=2, subword_hash=subword_hash, lr=0.05)
    layout = example.parameters.shapes["syn0"].layout
    assert layout.n_hot_buckets == HOT
    assert layout.n_hot == (HOT if subword_hash == "fnv" else 0)
    for seed in range(3):
        example.check(random_chunk(seed), seed)


@every_model
def test_workers_in_turn_see_what_the_others_did_after_a_merge(monkeypatch, model):
    monkeypatch.setattr("w2v_cli.methods.word2vec.tables.words_between_merges", lambda _: 1)
    example = Example(monkeypatch, model=model, threads=2, sample=0.0, lr=0.02)
    for seed, worker in enumerate([0, 1, 1, 0]):
        ids = [0, SENTENCE_END, *random_chunk(seed, n_sentences=2)]
        example.check(ids, seed, worker)


@every_model
def test_learning_rate_zero_changes_nothing(monkeypatch, model):
    example = Example(monkeypatch, model=model, threads=2)
    before = [matrix.copy() for _, matrix in example.parameters]
    example.workers[0].train(random_chunk(5), 0.0, 1)
    example.workers[0].merge()
    for (_, matrix), old in zip(example.parameters, before, strict=True):
        np.testing.assert_array_equal(matrix, old)


def test_a_list_of_one_row_is_trained_as_the_row_alone(monkeypatch):
    """n-grams of 100 characters: no word has one."""
    options = {"min_n": 100, "max_n": 100, "sample": 0.0}
    example = Example(monkeypatch, **options)
    assert example.lists.n_rows == 0
    assert np.diff(example.lists.starts).tolist() == [1] * len(WORDS)
    example.check(random_chunk(3))


def test_the_gradient_is_that_of_the_sum_of_a_words_rows():
    """A step along the gradient of the loss by the mean, for each row: finite differences.

    With h the mean of N rows and every row changed by lr * dL/dh, a row changes by N lr dL/drow.
    """
    rng = np.random.default_rng(1)
    rows, output = rng.normal(size=(7, 5)), rng.normal(size=5)
    words = reference.Words(rows.copy(), [0], [np.array([0, 2, 4])], window=5, max_sentence=10)

    def likelihood(rows):
        return -np.logaddexp(0, -rows[[0, 2, 4]].mean(axis=0) @ output)

    words.move(0)
    [vector] = words.vectors([0])
    words.add([0], (output / (1 + np.exp(vector @ output)))[np.newaxis])
    words.leave_all()
    change = words.syn0 - rows
    for place in np.ndindex(rows.shape):
        more, less = rows.copy(), rows.copy()
        more[place] += 1e-5
        less[place] -= 1e-5
        slope = (likelihood(more) - likelihood(less)) / 2e-5
        assert change[place] == pytest.approx(3 * slope, abs=1e-8)


def test_rows_are_those_of_the_hashing_and_the_most_used_come_first():
    ngrams = Ngrams(60, 2, 4)
    uses = COUNTS.astype(float)
    lists = NgramLists(WORDS, uses, ngrams)
    buckets = lists.buckets
    assert (np.diff(lists.uses) <= 0).all()
    assert len(np.unique(buckets)) == len(buckets) == lists.n_rows
    total = np.zeros(lists.n_rows)
    for number, word in enumerate(WORDS):
        start, stop = lists.starts[number : number + 2]
        assert lists.rows[start] == number
        found = buckets[lists.rows[start + 1 : stop] - len(WORDS)]
        raw = b"" if word == "</s>" else word.encode()
        assert found.tolist() == ngrams.buckets([raw])[0].tolist()
        np.add.at(total, lists.rows[start + 1 : stop] - len(WORDS), uses[number])
    np.testing.assert_allclose(total, lists.uses)
    banana = lists.rows[lists.starts[2] : lists.starts[3]]
    assert len(np.unique(banana)) < len(banana), "ana stands twice in banana"


@pytest.mark.parametrize("n_words", [0, 1, 2, 5, 10, len(WORDS), 1000])
def test_rows_of_the_first_words_are_counted(n_words):
    lists = NgramLists(WORDS, COUNTS.astype(float), Ngrams(10_000, 3, 6))
    if n_words:
        fewer = NgramLists(WORDS[:n_words], COUNTS[:n_words].astype(float), Ngrams(10_000, 3, 6))
        assert lists.n_rows_of(n_words) == fewer.n_rows
        assert lists.nbytes_of(n_words) == 8 * len(fewer) + fewer.rows.nbytes
    else:
        assert lists.n_rows_of(0) == 0


@pytest.mark.parametrize("ngrams", [Ngrams(60, 2, 4), Ngrams(60, 2, 4, "murmur", 3)])
def test_vectors_are_means_and_those_that_readers_of_the_model_compose(ngrams):
    lists = NgramLists(WORDS, COUNTS.astype(float), ngrams)
    inputs = np.random.default_rng(3).normal(size=(lists.n_own + lists.n_rows, 7))
    inputs = inputs.astype(np.float32)
    vectors = lists.vectors(inputs)[:]
    for number in range(len(WORDS)):
        rows = lists.rows[lists.starts[number] : lists.starts[number + 1]]
        np.testing.assert_allclose(vectors[number], inputs[rows].mean(axis=0), atol=1e-6)
    raw = [word.encode() for word in WORDS]
    read = lists.subwords(inputs)
    bare = b"</s>" if lists.n_own else b"none"
    np.testing.assert_allclose(read.word_vectors(raw, bare), vectors, atol=1e-6)
    assert (np.diff(read.buckets) > 0).all()
    part = lists.made(inputs, np.array([3, 3, 19, 0]))
    np.testing.assert_array_equal(part, vectors[[3, 3, 19, 0]])
