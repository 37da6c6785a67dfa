"""Adding up counts of parts of a text: the same, to the last unit, as counting all of it.

Words that are not in the vocabulary vanish before distances are counted. So parts fit together
only if their vocabularies are the same, or if none of them has left out a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from tempfile import gettempdir

import numpy as np

from ..corpus.facts import TextFacts
from ..errors import ConfigError, InputError, field
from ..machine.system import available_cpus
from .adding import Adder
from .assembling import Lent, assemble
from .countsfile import CountsFile
from .gathering import pieces_of
from .plan import Head, budget
from .sorting import Sorter, TableSource, entries_for, entries_of
from .table import Cooccurrences

ROWS_AT_A_TIME = 1 << 16


def merge_counts(
    names: Sequence[str],
    parts: Sequence[CountsFile],
    max_memory: int | None = None,
    folder: str | None = None,
    threads: int | None = None,
    progress: Callable[..., None] | None = None,
) -> CountsFile:
    """Add up counts of parts of a text, none of which holds a part of a sentence.

    Parameters
    ----------
    names : sequence of str          of the parts, for messages
    parts : sequence of CountsFile   at least one
    max_memory, folder, threads      see `counting.count_pairs`
    progress : callable or None      called as progress("count", 0, None, share=)

    Returns
    -------
    CountsFile   its words are those of the first part; if the parts have others, all of them, the
                 most frequent first

    Raises
    ------
    ConfigError   if they were counted by different rules, or a sum has no room in 64 bits
    InputError    if they have different words, and have left out some
    OutputError   if the folder cannot be written to, or its disk is full
    """
    _check_rules(names, parts)
    tables = [part.table for part in parts]
    folder, threads = folder or gettempdir(), threads or available_cpus()
    most = entries_for(budget(max_memory) // threads)
    is_same = all(table.words == tables[0].words for table in tables[1:])
    if is_same:
        words, counts = tables[0].words, np.sum([table.counts for table in tables], axis=0)
    else:
        _check_whole(names, parts)
        words, counts = _all_words(tables)
    symmetric = tables[0].rule.symmetric
    sorter = None if is_same else _sorted_by_new_rows(tables, words, counts, folder, most)
    try:
        pieces = _pieces(tables, most) if sorter is None else sorter.pieces(most)
        adders = Lent(Adder(len(words), symmetric) for _ in range(threads))
        rows = assemble(
            pieces, adders, threads, Head.of(len(words), symmetric, 0), folder,
            progress=progress and (lambda share: progress("count", 0, None, share=share)),
        )  # fmt: skip
    finally:
        if sorter is not None:
            sorter.close()
    table = Cooccurrences(words, counts, tables[0].rule, *rows)
    n_shards = sum(part.shards for part in parts)
    return CountsFile(table, _facts_of_all([part.facts for part in parts]), None, n_shards)


def _check_rules(names, parts):
    first = parts[0].table.rule
    for name, part in zip(names[1:], parts[1:], strict=True):
        for key in ("window", "symmetric", "distance_weight"):
            own, others = getattr(part.table.rule, key), getattr(first, key)
            if own != others:
                raise ConfigError(
                    f"{names[0]} was counted with {field(key, others)} and {name} with "
                    f"{field(key, own)}; count both alike"
                )


def _check_whole(names, parts):
    """Raise InputError if a part has left out words, so that distances are its own."""
    for name, part in zip(names, parts, strict=True):
        facts = part.facts
        n_left = None if facts is None else facts.tokens_read - facts.tokens_dropped
        if facts is None or facts.pruned_below or n_left != int(part.table.counts.sum()):
            raise InputError(
                f"{name} has other words than {names[0 if name != names[0] else 1]}, and some of "
                f"its text is in neither: the distances of words are not those of all the text; "
                f"count each part with the same {field('vocab')}, which w2v vocab makes of all"
            )


def _all_words(tables):
    """(words, counts) of all tables: the most frequent first, ties in order of appearance."""
    ids: dict[str, int] = {}
    for table in tables:
        for word in table.words:
            ids.setdefault(word, len(ids))
    counts = np.zeros(len(ids), np.int64)
    for table in tables:
        counts[[ids[word] for word in table.words]] += table.counts
    order = np.argsort(-counts, kind="stable")
    words = list(ids)
    return [words[place] for place in order], counts[order]


def _pieces(tables, most):
    """Pieces of tables with the same words."""
    n_words = tables[0].n_words
    for first in range(0, n_words, ROWS_AT_A_TIME):
        stop = min(first + ROWS_AT_A_TIME, n_words)
        sources = [TableSource(table, first, stop) for table in tables]
        yield from pieces_of(sources, first, stop - first, most)


def _sorted_by_new_rows(tables, words, counts, folder, most):
    """A Sorter with the pairs of all tables, in the ids of other words."""
    ids = {word: place for place, word in enumerate(words)}
    sorter = Sorter(counts, folder)
    try:
        for table in tables:
            new = np.array([ids[word] for word in table.words], np.int64)
            for rows, columns, sums in entries_of(table, most):
                left, right = new[rows], new[columns]
                if table.rule.symmetric:
                    left, right = np.minimum(left, right), np.maximum(left, right)
                sorter.add(left, right.astype(np.uint32), sums)
    except BaseException:
        sorter.close()
        raise
    return sorter


def _facts_of_all(facts: Sequence[TextFacts | None]) -> TextFacts | None:
    """What is known of all the text; None if parts became words in different ways."""
    known = [each for each in facts if each is not None]
    first = known[0] if known else None
    if first is None or len(known) < len(facts):
        return None
    # How many threads read it changes nothing.
    ways = [(replace(each.text, threads=first.text.threads), each.phrases) for each in known]
    if any(way != ways[0] for way in ways):
        return None
    keys = dict.fromkeys(key for each in known for key in each.irregular)
    return replace(
        first,
        tokens_read=sum(each.tokens_read for each in known),
        irregular={key: sum(each.irregular.get(key, 0) for each in known) for key in keys},
        pruned_below=max(each.pruned_below for each in known),
        vocabulary_given=all(each.vocabulary_given for each in known),
        sources=tuple(source for each in known for source in each.sources),
        sentences_dropped=sum(each.sentences_dropped for each in known),
        tokens_dropped=sum(each.tokens_dropped for each in known),
    )
