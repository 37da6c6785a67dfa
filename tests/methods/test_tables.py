"""What the kernels are told for a loss and a number of threads."""

import numpy as np
import pytest

from w2v_cli.config import TrainConfig
from w2v_cli.errors import TrainingError
from w2v_cli.kernels import backend
from w2v_cli.kernels.work import new_work
from w2v_cli.methods.base import new_parameters
from w2v_cli.methods.huffman import huffman_paths
from w2v_cli.methods.merging import HOT_ROWS, merge_weights, n_hot_rows
from w2v_cli.methods.registry import method_of
from w2v_cli.methods.word2vec.tables import (
    inputs_of_center,
    make_tasks,
    rows_of_step,
    work_memory,
)

COUNTS = np.array([50, 20, 9, 4, 3, 2, 1])


def settled(**options):
    """A config as engines get it: with what goes by the size of the text."""
    return TrainConfig(**{"lr": 0.025, "sample": 1e-3} | options)


def tasks_for(counts=COUNTS, **options):
    config = settled(**{"dim": 20, "min_count": 1} | options)
    method = method_of(config)
    parameters = new_parameters(method, len(counts), config)
    return make_tasks(parameters, method.tables(counts, config), config)


def untrained_loss(counts, **options):
    config = settled(min_count=1, **options)
    method = method_of(config)
    return method.untrained_loss(counts, method.tables(counts, config), config)


def test_a_lone_thread_copies_no_rows():
    assert n_hot_rows(10**6, 1) == 0
    assert n_hot_rows(10**6, 2) == n_hot_rows(10**6, 64) == HOT_ROWS
    assert n_hot_rows(5, 2) == 5
    (task,) = tasks_for()
    assert task.inputs.base.shape == task.outputs.base.shape == (0, 32)


@pytest.mark.parametrize("threads", [2, 3, 7])
@pytest.mark.parametrize("n_words", [1, 7, 300])
def test_each_thread_has_rows_and_bases_of_its_own(threads, n_words):
    tasks = tasks_for(np.arange(n_words, 0, -1), threads=threads)
    n_hot = min(n_words, HOT_ROWS)
    for name in ("inputs", "outputs"):
        shared = [getattr(task, name) for task in tasks]
        starts = [matrix.private_start for matrix in shared]
        own = [row for start in starts for row in range(start, start + n_hot)]
        assert own == list(range(n_words, len(shared[0].matrix)))
        for one, other in zip(shared, [*shared[1:], shared[0]], strict=True):
            assert not np.shares_memory(one.base, other.base)
            assert one.matrix is other.matrix
            assert one.base.shape == (n_hot, one.matrix.shape[1])


@pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
@pytest.mark.parametrize("threads", [1, 2, 64, 1024])
def test_hot_rows_are_merged_now_and_then(loss, threads):
    for task in tasks_for(loss=loss, threads=threads):
        assert 1 <= task.merge_every <= 10_000


@pytest.mark.parametrize("negative", [1, 5, 20, 64])
def test_the_tile_of_negative_sampling_is_made_for_the_outputs(negative):
    (task,) = tasks_for(negative=negative)
    assert task.tile == backend.tile_for(1 + negative)
    assert task.negative == negative


def test_the_tile_of_the_full_softmax_is_made_for_the_words():
    assert tasks_for(loss="softmax")[0].tile == backend.tile_for(len(COUNTS))
    assert 1 <= len(tasks_for(loss="hs")[0].tile) <= backend.MAX_TILE


@pytest.mark.parametrize(("loss", "used"), [("ns", "negatives"), ("hs", "path_nodes")])
def test_a_loss_gets_the_tables_that_it_needs_and_no_others(loss, used):
    (task,) = tasks_for(loss=loss)
    sizes = {name: len(getattr(task, name)) for name in ("negatives", "path_nodes", "path_signs")}
    assert sizes[used] > 0
    assert sizes["negatives"] == (len(COUNTS) if loss == "ns" else 0)
    assert sizes["path_nodes"] == sizes["path_signs"]
    assert len(task.keep) == len(COUNTS)


def test_no_two_pairs_share_negatives_if_none_is_wanted():
    (task,) = tasks_for(share_negatives=0, window=4)
    assert (task.most_inputs, task.uses_of_negative) == (1, 1)
    (task,) = tasks_for(share_negatives=3, window=4)
    assert (task.most_inputs, task.uses_of_negative) == (8, 3)


def test_the_loss_of_a_model_that_knows_nothing():
    def loss(counts=(4, 2, 1), **options):  # words at the depths 1, 2 and 2
        return untrained_loss(np.array(counts), **options)

    assert loss(negative=5) == pytest.approx(6 * np.log(2))
    assert loss(loss="softmax") == pytest.approx(np.log(3))
    assert loss(loss="hs") == pytest.approx(np.log(2) * (4 * 1 + 2 * 2 + 1 * 2) / 7)
    assert loss([9], loss="hs") == 0


