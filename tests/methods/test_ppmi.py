"""PPMI against NumPy: the matrix, its products, its singular vectors; threads, stops, bad input."""

import json

import numpy as np
import pytest
from conftest import fails_with
from hypothesis import given
from hypothesis import strategies as st
from support.cooccurrence_reference import counted
from support.ppmi_reference import dense, factors, ppmi

from w2v_cli import load, train
from w2v_cli.config import TrainConfig
from w2v_cli.cooccurrence.table import CountRule
from w2v_cli.errors import ConfigError, InputError, W2VWarning
from w2v_cli.methods.oncounts import CountedPairs
from w2v_cli.methods.ppmi import svd
from w2v_cli.methods.ppmi.matrix import WIDTH, ppmi_of
from w2v_cli.methods.ppmi.parameters import n_columns
from w2v_cli.methods.ppmi.schedule import N_PASSES, PassSchedule
from w2v_cli.presets import PRESETS
from w2v_cli.training.checkpoint import Checkpoints
from w2v_cli.training.trainer import train_model

RULES = [CountRule(2), CountRule(3, symmetric=False), CountRule(5, distance_weight="none")]


def sentences(n_words, seed=0, n=300):
    """Ids in which words of a kind stand together, so that singular values differ."""
    draw = np.random.default_rng(seed)
    kinds = draw.integers(0, 5, n)
    return [((draw.zipf(1.3, 12) + kind * 7) % n_words).tolist() for kind in kinds.tolist()]


