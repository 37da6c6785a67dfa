"""fastText's ``.bin`` and floret's table as we write them, and n-grams in ``.w2v``."""

import io
import json
import pickle
import re
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import MadeOf, Subwords
from w2v_cli.errors import ConfigError, InputError, OutputError
from w2v_cli.formats.conversion import Conversion, convert
from w2v_cli.formats.fasttext_header import ENTRY, MAGIC, SHAPE, SIZES, pack_settings
from w2v_cli.formats.int8 import as_read
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.registry import format_named
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.methods.huffman import huffman_paths

WORDS = ["the", "cat", "</s>", "Größe", "日本語", "x"]
COUNTS = np.array([9, 7, 7, 3, 2, 2])
DIM, BUCKETS = 5, 40
FASTTEXT, W2V, FLORET, TEXT = map(format_named, ("fasttext", "w2v", "floret", "text"))
UNKNOWN = ["cats", "Größen", "é", "日本", "thecat"]


def matrix(n_rows, dim=DIM, seed=1):
    return np.random.default_rng(seed).standard_normal((n_rows, dim), dtype=np.float32)


def model_bytes(loss="ns", words=WORDS, counts=COUNTS, min_n=2, max_n=4, **changes):
    """A model as fastText writes it, from its documentation and nothing of ours but structs."""
    n_words, n_buckets = len(words), changes.get("buckets", BUCKETS)
    known = {"dim": DIM, "window": 4, "epochs": 3, "min_count": 2, "negative": 6}
    known |= {"word_ngrams": 1, "loss": loss, "model": "cbow", "buckets": n_buckets}
    known |= {"min_n": min_n, "max_n": max_n, "lr_update_rate": 77, "sample": 3e-4}
    parts = [pack_settings(known), SIZES.pack(n_words, n_words, 0, 1234, -1)]
    for word, count in zip(words, counts, strict=True):
        parts.append(word.encode() + b"\0" + ENTRY.pack(count, 0))
    inputs, outputs = matrix(n_words + n_buckets), matrix(n_words, seed=2)
    if loss == "hs":
        outputs[-1] = 0
    for rows in (inputs, outputs):
        parts += [b"\0", SHAPE.pack(*rows.shape), rows.tobytes()]
    return b"".join(parts)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(model_bytes())
    return path


def converted(source, target, format, **options):
    """The bytes of a file that was converted, and the notes."""
    done = convert(str(source), str(target), Conversion(format, **options))
    return target.read_bytes(), done.notes


def test_settings_stand_where_fasttext_has_them():
    head = model_bytes()[:64]
    numbers = struct.unpack("<2i12id", head)
    assert numbers == (793712314, 12, DIM, 4, 3, 2, 6, 1, 2, 1, BUCKETS, 2, 4, 77, 3e-4)
    assert head.startswith(MAGIC)


@pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
def test_a_model_comes_back_byte_for_byte(tmp_path, loss):
    data = model_bytes(loss)
    (tmp_path / "v.bin").write_bytes(data)
    assert converted(tmp_path / "v.bin", tmp_path / "a.bin", FASTTEXT) == (data, [])
    (tmp_path / "plain.bin").write_bytes(model_bytes(loss, max_n=0, buckets=0))
    back, _ = converted(tmp_path / "plain.bin", tmp_path / "b.bin", FASTTEXT)
    assert back == model_bytes(loss, max_n=0, buckets=0)


def test_a_model_comes_back_through_a_file_of_ours(tmp_path, model):
    kept = {"keep_sentence_end": True, "keep_context": True}
    converted(model, tmp_path / "v.w2v", W2V, **kept)
    again, _ = converted(tmp_path / "v.w2v", tmp_path / "again.bin", FASTTEXT, **kept)
    assert again == model.read_bytes()
    ours, theirs = read_embeddings(tmp_path / "v.w2v"), read_embeddings(model)
    assert np.array_equal(ours.vectors, theirs.vectors)
    assert not ours.subwords.rows.flags.owndata, "rows of n-grams are mapped"
    assert ours.subwords.trained.tolist() == theirs.subwords.trained.tolist()
    for word in UNKNOWN:
        assert np.array_equal(ours.vector(word), theirs.vector(word))


