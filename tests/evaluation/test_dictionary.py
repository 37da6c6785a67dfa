"""Dictionaries as they come: MUSE's, tables, and FreeDict's index with its articles."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.errors import InputError
from w2v_cli.evaluation.dictd import DIGITS
from w2v_cli.evaluation.dictionary import read_dictionary

ARTICLES = [
    ("00databaseinfo", "00-database-info\nItalian-English\n"),
    ("cane", "cane /kane/ <n, masc>\ndog\n"),
    ("cattivo", "cattivo /kattivo/\n1. bad, nasty\n2. airy\u2010fairy (of people)\n"),
    (
        "cavallo",
        "cavallo\nhorse <n>; knight [chess] /nait/\n   Synonym: {destriero}\n\n see: {cavalla}\n",
    ),
    ("castagno", 'castagno (pl castagni)\nchestnut tree\n    "un castagno" - a chestnut\n'),
]
PAIRS = [
    ("cane", "dog"),
    ("cattivo", "bad"),
    ("cattivo", "nasty"),
    ("cattivo", "airy-fairy"),
    ("cavallo", "horse"),
    ("cavallo", "knight"),
    ("castagno", "chestnut tree"),
]


def digits(number):
    """A number as dictd writes it."""
    letters = list(DIGITS)
    written = letters[number % 64]
    while number := number // 64:
        written = letters[number % 64] + written
    return written


def write_dictd(folder, end=".dict.dz", articles=ARTICLES):
    """A dictionary of dictd, whose index is in another order than its articles."""
    data, lines = b"", []
    for word, article in articles:
        lines.append(f"{word}\t{digits(len(data))}\t{digits(len(article.encode()))}\n")
        data += article.encode()
    (folder / "it-en.index").write_text("".join(sorted(lines, reverse=True)))
    packed = gzip.compress(data) if end.endswith(".dz") else data
    (folder / f"it-en{end}").write_bytes(packed)


def pairs_of(folder, text, name="d.txt"):
    (folder / name).write_text(text)
    return read_dictionary(folder / name).pairs


def test_words_between_blanks_as_muse_has_them(tmp_path):
    assert pairs_of(tmp_path, "dog Hund\ndog\tKöter\n# Raute\ncat  Katze\ncat Katze\n\n") == [
        ("dog", "Hund"),
        ("dog", "Köter"),
        ("#", "Raute"),
        ("cat", "Katze"),
    ]


@pytest.mark.parametrize("mark", ["\t", ";", ", "])
def test_tables_with_phrases_comments_and_more_columns(tmp_path, mark):
    lines = ["# English and German", "dog|Hund", "horse  chestnut|Kastanie|noun", "a|b"]
    text = "\n".join(lines).replace("|", mark)
    found = pairs_of(tmp_path, text)
    assert found == [("dog", "Hund"), ("horse chestnut", "Kastanie"), ("a", "b")]
    assert read_dictionary(tmp_path / "d.txt").n_phrases == 1


@pytest.mark.parametrize("line", ["dog", "horse chestnut Kastanie", "dog\t"])
def test_a_line_that_is_no_pair(tmp_path, line):
    with pytest.raises(InputError, match=r"d\.txt:2: is not a word and its translation"):
        pairs_of(tmp_path, f"cat Katze\n{line}\n")


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_nothing_in_it(tmp_path, text):
    with pytest.raises(InputError, match="holds no pairs of words"):
        pairs_of(tmp_path, text)


@pytest.mark.parametrize("end", [".dict.dz", ".dict"])
@pytest.mark.parametrize("asked", [".index", None])
def test_freedict(tmp_path, end, asked):
    write_dictd(tmp_path, end)
    found = read_dictionary(tmp_path / f"it-en{asked or end}")
    assert found.pairs == PAIRS
    assert found.n_phrases == 1
    assert found.reversed().pairs[0] == ("dog", "cane")


def test_a_text_that_is_named_like_one(tmp_path):
    assert pairs_of(tmp_path, "a b\n", "mine.dict") == [("a", "b")]


def test_freedict_without_its_articles(tmp_path):
    write_dictd(tmp_path)
    (tmp_path / "it-en.dict.dz").unlink()
    with pytest.raises(InputError, match="its articles must lie beside the index"):
        read_dictionary(tmp_path / "it-en.index")


def test_freedict_with_other_articles(tmp_path):
    write_dictd(tmp_path)
    (tmp_path / "it-en.dict.dz").write_bytes(gzip.compress(b"cane\ndog\n"))
    with pytest.raises(InputError, match=r"is shorter than .*it-en\.index says"):
        read_dictionary(tmp_path / "it-en.index")


@pytest.mark.parametrize("line", ["cane", "cane\tA", "cane\tA\t!", "cane\tA\t"])
def test_an_index_that_is_none(tmp_path, line):
    write_dictd(tmp_path, ".dict")
    (tmp_path / "it-en.index").write_text(f"cane\tA\tB\n{line}\n")
    with pytest.raises(InputError, match=r"it-en\.index:2: is no line of an index"):
        read_dictionary(tmp_path / "it-en.index")


@given(st.lists(st.tuples(*[st.text("abcé", min_size=1)] * 2), min_size=1, unique=True))
def test_pairs_come_back(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("pairs")
    assert pairs_of(folder, "".join(f"{a} {b}\n" for a, b in pairs)) == pairs
    assert pairs_of(folder, "".join(f"{a} x\t{b} y\n" for a, b in pairs)) == [
        (f"{a} x", f"{b} y") for a, b in pairs
    ]
