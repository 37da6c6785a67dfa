"""`DocumentClassifier` as a part of scikit-learn."""

import pickle

import numpy as np
import pytest

from w2v_cli import (
    ConfigError,
    InputError,
    TextClassifier,
    Vectors,
    W2VWarning,
    load_classifier,
)

pytest.importorskip("sklearn")
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MultiLabelBinarizer
from sklearn.utils import estimator_checks

from w2v_cli import train_classifier
from w2v_cli.arguments import classify_defaults
from w2v_cli.documents import DocumentClassifier

try:
    from sklearn.utils.validation import validate_data
except ImportError:  # before 1.6

    def validate_data(estimator, documents, reset):
        return estimator._validate_data(documents, reset=reset)


pytestmark = pytest.mark.usefixtures("compiled")

TEXTS = ["a fine film", "a dull film", "fine music", "dull dull music", "so fine", "so dull"] * 20
LABELS = ["good", "bad"] * 60
HOW = {"dim": 8, "epochs": 10}


@pytest.fixture(scope="module")
def model(compiled):
    return DocumentClassifier(**HOW).fit(TEXTS, LABELS)


OTHERWISE = {"threads", "seed", "balance", "label_prefix", "min_label_count", "encoding"}
"""Options that have another name here, or none."""


def test_parameters_are_options_of_the_library():
    parameters = DocumentClassifier().get_params()
    options = classify_defaults()
    assert options.keys() - OTHERWISE == parameters.keys() - {
        "class_weight", "threshold", "random_state", "n_jobs", "init",
    }  # fmt: skip
    shared = (options.keys() & parameters.keys()) - {"loss"}
    assert {name: options[name] for name in shared} == {name: parameters[name] for name in shared}


def test_it_is_the_classifier_of_the_library(model):
    theirs = train_classifier(TEXTS, LABELS, threads=1, **HOW)
    assert isinstance(model.classifier_, TextClassifier)
    found = model.predict_proba(TEXTS)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)
    columns = [theirs.labels.index(label) for label in model.classes_]
    np.testing.assert_allclose(found, theirs.predict_proba(TEXTS)[:, columns], atol=1e-6)
    np.testing.assert_array_equal(np.exp(model.predict_log_proba(TEXTS)).round(6), found.round(6))
    assert model.classes_.tolist() == ["bad", "good"]
    assert model.score(TEXTS, LABELS) == 1
    assert model.predict([]).tolist() == []


@pytest.mark.parametrize(
    "names",
    [
        [1, 0],
        [-3, 7],
        [2.0, 1.0],
        [True, False],
        ["good", ""],
        ["a\nb", "a\0b"],
        ["\ud800", "x"],
        [np.str_("good"), np.str_("b d")],
    ],
)
def test_classes_of_any_type_come_back(names):
    y = np.array(names * 60)
    for given in (y, y.astype(object), y.tolist()):
        model = DocumentClassifier(**HOW).fit(TEXTS, given)
        assert model.classes_.tolist() == sorted(set(y.tolist()))
        assert model.predict(TEXTS[:4]).tolist() == y.tolist()[:4]
        assert model.predict(TEXTS[:4]).dtype == model.classes_.dtype


def test_its_labels_are_readable_in_the_file(tmp_path):
    model = DocumentClassifier(**HOW).fit(TEXTS, [1, 5] * 60)
    assert sorted(model.classifier_.labels) == ["1", "5"]
    model.classifier_.save(tmp_path / "m.bin")
    assert b"__label__5\0" in (tmp_path / "m.bin").read_bytes()
    assert load_classifier(tmp_path / "m.bin").predict("fine")[0].label == "1"


def test_documents_of_all_kinds(model):
    expected = model.predict_proba(TEXTS)
    for kind in (iter, np.array, lambda texts: [text.split() for text in texts]):
        again = DocumentClassifier(**HOW).fit(kind(TEXTS), iter(LABELS) if kind is iter else LABELS)
        np.testing.assert_array_equal(again.predict_proba(kind(TEXTS)), expected)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": TEXTS, "label": LABELS}, index=range(500, 620))
    for labels in (frame["label"], frame["label"].astype("category")):
        again = DocumentClassifier(**HOW).fit(frame["text"], labels)
        np.testing.assert_array_equal(again.predict_proba(frame["text"]), expected)


SEVERAL = [["color", "thing"], ["thing"], ["color"], []] * 30
BOXES = ["red box", "box", "red", "so so"] * 30