def test_the_tree_is_numbered_from_the_root_and_signs_are_turned(tmp_path):
    """Words have the same probabilities by fastText's rule and file, and by our paths and nodes."""
    (tmp_path / "v.bin").write_bytes(model_bytes("hs"))
    embeddings = read_embeddings(tmp_path / "v.bin")
    assert embeddings.context is None
    outputs = matrix(len(WORDS), seed=2)
    hidden = matrix(1, seed=3)[0]
    paths = huffman_paths(COUNTS)
    for word in range(len(WORDS)):
        path = slice(paths.starts[word], paths.starts[word + 1])
        nodes, signs = paths.nodes[path], paths.signs[path].astype(float)
        ours = signs * (embeddings.nodes[:][nodes] @ hidden)
        code = (1 - signs) / 2  # a sign is 1 where the bit is 0
        theirs = (2 * code - 1) * (outputs[len(WORDS) - 2 - nodes] @ hidden)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_compact_tables_of_training_are_spread_over_all_buckets(tmp_path):
    ngrams = Ngrams(BUCKETS, 2, 4)
    raw = [word.encode() for word in WORDS]
    found, _ = ngrams.buckets([b"" if word == b"</s>" else word for word in raw])
    buckets = np.unique(found)
    own, rows = matrix(len(WORDS)), matrix(len(buckets), seed=4)
    compact = Subwords(ngrams, rows, buckets, own)
    vectors = compact.word_vectors(raw, b"</s>")
    settings = {"dim": DIM, "window": 3, "loss": "ns", "tokens": 99}
    write = {"counts": COUNTS, "subwords": compact, "context": matrix(len(WORDS), seed=5)}
    for name, format in (("v.bin", "fasttext"), ("v.w2v", "w2v")):
        write_embeddings(tmp_path / name, WORDS, vectors, format, settings=settings, **write)
        found = read(tmp_path / name)
        assert found.embeddings.words == WORDS
        np.testing.assert_allclose(found.embeddings.vectors, vectors, rtol=1e-6, atol=1e-7)
        np.testing.assert_array_equal(found.embeddings.context, write["context"])
        made = found.embeddings.subwords.compose(UNKNOWN)
        expected = compact.compose(UNKNOWN)
        np.testing.assert_allclose(made.vectors, expected.vectors, rtol=1e-6, atol=1e-7)
        assert made.made_of(UNKNOWN) == expected.made_of(UNKNOWN)
    assert read(tmp_path / "v.bin").record["tokens"] == 99
    whole = read_embeddings(tmp_path / "v.bin").subwords.rows
    assert np.flatnonzero(np.asarray(whole).any(axis=1)).tolist() == buckets.tolist()
    assert len(read_embeddings(tmp_path / "v.w2v").subwords.rows) == len(buckets)


def test_how_many_ngrams_were_trained(tmp_path, model):
    embeddings = read_embeddings(model)
    known = set()
    for word in WORDS:
        if word != "</s>":
            known |= set(embeddings.subwords.ngrams.buckets([word.encode()])[0].tolist())
    made = embeddings.subwords.compose(UNKNOWN)
    for word, facts in zip(UNKNOWN, made.made_of(UNKNOWN), strict=True):
        buckets = embeddings.subwords.ngrams.buckets([word.encode()])[0].tolist()
        assert facts == (word, len(buckets), sum(bucket in known for bucket in buckets))
    part = read_embeddings(model, limit=1)
    assert part.subwords.trained.tolist() == embeddings.subwords.trained.tolist()
    expected = "unknown word 'cats': made of its n-grams, 3 of 9 of which were trained"
    assert MadeOf("cats", 9, 3).note() == expected


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_words_and_sizes_come_back(tmp_path_factory, data):
    text = st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), min_size=1)
    words = data.draw(st.lists(text.filter(lambda word: word.strip()), min_size=1, unique=True))
    words = [word for word in words if word.split() == [word]] or ["a"]
    n_buckets, min_n = data.draw(st.integers(1, 60)), data.draw(st.integers(0, 4))
    ngrams = Ngrams(n_buckets, min_n, data.draw(st.integers(max(min_n, 1), 6)))
    subwords = Subwords(ngrams, matrix(n_buckets), own=matrix(len(words), seed=2))
    vectors = subwords.word_vectors([word.encode() for word in words], b"</s>")
    path = tmp_path_factory.mktemp("any") / "v.bin"
    write_embeddings(path, words, vectors, "fasttext", subwords=subwords)
    found = read_embeddings(path)
    assert found.words == words
    np.testing.assert_allclose(found.vectors, vectors, rtol=1e-6, atol=1e-7)
    made = found.subwords.compose(["unheard"]).vectors
    np.testing.assert_array_equal(made, subwords.compose(["unheard"]).vectors)


