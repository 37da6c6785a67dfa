"""Tables stand in line on a terminal, where a Chinese letter is as wide as two others."""

import unicodedata

import numpy as np
import pytest

from w2v_cli.fetching.catalog import Corpus
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.terminal import fetchlist
from w2v_cli.terminal.printing import NEIGHBORS, table_lines
from w2v_cli.terminal.settings.presets import presets_tables
from w2v_cli.terminal.tables import aligned_lines

WORDS = ["国王", "cafe\u0301", "女王", "男人", "女人", "king"]
"""Chinese, and an accent that is a letter of its own."""


def column_of(line, text):
    """The column of a terminal in which some text begins, by Unicode and not by rich."""
    before = line[: line.index(text)]
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in before)
    return len(before) + wide - sum(map(bool, map(unicodedata.combining, before)))


def test_columns_of_wide_letters_and_accents():
    lines = list(aligned_lines([[word, f"{number:.2f}"] for number, word in enumerate(WORDS, 8)]))
    assert [column_of(line + "$", "$") for line in lines] == [4 + 2 + 5] * len(WORDS)


def test_alignment_and_least_widths():
    rows = [["1", "a", "x"], ["10", "bcd", "y"]]
    assert list(aligned_lines(rows, ">><", least=(3, 2))) == ["  1    a  x", " 10  bcd  y"]
    assert list(aligned_lines(rows)) == ["1     a  x", "10  bcd  y"]
    assert list(aligned_lines([["a", ""], ["b", "\x1b[1m"]], "<")) == ["a", "b  \\x1b[1m"]


def test_neighbors():
    lines = list(table_lines(NEIGHBORS, "国王", [(word, 0.5) for word in WORDS]))
    assert lines[1:3] == ["     1   0.5000  国王\n", "     2   0.5000  cafe\u0301\n"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    vectors = np.random.default_rng(1).standard_normal((len(WORDS), 5)).astype(np.float32)
    for name in ("向量.bin", "v.bin"):
        write_embeddings(folder / name, WORDS, vectors, "binary")
    (folder / "q.txt").write_text(
        ": 国家和首都\n国王 女王 男人 女人\n: other\n国王 king 男人 女人\n"
    )
    (folder / "相似.txt").write_text("国王 女王 1\n男人 女人 2\n国王 king 3\n")
    (folder / "p.txt").write_text("国王 女人 1\n男人 king 2\n女王 king 3\n")
    return folder


def end_of_cell(line, number):
    """The column in which a cell ends, where cells have no space in them."""
    rest = line
    for _ in range(number + 1):
        rest = rest.lstrip()
        rest = rest[len(rest.split()[0]) :]
    return column_of(line[: len(line) - len(rest)] + "$", "$")


def test_evaluate_analogies(w2v, folder):
    lines = w2v("evaluate-analogies", "v.bin", "q.txt", cwd=folder).text.splitlines()
    assert lines[1].startswith("国家和首都")
    assert len({end_of_cell(line, 4) for line in lines[:3]}) == 1
    both = w2v("evaluate-analogies", "v.bin", "向量.bin", "q.txt", cwd=folder).text.splitlines()
    assert len({column_of(line + "$", "$") for line in both if "/" in line}) == 1


def test_evaluate_similarity(w2v, folder):
    lines = w2v("evaluate-similarity", "v.bin", "相似.txt", "p.txt", cwd=folder).text.splitlines()
    assert lines[1].startswith("相似.txt")
    assert len({end_of_cell(line, 4) for line in lines}) == 1


def test_fetch():
    corpora = [
        Corpus("维基", "http://x", "x", "", size=1_000_000),
        Corpus("wiki", "http://x", "x", ""),
    ]
    lines = list(fetchlist._table(corpora))
    assert column_of(lines[1], "1.0 MB") + 6 == column_of(lines[2], "not known") + 9


def test_info(w2v, folder):
    lines = w2v("info", "向量.bin", cwd=folder).text.splitlines()
    assert {column_of(line, line[18:]) for line in lines} == {18}
    assert any("cafe\u0301 女王" in line for line in lines)


def test_presets_in_help_need_no_library():
    for table in presets_tables():
        assert table.isascii()
        assert len({len(line) for line in table.splitlines()}) == 1
