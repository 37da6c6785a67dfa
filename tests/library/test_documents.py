"""Documents as vectors, by themselves and as a part of scikit-learn."""

import pickle

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli import ConfigError, InputError, Vectors, W2VWarning, load

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from w2v_cli.documents import DocumentVectorizer
from w2v_cli.documents.vectorizer import DOCUMENTS_AT_ONCE

WORDS = ["the", "cat", "dog", "red", "blue"]
MATRIX = np.array([[1, 1, 1], [2, 0, 0], [1.5, 0.5, 0], [0, 2, 0], [0, 1.5, 1]], dtype=np.float32)
COUNTS = [80, 10, 5, 4, 1]
DOCUMENTS = ["the cat", "the dog the dog", "the red", "blue", "", "snark", "cat the"]
some_are_unknown = pytest.mark.filterwarnings("ignore:2 of 7 documents have no known word")


@pytest.fixture
def vectors():
    return Vectors.from_arrays(WORDS, MATRIX, COUNTS)


def expected(document, weights):
    rows = [WORDS.index(word) for word in document.split() if word in WORDS]
    return np.mean([weights[row] * MATRIX[row] for row in rows], axis=0) if rows else np.zeros(3)


@some_are_unknown
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


@some_are_unknown
@pytest.mark.parametrize("n_removed", [1, 2, 3])
def test_common_components_are_the_first_singular_vectors(vectors, n_removed):
    plain = DocumentVectorizer(vectors).fit_transform(DOCUMENTS)
    transformer = DocumentVectorizer(vectors, common_components=n_removed).fit(DOCUMENTS)
    components = transformer.components_
    np.testing.assert_allclose(components @ components.T, np.eye(n_removed), atol=1e-9)
    first = np.linalg.svd(plain.astype(np.float64), full_matrices=False)[2][:n_removed]
    rest = plain - plain @ first.T @ first
    np.testing.assert_allclose(transformer.transform(DOCUMENTS), rest, atol=1e-6)


@pytest.mark.filterwarnings("ignore:.* documents have no known word")
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


@some_are_unknown
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
        ({"weighting": "tfidf"}, "weighting must be mean, idf or sif"),
        ({"weighting": "sif", "a": 0}, "a must be a number above 0"),
        ({"weighting": "sif", "a": "x"}, "a must be a number above 0, not 'x'"),
        ({"common_components": 1.5}, "common_components must be a whole number from 0 on"),
        ({"tokenizer": 3}, "tokenizer must be a function, not 3"),
        ({"vectors": 3}, "vectors must be a path or Vectors, not 3"),
        ({"common_components": 4}, "common_components must be from 0 to 3, not 4"),
    ],
)
def test_parameters_are_checked_when_fitting(vectors, parameters, message):
    with pytest.raises(ConfigError, match=message):
        DocumentVectorizer(**{"vectors": vectors, **parameters}).fit(DOCUMENTS)


def test_what_is_no_document_is_told(vectors):
    transformer = DocumentVectorizer(vectors)
    with pytest.raises(NotFittedError):
        transformer.transform(DOCUMENTS)
    for wrong, message in (
        ("the cat", "not a single text"),
        ([3], "a text or a list of words, not 3"),
        ([["the", 3]], "a text or a list of words"),
        ([], "0 samples to fit; give at least one document"),
        (["the", None], r"document 2 is missing \(None\); leave it out, or give an empty text"),
        ([np.nan], r"document 1 is missing \(nan\)"),
        ([b"the cat"], "a text or a list of words, not b'the cat'; it is number 1"),
        ([{"the": 1}], "a text or a list of words, not {'the': 1}"),
        ({"the": 1}, "documents are a list of texts, not dict"),
        (7, "documents are a list of texts, not int"),
        (np.array("the cat"), "documents are a list of texts, not ndarray"),
    ):
        with pytest.raises(InputError, match=message):
            transformer.fit(wrong)
    assert transformer.fit(DOCUMENTS).transform([]).shape == (0, 3)


@pytest.mark.parametrize(
    "table",
    [
        np.array([["the cat"], ["red"]]),
        np.array([["the", "cat"], ["red", "blue"]], dtype=object),
        np.ones((2, 2)),
    ],
)
def test_a_table_is_no_column(vectors, table):
    for ask in (DocumentVectorizer(vectors).fit, DocumentVectorizer(vectors).fit_transform):
        with pytest.raises(InputError, match=r"not a table of the shape .*; give a column: df\["):
            ask(table)
    fitted = DocumentVectorizer(vectors).fit(["the"])
    with pytest.raises(InputError, match="not a table of the shape"):
        fitted.transform(table)