def cells(matrix):
    """All of M, by its products with unit columns."""
    found = {}
    for transposed in (False, True):
        width = -(-matrix.n_words // WIDTH) * WIDTH
        units = np.eye(matrix.n_words, width, dtype=np.float32)
        product = np.full((matrix.n_words, width), np.nan, np.float32)
        for block in range(width // WIDTH):
            matrix.multiply(units, product, block, transposed)
        found[transposed] = product[:, : matrix.n_words]
    np.testing.assert_array_equal(found[True], found[False].T)
    return found[False]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("smoothing", "shift"), [(0.75, 1.0), (1.0, 1.0), (0.0, 0.5), (0.5, 4.0)])
def test_the_matrix_is_that_of_the_formula(rule, smoothing, shift):
    counts = counted(sentences(30), 33, rule)  # three words are nowhere
    matrix = ppmi_of(counts, smoothing, shift, threads=2)
    expected = ppmi(dense(counts), smoothing, shift)
    np.testing.assert_allclose(cells(matrix), expected, atol=3e-6)
    assert matrix.squares == pytest.approx((expected**2).sum(), rel=1e-5)
    n_pairs = np.count_nonzero(np.triu(np.maximum(expected, expected.T)))
    assert len(matrix) == (n_pairs if rule.symmetric else np.count_nonzero(expected))


def trained(counts, n_tokens=1000, checkpoints=None, resume=False, stop=None, **options):
    config = TrainConfig(model="ppmi", **options)
    corpus = CountedPairs(counts, n_tokens, 10)
    return train_model(
        corpus, counts.counts, config, checkpoints=checkpoints, resume=resume, stop=stop
    )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_vectors_are_those_of_an_exact_decomposition(rule, weight):
    counts = counted(sentences(16), 16, rule)
    expected = ppmi(dense(counts))
    dim = 6
    found = trained(counts, dim=dim, eigenvalue_weight=weight)
    left, right, values = factors(expected, dim, weight)
    u, v = found.parameters.vectors, found.parameters.context_vectors
    np.testing.assert_allclose(u, left, atol=2e-4 * values[0] ** weight)
    np.testing.assert_allclose(v, right, atol=2e-4 * values[0] ** weight)
    # As many columns are computed as there are words.
    assert n_columns(dim) == 16 and found.losses == [pytest.approx(0, abs=1e-5)]


@pytest.mark.parametrize("rule", RULES)
def test_many_words_come_near_an_exact_decomposition(rule):
    counts = counted(sentences(90, n=900), 90, rule)
    expected = ppmi(dense(counts))
    dim = 20
    found = trained(counts, dim=dim)
    u, v = found.parameters.vectors, found.parameters.context_vectors
    exact = np.linalg.svd(expected, compute_uv=False)
    best = (exact[dim:] ** 2).sum()
    assert best <= ((u @ v.T - expected) ** 2).sum() < 1.1 * best
    [lost] = found.losses
    least = (exact[n_columns(dim) :] ** 2).sum() / (exact**2).sum()
    assert least <= lost < 1.1 * least + 0.01


def test_a_matrix_of_low_rank_leaves_columns_of_zeros():
    # Two kinds of words that never meet.
    counts = counted([[0, 1] * 3, [2, 3] * 5] * 4, 4, CountRule(1))
    exact = np.linalg.matrix_rank(ppmi(dense(counts)), tol=1e-3)
    found = trained(counts, dim=20)
    u, v = found.parameters.vectors, found.parameters.context_vectors
    assert exact < 5
    assert not u[:, exact:].any() and not v[:, exact:].any()
    np.testing.assert_allclose(u @ v.T, ppmi(dense(counts)), atol=1e-5)
    assert found.losses == [pytest.approx(0, abs=1e-5)]


@pytest.mark.parametrize("rule", RULES)
def test_any_number_of_threads_gives_the_same_bytes(rule):
    counts = counted(sentences(200, n=500), 200, rule)
    alone = trained(counts, dim=50)
    assert alone.parameters.vectors.any()
    for threads in (2, 3, 8):
        found = trained(counts, dim=50, threads=threads)
        for name, matrix in alone.parameters:
            np.testing.assert_array_equal(found.parameters[name], matrix)
        assert found.losses == alone.losses
    other = trained(counts, dim=50, seed=2)
    assert not np.array_equal(other.parameters.vectors, alone.parameters.vectors)


@given(st.integers(1, 20), st.integers(1, 10**9))
def test_chunks_stand_for_all_words_and_wait_for_those_before(n_blocks, n_tokens):
    schedule = PassSchedule(n_blocks, n_tokens)
    chunks = [schedule[number] for number in range(len(schedule))]
    assert sum(chunk.tokens for chunk in chunks) == n_tokens == schedule.n_tokens
    assert len(chunks) == N_PASSES * (n_blocks + 1)
    done = set()
    for number, chunk in enumerate(chunks):
        before = set(schedule.before(number))
        assert before <= done
        if chunk.block is None:
            assert {chunks[each].number for each in before} == {chunk.number}
            assert len(before) == n_blocks
        elif chunk.number:
            [end] = before
            assert chunks[end].block is None and chunks[end].number == chunk.number - 1
        done.add(number)
    assert schedule.epoch_end(0) == schedule.model_end(3) == len(schedule)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 99), st.integers(1, 3))
def test_columns_become_orthonormal_and_span_the_same(n_rows, rank, seed, threads):
    draw = np.random.default_rng(seed)
    matrix = draw.standard_normal((n_rows, rank)) @ draw.standard_normal((rank, 16))
    matrix = matrix.astype(np.float32)
    found = matrix.copy()
    svd.orthonormalise(found, threads)
    svd.orthonormalise(found, threads)
    rank = min(n_rows, rank)
    np.testing.assert_allclose(
        found.T @ found, np.diag([1.0] * rank + [0.0] * (16 - rank)), atol=1e-5
    )
    scale = np.abs(matrix).max()
    np.testing.assert_allclose(found @ (found.T @ matrix), matrix, atol=2e-4 * scale)


class Stop:
    """Is set after some looks."""

    def __init__(self, after):
        self._left = after

    def is_set(self):
        self._left -= 1
        return self._left < 0


