"""What a program in Python gives as a corpus: paths, or sentences. What is neither is told."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, TypeAlias

from ..errors import ConfigError, InputError, field
from ..files.paths import STDIO, Path
from ..wording.plaintext import shown
from .checks import LONGEST_NAME

Corpus: TypeAlias = "Path | Iterable[Path | Iterable[str]]"


def corpus_asked(corpus: Corpus | None, texts: Iterable[str] | None, of: str) -> dict[str, Any]:
    """The fields of a `Request` that say what to train on, for a function by its name (``of``).

    Raises
    ------
    TypeError    if there is no corpus, or two
    InputError   if it is something else
    """
    if (corpus is None) == (texts is None):
        kinds = "a path, paths, or lists of tokens; or texts=[...]"
        ending = ", and not both" if texts is not None else ""
        raise TypeError(f"{of}() needs a corpus: {kinds}{ending}")
    if corpus is None:
        return {"texts": texts}
    paths, sentences = paths_or_sentences(corpus)
    return {"paths": paths, "sentences": sentences}


def patterns_of(glob: str | Iterable[str]) -> tuple[str, ...]:
    """The patterns that choose files of folders: one, or several."""
    patterns = (glob,) if isinstance(glob, str) else tuple(glob)
    if not all(isinstance(pattern, str) and pattern for pattern in patterns):
        raise ConfigError(f"{field('glob')} must be a pattern such as '*.txt', not {glob!r:.60}")
    return patterns


def paths_or_sentences(corpus: Corpus) -> tuple[tuple[Path, ...], Iterable[Any] | None]:
    """(paths, None), or (no path, sentences): a text is always a path, a list a sentence.

    Raises
    ------
    InputError   if it is something else; what may be texts is looked at no further than the first
    """
    if isinstance(corpus, str):
        _check_no_text(corpus)
    if isinstance(corpus, (str, os.PathLike)):
        return (corpus,), None
    items = _items(corpus)
    first = list(islice(items, 1))
    if not first or not isinstance(first[0], (str, os.PathLike)):
        return (), chain(first, items)
    return tuple(_paths(chain(first, items))), None


def _check_no_text(corpus: str) -> None:
    """Raise InputError if that is no path, but may be a text."""
    is_like_text = len(corpus) > LONGEST_NAME or len(corpus.split()) > 1 or "\0" in corpus
    if is_like_text and not os.path.exists(corpus):
        raise InputError(
            f"{shown(corpus)}: no such file or folder; if it is the text itself, give it as "
            "texts=[text], or as lists of tokens: [line.split() for line in text.splitlines()]"
        )


def _items(corpus: Any) -> Iterator[Any]:
    """What a corpus that is no path consists of."""
    if isinstance(corpus, io.IOBase):
        name = getattr(corpus, "name", None)
        remedy = f"its name, {shown(name, 200)}" if name else "[line.split() for line in file]"
        raise InputError(f"a corpus is a path, and not an open file; give {remedy}")
    is_one_column = getattr(corpus, "shape", ())[1:] == (1,)
    if hasattr(corpus, "columns") or is_one_column:
        raise InputError(
            f"a corpus is paths or sentences, not a table ({type(corpus).__name__}); give a column "
            "of texts as texts=df['review'], or one of lists of tokens: df['tokens']"
        )
    kind = type(corpus).__name__
    if isinstance(corpus, (bytes, bytearray, Mapping)) or not isinstance(corpus, Iterable):
        raise InputError(f"a corpus is a path, paths, or sentences, not {kind}; give one of these")
    try:
        return iter(corpus)
    except TypeError:  # an array without dimensions
        raise InputError(f"a corpus that is {kind} holds no sentences; give a list") from None


def _paths(items: Iterable[Any]) -> Iterator[Path]:
    """Paths, each looked at before the next is taken: lines of a large text are no paths."""
    for path in items:
        if not isinstance(path, (str, os.PathLike)):
            raise InputError(f"a corpus is paths or lists of tokens, not both: {shown(path)}")
        if path != STDIO and not os.path.exists(path):
            raise InputError(
                f"{shown(os.fspath(path))}: no such file or folder; if these are texts, give them "
                "as texts=..., or as lists of tokens: [text.split() for text in texts]"
            )
        yield path
