"""Folders of static models as model2vec, staticvectors and sentence-transformers write them."""

import json

import numpy as np
import pytest

from w2v_cli.errors import InputError
from w2v_cli.formats.reading import read, read_embeddings

numpy_files = pytest.importorskip("safetensors.numpy")
WORDS = ["[PAD]", "[UNK]", "new", "York", "rain"]
RANDOM = np.random.default_rng(5)
MATRIX = RANDOM.standard_normal((len(WORDS), 6)).astype(np.float32)


def model(folder, tensors, words=WORDS, config=None):
    """A folder with a model; the path of its tensors."""
    numpy_files.save_file(tensors, folder / "model.safetensors")
    vocabulary = {word: row for row, word in enumerate(words)}
    tokenizer = {"model": {"type": "WordLevel", "vocab": vocabulary}, "added_tokens": []}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "config.json").write_text(json.dumps(config or {"model_type": "model2vec"}))
    return folder / "model.safetensors"


def test_weights_scale_the_rows(tmp_path):
    weights = np.array([0, 1, 0.5, 2, 0.25], dtype=np.float32)
    path = model(tmp_path, {"embeddings": MATRIX, "weights": weights})
    found = read_embeddings(path)
    assert found.words == WORDS
    assert np.array_equal(found.vectors, MATRIX * weights[:, np.newaxis])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
def test_a_vector_is_the_mapped_row_times_the_weight(tmp_path, dtype):
    rows = (MATRIX[:2] * 40).astype(dtype)
    mapping = np.array([1, 0, 0, 1, 1])
    weights = RANDOM.random(len(WORDS)).astype(np.float32)
    path = model(tmp_path, {"embeddings": rows, "mapping": mapping, "weights": weights})
    expected = rows[mapping].astype(np.float32) * weights[:, np.newaxis]
    assert np.array_equal(read_embeddings(path).vectors, expected)
    assert np.array_equal(read(path, limit=3).embeddings.vectors, expected[:3])


def test_int8_is_taken_as_stored(tmp_path):
    rows = np.array([[1, -127], [0, 3]], dtype=np.int8)
    path = model(tmp_path, {"embeddings": rows}, ["a", "b"])
    assert read_embeddings(path).vectors.tolist() == [[1, -127], [0, 3]]


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"embeddings": MATRIX, "weights": np.ones(4, np.float32)}, "weights of 4 tokens and 5"),
        ({"embeddings": MATRIX, "mapping": np.array([0, 1, 2, 3, 5])}, "other rows than 0 to 4"),
        ({"embeddings": MATRIX, "mapping": np.array([0, 1, 2, 3, -1])}, "other rows than 0 to 4"),
        ({"embeddings": MATRIX[:2]}, "2 rows and 5 words"),
        ({"embeddings": MATRIX.astype(np.uint8)}, "no single matrix"),
        ({"vectors": np.zeros((5, 2), np.uint8), "codewords": np.ones((3, 4, 2), np.float32)},
         "codewords of shape"),
        ({"vectors": np.full((5, 2), 9, np.uint8), "codewords": np.ones((2, 4, 3), np.float32)},
         "a code beyond 3"),
    ],
)  # fmt: skip
def test_what_does_not_belong_together_is_refused(tmp_path, tensors, message):
    with pytest.raises(InputError, match=message):
        read_embeddings(model(tmp_path, tensors))


def staticvectors(folder, tensors, vocabulary, **config):
    path = model(folder, tensors, config={"model_type": "staticvectors", **config})
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    return path


def test_codes_of_a_product_quantizer_are_decoded(tmp_path):
    codewords = RANDOM.standard_normal((3, 256, 2)).astype(np.float32)
    codes = RANDOM.integers(0, 256, (5, 3)).astype(np.uint8)
    labels = RANDOM.standard_normal((2, 6)).astype(np.float32)
    tensors = {"vectors": codes, "codewords": codewords, "pq": np.array([2, 3]), "weights": labels}
    vocabulary = {"tokens": {word: row for row, word in enumerate(WORDS)}}
    path = staticvectors(tmp_path, tensors, vocabulary)
    expected = [np.concatenate([codewords[part, row[part]] for part in range(3)]) for row in codes]
    assert np.array_equal(read_embeddings(path).vectors, np.array(expected))


def test_a_word_of_a_fasttext_model_is_the_mean_with_its_ngrams(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("the cat sat on the mat\nthe dog sat\n" * 50)
    options = {"dim": 6, "bucket": 40, "minn": 2, "maxn": 4, "minCount": 1, "thread": 1}
    trained = fasttext.train_unsupervised(str(corpus), verbose=0, **options)
    tokens = {word: row for row, word in enumerate(trained.words)}
    path = staticvectors(
        tmp_path,
        {"vectors": trained.get_input_matrix()},
        {"tokens": tokens, "labels": ["x"], "counts": {"0": 3}},
        bucket=40, minn=2, maxn=4,
    )  # fmt: skip
    found = read_embeddings(path)
    assert list(found.words) == trained.words and found.counts is None
    ours = [word for word in found.words if word != "</s>"]
    for word in ours:
        vector = found.vectors[found.index[word]]
        np.testing.assert_allclose(vector, trained.get_word_vector(word), atol=1e-6)
    np.testing.assert_allclose(
        found.subwords.vector("catty"), trained.get_word_vector("catty"), atol=1e-6
    )
