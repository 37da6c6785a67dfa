"""What ``w2v fetch --list`` prints: all there is, or what there is of a name."""

from dataclasses import asdict

from ..errors import ConfigError
from ..fetching import catalog, lookup
from ..fetching.published import collections
from ..files.outputs import atomic_output
from ..files.paths import STDIO
from .tables import aligned_lines, json_text

NOT_KNOWN = "not known"


def print_list(name, as_json):
    """Print all there is, or what a name selects, as tables or as JSON, an object a line.

    Raises
    ------
    ConfigError   if it selects nothing
    """
    if as_json:
        lines = map(json_text, map(asdict, _selected(name)))
    else:
        lines = _overview() if name is None else _table(_selected(name))
    with atomic_output(STDIO) as stream:
        stream.write("".join(line + "\n" for line in lines).encode())


def _selected(name):
    """The corpora and vectors that a name selects; all without one."""
    if name is None:
        files = [file for collection in collections() for file in collection.files]
        return [*catalog.CATALOG, *files]
    found = [corpus for corpus in catalog.CATALOG if corpus.name == name] or lookup.matching(name)
    if not found:
        raise ConfigError(
            f"nothing to fetch has {name!r} in its name or is of that language; give a name or a "
            f"part of one, or 'w2v fetch --list' for all"
        )
    return found


def _table(files):
    rows = [["name", "to fetch", "checksum", "licence", "language"]]
    for file in files:
        told = [_size(file), _checksum(file), file.licence or NOT_KNOWN, file.language or "-"]
        rows.append([file.name, *told])
    yield from aligned_lines(rows, "<><")
    yield ""
    if len(files) == 1:
        yield files[0].title
        yield files[0].url
    else:
        yield f"w2v fetch {files[0].name} fetches the first one; --json tells addresses"


def _overview():
    yield from aligned_lines(
        [
            ["name", "to fetch", "checksum"],
            *([corpus.name, _size(corpus), _checksum(corpus)] for corpus in catalog.CATALOG),
            [catalog.OTHER_WIKIS, NOT_KNOWN, "none"],
        ],
        "<>",
    )
    yield ""
    for corpus in catalog.CATALOG:
        yield f"{corpus.name}: {corpus.title}"
    yield f"{catalog.OTHER_WIKIS}: the same of any language: dewiki, frwiki, ..., enwiki (20 GB)"
    yield ""
    yield from aligned_lines(
        [["vectors", "licence", "checksum", "files"], *map(_collection_row, collections())], "<"
    )
    yield ""
    for collection in collections():
        yield f"{collection.name}: {collection.title}"
    yield ""
    yield "w2v fetch fasttext-crawl:de, or fasttext-crawl:German, glove-6b:100d"
    yield "w2v fetch --list fasttext-crawl tells its languages, --list German what is German"


def _collection_row(collection):
    files = collection.files
    if collection.is_by_language:
        of = f"{len(files)} languages"
    else:
        of = ", ".join(map(collection.variant, files))
    known = sum(file.sha256 is not None for file in files)
    checksum = "known" if known == len(files) else "some known" if known else "none"
    return [collection.name, files[0].licence, checksum, of]


def _size(file):
    if file.size:
        return f"{file.size / 1e6:,.1f} MB"
    return file.told_size or NOT_KNOWN


def _checksum(file):
    return "known" if file.sha256 else "none"
