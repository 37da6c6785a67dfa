"""Two spaces brought together: what was turned is turned back, and what is told is so."""

import numpy as np
import pytest

from w2v_cli.alignment.config import AlignConfig
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.evaluation.dictionary import Dictionary
from w2v_cli.library.aligning import align_embeddings, identical_words

N, DIM = 400, 10
RANDOM = np.random.default_rng(1)
TRUE = np.linalg.qr(RANDOM.standard_normal((DIM, DIM)))[0]
VECTORS = RANDOM.standard_normal((N, DIM)) * RANDOM.uniform(0.5, 2, (N, 1)) + 0.5
SOURCE = Embeddings([f"s{i}" for i in range(N)], VECTORS @ TRUE.T, np.arange(N, 0, -1))
TARGET = Embeddings([f"t{i}" for i in range(N)], VECTORS)
NOISY = Embeddings(TARGET.words, VECTORS + 0.3 * RANDOM.standard_normal(VECTORS.shape))


def dictionary(n, step=1):
    return Dictionary("d.txt", [(f"s{i}", f"t{i}") for i in range(0, n * step, step)])


def unit(rows):
    rows = np.asarray(rows, np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("steps", [(), ("unit",), ("unit", "center", "unit")])
@pytest.mark.parametrize("method", ["procrustes", "lstsq"])
def test_a_rotation_is_undone_in_a_target_that_stays(method, steps):
    config = AlignConfig(method, normalize=steps)
    done = align_embeddings(SOURCE, TARGET, dictionary(100), config)
    assert done.target is TARGET
    np.testing.assert_allclose(unit(done.source.vectors), unit(VECTORS), atol=1e-6)
    assert done.rounds[0].mean_cosine == pytest.approx(1, abs=1e-6)
    assert done.retrievals["nn"].precision[1].value == 1
    assert done.retrievals["csls"].precision[1].value == 1
    assert (done.words, done.held_out, done.rounds[0].pairs) == (100, 10, 100)
    assert done.source.counts.tolist() == SOURCE.counts.tolist()


@pytest.mark.parametrize("method", ["procrustes", "vecmap", "lstsq"])
def test_both_may_be_mapped(method):
    done = align_embeddings(SOURCE, TARGET, dictionary(100), AlignConfig(method), True)
    np.testing.assert_allclose(done.source.vectors, done.target.vectors, atol=1e-6)


def test_cosines_within_a_language_stay_under_a_rotation():
    config = AlignConfig(normalize=())
    done = align_embeddings(SOURCE, NOISY, dictionary(50), config)
    before, after = unit(SOURCE.vectors), unit(done.source.vectors)
    np.testing.assert_allclose(after @ after.T, before @ before.T, atol=1e-6)


def test_words_held_out_are_scored_by_a_map_that_has_not_seen_them():
    rng = np.random.default_rng(3)
    other = Embeddings(TARGET.words, rng.standard_normal((N, DIM)))
    pairs = dictionary(30)
    done = align_embeddings(SOURCE, other, pairs, AlignConfig("lstsq", normalize=()))
    # Of noise nothing can be foretold, however well the pairs themselves are fitted.
    assert done.retrievals["nn"].precision[1].value < 0.5
    assert done.held_out == 3


def test_few_words_are_not_held_out():
    done = align_embeddings(SOURCE, TARGET, dictionary(19), AlignConfig())
    assert (done.held_out, done.retrievals) == (0, {})


def test_refinement_makes_more_of_few_pairs():
    few = dictionary(8, 40)
    once = align_embeddings(SOURCE, NOISY, few, AlignConfig())
    again = align_embeddings(SOURCE, NOISY, few, AlignConfig(refine=3))

    def right(done):
        found, _ = done.target.nearest(done.source.vectors, 1)
        return np.mean(found[:, 0] == np.arange(N))

    assert right(again) > right(once) + 0.1
    assert [each.pairs for each in again.rounds][:1] == [8]
    assert all(each.pairs > 100 for each in again.rounds[1:])
    assert "8 known pairs are fewer than the 10 numbers" in once.notes[0]
    assert again.notes == []


def test_identical_words():
    other = Embeddings(["s1", "x", "s0"], VECTORS[:3])
    assert identical_words(SOURCE, other).pairs == [("s0", "s0"), ("s1", "s1")]


def test_lengths_that_differ():
    longer = Embeddings(SOURCE.words, np.hstack([SOURCE.vectors, 0.01 * SOURCE.vectors[:, :3]]))
    pairs = dictionary(100)
    with pytest.raises(ConfigError, match=r"have 13 numbers, .* 10; give project to cut"):
        align_embeddings(longer, TARGET, pairs, AlignConfig())
    done = align_embeddings(longer, TARGET, pairs, AlignConfig(project=True))
    assert done.source.dim == DIM
    assert done.retrievals["csls"].precision[1].value > 0.9
    assert done.notes == ["the vectors of the source are cut from 13 numbers to 10 by PCA"]
    backward = dictionary(100).reversed()
    with pytest.raises(ConfigError, match="which are the longer; give target_output"):
        align_embeddings(TARGET, longer, backward, AlignConfig(project=True))
    assert (
        align_embeddings(TARGET, longer, backward, AlignConfig(project=True), True).target.dim == 10
    )


def test_vecmap_changes_the_target():
    with pytest.raises(ConfigError, match="method='vecmap' changes the vectors of the target too"):
        align_embeddings(SOURCE, TARGET, dictionary(100), AlignConfig("vecmap"))


def test_no_pair_that_is_known():
    with pytest.raises(InputError, match="not one of its 100 words has a vector"):
        align_embeddings(SOURCE, TARGET, dictionary(100).reversed(), AlignConfig())


@pytest.mark.parametrize(
    "options",
    [{"method": "rotation"}, {"refine": -1}, {"csls": 2000}, {"normalize": ("renorm",)}],
)
def test_what_cannot_be(options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        AlignConfig(**options)