@pytest.mark.parametrize("after", [1, 5, 18, 25])
def test_what_was_stopped_goes_on_to_the_same_bytes(tmp_path, after):
    from w2v_cli.errors import TrainingStopped

    counts = counted(sentences(120, n=500), 120, CountRule(3))
    whole = trained(counts, dim=40)

    def kept():
        identity = {"corpus": {}, "options": {}, "version": "1"}
        return Checkpoints(str(tmp_path), identity, pytest.fail, seconds=3600)

    with pytest.raises(TrainingStopped):
        trained(counts, dim=40, checkpoints=kept(), stop=Stop(after))
    found = trained(counts, dim=40, checkpoints=kept(), resume=True)
    for name, matrix in whole.parameters:
        np.testing.assert_array_equal(found.parameters[name], matrix)
    assert found.losses == whole.losses


def text_of(lists):
    return "".join(" ".join(f"w{word}" for word in ids) + "\n" for ids in lists)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("ppmi") / "text.txt"
    path.write_text(text_of(sentences(60, n=800)))
    return path


def test_the_command_trains_tells_and_repeats(w2v, text, tmp_path):
    options = ["-m", "ppmi", "-d", 4, "--shift", 2, "--smoothing", 0.5, "--threads", 2]
    result = w2v("train", text, "-o", tmp_path / "v.w2v", *options, "--stats", tmp_path / "s.json")
    assert result.returncode == 0, result.errors
    assert "pairs decomposed in" in result.errors and "of their squares" in result.errors
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["epochs"] == 1 and 0 < stats["loss"][0] < 1
    chosen = {name: stats["options"][name] for name in ("shift", "smoothing", "eigenvalue_weight")}
    assert chosen == {"shift": 2.0, "smoothing": 0.5, "eigenvalue_weight": 0.5}
    assert not {"lr", "epochs", "negative", "ensemble", "x_max"} & set(stats["options"])
    again = w2v("train", text, "-o", tmp_path / "again.w2v", "--like", tmp_path / "v.w2v")
    assert again.returncode == 0, again.errors
    first = load(tmp_path / "v.w2v")
    np.testing.assert_array_equal(load(tmp_path / "again.w2v").matrix, first.matrix)
    found = train(text, model="ppmi", dim=4, shift=2.0, smoothing=0.5, threads=3)
    np.testing.assert_array_equal(found.matrix, first.matrix)


def test_outputs_are_the_words_as_contexts(w2v, text, tmp_path):
    options = ["-m", "ppmi", "-d", 8, "-q", "--keep-context"]
    assert w2v("train", text, "-o", tmp_path / "v.w2v", *options).returncode == 0
    done = w2v("train", text, "-o", tmp_path / "sum.txt", *options[:5], "--vectors", "sum")
    assert done.returncode == 0, done.errors
    made = w2v("convert", tmp_path / "v.w2v", tmp_path / "made.txt", "--vectors", "sum", "-q")
    assert made.returncode == 0, made.errors
    sums, made = load(tmp_path / "sum.txt"), load(tmp_path / "made.txt")
    np.testing.assert_array_equal(sums.matrix, made.matrix)
    assert not np.array_equal(sums.matrix, load(tmp_path / "v.w2v").matrix)


def test_progress_has_no_learning_rate(w2v, text, tmp_path):
    log, options = tmp_path / "log", ["-m", "ppmi", "-d", 4, "--checkpoint", tmp_path / "kept"]
    result = w2v("train", text, "-o", tmp_path / "v.bin", *options, "--log-json", log)
    assert result.returncode == 0, result.errors
    records = list(map(json.loads, log.read_text().splitlines()))
    stages = [record for record in records if record.get("stage") == "train"]
    assert stages and all(record["lr"] is None for record in stages)
    assert stages[-1]["epochs"] == 1 and stages[-1]["done"] == stages[-1]["total"]


@pytest.mark.parametrize("preset", ["word2vec", "quality"])
@pytest.mark.parametrize("model", ["glove", "ppmi"])
def test_presets_of_other_models_leave_out_what_a_model_has_not(w2v, text, tmp_path, preset, model):
    stats = tmp_path / "stats"
    options = ["--preset", preset, "-m", model, "-d", 4, "--stats", stats, "--min-count", 1]
    result = w2v("train", text, "-o", tmp_path / "v.bin", "-q", *options)
    assert result.returncode == 0, result.errors
    options = json.loads(stats.read_text())["options"]
    assert options["window"] == PRESETS[preset]["window"]
    n_models = None if model == "ppmi" else PRESETS[preset]["ensemble"]
    assert options.get("ensemble") == n_models


