"""The training kernel against the plain reference, for every loss and all that may go wrong."""

import numpy as np
import pytest
from support import reference
from support.kernel_tiles import tiles_of

from w2v_cli.compiling.numba_private import is_plain, types_in_memory
from w2v_cli.kernels import SharedMatrix, Task, Worker, tile_for, train_chunk
from w2v_cli.kernels.backend import MAX_TILE
from w2v_cli.kernels.random import high_below, low_half, next_random
from w2v_cli.machine.aligned import padded_zeros
from w2v_cli.methods.huffman import huffman_paths
from w2v_cli.methods.sampling import (
    alias_table,
    keep_probabilities,
    negative_probabilities,
    to_threshold,
)
from w2v_cli.methods.word2vec.tables import LOSS_NUMBERS, MODEL_NUMBERS

SENTENCE_END = reference.SENTENCE_END
N_WORDS = 24
# The kernel is compiled for the length of the tile; any serves any number of outputs. The inputs
# of a step see a word that is drawn twice as it was before, if it is in one tile: for what happens
# otherwise see test_vector. So here all outputs of negative sampling are in one.
# It is that of the default options where it fits, so that the command has compiled the kernel.
TILE = (0,) * min(6, MAX_TILE)
NEGATIVE = len(TILE) - 1
OPTIONS = {
    "model": "skipgram",
    "loss": "ns",
    "window": 5,
    "fixed_window": False,
    "negative": NEGATIVE,
    "most_inputs": 200,
    "uses_of_negative": 1,
    "max_sentence": 1000,
}
MODELS = list(MODEL_NUMBERS)
LOSSES = list(LOSS_NUMBERS)

pytestmark = pytest.mark.usefixtures("compiled")
every_model = pytest.mark.parametrize("model", MODELS)
every_loss = pytest.mark.parametrize("loss", LOSSES)


