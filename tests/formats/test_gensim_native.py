"""gensim's own files: written for gensim, read from gensim, and nothing of them run."""

import pickle

import numpy as np
import pytest
from conftest import fails_with
from gensim.models import FastText, KeyedVectors, Word2Vec

from w2v_cli import load
from w2v_cli.errors import InputError, OutputError
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["the", "new york", "東京", "a\nb"]
VECTORS = np.random.default_rng(7).standard_normal((4, 6)).astype(np.float32)
COUNTS = np.array([1 << 40, 30, 2, 1])
SENTENCES = [["a", "cat", "sat"], ["the", "cat", "ran"], ["a", "dog", "sat"]] * 20


@pytest.mark.parametrize("mmap", [None, "r"])
def test_gensim_loads_what_is_written(tmp_path, mmap):
    write_embeddings(tmp_path / "v.kv", WORDS, VECTORS, "gensim", counts=COUNTS)
    found = KeyedVectors.load(str(tmp_path / "v.kv"), mmap=mmap)
    assert found.index_to_key == WORDS
    np.testing.assert_array_equal(found.vectors, VECTORS)
    assert [found.get_vecattr(word, "count") for word in WORDS] == COUNTS.tolist()
    unit = VECTORS.astype(float) / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    word, score = found.most_similar("the", topn=1)[0]
    cosines = unit[1:] @ unit[0]
    assert word == WORDS[1 + cosines.argmax()]
    assert score == pytest.approx(cosines.max(), rel=1e-5)


def test_gensim_goes_on_with_it(tmp_path):
    write_embeddings(tmp_path / "v.kv", WORDS, VECTORS, "gensim", counts=COUNTS)
    found = KeyedVectors.load(str(tmp_path / "v.kv"))
    found.add_vectors(["more"], VECTORS[:1])
    found.set_vecattr("more", "count", 9)
    found.save(str(tmp_path / "again.kv"))
    again = read_embeddings(tmp_path / "again.kv")
    assert again.words == [*WORDS, "more"]
    assert again.counts.tolist() == [*COUNTS.tolist(), 9]


def test_without_counts_there_are_none(tmp_path):
    write_embeddings(tmp_path / "v.kv", WORDS, VECTORS, "gensim")
    assert KeyedVectors.load(str(tmp_path / "v.kv")).expandos == {}
    assert read_embeddings(tmp_path / "v.kv").counts is None


@pytest.mark.parametrize("limit", [0, 1 << 20])
def test_what_gensim_saves_is_read(tmp_path, limit):
    theirs = KeyedVectors(6)
    theirs.add_vectors(WORDS, VECTORS)
    for word, count in zip(WORDS, COUNTS.tolist(), strict=True):
        theirs.set_vecattr(word, "count", count)
    theirs.save(str(tmp_path / "g.kv"), sep_limit=limit)
    assert (tmp_path / "g.kv.vectors.npy").exists() == (limit == 0)
    found = read(tmp_path / "g.kv")
    assert found.embeddings.words == WORDS
    np.testing.assert_array_equal(found.embeddings.vectors, VECTORS)
    assert found.embeddings.counts.tolist() == COUNTS.tolist()
    assert found.notes == []
    assert read(tmp_path / "g.kv", limit=2).embeddings.words == WORDS[:2]


@pytest.mark.parametrize("limit", [0, 1 << 20])
def test_vectors_of_a_whole_model_are_read(tmp_path, limit):
    model = Word2Vec(SENTENCES, vector_size=5, min_count=1, epochs=1, seed=1, workers=1)
    model.save(str(tmp_path / "m.model"), sep_limit=limit)
    found = read_embeddings(tmp_path / "m.model")
    assert found.words == model.wv.index_to_key
    np.testing.assert_array_equal(found.vectors, model.wv.vectors)
    assert found.counts.tolist() == [model.wv.get_vecattr(w, "count") for w in found.words]


@pytest.mark.parametrize("limit", [0, 1 << 20])
@pytest.mark.parametrize("part", ["model", "wv"])
def test_fasttext_comes_with_its_ngrams(tmp_path, limit, part):
    options = {"vector_size": 5, "min_count": 1, "epochs": 1, "seed": 1, "workers": 1}
    model = FastText(SENTENCES, bucket=50, min_n=2, max_n=4, **options)
    (model if part == "model" else model.wv).save(str(tmp_path / "f.model"), sep_limit=limit)
    found = load(tmp_path / "f.model")
    assert found.words == model.wv.index_to_key
    np.testing.assert_allclose(found.matrix, model.wv.vectors, rtol=1e-5, atol=1e-7)
    unknown = found.vector("catsat")
    theirs = model.wv["catsat"]
    cosine = unknown @ theirs / np.linalg.norm(unknown) / np.linalg.norm(theirs)
    assert cosine == pytest.approx(1, abs=1e-5)