def test_vectors_without_ngrams_and_counts(tmp_path):
    vectors = matrix(3)
    write_embeddings(tmp_path / "v.bin", ["a", "b", "c"], vectors, "fasttext")
    found = read(tmp_path / "v.bin")
    assert not found.embeddings.subwords
    assert np.array_equal(found.embeddings.vectors, vectors)
    assert found.embeddings.counts.tolist() == [1, 1, 1]
    assert np.array_equal(found.embeddings.context, np.zeros((3, DIM)))
    options = found.record["options"]
    assert (options["buckets"], options["min_n"], options["max_n"]) == (0, 0, 0)


def test_a_part_of_the_words_keeps_the_ngrams_and_its_outputs(tmp_path, model):
    _, notes = converted(model, tmp_path / "part.bin", FASTTEXT, words=["cat", "x", "cats"])
    assert "2 of 3" not in notes[0] and "1 of 3" in notes[0] and "go along" in notes[1]
    part, whole = read_embeddings(tmp_path / "part.bin"), read_embeddings(model)
    assert part.words == ["cat", "x"]
    assert np.array_equal(part.vectors, whole.vectors[[1, 5]])
    assert np.array_equal(part.context, whole.context[[1, 5]])
    assert np.array_equal(part.vector("cats"), whole.vector("cats"))


def test_a_part_of_a_tree_has_no_outputs(tmp_path):
    (tmp_path / "v.bin").write_bytes(model_bytes("hs"))
    _, notes = converted(tmp_path / "v.bin", tmp_path / "part.bin", FASTTEXT, limit=2)
    assert any("output matrix of these words is not known" in note for note in notes)
    found = read_embeddings(tmp_path / "part.bin")
    assert not np.asarray(found.nodes[:]).any()


def test_words_are_composed_where_only_words_are_written(tmp_path, model):
    asked = ["cat", *UNKNOWN, "cat"]
    _, notes = converted(model, tmp_path / "v.vec", TEXT, words=asked)
    assert any("5 words that have no vector were made of their n-grams" in note for note in notes)
    found, whole = read_embeddings(tmp_path / "v.vec"), read_embeddings(model)
    assert found.words == ["cat", *UNKNOWN]
    for word in found.words:
        np.testing.assert_allclose(found.vector(word), whole.vector(word), rtol=1e-6)
    converted(model, tmp_path / "few.vec", TEXT, words=asked, limit=3)
    assert read_embeddings(tmp_path / "few.vec").words == ["cat", *UNKNOWN[:2]]
    converted(model, tmp_path / "not.vec", TEXT, words=asked, compose=False)
    assert read_embeddings(tmp_path / "not.vec").words == ["cat"]


def test_changed_vectors_come_without_ngrams(tmp_path, model):
    _, notes = converted(model, tmp_path / "n.bin", FASTTEXT, normalize=True)
    assert any("n-grams are not written" in note for note in notes)
    found = read_embeddings(tmp_path / "n.bin")
    assert not found.subwords
    np.testing.assert_allclose(found.norms, 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("words", "options", "expected"),
    [
        (["a\0b", "c"], {}, "holds white space or a NUL"),
        (["a b", "c"], {}, "holds white space or a NUL"),
        (["a", "a"], {}, "takes no word twice"),
        (["a", "b"], {"counts": np.array([10**15, 1])}, "takes counts below"),
    ],
)
def test_what_no_model_holds(tmp_path, words, options, expected):
    with pytest.raises(OutputError, match=expected):
        write_embeddings(tmp_path / "v.bin", words, matrix(2), "fasttext", **options)
    assert not list(tmp_path.iterdir())


