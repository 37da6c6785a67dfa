"""The approximate index: against exact search, with restrictions, and files that are damaged."""

import json
import zipfile

import numpy as np
import pytest

pytest.importorskip("faiss")

from w2v_cli.embeddings import index as index_module
from w2v_cli.embeddings.index import build_index, read_index
from w2v_cli.embeddings.restriction import restrict_answers
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError, MemoryShortageError
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.machine.limits import max_memory
from w2v_cli.machine.system import memory_bytes


@pytest.fixture(scope="module")
def embeddings():
    # Clusters, as words have: without any, no index is better than looking at all rows.
    rng = np.random.default_rng(6)
    centers = rng.standard_normal((60, 12))
    vectors = centers[rng.integers(0, 60, 4000)] + 0.5 * rng.standard_normal((4000, 12))
    return Embeddings([f"w{row}" for row in range(4000)], vectors.astype(np.float32))


@pytest.fixture(scope="module")
def index(embeddings):
    return build_index(embeddings, least_recall=0.95, n_queries=200)[0]


@pytest.fixture(scope="module")
def path(tmp_path_factory, index):
    path = tmp_path_factory.mktemp("index") / "v.index"
    index.write(path)
    return path


@pytest.fixture(scope="module")
def vectors(tmp_path_factory, embeddings):
    path = tmp_path_factory.mktemp("vectors") / "v.bin"
    write_embeddings(path, embeddings.words, embeddings.vectors, "binary")
    return path


def test_memory_that_an_index_takes_is_asked_for_before(embeddings):
    with max_memory(memory_bytes() + (1 << 16)), pytest.raises(MemoryShortageError) as caught:
        build_index(embeddings)
    assert "building the index needs about" in str(caught.value)


def test_the_recall_is_what_it_says(embeddings, index):
    assert 0.95 <= index.facts.recall <= 1
    assert index.facts.n_probes < index.facts.n_lists
    own = [[row] for row in range(0, 4000, 7)]
    queries = embeddings.unit(np.arange(0, 4000, 7))
    exact, _ = embeddings.nearest(queries, 10, own)
    found, _ = index.nearest(queries, 10, own)
    recall = np.mean([len({*one} & {*other}) / 10 for one, other in zip(exact, found, strict=True)])
    assert recall == pytest.approx(index.facts.recall, abs=0.03)


def test_cosines_are_exact_and_own_words_left_out(embeddings, index):
    queries = embeddings.unit(np.arange(50))
    own = [[row, row + 1] for row in range(50)]
    ids, cosines = index.nearest(queries, 7, own)
    assert ids.shape == (50, 7)
    assert not (ids[:, :, None] == np.array(own)[:, None, :]).any()
    expected = np.einsum("qd,qkd->qk", queries, embeddings.unit(ids.ravel()).reshape(50, 7, 12))
    np.testing.assert_allclose(cosines, expected, atol=1e-12)
    assert np.all(np.diff(cosines) <= 0)


@pytest.mark.parametrize("allowed", [3000, 40, 3])
def test_restrictions_hold_and_answers_are_never_short(embeddings, index, allowed):
    restriction = restrict_answers(embeddings, n_rows=allowed, not_words=["w0", "w2", "nobody"])
    ids, cosines = index.nearest(embeddings.unit(np.arange(100)), 10, None, restriction)
    assert ids.shape == (100, min(10, restriction.n_rows))
    assert ids.max() < allowed
    assert not np.isin(ids, [0, 2]).any()
    exact, _ = embeddings.nearest(embeddings.unit(np.arange(100)), 10, None, restriction)
    assert ((ids >= 0).sum(axis=1) == (exact >= 0).sum(axis=1)).all()
    if allowed < 40:
        assert np.array_equal(ids, exact)
    assert np.all(cosines[ids < 0] == -np.inf)


def test_no_queries_zero_vectors_and_few_words(embeddings, index):
    assert index.nearest(np.empty((0, 12)), 5)[0].shape == (0, 5)
    assert np.isfinite(index.nearest(np.zeros((1, 12)), 5)[1]).all()
    few = Embeddings(["a", "b", "c"], np.eye(3, dtype=np.float32))
    built, _ = build_index(few)
    assert built.facts.recall == 1
    assert built.nearest(np.eye(3), 10)[0].shape == (3, 3)
    with pytest.raises(InputError, match="no vectors"):
        build_index(Embeddings([], np.empty((0, 3), dtype=np.float32)))


