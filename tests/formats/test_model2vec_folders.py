"""Folders that model2vec and sentence-transformers take for a model: written, and read back.

`tests/whole/test_static_peers.py` has the programs themselves read them.
"""

import json
import os

import numpy as np
import pytest
from conftest import ROOT, fails_with
from support.tokenizer_json import ids_of

from w2v_cli.config import TextConfig
from w2v_cli.corpus.texts import sentences_of
from w2v_cli.errors import ConfigError, OutputError
from w2v_cli.formats.model2vec_folder import FILES, write_model
from w2v_cli.formats.pooled import Pooled
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.wordlevel import N_SPECIAL, special_tokens, word_level
from w2v_cli.formats.writing import write_embeddings

numpy_files = pytest.importorskip("safetensors.numpy")
WORDS = ["the", "king", "a\u00a0b", "[UNK]", "don't", "ς", "b"]
VECTORS = np.random.default_rng(2).standard_normal((len(WORDS), 9)).astype(np.float32)
COUNTS = np.array([900, 50, 20, 10, 10, 9, 1])
SIF = 1e-3 / (1e-3 + COUNTS / COUNTS.sum())


def written(path, words=WORDS, vectors=VECTORS, **options):
    write_embeddings(path, words, vectors, "model2vec", **options)
    tensors = numpy_files.load_file(path / "model.safetensors")
    parsed = {name: json.loads((path / name).read_bytes()) for name in FILES[1:]}
    return tensors, parsed


def pooled_by_model2vec(tensors, tokenizer, text):
    """The vector of a text by the rules of model2vec 0.10: StaticModel.tokenize, encode."""
    unknown = tokenizer["model"]["vocab"][tokenizer["model"]["unk_token"]]
    ids = [token for token in ids_of(tokenizer, text) if token != unknown]
    rows = tensors["embeddings"][ids]
    if "weights" in tensors:
        rows = rows * tensors["weights"][ids][:, np.newaxis]
    mean = rows.astype(np.float64).mean(axis=0)
    return mean / np.linalg.norm(mean)


def by_definition(rows, ids):
    mean = (VECTORS[ids].astype(np.float64) * rows[ids][:, np.newaxis]).mean(axis=0)
    return mean / np.linalg.norm(mean)


@pytest.mark.parametrize(("dtype", "atol"), [("float32", 1e-6), ("float16", 1e-3), ("int8", 1e-2)])
def test_a_text_has_the_mean_of_its_words_weighted_by_how_frequent_they_are(tmp_path, dtype, atol):
    tensors, parsed = written(tmp_path / "m", counts=COUNTS, dtype=dtype)
    assert tensors["embeddings"].dtype == dtype
    assert parsed["config.json"]["normalize"] is True
    assert parsed["config.json"]["sif_coefficient"] == 1e-3
    found = pooled_by_model2vec(tensors, parsed["tokenizer.json"], "the king\tsnark  the [UNK]\n")
    np.testing.assert_allclose(found, by_definition(SIF, [0, 1, 0, 3]), atol=atol)


def test_without_counts_words_count_all_the_same(tmp_path):
    tensors, parsed = written(tmp_path / "m")
    found = pooled_by_model2vec(tensors, parsed["tokenizer.json"], "the king")
    np.testing.assert_allclose(found, by_definition(np.ones(len(WORDS)), [0, 1]), atol=1e-6)
    assert parsed["config.json"]["sif_coefficient"] is None
    with pytest.raises(ConfigError, match="needs counts"):
        written(tmp_path / "n", pooled=Pooled("sif"))
    assert not (tmp_path / "n").exists()


def test_weights_are_left_out_where_that_is_asked_for(tmp_path):
    tensors, _ = written(tmp_path / "m", counts=COUNTS, pooled=Pooled("mean"))
    assert np.array_equal(tensors["embeddings"][N_SPECIAL:], VECTORS)
    tensors, _ = written(tmp_path / "n", counts=COUNTS, pooled=Pooled(a=0.5))
    weights = (0.5 / (0.5 + COUNTS / COUNTS.sum())).astype(np.float32)
    assert np.array_equal(tensors["embeddings"][N_SPECIAL:], VECTORS * weights[:, np.newaxis])


def test_tokens_that_are_no_words_are_zero_and_have_names_of_their_own(tmp_path):
    tensors, parsed = written(tmp_path / "m", counts=COUNTS)
    vocabulary = parsed["tokenizer.json"]["model"]["vocab"]
    assert list(vocabulary) == ["[PAD]", "<unk>", *WORDS]
    assert list(vocabulary.values()) == list(range(len(WORDS) + 2))
    assert not tensors["embeddings"][:N_SPECIAL].any()
    assert special_tokens(["[PAD]", "<pad>", "[PAD]_", "[UNK]"]) == ("[PAD]__", "<unk>")
    assert parsed["tokenizer.json"]["added_tokens"] == []