@pytest.mark.filterwarnings("ignore:30 of 120 documents have no label")
def test_several_labels_as_lists_and_as_a_matrix():
    how = {**HOW, "epochs": 40}
    of_lists = DocumentClassifier(**how).fit(BOXES, SEVERAL)
    assert of_lists.classes_.tolist() == ["color", "thing"]
    assert of_lists.predict(BOXES[:3]) == [("color", "thing"), ("thing",), ("color",)]
    assert of_lists.score(BOXES[:3], SEVERAL[:3]) == 1
    assert of_lists.score(BOXES[:2], [["color"], ["thing"]]) == 0.5
    assert of_lists.classifier_.settings["loss"] == "ova"
    sets = DocumentClassifier(**how).fit(BOXES, [set(some) for some in SEVERAL])
    np.testing.assert_array_equal(sets.predict_proba(BOXES), of_lists.predict_proba(BOXES))
    matrix = MultiLabelBinarizer().fit_transform(SEVERAL)
    for y in (matrix, matrix.astype(bool), matrix.tolist(), sparse.csr_matrix(matrix)):
        model = DocumentClassifier(**how).fit(BOXES, y)
        found = model.predict(BOXES[:3])
        np.testing.assert_array_equal(found, matrix[:3])
        assert found.dtype == np.int64
        assert model.classes_.tolist() == [0, 1]
        np.testing.assert_allclose(
            model.predict_proba(BOXES), of_lists.predict_proba(BOXES), atol=0.05
        )
        assert f1_score(matrix[:3], found, average="micro") == 1
    never = DocumentClassifier(**how, threshold=1.0).fit(BOXES, SEVERAL)
    assert never.predict(["so so"] * 2) == [(), ()]


def test_a_column_without_a_one_has_no_probability():
    matrix = np.array([[1, 0, 0], [0, 0, 1]] * 60)
    model = DocumentClassifier(**HOW).fit(TEXTS, matrix)
    assert model.classes_.tolist() == [0, 1, 2]
    assert not model.predict_proba(TEXTS)[:, 1].any()
    np.testing.assert_array_equal(model.predict(TEXTS), matrix)


@pytest.mark.parametrize("loss", ["softmax", "hs", "ns", "ova"])
def test_probabilities_of_one_class_each_add_up(loss):
    y = np.array([0, 1, 2, 0, 1, 2] * 20)
    model = DocumentClassifier(**HOW, loss=loss).fit(TEXTS, y)
    found = model.predict_proba(TEXTS)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(TEXTS), found.argmax(axis=1))


def test_weights_of_documents_and_classes():
    texts, y = ["x", "x", "x", "y"] * 40, np.array(["a", "a", "b", "b"] * 40)
    weights = np.where(y == "b", 3.0, 1.0)
    by_document = DocumentClassifier(**HOW).fit(texts, y, sample_weight=weights)
    by_class = DocumentClassifier(**HOW, class_weight={"b": 3}).fit(texts, y)
    expected = by_document.predict_proba(["x"])
    np.testing.assert_array_equal(by_class.predict_proba(["x"]), expected)
    plain = DocumentClassifier(**HOW).fit(texts, y).predict_proba(["x"])
    assert expected[0, 1] > plain[0, 1] + 0.1
    both = DocumentClassifier(**HOW, class_weight={"b": 3}).fit(texts, y, 1 / weights)
    np.testing.assert_allclose(both.predict_proba(["x"]), plain, atol=1e-6)
    rare = ["a"] * 9 + ["b"]
    words = ["x"] * 100
    balanced = DocumentClassifier(**HOW, class_weight="balanced").fit(words, rare * 10)
    assert balanced.predict_proba(["x"])[0, 1] > 0.3
    assert balanced.classifier_.settings["balance"] is True
    several = [["a", "b"], ["a"], ["b"], ["b"]] * 40
    weighted = DocumentClassifier(**HOW, class_weight={"b": 3}).fit(texts, several)
    same = DocumentClassifier(**HOW).fit(texts, several, [2, 1, 3, 3] * 40)
    np.testing.assert_array_equal(weighted.predict_proba(["x"]), same.predict_proba(["x"]))


