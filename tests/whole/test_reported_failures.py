"""What users of other tools reported of files of vectors (project and issue): not so here."""

import struct
import warnings

import numpy as np
import pytest
from click.testing import CliRunner
from gensim.models import KeyedVectors

from w2v_cli.cli import cli
from w2v_cli.errors import InputError
from w2v_cli.formats import reading
from w2v_cli.formats.reading import read_embeddings

ROW = np.array([1.5, -2.25, 0.1], dtype=np.float32)
NUMBERS = b"1.5 -2.25 0.1"


def read(folder, data):
    path = folder / "reported"
    path.write_bytes(data)
    return read_embeddings(path)


def convert(folder, data, name, *options):
    """Convert a file of these bytes; returns the path of the new file and what was said."""
    (folder / "reported").write_bytes(data)
    arguments = ["convert", str(folder / "reported"), str(folder / name), *options]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.exception
    return folder / name, result.stderr


def binary(*words, newline=b"\n"):
    rows = [word + b" " + ROW.tobytes() + newline for word in words]
    return b"%d 3\n" % len(words) + b"".join(rows)


def text(*words, header=True):
    rows = b"".join(word + b" " + NUMBERS + b"\n" for word in words)
    return b"%d 3\n" % len(words) + rows if header else rows


@pytest.mark.parametrize("make", [text, binary])
def test_gensim_567_danielfrg_51_a_word_cut_inside_a_character_does_not_stop_reading(
    tmp_path, make
):
    """word2vec.c cuts words after 99 bytes, wherever that is."""
    cut = "東".encode() * 33 + b"\xe6\x9d"
    path, errors = convert(tmp_path, make(cut, b"ok"), "v.txt")
    assert "not UTF-8: 1 of 2;" in errors
    keyed = KeyedVectors.load_word2vec_format(path)
    assert keyed.index_to_key == ["東" * 33 + "\ufffd", "ok"]


def test_danielfrg_33_40_tokens_that_are_no_text_at_all_are_read(tmp_path):
    embeddings = read(tmp_path, binary(b"\xff\xfe\xfd", b"b"))
    assert embeddings.words == ["\ufffd" * 3, "b"]


def test_gensim_2795_388_what_we_write_can_be_loaded_with_spaces_in_words(tmp_path):
    words = ["new york", "a\u00a0b", "\u2009", "c\u3000d"]
    data = text(*[word.encode() for word in words])
    for name, is_binary in [("v.txt", False), ("v.bin", True)]:
        path, errors = convert(tmp_path, data, name)
        assert "white space in words was written as '_'" in errors
        keyed = KeyedVectors.load_word2vec_format(path, binary=is_binary)
        assert keyed.index_to_key == ["new_york", "a_b", "_", "c_d"]


def test_gensim_2881_two_words_that_become_one_do_not_take_each_others_vectors(tmp_path):
    data = b"2 2\na b 1 2\na_b 3 4\n"
    path, _ = convert(tmp_path, data, "v.txt")
    embeddings = read_embeddings(path)
    assert embeddings.vector("a_b").tolist() == [3, 4]
    assert embeddings.vector("a_b_").tolist() == [1, 2]


def test_fasttext_163_327_505_spacy_737_words_with_unicode_spaces_and_tabs_are_read(tmp_path):
    words = ["a\u00a0b", "\u2009", "c\td", "e\u202ff"]
    embeddings = read(tmp_path, text(*[word.encode() for word in words]))
    assert embeddings.words == words
    assert np.array_equal(embeddings.vectors, [ROW] * 4)


def test_glove_150_words_of_dots_and_spaces_are_split_from_the_right(tmp_path):
    words = [b". . .", b"at name@domain.com", b"to name@domain.com", b"x", b"y", b"z", b"u"]
    embeddings = read(tmp_path, text(*words, header=False))
    assert embeddings.words == [word.decode() for word in words]


def test_glove_54_a_header_that_does_not_count_the_unknown_word_loses_no_row(tmp_path):
    """`glove -write-header 1` writes one row more than its header says."""
    data = text(b"the", b"of", b"<unk>").replace(b"3 3", b"2 3", 1)
    embeddings = read(tmp_path, data)
    assert embeddings.words == ["the", "of", "<unk>"]
    assert reading.read(tmp_path / "reported").notes == []
    embeddings = read(tmp_path, data.replace(b"<unk>", b"other"))
    assert len(embeddings) == 3
    [note] = reading.read(tmp_path / "reported").notes
    assert "line 1 says 2 vectors, but 3 are there (more)" in note


