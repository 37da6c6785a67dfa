"""Words laid out in the plane: what the axes are, the same points each time, odd input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.errors import ConfigError, InputError, MissingLibraryError
from w2v_cli.machine import libraries
from w2v_cli.maps.projection import check_method, project


def unit_vectors(n, dim, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((n, dim))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_pca_agrees_with_scikit_learn():
    from sklearn.decomposition import PCA

    vectors = unit_vectors(50, 20)
    projection = project(vectors)
    pca = PCA(2).fit(vectors)
    expected = pca.transform(vectors)
    expected -= (expected.max(axis=0) + expected.min(axis=0)) / 2
    expected /= np.abs(expected).max()
    signs = np.sign((expected * projection.points).sum(axis=0))
    np.testing.assert_allclose(projection.points * signs, expected, atol=1e-5)
    np.testing.assert_allclose(projection.shares, pca.explained_variance_ratio_, rtol=1e-6)


def test_the_order_and_the_sign_of_axes_do_not_depend_on_the_rows():
    vectors = unit_vectors(30, 10)
    order = np.random.default_rng(1).permutation(30)
    np.testing.assert_allclose(
        project(vectors[order]).points, project(vectors).points[order], atol=2e-5
    )


@given(n=st.integers(2, 8), dim=st.integers(1, 5), seed=st.integers(0, 9))
def test_points_are_finite_and_fill_the_square(n, dim, seed):
    projection = project(unit_vectors(n, dim, seed))
    assert projection.points.shape == (n, 2)
    assert np.isfinite(projection.points).all()
    assert np.abs(projection.points).max() in (0.0, 1.0)
    assert 0 <= sum(projection.shares) <= 1 + 1e-9


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_equal_vectors_lie_on_one_point(method):
    projection = project(np.tile(unit_vectors(1, 7), (6, 1)), method)
    assert projection.is_one_point
    assert not projection.points.any()


def test_words_that_are_alike_are_neighbors_by_tsne_and_the_seed_counts():
    rng = np.random.default_rng(3)
    centers = unit_vectors(2, 20)
    vectors = np.repeat(centers, 15, axis=0) + 0.05 * rng.standard_normal((30, 20))
    first = project(vectors, "tsne", seed=1).points
    np.testing.assert_array_equal(first, project(vectors, "tsne", seed=1).points)
    apart = np.linalg.norm(first[:15].mean(axis=0) - first[15:].mean(axis=0))
    within = np.linalg.norm(first[:15] - first[:15].mean(axis=0), axis=1).max()
    assert apart > 2 * within


@pytest.mark.long
def test_umap_gives_the_same_points_each_time():
    pytest.importorskip("umap", reason="umap-learn is not installed")
    vectors = unit_vectors(40, 10)
    points = project(vectors, "umap", seed=2).points
    np.testing.assert_array_equal(points, project(vectors, "umap", seed=2).points)
    assert np.abs(points).max() == 1


def test_too_few_words_and_wrong_options():
    with pytest.raises(InputError, match="at least 2 words, not 1"):
        project(unit_vectors(1, 3))
    with pytest.raises(InputError, match="tsne needs at least 4 words, not 3"):
        project(unit_vectors(3, 3), "tsne")
    with pytest.raises(ConfigError, match="not 'mds'"):
        project(unit_vectors(3, 3), "mds")
    with pytest.raises(ConfigError, match=r"^seed must"):
        project(unit_vectors(3, 3), seed=2**32)


@pytest.mark.parametrize(("method", "library"), [("tsne", "scikit-learn"), ("umap", "umap-learn")])
def test_a_missing_library_is_named_as_pip_knows_it(monkeypatch, method, library):
    def absent(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])

    monkeypatch.setattr(libraries.importlib, "import_module", absent)
    with pytest.raises(MissingLibraryError) as error:
        check_method(method)
    assert str(error.value).endswith(
        f" needs {library}, which is not installed; pip install {library}"
    )


def test_a_library_that_is_there_but_broken_is_not_called_absent(monkeypatch):
    def broken(name):
        raise ImportError("libfoo.so: no such file")

    monkeypatch.setattr(libraries.importlib, "import_module", broken)
    with pytest.raises(MissingLibraryError, match=r"cannot be imported \(libfoo.so"):
        check_method("tsne")