def test_a_document_that_weighs_nothing_is_left_out():
    weights = [1, 1, 0, 1, 0, 1] * 20
    kept = [text for text, weight in zip(TEXTS, weights, strict=True) if weight]
    labels = [label for label, weight in zip(LABELS, weights, strict=True) if weight]
    found = DocumentClassifier(**HOW).fit(TEXTS, LABELS, sample_weight=weights)
    expected = DocumentClassifier(**HOW).fit(kept, labels).predict_proba(kept)
    np.testing.assert_array_equal(found.predict_proba(kept), expected)
    with pytest.warns(W2VWarning, match="there is only one label"):
        one = DocumentClassifier(**HOW).fit(TEXTS, LABELS, sample_weight=[1, 0] * 60)
    assert one.classes_.tolist() == ["bad", "good"]
    assert one.predict_proba(["fine"]).tolist() == [[0, 1]]


def test_it_starts_from_vectors(tmp_path):
    words = sorted({word for text in TEXTS for word in text.split()})
    vectors = Vectors.from_arrays(words, np.eye(len(words), dtype=np.float32))
    model = DocumentClassifier(init=vectors, freeze=True).fit(TEXTS, LABELS)
    assert model.classifier_.dim == len(words)
    assert model.score(TEXTS, LABELS) == 1
    vectors.save(tmp_path / "v.w2v")
    same = DocumentClassifier(init=tmp_path / "v.w2v", freeze=True).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(same.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert clone(model).init is vectors
    with pytest.raises(ConfigError, match="dim=3"):
        DocumentClassifier(init=vectors, dim=3).fit(TEXTS, LABELS)


def test_random_states(model):
    expected = model.predict_proba(TEXTS)
    fit = DocumentClassifier(**HOW, random_state=7).fit
    other = fit(TEXTS, LABELS).predict_proba(TEXTS)
    np.testing.assert_array_equal(fit(TEXTS, LABELS).predict_proba(TEXTS), other)
    assert not np.array_equal(other, expected)
    drawn = [
        DocumentClassifier(**HOW, random_state=np.random.RandomState(seed)).fit(TEXTS, LABELS)
        for seed in (1, 1, 2)
    ]
    seeds = [each.classifier_.settings["seed"] for each in drawn]
    assert seeds[0] == seeds[1] != seeds[2]
    assert DocumentClassifier(**HOW, n_jobs=2).fit(TEXTS, LABELS).score(TEXTS, LABELS) == 1


def test_it_is_a_part_of_scikit_learn(model):
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    pipeline = make_pipeline(lower, DocumentClassifier(**HOW))
    grid = {
        "documentclassifier__word_ngrams": [1, 2],
        "documentclassifier__class_weight": [None, "balanced"],
        "documentclassifier__buckets": [1000],
    }
    search = GridSearchCV(pipeline, grid, cv=2, scoring="neg_log_loss").fit(TEXTS, LABELS)
    assert search.predict(["FINE", "dull"]).tolist() == ["good", "bad"]
    scores = cross_val_score(DocumentClassifier(**HOW), TEXTS, LABELS, scoring="roc_auc")
    assert scores.min() == 1
    pickled = pickle.dumps(model)
    assert len(pickled) < 10_000
    again = pickle.loads(pickled)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), model.predict_proba(TEXTS))
    copied = clone(model)
    assert copied.get_params() == model.get_params()
    assert not hasattr(copied, "classifier_")
    assert repr(copied) == "DocumentClassifier(dim=8, epochs=10)"


@pytest.mark.parametrize(
    ("documents", "y", "weights", "error", "message"),
    [
        (["a", "b"], ["x"], None, ValueError, "inconsistent numbers of samples"),
        (["a", "b"], None, None, ValueError, "requires y to be passed"),
        (["a", "b"], ["x", None], None, ValueError, r"missing label \(None\)"),
        (["a", "b"], [1.0, np.nan], None, ValueError, "NaN"),
        (["a", "b"], [0.5, 1.25], None, ValueError, "Unknown label type: continuous"),
        (["a", "b"], [["x", 1], ["y"]], None, ValueError, "labels that cannot be sorted"),
        (["a", "b"], np.array([["x", "y"], ["y", "z"]]), None, ValueError, "several columns"),
        (["a", "b"], np.zeros((2, 2, 2)), None, ValueError, "dim 3"),
        (["a", "b"], ["x", "y"], [1], ValueError, r"sample_weight.shape == \(1,\), expected"),
        (["a", "b"], ["x", "y"], [1, -1], ValueError, "not finite, or below 0"),
        (["a", "b"], ["x", "y"], [0, 0], ValueError, "all weights are zero"),
        ([], [], None, InputError, "0 samples to fit"),
        ("a", ["x"], None, InputError, "not a single text"),
        (["a", None], ["x", "y"], None, InputError, "document 2 is missing"),
        (np.ones((2, 2)), ["x", "y"], None, InputError, "not a table of the shape"),
    ],
)
def test_what_does_not_fit_is_told(documents, y, weights, error, message):
    with pytest.raises(error, match=message):
        DocumentClassifier(**HOW).fit(documents, y, weights)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"dim": 0}, "dim must be from 1 to 4096, not 0"),
        ({"loss": "hinge"}, "loss must be softmax or hs or ns or ova, not 'hinge'"),
        ({"class_weight": "rare"}, "class_weight must be a dict of class to weight, 'balanced' or"),
        ({"random_state": -1}, "seed must be from 0"),
        ({"tokenize": "chars"}, "tokenize must be"),
        ({"lowercase": "yes"}, "lowercase must be True or False"),
    ],
)
def test_parameters_are_checked_when_fitting(parameters, message):
    with pytest.raises(ConfigError, match=message):
        DocumentClassifier(**parameters).fit(TEXTS, LABELS)