def random_chunk(seed, n_sentences=5, longest=30, n_words=N_WORDS):
    """Sentences of random words with Zipf-like frequencies, some of them empty."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(n_sentences):
        words = (n_words * rng.random(rng.integers(0, longest)) ** 2).astype(np.int32)
        parts += [words, np.array([SENTENCE_END], dtype=np.int32)]
    return np.concatenate(parts).astype(np.int32)


def shared_matrix(matrix, private_start, n_hot):
    base = np.zeros((n_hot, matrix.shape[1]), dtype=np.float32)
    return SharedMatrix(matrix, private_start, base, np.ones(n_hot, dtype=np.float32))


class Example:
    """Random matrices and tables, once for the kernel and once for the reference.

    ``n_hot`` rows are copied for each of ``n_workers`` workers, and ``n_hot_outputs`` if that is
    another number; ``n_buckets`` rows of inputs are of no word. ``logits`` of about that size make
    all kinds of probabilities.
    """

    def __init__(
        self, dim=10, n_words=N_WORDS, n_hot=0, n_workers=1, merge_every=7, tile=TILE, logits=2.0,
        sample=0.1, n_buckets=0, n_hot_outputs=None, **options,
    ):  # fmt: skip
        self.dim, self.n_words, self.options = dim, n_words, OPTIONS | options
        self.in_tiles = tiles_of(self.options["negative"], tile)
        counts = 1000 // np.arange(1, n_words + 1) ** 2 + 1 if n_words < 1000 else np.ones(n_words)
        accept, alias = alias_table(negative_probabilities(counts, 0.75))
        self.tables = {
            "keep": to_threshold(keep_probabilities(counts, sample)),
            "alias_table": np.column_stack([to_threshold(accept), alias.astype(np.uint32)]),
            "paths": huffman_paths(counts),
        }
        rng = np.random.default_rng(dim)
        n_hot = n_hot, n_hot if n_hot_outputs is None else n_hot_outputs
        n_learnt = n_words + n_buckets, n_words
        self.syn0, self.syn1 = (
            padded_zeros(rows + hot * n_workers, dim)
            for rows, hot in zip(n_learnt, n_hot, strict=True)
        )
        scale = np.sqrt(logits / np.sqrt(dim))
        for matrix in (self.syn0, self.syn1):
            matrix[:n_words, :dim] = rng.normal(scale=scale, size=(n_words, dim))
        self.expected = [matrix.astype(np.float64) for matrix in (self.vectors, self.outputs)]
        self.workers = [
            Worker(
                self._task(
                    tile,
                    merge_every,
                    shared_matrix(self.syn0, n_learnt[0] + number * n_hot[0], n_hot[0]),
                    shared_matrix(self.syn1, n_learnt[1] + number * n_hot[1], n_hot[1]),
                )
            )
            for number in range(n_workers)
        ]

    def _task(self, tile, merge_every, inputs, outputs):
        options = self.options | {
            "model": MODEL_NUMBERS[self.options["model"]],
            "loss": LOSS_NUMBERS[self.options["loss"]],
        }
        return Task(
            inputs=inputs,
            outputs=outputs,
            n_outputs=self.n_words,
            merge_every=merge_every,
            keep=self.tables["keep"],
            negatives=self.tables["alias_table"],
            path_starts=self.tables["paths"].starts,
            path_nodes=self.tables["paths"].nodes,
            path_signs=self.tables["paths"].signs,
            tile=tile,
            dim=self.dim,
            **options,
        )

    @property
    def vectors(self):
        return self.syn0[: self.n_words, : self.dim]

    @property
    def outputs(self):
        return self.syn1[: self.n_words, : self.dim]

    def train(self, ids, lr=0.1, seed=7, worker=0):
        return self.workers[worker].train(np.asarray(ids, dtype=np.int32), lr, seed)

    def train_reference(self, ids, vectors, outputs, lr=0.1, seed=7):
        lr = float(np.float32(lr))
        return reference.train(
            ids,
            vectors,
            outputs,
            lr=lr,
            seed=seed,
            in_tiles=self.in_tiles,
            **self.options,
            **self.tables,
        )

    def check(self, ids, lr=0.1, seed=7, worker=0):
        """Train on a chunk by the kernel and the reference, and compare all that they do."""
        n_tokens, n_pairs, loss = self.train(ids, lr, seed, worker)
        self.workers[worker].merge()
        expected = self.train_reference(ids, *self.expected, lr, seed)
        assert (n_tokens, n_pairs) == expected[:2]
        assert loss == pytest.approx(expected[2], rel=1e-5, abs=2e-7 * n_pairs)
        self.check_matrices(*self.expected)
        return n_tokens, n_pairs, loss

    def check_matrices(self, vectors, outputs):
        np.testing.assert_allclose(self.vectors, vectors, rtol=1e-4, atol=2e-5)
        np.testing.assert_allclose(self.outputs, outputs, rtol=1e-4, atol=2e-5)
        assert not self.syn0[:, self.dim :].any(), "the padding must stay zero"
        assert not self.syn1[:, self.dim :].any(), "the padding must stay zero"


@every_model
@every_loss
@pytest.mark.parametrize("dim", [1, 7, 8, 16, 100, 102])
def test_any_length_of_vectors(model, loss, dim):
    ids = random_chunk(dim)
    n_tokens, n_pairs, _ = Example(dim, model=model, loss=loss).check(ids)
    assert n_tokens == np.count_nonzero(ids != SENTENCE_END)
    assert n_pairs > 20


@every_model
@every_loss
def test_the_longest_vectors(model, loss):
    Example(4096, model=model, loss=loss).check(random_chunk(1, n_sentences=2))


@every_model
@every_loss
@pytest.mark.parametrize(
    "options",
    [
        {"window": 1},
        {"window": 100},
        {"window": 3, "fixed_window": True},
        {"window": 100, "fixed_window": True, "sample": 0},
        {"max_sentence": 4},
        {"max_sentence": 2, "sample": 0},
        {"sample": 1e-4},
    ],
    ids=str,
)
def test_options(model, loss, options):
    # Small steps: where the weights run away, rounding errors grow without limit.
    Example(model=model, loss=loss, **options).check(random_chunk(2, longest=60), lr=0.01)


@every_model
@every_loss
@pytest.mark.parametrize("most_inputs", [16, 299])
def test_a_bag_of_300_words_is_one_window(model, loss, most_inputs):
    """Each word meets the 299 others, in steps of any size."""
    # Each pair of the softmax changes all outputs, by so little that rounding errors add up.
    size = 150 if loss == "softmax" else 300
    options = {"window": 1000, "fixed_window": True, "sample": 1, "most_inputs": most_inputs}
    ids = np.random.default_rng(5).permutation(size)
    example = Example(model=model, loss=loss, n_words=size, **options)
    before = example.vectors.copy()
    n_tokens, n_pairs, _ = example.check(ids, lr=1e-3)
    assert n_tokens == size
    assert n_pairs == (size if model == "cbow" else size * (size - 1))
    assert (np.abs(example.vectors - before).max(axis=1) > 1e-4).all()


@every_model
@every_loss
def test_a_window_beyond_the_sentence_is_drawn_from_its_own_length(model, loss):
    options = {"window": 250, "most_inputs": 16, "sample": 1, "max_sentence": 90}
    ids = N_WORDS * np.random.default_rng(6).random(200)
    Example(model=model, loss=loss, **options).check(ids.astype(np.int32), lr=1e-3)


@every_model
@pytest.mark.parametrize("negative", [1, 5, 20, 64])
@pytest.mark.parametrize(("most_inputs", "uses"), [(1, 1), (3, 1), (200, 1), (200, 2), (2, 5)])
def test_negatives_and_who_shares_them(model, negative, most_inputs, uses):
    # Among so many words these steps draw no word twice.
    options = {"negative": negative, "most_inputs": most_inputs, "uses_of_negative": uses}
    example = Example(model=model, window=4, n_words=100_000, **options)
    example.check([0, 1, 2, 3, 4, SENTENCE_END, 5, 6, 7], seed=2)


@every_model
@every_loss
@pytest.mark.parametrize("most_inputs", [1, 3])
def test_inputs_of_a_center_in_several_steps(model, loss, most_inputs):
    Example(model=model, loss=loss, most_inputs=most_inputs).check(random_chunk(3))


@every_model
@every_loss
@pytest.mark.parametrize("seed", [0, 1, 2**63, 2**64 - 1])
def test_seeds(model, loss, seed):
    Example(model=model, loss=loss).check(random_chunk(4), seed=seed)


@every_model
@pytest.mark.parametrize(
    ("most_inputs", "uses"), [(1, 1), (1, 2), (2, 3), (200, 1), (200, 2), (200, 1000)]
)
def test_negatives_are_drawn_again_and_again(model, most_inputs, uses):
    """More steps than negatives are drawn ahead, over several sentences and chunks."""
    options = {"most_inputs": most_inputs, "uses_of_negative": uses, "window": 3, "sample": 0}
    example = Example(model=model, dim=3, negative=1, **options)
    for seed in range(2):
        example.check(random_chunk(seed, n_sentences=25), lr=0.02, seed=seed)


@every_model
@every_loss
@pytest.mark.parametrize("n_hot_outputs", [0, 2, 9])
def test_inputs_and_outputs_may_differ_in_their_rows(model, loss, n_hot_outputs):
    """Rows of inputs that are no words, and other numbers of copies on either side."""
    options = {"n_buckets": 5, "n_hot": 4, "n_hot_outputs": n_hot_outputs}
    example = Example(model=model, loss=loss, **options)
    example.check(random_chunk(4))
    assert not example.syn0[N_WORDS : N_WORDS + 5].any()


@every_model
@every_loss
@pytest.mark.parametrize("n_hot", [1, 5, N_WORDS])
def test_private_copies_of_hot_rows_change_nothing_for_one_worker(model, loss, n_hot):
    example = Example(model=model, loss=loss, n_hot=n_hot)
    for seed in range(2):
        example.check(random_chunk(seed), seed=seed)


@every_model
@every_loss
def test_workers_in_turn_see_what_the_others_did_after_a_merge(model, loss):
    """The first sentence of a chunk trains nothing, but rows are merged after it."""
    example = Example(model=model, loss=loss, n_hot=5, n_workers=2, merge_every=1, sample=0)
    for seed, worker in enumerate([0, 1, 1, 0]):
        ids = [0, SENTENCE_END, *random_chunk(seed, n_sentences=2)]
        example.check(ids, lr=0.05, seed=seed, worker=worker)


@every_model
@every_loss
def test_changes_of_workers_side_by_side_add_up(model, loss):
    """Where each has copies of all rows and they never merge, neither sees the other's changes."""
    options = {"n_hot": N_WORDS, "n_workers": 3, "merge_every": 10**6}
    example = Example(model=model, loss=loss, **options)
    start = example.expected
    changes = []
    for worker in range(3):
        ids = random_chunk(worker)
        example.train(ids, seed=worker, worker=worker)
        own = [matrix.copy() for matrix in start]
        example.train_reference(ids, *own, seed=worker)
        changes.append([after - before for after, before in zip(own, start, strict=True)])
    for worker in example.workers:
        worker.merge()
    syn0_changes, syn1_changes = zip(*changes, strict=True)
    example.check_matrices(start[0] + sum(syn0_changes), start[1] + sum(syn1_changes))