def test_words_of_which_nothing_is_known_are_told(w2v, tmp_path):
    text, words = tmp_path / "text.txt", tmp_path / "words.txt"
    text.write_text("a b a c\nb c d a\n")
    words.write_text("a 3\nb 2\nnever 2\nc 2\nd 1\n")
    args = [text, "-m", "ppmi", "-d", 2, "-o", tmp_path / "v.txt"]
    told = "1 of 5 words stand near no other one"
    for options, is_told in (["--min-count", 1], False), (["--vocab", words], True):
        result = w2v("train", *args, *options)
        assert result.returncode == 0, result.errors
        assert (told in result.errors) == is_told, result.errors


@pytest.mark.parametrize(
    ("options", "pattern"),
    [
        (["--epochs", 3], "--epochs 3 is of skipgram, cbow, glove, nnlm and rnnlm"),
        (["--lr", 0.1], "--lr 0.1 is of skipgram, cbow, glove, nnlm and rnnlm"),
        (["--ensemble", 2], "--ensemble 2 is of"),
        (["--negative", 3], "--negative 3 is of skipgram, cbow, nnlm and rnnlm"),
        (["--x-max", 3], "--x-max 3.0 is of glove"),
        (["--time-budget", "1m"], "--time-budget: --model ppmi has no epochs"),
        (["--init", "v.bin"], "--init: --model ppmi is computed anew"),
        (["--shift", 0], "--shift"),
        (["--smoothing", 1.5], "--smoothing"),
        (["--eigenvalue-weight", -1], "--eigenvalue-weight"),
    ],
)
def test_options_that_mean_nothing_are_refused(w2v, text, tmp_path, options, pattern):
    result = w2v("train", text, "-o", tmp_path / "v.bin", "-m", "ppmi", *options)
    fails_with(result, 2, pattern)
    assert not (tmp_path / "v.bin").exists()


def test_other_models_have_none_of_its_options(w2v, text, tmp_path):
    result = w2v("train", text, "-o", tmp_path / "v.bin", "--shift", 5)
    fails_with(result, 2, "--shift 5.0 is of ppmi, and means nothing to --model skipgram")
    with pytest.raises(ConfigError, match="smoothing"):
        train(text, smoothing=0.5)


@pytest.mark.parametrize(
    ("content", "options", "pattern"),
    [
        ("a\nb\n" * 20, [], "no word has a neighbor to learn from"),
        ("a b\n" * 20, ["--shift", 9], "more often than by chance"),
        ("", [], "is empty|no words"),
    ],
)
def test_a_text_that_tells_nothing_is_an_error(w2v, tmp_path, content, options, pattern):
    (tmp_path / "t.txt").write_text(content)
    out = tmp_path / "v.bin"
    result = w2v("train", tmp_path / "t.txt", "-o", out, "-m", "ppmi", "-q", *options)
    fails_with(result, 1, pattern)
    assert not out.exists()


def test_one_word_that_stands_by_itself_alone(tmp_path):
    with pytest.raises(InputError, match="more often than by chance"):
        train(texts=["a a a a a a"] * 5, model="ppmi", min_count=1, dim=4, shift=1)


def test_a_single_word_means_nothing():
    with pytest.warns(W2VWarning, match="a single word, and its vector means nothing"):
        train(texts=["a a a a a a"] * 5, model="ppmi", min_count=1, dim=4)


def test_memory_is_told_before_it_is_taken(w2v, text, tmp_path):
    result = w2v(
        "train", text, "-o", tmp_path / "v.bin", "-m", "ppmi", "-d", 4096, "--max-memory", "600M",
        "--threads", 1, "-q",
    )  # fmt: skip
    fails_with(result, 1, "needs about .* of memory")
