"""The encoded corpus: mapping to the vocabulary, windows, borders of chunks."""

import itertools
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.corpus import spool as spools
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.spool import NOT_A_WORD, Spool, check_free_space
from w2v_cli.corpus.tokenizer import SENTENCE_END
from w2v_cli.errors import OutputError

END = SENTENCE_END


def make_corpus(ids, id_map=None, folder="."):
    spool = Spool(folder)
    for part in np.array_split(np.array(ids, dtype=np.int32), 3):
        spool.append(part)
    if id_map is None:
        id_map = np.arange(max([*ids, 0]) + 1)
    return encode([spool], [np.array(id_map, dtype=np.int32)])


def ids_of(corpus):
    return corpus.window(0, corpus.length).tolist()


def test_words_outside_the_vocabulary_vanish_with_sentences_that_become_empty():
    ids = [END, 0, 1, END, 2, END, END, 1, 2, 0, END]
    with make_corpus(ids, id_map=[7, NOT_A_WORD, NOT_A_WORD]) as corpus:
        assert ids_of(corpus) == [7, END, 7, END]
        assert (corpus.n_tokens, corpus.n_sentences) == (2, 2)


@given(st.lists(st.integers(END, 5), max_size=200), st.integers(1, 50))
def test_mapping_agrees_with_plain_python(ids, block):
    id_map = [3, NOT_A_WORD, 0, 1, NOT_A_WORD, 2]
    lines, line = [], []
    for id_ in ids:
        if id_ == END:
            lines.append(line)
            line = []
        elif id_map[id_] != NOT_A_WORD:
            line.append(id_map[id_])
    lines = [line for line in lines if line]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spools, "BLOCK_IDS", block)
        corpus = make_corpus([*ids, END], id_map)
    if line:
        lines.append(line)
    with corpus:
        assert ids_of(corpus) == [id_ for line in lines for id_ in [*line, END]]
        assert corpus.n_tokens == sum(map(len, lines))
        assert corpus.n_sentences == len(lines)


@given(st.lists(st.lists(st.integers(END, 3), max_size=30), min_size=1, max_size=4))
def test_several_spools_are_one_corpus(parts):
    """A sentence may begin in one part of the text and end in the next."""
    maps = [np.array([shift, NOT_A_WORD, 5, shift + 1], dtype=np.int32) for shift in range(4)]
    written = []
    for part in parts:
        spool = Spool(".")
        spool.append(np.array(part, dtype=np.int32))
        written.append(spool)
    expected = [
        END if id_ == END else int(id_map[id_])
        for part, id_map in zip(parts, maps, strict=False)
        for id_ in part
    ]
    flat = [id_ for id_ in expected if id_ != NOT_A_WORD]
    flat = [
        id_ for place, id_ in enumerate(flat) if id_ != END or (place and flat[place - 1] != END)
    ]
    with encode(written, maps[: len(parts)]) as corpus:
        assert ids_of(corpus) == flat
        assert corpus.n_sentences == flat.count(END)


def test_windows_anywhere_in_a_file_of_many_pages():
    ids = np.random.default_rng(1).integers(0, 1000, 20_000).tolist()
    with make_corpus(ids) as corpus:
        for start, stop in [(0, 1), (1023, 1025), (1024, 2048), (5, 19_999), (20_000, 20_000)]:
            window = corpus.window(start, stop)
            assert window.dtype == np.int32
            assert window.flags.writeable, "kernels are compiled for one array type"
            assert window.tolist() == ids[start:stop]


@given(
    st.lists(st.integers(0, 12), max_size=60),
    st.integers(1, 40),
    st.integers(2, 9),
)
def test_chunk_borders_cover_everything_and_respect_lines(lengths, chunk_size, max_sentence):
    ids = [id_ for length in lengths if length for id_ in [*range(length), END]]
    with make_corpus(ids) as corpus:
        borders = corpus.chunk_borders(chunk_size, max_sentence)
        chunks = list(itertools.pairwise(borders))
        assert sum(corpus.count_tokens(*chunk) for chunk in chunks) == corpus.n_tokens
        assert (borders[0], borders[-1]) == (0, corpus.length)
    assert all(start < stop for start, stop in chunks)
    for border in borders[1:-1]:
        inside_a_long_line = END not in ids[border : border + max_sentence]
        assert ids[border - 1] == END or inside_a_long_line


def test_one_endless_line_is_cut_into_chunks():
    with make_corpus([0] * 10_500 + [END]) as corpus:
        assert corpus.chunk_borders(1000, 100) == [*range(0, 10_001, 1000), 10_501]


def test_the_file_has_no_name(tmp_path):
    corpus = make_corpus([0, 1, END], folder=tmp_path)
    assert os.listdir(tmp_path) == []
    corpus.close()


def test_a_folder_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match=r"nowhere: the encoded corpus cannot be written.*tmpdir"):
        Spool(tmp_path / "nowhere")


def test_a_disk_without_room_is_told_before(tmp_path):
    check_free_space(tmp_path, 1)
    with pytest.raises(
        OutputError, match=r"needs about [\d,]+ MiB, and [\d,]+ MiB are free.*tmpdir"
    ):
        check_free_space(tmp_path, 2**60)


def test_positions_beyond_four_gibibytes(tmp_path):
    """A sparse file: 64-bit positions all the way."""
    spool = Spool(tmp_path)
    far = 2**31 + 5
    spool.length = spool._write(np.array([1, 2, END], dtype=np.int32), far)
    assert spool.window(far, far + 3).tolist() == [1, 2, END]
    spool.close()
