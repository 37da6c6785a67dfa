"""Models with n-grams exchanged with fastText, gensim, spaCy and floret, where these are there."""

import filecmp
import importlib
import warnings
from pathlib import Path

import numpy as np
import pytest

from w2v_cli import load
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.formats.conversion import Conversion, convert
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.registry import format_named
from w2v_cli.formats.writing import write_embeddings

DIM, BUCKETS = 8, 700
SENTENCES = ["the king loves the queen", "a naïve man sees 東京", "der Größte unter den Größten"]
UNKNOWN = ["kings", "unseen", "Größe", "東京都", "x", "é", "naïveté"]
FILES = {
    "skipgram": {},
    "cbow": {"model": "cbow", "minn": 1, "maxn": 4},
    "tree": {"loss": "hs"},
    "softmax": {"loss": "softmax"},
    "no n-grams": {"maxn": 0},
    "none that fit": {"minn": 5, "maxn": 4},
}


def peer(module):
    """A program that is a module; its tests are skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(module, exc_type=ImportError)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("\n".join(SENTENCES * 40) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module", params=FILES, ids=str)
def of_fasttext(request, corpus, tmp_path_factory):
    """A model of fastText, as it has and as it writes it: with 12 threads all of it starts."""
    model = peer("fasttext").train_unsupervised(
        corpus, dim=DIM, bucket=BUCKETS, minCount=1, epoch=2, thread=12, verbose=0,
        **FILES[request.param],
    )  # fmt: skip
    path = tmp_path_factory.mktemp("model") / "model.bin"
    model.save_model(str(path))
    return model, path


def test_models_of_fasttext_come_back_byte_for_byte(of_fasttext, tmp_path):
    _, path = of_fasttext
    back = str(tmp_path / "back.bin")
    convert(str(path), back, Conversion(format_named("fasttext")))
    assert filecmp.cmp(path, back, shallow=False)


def test_vectors_of_all_words_are_those_of_fasttext(of_fasttext):
    model, path = of_fasttext
    embeddings = read_embeddings(path)
    assert embeddings.words == model.get_words()
    for word in embeddings.words:
        expected = model.get_word_vector(word)
        np.testing.assert_allclose(embeddings.vector(word), expected, rtol=1e-5, atol=1e-6)
    if embeddings.subwords:
        made = embeddings.subwords.compose(UNKNOWN)
        expected = [model.get_word_vector(word) for word in UNKNOWN]
        np.testing.assert_allclose(made.vectors, expected, rtol=1e-5, atol=1e-6)
        assert made.n_ngrams.tolist() == [len(model.get_subwords(word)[1]) for word in UNKNOWN]


def written(folder, loss="ns", words=("the", "king", "Größte", "東京", "e", "</s>")):
    """A model of ours, with a compact table of n-grams: (its path, composed vectors)."""
    rng = np.random.default_rng(3)
    raw = [b"" if word == "</s>" else word.encode() for word in words]
    ngrams = Ngrams(BUCKETS, 2, 5)
    buckets = np.unique(ngrams.buckets(raw)[0])
    rows = rng.standard_normal((len(buckets), DIM), dtype=np.float32)
    own = rng.standard_normal((len(words), DIM), dtype=np.float32)
    subwords = Subwords(ngrams, rows, buckets, own)
    vectors = subwords.word_vectors([word.encode() for word in words], b"</s>")
    nodes = rng.standard_normal((len(words) - 1, DIM), dtype=np.float32) if loss == "hs" else None
    path = Path(folder, "ours.bin")
    write_embeddings(
        path, list(words), vectors, "fasttext", counts=np.arange(9, 9 - len(words), -1),
        context=None if loss == "hs" else own, subwords=subwords, nodes=nodes,
        settings={"loss": loss, "window": 3, "model": "skipgram", "epochs": 4},
    )  # fmt: skip
    return path, vectors, subwords


@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_fasttext_reads_ours_and_writes_the_same(tmp_path, loss):
    fasttext = peer("fasttext")
    path, vectors, subwords = written(tmp_path, loss)
    model = fasttext.load_model(str(path))
    model.save_model(str(tmp_path / "again.bin"))
    assert filecmp.cmp(path, tmp_path / "again.bin", shallow=False)
    assert model.get_words() == read_embeddings(path).words
    found = [model.get_word_vector(word) for word in model.get_words()]
    np.testing.assert_allclose(found, vectors, rtol=1e-5, atol=1e-6)
    found = [model.get_word_vector(word) for word in UNKNOWN]
    np.testing.assert_allclose(found, subwords.compose(UNKNOWN).vectors, rtol=1e-5, atol=1e-6)
    near = model.get_nearest_neighbors("kings", k=3)
    ours = read_embeddings(path)
    ids, scores = ours.nearest(ours.vector("kings"), 3)
    assert [word for _, word in near] == [ours.words[row] for row in ids[0]]
    np.testing.assert_allclose([score for score, _ in near], scores[0], atol=1e-5)


@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_gensim_reads_ours_and_writes_the_same(tmp_path, loss):
    models = peer("gensim.models.fasttext")
    path, vectors, subwords = written(tmp_path, loss, ("the", "king", "Größte", "東京", "e"))
    model = models.load_facebook_model(str(path))
    models.save_facebook_model(model, str(tmp_path / "again.bin"))
    assert filecmp.cmp(path, tmp_path / "again.bin", shallow=False)
    np.testing.assert_allclose(model.wv.vectors, vectors, rtol=1e-5, atol=1e-6)
    found = [model.wv[word] for word in UNKNOWN]
    np.testing.assert_allclose(found, subwords.compose(UNKNOWN).vectors, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [{}, {"keep": 3}, {"keep": 1}, {"keep_context": True}], ids=str)
@pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
def test_fasttext_reads_what_was_quantized(corpus, tmp_path, loss, options):
    """Fewer rows than 256 too, for which fastText itself would learn no centroids."""
    fasttext = peer("fasttext")
    trained = fasttext.train_unsupervised(
        corpus, dim=DIM, bucket=BUCKETS, minCount=1, epoch=2, thread=12, verbose=0, loss=loss
    )
    trained.save_model(str(tmp_path / "v.bin"))
    if loss == "hs" and "keep" in options:
        options = {}
    load(tmp_path / "v.bin").quantize(tmp_path / "v.ftz", **options)
    model = fasttext.load_model(str(tmp_path / "v.ftz"))
    ours = load(tmp_path / "v.ftz")
    assert model.is_quantized()
    assert list(ours.words) == model.get_words()
    for word in [*ours.words, *UNKNOWN]:
        expected = model.get_word_vector(word)
        found = ours[word] if word in ours or ours.composed(word) else np.zeros(DIM)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    neighbors = [name for _, name in model.get_nearest_neighbors("king", k=3)]
    if "keep" not in options:
        assert neighbors == [word for word, _ in ours.neighbors("king", k=3)]


def test_what_training_writes_is_a_model_of_fasttext(corpus, tmp_path, w2v):
    fasttext = peer("fasttext")
    for loss in ("ns", "hs"):
        path = tmp_path / f"{loss}.bin"
        options = ["--format", "fasttext", "--loss", loss, "-d", DIM, "-e", 1, "--min-count", 1]
        result = w2v("train", corpus, "-o", path, *options, "-q", "-j", 1)
        assert result.returncode == 0, result.errors
        model = fasttext.load_model(str(path))
        model.save_model(str(tmp_path / "again.bin"))
        assert filecmp.cmp(path, tmp_path / "again.bin", shallow=False)
        ours = read_embeddings(path)
        assert model.get_words() == ours.words
        np.testing.assert_array_equal(
            [model.get_word_vector(word) for word in ours.words], ours.vectors
        )
        outputs = ours.context if loss == "ns" else ours.nodes[:]
        assert np.abs(outputs).max() > 0


def test_spacy_has_the_vectors_of_our_table(tmp_path):
    peer("spacy")
    convert_vectors = importlib.import_module("spacy.training.initialize").convert_vectors
    rng = np.random.default_rng(5)
    rows = rng.standard_normal((BUCKETS, DIM), dtype=np.float32)
    subwords = Subwords(Ngrams(BUCKETS, 2, 4, "murmur", 3), rows)
    path = tmp_path / "v.floret"
    write_embeddings(path, ["king"], rows[:1], "floret", subwords=subwords)
    nlp = importlib.import_module("spacy").blank("xx")
    convert_vectors(nlp, path, truncate=0, prune=-1, mode="floret")
    words = [*UNKNOWN, "king", "the", "ab"]
    found = np.array([nlp.vocab[word].vector for word in words])
    np.testing.assert_allclose(found, subwords.compose(words).vectors, atol=1e-5)


@pytest.mark.parametrize("hashes", [1, 4])
def test_we_read_what_floret_writes(corpus, tmp_path, hashes):
    floret = peer("floret")
    model = floret.train_unsupervised(
        corpus, mode="floret", hashCount=hashes, minn=2, maxn=4, bucket=BUCKETS, dim=DIM,
        minCount=1, epoch=1, thread=12, verbose=0,
    )  # fmt: skip
    model.save_model(str(tmp_path / "v.bin"))
    model.save_floret_vectors(str(tmp_path / "v.floret"))
    expected = [model.get_word_vector(word) for word in UNKNOWN]
    for name, tolerance in (("v.bin", 1e-6), ("v.floret", 1e-4)):
        made = read_embeddings(tmp_path / name).subwords.compose(UNKNOWN)
        np.testing.assert_allclose(made.vectors, expected, rtol=tolerance, atol=tolerance)
    convert(str(tmp_path / "v.bin"), str(tmp_path / "o.floret"), Conversion(format_named("floret")))
    ours, theirs = (
        [line.split() for line in (tmp_path / name).read_text().splitlines()]
        for name in ("o.floret", "v.floret")
    )
    assert ours[0] == theirs[0]
    for our_row, their_row in zip(ours[1:], theirs[1:], strict=True):
        assert our_row[0] == their_row[0]
        numbers = [np.array(row[1:], dtype=float) for row in (our_row, their_row)]
        np.testing.assert_allclose(*numbers, rtol=1e-4, atol=1e-9)