def test_sentence_transformers_is_told_its_modules(tmp_path):
    _, parsed = written(tmp_path / "m")
    kinds = [module["type"].rpartition(".")[2] for module in parsed["modules.json"]]
    assert kinds == ["StaticEmbedding", "Normalize"]
    write_model(tmp_path / "n", word_level(["a"]), VECTORS[:3], normalize=False)
    assert len(json.loads((tmp_path / "n" / "modules.json").read_bytes())) == 1


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_is_read_back_without_the_tokens_that_are_no_words(tmp_path, dtype):
    record = {"command": "train", "options": {"dim": 9}}
    write_embeddings(tmp_path / "m", WORDS, VECTORS, "model2vec", COUNTS, record, dtype=dtype)
    found = read(tmp_path / "m")
    assert found.embeddings.words == WORDS
    assert found.record == record
    assert found.notes == []
    expected = VECTORS * SIF[:, np.newaxis]
    atol = {"float32": 1e-7, "float16": 1e-3, "int8": np.abs(expected).max() / 200}[dtype]
    np.testing.assert_allclose(found.embeddings.vectors, expected, atol=atol)
    few = read(tmp_path / "m", limit=3).embeddings
    assert few.words == WORDS[:3]
    np.testing.assert_array_equal(few.vectors, found.embeddings.vectors[:3])


def test_a_word_that_text_is_cut_at_is_refused(tmp_path):
    for word in ("new york", "tab\t", "", "nul\0"):
        with pytest.raises(OutputError, match="cannot be written"):
            write_embeddings(tmp_path / "m", [word], VECTORS[:1], "model2vec")
    with pytest.raises(OutputError, match="UTF-8"):
        write_embeddings(tmp_path / "m", ["\ud800"], VECTORS[:1], "model2vec")
    assert not (tmp_path / "m").exists()


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("tokenize", ["blanks", "words", "words+punctuation"])
@pytest.mark.parametrize("changes", [{}, {"lowercase": True, "digits": "zero"}])
def test_texts_are_cut_as_for_training(tokenize, changes):
    text = TextConfig(tokenize=tokenize, **changes)
    lines = (ROOT / "data" / "sample.txt").read_text(encoding="utf-8").splitlines()[:150]
    lines += [
        "“Don\u2019t,” she said — it's 1,000.5 km (or 20-30%)! state\u2010of\u2010the\u2010art",
        "naïve cafe\u0301 a\u00a0b\u3000c \U0001f469\u200d\U0001f680",
        "\u2764\ufe0f \U0001f1e9\U0001f1ea 東京",
        "soft\u00adhyphen x_y _z 3.5, 3.a a.b -1 --\x0bv\x0cw\0q",
        "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ΟΔΟΣ. Straße İ",
    ]
    words = [
        [word for sentence in document for word in sentence]
        for document in sentences_of(lines, text)
    ]
    vocabulary = list(dict.fromkeys(word for line in words for word in line))
    tokenizer = word_level(vocabulary, text)
    for line, expected in zip(lines, words, strict=True):
        found = [vocabulary[token - N_SPECIAL] for token in ids_of(tokenizer, line)]
        assert found == expected


def test_what_is_known_of_the_text_is_taken_unless_something_else_is_given():
    settings = {"tokenize": "words", "lowercase": True, "digits": "one", "dim": 3}
    assert Pooled().text(settings) == TextConfig(tokenize="words", lowercase=True)
    assert Pooled(lowercase=False).text(settings) == TextConfig(tokenize="words")
    for wrong in ({"a": 0}, {"a": float("inf")}, {"weighting": "idf"}):
        with pytest.raises(ConfigError):
            Pooled(**wrong)


@pytest.fixture
def source(tmp_path):
    write_embeddings(tmp_path / "v.w2v", WORDS, VECTORS, "w2v", counts=COUNTS)
    write_embeddings(tmp_path / "bare.bin", WORDS, VECTORS, "binary")
    return tmp_path


