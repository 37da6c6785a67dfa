"""The examples in docstrings do what they show; those of docs/api.md are run by test_docs."""

import doctest
import importlib

import numpy as np
import pytest
from conftest import ROOT

import w2v_cli.api
import w2v_cli.comparison
import w2v_cli.vectors
from w2v_cli import train_classifier, tune_classifier
from w2v_cli.classifiers import textclassifier, training, tuning

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module")
def vectors(compiled):
    """What the docstrings call ``vectors``."""
    return w2v_cli.train(ROOT / "data" / "sample.txt", epochs=3, threads=1)


def documents(name):
    """A module of that room, where scikit-learn is there."""
    pytest.importorskip("sklearn")
    return importlib.import_module(f"w2v_cli.documents.{name}")


@pytest.mark.parametrize(
    "module",
    [
        lambda: w2v_cli.api,
        lambda: w2v_cli.comparison,
        lambda: textclassifier,
        lambda: training,
        lambda: tuning,
        lambda: w2v_cli.vectors,
        lambda: documents("vectorizer"),
        lambda: documents("classifier"),
    ],
    ids=[
        "api",
        "comparison",
        "textclassifier",
        "training",
        "tuning",
        "vectors",
        "vectorizer",
        "classifier",
    ],
)
def test_docstrings(module, vectors, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names = {"vectors": vectors, "early": vectors, "late": vectors, "np": np}
    names |= {"train_classifier": train_classifier, "tune_classifier": tune_classifier}
    result = doctest.testmod(module(), extraglobs=names, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0, capsys.readouterr().out
    assert result.attempted > 3
