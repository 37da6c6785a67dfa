"""What becomes text after it was fetched: dumps of wikis, and archives."""

import io
import zipfile

from w2v_cli.fetching.catalog import Corpus
from w2v_cli.fetching.unpack import write_text

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
