"""Several named files as one space, in neighbors, evaluate-similarity and explore."""

import json

import pytest
from conftest import fails_with

EN = "dog 1 0\ncat 0.9 0.1\nhttp://x 0 1\n"
DE = "Hund 1 0.1\nKatze 0.8 0.2\na:b 0 1\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spaces")
    (folder / "en.txt").write_text(EN)
    (folder / "de.txt").write_text(DE)
    (folder / "long.txt").write_text("uno 1 2 3\ndue 3 2 1\n")
    (folder / "a=b.txt").write_text("dog 1 0\ncat 0 1\n")
    (folder / "pairs.tsv").write_text(
        "dog\tHund\t9\nCat\tKatze\t7\nhttp://x\tHund\t1\nno\tHund\t5\n"
    )
    marked = "en:dog\tde:Hund\t9\nen:cat\tde:Katze\t7\nen:http://x\tde:Hund\t1\nen:no\tde:Hund\t5\n"
    (folder / "marked.tsv").write_text(marked)
    return folder


SPACES = ("en=en.txt", "de=de.txt")


def test_neighbors_are_of_all_spaces_or_of_one(w2v, folder):
    every = w2v("neighbors", *SPACES, "en:dog", cwd=folder)
    assert (every.returncode, every.errors) == (0, "")
    rows = [line.split("\t") for line in every.text.splitlines()]
    assert [row[2] for row in rows] == ["de:Hund", "en:cat", "de:Katze", "en:http://x", "de:a:b"]
    some = w2v(
        "neighbors", *SPACES, "en:dog - en:cat + de:Katze", "de:a:b", "--in", "de", cwd=folder
    )
    assert [line.split("\t")[:3] for line in some.text.splitlines()] == [
        ["en:dog - en:cat + de:Katze", "1", "de:Hund"],
        ["en:dog - en:cat + de:Katze", "2", "de:a:b"],
        ["de:a:b", "1", "de:Katze"],
        ["de:a:b", "2", "de:Hund"],
    ]
    piped = w2v("neighbors", *SPACES, "-k", 1, stdin=b"de:Hund\n", cwd=folder)
    assert piped.text.startswith("de:Hund\t1\ten:cat\t0.99994")
    unknown = w2v("neighbors", *SPACES, "dog", cwd=folder)
    assert unknown.returncode == 1
    assert "unknown word 'dog'" in unknown.errors


def test_words_with_colons_and_files_with_equal_signs_are_what_they_were(w2v, folder):
    alone = w2v("neighbors", "de.txt", "a:b", "-k", 1, cwd=folder)
    assert alone.text.startswith("a:b\t1\tKatze\t")
    named = w2v("neighbors", "a=b.txt", "dog", cwd=folder)
    assert named.text == "dog\t1\tcat\t0.000000\n"
    both = w2v("neighbors", "x=a=b.txt", "x:dog", cwd=folder)
    assert both.text == "x:dog\t1\tx:cat\t0.000000\n"


def test_pairs_of_two_languages_are_scored(w2v, folder):
    args = ("evaluate-similarity", *SPACES, "--json", "-q")
    split = w2v(*args, "pairs.tsv", "--spaces", "en,de", cwd=folder)
    assert (split.returncode, split.errors) == (0, "")
    found = json.loads(split.text)
    [scores] = found["files"]
    assert (scores["used"], scores["skipped"]) == (3, 1)
    assert scores["spearman"] == pytest.approx(1)
    assert found["vectors"] == "en=en.txt de=de.txt"
    marked = json.loads(w2v(*args, "marked.tsv", cwd=folder).text)["files"][0]
    assert marked["pearson"] == scores["pearson"]
    beside = w2v(
        "evaluate-similarity", *SPACES, "en.txt", "--pairs", "marked.tsv", "-q", cwd=folder
    )
    assert beside.returncode == 0
    assert "en=en.txt de=de.txt" in beside.text.replace("  ", " ")


def test_a_page_shows_all_spaces(w2v, folder, tmp_path):
    result = w2v("explore", *SPACES, "-o", tmp_path / "x.html", cwd=folder)
    assert result.returncode == 0, result.errors
    page = (tmp_path / "x.html").read_text()
    assert "w2v: en.txt, de.txt" in page
    for word in ("en:dog", "de:a:b"):
        assert word in page


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (
            ["neighbors", "en=en.txt", "en=de.txt", "x"],
            2,
            "the space 'en' was named before, en.txt",
        ),
        (["neighbors", "en.txt", "dog", "--in", "en"], 2, "--in en is for several spaces"),
        (["neighbors", *SPACES, "en:dog", "--in", "fr"], 2, "--in fr: there are the spaces en, de"),
        (["neighbors", "en=no.txt", "en:dog"], 1, "no.txt: cannot be opened"),
        (["neighbors", *SPACES, "it=long.txt", "x"], 1, "these have: en 2, de 2, it 3; train them"),
        (
            ["explore", "en.txt", "de.txt", "-o", "x"],
            2,
            "several VECTORS need a name .* NAME=de.txt",
        ),
        (["explore", "en=en.txt", "de.txt", "-o", "x"], 2, "several VECTORS need a name"),
        (["explore", "en=en.txt", "-o", "en.txt"], 2, "is both the file of vectors and an output"),
        (
            ["evaluate-similarity", *SPACES, "pairs.tsv", "--spaces", "en"],
            2,
            "two names are needed",
        ),
        (
            ["evaluate-similarity", *SPACES, "pairs.tsv", "--spaces", "en,fr"],
            2,
            "--spaces fr: there",
        ),
        (["evaluate-similarity", "en.txt", "pairs.tsv", "--spaces", "en,de"], 2, "is for several"),
        (
            ["evaluate-similarity", "en=-", "de=-", "pairs.tsv"],
            2,
            "standard input can be read only",
        ),
    ],
)
def test_what_is_no_space_is_one_line(w2v, folder, args, code, message):
    fails_with(w2v(*args, cwd=folder), code, message)
