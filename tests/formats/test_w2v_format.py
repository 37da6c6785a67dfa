"""The own format: what NumPy sees in it, lazy words, and every kind of damage and trickery."""

import gzip
import io
import json
import os
import warnings
import zipfile

import numpy as np
import pytest
from conftest import fails_with
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.embeddings.queries import WordFinder, query_vectors
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.embeddings.words import LOOKUPS, MappedWords
from w2v_cli.errors import ConfigError, InputError, OutputError
from w2v_cli.formats import w2v as own
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["the", "na\u00efve", "new york", "\u6771\u4eac", "</s>", "\u2028", " x ", "\r"]
VECTORS = np.random.default_rng(0).standard_normal((len(WORDS), 5)).astype(np.float32)
COUNTS = np.arange(80, 0, -10)
FACTS = {"command": "train", "seed": 1, "loss": [2.5, 2.25]}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "saved.w2v"
    write_embeddings(path, WORDS, VECTORS, "w2v", COUNTS, FACTS)
    return path


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, replaced=None, dropped=(), method=zipfile.ZIP_STORED):
    members = members_of(path) | (replaced or {})
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            if name not in dropped:
                archive.writestr(name, data)


def is_damaged(path):
    """Whether a checksum, or what lies before a member, is not as it should be."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is not None
    except zipfile.BadZipFile:
        return True


def npy(array, **kwargs):
    stream = io.BytesIO()
    np.save(stream, array, **kwargs)
    return stream.getvalue()


def message_of(path):
    with pytest.raises(InputError) as caught:
        read_embeddings(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


def assert_saved(found):
    embeddings = found.embeddings
    assert embeddings.words == WORDS
    assert np.array_equal(embeddings.vectors, VECTORS)
    assert embeddings.counts.tolist() == COUNTS.tolist()
    assert found.record == FACTS
    assert np.array_equal(embeddings.norms, Embeddings(WORDS, VECTORS).norms)
    assert found.notes == []


def test_what_is_written_is_read(saved):
    found = read(saved)
    assert_saved(found)
    embeddings = found.embeddings
    for array in (embeddings.vectors, embeddings.norms, embeddings.counts):
        assert not array.flags.writeable
        assert not array.flags.owndata
    assert not is_damaged(saved)


def test_numpy_and_unzip_read_it(saved):
    with np.load(saved, allow_pickle=False) as archive:
        assert np.array_equal(archive["vectors"], VECTORS)
        assert archive["counts"].tolist() == COUNTS.tolist()
        assert np.allclose(archive["norms"], np.linalg.norm(VECTORS, axis=1))
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert archive.read("words.txt").decode() == "".join(f"{word}\n" for word in WORDS)
        assert json.loads(archive.read("info.json"))["provenance"] == FACTS
    data = saved.read_bytes()
    assert data.index(b"\x93NUMPY\x01\x00", data.index(b"vectors.npy")) % 4096 == 0


def test_what_numpy_writes_is_read(saved, tmp_path):
    with np.load(saved) as archive:
        arrays = {name: archive[name] for name in ("vectors", "norms", "counts")}
    members = {f"{name}.npy": npy(array) for name, array in arrays.items()}
    rewritten(saved, members)
    assert_saved(read(saved))


def test_the_same_vectors_give_the_same_bytes(saved, tmp_path):
    write_embeddings(tmp_path / "again.w2v", WORDS, VECTORS, "w2v", COUNTS, FACTS)
    assert saved.read_bytes() == (tmp_path / "again.w2v").read_bytes()


def test_packed_files_and_pipes_are_read_into_memory(saved, w2v):
    (saved.parent / "packed").write_bytes(gzip.compress(saved.read_bytes()))
    assert_saved(read(saved.parent / "packed"))
    result = w2v("neighbors", "-", "the", "-k", "1", stdin=saved.read_bytes())
    assert (result.returncode, result.errors) == (0, "")
    assert result.text == w2v("neighbors", saved, "the", "-k", "1").text


def test_half_precision(tmp_path):
    write_embeddings(tmp_path / "half.w2v", WORDS, VECTORS, "w2v", dtype="float16")
    found = read(tmp_path / "half.w2v")
    embeddings = found.embeddings
    rounded = VECTORS.astype(np.float16).astype(np.float32)
    assert embeddings.vectors.dtype == np.float32
    assert np.array_equal(embeddings.vectors, rounded)
    assert np.array_equal(embeddings.norms, Embeddings(WORDS, rounded).norms)
    assert (embeddings.counts, found.record) == (None, None)
    assert not is_damaged(tmp_path / "half.w2v")
    message = r"the vector of 'b' holds a number larger than float16 can hold \(65504\)"
    with pytest.raises(OutputError, match=message):
        large = np.array([[65_504], [7e4]], dtype=np.float32)
        write_embeddings(tmp_path / "large.w2v", ["a", "b"], large, "w2v", dtype="float16")


@pytest.mark.parametrize(
    ("replaced", "dropped", "message"),
    [
        ({}, ["scales.npy"], "scales.npy is missing"),
        ({"scales.npy": npy(np.ones(1, np.float32))}, [], "scales.npy is not an array of type <f4"),
        ({"scales.npy": npy(np.full(len(WORDS), np.nan, np.float32))}, [], "NaN or infinity"),
        ({"vectors.npy": npy(VECTORS)}, [], "vectors.npy is not an array of type |i1"),
    ],
)
def test_numbers_of_one_byte_that_are_damaged(tmp_path, replaced, dropped, message):
    path = tmp_path / "small.w2v"
    write_embeddings(path, WORDS, VECTORS, "w2v", dtype="int8")
    assert not is_damaged(path)
    rewritten(path, replaced, dropped)
    assert message in message_of(path)


@pytest.mark.parametrize("words", [["a", ""], ["a", "b\nc"], ["a", "\ud800"], ["a", "a"]])
def test_words_that_cannot_be_kept(tmp_path, words):
    with pytest.raises(OutputError, match="cannot be written"):
        write_embeddings(tmp_path / "v.w2v", words, np.ones((2, 2), np.float32), "w2v")
    assert os.listdir(tmp_path) == []


def test_it_needs_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in ("-", tmp_path / "pipe"):
        with pytest.raises(ConfigError, match="needs a file"):
            write_embeddings(path, WORDS, VECTORS, "w2v")


words_of_files = st.text(
    st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=4
)


@settings(max_examples=200)
@given(st.lists(words_of_files, min_size=1, max_size=12), words_of_files, st.booleans())
def test_lazy_words_are_a_list(words, other, with_dict):
    lazy = MappedWords("".join(f"{word}\n" for word in words).encode(), "name")
    if with_dict:
        for number in range(LOOKUPS + 1):
            assert lazy.lookup.get(f"not there {number}") is None
    assert len(lazy) == len(words)
    assert [lazy[row] for row in range(len(words))] == words
    assert (lazy[-1], lazy[1:3], lazy[::-2], lazy[5:2]) == (words[-1], words[1:3], words[::-2], [])
    for word in [*words, other, "", "a\nb", words[0] + "\n"]:
        expected = words.index(word) if word in words else None
        assert lazy.lookup.get(word) == expected
        assert (word in lazy, word in lazy.lookup) == (expected is not None,) * 2
    with pytest.raises(IndexError):
        lazy[len(words)]
    with pytest.raises(KeyError):
        lazy.lookup["a\nb"]
    assert list(lazy) == words
    assert list(reversed(lazy)) == words[::-1]
    assert lazy == words


def test_one_query_decodes_no_other_words(saved):
    embeddings = read_embeddings(saved)
    query = WordFinder(embeddings).query("new york")
    vectors, _ = query_vectors(embeddings, [query])
    ids, _ = embeddings.nearest(vectors, 2, [query.rows])
    assert embeddings.words[int(ids[0, 0])] in WORDS
    assert "_all" not in vars(embeddings.words)


def test_words_that_are_not_utf8_are_an_error_when_they_are_asked_for(saved):
    rewritten(saved, {"words.txt": b"a\nb\nc\nd\ne\nf\ng\n\xff\n"})
    embeddings = read_embeddings(saved)
    assert embeddings.words[0] == "a"
    with pytest.raises(InputError, match=r"saved\.w2v: word 8 or after is not UTF-8"):
        embeddings.words[7]


def test_truncation_anywhere(saved):
    data = saved.read_bytes()
    cut = saved.parent / "cut.w2v"
    for size in {*range(4, 60), *range(60, len(data), 499), *range(len(data) - 200, len(data))}:
        cut.write_bytes(data[:size])
        assert "damaged or cut short" in message_of(cut)


@settings(max_examples=200)
@given(st.data())
def test_changed_bytes_are_told_or_change_nothing_but_vectors(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "flip.w2v"
    write_embeddings(path, WORDS, VECTORS, "w2v", COUNTS, FACTS)
    content = bytearray(path.read_bytes())
    marked = [place for place, byte in enumerate(content) if byte and place > 3]
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.sampled_from(marked))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        embeddings = read_embeddings(path)
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert embeddings.words == WORDS
    if not np.array_equal(embeddings.vectors, VECTORS):
        assert is_damaged(path)


def info(**values):
    content = {"format": own.FORMAT, "version": 1, "rows": 8, "dim": 5, "dtype": "float32"}
    return json.dumps(content | values).encode()


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


TRICKS = {
    "huge shape": ({"info.json": info(rows=2**40, dim=2**20)}, "is not an array"),
    "negative rows": ({"info.json": info(rows=-1)}, "rows in info.json is no number"),
    "no rows": ({"info.json": info(rows=0)}, "rows in info.json is no number"),
    "rows true": ({"info.json": info(rows=True)}, "rows in info.json is no number"),
    "other rows": ({"info.json": info(rows=7)}, r"vectors.npy is not an array of type <f4"),
    "text for info": ({"info.json": b"{"}, "damaged"),
    "deep JSON": ({"info.json": b"[" * 100_000}, "damaged"),
    "provenance": ({"info.json": info(provenance=[1])}, "not as w2v writes it"),
    "dtype": ({"info.json": info(dtype="object")}, "not as w2v writes it"),
    "pickled": ({"vectors.npy": npy(np.array([[{}]], dtype=object))}, "is not an array"),
    "Fortran order": ({"vectors.npy": npy(np.asfortranarray(VECTORS))}, "is not an array"),
    "doubles": ({"vectors.npy": npy(VECTORS.astype(np.float64))}, "is not an array"),
    "big-endian": ({"vectors.npy": npy(VECTORS.astype(">f4"))}, "is not an array"),
    "one column less": ({"vectors.npy": npy(VECTORS[:, 1:])}, "is not an array"),
    "code": ({"vectors.npy": header(b"__import__('os').abort()\n")}, "is not an array"),
    "no header": ({"vectors.npy": b""}, "is not an array"),
    "numbers missing": ({"vectors.npy": npy(VECTORS)[:-4]}, "has 156 bytes of numbers, not 160"),
    "numbers left over": ({"vectors.npy": npy(VECTORS) + b"1234"}, "has 164 bytes of numbers"),
    "NaN norm": ({"norms.npy": npy(np.full(8, np.nan))}, "a number that is no length"),
    "negative norm": ({"norms.npy": npy(np.full(8, -1.0))}, "a number that is no length"),
    "infinite norm": ({"norms.npy": npy(np.full(8, np.inf))}, "a number that is no length"),
    "short counts": ({"counts.npy": npy(COUNTS[1:])}, "counts.npy is not an array"),
    "float counts": ({"counts.npy": npy(COUNTS.astype(float))}, "counts.npy is not an array"),
    "fewer words": ({"words.txt": b"a\nb\n"}, "2 lines instead of 8"),
    "an empty word": ({"words.txt": b"a\n\nb\nc\nd\ne\nf\ng\n"}, "an empty word"),
    "no last newline": ({"words.txt": b"a\nb\nc\nd\ne\nf\ng\nh"}, "no newline after"),
    "no words": ({"words.txt": b""}, "an empty word"),
}


@pytest.mark.parametrize(("replaced", "expected"), TRICKS.values(), ids=TRICKS)
def test_contents_that_do_not_fit(saved, replaced, expected):
    rewritten(saved, replaced)
    message = message_of(saved)
    assert expected in message
    assert "make it again" in message


@pytest.mark.parametrize("name", ["words.txt", "norms.npy", "vectors.npy"])
def test_a_missing_member(saved, name):
    rewritten(saved, dropped=[name])
    assert f"{name} is missing" in message_of(saved)


def test_counts_may_be_missing(saved):
    rewritten(saved, dropped=["counts.npy"])
    assert read_embeddings(saved).counts is None


def test_members_twice_packed_or_upon_one_another(saved):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(saved, "a") as archive:
            archive.writestr("words.txt", b"a\n")
    assert "words.txt is there twice" in message_of(saved)
    write_embeddings(saved, WORDS, VECTORS, "w2v", COUNTS, FACTS)
    data = bytearray(saved.read_bytes())
    # In the directory: the place of norms.npy becomes that of counts.npy.
    directory = data.rindex(b"PK\x05\x06")
    first = {name: data.rindex(name, 0, directory) - 46 for name in (b"counts.npy", b"norms.npy")}
    place = data[first[b"counts.npy"] + 42 : first[b"counts.npy"] + 46]
    data[first[b"norms.npy"] + 42 : first[b"norms.npy"] + 46] = place
    saved.write_bytes(data)
    assert "damaged" in message_of(saved)
    write_embeddings(saved, WORDS, VECTORS, "w2v", COUNTS, FACTS)
    rewritten(saved, method=zipfile.ZIP_DEFLATED)
    assert "is compressed" in message_of(saved)


def test_what_has_a_word_twice_is_not_converted(saved, w2v):
    twice = [WORDS[0], *WORDS[:-1]]
    rewritten(saved, {"words.txt": "".join(f"{word}\n" for word in twice).encode()})
    result = w2v("convert", saved, saved.parent / "v.txt")
    fails_with(
        result, 1, f"saved.w2v: is damaged: it has the word '{WORDS[0]}' twice; make it anew"
    )
    assert not (saved.parent / "v.txt").exists()


def test_a_member_of_two_sizes(saved):
    data = bytearray(saved.read_bytes())
    entry = data.index(b"PK\x01\x02")
    # In the directory: the compressed size, of what is not compressed.
    data[entry + 20 : entry + 24] = (0x7FFFFFFF).to_bytes(4, "little")
    saved.write_bytes(data)
    assert "has two sizes" in message_of(saved)


def test_other_archives_and_versions(saved, tmp_path):
    rewritten(saved, {"info.json": info(version=2)})
    assert "format version 2" in message_of(saved)
    rewritten(saved, {"info.json": info(format="x")})
    assert "is a ZIP archive, but not one of word vectors" in message_of(saved)
    np.savez(tmp_path / "other.npz", a=VECTORS)
    assert "is a NumPy archive of arrays ('a.npy')" in message_of(tmp_path / "other.npz")
    with zipfile.ZipFile(tmp_path / "c.w2vc", "w") as archive:
        archive.writestr("corpus.json", "{}")
    assert "is an encoded corpus, not vectors" in message_of(tmp_path / "c.w2vc")


def test_train_keeps_counts_and_how_it_was_done(w2v, tmp_path):
    (tmp_path / "text").write_text("a b a c a b\n" * 50)
    args = ["--min-count", "1", "-d", "4", "-e", "2", "--seed", "7", "-q"]
    result = w2v("train", tmp_path / "text", "-o", tmp_path / "v.w2v", "-j", "1", *args)
    assert result.returncode == 0, result.errors
    found = read(tmp_path / "v.w2v")
    embeddings, facts = found.embeddings, found.record
    assert embeddings.words == ["a", "b", "c"]
    assert embeddings.counts.tolist() == [150, 100, 50]
    assert (facts["command"], facts["sources"], facts["seed"]) == ("train", ["text"], 7)
    assert (facts["tokens_read"], facts["tokens_processed"], facts["epochs"]) == (300, 600, 2)
    assert facts["options"]["dim"] == 4
    assert len(facts["loss"]) == 2
    w2v("train", tmp_path / "text", "-o", tmp_path / "v.bin", "-j", "1", *args)
    assert np.array_equal(read_embeddings(tmp_path / "v.bin").vectors, embeddings.vectors)


def test_train_says_before_it_trains_that_a_pipe_cannot_be_mapped(w2v, tmp_path):
    (tmp_path / "text").write_text("a b\n")
    result = w2v("train", tmp_path / "text", "-o", "-", "--format", "w2v", "--min-count", "1")
    fails_with(result, 2, "the format w2v needs a file")


QUESTIONS = ": one\nw1 w2 w3 w4\nw5 w6 w7 w8\nw1 w2 w3 nowhere\n"


def test_commands_answer_as_for_the_same_vectors_in_binary(w2v, tmp_path):
    vectors = np.random.default_rng(2).standard_normal((300, 8)).astype(np.float32)
    words = [f"w{row}" for row in range(300)]
    (tmp_path / "questions").write_text(QUESTIONS)
    for name, format in (("v.w2v", "w2v"), ("v.bin", "binary")):
        write_embeddings(tmp_path / name, words, vectors, format)
    for args in (["neighbors", "{}", "w1", "w2 - w3", "x"], ["evaluate-analogies", "{}"]):
        tail = [tmp_path / "questions"] if args[0].startswith("eval") else []
        outputs = [
            w2v(*[str(arg).format(tmp_path / name) for arg in args], *tail)
            for name in ("v.w2v", "v.bin")
        ]
        assert outputs[0].text == outputs[1].text
        assert outputs[0].errors == outputs[1].errors
        assert outputs[0].returncode == outputs[1].returncode
