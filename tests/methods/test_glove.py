"""GloVe: its steps by hand, by finite differences and beside a page of NumPy; its tiles."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cooccurrence_reference import counted
from support.glove_reference import Glove as Reference

from w2v_cli.config import TrainConfig
from w2v_cli.cooccurrence.table import CountRule
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.kernels import SECOND
from w2v_cli.methods.glove import tiles as tiles_module
from w2v_cli.methods.glove.schedule import TileSchedule
from w2v_cli.methods.glove.tiles import tiles_of
from w2v_cli.methods.oncounts import CountedPairs, rule_of
from w2v_cli.methods.registry import method_of
from w2v_cli.training.trainer import train_model
from w2v_cli.training.turns import in_turn

GLOVE = method_of(TrainConfig(model="glove"))
N_WORDS = 23


def sentences_of(seed=3, n=60, n_words=N_WORDS):
    rng = np.random.default_rng(seed)
    return [np.minimum(rng.geometric(0.15, 9), n_words).tolist() for _ in range(n)]


def corpus_of(sentences, config, n_words=N_WORDS):
    ids = [[word - 1 for word in sentence] for sentence in sentences]
    pairs = counted(ids, n_words, rule_of(config))
    return CountedPairs(pairs, sum(map(len, ids)), len(ids))


def config_of(**options):
    chosen = {"dim": 7, "epochs": 2, "window": 4, "x_max": 5.0, "lr": 0.05} | options
    return TrainConfig(model="glove", **chosen)


@pytest.fixture
def small_blocks(monkeypatch):
    """Five words in a block, so that there are many tiles."""
    monkeypatch.setattr(tiles_module, "BLOCK_WORDS", 5)


def words_of(tiles, tile):
    """The words of all pairs of a tile, in their order."""
    first, second = tiles.borders[tiles.blocks[tile]]
    pairs = slice(tiles.starts[tile], tiles.starts[tile + 1])
    sides = []
    for local in (tiles.left[pairs].astype(int), tiles.right[pairs].astype(int)):
        sides.append(np.where(local >= SECOND, second + local - SECOND, first + local))
    return [*zip(*(side.tolist() for side in sides), tiles.x[pairs].tolist(), strict=True)]


def reference_of(parameters, config, **more):
    vectors = parameters.vectors, parameters.context_vectors, parameters.biases
    options = {"x_max": config.x_max, "alpha": config.alpha, "lr": config.lr}
    return Reference(*vectors, clip=config.grad_clip, **options, **more)


def engine_of(corpus, config):
    """(parameters before training, the schedule, the engine)."""
    n_words = corpus.pairs.n_words
    parameters = GLOVE.allocate(n_words, config)
    GLOVE.initialise(parameters, config.seed)
    schedule = GLOVE.schedule(corpus, n_words, config)
    return parameters, schedule, GLOVE.engine(corpus, parameters, None, config)


def assert_like(parameters, reference):
    for ours, theirs in (
        (parameters.vectors, reference.w),
        (parameters.context_vectors, reference.c),
        (parameters.biases, reference.b),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("adagrad", ["row", "coordinate"])
def test_a_pair_by_hand(adagrad):
    """Two words of two numbers that stand side by side twice: X = 2 of x_max = 8, so f = 1/2."""
    config = config_of(dim=2, window=1, x_max=8.0, alpha=0.5, lr=0.1, adagrad=adagrad)
    corpus = corpus_of([[1, 2], [1, 2]], config, 2)
    parameters, schedule, engine = engine_of(corpus, config)
    parameters.vectors[:] = [[1, 2], [0, 0]]
    parameters.context_vectors[:] = [[0, 0], [0.5, -1]]
    parameters.biases[:] = [[0.25, 0], [0, 0.75]]
    tokens, pairs, loss = engine.train(schedule[0])
    # Forth: 1 * 0.5 - 2 + 0.25 + 0.75 - ln 2 = -1.193147, times 1/2 is -0.596574; back: -ln 2.
    assert (tokens, pairs) == (4, 2)
    assert loss == pytest.approx((0.596574 * 1.193147 + 0.346574 * 0.693147) / 2, abs=2e-6)
    np.testing.assert_allclose(parameters.vectors, [[1.029829, 1.940343], [0, 0]], atol=1e-6)
    np.testing.assert_allclose(
        parameters.context_vectors, [[0, 0], [0.559657, -0.880685]], atol=1e-6
    )
    np.testing.assert_allclose(
        parameters.biases, [[0.846574, 0.346574], [0.346574, 1.346574]], atol=1e-6
    )


@pytest.mark.parametrize("dim", [1, 7, 16, 33])
@pytest.mark.parametrize("adagrad", ["row", "coordinate"])
def test_a_step_goes_down_the_gradient(dim, adagrad):
    config = config_of(dim=dim, window=1, lr=0.01, adagrad=adagrad)
    corpus = corpus_of([[1, 2]] * 3, config, 2)
    parameters, schedule, engine = engine_of(corpus, config)
    rng = np.random.default_rng(dim)
    for numbers in (parameters.vectors, parameters.context_vectors, parameters.biases):
        numbers[:] = rng.normal(size=numbers.shape)
    before = reference_of(parameters, config)
    engine.train(schedule[0])

    def cost(name, place, value):
        changed = reference_of_copy(before, config)
        getattr(changed, name)[place] += value
        return changed.cost(0, 1, 3.0) + changed.cost(1, 0, 3.0)

    for name, rate in (("w", config.lr), ("c", config.lr), ("b", 1.0)):
        after = {"w": parameters.vectors, "c": parameters.context_vectors, "b": parameters.biases}
        for place in np.ndindex(after[name].shape):
            slope = (cost(name, place, 1e-4) - cost(name, place, -1e-4)) / 2e-4
            change = after[name][place] - getattr(before, name)[place]
            assert change == pytest.approx(-rate * slope, rel=1e-3, abs=2e-6)


def reference_of_copy(other, config):
    options = {"x_max": config.x_max, "alpha": config.alpha, "lr": config.lr}
    return Reference(other.w, other.c, other.b, clip=config.grad_clip, **options)


@pytest.mark.parametrize("adagrad", ["row", "coordinate"])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("lr", [0.05, 1.0])
@pytest.mark.usefixtures("small_blocks")
def test_it_is_the_page_of_numpy_draw_for_draw(adagrad, symmetric, lr):
    config = config_of(adagrad=adagrad, symmetric=symmetric, lr=lr, epochs=3)
    corpus = corpus_of(sentences_of(), config)
    parameters, schedule, engine = engine_of(corpus, config)
    reference = reference_of(parameters, config, by_coordinate=adagrad == "coordinate")
    tiles = corpus.made["tiles"]
    assert tiles.n_blocks == 5
    for number in range(len(schedule)):
        chunk = schedule[number]
        _, n_pairs, loss = engine.train(chunk)
        costs = []
        for i, j, x in words_of(tiles, chunk.tile):
            costs.append(reference.step(i, j, x))
            if symmetric and i != j:
                costs.append(reference.step(j, i, x))
        assert len(costs) == n_pairs
        assert loss == pytest.approx(sum(costs), rel=1e-3, abs=1e-5)
    assert_like(parameters, reference)


@pytest.mark.usefixtures("small_blocks")
def test_words_are_held_as_on_the_page_of_numpy():
    config = config_of(anchor=0.7, epochs=2)
    corpus = corpus_of(sentences_of(), config)
    parameters, schedule, engine = engine_of(corpus, config)
    r = np.random.default_rng(5).normal(size=parameters.vectors.shape)
    held = np.arange(N_WORDS) % 3 == 0
    parameters.anchors[held], parameters.is_held[held] = r[held], 1
    reference = reference_of(parameters, config)
    tiles = corpus.made["tiles"]
    all_blocks = [set(tiles.blocks[schedule[k].tile].tolist()) for k in range(len(schedule) // 2)]
    for number in range(len(schedule)):
        chunk = schedule[number]
        engine.train(chunk)
        for block in sorted(set(tiles.blocks[chunk.tile].tolist())):
            n_tiles = sum(block in blocks for blocks in all_blocks)
            for word in range(tiles.borders[block], tiles.borders[block + 1]):
                if held[word]:
                    reference.hold(word, r[word], 2 * 0.7 * config.lr / n_tiles)
        for i, j, x in words_of(tiles, chunk.tile):
            reference.step(i, j, x)
            if i != j:
                reference.step(j, i, x)
    assert_like(parameters, reference)


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("block_words", [1, 4, 100])
def test_each_pair_is_in_one_tile_once(symmetric, block_words):
    rule = CountRule(3, symmetric)
    ids = [[word - 1 for word in sentence] for sentence in sentences_of()]
    pairs = counted(ids, N_WORDS, rule)
    tiles = tiles_of(pairs, 1, block_words)
    found = []
    for tile, (first, second) in enumerate(tiles.blocks):
        in_tile = words_of(tiles, tile)
        ranges = [range(*tiles.borders[[block, block + 1]]) for block in (first, second)]
        for i, j, _ in in_tile:
            assert (i in ranges[0] and j in ranges[1]) or (i in ranges[1] and j in ranges[0])
        both = sum(symmetric and i != j for i, j, _ in in_tile)
        assert tiles.n_directions[tile] == len(in_tile) + both
        found += in_tile
    rows = np.repeat(np.arange(N_WORDS), np.diff(pairs.starts))
    x = np.float32(pairs.sums / rule.unit)
    wanted = zip(rows.tolist(), pairs.columns.tolist(), x.tolist(), strict=True)
    assert sorted(found) == sorted(wanted)


def test_pairs_of_a_tile_are_in_an_order_of_the_seed():
    pairs = corpus_of(sentences_of(), config_of()).pairs
    one, again, other = (words_of(tiles_of(pairs, seed), 0) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert one != sorted(one)
    assert sorted(one) == sorted(other)
    # No place is that of one pair: over seeds the first one may be any.
    firsts = {words_of(tiles_of(pairs, seed), 0)[0] for seed in range(40)}
    assert len(firsts) > 20


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 3), st.data())
@settings(deadline=None, max_examples=40)
def test_tiles_that_share_a_block_wait_for_one_another(n_blocks, epochs, ensemble, data):
    n_words = data.draw(st.integers(n_blocks, 3 * n_blocks))
    sentences = data.draw(
        st.lists(st.lists(st.integers(1, n_words), min_size=2, max_size=5), min_size=1, max_size=9)
    )
    config = config_of(epochs=epochs, ensemble=ensemble, dim=6 * ensemble, seed=n_blocks)
    corpus = corpus_of(sentences, config, n_words)
    tiles = tiles_of(corpus.pairs, 1, -(-n_words // n_blocks))
    schedule = TileSchedule(tiles, corpus.n_tokens, config)
    chunks = [schedule[number] for number in range(len(schedule))]
    n_tiles = np.count_nonzero(np.diff(tiles.starts))
    assert len(chunks) == n_tiles * epochs * ensemble
    assert sum(chunk.tokens for chunk in chunks) == schedule.n_tokens
    assert [chunk.epoch for chunk in chunks] == sorted(chunk.epoch for chunk in chunks)
    for epoch in range(epochs * ensemble):
        of_epoch = [chunk.tile for chunk in chunks if chunk.epoch == epoch]
        assert len(set(of_epoch)) == len(of_epoch) == n_tiles
    # Whatever waits comes behind all that shares a block, be it through others.
    behind = []
    for number, chunk in enumerate(chunks):
        before = schedule.before(number)
        assert all(each < number for each in before)
        behind.append(set(before).union(*(behind[each] for each in before)))
        mine = set(tiles.blocks[chunk.tile])
        for other in range(number):
            if mine & set(tiles.blocks[chunks[other].tile]):
                assert other in behind[number]


def test_an_epoch_has_an_order_of_its_own():
    config = config_of(epochs=2)
    tiles = tiles_of(corpus_of(sentences_of(), config).pairs, 1, 2)
    schedule = TileSchedule(tiles, 100, config)
    n = len(schedule) // 2
    one, two = ([schedule[k].tile for k in range(start, start + n)] for start in (0, n))
    assert one != two
    other = TileSchedule(tiles, 100, config_of(epochs=2, seed=2))
    assert [other[k].tile for k in range(n)] != one


def trained(corpus, **options):
    counts = np.asarray(corpus.pairs.counts)
    return train_model(corpus, counts, config_of(**options))


@pytest.mark.parametrize("options", [{}, {"adagrad": "coordinate"}, {"symmetric": False}])
@pytest.mark.usefixtures("small_blocks")
def test_any_number_of_threads_makes_the_same_bytes(options):
    sentences = sentences_of(n=800)
    found = []
    for threads in (1, 2, 3, 3):
        corpus = corpus_of(sentences, config_of(**options))
        training = trained(corpus, epochs=12, threads=threads, **options)
        found.append((training.parameters["rows"].tobytes(), training.losses))
    assert all(each == found[0] for each in found)


@pytest.mark.usefixtures("small_blocks")
def test_without_waiting_threads_would_share_rows():
    """Which shows that the test above can fail: the schedule has neighbors that share a block."""
    config = config_of(epochs=3)
    corpus = corpus_of(sentences_of(), config)
    _, schedule, _ = engine_of(corpus, config)
    blocks = [set(corpus.made["tiles"].blocks[schedule[k].tile]) for k in range(len(schedule))]
    assert any(one & two for one, two in itertools.pairwise(blocks))


def test_a_call_waits_for_those_before_it_even_if_they_fail():
    class Schedule:
        def __getitem__(self, number):
            return number

        def before(self, number):
            return (number - 1,) if number else ()

    class Engine:
        def train(self, chunk):
            raise ValueError

    train = in_turn(Schedule(), Engine())
    for number in range(3):
        with pytest.raises(ValueError):
            train(number)


@pytest.mark.usefixtures("small_blocks")
def test_the_loss_falls_and_is_that_of_all_pairs():
    training = trained(corpus_of(sentences_of(), config_of()), epochs=30)
    assert training.epochs_done == 30
    assert training.losses[-1] < 0.5 * training.losses[0]
    pairs = corpus_of(sentences_of(), config_of()).pairs
    rows = np.repeat(np.arange(N_WORDS), np.diff(pairs.starts))
    assert training.pairs_trained == 30 * (2 * len(pairs) - np.count_nonzero(rows == pairs.columns))


def test_a_rate_that_is_far_too_high_is_told_or_stays_finite():
    training = trained(corpus_of(sentences_of(), config_of()), lr=10.0, epochs=5, grad_clip=1e-3)
    assert training.parameters.is_finite()


class Join:
    """What `go_on` asks of a `warmstart.Join`."""

    def __init__(self, old, rows):
        self.old = type("Old", (), {"embeddings": old})
        self.has_context = old.context is not None
        self._rows = np.array(rows)

    def known_rows(self):
        known = np.flatnonzero(self._rows >= 0)
        yield known, self._rows[known]


@pytest.mark.parametrize("has_context", [True, False])
def test_old_vectors_start_both_halves(has_context):
    config = config_of(dim=3, anchor=2.0)
    parameters = GLOVE.allocate(3, config)
    GLOVE.initialise(parameters, 1)
    start = parameters.vectors.copy(), parameters.context_vectors.copy()
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    context = vectors[::-1].copy() if has_context else None
    old = Embeddings(["a", "b"], vectors, context=context)
    GLOVE.go_on(parameters, Join(old, [1, -1, 0]))
    assert parameters.vectors[1].tolist() == start[0][1].tolist()
    assert parameters.is_held.tolist() == [1, 0, 1]
    if has_context:
        assert parameters.vectors[[0, 2]].tolist() == vectors[[1, 0]].tolist()
        assert parameters.context_vectors[[0, 2]].tolist() == context[[1, 0]].tolist()
        assert parameters.anchors[[0, 2]].tolist() == (vectors + context)[[1, 0]].tolist()
    else:
        for half, noise in zip(
            (parameters.vectors, parameters.context_vectors), start, strict=True
        ):
            assert np.allclose(half[[0, 2]], vectors[[1, 0]] / 2 + noise[[0, 2]])
        assert parameters.anchors[[0, 2]].tolist() == vectors[[1, 0]].tolist()


@pytest.mark.usefixtures("small_blocks")
def test_a_strong_anchor_holds_words_and_none_lets_them_go():
    distances = []
    for anchor in (1e6, 1e-6):
        config = config_of(anchor=anchor, epochs=20)
        corpus = corpus_of(sentences_of(), config)
        parameters, schedule, engine = engine_of(corpus, config)
        r = np.random.default_rng(5).normal(size=parameters.vectors.shape).astype(np.float32)
        parameters.vectors[:] = parameters.context_vectors[:] = r / 2
        parameters.anchors[:], parameters.is_held[:] = r, 1
        for number in range(len(schedule)):
            engine.train(schedule[number])
        made = parameters.vectors + parameters.context_vectors
        distances.append(np.abs(made - r).max())
    assert distances[0] < 0.3 < 3 * distances[0] < distances[1]


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_mean_weight_is_that_of_all_directions(symmetric):
    config = config_of(symmetric=symmetric)
    corpus = corpus_of(sentences_of(), config)
    engine_of(corpus, config)
    pairs = corpus.pairs
    x = pairs.sums / pairs.rule.unit
    weights = np.minimum(1, (x / config.x_max) ** config.alpha)
    rows = np.repeat(np.arange(N_WORDS), np.diff(pairs.starts))
    times = np.where(symmetric & (rows != pairs.columns), 2, 1)
    assert corpus.facts["mean_weight"] == pytest.approx(np.average(weights, weights=times))
