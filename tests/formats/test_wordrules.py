"""One rule for all writers: a word comes back as it was, or it is refused."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import OutputError
from w2v_cli.formats.conversion import Conversion, convert
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.registry import format_named
from w2v_cli.formats.writing import check_words, write_embeddings

EXTENSIONS = {
    "text": ".txt", "binary": ".bin", "glove": ".glove", "w2v": ".w2v", "npy": ".npy",
    "safetensors": ".safetensors",
}  # fmt: skip
READ_FORMATS = list(EXTENSIONS)
any_characters = st.one_of(
    st.sampled_from(" \t\n\r\v\f\0\x1c\x85\xa0\ufeff05.-"), st.characters(codec="utf-8")
)
any_words = st.lists(st.text(any_characters, max_size=4), min_size=1, max_size=5, unique=True)
ENDS = ["0\t", "\t0", "a\t1", "\r", "a\r", "a\n", " a", "a ", "a b", "\x0b", ""]


def comes_back(folder, words, format):
    """Whether words are the same when they are read again, or are not written at all."""
    vectors = np.full((len(words), 3), 0.5, dtype=np.float32)
    path = folder / f"v{EXTENSIONS[format]}"
    try:
        write_embeddings(path, words, vectors, format)
    except OutputError as error:
        assert "\n" not in str(error)
        return "refused"
    embeddings = read_embeddings(path)
    assert embeddings.words == words
    np.testing.assert_array_equal(embeddings.vectors, vectors)
    return "the same"


@pytest.mark.parametrize("format", READ_FORMATS)
@given(words=any_words)
@example(words=["0\t"])
@example(words=["a\t1", "b\t2", "c\t3"])
@example(words=["\ufeffa", "b\r"])
def test_a_word_comes_back_or_is_refused(tmp_path_factory, format, words):
    # A line of numbers alone is no word and its vector: that the whole file is refused then is
    # a matter of files without header.
    words = [*words, "word"] if "word" not in words else words
    comes_back(tmp_path_factory.mktemp("words"), words, format)


@pytest.mark.parametrize(
    ("format", "refused"),
    [
        ("text", ENDS),
        ("binary", ENDS),
        ("glove", ENDS),
        ("npy", ["\r", "a\r", "a\n", ""]),
        ("w2v", ["a\n", ""]),
        ("safetensors", [""]),
    ],
)
def test_what_is_refused(tmp_path, format, refused):
    for word in ENDS:
        expected = "refused" if word in refused else "the same"
        assert comes_back(tmp_path, ["word", word], format) == expected, word


def test_the_metadata_of_the_projector_has_one_word_a_line(tmp_path):
    vectors = np.zeros((2, 2), np.float32)
    for word in ("a\t", "a\r", "a\nb", ""):
        with pytest.raises(OutputError, match="holds a tab or the end of a line"):
            write_embeddings(tmp_path / "v.tsv", ["b", word], vectors, "tsv")
    write_embeddings(tmp_path / "v.tsv", ["b", " a b "], vectors, "tsv", counts=np.array([3, 2]))
    assert (tmp_path / "v.metadata.tsv").read_bytes() == b"word\tcount\nb\t3\n a b \t2\n"


def test_words_are_checked_before_the_work_as_they_are_when_written():
    check_words("v.txt", "text", ["a", "\xa0"])
    check_words("v.tsv", "tsv", ["new york"])
    with pytest.raises(OutputError, match=r"v\.txt: word 'a\\t' .*format='w2v' keeps it"):
        check_words("v.txt", "text", ["a", "a\t"])


@given(words=any_words)
@example(words=["\ufeffa"])
@example(words=["</s>"])
def test_converting_makes_words_that_every_format_takes(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("converting")
    words = [*words, "word"] if "word" not in words else words
    words = [word for word in words if word and not word.startswith("\ufeff")]
    vectors = np.full((len(words), 3), 0.5, dtype=np.float32)
    write_embeddings(folder / "v.safetensors", words, vectors, "safetensors")
    for format, extension in EXTENSIONS.items():
        target = str(folder / f"w{extension}")
        asked = Conversion(format_named(format), keep_sentence_end=True)
        convert(str(folder / "v.safetensors"), target, asked)
        assert len(read_embeddings(target)) == len(words)


count_words = st.text(any_characters, min_size=1, max_size=4).map("w".join)


@given(words=st.lists(count_words, min_size=1, max_size=5, unique=True))
@example(words=["\ufeffa"])
@example(words=["new york", "a\tb"])
def test_words_of_count_files_come_back(tmp_path_factory, words):
    """All that comes from corpora and count files: no newline, no white space at the end."""
    words = list(dict.fromkeys("".join(word.split("\n")).strip(" \t\r\v\f") for word in words))
    words = [word for word in words if word] or ["a"]
    path = tmp_path_factory.mktemp("counts") / "counts.txt"
    Vocabulary(words, np.arange(len(words)) + 1).save(path)
    assert Vocabulary.load(path).words == words
