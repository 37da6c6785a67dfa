"""Language models: gradients by finite differences, beside a page of NumPy, what they learn."""

import math

import numpy as np
import pytest
from support import runs
from support.neural_setting import N_WORDS, Setting, gradients_of, ids_of, text_of

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.marks import SENTENCE_END
from w2v_cli.methods.neural import engine

pytestmark = pytest.mark.usefixtures("compiled")
MODELS = ["nnlm", "rnnlm"]
VARIANTS = [
    {"loss": loss, "activation": activation, **more}
    for loss in ("hs", "softmax")
    for activation, more in (
        ("tanh", {"history": 2, "hidden": 5, "bptt": 3}),
        ("sigmoid", {"history": 3, "bptt": 8, "independent": True}),
    )
]


def checked(model, options):
    return {k: v for k, v in options.items() if k != "independent" or model == "rnnlm"}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_a_chunk_is_trained_as_by_a_page_of_numpy(model, options):
    options = checked(model, options)
    setting, text = Setting(model, **options), text_of()
    reference, lr = setting.reference(), 0.05
    n_words, n_predicted, loss = setting.worker.train(ids_of(text), lr, 1)
    assert (n_words, n_predicted) == (sum(w < N_WORDS for w in text), len(text))
    if model == "nnlm":
        expected = reference.train(text, setting.config.history, lr, 32)
    else:
        # Streams have 64 words or more, if there are several.
        n_streams = min(max(32 // setting.config.bptt, 1), len(text) // 64)
        expected = reference.train(text, lr, n_streams, setting.config.bptt)
    assert loss == pytest.approx(expected, rel=1e-5)
    trained = setting.model()
    np.testing.assert_allclose(trained.embeddings, reference.e, atol=1e-4)
    np.testing.assert_allclose(trained.hidden_weights, reference.w, atol=1e-4)
    if model == "nnlm":
        np.testing.assert_allclose(trained.hidden_bias, reference.b, atol=1e-4)
    of_outputs = reference.outputs
    if setting.config.loss == "softmax":
        np.testing.assert_allclose(trained.outputs, of_outputs.rows, atol=1e-4)
        np.testing.assert_allclose(trained.output_bias, of_outputs.bias, atol=1e-4)
    else:
        np.testing.assert_allclose(trained.outputs, of_outputs.nodes, atol=1e-4)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("dim", [1, 7, 16, 100])
@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_gradients_are_finite_differences(model, dim, loss):
    text = text_of(30)
    setting = Setting(
        model, n_rows=64, share=1e5, squares=0, dim=dim, hidden=dim, loss=loss, bptt=30
    )
    reference = setting.reference()
    of_e, of_w = gradients_of(setting, text)
    history = (setting.config.history,) if model == "nnlm" else ()
    rng = np.random.default_rng(1)
    for matrix, gradients in ((reference.e, of_e), (reference.w, of_w)):
        largest = float(np.abs(gradients).max())
        for place in rng.integers(0, matrix.size, 12):
            where = np.unravel_index(place, matrix.shape)
            value, step, losses = matrix[where], 1e-4, []
            for side in (step, -step):
                matrix[where] = value + side
                losses.append(reference.loss(text, *history))
            matrix[where] = value
            expected = -(losses[0] - losses[1]) / (2 * step)
            assert gradients[where] == pytest.approx(expected, rel=2e-3, abs=2e-3 * largest)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_probabilities_add_up_to_1(model, loss):
    setting = Setting(model, loss=loss)
    history = ids_of([*text_of(20)[:-1], 4])
    total = 0.0
    for symbol in range(N_WORDS + 1):
        with_next = np.append(history, ids_of([symbol]))
        _, longer = setting.worker.evaluate(with_next)
        _, shorter = setting.worker.evaluate(history)
        total += math.exp(shorter - longer)
    assert total == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", ["hs", "softmax", "ns"])
def test_nothing_is_learnt_from_what_is_only_evaluated(model, loss):
    setting = Setting(model, loss=loss)
    before = {name: matrix.copy() for name, matrix in setting.parameters}
    setting.worker.evaluate(ids_of(text_of()))
    for name, matrix in setting.parameters:
        np.testing.assert_array_equal(matrix, before[name])


def trained(tmp_path, lines, **options):
    """Train on lines; returns the finished run."""
    path = tmp_path / "text.txt"
    path.write_text("".join(f"{line}\n" for line in lines))
    config = TrainConfig(**{"min_count": 1, "hold_out": 0.1, "dim": 16} | options)
    return runs.trained(path, config, tmp_path)


def held_out_perplexity(run):
    return run.statistics(0)["validation_perplexity"][-1]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_a_cycle_of_words_is_learnt(tmp_path, model, loss):
    cycle = " ".join(f"w{number}" for number in range(20))
    run = trained(tmp_path, [f"{cycle} {cycle}"] * 100, model=model, loss=loss, epochs=6)
    assert held_out_perplexity(run) < 1.05


def xor_lines(n=1500, seed=2):
    rng = np.random.default_rng(seed)
    return [f"a{x} b{y} c{x ^ y}" for x, y in rng.integers(0, 2, (n, 2))]


@pytest.mark.parametrize(
    ("options", "is_learnt"),
    [
        ({"model": "nnlm", "history": 2}, True),
        ({"model": "nnlm", "history": 1}, False),
        ({"model": "rnnlm"}, True),
    ],
)
def test_what_follows_from_two_words_needs_both(tmp_path, options, is_learnt):
    """Two bits are at random, and the third is their XOR: 1.41 = exp(2 log 2 / 4), or 1.68."""
    run = trained(tmp_path, xor_lines(), epochs=12, **options)
    assert (held_out_perplexity(run) < 1.5) == is_learnt


@pytest.mark.parametrize(("bptt", "is_learnt"), [(8, True), (1, False)])
def test_what_was_long_ago_needs_errors_that_go_back_as_far(tmp_path, bptt, is_learnt):
    """The last word is the first one: exp(log 4 / 7) = 1.22 of it is learnt, 1.49 if it is not."""
    rng = np.random.default_rng(2)
    lines = [f"{word} f1 f2 f3 f4 {word}x" for word in rng.choice(["a", "b", "c", "d"], 1500)]
    run = trained(tmp_path, lines, model="rnnlm", bptt=bptt, epochs=20, independent=True)
    assert (held_out_perplexity(run) < 1.3) == is_learnt


def held_out_of(tmp_path, text, share):
    """(ids that are trained on, ids that are held out, the `HeldOutText`)."""
    (tmp_path / "text.txt").write_text(text)
    config = TrainConfig(model="nnlm", min_count=1, hold_out=share)
    prepared = runs.prepared(tmp_path / "text.txt", config, tmp_path)
    parts = prepared.counted(str(tmp_path), None).corpus
    assert parts.n_tokens + parts.facts["tokens_held_out"] == prepared.corpus.n_tokens
    assert parts.n_lines == prepared.corpus.n_sentences
    assert parts.chunk_borders(5, 1000)[-1] == parts.length
    with parts:
        return *(
            np.array(parts.window(*part)) for part in ((0, parts.length), parts.held_out)
        ), parts


def test_the_end_of_a_text_is_held_out_between_lines(tmp_path):
    text = "a b c\n" * 20
    for share, n_lines in ((0.0, 0), (0.01, 0), (0.1, 2), (0.5, 10)):
        trained_on, held_out, _ = held_out_of(tmp_path, text, share)
        assert np.count_nonzero(held_out == SENTENCE_END) == n_lines
        assert len(trained_on) + len(held_out) == 80
        assert trained_on[-1] == SENTENCE_END


def test_a_line_that_is_nearly_all_of_a_text_is_cut(tmp_path):
    trained_on, held_out, parts = held_out_of(tmp_path, "a b " * 500 + "\n", 0.1)
    assert (len(trained_on), len(held_out)) == (901, 100)
    assert (parts.n_sentences, parts.facts["tokens_held_out"]) == (1, 99)


def test_likelihood_of_a_held_out_part_is_that_of_its_pieces(tmp_path, monkeypatch):
    """It is computed in pieces, in threads."""
    losses = []
    for at_once in (1 << 18, 64):
        monkeypatch.setattr(engine, "EVALUATED_AT_ONCE", at_once)
        lines = ["a b c d e f g h"] * 400
        run = trained(tmp_path, lines, model="nnlm", history=1, epochs=1, threads=1)
        losses.append(held_out_perplexity(run))
    # Where a piece begins within a line, no more is known than that something was before it.
    assert losses[1] == pytest.approx(losses[0], rel=0.3)


@pytest.mark.parametrize(
    ("options", "lr"),
    [
        ({"model": "rnnlm", "dim": 100}, 0.1),
        ({"model": "rnnlm", "dim": 640}, 0.0156),
        ({"model": "nnlm", "dim": 640}, 0.0156),
        ({"model": "nnlm", "dim": 640, "hidden": 50}, 0.1),
        ({"model": "nnlm", "dim": 50, "hidden": 200}, 0.05),
        ({"model": "rnnlm", "dim": 640, "lr": 0.3}, 0.3),
    ],
)
def test_the_rate_goes_by_the_hidden_layer(options, lr):
    assert TrainConfig(**options).for_text(100_000, 1000).lr == lr
