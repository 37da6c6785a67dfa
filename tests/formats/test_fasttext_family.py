"""Models of fastText's kind: quantized ones, and those of floret."""

import base64
import struct
import zlib

import numpy as np
import pytest

from w2v_cli.embeddings.murmur import murmur_hashes
from w2v_cli.errors import InputError
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.quantization.rows import QuantizedRows

FLORET = zlib.decompress(
    base64.b64decode(
        "eNrbJeavz8PAwMAExKxAzAjFMDYTFLNDaWYkOgWIdZ1lXj8yk7JnAbJBGASEoPR/KMhLPLy+LJWBDSrMkJxY"
        "gsIpBpsGBjb6xXYIHgM3lGZiQAYN9p9ZTB0eui1zAHIc1zwyclyplu1YpznF8TPLVkcGhhuORb//OJa9E3R6"
        "6KbmJFlr7ZTWEejElpjhBNTr1Kzf46S7Z4ZT3OKlTmsebXK6XX7ACe50VItwAwCNjzTs"
    )
)
"""Written by floret 0.10.5: -mode floret -hashCount 3 -bucket 7 -minn 2 -maxn 3 -dim 2, of four
words; its matrix was replaced by arange(22) ** 1.5."""
OF_FLORET = {
    "naïve": [55.56943130493164, 61.20698547363281],
    "cat": [52.4296989440918, 58.00851058959961],
    "cats": [51.61527633666992, 57.16960906982422],
    "</s>": [0.0, 0.0],
    "unseen": [52.94808578491211, 58.563663482666016],
}
"""What floret's own get_word_vector says of that file."""


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (b"", "00000000000000000000000000000000"),
        (b"hello", "cbd8a7b341bd9b025b1e906a48ae1d19"),
        (b"The quick brown fox jumps over the lazy dog", "e34bbc7bbc071b6c7a433ca9c49a9347"),
    ],
)
def test_hashes_are_those_of_murmurhash3(piece, expected):
    first, second, third, fourth = murmur_hashes([b"x" * 16, piece], 0)[1].tolist()
    assert f"{second:08x}{first:08x}{fourth:08x}{third:08x}" == expected


def test_a_model_of_floret_answers_as_floret_does(tmp_path):
    (tmp_path / "v.bin").write_bytes(FLORET)
    found = read(tmp_path / "v.bin")
    embeddings = found.embeddings
    assert embeddings.words == ["naïve", "cat", "cats", "</s>"]
    assert embeddings.counts.tolist() == [6, 6, 3, 3]
    for word, expected in OF_FLORET.items():
        row = embeddings.index.get(word)
        vector = embeddings.subwords.vector(word) if row is None else embeddings.vectors[row]
        np.testing.assert_allclose(vector, expected, rtol=1e-6)
    assert found.record["options"] | {"mode": "floret", "hashes": 3} == found.record["options"]


def test_a_model_of_floret_cut_anywhere_is_an_error(tmp_path):
    size = FLORET.index(struct.pack("<qq", 11, 2)) + 16 + 88
    for end in range(8, size):
        (tmp_path / "v.bin").write_bytes(FLORET[:end])
        with pytest.raises(InputError, match=r"is cut short|does not end"):
            read_embeddings(tmp_path / "v.bin")


@pytest.fixture(scope="module")
def supervised(tmp_path_factory):
    """Trains and quantizes a small model: (the model, its path)."""
    fasttext = pytest.importorskip("fasttext")
    folder = tmp_path_factory.mktemp("supervised")
    random = np.random.default_rng(2)
    names = [f"w{number}ü" for number in range(400)]
    lines = [
        f"__label__{row % 2} " + " ".join(random.choice(names, 12)) + "\n" for row in range(300)
    ]
    (folder / "corpus.txt").write_text("".join(lines), encoding="utf-8")

    def make(name, **options):
        corpus = str(folder / "corpus.txt")
        model = fasttext.train_supervised(
            corpus, dim=7, bucket=500, minn=2, maxn=3, epoch=1, thread=1, verbose=0
        )
        model.quantize(input=corpus, thread=1, **options)
        model.save_model(str(folder / name))
        return fasttext.load_model(str(folder / name)), folder / name

    return make


@pytest.mark.parametrize(
    "options",
    [{}, {"qnorm": True}, {"dsub": 3}, {"cutoff": 500, "qnorm": True}],
    ids=["plain", "lengths apart", "a shorter last part", "pruned"],
)
def test_a_quantized_model_answers_as_fasttext_does(supervised, options):
    model, path = supervised("model.ftz", **options)
    found = read_embeddings(path)
    assert list(found.words) == model.words
    ours = np.array([found.vectors[found.index[word]] for word in model.words])
    expected = np.array([model.get_word_vector(word) for word in model.words])
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-7)
    assert len({tuple(row) for row in ours.tolist()}) > 100
    for word in ("w1000ü", "unheard"):
        vector = found.subwords.vector(word)
        expected = model.get_word_vector(word)
        np.testing.assert_allclose(vector if vector is not None else 0 * expected, expected,
                                   rtol=1e-5, atol=1e-7)  # fmt: skip


def test_a_quantized_model_that_is_damaged(supervised, tmp_path):
    _, path = supervised("model.ftz", cutoff=500)
    data = path.read_bytes()
    start = data.index(struct.pack("<qq", 500, 7))
    damaged = tmp_path / "damaged.ftz"
    for end in (start - 2, start, start + 10, start + 300, start + 2500):
        damaged.write_bytes(data[:end])
        with pytest.raises(InputError, match="cut short"):
            read_embeddings(damaged)
    for offset, value in ((start, 501), (start + 8, 6), (start + 16, 1), (start + 16, 0)):
        changed = bytearray(data)
        struct.pack_into("<i", changed, offset, value)
        damaged.write_bytes(changed)
        with pytest.raises(InputError, match=r"is damaged"):
            read_embeddings(damaged)


def test_rows_are_decoded_when_they_are_asked_for():
    codes = np.array([[0, 1], [1, 0], [1, 1]], dtype=np.uint8)
    centroids = [np.array([[1, 2], [3, 4]], np.float32), np.array([[5], [6]], np.float32)]
    factors, factor_codes = np.array([10, 1, 2], np.float32), np.array([1, 2, 0], np.uint8)
    rows = QuantizedRows(codes, centroids, factors, factor_codes)
    assert rows.shape == (3, 3)
    assert rows[1:].tolist() == [[6, 8, 10], [30, 40, 60]]
    assert rows.part(slice(1, None))[np.array([1, 1])].tolist() == [[30, 40, 60]] * 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (np.linspace(0.01, 0.5, 100).astype("<f8").tobytes(), "numbers of 64 bits without words"),
        (b"SQLite format 3\0" + bytes(100), "is a SQLite database, as Magnitude"),
        (b"v.txt".ljust(257, b"\0") + b"ustar\0" + bytes(300), "is a tar archive"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_remedy(tmp_path, data, expected):
    (tmp_path / "v.bin").write_bytes(data)
    with pytest.raises(InputError, match=expected) as caught:
        read_embeddings(tmp_path / "v.bin")
    assert "which cannot be read here; " in str(caught.value)