def murmur(n_rows=BUCKETS, n_hashes=2, min_n=2):
    return Subwords(Ngrams(BUCKETS, min_n, 4, "murmur", n_hashes), matrix(n_rows))


def test_ngrams_that_a_format_has_no_place_for(tmp_path):
    own = Subwords(Ngrams(BUCKETS, 2, 4), matrix(BUCKETS), own=matrix(2))
    for format, subwords, expected in [
        ("fasttext", murmur(), "place for n-grams hashed by fnv, and these are hashed by murmur"),
        ("floret", own, "place for n-grams hashed by murmur, and these are hashed by fnv"),
        ("floret", None, "these vectors have none"),
        ("floret", murmur(min_n=1), "make different vectors"),
    ]:
        with pytest.raises(ConfigError, match=expected):
            write_embeddings(tmp_path / "v", ["a", "b"], matrix(2), format, subwords=subwords)


def test_a_table_of_floret_and_a_file_of_ours(tmp_path):
    subwords = murmur()
    vectors = subwords.word_vectors([word.encode() for word in WORDS])
    for name, format in (("v.floret", "floret"), ("v.w2v", "w2v")):
        write_embeddings(tmp_path / name, WORDS, vectors, format, subwords=subwords)
        found = read_embeddings(tmp_path / name)
        made = found.subwords.compose([*WORDS, *UNKNOWN])
        expected = subwords.compose([*WORDS, *UNKNOWN])
        np.testing.assert_array_equal(made.vectors, expected.vectors)
    np.testing.assert_allclose(expected.vectors[: len(WORDS)], vectors, rtol=1e-5, atol=1e-6)
    lines = (tmp_path / "v.floret").read_bytes().split(b"\n")
    assert lines[0] == b"40 5 2 4 2 2166136261 < >"
    assert [line.split(b" ")[0] for line in lines[1:-1]] == [b"%d" % row for row in range(BUCKETS)]
    assert all(re.fullmatch(rb"\d+( -?[\d.e-]+){5} ", line) for line in lines[1:-1])
    with pytest.raises(InputError, match="has n-grams and no words"):
        converted(tmp_path / "v.floret", tmp_path / "v.vec", TEXT)
    converted(tmp_path / "v.floret", tmp_path / "v.vec", TEXT, words=UNKNOWN)
    found = read_embeddings(tmp_path / "v.vec")
    np.testing.assert_allclose(found.vectors, expected.vectors[len(WORDS) :], rtol=1e-6)
    again, _ = converted(tmp_path / "v.w2v", tmp_path / "again.floret", FLORET)
    assert again == (tmp_path / "v.floret").read_bytes()
    converted(tmp_path / "v.floret", tmp_path / "words.w2v", W2V, words=UNKNOWN)
    assert read_embeddings(tmp_path / "words.w2v").words == UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"40 5", b"41 5", "cut short, or too long: 40 rows of 41"),
        (b"40 5", b"39 5", "cut short, or too long: 40 rows of 39"),
        (b"40 5", b"0 5", "a table of 0 x 5"),
        (b" 2 4 2 ", b" 2 400 2 ", "n-grams of up to 400"),
        (b"2166136261", b"2166136262", "the seed 2166136262"),
        (b"< >", b"[ ]", r"marks \[ \]"),
        (b"\n3 ", b"\n4 ", "row '4' where row 3 should be"),
        (b"\n3 ", b"\n3 nan ", "row '3 nan' where row 3 should be"),
        (b" \n3 ", b" x\n3 ", "is not a number"),
    ],
)
def test_tables_of_floret_that_are_damaged(tmp_path, old, new, expected):
    path = tmp_path / "v.floret"
    write_embeddings(path, WORDS, matrix(len(WORDS)), "floret", subwords=murmur())
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(InputError, match=expected):
        read_embeddings(path)


