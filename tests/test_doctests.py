"""The examples in docstrings and in docs/api.md do what they show."""

import doctest
import os
import re

import numpy as np
import pytest
from conftest import ROOT

import w2v_cli.api
import w2v_cli.vectors

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module")
def vectors(compiled):
    """What the docstrings call ``vectors``."""
    return w2v_cli.train(ROOT / "data" / "sample.txt", epochs=3, threads=1)


def documents():
    """The module, where scikit-learn is there."""
    pytest.importorskip("sklearn")
    import w2v_cli.documents

    return w2v_cli.documents


@pytest.mark.parametrize(
    "module",
    [lambda: w2v_cli.api, lambda: w2v_cli.vectors, documents],
    ids=["api", "vectors", "documents"],
)
def test_docstrings(module, vectors, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names = {"vectors": vectors, "np": np}
    result = doctest.testmod(module(), extraglobs=names, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0, capsys.readouterr().out
    assert result.attempted > 3


def test_the_guide(monkeypatch, tmp_path, capsys):
    pytest.importorskip("sklearn")
    pytest.importorskip("gensim")
    # The guide writes files: so not in the repository, but with its data at hand.
    monkeypatch.chdir(tmp_path)
    os.symlink(ROOT / "data", tmp_path / "data")
    # A fence would be taken for output that is expected.
    text = re.sub("^```.*$", "", (ROOT / "docs" / "api.md").read_text(), flags=re.MULTILINE)
    guide = doctest.DocTestParser().get_doctest(text, {}, "api.md", "docs/api.md", 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(guide)
    assert result.failed == 0, capsys.readouterr().out
    assert result.attempted > 15
