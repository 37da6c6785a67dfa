"""Retrieval compared: the measures of `benchmarks/retrieval.py`, and its tasks."""

import gzip
import math

import numpy as np
import pytest
from conftest import ROOT


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")


def test_measures_of_ranks():
    import retrieval

    found = retrieval.measures([1, 2, 10, 11])
    ndcg = [1, 1 / math.log2(3), 1 / math.log2(11), 0]
    assert np.allclose(found.T, [ndcg, [1, 1, 1, 0], [1, 0.5, 0.1, 0]])


def test_ranks_are_those_of_the_answers_and_equals_stand_before_them():
    import retrieval

    scores = np.array([[0.1, 0.9, 0.5], [0.3, 0.3, 0.3], [0.0, 0.2, 0.1]])
    assert retrieval.ranks_of(scores, np.array([2, 0, 1])).tolist() == [2, 3, 1]


def test_an_interval_has_the_mean_in_it_and_narrows():
    import retrieval

    draw = np.random.default_rng(1)
    few, many = (draw.random(size) for size in (100, 10_000))
    for values, width in ((few, 0.15), (many, 0.015)):
        low, high = retrieval.interval(values)
        assert low < values.mean() < high
        assert width / 2 < high - low < width


def test_bm25_by_its_formula():
    pytest.importorskip("sklearn")
    import retrieval

    documents = ["a a b", "b c", "d e f g h"]
    scores = retrieval.bm25(["a b", "x"], documents)
    mean = (3 + 2 + 5) / 3

    def part(count, length, having):
        idf = math.log(1 + (3 - having + 0.5) / (having + 0.5))
        return idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))

    expected = [part(2, 3, 1) + part(1, 3, 2), part(1, 2, 2), 0]
    assert np.allclose(scores, [expected, [0, 0, 0]])


def test_fusion_of_ranks():
    import retrieval

    found = retrieval.fused(np.array([[3.0, 2.0, 1.0]]), np.array([[5.0, 7.0, 6.0]]))
    assert np.allclose(found, [[1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62]])


TRANSLATION = """\
Package: {name}
Description-md5: 0
Description-en: {name} is what is asked (for nothing)
 It is a thing about {name} that has many words, so that it counts.
 .
 And a {name} more.

"""


def test_the_task_of_packages(tmp_path):
    import retrievaltasks

    path = tmp_path / "Translation-en"
    names = ["one", "two", "two-doc", "three"]
    text = "".join(TRANSLATION.format(name=name) for name in names)
    path.write_text(text + "Package: short\nDescription-en: a b c d\n Few words.\n\n")
    task = retrievaltasks.packages(path, 2, 10)
    assert len(task.documents) == 3
    assert len(task.queries) == 2
    for query, answer in zip(task.queries, task.answers, strict=True):
        name = query.removesuffix(" is what is asked")
        assert name in ("one", "two", "three")
        assert task.documents[answer].startswith(f"It is a thing about {name} that")
        assert task.documents[answer].endswith(f"counts. And a {name} more.")
    assert retrievaltasks.packages(path, 2, 10) == task


def test_the_head_of_a_task_has_the_answers_of_its_queries():
    import retrievaltasks

    task = retrievaltasks.Task("t", ["a", "b", "c"], list("uvwxyz"), [5, 1, 0])
    head = task.head(2, 4)
    assert head.queries == ["a", "b"]
    assert head.documents == ["u", "v", "w", "z"]
    assert [head.documents[row] for row in head.answers] == ["z", "v"]


GCIDE = """\
Widget \\Wid"get\\, n. [Of [uncertain] origin; cf.
   {gadget}.]
   1. A small thing of which the name is not known to {people}. --Milton.
      [1913 Webster]

         It was a widget, and the poet saw it.
      [1913 Webster]

   2. What others say.
      [WordNet 1.5]

Widget maker \\Wid"get ma`ker\\, n.
   One who makes widgets of all the kinds that there are, and more.
   [1913 Webster]

gadget \\gad"get\\, n.
   A device that is useful, and of which there are several kinds.
   [1913 Webster]
"""
NOUNS = """\
  1 A licence
00000001 03 n 01 widget 0 000 | a thing without a known name; "he sold widgets"
00000002 03 n 02 gadget 0 gizmo 1 000 | a useful device
00000003 03 n 01 gadget 0 000 | another device
"""


def test_the_task_of_definitions(tmp_path):
    import retrievaltasks

    for part in ("noun", "verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text(NOUNS if part == "noun" else "")
    (tmp_path / "gcide.dict.dz").write_bytes(gzip.compress(GCIDE.encode()))
    task = retrievaltasks.definitions(tmp_path, tmp_path / "gcide.dict.dz", 5, 5)
    # gadget has two senses.
    assert task.queries == ["a thing without a known name"]
    [document] = task.documents
    told = "A small thing of which the name is not known to people ."
    assert " ".join(document.split()) == told
