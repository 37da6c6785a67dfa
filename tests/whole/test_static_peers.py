"""model2vec and sentence-transformers read what is written for them, and give the same vectors."""

import json

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

DIM = 24
N_SENTENCES = 1000
ODD = [
    "the of unseen-word and",
    "it's\ta\u00a0b \u3000x [PAD] in",
    "nothingknownhere at-all-here",
    "<unk> the </s>",
]


@pytest.fixture(scope="module")
def sentences():
    lines = (ROOT / "data" / "sample.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip()][: N_SENTENCES - len(ODD)] + ODD


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sentences):
    """Vectors of the words of the sentences, with counts, in every type of numbers."""
    folder = tmp_path_factory.mktemp("static")
    counts = {}
    for line in sentences[: -len(ODD)]:
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    words = sorted((word for word in counts if counts[word] > 1), key=lambda word: -counts[word])
    words += ["a\u00a0b", "[UNK]", "\u3000x", "it's"]
    words = list(dict.fromkeys(words))
    vectors = np.random.default_rng(4).standard_normal((len(words), DIM)).astype(np.float32)
    numbers = np.array([counts.get(word, 1) for word in words])
    options = {"tokenize": "words", "lowercase": True, "digits": "zero"}
    record = {"command": "train", "options": options}
    write_embeddings(folder / "v.w2v", words, vectors, "w2v", numbers)
    write_embeddings(folder / "cut.w2v", words, vectors, "w2v", numbers, record)
    for dtype in ("float32", "float16", "int8"):
        write_embeddings(folder / dtype, words, vectors, "model2vec", numbers, dtype=dtype)
    write_embeddings(folder / "cut", words, vectors, "model2vec", numbers, record, settings=options)
    return folder


def embedded(w2v, path, sentences, cwd):
    """What w2v embed makes of sentences: float32, shape (n, DIM)."""
    text = "\n".join(sentences) + "\n"
    options = ["--weighting", "sif", "--normalize", "-q"]
    result = w2v("embed", path, "-o", "rows.npy", *options, stdin=text.encode(), cwd=cwd)
    assert result.returncode == 0, result.errors
    return np.load(cwd / "rows.npy")


def assert_cosines(found, expected, atol):
    """The rows of texts without a known word are given back."""
    cosines = np.einsum("ij,ij->i", found.astype(np.float64), expected.astype(np.float64))
    known = np.linalg.norm(expected, axis=1) > 0
    assert known.sum() > N_SENTENCES * 0.9
    np.testing.assert_allclose(cosines[known], 1, atol=atol)
    return found[~known]


@pytest.mark.parametrize(
    ("name", "atol"), [("float32", 1e-6), ("cut", 1e-6), ("float16", 1e-3), ("int8", 1e-3)]
)
def test_model2vec_gives_sentences_our_vectors(w2v, folder, sentences, name, atol):
    model2vec = pytest.importorskip("model2vec")
    model = model2vec.StaticModel.from_pretrained(folder / name)
    ours = embedded(w2v, "cut.w2v" if name == "cut" else "v.w2v", sentences, folder)
    unknown = assert_cosines(np.asarray(model.encode(sentences)), ours, atol)
    assert len(unknown) == 1
    assert not unknown.any()


def test_model2vec_saves_what_is_read_back(tmp_path, folder):
    model2vec = pytest.importorskip("model2vec")
    model = model2vec.StaticModel.from_pretrained(folder / "float32")
    model.save_pretrained(tmp_path / "again")
    ours, again = read_embeddings(folder / "float32"), read_embeddings(tmp_path / "again")
    assert again.words == ours.words
    np.testing.assert_array_equal(again.vectors, ours.vectors)


def test_model2vec_with_fewer_rows_than_words_is_read_back(tmp_path, folder):
    model2vec = pytest.importorskip("model2vec")
    pytest.importorskip("sklearn")
    few = model2vec.StaticModel.from_pretrained(folder / "float32", vocabulary_quantization=50)
    few.save_pretrained(tmp_path / "few")
    found = read_embeddings(tmp_path / "few")
    row = found.vectors[found.words.index("the")]
    np.testing.assert_allclose(row, few.encode_as_sequence("the")[0], rtol=1e-6)


@pytest.mark.parametrize(("name", "atol"), [("float32", 1e-6), ("cut", 1e-6), ("float16", 1e-2)])
def test_sentence_transformers_gives_sentences_our_vectors(w2v, folder, sentences, name, atol):
    transformers = pytest.importorskip("sentence_transformers")
    model = transformers.SentenceTransformer(str(folder / name), device="cpu")
    kinds = [type(module).__name__ for module in model]
    assert kinds == ["StaticEmbedding", "Normalize"]
    found = model.encode(sentences)
    ours = embedded(w2v, "cut.w2v" if name == "cut" else "v.w2v", sentences, folder)
    unknown = assert_cosines(np.asarray(found), ours, atol)
    # torch's normalize divides zeros by 1e-12, which is 0 in float16.
    assert np.isnan(unknown).all() if name == "float16" else not unknown.any()


@pytest.mark.parametrize("name", ["float32", "cut"])
def test_tokenizers_cuts_as_the_rules_say(folder, sentences, name):
    tokenizers = pytest.importorskip("tokenizers")
    from support.tokenizer_json import ids_of

    path = folder / name / "tokenizer.json"
    theirs = tokenizers.Tokenizer.from_file(str(path))
    content = json.loads(path.read_bytes())
    found = [each.ids for each in theirs.encode_batch(sentences, add_special_tokens=False)]
    assert found == [ids_of(content, sentence) for sentence in sentences]
