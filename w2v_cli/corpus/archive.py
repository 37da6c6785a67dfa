"""The encoded corpus as a file (``.w2vc``): encoded once, trained on many times.

It is a ZIP archive with three members, none of them compressed:

=============== ===================================================================
``corpus.json`` what the corpus is and how it was made
``vocab.txt``   ``word count`` lines (UTF-8); the number of a line, from 0, is the word's id
``ids.i32``     little-endian int32: word ids, and -1 at the end of each sentence
=============== ===================================================================

The ids begin at a page of the file, so that training maps them as they lie. The same text and
options give the same bytes: nothing in the file tells of time or place.
"""

import json
import os
import stat
import zipfile
from typing import NamedTuple

import numpy as np

from .. import __version__
from ..errors import ConfigError, InputError
from ..files.inputs import LOOKED_AT
from ..files.kinds import kind_of
from ..files.outputs import atomic_output
from ..files.paths import STDIO, reason
from ..files.storedzip import MAGIC, DamageError, add_member, crc32, damage_told, regions
from .described import check_number, count_lines, described, facts_of, words_of
from .encoded import EncodedCorpus, encode_blocks
from .facts import TextFacts
from .sources import NotTextError
from .spool import ID_BYTES, IdFile, Spool, check_free_space

SUFFIX = ".w2vc"
FORMAT = "w2v encoded corpus"
FORMAT_VERSION = 1
INFO, VOCABULARY, IDS = "corpus.json", "vocab.txt", "ids.i32"
DAMAGED = ("the encoded corpus", "encode the corpus again")


class Archive(NamedTuple):
    """An open archive: its ids, not yet checked, and what they stand for.

    Attributes
    ----------
    corpus : EncodedCorpus
    words : list of str                      distinct
    counts : ndarray of int64, (n_words,)    all > 0
    facts : TextFacts
    """

    corpus: EncodedCorpus
    words: list
    counts: np.ndarray
    facts: TextFacts


def is_archive(path):
    """Whether a path is a file to be opened with `open_archive`: by its first bytes, or its name.

    A damaged archive is one too: it must not be read as text.
    """
    path = str(path)
    try:
        if path == STDIO or not stat.S_ISREG(os.stat(path).st_mode):
            return False
        if path.endswith(SUFFIX):
            return True
        with open(path, "rb") as file:
            return file.read(len(MAGIC[0])).startswith(MAGIC)
    except OSError:
        return False


def check_archive_name(path):
    """Raise ConfigError unless an archive can be written under that name."""
    path = str(path)
    if path == STDIO or (os.path.exists(path) and not os.path.isfile(path)):
        raise ConfigError(f"{path}: an encoded corpus must be a file, not a pipe, folder or device")
    if not path.endswith(SUFFIX):
        raise ConfigError(f"{path}: name a file that ends in {SUFFIX}, such as corpus{SUFFIX}")


