"""Text from what was fetched: archives, the rules of text8, and dumps of wikis."""

import bz2
import gzip
import io
import random
import resource
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.errors import ConfigError, InputError
from w2v_cli.fetching import dump, text8, unpack
from w2v_cli.fetching.catalog import CATALOG, Corpus, find, unnamed
from w2v_cli.fetching.dump import articles
from w2v_cli.fetching.text8 import cleaned
from w2v_cli.fetching.unpack import write_text
from w2v_cli.fetching.wikitext import paragraphs

TEXT = b"the cat sat on the mat\n" * 1000


class Quiet:
    """A reporter that keeps the lines alone."""

    def __init__(self):
        self.lines = []

    def say(self, line):
        self.lines.append(line)

    def __call__(self, stage, done, total):
        """Bytes are done."""


def unpacked(path, **facts):
    corpus = Corpus("x", "http://x", "x", "", **{"recipe": "any", **facts})
    stream = io.BytesIO()
    n_bytes = write_text(path, corpus, stream, Quiet())
    assert n_bytes == len(stream.getvalue())
    return stream.getvalue()


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_the_catalog_is_consistent():
    names = [corpus.name for corpus in CATALOG]
    assert len(set(names)) == len(names)
    for corpus in CATALOG:
        assert corpus.recipe in unpack.RECIPES
        assert corpus.sha256 is None or len(bytes.fromhex(corpus.sha256)) == 32
        assert (corpus.sha256 is None) == corpus.changes
        assert find(corpus.name) is corpus
    assert find("text8").url == "http://mattmahoney.net/dc/text8.zip"
    assert (find("text8").size, find("text8").member) == (31_344_016, "text8")


def test_dumps_of_other_languages():
    corpus = find("dewiki")
    assert corpus.url == (
        "https://dumps.wikimedia.org/dewiki/latest/dewiki-latest-pages-articles.xml.bz2"
    )
    assert (corpus.recipe, corpus.file_name) == ("dump", "dewiki.txt")
    for name in ("../wiki", "Wiki", "wiki", "de/wiki", "text9", ""):
        with pytest.raises(ConfigError, match="nothing to fetch is called"):
            find(name)
    with pytest.raises(ConfigError, match=r"did you mean text8\?"):
        find("text9")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://h/a/corpus.txt.gz?x=1", "corpus.txt"),
        ("http://h/news.zip#top", "news"),
        ("http://h/", ""),
        ("http://h/plain", "plain"),
    ],
)
def test_the_file_name_of_an_address(url, name):
    assert unnamed(url, None).file_name == name


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_member_of_an_archive(tmp_path, method):
    path = zipped(tmp_path / "a.zip", {"text8": TEXT, "other": b"no"}, method)
    assert unpacked(path, member="text8") == TEXT


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, bytes], ids=["gzip", "bzip2", "no"])
def test_compressed_and_plain_text(tmp_path, pack):
    path = tmp_path / "corpus"
    path.write_bytes(pack(TEXT))
    assert unpacked(path) == TEXT
    # A mirror may have the same text in another wrapping.
    assert unpacked(path, recipe="text", member="text8", text_size=len(TEXT)) == TEXT


def test_names_in_archives_are_only_compared(tmp_path):
    path = zipped(tmp_path / "a.zip", {"../../evil": TEXT})
    assert unpacked(path) == TEXT
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("members", "member", "message"),
    [
        ({"a": TEXT, "b": TEXT}, None, "there are 2 files in the archive.*member chooses one"),
        (
            {"a": TEXT},
            "text8",
            "no 'text8' is in the archive, but 'a'; give the member that is wanted",
        ),
        ({}, None, "there are no files in the archive"),
        ({"folder/": b""}, None, "there are no files in the archive; name another"),
    ],
)
def test_members_that_are_not_there(tmp_path, members, member, message):
    with pytest.raises(InputError, match=message):
        unpacked(zipped(tmp_path / "a.zip", members), member=member)


