"""What is made of a fetched file: text of dumps of wikis and archives, and published vectors."""

import io
import os
import zipfile

from w2v_cli.fetching.beginning import Beginning
from w2v_cli.fetching.catalog import Corpus
from w2v_cli.fetching.unpack import write_text
from w2v_cli.fetching.vectors import write_vectors

from . import seeds

PAGE = """<page><title>x</title><ns>0</ns><revision><model>wikitext</model><text bytes="9">{}</text>
</revision></page>"""
WIKITEXT = """'''Ale''' is a [[Datei:a.jpg|thumb|120px|A [[black]] cat]] {{cite|{{x}}|y=1}} drink of
&lt;ref name="a"&gt;[http://x.org a book]&lt;/ref&gt; it's [[barley|malt]] &amp;amp; &amp;#252;ber
== head ==
{| class="x"
| a || b
|}
* list [[de:Bier]] [[category:Beer|*]] __TOC__
the quick brown fox [[jumps]] over &lt;!-- not --&gt; the &lt;math&gt;a^2&lt;/math&gt; lazy dog
"""
DUMP = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><siteinfo><namespaces>'
    '<namespace key="6">Datei</namespace></namespaces></siteinfo>'
    + PAGE.format(WIKITEXT)
    + PAGE.format("#REDIRECT [[a]]")
    + PAGE.format("a b c d e f g\n" * 3)
    + "</mediawiki>"
).encode()


class Silent:
    """A reporter that says nothing."""

    def say(self, line):
        """Something is told."""
        assert line

    def __call__(self, stage, done, total):
        """So many bytes are done."""


def text_of(recipe, check=lambda text: None):
    """A reader of a file that was fetched for such a recipe."""

    def read(path):
        stream = io.BytesIO()
        corpus = Corpus("x", "http://x/x", "x", "", recipe=recipe)
        n_bytes = write_text(path, corpus, stream, Silent())
        assert n_bytes == len(stream.getvalue()) > 0
        check(stream.getvalue())

    return read


VECTORS = b"3 4\n" + b"".join(b"w%d 1 -2.5 3e-2 4\n" % row for row in range(3))
ROWS = 2
"""Wanted of them."""


def vectors_of(recipe):
    """A reader of vectors that were fetched: all of them, the first ones, and from a beginning."""

    def read(path):
        corpus = Corpus("x", "http://x/x", "x", "", recipe=recipe, dim=4)
        limits = (None,) if recipe == "model" else (None, ROWS)
        for limit in limits:
            _write(path, corpus, limit)
        if recipe != "model" and Beginning(ROWS + 1).rewind(path, os.path.getsize(path)):
            _write(path, corpus, ROWS, is_beginning=True)

    return read


def _write(path, corpus, limit, **how):
    stream = io.BytesIO()
    number = write_vectors(path, corpus, stream, "x.vec", limit, Silent(), **how)
    assert number <= (limit or len(stream.getvalue()))


def check_lines(text):
    """Paragraphs: words with single spaces between."""
    assert text.endswith(b"\n")
    for line in text.decode().split("\n"):
        assert line == " ".join(line.split(" "))
        assert not set(line) & set("[]{}<>=|\t")


def check_letters(text):
    """The text of text8."""
    assert not text.strip(b"abcdefghijklmnopqrstuvwxyz ")


def archives():
    """ZIP archives of one text, in each way that they pack it, and in a folder."""
    made = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        made.append(_archive({"a.txt": seeds.TEXT * 5}, method))
    return [*made, _archive({"a/": b"", "a/b.txt": seeds.TEXT})]


def _archive(members, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()