def test_a_file_gives_the_same_answers(embeddings, index, path):
    again = read_index(path, embeddings)
    assert again.facts == index.facts
    queries = embeddings.unit(np.arange(60))
    for one, other in zip(again.nearest(queries), index.nearest(queries), strict=True):
        assert np.array_equal(one, other)


def test_an_index_of_other_vectors_is_refused(embeddings, path):
    other = embeddings.vectors.copy()
    other += 1
    for words, vectors in [
        (embeddings.words, other),
        (embeddings.words[::-1], embeddings.vectors),
        (embeddings.words[:-1], embeddings.vectors[:-1]),
    ]:
        with pytest.raises(InputError, match="index of other vectors"):
            read_index(path, Embeddings(words, vectors))


def test_damage_is_found_before_faiss_sees_it(embeddings, path, tmp_path, monkeypatch):
    class Untouchable:
        """Stands in for faiss: whatever is used of it is too much."""

    data = path.read_bytes()
    monkeypatch.setattr(index_module, "_faiss", Untouchable)
    rng = np.random.default_rng(0)
    places = rng.integers(0, len(data), 60)
    damaged = [data[:place] for place in places[:20]]
    damaged += [data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :] for place in places]
    n_refused = 0
    for number, content in enumerate([b"", b"\n" * 100, *damaged]):
        (tmp_path / "bad").write_bytes(content)
        try:
            read_index(tmp_path / "bad", embeddings)
        except InputError:
            n_refused += 1
        except AttributeError:
            # A flipped bit in what ZIP says twice, or not at all, such as a date.
            with zipfile.ZipFile(tmp_path / "bad") as archive:
                assert archive.testzip() is None, number
    assert n_refused >= 75


def test_a_zip_file_that_is_no_index(embeddings, path, tmp_path):
    facts = json.loads(zipfile.ZipFile(path).read("index.json"))
    for content in [
        {},
        [],
        {**facts, "n_rows": -1},
        {**facts, "format": "x"},
        {**facts, "dim": 13},
    ]:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "bad", "w") as new:
            new.writestr("index.json", json.dumps(content))
            new.writestr("index.faiss", old.read("index.faiss"))
        with pytest.raises(InputError, match=r"is damaged|does not hold"):
            read_index(tmp_path / "bad", embeddings)


def test_the_commands(w2v, vectors, tmp_path):
    built = w2v("index", vectors, "-o", tmp_path / "v.index", "--json")
    facts = json.loads(built.text)
    assert (facts["n_rows"], facts["dim"], built.returncode) == (4000, 12, 0)
    assert facts["recall"] >= 0.98
    assert facts["bytes"] == (tmp_path / "v.index").stat().st_size
    queries = "".join(f"w{row}\n" for row in range(300))
    exact = w2v("neighbors", vectors, stdin=queries).text.splitlines()
    found = w2v("neighbors", vectors, "--index", tmp_path / "v.index", stdin=queries)
    rows = [[*row.split("\t")[:1], *row.split("\t")[2:]] for row in found.text.splitlines()]
    expected = {(*row.split("\t")[:1], *row.split("\t")[2:]) for row in exact}
    assert len(rows) == len(exact) == 3000
    assert sum(tuple(row) in expected for row in rows) > 2900
    assert found.errors == ""


def test_what_the_commands_refuse(w2v, vectors, path, tmp_path):
    for args, code, message in [
        (["index", vectors, "-o", "-"], 2, "cannot go to standard output"),
        (["index", vectors], 2, "--output"),
        (["index", vectors, "-o", tmp_path / "no" / "x"], 1, "cannot be written"),
        (["index", tmp_path / "none", "-o", tmp_path / "x"], 1, "cannot be opened"),
        (["neighbors", vectors, "w1", "--index", vectors], 1, "no file that w2v index wrote"),
        (["neighbors", vectors, "w1", "--index", tmp_path], 1, "cannot be read"),
    ]:
        result = w2v(*args)
        assert (result.returncode, result.text) == (code, "")
        assert message in result.errors
        assert result.errors.count("\n") == 1
    assert not (tmp_path / "x").exists()


def test_without_faiss_one_line_names_the_extra(w2v, vectors, tmp_path):
    (tmp_path / "faiss.py").write_text("raise ModuleNotFoundError('no', name='faiss')\n")
    python_path = f"{tmp_path}:{index_module.__file__.rsplit('/', 3)[0]}"
    result = w2v("index", vectors, "-o", tmp_path / "x", env={"PYTHONPATH": python_path})
    assert result.returncode == 1
    assert "; pip install faiss-cpu" in result.errors
    assert result.errors.count("\n") == 1
