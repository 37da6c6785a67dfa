"""Sentences that are there twice: which are dropped, in any number of threads and little memory."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import TextConfig
from w2v_cli.corpus import reader, repeats, sources, spool
from w2v_cli.corpus.counting import count_text
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.repeats import drop_repeats
from w2v_cli.corpus.spool import Spool
from w2v_cli.corpus.texts import count_texts, sentences_of
from w2v_cli.corpus.tokens import count_tokens
from w2v_cli.machine.system import MemoryLimit

pytestmark = pytest.mark.usefixtures("compiled")
few_words = st.sampled_from(["a", "A", "b", "É", "é", "ab", "\0"])
lines = st.lists(st.lists(few_words, max_size=3).map(" ".join), max_size=20)


def once(sentences):
    """The first of equal sentences, each a list of words; those without words are left out."""
    return [list(each) for each in dict.fromkeys(map(tuple, sentences)) if each]


def left_of(counted, folder):
    """(sentences, counts) of a text that was counted, after dropping."""
    counted.drop_repeats(str(folder))
    words, counts = counted.select()
    with encode(counted.spools, counted.id_maps(words)) as corpus:
        ids = corpus.window(0, corpus.length)
    ends = np.flatnonzero(ids < 0)
    found = [[words[id_] for id_ in part if id_ >= 0] for part in np.split(ids, ends)]
    assert corpus.n_sentences == len(ends), "every sentence has an end"
    return [part for part in found if part], dict(zip(words, counts.tolist(), strict=True))


def check(counted, folder, sentences):
    """What is left of a text whose sentences are these is what a dict leaves of them."""
    n_tokens = sum(map(len, sentences))
    kept, counts = left_of(counted, folder)
    assert kept == once(sentences)
    assert counts == Counter(word for sentence in kept for word in sentence)
    facts = counted.facts
    assert facts.tokens_read == n_tokens
    assert facts.tokens_read - facts.tokens_dropped == sum(map(len, kept))
    n_sentences = sum(map(bool, sentences))
    assert facts.sentences_dropped == n_sentences - len(kept)


@given(st.lists(lines, min_size=1, max_size=3), st.integers(1, 4), st.booleans(), st.booleans())
def test_all_but_the_first_are_dropped_in_any_number_of_threads(
    tmp_path_factory, files, threads, lowercase, ends_in_newline
):
    folder = tmp_path_factory.mktemp("text")
    paths = []
    for number, content in enumerate(files):
        paths.append(str(folder / str(number)))
        text = "\n".join(content) + "\n" * ends_in_newline
        (folder / str(number)).write_bytes(text.encode())
    text = TextConfig(lowercase=lowercase, threads=threads, dedup=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "check_text", lambda *_: None)  # which looks for NUL bytes
        patch.setattr(reader, "LEAST_PART", 1)
        counted = count_text(paths, text, str(folder))
    split = [text.apply(line).replace("\0", " ").split() for content in files for line in content]
    check(counted, folder, split)


@given(lines, st.integers(1, 6), st.sampled_from([2, 6, 1 << 20]))
def test_a_table_too_small_for_all_sentences_gives_the_same(tmp_path_factory, texts, slots, block):
    folder = tmp_path_factory.mktemp("text")
    sentences = [line.split() for line in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "LEAST_SLOTS", 2)
        patch.setattr(repeats, "MOST_SLOTS", 1 << slots)
        patch.setattr(spool, "BLOCK_IDS", block)
        check(count_tokens(sentences, TextConfig(dedup=True), str(folder)), folder, sentences)


@given(st.lists(st.sampled_from(["A b. a b!", "a B", "É e. é\nE", ""]), max_size=6))
def test_sentences_are_compared_as_the_words_they_have_become(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("text")
    text = TextConfig(lowercase=True, tokenize="words", sentences=True, dedup=True)
    sentences = [sentence for each in sentences_of(texts, text) for sentence in each]
    check(count_texts(texts, text, str(folder)), folder, sentences)


def test_words_of_one_sentence_are_not_those_of_another(tmp_path):
    """Neither in another order, nor cut at another place."""
    sentences = [["a", "b"], ["b", "a"], ["ab"], ["a b"], ["a"], ["a", "a"], ["a", "b", "b"]]
    check(count_tokens(sentences, TextConfig(dedup=True), str(tmp_path)), tmp_path, sentences)


def test_hashes_of_many_short_sentences_differ(tmp_path):
    """All of one to three of sixty words, where a hash that is not good has equal ones."""
    n_words = 60
    sentences = [
        [*words, -1]
        for length in (1, 2, 3)
        for words in itertools.product(range(n_words), repeat=length)
    ]
    ids = np.array(list(itertools.chain.from_iterable(sentences)), dtype=np.int32)
    corpus = Spool(str(tmp_path))
    corpus.append(ids)
    assert drop_repeats([corpus], [np.arange(n_words)], str(tmp_path)).n_sentences == 0
    assert corpus.length == len(ids)
    corpus.append(ids[:1000])
    n_again = np.count_nonzero(ids[:1000] < 0)
    assert drop_repeats([corpus], [np.arange(n_words)], str(tmp_path)).n_sentences == n_again
    np.testing.assert_array_equal(corpus.window(0, len(ids)), ids)
    corpus.close()


def test_words_dropped_while_counting_make_no_sentences_equal(tmp_path, monkeypatch):
    """Two rare words that are no words any more are still two."""
    monkeypatch.setattr(reader, "READ_SIZE", 5000)
    rng = np.random.default_rng(0)
    rows = [f"often x{number} usual" for number in rng.permutation(5000)]
    rows += rows[-500:] + ["often usual"] * 3
    (tmp_path / "text").write_text("\n".join(rows) + "\n")
    text = TextConfig(max_table=1000, dedup=True)
    counted = count_text([str(tmp_path / "text")], text, str(tmp_path))
    kept, counts = left_of(counted, tmp_path)
    assert counts["often"] >= 5001, "no sentence was dropped that is there once"
    assert counts["often"] == sum("often" in sentence for sentence in kept)
    assert ["often", "usual"] in kept
    assert counted.facts.sentences_dropped >= 2


def test_the_table_fits_in_the_memory_that_there_is(monkeypatch):
    n_hashes = 10_000_000
    sizes = []
    for left in (10, 100 << 20, 1 << 40):
        limit = MemoryLimit("a limit", left, 0)
        monkeypatch.setattr(repeats, "limits", lambda limit=limit: [limit])
        sizes.append(repeats._size_of_table(n_hashes))
        assert sizes[-1] == repeats.LEAST_SLOTS or sizes[-1] * repeats.HASH_BYTES <= left / 2
    assert sizes[-1] * repeats.FULLEST >= n_hashes
    assert sizes == sorted(set(sizes))
    assert repeats._size_of_table(1 << 40) == repeats.MOST_SLOTS


def test_progress_is_told_up_to_the_whole(tmp_path):
    told = []
    sentences = [["a", "b"]] * 3
    counted = count_tokens(sentences, TextConfig(dedup=True), str(tmp_path))
    counted.drop_repeats(str(tmp_path), lambda *args: told.append(args))
    counted.close()
    assert [args for args in told if args[0] == "compare"][-1] == ("compare", 9, 9)
