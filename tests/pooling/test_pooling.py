"""Vectors of documents against NumPy: each weighting, blocks cut anywhere, made words, fits."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli import ConfigError, InputError
from w2v_cli.config import TextConfig
from w2v_cli.corpus.sources import choose
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.pooling import lexicon as lexicons
from w2v_cli.pooling import pooler as poolers
from w2v_cli.pooling import reading
from w2v_cli.pooling.embedder import Embedder
from w2v_cli.pooling.fit import new_fit, read_fit, write_fit
from w2v_cli.pooling.lexicon import Lexicon
from w2v_cli.pooling.marks import END, UNKNOWN
from w2v_cli.pooling.pooler import Pooler, finish
from w2v_cli.pooling.settings import Pooling
from w2v_cli.pooling.weighting import equal

WORDS = ["the", "cat", "dog", "red", "zero"]
MATRIX = np.array([[1, 1, 1], [2, 0, 0], [1.5, 0.5, 0], [0, 2, 0], [0, 0, 0]], dtype=np.float32)
COUNTS = np.array([80, 10, 5, 4, 1])
LINES = ["the cat", "the dog the dog", "", "snark", "zero", "red the boojum red", "cat the zero"]
BUCKETS = np.random.default_rng(1).standard_normal((50, 3)).astype(np.float32)
POOLINGS = [
    Pooling(weighting, 0.01, components, unit, normalize)
    for weighting in ("mean", "idf", "sif")
    for components in (0, 2)
    for unit in (False, True)
    for normalize in (False, True)
]


def vectors(subwords=None):
    return Embeddings(WORDS, MATRIX, counts=COUNTS, subwords=subwords)


def embedded(lines, pooling, tmp_path, embeddings=None, fit=None, n_threads=1, text=None):
    """(vectors, numbers of words, the Embedder) of lines in a file."""
    embeddings = embeddings or vectors()
    path = tmp_path / "lines.txt"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    fit = fit or new_fit(pooling, text or TextConfig(), embeddings)
    with Embedder(embeddings, choose([path]), fit, str(tmp_path), n_threads) as embedder:
        embedder.learn()
        parts = list(embedder.parts())
    if not parts:
        return np.zeros((0, 3), np.float32), np.zeros((0, 2), int), embedder
    found, n_words = (np.concatenate(each) for each in zip(*parts, strict=True))
    return found, n_words, embedder


def vector_of(word, embeddings):
    """The vector of a word as float64, or None."""
    if word in WORDS:
        return MATRIX[WORDS.index(word)].astype(float)
    made = embeddings.subwords.vector(word) if embeddings.subwords else None
    return None if made is None else made.astype(float)


def weight_of(word, pooling, n_lines, n_with):
    """The weight of a word that is in ``n_with`` of all lines."""
    if pooling.weighting == "idf":
        return np.log((1 + n_lines) / (1 + n_with)) + 1
    shares = dict(zip(WORDS, COUNTS / COUNTS.sum(), strict=True))
    return pooling.a / (pooling.a + shares.get(word, 0)) if pooling.weighting == "sif" else 1.0


def mean_of(document, weights, pooling, embeddings):
    """The weighted mean of the words of a document."""
    total, divisor = np.zeros(3), 0.0
    for word in document:
        vector = vector_of(word, embeddings)
        length = np.linalg.norm(vector) if pooling.unit_words else 1
        if length:
            total += weights[word] * vector / length
            divisor += weights[word] if pooling.weighting == "idf" else 1
    return total / divisor if divisor else total


def expected(lines, pooling, embeddings=None):
    """The same by the formulas, with words one by one."""
    embeddings = embeddings or vectors()
    documents = [
        [word for word in line.split() if vector_of(word, embeddings) is not None] for line in lines
    ]
    n_with = Counter(word for document in documents for word in set(document))
    weights = {word: weight_of(word, pooling, len(lines), n) for word, n in n_with.items()}
    rows = np.array([mean_of(document, weights, pooling, embeddings) for document in documents])
    if pooling.common_components:
        first = np.linalg.svd(rows, full_matrices=False)[2][: pooling.common_components]
        rows = rows - rows @ first.T @ first
    if pooling.normalize:
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        rows = rows / np.where(norms > 1e-6, norms, 1)
    return rows


@pytest.mark.parametrize("pooling", POOLINGS, ids=str)
def test_all_settings_are_by_the_formulas(pooling, tmp_path):
    lines = [line for line in LINES if line != "zero"] if pooling.normalize else LINES
    found, n_words, embedder = embedded(lines, pooling, tmp_path)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected(lines, pooling), atol=2e-6)
    known = [sum(word in WORDS for word in line.split()) for line in lines]
    assert n_words.tolist() == [
        [n, len(line.split()) - n] for n, line in zip(known, lines, strict=True)
    ]
    assert embedder.unknown.n_documents == len(lines)
    assert embedder.unknown.n_empty == known.count(0)
    assert embedder.unknown.n_unknown == 2


@pytest.mark.parametrize("pooling", POOLINGS[::3], ids=str)
def test_words_are_made_of_their_ngrams(pooling, tmp_path):
    embeddings = vectors(Subwords(Ngrams(len(BUCKETS), 3, 4), BUCKETS))
    lines = [*LINES, "snark snark boojum", "the snark"]
    found, n_words, embedder = embedded(lines, pooling, tmp_path, embeddings)
    np.testing.assert_allclose(found, expected(lines, pooling, embeddings), atol=2e-6)
    assert n_words[:, 1].sum() == 0
    asked = [word for line in lines for word in line.split()]
    assert embedder.unknown.n_made == sum(word not in WORDS for word in asked)
    write_fit(tmp_path / "fit.json", embedder.fit, embeddings)
    fit = read_fit(tmp_path / "fit.json", embeddings)
    again = embedded(lines, None, tmp_path, embeddings, fit)[0]
    assert again.tobytes() == found.tobytes()


def test_words_are_unknown_on_request(tmp_path):
    embeddings = vectors(Subwords(Ngrams(len(BUCKETS), 3, 4), BUCKETS))
    pooling = Pooling(compose=False)
    found, n_words, embedder = embedded(LINES, pooling, tmp_path, embeddings)
    assert found.tobytes() == embedded(LINES, Pooling(), tmp_path)[0].tobytes()
    assert embedder.unknown.n_made == 0
    assert n_words[:, 1].sum() == 2
    write_fit(tmp_path / "fit.json", embedder.fit, embeddings)
    fit = read_fit(tmp_path / "fit.json", embeddings)
    again = embedded(LINES, None, tmp_path, embeddings, fit)[0]
    assert again.tobytes() == found.tobytes()


row_lists = st.lists(st.sampled_from([END, UNKNOWN, 0, 1, 2, 3]), max_size=60)


@given(row_lists, st.lists(st.integers(0, 60), max_size=8))
def test_blocks_may_be_cut_anywhere(rows, cuts):
    rows = np.array(rows, dtype=np.int32)
    meaning = Lexicon(vectors(), equal(5)).rows
    [whole] = [_pooled([rows], meaning)]
    parts = np.split(rows, sorted(min(cut, len(rows)) for cut in cuts))
    assert _pooled(parts, meaning) == whole


def _pooled(blocks, meaning):
    pooler = Pooler(3)
    parts = [part for block in blocks for part in pooler.feed(block, meaning)]
    return [b"".join(each.tobytes() for each in column) for column in zip(*parts, strict=True)]


@given(st.lists(st.lists(st.sampled_from([*WORDS, "Ünde", "wörd"]), max_size=9), min_size=1))
@settings(max_examples=30)
def test_nothing_depends_on_parts_and_threads(tmp_path_factory, documents):
    tmp_path = tmp_path_factory.mktemp("lines")
    lines = [" ".join(words) for words in documents]
    embeddings = vectors(Subwords(Ngrams(len(BUCKETS), 3, 4), BUCKETS))
    for pooling in (Pooling(), Pooling("idf", common_components=1), Pooling("sif", normalize=True)):
        whole = embedded(lines, pooling, tmp_path, embeddings)[0]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(poolers, "MOST_DOCUMENTS", 2)
            patch.setattr(reading, "MOST_WORDS", 2)
            patch.setattr(lexicons, "MOST_MADE_BYTES", 12)
            patch.setattr("w2v_cli.files.inputs.READ_SIZE", 16)
            patch.setattr("w2v_cli.corpus.reader.READ_SIZE", 3)
            cut = embedded(lines, pooling, tmp_path, embeddings, n_threads=2)[0]
        assert cut.tobytes() == whole.tobytes()


def test_only_a_newline_ends_a_line(tmp_path):
    lines = ["the\u2028cat", "dog\x85dog", "the\x0bcat\u2029 dog", "the\rcat", "the\0cat"]
    options = TextConfig(tokenize="words")
    found, n_words, _ = embedded(lines, Pooling(), tmp_path, text=options)
    assert n_words.tolist() == [[2, 0], [2, 0], [3, 0], [2, 0], [2, 0]]
    np.testing.assert_array_equal(found[0], MATRIX[:2].mean(axis=0))


@pytest.mark.parametrize(
    ("data", "n_lines"), [(b"", 0), (b"\n", 1), (b"cat", 1), (b"cat\n\n", 2), (b"\xef\xbb\xbf", 0)]
)
def test_lines_are_counted_as_they_end(tmp_path, data, n_lines):
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_bytes(data)
    other.write_bytes(b"dog\n")
    fit = new_fit(Pooling(), TextConfig(), vectors())
    with Embedder(vectors(), choose([path, other]), fit, str(tmp_path)) as embedder:
        embedder.learn()
        found = np.concatenate([part for part, _ in embedder.parts()])
    assert len(found) == n_lines + 1
    np.testing.assert_array_equal(found[-1], MATRIX[2])


def test_words_become_what_those_of_training_are(tmp_path):
    embeddings = Embeddings(["ärger", "don't", "00"], np.eye(3, dtype=np.float32))
    text = TextConfig(tokenize="words", lowercase=True, digits="zero")
    lines = ["ÄRGER, A\u0308rger!", "Don\u2019t", "42"]
    found, n_words, _ = embedded(lines, Pooling("idf"), tmp_path, embeddings, text=text)
    np.testing.assert_array_equal(found, np.eye(3))
    assert n_words.tolist() == [[2, 0], [1, 0], [1, 0]]


def test_a_word_spelled_in_two_ways_is_in_a_document_once(tmp_path):
    embeddings = Embeddings(["ä", "b"], np.eye(2, dtype=np.float32))
    text = TextConfig(lowercase=True)
    embedder = embedded(["ä Ä", "b"], Pooling("idf"), tmp_path, embeddings, text=text)[2]
    assert embedder.fit.frequencies.by_word == {"ä": 1, "b": 1}
    assert embedder.fit.n_documents == 2


def test_bytes_that_are_not_utf8_are_told(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"cat caf\xe9 caf\xe9\ndog\n")
    fit = new_fit(Pooling(), TextConfig(), vectors())
    with Embedder(vectors(), choose([path]), fit, str(tmp_path)) as embedder:
        embedder.learn()
        assert sum(len(part) for part, _ in embedder.parts()) == 2
        [note] = embedder.reader.notes()
    assert note.startswith("2 of 4 words are not UTF-8 and were repaired with U+FFFD")
    assert embedder.unknown.n_unknown == 2


def test_a_zero_vector_stays_zero_and_others_get_length_one():
    rows = np.array([[0, 0, 0], [3, 0, 4], [1, 0, 0]], dtype=np.float32)
    components = np.array([[1.0, 0, 0]])
    found = finish(rows.copy(), components, normalize=True)
    np.testing.assert_array_equal(found, [[0, 0, 0], [0, 0, 1], [0, 0, 0]])
    assert finish(rows, np.zeros((0, 3))) is rows


def test_a_fit_embeds_others_like_the_collection(tmp_path):
    for pooling in (Pooling("idf", common_components=1), Pooling("sif", common_components=2)):
        text = TextConfig(lowercase=True, tokenize="words", digits="zero")
        found, _, embedder = embedded(LINES, pooling, tmp_path, text=text)
        path = tmp_path / "fit.json"
        write_fit(path, embedder.fit, vectors())
        without_counts = Embeddings(WORDS, MATRIX)
        fit = read_fit(path, without_counts)
        assert (fit.pooling, fit.text, fit.n_documents) == (pooling, text, len(LINES))
        for place in (5, 0):
            [row] = embedded([LINES[place].upper()], None, tmp_path, without_counts, fit)[0]
            assert row.tobytes() == found[place].tobytes()


def test_a_fit_that_is_none_is_told(tmp_path):
    path = tmp_path / "fit.json"
    pooling = Pooling("idf", common_components=1)
    embedder = embedded(LINES, pooling, tmp_path)[2]
    write_fit(path, embedder.fit, vectors())
    good = json.loads(path.read_text())
    others = Embeddings(WORDS, MATRIX + 1)
    with pytest.raises(InputError, match=r"fit.json: was learnt with other vectors; give those"):
        read_fit(path, others)
    of_sif = {"pooling": {**good["pooling"], "weighting": "sif"}}
    changes = [
        {"format": "w2v document fit 2"},
        {"digest": None},
        {"components": [[1, 2, 3]]},
        {"components": []},
        {"components": [["a", 0, 0]]},
        {"components": [[float("nan"), 0, 0]]},
        {"components": [[1e308, 0, 0]]},
        {"n_documents": 2},
        {"n_documents": True},
        {"n_documents": 1e300},
        {"frequencies": {"cat": -1}},
        {"frequencies": {"cat": "1"}},
        {"frequencies": ["cat"]},
        {"text": {"tokenize": "blanks"}},
        {"text": {**good["text"], "tokenize": "other"}},
        {"text": {**good["text"], "lowercase": "no"}},
        {"pooling": {**good["pooling"], "weighting": "sif"}},
        {"pooling": {**good["pooling"], "a": float("inf")}},
        {"pooling": {**good["pooling"], "normalize": 1}},
        {"pooling": None},
        {**of_sif, "counts": [1, 2]},
        {**of_sif, "counts": [0] * 5},
        {**of_sif, "counts": [2**70, 1, 1, 1, 1]},
        {**of_sif, "counts": [2**61] * 5},
        {**of_sif, "counts": [1, 2, 3, 4, "5"]},
    ]
    for change in changes:
        content = {**good, **change}
        path.write_text(json.dumps(content))
        with pytest.raises(InputError, match=r"fit.json: (is damaged|was learnt with other)"):
            read_fit(path, vectors())
    for data in (b"", b"[]", b"{" * 100_000, b"\xff\xfe"):
        path.write_bytes(data)
        with pytest.raises(InputError, match=r"fit.json: is damaged, or is no file that save_fit"):
            read_fit(path, vectors())


def test_settings_are_checked():
    for wrong, message in (
        ({"weighting": "tfidf"}, "weighting must be mean, idf or sif, not 'tfidf'"),
        ({"a": 0}, "a must be a number above 0"),
        ({"a": True}, "a must be a number above 0"),
    ):
        with pytest.raises(ConfigError, match=message):
            Pooling(**wrong)
    with pytest.raises(ConfigError, match="common_components must be from 0 to 3, not 4"):
        Pooling(common_components=4).check_dim(3)
    with pytest.raises(ConfigError, match="weighting='sif' needs counts"):
        new_fit(Pooling("sif"), TextConfig(), Embeddings(WORDS, MATRIX)).weighting(vectors())