def test_gensim_625_spacy_8789_a_file_with_or_without_a_header_is_the_same(tmp_path):
    with_header = read(tmp_path, text(b"the", b"7", b"of"))
    without = read(tmp_path, text(b"the", b"7", b"of", header=False))
    assert with_header.words == without.words == ["the", "7", "of"]


def test_sentence_transformers_1875_the_first_row_is_not_taken_for_a_header(tmp_path):
    assert read(tmp_path, b"300 1\n" + b"9 2\n" * 300).words == ["9"]
    assert read(tmp_path, b"300 1 5\n9 2 7\n").words == ["300", "9"]


def test_spacy_5086_numbers_without_words_are_not_taken_for_vectors(tmp_path):
    """GloVe's .bin holds float64 and nothing else."""
    numbers = np.random.default_rng(0).standard_normal(3000)
    with pytest.raises(InputError, match="is numbers of 64 bits without words"):
        read(tmp_path, numbers.astype("<f8").tobytes())


@pytest.mark.parametrize("newline", [b"\n", b""])
def test_gensim_149_danielfrg_54_no_letter_is_lost_with_or_without_newlines(tmp_path, newline):
    embeddings = read(tmp_path, binary(b"the", b"of", b"and", newline=newline))
    assert embeddings.words == ["the", "of", "and"]
    assert np.array_equal(embeddings.vectors, [ROW] * 3)


def test_danielfrg_54_what_we_write_has_the_newlines(tmp_path):
    path, _ = convert(tmp_path, binary(b"the", b"of", newline=b""), "v.bin")
    assert path.read_bytes() == binary(b"the", b"of")


def test_gensim_short_files_say_where_they_end(tmp_path):
    """gensim raises EOFError without a place."""
    with pytest.raises(InputError, match="is cut short in row 2 of 2"):
        read(tmp_path, binary(b"the", b"of")[:-3])


def test_fasttext_pretrained_rows_are_counted_exactly_and_have_no_blank_at_the_end(tmp_path):
    """Its reader trusts the count of the header and splits at white space."""
    path, _ = convert(tmp_path, text(b"a", b"b", b"a", b"c d"), "v.vec")
    lines = path.read_bytes().split(b"\n")
    assert lines[0] == b"3 3"
    assert [line.split(b" ")[0] for line in lines[1:-1]] == [b"a", b"b", b"c_d"]
    assert all(len(line.split(b" ")) == 4 for line in lines[1:-1])


def test_word2vec_c_six_decimals_are_not_all_we_keep(tmp_path):
    path, _ = convert(tmp_path, b"1 2\na 1.00000012e-07 16777217\n", "v.txt")
    expected = np.float32([1.00000012e-07, 16777217])
    assert np.array_equal(read_embeddings(path).vectors[0], expected)


def test_spacy_4586_binary_vectors_become_text_that_spacy_reads(tmp_path):
    path, _ = convert(tmp_path, binary(b"the", b"of"), "v.txt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        initialize = pytest.importorskip(
            "spacy.training.initialize", reason="spaCy has no wheel for every Python"
        )
    vectors, keys, _ = initialize.read_vectors(path, 0)
    assert list(keys) == ["the", "of"]
    assert np.array_equal(vectors, [ROW, ROW])


def test_tensorboard_a_tab_in_a_word_does_not_shift_columns(tmp_path):
    path, _ = convert(tmp_path, text(b"a\tb", b"c"), "v.tsv")
    assert path.with_name("v.metadata.tsv").read_text() == "a_b\nc\n"


def test_gensim_2159_a_compressed_file_is_not_read_as_if_it_were_text(tmp_path):
    import gzip

    data = gzip.compress(text(b"the", b"of"))
    assert read(tmp_path, data).words == ["the", "of"]
    with pytest.raises(InputError, match="cut short"):
        read(tmp_path, data[:-9])


def test_fasttext_a_count_that_is_negative_or_huge_takes_no_memory(tmp_path):
    settings = struct.pack("<2i12id", 793712314, 12, 5, 5, 1, 1, 5, 1, 2, 2, 9, 3, 6, 100, 1e-4)
    for size in (-1, 1 << 30):
        with pytest.raises(InputError, match=r"is damaged|cut short|does not end"):
            read(tmp_path, settings + struct.pack("<3i2q", size, size, 0, 9, -1))
