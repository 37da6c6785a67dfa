"""Language models in Python: as the commands answer, and by the formulas."""

import math

import numpy as np
import pytest
from support.language_model_reference import distribution, log_probabilities
from support.language_models import random_model, save_model

from w2v_cli import ConfigError, InputError, W2VWarning, load, load_language_model
from w2v_cli.config import TextConfig

WORDS = ["the", "king", "queen", "of", "france", "rome"]


@pytest.fixture
def tables():
    return random_model("rnnlm", words=WORDS, n_words=len(WORDS), scale=0.5)


@pytest.fixture
def path(tmp_path, tables):
    save_model(tmp_path / "m.w2v", tables)
    return tmp_path / "m.w2v"


def test_scores(path, tables):
    model = load_language_model(path)
    lines = ["the king of france", "", ["the", "snark", "of"]]
    expected = [log_probabilities(tables, line) for line in ([0, 1, 3, 4], [], [0, 3])]
    scores = model.score(lines)
    for score, values in zip(scores, expected, strict=True):
        assert score.log_probability == pytest.approx(values.sum(), abs=1e-4)
        assert score.perplexity == pytest.approx(math.exp(-values.mean()), rel=1e-4)
    assert [(score.n_words, score.n_unknown) for score in scores] == [(4, 0), (0, 0), (3, 1)]
    mean = np.concatenate(expected).mean()
    assert model.perplexity(iter(lines)) == pytest.approx(math.exp(-mean), rel=1e-4)
    assert model.score([]) == []
    many = model.score(line for _ in range(3000) for line in lines)
    for again, score in zip(many[-3:], scores, strict=True):
        assert again == pytest.approx(score, rel=1e-5)


def test_probabilities_and_next_words(path, tables):
    model = load(path).language_model
    shares = distribution(tables, [0, 1])
    found = model.probabilities("the king")
    np.testing.assert_allclose(found, shares, rtol=1e-5)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    words = model.next_words(["the", "king"], k=3)
    order = np.argsort(-shares)[:3]
    assert [word for word, _ in words] == [[*WORDS, "</s>"][symbol] for symbol in order]
    assert [each.probability for each in words] == pytest.approx(shares[order].tolist(), rel=1e-5)
    assert len(model.next_words(k=100)) == len(WORDS) + 1


def test_lines_are_those_of_the_command(path, w2v):
    model = load_language_model(str(path))
    lines = model.generate("the king", 4, temperature=0.8, max_words=9)
    command = w2v("generate", path, "the king", "-n", 4, "--temperature", 0.8, "--max-words", 9)
    assert lines == command.text.splitlines()
    assert model.generate(n=4)[:2] == model.generate(n=2)
    assert model.generate(n=4) != model.generate(n=4, seed=2)
    assert model.generate(temperature=np.int64(0)) == model.generate(top_k=1)
    with pytest.warns(W2VWarning, match="unknown word 'snark' of the prompt"):
        assert model.generate("the snark") == model.generate("the")


def test_what_it_is(path, tmp_path):
    model = load_language_model(path)
    assert repr(model) == "<LanguageModel: rnnlm, 6 words, dim 6, hidden 6>"
    assert (model.kind, model.loss, model.activation, model.history) == ("rnnlm", "hs", "tanh", 0)
    assert list(model.words) == WORDS
    assert load(path, limit=3).language_model is None
    text = TextConfig(lowercase=True, tokenize="words")
    save_model(
        tmp_path / "w.w2v", random_model("rnnlm", words=WORDS, n_words=6, scale=0.5, text=text)
    )
    words = load_language_model(tmp_path / "w.w2v")
    assert words.score(["The KING, of..."])[0] == pytest.approx(model.score(["the king of"])[0])


def test_what_cannot_be(path, tmp_path):
    model = load_language_model(path)
    for lines in ("the king", [3], [None], [["the", 3]], [[["the"]]], 5, [b"the"]):
        with pytest.raises(InputError):
            model.score(lines)
    with pytest.raises(InputError, match="there are no lines"):
        model.perplexity([])
    for wrong in ({"n": 0}, {"temperature": "1"}, {"temperature": -1}, {"temperature": math.nan},
                  {"top_k": 0}, {"top_p": 2}, {"max_words": 1.5}, {"seed": -1}):  # fmt: skip
        with pytest.raises(ConfigError):
            model.generate(**wrong)
    with pytest.raises(ConfigError):
        model.next_words(k=0)
    load(path).refine().save(tmp_path / "r.w2v")
    assert load(tmp_path / "r.w2v").language_model is None
    with pytest.raises(InputError, match="has no language model"):
        load_language_model(tmp_path / "r.w2v")
    save_model(tmp_path / "ns.w2v", random_model(loss="ns"))
    with pytest.warns(W2VWarning, match="learns no probabilities"):
        load_language_model(tmp_path / "ns.w2v")