def test_tables_that_hold_no_number_of_float32(tmp_path):
    path = tmp_path / "v.floret"
    write_embeddings(path, WORDS, matrix(len(WORDS)), "floret", subwords=murmur())
    path.write_bytes(re.sub(rb"\n3 [^ ]+", b"\n3 1e99", path.read_bytes()))
    with pytest.raises(InputError, match="row 3 holds NaN, infinity"):
        read_embeddings(path)


def test_a_model_cut_anywhere_or_longer_is_an_error(tmp_path, model):
    data = model.read_bytes()
    damaged = tmp_path / "damaged.bin"
    for end in range(8, len(data)):
        damaged.write_bytes(data[:end])
        with pytest.raises(InputError, match=r"damaged\.bin: (is cut short|word \d+ does not end)"):
            read_embeddings(damaged)
    damaged.write_bytes(data + b"\0")
    with pytest.raises(InputError, match="there is more behind the end"):
        read_embeddings(damaged)


def test_headers_that_are_changed(tmp_path, model):
    """One more or less in each number: an error with the name of the file, or another model."""
    data = model.read_bytes()
    start = data.index(b"the\0") - SIZES.size
    damaged = tmp_path / "damaged.bin"
    n_refused = 0
    for offset in [*range(8, 56, 4), *range(start, start + 12, 4), start + 20]:
        for change in (-1, 1):
            changed = bytearray(data)
            [value] = struct.unpack_from("<i", data, offset)
            struct.pack_into("<i", changed, offset, value + change)
            damaged.write_bytes(changed)
            try:
                read_embeddings(damaged)
            except InputError as error:
                assert "damaged.bin" in error.message
                n_refused += 1
    assert n_refused >= 2 * 4


@pytest.mark.parametrize(
    ("offset", "value", "expected"),
    [
        (40, 0, "of 2 to 4 characters and 0 buckets for them"),
        (40, 41, "a matrix of 46 x 5"),
    ],
)
def test_buckets_that_are_not_there(tmp_path, model, offset, value, expected):
    data = bytearray(model.read_bytes())
    struct.pack_into("<i", data, offset, value)
    model.write_bytes(data)
    with pytest.raises(InputError, match=expected):
        read_embeddings(model)


def test_outputs_of_other_words_are_refused(tmp_path, model):
    data = bytearray(model.read_bytes())
    struct.pack_into("<q", data, len(data) - 4 * DIM * len(WORDS) - 16, len(WORDS) - 1)
    model.write_bytes(data)
    with pytest.raises(InputError, match="an output matrix of 5 x 5 for 6 words"):
        read_embeddings(model)


def test_a_model_of_before_2017_is_known(tmp_path):
    old = struct.pack("<12id3iq", 10, 5, 5, 1, 5, 1, 2, 2, 100, 3, 6, 100, 1e-4, 2, 2, 0, 50)
    (tmp_path / "v.bin").write_bytes(old + b"a\0" + ENTRY.pack(3, 0) + bytes(500))
    with pytest.raises(InputError, match="as fastText wrote it before 2017"):
        read_embeddings(tmp_path / "v.bin")


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_ngrams_in_a_file_of_ours(tmp_path, dtype):
    own = matrix(len(WORDS))
    trained = np.arange(BUCKETS) % 3 == 0
    subwords = Subwords(Ngrams(BUCKETS, 3, 5), matrix(BUCKETS, seed=7), None, own, True, trained)
    path = tmp_path / "v.w2v"
    vectors = subwords.word_vectors([word.encode() for word in WORDS])
    write_embeddings(path, WORDS, vectors, "w2v", subwords=subwords, dtype=dtype)
    found = read_embeddings(path, limit=2).subwords
    assert (found.ngrams, found.is_pruned) == (subwords.ngrams, True)
    assert found.trained.tolist() == trained.tolist()
    np.testing.assert_array_equal(found.own, as_read(own[:2], dtype))
    np.testing.assert_array_equal(found.rows, as_read(subwords.rows, dtype))


@pytest.mark.parametrize("member", ["ngrams_scales.npy", "own_scales.npy"])
def test_ngrams_without_their_scales(of_ngrams, member):
    found = read_embeddings(of_ngrams)
    write_embeddings(of_ngrams, WORDS, found.vectors, "w2v", subwords=found.subwords, dtype="int8")
    rewritten(of_ngrams, {member: None})
    with pytest.raises(InputError, match=f"{member} is missing"):
        read_embeddings(of_ngrams)