def test_a_member_of_no_archive(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    with pytest.raises(InputError, match="is no ZIP archive"):
        unpacked(tmp_path / "a.txt", member="b")


def test_archives_that_would_fill_the_disk(tmp_path):
    path = zipped(tmp_path / "a.zip", {"text8": bytes(1 << 20)})
    with pytest.raises(InputError, match="would become 1,048,576 bytes, and no more than 1,000"):
        unpacked(path, member="text8", text_size=1000)


def test_bombs_of_unknown_size(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "FREE_BYTES", 1000)
    path = zipped(tmp_path / "a.zip", {"a": bytes(10 << 20)})
    with pytest.raises(InputError, match="would become"):
        unpacked(path)
    monkeypatch.setattr("w2v_cli.files.inputs.FREE_BYTES", 1000)
    path.write_bytes(bz2.compress(bytes(10 << 20)))
    with pytest.raises(InputError, match="200 times as large"):
        unpacked(path)


def test_a_member_that_is_longer_than_it_says(tmp_path):
    data = zipped(tmp_path / "a.zip", {"text8": TEXT}, zipfile.ZIP_STORED).read_bytes()
    short = (len(TEXT) // 2).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data.replace(len(TEXT).to_bytes(4, "little"), short))
    with pytest.raises(InputError, match="the archive is damaged"):
        unpacked(tmp_path / "a.zip", member="text8")


def test_damaged_archives(tmp_path):
    path = zipped(tmp_path / "a.zip", {"text8": random.Random(1).randbytes(5000)})
    data = path.read_bytes()
    for number in range(0, len(data), 97):
        path.write_bytes(data[:number] + bytes([data[number] ^ 0xFF]) + data[number + 1 :])
        try:
            unpacked(path, member="text8")
        except InputError:
            continue
    for length in (1, 3, 30, 3000, len(data) - 1):
        path.write_bytes(data[:length])
        if data[:length].startswith(unpack.ZIP_STARTS):
            with pytest.raises(InputError, match="the archive is damaged"):
                unpacked(path, member="text8")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archives_that_python_stumbles_over(tmp_path, method):
    """Which it tells by all kinds of exceptions."""
    path = zipped(tmp_path / "a.zip", {"text8": TEXT}, method)
    data = path.read_bytes()
    directory = data.index(b"PK\x01\x02")
    no_name = data[: directory + 28] + bytes(2) + data[directory + 30 : -22] + data[-22:]
    far_away = data[: directory + 42] + b"\xff" * 4 + data[directory + 46 :]
    changed = data[:45] + b"\xff" * 30 + data[75:]
    for wrong in (no_name, far_away, changed):
        path.write_bytes(wrong)
        with pytest.raises(InputError, match="the archive is damaged"):
            unpacked(path, member="text8")


def test_an_archive_that_asks_for_too_much_memory(tmp_path):
    """LZMA says at its start how large a window it needs, up to 4 GB."""
    path = zipped(tmp_path / "a.zip", {"text8": TEXT}, zipfile.ZIP_LZMA)
    data = path.read_bytes()
    start = data.index(b"\x09\x04\x05\x00\x5d") + 5
    path.write_bytes(data[:start] + b"\xff" * 4 + data[start + 4 :])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (address_space() + (1 << 30), hard))
    try:
        with pytest.raises(InputError, match="more memory is needed than there is"):
            unpacked(path, member="text8")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def address_space():
    """What this process has of it, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def test_an_encrypted_member(tmp_path):
    path = zipped(tmp_path / "a.zip", {"text8": TEXT})
    data = bytearray(path.read_bytes())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        data[data.index(start) + (6 if start[2] == 3 else 8)] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="is encrypted"):
        unpacked(path, member="text8")


def test_a_web_page_is_noticed(tmp_path):
    corpus = Corpus("x", "http://x", "x", "", recipe="any")
    for text, noticed in ((b"\n <!DOCTYPE html><html>", 1), (b"<p> plain text", 0)):
        (tmp_path / "page").write_bytes(text)
        log = Quiet()
        write_text(tmp_path / "page", corpus, io.BytesIO(), log)
        assert len(log.lines) == noticed


def test_nothing_in_it(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(InputError, match="there is no text in it"):
        unpacked(tmp_path / "empty")


PAGE = b"""<page><title>x</title><revision><text xml:space="preserve">'''Anarchism''' is &lt;ref
name="a"&gt;a [http://x.org book]&lt;/ref&gt; a [[political philosophy|philosophy]] of 1984.
[[Image:a.jpg|thumb|120px|left|A [[black cat]]]] {{infobox|x=1}} &amp;mdash; It's [[self]]
[[category:Politics|*]] [[de:Anarchismus]] [http://x.org the site] AT&amp;amp;T</text>
</page>
"""


def test_the_rules_of_text8():
    text = b"".join(cleaned(io.BytesIO(PAGE), "x"))
    assert text == (
        b" anarchism is a philosophy of one nine eight four a black cat it s self politics "
        b"the site at t"
    )


def test_the_rules_of_text8_leave_out_redirects_and_what_is_around():
    redirect = PAGE.replace(b"'''Anarchism'''", b"#Redirect [[A]]")
    stream = io.BytesIO(redirect + b"<noise>words</noise>" + PAGE)
    assert b"".join(cleaned(stream, "x")).split()[0] == b"anarchism"


@given(st.integers(1, 200), st.integers(1, 3))
def test_the_rules_of_text8_do_not_depend_on_blocks(size, times):
    with pytest.MonkeyPatch.context() as patch:
        whole = b"".join(cleaned(io.BytesIO(PAGE * times), "x"))
        patch.setattr(text8, "READ_SIZE", size)
        assert b"".join(cleaned(io.BytesIO(PAGE * times), "x")) == whole


def test_a_dump_may_be_cut_anywhere_for_text8():
    assert b"".join(cleaned(io.BytesIO(PAGE[:300]), "x")).startswith(b" anarchism is")


def test_no_dump_for_text8(monkeypatch):
    with pytest.raises(InputError, match="it has no article"):
        list(cleaned(io.BytesIO(TEXT), "x"))
    monkeypatch.setattr(text8, "LONGEST_PIECE", 1000)
    with pytest.raises(InputError, match="it has no tags"):
        list(cleaned(io.BytesIO(TEXT * 100), "x"))


SITE = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><siteinfo><namespaces>
<namespace key="0"/><namespace key="6">Datei</namespace></namespaces></siteinfo>{}</mediawiki>"""


def page(text, ns="0", extra=""):
    return (
        f"<page><title>t</title><ns>{ns}</ns>{extra}<revision><model>wikitext</model>"
        f'<text bytes="1" xml:space="preserve">{text}</text></revision></page>'
    )


def read(*pages, site=SITE):
    return list(articles(io.BytesIO(site.format("".join(pages)).encode()), "x.xml"))


def test_articles_of_a_dump():
    found = read(
        page("one &amp; two"),
        page("talk", ns="1"),
        page("gone", extra='<redirect title="x"/>'),
        page("{}", extra="").replace("wikitext", "json"),
        page(""),
        page("three"),
    )
    assert [text for text, _ in found] == ["one & two", "three"]
    assert found[0][1] == {"datei"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "cut short"),
        ("some text", "is no dump"),
        ("<a/>", "it has no page"),
        (SITE.format(page("x"))[:-20], "cut short"),
        ("<a><b></a>", "is no dump"),
        ("<!DOCTYPE a><a/>", "declares a document type"),
        ("<a>" * 100, "lie too deep"),
        ("<a " + "b" * 3_000_000, "a tag has no end"),
    ],
    ids=["empty", "text", "no page", "cut", "wrong", "type", "deep", "tag"],
)
def test_what_is_no_dump(data, message):
    with pytest.raises(InputError, match=message):
        list(articles(io.BytesIO(data.encode()), "x.xml"))


def test_entities_that_grow_are_refused_at_once():
    bomb = '<!DOCTYPE b [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(InputError, match="declares a document type"):
        list(articles(io.BytesIO(f"{bomb}]><page>&i;</page>".encode()), "x.xml"))


def test_a_page_without_end(monkeypatch):
    monkeypatch.setattr(dump, "LONGEST_TEXT", 1000)
    with pytest.raises(InputError, match="a page of more than 1,000 characters"):
        read(page("word " * 1000))


def test_a_dump_is_not_held_in_memory():
    one = page("word " * 2000)

    blocks = iter([SITE[:-14].encode(), *[(one * 20).encode()] * 100, b"</mediawiki>"])

    class Stream:
        def read(self, _size):
            return next(blocks, b"")

    tracemalloc.start()
    n = sum(1 for _ in articles(Stream(), "x"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n == 2000  # 20 MB
    assert peak < 3_000_000


WIKITEXT = """{{Infobox|name={{nested|a}}|x=1}}
'''Alan Turing''' (1912&nbsp;\u2013 1954) was an [[England|English]] [[mathematician]].<ref
name="a">{{cite|x}} not this</ref> He<ref name="b" /> didn't stop.<!-- never -->
[[Datei:turing.jpg|thumb|A caption with a [[link]] in it that is long enough]]
== A heading with quite a few words ==
* a list item with quite a few words
{| class="x"
| a table with quite a few words in it
|}
Short line.
He worked at [https://x.org Bletchley Park] and wrote <math>x^2 + 1</math> code, see https://y.org/a.
[[Category:People of the war and others]] [[fr:Alan Turing et les autres mots]]
"""


def test_paragraphs_of_wikitext():
    assert list(paragraphs(WIKITEXT, {"datei"})) == [
        "Alan Turing 1912 1954 was an English mathematician He didn't stop",
        "He worked at Bletchley Park and wrote code see",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b c d {{x e f\n== h ==\ng h i j k", ["g h i j k"]),
        ("a b }} c d e", ["a b c d e"]),
        ("a b [[c d e", ["a b c d e"]),
        ("a b ]] c d e", ["a b c d e"]),
        ("a b <ref> c d e", ["a b c d e"]),
        ("a b </ref> c d e", ["a b c d e"]),
        ("a b c d e <!-- f g", ["a b c d e"]),
        ("a [[File:x|thumb|b [[c]] d]] e f g h", ["a e f g h"]),
        ("हिन्दी में लिखा गया पाठ", ["हिन्दी में लिखा गया पाठ"]),
        ("می‌خواهم این را به شما بگویم", ["می‌خواهم این را به شما بگویم"]),
        ("l\u2019homme n'est rien qu'un roseau", ["l\u2019homme n'est rien qu'un roseau"]),
        ("a_b c d e f", ["a b c d e f"]),
        ("[[Star Wars: A New Hope|the film]] b c d", ["the film b c d"]),
        ("a b c d", []),
    ],
)
def test_details_of_wikitext(text, shown):
    assert list(paragraphs(text)) == shown


@given(st.lists(st.sampled_from([*"[]{}|<>!-='a\n :/", "<ref", "</ref>", "<!--"])))
def test_any_wikitext_becomes_words(parts):
    for line in paragraphs("".join(parts)):
        assert line == " ".join(line.split())
        assert not set(line) & set("[]{}|<>=\n")


def cpu_seconds(work, size):
    started = time.process_time()
    work(size)
    return time.process_time() - started


def assert_linear(work, size=50_000):
    """Fail if twice the size takes four times as long, by what the processor did for us alone."""
    for _ in range(3):
        once, twice = cpu_seconds(work, size), cpu_seconds(work, 2 * size)
        if twice < 3 * once + 0.05:
            return
    raise AssertionError(f"{size} characters take {once:.2f} s, twice as many {twice:.2f} s")


def test_a_squared_time_would_be_noticed(monkeypatch):
    """By a clock of its own, since a busy processor does not measure that well."""
    monkeypatch.setattr(sys.modules[__name__], "cpu_seconds", lambda work, size: work(size))
    assert_linear(lambda size: size / 50_000)
    with pytest.raises(AssertionError, match="twice as many"):
        assert_linear(lambda size: (size / 50_000) ** 2)


@pytest.mark.parametrize(
    "part",
    [
        "{{",
        "}}",
        "[[",
        "]]",
        "[",
        "<ref>",
        "<ref",
        "<",
        "<!--",
        "{|",
        "[http://",
        "&lt;",
        "''",
        "a'",
        "&#9",
        "[[a ",
        "[[a|",
        "[//",
    ],
)
@pytest.mark.parametrize("start", ["", "[//a", "[https://", "&#", "[[a", "{{", "__A"])
def test_the_time_grows_with_the_length(start, part):
    # So many of anything that opens something: seconds would be hours if it were squared.
    assert_linear(lambda size: list(paragraphs(start + part * (size // len(part)))))


@pytest.mark.parametrize("start", ["[//", "[http://", "&#", "__", "<ref ", "[[a:"])
@pytest.mark.parametrize("more", ["a", "9", "A", " "])
def test_the_time_grows_with_the_length_of_what_has_no_end(start, more):
    assert_linear(lambda size: list(paragraphs(start + more * size)))


def test_links_in_links_without_end():
    assert_linear(lambda size: list(paragraphs("[[a " * (size // 6) + "]]" * (size // 6))))
    assert list(paragraphs("[[a " * 3 + "b c d " + "]]" * 3)) == ["a a a b c d"]


def test_numbers_of_characters_that_cannot_be():
    assert list(
        paragraphs(f"a b &#{'9' * 5000}; c &#100; &#x65; &#0000000102; &#999999999; g")
    ) == ["a b c d e f g"]


@pytest.mark.parametrize(
    "part",
    [
        "[[category:", "[[category:a|", "[[category:a]", "[[image:", "[[image:a|", "[[a:", "[[a:b]",
        "[[a", "[[a]", "{{", "{{a}", "{", "&", "&lt;", "&lt;ref ", "[http:", "|1", "|", "&amp;",
    ],
)  # fmt: skip
def test_the_time_of_the_rules_of_text8_grows_with_the_length(part):
    def clean(data):
        list(cleaned(io.BytesIO(b"<text >" + data.encode()), "x"))

    assert_linear(lambda size: clean(part * (size // len(part))))
    assert_linear(lambda size: clean(part + "a" * size))
    assert_linear(lambda size: clean(f"{part}|{'a' * size}"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[category:a b]] c", "a b c"),
        ("[[Category:a|b]] c", "a c"),
        ("[[category:a|b] [[c]]", "b c"),
        ("[[category:] [[category:b", "category category b"),
        ("[[category:a", "category a"),
        ("[[de:a]] b [[de:c", "b de c"),
        ("[[a|b]] [[c", "b c"),
        ("[[a] [[b|c]]", "a c"),
        ("{{a {{b}} c}} d {{e} f", "c d f"),
        ("{a} b {c", "b c"),
        ("&nbsp; a & b; c & d", "a c d"),
    ],
)
def test_what_has_no_end_stays_by_the_rules_of_text8(text, words):
    found = b"".join(cleaned(io.BytesIO(b"<text >" + text.encode()), "x"))
    assert found.decode().split() == words.split()


def test_a_dump_becomes_lines(tmp_path):
    path = tmp_path / "wiki.xml.bz2"
    pages = [page(f"This is article number {n} of many.".replace("&", "&amp;")) for n in range(50)]
    path.write_bytes(bz2.compress(SITE.format("".join(pages)).encode()))
    lines = unpacked(path, recipe="dump").decode().splitlines()
    assert lines == [f"This is article number {n} of many" for n in range(50)]
