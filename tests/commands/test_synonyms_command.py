"""``w2v neighbors --solr``, read by the rules of Lucene's ``SolrSynonymParser``."""

import json
from collections import defaultdict

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli import load
from w2v_cli.formats.writing import write_embeddings

ANGLES = {
    "car": 0, "auto": 2, "automobile": 4, "a,b": 90, "c\\d": 92, "x=>y": 180, "z": 182, "#tag": 270,
    "hash": 272, "alone": 225, "new york": 315, "nyc": 316,
}  # fmt: skip
WORDS = list(ANGLES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synonyms")
    radians = np.radians(list(ANGLES.values()))
    vectors = np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
    write_embeddings(folder / "v.w2v", WORDS, vectors, "w2v")
    # As queries: each a word, whatever is in it.
    quoted = [f'"{word}"'.replace("\\", "\\\\") for word in WORDS]
    (folder / "words.txt").write_text("\n".join(quoted) + "\n", encoding="utf-8")
    return folder


def split(line, separator):
    """SolrSynonymParser.split: parts that are not empty; backslashes stay."""
    parts, part, place = [], "", 0
    while place < len(line):
        if line.startswith(separator, place):
            parts += [part] if part else []
            part, place = "", place + len(separator)
            continue
        size = 2 if line[place] == "\\" else 1
        part += line[place : place + size]
        place += size
    return parts + ([part] if part else [])


def unescaped(text):
    found, characters = "", iter(text)
    for character in characters:
        found += next(characters, "\\") if character == "\\" else character
    return found.strip()


def synonyms(text):
    """What each word may be replaced by: dict of word -> set of words; expand=true."""
    found = defaultdict(set)
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        sides = split(line, "=>")
        assert len(sides) <= 2
        words = [[unescaped(part) for part in split(side, ",")] for side in sides]
        for word in words[0]:
            found[word] |= set(words[-1])
    return {word: others - {word} for word, others in found.items()}


def test_words_are_replaced_by_their_neighbors_and_themselves(w2v, folder):
    result = w2v(
        "neighbors", "v.w2v", "-k", "2", "--solr",
        stdin=(folder / "words.txt").read_bytes(), cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.errors
    assert result.text.splitlines()[0] == "car => car, auto, automobile"
    found = synonyms(result.text)
    table = load(folder / "v.w2v")
    expected = {
        word: {near.word for near in table.neighbors(f'"{word}"'.replace("\\", "\\\\"), k=2)}
        for word in WORDS
    }
    assert found == expected


def test_groups_hold_neighbors_of_each_other_once(w2v, folder):
    result = w2v(
        "neighbors", "v.w2v", "-k", "2", "--solr", "--mutual", "--min-score", "0.99",
        stdin=(folder / "words.txt").read_bytes(), cwd=folder,
    )  # fmt: skip
    lines = result.text.splitlines()
    assert lines == [
        "car, auto, automobile",
        "a\\,b, c\\\\d",
        "x\\=>y, z",
        "\\#tag, hash",
        "new york, nyc",
    ]
    found = synonyms(result.text)
    assert found["car"] == {"auto", "automobile"}
    assert found["a,b"] == {"c\\d"}
    assert found["x=>y"] == {"z"}
    assert found["#tag"] == {"hash"}
    assert "alone" not in found


def test_other_forms_and_python_have_the_same_answers(w2v, folder):
    options = ["-k", "3", "--mutual", "--min-score", "0.9"]
    result = w2v("neighbors", "v.w2v", "car", "alone", *options, "--json", cwd=folder)
    found = [json.loads(line) for line in result.text.splitlines()]
    words = [[each["word"] for each in answer["neighbors"]] for answer in found]
    assert words == [["auto", "automobile"], []]
    table = load(folder / "v.w2v")
    answers = table.neighbors(["car", "alone"], k=3, mutual=True, min_score=0.9)
    assert [[each.word for each in answer] for answer in answers] == words
    assert table.neighbors(table["car"], k=3, min_score=0.9999)[0].word == "car"


def test_what_has_no_synonyms_is_told(w2v, folder, tmp_path):
    result = w2v("neighbors", "v.w2v", "car + auto", "snark", "z", "--solr", cwd=folder)
    assert result.returncode == 1
    assert "'car + auto' is no single word, and only words have synonyms" in result.errors
    assert "unknown word 'snark'" in result.errors
    assert result.text.startswith("z => z, ")
    write_embeddings(tmp_path / "o.w2v", ["a", "b\r", "c"], np.eye(3, dtype=np.float32) + 1, "w2v")
    result = w2v("neighbors", "o.w2v", "a", "--solr", cwd=tmp_path)
    assert result.text == "a => a, c\n"
    assert r"'b\r' cannot stand in a file of synonyms, and is left out" in result.errors


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--solr", "--json"], "exclude each other"),
        (["--solr", "--similarity"], "exclude each other"),
        (["--mutual", "--odd-one-out"], "exclude each other"),
        (["--min-score", "0.5", "--similarity"], "exclude each other"),
        (["--min-score", "2"], "--min-score"),
        (["--solr", "--counts"], "exclude each other"),
        (["--solr", "--bom"], "--bom is for CSV"),
    ],
)
def test_options_that_do_not_go_together(w2v, folder, options, message):
    fails_with(w2v("neighbors", "v.w2v", "car", "auto", *options, cwd=folder), 2, message)