def rewritten(path, replaced):
    """*In place:* an archive whose members are other bytes, or none for None."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | replaced
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


INFO_CHANGES = [
    {"hash": "fnx"}, {"hash": []}, {"buckets": 41}, {"buckets": "40"}, {"buckets": 1 << 40},
    {"pruned": 1}, {"hashes": 2}, {"hashes": 0}, {"rows": 19}, {"rows": 21}, {"min_n": -1},
    {"max_n": 101}, {"hash": "murmur"},
]  # fmt: skip


@pytest.fixture
def of_ngrams(tmp_path):
    own, buckets = matrix(len(WORDS)), np.arange(20) * 2
    subwords = Subwords(Ngrams(BUCKETS, 3, 5), matrix(20), buckets, own, trained=buckets > 9)
    path = tmp_path / "v.w2v"
    write_embeddings(path, WORDS, own, "w2v", subwords=subwords)
    assert read_embeddings(path).subwords.buckets.tolist() == buckets.tolist()
    return path


@pytest.mark.parametrize("changes", INFO_CHANGES, ids=str)
def test_damaged_facts_of_ngrams_in_a_file_of_ours(of_ngrams, changes):
    with zipfile.ZipFile(of_ngrams) as archive:
        info = json.loads(archive.read("info.json"))
    info["ngrams"] |= changes
    rewritten(of_ngrams, {"info.json": json.dumps(info).encode()})
    if changes == {"buckets": 41}:  # one more is no damage
        read_embeddings(of_ngrams)
        return
    with pytest.raises(InputError, match="the file of vectors is damaged or cut short"):
        read_embeddings(of_ngrams)


@pytest.mark.parametrize(
    "replaced",
    [
        {"buckets.npy": npy(np.arange(20)[::-1].copy())},
        {"buckets.npy": npy(np.arange(20) * 3)},
        {"buckets.npy": npy(np.zeros(20, dtype=np.int64))},
        {"buckets.npy": None},
        {"trained.npy": npy(np.full(20, 2, dtype=np.uint8))},
        {"trained.npy": npy(np.ones(19, dtype=np.uint8))},
        {"own.npy": None},
        {"own.npy": npy(matrix(3))},
        {"ngrams.npy": None},
        {"ngrams.npy": npy(matrix(20, 4))},
    ],
    ids=lambda replaced: next(iter(replaced)),
)
def test_damaged_members_of_ngrams_in_a_file_of_ours(of_ngrams, replaced):
    rewritten(of_ngrams, replaced)
    with pytest.raises(InputError, match="the file of vectors is damaged or cut short"):
        read_embeddings(of_ngrams)


def test_ngrams_that_are_not_finite(tmp_path, model):
    data = bytearray(model.read_bytes())
    start = data.index(SHAPE.pack(len(WORDS) + BUCKETS, DIM)) + SHAPE.size
    row = start + 4 * DIM * len(WORDS)
    data[row : row + 4 * DIM * BUCKETS] = b"\xff" * (4 * DIM * BUCKETS)
    model.write_bytes(data)
    with pytest.raises(InputError, match="holds NaN"):
        read_embeddings(model)
    subwords = Subwords(Ngrams(BUCKETS, 2, 4), np.full((BUCKETS, DIM), np.nan, np.float32))
    with pytest.raises(InputError, match="the n-grams of 'cats' hold NaN"):
        subwords.compose(["cats"])
    with pytest.raises(OutputError, match="row 0 of the n-grams holds NaN"):
        write_embeddings(
            tmp_path / "v.w2v", WORDS, matrix(6), "w2v", subwords=subwords.with_own(matrix(6))
        )


def test_a_pickle_of_a_mapped_model(model):
    embeddings = read_embeddings(model)
    again = pickle.loads(pickle.dumps(embeddings.subwords))
    assert np.array_equal(again.vector("cats"), embeddings.vector("cats"))
    assert again.compose(["cats"]).made_of(["cats"])[0].n_ngrams > 3