class Vocab:
    """Stands for gensim 3's class of that name."""


class Old:
    """Stands for gensim 3's Word2VecKeyedVectors."""


def test_files_of_gensim_3_are_read(tmp_path):
    old, state = Old(), {"index2word": WORDS, "vectors": VECTORS, "vector_size": 6}
    state["vocab"] = {}
    for word, count in zip(WORDS, COUNTS.tolist(), strict=True):
        state["vocab"][word] = entry = Vocab()
        entry.__dict__.update(count=count, index=0)
    old.__dict__.update(state)
    data = pickle.dumps(old, 2)
    for name, theirs in (("Old", "Word2VecKeyedVectors"), ("Vocab", "Vocab")):
        here = f"c{__name__}\n{name}\n".encode()
        assert here in data
        data = data.replace(here, f"cgensim.models.keyedvectors\n{theirs}\n".encode())
    (tmp_path / "old.kv").write_bytes(data)
    found = read_embeddings(tmp_path / "old.kv")
    assert found.words == WORDS
    np.testing.assert_array_equal(found.vectors, VECTORS)
    assert found.counts.tolist() == COUNTS.tolist()


class Evil:
    def __reduce__(self):
        return print, ("this ran",)


def test_nothing_in_a_file_is_run(w2v, tmp_path):
    write_embeddings(tmp_path / "v.kv", WORDS, VECTORS, "gensim")
    data = (tmp_path / "v.kv").read_bytes()
    call = b"}" + pickle.dumps("x", 3)[2:-1] + pickle.dumps(Evil(), 3)[2:-1] + b"sb."
    (tmp_path / "v.kv").write_bytes(data[:-1] + call)
    with open(tmp_path / "v.kv", "rb") as file:
        assert isinstance(pickle.load(file), KeyedVectors)
    result = w2v("vectors", "v.kv", "the", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert "this ran" not in result.text + result.errors


def test_what_is_missing_or_damaged_is_told(w2v, tmp_path):
    write_embeddings(tmp_path / "v.kv", WORDS, VECTORS, "gensim")
    whole = (tmp_path / "v.kv").read_bytes()
    (tmp_path / "cut.kv").write_bytes(whole[:-20])
    (tmp_path / "alone.kv").write_bytes(whole)
    (tmp_path / "other.kv").write_bytes(pickle.dumps({"gensim.models": 1}))
    for name, message in [
        ("cut.kv", "cut.kv: is damaged: "),
        ("alone.kv", "alone.kv: the vectors themselves are not in it, and alone.kv.vectors.npy"),
        ("other.kv", "other.kv: is a pickle of gensim without word vectors"),
    ]:
        fails_with(w2v("convert", name, "o.bin", cwd=tmp_path), 1, message)
    with open(tmp_path / "v.kv", "rb") as stream:
        result = w2v("convert", "-", "o.bin", stdin=stream.read(), cwd=tmp_path)
    fails_with(result, 1, "standard input: the vectors themselves are not in it")
    np.save(tmp_path / "v.kv.vectors.npy", VECTORS[:2])
    with pytest.raises(InputError, match="2 rows and 4 words"):
        read_embeddings(tmp_path / "v.kv")
    with pytest.raises(OutputError, match="UTF-8"):
        write_embeddings(tmp_path / "w.kv", ["\ud800"], VECTORS[:1], "gensim")


def test_convert_names_both_files(w2v, tmp_path):
    write_embeddings(tmp_path / "v.bin", ["a", "b"], VECTORS[:2], "binary")
    result = w2v("convert", "v.bin", "v.kv", cwd=tmp_path)
    assert "wrote 2 vectors of length 6 to v.kv (gensim's KeyedVectors, from word2vec binary)," in (
        result.errors
    )
    assert "numbers to v.kv.vectors.npy" in result.errors
    assert w2v("neighbors", "v.kv", "a", cwd=tmp_path).text.startswith("a\t1\tb\t")
