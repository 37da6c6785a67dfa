"""Word vectors that others have published: which there are, where they lie, and how they are named.

A collection is what was published together, such as ``fasttext-crawl``; one file of it is
``fasttext-crawl:de``. Where a collection has one file, its name alone means that.
"""

from dataclasses import dataclass
from functools import cache

from .entries import Corpus
from .languages import ALIGNED, CRAWL, WIKI, languages

FASTTEXT = "https://dl.fbaipublicfiles.com/fasttext"
GLOVE = "https://nlp.stanford.edu/data/wordvecs"
BY_SA, PDDL = "CC BY-SA 3.0", "PDDL 1.0"
SEPARATOR = ":"
LANGUAGES, FILES = "languages", "files"
"""What the files of a collection differ in."""
FASTTEXT_DIM = 300


@dataclass(frozen=True)
class Collection:
    """Files of vectors that were published together.

    Attributes
    ----------
    name : str
    title : str               what they are, in a line
    of : str                  LANGUAGES or FILES
    files : tuple of Corpus   their names begin with that of the collection
    """

    name: str
    title: str
    of: str
    files: tuple

    @property
    def licence(self):
        """Under which all of them are published."""
        return self.files[0].licence

    @property
    def is_by_language(self):
        """Whether each of its files is of another language."""
        return self.of == LANGUAGES

    def variant(self, file):
        """What stands behind the colon in the name of a file."""
        return file.name.partition(SEPARATOR)[2]


def _by_language(name, letter, title, place, member=None, recipe="vectors"):
    """A Collection of a file for each language that has a letter; {} stands for its code."""
    files = tuple(
        Corpus(
            name=f"{name}{SEPARATOR}{language.code}",
            url=f"{FASTTEXT}/{place.format(language.code)}",
            file_name=(member or place.rpartition("/")[2]).format(language.code),
            title=f"{language.name}: {title}",
            recipe=recipe,
            member=member and member.format(language.code),
            dim=FASTTEXT_DIM,
            licence=BY_SA,
            language=language.name,
        )
        for language in languages()
        if letter in language.sets
    )
    return Collection(name, title, LANGUAGES, files)


def _english(variant, archive, member, recipe="vectors", **known):
    return Corpus(
        name=f"fasttext-english{SEPARATOR}{variant}",
        url=f"{FASTTEXT}/vectors-english/{archive}",
        file_name=member,
        title=f"English vectors of fastText's authors: {member}",
        recipe=recipe,
        member=member,
        dim=FASTTEXT_DIM,
        licence=BY_SA,
        language="English",
        **known,
    )


def _glove(name, title, archive, dims, members=None, **known):
    """A Collection of GloVe's: of each length a file; {} in names stands for the length.

    Where archives have one file of a name that is not known for certain, ``members`` is None.
    ``known`` is of all archives; a dict of it has a value for each length.
    """
    files = tuple(
        Corpus(
            name=f"{name}{SEPARATOR}{dim}d",
            url=f"{GLOVE}/{archive.format(dim)}.zip",
            file_name=(members or f"{archive}.txt").format(dim),
            title=title,
            recipe="vectors",
            member=members and members.format(dim),
            dim=dim,
            licence=PDDL,
            language="English",
            has_header=False,
            **{
                key: value[dim] if isinstance(value, dict) else value
                for key, value in known.items()
            },
        )
        for dim in dims
    )
    return Collection(name, title, FILES, files)


@cache
def collections():
    """All there are: tuple of Collection."""
    return (
        _by_language(
            "fasttext-crawl",
            CRAWL,
            "words of Common Crawl and Wikipedia, dim 300",
            "vectors-crawl/cc.{}.300.vec.gz",
        ),
        _by_language(
            "fasttext-crawl-bin",
            CRAWL,
            "the same with n-grams, for words that are not there",
            "vectors-crawl/cc.{}.300.bin.gz",
            recipe="model",
        ),
        _by_language(
            "fasttext-wiki", WIKI, "words of Wikipedia, dim 300", "vectors-wiki/wiki.{}.vec"
        ),
        _by_language(
            "fasttext-wiki-bin",
            WIKI,
            "the same with n-grams",
            "vectors-wiki/wiki.{}.zip",
            member="wiki.{}.bin",
            recipe="model",
        ),
        _by_language(
            "fasttext-aligned",
            ALIGNED,
            "those of Wikipedia, all languages in one space",
            "vectors-aligned/wiki.{}.align.vec",
        ),
        Collection(
            "fasttext-english",
            "1 or 2 million English words, dim 300",
            FILES,
            (
                _english(
                    "wiki-news-1m",
                    "wiki-news-300d-1M.vec.zip",
                    "wiki-news-300d-1M.vec",
                    size=681_808_098,
                    sha256="bdeb85f44892c505953e3654183e9cb0d792ee51be0992460593e27198d746f8",
                ),
                _english(
                    "wiki-news-1m-subword",
                    "wiki-news-300d-1M-subword.vec.zip",
                    "wiki-news-300d-1M-subword.vec",
                ),
                _english(
                    "crawl-2m",
                    "crawl-300d-2M.vec.zip",
                    "crawl-300d-2M.vec",
                    size=1_523_785_255,
                    sha256="5bfffffbabdab299d4c9165c47275e8f982807a6eaca37ee1f71d3a79ddb544d",
                ),
                _english(
                    "crawl-2m-subword-bin",
                    "crawl-300d-2M-subword.zip",
                    "crawl-300d-2M-subword.bin",
                    recipe="model",
                ),
            ),
        ),
        _glove(
            "glove-2024-wikigiga",
            "1.2 million words of Wikipedia and Gigaword, 2024",
            "glove.2024.wikigiga.{}d",
            (50, 100, 200, 300),
            told_size={50: None, 100: "560 MB", 200: "1.1 GB", 300: "1.6 GB"},
            size={50: 301_036_094, 100: None, 200: None, 300: None},
            sha256={
                50: "afa5e258ee38272db6394547c4b075ecbb7b2164e98542c8d1237b6029b35a65",
                100: None,
                200: None,
                300: None,
            },
        ),
        _glove(
            "glove-2024-dolma",
            "1.2 million words of Dolma, 220 billion tokens, 2024",
            "glove.2024.dolma.{}d",
            (300,),
            told_size="1.6 GB",
        ),
        _glove(
            "glove-6b",
            "400,000 words of Wikipedia 2014 and Gigaword",
            "glove.6B",
            (50, 100, 200, 300),
            "glove.6B.{}d.txt",
            size=862_182_613,
            sha256="617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
        ),
        _glove(
            "glove-42b",
            "1.9 million words of Common Crawl, in lower case",
            "glove.42B.{}d",
            (300,),
            "glove.42B.{}d.txt",
            told_size="1.9 GB",
            sha256="03d5d7fa28e58762ace4b85fb71fe86a345ef0b5ff39f5390c14869da0fc1970",
        ),
        _glove(
            "glove-840b",
            "2.2 million words of Common Crawl",
            "glove.840B.{}d",
            (300,),
            "glove.840B.{}d.txt",
            size=2_176_768_927,
            sha256="c06db255e65095393609f19a4cfca20bf3a71e20cc53e892aafa490347e3849f",
        ),
        _glove(
            "glove-twitter",
            "1.2 million words of 2 billion tweets",
            "glove.twitter.27B",
            (25, 50, 100, 200),
            "glove.twitter.27B.{}d.txt",
            size=1_520_408_563,
            sha256="792af52f795d1a32c9842a3240f5f3fe5e941a8ff6df5eb0f9d668092ebc019c",
        ),
    )
