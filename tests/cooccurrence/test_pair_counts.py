"""Counting pairs: what brute force finds, whatever the threads, the memory and the cuts of text."""

import os
import shutil

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.cooccurrence_reference import counted

from w2v_cli.cooccurrence import space
from w2v_cli.cooccurrence.counting import CountPlan, count_pairs, plan_counting
from w2v_cli.cooccurrence.packing import shifts_of
from w2v_cli.cooccurrence.plan import Head, Sizes, pieces, row_borders
from w2v_cli.cooccurrence.space import DiskNeed, check_disk, disk_need
from w2v_cli.cooccurrence.table import CountRule
from w2v_cli.corpus.encoded import EncodedCorpus
from w2v_cli.corpus.spool import Spool
from w2v_cli.errors import ConfigError, MemoryShortageError, OutputError
from w2v_cli.machine.limits import max_memory

ARRAYS = {"counts": np.int64, "starts": np.int64, "columns": np.uint32, "sums": np.uint64}
ROOMY = Sizes(threads=1, head_cells=10**6, pool_chunks=200, block_ids=1000)


def corpus_of(sentences, folder):
    """An encoded corpus of lists of ids."""
    spool = Spool(folder)
    for ids in sentences:
        spool.append(np.array([*ids, -1], np.int32))
    return EncodedCorpus(spool, sum(map(len, sentences)), len(sentences))


def count(sentences, n_words, rule, folder, sizes=None, **kwargs):
    """The counts of sentences; with ``sizes`` as these say."""
    words = [f"w{word}" for word in range(n_words)]
    counts = np.bincount([word for ids in sentences for word in ids], minlength=n_words)
    with corpus_of(sentences, folder) as corpus:
        plan = sizes and CountPlan.of(counts, corpus.n_tokens, rule, sizes)
        return count_pairs(corpus, words, counts, rule, folder=str(folder), plan=plan, **kwargs)


def assert_same(found, expected):
    for name, dtype in ARRAYS.items():
        array = getattr(found, name)
        assert array.dtype == dtype, name
        np.testing.assert_array_equal(array, getattr(expected, name), err_msg=name)


def random_sentences(n_words, seed=1, n_sentences=40, longest=60):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, longest, n_sentences)
    return [(n_words * rng.random(length) ** 2).astype(int).tolist() for length in lengths]


@st.composite
def cases(draw):
    n_words = draw(st.integers(1, 70))
    word = st.integers(0, n_words - 1)
    sentences = draw(st.lists(st.lists(word, min_size=1, max_size=40), min_size=1, max_size=8))
    rule = CountRule(
        draw(st.integers(1, 45)), draw(st.booleans()), draw(st.sampled_from(["harmonic", "none"]))
    )
    buckets = draw(st.integers(1, 8))
    sizes = Sizes(
        threads=draw(st.integers(1, 3)),
        head_cells=draw(st.integers(0, 400)),
        # A pool must take the pairs of one word, each of which may need a chunk of its own.
        pool_chunks=draw(st.integers(buckets + 1, buckets + 6)),
        buckets=buckets,
        piece_pairs=draw(st.integers(1, 300)),
        block_ids=draw(st.integers(1, 60)),
    )
    return n_words, sentences, rule, sizes


@settings(max_examples=150)
@given(cases())
@example((1, [[0] * 40], CountRule(45), Sizes(1, 0, 2, 1, 1, 3)))
def test_counts_are_those_of_brute_force(tmp_path_factory, case):
    n_words, sentences, rule, sizes = case
    folder = tmp_path_factory.getbasetemp()
    assert_same(count(sentences, n_words, rule, folder, sizes), counted(sentences, n_words, rule))


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("window", [1, 5, 22, 23, 300])
def test_pools_that_run_over_change_nothing(tmp_path, window, symmetric):
    rule, n_words = CountRule(window, symmetric), 300
    sentences = random_sentences(n_words, n_sentences=60, longest=150)
    expected = counted(sentences, n_words, rule)
    for threads in (1, 2, 3):
        for chunks in (150, 10_000):
            sizes = Sizes(threads, 50, chunks, 10, 1000, 500)
            assert_same(count(sentences, n_words, rule, tmp_path, sizes), expected)
    assert_same(count(sentences, n_words, rule, tmp_path), expected)


def test_sums_beyond_32_bits_are_carried(tmp_path):
    sentences = [[0, 1] * 2000, [2] * 500]
    rule = CountRule(22)
    assert int(rule.weights[0]) * 2000 > 2**37
    expected = counted(sentences, 3, rule)
    assert expected.sums.max() > 2**37
    for threads in (1, 3):
        sizes = Sizes(threads, 100, 50, 3, block_ids=301)
        assert_same(count(sentences, 3, rule, tmp_path, sizes), expected)