@pytest.mark.parametrize("n_words", [2, 100, 5000])
def test_a_huffman_tree_knows_more_than_even_chances(n_words):
    counts = 10**6 // np.arange(1, n_words + 1)
    lengths = np.diff(huffman_paths(counts).starts)
    shares = counts / counts.sum()
    entropy = -(shares * np.log2(shares)).sum()
    bits = untrained_loss(counts, loss="hs") / np.log(2)
    assert bits == pytest.approx((shares * lengths).sum())
    assert entropy <= bits < entropy + 1


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_a_full_softmax_that_would_take_days_is_refused_beforehand(model):
    """No model is needed to say so."""
    counts = np.full(1_000_000, 1000)
    config = settled(loss="softmax", model=model)
    message = r"loss='softmax' .* 1,000,000 words .* about [\d,]{3,} hours.*loss='ns' or hs"
    with pytest.raises(TrainingError, match=message):
        method_of(config).check_feasible(counts, config)


def test_more_threads_take_fewer_hours():
    counts = np.full(30_000, 1000)
    hours = []
    for threads in (1, 2):
        config = settled(loss="softmax", threads=threads, sample=0.0, epochs=50)
        with pytest.raises(TrainingError) as refusal:
            method_of(config).check_feasible(counts, config)
        hours.append(int(str(refusal.value).split(" hours")[0].split()[-1].replace(",", "")))
    assert hours[0] == pytest.approx(2 * hours[1], rel=0.01)


def test_a_full_softmax_that_takes_minutes_is_not_refused():
    assert tasks_for(np.full(1000, 100), loss="softmax")


@pytest.mark.parametrize("threads", [2, 3, 16, 1024])
def test_changes_of_rare_rows_are_summed_and_of_frequent_rows_averaged(threads):
    weights = merge_weights(np.array([0.0, 1.0, 100.0, 1e4, 1e9]), 0.025, threads)
    assert weights[:2] == pytest.approx([1, 1], abs=1e-3 * threads)
    assert (np.diff(weights) <= 0).all()
    assert weights[-1] == pytest.approx(1 / threads)


def test_a_merge_goes_as_far_as_one_thread_that_does_it_all():
    """The formula in `methods.merging`: n threads, each of which goes 1 - c of the way."""
    uses, lr, threads = 3000.0, 0.1, 4
    c = np.exp(-uses * lr / 16)
    (weight,) = merge_weights(np.array([uses]), lr, threads)
    assert threads * weight * (1 - c) == pytest.approx(1 - c**threads)


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
def test_rarer_rows_have_greater_weights(model, loss):
    counts = 10**6 // np.arange(1, 1001)
    for task in tasks_for(counts, model=model, loss=loss, threads=3):
        weights = np.stack([task.inputs.weights, task.outputs.weights])
        assert weights.shape == (2, HOT_ROWS)
        # Subsampling may let a node above frequent words be visited less than one below.
        ordered = weights[:1] if loss == "hs" else weights
        assert (np.diff(ordered, axis=1) >= -1e-6).all()
        assert (weights > 0.333).all()
        assert (weights <= 1).all()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"window": 100}, (100, False, 200)),
        ({"window": 100, "loss": "softmax", "share_negatives": 0}, (100, False, 200)),
        ({"window": 101}, (101, False, 16)),
        ({"window": 500, "fixed_window": True, "share_negatives": 0}, (500, True, 1)),
        ({"window": "sentence"}, (1000, True, 16)),
        ({"window": "sentence", "max_sentence": 40}, (40, True, 16)),
        ({"window": "sentence", "loss": "softmax"}, (1000, True, 16)),
    ],
    ids=str,
)
def test_long_windows_are_trained_in_steps(options, expected):
    (task,) = tasks_for(**options)
    assert (task.window, task.fixed_window, task.most_inputs) == expected


def test_a_window_has_no_more_words_than_a_sentence():
    """Where that is told matters for windows beyond those that were always possible alone."""
    for options, average, rows in [
        ({"window": 5}, 6, 10),
        ({"window": 100, "fixed_window": True, "max_sentence": 10}, 200, 9),
        ({"window": 10**6}, 999, 16),
        ({"window": 10**6, "model": "cbow"}, 999, 999),
        ({"window": "sentence", "max_sentence": 2000}, 1999, 16),
    ]:
        config = settled(**options)
        assert (inputs_of_center(config), rows_of_step(config)) == (average, rows), options


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("loss", ["ns", "softmax"])
@pytest.mark.parametrize("window", [5, 300, "sentence"])
@pytest.mark.parametrize("share_negatives", [0, 8])
def test_the_memory_of_a_thread_is_told(model, loss, window, share_negatives):
    options = {"model": model, "loss": loss, "window": window, "max_sentence": 50_000}
    options |= {"share_negatives": share_negatives, "negative": 5}
    counts = np.arange(500, 0, -1)
    (task,) = tasks_for(counts, **options)
    work = new_work(task)
    own = [work.words, work.rows, work.in_rows, work.dense, work.products]
    own += [work.out_rows, work.signs]
    taken = sum(array.nbytes for array in own if array is not None)
    told = work_memory(len(counts), settled(dim=20, **options))
    assert taken / 2 < told < 1.2 * taken + 50_000


def test_chunks_of_long_windows_are_short():
    """Who stops training waits for them; those of other windows are as they always were."""
    sizes = {
        window: method_of(config).words_per_chunk(1000, config)
        for window in (5, 100, 101, 10**6)
        for config in [settled(model="cbow", window=window, fixed_window=True, negative=5)]
    }
    assert sizes[5] == sizes[100] == 10**10 // (6 * 6 * 100)
    assert sizes[100] > sizes[101] > 10 * sizes[10**6] > 100_000
