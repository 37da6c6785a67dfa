"""Published vectors: what the list of them says, and how they are found by their names."""

import re

import pytest

from w2v_cli.errors import ConfigError
from w2v_cli.fetching import catalog, lookup
from w2v_cli.fetching.languages import languages
from w2v_cli.fetching.published import collections

FILES = [(each, file) for each in collections() for file in each.files]


def test_the_collections_have_as_many_files_as_their_authors_list():
    found = {collection.name: len(collection.files) for collection in collections()}
    by_language = {"crawl": 158, "crawl-bin": 158, "wiki": 294, "wiki-bin": 294, "aligned": 44}
    for name, number in by_language.items():
        assert found[f"fasttext-{name}"] == number
    assert found["glove-6b"] == found["glove-2024-wikigiga"] == 4


def test_every_name_finds_its_own_file_and_no_address_is_there_twice():
    assert len({file.name for _, file in FILES}) == len(FILES)
    assert len({(file.url, file.member) for _, file in FILES}) == len(FILES)
    for _, file in FILES:
        assert catalog.find(file.name) is file
        assert file.licence
        assert re.fullmatch(r"https://[\w./-]+\.(vec|vec\.gz|bin\.gz|zip)", file.url)
        assert file.sha256 is None or re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert "/" not in file.file_name


def test_languages_have_codes_and_names_of_their_own():
    known = languages()
    assert len({language.code for language in known}) == len(known) == 294
    assert len({language.name.casefold() for language in known}) == len(known)


@pytest.mark.parametrize(
    ("name", "found", "place"),
    [
        ("fasttext-crawl:de", "fasttext-crawl:de", "vectors-crawl/cc.de.300.vec.gz"),
        ("fasttext-crawl:GERMAN", "fasttext-crawl:de", "vectors-crawl/cc.de.300.vec.gz"),
        ("fasttext-wiki:zh-yue", "fasttext-wiki:zh_yue", "vectors-wiki/wiki.zh_yue.vec"),
        ("fasttext-wiki:min nan", "fasttext-wiki:zh_min_nan", "wiki.zh_min_nan.vec"),
        ("glove-42b", "glove-42b:300d", "glove.42B.300d.zip"),
        ("glove-6b:50D", "glove-6b:50d", "wordvecs/glove.6B.zip"),
    ],
)
def test_names_as_people_write_them(name, found, place):
    file = catalog.find(name)
    assert file.name == found
    assert file.url.endswith(place)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fasttext-crawl", "has 158 languages: name one, as fasttext-crawl:af"),
        ("fasttext-crawl:", "has 158 languages"),
        ("glove-6b", "has 4 files: name one, as glove-6b:50d; 'w2v fetch --list glove-6b'"),
        ("fasttext-crawl:Germn", "has no 'Germn'; did you mean fasttext-crawl:de (German)"),
        ("fasttext-crawl:xx", "has no 'xx'; 'w2v fetch --list fasttext-crawl' tells what"),
        (
            "fasttext-aligned:Swahili",
            "has no 'Swahili'; fasttext-crawl, fasttext-crawl-bin, fasttext-wiki and "
            "fasttext-wiki-bin have it",
        ),
        ("glove-6b:60d", "has no '60d'; did you mean 50d?"),
        ("glove-840b:1d", "has no '1d'; there are 300d"),
        ("fastext-crawl:de", "did you mean fasttext-crawl:de or"),
        ("glove.6B.50d.txt", "did you mean glove-6b:50d?"),
        ("cc.de.300.vec.gz", "did you mean fasttext-crawl:de?"),
        ("wiki.fr.align.vec", "did you mean fasttext-aligned:fr?"),
        ("qqq", "there are text8, enwik8, enwik9, questions-words, simplewiki, LANGwiki, and"),
    ],
)
def test_names_that_mean_nothing(name, message):
    with pytest.raises(ConfigError) as caught:
        catalog.find(name)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("fasttext-aligned:de", ["fasttext-aligned:de"]),
        ("sw", ["crawl:sw", "crawl-bin:sw", "wiki:sw", "wiki-bin:sw"]),
        ("samogitian", ["wiki:bat_smg", "wiki-bin:bat_smg"]),
        ("hill", ["crawl:mrj", "crawl-bin:mrj", "wiki:mrj", "wiki-bin:mrj"]),
        ("twitter", [f"glove-twitter:{dim}d" for dim in (25, 50, 100, 200)]),
        ("none at all", []),
    ],
)
def test_what_a_text_selects(text, names):
    found = [file.name for file in lookup.matching(text)]
    assert [name.removeprefix("fasttext-") for name in found] == [
        name.removeprefix("fasttext-") for name in names
    ]