def test_words_that_never_occur_have_empty_rows(tmp_path):
    found = count([[5, 9]], 12, CountRule(), tmp_path, ROOMY)
    assert found.starts.tolist() == [0] * 6 + [1] * 7
    assert (found.columns.tolist(), found.sums.tolist()) == ([9], [2520])
    assert found.counts.sum() == 2


def test_one_word_a_sentence_has_no_pairs(tmp_path):
    found = count([[0], [1], [0]], 2, CountRule(), tmp_path, ROOMY)
    assert len(found) == 0
    assert found.starts.tolist() == [0, 0, 0]


def test_counts_are_of_the_text_not_of_the_vocabulary(tmp_path):
    with corpus_of([[0, 1, 0]], tmp_path) as corpus:
        found = count_pairs(corpus, ["a", "b"], np.array([1000, 7]), CountRule(2))
    assert found.counts.tolist() == [2, 1]


def test_rows_are_the_left_words_of_one_sided_counts(tmp_path):
    found = count([[2, 0, 1]], 3, CountRule(2, symmetric=False), tmp_path, ROOMY)
    rows = np.repeat(np.arange(3), np.diff(found.starts))
    pairs = list(zip(rows.tolist(), found.columns.tolist(), found.sums.tolist(), strict=True))
    assert pairs == [(0, 1, 2), (2, 0, 2), (2, 1, 1)]


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("n_words", [1, 2, 9, 100])
def test_the_head_is_a_hyperbola_of_ranks(n_words, symmetric):
    for most in (0, 1, 7, 100, 10**5):
        head = Head.of(n_words, symmetric, most)
        has_cell = np.arange(n_words)[:, None] < head.heights[None, :]
        assert head.n_cells == has_cell.sum() <= most
        tails = [
            max(np.flatnonzero(row).max(initial=-1) + 1, number if symmetric else 0)
            for number, row in enumerate(has_cell)
        ]
        assert head.tails.tolist() == tails
        assert head.lengths.tolist() == has_cell.sum(axis=1).tolist()
        # Rank by rank: the product of the ranks of all cells is at most that of any other pair.
        products = np.outer(np.arange(1, n_words + 1), np.arange(1, n_words + 1))
        if symmetric:
            assert not has_cell[np.tril_indices(n_words, -1)].any()
            products, has_cell = (array[np.triu_indices(n_words)] for array in (products, has_cell))
        if has_cell.any() and not has_cell.all():
            assert products[has_cell].max() < products[~has_cell].min()


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 20))
def test_pieces_are_as_long_as_they_may_be(lengths, most):
    found = pieces(np.array(lengths), most)
    assert [place for piece in found for place in range(*piece)] == list(range(len(lengths)))
    for first, stop in found:
        assert stop == first + 1 or sum(lengths[first:stop]) <= most
        assert stop == len(lengths) or sum(lengths[first : stop + 1]) > most


def test_borders_of_rows_rise_from_end_to_end():
    for counts in (np.zeros(5, np.int64), np.array([10**12, 1, 1]), np.arange(100, 0, -1)):
        borders = row_borders(counts, Head.of(len(counts), True, 3), 7)
        assert borders[0] == 0
        assert borders[-1] == len(counts)
        assert (np.diff(borders) > 0).all()
        assert len(borders) <= 8


def test_memory_decides_how_it_is_counted_and_not_what_comes_out(tmp_path):
    n_words, rule = 2000, CountRule(5)
    sentences = random_sentences(n_words, n_sentences=1000, longest=100)
    plans, found = [], []
    for n_bytes in (14 << 20, 40 << 20, 1 << 30):
        counts = np.bincount(np.concatenate(sentences), minlength=n_words)
        n_tokens = sum(map(len, sentences))
        plans.append(plan_counting(counts, n_tokens, rule, n_bytes, threads=2))
        found.append(count(sentences, n_words, rule, tmp_path, max_memory=n_bytes, threads=2))
        assert_same(found[-1], found[0])
    assert [plan.sizes.threads for plan in plans] == [1, 2, 2]
    assert plans[0].sizes.head_cells < plans[1].sizes.head_cells < plans[2].sizes.head_cells


def test_too_little_memory_is_told():
    counts = np.full(10**7, 5)
    with max_memory(1 << 20), pytest.raises(MemoryShortageError, match="counting pairs"):
        plan_counting(counts, 10**9, CountRule())


