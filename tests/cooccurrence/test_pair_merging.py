"""Adding up counts of parts: what counting all of the text finds, or a refusal."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cooccurrence_reference import counted

from w2v_cli.config import TextConfig
from w2v_cli.cooccurrence import merging
from w2v_cli.cooccurrence.countsfile import CountsFile
from w2v_cli.cooccurrence.merging import merge_counts
from w2v_cli.cooccurrence.table import Cooccurrences, CountRule
from w2v_cli.corpus.facts import TextFacts
from w2v_cli.errors import ConfigError, InputError

WORDS = [f"w{number}" for number in range(12)]


def facts(n_read, **changes):
    return TextFacts(n_read, {"not_utf8": 1}, 0, False, TextConfig(**changes), ("a",))


def part_of(sentences, rule, words=None, n_read=None, **changes):
    """Counts of sentences of words; those of ``words``, or of all in them."""
    words = words or list(dict.fromkeys(word for sentence in sentences for word in sentence))
    ids = [[words.index(word) for word in sentence] for sentence in sentences]
    n_read = n_read or sum(map(len, sentences))
    return CountsFile(counted(ids, len(words), rule, words), facts(n_read, **changes))


def as_dict(table):
    """(word, word) -> sum; sorted if symmetric."""
    rows = np.repeat(np.arange(table.n_words), np.diff(table.starts))
    found = {}
    for row, column, total in zip(rows, table.columns.tolist(), table.sums.tolist(), strict=True):
        pair = table.words[row], table.words[column]
        found[tuple(sorted(pair)) if table.rule.symmetric else pair] = total
    return found


texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), min_size=1, max_size=6)
rules = st.builds(CountRule, st.integers(1, 6), st.booleans())


@settings(max_examples=60)
@given(st.lists(texts, min_size=1, max_size=3), rules, st.booleans())
def test_parts_add_up_to_the_whole(parts, rule, same_words):
    words = WORDS if same_words else None
    merged = merge_counts("abc"[: len(parts)], [part_of(text, rule, words) for text in parts])
    sentences = [sentence for text in parts for sentence in text]
    whole = part_of(sentences, rule, words)
    assert as_dict(merged.table) == as_dict(whole.table)
    occurrences = Counter(word for sentence in sentences for word in sentence)
    counts = dict(zip(merged.table.words, merged.table.counts.tolist(), strict=True))
    assert {word: count for word, count in counts.items() if count} == occurrences
    assert merged.shards == len(parts)
    assert merged.facts.tokens_read == sum(map(len, sentences))
    assert merged.facts.irregular == {"not_utf8": len(parts)}
    table = merged.table
    for row in range(table.n_words):
        columns = table.columns[table.starts[row] : table.starts[row + 1]].astype(int)
        assert (np.diff(columns) > 0).all()
        assert not rule.symmetric or (columns >= row).all()
    if same_words:
        for name in ("counts", "starts", "columns", "sums"):
            np.testing.assert_array_equal(getattr(table, name), getattr(whole.table, name))


def test_words_of_all_parts_are_in_the_most_frequent_first():
    rule = CountRule(1)
    merged = merge_counts("ab", [part_of([["x", "y"]], rule), part_of([["z", "y", "z"]], rule)])
    assert merged.table.words == ["y", "z", "x"]
    assert merged.table.counts.tolist() == [2, 2, 1]


def test_few_pairs_at_a_time_change_nothing(monkeypatch):
    monkeypatch.setattr(merging, "entries_for", lambda _n_bytes: 3)
    monkeypatch.setattr(merging, "ROWS_AT_A_TIME", 2)
    rule = CountRule(4)
    texts = [[["a", "b", "c", "a", "d"]], [["d", "c", "e", "a"]]]
    whole = part_of(texts[0] + texts[1], rule)
    merged = merge_counts("ab", [part_of(text, rule) for text in texts])
    assert as_dict(merged.table) == as_dict(whole.table)
    words = list("abcde")
    merged = merge_counts("ab", [part_of(text, rule, words) for text in texts])
    assert as_dict(merged.table) == as_dict(whole.table)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (CountRule(3), "window=2"),
        (CountRule(2, False), "symmetric=True"),
        (CountRule(2, True, "none"), "distance_weight='harmonic'"),
    ],
)
def test_other_rules_are_refused(other, message):
    text = [["a", "b"]]
    with pytest.raises(ConfigError, match=message):
        merge_counts(["one", "two"], [part_of(text, CountRule(2)), part_of(text, other)])


@pytest.mark.parametrize("known", [True, False])
def test_other_words_are_refused_where_some_were_left_out(known):
    one = part_of([["a", "b"]], CountRule())
    two = part_of([["a", "c"]], CountRule(), n_read=3)
    if not known:
        two = two._replace(facts=None)
    with pytest.raises(InputError, match=r"two has other words than one.*vocab"):
        merge_counts(["one", "two"], [one, two])
    merge_counts(["one", "two"], [two, two])


def test_what_is_not_known_of_all_is_not_told():
    one, two = part_of([["a", "b"]], CountRule()), part_of([["a", "b"]], CountRule())
    assert merge_counts("ab", [one, two._replace(facts=None)]).facts is None
    lower = part_of([["a", "b"]], CountRule(), lowercase=True)
    assert merge_counts("ab", [one, lower]).facts is None


def test_a_sum_without_room_is_an_error():
    one = part_of([["a", "b"]], CountRule())
    table = one.table
    huge = Cooccurrences(
        table.words, table.counts, table.rule, table.starts, table.columns,
        np.full(1, 2**64 - 1, np.uint64),
    )  # fmt: skip
    with pytest.raises(ConfigError, match="no room in 64 bits"):
        merge_counts("ab", [one, one._replace(table=huge)])
