"""`Vectors.refine`."""

import numpy as np
import pytest

from w2v_cli import Vectors, load
from w2v_cli.errors import ConfigError, W2VWarning
from w2v_cli.formats.writing import write_embeddings

VECTORS = np.random.default_rng(8).standard_normal((40, 6)).astype(np.float32) + 1
WORDS = [f"w{number * 7 % 40}" for number in range(40)]
COUNTS = np.arange(80, 0, -2)


def test_it_is_what_the_command_writes(w2v, tmp_path):
    path = tmp_path / "v.w2v"
    write_embeddings(path, WORDS, VECTORS, "w2v", COUNTS, context=VECTORS[::-1].copy())
    old = load(path)
    options = {"vectors": "sum", "balance": 0.5, "remove_top": 1, "dim": 4, "whiten": 0.5}
    new = old.refine(**options, normalize=True)
    spelled = [str(word) for name, value in options.items()
               for word in (f"--{name.replace('_', '-')}", value)]  # fmt: skip
    assert w2v("refine", path, tmp_path / "o.w2v", *spelled, "--normalize").returncode == 0
    written = load(tmp_path / "o.w2v")
    np.testing.assert_allclose(new.matrix, written.matrix, rtol=0, atol=1e-6)
    assert new.counts.tolist() == written.counts.tolist() == COUNTS.tolist()
    ours, theirs = new.record["changes"], written.record["changes"]
    assert ours == {name: theirs[name] for name in ours}
    assert ours["weights_from"] == "counts"
    assert old.matrix.tobytes() == VECTORS.tobytes()


def test_it_warns_at_the_line_of_the_caller_and_keeps_the_record():
    old = Vectors.from_arrays(WORDS, VECTORS)
    with pytest.warns(W2VWarning, match="vectors: there are no counts, so word number r") as told:
        new = old.refine(whiten=1)
    assert told[0].filename == __file__
    again = new.refine(center=False, normalize=True)
    assert again.record["source_provenance"] == new.record
    np.testing.assert_allclose(np.linalg.norm(again.matrix, axis=1), 1, rtol=1e-6)
    assert again.counts is None


def test_numbers_of_numpy_are_numbers():
    vectors = Vectors.from_arrays(WORDS, VECTORS, COUNTS)
    new = vectors.refine(dim=np.int64(2), remove_top=np.int32(1), whiten=np.float64(0.5))
    assert new.matrix.shape == (40, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vectors": "sum"}, "vectors='sum' needs the output matrix, which vectors has not"),
        ({"dim": 7}, "dim=7 with remove_top=0 needs vectors of length 7"),
        ({"center": "no"}, "center must be True or False"),
        ({"whiten": "much"}, "whiten must be a number"),
    ],
)
def test_what_cannot_be(options, message):
    with pytest.raises(ConfigError, match=message):
        Vectors.from_arrays(WORDS, VECTORS).refine(**options)