@every_model
@every_loss
def test_learning_rate_zero_changes_nothing(model, loss):
    example = Example(model=model, loss=loss, n_hot=3)
    before = example.vectors.copy(), example.outputs.copy()
    *_, total = example.check(random_chunk(5), lr=0)
    assert total > 0
    np.testing.assert_array_equal(example.vectors, before[0])
    np.testing.assert_array_equal(example.outputs, before[1])


@every_model
@every_loss
def test_the_loss_is_a_sum_over_chunks_whoever_trains_them(model, loss):
    chunks = [random_chunk(seed) for seed in range(4)]
    sums = []
    for n_workers in (1, 2, 3):
        example = Example(model=model, loss=loss, n_hot=2, n_workers=n_workers)
        losses = [
            example.train(ids, lr=0, seed=number, worker=number % n_workers)[2]
            for number, ids in enumerate(chunks)
        ]
        sums.append(losses)
    assert sums[0] == sums[1] == sums[2]


@every_model
@every_loss
@pytest.mark.parametrize(
    "ids",
    [
        [0, 0, SENTENCE_END],
        [0, 1, 0, 1, 0, 1, 1, 1, SENTENCE_END],
        [3, 3, 3, 3, 3, 3, 3, 3, 2],
    ],
    ids=str,
)
def test_words_that_stand_in_a_window_twice(model, loss, ids):
    Example(model=model, loss=loss, fixed_window=True, sample=0).check(ids, lr=0.5)