def test_convert_writes_a_folder_once_and_again(w2v, source):
    for dtype in ("--float16", "--int8"):
        result = w2v("convert", "v.w2v", "m", "--format", "model2vec", dtype, cwd=source)
        assert result.returncode == 0
        assert "wrote 7 vectors of length 9 to m (a model2vec folder, from" in result.errors
        assert sorted(os.listdir(source / "m")) == sorted(FILES)
    shown = w2v("embed", "m", "--normalize", stdin=b"the king snark\n", cwd=source).text
    expected = by_definition(SIF, [0, 1])
    np.testing.assert_allclose(np.array(shown.split(), dtype=float), expected, atol=1e-2)


def test_unknown_counts_are_told(w2v, source):
    result = w2v("convert", "bare.bin", "m", "--format", "model2vec", cwd=source)
    assert "warning: words count all the same, since nobody knows how frequent" in result.errors
    result = w2v(
        "convert", "bare.bin", "n", "--format", "model2vec", "--weighting", "mean", cwd=source
    )
    assert "warning" not in result.errors
    counts = "".join(f"{word} {count}\n" for word, count in zip(WORDS, COUNTS, strict=True))
    (source / "c.txt").write_text(counts.replace("a\u00a0b", "other"), encoding="utf-8")
    result = w2v(
        "convert", "bare.bin", "o", "--format", "model2vec", "--vocab", "c.txt", cwd=source
    )
    assert json.loads((source / "o" / "config.json").read_bytes())["sif_coefficient"] == 1e-3


def test_what_cannot_be_is_told_in_one_line(w2v, source):
    (source / "full").mkdir()
    (source / "full" / "README.md").write_text("mine")
    for arguments, code, pattern in [
        (["v.w2v", "full"], 1, "full: is a folder with other files in it"),
        (["v.w2v", "bare.bin"], 1, "bare.bin: is a file, and a model2vec folder is to be there"),
        (["v.w2v", "-"], 2, "a model2vec folder needs a file"),
        (["v.w2v", "no/m"], 1, "no/m: cannot be written: No such file"),
        (["bare.bin", "m", "--weighting", "sif"], 2, "--weighting sif needs counts"),
        (["v.w2v", "m", "--sif-a", "0"], 2, "--sif-a"),
    ]:
        fails_with(w2v("convert", "--format", "model2vec", *arguments, cwd=source), code, pattern)
    fails_with(
        w2v("convert", "v.w2v", "v.txt", "--lowercase", cwd=source), 2, "is for --format model2vec"
    )
    assert (source / "full" / "README.md").read_text() == "mine"
    assert not (source / "m").exists()


def test_a_folder_is_not_written_over_itself(w2v, source):
    assert w2v("convert", "v.w2v", "m", "--format", "model2vec", "-q", cwd=source).returncode == 0
    before = (source / "m" / "model.safetensors").read_bytes()
    fails_with(
        w2v("convert", "m", "m", "--format", "model2vec", cwd=source), 2, "is both the input"
    )
    assert (source / "m" / "model.safetensors").read_bytes() == before


def test_train_writes_one_with_the_words_of_its_text(w2v, tmp_path):
    (tmp_path / "c.txt").write_text("The King, the queen. A cat!\n" * 20)
    text = ["--tokenize", "words", "--lowercase"]
    options = ["-d", "4", "-e", "1", "-j", "1", "--format", "model2vec", *text]
    for _ in range(2):
        result = w2v("train", "c.txt", "-o", "m", *options, cwd=tmp_path)
        assert result.returncode == 0, result.errors
    tokenizer = json.loads((tmp_path / "m" / "tokenizer.json").read_bytes())
    ids = ids_of(tokenizer, "KING: queen?")
    names = list(tokenizer["model"]["vocab"])
    assert [names[token] for token in ids] == ["king", "queen"]
    found = read_embeddings(tmp_path / "m")
    assert found.words[0] == "the"
    result = w2v("embed", "m", stdin=b"KING, queen?\n", cwd=tmp_path)
    assert "lines become words as the text of the vectors did" in result.errors
    mean = found.vectors[[found.words.index("king"), found.words.index("queen")]].mean(0)
    np.testing.assert_allclose(np.array(result.text.split(), dtype=float), mean, rtol=1e-5)


def test_principal_directions_come_first_where_refine_is_asked_for_them(w2v, source):
    options = ["--no-center", "-d", "3", "--format", "model2vec", "--weighting", "mean", "-q"]
    assert w2v("refine", "v.w2v", "m", *options, cwd=source).returncode == 0
    found = read_embeddings(source / "m").vectors.astype(np.float64)
    moments = found.T @ found
    variances = np.diag(moments)
    assert (np.diff(variances) < 0).all()
    assert np.abs(moments - np.diag(variances)).max() < 1e-5 * variances[0]