def write_archive(path, corpus, words, counts, facts):
    """Write an encoded corpus to a file, whole or not at all.

    Parameters
    ----------
    path : str
    corpus : EncodedCorpus
    words : list of str                      by id
    counts : ndarray of int64, (n_words,)    all > 0
    facts : TextFacts

    Raises
    ------
    OutputError   if the file cannot be written
    """
    info = json.dumps(_described(corpus, len(words), facts), indent=2, ensure_ascii=False) + "\n"
    with atomic_output(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        add_member(archive, INFO, [info.encode()])
        add_member(archive, VOCABULARY, count_lines(words, counts))
        blocks = (block.astype("<i4", copy=False) for block in corpus.ids.blocks())
        add_member(archive, IDS, blocks, at_page=True)


def open_archive(path):
    """Open an encoded corpus. Its ids are not read yet: see `check_ids` and `select_words`.

    Returns
    -------
    Archive   the file is closed with its corpus

    Raises
    ------
    InputError   if the file cannot be read, is damaged, or is not an encoded corpus
    """
    try:
        file = open(path, "rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {reason(error)}") from error
    try:
        with damage_told(path, *DAMAGED):
            return _opened(file, path)
    except BaseException:
        file.close()
        raise


def check_ids(archive, progress=None):
    """Read all ids once: training uses them as places in memory, so each must be a word's.

    Parameters
    ----------
    archive : Archive
    progress : callable or None   called as progress("read", ids, all_ids)

    Raises
    ------
    InputError   naming the file, if an id is out of range or anything differs from what was written
    """
    for _ in archive.corpus.ids.checked_blocks(len(archive.words), progress):
        pass


def select_words(archive, id_map, folder, progress=None):
    """Another encoded corpus, with other ids and without the words that have none.

    Parameters
    ----------
    archive : Archive                       its ids are checked on the way
    id_map : ndarray of int32, (n_words,)   id in the archive -> new id, or NOT_A_WORD
    folder : str                            where the new ids are spooled
    progress : callable or None             called as progress("read", ids, all_ids)

    Returns
    -------
    EncodedCorpus

    Raises
    ------
    InputError    as `check_ids`
    OutputError   if the new ids cannot be written
    """
    check_free_space(folder, archive.corpus.length * ID_BYTES)
    spool = Spool(folder)
    try:
        blocks = archive.corpus.ids.checked_blocks(len(archive.words), progress)
        return encode_blocks(blocks, id_map, spool)
    except BaseException:
        spool.close()
        raise


class _ArchivedIds(IdFile):
    """The ids in an archive, and what the archive says of them."""

    def __init__(self, file, region, info, path):
        super().__init__(file, region.start, info["length"])
        self._crc, self._n_sentences, self._path = region.crc, info["n_sentences"], path

    def checked_blocks(self, n_words, progress):
        """All ids, block by block, each after a look at its range; at the end at the whole."""
        crc = n_ends = done = 0
        with damage_told(self._path, *DAMAGED):
            for ids in self.blocks():
                if ids.min() < -1 or ids.max() >= n_words:
                    raise DamageError("an id is out of range")
                crc = crc32(ids, crc)
                n_ends += int(np.count_nonzero(ids == -1))
                done += len(ids)
                yield ids
                if progress:
                    progress("read", done, self.length)
            if crc != self._crc:
                raise DamageError("the checksum of the ids is wrong")
            if n_ends != self._n_sentences:
                raise DamageError("the number of sentences is wrong")


def _described(corpus, n_words, facts):
    """The content of ``corpus.json``."""
    content = {"format": FORMAT, "version": FORMAT_VERSION, "w2v": __version__}
    content |= {name: getattr(corpus, name) for name in ("n_tokens", "n_sentences", "length")}
    return content | {"n_words": n_words} | described(facts)


def _opened(file, path):
    with zipfile.ZipFile(file) as archive:
        members = {member.filename: member for member in archive.infolist()}
        if INFO not in members:
            raise _something_else(file, path)
        found = regions(archive, file, os.fstat(file.fileno()).st_size)
        for name in (VOCABULARY, IDS):
            if name not in found:
                raise DamageError(f"{name} is missing")
        info = _checked_info(archive.read(INFO), path)
        facts = facts_of(info, INFO)
        words, counts = words_of(archive.read(VOCABULARY), info["n_words"], VOCABULARY)
    ids = _ArchivedIds(file, _ids_region(found, info), info, path)
    corpus = EncodedCorpus(ids, info["n_tokens"], info["n_sentences"])
    return Archive(corpus, words, counts, facts)


def _something_else(file, path):
    """The error of a ZIP archive that is no encoded corpus: documents and vectors are some, too."""
    file.seek(0)
    kind = kind_of(file.read(LOOKED_AT))
    return NotTextError(path, kind.what, kind.remedy)


def _ids_region(found, info):
    region = found[IDS]
    if region.size != info["length"] * ID_BYTES:
        raise DamageError(f"{IDS} has {region.size} bytes, not {info['length'] * ID_BYTES}")
    if region.start % ID_BYTES:
        raise DamageError(f"{IDS} is not where w2v puts it")
    return region


def _checked_info(data, path):
    info = json.loads(data)
    if not isinstance(info, dict) or info.get("format") != FORMAT:
        raise InputError(
            f"{path}: is a ZIP archive, but not an encoded corpus; unpack it and give the text"
        )
    if info.get("version") != FORMAT_VERSION:
        raise InputError(
            f"{path}: the encoded corpus has format version {info.get('version')!r}, and "
            f"this w2v reads version {FORMAT_VERSION}; encode the corpus again, or use another w2v"
        )
    for key in ("n_words", "n_tokens", "n_sentences", "length"):
        check_number(info.get(key), key, INFO)
    if info["n_tokens"] + info["n_sentences"] != info["length"] or not info["n_tokens"]:
        raise DamageError(f"the numbers in {INFO} do not agree")
    return info