@every_model
@every_loss
@pytest.mark.parametrize(
    "ids",
    [[], [SENTENCE_END], [SENTENCE_END] * 5, [4], [4, SENTENCE_END, 4, SENTENCE_END]],
    ids=str,
)
def test_chunks_without_a_pair(model, loss, ids):
    example = Example(model=model, loss=loss)
    before = example.syn0.copy()
    n_words = sum(id_ >= 0 for id_ in ids)
    assert example.check(ids) == (n_words, 0, 0)
    np.testing.assert_array_equal(example.syn0, before)


@every_model
@every_loss
@pytest.mark.parametrize("n_words", [1, 2])
@pytest.mark.parametrize("n_hot", [0, 1])
def test_tiny_vocabularies(model, loss, n_words, n_hot):
    ids = random_chunk(6, n_words=n_words)
    example = Example(model=model, loss=loss, n_words=n_words, n_hot=n_hot, sample=0)
    _, n_pairs, total = example.check(ids)
    assert n_pairs > 0
    if n_words == 1 and loss != "ns":
        assert total < 2e-7 * n_pairs, "the only word is certain"


@every_model
def test_a_vocabulary_of_one_word_has_only_positives(model):
    """Every negative is the center itself and must have no effect."""
    example = Example(model=model, dim=4, n_words=1, sample=0)
    example.syn0[0, :4] = 1
    example.syn1[0, :4] = 0
    example.train([0, 0, 0, SENTENCE_END])
    assert (example.vectors > 1).all(), "a positive pair drew its input away"
    assert (example.outputs > 0).all()


