"""Documents as vectors, by themselves and as a part of scikit-learn."""

import pickle

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli import ConfigError, InputError, Vectors, load

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from w2v_cli.documents import DOCUMENTS_AT_ONCE, DocumentVectorizer

WORDS = ["the", "cat", "dog", "red", "blue"]
MATRIX = np.array([[1, 1, 1], [2, 0, 0], [1.5, 0.5, 0], [0, 2, 0], [0, 1.5, 1]], dtype=np.float32)
COUNTS = [80, 10, 5, 4, 1]
DOCUMENTS = ["the cat", "the dog the dog", "the red", "blue", "", "snark", "cat the"]


@pytest.fixture
def vectors():
    return Vectors.from_arrays(WORDS, MATRIX, COUNTS)


def expected(document, weights):
    rows = [WORDS.index(word) for word in document.split() if word in WORDS]
    return np.mean([weights[row] * MATRIX[row] for row in rows], axis=0) if rows else np.zeros(3)


@pytest.mark.parametrize("weighting", ["mean", "sif"])
def test_means_are_by_the_formula(vectors, weighting):
    a = 0.01
    shares = np.array(COUNTS) / sum(COUNTS)
    weights = np.ones(5) if weighting == "mean" else a / (a + shares)
    found = DocumentVectorizer(vectors, weighting=weighting, a=a).fit_transform(DOCUMENTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [expected(text, weights) for text in DOCUMENTS], rtol=1e-6)
    tokens = [text.split() for text in DOCUMENTS]
    same = DocumentVectorizer(vectors, weighting=weighting, a=a).fit_transform(iter(tokens))
    np.testing.assert_array_equal(same, found)


@pytest.mark.parametrize("n_removed", [1, 2, 3])
def test_common_components_are_the_first_singular_vectors(vectors, n_removed):
    plain = DocumentVectorizer(vectors).fit_transform(DOCUMENTS)
    transformer = DocumentVectorizer(vectors, common_components=n_removed).fit(DOCUMENTS)
    components = transformer.components_
    np.testing.assert_allclose(components @ components.T, np.eye(n_removed), atol=1e-9)
    first = np.linalg.svd(plain.astype(np.float64), full_matrices=False)[2][:n_removed]
    rest = plain - plain @ first.T @ first
    np.testing.assert_allclose(transformer.transform(DOCUMENTS), rest, atol=1e-6)


def test_many_documents_are_taken_some_at_a_time(vectors):
    documents = DOCUMENTS * (DOCUMENTS_AT_ONCE // 5)
    found = DocumentVectorizer(vectors, common_components=1).fit_transform(documents)
    assert found.shape == (len(documents), 3)
    np.testing.assert_array_equal(found[:7], found[-7:])


def test_texts_become_words_as_asked(vectors):
    transform = DocumentVectorizer(vectors, lowercase=True).fit_transform
    np.testing.assert_array_equal(transform(["The CAT"]), transform([["the", "Cat"]]))
    by_comma = DocumentVectorizer(vectors, tokenizer=lambda text: text.split(",")).fit_transform
    np.testing.assert_array_equal(by_comma(["the,cat"]), transform(["the cat"]))


def test_vectors_may_be_a_file(vectors, tmp_path):
    vectors.save(tmp_path / "v.w2v")
    ours = DocumentVectorizer(str(tmp_path / "v.w2v"), weighting="sif").fit_transform(DOCUMENTS)
    theirs = DocumentVectorizer(vectors, weighting="sif").fit_transform(DOCUMENTS)
    np.testing.assert_array_equal(ours, theirs)
    vectors.save(tmp_path / "v.bin", record=False)
    with pytest.raises(ConfigError, match="needs counts"):
        DocumentVectorizer(load(tmp_path / "v.bin"), weighting="sif").fit(DOCUMENTS)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"weighting": "tfidf"}, "weighting must be mean or sif"),
        ({"weighting": "sif", "a": 0}, "a must be above 0"),
        ({"common_components": 4}, "common_components must be from 0 to 3, not 4"),
    ],
)
def test_parameters_are_checked_when_fitting(vectors, parameters, message):
    with pytest.raises(ConfigError, match=message):
        DocumentVectorizer(vectors, **parameters).fit(DOCUMENTS)


def test_what_is_no_document_is_told(vectors):
    transformer = DocumentVectorizer(vectors)
    with pytest.raises(NotFittedError):
        transformer.transform(DOCUMENTS)
    for wrong, message in (
        ("the cat", "not a single text"),
        ([3], "a text or a list of words, not 3"),
        ([["the", 3]], "a text or a list of words"),
        ([], "0 samples to fit; give at least one document"),
    ):
        with pytest.raises(InputError, match=message):
            transformer.fit(wrong)
    assert transformer.fit(DOCUMENTS).transform([]).shape == (0, 3)


def test_it_is_a_part_of_scikit_learn(vectors):
    """Searched over, pickled, cloned, with names for its columns."""
    documents = ["the cat", "dog cat", "cat the cat", "the dog dog"] * 5
    documents += ["the red", "blue red", "red the red", "the blue blue"] * 5
    kinds = ["animal"] * 20 + ["color"] * 20
    pipeline = make_pipeline(DocumentVectorizer(vectors), LogisticRegression())
    grid = {
        "documentvectorizer__weighting": ["mean", "sif"],
        "documentvectorizer__common_components": [0, 1],
    }
    search = GridSearchCV(pipeline, grid, cv=2, n_jobs=1).fit(documents, kinds)
    assert search.best_score_ == 1
    assert search.predict(["dog", "blue"]).tolist() == ["animal", "color"]
    transformer = search.best_estimator_[0]
    pickled = pickle.loads(pickle.dumps(transformer))
    np.testing.assert_array_equal(pickled.transform(documents), transformer.transform(documents))
    copied = clone(transformer)
    assert copied.get_params() == transformer.get_params()
    assert copied.vectors is vectors
    assert transformer.get_feature_names_out().tolist() == [
        f"documentvectorizer{n}" for n in range(3)
    ]


@pytest.mark.parametrize(
    "check",
    [
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_get_params_invariance",
        "check_mixin_order",
        "check_no_attributes_set_in_init",
        "check_set_params",
        "check_valid_tag_types",
    ],
)
def test_the_checks_of_scikit_learn(vectors, check):
    """Those that feed no numbers: documents are texts."""
    function = getattr(estimator_checks, check, None)
    if function is None:
        pytest.skip(f"this scikit-learn has no {check}")
    function("DocumentVectorizer", DocumentVectorizer(vectors))


def test_trained_vectors_tell_topics_apart(compiled):
    from w2v_cli import train

    vectors = train(ROOT / "data" / "sample.txt", epochs=1, dim=32, threads=1)
    transformer = DocumentVectorizer(vectors, weighting="sif", common_components=1)
    rows = transformer.fit_transform(
        ["the capital of italy is rome", "athens is in greece", "he sang quickly", "she danced"]
    )
    cosines = (unit := rows / np.linalg.norm(rows, axis=1, keepdims=True)) @ unit.T
    assert cosines[0, 1] > max(cosines[0, 2], cosines[0, 3])
