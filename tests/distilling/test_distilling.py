"""``w2v distill``: tokens through a model, fewer numbers, weights, and what is written."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from support.transformer_files import byte_bpe, model_folder, safetensors, unigram, wordpiece

import w2v_cli
from w2v_cli.cli import cli
from w2v_cli.distilling import distill as road
from w2v_cli.distilling.reduction import principal, rank_weights
from w2v_cli.distilling.settings import DistillConfig
from w2v_cli.distilling.tokenizer import kept_tokens
from w2v_cli.errors import ConfigError, InputError, MissingLibraryError
from w2v_cli.formats.reading import read_embeddings

TOKENS = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "the", "##s", "king", "queen"]
KEPT = [0, 2, 5, 6, 7, 8]
BERT = "embeddings.word_embeddings.weight"
MATRIX = np.random.default_rng(7).standard_normal((16, 6)).astype(np.float32)
SPECIAL = [(TOKENS[row], row, True) for row in range(5) if row != 1]


class Frame:
    """[CLS] before and [SEP] behind, without the library that would find that out."""

    def __init__(self, path):
        self.before, self.after = [3], [4]

    def around(self, row):
        return [3, row, 4]


class Outputs:
    """In the place of a model: the outputs of a row are rows of a matrix."""

    def __init__(self, folder, pooling, device):
        assert pooling == "mean" and device == "cpu"

    def of(self, rows):
        assert rows.shape[1] == 3 and rows.dtype == np.int64
        return MATRIX[rows].mean(axis=1)


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setattr(road, "Frame", Frame)
    monkeypatch.setattr(road, "Outputs", Outputs)
    return model_folder(
        tmp_path / "bert", MATRIX, BERT, {"tokenizer.json": wordpiece(TOKENS, SPECIAL)}
    )


def run(*args):
    result = CliRunner().invoke(cli, ["distill", *map(str, args)])
    return result.exit_code, result.exception, result.stderr


def expected(dim, a):
    """The same by other means: outputs of kept tokens, centered, by singular values."""
    rows = np.array([MATRIX[[3, row, 4]].mean(axis=0) for row in KEPT], dtype=np.float64)
    rows -= rows.mean(axis=0)
    turned = rows @ np.linalg.svd(rows, full_matrices=False)[2][:dim].T
    shares = 1 / np.arange(2, len(KEPT) + 2)
    return turned * (a / (a + shares / shares.sum()))[:, np.newaxis]


def test_a_folder_has_all_tokens_with_weights(tmp_path, model):
    code, error, told = run(model, tmp_path / "static", "-d", 4, "--batch", 3)
    assert (code, error) == (0, None)
    assert "wrote 6 vectors of length 4 to" in told and "% of the variance" in told
    found = read_embeddings(tmp_path / "static")
    vectors = found.vectors.astype(np.float64)
    wanted = expected(4, 1e-4)
    np.testing.assert_allclose(vectors @ vectors.T, wanted @ wanted.T, rtol=1e-4, atol=1e-9)
    tokenizer = json.loads((tmp_path / "static" / "tokenizer.json").read_text())
    assert tokenizer["post_processor"] is None
    assert tokenizer["model"]["vocab"] == {TOKENS[row]: at for at, row in enumerate(KEPT)}
    assert [entry["id"] for entry in tokenizer["added_tokens"]] == [0, 1]
    assert json.loads((tmp_path / "static" / "config.json").read_text())["normalize"] is True


def test_a_file_has_the_tokens_that_are_words(tmp_path, model):
    code, error, _ = run(model, tmp_path / "v.w2v", "-d", 3, "--sif-a", 0, "-q")
    assert (code, error) == (0, None)
    found = read_embeddings(tmp_path / "v.w2v")
    assert list(found.words) == ["the", "king", "queen"]
    rows = np.array([MATRIX[[3, row, 4]].mean(axis=0) for row in KEPT])
    turned, share = principal(rows.astype(np.float32), 3)
    assert np.array_equal(found.vectors, turned[[2, 4, 5]])
    assert 0 < share < 1


def test_the_largest_variance_comes_first_and_signs_do_not_matter():
    rows = np.random.default_rng(1).standard_normal((500, 5)).astype(np.float32)
    rows *= [1, 9, 3, 0.1, 2]
    turned, share = principal(rows, 9)
    assert turned.shape == (500, 5) and share == pytest.approx(1)
    assert list(np.argsort(-turned.var(axis=0))) == [0, 1, 2, 3, 4]
    centered = rows - rows.mean(axis=0)
    np.testing.assert_allclose(turned @ turned.T, centered @ centered.T, atol=1e-2)


def test_weights_follow_the_rank():
    weights = rank_weights(4, 0.1)
    shares = np.array([1 / 2, 1 / 3, 1 / 4, 1 / 5])
    np.testing.assert_allclose(weights, 0.1 / (0.1 + shares / shares.sum()))
    assert rank_weights(3, 0).tolist() == [1, 1, 1]


def test_tokens_that_others_are_made_of_stay():
    for text in (byte_bpe(["a", "[unused1]", "b"]), unigram(["a", "[unused1]", "b"])):
        content, rows = kept_tokens(text.encode(), "t.json")
        assert rows == [0, 1, 2] and content["post_processor"] is None


def test_what_cannot_be_is_refused(tmp_path, model):
    with pytest.raises(ConfigError, match="must be mean, first, last or pooler, not 'most'"):
        DistillConfig(pooling="most")
    with pytest.raises(ConfigError, match="must be 1 or more, not 0"):
        DistillConfig(dim=0)
    with pytest.raises(ConfigError, match="must be 0 or more, not -1"):
        DistillConfig(a=-1)
    assert "nan is not in the range" in run(model, tmp_path / "o", "--sif-a", "nan")[2]
    (model / "tokenizer.json").unlink()
    _, error, _ = run(model, tmp_path / "o")
    assert isinstance(error, InputError) and "has no tokenizer.json" in str(error)
    assert not (tmp_path / "o").exists()


def sharded(folder):
    """The same model with its parameters in two files, and an index of them."""
    folder.joinpath("model.safetensors").unlink()
    parts = {"one.safetensors": {"layer.weight": MATRIX}, "two.safetensors": {BERT: MATRIX}}
    for name, tensors in parts.items():
        (folder / name).write_bytes(safetensors(tensors))
    where = {tensor: name for name, tensors in parts.items() for tensor in tensors}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": where}))
    return folder


@pytest.mark.parametrize(
    "options",
    [
        ["one.safetensors"],
        ["two.safetensors"],
        ["linked.safetensors"],
        ["tokenizer.json", "--format", "text"],
        ["config.json", "--format", "text"],
    ],
)
@pytest.mark.parametrize("command", ["distill", "convert"])
def test_no_file_of_the_model_is_written_over(model, command, options):
    folder = sharded(model)
    (folder / "linked.safetensors").symlink_to("two.safetensors")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    name, *others = options
    args = [command, str(folder), str(folder / name), *others]
    result = CliRunner().invoke(cli, args)
    assert isinstance(result.exception, ConfigError)
    assert f"{name} is both the input and an output" in str(result.exception)
    if command == "distill":
        with pytest.raises(ConfigError, match="is both the input and an output"):
            w2v_cli.distill(folder, folder / name, format="text" if others else None)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_beside_the_model_may_be_written(model):
    assert run(sharded(model), model / "v.safetensors")[:2] == (0, None)
    assert (model / "v.safetensors").exists()


def test_python_writes_what_the_command_writes(tmp_path, model):
    assert run(model, tmp_path / "ours", "-d", 4, "--batch", 3, "--int8")[0] == 0
    told = []
    done = w2v_cli.distill(
        model, tmp_path / "theirs", dim=4, batch=3, dtype="int8",
        progress=lambda *args, **_: told.append(args),
    )  # fmt: skip
    for path in (tmp_path / "ours").iterdir():
        assert path.read_bytes() == (tmp_path / "theirs" / path.name).read_bytes(), path.name
    assert (done.n_rows, done.dim) == (6, 4) and 0 < done.share <= 1
    assert told == [("distill", 3, 6), ("distill", 6, 6)]
    assert run(model, tmp_path / "v.w2v", "-d", 3, "--pooling", "mean", "--sif-a", 0)[0] == 0
    done = w2v_cli.distill(model, str(tmp_path / "w.w2v"), dim=3, sif_a=0)
    assert (tmp_path / "v.w2v").read_bytes() == (tmp_path / "w.w2v").read_bytes()
    assert (done.n_rows, done.dim) == (3, 3)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"dim": 0}, "dim must be a whole number from 1 on, not 0"),
        ({"dim": "8"}, "dim must be a whole number"),
        ({"batch": 2.5}, "batch must be a whole number"),
        ({"sif_a": "much"}, "sif_a must be a number, not 'much'"),
        ({"sif_a": -1}, "sif_a must be 0 or more, not -1"),
        ({"pooling": "most"}, "pooling must be mean, first, last or pooler"),
        ({"dtype": "float8"}, "dtype must be float32 or float16 or int8"),
        ({"format": "docx"}, "format must be text"),
        ({"progress": 3}, "progress must be True or a function"),
        ({"target": ""}, "target must be a path"),
        ({"target": "v.xyz"}, "the extension .xyz tells no format"),
    ],
)
def test_python_says_what_cannot_be(tmp_path, model, options, expected):
    target = options.pop("target", tmp_path / "o")
    with pytest.raises(ConfigError) as found:
        w2v_cli.distill(model, target, **options)
    assert expected in str(found.value)
    assert not (tmp_path / "o").exists()


def test_the_libraries_are_missed_in_one_line(tmp_path, monkeypatch):
    for name in ("torch", "tokenizers"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    folder = model_folder(tmp_path / "m", MATRIX, BERT, {"tokenizer.json": wordpiece(TOKENS)})
    _, error, _ = run(folder, tmp_path / "o")
    assert isinstance(error, MissingLibraryError)
    assert "distilling a transformer needs" in str(error)


@pytest.mark.parametrize("pooling", ["mean", "first", "last", "pooler"])
def test_a_real_model_gives_what_it_gives_itself(tmp_path, pooling):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("tokenizers")
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(TOKENS), hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=16,
    )  # fmt: skip
    model = transformers.BertModel(config).eval()
    model.save_pretrained(tmp_path / "bert")
    processor = {"type": "BertProcessing", "sep": ["[SEP]", 4], "cls": ["[CLS]", 3]}
    text = json.loads(wordpiece(TOKENS, SPECIAL)) | {"post_processor": processor}
    for entry in text["added_tokens"]:
        entry |= {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    (tmp_path / "bert" / "tokenizer.json").write_text(json.dumps(text))
    target = tmp_path / "v.w2v"
    code, error, _ = run(tmp_path / "bert", target, "--pooling", pooling, "--sif-a", 0, "-d", 99)
    assert (code, error) == (0, None)
    outputs = []
    for row in KEPT:
        with torch.inference_mode():
            found = model(input_ids=torch.tensor([[3, row, 4]]))
        states = found.last_hidden_state[0].numpy()
        whole = {"mean": states.mean(axis=0), "first": states[0], "last": states[-1]}
        outputs.append(whole.get(pooling, found.pooler_output[0].numpy()))
    centered = np.array(outputs) - np.mean(outputs, axis=0)
    found = read_embeddings(target).vectors
    chosen = centered[[2, 4, 5]]
    np.testing.assert_allclose(found @ found.T, chosen @ chosen.T, atol=1e-4)
