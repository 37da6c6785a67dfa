"""What can be fetched by name: where it lies, how large it is, its checksum, and what is in it.

A checksum stands here only if several independent sources give the same; None says that none is
known, or that the file changes.
"""

import re
from urllib.parse import urlsplit

from ..errors import ConfigError, field
from ..wording.nearnames import closest
from . import lookup
from .entries import Corpus
from .published import SEPARATOR

DUMPS = "https://dumps.wikimedia.org"
WIKI_NAME = re.compile(r"[a-z][a-z_]{0,30}wiki")


CATALOG = (
    Corpus(
        name="text8",
        url="http://mattmahoney.net/dc/text8.zip",
        file_name="text8",
        title="17 million words of English Wikipedia, 2006, cleaned, in one line",
        size=31_344_016,
        text_size=100_000_000,
        sha256="a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
        member="text8",
    ),
    Corpus(
        name="enwik8",
        url="http://mattmahoney.net/dc/enwik8.zip",
        file_name="enwik8.txt",
        title="the first 100 MB of English Wikipedia, 2006, cleaned as text8 was",
        recipe="wikifil",
        size=36_445_475,
        text_size=100_000_000,
        sha256="547994d9980ebed1288380d652999f38a14fe291a6247c157c3d33d4932534bc",
        member="enwik8",
    ),
    Corpus(
        name="enwik9",
        url="http://mattmahoney.net/dc/enwik9.zip",
        file_name="enwik9.txt",
        title="the first 1 GB of it, cleaned so: what is called fil9",
        recipe="wikifil",
        size=322_592_222,
        text_size=1_000_000_000,
        sha256="99cdb5ac84392252d3f0912ccedd195bc95bd80cbef3b0cdf2eee4ad9a3b7a51",
        member="enwik9",
    ),
    Corpus(
        name="questions-words",
        url="https://raw.githubusercontent.com/tmikolov/word2vec/master/questions-words.txt",
        file_name="questions-words.txt",
        title="19,544 analogy questions, for w2v evaluate-analogies",
        size=603_955,
        text_size=603_955,
        sha256="8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
    ),
    Corpus(
        name="simplewiki",
        url=f"{DUMPS}/simplewiki/latest/simplewiki-latest-pages-articles.xml.bz2",
        file_name="simplewiki.txt",
        title="the newest Simple English Wikipedia, a paragraph a line",
        recipe="dump",
        changes=True,
    ),
)
OTHER_WIKIS = "LANGwiki"
"""Stands in a list for the dumps of all languages: dewiki, frwiki, enwiki ..."""


def names():
    """The names of texts; those of dumps in other languages are not listed."""
    return [corpus.name for corpus in CATALOG]


def find(name):
    """The Corpus of a name.

    Raises
    ------
    ConfigError   if there is none
    """
    for corpus in CATALOG:
        if corpus.name == name:
            return corpus
    vectors = lookup.find(name)
    if vectors is not None:
        return vectors
    if WIKI_NAME.fullmatch(name):
        return Corpus(
            name=name,
            url=f"{DUMPS}/{name}/latest/{name}-latest-pages-articles.xml.bz2",
            file_name=f"{name}.txt",
            title=f"the newest dump of {name}, a paragraph a line",
            recipe="dump",
            changes=True,
        )
    raise ConfigError(
        f"nothing to fetch is called {name!r}; {_hint(name)} ({field('url')} fetches any other)"
    )


def _hint(name):
    """What may have been meant by a name, or what there is."""
    elsewhere = lookup.called_elsewhere(name)
    if elsewhere:
        return f"did you mean {' or '.join(elsewhere)}?"
    base, colon, variant = name.partition(SEPARATOR)
    near = closest(base, [*names(), *lookup.names()])
    if near:
        return f"did you mean {' or '.join(each + colon + variant for each in near)}?"
    return f"there are {', '.join(names())}, {OTHER_WIKIS}, and vectors: 'w2v fetch --list' has all"


def unnamed(url, member):
    """The Corpus of an address that somebody gave."""
    last = urlsplit(url).path.rpartition("/")[2]
    stem = re.sub(r"\.(zip|gz|bz2|xz|zst)$", "", last)
    return Corpus(
        name=url, url=url, file_name=stem, title="", recipe="any", member=member, changes=False
    )