@pytest.mark.parametrize("rows", [[["the cat"], ["red dog"]], [("the cat", "a b"), ("d e", "red")]])
def test_rows_of_a_table_are_no_documents(vectors, rows):
    with pytest.raises(InputError, match=r"\(?\[?'the cat'.* is a row of a table; give one column"):
        DocumentVectorizer(vectors).fit_transform(rows)
    phrases = Vectors.from_arrays(["the cat", "red dog"], np.eye(2))
    np.testing.assert_array_equal(
        DocumentVectorizer(phrases).fit_transform([["the cat"], ["red dog"]]), np.eye(2)
    )


def test_columns_of_pandas_keep_their_rows(vectors):
    pandas = pytest.importorskip("pandas")
    from sklearn.compose import ColumnTransformer

    table = pandas.DataFrame({"text": DOCUMENTS[:4], "n": range(4)}, index=[9, 2, 7, 1])
    expected_rows = DocumentVectorizer(vectors).fit_transform(DOCUMENTS[:4])
    for column in (table["text"], table["text"].astype("category"), table["text"].str.split()):
        found = DocumentVectorizer(vectors).set_output(transform="pandas").fit_transform(column)
        assert list(found.index) == [9, 2, 7, 1]
        assert list(found.columns) == [f"documentvectorizer{n}" for n in range(3)]
        np.testing.assert_array_equal(found.to_numpy(), expected_rows)
    for wrong in (table, table[["text"]]):
        with pytest.raises(InputError, match=r"give a column: df\['review'\]"):
            DocumentVectorizer(vectors).fit_transform(wrong)
    for columns, is_right in (("text", True), (["text"], False)):
        transformer = ColumnTransformer([("d", DocumentVectorizer(vectors), columns)])
        if is_right:
            np.testing.assert_array_equal(transformer.fit_transform(table), expected_rows)
        else:
            with pytest.raises(InputError, match="in a ColumnTransformer its name without a list"):
                transformer.fit_transform(table)
    with pytest.raises(InputError, match=r"document 2 is missing \(nan\)"):
        DocumentVectorizer(vectors).fit(pandas.Series(["the", np.nan]))


def test_inverse_frequencies_are_those_of_scikit_learn(vectors):
    from sklearn.feature_extraction.text import TfidfVectorizer

    documents = [*DOCUMENTS[:4], "cat cat the", "snark the"]
    theirs = TfidfVectorizer(vocabulary=WORDS, norm=None, token_pattern=r"\S+")
    weights = theirs.fit_transform(documents).toarray()
    ours = DocumentVectorizer(vectors, weighting="idf").fit(documents)
    np.testing.assert_allclose(ours.idf_, theirs.idf_)
    means = weights @ MATRIX / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(ours.transform(documents), means, rtol=1e-6)
    others = ["red red blue", "dog"]
    weights = theirs.transform(others).toarray()
    means = weights @ MATRIX / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(ours.transform(others), means, rtol=1e-6)
    parts = DocumentVectorizer(vectors, weighting="idf", common_components=1)
    np.testing.assert_allclose(
        parts.fit_transform(iter(documents)), parts.fit(documents).transform(documents)
    )


def test_unknown_words_are_told(vectors):
    transformer = DocumentVectorizer(vectors).fit(["the"])
    with pytest.warns(W2VWarning) as told:
        found = transformer.transform(["the cat", "snark boojum", "", "the snark"])
    assert str(told[0].message) == (
        "2 of 4 documents have no known word, and their vectors are zero; 50% of all words are "
        "unknown, most often 'snark'; words must be split as in the text that the vectors were "
        "trained on"
    )
    assert told[0].filename == __file__
    assert not found[1:3].any()
    with pytest.warns(W2VWarning, match=r"^67% .* 'The'; lowercase=True makes 100% of them known"):
        transformer.transform(["The CAT dog"])


def test_tokens_that_are_no_texts_are_told(vectors):
    transformer = DocumentVectorizer(vectors, tokenizer=lambda text: map(len, text.split()))
    with pytest.raises(InputError, match=r"^tokenizer must give words as texts, not int; of spaCy"):
        transformer.fit(["the cat"])


def test_it_is_a_part_of_scikit_learn(vectors):
    """Searched over, pickled, cloned, with names for its columns."""
    documents = ["the cat", "dog cat", "cat the cat", "the dog dog"] * 5
    documents += ["the red", "blue red", "red the red", "the blue blue"] * 5
    kinds = ["animal"] * 20 + ["color"] * 20
    pipeline = make_pipeline(DocumentVectorizer(vectors), LogisticRegression())
    grid = {
        "documentvectorizer__weighting": ["mean", "idf", "sif"],
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