def test_before_it_is_fitted():
    for ask in (DocumentClassifier().predict, DocumentClassifier().predict_proba):
        with pytest.raises(NotFittedError):
            ask(["a"])
    with pytest.raises(NotFittedError):
        DocumentClassifier().score(["a"], ["x"])


def test_one_class_and_documents_without_words():
    with pytest.warns(W2VWarning, match="there is only one label, 3") as told:
        model = DocumentClassifier(**HOW).fit(["a", ""], [3, 3])
    assert told[0].filename == __file__
    with pytest.warns(W2VWarning, match="1 of 2 documents without a word") as told:
        assert model.predict(["a", ""]).tolist() == [3, 3]
    assert told[0].filename == __file__
    with pytest.warns(DataConversionWarning):
        DocumentClassifier(**HOW).fit(["a", "b"], np.array([[1], [2]]))


def test_warnings_within_a_search_are_at_the_line_of_the_program():
    with pytest.warns(W2VWarning, match="without a word") as told:
        cross_val_score(DocumentClassifier(dim=2, epochs=1), [*TEXTS, ""], [*LABELS, "good"], cv=2)
    assert {each.filename for each in told if each.category is W2VWarning} == {__file__}


class OfNumbers(DocumentClassifier):
    """Tables of numbers become documents, for what scikit-learn checks with these."""

    def fit(self, table, y, sample_weight=None):
        documents = in_words(validate_data(self, table, reset=True))
        return super().fit(documents, y, sample_weight)

    def predict_proba(self, table):
        estimator_checks.check_is_fitted(self)
        return super().predict_proba(in_words(validate_data(self, table, reset=False)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags

    def _more_tags(self):
        return {"X_types": ["2darray"], "multilabel": True}


def in_words(table):
    """A word for each number: its column, and about what it is."""
    places = np.clip(np.floor(2 * table), -9, 9).astype(int).tolist()
    return [[f"{column}:{place}" for column, place in enumerate(row)] for row in places]


CANNOT = {
    # Weights multiply the learning rate of a step; a document that is there twice makes two steps.
    "check_sample_weight_equivalence_on_dense_data": "steps are not sums",
    # The same before 1.6: the order of documents is another one.
    "check_sample_weights_invariance": "steps have an order",
}


@pytest.mark.filterwarnings("ignore")
def test_the_checks_of_scikit_learn_with_documents_made_of_numbers():
    model = OfNumbers(dim=8, epochs=20)
    failed = {}
    if hasattr(estimator_checks, "estimator_checks_generator"):
        checks = estimator_checks.estimator_checks_generator(model)
    else:  # before 1.6
        checks = estimator_checks.check_estimator(model, generate_only=True)
    for estimator, check in checks:
        name = getattr(check, "func", check).__name__
        try:
            check(estimator)
        except estimator_checks.SkipTest:
            pass
        except Exception as error:  # noqa: BLE001 - all that fail are told together
            failed[name] = error
    assert set(failed) <= set(CANNOT), failed


@pytest.mark.filterwarnings("ignore:Can't test estimator")
def test_the_checks_of_scikit_learn_for_texts():
    """Those of all numbers are left out by the tags; the rest are these."""
    estimator_checks.check_estimator(DocumentClassifier())
    for name in (
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_get_params_invariance",
        "check_mixin_order",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_set_params",
        "check_valid_tag_types",
    ):
        if check := getattr(estimator_checks, name, None):
            check("DocumentClassifier", DocumentClassifier())