@every_model
@every_loss
def test_words_that_do_not_occur_keep_their_inputs(model, loss):
    absent = 5
    ids = random_chunk(7)
    example = Example(model=model, loss=loss)
    before = example.vectors[absent].copy()
    example.train(ids[ids != absent])
    np.testing.assert_array_equal(example.vectors[absent], before)


@every_model
@every_loss
@pytest.mark.parametrize("size", [20, 1000])
def test_extreme_logits_saturate_without_overflow(model, loss, size):
    example = Example(model=model, loss=loss, dim=2, sample=0)
    for matrix, expected in zip((example.vectors, example.outputs), example.expected, strict=True):
        matrix[:] = size * np.sign(matrix)
        expected[:] = matrix
    *_, total = example.check([1, 2, 3, 4, 5, 6], lr=0)
    assert total > 80
    *_, total = example.train([1, 2, 3, 4, 5, 6], lr=0.1)
    assert np.isfinite([total, example.syn0.max(), example.syn1.max()]).all()


def test_random_numbers_are_splitmix64():
    for seed in (0, 1, 2**63, 2**64 - 1):
        state = np.full(1, seed, dtype=np.uint64)
        expected = reference.SplitMix64(seed)
        for _ in range(100):
            assert int(next_random(state)) == expected.next()


def test_halves_of_random_numbers():
    bits = np.uint64(0x80000000_12345678)
    assert high_below(bits, 10) == 5
    assert high_below(np.uint64(2**64 - 1), 2**31 - 1) == 2**31 - 2
    assert low_half(bits) == 0x12345678


@pytest.mark.skipif(is_plain(train_chunk), reason="nothing is compiled")
@every_model
@pytest.mark.parametrize(
    ("loss", "options"),
    [("ns", {}), ("ns", {"negative": 2 * NEGATIVE + 2}), ("hs", {})],
    ids=["one tile", "more", "paths"],
)
def test_the_kernel_is_compiled_once_for_what_is_trained(model, loss, options):
    Example(model=model, loss=loss, **options).train(random_chunk(8))
    before = set(types_in_memory(train_chunk))
    others = [{"n_hot": 3}, {"fixed_window": True, "window": 3}, {"dim": 33, "n_words": 50}]
    for other in others:
        Example(model=model, loss=loss, **options | other).train(random_chunk(8))
    assert set(types_in_memory(train_chunk)) == before, "types drifted"


@pytest.mark.long
@every_model
@pytest.mark.parametrize("n_outputs", range(1, len(tile_for(10**9 + 7)) + 13))
def test_the_tile_for_any_number_of_outputs(model, n_outputs):
    tile = tile_for(n_outputs)
    negative = max(n_outputs - 1, 1)
    example = Example(model=model, negative=negative, tile=tile, n_words=100_000)
    example.check(random_chunk(9, n_sentences=1))
    Example(model=model, n_words=n_outputs, loss="softmax", tile=tile).check(
        random_chunk(9, n_words=n_outputs)
    )
    Example(model=model, loss="hs", tile=tile).check(random_chunk(9))