def test_what_has_no_room_in_63_bits_is_told():
    with pytest.raises(ConfigError, match="too long for 2,097,153 words"):
        plan_counting(np.ones(2**21 + 1, np.int64), 10**8, CountRule(1_000_000))
    assert shifts_of(CountRule(1_000_000), 2**21).tolist() == [41, 20]
    assert shifts_of(CountRule(1), 1).tolist() == [2, 1]


def test_sums_that_might_have_no_room_in_64_bits_are_told():
    highest = 2**64 // (2 * int(CountRule(22).weights.sum()))
    plan_counting(np.array([highest]), highest, CountRule(22), 1 << 28)
    with pytest.raises(ConfigError, match="no room in 64 bits"):
        plan_counting(np.array([highest + 1]), highest + 1, CountRule(22), 1 << 28)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 0}, "from 1 to"),
        ({"window": 1_000_001}, "from 1 to"),
        ({"window": 2.5}, "whole number"),
        ({"window": True}, "whole number"),
        ({"symmetric": "no"}, "true or false"),
        ({"distance_weight": "linear"}, "harmonic or none"),
    ],
)
def test_rules_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ConfigError, match=message):
        CountRule(**arguments)


def test_few_files_are_open_however_often_memory_is_full(tmp_path, monkeypatch):
    from w2v_cli.cooccurrence.runs import Runs

    n_open, n_runs = [], []
    write = Runs.write

    def counted_write(self, *args):
        write(self, *args)
        n_open.append(len(os.listdir("/proc/self/fd")))
        n_runs.append(1)

    monkeypatch.setattr(Runs, "write", counted_write)
    before = len(os.listdir("/proc/self/fd"))
    sentences = random_sentences(500, n_sentences=8, longest=40)
    count(sentences, 500, CountRule(5), tmp_path, Sizes(1, 0, 62, 50, block_ids=1000))
    assert len(n_runs) > 200
    assert max(n_open) < before + 10
    assert len(os.listdir("/proc/self/fd")) <= before + 1


def test_the_disk_that_is_told_is_enough(tmp_path):
    n_words, rule = 3000, CountRule(5)
    rng = np.random.default_rng(2)
    share = 1 / np.arange(1, n_words + 1)
    ids = rng.choice(n_words, 50_000, p=share / share.sum())
    sentences = ids.reshape(-1, 1000).tolist()
    counts = np.bincount(ids, minlength=n_words)
    for sizes in (Sizes(1, 10_000, 2000, 50),):
        head = Head.of(n_words, True, sizes.head_cells)
        need = disk_need(counts, len(ids), rule, sizes, head)
        found = count(sentences, n_words, rule, tmp_path, sizes)
        assert 12 * len(found) < need.table < 1.2 * 12 * len(found)


def test_runs_that_are_told_are_enough(tmp_path, monkeypatch):
    from w2v_cli.cooccurrence import counting

    sizes = Sizes(1, 2_000, 150, 20)
    written = []
    close = counting.Runs.close
    monkeypatch.setattr(
        counting.Runs, "close", lambda self: (written.append(self._file.size), close(self))
    )
    n_words, rule = 3000, CountRule(5)
    rng = np.random.default_rng(2)
    share = 1 / np.arange(1, n_words + 1)
    ids = rng.choice(n_words, 50_000, p=share / share.sum())
    counts = np.bincount(ids, minlength=n_words)
    count(ids.reshape(-1, 1000).tolist(), n_words, rule, tmp_path, sizes)
    need = disk_need(counts, len(ids), rule, sizes, Head.of(n_words, True, sizes.head_cells))
    assert 0 < written[0] <= need.runs < 2 * written[0]


def test_a_disk_without_room_is_told_before(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(space.shutil, "disk_usage", lambda _place: usage)
    check_disk(DiskNeed(600, 400), str(tmp_path))
    with pytest.raises(OutputError, match="need up to 1"):
        check_disk(DiskNeed(601, 400), str(tmp_path))
    # With a file of the result: the runs are gone when it is written.
    check_disk(DiskNeed(500, 500), str(tmp_path), str(tmp_path))
    check_disk(DiskNeed(0, 400, 200), str(tmp_path), str(tmp_path))
    with pytest.raises(OutputError):
        check_disk(DiskNeed(0, 400, 201), str(tmp_path), str(tmp_path))
    with pytest.raises(OutputError, match="tmpdir"):
        check_disk(DiskNeed(0, 501), str(tmp_path), str(tmp_path))
